"""Tablets of the reference client before the real app, over a network that does what a test says."""

import json
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from fastapi import FastAPI
from shapes import Json
from world import World, item

from app.accounts.passwords import hash_password
from kumkm_tablet.network import Policy
from kumkm_tablet.outbox import Outbox, State
from kumkm_tablet.tablet import Tablet

PASSWORD = "rahasia sekali"
CAMPAIGN = "pl-kumkm-2022"
Fault = Callable[[httpx.Request], "httpx.Response | BaseException | None"]


class Wire(httpx.AsyncBaseTransport):
    """To the app, unless `before` or `after` says otherwise; keeps what was sent."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self.inner = inner
        self.before: Fault = lambda _: None
        self.after: Fault = lambda _: None
        self.sent: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        self.sent.append(request)
        told = self.before(request)
        if told is None:
            answer = await self.inner.handle_async_request(request)
            body = await answer.aread()
            headers = [(k, v) for k, v in answer.headers.items() if k not in ("content-encoding", "content-length")]
            answer = httpx.Response(answer.status_code, headers=headers, content=body)
            told = self.after(request) or answer
        if isinstance(told, BaseException):
            raise told
        return told

    def batches(self) -> list[httpx.Request]:
        return [request for request in self.sent if "/batches/" in request.url.path]


class WiredTablet(Tablet):
    """A tablet that shows its wire."""

    wire: Wire


def once(*faults: httpx.Response | BaseException | None, only: str = "/batches/") -> Fault:
    """The faults, one after another, for requests whose path has this in it; then none."""
    waiting = list(faults)

    def fault(request: httpx.Request) -> httpx.Response | BaseException | None:
        return waiting.pop(0) if waiting and only in request.url.path else None

    return fault


def problem(status: int, code: str, *, retryable: bool = False, **headers: Any) -> httpx.Response:
    body = {"code": code, "status": status, "retryable": retryable, "detail": code}
    return httpx.Response(
        status, headers={"Content-Type": "application/problem+json", **headers}, content=json.dumps(body)
    )


def sent_item(**kwargs: Any) -> Json:
    """What a tablet records: without id and revision, which the outbox gives."""
    made = item(**kwargs)
    return {name: value for name, value in made.items() if name not in ("record_id", "revision")}


class Field:
    """Tablets with their outboxes, on one app."""

    def __init__(self, app: FastAPI, folder: Path) -> None:
        self.app, self.folder = app, folder
        self.waits: list[float] = []
        self.tablets: list[WiredTablet] = []

    async def close(self) -> None:
        for tablet in self.tablets:
            tablet.outbox.close()
            await tablet.http.aclose()

    def tablet(self, name: str = "tablet", **kwargs: Any) -> WiredTablet:
        async def sleep(seconds: float) -> None:
            self.waits.append(seconds)

        wire = Wire(httpx.ASGITransport(app=self.app, raise_app_exceptions=False))
        http = httpx.AsyncClient(transport=wire, base_url="http://kumkm.test")
        outbox = Outbox(self.folder / f"{name}.db", synchronous="OFF")
        kwargs.setdefault("clock", lambda: datetime.fromisoformat("2022-09-12T12:00:00+07:00"))
        made = WiredTablet(http, outbox, Policy(sleep=sleep, attempts=6), **kwargs)
        made.wire = wire
        self.tablets.append(made)
        return made

    async def enrolled(self, username: str = "enumerator.1", name: str | None = None, **kwargs: Any) -> WiredTablet:
        made = self.tablet(name or username, **kwargs)
        await made.enrol(username, PASSWORD)
        return made


@pytest.fixture
async def field(app: FastAPI, world: World, pg: asyncpg.Connection, tmp_path: Path) -> AsyncIterator[Field]:
    """A folder of tablets; every enumerator signs in with the same password."""
    await pg.execute("UPDATE account SET password_hash = $1", hash_password(PASSWORD))
    await world.without_tablets(pg)
    made = Field(app, tmp_path)
    yield made
    await made.close()


def states(tablet: Tablet) -> list[State]:
    return [row.state for row in tablet.outbox.rows()]


async def decide(field: Field, record_id: str, decision: str, **told: Any) -> None:
    """A coordinator decides on a record."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=field.app), base_url="http://kumkm.test") as client:
        form = {"grant_type": "password", "username": "coordinator.1", "password": PASSWORD}
        token = (await client.post("/v1/auth/token", data=form)).json()["access_token"]
        answer = await client.post(
            f"/v1/submissions/{record_id}/review",
            json={"decision": decision, **told},
            headers={"Authorization": f"Bearer {token}"},
        )
    assert answer.status_code == 200, answer.text


async def stored(pg: asyncpg.Connection) -> int:
    """How many submissions the server has."""
    return await pg.fetchval("SELECT count(*) FROM submission")
