"""Series, states of enumerators, hours of work, stale villages, and whether anything moved."""

import csv
import io
from typing import Any, get_args

import asyncpg
import httpx
from shapes import Call, Deed, Json
from world import OTHER_VILLAGE, VILLAGE, World, batch, item, nik, put

from app.progress import rollup
from app.progress.series import Counter

EMBEDDED_IS_ENOUGH = True
TEAM = ["enumerator.1", "enumerator.2", "enumerator.3"]


async def test_series_say_of_each_region_what_dates_say(ask: Call, pg: asyncpg.Connection, enter: Deed) -> None:
    await enter("enumerator.1", 3, VILLAGE, day=9)
    await rollup.fold(pg)
    await enter("enumerator.1", 2, VILLAGE)
    await enter("enumerator.4", 1, OTHER_VILLAGE)
    days = {"from": "2022-09-10", "to": "2022-09-12"}
    codes = ["16.01", "16.01.13", "16.01.14", VILLAGE]
    for basis in ("received", "captured"):
        rows = (await ask("officer", "series", region=codes, basis=basis, **days)).json()["items"]
        assert [row["region"]["code"] for row in rows] == codes
        for row in rows:
            dates = await ask("officer", "dates", region=row["region"]["code"], basis=basis, **days)
            assert row["days"] == dates.json()["items"]
    assert rows[0]["target"] == 42000
    assert rows[0]["days"][-1]["entered_total"] == 6
    below = (await ask("officer", "series", parent="16.01", **days)).json()["items"]
    assert len(below) == 13
    assert {row["region"]["code"]: row["days"][-1]["entered_total"] for row in below}["16.01.14"] == 5


async def test_every_table_has_a_path_that_is_csv_without_a_header(ask: Call, enter: Deed) -> None:
    await enter("enumerator.1", 2, VILLAGE)
    tables: dict[str, Json] = {
        "regions": {"parent": "16.01"},
        "regions/16.01": {},
        "enumerators": {"region": "16.01", "limit": 2},
        "dates": {"region": "16.01", "from_": "2022-09-11", "to": "2022-09-12"},
        "field-force": {"region": "16.01"},
        "activity": {"region": "16.01"},
        "stale": {"region": "16.01"},
    }
    for path, asked in tables.items():
        for accept in (None, "application/json", "*/*"):
            headers = {"Accept": accept} if accept else {}
            answer = await ask("officer", f"{path}.csv", headers=headers, **asked)
            by_header = await ask("officer", path, headers={"Accept": "text/csv"}, **asked)
            assert (answer.status_code, answer.headers["content-type"]) == (200, "text/csv; charset=utf-8"), path
            assert answer.text == by_header.text
            assert answer.headers["etag"] == by_header.headers["etag"]
            assert answer.headers.get("link") == by_header.headers.get("link")
    assert (await ask("officer", "regions/16.71.csv")).status_code == 404
    excel = await ask("officer", "regions/16.01.csv", excel="true")
    assert '=""16.01""' in excel.text


async def test_tidy_series_have_each_figure_of_the_series_in_a_line(ask: Call, enter: Deed) -> None:
    await enter("enumerator.1", 3, VILLAGE, day=9)
    await enter("enumerator.4", 1, OTHER_VILLAGE)
    codes, counters = ["16.01.14", "16.01.13"], ["verified", "entered", "entered_total", "entered"]
    days = {"from_": "2022-09-09", "to": "2022-09-12"}
    series = (await ask("officer", "series", region=codes, **days)).json()["items"]
    answer = await ask("officer", "series.csv", region=codes, counter=counters, **days)
    lines = list(csv.DictReader(io.StringIO(answer.text)))
    assert [(line["region_code"], line["date"], line["counter"], int(line["value"])) for line in lines] == [
        (row["region"]["code"], day["date"], counter, day[counter])
        for row in series
        for day in row["days"]
        for counter in ("verified", "entered", "entered_total")
    ]
    assert {(line["region_level"], line["campaign"], line["as_of"], line["basis"]) for line in lines} == {
        ("district", "pl-kumkm-2022", "2022-09-12", "received")
    }
    again = await ask("officer", "series.csv", region=codes, headers={"If-None-Match": answer.headers["etag"]}, **days)
    assert again.status_code == 200, "other counters are another table"
    same = {"counter": counters, "headers": {"If-None-Match": answer.headers["etag"]}}
    assert (await ask("officer", "series.csv", region=codes, **same, **days)).status_code == 304
    default = await ask("officer", "series.csv", region="16.01", from_="2022-09-12")
    assert [line.split(",")[4] for line in default.text.splitlines()] == ["counter", "entered"]


