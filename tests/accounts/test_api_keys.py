"""Read-only keys: they read what they are for, nothing else, nowhere else, and no longer than their maker may."""

import asyncio
import base64
import uuid
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import asyncpg
import httpx
import pytest
from ageing import earlier
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from limits import parse_many
from shapes import Json
from world import World, item, nik, outcomes

from app.accounts.api_keys import PREFIX, SHAPE, coarse, is_key, key_digest, new_key
from app.api.credentials import Shown, shown_in
from app.api.door import entries
from app.api.limits import Rate
from app.api.router import TABLE

EMBEDDED_IS_ENOUGH = True
Make = Callable[..., Awaitable[Json]]


@pytest.fixture
def make(client: httpx.AsyncClient, world: World) -> Make:
    """A new key of somebody."""

    async def made(who: str = "officer", *scopes: str, **asked: Any) -> Json:
        body = {"name": "Power BI Dinas", "scopes": scopes or ["progress:read"], **asked}
        answer = await client.post("/v1/keys", json=body, headers=world.auth(who))
        assert answer.status_code == 201, answer.text
        assert answer.headers["cache-control"] == "no-store"
        return answer.json()

    return made


async def test_one_key_at_most_is_made_under_an_id(client: httpx.AsyncClient, world: World) -> None:
    body = {"id": str(uuid.uuid4()), "name": "Excel", "scopes": ["progress:read"]}

    async def post() -> httpx.Response:
        return await client.post("/v1/keys", json=body, headers=world.auth("officer"))

    made = await asyncio.gather(*(post() for _ in range(3)))
    assert sorted(each.status_code for each in made) == [201, 409, 409]
    assert {each.json()["code"] for each in made if each.status_code == 409} == {"already_exists"}
    listed = (await client.get("/v1/keys", headers=world.auth("officer"))).json()["items"]
    assert [each["id"] for each in listed] == [body["id"]]
    gone = await client.delete(f"/v1/keys/{body['id']}", headers=world.auth("officer"))
    assert gone.status_code == 204
    assert (await post()).status_code == 409, "an id is never used twice"


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def basic(name: str, password: str) -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(f'{name}:{password}'.encode()).decode()}"}


OKU = "/v1/progress/regions/16.01"


def test_a_key_is_known_by_its_shape_and_its_checksum() -> None:
    keys = {new_key() for _ in range(200)}
    assert len(keys) == 200
    for key in keys:
        assert is_key(key)
        assert SHAPE.fullmatch(key)
        wrong = key[:20] + ("a" if key[20] != "a" else "b") + key[21:]
        assert not is_key(wrong)


@given(st.text() | st.from_regex(SHAPE))
def test_hardly_any_text_is_a_key(text: str) -> None:
    assert not is_key(text)


@given(st.text())
def test_any_header_is_read(text: str) -> None:
    assert isinstance(shown_in(text), Shown)
    assert shown_in(f"Basic {text}").token is None


def test_a_key_is_shown_as_a_bearer_or_as_a_password_under_any_name() -> None:
    key = new_key()
    for headers in (
        bearer(key),
        basic("", key),
        basic("excel", key),
        basic(key, ""),
        {"Authorization": f"bEARER  {key} "},
    ):
        assert shown_in(headers["Authorization"]) == Shown(key=key)
    for nothing in (None, "", "Basic", "Basic !", basic("a", "b")["Authorization"], "Digest x"):
        assert shown_in(nothing) == Shown()
    assert shown_in("Bearer a.b.c") == Shown(token="a.b.c")


def test_from_where_a_key_was_used_is_known_coarsely() -> None:
    assert coarse("203.0.113.77") == "203.0.113.0/24"
    assert coarse("2001:db8:1:2::/64") == "2001:db8:1::/48"
    assert coarse("unknown") == "unknown"


