"""What the endpoints of progress answer."""

import csv
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta

import asyncpg
import pytest
from census import change
from fastapi import FastAPI
from shapes import Call, Deed, Json
from world import OTHER_VILLAGE, VILLAGE, World

from app.core.clock import SetClock
from app.progress import rollup
from app.progress.models import RESULTS
from app.progress.schemas import DatesAnswer, EnumeratorsAnswer, RegionAnswer, RegionsAnswer

TODAY = date(2022, 9, 12)
NO_LISTING = {"listed": 0, "listed_done": 0, "new_found": 42, "percent_of_listing": None}
NO_VISITS = dict.fromkeys(RESULTS, 0)


async def test_a_region_tells_its_figures_with_numerator_denominator_and_cut_off(
    ask: Call, pg: asyncpg.Connection, enter: Deed, send: Deed
) -> None:
    await enter("enumerator.1", 30, day=9)
    await rollup.fold(pg)
    await enter("enumerator.2", 12, village="16.01.14.1001", day=10)
    await send(
        "enumerator.1",
        change("duplicates", 1, VILLAGE, 10, 10),
        change("conflicts", 1, VILLAGE, 10, 10),
        change("invalid", 1, VILLAGE, 10, 10),
        change("verified", 1, VILLAGE, 10, 10),
    )
    answer = await ask("officer", "regions/16.01")
    assert answer.status_code == 200
    body = answer.json()
    assert {key: body[key] for key in ("campaign", "as_of", "basis")} == {
        "campaign": "pl-kumkm-2022",
        "as_of": "2022-09-12",
        "basis": "received",
    }
    assert body["generated_at"].startswith("2022-09-12T05:00:00")
    assert body["item"] == {
        "region": {"code": "16.01", "name": "Kabupaten Ogan Komering Ulu", "level": "regency"},
        "target": 42000,
        "entered": 42,
        "percent": 0.1,
        "submissions": 45,
        "duplicates": 1,
        "conflicts": 1,
        "invalid": 1,
        "verified": 1,
        "returned": 0,
        "doors": 45,
        **NO_VISITS,
        **NO_LISTING,
        "response_rate": 1.0,
        "enumerators": 6,
        "enumerators_active": 2,
        "coordinators": 2,
        "pace": {
            "days_left": 49,
            "needed_per_day": 856.3,
            "needed_per_enumerator_per_day": 142.71,
            "average_per_day": 14.0,
            "last_7_days_per_day": 6.0,
            "projected_total": 336,
            "projected_finish_on": (TODAY + timedelta(6993)).isoformat(),
        },
        "rank": 1,
        "rank_of": 2,
    }
    RegionAnswer.model_validate(body)


async def test_the_figures_of_the_oku_meeting_come_out_of_the_endpoint(ask: Call, clock: SetClock, enter: Deed) -> None:
    await enter("enumerator.1", 13_495)
    clock.moment += timedelta(days=1)
    item = (await ask("officer", "regions/16.01")).json()["item"]
    assert (item["entered"], item["target"], item["percent"]) == (13_495, 42_000, 32.13)
    assert (item["pace"]["days_left"], item["pace"]["needed_per_day"]) == (48, 593.9)


async def test_every_level_from_village_to_nation_is_answered(ask: Call, enter: Deed) -> None:
    await enter("enumerator.1", 3)
    for code, level in {
        "ID": "nation",
        "16": "province",
        "16.01": "regency",
        "16.01.14": "district",
        VILLAGE: "village",
    }.items():
        item = (await ask("admin", f"regions/{code}")).json()["item"]
        assert (item["region"]["level"], item["entered"]) == (level, 3)


async def test_the_children_of_a_region_are_answered_by_code_and_provinces_without_a_parent(
    ask: Call, enter: Deed
) -> None:
    await enter("enumerator.1", 3)
    body = (await ask("admin", "regions")).json()
    RegionsAnswer.model_validate(body)
    codes = [item["region"]["code"] for item in body["items"]]
    assert len(codes) == 38
    assert codes == sorted(codes)
    districts = (await ask("officer", "regions", parent="16.01")).json()["items"]
    assert len(districts) == 13
    assert sum(item["entered"] for item in districts) == 3
    assert (await ask("admin", "regions", parent=VILLAGE)).json()["items"] == []


