"""Small batches that come at once share a transaction: each is stored as it would be alone, and stops no other."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
import uuid_utils.compat as uuids
from doors import form, visit
from fastapi import FastAPI
from listings import entries, states
from shapes import Json
from test_races import enlist
from waiting import until
from world import OTHER_VILLAGE, PALEMBANG_VILLAGE, VILLAGE, World, batch, item, nib, nik, put

from app.core import database, round_trips
from app.core.fair_queue import FLOW
from app.core.group_commit import LANES, MOST, GroupCommit
from app.intake import ingest
from app.recount import drift
from app.register.claims import keep_batches_out

EMBEDDED_IS_ENOUGH = True
Crowd = Callable[[Sequence[Awaitable[Any]]], Coroutine[Any, Any, list[Any]]]


@pytest.fixture
async def groups(app: FastAPI, pg: asyncpg.Connection, world: World, client: httpx.AsyncClient) -> GroupCommit:
    """The server's groups; sixteen enumerators, of whom each has sent something before."""
    await enlist(pg, world, 16)
    for n in range(1, 17):  # and codes of regions and activities are remembered
        places = (item(nik=nik(), region=region, kbli="56101") for region in (OTHER_VILLAGE, PALEMBANG_VILLAGE))
        await put(client, world, f"enumerator.{n}", batch(item(nik=nik()), *places))
    found: GroupCommit = app.state.services.database.groups
    return found


@pytest.fixture
def crowd(groups: GroupCommit) -> Crowd:
    """Sends requests so that all of them wait before the first group is made."""

    async def send(requests: Sequence[Awaitable[Any]]) -> list[Any]:
        groups._free = 0
        tasks = [asyncio.ensure_future(each) for each in requests]
        await until(lambda: len(groups._waiting) == sum(not task.done() for task in tasks))
        groups._free = LANES
        groups._go_on()
        return await asyncio.gather(*tasks, return_exceptions=True)

    return send


async def transactions(pg: asyncpg.Connection, receipts: Sequence[Json]) -> int:
    """In how many transactions these batches were stored."""
    ids = [each["batch_id"] for each in receipts]
    found: int = await pg.fetchval("SELECT count(DISTINCT xmin::text) FROM batch WHERE id = ANY($1::uuid[])", ids)
    return found


async def kinds(client: httpx.AsyncClient, world: World, name: str) -> list[Json]:
    """Batches of every kind that may share a transaction."""
    (listed,) = await entries(client, world, {"name": name})
    first = visit()
    return [
        batch(item(nik=nik(), nib=nib())),
        batch(*(item(nik=nik()) for _ in range(5))),
        batch(item(nik="1601"), item(nik=nik())),  # invalid
        batch(item(region=PALEMBANG_VILLAGE, nik=nik())),  # held
        batch(first, visit("refused", 6, first, reason="Sibuk")),
        batch(visit(), form(visit(), nik=nik())),
        batch({**item(nik=nik()), "listing_id": listed}),
        {**batch(item(region=OTHER_VILLAGE, nik=nik(), kbli="56101")), "unsent": 3},
    ]


def shape(receipt: Json) -> Json:
    """What does not depend on ids and moments."""
    lines = [{**line, "record_id": None, "business_id": line["business_id"] is not None} for line in receipt["items"]]
    return {"counts": receipt["counts"], "items": lines}


async def left(pg: asyncpg.Connection, world: World, name: str) -> list[list[str]]:
    """What is stored of an enumerator, without ids, moments and what is sealed."""
    id_ = world.id(name)
    statements = (
        "SELECT to_jsonb(progress_cell) - 'enumerator_id' FROM progress_cell WHERE enumerator_id = $1",
        "SELECT campaign_id, region_code, entered, invalid FROM progress_delta WHERE enumerator_id = $1",
        (
            "SELECT outcome, counted_as, questionnaire, region_code, revision, warnings FROM submission"
            " WHERE enumerator_id = $1"
        ),
        (
            "SELECT revision, counted_revision, counted_as, number_changes, business_id IS NULL, listing_id IS NULL"
            " FROM record WHERE enumerator_id = $1"
        ),
        "SELECT outcome, errors, region_code, counts, resolved_on, position FROM raw_item WHERE enumerator_id = $1",
        "SELECT counted_as, visits, revision, region_code FROM door WHERE enumerator_id = $1",
        "SELECT action, subject_type, detail, mac IS NULL FROM audit_event WHERE actor_id = $1",
        "SELECT numbers, known, changed FROM numbers_asked WHERE account_id = $1",
        "SELECT app_version, unsent FROM device WHERE account_id = $1",
        "SELECT item_count, app_version, clock_skew_s FROM batch WHERE enumerator_id = $1",
        "SELECT state, record_region_code, captured_on FROM listing_entry WHERE enumerator_id = $1",
        "SELECT step, state, captured_on FROM listing_step WHERE enumerator_id = $1",
        "SELECT kind, kbli, verification, life, nik_masked IS NULL FROM business WHERE enumerator_id = $1",
    )
    return [sorted(str(tuple(row)) for row in await pg.fetch(each, id_)) for each in statements]


