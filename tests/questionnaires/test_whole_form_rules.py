"""The whole form: what is open and what is sealed, sums with their year, shares, tables, doubts, pages and skips."""

import copy
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from shapes import Json

from app.campaigns.queries import CampaignRow
from app.identifiers.kbli_codes import keyed
from app.questionnaires.assessment import Reading, doubts, read, shown, sized, whole
from app.questionnaires.catalogue import CATALOGUE, questions_of
from app.questionnaires.dividing import block_of
from app.questionnaires.pages import Page, ready
from app.questionnaires.schema import json_schema
from app.questionnaires.texts import TEXTS
from kumkm_proof.bench.whole_form import filled
from kumkm_tablet.form import Form

DAY = date(2022, 9, 12)
NEW = ("umkm@2", "koperasi@2")
LEAST = {"legal_name": "Warung Bu Sari", "kbli": "47112", "nib": "9120001234567"}
NIK = "1601145203850001"


def reading(said: Json, name: str = "umkm@2") -> Reading:
    return read(CATALOGUE[name], copy.deepcopy({**LEAST, **said}), captured_on=DAY, today=DAY, suspicious=False)


def warned(said: Json, name: str = "umkm@2") -> list[tuple[str, str]]:
    found = reading(said, name)
    assert found.errors == []
    return [(each.pointer.removeprefix("/answers"), each.code) for each in found.warnings]


@pytest.mark.parametrize("name", NEW)
def test_the_whole_form_has_no_fault_and_no_doubt(name: str) -> None:
    answers = {**filled(name), **LEAST}
    found = reading(answers, name)
    assert (found.errors, found.warnings) == ([], [])
    assert whole(found.open_answers, found.sealed_answers) == answers
    assert jsonschema_rs.validator_for(json_schema(CATALOGUE[name])).is_valid(answers)
    assert Form(json_schema(CATALOGUE[name])).check(answers, today=DAY) == ([], [])


@pytest.mark.parametrize(("before", "after"), [("umkm@1", "umkm@2"), ("koperasi@1", "koperasi@2")])
def test_what_the_first_version_asks_is_in_its_place(before: str, after: str) -> None:
    answers = {**filled(before), **LEAST}
    assert reading(answers, after).errors == []
    assert not [each for each in reading(answers, after).warnings if each.code == "unknown_field"]
    assert questions_of(after) == questions_of(before)


def test_rows_are_divided_into_what_everybody_and_what_few_may_see() -> None:
    rows = [
        {"name": "Kue", "value_idr": 5_000_000},
        {"name": "Roti"},
        {"name": "Teh", "value_idr": None, "rasa": "asam"},
    ]
    found = reading({"products": rows, "sales": [{"year": 2021, "idr": 9}]})
    assert found.open_answers["products"] == [{"name": "Kue"}, {"name": "Roti"}, {"name": "Teh"}]
    assert found.sealed_answers["products"] == {"0": {"value_idr": 5_000_000}, "2": {"value_idr": None, "rasa": "asam"}}
    assert "sales" not in found.open_answers
    assert ("/answers/products/2/rasa", "unknown_field") in found.warnings
    assert whole(found.open_answers, found.sealed_answers)["products"] == rows
    seen = shown(found.open_answers, found.sealed_answers)
    assert seen["products"][0] == {"name": "Kue", "value_idr": "***"}
    assert seen["sales"] == [{"year": "***", "idr": "***"}]
    assert shown(found.open_answers, None)["products"] == [{"name": "Kue"}, {"name": "Roti"}, {"name": "Teh"}]


