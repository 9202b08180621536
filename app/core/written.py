"""How numbers, days and moments are written for people, in Indonesian and in English. Pure.

The figures are those of the API: nothing is rounded here, an answer's `32.13` becomes `32,13`.
"""

from datetime import date, datetime, tzinfo
from decimal import Decimal

_MONTHS = {
    "id": (
        *("Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober"),
        *("November", "Desember"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June", "July", "August", "September", "October"),
        *("November", "December"),
    ),
}
_WEEKDAYS = {
    "id": ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_SHORT = {
    "id": ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}
NOTHING = "–"
"""In the place of a figure that has no meaning."""


def grouped(value: int | None, language: str) -> str:
    """A whole number: `13.495`, in English `13,495`."""
    return NOTHING if value is None else _in(f"{value:,}", language)


def decimal(value: float | None, places: int, language: str) -> str:
    """A number with so many places, which it has at most: `32,13`, in English `32.13`."""
    if value is None:
        return NOTHING
    return _in(f"{Decimal(repr(float(value))):,.{places}f}", language)


def day(value: date | None, language: str, *, with_weekday: bool = False) -> str:
    """A day: `12 September 2022`, with the weekday `Senin, 12 September 2022`."""
    if value is None:
        return NOTHING
    said = f"{value.day} {_MONTHS[language][value.month - 1]} {value.year}"
    return f"{_WEEKDAYS[language][value.weekday()]}, {said}" if with_weekday else said


def short_day(value: date | None, language: str) -> str:
    """A day of a year that is known: `12 Sep`."""
    return NOTHING if value is None else f"{value.day} {_SHORT[language][value.month - 1]}"


def month(value: date, language: str) -> str:
    """A month: `September 2022`."""
    return f"{_MONTHS[language][value.month - 1]} {value.year}"


def moment(value: datetime, zone: tzinfo, language: str) -> str:
    """A moment in a time zone: `13 September 2022 08.00 WIB`."""
    local = value.astimezone(zone)
    clock = local.strftime("%H.%M" if language == "id" else "%H:%M")
    return f"{day(local.date(), language)} {clock} {local.tzname()}"


def _in(written: str, language: str) -> str:
    return written if language == "en" else written.translate(str.maketrans(",.", ".,"))
