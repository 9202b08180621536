"""What in answers does not fit together: doubts, never reasons to refuse an item. Pure.

They are asked of `umkm@2` and `koperasi@2`; the codes and their texts are in `texts.py`, the rules in words in
`docs/questionnaires.md`. Sums of a year are rows of a table: the first row of a year counts.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from app.questionnaires.findings import Finding
from app.questionnaires.pages import answer_at

LEAST_SALES_OF_A_WORKER = 500_000
MOST_SALES_OF_A_WORKER = 5_000_000_000
"""Rupiah a year for each worker, the owner among them, between which sales are believed. Wide on purpose: a street
vendor and a wholesaler are both right."""

_WHOLE = 100
_PLACE_DIGITS, _TAX_DIGITS, _OLD_TAX_DIGITS = 22, 16, 15
_CELLS = ("paid_male", "paid_female", "unpaid_male", "unpaid_female")
_PARTS = {"assets": ("current_idr", "fixed_idr", "investment_idr"), "debts": ("current_idr", "non_current_idr")}

Answers = Mapping[str, Any]


def doubtful(answers: Answers, shares: Iterable[str], series: Iterable[str]) -> Iterator[Finding]:
    """Every doubt about checked answers. `shares`: blocks whose percentages are parts of a whole; `series`: tables of
    sums by year."""
    for block in shares:
        yield from _shares(answers, block)
    for name in series:
        yield from _years(answers.get(name), f"/answers/{name}")
    yield from _products(answers.get("products"))
    workers = answers.get("workers")
    if workers:
        yield from _workers(workers)
    yield from _sales(answers, workers)
    for name, parts in _PARTS.items():
        yield from _sums(answers.get(name), parts, f"/answers/{name}")
    yield from _tax_numbers(answers)


def sum_of(rows: Any, year: int) -> int | None:
    """The sum of a year in a table of sums by year; None where it was not said."""
    for row in rows or ():
        if row.get("year") == year and row.get("idr") is not None:
            return int(row["idr"])
    return None


def years_of(rows: Any) -> list[int]:
    """The years of which a table of sums says one."""
    return [row["year"] for row in rows or () if row.get("year") is not None and row.get("idr") is not None]


def _shares(answers: Answers, block: str) -> Iterator[Finding]:
    parts = answer_at(answers, tuple(block.split(".")))
    said = [each for each in parts.values() if type(each) is int] if parts else []
    if said and sum(said) != _WHOLE:
        yield Finding("/answers/" + block.replace(".", "/"), "shares_not_100")


def _products(rows: Any) -> Iterator[Finding]:
    """Products need not all be in the table, and not all have a share: together they are at most the whole."""
    said = [row["share_percent"] for row in rows or () if row.get("share_percent") is not None]
    if sum(said) > _WHOLE:
        yield Finding("/answers/products", "shares_not_100")


def _years(rows: Any, where: str) -> Iterator[Finding]:
    seen = set()
    for place, row in enumerate(rows or ()):
        year = row.get("year")
        if year is None:
            yield Finding(f"{where}/{place}/year", "year_missing")
        elif year in seen:
            yield Finding(f"{where}/{place}/year", "year_repeated")
        seen.add(year)


def _workers(workers: Answers) -> Iterator[Finding]:
    said = {name: workers[name] for name in _CELLS if workers.get(name) is not None}
    paid = said.get("paid_male", 0) + said.get("paid_female", 0)
    rows = workers.get("pay") or ()
    wages = [workers.get("wages_idr"), *(row.get(name) for row in rows for name in ("male_idr", "female_idr"))]
    if paid and not any(wages):
        yield Finding("/answers/workers", "wages_missing")
    if any(wages) and not paid and {"paid_male", "paid_female"} <= said.keys():
        yield Finding("/answers/workers", "wages_without_paid_workers")
    total, disabled = sum(said.values()), workers.get("with_disability")
    if said and disabled is not None and disabled > total:
        yield Finding("/answers/workers/with_disability", "disabled_over_workers")
    for name in _CELLS:
        among = workers.get(f"{name}_disabled")
        if among is not None and name in said and among > said[name]:
            yield Finding(f"/answers/workers/{name}_disabled", "disabled_over_workers")
    educated = [row.get(sex) or 0 for row in workers.get("by_education") or () for sex in ("male", "female")]
    if educated and said and sum(educated) != total:
        yield Finding("/answers/workers/by_education", "education_not_workers")


def _sales(answers: Answers, workers: Answers | None) -> Iterator[Finding]:
    rows, annual = answers.get("sales"), answers.get("annual_sales_idr")
    years = years_of(rows)
    newest = sum_of(rows, max(years)) if years else annual
    if rows and annual is not None and years and annual not in {sum_of(rows, year) for year in years}:
        yield Finding("/answers/annual_sales_idr", "sales_differ")
    for place, year in enumerate(years):
        parts = [sum_of(answers.get(name), year) for name in ("sales_domestic", "sales_abroad")]
        known = [each for each in parts if each is not None]
        if len(known) == len(parts) and sum(known) != sum_of(rows, year):
            yield Finding(f"/answers/sales/{place}", "sales_parts_differ")
    people = sum((workers or {}).get(name) or 0 for name in _CELLS)
    if newest and people and not LEAST_SALES_OF_A_WORKER <= newest / people <= MOST_SALES_OF_A_WORKER:
        yield Finding("/answers/sales" if years else "/answers/annual_sales_idr", "sales_far_from_workers")


def _sums(rows: Any, parts: tuple[str, ...], where: str) -> Iterator[Finding]:
    for place, row in enumerate(rows or ()):
        said = [row.get(name) for name in ("idr", *parts)]
        if None not in said and said[0] != sum(said[1:]):
            yield Finding(f"{where}/{place}", "parts_not_total")


def _tax_numbers(answers: Answers) -> Iterator[Finding]:
    """Of a person, an NPWP of 16 digits is the NIK (PMK 112/2022); the number of a place of business begins with it."""
    owner = answers.get("owner") or {}
    nik, asked = owner.get("nik"), [("/answers/owner/npwp", owner.get("npwp"))]
    if answers.get("legal_form") == "individual":
        asked.append(("/answers/npwp", answers.get("npwp")))
    for where, npwp in asked:
        if nik and npwp and len(npwp) == _TAX_DIGITS and not npwp.startswith("0") and npwp != nik:
            yield Finding(where, "npwp_is_not_nik")
    place, npwp = answers.get("nitku"), answers.get("npwp")
    if place and npwp and len(place) == _PLACE_DIGITS:
        whole = "0" + npwp if len(npwp) == _OLD_TAX_DIGITS else npwp
        if len(whole) == _TAX_DIGITS and not place.startswith(whole):
            yield Finding("/answers/nitku", "nitku_not_of_npwp")
