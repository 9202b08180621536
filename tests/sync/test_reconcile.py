"""Before a tablet deletes anything it asks whether the server really has it."""

import hashlib
from typing import Any

import asyncpg
import httpx
import orjson
import uuid_utils.compat as uuids
from one_by_one import each
from shapes import Json
from world import World, item, nik, outcomes

EMBEDDED_IS_ENOUGH = True


def sha256(sent: Json) -> str:
    return hashlib.sha256(orjson.dumps(sent, option=orjson.OPT_SORT_KEYS)).hexdigest()


def held(sent: Json, **other: Any) -> Json:
    return {"record_id": sent["record_id"], "revision": sent["revision"], "content_sha256": sha256(sent), **other}


async def reconcile(client: httpx.AsyncClient, world: World, *items: Json, who: str = "enumerator.1") -> list[Json]:
    answer = await client.post("/v1/sync/reconcile", json={"items": items}, headers=world.auth(who))
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def states(client: httpx.AsyncClient, world: World, *items: Json, **kwargs: Any) -> list[str]:
    return [line["state"] for line in await reconcile(client, world, *items, **kwargs)]


async def test_what_is_stored_is_told_with_its_outcome(client: httpx.AsyncClient, world: World) -> None:
    good, bad = item(nik=nik()), item(nik="1")
    late = item(nik=nik(), captured_at="2022-03-15T09:00:00+07:00")
    await outcomes(client, world, "enumerator.1", good, bad, late)
    lines = await reconcile(client, world, held(good), held(bad), held(late), held(item()))
    assert [(line["state"], line["outcome"], line["client_action"]) for line in lines] == [
        ("stored", "accepted", "purge"),
        ("stored", "invalid", "fix"),
        ("stored", "held", "keep"),
        ("missing", None, None),
    ]


async def test_other_content_is_different_and_another_revision_missing(client: httpx.AsyncClient, world: World) -> None:
    sent = item(nik=nik())
    await outcomes(client, world, "enumerator.1", sent)
    changed = {**sent, "captured_at": "2022-09-12T09:15:00+07:00"}
    assert await states(client, world, held(changed), held({**sent, "revision": 2})) == ["different", "missing"]
    await outcomes(client, world, "enumerator.1", {**changed, "revision": 2})
    assert await states(client, world, held(sent), held({**changed, "revision": 2})) == ["stored", "stored"]


async def test_an_item_that_was_refused_is_safe_to_let_go_of(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    late = item(nik=nik(), captured_at="2022-03-15T09:00:00+07:00")
    await outcomes(client, world, "enumerator.1", late)
    raw_id = await pg.fetchval("SELECT id FROM raw_item")
    await client.post(f"/v1/held/{raw_id}/refuse", json={"reason": "Bukan tugasnya"}, headers=world.auth("officer"))
    (line,) = await reconcile(client, world, held(late))
    assert (line["state"], line["outcome"], line["client_action"]) == ("stored", "held", "purge")


async def test_a_thousand_of_which_half_are_anothers(client: httpx.AsyncClient, world: World) -> None:
    own = [item(nik=nik(n)) for n in range(2000, 2500)]
    other = [item(nik=nik(n)) for n in range(2500, 3000)]
    await outcomes(client, world, "enumerator.1", *own)
    await outcomes(client, world, "enumerator.2", *other)
    mixed = [held(each) for pair in zip(own, other, strict=True) for each in pair]
    assert await states(client, world, *mixed) == ["stored", "missing"] * 500
    answer = await client.post(
        "/v1/sync/reconcile", json={"items": [*mixed, mixed[0]]}, headers=world.auth("enumerator.1")
    )
    assert answer.status_code == 422


async def test_a_raw_item_that_was_mended_is_safe_and_may_go(client: httpx.AsyncClient, world: World) -> None:
    bad = item(nik="1")
    good = {**bad, "revision": 2, "answers": {**bad["answers"], "owner": {"nik": nik()}}}
    await outcomes(client, world, "enumerator.1", bad)
    await outcomes(client, world, "enumerator.1", good)
    lines = await reconcile(client, world, held(good), held(bad))
    assert [(line["state"], line["client_action"]) for line in lines] == [("stored", "purge")] * 2


@each(
    ("fault", "pointer"),
    [
        ({"content_sha256": "A" * 64}, "/body/items/0/content_sha256"),
        ({"content_sha256": "00"}, "/body/items/0/content_sha256"),
        ({"record_id": "x"}, "/body/items/0/record_id"),
        ({"revision": 0}, "/body/items/0/revision"),
        ({"revision": "1"}, "/body/items/0/revision"),
    ],
)
async def test_what_cannot_be_asked_is_refused_with_its_place(
    client: httpx.AsyncClient, world: World, fault: Json, pointer: str
) -> None:
    asked = {"record_id": str(uuids.uuid7()), "revision": 1, "content_sha256": "0" * 64, **fault}
    answer = await client.post("/v1/sync/reconcile", json={"items": [asked]}, headers=world.auth("enumerator.1"))
    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]