async def test_a_key_reads_what_its_scopes_allow_in_its_region(
    client: httpx.AsyncClient, make: Make, world: World
) -> None:
    made = await make(region_code="16.01.14")
    for headers in (bearer(made["key"]), basic("excel", made["key"])):
        assert (await client.get("/v1/progress/regions/16.01.14.csv", headers=headers)).status_code == 200
        assert (await client.head("/v1/progress/regions/16.01.14", headers=headers)).status_code in (200, 405)
        assert (await client.get(OKU, headers=headers)).status_code == 404
        assert (await client.get("/v1/businesses", headers=headers)).status_code == 403
        assert (await client.get("/v1/feed", headers=headers)).status_code == 403
    me = (await client.get("/v1/me", headers=bearer(made["key"]))).json()
    assert (me["role"], me["region_code"], me["scopes"]) == ("system", "16.01.14", ["progress:read"])


async def test_what_a_key_reads_is_masked_whatever_reason_it_gives(
    client: httpx.AsyncClient, make: Make, world: World
) -> None:
    number = nik()
    assert await outcomes(client, world, "enumerator.1", item(nik=number)) == ["accepted"]
    key = bearer((await make("admin", "businesses:read", "feed:read"))["key"])
    reason = {**key, "X-Access-Reason": "Laporan bulanan"}
    for path in ("/v1/businesses", "/v1/exports/businesses.csv", "/v1/exports/businesses.ndjson", "/v1/feed"):
        answer = await client.get(path, headers=reason)
        assert answer.status_code == 200, path
        assert number not in answer.text
    assert (
        await client.get("/v1/exports/businesses.csv", params={"unmasked": True}, headers=reason)
    ).status_code == 403


@pytest.mark.proof
async def test_a_key_changes_nothing_and_sees_nothing_of_its_maker(
    client: httpx.AsyncClient, make: Make, world: World
) -> None:
    key = bearer((await make("admin", "progress:read", "businesses:read", "feed:read"))["key"])
    asked = 0
    for entry in entries(TABLE).values():
        if entry.roles is None:
            continue
        path = entry.route.path
        for name in entry.route.param_convertors:
            path = path.replace(f"{{{name}}}", "csv" if name == "format" else "01833a5e-8a40-7000-8000-000000000001")
        for method in entry.route.methods or ():
            answer = await client.request(method, path, headers=key, json=None if method == "GET" else {})
            asked += 1
            if method == "HEAD":
                assert answer.status_code == 403, path
            elif method != "GET":
                assert (answer.status_code, answer.json()["code"]) == (403, "key_reads_only"), (method, path)
            elif path.startswith(OWN):
                assert (answer.status_code, answer.json()["code"]) == (403, "key_reads_only"), path
    assert asked > 100


OWN = (
    *("/v1/auth/", "/v1/accounts", "/v1/keys", "/v1/devices", "/v1/audit", "/v1/sync/", "/v1/imports", "/v1/held"),
    *("/v1/duplicates", "/v1/quality", "/v1/exports/01833a5e"),
)


async def test_a_key_ends_with_its_time_its_revocation_and_its_makers_rights(
    client: httpx.AsyncClient, make: Make, world: World, pg: asyncpg.Connection
) -> None:
    officer = world.id("officer")
    for end, back in (
        ("UPDATE api_key SET expires_at = now()", "UPDATE api_key SET expires_at = now() + '1 day'::interval"),
        (
            f"UPDATE account SET deactivated_at = now() WHERE id = '{officer}'",
            "UPDATE account SET deactivated_at = NULL",
        ),
        (
            f"UPDATE account SET role = 'coordinator' WHERE id = '{officer}'",
            f"UPDATE account SET role = 'officer' WHERE id = '{officer}'",
        ),
        (
            f"UPDATE account SET region_code = '16.71' WHERE id = '{officer}'",
            f"UPDATE account SET region_code = '16.01' WHERE id = '{officer}'",
        ),
    ):
        key = bearer((await make())["key"])
        assert (await client.get(OKU, headers=key)).status_code == 200
        await pg.execute(end)
        answer = await client.get(OKU, headers=key)
        assert (answer.status_code, answer.json()["code"]) == (401, "key_ended"), end
        await pg.execute(back)
        assert (await client.get(OKU, headers=key)).status_code == 200
    made = await make()
    for _ in range(2):
        assert (await client.delete(f"/v1/keys/{made['id']}", headers=world.auth("officer"))).status_code == 204
    assert (await client.get(OKU, headers=bearer(made["key"]))).json()["code"] == "key_ended"
    events = await pg.fetch("SELECT action, detail FROM audit_event WHERE action LIKE 'key.%' ORDER BY occurred_at")
    assert [row["action"] for row in events].count("key.revoked") == 1
    assert made["key"] not in str(events)