async def test_a_group_stores_what_its_batches_store_alone(
    client: httpx.AsyncClient, pg: asyncpg.Connection, world: World, crowd: Crowd
) -> None:
    together, alone = await kinds(client, world, "Depot"), await kinds(client, world, "Kios")
    answers = await crowd([put(client, world, f"enumerator.{n}", body) for n, body in enumerate(together, 1)])
    shared = [answer.json() for answer in answers]
    assert await transactions(pg, shared) == 1
    for n, body in enumerate(alone, 9):
        answer = await put(client, world, f"enumerator.{n}", body)
        assert (answer.status_code, answers[n - 9].status_code) == (201, 201)
        assert shape(shared[n - 9]) == shape(answer.json())
        assert await left(pg, world, f"enumerator.{n - 8}") == await left(pg, world, f"enumerator.{n}")
    assert (await states(pg)) == {"entered": 2}
    assert await drift(pg) == []


async def test_two_who_send_the_same_number_are_told_so(
    client: httpx.AsyncClient, pg: asyncpg.Connection, world: World, crowd: Crowd
) -> None:
    one, known = nik(), nik()
    await put(client, world, "enumerator.9", batch(item(nik=known)))
    bodies = [
        batch(item(nik=one)),
        batch(item(nik=nik()), item(nik=one)),
        batch(item(nik=known)),
        batch(item(nik=nik())),
    ]
    answers = await crowd([put(client, world, f"enumerator.{n}", body) for n, body in enumerate(bodies, 1)])
    receipts = [answer.json() for answer in answers]
    assert [each["counts"]["accepted"] for each in receipts] == [1, 1, 0, 1]
    assert sum(each["counts"]["duplicate"] for each in receipts) == 2
    assert await transactions(pg, [receipts[0], receipts[3]]) == 1
    assert await pg.fetchval("SELECT count(*) FROM identity") == await pg.fetchval("SELECT count(*) FROM business")
    assert await drift(pg) == []


async def test_one_entry_of_the_listing_goes_to_one_record(
    client: httpx.AsyncClient, pg: asyncpg.Connection, world: World, crowd: Crowd
) -> None:
    (listed,) = await entries(client, world, {"name": "Pintu"})
    bodies = [batch({**item(nik=nik()), "listing_id": listed}) for _ in range(3)]
    answers = await crowd([put(client, world, f"enumerator.{n}", body) for n, body in enumerate(bodies, 1)])
    assert await transactions(pg, [answer.json() for answer in answers]) == 3
    doubts = [line["warnings"] for answer in answers for line in answer.json()["items"]]
    assert sorted(len(each) for each in doubts) == [0, 1, 1]
    assert await states(pg) == {"entered": 1}
    assert await drift(pg) == []


async def test_an_enumerators_batches_keep_their_order_and_a_batch_sent_twice_is_one(
    client: httpx.AsyncClient, pg: asyncpg.Connection, world: World, crowd: Crowd
) -> None:
    first = item(nik=nik())
    again, id_ = batch({**first, "revision": 2}), uuids.uuid7()
    answers = await crowd(
        [
            put(client, world, "enumerator.1", batch(first), batch_id=id_),
            put(client, world, "enumerator.1", batch(first), batch_id=id_),
            put(client, world, "enumerator.1", again),
            put(client, world, "enumerator.2", batch(item(nik=nik()))),
        ]
    )
    assert sorted(answer.status_code for answer in answers[:2]) == [200, 201]
    assert answers[0].json() == answers[1].json()
    assert answers[2].json()["items"][0]["outcome"] in ("accepted", "updated")
    assert await pg.fetchval("SELECT count(*) FROM batch WHERE id = $1", id_) == 1
    assert await drift(pg) == []