async def test_rank_is_by_percent_among_siblings_that_have_a_target(ask: Call, enter: Deed) -> None:
    await enter("enumerator.palembang", 200, village="16.71.01.1001")
    await enter("enumerator.1", 42)
    rows = {row["region"]["code"]: row for row in (await ask("system", "regions", parent="16")).json()["items"]}
    assert (rows["16.71"]["percent"], rows["16.71"]["rank"], rows["16.71"]["rank_of"]) == (0.13, 1, 2)
    assert (rows["16.01"]["percent"], rows["16.01"]["rank"], rows["16.01"]["rank_of"]) == (0.1, 2, 2)
    assert (rows["16.02"]["target"], rows["16.02"]["rank"], rows["16.02"]["rank_of"]) == (None, None, None)


async def test_bad_dates_bases_and_limits_are_invalid_fields(ask: Call) -> None:
    cases: list[tuple[str, Json]] = [
        ("regions/16.01", {"as_of": "yesterday"}),
        ("regions/16.01", {"as_of": "2022-02-30"}),
        ("regions/16.01", {"basis": "felt"}),
        ("dates", {"from_": "2022-09-10", "to": "2022-09-01"}),
        ("dates", {"from_": "0001-01-01"}),
        ("enumerators", {"limit": 0}),
        ("enumerators", {"limit": 1001}),
    ]
    for path, params in cases:
        answer = await ask("officer", path, **params)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_fields"), (path, params)


async def test_any_date_of_the_calendar_is_a_cut_off(ask: Call, enter: Deed) -> None:
    await enter("enumerator.1", 3)
    for as_of, expected in (("0001-01-01", 0), ("9999-12-31", 3)):
        for path, parent in (
            ("regions/16.01", {}),
            ("regions", {"parent": "16.01"}),
            ("enumerators", {}),
            ("dates", {}),
        ):
            answer = await ask("officer", path, as_of=as_of, **parent)
            assert answer.status_code == 200, answer.text
        assert (await ask("officer", "regions/16.01", as_of=as_of)).json()["item"]["entered"] == expected


async def test_as_of_counts_everything_up_to_that_day_on_either_basis(
    ask: Call, pg: asyncpg.Connection, send: Deed
) -> None:
    await send("enumerator.1", change("entered", 1, VILLAGE, 11, 5))
    for folded in (False, True):
        if folded:
            await rollup.fold(pg)
        for basis, day, expected in (
            ("received", 11, 0),
            ("received", 12, 1),
            ("captured", 5, 0),
            ("captured", 6, 1),
        ):
            item = (await ask("officer", "regions/16.01", as_of=f"2022-09-{day:02}", basis=basis)).json()["item"]
            assert (item["entered"], item["enumerators_active"]) == (expected, expected)


async def test_one_wild_day_of_capture_ruins_no_average(
    ask: Call, pg: asyncpg.Connection, send: Deed, enter: Deed
) -> None:
    """A tablet that thinks it is 1970, or that was ahead of the campaign: its records count, and begin nothing."""
    for day in (7, 8, 9, 10, 11):
        await enter("enumerator.1", 20, day=day)

    async def told() -> tuple[Json, Json, list[Json]]:
        region = (await ask("officer", "regions/16.01", basis="captured")).json()["item"]
        person = (await ask("officer", "enumerators", basis="captured")).json()["items"][0]
        dates = (await ask("officer", "dates", basis="captured")).json()["items"]
        return region, person, dates

    before = await told()
    assert (before[0]["pace"]["average_per_day"], before[1]["active_days"]) == (20.0, 5)
    for wild in (-19_000, -200):  # days before September; the campaign begins in April
        await send("enumerator.1", change("entered", 1, VILLAGE, 11, wild))
    for folded in (False, True):
        if folded:
            await rollup.fold(pg)
        region, person, dates = await told()
        assert (region["entered"], person["entered"]) == (102, 102), "it counts"
        assert region["pace"]["average_per_day"] == 20.4
        assert person["active_days"] == 5
        assert [row["date"] for row in dates] == [row["date"] for row in before[2]]
        assert dates[0]["date"] == "2022-04-01"
        assert dates[-1]["entered_total"] == 102


