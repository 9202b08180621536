"""Codes of KBLI, each with its edition, and which activities a census may leave out. Pure.

A code is a number and its edition: the same number is often another activity in the other edition, so nothing here
turns one into the other, and codes of two editions are never compared (`docs/decisions`, "KBLI has two editions").
"""

from collections.abc import Collection, Mapping
from typing import Literal, get_args

Edition = Literal["2020", "2025"]
EDITIONS: tuple[Edition, ...] = get_args(Edition)
DEFAULT: Edition = "2020"
"""Of stored answers that do not say it: all that came before there were two."""

Scope = Literal["government", "households", "international", "agriculture"]
"""Activities that a census may leave out; a household that employs or produces for itself is no business."""

_DIVISION, _GROUP = 2, 3  # digits
_DIVISIONS: Mapping[str, Scope] = {
    "01": "agriculture",
    "02": "agriculture",
    "03": "agriculture",
    "84": "government",
    "97": "households",
    "98": "households",
    "99": "international",
}
"""The divisions of these activities, which are the same in both editions, though their letters are not."""


BLANKS = "E'" + "".join(f"\\u{at:04x}" for at in range(0x3001) if chr(at).isspace()) + "'"
"""What `str.strip` takes away around a code, for `btrim` in SQL, which by itself knows the space alone."""


def edition_of(said: object) -> str:
    """The edition of a stored code, by the `kbli_version` that is stored beside it."""
    return said if isinstance(said, str) and said else DEFAULT


def keyed(edition: str, code: str) -> str:
    """A code with its edition, as one text."""
    return f"{edition}:{code}"


def activity_group(edition: str, code: str, *, known: bool) -> str:
    """What two businesses have in common that do the same kind of thing: the edition and the group (three digits).

    The group of an unknown code is not known either: it is probably a number of the other edition. Empty where there is
    no code.
    """
    return keyed(edition, code[:_GROUP] if known else code) if code else ""


def out_of_scope(code: str, left_out: Collection[str]) -> bool:
    """Whether a known code is of an activity that is left out."""
    scope = _DIVISIONS.get(code[:_DIVISION])
    return scope is not None and scope in left_out
