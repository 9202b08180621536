"""What a decision on duplicates may not do, what it tells, and how it goes together with others."""

import asyncio
import json

import asyncpg
import httpx
import pytest
import uuid_utils.compat as uuids
from disputes import Decide, Queue, counted, only_case
from fastapi import FastAPI
from shapes import Call, Json
from world import PALEMBANG_VILLAGE, World, batch, item, nib, nik, outcomes, put, told

from app.recount import drift

EMBEDDED_IS_ENOUGH = True


async def test_what_came_to_a_separate_business_stays_with_the_first_when_it_is_undone(
    queue: Queue, client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, double: tuple[Json, Json]
) -> None:
    case = await only_case(queue.act)
    await queue.resolve(case["id"], "separate")
    assert await outcomes(client, world, "enumerator.3", item(nib=double[1]["answers"]["nib"])) == ["duplicate"]
    await queue.undo(case["id"])
    assert await drift(pg) == []
    assert len({row[0] for row in await pg.fetch("SELECT business_id FROM record")}) == 1


async def test_what_cannot_be_asked_of_the_queue_is_told(act: Call, double: tuple[Json, Json]) -> None:
    for asked, status in (
        ({"campaign": "\x00"}, 422),
        ({"campaign": "nothing"}, 422),
        ({"region": "16.71"}, 404),
        ({"state": "x"}, 422),
    ):
        assert (await act("GET", "duplicates", **asked)).status_code == status, asked


@pytest.mark.parametrize(
    ("told", "status", "code"),
    [
        ({"decision": "same", "business_id": str(uuids.uuid7())}, 409, "not_resolvable"),
        ({"decision": "wrong_identity", "wrong_record_id": str(uuids.uuid7())}, 409, "not_resolvable"),
        ({"decision": "maybe"}, 422, "invalid_fields"),
        ({"reason": "x"}, 422, "invalid_fields"),
    ],
)
async def test_a_decision_that_does_not_fit_changes_nothing(
    queue: Queue, double: tuple[Json, Json], told: Json, status: int, code: str
) -> None:
    before, case = await queue.picture(), await only_case(queue.act)
    answer = await queue.resolve(case["id"], told.pop("decision", "same"), status=status, **told)
    assert answer["code"] == code
    assert await queue.picture() == before


