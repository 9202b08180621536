"""A supervisor dismisses a flag with a reason: it does not come back for that revision, and can be restored."""

from datetime import datetime, timedelta
from typing import Any

import asyncpg
import httpx
import pytest
from interviewed import Rounds, ask
from shapes import Json
from world import World, batch, put

from app.core.clock import SetClock

WHY = "Saya ikut wawancara itu, memang singkat"


async def act(client: httpx.AsyncClient, world: World, path: str, who: str = "officer", **body: Any) -> httpx.Response:
    return await client.post(f"/v1/quality/{path}", json=body, headers=world.auth(who))


@pytest.fixture
async def flagged(client: httpx.AsyncClient, world: World, field: list[Json], judge_all: Rounds) -> Json:
    await judge_all()
    row: Json = (await ask(client, world, "records", flag="short_interview"))["items"][0]
    return row


async def score(client: httpx.AsyncClient, world: World) -> float:
    rows = (await ask(client, world, "enumerators", enumerator="enumerator.3"))["items"]
    return float(rows[0]["score"])


async def test_it_is_no_longer_open_however_often_it_is_judged(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, flagged: Json, judge_all: Rounds
) -> None:
    path = f"records/{flagged['record_id']}/dismissal"
    said: Json = {"code": "short_interview", "revision": 1, "reason": WHY}
    for _ in range(2):
        answer = await act(client, world, path, **said)
        assert answer.status_code == 204, answer.text
    for _ in range(2):
        still_open = (await ask(client, world, "records"))["items"]
        assert flagged["record_id"] not in {row["record_id"] for row in still_open}
        (row,) = (await ask(client, world, "records", state="dismissed"))["items"]
        dismissal = row["flags"][0]["dismissal"]
        assert (row["record_id"], dismissal["by"], dismissal["reason"]) == (flagged["record_id"], "officer", WHY)
        await judge_all()
    events = await pg.fetch("SELECT detail::text FROM audit_event WHERE action = 'flag.dismissed'")
    assert len(events) == 1, "once, as nothing changed the second time"
    (counted,) = [row for row in (await ask(client, world, "counts"))["flags"] if row["code"] == "short_interview"]
    assert (counted["records"], counted["dismissed"]) == (24, 1)


async def test_it_no_longer_counts_for_the_enumerator(
    client: httpx.AsyncClient, world: World, flagged: Json, judge_all: Rounds
) -> None:
    assert await score(client, world) > 0
    for row in (await ask(client, world, "records", flag="short_interview"))["items"]:
        said: Json = {"code": "short_interview", "revision": 1, "reason": WHY}
        await act(client, world, f"records/{row['record_id']}/dismissal", **said)
    await judge_all()
    assert await score(client, world) == 0


async def test_undone_it_is_open_again(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, flagged: Json
) -> None:
    path = f"records/{flagged['record_id']}/dismissal"
    said: Json = {"code": "short_interview", "revision": 1, "reason": WHY}
    await act(client, world, path, **said)
    for _ in range(2):
        assert (await act(client, world, f"{path}/undo", **said)).status_code == 204
    assert (await ask(client, world, "records", state="dismissed"))["items"] == []
    assert flagged["record_id"] in {row["record_id"] for row in (await ask(client, world, "records"))["items"]}
    assert await pg.fetchval("SELECT count(*) FROM audit_event WHERE action = 'flag.restored'") == 1
    await act(client, world, path, **said)
    assert len((await ask(client, world, "records", state="dismissed"))["items"]) == 1, "and can be dismissed again"


async def test_another_revision_is_flagged_anew_and_an_old_one_cannot_be_dismissed(
    client: httpx.AsyncClient, world: World, flagged: Json, field: list[Json], judge_all: Rounds, clock: SetClock
) -> None:
    path = f"records/{flagged['record_id']}/dismissal"
    said: Json = {"code": "short_interview", "reason": WHY}
    await act(client, world, path, revision=1, **said)
    sent = next(one for one in field if one["record_id"] == flagged["record_id"])
    clock.moment += timedelta(minutes=30)
    again = sent | {"revision": 2, "answers": sent["answers"] | {"place_type": "other"}}
    answer = await put(client, world, "enumerator.3", batch(again, sent_at="2022-09-12T12:30:00+07:00"))
    assert answer.json()["counts"]["updated"] == 1
    await judge_all()
    assert flagged["record_id"] in {row["record_id"] for row in (await ask(client, world, "records"))["items"]}
    assert (await act(client, world, path, revision=1, **said)).status_code == 409


