"""Tablets: one for each enumerator, and what is left of a lost one."""

from datetime import timedelta
from typing import Any

import asyncpg
import httpx
import pytest
from ageing import earlier
from shapes import Call, Json
from world import World, batch, item, nik

from app.accounts.passwords import hash_password
from app.core.redaction import hides_nik

EMBEDDED_IS_ENOUGH = True
PASSWORD = "empat sawah di tepi ogan"


@pytest.fixture
async def sign_in(client: httpx.AsyncClient, world: World, pg: asyncpg.Connection) -> Call:
    await pg.execute("UPDATE account SET password_hash = $1", hash_password(PASSWORD))
    await world.without_tablets(pg)

    async def call(username: str = "enumerator.1", device_id: str = "tablet-1", **form: Any) -> httpx.Response:
        form = {"grant_type": "password", "username": username, "password": PASSWORD, "device_id": device_id, **form}
        return await client.post("/v1/auth/token", data=form)

    return call


def bearer(answer: httpx.Response) -> dict[str, str]:
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


async def tablets(client: httpx.AsyncClient, world: World, who: str, **params: Any) -> list[Json]:
    return (await client.get("/v1/devices", headers=world.auth(who), params=params)).json()["items"]


async def revoke(client: httpx.AsyncClient, world: World, who: str, device_id: str) -> httpx.Response:
    told = {"reason": "Hilang di pasar"}
    return await client.post(f"/v1/devices/{device_id}/revoke", headers=world.auth(who), json=told)


async def test_an_enumerator_has_one_active_tablet_unless_allowed_more(
    sign_in: Call, client: httpx.AsyncClient, world: World
) -> None:
    assert (await sign_in()).status_code == 200
    second = await sign_in(device_id="tablet-2")
    assert (second.status_code, second.json()["code"]) == (403, "device_limit_reached")
    path = f"/v1/accounts/{world.id('enumerator.1')}"
    await client.patch(path, headers=world.auth("officer"), json={"devices_allowed": 2})
    assert (await sign_in(device_id="tablet-2")).status_code == 200
    assert (await sign_in(device_id="tablet-3")).status_code == 403
    assert (await sign_in("officer", "laptop")).status_code == (await sign_in("officer", "phone")).status_code == 200


@pytest.mark.parametrize(
    "random_id", ["7138577531691302657963fe15fcf244", "b9c5a710-1601-1452-0385-00010d3f9a6e", "1601145203850001"]
)
async def test_an_id_of_a_tablet_that_looks_like_a_nik_is_as_good_as_any_and_stored_as_a_digest(
    sign_in: Call, client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, random_id: str
) -> None:
    first, again, other = [await sign_in(device_id=name) for name in (random_id, random_id, random_id[::-1])]
    assert (first.status_code, again.status_code) == (200, 200)
    assert other.json()["code"] == "device_limit_reached"
    [stored] = await pg.fetch("SELECT told_id FROM device WHERE account_id = $1", world.id("enumerator.1"))
    assert hides_nik(random_id)
    assert not hides_nik(stored["told_id"])


