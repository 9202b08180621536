"""The first shown sheet of an XLSX, cell by cell as the file has it; missing cells take no memory. Pure.

Libraries expand a sheet to a table up to its farthest cell, and give a number, a formula without a result or an error
as something else. So the few parts that matter are read here as a stream.
"""

import io
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import Any
from xml.parsers import expat

from app.core.cells import Cell, Found
from app.core.problems import Code, Problem

MAX_UNPACKED = 128 * 1024 * 1024
"""Bytes of all parts: an XLSX is a zip file, its real size stands inside."""

MAX_PARTS = 1_000
MAX_CELLS = 2_000_000

Row = tuple[int, dict[int, Cell]]
"""A row that has something in it: its number, from 1, and its cells by column, from 0."""

_CHUNK = 64 * 1024
_REFERENCE = re.compile("([A-Z]{1,3})([1-9][0-9]{0,6})")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_LAST_COLUMN = 16_383
_DAYS_TO_1904 = 1_462

# What the numbers of built-in formats stand for (ECMA-376, 18.8.30); those that are not here are codes of the file.
_PLAIN_FORMATS = frozenset({0, 1, 49})
_GROUPED_FORMATS = frozenset({2, 3, 4, *range(5, 9), *range(37, 45)})
_DAY_FORMATS = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})


class Unreadable(Exception):
    """The file is not what an XLSX is."""


def column_name(index: int) -> str:
    """The letters of a column, from 0: `A`, `Z`, `AA`."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def _index(name: str) -> int:
    column = 0
    for letter in name:
        column = column * 26 + ord(letter) - ord("A") + 1
    return column - 1


def read_workbook(content: bytes, max_rows: int) -> tuple[list[Row], list[str], list[Row]]:
    """The rows of the first shown sheet that have something in them, the merged ranges below the first of them, and of
    each other shown sheet its first row.

    Raises:
        Problem: `unreadable_file`, `body_too_large` where it unpacks to too much, `too_many_items`.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
            if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
                raise Problem(Code.BODY_TOO_LARGE)
            workbook = _Workbook(packed)
            return (*workbook.rows(max_rows), workbook.first_rows_of_others())
    except (
        Unreadable,
        zipfile.BadZipFile,
        expat.ExpatError,
        LookupError,
        ValueError,
        OSError,
        NotImplementedError,
        EOFError,
        RuntimeError,
        MemoryError,
        struct.error,
        zlib.error,
    ) as exc:
        raise Problem(Code.UNREADABLE_FILE) from exc


class _Enough(Exception):
    """The row that was looked for is read."""


class _Workbook:
    def __init__(self, packed: zipfile.ZipFile) -> None:
        self._packed = packed
        self._shown: list[str] = []
        self._hidden: list[str] = []
        self._offset = 0
        home = next(
            (target for kind, target in self._relations("").values() if kind == "officeDocument"), "xl/workbook.xml"
        )
        self._parse(home, self._on_workbook)
        related = self._relations(home)
        sheets = [
            related[reference][1] for reference in self._shown or self._hidden if related[reference][0] == "worksheet"
        ]
        if not sheets:
            raise Unreadable
        self._sheet, *self._others = sheets
        one = dict(related.values())
        self._strings = _strings(self, one["sharedStrings"]) if "sharedStrings" in one else []
        self._formats = _formats(self, one["styles"]) if "styles" in one else []

    def rows(self, max_rows: int) -> tuple[list[Row], list[str]]:
        reader = _SheetReader(self._strings, self._formats, self._offset, max_rows)
        self._parse(self._sheet, reader.on_start, reader.on_end, reader.on_text)
        return reader.rows, reader.merged

    def first_rows_of_others(self) -> list[Row]:
        found = []
        for sheet in self._others:
            reader = _SheetReader(self._strings, self._formats, self._offset, 0, only_first=True)
            try:
                self._parse(sheet, reader.on_start, reader.on_end, reader.on_text)
            except _Enough:
                found += reader.rows
        return found

    def _on_workbook(self, name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            sheets = self._shown if attributes.get("state", "visible") == "visible" else self._hidden
            sheets.append(next(value for key, value in attributes.items() if _local(key) == "id"))
        elif name == "workbookPr" and attributes.get("date1904") in ("1", "true"):
            self._offset = _DAYS_TO_1904

    def _relations(self, part: str) -> dict[str, tuple[str, str]]:
        """What a part refers to, by id: the last word of its kind, and where it is."""
        folder, name = posixpath.split(part)
        found: dict[str, tuple[str, str]] = {}

        def on_start(name: str, attributes: dict[str, str]) -> None:
            if name == "Relationship" and attributes.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, attributes["Target"])).lstrip("/")
                found[attributes["Id"]] = attributes["Type"].rpartition("/")[2], target

        self._parse(posixpath.join(folder, "_rels", f"{name}.rels"), on_start)
        return found

    def _parse(
        self,
        part: str,
        on_start: Callable[[str, dict[str, str]], None],
        on_end: Callable[[str], None] = lambda _: None,
        on_text: Callable[[str], None] | None = None,
    ) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = lambda name, attributes: on_start(_local(name), attributes)
        parser.EndElementHandler = lambda name: on_end(_local(name))
        parser.StartDoctypeDeclHandler = _refuse  # entities, which nothing here needs
        if on_text is not None:
            parser.CharacterDataHandler = on_text
        with self._packed.open(part) as file:
            while chunk := file.read(_CHUNK):
                parser.Parse(chunk, False)  # noqa: FBT003  (the library's own way)
        parser.Parse(b"", True)  # noqa: FBT003  (expat takes no keyword)

    parse = _parse


