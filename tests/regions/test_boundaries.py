"""Boundaries of regions: all of a file is loaded or nothing, it fits to what was loaded before, and who reads which."""

from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import httpx
import orjson
import pytest
from boundary_features import CROSSED, GEOJSON, VILLAGES, WAY, Json, feature, file_of, row_of_squares, square
from typer.testing import CliRunner
from world import OTHER_VILLAGE, VILLAGE, World

from app.cli import app as command
from app.core import child_processes
from app.regions import boundary_surroundings
from app.regions.boundaries import Loaded, load_boundaries
from app.regions.boundary_shapes import read_boundaries
from app.regions.region_code import NATION
from app.workforce.headcount import rebuild

EMBEDDED_IS_ENOUGH = True


Load = Callable[..., Awaitable[httpx.Response]]


@pytest.fixture
def load(client: httpx.AsyncClient, world: World) -> Load:
    async def ask(content: Json | bytes, who: str = "officer", **params: Any) -> httpx.Response:
        body = content if isinstance(content, bytes) else orjson.dumps(content)
        return await client.put(WAY, content=body, params=params, headers={**world.auth(who), **GEOJSON})

    return ask


async def test_all_of_a_file_is_loaded_or_nothing_and_the_same_again_changes_nothing(
    load: Load, client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    squares = row_of_squares(VILLAGE, *(code for code in VILLAGES if code != VILLAGE))
    bad = feature("16.71.01.1001", square(104.3, -4.2))  # not the officer's

    async def stored() -> int:
        found: int = await pg.fetchval("SELECT count(*) FROM region_boundary")
        return found

    tried = (await load(file_of(*squares, bad), dry_run=True)).json()
    (fault,) = tried["faults"]
    assert (tried["created"], tried["fault_count"], fault["code"]) == (0, 1, "region_unknown")
    assert (fault["pointer"], fault["region_code"]) == ("/features/5/properties/code", "16.71.01.1001")
    refused = await load(file_of(*squares, bad))
    assert refused.status_code == 422
    assert [each["pointer"] for each in refused.json()["errors"]] == ["/features/5/properties/code"]
    tried = (await load(file_of(*squares), dry_run=True)).json()
    assert (tried["features"], tried["created"], tried["fault_count"], await stored()) == (5, 5, 0, 0)
    done = await load(file_of(*squares))
    assert (done.json()["created"], await stored()) == (5, 5)
    again = (await load(file_of(*squares))).json()
    assert (again["created"], again["changed"], again["unchanged"]) == (0, 0, 5)
    moved = (await load(file_of(feature(VILLAGE, square(103.99, -4.21))))).json()
    assert (moved["created"], moved["changed"], moved["unchanged"]) == (0, 1, 0)
    events = "SELECT subject_id, detail FROM audit_event WHERE action = 'boundaries.loaded' ORDER BY occurred_at"
    assert [tuple(row) for row in await pg.fetch(events)] == [
        ("16.01", '{"changed": 0, "created": 5}'),
        ("16.01", '{"changed": 1, "created": 0}'),
    ]
    # Crossed lines come with the place, and the words in the reader's language.
    (fault,) = (await load(file_of(feature(VILLAGES[1], CROSSED)), dry_run=True)).json()["faults"]
    assert fault["at"] == {"longitude": pytest.approx(104.075), "latitude": pytest.approx(-4.175)}
    assert "memotong" in fault["detail"]
    assert VILLAGES[1] in fault["detail"]
    # A property of another name; other media types; who may not; what is too large or broken.
    own = feature(VILLAGE, square(104, -4.2), key="KDEPUM")
    assert (await load(file_of(own), code_property="KDEPUM")).status_code == 200
    assert (await load(file_of(own))).status_code == 422
    assert (await load(b"not json")).json()["code"] == "unreadable_file"
    assert (await load(b" " * (17 << 20))).status_code == 413
    for who in ("coordinator.1", "enumerator.1", "system"):
        assert (await load(file_of(own), who)).status_code == 403, who
    answer = await client.put(WAY, content=b"{}", headers={**world.auth("admin"), "Content-Type": "text/plain"})
    assert answer.status_code == 415


async def test_a_file_must_fit_to_what_was_loaded_before(
    world: World, pg: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run(work: Any) -> Any:
        async with pg.transaction():
            return await work(pg)

    async def apart(function: Any, *args: Any) -> Any:
        return function(*args)

    async def enter(*features: Json, territory: str = NATION, dry_run: bool = False) -> Loaded:
        return await load_boundaries(
            run,
            apart,
            orjson.dumps(file_of(*features)),
            territory=territory,
            actor_id=world.id("admin"),
            dry_run=dry_run,
            trace_id=None,
        )

    async def told(*features: Json, territory: str = NATION) -> list[tuple[str, str]]:
        faults = (await enter(*features, territory=territory, dry_run=True)).faults
        found.extend(each.text.id for each in faults)
        return [(each.pointer, each.code) for each in faults]

    found: list[str] = []
    here, place = "16.01.14.1003", "/features/0/geometry"
    assert (await enter(feature(here, square(104, -4.2)))).entered.created == 1
    # On one of the same district, of another one, of another regency: told with the name of the loaded one.
    for code in ("16.01.14.1004", OTHER_VILLAGE, "16.71.01.1001"):
        assert await told(feature(code, square(104.01, -4.2))) == [(place, "overlaps")], code
        assert here in found[-1]
        assert await pg.fetchval("SELECT name FROM region WHERE code = $1", here) in found[-1]
    assert await told(feature(OTHER_VILLAGE, square(104.01, -4.2)), territory="16.01") == [(place, "overlaps")]
    assert await told(feature("16.01.14.1004", square(104.012, -4.2, 0.004))) == [(place, "overlaps")]  # inside it
    # Beside it, a fifth of it, itself, and when the file moves it away: all is well.
    assert await told(feature("16.01.14.1004", square(104.05, -4.2))) == []
    assert await told(feature("16.01.14.1004", square(104.042, -4.2))) == []
    assert await told(feature(here, square(104.01, -4.2))) == []
    both = (feature("16.01.14.1004", square(104, -4.2)), feature(here, square(104.05, -4.2)))
    assert await told(*both) == []
    # Far from the one that is loaded, with nothing known above.
    assert await told(feature("16.01.14.1004", square(110, -7))) == [(place, "far_from_siblings")]
    # A region above must leave what is loaded in it; the nearest one counts, and what the file replaces does not.
    for code in ("16.01.14", "16.01", "16"):
        assert await told(feature(code, square(106, -4.2, 1))) == [(place, "leaves_outside")], code
        assert here in found[-1]
        assert await told(feature(code, square(103.9, -4.3, 0.3))) == []
    assert await told(feature("16.01.14", square(106, -4.2, 1)), feature(here, square(106, -4.2))) == []
    assert (await enter(feature("16.01.14", square(103.9, -4.3, 0.3)))).entered.created == 1
    assert await told(feature("16.01", square(106, -4.2, 1))) == [(place, "leaves_outside")]
    assert found[-1].count("16.01.14") == 1
    assert here not in found[-1]
    # More than can be compared is no reason to skip it; what is retired is in nobody's way.
    monkeypatch.setattr(boundary_surroundings, "MOST", 10)
    assert ("/features", "too_many_neighbours") in await told(feature("16.01.14.1004", square(104.05, -4.2)))
    monkeypatch.undo()
    await pg.execute("UPDATE region SET retired_on = '2022-01-01' WHERE code = $1", here)
    assert await told(feature("16.01.14.1004", square(104.01, -4.2))) == []


async def test_what_another_loads_while_a_file_is_worked_out_is_compared_too(
    world: World, pg: asyncpg.Connection
) -> None:
    meanwhile = [feature("16.01.14.1003", square(104, -4.2))]

    async def run(work: Any) -> Any:
        async with pg.transaction():
            return await work(pg)

    async def apart(function: Any, *args: Any) -> Any:
        said = function(*args)
        if function is read_boundaries and meanwhile:
            other = file_of(meanwhile.pop())
            assert (await enter(other)).entered.created == 1
        return said

    async def enter(file: Json) -> Loaded:
        who = world.id("admin")
        return await load_boundaries(run, apart, orjson.dumps(file), territory=NATION, actor_id=who, trace_id=None)

    found = await enter(file_of(feature("16.01.14.1004", square(104.01, -4.2))))
    assert [each.code for each in found.faults] == ["overlaps"]
    assert await pg.fetchval("SELECT count(*) FROM region_boundary") == 1


async def test_a_file_that_takes_too_long_or_has_another_type_says_so(
    load: Load, client: httpx.AsyncClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    english = {**world.auth("admin"), "Accept-Language": "en"}
    answer = await client.put(WAY, content=b"{}", headers={**english, "Content-Type": "text/plain"})
    assert answer.status_code == 415
    for kind in ("application/geo+json", "application/vnd.geo+json", "application/json"):
        assert kind in answer.json()["detail"]
    plain = (await load(b"not json")).json()["detail"]
    monkeypatch.setattr(child_processes, "_LONGEST_S", 0.0001)
    slow = (await load(b"not json")).json()
    assert (slow["code"], slow["detail"] == plain) == ("unreadable_file", False)
    assert "Sederhanakan" in slow["detail"]


async def test_each_reads_the_boundaries_within_its_own_reach(
    load: Load, client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    oku = [VILLAGE, OTHER_VILLAGE, "16.01.14.1001"]
    assert (await load(file_of(*row_of_squares(*oku)))).status_code == 200
    elsewhere = file_of(feature("16.71.01.1001", square(104.7, -3)), feature("16.01", square(103.9, -4.3, 1)))
    assert (await load(elsewhere, "admin")).status_code == 200

    async def codes(who: str, *, bare: bool = False, **params: Any) -> list[str]:
        answer = await client.get("/v1/map/boundaries", params=params, headers=world.auth(who))
        assert answer.status_code == 200, answer.text
        return [each["id"] for each in answer.json()["features"] if each["geometry"] or bare]

    assert await codes("officer") == await codes("admin", region="16.01") == sorted(oku)
    assert await codes("officer", region="16.01.14") == sorted(code for code in oku if code.startswith("16.01.14"))
    assert await codes("admin") == ["16.01"]
    assert len(await codes("officer", bare=True)) == 157  # those without a boundary, too
    assert await codes("admin", region="16.71") == ["16.71.01.1001"]
    assert (await client.get("/v1/map/boundaries?region=16.71", headers=world.auth("officer"))).status_code == 404
    # Of a team, where its people are or were assigned, or recorded something.
    places = {"enumerator.1": VILLAGE, "enumerator.2": "16.01.13", "enumerator.4": "16.01.14.1001"}
    nowhere = "DELETE FROM assignment WHERE campaign_id = 1 AND enumerator_id = ANY($1)"
    await pg.execute(nowhere, [world.id(f"enumerator.{number}") for number in (3, 5, 6)])
    for who, place in places.items():
        await pg.execute("UPDATE assignment SET region_code = $2 WHERE enumerator_id = $1", world.id(who), place)
    wide = (
        "INSERT INTO assignment (campaign_id, enumerator_id, region_code, starts_on) VALUES (1, $1, $2, '2022-04-01')"
    )
    await pg.execute(wide, world.id("enumerator.1"), "16.01")  # anywhere, but told where: the narrower one counts
    await rebuild(pg, 1)
    assert await codes("coordinator.1") == sorted([VILLAGE, OTHER_VILLAGE])
    assert await codes("coordinator.2") == ["16.01.14.1001"]
    assert await codes("enumerator.1") == [VILLAGE]
    assert await codes("enumerator.5") == []
    assert await codes("coordinator.2", bare=True) == ["16.01.14.1001"]  # nothing of other teams
    # What is retired is on no map; nothing new, nothing sent.
    first = await client.get("/v1/map/boundaries", headers=world.auth("officer"))
    tag = {"If-None-Match": first.headers["ETag"], **world.auth("officer")}
    assert (await client.get("/v1/map/boundaries", headers=tag)).status_code == 304
    await pg.execute("UPDATE region SET retired_on = '2022-01-01' WHERE code = $1", "16.01.14.1001")
    assert "16.01.14.1001" not in await codes("officer")
    geometry = next(each["geometry"] for each in first.json()["features"] if each["geometry"])
    assert geometry["type"] == "Polygon"
    assert len(geometry["coordinates"][0]) == 5


def test_the_command_keeps_the_same_rules(
    server_url: str, template: str, dsn: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", dsn)
    file = tmp_path / "batas.geojson"
    run = CliRunner()
    file.write_bytes(orjson.dumps(file_of(feature(VILLAGES[0], CROSSED))))
    refused = run.invoke(command, ["load-boundaries", str(file)])
    assert (refused.exit_code, "polygon_crosses_itself" in refused.output) == (1, True)
    file.write_bytes(orjson.dumps(file_of(*row_of_squares(*VILLAGES))))
    for arguments, words in (["--dry-run"], "5 would be new"), ([], "5 new"), ([], "5 unchanged"):
        done = run.invoke(command, ["load-boundaries", str(file), *arguments])
        assert done.exit_code == 0, done.output
        assert words in done.output
