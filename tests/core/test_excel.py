"""Text for Excel: shown as it was stored, never run, never a number or a day; one rule in both languages."""

import csv
import io
import re

import asyncpg
from hypothesis import example, given
from hypothesis import strategies as st

from app.core.excel import as_number, as_text, sql_as_number, sql_as_text, table

EMBEDDED_IS_ENOUGH = True
SIGNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n", " ", "\ufeff", "'", '"', "|", "%")
NASTY = [
    *(f"{sign}1+1" for sign in SIGNS),
    *SIGNS,
    '=HYPERLINK("http://x";"y")',
    "=cmd|' /C calc'!A0",
    "16.01.29",
    "01122",
    "1601145203850001",
    "1e5",
    "1-2",
    "Mei 5",
    "TRUE",
    "Salah",
    "false",
    "Warung Bu Sari",
    "Toko 24",
    "Ésa",
    "好",
    "",
    'say "yes"',
    '"',
    "a;b",
    "a,b",
    "a\nb",
    "a\r\n=1+1",
    "x" * 300,
    "=" + "x" * 300,
    '[{"year":2022,"idr":' + "1" * 300 + "}]",
    "9" * 300,
    '1"' * 127,
    '1"' * 128,
]
# What Excel does with a cell of a CSV that is a text: nothing but a formula which is one literal is run.
_LITERAL = re.compile(r'="((?:[^"]|"")*)"')
_MEANS_MORE = re.compile(r"[=+\-@＝＋－＠\s'\"]|.*[0-9]|(true|false|benar|salah)$", re.IGNORECASE | re.DOTALL)


def shown(cell: str) -> str:
    """What Excel shows."""
    literal = _LITERAL.fullmatch(cell)
    if literal:
        assert len(literal[1]) <= 255, "Excel takes no longer text in a formula"
        return literal[1].replace('""', '"')
    if len(cell) > 255 and cell[0] in "x[{":
        return cell  # longer than any number or day, and no formula
    if cell.startswith("'"):
        assert len(cell.replace('"', '""')) > 255, "only where there is no better way"
        return cell[1:]
    assert not _MEANS_MORE.match(cell), cell
    return cell


@given(
    st.one_of(st.text(), st.sampled_from(NASTY), st.from_regex(r"[=+@＝\-\t\n]?[0-9A-Za-z.\-\"]{0,12}", fullmatch=True))
)
@example("")
def test_excel_shows_every_text_as_it_was_stored(text: str) -> None:
    assert shown(as_text(text)) == text


async def test_postgresql_and_python_write_the_same(pg: asyncpg.Connection) -> None:
    rows = await pg.fetch(f"SELECT told, {sql_as_text('told')} FROM unnest($1::text[]) AS every (told)", NASTY)
    assert [row[1] for row in rows] == [as_text(row[0]) for row in rows]
    assert await pg.fetchval(f"SELECT {sql_as_text('NULL::text')}") is None


NUMBERS = [-4.1266, 0.5, -0.5, 104.99954898313986, 1e-07, 1.5e-07, -1.25e20, 1e20, 100.0, 0.0, 1 / 3]
WHOLE = [0, -7, 2022, 999_999_999_999_999, -999_999_999_999_999, 1_601_145_203_850_001, 2**63 - 1, -(2**63)]


def counted(cell: str) -> float | str:
    """What a spreadsheet makes of a number in any language: there is no sign of decimals or of thousands in it."""
    literal = _LITERAL.fullmatch(cell)
    if literal:
        return literal[1]
    assert "." not in cell
    assert "," not in cell
    assert len(re.sub("E.*", "", cell.lstrip("=-"))) <= 17
    return float(cell.removeprefix("="))


def test_a_number_is_the_same_in_every_language() -> None:
    assert [counted(as_number(each)) for each in NUMBERS] == NUMBERS
    assert as_number(-4.1266) == "=-41266E-4"
    assert [counted(as_number(each)) for each in WHOLE] == [
        each if abs(each) < 10**15 else str(each) for each in WHOLE
    ], "of more than 15 digits the rest would be lost"


async def test_postgresql_writes_numbers_with_the_same_value(pg: asyncpg.Connection) -> None:
    rows = await pg.fetch(f"SELECT {sql_as_number('told')} FROM unnest($1::float8[]) AS every (told)", NUMBERS)
    assert [float(str(counted(row[0]))) for row in rows] == NUMBERS
    rows = await pg.fetch(f"SELECT {sql_as_number('told')} FROM unnest($1::int8[]) AS every (told)", WHOLE)
    assert [row[0] for row in rows] == [as_number(each) for each in WHOLE]
    assert await pg.fetchval(f"SELECT {sql_as_number('NULL::int8')}") is None


def test_plain_tables_are_verbatim_and_excels_are_safe() -> None:
    plain = table(["text", "number"], [[each, 1.5] for each in NASTY])
    assert [row[0] for row in csv.reader(io.StringIO(plain.decode(), newline=""))][1:] == NASTY
    excel = table(["text", "number"], [[each, 1.5] for each in NASTY], excel=True)
    rows = list(csv.reader(io.StringIO(excel.decode("utf-16"), newline=""), delimiter="\t"))[1:]
    assert [shown(row[0]) for row in rows] == NASTY
    assert {row[1] for row in rows} == {"=15E-1"}
