"""Neighbourhoods, the level below villages: their file, and that records, work and figures know them."""

import asyncio
import csv
import io
import json
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
import uuid_utils.compat as uuids
from doors import send
from one_by_one import each
from processes import environment_of
from shapes import Json
from typer.testing import CliRunner, Result
from world import OTHER_VILLAGE, VILLAGE, World, batch, item, outcomes, put

from app.cli import app as cli
from app.core.bulk import Faulty
from app.core.redaction import hides_number
from app.core.settings import Settings
from app.linkage.features import features_of
from app.progress import rollup
from app.quality.reading import read_regency
from app.recount import drift
from app.regions.loading import RegionListError, bps_codes, load_regions, regions_from_csv
from app.regions.neighbourhoods import (
    Neighbourhood,
    faults_in,
    load_neighbourhoods,
    neighbourhoods_from_csv,
)
from app.register import owners
from app.review import comparing
from app.review.comparing import ComparedRecord
from app.sync.known_identities import areas_in
from app.workforce.headcount import rebuild
from app.workforce.queries import AssignedRegion

EMBEDDED_IS_ENOUGH = True
DAY = date(2022, 9, 12)
ONE, TWO, ELSEWHERE = f"{VILLAGE}.0001", f"{VILLAGE}.0002", f"{OTHER_VILLAGE}.0001"
BPS_VILLAGE = "1601052004"


def line(code: str = ONE, name: str = "RT 001", bps_code: str | None = None, at: int = 2) -> Neighbourhood:
    return Neighbourhood(at, code, name, "sls", bps_code)


@pytest.fixture
async def places(pg: asyncpg.Connection) -> None:
    """Two neighbourhoods in one village, one in another."""
    lines = [line(ONE, "RT 001"), line(TWO, "RT 002"), line(ELSEWHERE, "RT 001")]
    await load_neighbourhoods(pg, lines, today=DAY, source="sls.csv")
    await rebuild(pg, 1)


# Their file.


@pytest.mark.parametrize("code", [VILLAGE, "16.01.14.1003.001", "16.01.14.1003.00011", "1601141003 0001", "", "ID"])
def test_a_code_that_is_no_neighbourhoods(code: str) -> None:
    assert [(each.field, each.code) for each in faults_in([line(code)], {VILLAGE: None})] == [
        ("code", "code_not_a_neighbourhood")
    ]


@pytest.mark.parametrize(
    ("lines", "faults"),
    [
        ([line(ELSEWHERE)], [(0, "code", "village_unknown")]),
        ([line(), line(TWO), line()], [(2, "code", "repeated")]),
        ([line(name="")], [(0, "name", "name_missing")]),
        ([line(bps_code="1601052004000")], [(0, "bps_code", "bps_code_malformed")]),
        ([line(bps_code="160105200400010")], [(0, "bps_code", "bps_code_malformed")]),
        ([line(bps_code="16010520030001")], [(0, "bps_code", "of_another_village")]),
        (
            [line(bps_code="16010520040001"), line(TWO, bps_code="16010520040001")],
            [(0, "bps_code", "bps_code_repeated"), (1, "bps_code", "bps_code_repeated")],
        ),
        ([line(bps_code="16010520040001"), line(TWO, bps_code="1601052004000201")], []),
    ],
)
def test_what_is_wrong_stands_at_its_line(lines: list[Neighbourhood], faults: list[tuple[int, str, str]]) -> None:
    assert [tuple(each[:3]) for each in faults_in(lines, {VILLAGE: BPS_VILLAGE})] == faults


def test_where_the_villages_bps_code_is_not_known_any_is_taken() -> None:
    assert faults_in([line(bps_code="16010520030001")], {VILLAGE: None}) == []


def test_of_another_village_names_both_codes() -> None:
    (fault,) = faults_in([line(bps_code="16010520030001")], {VILLAGE: BPS_VILLAGE})
    assert all(word in fault.text.id for word in (VILLAGE, BPS_VILLAGE, "1601052003"))


@pytest.mark.parametrize("separator", [",", ";"])
def test_a_file_says_the_line_of_each(tmp_path: Path, separator: str) -> None:
    file = tmp_path / "sls.csv"
    rows = ["\ufeffcode,name,bps_code,type", f"{ONE}, RT 001 ,16010520040001,rt", "", f'{TWO},"RT\n002",,']
    file.write_text("\n".join(rows).replace(",", separator), "utf-8")
    assert neighbourhoods_from_csv(file) == [
        Neighbourhood(2, ONE, "RT 001", "rt", "16010520040001"),
        Neighbourhood(5, TWO, "RT 002", "sls", None),
    ]


