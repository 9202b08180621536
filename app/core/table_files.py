"""Reading uploaded tables: CSV as Excel writes it in Indonesia or elsewhere, and XLSX.

`read_table` runs in a child process (`core/child_processes.py`), so it takes and gives what JSON has, and loads little;
`sheets.py` makes a `Sheet` of it. What a cell may hold: `cells.py`.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

from app.core.cells import Cell, CellFault, Column, Found, read_cell
from app.core.excel import BOM
from app.core.problems import MAX_FAULTS, Code, Problem
from app.core.workbooks import Row, column_name, merged_cells, read_workbook

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAX_ROWS = 50_000
MAX_COLUMNS = 64


def read_table(content: bytes, media_type: str, columns: Mapping[str, str], max_rows: int = MAX_ROWS) -> dict[str, Any]:
    """Read a table whose first filled line names its columns; of a workbook, the first shown sheet.

    Args:
        columns: the known columns, and what each takes (`Column`).
        max_rows: the most rows below the heading.

    Returns:
        `heading`, `rows` (cells in the order of the heading), `lines`, `faults` as (row, column or letters, code), and
        `again`: whether another shown sheet has the same columns.

    Raises:
        Problem: `unsupported_media_type`, `unreadable_file`, `too_many_items`, `body_too_large`.
    """
    media_type = media_type.split(";", maxsplit=1)[0].strip().lower()
    merged: list[str] = []
    others: list[Row] = []
    if media_type == CSV:
        lines = _csv_rows(content)
    elif media_type == XLSX:
        found, merged, others = read_workbook(content, max_rows)
        lines = iter(found)
    else:
        raise Problem(Code.UNSUPPORTED_MEDIA_TYPE)
    number, cells = next(lines, (0, {}))
    width = max(cells, default=-1) + 1
    if width > MAX_COLUMNS:
        return {"width": width, "heading": [], "rows": [], "lines": [], "faults": [], "again": False}
    heading = [_heading(cells.get(at)) for at in range(width)]
    table = _Table(heading, [Column(columns.get(name, Column.TEXT)) for name in heading])
    first = {row: column for row, column in sorted(merged_cells(merged), reverse=True) if row > number}
    for line, filled in lines:
        table.add(line, filled, first.get(line))
        if len(table.rows) > max_rows:
            raise Problem(Code.TOO_MANY_ITEMS)
    said = {"width": width, "heading": heading, "rows": table.rows, "lines": table.lines, "faults": table.faults}
    names = {*heading} - {""}
    again = names and any(names <= {_heading(cell) for cell in row.values()} for _, row in others)
    return {**said, "again": bool(again)}


def _heading(cell: Cell | None) -> str:
    return cell.text.strip().lower() if cell is not None and cell.found is Found.TEXT else ""


class _Table:
    """Rows as they are read, and what is wrong with them."""

    def __init__(self, heading: list[str], columns: list[Column]) -> None:
        self.rows: list[list[str]] = []
        self.lines: list[int] = []
        self.faults: list[tuple[int, str, str]] = []
        self._heading, self._columns = heading, columns

    def add(self, line: int, filled: Mapping[int, Cell], merged_at: int | None) -> None:
        """Read a row; a merged cell begins in the column `merged_at`."""
        width, row = len(self._heading), [""] * len(self._heading)
        for at, cell in filled.items():
            if at >= width:
                self._fault(column_name(at), "cell_beyond_headings")
                break  # one is enough: there may be sixteen thousand
            try:
                row[at] = read_cell(cell, self._columns[at])
            except CellFault as exc:
                self._fault(self._heading[at] or column_name(at), exc.code)
        if merged_at is not None:
            name = self._heading[merged_at] if merged_at < width else ""
            self._fault(name or column_name(merged_at), "cell_merged")
        self.rows.append(row)
        self.lines.append(line)

    def _fault(self, field: str, code: str) -> None:
        if len(self.faults) < MAX_FAULTS:
            self.faults.append((len(self.rows), field, code))


def _csv_rows(content: bytes) -> Iterator[Row]:
    try:
        text = content.decode("utf-16" if content.startswith(BOM) else "utf-8-sig")  # the former as Excel saves it
    except UnicodeDecodeError as exc:
        raise Problem(Code.UNREADABLE_FILE) from exc
    heading = text.lstrip("\r\n").partition("\n")[0]
    delimiter = max(",;\t", key=heading.count)
    width = heading.count(delimiter) + 1
    last: tuple[int, list[str]] | None = None
    for line, cells in _lines(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)):
        if last is not None:
            yield from _filled(*last)
        last = line, cells
    if last is None:
        return
    # Excel leaves out what is empty at the end of a line, but it ends each line: one without an end was cut off.
    cut = len(last[1]) if text[-1] not in "\r\n" and len(last[1]) < width else None
    yield from _filled(*last, cut=cut)


def _lines(reader: Any) -> Iterator[tuple[int, list[str]]]:
    while True:
        line = reader.line_num + 1
        try:
            yield line, next(reader)
        except StopIteration:
            return
        except csv.Error as exc:
            raise Problem(Code.UNREADABLE_FILE) from exc


def _filled(line: int, cells: list[str], *, cut: int | None = None) -> Iterator[Row]:
    """The cells that say something, where there are any; `cut`: the first one that the file ends before."""
    filled = {at: cell for at, each in enumerate(cells) if not (cell := Cell(Found.TEXT, each)).empty}
    if filled and cut is not None:
        filled[cut] = Cell(Found.CUT, "")
    if filled:
        yield line, filled
