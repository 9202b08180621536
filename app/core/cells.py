"""A strict parser of cells: an accepted value prints back as it was typed, everything else is a fault. Pure.

A column takes text, whole numbers or days. In text, and so in every CSV, a whole number is written in digits alone and
a day as 2022-09-13. A number cell of a workbook is its exact value; a day cell has to have a day's format.
"""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import NamedTuple

from app.core.problems import Text


class Column(StrEnum):
    """What a column takes."""

    TEXT = "text"
    WHOLE = "whole"
    DAY = "day"
    IGNORED = "ignored"  # of no concern here: nothing of it is read


class Found(StrEnum):
    """The content of a cell."""

    TEXT = "text"
    NUMBER = "number"  # shown as its digits
    GROUPED = "grouped"  # a number that is shown with separators or decimals
    DRESSED = "dressed"  # a number that is shown as something else: a percentage, a fraction, with leading zeros
    DAY = "day"  # a serial number with a day's format
    TRUTH = "truth"
    ERROR = "error"
    CUT = "cut"  # nothing, since the file ends before it
    UNKNOWN = "unknown"  # a formula whose value the file does not have


class Cell(NamedTuple):
    """A cell as it was found. `text`: of a number its digits as the file has them."""

    found: Found
    text: str

    @property
    def empty(self) -> bool:
        return self.found is Found.TEXT and not self.text.strip()


