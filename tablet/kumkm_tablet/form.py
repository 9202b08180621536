"""Drawing and checking a form offline, from the questionnaire's JSON Schema and the reference data of the server.

Only the keywords that those schemas use are known here; a schema with another one is refused rather than half checked.
Codes and pointers are the server's.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from kumkm_tablet.numbers import (
    Checked,
    check_cooperative_number,
    check_foreign_number,
    check_nib,
    check_nik,
    check_nitku,
    check_npwp,
    is_name,
)

_KNOWN_KEYWORDS = {
    "$defs",
    "$id",
    "$ref",
    "$schema",
    "additionalProperties",
    "anyOf",
    "default",
    "description",
    "enum",
    "format",
    "items",
    "maxItems",
    "maxLength",
    "maximum",
    "minLength",
    "minimum",
    "pattern",
    "properties",
    "required",
    "title",
    "type",
}
_MOST_FOUND = 15
_IDENTITIES = ("nik", "nib", "cooperative_number", "passport", "kitas")
_WHOLE = 100
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_YEARS = range(1900, 2200)
"""Of a moment; what lies further off is none for the server."""


class UnknownSchema(ValueError):
    """The schema uses a keyword that this client does not know."""


class Finding(NamedTuple):
    """An RFC 6901 pointer from the item on, and a stable code."""

    pointer: str
    code: str


class Question(NamedTuple):
    """One question of a form, in the order of the schema; blocks are drawn as their questions."""

    path: tuple[str, ...]
    label_id: str
    label_en: str
    schema: Mapping[str, Any]
    required: bool

    @property
    def choices(self) -> Mapping[str, Mapping[str, str]]:
        """The words that may be chosen, with their labels."""
        found: Mapping[str, Mapping[str, str]] = self.schema.get("x-choices", {})
        return found


class Page(NamedTuple):
    """A page of a form: its name, its titles, and its questions in the order in which they are asked."""

    name: str
    label_id: str
    label_en: str
    questions: list[Question]


@dataclass(frozen=True)
class Form:
    """One questionnaire, with the lists that its answers are checked against."""

    schema: Mapping[str, Any]
    kbli: Collection[str] = ()
    """The activities of the edition that codes without `kbli_version` are of; with titles, they can be searched."""
    provinces: Collection[str] = ()
    other_kbli: Mapping[str, Collection[str]] = field(default_factory=dict)
    """Of the other editions, by their names."""

    def __post_init__(self) -> None:
        for each in _schemas(self.schema):
            unknown = {key for key in each if not key.startswith("x-")} - _KNOWN_KEYWORDS
            if unknown:
                raise UnknownSchema(f"this form needs a newer app: {', '.join(sorted(unknown))}")

    def questions(self) -> list[Question]:
        """Every question that has no questions of its own."""
        return list(self._questions(self.schema, ()))

    def pages(self) -> list[Page]:
        """The form page by page; one page with everything where the schema has none."""
        every = self.questions()
        said = self.schema.get("x-pages") or [{"name": "", "questions": [f"/{each.path[0]}" for each in every]}]
        return [
            Page(
                each["name"],
                each.get("x-label-id", ""),
                each.get("x-label-en", ""),
                [
                    question
                    for first in dict.fromkeys(each["questions"])
                    for question in every
                    if f"/{question.path[0]}" == first
                ],
            )
            for each in said
        ]

    def is_asked(self, question: Question, answers: Mapping[str, Any]) -> bool:
        """Whether a question is asked after these answers: its own condition holds, and that of its block."""
        conditions = [self._condition(question.path[: length + 1]) for length in range(len(question.path))]
        return all(_holds(when, answers) is True for when in conditions if when)

    def _condition(self, path: tuple[str, ...]) -> Mapping[str, Any] | None:
        block: Mapping[str, Any] = self.schema
        each: Mapping[str, Any] = {}
        for name in path:
            each = block.get("properties", {}).get(name, {})
            block = self._resolved(each)
        return each.get("x-when")

    def check(self, answers: Any, *, today: date) -> tuple[list[Finding], list[Finding]]:
        """Errors, for which the server would refuse the item, and doubts, for which it would only warn."""
        faults = list(self._shape(self.schema, answers, "/answers"))
        if faults:
            return faults, []
        found = list(self._meaning(self.schema, answers, "/answers", today))
        errors = [finding for finding, doubt in found if not doubt]
        doubts = [finding for finding, doubt in found if doubt]
        doubts += self._not_asked(answers)
        if not errors and asks_for_numbers(self.schema) and not identities(self.schema, answers):
            doubts.append(Finding("/answers", "unidentified"))
        return errors, doubts

    def activities(self, words: str) -> list[tuple[str, str]]:
        """Codes and titles of activities by words that begin words of the title, in any order; short titles first."""
        if not isinstance(self.kbli, Mapping):
            return []
        asked = _words(words)
        titles = ((code, title, _words(title)) for code, title in self.kbli.items())
        found = [
            (code, title)
            for code, title, said in titles
            if asked and all(any(each.startswith(word) for each in said) for word in asked)
        ]
        return sorted(found, key=lambda each: (len(each[1]), each[0]))[:_MOST_FOUND]

    def _questions(self, schema: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[Question]:
        required = schema.get("required", ())
        for name, each in schema.get("properties", {}).items():
            block = self._resolved(each)
            if "properties" in block:
                yield from self._questions(block, (*path, name))
            else:
                labels = (each.get("x-label-id", name), each.get("x-label-en", name))
                yield Question((*path, name), *labels, each, name in required and not path)

    def _resolved(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """The schema itself, without the part that allows null."""
        for each in schema.get("anyOf", ()):
            if each.get("type") != "null":
                return self._resolved(each)
        if "$ref" in schema:
            found: Mapping[str, Any] = self.schema["$defs"][schema["$ref"].rpartition("/")[2]]
            return found
        return schema

    def _shape(self, schema: Mapping[str, Any], value: Any, where: str) -> Iterator[Finding]:
        if value is None and any(each.get("type") == "null" for each in schema.get("anyOf", ())):
            return
        schema = {**schema, **self._resolved(schema)}
        fault = _fault(schema, value)
        if fault:
            yield Finding(where, fault)
        elif isinstance(value, dict):
            for name in schema.get("required", ()):
                if name not in value:
                    yield Finding(f"{where}/{name}", "field_required")
            for name, each in schema.get("properties", {}).items():
                if name in value:
                    yield from self._shape(each, value[name], f"{where}/{name}")
        elif isinstance(value, list):
            for index, each in enumerate(value):
                yield from self._shape(schema.get("items", {}), each, f"{where}/{index}")

    def _meaning(
        self, schema: Mapping[str, Any], answers: Mapping[str, Any], where: str, today: date
    ) -> Iterator[tuple[Finding, bool]]:
        """What is wrong with numbers and codes, each with whether that is only a doubt."""
        known = schema.get("properties", {})
        for name in answers:
            if name not in known:
                escaped = name.replace("~", "~0").replace("/", "~1")
                yield Finding(f"{where}/{escaped}", "unknown_field"), True
        for name, each in known.items():
            value = answers.get(name)
            if value is None:
                continue
            block = self._resolved(each)
            yield from self._doubts(each, value, f"{where}/{name}")
            if isinstance(value, dict) and "properties" in block:
                yield from self._meaning(block, value, f"{where}/{name}", today)
            elif isinstance(value, list):
                yield from self._unknown_in_rows(block, value, f"{where}/{name}")
            elif fault := self._code_fault(each, value, today):
                yield Finding(f"{where}/{name}", fault), each.get("x-doubt", False)
            elif each.get("x-list") == "kbli" and self._unknown(value.strip(), answers.get("kbli_version")):
                yield Finding(f"{where}/{name}", "kbli_unknown"), True

    def _unknown_in_rows(self, table: Mapping[str, Any], rows: list[Any], where: str) -> Iterator[tuple[Finding, bool]]:
        """Columns that a table does not have; of a table that is stored as one answer they are not noticed."""
        columns = self._resolved(table.get("items", {})).get("properties", {})
        if len({each.get("x-sealed", True) for each in columns.values()}) > 1 and not table.get("x-sealed", False):
            for place, row in enumerate(rows):
                for name in row.keys() - columns.keys():
                    escaped = name.replace("~", "~0").replace("/", "~1")
                    yield Finding(f"{where}/{place}/{escaped}", "unknown_field"), True

    def _doubts(self, schema: Mapping[str, Any], value: Any, where: str) -> Iterator[tuple[Finding, bool]]:
        """Shares that are no whole, sums without a year or with one that was there before."""
        if schema.get("x-shares"):
            said = [each for each in value.values() if type(each) is int]
            if said and sum(said) != _WHOLE:
                yield Finding(where, "shares_not_100"), True
        if schema.get("x-years"):
            seen = set()
            for place, row in enumerate(value):
                year = row.get("year")
                if year is None or year in seen:
                    yield Finding(f"{where}/{place}/year", "year_missing" if year is None else "year_repeated"), True
                seen.add(year)

    def _not_asked(self, answers: Mapping[str, Any]) -> Iterator[Finding]:
        """Answers to questions that another answer says are not asked."""
        names = [(name,) for name in answers]
        blocks = [(name, inner) for name, value in answers.items() if isinstance(value, dict) for inner in value]
        for path in (*names, *blocks):
            when, value = self._condition(path), answers
            for name in path:
                value = value[name]
            if when and value is not None and _holds(when, answers) is False:
                yield Finding("/answers/" + "/".join(path), "question_not_asked")

    def _code_fault(self, schema: Mapping[str, Any], value: Any, today: date) -> str | None:
        """What is wrong with a name, a number or a code of a list."""
        if schema.get("x-name") and not is_name(value):
            return "name_without_letters"
        if "x-number" in schema:
            return self._number(schema["x-number"], value, today).fault
        if schema.get("x-list") == "kbli" and not re.fullmatch("[0-9]{5}", value.strip(), re.ASCII):
            return "kbli_not_five_digits"
        return None

    def _unknown(self, code: str, edition: Any) -> bool:
        """Whether a code is not in its edition, as far as the list is here: then an officer finds the right one."""
        known = self.other_kbli.get(edition, self.kbli)
        return bool(known) and code not in known

    def _number(self, kind: str, text: str, today: date) -> Checked:
        if kind == "nik":
            return check_nik(text, provinces=self.provinces, today=today)
        if kind == "npwp":
            return check_npwp(text, provinces=self.provinces, today=today)
        if kind in ("passport", "kitas"):
            return check_foreign_number(text, kind)
        if kind == "nitku":
            return check_nitku(text)
        return check_nib(text) if kind == "nib" else check_cooperative_number(text)


def _holds(when: Mapping[str, Any], answers: Mapping[str, Any]) -> bool | None:
    """Whether a condition holds; None where the question that it is about was not answered."""
    said: Any = answers
    for name in when["question"].split("/")[1:]:
        said = said.get(name) if isinstance(said, Mapping) else None
    if said is None:
        return None
    return any(each in when["of"] for each in said) if isinstance(said, list) else said in when["of"]


def asks_for_numbers(schema: Mapping[str, Any]) -> bool:
    """Whether a form asks for numbers by which a business is known; a visit without an interview does not."""
    return any(each.get("x-number") in _IDENTITIES for each in _schemas(schema))


def identities(schema: Mapping[str, Any], answers: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The numbers by which the business is known: kind and text as it was typed."""
    found = []
    for name, each in schema.get("properties", {}).items():
        value = answers.get(name)
        if isinstance(value, dict):
            references = [part["$ref"] for part in (each, *each.get("anyOf", ())) if "$ref" in part]
            for reference in references:
                found += identities(_definition(schema, reference), value)
        elif value is not None and each.get("x-number") in _IDENTITIES:
            found.append((each["x-number"], value))
    return found


