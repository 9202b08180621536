"""What every answer and every request is held to."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from one_by_one import each
from starlette.types import Message
from world import World, batch, item, nik, put

from app.core.clock import SetClock
from app.core.settings import Settings
from app.main import create_app

EMBEDDED_IS_ENOUGH = True


@pytest.mark.parametrize("path", ["/healthz", "/v1/me", "/nowhere", "/v1/progress/regions"])
async def test_every_answer_tells_browsers_to_be_careful(client: httpx.AsyncClient, path: str) -> None:
    headers = (await client.get(path)).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert headers["Cache-Control"] == "no-store"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "server" not in headers


async def test_the_documentation_may_run_its_own_script_and_nobody_elses(client: httpx.AsyncClient) -> None:
    policy = (await client.get("/docs")).headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "http" not in policy


async def test_other_origins_are_not_let_in_unless_they_are_named(
    client: httpx.AsyncClient, settings: Settings, clock: SetClock
) -> None:
    asked = {"Origin": "https://dashboard.example.go.id", "Access-Control-Request-Method": "GET"}
    assert "access-control-allow-origin" not in (await client.options("/v1/me", headers=asked)).headers
    assert "access-control-allow-origin" not in (await client.get("/healthz", headers=asked)).headers
    named = settings.model_copy(update={"cors_origins": ["https://dashboard.example.go.id"]})
    app = create_app(named, clock=clock)
    async with AsyncClient(transport=ASGITransport(app=app), base_url="http://kumkm.test") as other:
        allowed = await other.options("/v1/me", headers=asked)
        assert allowed.headers["access-control-allow-origin"] == "https://dashboard.example.go.id"
        refused = await other.options("/v1/me", headers={**asked, "Origin": "https://evil.example"})
        assert "access-control-allow-origin" not in refused.headers
    await app.state.services.database.close()


@each(
    ("method", "path", "media"),
    [
        ("POST", "/v1/auth/token", "application/x-www-form-urlencoded"),
        ("POST", "/v1/auth/password", "application/json"),
        ("POST", "/v1/auth/revoke", "application/x-www-form-urlencoded"),
        ("POST", "/v1/accounts", "application/json"),
        ("POST", "/v1/businesses/lookup", "application/json"),
        ("PUT", "/v1/assignments", "application/json"),
    ],
)
async def test_small_requests_are_bounded_whether_or_not_they_say_how_long_they_are(
    client: httpx.AsyncClient, world: World, method: str, path: str, media: str
) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b"a" * 4096

    for content in (b"a" * 100_000, endless()):
        headers = {**world.auth("admin"), "Content-Type": media}
        answer = await client.request(method, path, content=content, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


async def test_batches_may_still_be_large(client: httpx.AsyncClient, world: World) -> None:
    answer = await put(client, world, "enumerator.1", batch(*(item(nik=nik()) for _ in range(300))))
    assert answer.status_code == 201


@pytest.mark.usefixtures("minute_of_its_own")
async def test_lists_and_sign_ins_are_limited_with_a_time_to_come_back(
    settings: Settings, clock: SetClock, world: World
) -> None:
    tight = settings.model_copy(update={"rate_list": "2/minute", "rate_sign_in": "1/minute", "rate_change": "1/minute"})
    app = create_app(tight, clock=clock)
    async with AsyncClient(transport=ASGITransport(app=app), base_url="http://kumkm.test") as other:
        answers = [await other.get("/v1/accounts", headers=world.auth("admin")) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert int(answers[-1].headers["Retry-After"]) >= 1
        assert (await other.get("/v1/accounts", headers=world.auth("officer"))).status_code == 200, "by account"
        form = {"grant_type": "password", "username": "x", "password": "y"}
        answers = [await other.post("/v1/auth/token", data=form) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [400, 429]
    await app.state.services.database.close()


async def test_a_client_that_hangs_up_in_the_middle_is_no_fault_of_the_server(
    app: FastAPI, client: httpx.AsyncClient, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    path = "/v1/sync/batches/01833a5e-8a40-7000-8000-00000000000a"
    headers = {**world.auth("enumerator.1"), "Content-Type": "application/json"}
    scope = {
        "type": "http",
        "method": "PUT",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "scheme": "http",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "server": ("kumkm.test", 80),
        "client": ("10.0.0.1", 1),
        "http_version": "1.1",
        "root_path": "",
    }
    heard: Iterator[Message] = iter(
        [{"type": "http.request", "body": b"{", "more_body": True}, {"type": "http.disconnect"}]
    )
    answered = []

    async def receive() -> Message:
        return next(heard)

    async def send(message: Message) -> None:
        answered.append(message)

    capsys.readouterr()
    await app(scope, receive, send)
    assert answered == []
    assert "internal_fault" not in "".join(capsys.readouterr())
    assert 'route="/v1/sync/batches/{batch_id}",status="499"} 1.0' in (await client.get("/metrics")).text
