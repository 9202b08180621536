"""What answers say: faults, warnings, size, and which part is sealed."""

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest
from forms import sized
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from shapes import Json

from app.intake.finding_texts import TEXTS
from app.questionnaires import findings
from app.questionnaires.assessment import doubts, read, whole
from app.questionnaires.catalogue import CATALOGUE, Newer, Unknown, find
from app.questionnaires.findings import code_of_pydantic, unstorable
from app.questionnaires.size_class import size_class

DAY = date(2022, 9, 12)
UMKM, KOPERASI = CATALOGUE["umkm@1"], CATALOGUE["koperasi@1"]
LEAST = {"legal_name": "Warung Bu Sari", "kbli": "47112"}
BILLION = 1_000_000_000


def reading(answers: Json, questionnaire: Any = UMKM) -> Any:
    return read(questionnaire, answers, captured_on=DAY, today=DAY, suspicious=False)


def codes(found: Iterable[Any]) -> list[tuple[str, str]]:
    return [(finding.pointer, finding.code) for finding in found]


def test_the_least_enterprise_is_unidentified_but_whole() -> None:
    found = reading(dict(LEAST))
    assert found.errors == []
    assert codes(found.warnings) == [("/answers", "unidentified")]
    assert (found.open_answers, found.sealed_answers) == (LEAST, {})


def test_what_is_not_known_to_be_harmless_is_sealed() -> None:
    answers = {
        **LEAST,
        "phone": "0812",
        "annual_sales_idr": 5,
        "never_asked": {"nik": "1"},
        "owner": {"name": "Sari", "nik": "1601145203850001", "birth_date": "1985-03-12", "nickname": "Ri"},
        "respondent": {"name": "Adi"},
        "permits": None,
        "products": [{"name": "kue"}],
    }
    found = reading(answers)
    assert found.errors == []
    assert set(found.open_answers) == {"legal_name", "kbli", "owner", "respondent", "permits", "products"}
    assert found.open_answers["owner"] == {"name": "Sari"}
    assert found.sealed_answers == {
        "phone": "0812",
        "annual_sales_idr": 5,
        "never_asked": {"nik": "1"},
        "owner": {"nik": "1601145203850001", "birth_date": "1985-03-12", "nickname": "Ri"},
        "respondent": {"name": "Adi"},
    }
    assert codes(found.warnings) == [
        ("/answers/never_asked", "unknown_field"),
        ("/answers/owner/nickname", "unknown_field"),
    ]


def test_numbers_are_stored_as_digits_and_nothing_else_is_touched() -> None:
    answers = {**LEAST, "nib": " 1234 5678 90123", "owner": {"nik": "160114.520385.0001"}, "notes": " as typed "}
    found = reading(answers)
    assert dict(found.identities) == {"nik": "1601145203850001", "nib": "1234567890123"}
    assert whole(found.open_answers, found.sealed_answers) == {
        **answers,
        "nib": "1234567890123",
        "owner": {"nik": "1601145203850001"},
    }


def test_a_cooperative_is_never_known_by_its_chair() -> None:
    answers = {
        "legal_name": "KUD",
        "kbli": "64141",
        "cooperative_number": "1601020010001",
        "chair": {"nik": "1601145203850001"},
    }
    assert dict(reading(answers, KOPERASI).identities) == {"cooperative_number": "1601020010001"}


def test_a_nik_that_differs_from_the_answers_is_only_a_doubt() -> None:
    owner = {"nik": "1601145203850001", "birth_date": "1986-03-12", "sex": "male"}
    found = reading({**LEAST, "owner": owner})
    assert found.errors == []
    assert codes(found.warnings) == [
        ("/answers/owner/birth_date", "nik_birth_date_differs"),
        ("/answers/owner/sex", "nik_sex_differs"),
    ]


def test_regions_of_a_nik_that_are_no_more_are_only_a_doubt() -> None:
    found = reading({**LEAST, "owner": {"nik": "1601145203850001"}})
    for known, code in (
        (set(), "nik_regency_unknown"),
        ({"16.01"}, "nik_district_unknown"),
        ({"16.01", "16.01.14"}, None),
    ):
        warnings = doubts(found, known_kbli={"2020:47112"}, known_regions=known)
        assert [each.code for each in warnings] == ([code] if code else [])


def test_a_kbli_that_does_not_exist_is_a_doubt() -> None:
    found = reading(dict(LEAST))
    assert codes(doubts(found, known_kbli={"2025:47112"}, known_regions=set())) == [("/answers/kbli", "kbli_unknown")]
    assert not found.kbli_known