@pytest.mark.parametrize(
    ("at", "whose"),
    [("judge_batch", lambda args: args[3]), ("store", lambda args: args[1].batch.enumerator_id)],
)
async def test_a_fault_with_one_batch_is_no_fault_of_the_others(
    at: str,
    whose: Callable[[tuple[Any, ...]], UUID],
    client: httpx.AsyncClient,
    pg: asyncpg.Connection,
    world: World,
    crowd: Crowd,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    step = getattr(ingest, at)

    async def faulty(*args: Any) -> Any:
        done = await step(*args)
        if whose(args) == world.id("enumerator.1"):
            raise ZeroDivisionError
        return done

    monkeypatch.setattr(ingest, at, faulty)
    bodies = [batch(item(nik=nik())) for _ in range(4)]
    answers = await crowd([put(client, world, f"enumerator.{n}", body) for n, body in enumerate(bodies, 1)])
    assert [answer.status_code for answer in answers] == [500, 201, 201, 201]
    assert await pg.fetchval("SELECT count(*) FROM identity") == await pg.fetchval("SELECT count(*) FROM business")
    assert await drift(pg) == []


async def test_nobody_waits_for_a_lock_that_another_one_needs(
    client: httpx.AsyncClient, pg: asyncpg.Connection, world: World, crowd: Crowd
) -> None:
    """Of an enumerator who is worked for elsewhere, of a number that is claimed and not committed, of an entry."""
    (listed,) = await entries(client, world, {"name": "Pintu"})
    taken = nik()
    await put(client, world, "enumerator.9", batch(item(nik=taken)))
    digest = await pg.fetchval("SELECT digest FROM identity ORDER BY business_id DESC LIMIT 1")
    ends = dict[str, float]()

    async def timed(name: str, body: Json) -> httpx.Response:
        answer = await put(client, world, name, body)
        ends[name] = time.perf_counter()
        return answer

    began = time.perf_counter()
    elsewhere = pg.transaction()
    await elsewhere.start()
    try:
        await pg.execute("SELECT pg_advisory_xact_lock(hashtextextended($1::uuid::text, 0))", world.id("enumerator.1"))
        await pg.execute("SELECT FROM listing_entry WHERE id = $1 AND regency_code = '16.01' FOR UPDATE", listed)
        await pg.execute("DELETE FROM identity WHERE digest = $1", digest)
        sent = asyncio.create_task(
            crowd(
                [
                    timed("enumerator.1", batch(item(nik=nik()))),
                    timed("enumerator.2", batch({**item(nik=nik()), "listing_id": listed})),
                    timed("enumerator.3", batch(item(nik=taken))),
                    timed("enumerator.4", batch(item(nik=nik()))),
                    timed("enumerator.5", batch(item(nik=nik()), visit())),
                ]
            )
        )
        await asyncio.sleep(1.5)
        assert set(ends) == {"enumerator.4", "enumerator.5"}
        assert max(ends.values()) - began < 1
    finally:
        await elsewhere.rollback()
    answers = await sent
    assert [answer.status_code for answer in answers] == [201] * 5
    assert answers[2].json()["items"][0]["outcome"] == "duplicate"
    assert await drift(pg) == []


async def test_who_hangs_up_takes_no_other_along(
    client: httpx.AsyncClient, pg: asyncpg.Connection, world: World, groups: GroupCommit, crowd: Crowd
) -> None:
    ids = [uuids.uuid7() for _ in range(4)]
    bodies = [batch(item(nik=nik())) for _ in ids]
    tasks = [
        asyncio.create_task(put(client, world, f"enumerator.{n}", body, batch_id=id_))
        for n, (id_, body) in enumerate(zip(ids, bodies, strict=True), 1)
    ]
    groups._free = 0
    await until(lambda: len(groups._waiting) == len(tasks))
    tasks[0].cancel()
    await asyncio.gather(tasks[0], return_exceptions=True)
    groups._free = LANES
    groups._go_on()
    await asyncio.sleep(0)
    tasks[1].cancel()  # in the middle of it
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert [answer.status_code for answer in answers[2:]] == [201, 201]
    for n, (id_, body) in enumerate(zip(ids, bodies, strict=True), 1):
        assert (await put(client, world, f"enumerator.{n}", body, batch_id=id_)).status_code in (200, 201)
    assert await pg.fetchval("SELECT count(*) FROM batch WHERE id = ANY($1)", ids) == len(ids)
    assert groups._free == LANES
    assert await drift(pg) == []


async def test_a_connection_that_breaks_leaves_each_batch_stored_once(
    client: httpx.AsyncClient,
    pg: asyncpg.Connection,
    world: World,
    app: FastAPI,
    crowd: Crowd,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    step, broken = ingest.store, list[bool]()

    async def breaking(connection: Any, *args: Any) -> Any:
        if not broken:
            broken.append(True)
            await pg.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND state LIKE 'idle in transaction%'"
            )
        return await step(connection, *args)

    monkeypatch.setattr(ingest, "store", breaking)
    ids = [uuids.uuid7() for _ in range(4)]
    bodies = [batch(item(nik=nik())) for _ in ids]

    def all_of_them() -> list[Awaitable[httpx.Response]]:
        return [
            put(client, world, f"enumerator.{n}", body, batch_id=id_)
            for n, (id_, body) in enumerate(zip(ids, bodies, strict=True), 1)
        ]

    answers = await crowd(all_of_them())
    assert [answer.status_code for answer in answers] == [503] * 4
    assert all(answer.headers["Retry-After"] for answer in answers)
    assert await pg.fetchval("SELECT count(*) FROM batch WHERE id = ANY($1)", ids) == 0
    assert [answer.status_code for answer in await crowd(all_of_them())] == [201] * 4
    assert await drift(pg) == []


async def test_what_is_more_than_a_group_takes_goes_in_several(
    client: httpx.AsyncClient, pg: asyncpg.Connection, world: World, crowd: Crowd
) -> None:
    answers = await crowd([put(client, world, f"enumerator.{n}", batch(item(nik=nik()))) for n in range(1, 17)])
    receipts = [answer.json() for answer in answers]
    assert [answer.status_code for answer in answers] == [201] * 16
    assert await transactions(pg, receipts) == 16 // MOST
    assert await drift(pg) == []


async def test_batches_of_one_enumerator_never_share(
    client: httpx.AsyncClient, pg: asyncpg.Connection, world: World, crowd: Crowd
) -> None:
    bodies = [batch(visit("refused", 1, reason="Sibuk", region=region)) for region in (VILLAGE, OTHER_VILLAGE)]
    answers = await crowd([put(client, world, "enumerator.1", body) for body in bodies])
    assert await transactions(pg, [answer.json() for answer in answers]) == 2


@pytest.mark.parametrize("what", ["enumerator", "entry", "numbers"])
async def test_who_would_have_to_wait_leaves_and_the_others_share(
    what: str, client: httpx.AsyncClient, pg: asyncpg.Connection, world: World, crowd: Crowd
) -> None:
    """Where numbers move to another key, all of them wait."""
    (listed,) = await entries(client, world, {"name": "Pintu"})
    elsewhere = pg.transaction()
    await elsewhere.start()
    if what == "enumerator":
        await pg.execute("SELECT pg_advisory_xact_lock(hashtextextended($1::uuid::text, 0))", world.id("enumerator.1"))
    elif what == "entry":
        await pg.execute("SELECT FROM listing_entry WHERE id = $1 AND regency_code = '16.01' FOR UPDATE", listed)
    else:
        await keep_batches_out(pg)
    first = {**item(nik=nik()), **({"listing_id": listed} if what == "entry" else {})}
    bodies = [batch(first), *(batch(item(nik=nik())) for _ in range(3))]
    sent = asyncio.create_task(crowd([put(client, world, f"enumerator.{n}", body) for n, body in enumerate(bodies, 1)]))
    await asyncio.sleep(0.7)
    assert not sent.done()
    stored = await pg.fetchval("SELECT count(*) FROM batch WHERE received_at > '2022-09-01'") - 16
    assert stored == (0 if what == "numbers" else 3)
    await elsewhere.rollback()
    answers = await sent
    if what != "numbers":
        assert await transactions(pg, [answer.json() for answer in answers[1:]]) == 1


async def test_who_changes_what_is_stored_leaves_and_the_others_share(
    client: httpx.AsyncClient, pg: asyncpg.Connection, world: World, crowd: Crowd
) -> None:
    bad = item(nik="1601")
    await put(client, world, "enumerator.1", batch(bad))
    (listed,) = await entries(client, world, {"name": "Pintu"})
    await put(client, world, "enumerator.5", batch({**visit("refused", 1, reason="Sibuk"), "listing_id": listed}))
    bodies = [
        batch({**bad, "revision": 2, "answers": item(nik=nik())["answers"]}),  # resolves what was kept raw
        batch({**item(nik=nik()), "listing_id": listed}),  # counts for the one who had the entry
        *(batch(item(nik=nik())) for _ in range(2)),
        batch(visit("refused", 1, reason="Sibuk")),  # in the cell in which that one counts
    ]
    answers = await crowd([put(client, world, f"enumerator.{n}", body) for n, body in enumerate(bodies, 1)])
    assert [answer.status_code for answer in answers] == [201] * 5
    assert await transactions(pg, [answer.json() for answer in answers[2:]]) == 1
    assert await transactions(pg, [answer.json() for answer in answers]) == 3
    assert await drift(pg) == []


async def test_a_group_changes_no_setting_of_its_connection(
    client: httpx.AsyncClient, world: World, crowd: Crowd, app: FastAPI
) -> None:
    await crowd([put(client, world, f"enumerator.{n}", batch(item(nik=nik()))) for n in range(1, 5)])
    async with app.state.services.database.statement() as connection:
        assert await connection.fetchval("SHOW lock_timeout") == "5s"


@pytest.mark.parametrize(
    "body",
    [
        lambda: batch(*(item(nik=nik()) for _ in range(17))),
        lambda: batch(*({**item(nik=nik()), "padding": "x" * 50_000} for _ in range(8))),
    ],
    ids=["many", "large"],
)
async def test_what_is_not_small_waits_for_no_group(
    body: Callable[[], Json], client: httpx.AsyncClient, world: World, groups: GroupCommit
) -> None:
    groups._free = 0
    assert (await put(client, world, "enumerator.1", body())).status_code == 201
    assert not groups._waiting


async def test_who_waits_is_seen_and_refused_in_time(
    client: httpx.AsyncClient, world: World, crowd: Crowd, app: FastAPI, groups: GroupCommit
) -> None:
    """Every connection is taken: a group that gets none is refused as one batch is, and no batch waits twice."""
    pool = app.state.services.database
    pool._places._longest_s = 0.5
    end = asyncio.Event()

    async def reads(name: bytes) -> None:
        FLOW.set(name)
        async with pool.statement():
            await end.wait()

    reading = [asyncio.create_task(reads(b"reader %d" % n)) for n in range(pool.size)]
    await until(lambda: pool.busy == pool.size)
    began = time.perf_counter()
    answers = await crowd([put(client, world, f"enumerator.{n}", batch(item(nik=nik()))) for n in range(1, 5)])
    assert [answer.json()["code"] for answer in answers] == ["overloaded"] * 4
    assert time.perf_counter() - began < 0.95
    assert len({answer.headers["Retry-After"] for answer in answers}) == 4
    groups._free = 0
    waiting = [asyncio.create_task(put(client, world, f"enumerator.{n}", batch(item(nik=nik())))) for n in (5, 6)]
    await until(lambda: pool.waiting == 2)
    end.set()
    await asyncio.gather(*reading)
    groups._free = LANES
    groups._go_on()
    assert [answer.status_code for answer in await asyncio.gather(*waiting)] == [201, 201]
    assert (pool.waiting, pool.busy) == (0, 0)


async def test_on_a_cluster_each_goes_alone(
    client: httpx.AsyncClient, pg: asyncpg.Connection, world: World, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def many(_pg: asyncpg.Connection) -> bool:
        return True

    monkeypatch.setattr(round_trips, "on_many_nodes", many)
    monkeypatch.setattr(database, "on_many_nodes", many)
    answers = await crowd([put(client, world, f"enumerator.{n}", batch(item(nik=nik()))) for n in range(1, 5)])
    assert await transactions(pg, [answer.json() for answer in answers]) == 4
    answers = await asyncio.gather(
        *(put(client, world, f"enumerator.{n}", batch(item(nik=nik()))) for n in range(1, 5))
    )
    assert await transactions(pg, [answer.json() for answer in answers]) == 4
