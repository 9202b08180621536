"""The types that many tests share."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx

Json = dict[str, Any]
"""A JSON object, as a test writes it or reads it from an answer."""
Call = Callable[..., Awaitable[httpx.Response]]
"""What fixtures give to ask the app as somebody: the arguments are the fixture's own."""