async def test_tidy_series_are_bounded(ask: Call) -> None:
    every = list(get_args(Counter))
    long = {"parent": "16.01", "from_": "2021-01-01", "to": "2022-09-12"}
    assert (await ask("officer", "series.csv", **long)).status_code == 200
    refused = await ask("officer", "series.csv", counter=every, **long)
    assert [each["code"] for each in refused.json()["errors"]] == ["range_too_long"]
    assert (await ask("officer", "series.csv", region="16.01", counter="nik")).status_code == 422
    assert (await ask("officer", "series.csv", region="16.01", counter=every * 2)).status_code == 422
    assert (await ask("officer", "series.csv", region="16.71")).status_code == 404


async def test_series_are_bounded_and_within_the_territory(ask: Call, pg: asyncpg.Connection) -> None:
    for region in ("16.71", "ID", "16.01.99", "nowhere", "a\x00"):
        assert (await ask("officer", "series", region=["16.01", region])).status_code == 404, region
    villages = [row[0] for row in await pg.fetch("SELECT code FROM region WHERE level = 'village' LIMIT 51")]
    answer = await ask("admin", "series", region=villages)
    assert answer.status_code == 422
    answer = await ask("admin", "series", region=villages[:50], from_="2021-01-01", to="2022-09-12")
    assert [each["code"] for each in answer.json()["errors"]] == ["range_too_long"]
    asked = await ask("admin", "series", region="ID", from_="2022-09-12")
    again = await ask(
        "admin", "series", region="ID", from_="2022-09-12", headers={"If-None-Match": asked.headers["ETag"]}
    )
    assert (asked.status_code, again.status_code) == (200, 304)


async def test_the_field_force_tells_states_with_their_rule_and_tablets(
    ask: Call, pg: asyncpg.Connection, world: World, enter: Deed
) -> None:
    await enter("enumerator.1", 100, day=9)  # 14.3 a day, and 400 in 49 days are left
    await enter("enumerator.2", 10, day=9)
    await enter("enumerator.4", 10, day=9)
    await pg.execute("UPDATE team_member SET quota = 9 WHERE enumerator_id = $1", world.id("enumerator.4"))
    await pg.execute(
        "UPDATE device SET app_version = '1.4.0', unsent = 7, last_seen_at = '2022-09-03T05:00:00Z'"
        " WHERE account_id = $1",
        world.id("enumerator.2"),
    )
    await pg.execute("DELETE FROM device WHERE account_id = $1", world.id("enumerator.3"))
    answer = (await ask("coordinator.1", "field-force", headers={"Accept-Language": "en"})).json()
    assert [rule["state"] for rule in answer["rule"]] == ["done", "not_moving", "safe", "at_risk"]
    assert answer["rule"][2]["text"].startswith("Safe: ")
    rows = {row["enumerator"]["username"]: row for row in answer["items"]}
    assert list(rows) == TEAM
    assert [row["state"] for row in rows.values()] == ["safe", "at_risk", "not_moving"]
    assert (rows["enumerator.1"]["needed_per_day"], rows["enumerator.1"]["last_7_days_per_day"]) == (8.2, 14.3)
    assert [(row["silent_days"], row["silent"], row["unsent"]) for row in rows.values()][1:] == [
        (9, True, 7),
        (None, True, None),
    ]
    assert rows["enumerator.2"]["tablets"][0]["app_version"] == "1.4.0"
    done = (await ask("officer", "field-force", enumerator="enumerator.4")).json()["items"]
    assert [(row["state"], row["percent"]) for row in done] == [("done", 111.11)]
    early = (await ask("officer", "field-force", as_of="2022-03-31")).json()["items"]
    assert early == []
    sheet = await ask("officer", "field-force", headers={"Accept": "text/csv"}, limit=2)
    assert len(sheet.text.splitlines()) == 3
    assert 'rel="next"' in sheet.headers["Link"]


