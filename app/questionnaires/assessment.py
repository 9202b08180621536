"""The assessment of a set of answers: its faults, its numbers, its size, and which parts of it are sealed. Pure.

Two steps: `read` looks at the answers alone, `doubts` compares them with reference data. What is stored is what was
sent, except that numbers that identify are stored as digits, and the time of a visit in one form, however it was
written. An open answer with a long number in it is stored twice: open with the number masked, and unmasked with the
sealed answers.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import UTC, date
from functools import cache
from typing import Any, NamedTuple

import orjson
from pydantic import ValidationError

from app.core.name_cleaning import is_name, is_plain, tidied
from app.identifiers.kbli_codes import DEFAULT, edition_of, keyed, out_of_scope
from app.identifiers.numbers import (
    FOREIGN,
    IdentityKind,
    InvalidNumber,
    Nik,
    parse_cooperative_number,
    parse_foreign_number,
    parse_nib,
    parse_nik,
    parse_nitku,
    parse_npwp,
)
from app.questionnaires.catalogue import Questionnaire, unasked_numbers
from app.questionnaires.consistency import doubtful, sum_of, years_of
from app.questionnaires.dividing import Answers, block_of, divide
from app.questionnaires.fields import Block
from app.questionnaires.findings import Finding, findings_of, pointer, unstorable, with_whole_numbers
from app.questionnaires.masking import masked
from app.questionnaires.pages import left_out as not_asked
from app.questionnaires.size_class import SizeClass, size_class
from app.questionnaires.visit_1 import VisitSaid, read_visit

_FIVE_DIGITS = re.compile(r"[0-9]{5}", re.ASCII)


@dataclass(slots=True)
class Reading:
    """What answers say. With `errors`, only those can be relied on."""

    kind: str
    errors: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)
    identities: tuple[tuple[IdentityKind, str], ...] = ()
    unasked: frozenset[str] = frozenset()  # kinds of numbers that the form cannot say, though another version can
    legal_name: str = ""
    kbli: str = ""
    kbli_version: str = DEFAULT  # its edition
    kbli_known: bool = True  # whether the edition has the code
    size_class: SizeClass | None = None
    sales: "SalesByYear | None" = None  # where the year decides on the size: then see `sized`
    nik: Nik | None = None  # the owner's
    visit: VisitSaid | None = None  # only of a visit, which has no name, code or number
    open_answers: Answers = field(default_factory=dict)
    sealed_answers: Answers = field(default_factory=dict)
    open_text: str = ""  # both as JSON, as they are stored
    sealed_text: bytes = b""

    def write(self) -> None:
        """Write both parts of the answers while they are at hand: a batch of whole forms is five per cent quicker than
        where they are written at the end."""
        self.open_text = orjson.dumps(self.open_answers).decode()
        self.sealed_text = orjson.dumps(self.sealed_answers)


class SalesByYear(NamedTuple):
    """Sales of several years: the table and where it stands, the sum without a year, and the founding capital."""

    rows: list[dict[str, Any]]
    where: str
    without_year: int | None
    capital: int | None


def read(
    questionnaire: Questionnaire, answers: Answers, *, captured_on: date, today: date, suspicious: bool
) -> Reading:
    """Read answers by their questionnaire.

    Args:
        answers: as parsed from JSON.
        captured_on: the day of the interview, local to the region.
        today: the day of receipt; it decides the century of a NIK's birth date.
        suspicious: whether text may hold what cannot be stored; then the answers are walked whole.
    """
    reading = Reading(questionnaire.kind, unasked=unasked_numbers(questionnaire.name))
    if suspicious:
        reading.errors = [Finding("/answers" + where, code) for where, code in unstorable(answers)]
        if reading.errors:
            return reading
    try:
        questionnaire.shape.validator.validate_python(answers)
    except ValidationError as exc:
        whole = with_whole_numbers(answers, exc)
        if whole is not None:
            return read(questionnaire, whole, captured_on=captured_on, today=today, suspicious=False)
        reading.errors = findings_of(exc, "/answers")
        return reading
    reading.open_answers, reading.sealed_answers, reading.warnings = divide(questionnaire.model, answers)
    if questionnaire.kind == "visit":
        _visit(reading, answers)
    else:
        _business(reading, questionnaire, answers, captured_on=captured_on, today=today)
    reading.write()
    return reading


def _business(
    reading: Reading, questionnaire: Questionnaire, answers: Answers, *, captured_on: date, today: date
) -> None:
    """What is said of a business: its name, activity, numbers and size."""
    _tidy_names(reading, questionnaire.model, reading.open_answers, "/answers")
    reading.legal_name = reading.open_answers["legal_name"]
    reading.kbli = answers["kbli"].strip()
    reading.kbli_version = edition_of(answers.get("kbli_version"))
    if not _FIVE_DIGITS.fullmatch(reading.kbli):
        reading.errors.append(Finding("/answers/kbli", "kbli_not_five_digits"))
    if questionnaire.kind == "umkm":
        _identify_enterprise(reading, answers, today, questionnaire.version)
        sales, started_in = answers.get("annual_sales_idr"), "started_year"
    else:
        _identify_cooperative(reading, answers)
        sales, started_in = answers.get("business_volume_idr"), "founded_year"
    _check_npwp(reading, questionnaire.version)
    if not reading.identities and not reading.errors:
        reading.warnings.append(Finding("/answers", "unidentified"))
    started = answers.get(started_in)
    if started is not None and started > captured_on.year:
        reading.warnings.append(Finding(f"/answers/{started_in}", "started_in_future"))
    capital = answers.get("founding_capital_idr")
    if questionnaire.pages and not reading.errors:
        _doubt(reading, questionnaire, answers)
        rows = answers.get(questionnaire.series[0]) or []
        if years_of(rows):
            reading.sales = SalesByYear(rows, f"/answers/{questionnaire.series[0]}", sales, capital)
            return
    reading.size_class = size_class(sales, capital)
    if reading.size_class == "large":
        reading.warnings.append(Finding("/answers", "size_class_large"))


def _doubt(reading: Reading, questionnaire: Questionnaire, answers: Answers) -> None:
    """What does not fit together in what was asked; numbers are digits by now."""
    sealed, fields = reading.sealed_answers, questionnaire.model.model_fields
    asked = {name: value for name, value in answers.items() if name in fields}
    asked |= {name: sealed[name] for name in ("npwp", "nitku") if name in sealed}
    if asked.get("owner"):
        digits = sealed.get("owner") or {}
        asked["owner"] = {**asked["owner"], **{name: digits[name] for name in ("nik", "npwp") if name in digits}}
    reading.warnings += not_asked(questionnaire.conditions, asked)
    reading.warnings += doubtful(asked, questionnaire.shares, questionnaire.series)


def sized(reading: Reading, reference_year: int) -> list[Finding]:
    """The size class by the sales of the year that the campaign asks about, and doubts about it.

    Where no sales of that year were said, but some without a year, it is by those; otherwise by the founding capital:
    a business may have begun since. Changes nothing of a reading without sales by year.
    """
    said = reading.sales
    if said is None:
        return []
    found = []
    sales = sum_of(said.rows, reference_year)
    if sales is None:
        sales = said.without_year
        found.append(Finding(said.where, "sales_of_other_year"))
    reading.size_class = size_class(sales, said.capital)
    if reading.size_class == "large":
        found.append(Finding("/answers", "size_class_large"))
    return found


def as_taken_in(reading: Reading, editions: Sequence[str]) -> str:
    """The edition of the code in a campaign that takes these: what does not say it is of the first one.

    An edition that was not said, and is not the one that every stored code without one is of, is written beside the
    code, so that what is stored always says it.
    """
    if reading.open_answers.get("kbli_version") is None:
        reading.kbli_version = editions[0]
        if editions[0] != DEFAULT:
            reading.open_answers["kbli_version"] = editions[0]
            reading.write()
    return reading.kbli_version


def _visit(reading: Reading, answers: Answers) -> None:
    """A visit without an interview has a result and times, and nothing that identifies."""
    reading.visit, errors, warnings = read_visit(answers)
    reading.errors += errors
    reading.warnings += warnings
    if reading.visit is not None and reading.visit.visited_at is not None:
        reading.open_answers["visited_at"] = reading.visit.visited_at.astimezone(UTC).isoformat()


def doubts(
    reading: Reading,
    *,
    known_kbli: AbstractSet[str],
    known_regions: AbstractSet[str],
    editions: Sequence[str] = (DEFAULT,),
    left_out: Collection[str] = (),
    reference_year: int | None = None,
) -> list[Finding]:
    """Warnings that need reference data: KBLI codes, each with its edition, the regions that a NIK names, and the year
    whose sales count.

    A code that its edition does not have is no fault of the enumerator, who cannot change the list: somebody codes it.
    """
    warnings = [] if reference_year is None else sized(reading, reference_year)
    if reading.visit is None:
        reading.kbli_known = keyed(as_taken_in(reading, editions), reading.kbli) in known_kbli
        if reading.kbli_version not in editions:
            warnings.append(Finding("/answers/kbli_version", "kbli_version_not_taken"))
        if not reading.kbli_known:
            warnings.append(Finding("/answers/kbli", "kbli_unknown"))
        elif out_of_scope(reading.kbli, left_out):
            warnings.append(Finding("/answers/kbli", "kbli_out_of_scope"))
    nik = reading.nik
    if nik is not None:
        # Codes disappear when regions split, and a NIK keeps the code it was issued with.
        if nik.regency_code not in known_regions:
            warnings.append(Finding("/answers/owner/nik", "nik_regency_unknown"))
        elif nik.district_code not in known_regions:
            warnings.append(Finding("/answers/owner/nik", "nik_district_unknown"))
    return warnings


def whole(open_answers: Answers, sealed_answers: Answers) -> Answers:
    """Open and sealed answers put together again. Of a table with columns of both kinds the sealed ones are kept by
    row: `{"0": {"value_idr": 5}}`."""
    merged = dict(open_answers)
    for key, value in sealed_answers.items():
        mine = merged.get(key)
        if isinstance(value, dict) and isinstance(mine, dict):
            merged[key] = whole(mine, value)
        elif isinstance(value, dict) and isinstance(mine, list):
            merged[key] = [whole(row, value.get(str(place), {})) for place, row in enumerate(mine)]
        elif isinstance(value, list) and isinstance(mine, dict):  # the other way round
            merged[key] = [whole(mine.get(str(place), {}), row) for place, row in enumerate(value)]
        else:
            merged[key] = value
    return merged


def shown(open_answers: Answers, sealed_answers: Answers | None) -> Answers:
    """The answers with sealed ones masked; None for these if they are no longer stored."""
    return whole(masked(sealed_answers) or {}, open_answers)


def leaves(answers: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Every answer that says something, by its RFC 6901 pointer; a list is one answer."""
    for name, value in answers.items():
        if isinstance(value, Mapping):
            yield from leaves(value, (*path, name))
        elif value is not None:
            yield pointer((*path, name)), value