def _definition(schema: Mapping[str, Any], reference: str) -> Mapping[str, Any]:
    block = schema["$defs"][reference.rpartition("/")[2]]
    return {**block, "$defs": schema["$defs"]}


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def _schemas(schema: Any) -> Iterator[Mapping[str, Any]]:
    """Every schema in a schema."""
    yield schema
    for each in (*schema.get("$defs", {}).values(), *schema.get("properties", {}).values(), *schema.get("anyOf", ())):
        yield from _schemas(each)
    if isinstance(schema.get("items"), dict):
        yield from _schemas(schema["items"])


_TYPES: Mapping[str, Any] = {"string": str, "array": list, "object": dict, "boolean": bool, "number": (int, float)}


def _fault(schema: Mapping[str, Any], value: Any) -> str | None:
    """What is wrong with the value itself, not with the values inside it."""
    if "enum" in schema:
        return None if isinstance(value, str) and value in schema["enum"] else "not_a_choice"
    if schema.get("format") == "date":
        return None if _is_day(value) else "not_a_date"
    if schema.get("format") == "date-time":
        return None if _is_moment(value) else "not_a_date"
    kind = schema.get("type")
    if kind == "integer":
        # 2.0 is 2 in canonical JSON, and for the server.
        if isinstance(value, bool) or not (isinstance(value, int) or (isinstance(value, float) and value.is_integer())):
            return "wrong_type"
    elif kind is not None and (not isinstance(value, _TYPES[kind]) or (kind == "number" and isinstance(value, bool))):
        return "wrong_type"
    return _out_of_bounds(schema, value)


def _out_of_bounds(schema: Mapping[str, Any], value: Any) -> str | None:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        low, high = schema.get("minimum", value), schema.get("maximum", value)
        return None if low <= value <= high else "number_out_of_range"
    if isinstance(value, (str, list)):
        shortest = schema.get("minLength", 0) if isinstance(value, str) else 0
        longest = schema.get("maxLength" if isinstance(value, str) else "maxItems", len(value))
        return "too_short" if len(value) < shortest else "too_long" if len(value) > longest else None
    return None


def _is_day(value: Any) -> bool:
    if not (isinstance(value, str) and _ISO_DAY.fullmatch(value)):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _is_moment(value: Any) -> bool:
    """Whether it is a time with its offset (RFC 3339)."""
    if not isinstance(value, str) or not _ISO_DAY.match(value):
        return False
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return False
    return moment.tzinfo is not None and moment.year in _YEARS
