"""The meeting report as a workbook: numbers as numbers, days as days, charts of Excel's own. For child processes.

No text is taken for a formula or an address, whatever somebody is called.
"""

import base64
import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

_PLAIN = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": True,
}
_INK, _WASH, _MAIN, _WARM, _CALM = "#17233C", "#F3F6FB", "#1F5FBF", "#C2571A", "#2D8A63"
_LONGEST = 32_000  # letters of a cell
_FORMATS = {
    "whole": {"num_format": "#,##0"},
    "one": {"num_format": "#,##0.0"},
    "two": {"num_format": "#,##0.00"},
    "day": {"num_format": "d mmm yyyy", "align": "right"},
    "moment": {"num_format": "d mmm yyyy hh:mm", "align": "right"},
    "text": {"num_format": "@"},
}
_WIDTHS = {"whole": 12, "one": 12, "two": 12, "day": 14, "moment": 18, "text": 16}


def workbook(content: bytes) -> str:
    """The file as base64, of what `sheets.py` laid out (`content`: JSON)."""
    import xlsxwriter  # noqa: PLC0415  (only child processes need it)

    book = orjson.loads(content)
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, _PLAIN) as made:
        created = datetime.fromisoformat(book["made_at"])
        made.set_properties({"title": book["title"], "author": "KUMKM", "comments": book["foot"], "created": created})
        _Writer(made, book).write()
    return base64.b64encode(file.getvalue()).decode()


class _Writer:
    def __init__(self, book: "Workbook", content: dict[str, Any]) -> None:
        self._book, self._content = book, content
        self._head = book.add_format(
            {"bold": True, "font_color": "#FFFFFF", "bg_color": _INK, "text_wrap": True, "valign": "vcenter"}
        )
        self._title = book.add_format({"bold": True, "font_size": 16, "font_color": _INK})
        self._bold = book.add_format({"bold": True})
        self._soft = book.add_format({"font_color": "#5B6780"})
        self._wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self._of: dict[str, Format] = {name: book.add_format(format_) for name, format_ in _FORMATS.items()}
        self._strong = {name: book.add_format({**format_, "bold": True}) for name, format_ in _FORMATS.items()}

    def write(self) -> None:
        first = self._book.add_worksheet(self._content["summary"]["name"])
        made = [self._table(table) for table in self._content["tables"]]
        self._summary(first, made)
        self._notes()
        first.activate()

    def _summary(self, sheet: "Worksheet", tables: "Sequence[Worksheet]") -> None:
        summary = self._content["summary"]
        self._page(sheet, landscape=True)
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, 34)
        sheet.set_column(1, 1, 18)
        sheet.write_string(0, 0, self._content["title"], self._title)
        for number, line in enumerate(summary["lines"], start=1):
            sheet.write_string(number, 0, line[:_LONGEST], self._bold if number == 1 else self._soft)
        row = len(summary["lines"]) + 2
        for name, kind, value in summary["figures"]:
            sheet.write_string(row, 0, name)
            self._cell(sheet, row, 1, kind, value, strong=True)
            row += 1
        at = len(summary["lines"]) + 2
        for chart in self._content["charts"]:
            drawn = self._chart(chart, tables)
            if drawn is not None:
                sheet.insert_chart(at, 3, drawn, {"description": chart["alt"], "object_position": 1})
                at += 16

    def _table(self, table: dict[str, Any]) -> "Worksheet":
        sheet = self._book.add_worksheet(table["name"])
        self._page(sheet, landscape=True)
        columns, rows = table["columns"], table["rows"]
        for number, (name, kind, width) in enumerate(columns):
            sheet.set_column(number, number, width or _WIDTHS[kind])
            sheet.write_string(0, number, name, self._head)
        for at, row in enumerate(rows, start=1):
            for number, (value, (_, kind, _)) in enumerate(zip(row, columns, strict=True)):
                self._cell(sheet, at, number, kind, value)
        sheet.set_row(0, 32)
        sheet.freeze_panes(1, table["frozen"])
        sheet.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)
        sheet.repeat_rows(0)
        return sheet

    def _notes(self) -> None:
        notes = self._content["notes"]
        sheet = self._book.add_worksheet(notes["name"])
        self._page(sheet, landscape=False)
        sheet.set_column(0, 0, 30)
        sheet.set_column(1, 1, 90)
        for row, (name, text) in enumerate(notes["rows"]):
            sheet.write_string(row, 0, name, self._bold)
            sheet.write_string(row, 1, text[:_LONGEST], self._wrapped)

    def _page(self, sheet: "Worksheet", *, landscape: bool) -> None:
        sheet.set_paper(9)
        if landscape:
            sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        # A footer has at most 255 signs, and `&` begins a command in it.
        foot = self._content["foot"].replace("&", "&&")[:180]
        sheet.set_footer(f"&L&8{foot}&R&8&P / &N")

    def _cell(self, sheet: "Worksheet", row: int, column: int, kind: str, value: Any, *, strong: bool = False) -> None:
        format_ = (self._strong if strong else self._of)[kind]
        if value is None:
            sheet.write_blank(row, column, None, format_)
        elif kind == "text":
            sheet.write_string(row, column, str(value)[:_LONGEST], format_)
        elif kind == "day":
            sheet.write_datetime(row, column, date.fromisoformat(value), format_)
        elif kind == "moment":
            sheet.write_datetime(row, column, datetime.fromisoformat(value).replace(tzinfo=None), format_)
        else:
            sheet.write_number(row, column, value, format_)

    def _chart(self, chart: dict[str, Any], tables: "Sequence[Worksheet]") -> Any:
        """A chart of columns of a table; None where the table has no rows."""
        sheet, last = tables[chart["table"]], len(self._content["tables"][chart["table"]]["rows"])
        first = chart["first"]  # row of the table, below its head
        if last < first:
            return None
        drawn = self._book.add_chart({"type": chart["type"]})
        for (column, name, dash), colour in zip(chart["series"], (_MAIN, _WARM, _CALM), strict=False):
            line = {"color": colour, "width": 2, **({"dash_type": dash} if dash else {})}
            drawn.add_series(
                {
                    "name": name,
                    "categories": [sheet.name, first, chart["category"], last, chart["category"]],
                    "values": [sheet.name, first, column, last, column],
                    **({"line": line} if chart["type"] == "line" else {"fill": {"color": colour}, "gap": 40}),
                }
            )
        drawn.set_title({"name": chart["title"], "name_font": {"size": 11}, "overlay": False})
        drawn.set_legend({"position": "bottom"} if len(chart["series"]) > 1 else {"none": True})
        axis = {"num_font": {"size": 8}, "major_gridlines": {"visible": False}}
        values = {**axis, "major_gridlines": {"visible": True, "line": {"color": "#D5DBE6"}}, "min": 0}
        if chart["type"] == "bar":  # its categories go down, and are the library's y
            drawn.set_y_axis({**axis, "reverse": True, "interval_unit": 1, "num_font": {"size": 7}})
            drawn.set_x_axis({**values, "label_position": "low"})
        else:
            weeks = {"major_unit": 14, "major_unit_type": "days"}
            drawn.set_x_axis({**axis, "date_axis": True, "num_format": "d mmm", **weeks})
            drawn.set_y_axis({**values, "num_format": "#,##0"})
        height = max(300, 90 + 16 * (last - first + 1)) if chart["type"] == "bar" else 300
        drawn.set_size({"width": 760, "height": min(height, 1_200)})
        return drawn