def test_a_file_without_its_columns_or_in_another_encoding(tmp_path: Path) -> None:
    file = tmp_path / "sls.csv"
    file.write_text("kode,nama\n1,2", "utf-8")
    with pytest.raises(RegionListError, match="code and name"):
        neighbourhoods_from_csv(file)
    file.write_bytes(b"code,name\n\xff\xfe,x")
    with pytest.raises(RegionListError, match="UTF-8"):
        neighbourhoods_from_csv(file)


async def test_the_same_file_changes_nothing_and_what_it_lacks_is_retired(pg: asyncpg.Connection) -> None:
    async def load(*lines: Neighbourhood, source: str = "sls.csv") -> tuple[Any, ...]:
        return tuple(await load_neighbourhoods(pg, lines, today=DAY, source=source))[1:]

    assert await load(line(), line(TWO), line(ELSEWHERE)) == (3, 0, 0, 0)
    assert await load(line(), line(TWO), line(ELSEWHERE), source="another.csv") == (0, 0, 0, 3)
    assert await load(line(name="RT 001 RW 02")) == (0, 1, 1, 0), "TWO is gone, the other village was not named"
    rows = await pg.fetch("SELECT code, retired_on FROM region WHERE level = 'neighbourhood' ORDER BY code")
    assert [tuple(row) for row in rows] == [(ELSEWHERE, None), (ONE, None), (TWO, DAY)]
    assert await load(line(name="RT 001 RW 02"), line(TWO)) == (0, 1, 0, 1), "it is in use again"
    with pytest.raises(Faulty):
        await load(line("16.01.14.9999.0001"))


@pytest.mark.usefixtures("places")
async def test_a_list_of_villages_leaves_neighbourhoods_but_of_villages_that_are_gone(
    pg: asyncpg.Connection, tmp_path: Path
) -> None:
    rows = await pg.fetch("SELECT code, name FROM region WHERE level NOT IN ('nation', 'neighbourhood') ORDER BY code")
    file = tmp_path / "regions.csv"

    async def load(*without: str) -> None:
        kept = [f'{row["code"]},"{row["name"]}"' for row in rows if row["code"] not in without]
        file.write_text("\n".join(["code,name", *kept]), "utf-8")
        await load_regions(pg, regions_from_csv(file), today=DAY)

    living = "SELECT array_agg(code ORDER BY code) FROM region WHERE level = 'neighbourhood' AND retired_on IS NULL"
    await load()
    assert await pg.fetchval(living) == [ELSEWHERE, ONE, TWO]
    await load(OTHER_VILLAGE)
    assert await pg.fetchval(living) == [ONE, TWO]
    file.write_text(f"code,name\n{ONE},RT 001", "utf-8")
    with pytest.raises(RegionListError, match="load-neighbourhoods"):
        await load_regions(pg, regions_from_csv(file), today=DAY)


async def test_the_command_tries_loads_and_names_faults_at_their_lines(
    pg: asyncpg.Connection, dsn: str, settings: Settings, tmp_path: Path, world: World
) -> None:
    file = tmp_path / "sls.csv"
    counted = "SELECT count(*) FROM region WHERE level = 'neighbourhood'"
    present = "SELECT count(*) FROM headcount WHERE region_code = $1 AND enumerators > 0"

    async def load(*rows: str, flag: str = "--json") -> Result:
        file.write_text("\n".join(["code;name;bps_code", *rows]), "utf-8")
        line = ["load-neighbourhoods", str(file), flag]
        environment = environment_of(settings, DATABASE_URL=dsn)
        return await asyncio.to_thread(CliRunner().invoke, cli, line, env=environment)

    tried = await load(f"{ONE};RT 001;", flag="--dry-run")
    assert (tried.exit_code, await pg.fetchval(counted), await pg.fetchval(present, ONE)) == (0, 0, 0), tried.output
    done = await load(f"{ONE};RT 001;", f"{TWO};RT 002;")
    assert {name: json.loads(done.stdout)[name] for name in ("entered", "added", "items")} == {
        "entered": True,
        "added": 2,
        "items": [],
    }
    assert await pg.fetchval(present, ONE) == 2, "in both campaigns: who works in the regency works there"
    assert await pg.fetchval("SELECT count(*) FROM change WHERE kind = 'reference'") == 1, "tablets learn of it"
    faulty = await load(f"{ONE};RT 001;", "16.01.14.9999.0001;RT 001;", f"{TWO};RT 002;99010520030001")
    assert faulty.exit_code == 1
    found = [(each["line"], each["column"], each["code"]) for each in json.loads(faulty.stdout)["items"]]
    assert found == [(3, "code", "village_unknown"), (4, "bps_code", "of_another_village")]