@pytest.mark.parametrize("end", ["close", "move", "reset"])
async def test_a_key_of_an_account_that_was_closed_moved_or_reset_does_not_come_back(
    client: httpx.AsyncClient, make: Make, world: World, pg: asyncpg.Connection, end: str
) -> None:
    officer, admin = f"/v1/accounts/{world.id('officer')}", world.auth("admin")
    made = await make()
    if end == "move":
        for region in ("16", "16.01"):  # a wider one still has the key's region
            assert (await client.patch(officer, json={"region_code": region}, headers=admin)).status_code == 200
    elif end == "close":
        for step in ("deactivate", "reactivate"):
            assert (await client.post(f"{officer}/{step}", headers=admin)).status_code == 200
    else:
        assert (await client.post(f"{officer}/credentials", headers=admin)).status_code == 200
    answer = await client.get(OKU, headers=bearer(made["key"]))
    assert (answer.status_code, answer.json()["code"]) == (401, "key_ended")
    assert await pg.fetchval("SELECT count(*) FROM api_key WHERE revoked_at IS NULL") == 0
    trail = "SELECT count(*) FROM audit_event WHERE action = 'key.revoked' AND actor_id = $1"
    assert await pg.fetchval(trail, world.id("admin")) == 1


async def test_keys_are_seen_by_their_maker_and_by_who_has_the_region(
    client: httpx.AsyncClient, make: Make, world: World
) -> None:
    of_officer, of_admin = await make(), await make("admin", region_code="16.01.14")
    national = await make("admin")
    assert national["region_code"] is None

    async def seen(who: str, **params: Any) -> list[str]:
        answer = await client.get("/v1/keys", params=params, headers=world.auth(who))
        assert "key" not in answer.json()["items"][0] if answer.json()["items"] else True
        return [row["id"] for row in answer.json()["items"]]

    assert await seen("officer") == [of_officer["id"], of_admin["id"]]
    assert await seen("officer.palembang") == []
    assert await seen("admin") == [of_officer["id"], of_admin["id"], national["id"]]
    other = await client.delete(f"/v1/keys/{of_officer['id']}", headers=world.auth("officer.palembang"))
    assert other.status_code == 404
    assert (await client.delete(f"/v1/keys/{national['id']}", headers=world.auth("officer"))).status_code == 404
    assert (await client.delete(f"/v1/keys/{of_admin['id']}", headers=world.auth("officer"))).status_code == 204
    assert await seen("officer") == [of_officer["id"]]
    assert await seen("officer", ended=True, limit=1) == [of_officer["id"]]
    assert await seen("officer", ended=True) == [of_officer["id"], of_admin["id"]]


@pytest.mark.parametrize(
    ("asked", "status", "pointer"),
    [
        ({"scopes": []}, 422, "/body/scopes"),
        ({"scopes": ["pii:read"]}, 422, "/body/scopes/0"),
        ({"scopes": ["everything"]}, 422, "/body/scopes/0"),
        ({"days": 0}, 422, "/body/days"),
        ({"days": 366}, 422, "/body/days"),
        ({"days": "90"}, 422, "/body/days"),
        ({"days": 10**400}, 422, "/body/days"),
        ({"name": ""}, 422, "/body/name"),
        ({"name": "x" * 10_000}, 422, "/body/name"),
        ({"region_code": "16.71"}, 404, None),
        ({"region_code": "16.01.99"}, 404, None),
        ({"region_code": "ID"}, 404, None),
        ({"more": 1}, 422, "/body/more"),
    ],
)
async def test_a_key_that_may_not_be_is_not_made(
    client: httpx.AsyncClient, world: World, asked: Json, status: int, pointer: str | None
) -> None:
    body = {"name": "Excel", "scopes": ["progress:read"], **asked}
    answer = await client.post("/v1/keys", json=body, headers=world.auth("officer"))
    assert answer.status_code == status, answer.text
    if pointer is not None:
        assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]