def _refuse(*_: Any) -> None:
    raise Unreadable


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _strings(workbook: _Workbook, part: str) -> list[str]:
    """The texts that cells share."""
    found: list[str] = []
    reader = _TextReader()

    def on_end(name: str) -> None:
        reader.on_end(name)
        if name == "si":
            found.append(reader.take())

    workbook.parse(part, reader.on_start, on_end, reader.on_text)
    return found


class _TextReader:
    """The text of a string with or without formats, without how it is pronounced."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._reading = False
        self._phonetic = False

    def on_start(self, name: str, _: dict[str, str]) -> None:
        self._phonetic = self._phonetic or name == "rPh"
        self._reading = name == "t" and not self._phonetic

    def on_end(self, name: str) -> None:
        self._phonetic = self._phonetic and name != "rPh"
        self._reading = False

    def on_text(self, text: str) -> None:
        if self._reading:
            self._parts.append(text)

    def take(self) -> str:
        text, self._parts = "".join(self._parts), []
        return _unescaped(text)


def _unescaped(text: str) -> str:
    """Text with `_x000A_` as the sign that it stands for."""
    if "_x" not in text:
        return text
    signs = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    return signs.encode("utf-16", "surrogatepass").decode("utf-16")


def _formats(workbook: _Workbook, part: str) -> list[Found]:
    """For each style of a cell, what its number is shown as."""
    codes: dict[int, str] = {}
    found: list[Found] = []
    inside: list[str] = []

    def on_start(name: str, attributes: dict[str, str]) -> None:
        inside.append(name)
        if name == "numFmt":
            codes[int(attributes["numFmtId"])] = attributes["formatCode"]
        elif name == "xf" and inside[-2:-1] == ["cellXfs"]:
            number = int(attributes.get("numFmtId", "0"))
            found.append(_shown(number, codes.get(number)))

    def on_end(_: str) -> None:
        inside.pop()

    workbook.parse(part, on_start, on_end)
    return found


def _shown(number: int, code: str | None) -> Found:
    if code is None:
        if number in _DAY_FORMATS:
            return Found.DAY
        if number in _PLAIN_FORMATS:
            return Found.NUMBER
        return Found.GROUPED if number in _GROUPED_FORMATS else Found.DRESSED
    first = code.split(";")[0]
    bare = re.sub(r"\[(?!(?:h+|m+|s+)\])[^\]]*\]|[_*\\].", "", first, flags=re.IGNORECASE)
    if re.search(r"[dyhs]|m", re.sub(r'"[^"]*"|General', "", bare, flags=re.IGNORECASE), re.IGNORECASE):
        return Found.DAY
    if bare in ("General", "@", "0", "#"):
        return Found.NUMBER
    return Found.GROUPED if re.fullmatch(r"\s*[#,]*0?(?:\.[0#]*)?\s*", bare) else Found.DRESSED


class _SheetReader:
    """Cells as they pass by."""

    def __init__(
        self, strings: list[str], formats: list[Found], offset: int, max_rows: int, *, only_first: bool = False
    ) -> None:
        self._only_first = only_first
        self.rows: list[Row] = []
        self.merged: list[str] = []
        self._strings, self._formats, self._offset, self._max_rows = strings, formats, offset, max_rows
        self._row, self._column, self._cells = 0, -1, 0
        self._here: dict[int, Cell] = {}
        self._cell: dict[str, str] | None = None
        self._formula = False
        self._value: list[str] | None = None
        self._reading = False
        self._inline = _TextReader()

    def on_start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._begin_cell(attributes)
        elif name == "row":
            row = int(attributes.get("r", self._row + 1))
            if row <= self._row:
                raise Unreadable
            self._row, self._column, self._here = row, -1, {}
        elif name == "mergeCell":
            if len(self.merged) < self._max_rows:
                self.merged.append(attributes["ref"])
        elif self._cell is not None:
            if name == "v":
                self._value, self._reading = [], True
            elif name == "f":
                self._formula = True
            else:
                self._inline.on_start(name, attributes)

    def on_text(self, text: str) -> None:
        if self._reading and self._value is not None:
            self._value.append(text)
        elif self._cell is not None:
            self._inline.on_text(text)

    def on_end(self, name: str) -> None:
        self._reading = False
        if name == "c":
            self._end_cell()
        elif name == "row":
            if self._here:
                self.rows.append((self._row, self._here))
                if self._only_first:
                    raise _Enough
                if len(self.rows) > self._max_rows + 1:
                    raise Problem(Code.TOO_MANY_ITEMS)
        elif self._cell is not None:
            self._inline.on_end(name)

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        if "r" in attributes:
            match = _REFERENCE.fullmatch(attributes["r"])
            if match is None or int(match[2]) != self._row:
                raise Unreadable
            column = _index(match[1])
        else:
            column = self._column + 1
        if not self._column < column <= _LAST_COLUMN:
            raise Unreadable
        self._column, self._cell, self._formula, self._value = column, attributes, False, None

    def _end_cell(self) -> None:
        assert self._cell is not None  # noqa: S101  (elements end after they began)
        cell = self._read(self._cell.get("t", "n"), self._cell.get("s"))
        self._cell = None
        if cell is not None and not cell.empty:
            self._cells += 1
            if self._cells > MAX_CELLS:
                raise Problem(Code.TOO_MANY_ITEMS)
            self._here[self._column] = cell

    def _read(self, kind: str, style: str | None) -> Cell | None:
        inline = self._inline.take()
        if kind == "inlineStr":
            return Cell(Found.TEXT, inline)
        value = None if self._value is None else "".join(self._value)
        if value is None or (kind == "n" and not value.strip()):
            return Cell(Found.UNKNOWN, "") if self._formula else None
        if kind == "n":
            return self._number(value.strip(), style)
        if kind in ("b", "e"):
            return Cell(Found.TRUTH if kind == "b" else Found.ERROR, value)
        return Cell(Found.TEXT, self._text(kind, value))

    def _text(self, kind: str, value: str) -> str:
        if kind == "s":
            return self._strings[_natural(value)]
        if kind == "d":  # a day of ISO 8601, which few programs write
            return value.removesuffix("Z").removesuffix("T00:00:00")
        if kind != "str":
            raise Unreadable
        return _unescaped(value)

    def _number(self, value: str, style: str | None) -> Cell:
        shown = self._formats[_natural(style)] if style is not None and self._formats else Found.NUMBER
        if shown is Found.DAY and self._offset:
            value = str(float(value) + self._offset)
        return Cell(shown, value)


def _natural(text: str) -> int:
    if not text.isdecimal():
        raise Unreadable
    return int(text)


def merged_cells(ranges: list[str]) -> Iterator[tuple[int, int]]:
    """The row and column of the first cell of each range of more than one."""
    for reference in ranges:
        match = _REFERENCE.match(reference)
        if match is not None and ":" in reference:
            yield int(match[2]), _index(match[1])
