"""Rows that are written as a set, a single row from JSON or ten thousand from a file: all of them, or none.

The rules of each kind of row are in one place; a single change over the API is a set of one.
"""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import date
from typing import Annotated, NamedTuple, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Strict
from pydantic_core import PydanticCustomError

from app.core.problems import Text

REPEATED = Text("Baris ini sudah ada di atas.", "This row is there twice.")


_SPAN_S = 0.005
Item = TypeVar("Item")


async def unhurried(items: Iterable[Item]) -> AsyncIterator[Item]:
    """The items; yields to the event loop every few milliseconds, since there may be fifty thousand."""
    until = time.perf_counter() + _SPAN_S
    for item in items:
        yield item
        if time.perf_counter() > until:
            await asyncio.sleep(0)
            until = time.perf_counter() + _SPAN_S


class Fault(NamedTuple):
    """What is wrong with one field of one row; rows count from 0."""

    row: int
    field: str
    code: str
    text: Text


class Entered(NamedTuple):
    """What came of a set of rows."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    codes: tuple[tuple[str, str], ...] = ()
    """Of new accounts of people: user name and activation code, shown once."""


class Faulty(Exception):
    """Some rows are wrong, so none was entered."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = sorted(faults)


def refuse_faulty(faults: Iterable[Fault]) -> None:
    """Let the rows pass only without faults.

    Raises:
        Faulty: there are some.
    """
    found = list(faults)
    if found:
        raise Faulty(found)


def _null_if_blank(value: object) -> object:
    # An empty cell of a table is empty text.
    return None if isinstance(value, str) and not value.strip() else value


def _only_digits(value: object) -> object:
    if isinstance(value, str) and not _DIGITS.fullmatch(value):
        raise PydanticCustomError("int_parsing", "a whole number is written in digits alone")
    return value


_DIGITS = re.compile("0|-?[1-9][0-9]*")
Blank = BeforeValidator(_null_if_blank)
Whole = Annotated[int, Strict()]
"""A whole number: JSON `true`, `1.0` and `"1"` are none."""

Digits = Annotated[int, BeforeValidator(_only_digits)]
"""A whole number of a query or a header: `1_0`, `1.0` and ` 1 ` are none, `01` is not written as it is."""

Flag = Annotated[bool, Strict()]
"""Yes or no: 1 and `"yes"` are neither."""


def _only_iso(value: object) -> object:
    # Left alone, 0 would be a day in 1970, and so would be text with a time of the day.
    if isinstance(value, str) and not _ISO_DAY.fullmatch(value):
        raise PydanticCustomError("date_parsing", "a day is written 2022-09-13")
    if not isinstance(value, str) and type(value) is not date and value is not None:
        raise PydanticCustomError("date_type", "a day is written 2022-09-13")
    return value


_ISO_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
Day = Annotated[date, BeforeValidator(_only_iso)]
"""A day, written 2022-09-13."""


class Row(BaseModel):
    """A row as it comes from outside; text is stripped."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)