@pytest.mark.parametrize(
    ("sales", "capital", "expected"),
    [
        (2 * BILLION, None, "micro"),
        (2 * BILLION + 1, None, "small"),
        (15 * BILLION, None, "small"),
        (15 * BILLION + 1, None, "medium"),
        (50 * BILLION, None, "medium"),
        (50 * BILLION + 1, None, "large"),
        (None, BILLION, "micro"),
        (0, BILLION + 1, "small"),
        (None, 5 * BILLION, "small"),
        (None, 5 * BILLION + 1, "medium"),
        (0, 10 * BILLION, "medium"),
        (0, 10 * BILLION + 1, "large"),
        (1, 99 * BILLION, "micro"),
        (None, None, None),
        (0, None, None),
        (None, 0, "micro"),
    ],
)
def test_size_by_sales_where_it_has_sold_else_by_capital(
    sales: int | None, capital: int | None, expected: str | None
) -> None:
    """PP 7/2021, article 35; upper bounds inclusive."""
    assert size_class(sales, capital) == expected


def test_a_large_business_is_a_warning() -> None:
    found = reading({**LEAST, "nib": "1234567890123", "annual_sales_idr": 51 * BILLION})
    assert codes(found.warnings) == [("/answers", "size_class_large")]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("umkm@3", Newer),
        ("koperasi@9", Newer),
        ("umkm@0", Unknown),
        ("umkm@01", Unknown),
        ("toko@1", Unknown),
        ("", Unknown),
        ("umkm@1 ", Unknown),
    ],
)
def test_a_newer_version_is_told_from_nonsense(name: str, kind: type[Exception]) -> None:
    assert isinstance(find(name), kind)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
questions = st.sampled_from(sorted({*UMKM.model.model_fields, *KOPERASI.model.model_fields}))


@pytest.mark.long_form
@settings(max_examples=sized(35, 200))
@given(
    st.sampled_from([UMKM, KOPERASI]),
    st.dictionaries(questions | st.text(max_size=8), json_values, max_size=12),
    st.booleans(),
)
@example(UMKM, {"owner": {"birth_date": "20220101", "nik": "1601145203850001"}}, True)
@example(UMKM, {"started_year": 2150}, True)
@example(
    KOPERASI, {"started_year": [], "founding_capital_idr": "much", "annual_sales_idr": {}, "founded_year": 2150}, True
)
def test_whatever_is_answered_is_read_or_has_coded_faults(questionnaire: Any, answers: Json, valid_base: bool) -> None:
    """No answers make the reading fail in another way than with findings; what is read loses nothing."""
    answers = {**answers, **(LEAST if valid_base else {})}
    before = json.dumps(answers)
    found = read(questionnaire, answers, captured_on=DAY, today=DAY, suspicious=True)
    assert all(finding.code in TEXTS for finding in (*found.errors, *found.warnings))
    assert json.dumps(answers) == before, "what was sent stays as it was sent"
    if not found.errors:
        numbers = {"nib", "npwp", "cooperative_number", "owner"}
        merged = whole(found.open_answers, found.sealed_answers)
        assert {key: value for key, value in merged.items() if key not in numbers} == {
            key: value for key, value in answers.items() if key not in numbers
        }


@given(json_values)
def test_sound_values_are_storable(value: Any) -> None:
    text = json.dumps(value)
    if "\\u0000" not in text and "\\ud" not in text:
        assert unstorable(value) == []


def test_every_question_has_labels_in_both_languages() -> None:
    def walk(model: Any) -> None:
        for name, field in model.model_fields.items():
            extra = field.json_schema_extra
            assert extra["x-label-id"], name
            assert extra["x-label-en"], name
            for inner in (each for each in getattr(field.annotation, "__args__", ()) if isinstance(each, type)):
                if hasattr(inner, "model_fields"):
                    walk(inner)

    for questionnaire in CATALOGUE.values():
        walk(questionnaire.model)


def test_the_shape_has_the_rules_of_the_model() -> None:
    """Answers are checked by the shape, documents are made from the model: both must say the same."""
    for questionnaire in CATALOGUE.values():
        of_model = questionnaire.model.model_json_schema()
        of_shape = questionnaire.shape.json_schema()
        assert set(of_shape["properties"]) == set(of_model["properties"])
        assert of_shape.get("required") == of_model.get("required")


@pytest.mark.long_form
@settings(max_examples=sized(35, 200))
@given(st.sampled_from([UMKM, KOPERASI]), st.dictionaries(questions, json_values, max_size=8), st.booleans())
def test_shape_and_model_find_the_same_faults(questionnaire: Any, answers: Json, valid_base: bool) -> None:
    answers = {**answers, **(LEAST if valid_base else {})}
    found: list[list[tuple[str, str]]] = []
    for check in (questionnaire.shape.validate_python, questionnaire.model.model_validate):
        try:
            check(answers)
            found.append([])
        except ValidationError as exc:
            found.append([(finding.pointer, finding.code) for finding in findings.findings_of(exc)])
    assert found[0] == found[1]


def test_every_code_that_can_come_has_its_text() -> None:
    for error_type in (*findings._CODES, "date_parsing", "timezone_aware", "never_heard_of"):
        assert code_of_pydantic(error_type) in TEXTS
    for text in TEXTS.values():
        assert text.id
        assert text.en
