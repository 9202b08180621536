"""Long numbers in free text are found however they are typed, and nothing else is."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from app.core.redaction import GONE, hides_nik, hides_number, hides_person, may_hide_number, without_numbers
from app.core.text import Handle, Said
from app.questionnaires.masking import masked, without_long_numbers

NIK = "1601145203850001"
HANGUL_FILLER = "ㅤ"


def spelled(number: str) -> list[str]:
    """The ways in which people and machines write a number into a text."""
    fours = [number[at : at + 4] for at in range(0, len(number), 4)]
    between = (".", " ", "-", "/", "–", "_", " . ", "\u200b", "﻿", "⁠", " ", "\t", "\n", "·", "، ", HANGUL_FILLER)
    scripts = ("０", "٠", "۰", "०", "๐", "𝟎", "⁰")
    return [
        number,
        *(sign.join(fours) for sign in between),
        *(sign.join(number) for sign in (" ", "-", "\u200b", ".")),
        *("".join(chr(ord(zero) + int(digit)) for digit in number) for zero in scripts[:-1]),
        "".join("⁰¹²³⁴⁵⁶⁷⁸⁹"[int(digit)] for digit in number),
        "".join(f"{digit}️⃣" for digit in number),
    ]


@pytest.mark.parametrize("written", spelled(NIK))
def test_a_number_is_found_however_it_is_typed(written: str) -> None:
    text = f"Milik Bu Sari, NIK {written}, di pasar."
    assert hides_number(text)
    assert without_numbers(text).replace("️⃣", "") == f"Milik Bu Sari, NIK {GONE}, di pasar."
    assert TypeAdapter(Said).validate_python(written).replace("️⃣", "") == GONE
    with pytest.raises(ValidationError):
        TypeAdapter(Handle).validate_python(f"pendataan.{written}")
    shown = without_long_numbers({"name": f"Toko {written}", "kinds": [written], written: 1})
    assert [each for each in (shown["name"], *shown["kinds"]) if "1601**********01" not in each] == []
    assert written not in shown


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Warung Bu Sari",
        "Jl. Jenderal Sudirman No. 12, RT 001/RW 002",
        "2022-09-12",
        "12.09.2022 pukul 10",
        "Pindah ke 16.01.14.1003 sejak Mei",
        "Rp 120.000.000",
        "versi 1.4.0",
        "UD 99 Jaya",
        "123456789",
    ],
)
def test_what_is_no_number_of_a_person_stays(text: str) -> None:
    assert without_numbers(text) is text
    assert not hides_number(text)


def test_a_village_code_hides_no_number_behind_it() -> None:
    assert without_numbers("16.01.14.5203.85.0001") == GONE
    assert without_numbers("16.01.14.5203 850001") == GONE


def test_numbers_and_names_of_questions_are_masked_too() -> None:
    assert without_long_numbers([{"lain": int(NIK)}]) == [{"lain": "1601**********01"}]
    assert masked({NIK: {"isi": "x"}}) == {GONE: {"isi": "***"}}
    plain = {"name": "Keripik", "share_percent": 40, "kinds": ["pedas"], "exports": True, "none": None}
    assert without_long_numbers(plain) is plain


def test_a_random_id_is_no_number_of_a_person() -> None:
    for told in ("u12345678901234567890", "20269912345678901", "1601990999000001", "356938035643809", "0f16011452"):
        assert not hides_nik(told), told
    for told in (f"u{NIK}", f"a{NIK}b", f"9{NIK}", f"16-01-14-{NIK[6:]}"):
        assert hides_nik(told), told


@given(st.lists(st.text("0123456789 .-aZ٠", max_size=14), max_size=4))
@example(["16011452", "03850001"])
@example([NIK, ""])
def test_texts_looked_at_together_hide_a_number_where_one_of_them_does(texts: list[str]) -> None:
    assert may_hide_number(*texts) == any(without_numbers(text) != text or may_hide_number(text) for text in texts)


@pytest.mark.parametrize(
    "text",
    [
        "188.45/412.013/2022",
        "900/1234/2022/0001",
        "OKU 16.01 2022-09-13",
        "Rilis 13/09/2022 08.00 untuk 16.01.14.1003",
        "Tim 3, 2022-09-13 08:15",
    ],
)
def test_numbers_of_decrees_dates_and_codes_are_nobodys(text: str) -> None:
    assert not hides_person(text)


@pytest.mark.parametrize(
    "text",
    [
        "1601145203850001",
        "SK 16.01.14.520385.0001",
        "HP 0812-3456-7890",
        "+62 812 3456 789",
        "NIB 9120000000017",
        "٠٨١٢-٣٤٥٦-٧٨٩٠",
        "١٦٠١١٤٥٢٠٣٨٥٠٠٠١",
    ],
)
def test_the_number_of_a_person_is_found_however_it_is_written(text: str) -> None:
    assert hides_person(text)
