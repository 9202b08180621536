"""What is left empty is compared with nothing, however it is written; and no interview is made of it. Pure."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.campaigns.reinterviews import Reinterviews
from app.questionnaires.catalogue import CATALOGUE
from app.reinterviews.comparing import Interview, agrees, compare, is_no_interview
from app.reinterviews.left_empty import PLACEHOLDERS, answered, without_empty
from app.reinterviews.shown import Shown

BY = Reinterviews(share_percent=2.0, seed="benih-rahasia")
EMPTY_TEXTS = st.one_of(
    st.sampled_from(
        ["", " ", "-", "--", "...", "?", "_", "N/A", "n.a.", "Tidak tahu", "TIDAK TAHU.", "(tdk tahu)", "xxx", "XX"]
    ),
    st.sampled_from(
        ["gak tau", "ga tau", "Nggak tahu", "enggak tau", "tak tahu", "Lupa", "tidak ingat.", "(kurang tahu)", "entah"]
    ),
    st.sampled_from(["Don't know", "don\N{RIGHT SINGLE QUOTATION MARK}t know", "tidak  ada  jawaban", "\N{EM DASH}"]),
    st.sampled_from(sorted(PLACEHOLDERS)),
)
EMPTY = st.recursive(
    st.none() | EMPTY_TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=5,
)
SAYS_SOMETHING = [
    *(0, False, "0", "x", "tidak ada", "gak ada", "belum ada", "none", "nihil", "Nasi goreng", "tidak tahu malu"),
    *("Toko XXX", "03", "NA 5", "Lupa Lelah", "Tahu", "tahu tempe"),
]


@given(EMPTY)
def test_what_is_left_empty_says_nothing(value: Any) -> None:
    assert without_empty(value) is None
    assert answered({"products": value}) == {}
    assert without_empty([value, "kue"]) == ["kue"]


@pytest.mark.parametrize("value", SAYS_SOMETHING)
def test_an_answer_says_something(value: Any) -> None:
    assert without_empty(value) == value
    assert without_empty(["-", {"name": "-", "price_idr": value}]) == [{"price_idr": value}]


def choices(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        yield from (each for each in schema.get("enum", ()) if isinstance(each, str))
        for each in schema.values():
            yield from choices(each)
    elif isinstance(schema, list):
        for each in schema:
            yield from choices(each)


def test_no_choice_of_any_questionnaire_is_taken_for_empty() -> None:
    found = {each for known in CATALOGUE.values() for each in choices(known.model.model_json_schema())}
    assert len(found) > 100
    assert {each for each in found if without_empty(each) is None} == set()


@given(EMPTY)
def test_an_empty_answer_is_compared_with_nothing_and_makes_no_interview(value: Any) -> None:
    full = Interview({"products": [{"name": "kue"}], "trade_name": "Sari", "place_type": "home"}, None)
    empty = Interview({"products": value, "trade_name": "-", "phone": "tidak tahu"}, None)
    for one, other in ((full, empty), (empty, full), (empty, empty)):
        assert compare("umkm@2", one, other, BY) == ((), ())
    assert is_no_interview("umkm@2", Shown.of({}), empty.answers)


def test_entries_that_are_left_empty_are_none_of_a_list() -> None:
    one = Interview({"practice": {"training": ["las", "-", "tidak tahu"]}}, None)
    other = Interview({"practice": {"training": ["las"]}}, None)
    assert compare("umkm@2", one, other, BY).same == ("/practice/training",)


@pytest.mark.parametrize("at", ["/phone", "/owner/phone", "/chair/phone", "/owner/whatsapp", "/fax"])
@pytest.mark.parametrize("written", ["081234567890", "+62 812-3456-7890", "6281234567890", "0062 81234567890"])
@pytest.mark.parametrize("again", ["0812 3456 7890", "62 812 3456 7890", "(62) 81234567890", "+62081234567890"])
def test_a_telephone_is_the_same_with_any_country_code(at: str, written: str, again: str) -> None:
    assert agrees(at, "number", written, again, BY) is True
    assert agrees(at, "number", written, again[:-1] + "9", BY) is False


def test_no_other_number_has_a_country_code() -> None:
    assert agrees("/owner/nik", "number", "6271015203850001", "71015203850001", BY) is False
    assert agrees("/phone", "number", "0627 31234", "031234", BY) is False, "an area code"
    assert agrees("/rw", "number", "062", "0", BY) is False
