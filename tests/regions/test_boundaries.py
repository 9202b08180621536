"""Boundaries of regions: what is refused and told where, that all or nothing is loaded, and who reads which."""

import copy
import math
import re
from base64 import b64decode
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import asyncpg
import httpx
import orjson
import pytest
from typer.testing import CliRunner
from world import OTHER_VILLAGE, VILLAGE, World

from app import main
from app.cli import app as command
from app.core import child_processes
from app.core.bodies import unpack
from app.core.problems import Code, Problem
from app.regions import boundary_files, boundary_surroundings
from app.regions.boundaries import Loaded, load_boundaries
from app.regions.boundary_files import boxes_of, features_of
from app.regions.boundary_places import Stored
from app.regions.boundary_shapes import read_boundaries
from app.regions.boundary_texts import in_words
from app.regions.region_code import NATION
from app.workforce.headcount import rebuild

EMBEDDED_IS_ENOUGH = True
Json = dict[str, Any]
GEOJSON = {"Content-Type": "application/geo+json"}
VILLAGES = ("16.01.14.1001", "16.01.14.1003", "16.01.14.1004", "16.01.14.1005", "16.01.14.1006")
WAY = "/v1/regions/boundaries"


def square(x: float, y: float, side: float = 0.05) -> list[list[list[float]]]:
    """A polygon against the clock, with its south-western corner there."""
    return [[[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]]


def feature(code: Any, coordinates: Any, kind: str = "Polygon", key: str = "code") -> Json:
    return {
        "type": "Feature",
        "properties": {key: code},
        "geometry": {"type": kind, "coordinates": coordinates},
    }


def file_of(*features: Any, **more: Any) -> Json:
    return {"type": "FeatureCollection", "features": list(features), **more}


def row_of_squares(*codes: str) -> list[Json]:
    """Villages beside one another."""
    return [feature(code, square(104 + at * 0.05, -4.2)) for at, code in enumerate(codes)]


def read(
    content: bytes | Json, known: Sequence[str] = VILLAGES, above: Mapping[str, Json] = MappingProxyType({})
) -> Json:
    text = content if isinstance(content, bytes) else orjson.dumps(content)
    higher = {code: orjson.dumps(shape).decode() for code, shape in above.items()}
    stored: Stored = {"above": higher, "beside": {}, "below": {}, "siblings": {}}
    return read_boundaries(text, "code", known, stored)


def exact(row: Sequence[str]) -> Json:
    found: Json = orjson.loads(unpack(b64decode(row[2])))
    return found


def flaws(content: bytes | Json, above: Mapping[str, Json] = MappingProxyType({})) -> list[tuple[str, str]]:
    return [(flaw[0], flaw[1]) for flaw in read(content, above=above)["flaws"]]


ONE = "/features/1/geometry"
RING = "/features/1/geometry/coordinates/0"
CROSSED = [[[104.05, -4.2], [104.1, -4.15], [104.1, -4.2], [104.05, -4.15], [104.05, -4.2]]]
OPEN = [square(104.05, -4.2)[0][:-1]]
UTM = [[[400_000, 9_535_000], [401_000, 9_535_000], [401_000, 9_536_000], [400_000, 9_535_000]]]
HOLE_OUTSIDE = [square(104.05, -4.2)[0], square(105, -4.2, 0.01)[0][::-1]]
PROPERTIES = "/features/1/properties"
BAD = {
    "crossed": (feature(VILLAGES[1], CROSSED), ONE, "polygon_crosses_itself"),
    "open": (feature(VILLAGES[1], OPEN), RING, "ring_not_closed"),
    "hole outside": (feature(VILLAGES[1], HOLE_OUTSIDE), ONE, "hole_outside"),
    "two corners": (feature(VILLAGES[1], [[[104, -4], [104.1, -4], [104, -4]]]), RING, "ring_too_short"),
    "a line there and back": (
        feature(VILLAGES[1], [[[104.1, -4.2], [104.2, -4.2], [104.3, -4.2], [104.1, -4.2]]]),
        ONE,
        "polygon_crosses_itself",
    ),
    "part twice": (
        feature(VILLAGES[1], [square(104.05, -4.2), square(104.05, -4.2)], "MultiPolygon"),
        ONE,
        "polygon_crosses_itself",
    ),
    "swapped": (feature(VILLAGES[1], [[[y, x] for x, y in square(104.05, -4.2)[0]]]), RING + "/0", "position_swapped"),
    "metres": (feature(VILLAGES[1], UTM), RING + "/0", "position_not_in_degrees"),
    "in Africa": (feature(VILLAGES[1], square(20, -4.2)), RING + "/0", "position_outside_indonesia"),
    "text": (feature(VILLAGES[1], [[["104", "-4"]] * 4]), RING + "/0", "position_invalid"),
    "one number": (feature(VILLAGES[1], [[[104]] * 4]), RING + "/0", "position_invalid"),
    "yes and no": (feature(VILLAGES[1], [[[True, False]] * 4]), RING + "/0", "position_invalid"),
    "nothing": (feature(VILLAGES[1], []), ONE + "/coordinates", "geometry_missing"),
    "nothing in it": (feature(VILLAGES[1], [[]]), RING, "ring_too_short"),
    "no polygon in it": (feature(VILLAGES[1], [[]], "MultiPolygon"), RING, "geometry_missing"),
    "null": ({"type": "Feature", "properties": {"code": VILLAGES[1]}, "geometry": None}, ONE, "geometry_missing"),
    "a line": (feature(VILLAGES[1], square(104, -4)[0], "LineString"), ONE, "geometry_not_a_polygon"),
    "a number": (feature(VILLAGES[1], 5), ONE + "/coordinates", "geometry_not_a_polygon"),
    "no code": (feature(None, square(104.05, -4.2)), "/features/1/properties/code", "code_missing"),
    "no feature": (7, "/features/1", "code_missing"),
    "a null": (None, "/features/1", "code_missing"),
    "a list": ([], "/features/1", "code_missing"),
    "properties null": (feature(None, square(104.05, -4.2)) | {"properties": None}, PROPERTIES, "code_missing"),
    "properties a list": (feature(None, square(104.05, -4.2)) | {"properties": []}, PROPERTIES, "code_missing"),
    "code of BPS": (feature("1601142001", square(104.05, -4.2)), "/features/1/properties/code", "code_not_dotted"),
    "code as a number": (feature(1601142001, square(104.05, -4.2)), "/features/1/properties/code", "code_not_dotted"),
    "nation": (feature("ID", square(104.05, -4.2)), "/features/1/properties/code", "code_not_dotted"),
    "unknown": (feature("16.01.14.9999", square(104.05, -4.2)), "/features/1/properties/code", "region_unknown"),
    "twice": (feature(VILLAGES[0], square(104.05, -4.2)), "/features/1/properties/code", "region_repeated"),
    "a speck": (feature(VILLAGES[1], square(104.05, -4.2, 0.0008)), ONE, "region_too_small"),
    "no size": (feature(VILLAGES[1], square(104.05, -4.2, 1e-6)), ONE, "region_too_small"),
    "on another": (feature(VILLAGES[1], square(104.01, -4.2)), ONE, "overlaps"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_fault_is_told_at_its_feature_and_nothing_is_taken(case: str) -> None:
    bad, pointer, code = BAD[case]
    good, *others = row_of_squares(VILLAGES[0], VILLAGES[2], VILLAGES[3], VILLAGES[4])
    said = read(file_of(good, bad, *others[1:]))
    assert (pointer, code) in [(flaw[0], flaw[1]) for flaw in said["flaws"]], said["flaws"]
    assert {flaw[0].split("/")[2] for flaw in said["flaws"]} == {"1"}
    assert said["rows"] == []
    for error in in_words(said["flaws"], {}):  # every code has its words, in both languages
        assert "" not in error.text
        assert "{" not in error.text.id + error.text.en


def test_numbers_that_are_no_json_are_told_at_their_feature() -> None:
    good, bad = row_of_squares(*VILLAGES[:2])
    for word in ("NaN", "-Infinity", "1e999", "9" * 400):
        text = orjson.dumps(file_of(good, bad)).replace(b"104.05,", word.encode() + b",", 1)
        text = text.replace(b"[104.05", b"[104.051", 1)
        found = flaws(text)
        assert [pointer.split("/")[2] for pointer, _ in found] in (["0"], ["1"]), word


def test_what_is_no_feature_collection_is_unreadable_and_a_bomb_goes_off_nowhere() -> None:
    deep = b'{"type":"FeatureCollection","features":' + b"[" * 500_000 + b"]" * 500_000 + b"}"
    wrapped = orjson.dumps(file_of(feature(VILLAGES[0], 0)))
    for content in (
        b"",
        b"PK\x03\x04",
        b"\xff\xfe",
        b"[]",
        b'{"type":"Feature"}',
        b'{"type":"FeatureCollection","features":{}}',
        deep,
        wrapped.replace(b"0}}", b"[" * 200_000 + b"]" * 200_000 + b"}}"),
    ):
        with pytest.raises(Problem) as caught:
            features_of(content)
        assert caught.value.code is Code.UNREADABLE_FILE
    with pytest.raises(Problem) as caught:
        features_of(orjson.dumps(file_of(*[0] * 10_001)))
    assert caught.value.code is Code.TOO_MANY_ITEMS
    assert boxes_of(wrapped, "code") == {VILLAGES[0]: None}
    assert flaws(file_of()) == [("/features", "no_features")]


def test_other_coordinates_and_too_many_corners_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    squares = row_of_squares(*VILLAGES[:2])

    def named(name: Any) -> Json:
        return {"type": "name", "properties": {"name": name}}

    for name in ("urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326", "http://www.opengis.net/def/crs/EPSG/0/4326"):
        assert flaws(file_of(*squares, crs=named(name))) == []
    for crs in (named("urn:ogc:def:crs:EPSG::32748"), named("EPSG:23830"), named(4326), "EPSG:4326", {}):
        assert flaws(file_of(*squares, crs=crs)) == [("/crs", "crs_unknown")]

    def circle(corners: int) -> list[list[list[float]]]:
        turns = [2 * math.pi * at / corners for at in range(corners)]
        ring = [[104.1 + 0.01 * math.cos(turn), -4.1 + 0.01 * math.sin(turn)] for turn in turns]
        return [[*ring, ring[0]]]

    monkeypatch.setattr(boundary_files, "MAX_POSITIONS_OF_REGION", 1_000)
    monkeypatch.setattr(boundary_files, "MAX_POSITIONS", 4_000)
    assert flaws(file_of(feature(VILLAGES[0], circle(1_000)))) == [("/features/0/geometry", "too_many_positions")]
    many = [feature(code, circle(900)) for code in VILLAGES]
    assert flaws(file_of(*many)) == [("/features", "too_many_positions")]


def test_a_region_far_from_where_it_should_be_is_told_with_the_region_above() -> None:
    district = {"type": "Polygon", "coordinates": square(104, -4.2, 0.3)}
    stray = feature(VILLAGES[4], square(110, -7))
    squares = row_of_squares(*VILLAGES[:4])
    assert flaws(file_of(*squares, stray), {"16.01.14": district}) == [("/features/4/geometry", "outside_parent")]
    assert flaws(file_of(*squares), {"16.01.14": district}) == []
    # The nearest one above that is known counts; one in the file more than one that was loaded.
    assert flaws(file_of(*squares, stray), {"16.01": district}) == [("/features/4/geometry", "outside_parent")]
    known = ("16.01.14", *VILLAGES)
    own = feature("16.01.14", square(104, -4.2, 0.3))
    said = read(file_of(own, *squares, stray), known)
    assert [(flaw[0], flaw[1], flaw[4]) for flaw in said["flaws"]] == [
        ("/features/5/geometry", "outside_parent", "16.01.14")
    ]
    # Nothing above is known: then among the others of it.
    assert flaws(file_of(*squares, stray)) == [("/features/4/geometry", "far_from_siblings")]
    assert flaws(file_of(*row_of_squares(*VILLAGES))) == []


def test_what_can_be_mended_is_mended() -> None:
    first, second = row_of_squares(*VILLAGES[:2])
    clockwise = copy.deepcopy(first)
    clockwise["geometry"]["coordinates"][0].reverse()
    high = copy.deepcopy(second)
    ring = high["geometry"]["coordinates"][0]
    ring[:] = [[*corner, 120.5] for corner in ring for _ in range(2)]  # heights, and each corner twice
    said, plain = read(file_of(clockwise, high)), read(file_of(first, second))
    assert (said["flaws"], said["mended"], plain["mended"]) == ([], 1, 0)

    def shapes(rows: Any) -> list[Any]:
        return [sorted(set(map(tuple, exact(row)["coordinates"][0]))) for row in rows]

    assert shapes(said["rows"]) == shapes(plain["rows"])
    x, y = zip(*exact(said["rows"][0])["coordinates"][0], strict=True)
    assert sum(a * d - c * b for a, b, c, d in zip(x, y, x[1:], y[1:], strict=False)) > 0  # against the clock


def test_neighbours_keep_one_border_at_every_detail_and_no_drawing_is_large() -> None:
    steps = 4_000
    border = [[104.05 + 0.004 * math.sin(at * 0.7), -4.2 + 0.05 * at / steps] for at in range(steps + 1)]
    west = [[[104.0, -4.2], *border, [104.0, -4.15], [104.0, -4.2]]]
    east = [[[104.1, -4.15], *border[::-1], [104.1, -4.2], [104.1, -4.15]]]
    said = read(file_of(feature(VILLAGES[0], west), feature(VILLAGES[1], east)))
    assert said["flaws"] == []
    for detail, most in {3: 200, 4: 600, 5: 4_000}.items():
        one, other = (set(map(tuple, orjson.loads(row[detail])["coordinates"][0])) for row in said["rows"])
        assert len(one) <= most
        assert len(one - other) <= 7, detail  # nothing but the outer corners are its own
    assert len(said["rows"][0][3]) < len(orjson.dumps(exact(said["rows"][0]))) / 20


def test_few_regions_of_which_one_lies_far_away_are_told_and_islands_are_not() -> None:
    near, beside = row_of_squares(*VILLAGES[:2])
    for stray, told in (square(110, -7), 2), (square(105.6, -4.2), 2), (square(104.6, -4.2), 0):
        for others in ([near], [near, beside]):
            found = flaws(file_of(*others, feature(VILLAGES[4], stray)))
            # Of two, nobody knows which one is wrong.
            places = range(len(others) + 1) if len(others) == 1 else [2]
            expected = [(f"/features/{place}/geometry", "far_from_siblings") for place in places] if told else []
            assert found == expected, (stray, len(others))
    islands = ("21.02", "21.72", "21.03")  # Bintan, Tanjungpinang, Natuna
    boxes = (square(104.2, 0.6, 0.9), square(104.4, 0.85, 0.15), square(107.2, 2.5, 2.2))
    shifted = [square(104.2, 0.6, 0.9), square(103.2, 0.85, 0.15), boxes[2]]
    assert read(file_of(*map(feature, islands, shifted)), islands)["flaws"] == []


def test_corners_that_differ_by_rounding_become_one_before_borders_are_shared() -> None:
    # Also where rounding alone would send them to different sides.
    border = [[104.05 + 0.004 * math.sin(at * 0.7), -4.2 + 0.05 * at / 3_000] for at in range(3_001)]
    shaken = [[x + 1e-9 * (-1) ** at, y - 1e-9 * (-1) ** at] for at, (x, y) in enumerate(border)]
    west = [[[104.0, -4.2], *border, [104.0, -4.15], [104.0, -4.2]]]
    east = [[[104.1, -4.15], *shaken[::-1], [104.1, -4.2], [104.1, -4.15 + 1e-9]]]
    said = read(file_of(feature(VILLAGES[0], west), feature(VILLAGES[1], east)))
    assert said["flaws"] == []  # a ring that is open by rounding is closed, too
    for detail in (3, 4, 5):
        one, other = (set(map(tuple, orjson.loads(row[detail])["coordinates"][0])) for row in said["rows"])
        assert (len(one - other), len(other - one)) == (2, 2), detail
    one, other = (set(map(tuple, exact(row)["coordinates"][0])) for row in said["rows"])
    assert (len(one - other), len(other - one)) == (2, 2)


def test_what_counts_as_mended_was_mended() -> None:
    first, second = row_of_squares(*VILLAGES[:2])
    hole = [[104.02, -4.18], [104.02, -4.1799999], [104.0200001, -4.18], [104.02, -4.18]]  # with the clock, a speck
    pierced = feature(VILLAGES[0], [*square(104, -4.2), hole])
    assert read(file_of(pierced, second))["mended"] == 0
    first["geometry"]["coordinates"][0].reverse()
    assert read(file_of(first, second))["mended"] == 1
    assert read(file_of(first, feature(VILLAGES[1], CROSSED)))["mended"] == 0  # nothing was loaded


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


def test_no_module_loads_the_library_when_it_is_imported() -> None:
    sources = {path: path.read_text("utf-8") for path in Path(main.__file__).parent.rglob("*.py")}
    asked = {path.name for path, source in sources.items() if "shapely" in source}
    assert asked == {"boundary_places.py", "boundary_shapes.py"}
    assert not any(re.search(r"^(import|from) shapely", source, re.MULTILINE) for source in sources.values())
