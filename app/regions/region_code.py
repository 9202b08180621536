"""Kemendagri region codes: what a dotted code says by itself. Pure.

`16` is a province, `16.01` a regency, `16.01.13` a district, `16.01.13.1001` a village; `ID` stands for the nation,
which has no code of its own. A neighbourhood (*satuan lingkungan setempat*: an RT or the like) has the village's code
and four digits of ours: `16.01.13.1001.0001`. Codes have a fixed width at every level.
"""

import re
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum

NATION = "ID"

_SHAPE = re.compile(r"[0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4}(\.[0-9]{4})?)?)?)?", re.ASCII)
_WIDTHS = (2, 5, 8, 13, 18)
LONGEST = _WIDTHS[-1]
"""How long a code is at most."""

# Keputusan Presiden 41/1987: Indonesia's three time zones by province; provinces made since keep their parent's.
_WIB, _WITA, _WIT = (timezone(timedelta(hours=hours), name) for hours, name in ((7, "WIB"), (8, "WITA"), (9, "WIT")))
_ZONES = dict.fromkeys(("51", "52", "53", "63", "64", "65", "71", "72", "73", "74", "75", "76"), _WITA) | dict.fromkeys(
    ("81", "82", "91", "92", "93", "94", "95", "96"), _WIT
)


class Level(StrEnum):
    """How high a region stands."""

    NATION = "nation"
    PROVINCE = "province"
    REGENCY = "regency"
    DISTRICT = "district"
    VILLAGE = "village"
    NEIGHBOURHOOD = "neighbourhood"


_LEVELS = dict(zip(_WIDTHS, list(Level)[1:], strict=True))


def is_region_code(text: str) -> bool:
    """Whether the text has the shape of a code, of any level; whether it exists is another matter."""
    return text == NATION or _SHAPE.fullmatch(text) is not None


def level_of(code: str) -> Level:
    """The level of a well-shaped code."""
    return Level.NATION if code == NATION else _LEVELS[len(code)]


def is_place(code: str) -> bool:
    """Whether a well-shaped code says where a record lies: a village's, or that of a neighbourhood in one."""
    return len(code) >= _WIDTHS[3]


def village_of(code: str) -> str:
    """The village that a neighbourhood lies in; a village and what is above it stand for themselves."""
    return code[: _WIDTHS[3]]


def parent_of(code: str) -> str | None:
    """The region right above; the nation's is None."""
    if code == NATION:
        return None
    return code.rpartition(".")[0] or NATION


def width_below(code: str) -> int | None:
    """How long the codes of the regions right below one are; None where nothing can lie below."""
    own = 0 if code == NATION else len(code)
    return next((width for width in _WIDTHS if width > own), None)


def ancestry(code: str) -> tuple[str, ...]:
    """The nation, then every region down to this one."""
    if code == NATION:
        return (NATION,)
    return (NATION, *(code[:width] for width in _WIDTHS if width <= len(code)))


def span_of(code: str) -> tuple[str, str]:
    """The codes of a region and all below it: from the first text, up to but without the second.

    '/' follows '.', so that the span ends after everything that begins with the code and a dot. The one SQL predicate
    of a territory is `region_code >= first AND region_code < second`, which walks an index in the C collation.
    """
    return ("", "~") if code == NATION else (code, code + "/")


def regency_of(code: str) -> str:
    """The regency that the region lies in; a province and the nation stand for themselves."""
    return code[: _WIDTHS[1]]


def zone_of(code: str) -> timezone:
    """The time zone of the region, by its province; the nation's is that of Jakarta."""
    return _ZONES.get(code[:2], _WIB)


def local_date(moment: datetime, code: str) -> date:
    """The calendar day in the region at that moment."""
    return moment.astimezone(zone_of(code)).date()
