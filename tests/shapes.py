"""The types that many tests share."""

from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import httpx

Json = dict[str, Any]
"""A JSON object, as a test writes it or reads it from an answer."""
Call = Callable[..., Coroutine[Any, Any, httpx.Response]]
"""What fixtures give to ask the app as somebody: the arguments are the fixture's own."""
Deed = Callable[..., Coroutine[Any, Any, None]]
"""What fixtures give to do something that has no answer."""
_Found = TypeVar("_Found")


def the(found: _Found | None) -> _Found:
    """What was asked for, where a test knows that it is there: a row, a match."""
    assert found is not None
    return found
