"""What somebody may do is what the account may do at that moment, on every route and however long something takes."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any

import asyncpg
import httpx
import pytest
from fastapi import FastAPI, Request
from shapes import Call
from stage import Asked, Stage
from test_access import MATRIX, PEOPLE, settings  # noqa: F401  (the fixture: all rows together ask often)
from waiting import until
from world import SCOPES, World, batch, item, nik, outcomes, put, told

from app.accounts import administration, signing_in
from app.accounts.passwords import hash_password
from app.accounts.permissions import OPERATOR
from app.accounts.queries import principal_now
from app.accounts.schemas import AccountChange
from app.api import exports
from app.api.calls import SignedCall
from app.core.problems import Code, Problem

EMBEDDED_IS_ENOUGH = True
PASSWORD = "empat sawah di tepi ogan"
Act = Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Office:
    """Those who look after accounts, by the way of the command line; each act is undone by the next one named."""

    close: Callable[[str], Awaitable[None]]
    reopen: Callable[[str], Awaitable[None]]
    reset: Callable[[str], Awaitable[None]]
    change: Callable[..., Awaitable[None]]
    again: Callable[[str], Awaitable[None]]


@pytest.fixture
def office(pg: asyncpg.Connection, world: World) -> Office:
    async def act(work: str, name: str, *args: Any) -> None:
        async with pg.transaction():
            await getattr(administration, work)(pg, OPERATOR, world.id(name), *args, trace_id=None)

    async def change(name: str, **told: Any) -> None:
        await act("change_account", name, AccountChange(**told))

    async def again(name: str) -> None:
        """The account signs in again."""
        number = await pg.fetchval("SELECT sessions_ended FROM account WHERE id = $1", world.id(name))
        world.accounts[name].sessions_ended = number

    return Office(
        close=lambda name: act("deactivate", name),
        reopen=lambda name: act("reactivate", name),
        reset=lambda name: act("reset_credentials", name),
        change=change,
        again=again,
    )


def takers() -> Iterator[tuple[str, str, Callable[[Stage], Awaitable[Asked]], str, bool]]:
    """For every route that somebody must be signed in for: a person and a system that it serves, if it serves one."""
    for (method, path), (prepare, statuses) in MATRIX.items():
        if statuses["nobody"] != 401:
            continue
        served = [who for who, status in statuses.items() if status < 400]
        people = [who for who in served if who in PEOPLE]
        systems = [who for who in served if who not in PEOPLE]
        for who in (*people[:1], *systems[:1]):
            yield method, path, prepare, who, statuses["system.blind"] == 403


@pytest.mark.proof
async def test_no_route_serves_an_account_that_was_closed_reset_moved_or_lost_its_scopes(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, office: Office
) -> None:
    stage, refused = Stage(client, world, pg), []
    for method, path, prepare, who, by_scope in takers():
        name = "system" if who == "system.reader" else who
        asked = await prepare(stage)
        for way, (take, give_back) in ways(office, name, world.accounts[name].region_code, by_scope=by_scope):
            headers = stage.auth(who)
            await take()
            sent = {**asked.send, "headers": {**headers, **asked.send.get("headers", {})}}
            answer = await client.request(method, path.format(**asked.path), **sent)
            assert answer.status_code in (401, 403), (method, path, who, way, answer.status_code)
            refused.append(way)
            await give_back()
            await office.again(name)
        answer = await stage.call(who, method, path.format(**asked.path), **asked.send)
        gone = "passkey_id" in path and answer.status_code == 404  # a reset takes the passkeys of an account away
        assert gone or answer.status_code < 400, (method, path, who, "is served again", answer.text)
    assert set(refused) == {"closed", "reset", "moved", "unscoped"}
    assert len(refused) > 2 * len(MATRIX)


def ways(office: Office, name: str, region: str | None, *, by_scope: bool) -> Iterator[tuple[str, tuple[Act, Act]]]:
    """How an account may lose what it may do, and how it gets that back."""
    yield "closed", (lambda: office.close(name), lambda: office.reopen(name))
    yield "reset", (lambda: office.reset(name), lambda: office.again(name))
    if region is not None:
        yield (
            "moved",
            (lambda: office.change(name, region_code="16.71"), lambda: office.change(name, region_code=region)),
        )
    if name == "system" and by_scope:
        yield "unscoped", (lambda: office.change(name, scopes=[]), lambda: office.change(name, scopes=SCOPES[name]))


async def test_the_account_is_looked_at_once_for_a_request(
    client: httpx.AsyncClient, world: World, app: FastAPI
) -> None:
    async with told(app) as statements:

        async def looks(answer: Awaitable[httpx.Response]) -> int:
            assert (await answer).status_code < 300
            found = sum("account a" in statement for statement in statements)
            statements.clear()
            return found

        assert await looks(put(client, world, "enumerator.1", batch(item(nik=nik())))) == 1
        for path in ("progress/regions/16.01", "feed", "accounts", "me", "metadata", "campaigns"):
            assert await looks(client.get(f"/v1/{path}", headers=world.auth("officer"))) == 1, path
        assert await looks(client.get("/v1/sync/handshake", headers=world.auth("enumerator.1"))) == 1


@pytest.fixture
async def sign_in(client: httpx.AsyncClient, pg: asyncpg.Connection, world: World) -> Call:
    await pg.execute("UPDATE account SET password_hash = $1", hash_password(PASSWORD))

    async def call(username: str = "officer", **form: Any) -> httpx.Response:
        form = {"grant_type": "password", "username": username, "password": PASSWORD, **form}
        return await client.post("/v1/auth/token", data=form)

    return call


async def test_a_scope_that_was_taken_away_does_not_come_back_with_a_refresh(
    client: httpx.AsyncClient, sign_in: Call, office: Office
) -> None:
    grant = (await sign_in()).json()
    assert grant["scope"] == "pii:read"
    await office.change("officer", scopes=[])
    form = {"grant_type": "refresh_token", "refresh_token": grant["refresh_token"]}
    again = (await client.post("/v1/auth/token", data=form)).json()
    assert again["scope"] == ""
    await office.change("officer", scopes=["pii:read"])
    form["refresh_token"] = again["refresh_token"]
    assert (await client.post("/v1/auth/token", data=form)).json()["scope"] == "", "not before somebody signs in"
    assert (await sign_in()).json()["scope"] == "pii:read"


async def test_who_was_moved_goes_on_in_the_new_region_with_a_refresh(
    client: httpx.AsyncClient, sign_in: Call, office: Office
) -> None:
    grant = (await sign_in()).json()
    await office.change("officer", region_code="16.71")
    form = {"grant_type": "refresh_token", "refresh_token": grant["refresh_token"]}
    token = (await client.post("/v1/auth/token", data=form)).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    assert (await client.get("/v1/progress/regions/16.71", headers=headers)).status_code == 200
    assert (await client.get("/v1/progress/regions/16.01", headers=headers)).status_code == 404


@pytest.mark.parametrize("way", ["close", "reset"])
async def test_what_happens_to_an_account_while_it_signs_in_holds(
    client: httpx.AsyncClient, sign_in: Call, office: Office, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    real = signing_in.verify_password

    async def meanwhile(*args: Any) -> bool:
        right = await real(*args)
        await getattr(office, way)("officer")
        return right

    monkeypatch.setattr(signing_in, "verify_password", meanwhile)
    assert (await sign_in()).json()["code"] == "invalid_grant"
    if way == "close":
        await office.reopen("officer")
    told = {"username": "officer", "current_password": PASSWORD, "new_password": "lima perahu di hilir musi"}
    assert (await client.post("/v1/auth/password", json=told)).json()["code"] == "invalid_grant"


async def test_who_lost_the_right_while_waiting_for_the_feed_is_told_nothing(
    app: FastAPI, client: httpx.AsyncClient, world: World, office: Office
) -> None:
    headers = world.auth("officer")
    cursor = (await client.get("/v1/feed", headers=headers)).json()["next_cursor"]
    params = {"cursor": cursor, "wait": 20}
    waiting = asyncio.create_task(client.get("/v1/feed", headers=headers, params=params))
    await until(lambda: app.state.services.waiting.feed)
    await office.close("officer")
    await outcomes(client, world, "enumerator.1", item(nik=nik()))
    assert (await asyncio.wait_for(waiting, 10)).json()["code"] == "account_deactivated"


async def test_an_export_whose_first_bytes_took_their_time_is_not_given_to_who_may_not_have_it(
    app: FastAPI, client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, office: Office
) -> None:
    open_ = app.state.services.exports
    async with pg.transaction():
        await pg.execute("LOCK TABLE business IN ACCESS EXCLUSIVE MODE")
        path = "/v1/exports/businesses.ndjson"  # its first byte is of a row; a CSV begins before it reads one
        asking = asyncio.create_task(client.get(path, headers=world.auth("officer")))
        await until(lambda: open_._open)
        waits = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND relation = 'business'::regclass)"
        while not await pg.fetchval(waits):
            pass  # it has not come to the table yet
        await pg.execute("UPDATE account SET scopes = '{}', region_code = '16.71' WHERE username = 'officer'")
    assert (await asyncio.wait_for(asking, 10)).json()["code"] == "not_allowed"


async def test_a_long_export_ends_when_the_right_to_it_does(
    app: FastAPI, world: World, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "_LOOK_AGAIN_S", 0)
    services = app.state.services
    async with services.database.statement() as connection:
        officer = await principal_now(connection, services.tokens.verify(world.token("officer")))

    async def chunks() -> AsyncIterator[bytes]:
        for each in (b"1", b"2", b"3"):
            yield each

    call = SignedCall(Request({"type": "http"}), services, services.clock.now(), officer)
    read = exports._while_allowed(call, chunks())
    assert await anext(read) == b"1"
    await office.close("officer")
    with pytest.raises(Problem) as caught:
        await anext(read)
    assert caught.value.code is Code.ACCOUNT_DEACTIVATED
