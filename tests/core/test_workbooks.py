"""What a workbook has in its first sheet, read as a stream, whoever wrote it."""

import io
import tracemalloc
import zipfile
from typing import Any

import pytest
from workbooks import pack, sheet, workbook

from app.core.cells import Cell, Found
from app.core.problems import Code, Problem
from app.core.workbooks import column_name, read_workbook

FORMATS = [
    "General",
    "dd/mm/yyyy",
    "0%",
    "00000",
    "#,##0",
    "[$-421]dd mmmm yyyy;@",
    '"Rp"#,##0',
    "@",
    "0.00E+00",
    "[Magenta]0",
    "# ?/?",
    "_-* #,##0_-",
]


def rows(content: bytes, most: int = 100) -> Any:
    return read_workbook(content, most)[0]


def refused(content: bytes, most: int = 100) -> Code:
    with pytest.raises(Problem) as caught:
        read_workbook(content, most)
    return caught.value.code


def test_what_a_number_is_shown_as() -> None:
    cells = "".join(f'<c s="{style}"><v>42</v></c>' for style in range(len(FORMATS)))
    ((_, found),) = rows(sheet(f'<row r="1">{cells}</row>', formats=FORMATS))
    assert [cell.found for cell in found.values()] == [
        Found.NUMBER,
        Found.DAY,
        Found.DRESSED,
        Found.DRESSED,
        Found.GROUPED,
        Found.DAY,
        Found.DRESSED,
        Found.NUMBER,
        Found.DRESSED,
        Found.NUMBER,
        Found.DRESSED,
        Found.GROUPED,
    ]


def test_cells_of_every_type() -> None:
    content = sheet(
        '<row><c t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r><rPh><t>no</t></rPh></is></c><c t="s"><v>1</v></c>'
        '<c t="b"><v>1</v></c><c t="e"><v>#N/A</v></c><c><f>A1</f></c><c t="str"><f>A1</f><v>x_x0041_</v></c>'
        '<c t="str"><f>A1</f><v></v></c><c r="J1"><v>7</v></c></row>'
        '<row r="5"><c r="C5" t="inlineStr"><is><t> </t></is></c></row><row r="9"><c r="B9"><v>1.0</v></c></row>',
        shared=["no", "shared"],
    )
    assert rows(content) == [
        (
            1,
            {
                0: Cell(Found.TEXT, "ab"),
                1: Cell(Found.TEXT, "shared"),
                2: Cell(Found.TRUTH, "1"),
                3: Cell(Found.ERROR, "#N/A"),
                4: Cell(Found.UNKNOWN, ""),
                5: Cell(Found.TEXT, "xA"),
                9: Cell(Found.NUMBER, "7"),
            },
        ),
        (9, {1: Cell(Found.NUMBER, "1.0")}),
    ]


def test_days_since_1904() -> None:
    ((_, found),) = rows(sheet('<row><c s="1"><v>43355</v></c></row>', formats=FORMATS, since_1904=True))
    assert found == {0: Cell(Found.DAY, "44817.0")}


def test_a_cell_in_the_farthest_corner_costs_nothing() -> None:
    content = workbook([["a", "b"], ["1", "2"]], more='<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    tracemalloc.start()
    found = rows(content)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found[-1] == (1_048_576, {16_383: Cell(Found.NUMBER, "1")})
    assert peak < 2_000_000


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PK\x03\x04 not a zip", Code.UNREADABLE_FILE),
        (pack({}), Code.UNREADABLE_FILE),
        (sheet("<row><c t='s'><v>7</v></c></row>", shared=["one"]), Code.UNREADABLE_FILE),
        (sheet("<row><c t='s'><v>-1</v></c></row>", shared=["one"]), Code.UNREADABLE_FILE),
        (sheet("<row><c t='zz'><v>7</v></c></row>"), Code.UNREADABLE_FILE),
        (sheet("<row r='2'/><row r='1'/>"), Code.UNREADABLE_FILE),
        (sheet("<row r='1'><c r='A2'><v>1</v></c></row>"), Code.UNREADABLE_FILE),
        (sheet("<row r='1'><c r='ZZZ1'><v>1</v></c></row>"), Code.UNREADABLE_FILE),
        (sheet("<row><c"), Code.UNREADABLE_FILE),
        (
            sheet("<row/>", doctype='<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'),
            Code.UNREADABLE_FILE,
        ),
        (pack({f"{n}.xml": "" for n in range(1_001)}), Code.BODY_TOO_LARGE),
        (sheet("<row><c><v>1</v></c></row>" * 102), Code.TOO_MANY_ITEMS),
    ],
)
def test_what_is_no_sound_workbook(content: bytes, code: Code) -> None:
    assert refused(content) is code


def test_a_bomb_is_measured_before_it_is_unpacked() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for n in range(3):
            file.writestr(f"xl/{n}.xml", b" " * (60 * 1024 * 1024))
    assert refused(packed.getvalue()) is Code.BODY_TOO_LARGE


def test_columns_have_the_names_that_a_spreadsheet_shows() -> None:
    assert [column_name(index) for index in (0, 25, 26, 701, 702, 16_383)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]
