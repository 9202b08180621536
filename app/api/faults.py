"""Rows that were refused, as the problem of a request."""

from collections.abc import Iterator
from contextlib import contextmanager

from app.core.bulk import MAX_FAULTS, Faulty
from app.core.problems import Code, FieldError, Problem
from app.core.sheets import Sheet


@contextmanager
def told_of_row() -> Iterator[None]:
    """Tell the faults of a body that is one row."""
    try:
        yield
    except Faulty as exc:
        errors = tuple(FieldError(f"/body/{fault.field}", fault.code, fault.text) for fault in exc.faults)
        raise Problem(Code.INVALID_FIELDS, errors=errors) from exc


def told_of_file(exc: Faulty, sheet: Sheet) -> tuple[FieldError, ...]:
    """The faults of a file, by its lines as people count them: `/lines/17/username`."""
    return tuple(
        FieldError(f"/lines/{sheet.lines[fault.row]}/{fault.field}", fault.code, fault.text)
        for fault in exc.faults[:MAX_FAULTS]
    )
