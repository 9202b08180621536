"""The reference client asks again: over a network that loses answers nothing is doubled, and nothing is lost."""

from random import Random
from typing import Any

import asyncpg
import httpx
import pytest
from field import CAMPAIGN, Field, WiredTablet, once, problem
from scenes import Stage, scene
from shapes import Json
from world import World, item, nik, outcomes

from app.reinterviews.rounds import Drawing
from kumkm_tablet.network import Offline
from kumkm_tablet.reinterviews import HeardState

EMBEDDED_IS_ENOUGH = True
PATH = "/sync/reinterviews/"


@scene
async def three_to_ask_again(stage: Stage) -> None:
    """Six businesses of enumerator.1, of which enumerator.4 has three to ask again."""
    pg, client, world = stage.pg, stage.client, stage.world
    assert await outcomes(client, world, "enumerator.1", *(item(nik=nik()) for _ in range(6))) == ["accepted"] * 6
    body = {"reinterviews": {"share_percent": 20.0, "assignment": "manual"}}
    changed = await client.patch(f"/v1/campaigns/{CAMPAIGN}", json=body, headers=world.auth("admin"))
    assert changed.is_success, changed.text
    await Drawing(world.services.ingest, stage.clock).round()
    await pg.execute("DELETE FROM reinterview")
    await pg.execute(
        "INSERT INTO reinterview (id, regency_code, campaign_id, region_code, record_id, business_id, enumerator_id,"
        " drawn_by, drawn_at, state, assignee_id)"
        " SELECT gen_random_uuid(), regency_code, 1, region_code, record_id, business_id, enumerator_id, 'share',"
        " now(), 'assigned', $1 FROM submission ORDER BY record_id LIMIT 3",
        world.id("enumerator.4"),
    )


@pytest.fixture
async def second(three_to_ask_again: None, field: Field) -> WiredTablet:
    """The tablet of enumerator.4, which has three businesses of enumerator.1 to ask again; it never saw the others."""
    tablet = await field.enrolled("enumerator.4")
    await tablet.sync()
    return tablet


def heard(tablet: WiredTablet, at: int = 0, **said: Any) -> str:
    """Record what was heard; the id."""
    task = tablet.reinterviews.tasks()[at]
    body: Json = {
        "result": "done",
        "questionnaire": task["questionnaire"],
        "captured_at": "2022-09-13T09:00:00+07:00",
        "location": task["location"],
        "answers": {"legal_name": task["business_name"], "kbli": "47112", "owner": {"name": "Sari", "sex": "female"}}
        | said,
    }
    tablet.reinterviews.record(str(task["id"]), body)
    return str(task["id"])


async def stored(pg: asyncpg.Connection) -> list[tuple[str, int]]:
    rows = await pg.fetch("SELECT id::text, version FROM reinterview_version ORDER BY id, version")
    return [tuple(row) for row in rows]


async def test_the_list_is_on_the_tablet_and_what_is_heard_leaves_it_only_when_confirmed_twice(
    second: WiredTablet, pg: asyncpg.Connection
) -> None:
    assert [task["state"] for task in second.reinterviews.tasks()] == ["to_do"] * 3
    id_ = heard(second)
    assert second.reinterviews.heard()[0].state is HeardState.QUEUED
    await second.sync()
    assert await stored(pg) == [(id_, 1)]
    assert second.reinterviews.heard() == []
    assert {task["id"]: task["state"] for task in second.reinterviews.tasks()}[id_] == "done"
    await second.sync()
    assert await stored(pg) == [(id_, 1)], "nothing is sent again"


async def test_a_lost_receipt_doubles_nothing(second: WiredTablet, pg: asyncpg.Connection) -> None:
    ids = sorted([heard(second, 0), heard(second, 1)])
    second.wire.after = once(*[httpx.ReadTimeout("lost")] * 3, only=PATH)
    await second.sync()
    puts = [request for request in second.wire.sent if request.method == "PUT" and PATH in request.url.path]
    assert len(puts) == 5
    assert await stored(pg) == [(id_, 1) for id_ in ids]
    assert second.reinterviews.heard() == []
    assert await pg.fetchval("SELECT count(*) FROM record") == 6
    assert await pg.fetchval("SELECT count(*) FROM business") == 6


