"""Numbers that identify, checked offline by the server's rules (`openapi/vectors/identifiers.json`)."""

import re
import unicodedata
from collections.abc import Collection
from datetime import date
from typing import NamedTuple

_BETWEEN = re.compile(
    # blanks, and dots of several scripts
    r"[\s\u2800.\u00b7\u2024\u2027\u3002\uff0e\uff61"
    # dashes, hyphens and minus signs
    r"\-\u00ad\u02d7\u058a\u05be\u1400\u1806\u2010-\u2015\u2043\u207b\u208b\u2212\u2e17\u2e1a\u2e3a\u2e3b\u2e40\u2e5d"
    r"\u301c\u3030\u30a0\ufe31\ufe32\ufe58\ufe63\uff0d"
    # invisible characters
    r"\u034f\u061c\u115f\u1160\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0"
    r"\ufff9-\ufffb\U000e0000-\U000e007f]+"
)
_FILLERS = "\u115f\u1160\u3164\uffa0\u0640"  # letters that are invisible, or only make others longer
_WOMEN = 40
_NPWP_OLD, _NPWP_NEW = 15, 16


class Checked(NamedTuple):
    """The digits, and the stable code of a fault in them, if there is one."""

    digits: str
    fault: str | None


def stripped(text: str) -> str:
    """The text without blanks, dots, dashes and invisible characters."""
    return _BETWEEN.sub("", text)


def _are_digits(text: str, fewest: int, most: int) -> bool:
    return text.isascii() and text.isdigit() and fewest <= len(text) <= most


def is_name(text: str) -> bool:
    """Whether a name has a letter or a digit, of any script."""
    return any(unicodedata.category(sign)[0] in "LN" and sign not in _FILLERS for sign in text)


def check_nik(text: str, *, provinces: Collection[str], today: date) -> Checked:
    """A citizen's number: 2+2+2 region where it was first issued, DDMMYY with 40 added to a woman's day, serial."""
    digits = stripped(text)
    if not _are_digits(digits, 16, 16):
        return Checked(digits, "nik_not_16_digits")
    if provinces and digits[:2] not in provinces:
        return Checked(digits, "nik_province_unknown")
    if "00" in (digits[2:4], digits[4:6]):
        return Checked(digits, "nik_region_zero")
    day, month, short = int(digits[6:8]), int(digits[8:10]), int(digits[10:12])
    day -= _WOMEN if day > _WOMEN else 0
    year = (2000 if short <= today.year % 100 else 1900) + short
    try:
        date(year, month, day)
    except ValueError:
        return Checked(digits, "nik_birth_date_impossible")
    return Checked(digits, "nik_serial_zero" if digits[12:] == "0000" else None)


def check_nib(text: str) -> Checked:
    """A business's number: 13 digits."""
    digits = stripped(text)
    return Checked(digits, None if _are_digits(digits, 13, 13) else "nib_not_13_digits")


def check_cooperative_number(text: str) -> Checked:
    """A cooperative's number: 5 to 20 digits."""
    digits = stripped(text)
    return Checked(digits, None if _are_digits(digits, 5, 20) else "cooperative_number_not_5_to_20_digits")


def check_foreign_number(text: str, kind: str) -> Checked:
    """The number of a passport or a residence permit (`kitas`): 5 to 20 letters and digits, a digit among them."""
    signs = stripped(text)
    signs = signs.upper() if signs.isascii() else signs
    sound = signs.isascii() and signs.isalnum() and 5 <= len(signs) <= 20 and any(map(str.isdigit, signs))  # noqa: PLR2004  (the contract's)
    return Checked(signs, None if sound else f"{kind}_not_5_to_20_signs")


def check_nitku(text: str) -> Checked:
    """The number of a place of business: 22 digits."""
    digits = stripped(text)
    return Checked(digits, None if _are_digits(digits, 22, 22) else "nitku_not_22_digits")


def check_npwp(text: str, *, provinces: Collection[str], today: date) -> Checked:
    """A taxpayer's number: 15 digits with a Luhn digit over the first nine, the same after a zero, or a NIK."""
    digits = stripped(text)
    if not _are_digits(digits, _NPWP_OLD, _NPWP_NEW):
        return Checked(digits, "npwp_not_15_or_16_digits")
    if len(digits) == _NPWP_NEW and not digits.startswith("0"):
        wrong = check_nik(digits, provinces=provinces, today=today).fault
        return Checked(digits, "npwp_not_15_or_16_digits" if wrong else None)
    return Checked(digits, None if _luhn(digits[-_NPWP_OLD:][:9]) else "npwp_checksum")


def _luhn(digits: str) -> bool:
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0  # noqa: PLR2004  (one digit)
