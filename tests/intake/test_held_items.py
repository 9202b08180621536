"""Held items: a supervisor lets them in or refuses them; nothing is lost either way."""

import json
from functools import partial
from typing import Any

import asyncpg
import httpx
from lists import pages
from shapes import Call, Json, the
from world import PALEMBANG_VILLAGE, VILLAGE, World, batch, item, nik, outcomes, put

from app.core.clock import SetClock
from app.recount import drift

EMBEDDED_IS_ENOUGH = True


async def hold(client: httpx.AsyncClient, world: World, **kwargs: Any) -> Json:
    """Send an item from outside the assignment of `enumerator.1`, seen by an admin, then assign it."""
    sent = item(nik=nik(), captured_at="2022-03-15T09:00:00+07:00", **kwargs)
    assert await outcomes(client, world, "enumerator.1", sent) == ["held"]
    return sent


async def waiting(act: Call, who: str) -> list[Json]:
    return (await act(who, "GET", "held")).json()["items"]


async def test_a_released_item_is_judged_as_if_it_came_today_and_counts_once(
    act: Call, client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, clock: SetClock
) -> None:
    sent = await hold(client, world)
    (row,) = await waiting(act, "coordinator.1")
    assert (row["record_id"], row["enumerator"]) == (sent["record_id"], "enumerator.1")
    assert [reason["code"] for reason in row["reasons"]] == ["region_outside_assignment", "captured_before_campaign"]
    done = await act("coordinator.1", "POST", f"held/{row['id']}/release")
    assert done.status_code == 200, done.text
    assert (done.json()["decision"], done.json()["item"]["outcome"]) == ("released", "accepted")
    assert await waiting(act, "coordinator.1") == []
    assert await pg.fetchval("SELECT count(*) FROM submission") == 1
    assert await outcomes(client, world, "enumerator.1", sent) == ["unchanged"], "the tablet sends it again"
    again = await act("coordinator.1", "POST", f"held/{row['id']}/release")
    assert (again.status_code, again.json()["code"]) == (409, "state_changed")
    assert await drift(pg) == []
    event = the(await pg.fetchrow("SELECT * FROM audit_event WHERE action = 'held.released'"))
    assert (event["actor_id"], event["subject_id"]) == (world.id("coordinator.1"), sent["record_id"])


async def test_a_released_item_keeps_the_correction_of_its_tablets_clock(
    act: Call, client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, clock: SetClock
) -> None:
    sent = item(nik=nik(), captured_at="2022-03-15T10:00:00+07:00")
    await put(client, world, "enumerator.1", batch(sent, sent_at="2022-09-12T13:00:00+07:00"))  # an hour ahead
    (row,) = await waiting(act, "officer")
    await act("officer", "POST", f"held/{row['id']}/release")
    told, corrected = the(await pg.fetchrow("SELECT captured_at_told, captured_at FROM submission"))
    assert (told - corrected).total_seconds() == 3600


