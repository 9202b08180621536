"""What tests of duplicates share: the case that waits, and what the register counts."""

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from shapes import Call, Json

Decide = Callable[..., Awaitable[Json]]
"""Decides on a case, or takes a decision back, as somebody; gives the answer."""


class Queue(NamedTuple):
    """The queue of duplicates as people use it, and the register that their decisions change."""

    act: Call
    resolve: Decide
    undo: Decide
    picture: Callable[[], Awaitable[Json]]


async def only_case(act: Call, **params: Any) -> Json:
    (case,) = (await act("GET", "duplicates", **params)).json()["items"]
    return case


async def counted(picture: Callable[[], Awaitable[Json]], **counts: Any) -> None:
    told = (await picture())["counts"]
    assert {name: told[name] for name in counts} == counts