def _tidy_names(reading: Reading, model: type[Block], answers: Answers, where: str) -> None:
    """Names are stored without invisible characters, and must name a person or a thing."""
    for name, inner in _names(model):
        value = answers.get(name)
        if isinstance(value, dict) and inner is not None:
            _tidy_names(reading, inner, value, f"{where}/{name}")
        elif isinstance(value, str) and not is_plain(value):
            answers[name] = tidied(value)
            if not is_name(value):
                reading.errors.append(Finding(f"{where}/{name}", "name_without_letters"))


@cache
def _names(model: type[Block]) -> list[tuple[str, type[Block] | None]]:
    """The questions of a block that ask for a name, and the blocks in it that have such."""
    found: list[tuple[str, type[Block] | None]] = []
    for name, info in model.model_fields.items():
        inner = block_of(info.annotation)
        extra = info.json_schema_extra
        if (isinstance(extra, dict) and extra.get("x-name")) or (inner is not None and _names(inner)):
            found.append((name, inner))
    return found


def _identify_enterprise(reading: Reading, answers: Answers, today: date, version: int) -> None:
    """An enterprise is identified by its owner's NIK, passport or residence permit, and by its NIB."""
    identities: list[tuple[IdentityKind, str]] = []
    owner = answers.get("owner") or {}
    if (text := owner.get("nik")) is not None:
        try:
            nik = parse_nik(text, today=today)
        except InvalidNumber as exc:
            reading.errors.append(Finding("/answers/owner/nik", exc.code))
        else:
            reading.nik = nik
            identities.append(("nik", nik.digits))
            reading.sealed_answers["owner"]["nik"] = nik.digits
            birth_date, sex = owner.get("birth_date"), owner.get("sex")
            if birth_date is not None and not nik.born_on(date.fromisoformat(birth_date)):
                reading.warnings.append(Finding("/answers/owner/birth_date", "nik_birth_date_differs"))
            if sex is not None and sex != nik.sex:
                reading.warnings.append(Finding("/answers/owner/sex", "nik_sex_differs"))
    for kind in FOREIGN:
        text = owner.get(kind) if version > 1 else None  # before, it was an answer that nobody asked for
        if text is not None:
            try:
                number = parse_foreign_number(text, kind)
            except InvalidNumber as exc:
                reading.errors.append(Finding(f"/answers/owner/{kind}", exc.code))
            else:
                identities.append((kind, number))
                reading.sealed_answers["owner"][kind] = number
    _add_number(reading, identities, answers, "nib", parse_nib)
    reading.identities = tuple(identities)


