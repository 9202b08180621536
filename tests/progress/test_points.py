"""Where records lie, for a map: within reach, thinned, and coarse for who may not see addresses."""

import itertools
import math
from collections.abc import Awaitable, Callable
from random import Random
from typing import Any

import asyncpg
import httpx
import pytest
from world import PALEMBANG_VILLAGE, World, batch, item, nik, put

from app.progress import rollup
from app.progress.points import COARSE, WORLD, Box, Cell, coarse_side_of, side_for, side_of, thinned

EMBEDDED_IS_ENOUGH = True
Map = Callable[..., Awaitable[httpx.Response]]
NEAR: dict[str, Any] = {"zoom": 16, "bbox": "104.1,-4.2,104.3,-4.1"}


def at(latitude: float, longitude: float, **said: Any) -> dict[str, Any]:
    return item(nik=nik(), **said) | {"location": {"latitude": latitude, "longitude": longitude, "accuracy_m": 5.0}}


@pytest.fixture
async def map_of(client: httpx.AsyncClient, world: World, pg: asyncpg.Connection) -> Map:
    """Ask for a map as somebody; records are there of two teams, and far away."""
    for who, sent in (
        ("enumerator.1", [at(-4.12661, 104.17021), at(-4.12662, 104.17022), at(-4.15, 104.2)]),
        ("enumerator.4", [at(-4.1312346, 104.1812346)]),
        ("enumerator.palembang", [at(-2.98, 104.75, region=PALEMBANG_VILLAGE)]),
    ):
        answer = await put(client, world, who, batch(*sent))
        assert {each["outcome"] for each in answer.json()["items"]} == {"accepted"}
    await rollup.fold(pg)

    async def ask(
        who: str, *, scopes: list[str] | None = None, headers: dict[str, str] | None = None, **params: Any
    ) -> httpx.Response:
        auth = world.auth(who) if scopes is None else world.auth(who, scopes=scopes)
        return await client.get("/v1/map/points", params=params, headers={**auth, **(headers or {})})

    return ask


async def test_from_near_each_sees_the_records_of_its_own_reach(map_of: Map) -> None:
    async def counts(who: str, **params: Any) -> list[int]:
        answer = await map_of(who, **params)
        assert answer.status_code == 200, answer.text
        return sorted(point["count"] for point in answer.json()["items"])

    assert await counts("coordinator.1", **NEAR) == [1, 2]
    assert await counts("coordinator.2", **NEAR) == [1]
    assert await counts("enumerator.1", **NEAR) == [1, 2]
    assert await counts("officer", **NEAR) == [1, 1, 2]
    assert await counts("officer", zoom=22, bbox=NEAR["bbox"]) == [1, 1, 1, 1]
    assert await counts("officer", zoom=16, bbox="104.1,-4.13,104.19,-4.12") == [2]
    assert await counts("officer.palembang", **NEAR) == []
    assert (await map_of("officer", region="16.71")).status_code == 404


async def test_a_single_record_says_which_it_is(map_of: Map) -> None:
    (point,) = (await map_of("coordinator.2", **NEAR)).json()["items"]
    assert (point["latitude"], point["longitude"]) == (-4.131235, 104.181235)
    assert point["business_id"]
    assert point["record_id"]
    assert point["review_state"] == "unreviewed"


async def test_from_afar_each_region_below_is_one_point(map_of: Map) -> None:
    for region, codes in (("16", ["16.01.14", "16.71.01"]), ("ID", ["16.01", "16.71"]), ("16.01", ["16.01.14.1003"])):
        rows = (await map_of("admin", region=region)).json()["items"]
        assert [row["region"]["code"] for row in rows] == codes
        assert rows[0]["count"] == 4
    assert (await map_of("admin", region="16", bbox="104.7,-3,104.8,-2.9")).json()["items"][0]["count"] == 1
    first = await map_of("officer")
    again = await map_of("officer", headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code) == (200, 304)


