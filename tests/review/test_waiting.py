"""The queue of records for review: who sees what of it, in which order, and many decisions at once."""

from functools import partial
from typing import Any

import asyncpg
import httpx
import uuid_utils.compat as uuids
from lists import pages
from shapes import Json
from world import OTHER_VILLAGE, PALEMBANG_VILLAGE, VILLAGE, World, batch, item, nik, put

EMBEDDED_IS_ENOUGH = True


async def entered(client: httpx.AsyncClient, world: World, who: str, *items: Json) -> list[str]:
    answer = await put(client, world, who, batch(*items))
    assert [each["outcome"] for each in answer.json()["items"]] == ["accepted"] * len(items), answer.text
    return [each["record_id"] for each in items]


async def queue(client: httpx.AsyncClient, world: World, who: str, **params: Any) -> list[str]:
    """All pages of the queue, as record ids."""
    asking = partial(client.get, "/v1/reviews", headers=world.auth(who))
    return [
        row["record_id"]
        async for page in pages(lambda after: asking(params={**params, **after}))
        for row in page["items"]
    ]


async def test_each_sees_the_records_of_its_own_reach_oldest_first(client: httpx.AsyncClient, world: World) -> None:
    first = await entered(client, world, "enumerator.1", item(nik=nik()), item(nik=nik(), region=OTHER_VILLAGE))
    other = await entered(client, world, "enumerator.4", item(nik=nik()))
    later = await entered(client, world, "enumerator.2", item(nik=nik(), region=OTHER_VILLAGE))
    far = await entered(client, world, "enumerator.palembang", item(nik=nik(), region=PALEMBANG_VILLAGE))
    for limit in (1, 2, 100):
        assert await queue(client, world, "coordinator.1", limit=limit) == first + later
        assert await queue(client, world, "coordinator.2", limit=limit) == other
        assert await queue(client, world, "officer", limit=limit) == first + other + later
        assert await queue(client, world, "officer.palembang", limit=limit) == far
        assert await queue(client, world, "admin", limit=limit) == first + other + later + far
    asked = {
        "enumerator": ("enumerator.1", first),
        "coordinator": ("coordinator.2", other),
        "region": (OTHER_VILLAGE, [first[1], *later]),
        "kind": ("koperasi", []),
        "campaign": ("pl-kumkm-2023", []),
        "updated_since": ("2100-01-01T00:00:00Z", []),
    }
    for name, (value, expected) in asked.items():
        assert await queue(client, world, "officer", **{name: value}) == expected, name
    for name in ("enumerator.4", "nobody"):
        assert await queue(client, world, "coordinator.1", enumerator=name) == []
    assert await queue(client, world, "coordinator.1", coordinator="coordinator.2") == []
    answer = await client.get("/v1/reviews", params={"region": "16.71"}, headers=world.auth("officer"))
    assert answer.status_code == 404


