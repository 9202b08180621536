"""Identity numbers: the format of each, and the reasons why a number is invalid. Pure.

All are text: a leading zero counts. Blanks, dots and dashes are stripped, digits are stored.
"""

import re
from datetime import date
from typing import Literal, NamedTuple

from lokal.nik import parse_nik as parse_nik_structure
from lokal.npwp import parse_npwp as parse_npwp_structure

IdentityKind = Literal["nik", "nib", "cooperative_number"]

_BETWEEN = re.compile(
    # blanks, and dots of several scripts
    r"[\s\u2800.\u00b7\u2024\u2027\u3002\uff0e\uff61"
    # dashes, hyphens and minus signs
    r"\-\u00ad\u02d7\u058a\u05be\u1400\u1806\u2010-\u2015\u2043\u207b\u208b\u2212\u2e17\u2e1a\u2e3a\u2e3b\u2e40\u2e5d"
    r"\u301c\u3030\u30a0\ufe31\ufe32\ufe58\ufe63\uff0d"
    # what shows nothing
    r"\u034f\u061c\u115f\u1160\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0"
    r"\ufff9-\ufffb\U000e0000-\U000e007f]+"
)
_NIB = re.compile(r"[0-9]{13}", re.ASCII)
_COOPERATIVE_NUMBER = re.compile(r"[0-9]{5,20}", re.ASCII)
_NIK_FAULTS = {
    "format": "nik_not_16_digits",
    "province": "nik_province_unknown",
    "wilayah": "nik_region_zero",
    "birth_date": "nik_birth_date_impossible",
    "serial": "nik_serial_zero",
}


class InvalidNumber(ValueError):
    """A number that cannot be what it is said to be. Carries a stable code, never the number."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Nik(NamedTuple):
    """A citizen's number: where and to whom it was first issued (domain text, "Identifiers").

    It never changes, not with a move nor with a corrected birth date, so what it says may differ from the answers.
    The century of the birth date is a guess: compare day, month and the last two digits of the year.
    """

    digits: str
    province_code: str
    regency_code: str
    district_code: str
    birth_date: date
    sex: Literal["male", "female"]

    def born_on(self, day: date) -> bool:
        """Whether the number was made for a person born on that day, of any century."""
        mine = self.birth_date
        return (day.day, day.month, day.year % 100) == (mine.day, mine.month, mine.year % 100)


def stripped(text: str) -> str:
    """The text without the signs that people put between digits."""
    return text if text.isascii() and text.isdigit() else _BETWEEN.sub("", text)


def parse_nik(text: str, *, today: date) -> Nik:
    """The NIK in the text.

    Raises:
        InvalidNumber: `nik_not_16_digits`, `nik_province_unknown`, `nik_region_zero`, `nik_birth_date_impossible`
            or `nik_serial_zero`: what Kemendagri's layout rules out.
    """
    found = parse_nik_structure(stripped(text), reference_date=today)
    if found.errors:
        raise InvalidNumber(_NIK_FAULTS[found.errors[0].code])
    assert found.nik and found.birth_date  # noqa: S101, PT018  (there were no errors)
    return Nik(
        found.nik,
        found.nik[:2],
        found.regency_code or "",
        found.district_code or "",
        date.fromisoformat(found.birth_date),
        "female" if found.gender == "P" else "male",
    )


def parse_nib(text: str) -> str:
    """The digits of a NIB.

    Raises:
        InvalidNumber: `nib_not_13_digits`. There is no public check digit.
    """
    return _digits(text, _NIB, "nib_not_13_digits")


def parse_cooperative_number(text: str) -> str:
    """The digits of a cooperative number (*Nomor Induk Koperasi*), whose layout is not public.

    Raises:
        InvalidNumber: `cooperative_number_not_5_to_20_digits`.
    """
    return _digits(text, _COOPERATIVE_NUMBER, "cooperative_number_not_5_to_20_digits")


def _digits(text: str, layout: re.Pattern[str], otherwise: str) -> str:
    digits = stripped(text)
    if not layout.fullmatch(digits):
        raise InvalidNumber(otherwise)
    return digits


def parse_npwp(text: str) -> str:
    """The digits of a taxpayer's number, 15 (with a Luhn digit over the first nine) or 16.

    Raises:
        InvalidNumber: `npwp_not_15_or_16_digits` or `npwp_checksum`.
    """
    found = parse_npwp_structure(stripped(text))
    if found.digits is None or not found.valid:
        raise InvalidNumber("npwp_not_15_or_16_digits")
    old = found.digits if found.kind == "npwp15" else found.digits[1:] if found.kind == "npwp16" else None
    if old is not None and not _luhn(old[:9]):
        raise InvalidNumber("npwp_checksum")
    return found.digits


def _luhn(digits: str) -> bool:
    doubled = (int(digit) * (1 + position % 2) for position, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0  # noqa: PLR2004  (one digit)


def mask(digits: str) -> str:
    """A number masked: `1601**********01`; a short one not at all."""
    shown_first, shown_last = 4, 2
    if len(digits) < 2 * (shown_first + shown_last):
        return "*" * len(digits)
    return digits[:shown_first] + "*" * (len(digits) - shown_first - shown_last) + digits[-shown_last:]
