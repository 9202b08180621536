"""Whatever a cell says is taken as it was typed, or is a fault: nothing is cut, guessed or dropped in silence."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.cells import TEXTS, Cell, CellFault, Column, Found, read_cell


def read(column: Column, text: str, found: Found = Found.TEXT) -> Any:
    try:
        return read_cell(Cell(found, text), column)
    except CellFault as exc:
        return exc.code if exc.code in TEXTS else "a code without words"


TYPED = st.one_of(
    st.text(min_size=1, max_size=12),
    st.text("0123456789.,- +eE%'\u00a0", min_size=1, max_size=12),
    st.integers().map(str),
    st.decimals(allow_nan=False, allow_infinity=False).map(str),
    st.dates().map(str),
    st.datetimes().map(str),
    st.sampled_from(
        ["0", "00", "042", "42.000", "42,000", "1e3", "#N/A", "TRUE", "٤٢", "４２", " 42", "42 ", "2022-13-01"]
    ),
)


@given(TYPED, st.sampled_from([each for each in Column if each is not Column.IGNORED]))
def test_text_that_is_accepted_prints_back_as_it_was_typed(text: str, column: Column) -> None:
    said = read(column, text)
    if said in TEXTS:
        return
    assert said == text
    if column is Column.WHOLE:
        assert str(int(text)) == text
    if column is Column.DAY:
        assert date.fromisoformat(text).isoformat() == text


@given(st.floats(allow_nan=False, allow_infinity=False), st.sampled_from((Column.TEXT, Column.WHOLE)))
def test_a_number_that_is_accepted_is_the_number_that_the_file_has(number: int, column: Column) -> None:
    for raw in (repr(number), f"{number:.17g}"):
        said = read(column, raw, Found.NUMBER)
        if said not in TEXTS:
            assert Decimal(said) == Decimal(raw)
            assert len(Decimal(said).as_tuple().digits) <= 15


@given(st.integers(61, 2_958_465))
def test_a_day_of_a_workbook_is_the_day_that_it_shows(serial: int) -> None:
    assert read(Column.DAY, str(serial), Found.DAY) == (date(1899, 12, 30) + timedelta(days=serial)).isoformat()


@pytest.mark.parametrize(
    ("column", "found", "text", "said"),
    [
        (Column.WHOLE, Found.TEXT, "42.000", "cell_not_whole_number"),
        (Column.WHOLE, Found.TEXT, "42.0", "cell_not_whole_number"),
        (Column.WHOLE, Found.TEXT, "042", "cell_not_whole_number"),
        (Column.WHOLE, Found.NUMBER, "500.0", "500"),
        (Column.WHOLE, Found.GROUPED, "42000", "42000"),
        (Column.WHOLE, Found.NUMBER, "42.5", "cell_not_whole_number"),
        (Column.WHOLE, Found.NUMBER, "-1", "cell_not_whole_number"),
        (Column.WHOLE, Found.DRESSED, "42", "cell_number_shown_otherwise"),
        (Column.WHOLE, Found.DAY, "44817", "cell_is_day"),
        (Column.WHOLE, Found.TRUTH, "1", "cell_is_truth"),
        (Column.TEXT, Found.NUMBER, "1601144101850001", "cell_number_too_long"),  # its last digit is lost
        (Column.TEXT, Found.NUMBER, "1.6011441018500E+15", "cell_number_too_long"),
        (Column.TEXT, Found.NUMBER, "912000123456.0", "912000123456"),
        (Column.TEXT, Found.NUMBER, "16.01", "16.01"),
        (Column.TEXT, Found.NUMBER, "16.010000000000002", "cell_number_too_long"),
        (Column.TEXT, Found.DRESSED, "1234", "cell_number_shown_otherwise"),  # 01234
        (Column.TEXT, Found.GROUPED, "16.1", "cell_number_shown_otherwise"),  # 16.10
        (Column.TEXT, Found.DAY, "44817", "cell_is_day"),
        (Column.TEXT, Found.TEXT, "#N/A", "cell_is_error"),
        (Column.TEXT, Found.ERROR, "#REF!", "cell_is_error"),
        (Column.TEXT, Found.UNKNOWN, "", "cell_formula_without_value"),
        (Column.TEXT, Found.TEXT, "Siti\u00a0Aminah", "cell_invisible_signs"),
        (Column.TEXT, Found.TEXT, "budi ", "cell_blanks_around"),
        (Column.DAY, Found.TEXT, "0", "cell_not_a_day"),
        (Column.DAY, Found.NUMBER, "44817", "cell_not_a_day"),
        (Column.DAY, Found.DAY, "0", "cell_not_a_day"),
        (Column.DAY, Found.DAY, "60", "cell_not_a_day"),  # 29 February 1900
        (Column.DAY, Found.DAY, "44817.5", "cell_not_a_day"),
        (Column.DAY, Found.TEXT, "13/09/2022", "cell_not_a_day"),
        (Column.DAY, Found.TEXT, "2022-09-13T00:00:00", "cell_not_a_day"),
        (Column.DAY, Found.TEXT, "2022-09-13", "2022-09-13"),
    ],
)
def test_cells_that_spreadsheets_and_people_make(column: Column, found: Found, text: str, said: str) -> None:
    assert read(column, text, found) == said
