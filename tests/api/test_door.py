"""Who one is comes before what one sends."""

import asyncio
import re
from collections.abc import Iterable, Iterator, Mapping

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from one_by_one import each
from shapes import the
from starlette.types import Message, Scope
from test_routes import OPEN, routes
from world import World

from app.api import door
from app.api.router import TABLE
from app.core.clock import SetClock
from app.core.settings import Settings
from app.main import create_app

EMBEDDED_IS_ENOUGH = True
MEBIBYTE = b"x" * 1024 * 1024


class Asked:
    """A request whose body is only heard where somebody listens."""

    def __init__(
        self,
        app: FastAPI,
        method: str,
        path: str,
        headers: Iterable[tuple[str, str]] | Mapping[str, str] = (),
        chunks: Iterable[bytes] = (MEBIBYTE,) * 16,
    ) -> None:
        self.app, self.chunks, self.heard = app, list(chunks), 0
        self.answer: list[Message] = []
        told = [(name.lower().encode(), value.encode()) for name, value in dict(headers).items()]
        self.scope: Scope = {
            "type": "http",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "headers": told,
            "scheme": "http",
            "server": ("kumkm.test", 80),
            "client": ("10.0.0.1", 1),
            "http_version": "1.1",
            "root_path": "",
            "state": {},
        }

    async def receive(self) -> Message:
        if self.heard >= len(self.chunks):
            await asyncio.sleep(3600)
        self.heard += 1
        chunk = self.chunks[self.heard - 1]
        return {"type": "http.request", "body": chunk, "more_body": self.heard < len(self.chunks)}

    async def send(self, message: Message) -> None:
        self.answer.append(message)

    async def run(self) -> "Asked":
        await self.app(self.scope, self.receive, self.send)
        return self

    @property
    def status(self) -> int:
        return self.answer[0]["status"]

    @property
    def headers(self) -> dict[str, str]:
        return {name.decode().lower(): value.decode() for name, value in self.answer[0]["headers"]}


def sendable(app: FastAPI) -> Iterator[tuple[APIRoute, str, str]]:
    """Every route that hears bodies, with something in place of what stands in its path."""
    for route in routes(app):
        path = re.sub(r"\{\w+_id\}", "01832f3e-0000-7000-8000-000000000000", route.path)
        path = path.replace("{code}", "uji").replace("{region_code}", "16.01").replace("{kind}", "accounts")
        path = path.replace("{sha256}", "0" * 64).replace("{format}", "csv")
        for method in sorted(the(route.methods) & {"POST", "PUT", "PATCH", "DELETE"}):
            yield route, method, re.sub(r"\{\w+\}", "x", path)


LONG = {"Content-Type": "application/json", "Content-Length": str(16 * 1024 * 1024)}


async def test_of_somebody_unknown_no_body_is_heard_anywhere(app: FastAPI) -> None:
    for headers in (LONG, {**LONG, "Authorization": "Bearer x.y.z"}, {"Transfer-Encoding": "chunked"}):
        for route, method, path in sendable(app):
            if route.path in OPEN:
                continue
            asked = await Asked(app, method, path, headers).run()
            assert (asked.status, asked.heard) == (401, 0), (method, path)
            assert asked.headers["connection"] == "close"
            assert asked.headers["x-request-id"]
            assert asked.headers["www-authenticate"] == "Bearer"


async def test_of_a_role_that_may_not_send_it_no_body_is_heard(app: FastAPI, world: World) -> None:
    refused = 0
    roles = {entry.route.path: entry.roles for entry in door.entries(TABLE).values()}
    for name in ("enumerator.1", "coordinator.1", "officer", "system", "admin"):
        for route, method, path in sendable(app):
            allowed = roles.get(route.path)
            if allowed is None or world.accounts[name].role in allowed:
                continue
            asked = await Asked(app, method, path, {**LONG, **world.auth(name)}).run()
            assert (asked.status, asked.heard) == (403, 0), (name, method, path)
            refused += 1
    assert refused > 40