@pytest.mark.parametrize("seed", range(8))
async def test_whatever_is_lost_on_the_way_all_arrives_once(
    second: WiredTablet, pg: asyncpg.Connection, seed: int
) -> None:
    rng = Random(seed)

    def faulty(request: httpx.Request) -> httpx.Response | BaseException | None:
        if "reinterviews" not in request.url.path or rng.random() < 0.4:
            return None
        faults: list[httpx.Response | BaseException] = [
            httpx.ReadTimeout("lost"),
            httpx.ConnectError("away"),
            httpx.Response(200, text="<html>portal</html>"),
            httpx.Response(200, json={"items": []}),
            problem(503, "overloaded", retryable=True),
        ]
        return rng.choice(faults)

    second.wire.before, second.wire.after = faulty, faulty
    ids = sorted(heard(second, at) for at in range(3))
    for _ in range(40):
        try:
            await second.sync()
        except Offline:
            continue
        if not second.reinterviews.heard():
            break
    assert second.reinterviews.heard() == []
    assert await stored(pg) == [(id_, 1) for id_ in ids]


async def test_what_was_taken_away_stays_on_the_tablet_and_is_sent_when_given_back(
    second: WiredTablet, pg: asyncpg.Connection, world: World, client: httpx.AsyncClient
) -> None:
    async def give(to: str) -> None:
        path = f"/v1/quality/reinterviews/{id_}/assignment"
        answer = await client.put(path, json={"enumerator": to}, headers=world.auth("officer"))
        assert answer.status_code == 204, answer.text

    id_ = heard(second)
    await give("enumerator.5")
    await second.sync()
    (kept,) = second.reinterviews.heard()
    assert (kept.state, kept.code) == (HeardState.KEPT, "reinterview_taken_away")
    assert await stored(pg) == []
    await give("enumerator.4")
    await second.sync()
    assert second.reinterviews.heard() == []
    assert await stored(pg) == [(id_, 1)]


async def test_what_another_tablet_of_the_account_did_meanwhile_is_not_kept_for_ever(
    second: WiredTablet, pg: asyncpg.Connection, world: World, client: httpx.AsyncClient
) -> None:
    """It was taken away, and is sent again: it is the server that says whether it is needed."""
    path = "/v1/quality/reinterviews/{}/assignment"
    id_ = heard(second)
    for to in ("enumerator.5", "enumerator.4"):
        answer = await client.put(path.format(id_), json={"enumerator": to}, headers=world.auth("officer"))
        assert answer.status_code == 204, answer.text
        if to == "enumerator.5":
            await second.sync()
    (kept,) = second.reinterviews.heard()
    assert kept.state is HeardState.KEPT
    await pg.execute("UPDATE reinterview SET state = 'done', version = 1 WHERE id = $1::text::uuid", id_)
    await second.sync()
    assert second.reinterviews.heard() == []
    assert await stored(pg) == [(id_, 2)]


async def test_what_nobody_needs_is_deleted(second: WiredTablet, pg: asyncpg.Connection) -> None:
    heard(second)
    await pg.execute("UPDATE reinterview SET state = 'withdrawn', former_ids = ARRAY[assignee_id], assignee_id = NULL")
    await second.sync()
    assert second.reinterviews.heard() == []
    assert await stored(pg) == []


async def test_what_the_server_refuses_waits_for_a_person(second: WiredTablet, pg: asyncpg.Connection) -> None:
    id_ = heard(second, legal_name="")
    await second.sync()
    (wrong,) = second.reinterviews.heard()
    assert (wrong.state, wrong.code) == (HeardState.TO_FIX, "invalid_fields")
    await second.sync()
    assert len([each for each in second.wire.sent if each.method == "PUT" and PATH in each.url.path]) == 1
    heard(second)
    await second.sync()
    assert await stored(pg) == [(id_, 1)]


async def test_what_a_restored_server_lost_is_sent_again(second: WiredTablet, pg: asyncpg.Connection) -> None:
    id_ = heard(second)

    def before_the_list(request: httpx.Request) -> BaseException | None:
        is_list = request.method == "GET" and request.url.path.endswith("/sync/reinterviews")
        return httpx.ConnectError("away") if is_list else None

    second.wire.before = before_the_list
    with pytest.raises(Offline):
        await second.sync()
    assert [each.state for each in second.reinterviews.heard()] == [HeardState.SENT]
    await pg.execute("DELETE FROM reinterview_version")
    await pg.execute("UPDATE reinterview SET version = 0, state = 'assigned', result = NULL, answered_at = NULL")
    second.wire.before = lambda _: None
    await second.sync()
    assert await stored(pg) == [(id_, 1)]
    assert second.reinterviews.heard() == []


async def test_an_older_server_has_no_reinterviews(second: WiredTablet) -> None:
    second.wire.before = once(problem(404, "not_found"), only="/sync/reinterviews")
    assert (await second.sync()).device_state == "active"