def test_a_number_in_an_open_column_is_masked_there_alone() -> None:
    found = reading({"products": [{"name": f"Kue {NIK}", "value_idr": 1}], "inputs": None})
    assert NIK not in str(found.open_answers)
    assert found.sealed_answers["products"] == {"0": {"name": f"Kue {NIK}", "value_idr": 1}}
    assert whole(found.open_answers, found.sealed_answers)["products"] == [{"name": f"Kue {NIK}", "value_idr": 1}]
    assert ("/answers/products/0/name", "long_number_in_text") in found.warnings
    listed = read(
        CATALOGUE["umkm@1"],
        {**LEAST, "permits": {"others": ["SIUP", NIK]}},
        captured_on=DAY,
        today=DAY,
        suspicious=False,
    )
    assert NIK not in str(listed.open_answers)
    unknown = read(
        CATALOGUE["umkm@1"],
        {**LEAST, "products": [{NIK: 1, "name": None}, {"kode": int(NIK)}]},
        captured_on=DAY,
        today=DAY,
        suspicious=False,
    )
    assert NIK not in str(unknown.open_answers)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"inputs": {"by_supplier": {"micro": 90, "large": 90}}}, [("/inputs/by_supplier", "shares_not_100")]),
        ({"inputs": {"by_supplier": {"micro": 100, "large": 80}}}, [("/inputs/by_supplier", "shares_not_100")]),
        ({"marketing": {"by_buyer": {"household": 60, "micro": 40}}}, []),
        ({"marketing": {"by_buyer": {"household": None}, "by_destination": {}}}, []),
        ({"products": [{"share_percent": 90}, {"share_percent": 90}]}, [("/products", "shares_not_100")]),
        ({"products": [{"share_percent": 60}, {"name": "Kue"}]}, []),
        ({"sales": [{"idr": 5}, {"year": 2021}]}, [("/sales/0/year", "year_missing")]),
        ({"assets": [{"year": 2020}, {"year": 2020}]}, [("/assets/1/year", "year_repeated")]),
        ({"workers": {"paid_male": 1}}, [("/workers", "wages_missing")]),
        ({"workers": {"paid_male": 1, "wages_idr": 0}}, [("/workers", "wages_missing")]),
        ({"workers": {"paid_male": 1, "pay": [{"kind": "wages", "female_idr": 5}]}}, []),
        (
            {"workers": {"paid_male": 0, "paid_female": 0, "wages_idr": 5}},
            [("/workers", "wages_without_paid_workers")],
        ),
        ({"workers": {"paid_male": 0, "wages_idr": 5}}, []),  # of women nothing was said
        (
            {"workers": {"unpaid_male": 1, "with_disability": 2}},
            [("/workers/with_disability", "disabled_over_workers")],
        ),
        ({"workers": {"with_disability": 2}}, []),
        (
            {"workers": {"unpaid_male": 1, "unpaid_male_disabled": 2}},
            [("/workers/unpaid_male_disabled", "disabled_over_workers")],
        ),
        (
            {"workers": {"unpaid_male": 3, "by_education": [{"male": 2}, {"male": None}]}},
            [("/workers/by_education", "education_not_workers")],
        ),
        ({"workers": {"unpaid_male": 2, "by_education": [{"male": 2}]}}, []),
        (
            {"annual_sales_idr": 5, "sales": [{"year": 2021, "idr": 6}]},
            [("/annual_sales_idr", "sales_differ")],
        ),
        ({"annual_sales_idr": 6, "sales": [{"year": 2021, "idr": 6}, {"year": 2020, "idr": 9}]}, []),
        (
            {
                "marketing": {"exports": True},
                "sales": [{"year": 2021, "idr": 9}],
                "sales_domestic": [{"year": 2021, "idr": 5}],
                "sales_abroad": [{"year": 2021, "idr": 5}],
            },
            [("/sales/0", "sales_parts_differ")],
        ),
        ({"sales": [{"year": 2021, "idr": 9}], "sales_domestic": [{"year": 2021, "idr": 5}]}, []),
        (
            {"workers": {"unpaid_male": 2}, "sales": [{"year": 2021, "idr": 999_999}]},
            [("/sales", "sales_far_from_workers")],
        ),
        ({"workers": {"unpaid_male": 2}, "sales": [{"year": 2021, "idr": 1_000_000}]}, []),
        ({"workers": {"unpaid_male": 1}, "annual_sales_idr": 5_000_000_000}, []),
        (
            {"workers": {"unpaid_male": 1}, "annual_sales_idr": 5_000_000_001},
            [("/annual_sales_idr", "sales_far_from_workers")],
        ),
        (
            {"debts": [{"year": 2021, "idr": 9, "current_idr": 5, "non_current_idr": 5}]},
            [("/debts/0", "parts_not_total")],
        ),
        ({"debts": [{"year": 2021, "idr": 9, "current_idr": 5}]}, []),
        (
            {"owner": {"nik": NIK, "npwp": "16.01.14.520385.0002"}},
            [("/owner/npwp", "npwp_is_not_nik")],
        ),
        ({"owner": {"nik": NIK, "npwp": NIK}, "npwp": "1601145203850002"}, []),  # of a company, not of its owner
        (
            {"owner": {"nik": NIK}, "npwp": "1601145203850002", "legal_form": "individual"},
            [("/npwp", "npwp_is_not_nik")],
        ),
        ({"owner": {"nik": NIK, "npwp": "0012345674301000"}}, []),
        ({"nitku": "0012.3456.7430.1000.000001", "npwp": "01.234.567.4-301.000"}, []),
        (
            {"nitku": "0012345674301001000001", "npwp": "012345674301000"},
            [("/nitku", "nitku_not_of_npwp")],
        ),
        ({"nitku": "12"}, [("/nitku", "nitku_not_22_digits")]),
        ({"nitku": "12", "npwp": "012345674301000"}, [("/nitku", "nitku_not_22_digits")]),
        ({"nitku": "0012345674301000000001", "npwp": "1"}, [("/npwp", "npwp_not_15_or_16_digits")]),
    ],
)
def test_what_does_not_fit_together_is_doubted(said: Json, expected: list[tuple[str, str]]) -> None:
    assert warned(said) == expected
    for _, code in expected:
        assert code in TEXTS
    # What the schema says, a tablet says at the door; of products it takes no sum.
    at_the_door = {"shares_not_100", "year_missing", "year_repeated", "nitku_not_22_digits", "npwp_not_15_or_16_digits"}
    _, by_tablet = Form(json_schema(CATALOGUE["umkm@2"])).check({**LEAST, **said}, today=DAY)
    assert {("/answers" + where, code) for where, code in expected if code in at_the_door and where != "/products"} == {
        tuple(each) for each in by_tablet
    }


