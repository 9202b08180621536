"""Answers, and what the server finds in them: for builders of forms in any language.

Beside what was thought of by hand, each kind of question of each questionnaire gets answers at its bounds and beyond.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from app.questionnaires.assessment import read, sized
from app.questionnaires.catalogue import CATALOGUE
from app.questionnaires.schema import json_schema

_DAY = date(2022, 9, 12)
_REFERENCE_YEAR = 2021
_NIK = "1601145203850001"
_LEAST: Mapping[str, dict[str, Any]] = {
    "umkm": {"legal_name": "Warung Bu Sari", "kbli": "47112", "nib": "9120001234567"},
    "koperasi": {"legal_name": "KUD Makmur", "kbli": "64141", "cooperative_number": "1601020010001"},
    "visit": {"result": "absent"},
}


def forms() -> dict[str, Any]:
    """The file of vectors."""
    cases = [*_by_hand(), *_by_kind()]
    return {
        "about": "What the server finds in answers by the questionnaire alone: errors, for which the item is invalid,"
        " and warnings, each as a pointer and a code, in no order. What needs lists of the server (`kbli_unknown`,"
        " `nik_district_unknown` …) is left out. Where there are errors, warnings say nothing. `today` is the day of"
        " receipt and of capture, `reference_year` the year that the campaign asks about.",
        "today": _DAY.isoformat(),
        "reference_year": _REFERENCE_YEAR,
        "cases": [_found(questionnaire, answers) for questionnaire, answers in cases],
    }


def _found(name: str, answers: dict[str, Any]) -> dict[str, Any]:
    reading = read(CATALOGUE[name], answers, captured_on=_DAY, today=_DAY, suspicious=True)
    warnings = [] if reading.errors else [*reading.warnings, *sized(reading, _REFERENCE_YEAR)]
    return {
        "questionnaire": name,
        "answers": answers,
        "errors": sorted(set(map(tuple, reading.errors))),
        "warnings": sorted(set(map(tuple, warnings))),
    }


def _by_hand() -> Iterator[tuple[str, dict[str, Any]]]:
    for kind, least in _LEAST.items():
        newest = f"{kind}@{1 if kind == 'visit' else 2}"
        for name in {f"{kind}@1": None, newest: None}:
            yield name, least
            for field in least:
                yield name, {each: value for each, value in least.items() if each != field}
                yield name, {**least, field: None}
        for said in _SAID[kind]:
            yield newest, {**least, **said}
    for said in _SAID["umkm@1"]:
        yield "umkm@1", {**_LEAST["umkm"], **said}


_SAID: Mapping[str, tuple[dict[str, Any], ...]] = {
    "umkm@1": (
        {"owner": {"name": "Sari", "nik": _NIK, "birth_date": "1985-03-12", "sex": "female"}},
        {"owner": {"passport": "A12"}},
        {"owner": {}},
        {"permits": {"others": ["SIUP", f"nomor {_NIK}"]}},
        {"products": [{"name": "Kue", "rasa": 1}], "annual_sales_idr": 60_000_000_000},
    ),
    "umkm": (
        {"legal_name": "--"},
        {"legal_name": "\u200b"},
        {"legal_name": f"Warung {_NIK}", "address": "16.01.14.1003"},
        {"legal_name": "Warung di 16.01.14.1003"},
        {"trade_name": "0812 3456 7890"},
        {"kbli": "4711"},
        {"kbli": " 47112 "},
        {"kbli_version": "2025"},
        {"nib": "912000123456"},
        {"nib": " 9120-0012.34567"},
        {"unknown": 1, "a/b~c": 2, "owner": {"unknown": 1}},
        *({f"unknown_{number}": number} for number in range(2)),
        {f"unknown_{number:02}": number for number in range(30)},
        {"started_year": 2023},
        {"started_year": 2022},
        {"annual_sales_idr": 50_000_000_001},
        {"founding_capital_idr": 10_000_000_001},
        {"annual_sales_idr": 9_223_372_036_854_775_807},
        {"annual_sales_idr": 9_223_372_036_854_775_808},
        {"annual_sales_idr": 2.0},
        {"annual_sales_idr": 2.5},
        {"owner": {"nik": _NIK, "birth_date": "1985-03-13", "sex": "male"}},
        {"owner": {"nik": _NIK, "birth_date": "1985-03-12", "sex": "female"}},
        {"owner": {"nik": "1601145203850000"}},
        {"owner": {"name": "-"}},
        {"owner": {"birth_date": "2022-02-30"}},
        {"owner": {"birth_date": "20220228"}},
        {"owner": {"passport": " a123-4567 "}},
        {"owner": {"passport": "A12", "kitas": "12"}},
        {"nib": None, "owner": {"passport": "A1234567"}},
        {"nib": None, "owner": {"name": "Sari"}},
        {"owner": {"nik": _NIK, "npwp": "16.01.14.520385.0002"}},
        {"owner": {"nik": _NIK, "npwp": _NIK}, "npwp": "1601145203850002"},
        {"owner": {"nik": _NIK}, "npwp": "1601145203850002", "legal_form": "individual"},
        {"owner": {"nik": _NIK, "npwp": "0012345674301000"}},
        {"nitku": "0012.3456.7430.1000.000001", "npwp": "01.234.567.4-301.000"},
        {"nitku": "0012345674301001000001", "npwp": "012345674301000"},
        {"nitku": "12", "npwp": "1"},
        {"npwp": "012345678301000"},
        {"inputs": {"by_supplier": {"micro": 90, "large": 90}}},
        {"inputs": {"by_supplier": {"micro": 60, "large": 40}}},
        {"inputs": {"by_supplier": {"micro": None}}, "marketing": {"by_destination": {}}},
        {"products": [{"share_percent": 90}, {"share_percent": 20}]},
        {"products": [{"share_percent": 60}, {"name": "Kue"}]},
        {"products": [{"name": "Kue", "value_idr": 1, "rasa": 2}]},
        {"products": [{"name": f"Kue {_NIK}", "value_idr": 1}]},
        {"products": [{"name": "Kue"}] * 31},
        {"products": ["Kue"]},
        {"sales": [{"idr": 5}, {"year": 2021}]},
        {"assets": [{"year": 2020}, {"year": 2020}]},
        {"sales": [{"year": 2019, "idr": 5}]},
        {"sales": [{"year": 2021, "idr": 50_000_000_001}]},
        {"annual_sales_idr": 5, "sales": [{"year": 2021, "idr": 6}]},
        {"annual_sales_idr": 6, "sales": [{"year": 2021, "idr": 6}, {"year": 2020, "idr": 9}]},
        {
            "marketing": {"exports": True},
            "sales": [{"year": 2021, "idr": 9}],
            "sales_domestic": [{"year": 2021, "idr": 5}],
            "sales_abroad": [{"year": 2021, "idr": 5}],
        },
        {"marketing": {"exports": False}, "sales_abroad": [{"year": 2021, "idr": 5}]},
        {"practice": {"partnership": False}, "partner_table": [{}]},
        {"owner": {"lives_at_business": True, "address": "Jl. Melati"}},
        {"owner": {"other_job": False, "other_jobs": ["farmer"]}},
        {"owner": {"other_job": True, "other_jobs": ["farmer", "farmer"], "other_job_named": "x"}},
        {"owner": {"other_job": True, "other_jobs": ["farmer", "other"], "other_job_named": "x"}},
        {"owner": {"other_job": True, "other_jobs": ["nobody"]}},
        {"debts": [{"year": 2021, "idr": 9, "current_idr": 5, "non_current_idr": 5}]},
        {"debts": [{"year": 2021, "idr": 10, "current_idr": 5, "non_current_idr": 5}]},
        {"workers": {"paid_male": 1}},
        {"workers": {"paid_male": 1, "wages_idr": 0}},
        {"workers": {"paid_male": 1, "pay": [{"kind": "wages", "female_idr": 5}]}},
        {"workers": {"paid_male": 0, "paid_female": 0, "wages_idr": 5}},
        {"workers": {"unpaid_male": 1, "with_disability": 2}},
        {"workers": {"unpaid_male": 1, "unpaid_male_disabled": 2}},
        {"workers": {"unpaid_male": 1, "unpaid_male_disabled": 1}},
        {"workers": {"unpaid_male": 3, "by_education": [{"male": 2}, {"male": None}]}},
        {"workers": {"unpaid_male": 2}, "sales": [{"year": 2021, "idr": 999_999}]},
        {"workers": {"unpaid_male": 2}, "annual_sales_idr": 1_000_000},
        {"workers": {"unpaid_male": 1}, "annual_sales_idr": 5_000_000_000},
        {"workers": {"unpaid_male": 1}, "annual_sales_idr": 5_000_000_001},
        {"notes": "a\u0000b"},
        {"other_business_of_owner": "ya"},
    ),
    "koperasi": (
        {"cooperative_number": "0001"},
        {"cooperative_number": None, "nib": "9120001234567"},
        {"owner": True, "products": 5, "sales": {"year": 1}, "npwp": None, "annual_sales_idr": "banyak"},
        {"founded_year": 2023},
        {"business_volume_idr": 50_000_000_001},
        {"business_volume": [{"year": 2021, "idr": 50_000_000_001}]},
        {"business_volume": [{"year": 2020, "idr": 1}], "surplus": [{"year": 2020, "idr": -5}]},
    ),
    "visit": (
        {"result": "refused"},
        {"result": "refused", "reason": " "},
        {"result": "refused", "reason": "Sibuk"},
        {"result": "gone"},
        {"visited_at": "2022-09-05T02:00:00+07:00", "next_visit_on": "2022-09-04"},
        {"visited_at": "2022-09-05T02:00:00+07:00", "next_visit_on": "2022-09-05"},
        {"visited_at": "1900-01-01T00:00:00+07:00"},
        {"visited_at": "2022-09-05T02:00:00"},
        {"visited_at": "kemarin"},
        {"result": "closed", "next_visit_on": "2022-09-05"},
    ),
}


def _by_kind() -> Iterator[tuple[str, dict[str, Any]]]:
    """For the first question of each kind: answers at its bounds and beyond, and of other types."""
    seen: set[str] = set()
    for name, questionnaire in CATALOGUE.items():
        schema = json_schema(questionnaire)
        for path, asked in _leaves(schema, schema, ()):
            kind = repr((sorted((key, asked[key]) for key in asked.keys() & set(_TELLING)), "enum" in asked))
            if kind not in seen:
                seen.add(kind)
                for value in _values(asked):
                    yield name, _with(dict(_LEAST[questionnaire.kind]), path, value)


_TELLING = ("type", "format", "minimum", "maximum", "minLength", "maxLength", "maxItems", "pattern")


def _leaves(
    whole: Mapping[str, Any], block: Mapping[str, Any], path: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], Mapping[str, Any]]]:
    for name, asked in block["properties"].items():
        if "x-number" in asked:
            continue  # with rules of its own
        for each in (asked, *asked.get("anyOf", ())):
            if "$ref" in each:
                yield from _leaves(whole, whole["$defs"][each["$ref"].rpartition("/")[2]], (*path, name))
            elif each.get("type", "null") != "null":
                yield (*path, name), each


def _values(asked: Mapping[str, Any]) -> Iterator[Any]:
    yield from (True, "x", 1, 1.5, [], {})
    for bound, step in (("minimum", -1), ("maximum", 1)):
        if bound in asked:
            yield from (asked[bound], asked[bound] + step)
    for bound, step in (("minLength", -1), ("maxLength", 1)):
        if bound in asked:
            yield from ("é" * asked[bound], "é" * (asked[bound] + step), "😀" * asked[bound])
    if "maxItems" in asked:
        yield [None] * (asked["maxItems"] + 1)


def _with(answers: dict[str, Any], path: tuple[str, ...], value: Any) -> dict[str, Any]:
    if len(path) == 1:
        return {**answers, path[0]: value}
    return {**answers, path[0]: _with({}, path[1:], value)}
