"""Uploaded tables: the columns and rows of one that was read (`table_files.py`)."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from app.core.bulk import Fault
from app.core.cells import TEXTS
from app.core.nearest import nearest
from app.core.problems import Code, FieldError, Problem, Text
from app.core.table_files import MAX_COLUMNS, read_table
from app.core.workbooks import column_name

__all__ = ["Sheet", "read_table", "sheet_of"]  # a server of 0.3.0 whose code was replaced asks for `read_table` here

_REPEATED_COLUMN = Text("Kolom ini sudah ada.", "This column is there twice.")
_SHEET_NOT_READ = Text(
    "Lembar lain memuat kolom yang sama, padahal hanya lembar pertama yang dibaca; kirim setiap lembar sebagai berkas"
    " sendiri, atau sembunyikan yang lain.",
    "Another sheet has the same columns, and only the first one is read; send each sheet as a file of its own, or hide"
    " the others.",
)
_TOO_MANY_COLUMNS = Text(f"Paling banyak {MAX_COLUMNS} kolom.", f"There may be at most {MAX_COLUMNS} columns.")


class Sheet(NamedTuple):
    """A table: its columns, and its rows by column, blank ones left out; `lines` says where each row stood, `faults`
    what is wrong with cells. A cell that is empty is empty text; a column that the file has not is not there.
    """

    columns: list[str]
    rows: list[dict[str, str]]
    lines: list[int]  # as people count in the file: the heading is line 1
    faults: list[Fault]

    def cell_of(self, fault: Fault) -> str:
        """Where a spreadsheet shows the fault: `C3`."""
        letters = column_name(self.columns.index(fault.field)) if fault.field in self.columns else fault.field
        return f"{letters}{self.lines[fault.row]}"


def sheet_of(said: Mapping[str, Any], *, required: Sequence[str], known: Sequence[str]) -> Sheet:
    """The sheet that `read_table` read.

    Raises:
        Problem: `invalid_fields` where columns are missing, unknown, repeated or too many, or there in another sheet.
    """
    heading: list[str] = said["heading"]
    errors = [
        *(
            FieldError(f"/columns/{name}", "column_missing", _missing(name))
            for name in required
            if name not in heading and said["width"] <= MAX_COLUMNS
        ),
        *(
            FieldError(f"/columns/{at}", "column_unknown", _unknown(at, name, known))
            for at, name in enumerate(heading)
            if name not in known
        ),
        *(
            FieldError(f"/columns/{at}", "column_repeated", _REPEATED_COLUMN)
            for at, name in enumerate(heading)
            if name in known and name in heading[:at]
        ),
    ]
    if said["width"] > MAX_COLUMNS:
        errors.append(FieldError("/columns", "too_many_columns", _TOO_MANY_COLUMNS))
    if said["again"]:
        errors.append(FieldError("/sheets/1", "sheet_not_read", _SHEET_NOT_READ))
    if errors:
        raise Problem(Code.INVALID_FIELDS, errors=tuple(errors))
    rows = [dict(zip(heading, cells, strict=True)) for cells in said["rows"]]
    faults = [Fault(row, field, code, TEXTS[code]) for row, field, code in said["faults"]]
    return Sheet(heading, rows, said["lines"], faults)


def _missing(name: str) -> Text:
    return Text(f"Kolom {name} tidak ada.", f"The column {name} is missing.")


def _unknown(at: int, name: str, known: Sequence[str]) -> Text:
    near = nearest(name, known)
    place = column_name(at)
    if near is None:
        names = ", ".join(known)
        return Text(
            f"Kolom {place} tidak dikenal; yang dikenal: {names}.", f"Column {place} is unknown; known are: {names}."
        )
    return Text(
        f"Kolom {place} tidak dikenal; mungkin maksudnya {near}.",
        f"Column {place} is unknown; perhaps {near} is meant.",
    )
