"""Signing in: passwords, machines, rotating refresh tokens, and what a stolen one is worth."""

import asyncio
import time
from datetime import UTC, datetime, tzinfo
from typing import Any

import asyncpg
import httpx
import pytest
from argon2 import PasswordHasher
from jose import jwt
from one_by_one import each
from shapes import Json
from world import World, batch, item

from app.accounts import browser_sessions, passwords, refreshing, signing_in
from app.accounts.passwords import hash_password
from app.core.settings import Settings

EMBEDDED_IS_ENOUGH = True

PASSWORD = "rahasia sekali"


@pytest.fixture
async def people(world: World, pg: asyncpg.Connection) -> World:
    await pg.execute("UPDATE account SET password_hash = $1", hash_password(PASSWORD))
    await world.without_tablets(pg)
    return world


async def sign_in(client: httpx.AsyncClient, **form: Any) -> httpx.Response:
    return await client.post("/v1/auth/token", data={"grant_type": "password", "password": PASSWORD, **form})


async def refresh(client: httpx.AsyncClient, token: str) -> httpx.Response:
    return await client.post("/v1/auth/token", data={"grant_type": "refresh_token", "refresh_token": token})


async def test_a_password_gives_a_token_that_says_who_one_is(client: httpx.AsyncClient, people: World) -> None:
    answer = await sign_in(client, username="enumerator.1", device_id="tablet-1", device_name="Tablet Sari")
    grant = answer.json()
    assert answer.status_code == 200
    assert (grant["token_type"], grant["expires_in"]) == ("Bearer", 900)
    assert answer.headers["cache-control"] == "no-store"
    me = (await client.get("/v1/me", headers={"Authorization": f"Bearer {grant['access_token']}"})).json()
    assert (me["username"], me["role"], me["region_code"]) == ("enumerator.1", "enumerator", "16.01")
    assert me["device_id"]


async def test_the_same_tablet_is_enrolled_once(
    client: httpx.AsyncClient, people: World, pg: asyncpg.Connection
) -> None:
    for _ in range(2):
        await sign_in(client, username="enumerator.1", device_id="tablet-1")
    await sign_in(client, username="enumerator.2", device_id="tablet-1")
    assert await pg.fetchval("SELECT count(*) FROM device") == 2


@pytest.mark.parametrize(
    "form",
    [
        {"username": "enumerator.1", "password": "wrong"},
        {"username": "nobody", "password": PASSWORD},
        {"username": "system", "password": PASSWORD},
    ],
)
async def test_what_is_wrong_is_not_told(client: httpx.AsyncClient, people: World, form: Json) -> None:
    answer = await sign_in(client, **form)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_grant")


@pytest.mark.parametrize(("language", "says"), [("id", "sandi"), ("en", "password")])
async def test_each_grant_says_in_plain_words_what_was_wrong(
    client: httpx.AsyncClient, people: World, language: str, says: str
) -> None:
    headers = {"Accept-Language": language}
    grants: list[Json] = [
        {"grant_type": "password", "username": "enumerator.1", "password": "wrong"},
        {"grant_type": "refresh_token", "refresh_token": "x"},
        {"grant_type": "client_credentials", "client_id": "system", "client_secret": "wrong"},
    ]
    told = [(await client.post("/v1/auth/token", data=form, headers=headers)).json()["detail"] for form in grants]
    code = {"username": "enumerator.1", "activation_code": "AAAA-AAAA", "new_password": "dua belas huruf lebih"}
    told.append((await client.post("/v1/auth/password", json=code, headers=headers)).json()["detail"])
    assert len(set(told)) == len(told), "each grant has words of its own"
    assert [says in each for each in told] == [True, False, False, False]
    assert not any("token" in each.lower() for each in told)


async def test_refused_sign_ins_are_in_the_trail_and_tell_no_name_that_is_no_account(
    client: httpx.AsyncClient, people: World, pg: asyncpg.Connection
) -> None:
    number = "1601145203850001"
    await sign_in(client, username="enumerator.1", password="wrong")
    await sign_in(client, username=number, password="1601145203850002")
    rows = await pg.fetch(
        "SELECT subject_type, subject_id, actor_id, detail ->> 'address', mac IS NULL, audit_event::text"
        " FROM audit_event WHERE action = 'session.refused' ORDER BY id"
    )
    account_id = await pg.fetchval("SELECT id::text FROM account WHERE username = 'enumerator.1'")
    assert [tuple(row[:5]) for row in rows] == [
        ("account", account_id, None, "127.0.0.1", False),
        ("sign_in", "unknown", None, "127.0.0.1", False),
    ]
    assert "16011452" not in "".join(row[5] for row in rows)


