"""Identity numbers: the format of each, and the reasons why a number is invalid. Pure.

All are text: a leading zero counts. Blanks, dots and dashes are stripped, digits are stored.
"""

import re
from datetime import date
from typing import Literal, NamedTuple

IdentityKind = Literal["nik", "nib", "cooperative_number", "passport", "kitas"]
ForeignKind = Literal["passport", "kitas"]
FOREIGN: tuple[ForeignKind, ...] = ("passport", "kitas")
"""Numbers of owners who have no NIK: of letters and digits."""

CONFIRMABLE: tuple[IdentityKind, ...] = ("nik", "nib", "cooperative_number")
"""The numbers of which an agency knows to whom they belong."""

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
_NIK = re.compile(r"[0-9]{16}", re.ASCII)
_NPWP = re.compile(r"[0-9]{15,16}", re.ASCII)
_NIB = re.compile(r"[0-9]{13}", re.ASCII)
_COOPERATIVE_NUMBER = re.compile(r"[0-9]{5,20}", re.ASCII)
_FOREIGN = re.compile(r"(?=[A-Z]*[0-9])[A-Z0-9]{5,20}", re.ASCII)
_NITKU = re.compile(r"[0-9]{22}", re.ASCII)
PROVINCES = frozenset(
    "11 12 13 14 15 16 17 18 19 21 31 32 33 34 35 36 51 52 53 61"  # noqa: SIM905  (read as a table)
    " 62 63 64 65 71 72 73 74 75 76 81 82 91 92 93 94 95 96".split()
)
"""Kemendagri's codes of provinces (Kepmendagri 300.2.2-2138/2025), which the first two digits of a NIK are from."""

_FEMALE = 40
"""What is added to a woman's day of birth."""


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
    digits = stripped(text)
    if not _NIK.fullmatch(digits):
        raise InvalidNumber("nik_not_16_digits")
    province, regency, district = digits[:2], digits[2:4], digits[4:6]
    if province not in PROVINCES:
        raise InvalidNumber("nik_province_unknown")
    if "00" in (regency, district):
        raise InvalidNumber("nik_region_zero")
    day, month, year = int(digits[6:8]), int(digits[8:10]), int(digits[10:12])
    sex: Literal["male", "female"] = "female" if day > _FEMALE else "male"
    century = 2000 if year <= today.year % 100 else 1900
    try:
        birth_date = date(century + year, month, day - _FEMALE if sex == "female" else day)
    except ValueError as exc:
        raise InvalidNumber("nik_birth_date_impossible") from exc
    if digits[12:] == "0000":
        raise InvalidNumber("nik_serial_zero")
    return Nik(digits, province, f"{province}.{regency}", f"{province}.{regency}.{district}", birth_date, sex)


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


def parse_foreign_number(text: str, kind: str) -> str:
    """The number of a passport or of a residence permit (KITAS, KITAP), in capitals.

    Passports of all states are wanted, and permits have had several layouts, so little is ruled out: 5 to 20 letters
    and digits, a digit among them (ICAO 9303 has up to nine; some states print more).

    Raises:
        InvalidNumber: `passport_not_5_to_20_signs` or `kitas_not_5_to_20_signs`.
    """
    signs = stripped(text)
    if not signs.isascii() or not _FOREIGN.fullmatch(signs.upper()):
        raise InvalidNumber(f"{kind}_not_5_to_20_signs")
    return signs.upper()


def parse_nitku(text: str) -> str:
    """The digits of the number of a place of business: an NPWP of 16 digits, and six of the place (PMK 112/2022).

    Raises:
        InvalidNumber: `nitku_not_22_digits`.
    """
    return _digits(text, _NITKU, "nitku_not_22_digits")


def _digits(text: str, layout: re.Pattern[str], otherwise: str) -> str:
    digits = stripped(text)
    if not layout.fullmatch(digits):
        raise InvalidNumber(otherwise)
    return digits


def parse_npwp(text: str) -> str:
    """The digits of a taxpayer's number: 15 of which the ninth is a Luhn digit, the same behind a zero, or a resident's
    NIK (PMK 112/2022).

    Raises:
        InvalidNumber: `npwp_not_15_or_16_digits` or `npwp_checksum`.
    """
    digits = _digits(text, _NPWP, "npwp_not_15_or_16_digits")
    if len(digits) == len("1601014101800001") and not digits.startswith("0"):
        try:
            parse_nik(digits, today=date.max)  # of any century
        except InvalidNumber as exc:
            raise InvalidNumber("npwp_not_15_or_16_digits") from exc
    elif not _luhn(digits[-15:][:9]):
        raise InvalidNumber("npwp_checksum")
    return digits


def _luhn(digits: str) -> bool:
    doubled = (int(digit) * (1 + position % 2) for position, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0  # noqa: PLR2004  (one digit)


def mask(digits: str) -> str:
    """A number masked: `1601**********01`; a short one not at all."""
    shown_first, shown_last = 4, 2
    if len(digits) < 2 * (shown_first + shown_last):
        return "*" * len(digits)
    return digits[:shown_first] + "*" * (len(digits) - shown_first - shown_last) + digits[-shown_last:]