async def test_a_released_duplicate_is_a_duplicate(
    act: Call, client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    number = nik()
    held = item(nik=number, captured_at="2022-03-15T09:00:00+07:00")
    assert await outcomes(client, world, "enumerator.1", held) == ["held"]
    assert await outcomes(client, world, "enumerator.2", item(nik=number)) == ["accepted"]
    (row,) = await waiting(act, "officer")
    done = (await act("officer", "POST", f"held/{row['id']}/release")).json()
    assert (done["item"]["outcome"], done["item"]["matched_on"]) == ("duplicate", ["nik"])
    assert await drift(pg) == []


async def test_a_refused_item_counts_nowhere_and_is_kept(
    act: Call, client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    await hold(client, world)
    (row,) = await waiting(act, "coordinator.1")
    assert (await act("coordinator.1", "POST", f"held/{row['id']}/refuse", {})).status_code == 422
    done = await act("coordinator.1", "POST", f"held/{row['id']}/refuse", {"reason": "Bukan wilayah kita"})
    assert (done.status_code, done.json()["decision"]) == (200, "refused")
    assert await waiting(act, "coordinator.1") == []
    seen = (await act("coordinator.1", "GET", f"held/{row['id']}")).json()
    assert (seen["decision"], seen["decided_because"]) == ("refused", "Bukan wilayah kita")
    assert seen["answers"]["legal_name"]
    assert await pg.fetchval("SELECT sealed IS NOT NULL FROM raw_item")
    assert await drift(pg) == []
    for path in ("release", "refuse"):
        answer = await act("coordinator.1", "POST", f"held/{row['id']}/{path}", {"reason": "Sekali lagi"})
        assert (answer.status_code, answer.json()["code"]) == (409, "state_changed")


async def test_what_only_a_newer_server_can_read_stays_held(act: Call, client: httpx.AsyncClient, world: World) -> None:
    await outcomes(client, world, "enumerator.1", {**item(), "questionnaire": "umkm@7"})
    (row,) = await waiting(act, "officer")
    answer = await act("officer", "POST", f"held/{row['id']}/release")
    assert (answer.status_code, answer.json()["code"]) == (409, "state_changed")
    assert len(await waiting(act, "officer")) == 1


async def test_another_teams_supervisor_is_not_told_that_there_is_anything(
    act: Call, client: httpx.AsyncClient, world: World
) -> None:
    await hold(client, world)
    (row,) = await waiting(act, "officer")
    for who in ("coordinator.2", "officer.palembang"):
        assert await waiting(act, who) == []
        for method, path in (("GET", ""), ("POST", "/release"), ("POST", "/refuse")):
            answer = await act(who, method, f"held/{row['id']}{path}", {"reason": "Ingin tahu"})
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), (who, path)
    for who in ("enumerator.1", "system"):
        assert (await act(who, "GET", "held")).status_code == 403


async def test_no_number_is_shown(act: Call, client: httpx.AsyncClient, world: World) -> None:
    sent = await hold(client, world)
    (row,) = await waiting(act, "officer")
    text = (await act("officer", "GET", f"held/{row['id']}")).text
    assert sent["answers"]["owner"]["nik"] not in text
    assert "1601**********" in text
    assert json.loads(text)["answers"]["annual_sales_idr"] == "***"


async def test_pages_follow_one_another(act: Call, client: httpx.AsyncClient, world: World) -> None:
    for _ in range(5):
        await hold(client, world)
    seen: list[str] = []
    async for page in pages(lambda after: act("officer", "GET", "held", params={"limit": 2, **after})):
        seen += [row["id"] for row in page["items"]]
    assert len(seen) == len(set(seen)) == 5


async def test_an_item_for_another_regency_is_seen_by_its_enumerators_supervisors_and_by_those_of_the_place(
    act: Call, client: httpx.AsyncClient, world: World
) -> None:
    sent = [item(nik=nik(), region=PALEMBANG_VILLAGE) for _ in range(2)]
    await outcomes(client, world, "enumerator.1", *sent, item(nik=nik(), captured_at="2022-03-15T09:00:00+07:00"))
    assert await waiting(act, "coordinator.2") == []
    seen = {who: await waiting(act, who) for who in ("coordinator.1", "officer", "admin")}
    assert {who: len(rows) for who, rows in seen.items()} == {"coordinator.1": 3, "officer": 3, "admin": 3}
    rows = await waiting(act, "officer.palembang")
    assert [row["region_code"] for row in rows] == [PALEMBANG_VILLAGE] * 2
    for who in ("coordinator.1", "officer"):
        assert (await act(who, "GET", f"held/{rows[0]['id']}")).status_code == 200
        answer = await act(who, "POST", f"held/{rows[0]['id']}/release")
        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed"), "the register there is not theirs"
        assert [error["code"] for error in answer.json()["errors"]] == ["place_beyond_territory"], "and that is told"
    assert (await act("coordinator.2", "GET", f"held/{rows[0]['id']}")).status_code == 404
    done = await act("officer.palembang", "POST", f"held/{rows[0]['id']}/release")
    assert done.json()["item"]["outcome"] == "accepted"
    done = await act("coordinator.1", "POST", f"held/{rows[1]['id']}/refuse", {"reason": "Bukan tugasnya"})
    assert done.status_code == 200
    (left,) = await waiting(act, "officer")
    assert left["region_code"] != PALEMBANG_VILLAGE


async def test_pages_follow_one_another_across_places(act: Call, client: httpx.AsyncClient, world: World) -> None:
    async def each_alone(who: str, after: Json) -> httpx.Response:
        return await act(who, "GET", "held", params={"limit": 1, **after})

    places = [VILLAGE, PALEMBANG_VILLAGE] * 3
    sent = [item(nik=nik(), region=place, captured_at="2022-03-15T09:00:00+07:00") for place in places]
    assert await outcomes(client, world, "enumerator.1", *sent) == ["held"] * 6
    for who in ("coordinator.1", "officer", "admin"):
        seen: list[str] = []
        async for page in pages(partial(each_alone, who)):
            seen += [row["record_id"] for row in page["items"]]
        assert sorted(seen) == sorted(each["record_id"] for each in sent), who


async def test_the_reason_of_a_hold_names_the_clock_where_it_may_be_wrong(
    act: Call, client: httpx.AsyncClient, world: World
) -> None:
    await outcomes(client, world, "enumerator.1", item(nik=nik(), captured_at="1970-01-01T07:00:00+07:00"))
    (row,) = await waiting(act, "coordinator.1")
    told = {reason["code"]: reason["detail"] for reason in row["reasons"]}
    assert set(told) == {"region_outside_assignment", "captured_before_campaign"}
    assert "jam tablet" in told["captured_before_campaign"]
