"""Converts CSV to Parquet or XLSX: a process of its own, from standard input to standard output, in constant memory.

`python -m app.exchange.encode parquet|xlsx`. Where its input ends before its time it is ended with it, so that what it
wrote lacks its end, which both formats need to be opened at all.
"""

import csv
import io
import os
import re
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import IO, Any
from xml.sax.saxutils import escape

from app.exchange.column import Column
from app.exchange.columns import COLUMNS, NAMES

_ROW_GROUP = 20_000
_BLOCK = 512 * 1024  # bytes of CSV at once: more than the longest row by far
_MAGIC = b"PAR1"
MAX_SHEET_ROWS = 1_048_576 - 1
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_SHEETS = ("Data", "Kode", "Catatan")
_BOLD, _DAY, _MOMENT = 1, 2, 3  # formats of cells, by their place in `_STYLES`
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>'
    '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
_FROZEN = (
    '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft"'
    ' state="frozen"/></sheetView></sheetViews>'
)
_DAY_0 = 693_594  # the ordinal of 1899-12-30, from which Excel counts days
_FIRST_DAY = 61  # 1900-03-01: before it, Excel counts a day that never was
_DAY_S = 86_400
_WIDTHS = {"text": 20, "integer": 14, "number": 12, "boolean": 8, "date": 11, "datetime": 19}  # of signs
# XML has no such signs, and makes a line feed of a carriage return: they are written as `_x000D_` (ECMA-376,
# ST_Xstring), and so is the sign that begins what only looks like that.
_ESCAPED = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
NOTES = (
    ("Sumber / source", "Basis Data Tunggal KUMKM"),
    ("Kode wilayah / region codes", "Kemendagri; kode BPS di kolom bps_village_code bila diketahui"),
    ("Waktu / times", "UTC; tanggal pengisian menurut waktu setempat / UTC; captured_on is the local day"),
    ("Nomor / numbers", "NIK, NIB, dan Nomor Induk Koperasi disamarkan kecuali diminta dengan hak dan alasan"),
    ("Kosong / empty", "tidak dijawab, atau data pribadi yang tidak ditampilkan / not answered, or not shown"),
    ("Batas / limit", "paling banyak 1.048.575 baris; untuk lebih, gunakan CSV atau Parquet"),
)


class TooManyRows(Exception):
    """The most rows of a sheet."""


def parquet(source: IO[bytes], target: IO[bytes]) -> None:
    """Typed by `COLUMNS`; labels and definitions are in the metadata of each field."""
    target.write(_MAGIC)  # every such file begins so: the client gets it before the library is loaded
    target.flush()
    # Of its three allocators this one gives back what is no longer needed: a quarter less memory.
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "jemalloc")
    import pyarrow as pa  # noqa: PLC0415  (this process needs one of the two)
    import pyarrow.csv as pa_csv  # noqa: PLC0415  (as above)
    import pyarrow.parquet as pq  # noqa: PLC0415  (as above)

    types = {
        "text": pa.string(),
        "integer": pa.int64(),
        "number": pa.float64(),
        "boolean": pa.bool_(),
        "date": pa.date32(),
        "datetime": pa.timestamp("us", tz="UTC"),
    }
    schema = pa.schema(
        [
            pa.field(each.name, types[each.type], metadata={"label": each.label_id, "definition": each.definition_en})
            for each in COLUMNS
        ]
    )
    pa.set_cpu_count(1)
    reader = pa_csv.open_csv(
        source,
        read_options=pa_csv.ReadOptions(use_threads=False, block_size=_BLOCK),
        parse_options=pa_csv.ParseOptions(newlines_in_values=True),
        convert_options=pa_csv.ConvertOptions(
            column_types={field.name: field.type for field in schema},
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            null_values=[""],
        ),
    )
    with pq.ParquetWriter(_Behind(target, len(_MAGIC)), schema, compression="zstd", compression_level=1) as writer:
        buffered: list[Any] = []
        for batch in reader:
            buffered.append(batch)
            if sum(each.num_rows for each in buffered) >= _ROW_GROUP:
                writer.write_table(pa.Table.from_batches(buffered).cast(schema))
                buffered = []
        writer.write_table(pa.Table.from_batches(buffered, schema=reader.schema).cast(schema))


class _Behind(io.RawIOBase):
    """The rest of a file whose first bytes are written already."""

    def __init__(self, target: IO[bytes], begun: int) -> None:
        self._target, self._begun = target, begun

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        view = memoryview(data)
        rest = view[self._begun :]
        self._begun = max(0, self._begun - len(view))
        self._target.write(rest)
        return len(view)


