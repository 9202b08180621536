"""Writes a workbook (ECMA-376) row by row, as its rows come, which no library does (`docs/decisions/` has the
measurement)."""

import re
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import IO, NamedTuple
from xml.sax.saxutils import escape, quoteattr

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_AT_ONCE = 500  # rows that are packed at once
_LONGEST = 32_767  # signs of a cell, in UTF-16
_CUT = 32_700
_LINE = 15  # points of a line
_DIGITS = 15  # of a number that are kept
_DAY_0 = 693_594  # the ordinal of 1899-12-30, from which Excel counts days
_FIRST_DAY = 61  # 1900-03-01: before it, Excel counts a day that never was
_DAY_S = 86_400
# XML has no such signs, and makes a line feed of a carriage return: they are written as `_x000D_` (ECMA-376,
# ST_Xstring), and so is the sign that begins what only looks like that.
_ESCAPED = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_SPECIAL = re.compile(f"[&<>]|{_ESCAPED.pattern}")

# Formats of cells, by their place in `_STYLES`.
HEAD, DAY, MOMENT, MONEY, HIDDEN_HEAD, WRAPPED, STRONG = 1, 2, 3, 4, 5, 6, 7
_FONT = '<sz val="11"/>{}<name val="Calibri"/><family val="2"/>'
_FILL = '<fill><patternFill patternType="solid"><fgColor rgb="FF{}"/><bgColor indexed="64"/></patternFill></fill>'
_TOP = '<alignment vertical="top" wrapText="1"/>'


def _format(number: int = 0, *, font: int = 0, fill: int = 0, aligned: str = "") -> str:
    plain = f'<xf numFmtId="{number}" fontId="{font}" fillId="{fill}" borderId="0" xfId="0"'
    applied = ' applyNumberFormat="1" applyFont="1" applyFill="1" applyAlignment="1"'
    return f"{plain}{applied}>{aligned}</xf>" if number or font or fill or aligned else f"{plain}/>"


_FORMATS = (
    _format(),
    _format(font=1, fill=2, aligned='<alignment vertical="center"/>'),
    _format(164),
    _format(165),
    _format(3),
    _format(font=1, fill=3, aligned='<alignment vertical="center"/>'),
    _format(aligned=_TOP),
    _format(font=2, aligned=_TOP),
)
_WHITE = '<color rgb="FFFFFFFF"/>'
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>'
    '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts>'
    f'<fonts count="3"><font>{_FONT.format("")}</font>'
    f"<font><b/>{_FONT.format(_WHITE)}</font>"
    f"<font><b/>{_FONT.format('')}</font></fonts>"
    '<fills count="4"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    f"{_FILL.format('1F4E5F')}{_FILL.format('8A8F94')}</fills>"
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    f'<cellXfs count="{len(_FORMATS)}">{"".join(_FORMATS)}</cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
_FROZEN = (
    '<sheetViews><sheetView workbookViewId="0"{}><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft"'
    ' state="frozen"/></sheetView></sheetViews>'
)


class Prompt(NamedTuple):
    """What is shown beside a cell of the heading when somebody stands on it."""

    title: str
    text: str


class Sheet(NamedTuple):
    """A sheet: its rows as `row` makes them, the first of which is the heading where it has one."""

    name: str
    rows: Iterable[str]
    widths: Sequence[int]
    heading: bool = True
    prompts: Sequence[Prompt] = ()


