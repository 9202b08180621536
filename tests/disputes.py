"""What tests of duplicates share: the case that waits, and what the register counts."""

from collections.abc import Awaitable, Callable
from typing import Any

from shapes import Call, Json

Decide = Callable[..., Awaitable[Json]]
"""Decides on a case, or takes a decision back, as somebody; gives the answer."""


async def only_case(act: Call, **params: Any) -> Json:
    (case,) = (await act("GET", "duplicates", **params)).json()["items"]
    return case


async def counted(picture: Callable[[], Awaitable[Json]], **counts: Any) -> None:
    told = (await picture())["counts"]
    assert {name: told[name] for name in counts} == counts