async def test_an_account_has_at_most_fifty_good_keys(
    client: httpx.AsyncClient, make: Make, world: World, pg: asyncpg.Connection
) -> None:
    await make()
    await pg.execute(
        "INSERT INTO api_key (id, account_id, name, digest, scopes, created_at, expires_at) SELECT gen_random_uuid(),"
        " account_id, name, sha256(n::text::bytea), scopes, created_at, expires_at"
        " FROM api_key, generate_series(1, 49) n"
    )
    body = {"name": "Excel", "scopes": ["progress:read"]}
    answer = await client.post("/v1/keys", json=body, headers=world.auth("officer"))
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_keys")
    await pg.execute("UPDATE api_key SET expires_at = now() WHERE digest = sha256('7')")
    await make()


async def test_a_key_in_an_address_is_refused_and_told_why_and_written_nowhere(
    client: httpx.AsyncClient, make: Make, capfd: pytest.CaptureFixture[str]
) -> None:
    key = (await make())["key"]
    for address in (
        f"{OKU}?key={key}",
        f"{OKU}?access_token={key.replace('_', '%5F')}",
        f"/v1/progress/{key}/regions",
        f"/?{key}",
    ):
        answer = await client.get(address, headers=bearer(key))
        assert (answer.status_code, answer.json()["code"]) == (400, "key_in_address"), address
        assert key not in answer.text
    heard = capfd.readouterr()
    assert key not in heard.out + heard.err


async def test_who_shows_keys_that_are_none_has_to_wait_and_nobody_else(
    client: httpx.AsyncClient, make: Make, world: World, app: FastAPI
) -> None:
    made = await make()
    app.state.services.limits._items[Rate.KEY] = parse_many("20/minute")
    statuses = [(await client.get(OKU, headers=bearer(new_key()))).status_code for _ in range(40)]
    assert set(statuses[:5]) == {401}
    assert statuses[-1] == 429
    assert (await client.get(OKU, headers=bearer(PREFIX + "x" * 42))).status_code == 429
    assert (await client.get(OKU, headers=bearer(made["key"]))).status_code == 200
    assert (await client.get(OKU, headers=world.auth("officer"))).status_code == 200


async def test_when_and_from_where_a_key_was_used_is_noted_once_an_hour(
    client: httpx.AsyncClient, make: Make, pg: asyncpg.Connection
) -> None:
    made = await make()
    assert (made["used_at"], made["used_from"]) == (None, None)
    seen: set[tuple[Any, ...]] = set()
    for _ in range(3):
        await client.get(OKU, headers=bearer(made["key"]))
        seen |= {tuple(row) for row in await pg.fetch("SELECT used_at, used_from FROM api_key")}
    assert [place for _, place in seen] == ["127.0.0.0/24"]
    await pg.execute(f"UPDATE api_key SET {earlier(timedelta(minutes=61), 'used_at')}")
    before = await pg.fetchval("SELECT used_at FROM api_key")
    await client.get(OKU, headers=bearer(made["key"]))
    assert await pg.fetchval("SELECT used_at FROM api_key") > before


async def test_the_database_has_no_key(make: Make, pg: asyncpg.Connection) -> None:
    key = (await make())["key"]
    row = str(await pg.fetchval("SELECT api_key::text FROM api_key"))
    assert key not in row
    assert key[len(PREFIX) :] not in row
    assert await pg.fetchval("SELECT digest FROM api_key") == key_digest(key)


async def test_an_export_by_key_says_so_in_the_trail(
    client: httpx.AsyncClient, make: Make, pg: asyncpg.Connection
) -> None:
    made = await make("officer", "businesses:read")
    assert (await client.get("/v1/exports/businesses.csv", headers=bearer(made["key"]))).status_code == 200
    detail = await pg.fetchval("SELECT detail ->> 'key' FROM audit_event WHERE action = 'export.made'")
    assert detail == made["id"]


async def test_programs_are_asked_for_a_password_and_pages_of_the_control_room_are_not(
    client: httpx.AsyncClient,
) -> None:
    challenge = (await client.get(OKU)).headers["www-authenticate"]
    assert challenge == 'Bearer, Basic realm="KUMKM", charset="UTF-8"'
    for headers in ({"Sec-Fetch-Mode": "cors"}, {"Authorization": "Bearer x"}):
        assert (await client.get(OKU, headers=headers)).headers["www-authenticate"] == "Bearer"
