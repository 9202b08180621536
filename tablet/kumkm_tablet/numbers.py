"""The numbers that identify, checked offline by the same rules as the server (`openapi/vectors/identifiers.json`)."""

import re
from collections.abc import Collection
from datetime import date
from typing import NamedTuple

_BETWEEN = re.compile(r"[\s\u200b\u2060\ufeff.\-]+")
_WOMEN = 40
_NPWP_OLD, _NPWP_NEW = 15, 16


class Checked(NamedTuple):
    """The digits, and the stable code of what is wrong with them, if anything."""

    digits: str
    fault: str | None


def stripped(text: str) -> str:
    """The text without blanks, dots and dashes."""
    return _BETWEEN.sub("", text)


def _are_digits(text: str, fewest: int, most: int) -> bool:
    return text.isascii() and text.isdigit() and fewest <= len(text) <= most


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
