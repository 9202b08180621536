"""Files of boundaries: what is wrong with one is told at its feature, and what can be mended is. Pure."""

import copy
import math
import re
from base64 import b64decode
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import orjson
import pytest
from boundary_features import CROSSED, VILLAGES, Json, feature, file_of, row_of_squares, square

from app import main
from app.core.bodies import unpack
from app.core.problems import Code, Problem
from app.regions import boundary_files
from app.regions.boundary_files import boxes_of, features_of
from app.regions.boundary_places import Stored
from app.regions.boundary_shapes import read_boundaries
from app.regions.boundary_texts import in_words


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
    others: list[Any] = [named("urn:ogc:def:crs:EPSG::32748"), named("EPSG:23830"), named(4326), "EPSG:4326", {}]
    for crs in others:
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


def test_no_module_loads_the_library_when_it_is_imported() -> None:
    sources = {path: path.read_text("utf-8") for path in Path(main.__file__).parent.rglob("*.py")}
    asked = {path.name for path, source in sources.items() if "shapely" in source}
    assert asked == {"boundary_places.py", "boundary_shapes.py"}
    assert not any(re.search(r"^(import|from) shapely", source, re.MULTILINE) for source in sources.values())
