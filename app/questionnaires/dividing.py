"""Answers in two parts: what is stored readable, and what is sealed. Pure.

An answer is open or sealed as its question says; what the questionnaire does not know is sealed. A table is one answer,
but for tables with columns of both kinds, whose rows are divided. An open text with a long number in it is in both
parts, masked in the open one.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, Literal, NamedTuple, get_args, get_origin

from app.core.redaction import may_hide_number
from app.questionnaires.fields import Block
from app.questionnaires.findings import Finding, pointer
from app.questionnaires.masking import without_long_numbers

Answers = dict[str, Any]
_UNKNOWN_FIELDS_SAID = 20


def block_of(annotation: Any) -> type[Block] | None:
    """The block that a question is, where it is one."""
    return next((each for each in get_args(annotation) if isinstance(each, type) and issubclass(each, Block)), None)


Plan = Mapping[str, Any]
"""For each question of a block: True where its answer is open, `_TEXT` where it is open and may be any text, False
where sealed, a plan where it is a block, `_Rows` where it is a table whose rows are divided."""

_TEXT = "text"


class _Rows(NamedTuple):
    """The plan of each row of an open table that has sealed columns."""

    plan: Plan


class _Found(NamedTuple):
    """Pointers to answers that the questionnaire does not know, and to open ones with long numbers in them; and open
    answers that may be any text."""

    unknown: list[str]
    numbers: list[str]
    texts: list[str]


@cache
def _plan(model: type[Block]) -> Plan:
    plan: dict[str, Any] = {}
    for name, info in model.model_fields.items():
        inner = block_of(info.annotation)
        extra = info.json_schema_extra
        is_open = isinstance(extra, dict) and extra.get("x-sealed") is False
        is_text = is_open and _may_be_any_text(info.annotation)
        row = _row_of(info.annotation) if is_open else None
        if inner is not None:
            plan[name] = _plan(inner)
        elif row is not None and not all(_plan(row).values()):
            plan[name] = _Rows(_plan(row))
        else:
            plan[name] = _TEXT if is_text else is_open
    return plan


def _row_of(annotation: Any) -> type[Block] | None:
    """The block that each row of a table is, where a question asks for a table."""
    if get_origin(annotation) is list:
        return block_of(annotation)
    return next((found for each in get_args(annotation) if (found := _row_of(each)) is not None), None)


def _may_be_any_text(annotation: Any) -> bool:
    if get_origin(annotation) is Literal:
        return False
    if isinstance(annotation, type) and issubclass(annotation, (str, Block)):
        return True
    return any(map(_may_be_any_text, get_args(annotation)))


def divide(model: type[Block], answers: Answers) -> tuple[Answers, Answers, list[Finding]]:
    """Into open and sealed answers, with warnings of what is unknown or hides numbers."""
    plan, found = _plan(model), _Found([], [], [])
    open_answers, sealed_answers = _split(plan, answers, "/answers", found)
    if may_hide_number(*found.texts):
        found = _Found([], [], [])
        open_answers, sealed_answers = _split(plan, answers, "/answers", found, masking=True)
    warnings = [Finding(where, "unknown_field") for where in found.unknown[:_UNKNOWN_FIELDS_SAID]]
    warnings += [Finding(where, "long_number_in_text") for where in found.numbers]
    return open_answers, sealed_answers, warnings


def _gather(value: Any, texts: list[str]) -> None:
    """Every text in an open answer, with the names of unknown fields and numbers as they are written."""
    if isinstance(value, str):
        texts.append(value)
    elif isinstance(value, list):
        for each in value:
            _gather(each, texts)
    elif isinstance(value, dict):
        texts.extend(value)
        for each in value.values():
            _gather(each, texts)
    elif value is not None:
        texts.append(str(value))


def _split(
    plan: Plan, answers: Answers, where: str, found: _Found, *, masking: bool = False
) -> tuple[Answers, Answers]:
    """Open and sealed answers; with `masking`, without long numbers in open ones."""
    open_answers: Answers = {}
    sealed_answers: Answers = {}
    for key, value in answers.items():
        part = plan.get(key)
        if part is _TEXT and masking:
            open_answers[key] = plain = without_long_numbers(value)
            if plain is not value:
                sealed_answers[key] = value
                found.numbers.append(where + pointer((key,)))
        elif part is _TEXT:
            open_answers[key] = value
            if type(value) is str:
                found.texts.append(value)
            else:
                _gather(value, found.texts)
        elif part is True or (value is None and isinstance(part, (dict, _Rows))):
            open_answers[key] = value  # the latter: a block that was left out
        elif part is False:
            sealed_answers[key] = value
        elif part is None:
            found.unknown.append(where + pointer((key,)))
            sealed_answers[key] = value
        else:
            inside = _split_rows if isinstance(part, _Rows) else _split
            plan_of = part.plan if isinstance(part, _Rows) else part
            open_answers[key], sealed = inside(plan_of, value, f"{where}/{key}", found, masking=masking)
            if sealed:
                sealed_answers[key] = sealed
    return open_answers, sealed_answers


def _split_rows(
    plan: Plan, rows: list[Answers], where: str, found: _Found, *, masking: bool
) -> tuple[list[Answers], Answers]:
    """The open parts of all rows, and the sealed ones by the number of the row, of those that have some."""
    parts = [_split(plan, row, f"{where}/{at}", found, masking=masking) for at, row in enumerate(rows)]
    return [row for row, _ in parts], {str(at): sealed for at, (_, sealed) in enumerate(parts) if sealed}
