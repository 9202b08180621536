"""A tablet checks its form offline by the same rules as the server: whatever is answered, both say the same."""

import copy
from collections.abc import Iterable
from datetime import date
from typing import Any

import jsonschema_rs
import pytest
from forms import sized
from hypothesis import given, settings
from hypothesis import strategies as st
from lokal.provinces import PROVINCES
from shapes import Json

from app.identifiers.kbli_codes import EDITIONS, keyed
from app.kbli.loading import packaged_kbli
from app.questionnaires.assessment import doubts, read
from app.questionnaires.catalogue import CATALOGUE
from app.questionnaires.schema import json_schema
from kumkm_tablet.form import Form

TODAY = date(2022, 9, 12)
LISTS: dict[str, set[str]] = {
    edition: {each.code for each in packaged_kbli(edition) if len(each.code) == 5} for edition in EDITIONS
}
KBLI = frozenset(keyed(edition, code) for edition, codes in LISTS.items() for code in codes)
WRITTEN = {name: json_schema(each) for name, each in CATALOGUE.items()}
FORMS = {name: Form(each, LISTS["2020"], tuple(PROVINCES), LISTS) for name, each in WRITTEN.items()}
SCHEMAS = {name: jsonschema_rs.validator_for(each) for name, each in WRITTEN.items()}
LEAST = {"legal_name": "Warung Bu Sari", "kbli": "47112"}
LEAST_OF = {"visit@1": {"result": "absent"}}
NIK = "1601145203850001"
DOUBTS = {
    *(
        "unknown_field",
        "npwp_not_15_or_16_digits",
        "npwp_checksum",
        "nitku_not_22_digits",
        "unidentified",
        "kbli_unknown",
    ),
    *("shares_not_100", "year_missing", "year_repeated", "question_not_asked"),
}
"""What both find by the questionnaire alone, of what is no error."""

values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 300),
    st.sampled_from([2**63 - 1, 2**63, 1.5, "", "x" * 301, "x" * 2001]),
    st.sampled_from(["47112", " 47112 ", "4711", "99999", "female", "stall", "2022-09-12", "2022-02-30", "20220912"]),
    st.sampled_from([NIK, "1601 1452 0385 0001", "1601145203850000", "9120001234567", "012345674301000", "0001"]),
    st.sampled_from(["refused", "2022-09-12T09:00:00+07:00", "2022-09-12T09:00:00", "0001-01-01T00:00:00Z"]),
    st.lists(st.sampled_from(["a", "", 5]), max_size=3),
    st.just({}),
    st.just({"name": "x", "unknown": 1}),
    st.text(max_size=5),
)