@pytest.mark.parametrize("share", [-1, 101, 10.5, "10", True])
def test_a_share_that_can_be_none_is_refused(share: Any) -> None:
    found = reading({"marketing": {"by_buyer": {"household": share}}})
    assert [each.pointer for each in found.errors] == ["/answers/marketing/by_buyer/household"]


@pytest.mark.parametrize(
    "said",
    [
        {"products": [{"name": "Kue"}] * 31},
        {"partner_table": [{}] * 11},
        {"inputs": {"material_table": [{}] * 31}},
        {"sales": [{"year": year, "idr": 1} for year in range(2016, 2022)]},
        {"workers": {"pay": [{}] * 3}},
    ],
)
def test_a_table_is_bounded(said: Json) -> None:
    assert [each.code for each in reading(said).errors] == ["too_long"]


def test_what_a_cooperative_does_not_ask_is_not_looked_at() -> None:
    odd = {"owner": True, "products": 5, "sales": {"year": 1}, "npwp": None, "annual_sales_idr": "banyak"}
    assert {code for _, code in warned(odd, "koperasi@2")} == {"unknown_field"}


def test_years_are_known_by_row_and_the_first_of_a_year_counts() -> None:
    rows = [{"year": 2020, "idr": 60_000_000_000}, {"year": 2021, "idr": 1_000}, {"year": 2021, "idr": 10**12}]
    found = reading({"sales": rows, "founding_capital_idr": 6_000_000_000})

    def size() -> str | None:
        return found.size_class

    assert size() is None, "which year counts is the campaign's to say"
    assert sized(found, 2021) == []
    assert size() == "micro"
    assert [each.code for each in sized(found, 2020)] == ["size_class_large"]
    assert size() == "large"
    assert [tuple(each) for each in sized(found, 2019)] == [("/answers/sales", "sales_of_other_year")]
    assert size() == "medium", "by the capital, as of a business that has begun since"
    beside = reading({"sales": rows, "annual_sales_idr": 3_000_000_000})
    sized(beside, 2019)
    assert beside.size_class == "small", "by the sales without a year"