# BPS's codes.


def test_no_code_is_derived_from_the_other() -> None:
    assert (bps_codes()["16.08"], bps_codes()["16.09"]) == ("1609", "1608"), "crossed"
    assert (bps_codes()["16"], bps_codes()["16.01"]) == ("16", "1601")
    assert len(set(bps_codes().values())) == len(bps_codes()), "each is one region's"


def test_no_doubtful_pair_is_taken() -> None:
    file = resources.files("app.regions").joinpath("bps_codes_doubtful.csv")
    doubtful = file.read_text("utf-8").splitlines()
    pairs = [tuple(row.split(",")[:2]) for row in doubtful[1:]]
    assert len(pairs) > 300
    assert not [pair for pair in pairs if bps_codes().get(pair[0]) == pair[1]]


async def test_bps_codes_stand_beside_the_others(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World
) -> None:
    rows = await pg.fetch("SELECT code, bps_code FROM region WHERE code = ANY($1)", ["16.08", "16.09", VILLAGE])
    stored = dict(map(tuple, rows))
    assert (stored["16.08"], stored["16.09"], stored[VILLAGE]) == ("1609", "1608", bps_codes()[VILLAGE])
    found = (await client.get("/v1/regions", params={"q": "16.08"}, headers=world.auth("admin"))).json()["items"][0]
    assert (found["code"], found["bps_code"], found["within"][0]["bps_code"]) == ("16.08", "1609", "16")
    known = (await client.get("/v1/sync/reference", headers=world.auth("enumerator.1"))).json()["regions"]
    assert {each["code"]: each["bps_code"] for each in known}["16.01"] == "1601"


# Records, work and figures.


@pytest.mark.usefixtures("places")
async def test_a_record_lies_in_a_village_or_in_a_neighbourhood(client: httpx.AsyncClient, world: World) -> None:
    given = await outcomes(
        client, world, "enumerator.1", item(region=ONE), item(region=VILLAGE), item(region=ELSEWHERE)
    )
    assert given == ["accepted"] * 3
    unknown, district = await send(client, world, item(region=f"{VILLAGE}.0003"), item(region="16.01.14"))
    assert [each["errors"][0]["code"] for each in (unknown, district)] == ["region_unknown", "region_not_a_village"]


@pytest.mark.usefixtures("places")
@each(
    ("assigned", "place", "outcome"),
    [
        (VILLAGE, ONE, "accepted"),
        (ONE, ONE, "accepted"),
        (ONE, TWO, "held"),
        (ONE, VILLAGE, "held"),
        (ONE, ELSEWHERE, "held"),
        ("16.01.13", ELSEWHERE, "accepted"),
    ],
)
async def test_who_is_assigned_to_an_area_works_in_what_lies_in_it(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, assigned: str, place: str, outcome: str
) -> None:
    row = {
        "campaign": "pl-kumkm-2022",
        "enumerator": "enumerator.1",
        "region_code": assigned,
        "starts_on": "2022-09-01",
    }
    await pg.execute("DELETE FROM assignment WHERE enumerator_id = $1", world.id("enumerator.1"))
    answer = await client.put("/v1/assignments", json=row, headers=world.auth("officer"))
    assert answer.status_code == 200, answer.text
    assert await outcomes(client, world, "enumerator.1", item(region=place)) == [outcome]