def pairs(findings: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    return {(pointer, code) for pointer, code in findings}


def server(name: str, answers: Json) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """What the server says of answers: errors, and the doubts that need no other knowledge than a tablet has."""
    reading = read(CATALOGUE[name], copy.deepcopy(answers), captured_on=TODAY, today=TODAY, suspicious=False)
    errors, warnings = list(reading.errors), list(reading.warnings)
    if not errors:
        warnings += doubts(reading, known_kbli=KBLI, known_regions=frozenset())
    return pairs(errors), pairs(each for each in warnings if each.code in DOUBTS)


def tablet(name: str, answers: Json) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    errors, warnings = FORMS[name].check(answers, today=TODAY)
    return pairs(errors), pairs(each for each in warnings if each.code in DOUBTS)


@st.composite
def answered(draw: st.DrawFn) -> tuple[str, Json]:
    name = draw(st.sampled_from(sorted(CATALOGUE)))
    answers = dict(LEAST_OF.get(name, LEAST))
    for question in draw(st.lists(st.sampled_from(FORMS[name].questions()), max_size=5)):
        place: Any = answers
        for part in question.path[:-1]:
            if not isinstance(place.get(part), dict):
                place[part] = {}
            place = place[part]
        place[question.path[-1]] = draw(values)
    for extra in draw(st.lists(st.sampled_from(["owner", "products", "workers", "baru", "legal_name"]), max_size=2)):
        answers[extra] = draw(values)
    if draw(st.booleans()):
        answers.pop(draw(st.sampled_from(["legal_name", "kbli", "result"])), None)
    return name, answers


@pytest.mark.long_form
@settings(max_examples=sized(120, 1_000), deadline=None)
@given(answered())
def test_tablet_and_server_find_the_same(case: tuple[str, Json]) -> None:
    name, answers = case
    theirs, mine = server(name, answers), tablet(name, answers)
    # Of a fault in the shape the server's parser may name several places where one is enough to refuse.
    assert bool(theirs[0]) == bool(mine[0]), (answers, theirs, mine)
    if not theirs[0]:
        assert theirs[1] == mine[1], answers
    elif len(theirs[0]) == 1:
        assert theirs[0] <= mine[0] or mine[0] <= theirs[0], (answers, theirs, mine)


@pytest.mark.long_form
@settings(max_examples=sized(60, 500), deadline=None)
@given(answered())
def test_what_any_json_schema_library_refuses_the_server_refuses_too(case: tuple[str, Json]) -> None:
    """So that a team which uses such a library, and nothing else, keeps nothing back that the server would take."""
    name, answers = case
    if not SCHEMAS[name].is_valid(answers):
        assert server(name, answers)[0], answers


@pytest.mark.parametrize(
    ("answers", "pointer", "code"),
    [
        ({"kbli": "47112"}, "/answers/legal_name", "field_required"),
        ({**LEAST, "kbli": "4711"}, "/answers/kbli", "kbli_not_five_digits"),
        ({**LEAST, "kbli_version": "2015"}, "/answers/kbli_version", "not_a_choice"),
        ({**LEAST, "owner": {"nik": "1601145203850000"}}, "/answers/owner/nik", "nik_serial_zero"),
        ({**LEAST, "owner": {"nik": "9901145203850001"}}, "/answers/owner/nik", "nik_province_unknown"),
        ({**LEAST, "nib": "12"}, "/answers/nib", "nib_not_13_digits"),
        ({**LEAST, "place_type": "castle"}, "/answers/place_type", "not_a_choice"),
        ({**LEAST, "started_year": 1700}, "/answers/started_year", "number_out_of_range"),
        ({**LEAST, "products": [{"share_percent": 101}]}, "/answers/products/0/share_percent", "number_out_of_range"),
        ({**LEAST, "owner": {"birth_date": "12-03-1985"}}, "/answers/owner/birth_date", "not_a_date"),
        ({**LEAST, "annual_sales_idr": "banyak"}, "/answers/annual_sales_idr", "wrong_type"),
    ],
)
def test_each_fault_has_the_servers_code_and_place(answers: Json, pointer: str, code: str) -> None:
    assert tablet("umkm@1", answers)[0] == server("umkm@1", answers)[0] == {(pointer, code)}


@pytest.mark.parametrize(
    ("answers", "pointer", "code"),
    [
        ({}, "/answers/result", "field_required"),
        ({"result": "asleep"}, "/answers/result", "not_a_choice"),
        ({"result": "absent", "visited_at": "2022-09-12T09:00:00"}, "/answers/visited_at", "not_a_date"),
        ({"result": "absent", "visited_at": "1600-01-01T00:00:00Z"}, "/answers/visited_at", "not_a_date"),
        ({"result": "absent", "next_visit_on": "Jumat"}, "/answers/next_visit_on", "not_a_date"),
        ({"result": "refused", "reason": "x" * 301}, "/answers/reason", "too_long"),
    ],
)
def test_each_fault_of_a_visit_has_the_servers_code_and_place(answers: Json, pointer: str, code: str) -> None:
    assert tablet("visit@1", answers)[0] == server("visit@1", answers)[0] == {(pointer, code)}


def test_a_visit_asks_for_no_number() -> None:
    assert tablet("visit@1", {"result": "absent", "visited_at": "2022-09-12T09:00:00+07:00"}) == (set(), set())
