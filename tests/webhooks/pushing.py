"""An app that may send to this machine, and whose sender works when a test says so."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from receivers import Enter, Made, Push, Receiver, receiving
from shapes import Json
from world import World, item, nik, outcomes

from app.core.settings import Settings


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"webhook_networks": ["127.0.0.0/8"], "webhook_retry_s": [0.001, 0.001]})


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as made:
        yield made


@pytest.fixture
def push(app: FastAPI) -> Push:
    """The sender does all there is to do now."""

    async def send() -> None:
        await app.state.services.webhooks.round()
        await app.state.services.webhooks.settled()

    return send


@pytest.fixture
def ask(client: httpx.AsyncClient, world: World) -> Any:
    """Calls of the system account, with the right to read the feed."""

    async def call(
        method: str, path: str = "", body: Any = None, *, who: str = "system", status: int = 200, **more: Any
    ) -> Any:
        scopes = {"scopes": ["feed:read"]} if who == "system" else {}
        headers = world.auth(who, **scopes)
        if method in ("POST", "PATCH") and body is None:
            body = {}
        answer = await client.request(method, f"/v1/webhooks{path}", json=body, headers=headers, **more)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    return call


@pytest.fixture
def made(ask: Any, receiver: Receiver) -> Made:
    async def make(**more: Any) -> Json:
        found: Json = await ask("POST", "", {"url": receiver.address, "begins": "start", **more}, status=201)
        return found

    return make


@pytest.fixture
def enter(client: httpx.AsyncClient, world: World) -> Enter:
    async def send(many: int) -> None:
        done = await outcomes(client, world, "enumerator.1", *(item(nik=nik()) for _ in range(many)))
        assert done == ["accepted"] * many

    return send