def write_workbook(target: IO[bytes], sheets: Sequence[Sheet]) -> None:
    """Write the sheets one by one; the rows of one may depend on what was written before."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        for name, text in _frame([sheet.name for sheet in sheets]).items():
            book.writestr(name, _XML + text)
        for number, sheet in enumerate(sheets, start=1):
            _write(book, number, sheet)


def _write(book: zipfile.ZipFile, number: int, sheet: Sheet) -> None:
    columns = "".join(
        f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>' for n, width in enumerate(sheet.widths, start=1)
    )
    view = _FROZEN.format(' tabSelected="1"' if number == 1 else "") if sheet.heading else ""
    with book.open(f"xl/worksheets/sheet{number}.xml", "w", force_zip64=True) as file:
        file.write(f'{_XML}<worksheet xmlns="{_MAIN}">{view}<cols>{columns}</cols><sheetData>'.encode())
        buffered: list[str] = []
        count = 0
        for line in sheet.rows:
            buffered.append(line)
            count += 1
            if len(buffered) == _AT_ONCE:
                file.write("".join(buffered).encode())
                buffered = []
        behind = _filter(len(sheet.widths), count) + _prompts(sheet.prompts) if sheet.heading else ""
        file.write(f"{''.join(buffered)}</sheetData>{behind}</worksheet>".encode())


def _filter(columns: int, rows: int) -> str:
    return f'<autoFilter ref="A1:{letters(columns)}{max(rows, 1)}"/>'


def _prompts(prompts: Sequence[Prompt]) -> str:
    """Input messages; Excel takes 32 and 255 signs."""
    if not prompts:
        return ""
    each = "".join(
        f'<dataValidation allowBlank="1" showInputMessage="1" promptTitle={quoteattr(_shortened(prompt.title, 32))}'
        f' prompt={quoteattr(_shortened(prompt.text, 255))} sqref="{letters(number)}1"/>'
        for number, prompt in enumerate(prompts, start=1)
    )
    return f'<dataValidations count="{len(prompts)}">{each}</dataValidations>'


def _shortened(value: str, longest: int) -> str:
    return value if len(value) <= longest else value[: longest - 1] + "…"


def letters(number: int) -> str:
    """The name of a column, from 1 on: A, B, … AA."""
    name = ""
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


def _frame(names: Sequence[str]) -> dict[str, str]:
    """What a workbook needs beside its sheets (ECMA-376, part 1)."""
    numbers = range(1, len(names) + 1)
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_TYPE}.worksheet+xml"/>' for n in numbers
    )
    sheets = "".join(
        f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>' for n, name in zip(numbers, names, strict=True)
    )
    relations = "".join(
        f'<Relationship Id="rId{n}" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in numbers
    )
    relations += f'<Relationship Id="rId0" Type="{_RELATIONS}/styles" Target="styles.xml"/>'
    return {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>{overrides}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>{sheets}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}</Relationships>',
        "xl/styles.xml": _STYLES,
    }


def row(cells: Iterable[str]) -> str:
    """A row of cells."""
    return "<row>" + "".join(cells) + "</row>"


def wrapped(cells: Sequence[str], widths: Sequence[int], *, strong: int = 0) -> str:
    """A row of texts that are broken within their columns, as high as the longest needs, which not every program finds
    out; the first `strong` ones are bold."""
    lines = max(
        sum(-(-max(len(part), 1) // width) for part in cell.split("\n"))
        for cell, width in zip(cells, widths, strict=True)
    )
    styled = (text(cell, STRONG if number < strong else WRAPPED) for number, cell in enumerate(cells))
    return f'<row ht="{_LINE * lines}" customHeight="1">{"".join(styled)}</row>'


def text(cell: str, style: int = 0) -> str:
    """Text is always text, also if it begins like a formula; of what is longer than a cell, the beginning."""
    if len(cell) > _LONGEST // 2 and len(cell.encode("utf-16-le")) // 2 > _LONGEST:
        cell = cell.encode("utf-16-le")[: 2 * _CUT].decode("utf-16-le", "ignore") + "… (dipotong / cut)"
    if _SPECIAL.search(cell):  # most have nothing to escape
        cell = escape(_ESCAPED.sub(_code, cell))
    styled = f' s="{style}"' if style else ""
    return f'<c{styled} t="inlineStr"><is><t xml:space="preserve">{cell}</t></is></c>'


def _code(sign: re.Match[str]) -> str:
    return f"_x{ord(sign[0]):04X}_"


def _number(cell: str) -> str:
    return f"<c><v>{cell}</v></c>"


def _integer(cell: str) -> str:
    return f"<c><v>{cell}</v></c>" if len(cell) <= _DIGITS else text(cell)


def _money(cell: str) -> str:
    return f'<c s="{MONEY}"><v>{cell}</v></c>' if len(cell) <= _DIGITS else text(cell)


def _boolean(cell: str) -> str:
    return f'<c t="b"><v>{int(cell == "true")}</v></c>'


def _day(cell: str) -> str:
    days = date.fromisoformat(cell).toordinal() - _DAY_0
    return f'<c s="{DAY}"><v>{days}</v></c>' if days >= _FIRST_DAY else text(cell)


def _moment(cell: str) -> str:
    values = datetime.fromisoformat(cell)
    days = values.toordinal() - _DAY_0
    seconds = values.hour * 3_600 + values.minute * 60 + values.second + values.microsecond / 1_000_000
    return f'<c s="{MOMENT}"><v>{days + seconds / _DAY_S:.10f}</v></c>' if days >= _FIRST_DAY else text(cell)


CELLS: Mapping[str, Callable[[str], str]] = {
    "text": text,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "date": _day,
    "datetime": _moment,
    "money": _money,
}
"""How a cell of a type is written, from its text in CSV: a date is a date, in UTC; a whole number of more digits than a
spreadsheet keeps is text."""
