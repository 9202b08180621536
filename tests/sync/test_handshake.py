"""What a tablet is told before it goes out."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import uuid_utils.compat as uuids
from world import World, batch, item, nik, outcomes, put

from app.core.clock import SetClock
from app.core.settings import Settings

EMBEDDED_IS_ENOUGH = True


async def shake(client: httpx.AsyncClient, world: World, name: str = "enumerator.1", **kwargs: Any) -> httpx.Response:
    return await client.get("/v1/sync/handshake", headers=world.auth(name, **kwargs))


async def test_a_tablet_is_told_all_it_needs_for_weeks(
    client: httpx.AsyncClient, world: World, settings: Settings
) -> None:
    told = (await shake(client, world)).json()
    assert told["server_time"] == "2022-09-12T05:00:00Z"
    assert told["limits"] == {
        "max_items": 10_000,
        "max_bytes": 16 * 2**20,
        "max_item_bytes": 128 * 2**10,
        "max_photo_bytes": 8 * 2**20,
        "max_photo_part_bytes": 2**20,
        "max_photos_begun": 50,
    }
    assert told["questionnaires"] == ["umkm@1", "koperasi@1", "umkm@2", "koperasi@2", "visit@1"]
    assert told["device"] == {"id": str(world.tablets[world.id("enumerator.1")]), "state": "active"}
    first, second = told["campaigns"]
    assert (first["code"], first["accepts_until"], second["code"]) == ("pl-kumkm-2022", "2022-11-30", "pl-kumkm-2023")
    assert first["assignments"] == [
        {
            "region": {"code": "16.01", "name": "Kabupaten Ogan Komering Ulu", "level": "regency"},
            "starts_on": "2022-04-01",
            "ends_on": None,
        }
    ]
    assert told["retry"]["jitter"] == "full"
    assert told["newest_batch"] is None


async def another_tablet(pg: asyncpg.Connection, world: World) -> UUID:
    """A second tablet of the first enumerator."""
    device_id = uuids.uuid7()
    await pg.execute(
        "INSERT INTO device (id, account_id, told_id, enrolled_at, last_seen_at) VALUES ($1, $2, 't', now(), now())",
        device_id,
        world.id("enumerator.1"),
    )
    return device_id


async def test_a_tablet_is_told_its_newest_batch(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, clock: SetClock
) -> None:
    ids = [str(uuids.uuid7()) for _ in range(2)]
    for batch_id in reversed(ids):  # the later one has the smaller id
        clock.moment += timedelta(minutes=1)
        sent = await put(client, world, "enumerator.1", batch(item(nik=nik())), batch_id=batch_id)
        assert sent.status_code == 201
    await put(client, world, "enumerator.2", batch(item(nik=nik())))
    told = (await shake(client, world)).json()
    assert told["newest_batch"] == {"id": ids[0], "received_at": "2022-09-12T05:02:00Z"}
    other = (await shake(client, world, device_id=await another_tablet(pg, world))).json()
    assert other["newest_batch"] is None, "another tablet of the same enumerator"


async def test_the_limits_are_those_that_hold(client: httpx.AsyncClient, world: World) -> None:
    limits = (await shake(client, world)).json()["limits"]
    one = item()
    full = [{**one, "record_id": str(uuids.uuid7())} for _ in range(limits["max_items"] + 1)]
    assert (await put(client, world, "enumerator.1", batch(*full))).status_code == 413
    assert await outcomes(client, world, "enumerator.1", item(nik=nik(), notes="x" * limits["max_item_bytes"])) == [
        "invalid"
    ]


async def test_a_revoked_tablet_learns_that_it_is(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    device_id = await another_tablet(pg, world)
    assert (await shake(client, world, device_id=device_id)).json()["device"] == {
        "id": str(device_id),
        "state": "active",
    }
    await pg.execute("UPDATE device SET revoked_at = now()")
    told = (await shake(client, world, device_id=device_id)).json()
    assert told["device"]["state"] == "revoked"
    assert told["limits"]
    assert told["campaigns"] == [], "which would tell where it works"


async def test_campaigns_that_take_no_more_are_not_told(
    client: httpx.AsyncClient, world: World, clock: SetClock
) -> None:
    clock.moment = clock.moment.replace(month=12)
    assert [each["code"] for each in (await shake(client, world)).json()["campaigns"]] == ["pl-kumkm-2023"]


async def test_a_deactivated_account_is_told_so(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    await pg.execute("UPDATE account SET deactivated_at = now() WHERE username = 'enumerator.1'")
    answer = await shake(client, world)
    assert (answer.status_code, answer.json()["code"]) == (403, "account_deactivated")


async def test_only_enumerators_shake_hands(client: httpx.AsyncClient, world: World) -> None:
    assert (await shake(client, world, "officer")).status_code == 403