@pytest.mark.usefixtures("places")
async def test_who_is_assigned_to_a_village_is_counted_in_its_neighbourhoods(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    await pg.execute("DELETE FROM assignment WHERE enumerator_id <> $1", world.id("enumerator.1"))
    await pg.execute("UPDATE assignment SET region_code = $1 WHERE campaign_id = 1", VILLAGE)
    await rebuild(pg, 1)
    for code, people in ((VILLAGE, 1), (ONE, 1), (TWO, 1), (ELSEWHERE, 0)):
        row = (await client.get(f"/v1/progress/regions/{code}", headers=world.auth("officer"))).json()["item"]
        assert row["enumerators"] == people, code


@pytest.mark.usefixtures("places")
async def test_a_village_is_not_quiet_where_a_neighbourhood_of_it_is_not(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    await outcomes(client, world, "enumerator.1", item(region=ONE))
    for folded in (False, True):
        params: dict[str, Any] = {"region": VILLAGE, "days": 1}
        quiet = (await client.get("/v1/progress/stale", params=params, headers=world.auth("officer"))).json()["items"]
        assert quiet == [], folded
        await rollup.fold(pg)


async def rows_of(client: httpx.AsyncClient, world: World, parent: str, **asked: str) -> dict[str, Json]:
    params = {"parent": parent, **asked}
    answer = await client.get("/v1/progress/regions", params=params, headers=world.auth("admin"))
    return {row["region"]["code"]: row for row in answer.json()["items"]}


@pytest.mark.usefixtures("places")
async def test_figures_of_neighbourhoods_add_up_and_equal_a_recount_folded_or_not(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    door = {"questionnaire": "visit@1", "answers": {"result": "absent", "visited_at": "2022-09-12T09:00:00+07:00"}}
    moved = uuids.uuid7()
    await send(
        client, world, item(region=ONE), item(region=ONE), item(region=VILLAGE), item(record_id=moved, region=ONE)
    )
    await rollup.fold(pg)
    await send(
        client, world, item(region=TWO) | door, item(record_id=moved, revision=2, region=TWO), item(region=ELSEWHERE)
    )

    for folded in (False, True):
        below = await rows_of(client, world, VILLAGE)
        assert {code: (row["entered"], row["open_visits"]) for code, row in below.items()} == {ONE: (2, 0), TWO: (1, 1)}
        assert {row["region"]["level"] for row in below.values()} == {"neighbourhood"}
        villages = await rows_of(client, world, "16.01.14")
        assert (villages[VILLAGE]["entered"], villages[VILLAGE]["doors"]) == (4, 5), "one lies in the village alone"
        assert (await rows_of(client, world, "16.01"))["16.01.13"]["entered"] == 1
        assert await rows_of(client, world, ONE) == {}, "nothing lies below"
        one = (await client.get(f"/v1/progress/regions/{TWO}", headers=world.auth("officer"))).json()["item"]
        assert (one["doors"], one["enumerators_active"], one["enumerators"]) == (2, 1, 6)
        days = (await client.get("/v1/progress/dates", params={"region": TWO}, headers=world.auth("officer"))).json()
        assert sum(row["doors"] for row in days["items"]) == 2
        series = await client.get("/v1/progress/series", params={"region": ONE}, headers=world.auth("officer"))
        assert series.json()["items"][0]["days"][-1]["entered_total"] == 2
        assert await drift(pg) == []
        if not folded:
            await rollup.fold(pg)
    nodes = await pg.fetch("SELECT DISTINCT region_code FROM progress_day WHERE length(region_code) = 18 ORDER BY 1")
    assert [row[0] for row in nodes] == [ELSEWHERE, ONE, TWO]


async def test_where_none_is_loaded_nothing_is_different(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    await outcomes(client, world, "enumerator.1", item())
    await rollup.fold(pg)
    for table in ("progress_day", "progress_cell", "progress_activity", "headcount", "presence", "region"):
        column = "code" if table == "region" else "region_code"
        assert not await pg.fetchval(f"SELECT count(*) FROM {table} WHERE length({column}) > 13"), table
    assert await rows_of(client, world, VILLAGE) == {}


@pytest.mark.usefixtures("places")
async def test_tablets_maps_lists_and_exports_know_the_level(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    lines = [line(ONE, "RT 001", f"{bps_codes()[VILLAGE]}0001"), line(TWO, "RT 002")]
    await load_neighbourhoods(pg, lines, today=DAY, source="sls.csv")
    await put(client, world, "enumerator.1", batch(item(region=ONE), item(region=VILLAGE)))

    async def got(path: str, who: str = "officer", **params: Any) -> Any:
        answer = await client.get(f"/v1/{path}", params=params, headers=world.auth(who))
        assert answer.status_code == 200, answer.text
        return answer.json()

    known = {each["code"]: each for each in (await got("sync/reference", "enumerator.1"))["regions"]}
    assert (known[ONE]["level"], known[ONE]["bps_code"]) == ("neighbourhood", f"{bps_codes()[VILLAGE]}0001")
    below = await got("regions", parent=VILLAGE)
    assert [each["code"] for each in below["items"]] == [ONE, TWO]
    assert [each["code"] for each in (await got("regions", q=ONE))["items"]] == [ONE]
    listed = (await got("businesses", region=ONE))["items"]
    assert [(each["region_code"], each["region_name"]) for each in listed] == [(ONE, "RT 001")]
    assert len((await got("businesses", region=VILLAGE))["items"]) == 2
    near = (await got("map/points", region=VILLAGE, zoom=18))["items"]
    assert sum(each["count"] for each in near) == 2, "those that name a neighbourhood, too"
    assert [each["count"] for each in (await got("map/points", region=ONE, zoom=5))["items"]] == [1]
    (feature,) = (await got("map/boundaries", region=ONE))["features"]
    assert (feature["id"], feature["properties"]["level"]) == (ONE, "neighbourhood")
    assert [each["count"] for each in (await got("map/points", region="16.01.14", zoom=5))["items"]] == [2]
    quiet = await got("progress/stale", region="16.01.14", days=1)
    assert VILLAGE not in [each["region"]["code"] for each in quiet["items"]]
    assert sorted(each["region_code"] for each in (await got("reviews", region=VILLAGE))["items"]) == [VILLAGE, ONE]
    assert [each["region_code"] for each in (await got("reviews", region=ONE))["items"]] == [ONE]
    assert (await got("quality/records", region=ONE))["items"] == []


@pytest.mark.usefixtures("places")
async def test_exports_have_columns_of_the_level_and_all_of_bps_codes(client: httpx.AsyncClient, world: World) -> None:
    await outcomes(client, world, "enumerator.1", item(region=ONE), item(region=VILLAGE))
    answer = await client.get("/v1/exports/businesses.csv", headers=world.auth("officer"))
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert {row["neighbourhood_code"]: row["neighbourhood_name"] for row in rows} == {ONE: "RT 001", "": ""}
    for row in rows:
        assert (row["village_code"], row["village_name"]) == (VILLAGE, "Pasar Baru")
        shown = [row[f"bps_{level}_code"] for level in ("province", "regency", "district", "village")]
        assert shown == [bps_codes()[code] for code in ("16", "16.01", "16.01.14", VILLAGE)]
    metadata = (await client.get("/v1/metadata", headers=world.auth("officer"))).json()["items"]
    assert {"neighbourhood_code", "bps_neighbourhood_code", "bps_regency_code"} <= {each["name"] for each in metadata}


@pytest.mark.usefixtures("places")
async def test_a_tablet_of_a_neighbourhood_knows_the_numbers_of_its_village(pg: asyncpg.Connection) -> None:
    of = [AssignedRegion(code, DAY, None) for code in (ONE, TWO, ELSEWHERE)]
    assert areas_in("16.01", of, DAY) == (OTHER_VILLAGE, VILLAGE)


@pytest.mark.usefixtures("places")
async def test_who_sees_a_village_sees_its_neighbourhoods_and_no_others(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    await pg.execute("UPDATE account SET region_code = $1 WHERE username = 'officer'", VILLAGE)
    world = await World.of(pg, world.services)
    for code, status in ((ONE, 200), (VILLAGE, 200), (ELSEWHERE, 404), ("16.01.14", 404)):
        answer = await client.get(f"/v1/progress/regions/{code}", headers=world.auth("officer"))
        assert answer.status_code == status, code
    await pg.execute("UPDATE account SET region_code = $1 WHERE username = 'officer'", ONE)
    world = await World.of(pg, world.services)
    for code, status in ((ONE, 200), (TWO, 404), (VILLAGE, 404)):
        answer = await client.get(f"/v1/progress/regions/{code}", headers=world.auth("officer"))
        assert answer.status_code == status, code


# One place, where what is compared is about villages.


def test_two_records_of_a_village_are_in_one_place_whatever_neighbourhood_they_name() -> None:
    for one, other, same in ((ONE, TWO, True), (ONE, VILLAGE, True), (ONE, ELSEWHERE, False)):
        compared = [ComparedRecord({}, code, None, None) for code in (one, other)]
        assert comparing.likeness(*compared)["village"] == float(same)
        described = [owners.Description("Warung", region_code=code) for code in (one, other)]
        assert owners.likeness(*described).place is same
        linked = [
            features_of(uuids.uuid7(), "business", code, "47112", {}, None, None).village for code in (one, other)
        ]
        assert (linked[0] == linked[1]) is same


@pytest.mark.usefixtures("places")
async def test_flags_of_quality_compare_the_records_of_a_village(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    await outcomes(client, world, "enumerator.1", item(region=ONE), item(region=VILLAGE))
    found = await read_regency(pg, world.services.ingest.ring, 1, "16.01")
    assert [each.region_code for each in found.interviews] == [VILLAGE, VILLAGE]


def test_a_code_is_no_number_of_a_person() -> None:
    assert not hides_number(f"Pindah ke {ONE}, RT 001")
    assert hides_number("16.01.14.1003.00012")
    assert hides_number("1601 1410 0300 01")