async def test_a_supervisor_allows_one_more_tablet_once_and_for_a_week(
    sign_in: Call, client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    async def permit(who: str) -> httpx.Response:
        path = f"/v1/accounts/{world.id('enumerator.1')}/next-tablet"
        return await client.post(path, headers=world.auth(who), json={"reason": "Layar pecah"})

    assert (await sign_in()).status_code == 200
    assert (await permit("coordinator.2")).status_code == 404
    assert (await permit("coordinator.1")).json()["account_id"] == str(world.id("enumerator.1"))
    assert (await sign_in(device_id="tablet-2")).status_code == 200
    assert (await sign_in(device_id="tablet-3")).json()["code"] == "device_limit_reached"
    await permit("officer")
    await pg.execute(f"UPDATE account SET {earlier(timedelta(days=8), 'next_tablet_until')}")
    assert (await sign_in(device_id="tablet-3")).json()["code"] == "device_limit_reached"
    told = await pg.fetch("SELECT actor_id FROM audit_event WHERE action = 'device.permitted' ORDER BY id")
    assert [row[0] for row in told] == [world.id("coordinator.1"), world.id("officer")]


async def test_a_lost_tablet_reads_nothing_and_what_it_hands_over_in_time_is_held(
    sign_in: Call, client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    grant = await sign_in()
    headers = bearer(grant)
    (device,) = await tablets(client, world, "coordinator.1")
    assert (await revoke(client, world, "coordinator.1", device["id"])).json()["revoked_at"]
    form = {"grant_type": "refresh_token", "refresh_token": grant.json()["refresh_token"]}
    refreshed = await client.post("/v1/auth/token", data=form)
    assert refreshed.status_code == 200, "the app has no password to sign in with"
    path = "/v1/sync/batches/01832f3e-0000-7000-8000-000000000001"
    sent = await client.put(path, json=batch(item(nik=nik())), headers=bearer(refreshed))
    (line,) = sent.json()["items"]
    assert (line["outcome"], line["client_action"]) == ("held", "keep")
    assert [error["code"] for error in line["errors"]] == ["device_revoked"]
    assert await pg.fetchval("SELECT count(*) FROM submission") == 0
    assert (await client.get(path, headers=bearer(await sign_in()))).content == sent.content
    assert (await sign_in(device_id="tablet-new")).status_code == 200, "the replacement"
    await pg.execute(f"UPDATE device SET {earlier(timedelta(days=14), 'revoked_at')}")
    form["refresh_token"] = refreshed.json()["refresh_token"]
    assert (await client.post("/v1/auth/token", data=form)).status_code == 400
    assert (await sign_in()).json()["code"] == "device_revoked"
    late = await client.put(f"{path[:-1]}2", json=batch(item(nik=nik())), headers=headers)
    assert late.json()["code"] == "device_revoked"


async def test_a_revoked_tablet_reads_no_receipt_but_its_own(
    sign_in: Call, client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    path = "/v1/sync/batches/01832f3e-0000-7000-8000-000000000001"
    await pg.execute("UPDATE account SET devices_allowed = 2")
    lost = bearer(await sign_in(device_id="lost"))
    await client.put(path, json=batch(item(nik=nik())), headers=bearer(await sign_in(device_id="other")))
    assert (await client.get(path, headers=lost)).status_code == 200
    await pg.execute("UPDATE device SET revoked_at = now() WHERE told_id = 'lost'")
    assert (await client.get(path, headers=lost)).status_code == 404


async def test_who_may_revoke_and_who_is_not_told(sign_in: Call, client: httpx.AsyncClient, world: World) -> None:
    await sign_in()
    (device,) = await tablets(client, world, "officer")
    for who, status in (
        ("enumerator.1", 403),
        ("enumerator.2", 403),
        ("system", 403),
        ("coordinator.2", 404),
        ("officer.palembang", 404),
        ("coordinator.1", 200),
        ("officer", 200),
        ("admin", 200),
    ):
        assert (await revoke(client, world, who, device["id"])).status_code == status, who
    assert await tablets(client, world, "coordinator.2") == []
    assert await tablets(client, world, "officer.palembang") == []
    assert await tablets(client, world, "enumerator.2") == []
    assert len(await tablets(client, world, "enumerator.1")) == 1
    assert await tablets(client, world, "officer", revoked=False) == []


async def test_a_tablet_that_was_found_works_again_if_there_is_no_other(
    sign_in: Call, client: httpx.AsyncClient, world: World
) -> None:
    await sign_in()
    (device,) = await tablets(client, world, "officer")
    await revoke(client, world, "officer", device["id"])
    path = f"/v1/devices/{device['id']}/restore"
    assert (await client.post(path, headers=world.auth("officer"))).json()["revoked_at"] is None
    assert "refresh_token" in (await sign_in()).json()
    await revoke(client, world, "officer", device["id"])
    await sign_in(device_id="tablet-new")
    answer = await client.post(path, headers=world.auth("officer"))
    assert (answer.status_code, answer.json()["code"]) == (403, "device_limit_reached")


async def test_what_a_tablet_tells_of_itself_is_seen(sign_in: Call, client: httpx.AsyncClient, world: World) -> None:
    headers = bearer(await sign_in(device_name="Tablet Sari"))
    await client.get("/v1/sync/handshake", headers=headers, params={"unsent": 12, "app_version": "1.4.1"})
    (seen,) = await tablets(client, world, "coordinator.1")
    assert (seen["name"], seen["unsent"], seen["app_version"]) == ("Tablet Sari", 12, "1.4.1")
    body = {**batch(item(nik=nik())), "unsent": 11, "app_version": "1.4.2"}
    await client.put("/v1/sync/batches/01832f3e-0000-7000-8000-000000000001", json=body, headers=headers)
    (seen,) = await tablets(client, world, "coordinator.1")
    assert (seen["unsent"], seen["app_version"]) == (11, "1.4.2")
