"""What is shown of a sealed answer, and what is kept of an open one."""

from typing import Any

import pytest

from app.questionnaires.masking import MASK, masked, masked_identity, without_long_numbers

EMBEDDED_IS_ENOUGH = True
NIK = "1601145203850001"


def test_a_mask_keeps_the_shape_and_nothing_of_what_is_told() -> None:
    told = {"owner": {"nik": NIK, "name": "Sari", "born": None, "phones": ["081234567890", 7, True]}}
    assert masked(told) == {
        "owner": {"nik": "1601**********01", "name": MASK, "born": None, "phones": ["0812******90", MASK, MASK]}
    }
    assert NIK not in str(masked({NIK: "a"}))


@pytest.mark.parametrize("answer", ["Toko 24", ["a", "b"], {"a": {"b": 1}}, 7, None, True])
def test_an_answer_without_a_long_number_is_the_very_same(answer: Any) -> None:
    assert without_long_numbers(answer) is answer


@pytest.mark.parametrize("answer", [f"NIK {NIK}", ["a", NIK], {"a": {"b": NIK}}, {NIK: "a"}])
def test_a_long_number_in_an_answer_is_masked_wherever_it_stands(answer: Any) -> None:
    assert NIK not in str(without_long_numbers(answer))


def test_of_a_passport_the_end_alone_is_shown() -> None:
    assert masked({"passport": "123456789", "kitas": "2C21JE1234A", "nik": NIK}) == {
        "passport": "***89",
        "kitas": "***4A",
        "nik": masked(NIK),
    }
    assert masked({"passport": "A123"}) == masked({"passport": 5}) == {"passport": "***"}
    assert masked_identity("passport", "A1234567") == "***67"
    assert masked_identity("nik", NIK) == masked(NIK)