def xlsx(source: IO[bytes], target: IO[bytes]) -> None:
    """A sheet of data, one that explains columns and codes, one of notes. Row by row as it comes, which no library does
    (`docs/decisions/` has the measurement).
    """
    rows = csv.reader((line.decode() for line in source), strict=True)
    next(rows)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        for name, text in _frame().items():
            book.writestr(name, _XML + text)
        _sheet(book, 1, _data(rows), [_WIDTHS[each.type] for each in COLUMNS], heading=True)
        _sheet(book, 2, _explained(), [24, 30, 60, 60, 12, 24, 10, 40], heading=True)
        _sheet(book, 3, (_row(map(_text, note)) for note in NOTES), [30, 90])


def _frame() -> dict[str, str]:
    """What a workbook needs beside its sheets (ECMA-376, part 1)."""
    numbers = range(1, len(_SHEETS) + 1)
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_TYPE}.worksheet+xml"/>' for n in numbers
    )
    sheets = "".join(
        f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>' for n, name in zip(numbers, _SHEETS, strict=True)
    )
    relations = "".join(
        f'<Relationship Id="rId{n}" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in numbers
    )
    relations += f'<Relationship Id="rId0" Type="{_RELATIONS}/styles" Target="styles.xml"/>'
    overrides += f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
    return {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override'
        f' PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>{overrides}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1"'
        f' Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>{sheets}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}</Relationships>',
        "xl/styles.xml": _STYLES,
    }


def _sheet(
    book: zipfile.ZipFile, number: int, rows: Iterable[str], widths: Iterable[int], *, heading: bool = False
) -> None:
    columns = "".join(
        f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>' for n, width in enumerate(widths, start=1)
    )
    view = _FROZEN if heading else ""
    with book.open(f"xl/worksheets/sheet{number}.xml", "w", force_zip64=True) as sheet:
        sheet.write(f'{_XML}<worksheet xmlns="{_MAIN}">{view}<cols>{columns}</cols><sheetData>'.encode())
        buffered: list[str] = []
        for row in rows:
            buffered.append(row)
            if len(buffered) == 500:  # noqa: PLR2004  (rows that are packed at once)
                sheet.write("".join(buffered).encode())
                buffered = []
        sheet.write(("".join(buffered) + "</sheetData></worksheet>").encode())


def _data(rows: Iterator[list[str]]) -> Iterator[str]:
    yield _row(map(_heading, NAMES))
    kinds = [_kind(column) for column in COLUMNS]
    for number, row in enumerate(rows):
        if number >= MAX_SHEET_ROWS:
            raise TooManyRows
        yield _row(kind(cell) if cell else "<c/>" for kind, cell in zip(kinds, row, strict=True))


def _explained() -> Iterator[str]:
    yield _row(map(_heading, ("kolom", "label", "definisi", "definition", "satuan", "klasifikasi", "tipe", "kode")))
    for each in COLUMNS:
        values = (each.name, each.label_id, each.definition_id, each.definition_en, each.unit, each.classification)
        yield _row(_text(text or "") for text in (*values, each.type, " ".join(each.codes)))


def _kind(column: Column) -> Callable[[str], str]:
    """How the cells of a column are written: text is always text, also if it begins like a formula; a date is a date,
    in UTC."""
    return {"integer": _number, "number": _number, "boolean": _boolean, "date": _day, "datetime": _moment}.get(
        column.type, _text
    )


def _number(cell: str) -> str:
    return f"<c><v>{cell}</v></c>"


def _boolean(cell: str) -> str:
    return f'<c t="b"><v>{int(cell == "true")}</v></c>'


def _day(cell: str) -> str:
    days = date.fromisoformat(cell).toordinal() - _DAY_0
    return f'<c s="{_DAY}"><v>{days}</v></c>' if days >= _FIRST_DAY else _text(cell)


def _moment(cell: str) -> str:
    values = datetime.fromisoformat(cell)
    days = values.toordinal() - _DAY_0
    seconds = values.hour * 3_600 + values.minute * 60 + values.second + values.microsecond / 1_000_000
    return f'<c s="{_MOMENT}"><v>{days + seconds / _DAY_S:.10f}</v></c>' if days >= _FIRST_DAY else _text(cell)


def _heading(cell: str) -> str:
    return _text(cell, f' s="{_BOLD}"')


def _text(cell: str, style: str = "") -> str:
    return f'<c{style} t="inlineStr"><is><t xml:space="preserve">{escape(_ESCAPED.sub(_code, cell))}</t></is></c>'


def _code(sign: re.Match[str]) -> str:
    return f"_x{ord(sign[0]):04X}_"


def _row(cells: Iterable[str]) -> str:
    return "<row>" + "".join(cells) + "</row>"


if __name__ == "__main__":
    {"parquet": parquet, "xlsx": xlsx}[sys.argv[1]](sys.stdin.buffer, sys.stdout.buffer)
