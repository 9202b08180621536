"""Tables that people send: CSV as Excel writes it in Indonesia or elsewhere, and XLSX. Every cell comes out as text."""

import csv
import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from python_calamine import CalamineError, CalamineWorkbook

from app.core.problems import Code, FieldError, Problem, Text

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAX_ROWS = 50_000
_MAX_UNPACKED = 128 * 1024 * 1024  # an XLSX is a zip file: its real size stands inside

_UNKNOWN_COLUMN = Text("Kolom ini tidak dikenal.", "This column is unknown.")
_MISSING_COLUMN = Text("Kolom ini tidak ada.", "This column is missing.")


class Sheet(NamedTuple):
    """A table: its columns, and its rows by column, blank ones left out; `lines` says where each row stood."""

    columns: list[str]
    rows: list[dict[str, str]]
    lines: list[int]  # as people count in the file: the heading is line 1


def read_sheet(body: bytes, media_type: str, *, required: Sequence[str], known: Sequence[str]) -> Sheet:
    """Read a table whose first line names its columns; of a workbook, the first sheet.

    Raises:
        Problem: `unsupported_media_type`, `unreadable_file`, `too_many_items`, or `invalid_fields` where columns are
            missing or unknown.
    """
    media_type = media_type.split(";", maxsplit=1)[0].strip().lower()
    if media_type == CSV:
        lines = _csv_lines(body)
    elif media_type == XLSX:
        lines = _xlsx_lines(body)
    else:
        raise Problem(Code.UNSUPPORTED_MEDIA_TYPE)
    heading = [name.strip().lower() for name in lines[0]] if lines else []
    while heading and not heading[-1]:
        heading.pop()
    errors = [
        *(
            FieldError(f"/columns/{name}", "column_missing", _MISSING_COLUMN)
            for name in required
            if name not in heading
        ),
        *(FieldError(f"/columns/{at}", "column_unknown", _UNKNOWN_COLUMN) for at, name in enumerate(heading)
          if name not in known or name in heading[:at]),
    ]  # fmt: skip
    if errors:
        raise Problem(Code.INVALID_FIELDS, errors=tuple(errors))
    if len(lines) > MAX_ROWS + 1:
        raise Problem(Code.TOO_MANY_ITEMS)
    sheet = Sheet(heading, [], [])
    for number, cells in enumerate(lines[1:], start=2):
        if any(cell.strip() for cell in cells):
            sheet.rows.append(dict(zip(heading, [*cells, *[""] * (len(heading) - len(cells))], strict=False)))
            sheet.lines.append(number)
    return sheet


def _csv_lines(body: bytes) -> list[list[str]]:
    try:
        text = body.decode("utf-8-sig")
        heading = text.partition("\n")[0]
        delimiter = max(",;\t", key=heading.count)
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except (UnicodeDecodeError, csv.Error) as exc:
        raise Problem(Code.UNREADABLE_FILE) from exc


def _xlsx_lines(body: bytes) -> list[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            if sum(part.file_size for part in packed.infolist()) > _MAX_UNPACKED:
                raise Problem(Code.BODY_TOO_LARGE)
        rows = CalamineWorkbook.from_object(io.BytesIO(body)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (zipfile.BadZipFile, CalamineError, NotImplementedError, ValueError, OSError) as exc:
        raise Problem(Code.UNREADABLE_FILE) from exc
    return [[_text(cell) for cell in row] for row in rows]


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell)
