"""Whatever JSON stands beside a good item, the batch is taken and the good item accepted; the rest is kept."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Any

import asyncpg
import httpx
import orjson
import pytest
import uuid_utils.compat as uuids
from fastapi import FastAPI
from shapes import Json
from world import World, batch, item, nik, put

from app.core.canonical import canonical, forms
from app.core.exact_json import read_exactly

EMBEDDED_IS_ENOUGH = True

NUMBERS = ("NaN", "-Infinity", "1e400", "-1e400", "18446744073709551616", "9" * 5_000, "1e-400", "-0")
ODD = (
    "null",
    "true",
    '""',
    "[]",
    "{}",
    "7",
    "1e5",
    '"\\ud800"',
    '"\\u0000"',
    *NUMBERS,
    "[" * 900 + "]" * 900,
    '{"a":' * 300 + "1" + "}" * 300,
    '{"a":' * 100_000 + "1" + "}" * 100_000,
    "[" * 100_000 + "]" * 100_000,
    '{"record_id":"x","record_id":"y"}',
    '{"\\ud800":1}',
    '{"":{"":""}}',
)


def within(value: str) -> Iterator[str]:
    """Items with the value, as JSON text, in one of their fields or answers."""
    fields = (
        "record_id",
        "revision",
        "questionnaire",
        "region_code",
        "started_at",
        "captured_at",
        "location",
        "answers",
    )
    for field in fields:
        yield json.dumps({**item(nik=nik()), field: "HERE"}).replace('"HERE"', value)
    for said in ("legal_name", "annual_sales_idr", "owner", "notes", "unheard_of"):
        answers: dict[str, Any] = {said: "HERE"}
        yield json.dumps(item(record_id=None, **answers)).replace('"HERE"', value)


async def send(client: httpx.AsyncClient, world: World, texts: Iterable[str], name: str = "enumerator.1") -> list[Json]:
    """Send items that are JSON text between two good ones; gives what became of them."""
    good = [json.dumps(item(nik=nik())) for _ in range(2)]
    body = json.dumps(batch()).replace("[]", f"[{','.join([good[0], *texts, good[1]])}]")
    answer = await put(client, world, name, body.encode())
    assert answer.status_code == 201, answer.text
    first, *lines, last = answer.json()["items"]
    assert first["outcome"] == last["outcome"] == "accepted"
    return lines


async def test_any_value_beside_a_good_item_is_invalid_and_kept_as_it_came(
    client: httpx.AsyncClient, app: FastAPI, world: World, pg: asyncpg.Connection
) -> None:
    for alone in (False, True):
        for text in ODD if alone else [None]:
            texts = [text] if text else list(ODD)
            lines = await send(client, world, texts)
            assert {line["outcome"] for line in lines} == {"invalid"}, texts
            assert all(line["errors"] for line in lines)
    ring = app.state.services.ingest.ring
    rows = await pg.fetch("SELECT id, sealed FROM raw_item")
    kept = {ring.unseal(sealed, id_.bytes).decode() for id_, sealed in rows}
    for text in ODD:
        assert text in kept or canonical(read_exactly(text.encode())).decode() in kept, text[:80]


@pytest.mark.proof
async def test_any_value_in_any_field_is_that_items_own_fault(client: httpx.AsyncClient, world: World) -> None:
    for value in (*ODD, '"0001-01-01T00:00:00+14:00"', '"9999-12-31T23:59:59-12:00"', '"x"', str(2**63), "-1"):
        texts = list(within(value))
        lines = await send(client, world, texts if len(value) < 10_000 else texts[-3:])
        told = json.dumps(lines)
        assert len(value) < 30 or value not in told, "nothing is echoed"


async def test_the_same_key_twice_is_told_and_nothing_is_chosen(client: httpx.AsyncClient, world: World) -> None:
    one = json.dumps(item(nik=nik(), nib="9120001234567")).replace('"nib"', '"nib": "9120001234568", "nib"')
    (line,) = await send(client, world, [one])
    assert [(error["pointer"], error["code"]) for error in line["errors"]] == [("/answers", "repeated_field")]
    assert line["record_id"], "the record is known all the same"
    for twice, pointer in (('{"campaign":"x",', ""), ('{"items":[1],', "")):
        body = json.dumps(batch(item())).replace("{", twice, 1).encode()
        answer = await put(client, world, "enumerator.1", body)
        assert answer.status_code == 422
        assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [(pointer, "repeated_field")]


async def test_blanks_and_escapes_that_few_write_are_the_same_batch(client: httpx.AsyncClient, world: World) -> None:
    one, batch_id = item(nik=nik(), notes='":{"'), str(uuids.uuid7())
    body = json.dumps(batch(one))
    assert (await put(client, world, "enumerator.1", body.encode(), batch_id=batch_id)).status_code == 201
    for plain, odd in (('": ', '" : '), ('"revision"', '"\\u0072evision"'), ("6.5", "65e-1")):
        other = body.replace(plain, odd)
        assert (await put(client, world, "enumerator.1", other.encode(), batch_id=batch_id)).status_code == 200


async def reconciled(client: httpx.AsyncClient, world: World, one: Json, digest: str) -> str:
    told = {"record_id": one["record_id"], "revision": one["revision"], "content_sha256": digest}
    answer = await client.post("/v1/sync/reconcile", json={"items": [told]}, headers=world.auth("enumerator.1"))
    return answer.json()["items"][0]["state"]


async def test_what_is_stored_is_known_by_every_form_that_was_ever_hashed(
    client: httpx.AsyncClient, app: FastAPI, world: World, pg: asyncpg.Connection
) -> None:
    digester = app.state.services.ingest.digester
    for latitude in (-4.0, 0.00005, 1e-7, -4.1266):
        one = item(nik=nik(), much=1e16)
        one["location"] = {"latitude": latitude, "longitude": 104.5, "accuracy_m": 6.5}
        await send(client, world, [json.dumps(one)])
        hashes = [hashlib.sha256(form).hexdigest() for form in forms(one)]
        assert len(hashes) == (3 if 0 < latitude < 1e-4 else 2), "canonical, and how server and client wrote it before"
        for each in hashes:
            assert await reconciled(client, world, one, each) == "stored"
        assert await reconciled(client, world, one, "0" * 64) == "different"
        # Stored by a server of before: only its own form is there.
        before = hashlib.sha256(orjson.dumps(one, option=orjson.OPT_SORT_KEYS)).digest()
        await pg.execute(
            "UPDATE submission SET content_digest = $2 WHERE record_id = $1", one["record_id"], digester.content(before)
        )
        assert await reconciled(client, world, one, before.hex()) == "stored"
        (line,) = await send(client, world, [json.dumps(one)])
        assert line["outcome"] == "unchanged"


async def test_a_batch_of_before_is_answered_with_its_receipt(
    client: httpx.AsyncClient, app: FastAPI, world: World, pg: asyncpg.Connection
) -> None:
    one, batch_id = item(nik=nik()), str(uuids.uuid7())
    one["location"]["accuracy_m"] = 6.0
    first = await put(client, world, "enumerator.1", batch(one), batch_id=batch_id)
    before = hashlib.sha256(orjson.dumps(one, option=orjson.OPT_SORT_KEYS)).digest()
    whole = hashlib.sha256(b"pl-kumkm-2022" + app.state.services.ingest.digester.content(before)).digest()
    await pg.execute("UPDATE batch SET content_digest = $2 WHERE id = $1", batch_id, whole)
    again = await put(client, world, "enumerator.1", batch(one), batch_id=batch_id)
    assert (again.status_code, again.content) == (200, first.content)


async def test_no_digit_of_a_number_is_lost_on_the_way_in(client: httpx.AsyncClient, world: World) -> None:
    """orjson would make doubles of whole numbers beyond 64 bits, and all of them would be the same."""
    for number, outcome in (
        ("18446744073709551615", "accepted"),
        ("18446744073709551616", "invalid"),
        ("1" * 30, "invalid"),
    ):
        (line,) = await send(client, world, [json.dumps(item(nik=nik(), much="HERE")).replace('"HERE"', number)])
        assert line["outcome"] == outcome, number