async def test_nobody_reads_of_another_team_s_people(ask: Call) -> None:
    for path in ("field-force", "activity"):
        for who, seen in (("coordinator.1", TEAM), ("coordinator.2", [f"enumerator.{n}" for n in (4, 5, 6)])):
            rows = (await ask(who, path)).json()["items"]
            assert [row["enumerator"]["username"] for row in rows] == seen
        for params in ({"enumerator": "enumerator.4"}, {"coordinator": "coordinator.2"}, {"region": "16.71"}):
            assert (await ask("coordinator.1", path, **params)).status_code == 404, (path, params)


async def test_activity_tells_hours_speed_and_what_was_returned(
    ask: Call, client: httpx.AsyncClient, world: World
) -> None:
    def worked(began: str, ended: str) -> Json:
        return item(nik=nik(), captured_at=f"2022-09-{ended}:00+07:00") | {"started_at": f"2022-09-{began}:00+07:00"}

    sent = [worked("12T08:30", "12T08:50"), worked("12T08:50", "12T09:20"), worked("11T23:00", "12T00:10")]
    sent.append(item(nik=nik(), captured_at="2022-09-10T09:00:00+07:00"))
    await put(client, world, "enumerator.1", batch(*sent))
    decision = {"decision": "returned", "reason": "Foto buram"}
    for record, told in ((sent[0], {"decision": "verified"}), (sent[1], decision)):
        path = f"/v1/submissions/{record['record_id']}/review"
        assert (await client.post(path, json=told, headers=world.auth("coordinator.1"))).status_code == 200
    for basis in ("received", "captured"):
        assert (await ask("coordinator.1", "activity", basis=basis)).json()["basis"] == "captured"
    rows = (await ask("coordinator.1", "activity")).json()["items"]
    assert rows[0] | {"records": 4, "minutes": 30.0, "reviewed": 2, "returned": 1, "returned_percent": 50.0} == rows[0]
    hours = [(cell["date"], cell["hour"], cell["records"]) for cell in rows[0]["hours"]]
    assert hours == [("2022-09-10", 9, 1), ("2022-09-12", 0, 1), ("2022-09-12", 8, 1), ("2022-09-12", 9, 1)]
    assert (rows[1]["records"], rows[1]["minutes"], rows[1]["hours"]) == (0, None, [])
    few = (await ask("coordinator.1", "activity", from_="2022-09-12")).json()["items"]
    assert few[0]["records"] == 3
    answer = await ask("officer", "activity", from_="2022-08-01", to="2022-09-12")
    assert [each["code"] for each in answer.json()["errors"]] == ["range_too_long"]


async def test_a_village_is_stale_when_nothing_came_for_so_many_days(
    ask: Call, pg: asyncpg.Connection, enter: Deed
) -> None:
    await enter("enumerator.1", 1, VILLAGE, day=2)  # 3 September
    await enter("enumerator.1", 1, OTHER_VILLAGE, day=2)
    await rollup.fold(pg)
    await enter("enumerator.2", 1, OTHER_VILLAGE, day=11)

    async def stale(**params: Any) -> dict[str, tuple[str | None, int | None]]:
        rows: list[Json] = []
        cursor = None
        while True:
            answer = (await ask("officer", "stale", **params, cursor=cursor)).json()
            rows += answer["items"]
            cursor = answer["next_cursor"]
            if cursor is None:
                return {row["region"]["code"]: (row["last_day"], row["days_since"]) for row in rows}

    found = await stale(region="16.01")
    assert found[VILLAGE] == ("2022-09-03", 9)
    assert OTHER_VILLAGE not in found
    assert (None, None) in found.values()  # nothing ever came
    assert await stale(region="16.01", limit=50) == found
    assert VILLAGE in await stale(region=VILLAGE, days=9)
    assert await stale(region=VILLAGE, days=10) == {}


async def test_live_says_304_until_something_is_counted(client: httpx.AsyncClient, world: World, enter: Deed) -> None:
    async def live(**headers: str) -> httpx.Response:
        return await client.get("/v1/live", headers={**world.auth("coordinator.1"), **headers})

    first = await live()
    assert first.json()["item"]["entered"] == 0
    tag = {"If-None-Match": first.headers["ETag"]}
    assert (await live(**tag)).status_code == 304
    await enter("enumerator.palembang", 1, "16.71.01.1001")
    assert (await live(**tag)).status_code == 304
    await enter("enumerator.4", 1)
    moved = await live(**tag)
    assert (moved.status_code, moved.json()["item"]["entered"], moved.json()["today"]["entered"]) == (200, 1, 1)