def test_the_campaign_says_which_year_it_asks_about() -> None:
    campaign = CampaignRow(1, "pl-kumkm-2022", "PL", date(2022, 4, 1), date(2022, 10, 31), date(2022, 11, 30))
    found = reading({"sales": [{"year": 2021, "idr": 3_000_000_000}, {"year": 2022, "idr": 1}]})
    known: Any = {"known_kbli": {keyed("2020", "47112")}, "known_regions": frozenset()}
    assert doubts(found, **known, reference_year=campaign.reference_year) == []
    assert found.size_class == "small"
    only_annual = reading({"annual_sales_idr": 3_000_000_000})
    assert (only_annual.size_class, doubts(only_annual, **known, reference_year=1999)) == ("small", [])
    cooperative = reading({"business_volume": [{"year": 2021, "idr": 60_000_000_000}]}, "koperasi@2")
    sized(cooperative, 2021)
    assert cooperative.size_class == "large"


@pytest.mark.parametrize("kind", ["passport", "kitas"])
def test_an_owner_without_a_nik_is_known_by_another_number(kind: str) -> None:
    found = reading({"owner": {"name": "John", kind: " a123-4567 "}})
    assert dict(found.identities) == {kind: "A1234567", "nib": "9120001234567"}
    assert found.sealed_answers["owner"] == {kind: "A1234567"}
    assert shown(found.open_answers, found.sealed_answers)["owner"][kind] == "***67"
    wrong = reading({"owner": {kind: "A12"}})
    assert [tuple(each) for each in wrong.errors] == [(f"/answers/owner/{kind}", f"{kind}_not_5_to_20_signs")]
    before = read(CATALOGUE["umkm@1"], {**LEAST, "owner": {kind: "A12"}}, captured_on=DAY, today=DAY, suspicious=False)
    assert (before.errors, dict(before.identities)) == ([], {"nib": "9120001234567"})


# Pages and skips


def answered(path: str, value: Any) -> Json:
    *blocks, last = path.split(".")
    said: Json = {last: value}
    for block in reversed(blocks):
        said = {block: said}
    return said


def merged(*said: Json) -> Json:
    whole_: Json = {}
    for each in said:
        whole_ = whole(whole_, each)
    return whole_


SKIPS = [(name, path, when) for name in NEW for path, when in CATALOGUE[name].skips.items()]


@pytest.mark.parametrize(("name", "path", "when"), SKIPS)
def test_every_skip_is_walked(name: str, path: str, when: Any) -> None:
    """On the server, on the tablet, and by what the schema says."""
    form = Form(json_schema(CATALOGUE[name]))
    value = filled(name)
    for part in path.split("."):
        value = value[part]
    mine = answered(path, value)
    is_list = any(path_ == when.question for path_ in ("owner.other_jobs", "marketing.methods")) or when.question in (
        "guidance.organisers",
        "guidance.providers",
    )
    yes: Any = when.of[0]
    no: Any = not yes if isinstance(yes, bool) else "government"
    if when.question == "owner.other_jobs":
        no = "farmer"
    if when.question == "marketing.methods":
        no = "intermediary"
    wanted, unwanted = (answered(when.question, [each] if is_list else each) for each in (yes, no))
    question = next(each for each in form.questions() if f"{'.'.join(each.path)}.".startswith(path + "."))
    pointer = "/" + path.replace(".", "/")
    for other, asked in ((wanted, True), (unwanted, False), ({}, False)):
        before = merged(other, _reasons(name, when.question))
        assert form.is_asked(question, before) is asked, other
        doubted = (pointer, "question_not_asked") in warned(merged(before, mine), name)
        assert doubted is (other is unwanted)
        _, by_tablet = form.check({**LEAST, **merged(before, mine)}, today=DAY)
        assert (("/answers" + pointer, "question_not_asked") in by_tablet) is doubted