async def test_an_enumerator_row_tells_what_it_brought_who_leads_it_and_its_quota(
    ask: Call, world: World, enter: Deed, send: Deed
) -> None:
    await enter("enumerator.1", 5, day=9)
    await enter("enumerator.1", 20, village=OTHER_VILLAGE, day=11)
    await send("enumerator.1", change("invalid", 1, VILLAGE, 11, 11))
    body = (await ask("officer", "enumerators")).json()
    EnumeratorsAnswer.model_validate(body)
    assert [row["enumerator"]["username"] for row in body["items"]] == [f"enumerator.{n}" for n in range(1, 7)]
    assert body["next_cursor"] is None
    row = body["items"][0]
    assert row["last_received_at"].startswith("2022-09-12T05:00:00")
    del row["last_received_at"]
    one = {"id": str(world.id("enumerator.1")), "username": "enumerator.1", "name": "Enumerator.1"}
    coordinator = {"id": str(world.id("coordinator.1")), "username": "coordinator.1", "name": "Coordinator.1"}
    assert row == {
        "enumerator": one,
        "coordinator": coordinator,
        "quota": 500,
        "entered": 25,
        "percent": 5.0,
        "submissions": 26,
        "duplicates": 0,
        "conflicts": 0,
        "invalid": 1,
        "verified": 0,
        "returned": 0,
        "doors": 26,
        **NO_VISITS,
        **NO_LISTING,
        "listed": None,
        "new_found": 25,
        "response_rate": 1.0,
        "active_days": 2,
    }
    nothing = body["items"][1]
    assert (nothing["submissions"], nothing["active_days"], nothing["last_received_at"]) == (0, 0, None)
    here = (await ask("officer", "enumerators", region=VILLAGE)).json()["items"][0]
    assert (here["entered"], here["active_days"]) == (5, 2)


async def test_pages_follow_one_another_without_a_gap_and_a_cursor_is_good_for_its_list_only(ask: Call) -> None:
    whole = (await ask("officer", "enumerators")).json()["items"]
    paged, cursor = [], None
    while True:
        body = (await ask("officer", "enumerators", limit=4, cursor=cursor)).json()
        paged += body["items"]
        if (cursor := body["next_cursor"]) is None:
            break
        kept = cursor
    assert paged == whole
    for params in (
        {"cursor": kept, "region": "16.01.14"},
        {"cursor": ("A" if kept[0] != "A" else "B") + kept[1:]},
        {"cursor": kept[:30] + ("A" if kept[30] != "A" else "B") + kept[31:]},
        {"cursor": "é"},
        {"cursor": ""},
    ):
        answer = await ask("officer", "enumerators", **params)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_cursor"), params


async def test_every_day_has_a_row_and_the_total_runs_on_from_before_the_first(
    ask: Call, pg: asyncpg.Connection, enter: Deed
) -> None:
    await enter("enumerator.1", 3, day=3)
    await rollup.fold(pg)
    await enter("enumerator.2", 4, day=9)
    for _ in range(2):
        body = (await ask("officer", "dates", from_="2022-09-08", to="2022-09-11")).json()
        DatesAnswer.model_validate(body)
        assert [(row["date"], row["entered"], row["entered_total"]) for row in body["items"]] == [
            ("2022-09-08", 0, 3),
            ("2022-09-09", 0, 3),
            ("2022-09-10", 4, 7),
            ("2022-09-11", 0, 7),
        ]
        mine = (await ask("officer", "dates", from_="2022-09-10", to="2022-09-10", enumerator="enumerator.2")).json()
        assert [(row["submissions"], row["entered_total"]) for row in mine["items"]] == [(4, 4)]
        await rollup.fold(pg)


async def test_the_days_go_from_the_campaigns_first_to_the_cut_off(ask: Call) -> None:
    rows = (await ask("officer", "dates")).json()["items"]
    assert (rows[0]["date"], rows[-1]["date"]) == ("2022-04-01", "2022-09-12")
    rows = (await ask("officer", "dates", to="2022-12-31")).json()["items"]
    assert rows[-1]["date"] == "2022-09-12"
    rows = (await ask("officer", "dates", as_of="2023-12-31")).json()["items"]
    assert rows[-1]["date"] == "2022-11-30"


async def test_today_is_the_day_in_the_region(ask: Call, clock: SetClock) -> None:
    clock.moment = clock.moment.replace(hour=16)  # 23:00 in Jakarta, the next day in Jayapura
    assert (await ask("admin", "regions/16.01")).json()["as_of"] == "2022-09-12"
    assert (await ask("admin", "regions/91")).json()["as_of"] == "2022-09-13"
    assert (await ask("admin", "regions")).json()["as_of"] == "2022-09-12"


