"""A receipt is made once and given again byte for byte; the same batch never counts twice."""

import asyncio
import gzip
import hashlib
import json
from collections.abc import Callable

import asyncpg
import httpx
import orjson
import pytest
import uuid_utils.compat as uuids
from backports import zstd
from fastapi import FastAPI
from shapes import the
from world import World, batch, counts, item, nib, nik, put

from app.accounts.queries import lock_enumerator
from app.core.clock import SetClock
from app.core.settings import Settings
from app.main import create_app

EMBEDDED_IS_ENOUGH = True


async def test_the_same_batch_again_gets_the_very_same_bytes(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    body, batch_id = batch(item(nik=nik()), item(nik="1"), item(nik=nik(), kbli="4711")), uuids.uuid7()
    first = await put(client, world, "enumerator.1", body, batch_id=batch_id)
    later = {**body, "sent_at": "2022-09-12T12:09:00+07:00", "app_version": "1.4.1"}
    again = [await put(client, world, "enumerator.1", each, batch_id=batch_id) for each in (body, later)]
    got = await client.get(f"/v1/sync/batches/{batch_id}", headers=world.auth("enumerator.1"))
    assert first.status_code == 201
    assert [answer.status_code for answer in (*again, got)] == [200, 200, 200]
    assert {first.content, *(answer.content for answer in again), got.content} == {first.content}
    assert await pg.fetchval("SELECT count(*) FROM submission") == 1
    assert await pg.fetchval("SELECT sum(entered) FROM progress_cell") == 1


async def test_the_language_of_a_receipt_is_that_of_the_first_asking(client: httpx.AsyncClient, world: World) -> None:
    body, batch_id = batch(item(nik="1")), uuids.uuid7()
    first = await put(client, world, "enumerator.1", body, batch_id=batch_id, headers={"Accept-Language": "en"})
    again = await put(client, world, "enumerator.1", body, batch_id=batch_id, headers={"Accept-Language": "id"})
    assert "digits" in first.json()["items"][0]["errors"][0]["detail"]
    assert again.content == first.content


async def test_a_batch_id_with_other_content_is_refused(client: httpx.AsyncClient, world: World) -> None:
    batch_id = uuids.uuid7()
    await put(client, world, "enumerator.1", batch(item(nik=nik())), batch_id=batch_id)
    for name, body in (("enumerator.1", batch(item(nik=nik()))), ("enumerator.2", batch(item(nik=nik())))):
        answer = await put(client, world, name, body, batch_id=batch_id)
        assert (answer.status_code, answer.json()["code"]) == (422, "batch_id_reused")


async def test_the_receipt_of_another_enumerator_is_not_found(client: httpx.AsyncClient, world: World) -> None:
    batch_id = uuids.uuid7()
    await put(client, world, "enumerator.1", batch(item(nik=nik())), batch_id=batch_id)
    for name, asked in (("enumerator.2", batch_id), ("enumerator.1", uuids.uuid7())):
        answer = await client.get(f"/v1/sync/batches/{asked}", headers=world.auth(name))
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_a_receipt_says_what_the_contract_says(client: httpx.AsyncClient, world: World) -> None:
    one, batch_id = item(nik=nik()), uuids.uuid7()
    answer = await put(
        client, world, "enumerator.1", batch(one, sent_at="2022-09-12T11:59:56.8+07:00"), batch_id=batch_id
    )
    receipt = answer.json()
    business_id = receipt["items"][0].pop("business_id")
    assert uuids.UUID(business_id)
    assert receipt == {
        "batch_id": str(batch_id),
        "received_at": "2022-09-12T05:00:00+00:00",
        "clock_skew_s": -3.2,
        "item_count": 1,
        "counts": counts(accepted=1),
        "items": [
            {
                "record_id": one["record_id"],
                "revision": 1,
                "outcome": "accepted",
                "client_action": "purge",
                "counted_as": "entered",
                "matched_on": [],
                "warnings": [],
                "errors": [],
            }
        ],
    }


@pytest.mark.parametrize(("coding", "decode"), [("gzip", gzip.decompress), ("zstd", zstd.decompress)])
async def test_receipts_are_compressed_when_asked(
    client: httpx.AsyncClient, world: World, coding: str, decode: Callable[[bytes], bytes]
) -> None:
    body, batch_id = batch(*(item(nik=nik()) for _ in range(20))), uuids.uuid7()
    plain = await put(client, world, "enumerator.1", body, batch_id=batch_id, headers={"Accept-Encoding": "identity"})
    request = client.build_request(
        "GET", f"/v1/sync/batches/{batch_id}", headers={**world.auth("enumerator.1"), "Accept-Encoding": coding}
    )
    answer = await client.send(request, stream=True)
    raw = b"".join([chunk async for chunk in answer.aiter_raw()])
    assert answer.headers["content-encoding"] == coding
    assert "accept-encoding" in answer.headers["vary"].lower()
    assert decode(raw) == plain.content


async def test_a_wrong_clock_is_corrected_and_both_times_are_kept(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    """The tablet is a day ahead: what it says was captured tomorrow was captured today."""
    one = item(nik=nik(), captured_at="2022-09-13T09:00:00+07:00")
    answer = await put(client, world, "enumerator.1", batch(one, sent_at="2022-09-13T12:00:00+07:00"))
    line = answer.json()["items"][0]
    assert (line["outcome"], [each["code"] for each in line["warnings"]]) == ("accepted", ["clock_skewed"])
    assert answer.json()["clock_skew_s"] == 86_400
    stored = the(await pg.fetchrow("SELECT captured_at, captured_at_told, captured_on FROM submission"))
    assert stored["captured_at"].isoformat() == "2022-09-12T02:00:00+00:00"
    assert stored["captured_at_told"].isoformat() == "2022-09-13T02:00:00+00:00"
    assert stored["captured_on"].isoformat() == "2022-09-12"


async def test_a_clock_that_is_off_by_two_minutes_is_left_alone(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    answer = await put(client, world, "enumerator.1", batch(item(nik=nik()), sent_at="2022-09-12T12:02:00+07:00"))
    assert answer.json()["items"][0]["warnings"] == []
    stored = the(await pg.fetchrow("SELECT captured_at, captured_at_told FROM submission"))
    assert stored["captured_at"] == stored["captured_at_told"]


async def test_a_batch_that_is_still_in_work_is_409(
    world: World, dsn: str, settings: Settings, clock: SetClock
) -> None:
    """Another transaction has the enumerator's place in the queue: the first sending of this batch, still at work."""
    impatient = create_app(settings.model_copy(update={"lock_timeout_ms": 50}), clock=clock)
    transport = httpx.ASGITransport(app=impatient)
    holder = await asyncpg.connect(dsn)
    async with httpx.AsyncClient(transport=transport, base_url="http://kumkm.test") as client, holder.transaction():
        await lock_enumerator(holder, world.id("enumerator.1"), None)
        answer = await put(client, world, "enumerator.1", batch(item(nik=nik())))
    await holder.close()
    await impatient.state.services.database.close()
    assert (answer.status_code, answer.json()["code"]) == (409, "batch_in_flight")
    assert int(answer.headers["Retry-After"]) >= 1
    assert answer.json()["retryable"] is True


async def test_the_same_batch_at_the_same_moment_is_stored_once(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    body, batch_id = batch(*(item(nik=nik(), nib=nib()) for _ in range(30))), uuids.uuid7()
    answers = await asyncio.gather(*(put(client, world, "enumerator.1", body, batch_id=batch_id) for _ in range(12)))
    assert sorted(answer.status_code for answer in answers) == [200] * 11 + [201]
    assert len({answer.content for answer in answers}) == 1
    assert await pg.fetchval("SELECT count(*) FROM submission") == 30


async def test_one_batch_id_from_two_enumerators_at_once_belongs_to_one_of_them(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    batch_id = uuids.uuid7()
    answers = await asyncio.gather(
        *(put(client, world, f"enumerator.{n}", batch(item(nik=nik())), batch_id=batch_id) for n in range(1, 7))
    )
    assert sorted(answer.status_code for answer in answers) == [201] + [422] * 5
    assert await pg.fetchval("SELECT count(*) FROM submission") == 1


async def test_no_number_is_stored_or_answered_in_clear(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    number, business_number, phone = nik(), nib(), "081271234567"
    one = item(nik=number, nib=business_number, phone=phone)
    two = item(nik=number + "9", nib=business_number, phone=phone)
    answer = await put(client, world, "enumerator.1", batch(one, two, item(nik=number, nib=nib(), phone=phone)))
    assert [line["outcome"] for line in answer.json()["items"]] == ["accepted", "invalid", "conflict"]
    tables = await pg.fetch("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
    everything = "".join(
        [
            row[0]
            for (table,) in tables
            if table not in ("region", "kbli")
            for row in await pg.fetch(f'SELECT "{table}"::text FROM "{table}"')
        ]
    )
    assert "Warung Bu Sari" in everything, "open answers are there, so this looks at the right place"
    told = capsys.readouterr()
    for secret in (number, business_number, phone):
        hexed = secret.encode().hex()
        assert not any(each in everything for each in (secret, hexed)), "sealed at rest"
        assert secret not in answer.text
        assert secret not in told.out + told.err


async def test_what_was_sealed_opens_again(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, app: FastAPI
) -> None:
    number = nik()
    await put(client, world, "enumerator.1", batch(item(nik=number, phone="0812")))
    row = the(await pg.fetchrow("SELECT record_id, revision, answers, sealed FROM submission"))
    bound_to = row["record_id"].bytes + row["revision"].to_bytes(4)
    sealed = json.loads(app.state.services.ingest.ring.unseal(row["sealed"], bound_to))
    assert sealed == {"annual_sales_idr": 120000000, "phone": "0812", "owner": {"nik": number}}
    assert json.loads(row["answers"]) == {
        "legal_name": "Warung Bu Sari",
        "kbli": "47112",
        "owner": {"name": "Sari", "sex": "female"},
    }


async def test_no_digest_that_is_kept_can_be_made_without_the_key(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    """All of an item but its NIK may be readable, and there are few numbers to try against a plain hash."""
    sound, faulty = item(nik=nik()), item(nik="1")
    await put(client, world, "enumerator.1", batch(sound, faulty))
    kept = "".join(
        row[0]
        for row in await pg.fetch(
            "SELECT encode(content_digest, 'hex') FROM submission UNION ALL SELECT encode(content_digest, 'hex')"
            " FROM raw_item UNION ALL SELECT encode(content_digest, 'hex') FROM batch"
        )
    )
    for each in (sound, faulty):
        plain = hashlib.sha256(orjson.dumps(each, option=orjson.OPT_SORT_KEYS)).hexdigest()
        assert plain[:32] not in kept