class CellFault(Exception):
    """A cell that is not what its column takes; carries a code of `TEXTS`, never the value."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


TEXTS: Mapping[str, Text] = {
    "cell_beyond_headings": Text(
        "sel terisi tanpa judul kolom; kosongkan, atau bila ini pemisah ribuan, tulis angka tanpa pemisah.",
        "a filled cell under no heading; empty it, or write numbers without separators if one was split.",
    ),
    "cell_cut_off": Text(
        "baris terakhir terpotong; simpan berkas ini lagi dan kirim ulang.",
        "the last line is cut off; save the file again and send it once more.",
    ),
    "cell_merged": Text("sel gabungan; pisahkan dan isi setiap sel.", "a merged cell; split it and fill in each cell."),
    "cell_is_error": Text(
        "nilai galat seperti #N/A; ganti dengan nilainya atau kosongkan.",
        "an error value such as #N/A; put the value in its place, or empty the cell.",
    ),
    "cell_formula_without_value": Text(
        "rumus tanpa hasil; buka berkas di Excel lalu simpan, atau tempel sebagai nilai.",
        "a formula whose result is not in the file; open and save it in Excel, or paste it as a value.",
    ),
    "cell_is_truth": Text("nilai TRUE/FALSE; tulis isinya sebagai teks.", "TRUE or FALSE; write it as text."),
    "cell_is_day": Text(
        "sel berformat tanggal; ubah format kolom menjadi teks, lalu tulis lagi.",
        "a cell in a day's format; make the column text and write it again.",
    ),
    "cell_number_shown_otherwise": Text(
        "angka yang tampil lain daripada nilainya (nol di depan hilang); ubah format kolom menjadi teks, lalu tulis"
        " lagi.",
        "a number that is shown otherwise than it is (leading zeros are lost); make the column text and write it"
        " again.",
    ),
    "cell_number_too_long": Text(
        "angka lebih dari 15 digit atau berpangkat, sehingga tidak tepat lagi; ubah format kolom menjadi teks,"
        " lalu tulis lagi.",
        "a number of more than 15 digits or with an exponent, which is no longer exact; make the column text and"
        " write it again.",
    ),
    "cell_not_whole_number": Text(
        "bukan bilangan bulat; tulis angka saja tanpa titik, koma, spasi, atau nol di depan, misalnya 42000.",
        "not a whole number; write digits alone, without dots, commas, blanks or leading zeros, such as 42000.",
    ),
    "cell_not_a_day": Text(
        "bukan tanggal; tulis tahun-bulan-hari, misalnya 2022-09-13, atau pakai sel berformat tanggal.",
        "not a day; write year-month-day, such as 2022-09-13, or use a cell in a day's format.",
    ),
    "cell_blanks_around": Text("spasi di awal atau akhir; hapus.", "a blank at the beginning or the end; remove it."),
    "cell_invisible_signs": Text(
        "tanda tak terlihat, spasi khusus, atau ganti baris; ketik ulang isinya.",
        "an invisible sign, a special blank or a line break; type the text again.",
    ),
}
"""What is wrong with a cell and what would be right."""

_INVISIBLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00a0\u00ad\u2000-\u200b\u200e\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]"
)
_ERRORS = frozenset(
    {
        "#N/A",
        "#REF!",
        "#VALUE!",
        "#DIV/0!",
        "#NAME?",
        "#NUM!",
        "#NULL!",
        "#SPILL!",
        "#CALC!",
        "#FIELD!",
        "#BLOCKED!",
        "#CONNECT!",
        "#BUSY!",
        "#UNKNOWN!",
        "#GETTING_DATA",
        "#EXTERNAL!",
        "#PYTHON!",
        "#TIMEOUT!",
        "Err:502",
        "Err:504",
        "Err:508",
        "Err:511",
        "Err:522",
    }
)
_WHOLE = re.compile("0|[1-9][0-9]{0,14}")
_PLAIN = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]*[1-9])?")
_ISO_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOST_DIGITS = 15  # that a spreadsheet keeps of a number
_FIRST_SERIAL = 61  # before it a spreadsheet counts a 29 February 1900 that never was
_LAST_SERIAL = 2_958_465
_DAY_ZERO = date(1899, 12, 30)
_ELSEWHERE = {
    Found.CUT: "cell_cut_off",
    Found.ERROR: "cell_is_error",
    Found.UNKNOWN: "cell_formula_without_value",
    Found.TRUTH: "cell_is_truth",
    Found.DRESSED: "cell_number_shown_otherwise",
}


def read_cell(cell: Cell, column: Column) -> str:
    """What a filled cell says, as text: of a whole number its digits, of a day 2022-09-13.

    Raises:
        CellFault: it is not what the column takes.
    """
    if column is Column.IGNORED:
        return ""
    if cell.found in _ELSEWHERE:
        raise CellFault(_ELSEWHERE[cell.found])
    if cell.found is Found.TEXT:
        if cell.text in _ERRORS:
            raise CellFault("cell_is_error")
        return _TYPED[column](cell.text)
    return _COUNTED[column](cell)


def _text(text: str) -> str:
    if _INVISIBLE.search(text):
        raise CellFault("cell_invisible_signs")
    if text != text.strip():
        raise CellFault("cell_blanks_around")
    return text


def _whole(text: str) -> str:
    if not _WHOLE.fullmatch(text):
        raise CellFault("cell_not_whole_number")
    return text


def _day(text: str) -> str:
    try:
        if _ISO_DAY.fullmatch(text):
            return date.fromisoformat(text).isoformat()
    except ValueError:
        pass
    raise CellFault("cell_not_a_day")


def _number_as_text(cell: Cell) -> str:
    if cell.found is Found.DAY:
        raise CellFault("cell_is_day")
    if cell.found is Found.GROUPED:
        raise CellFault("cell_number_shown_otherwise")
    number = _exact(cell.text)
    if number == number.to_integral_value():
        return str(int(number))
    if not _PLAIN.fullmatch(cell.text):
        raise CellFault("cell_number_too_long")
    return cell.text


def _number_as_whole(cell: Cell) -> str:
    if cell.found is Found.DAY:
        raise CellFault("cell_is_day")
    number = _exact(cell.text)
    if number != number.to_integral_value() or number < 0:
        raise CellFault("cell_not_whole_number")
    return str(int(number))


def _number_as_day(cell: Cell) -> str:
    number = _exact(cell.text)
    if cell.found is not Found.DAY or number != number.to_integral_value():
        raise CellFault("cell_not_a_day")
    if not _FIRST_SERIAL <= number <= _LAST_SERIAL:
        raise CellFault("cell_not_a_day")
    return (_DAY_ZERO + timedelta(days=int(number))).isoformat()


def _exact(text: str) -> Decimal:
    """The number, where a spreadsheet can have kept every digit of it."""
    try:
        number = Decimal(text)
    except InvalidOperation as exc:
        raise CellFault("cell_not_whole_number") from exc
    if (
        not number.is_finite()
        or number.adjusted() >= _MOST_DIGITS
        or len(number.normalize().as_tuple().digits) > _MOST_DIGITS
    ):
        raise CellFault("cell_number_too_long")
    return number


_TYPED = {Column.TEXT: _text, Column.WHOLE: _whole, Column.DAY: _day}
_COUNTED = {Column.TEXT: _number_as_text, Column.WHOLE: _number_as_whole, Column.DAY: _number_as_day}