@pytest.mark.proof
async def test_an_unknown_name_takes_as_long_as_a_wrong_password(
    client: httpx.AsyncClient,
    people: World,
    pg: asyncpg.Connection,
    quick_hashes: PasswordHasher,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(passwords, "_HASHER", quick_hashes)  # the real ones
    passwords._nobody.cache_clear()
    await pg.execute("UPDATE account SET password_hash = $1", hash_password(PASSWORD))

    async def seconds(username: str) -> float:
        await pg.execute("DELETE FROM sign_in_attempt")  # who has to wait is answered sooner, known or not
        began = time.process_time()  # of all threads: what else the machine does says nothing
        for _ in range(5):
            assert (await sign_in(client, username=username, password="wrong")).status_code == 400
        return time.process_time() - began

    await seconds("nobody")
    known, unknown = await seconds("enumerator.1"), await seconds("nobody")
    assert 0.5 < unknown / known < 2


async def test_a_deactivated_account_is_out_at_once_for_batches(
    client: httpx.AsyncClient, people: World, pg: asyncpg.Connection
) -> None:
    token = (await sign_in(client, username="enumerator.1", device_id="t")).json()
    await pg.execute("UPDATE account SET deactivated_at = now() WHERE username = 'enumerator.1'")
    headers = {"Authorization": f"Bearer {token['access_token']}"}
    answer = await client.put(
        "/v1/sync/batches/01832f3e-0000-7000-8000-000000000000", json=batch(item()), headers=headers
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "account_deactivated")
    assert (await client.get("/v1/me", headers=headers)).status_code == 403
    assert (await sign_in(client, username="enumerator.1")).status_code == 400
    assert (await refresh(client, token["refresh_token"])).status_code == 400


async def test_refresh_tokens_rotate(client: httpx.AsyncClient, people: World) -> None:
    first = (await sign_in(client, username="enumerator.1", device_id="t")).json()
    second = (await refresh(client, first["refresh_token"])).json()
    assert second["refresh_token"] != first["refresh_token"]
    assert (await refresh(client, second["refresh_token"])).status_code == 200


async def test_a_spent_refresh_token_revokes_its_whole_family(client: httpx.AsyncClient, people: World) -> None:
    first = (await sign_in(client, username="enumerator.1")).json()
    second = (await refresh(client, first["refresh_token"])).json()
    other = (await sign_in(client, username="enumerator.1")).json()
    assert (await refresh(client, first["refresh_token"])).json()["code"] == "invalid_grant"
    assert (await refresh(client, second["refresh_token"])).json()["code"] == "invalid_grant"
    assert (await refresh(client, other["refresh_token"])).status_code == 200, "another sign-in is another family"


async def test_the_wrong_clock_of_one_server_ends_no_session(
    client: httpx.AsyncClient, people: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    grant = (await sign_in(client, username="enumerator.1", device_id="t")).json()
    for years in (-10, 10):
        with monkeypatch.context() as patch:
            for module in (refreshing, signing_in, browser_sessions):
                patch.setattr(module, "datetime", clock_of(years), raising=False)
            answer = await refresh(client, grant["refresh_token"])
        assert answer.status_code == 200, answer.text
        grant = answer.json()
        answer = await refresh(client, grant["refresh_token"])
        assert answer.status_code == 200, answer.text
        grant = answer.json()


def clock_of(years: int) -> type[datetime]:
    class Elsewhen(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]  # as much as is asked
            return datetime.now(tz).replace(year=datetime.now(tz).year + years)

    return Elsewhen


async def test_an_attempt_whose_answer_was_lost_gets_another_one(client: httpx.AsyncClient, people: World) -> None:
    """A tablet on a bad network is not signed out by it, and a stolen token still is found out."""

    async def attempt(token: str, id_: str) -> httpx.Response:
        form = {"grant_type": "refresh_token", "refresh_token": token, "attempt_id": id_}
        return await client.post("/v1/auth/token", data=form)

    first = (await sign_in(client, username="enumerator.1", device_id="t")).json()["refresh_token"]
    lost, also_lost, got = [(await attempt(first, "attempt-one-of-mine")).json()["refresh_token"] for _ in range(3)]
    assert first != got
    assert lost == also_lost == got, "so that any of several answers may come last"
    following = (await attempt(got, "attempt-two-of-mine")).json()["refresh_token"]
    # Now it was used: the first attempt again is somebody else's.
    assert (await attempt(first, "attempt-one-of-mine")).status_code == 400
    assert (await attempt(following, "attempt-three-of-me")).status_code == 400


@pytest.mark.parametrize("other", [None, "attempt-of-a-thief"])
async def test_another_attempt_with_a_spent_token_revokes_the_family(
    client: httpx.AsyncClient, people: World, other: str | None
) -> None:
    first = (await sign_in(client, username="enumerator.1", device_id="t")).json()["refresh_token"]
    form = {"grant_type": "refresh_token", "refresh_token": first}
    mine = await client.post("/v1/auth/token", data={**form, "attempt_id": "attempt-one-of-mine"})
    theirs = await client.post("/v1/auth/token", data={**form, **({"attempt_id": other} if other else {})})
    assert theirs.status_code == 400
    assert (await refresh(client, mine.json()["refresh_token"])).status_code == 400


async def test_eight_refreshes_at_once_under_one_attempt_do_not_end_the_session(
    client: httpx.AsyncClient, people: World
) -> None:
    token = (await sign_in(client, username="enumerator.1", device_id="t")).json()["refresh_token"]
    for number in range(3):
        form = {"grant_type": "refresh_token", "refresh_token": token, "attempt_id": f"attempt-{number}-of-mine"}
        answers = await asyncio.gather(*(client.post("/v1/auth/token", data=form) for _ in range(8)))
        assert [answer.status_code for answer in answers] == [200] * 8
        token = answers[number].json()["refresh_token"]
        me = await client.get("/v1/me", headers={"Authorization": f"Bearer {answers[-1].json()['access_token']}"})
        assert me.status_code == 200


async def test_signing_out_ends_the_family(client: httpx.AsyncClient, people: World) -> None:
    grant = (await sign_in(client, username="enumerator.1")).json()
    assert (await client.post("/v1/auth/revoke", data={"token": grant["refresh_token"]})).status_code == 200
    assert (await client.post("/v1/auth/revoke", data={"token": "never was one"})).status_code == 200
    assert (await refresh(client, grant["refresh_token"])).status_code == 400


async def test_an_expired_refresh_token_is_worth_nothing(
    client: httpx.AsyncClient, people: World, pg: asyncpg.Connection
) -> None:
    grant = (await sign_in(client, username="enumerator.1")).json()
    await pg.execute("UPDATE refresh_token SET expires_at = $1", datetime(2020, 1, 1, tzinfo=UTC))
    assert (await refresh(client, grant["refresh_token"])).status_code == 400


async def test_no_token_is_stored(client: httpx.AsyncClient, people: World, pg: asyncpg.Connection) -> None:
    grant = (await sign_in(client, username="enumerator.1")).json()
    everything = "".join(row[0] for row in await pg.fetch("SELECT refresh_token::text FROM refresh_token"))
    assert grant["refresh_token"] not in everything
    assert grant["refresh_token"].encode().hex() not in everything


async def test_a_machine_signs_in_for_its_scopes(
    client: httpx.AsyncClient, people: World, pg: asyncpg.Connection
) -> None:
    await pg.execute("UPDATE account SET scopes = '{progress:read}' WHERE username = 'system'")
    form = {"grant_type": "client_credentials", "client_id": "system", "client_secret": PASSWORD}
    grant = (await client.post("/v1/auth/token", data=form)).json()
    assert grant["scope"] == "progress:read"
    assert "refresh_token" not in grant
    headers = {"Authorization": f"Bearer {grant['access_token']}"}
    assert (await client.get("/v1/progress/regions/16", headers=headers)).status_code == 200
    basic = await client.post("/v1/auth/token", data={"grant_type": "client_credentials"}, auth=("system", PASSWORD))
    assert basic.status_code == 200
    refused = await client.post("/v1/auth/token", data={**form, "scope": "pii:read"})
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid_scope")


@each(
    ("form", "status", "code"),
    [
        ({}, 422, "invalid_fields"),
        ({"grant_type": "implicit"}, 400, "unsupported_grant_type"),
        ({"grant_type": "password"}, 422, "invalid_fields"),
        ({"grant_type": "password", "username": "a\u0000b", "password": "x"}, 422, "invalid_fields"),
        ({"grant_type": "refresh_token"}, 422, "invalid_fields"),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, 400, "invalid_grant"),
        (
            {"grant_type": "client_credentials", "client_id": "enumerator.1", "client_secret": PASSWORD},
            400,
            "invalid_grant",
        ),
    ],
)
async def test_a_faulty_request_for_a_token(
    client: httpx.AsyncClient, people: World, form: Json, status: int, code: str
) -> None:
    answer = await client.post("/v1/auth/token", data=form)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def forged(
    settings: Settings,
    world: World,
    *,
    key: str | bytes | None = None,
    algorithm: str = "HS256",
    kid: str = "now",
    **changes: Any,
) -> str:
    now = int(time.time())
    claims = {
        "iss": "kumkm",
        "aud": "kumkm-api",
        "sub": str(world.id("admin")),
        "iat": now,
        "exp": now + 60,
        "jti": "1",
        "role": "admin",
        "scope": "",
        "ended": 0,
        **changes,
    }
    return jwt.encode(claims, key or settings.token_ring()["now"], algorithm=algorithm, headers={"kid": kid})


def respelt(token: str) -> str:
    """The same signature with another last sign, whose lowest two bits say nothing."""
    signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return token[:-1] + signs[signs.index(token[-1]) ^ 1]


async def test_tokens_that_are_not_ours_are_401(client: httpx.AsyncClient, world: World, settings: Settings) -> None:
    unsigned = "eyJhbGciOiJub25lIiwia2lkIjoibm93In0.eyJzdWIiOiJhIn0."
    tokens = [
        "",
        "x",
        "a.b.c",
        unsigned,
        forged(settings, world, key=b"another key of at least 32 bytes!"),
        forged(settings, world, kid="unknown"),
        forged(settings, world, aud="another-api"),
        forged(settings, world, iss="somebody"),
        forged(settings, world, exp=int(time.time()) - 1),
        forged(settings, world, role="king"),
        forged(settings, world, sub="not-a-uuid"),
        forged(settings, world, algorithm="HS512"),
        *(forged(settings, world) + more for more in ("=", "==", "%3D", "AAAA", "!")),
        forged(settings, world)[:-1] + "*",
        respelt(forged(settings, world)),
    ]
    for token in tokens:
        answer = await client.get("/v1/progress/regions/16.01", headers={"Authorization": f"Bearer {token}"})
        assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in"), token
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    genuine = forged(settings, world)
    answer = await client.get("/v1/progress/regions/16.01", headers={"Authorization": f"Bearer {genuine}"})
    assert answer.status_code == 200, "the forger of this test could do it"


async def test_a_token_of_the_key_before_is_still_good(
    client: httpx.AsyncClient, world: World, settings: Settings
) -> None:
    old = forged(settings, world, key=settings.token_ring()["old"], kid="old")
    answer = await client.get("/v1/progress/regions/16.01", headers={"Authorization": f"Bearer {old}"})
    assert answer.status_code == 200


async def test_a_token_ends_with_its_time_also_when_it_was_seen_before(
    client: httpx.AsyncClient, world: World, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    headers = {"Authorization": f"Bearer {world.token('admin')}"}
    assert (await client.get("/v1/progress/regions/16.01", headers=headers)).status_code == 200
    later = time.time() + settings.access_token_s + 1
    monkeypatch.setattr("app.accounts.tokens.time.time", lambda: later)
    monkeypatch.setattr("jose.jwt.datetime", _Later)
    assert (await client.get("/v1/progress/regions/16.01", headers=headers)).status_code == 401


class _Later(datetime):
    @classmethod
    def now(cls, tz: tzinfo | None = None) -> "_Later":
        return cls(2100, 1, 1, tzinfo=tz or UTC)


async def test_an_answer_that_was_lost_is_given_again_as_long_as_what_it_brought_is_valid(
    client: httpx.AsyncClient, people: World, pg: asyncpg.Connection
) -> None:
    token = (await sign_in(client, username="enumerator.1", device_id="t")).json()["refresh_token"]
    form = {"grant_type": "refresh_token", "refresh_token": token, "attempt_id": "attempt-one-of-mine"}
    brought = (await client.post("/v1/auth/token", data=form)).json()["refresh_token"]
    await pg.execute("UPDATE refresh_token SET expires_at = now() - interval '1 hour' WHERE spent_at IS NOT NULL")
    assert (await client.post("/v1/auth/token", data=form)).json()["refresh_token"] == brought
    for spent, moment in (("IS NULL", "now() - interval '1 hour'"), ("IS NOT NULL", "now() + interval '1 hour'")):
        await pg.execute(f"UPDATE refresh_token SET expires_at = {moment} WHERE spent_at {spent}")
    assert (await client.post("/v1/auth/token", data=form)).json()["code"] == "invalid_grant"