def _identify_cooperative(reading: Reading, answers: Answers) -> None:
    """A cooperative is identified by its cooperative number and its NIB, never by its chair's NIK."""
    identities: list[tuple[IdentityKind, str]] = []
    _add_number(reading, identities, answers, "cooperative_number", parse_cooperative_number)
    _add_number(reading, identities, answers, "nib", parse_nib)
    reading.identities = tuple(identities)


def _add_number(
    reading: Reading,
    identities: list[tuple[IdentityKind, str]],
    answers: Answers,
    kind: IdentityKind,
    parse: Callable[[str], str],
) -> None:
    text = answers.get(kind)
    if text is None:
        return
    try:
        digits = parse(text)
    except InvalidNumber as exc:
        reading.errors.append(Finding(f"/answers/{kind}", exc.code))
    else:
        identities.append((kind, digits))
        reading.sealed_answers[kind] = digits


def _check_npwp(reading: Reading, version: int) -> None:
    """A wrong NPWP or NITKU is only a doubt: it is no key of the register."""
    for path in (("npwp",), ("owner", "npwp")):
        holder = reading.sealed_answers if len(path) == 1 else reading.sealed_answers.get(path[0], {})
        text = holder.get(path[-1]) if isinstance(holder, dict) else None
        if text is not None:
            try:
                holder[path[-1]] = parse_npwp(text)
            except InvalidNumber as exc:
                reading.warnings.append(Finding("/answers" + pointer(path), exc.code))
    if version > 1 and (text := reading.sealed_answers.get("nitku")) is not None:
        try:
            reading.sealed_answers["nitku"] = parse_nitku(text)
        except InvalidNumber as exc:
            reading.warnings.append(Finding("/answers/nitku", exc.code))


__all__ = ["Answers", "Finding", "Reading", "doubts", "leaves", "read", "shown", "sized", "whole"]