async def test_who_may_not_see_addresses_gets_middles_of_cells_without_ids(map_of: Map) -> None:
    for params in (NEAR, {"zoom": 0}):
        answer = (await map_of("system", region="16.01", **params)).json()
        assert answer["precision"] == "grid"
        for point in answer["items"]:
            assert (point["business_id"], point["record_id"]) == (None, None)
            for degrees in (point["latitude"], point["longitude"]):
                assert round(degrees * 100 % 1, 4) == 0.5
    told = await map_of("system", region="16.01", scopes=["progress:read", "businesses:read"], **NEAR)
    assert told.json()["precision"] == "exact"


async def test_no_box_and_no_zoom_narrows_a_coarse_cell_down(
    map_of: Map, client: httpx.AsyncClient, world: World
) -> None:
    await put(client, world, "enumerator.1", batch(at(-4.1336, 104.1804)))  # so that the village has a middle

    async def cells(**params: Any) -> dict[tuple[float, float], int]:
        answer = (await map_of("system", region="16.01", **params)).json()
        return {(each["latitude"], each["longitude"]): each["count"] for each in answer["items"]}

    rng, record, middle = Random(1), (-4.1312346, 104.1812346), (-4.1336161, 104.1804162)
    for zoom in (0, 9, 11, 12, 13, 16, 22):
        whole, side = await cells(zoom=zoom), coarse_side_of(zoom)
        assert whole
        for exponent, lies in itertools.product(range(1, 7), (record, middle)):
            south, west = (round(degrees - rng.random() * 10**-exponent, 7) for degrees in lies)
            north, east = (round(degrees + rng.choice((0.2, 1.0)) * 10**-exponent, 7) for degrees in (south, west))
            touched = {
                (latitude, longitude): count
                for (latitude, longitude), count in whole.items()
                if south // side <= latitude // side <= north // side
                and west // side <= longitude // side <= east // side
            }
            assert await cells(zoom=zoom, bbox=f"{west},{south},{east},{north}") == touched, "whole, or not at all"


async def test_who_may_not_see_addresses_gets_no_cell_that_a_villages_border_cuts(map_of: Map) -> None:
    for region in ("16.01.14", "16.01.14.1003"):
        answer = (await map_of("system", region=region, **NEAR)).json()
        assert answer["grid_degrees"] is None
        assert answer["items"] == [], "the middle of few records says where they lie"
    assert (await map_of("officer", region="16.01.14.1003", **NEAR)).json()["grid_degrees"] is not None


def test_no_more_cells_are_read_than_are_joined_quickly() -> None:
    regency = [Box(103.7, -4.5, 103.9, -4.3), Box(104.2, -4.1, 104.4, -3.9)]
    side = side_for(WORLD, regency, side_of(22))
    assert 2_000 < 0.7 * 0.6 / side**2 <= 8_000
    assert side / side_of(22) == 2 ** round(math.log2(side / side_of(22)))
    assert side_for(Box(103.8, -4.4, 103.81, -4.39), regency, side_of(17)) == side_of(17), "of a window nothing is lost"
    assert side_for(Box(0, 0, 1, 1), regency, 0.1) == side_for(WORLD, [], 0.1) == 0.1


def test_the_coarse_grids_of_all_zooms_lie_in_one_another() -> None:
    for zoom in range(23):
        times = coarse_side_of(zoom) / COARSE
        assert times == 2 ** round(math.log2(times))
        assert coarse_side_of(zoom) >= max(COARSE, side_of(zoom)) * (1 - 1e-12)


async def test_a_box_that_is_none_is_refused(map_of: Map) -> None:
    odd = ("1_0,0,20,1", "\N{ARABIC-INDIC DIGIT ONE},0,2,1", "0,0,1,1,")
    for box in ("", "1,2,3", "a,b,c,d", "nan,0,1,1", "2,0,1,1", "-181,0,1,1", "0,0,1,1e400", *odd):
        answer = await map_of("officer", bbox=box)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/query/bbox"), box


def test_cells_are_joined_until_there_are_few_enough_and_none_is_lost() -> None:
    cells = [Cell(y, x, 1, y + 0.5, x + 0.5) for y in range(-20, 20) for x in range(-20, 20)]
    joined, side = thinned(cells, 1.0, most=100)
    assert (len(joined), side) == (100, 4.0)
    assert sum(cell.records for cell in joined) == len(cells)
    assert all(cell.y * side <= cell.latitude < (cell.y + 1) * side for cell in joined)
    assert thinned(cells, 1.0) == (cells, 1.0)