async def test_what_has_warnings_can_come_first_or_alone(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    ids = await entered(client, world, "enumerator.1", *(item(nik=nik()) for _ in range(5)))
    far = await entered(client, world, "enumerator.palembang", item(nik=nik(), region=PALEMBANG_VILLAGE))
    await pg.execute(
        "UPDATE submission SET warnings = '{\"sales_zero /answers/annual_sales_idr\"}' WHERE record_id = ANY($1)",
        [ids[1], ids[3]],
    )
    warned, plain = [ids[1], ids[3]], [ids[0], ids[2], ids[4]]
    for who in ("coordinator.1", "officer", "admin"):
        beyond = far if who == "admin" else []
        for limit in (1, 2, 3, 100):
            assert await queue(client, world, who, order="warnings", limit=limit) == warned + plain + beyond
            assert await queue(client, world, who, warnings=True, limit=limit) == warned
            assert await queue(client, world, who, warnings=False, limit=limit) == plain + beyond


async def test_a_row_tells_at_a_glance_what_a_reviewer_needs_and_no_number(
    client: httpx.AsyncClient, world: World
) -> None:
    number = nik()
    sent = item(nik=number) | {"started_at": "2022-09-12T08:55:10+07:00"}
    (record_id,) = await entered(client, world, "enumerator.1", sent)
    answer = await client.get("/v1/reviews", headers=world.auth("coordinator.1"))
    (row,) = answer.json()["items"]
    assert number not in answer.text
    assert (
        row
        | {
            "record_id": record_id,
            "revision": 1,
            "name": "Warung Bu Sari",
            "kind": "umkm",
            "region_code": VILLAGE,
            "region_name": "Pasar Baru",
            "campaign": "pl-kumkm-2022",
            "questionnaire": "umkm@1",
            "enumerator": "enumerator.1",
            "review_state": "unreviewed",
            "reason": None,
            "decided_at": None,
            "minutes": 19.5,
            "latitude": -4.1266,
            "longitude": 104.1702,
            "warnings": [],
        }
        == row
    )


async def test_many_decisions_are_made_each_for_itself(client: httpx.AsyncClient, world: World) -> None:
    own = await entered(client, world, "enumerator.1", *(item(nik=nik()) for _ in range(3)))
    other = await entered(client, world, "enumerator.4", item(nik=nik()))
    told: list[Json] = [
        {"record_id": own[0], "decision": "verified", "revision": 1},
        {"record_id": other[0], "decision": "verified"},
        {"record_id": own[1], "decision": "returned", "reason": "Foto buram", "revision": 1},
        {"record_id": own[2], "decision": "verified", "revision": 7},
        {"record_id": str(uuids.uuid7()), "decision": "verified"},
    ]
    for _ in range(2):  # again, since an answer may be lost
        answer = await client.post("/v1/reviews", json={"items": told}, headers=world.auth("coordinator.1"))
        assert answer.status_code == 200, answer.text
        done = answer.json()["items"]
        assert [row["record_id"] for row in done] == [row["record_id"] for row in told]
        assert [row["review"] and row["review"]["decision"] for row in done] == [
            "verified",
            None,
            "returned",
            None,
            None,
        ]
        assert [row["problem"] and row["problem"]["code"] for row in done] == [
            None,
            "not_found",
            None,
            "state_changed",
            "not_found",
        ]
    assert await queue(client, world, "coordinator.1") == [own[2]]
    assert await queue(client, world, "coordinator.1", state="returned") == [own[1]]
    assert await queue(client, world, "officer", state="verified") == [own[0]]
    for items in ([], [told[0]] * 101, [{"record_id": own[2], "decision": "returned"}]):
        answer = await client.post("/v1/reviews", json={"items": items}, headers=world.auth("coordinator.1"))
        assert answer.status_code == 422, items


async def test_the_queues_are_counted_within_reach_and_sent_again_only_when_they_moved(
    client: httpx.AsyncClient, world: World
) -> None:
    async def counts(who: str, **headers: Any) -> httpx.Response:
        return await client.get("/v1/queues", headers={**world.auth(who), **headers})

    number = nik()
    await entered(client, world, "enumerator.1", item(nik=number), item(nik=nik()))
    await put(client, world, "enumerator.4", batch(item(nik=number)))
    await put(client, world, "enumerator.4", batch(item(nik=nik(), captured_at="2022-03-15T09:00:00+07:00")))
    found = {
        who: (await counts(who)).json() for who in ("coordinator.1", "coordinator.2", "officer", "officer.palembang")
    }
    names = ("unreviewed", "returned", "duplicates", "held")
    assert {who: tuple(row[name] for name in names) for who, row in found.items()} == {
        "coordinator.1": (2, 0, 0, 0),
        "coordinator.2": (0, 0, 1, 1),
        "officer": (2, 0, 1, 1),
        "officer.palembang": (0, 0, 0, 0),
    }
    tag = (await counts("coordinator.1")).headers["ETag"]
    assert (await counts("coordinator.1", **{"If-None-Match": tag})).status_code == 304
    await entered(client, world, "enumerator.2", item(nik=nik()))
    assert (await counts("coordinator.1", **{"If-None-Match": tag})).status_code == 200