async def test_an_answer_that_did_not_change_is_not_sent_again(ask: Call, clock: SetClock, enter: Deed) -> None:
    await enter("enumerator.1", 3)
    first = await ask("officer", "regions/16.01")
    tag = first.headers["etag"]
    assert first.headers["cache-control"] == "private, no-cache"
    assert first.headers["vary"] == "Authorization, Accept, Accept-Encoding"
    clock.moment += timedelta(minutes=5)
    again = await ask("officer", "regions/16.01", headers={"If-None-Match": f'"else", {tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    as_csv = await ask("officer", "regions/16.01", headers={"If-None-Match": tag, "Accept": "text/csv"})
    assert as_csv.status_code == 200
    await enter("enumerator.1", 1)
    changed = await ask("officer", "regions/16.01", headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["etag"] != tag


async def test_csv_tells_the_same_in_flat_columns(ask: Call, world: World, enter: Deed) -> None:
    await enter("enumerator.1", 3)
    for name, path, params in (
        ("officer", "regions/16.01", {}),
        ("officer", "regions", {"parent": "16.01"}),
        ("officer", "enumerators", {"limit": 4}),
        ("officer", "dates", {"from_": "2022-09-10"}),
    ):
        body = (await ask(name, path, **params)).json()
        answer = await ask(name, path, headers={"Accept": "text/csv"}, **params)
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        rows = list(csv.DictReader(io.StringIO(answer.text)))
        items = body["items"] if "items" in body else [body["item"]]
        assert [row["entered"] for row in rows] == [str(item["entered"]) for item in items]
        assert {row["as_of"] for row in rows} == {"2022-09-12"}
        assert None not in rows[0]
        told = {key for item in items for key in item if not isinstance(item[key], dict)}
        assert told - {"coordinator"} <= set(rows[0])
        if body.get("next_cursor"):
            assert body["next_cursor"] in answer.headers["link"]
    header = (await ask("officer", "regions/16.01", headers={"Accept": "text/csv"})).text.splitlines()[0]
    assert header.startswith("region_code,region_name,level,target,entered,percent,submissions,")
    assert ",pace_days_left,pace_needed_per_day," in header


async def test_csv_is_verbatim_and_only_excels_is_guarded(
    ask: Call, world: World, enter: Deed, pg: asyncpg.Connection
) -> None:
    await enter("enumerator.1", 1)
    await pg.execute("UPDATE account SET name = '=1+1' WHERE username = 'enumerator.1'")
    told = {}
    for excel, delimiter in (("false", ","), ("true", "\t")):
        answer = await ask("officer", "enumerators", headers={"Accept": "text/csv"}, excel=excel, limit=1)
        assert f"excel={excel}" in answer.headers["link"]
        told[answer.headers["etag"]] = text = answer.text.removeprefix("\ufeff")
        (row,) = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
        assert row["enumerator_name"] == ("=1+1" if excel == "false" else '="=1+1"')
    assert len(told) == 2, "each has its own tag"


async def test_the_number_of_statements_does_not_depend_on_the_size_of_the_answer(
    ask: Call, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = []
    database = app.state.services.database
    snapshot = database.snapshot

    @asynccontextmanager
    async def listened() -> AsyncIterator[asyncpg.Connection]:
        async with snapshot() as connection:
            with connection.query_logger(lambda record: told.append(record.query)):
                yield connection

    monkeypatch.setattr(database, "snapshot", listened)
    for path, params, statements in (
        ("regions", {}, 3),
        ("regions", {"parent": "16.01.14"}, 3),
        ("regions/16.01", {}, 3),
        ("enumerators", {}, 4),
        ("enumerators", {"limit": 1}, 4),
        ("enumerators", {"coordinator": "coordinator.1"}, 6),
        ("dates", {}, 3),
        ("dates", {"enumerator": "enumerator.1"}, 5),
    ):
        for _ in range(2):  # the first time, the driver may ask for types that it has not met
            told.clear()
            assert (await ask("admin", path, **params)).status_code == 200
        assert len([one for one in told if not one.startswith(("BEGIN", "COMMIT"))]) == statements, (
            path,
            told,
        )