def _reasons(name: str, question: str) -> Json:
    """What makes the other question of a condition be asked itself."""
    skips = CATALOGUE[name].skips
    return answered(skips[question].question, skips[question].of[0]) if question in skips else {}


@pytest.mark.parametrize("name", NEW)
def test_every_question_is_on_one_page(name: str) -> None:
    known = CATALOGUE[name]
    on_pages = [question for page in known.pages for question in page.questions]
    assert sorted(on_pages) == sorted(known.model.model_fields)
    assert len({page.name for page in known.pages}) == len(known.pages)
    form = Form(json_schema(known))
    walked = [question.path for page in form.pages() for question in page.questions]
    assert sorted(walked) == sorted(question.path for question in form.questions())
    assert [page.name for page in form.pages()] == [page.name for page in known.pages]
    for page in known.pages:
        assert isinstance(page, Page)
        assert page.label_id
        assert page.label_en


@pytest.mark.parametrize("name", NEW)
def test_a_condition_is_about_a_question_that_comes_before(name: str) -> None:
    known, form = CATALOGUE[name], Form(json_schema(CATALOGUE[name]))
    order = [".".join(question.path) for page in form.pages() for question in page.questions]

    def place(path: str) -> int:
        return next(at for at, each in enumerate(order) if each == path or each.startswith(path + "."))

    assert [path for path, when in known.skips.items() if place(when.question) > place(path)] == []
    for skip in ready(known.skips):
        assert len(skip.question) <= 2


@pytest.mark.parametrize("name", NEW)
def test_every_question_and_column_has_labels_and_every_choice_words(name: str) -> None:
    for schema in _properties(json_schema(CATALOGUE[name])):
        assert schema["x-label-id"]
        assert schema["x-label-en"]
        assert ("x-help-id" in schema) == ("x-help-en" in schema)
        parts = (schema, *schema.get("anyOf", ()))
        words = [word for part in parts for word in (*part.get("enum", ()), *part.get("items", {}).get("enum", ()))]
        assert set(words) == set(schema.get("x-choices", ()))
    assert block_of(CATALOGUE[name].model.model_fields["workers"].annotation) is not None


@pytest.mark.parametrize("name", CATALOGUE)
def test_no_text_for_people_names_a_field(name: str) -> None:
    schemas = list(_properties(json_schema(CATALOGUE[name])))
    texts = [schema[key] for schema in schemas for key in schema if key.startswith(("x-label-", "x-help-"))]
    texts += [text for schema in schemas for words in schema.get("x-choices", {}).values() for text in words.values()]
    assert len(texts) > 10
    assert [text for text in texts if "_" in text or not text.strip()] == []


def _properties(schema: Any) -> Iterator[Any]:
    for block in (schema, *schema.get("$defs", {}).values()):
        yield from block.get("properties", {}).values()


@pytest.mark.parametrize(("heading", "questionnaire"), [("Enterprises", "umkm@2"), ("Cooperatives", "koperasi@2")])
def test_the_table_of_the_forms_items_names_fields_that_there_are_and_every_question(
    heading: str, questionnaire: str
) -> None:
    page = (Path(__file__).parents[2] / "docs/questionnaires.md").read_text("utf-8")
    part = page.partition(f"### {heading}")[2].partition("\n### ")[0]
    rows = [line.split(" | ") for line in part.splitlines() if line.startswith("| ")][2:]
    named = {name for row in rows for name in re.findall(r"`([a-z_0-9.]+)`", row[2])} - OF_THE_ITEM
    schema = CATALOGUE[questionnaire].model
    for name in named:
        at: Any = schema
        for step in name.split("."):
            assert step in at.model_fields, name
            at = block_of(at.model_fields[step].annotation) or at
    assert named, heading


OF_THE_ITEM = {"record_id", "region_code", "location", "started_at", "captured_at", "other", "_disabled"}