async def test_nobody_merges_a_business_beyond_the_own_territory(
    act: Call, resolve: Decide, client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    number, permit = nik(), nib()
    await outcomes(client, world, "enumerator.palembang", item(nik=number, region=PALEMBANG_VILLAGE))
    await outcomes(client, world, "enumerator.1", item(nib=permit))
    assert await outcomes(client, world, "enumerator.2", item(nik=number, nib=permit)) == ["conflict"]
    case = await only_case(act)
    hidden = next(side for side in case["businesses"] if side["answers"] is None)
    assert (hidden["region_code"], hidden["enumerator"]) == ("16.71", None)
    assert (await resolve(case["id"], "same", status=403))["code"] == "not_allowed"
    await resolve(case["id"], "same", "admin")
    assert await drift(pg) == []


async def test_the_tablets_hear_of_it(queue: Queue, client: httpx.AsyncClient, world: World, torn: list[Json]) -> None:
    async def heard(who: str) -> list[tuple[str, str, str]]:
        answer = await client.get("/v1/sync/changes", headers=world.auth(who))
        return [
            (each["record_id"], each["decision"], each["outcome"])
            for each in answer.json()["items"]
            if each["kind"] == "resolution"
        ]

    case = await only_case(queue.act)
    await queue.resolve(case["id"], "same")
    assert await heard("enumerator.3") == [(torn[2]["record_id"], "same", "duplicate")]
    assert await heard("enumerator.1") == []
    assert await heard("enumerator.2") == [(torn[1]["record_id"], "same", "duplicate")]
    await queue.undo(case["id"])
    assert (await heard("enumerator.2"))[1] == (torn[1]["record_id"], "undone", "accepted")


async def test_it_is_all_in_the_trail(queue: Queue, pg: asyncpg.Connection, double: tuple[Json, Json]) -> None:
    case = await only_case(queue.act)
    await queue.resolve(case["id"], "separate")
    await queue.undo(case["id"])
    rows = await pg.fetch("SELECT action FROM audit_event WHERE subject_id = $1 ORDER BY id", case["id"])
    assert [row[0] for row in rows] == ["duplicate.separate", "duplicate.undone"]


async def test_a_journal_is_stored_as_every_version_stored_it_and_undone_from_there(
    queue: Queue, pg: asyncpg.Connection, double: tuple[Json, Json]
) -> None:
    """A number of a record becomes an entry of its own: the journal as version 0.1 wrote it, word for word."""
    before, case = await queue.picture(), await only_case(queue.act)
    (first,) = before["businesses"]
    await queue.resolve(case["id"], "separate")
    new_id = await pg.fetchval("SELECT id FROM business WHERE record_id = $1", double[1]["record_id"])
    digests = {
        kind: await pg.fetchval(f"SELECT {kind}_digest FROM business WHERE id = $1", new_id) for kind in ("nik", "nib")
    }
    nik_, nib_ = digests["nik"].hex(), digests["nib"].hex()
    business, other = str(first[0]), double[1]["record_id"]
    stored = {
        "businesses": {
            str(new_id): {
                "before": None,
                "after": {
                    "numbers": {"nib": nib_, "nik": nik_},
                    "aliases": [],
                    "campaign_ids": [1],
                    "merged_into": None,
                },
            },
        },
        "owners": {
            nib_: {
                "before": None,
                "after": {"business_id": str(new_id), "record_id": other, "matched": True},
            },
        },
        "records": {
            other: {
                "before": {"revision": 1, "counted_revision": 1, "counted_as": "duplicate", "business_id": business},
                "after": {"revision": 1, "counted_revision": 1, "counted_as": "entered", "business_id": str(new_id)},
            },
        },
        "reviews": [],
        "masks": {
            nik_: f"1601**********{double[0]['answers']['owner']['nik'][-2:]}",
            nib_: f"{double[1]['answers']['nib'][:4]}*******{double[1]['answers']['nib'][-2:]}",
        },
        "returned": None,
    }
    written = json.loads(await pg.fetchval("SELECT journal::text FROM resolution"))
    assert written.pop("sharers").keys() == {nik_}, "which version 0.1 did not write"
    assert written == stored
    await pg.execute("UPDATE resolution SET journal = $1", json.dumps(stored))
    await queue.undo(case["id"])
    assert await queue.picture() == before


async def test_a_number_that_another_business_got_since_is_judged_with_it(
    queue: Queue, client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    """The disputed record has a number that nobody had when its case was opened, and somebody has now."""
    number, permit = nik(), nib()
    first, disputed, third = item(nik=number, nib=nib()), item(nik=number, nib=permit), item(nib=permit)
    assert await outcomes(client, world, "enumerator.1", first) == ["accepted"]
    assert await outcomes(client, world, "enumerator.2", disputed) == ["conflict"]
    assert await outcomes(client, world, "enumerator.3", third) == ["accepted"]
    before, case = await queue.picture(), await only_case(queue.act)
    await queue.resolve(case["id"], "wrong_identity", wrong_record_id=first["record_id"])
    business_id = await pg.fetchval("SELECT business_id FROM record WHERE record_id = $1", disputed["record_id"])
    assert business_id == await pg.fetchval("SELECT id FROM business WHERE record_id = $1", third["record_id"])
    await counted(queue.picture, entered=2, duplicates=1, conflicts=0, returned=1)
    assert await drift(pg) == []
    await queue.undo(case["id"])
    assert await queue.picture() == before
    assert await drift(pg) == []


async def test_the_statements_of_a_decision_do_not_depend_on_how_many_records_it_moves(
    queue: Queue, client: httpx.AsyncClient, world: World, app: FastAPI, pg: asyncpg.Connection
) -> None:
    numbers = []
    for size in (1, 1, 9):
        number, permit = nik(), nib()
        many = [item(nik=number) for _ in range(size)]
        assert await outcomes(client, world, "enumerator.1", *many) == ["accepted", *["duplicate"] * (size - 1)]
        assert await outcomes(client, world, "enumerator.2", item(nib=permit)) == ["accepted"]
        assert await outcomes(client, world, "enumerator.4", *[item(nik=number) for _ in range(size)])
        disputed = item(nik=number, nib=permit)
        assert await outcomes(client, world, "enumerator.3", disputed) == ["conflict"]
        case_id = await pg.fetchval("SELECT id FROM duplicate_case WHERE record_id = $1", disputed["record_id"])
        ids = [
            row[0] for row in await pg.fetch("SELECT unnest(business_ids) FROM duplicate_case WHERE id = $1", case_id)
        ]
        winner = await pg.fetchval("SELECT id FROM business WHERE id = ANY($1) AND nib_digest IS NOT NULL", ids)
        async with told(app) as statements:
            await queue.resolve(case_id, "same", business_id=str(winner))
            resolved = len(statements)
            await queue.undo(case_id)
            numbers.append((resolved, len(statements) - resolved))
    assert numbers[1] == numbers[2], numbers
    assert max(numbers[2]) <= 40, numbers


async def test_decisions_and_batches_at_once_leave_a_sound_register(
    act: Call, client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, double: tuple[Json, Json]
) -> None:
    case = await only_case(act)
    said = {"nik": double[0]["answers"]["owner"]["nik"], "nib": double[1]["answers"]["nib"]}

    async def decide() -> None:
        for decision in ("separate", "same", "wrong_identity", "separate"):
            body = {"decision": decision, "reason": "Diperiksa di lapangan"}
            for path in ("resolution", "resolution/undo"):
                told = body if path == "resolution" else {"reason": "Keliru memutuskan"}
                answer = await act("POST", f"duplicates/{case['id']}/{path}", body=told)
                assert answer.status_code in (200, 409, 503), answer.text

    async def send(who: str) -> None:
        for n in range(6):
            numbers = (said, {"nik": said["nik"]}, {"nib": said["nib"]})[n % 3]
            answer = await put(client, world, who, batch(item(**numbers), item(nik=nik(), nib=nib())))
            assert answer.status_code in (201, 503), answer.text

    await asyncio.gather(decide(), *map(send, ("enumerator.1", "enumerator.3", "enumerator.4")))
    assert await drift(pg) == []
    lost = await pg.fetch(
        "WITH number AS MATERIALIZED (SELECT * FROM identity), kept AS MATERIALIZED (SELECT * FROM business)"
        " SELECT digest FROM number LEFT JOIN kept ON kept.id = business_id WHERE merged_into IS NOT NULL"
        " OR digest = ANY (ARRAY[nik_digest, nib_digest, cooperative_number_digest] || alias_digests) IS NOT TRUE"
    )
    assert lost == []
