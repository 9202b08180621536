"""Asking the API as somebody."""

from typing import Any

import httpx
import pytest
from shapes import Call, Json
from world import World


@pytest.fixture
def token() -> Json:
    """What the token says beside who it is, unless a call says it."""
    return {}


@pytest.fixture
def act(client: httpx.AsyncClient, world: World, token: Json) -> Call:
    async def call(
        method: str,
        path: str,
        who: str = "officer",
        headers: dict[str, str] | None = None,
        scopes: list[str] | None = None,
        **kwargs: Any,
    ) -> httpx.Response:
        headers = {**world.auth(who, **(token if scopes is None else {"scopes": scopes})), **(headers or {})}
        return await client.request(method, f"/v1/{path}", headers=headers, **kwargs)

    return call