async def test_a_body_that_says_it_is_too_large_is_not_heard(app: FastAPI, world: World) -> None:
    for route, method, path in sendable(app):
        large = route.path.startswith(("/v1/sync/batches/", "/v1/imports/", "/v1/regions/boundaries"))
        size = 16 * 1024 * 1024 + 1 if large else 2 * 1024 * 1024
        who = world.auth("enumerator.1" if route.path.startswith("/v1/sync/") else "admin")
        asked = await Asked(app, method, path, {**LONG, **who, "Content-Length": str(size)}).run()
        assert asked.heard == 0, (method, path)
        assert asked.status in (403, 413), (method, path)
        if asked.status == 413:
            assert asked.headers["connection"] == "close"


@each("path", ["/v1/auth/token", "/v1/auth/password", "/v1/auth/revoke"])
async def test_somebody_unknown_is_heard_only_for_a_little(app: FastAPI, path: str) -> None:
    asked = await Asked(app, "POST", path, {"Transfer-Encoding": "chunked"}, [b"x" * 1024] * 1000).run()
    assert asked.status in (413, 422)
    assert asked.heard <= 18


async def test_bodies_in_memory_are_bounded_for_one_account_and_for_all(
    settings: Settings, clock: SetClock, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = create_app(settings.model_copy(update={"max_body_bytes": 65_536}), clock=clock)
    monkeypatch.setattr(door, "OF_ALL", 4)
    path = "/v1/sync/batches/01832f3e-0000-7000-8000-00000000000"
    waiting = []

    async def begin(who: str, number: int) -> Asked:
        headers = {**world.auth(who), "Content-Type": "application/json", "Transfer-Encoding": "chunked"}
        asked = Asked(small, "PUT", f"{path}{number}", headers, [b" " * 60_000, b"{"])
        asked.chunks.append(b"")  # it never ends

        async def receive() -> Message:
            if asked.heard == 1:
                await asyncio.sleep(3600)
            return await Asked.receive(asked)

        asked.receive = receive
        task = asyncio.create_task(asked.run())
        await asyncio.sleep(0.05)
        if not task.done():
            waiting.append(task)
        return asked

    try:
        for number in range(2):
            assert (await begin("enumerator.1", number)).answer == []
        third = await begin("enumerator.1", 3)
        assert (third.status, "retry-after" in third.headers) == (429, True)
        for number in range(4, 6):
            assert (await begin("enumerator.2", number)).answer == []
        fifth = await begin("enumerator.3", 6)
        assert (fifth.status, "retry-after" in fifth.headers) == (503, True)
    finally:
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
    again = await begin("enumerator.3", 7)
    assert again.answer == [], "what is over gives its room back"
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    await small.state.services.database.close()


async def test_one_account_has_so_many_requests_at_a_time(
    app: FastAPI, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "AT_ONCE", 2)
    headers = {**world.auth("enumerator.1"), "Content-Type": "application/json", "Transfer-Encoding": "chunked"}
    path = "/v1/sync/batches/01832f3e-0000-7000-8000-00000000000"

    def hanging(number: int) -> asyncio.Task[Asked]:
        asked = Asked(app, "PUT", f"{path}{number}", headers, [])
        return asyncio.create_task(asked.run())

    tasks = [hanging(1), hanging(2)]
    await asyncio.sleep(0.05)
    refused = await Asked(app, "GET", "/v1/me", world.auth("enumerator.1")).run()
    assert (refused.status, "retry-after" in refused.headers) == (429, True)
    assert (await Asked(app, "GET", "/v1/me", world.auth("enumerator.2"), [b""]).run()).status == 200
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert (await Asked(app, "GET", "/v1/me", world.auth("enumerator.1"), [b""]).run()).status == 200


async def test_an_answer_before_the_whole_body_closes_the_connection_and_one_after_it_does_not(
    app: FastAPI, world: World
) -> None:
    headers = {**world.auth("officer"), "Content-Type": "application/pdf", "Content-Length": "7"}
    early = await Asked(app, "POST", "/v1/nowhere", headers, [b"%PDF-", b"1."]).run()
    assert (early.status, early.headers.get("connection")) == (404, "close")
    headers = {**world.auth("admin"), "Content-Type": "application/json", "Content-Length": "2"}
    late = await Asked(app, "PUT", "/v1/assignments", headers, [b"{}"]).run()
    assert (late.status, late.headers.get("connection")) == (422, None)
