"""The file that an agency gets: CSV line by line, or XLSX in which every cell is text. Nothing is kept of it."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Iterable, Sequence
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Literal

from app.core.excel import BOM, DELIMITER, ENCODING, as_text
from app.verification.lines import Line
from app.verification.schemas import ColumnIn

FileFormat = Literal["csv", "xlsx"]
ANSWER = "jawaban"
"""The heading of the last column, which is empty: for the agency."""

_IN_MEMORY = 1024 * 1024
_PART = 64 * 1024
_WIDTHS = {"reference": 20, "number": 20, "name": 36, "birth_date": 14, "kind": 12, "region_code": 16}

Lines = AsyncIterator[Sequence[Line]]


def heading(columns: Sequence[ColumnIn]) -> list[str]:
    """The headings, in order, the answer's last."""
    return [*(each.heading for each in columns), ANSWER]


def cells(line: Line, columns: Sequence[ColumnIn]) -> list[str]:
    """The cells of a line."""
    return [*(str(getattr(line, each.field)) for each in columns), ""]


async def csv_file(lines: Lines, columns: Sequence[ColumnIn], *, excel: bool) -> AsyncIterator[bytes]:
    """The file as CSV; `excel`: as a spreadsheet of every language reads it, with every digit and zero."""
    yield (BOM if excel else b"") + _written([heading(columns)], excel=excel)
    async for some in lines:
        yield _written([cells(line, columns) for line in some], excel=excel)


def _written(rows: Iterable[Sequence[str]], *, excel: bool) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=DELIMITER if excel else ",")
    writer.writerows([as_text(cell) for cell in row] if excel else row for row in rows)
    return out.getvalue().encode(ENCODING if excel else "utf-8")


async def xlsx_file(lines: Lines, columns: Sequence[ColumnIn]) -> AsyncIterator[bytes]:
    """The file as XLSX: written row by row into a file that is gone with the answer."""
    with SpooledTemporaryFile(max_size=_IN_MEMORY) as target:
        await _write(target, lines, columns)
        target.seek(0)
        while part := target.read(_PART):
            yield part


async def _write(target: IO[bytes], lines: Lines, columns: Sequence[ColumnIn]) -> None:
    import xlsxwriter  # noqa: PLC0415  (some megabytes that few servers need)

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(target, {**options, "strings_to_numbers": False})
    sheet = book.add_worksheet("Konfirmasi")
    bold, plain = book.add_format({"bold": True, "num_format": "@"}), book.add_format({"num_format": "@"})
    for at, column in enumerate(columns):
        sheet.set_column(at, at, _WIDTHS[column.field], plain)
    sheet.set_column(len(columns), len(columns), 18, plain)
    sheet.freeze_panes(1, 0)
    _row(sheet, 0, heading(columns), bold)
    row = 1
    async for some in lines:
        await asyncio.to_thread(_rows, sheet, row, [cells(line, columns) for line in some], plain)
        row += len(some)
    await asyncio.to_thread(book.close)


def _rows(sheet: Any, first: int, rows: Sequence[Sequence[str]], style: Any) -> None:
    for at, row in enumerate(rows, first):
        _row(sheet, at, row, style)


def _row(sheet: Any, at: int, row: Sequence[str], style: Any) -> None:
    for column, cell in enumerate(row):
        if cell:
            sheet.write_string(at, column, cell, style)