async def test_an_enumerators_flag_stays_dismissed_until_there_are_a_quarter_more_records(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, flagged: Json, judge_all: Rounds
) -> None:
    path = f"enumerators/{world.id('enumerator.3')}/dismissal"
    said: Json = {"code": "short_interview", "region_code": "16.01", "reason": WHY}
    assert (await act(client, world, path, **said)).status_code == 204
    await judge_all()
    assert await score(client, world) == 0
    await pg.execute("UPDATE quality_dismissal SET revision = 19")  # as if there had been fewer: 24 > 1.25 × 19
    await pg.execute("UPDATE quality_state SET waits = true")
    await judge_all()
    assert await score(client, world) > 0
    (row,) = (await ask(client, world, "enumerators", enumerator="enumerator.3"))["items"]
    assert row["flags"][0]["dismissal"] is None
    assert (await act(client, world, path, **said)).status_code == 204
    assert (await act(client, world, f"{path}/undo", **said)).status_code == 204
    await judge_all()
    assert await score(client, world) > 0


async def test_what_is_not_flagged_or_out_of_reach_is_not_found(
    client: httpx.AsyncClient, world: World, flagged: Json
) -> None:
    path = f"records/{flagged['record_id']}/dismissal"
    said: Json = {"code": "short_interview", "revision": 1, "reason": WHY}
    assert (await act(client, world, path, **said | {"code": "far_point"})).status_code == 404
    for who in ("officer.palembang", "coordinator.2"):
        assert (await act(client, world, path, who, **said)).status_code == 404
    assert (await act(client, world, path, "enumerator.3", **said)).status_code == 403
    assert (await act(client, world, path, **said | {"reason": "  "})).status_code == 422
    assert (await act(client, world, path, "coordinator.1", **said)).status_code == 204


async def test_lists_have_what_is_in_reach(client: httpx.AsyncClient, world: World, flagged: Json) -> None:
    for who, there in (("coordinator.1", True), ("coordinator.2", False), ("officer.palembang", False)):
        rows = (await ask(client, world, "records", who))["items"]
        assert bool(rows) is there, who
        people = (await ask(client, world, "enumerators", who))["items"]
        assert ("enumerator.3" in {row["enumerator"] for row in people}) is there, who
    answer = await client.get("/v1/quality/records?region=16.71", headers=world.auth("officer"))
    assert answer.status_code == 404


async def test_pages_go_on_behind_each_other(client: httpx.AsyncClient, world: World, flagged: Json) -> None:
    for path, size in (("records", 7), ("enumerators", 2)):
        whole = (await ask(client, world, path))["items"]
        found, cursor = [], None
        while True:
            params: Json = {"limit": size} | ({"cursor": cursor} if cursor else {})
            page = await ask(client, world, path, **params)
            found += page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert found == whole
        assert len(whole) > size


async def test_warnings_are_counted_filtered_and_exported(
    client: httpx.AsyncClient, world: World, field: list[Json], judge_all: Rounds
) -> None:
    odd = field[0] | {"record_id": "01832f3e-0000-7000-8000-0000000000aa"}
    odd["answers"] = odd["answers"] | {"started_year": 2040, "owner": {"name": "Tanpa Nomor"}}
    odd["started_at"] = (datetime.fromisoformat(odd["captured_at"]) - timedelta(minutes=14)).isoformat()
    await put(client, world, "enumerator.2", batch(odd))
    await judge_all()
    counts = {row["code"]: row["records"] for row in (await ask(client, world, "counts"))["warnings"]}
    assert (counts["started_in_future"], counts["unidentified"]) == (1, 1)
    assert counts["nik_birth_date_differs"] == len(field), "all NIKs of this field are of one day"
    (row,) = (await ask(client, world, "records", warning="started_in_future"))["items"]
    assert row["record_id"] == odd["record_id"]
    headers = world.auth("officer") | {"Accept": "text/csv"}
    answer = await client.get("/v1/quality/records?warning=unidentified", headers=headers)
    heading, line = answer.text.strip().splitlines()
    assert heading.startswith("record_id,revision,campaign,region_code")
    assert "started_in_future" in line
    assert odd["record_id"] in line
