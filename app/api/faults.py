"""Rows that were refused, as the problem of a request."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from app.core.bulk import Fault, Faulty
from app.core.problems import MAX_FAULTS, Code, FieldError, Problem, Text
from app.core.sheets import Sheet
from app.intake.finding_texts import text_of


@contextmanager
def told_of_row(place: str = "body") -> Iterator[None]:
    """Report the faults of a body, or a query, that is one row."""
    try:
        yield
    except Faulty as exc:
        errors = tuple(FieldError(f"/{place}/{fault.field}", fault.code, fault.text) for fault in exc.faults)
        raise Problem(Code.INVALID_FIELDS, errors=errors) from exc


def told_of_file(exc: Faulty, sheet: Sheet) -> tuple[FieldError, ...]:
    """The faults of a file, by its lines as people count them: `/lines/17/username`. Their texts name the place as
    well."""
    return tuple(
        FieldError(f"/lines/{sheet.lines[fault.row]}/{fault.field}", fault.code, _placed(fault, sheet))
        for fault in exc.faults[:MAX_FAULTS]
    )


def _placed(fault: Fault, sheet: Sheet) -> Text:
    line, cell = sheet.lines[fault.row], sheet.cell_of(fault)
    return Text(
        f"Baris {line}, kolom {fault.field} (sel {cell}): {fault.text.id}",
        f"Line {line}, column {fault.field} (cell {cell}): {fault.text.en}",
    )


def expected(code: str, error: Mapping[str, Any]) -> Text:
    """What is wrong, in the text of its code, and what would be right, if the field's rule defines it.

    `error`: one of pydantic's, with its context, which contains our own rules and never a value of the request.
    """
    text, context = text_of(code), error.get("ctx", {})
    bounds = [(id_, en, context[name]) for name, id_, en in _RULES if name in context]
    if not bounds:
        return text
    return Text(
        f"{text.id} {'; '.join(f'{id_} {value}' for id_, _, value in bounds)}.",
        f"{text.en} {'; '.join(f'{en} {value}' for _, en, value in bounds)}.",
    )


_RULES = (
    ("expected", "Yang benar:", "Right would be:"),
    ("ge", "Paling kecil", "At least"),
    ("le", "Paling besar", "At most"),
    ("min_length", "Panjang paling sedikit", "Length at least"),
    ("max_length", "Panjang paling banyak", "Length at most"),
    ("pattern", "Bentuknya", "Written as"),
)
