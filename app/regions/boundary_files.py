"""A GeoJSON file of boundaries: its features, and what is wrong with each before any geometry is worked out. Pure.

Runs in a child process (`core/child_processes.py`), so it takes and gives what JSON has.
"""

import json
import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import orjson

from app.core.problems import Code, Problem
from app.core.redaction import without_numbers
from app.regions.region_code import NATION, is_region_code

MAX_REGIONS = 10_000
MAX_POSITIONS = 150_000
"""Corners of a file: as many as are worked out in half of the computing that a file may take."""

MAX_POSITIONS_OF_REGION = 60_000
DIGITS = 7
"""Behind the point, of a position in degrees: 1 cm."""

INDONESIA = (94.0, -12.0, 142.0, 8.0)
"""West, south, east and north of all land of Indonesia, in degrees, with room."""

_MAX_FAULTS_OF_FEATURE = 5
_LEAST_OF_RING = 4  # corners, the first one again at the end
_FLAT = 2  # numbers of a position without a height
_DEGREES = frozenset(("CRS84", "4326", "4979"))

Position = tuple[float, float]
Box = tuple[float, float, float, float]
"""West, south, east and north."""

Snap = Callable[[float, float], Position]
Ring = list[Position]
Polygons = list[list[Ring]]
"""Of each polygon its shell, then its holes."""


class Flaw(NamedTuple):
    """What is wrong in a file, and where: a pointer into it, the region that it is about, and the place in degrees."""

    pointer: str
    code: str
    region: str | None = None
    at: Position | None = None
    other: str | None = None
    """The region that it is too near to, or in the way of."""


class Outline(NamedTuple):
    """The boundary of a region as the file has it."""

    place: int
    """Which of the features it is, from 0."""
    code: str
    polygons: Polygons


class Outlines(NamedTuple):
    """The regions of a file that can be worked out, and what is wrong with it."""

    sound: list[Outline]
    flaws: list[Flaw]
    features: int


class _Wrong(Exception):
    """A feature is wrong in this way."""

    def __init__(self, tail: str, code: str, at: Position | None = None) -> None:
        super().__init__(code)
        self.tail, self.code, self.at = tail, code, at


def features_of(content: bytes) -> list[Any]:
    """The features of a file.

    Raises:
        Problem: `unreadable_file` where it is no JSON or no FeatureCollection, `too_many_items`.
    """
    try:
        file = orjson.loads(content)
    except orjson.JSONDecodeError:
        file = _read_loosely(content)
    if not isinstance(file, dict) or file.get("type") != "FeatureCollection":
        raise Problem(Code.UNREADABLE_FILE)
    features = file.get("features")
    if not isinstance(features, list):
        raise Problem(Code.UNREADABLE_FILE)
    if len(features) > MAX_REGIONS:
        raise Problem(Code.TOO_MANY_ITEMS)
    return [_Crs(file["crs"]), *features] if not _in_degrees(file.get("crs")) else features


class _Crs(NamedTuple):
    """Stands before the features where the file counts in other units than degrees."""

    said: Any


def _read_loosely(content: bytes) -> Any:
    """With NaN and infinity, which are not JSON but which some programs write: so the feature can be named."""
    try:
        return json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as exc:
        raise Problem(Code.UNREADABLE_FILE) from exc


def _in_degrees(crs: Any) -> bool:
    """Whether positions are longitude and latitude. The old way to say so, `crs`, is not there in newer files."""
    if crs is None:
        return True
    properties = crs.get("properties") if isinstance(crs, Mapping) else None
    name = properties.get("name") if isinstance(properties, Mapping) else None
    return isinstance(name, str) and name.replace("/", ":").rpartition(":")[2].upper() in _DEGREES


def boxes_of(content: bytes, code_property: str) -> dict[str, Box | None]:
    """The region codes that the file names, whether or not there are such regions, and how far each reaches if known.

    Raises:
        Problem: as `features_of`.
    """
    found: dict[str, Box | None] = {}
    for feature in features_of(content):
        code = _code_of(feature, code_property)
        if isinstance(code, str) and is_region_code(code):
            found[code] = _box(feature) or found.get(code)
    return dict(sorted(found.items()))


def _box(feature: Any) -> Box | None:
    try:
        polygons = _polygons(feature, lambda x, y: (float(x), float(y)))
    except _Wrong:
        return None
    x, y = zip(*(corner for rings in polygons for corner in rings[0]), strict=True)
    return min(x), min(y), max(x), max(y)


class _Grid:
    """Steps of a centimetre. Corners that differ by rounding become one, so that neighbours have one border.

    Rounding alone is not enough: corners that are a hair apart may lie on both sides of the middle between two steps.
    """

    def __init__(self) -> None:
        self._taken: dict[tuple[int, int], Position] = {}

    def snap(self, x: float, y: float) -> Position:
        """The corner of the grid that stands for this one."""
        column, row = x * _STEPS, y * _STEPS
        across, up = round(column), round(row)
        taken = self._taken
        found = taken.get((across, up))
        if found is None:
            right, more = _leaning(column - across), _leaning(row - up)
            if right or more:
                near = ((across + right, up), (across, up + more), (across + right, up + more))
                found = next((taken[place] for place in near if place in taken), None)
        if found is None:
            found = taken[across, up] = (across / _STEPS, up / _STEPS)
        return found


_STEPS = 10**DIGITS
_MIDDLE = 0.4  # of a step: from here on, another corner may have been rounded to the next one


def _leaning(rest: float) -> int:
    return 0 if abs(rest) < _MIDDLE else 1 if rest > 0 else -1


def outlines_of(content: bytes, code_property: str, known: frozenset[str]) -> Outlines:
    """The boundaries in the file. `known`: the codes of regions that the caller may draw.

    Raises:
        Problem: as `features_of`.
    """
    features = features_of(content)
    flaws: list[Flaw] = []
    if features and isinstance(features[0], _Crs):
        return Outlines([], [Flaw("/crs", "crs_unknown")], len(features) - 1)
    if not features:
        flaws.append(Flaw("/features", "no_features"))
    sound: list[Outline] = []
    seen: set[str] = set()
    positions = 0
    snap = _Grid().snap
    for index, feature in enumerate(features):
        code = _code_of(feature, code_property)
        named = code if isinstance(code, str) and is_region_code(code) else None
        found = list(_flaws_of_code(_pointer(index, feature, code_property), code, known, seen))
        try:
            outline = Outline(index, str(code), _polygons(feature, snap))
        except _Wrong as exc:
            found.append(Flaw(f"/features/{index}{exc.tail}", exc.code, named, exc.at))
        else:
            positions += _size(outline.polygons)
            if not found:
                sound.append(outline)
        flaws += found[:_MAX_FAULTS_OF_FEATURE]
    if positions > MAX_POSITIONS:
        return Outlines([], [*flaws, Flaw("/features", "too_many_positions")], len(features))
    return Outlines(sound, flaws, len(features))


def _code_of(feature: Any, code_property: str) -> Any:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    return properties.get(code_property) if isinstance(properties, dict) else None


def _pointer(index: int, feature: Any, code_property: str) -> str:
    """To the code, or to the part of the file that should have it."""
    if not isinstance(feature, dict):
        return f"/features/{index}"
    if not isinstance(feature.get("properties"), dict):
        return f"/features/{index}" + ("/properties" if "properties" in feature else "")
    # The name was typed, and may be somebody's number.
    name = without_numbers(code_property).replace("~", "~0").replace("/", "~1")
    return f"/features/{index}/properties/{name}"


def _flaws_of_code(pointer: str, code: Any, known: frozenset[str], seen: set[str]) -> Iterator[Flaw]:
    if code is None:
        yield Flaw(pointer, "code_missing")
    elif not isinstance(code, str) or not is_region_code(code) or code == NATION:
        yield Flaw(pointer, "code_not_dotted")
    elif code not in known:
        yield Flaw(pointer, "region_unknown", code)
    elif code in seen:
        yield Flaw(pointer, "region_repeated", code)
    else:
        seen.add(code)


def _size(polygons: Polygons) -> int:
    return sum(len(ring) for polygon in polygons for ring in polygon)


def _polygons(feature: Any, snap: Snap) -> Polygons:
    if not isinstance(feature, dict):
        raise _Wrong("", "geometry_missing")
    geometry = feature.get("geometry")
    if geometry is None:
        raise _Wrong("/geometry", "geometry_missing")
    if not isinstance(geometry, dict) or geometry.get("type") not in ("Polygon", "MultiPolygon"):
        raise _Wrong("/geometry", "geometry_not_a_polygon")
    coordinates, tail = geometry.get("coordinates"), "/geometry/coordinates"
    if not isinstance(coordinates, list):
        raise _Wrong(tail, "geometry_not_a_polygon")
    if not coordinates:
        raise _Wrong(tail, "geometry_missing")
    if geometry["type"] == "Polygon":
        polygons = [_polygon(coordinates, tail, snap)]
    else:
        polygons = [_polygon(each, f"{tail}/{at}", snap) for at, each in enumerate(coordinates)]
    if _size(polygons) > MAX_POSITIONS_OF_REGION:
        raise _Wrong("/geometry", "too_many_positions")
    return polygons


def _polygon(rings: Any, tail: str, snap: Snap) -> list[Ring]:
    if not isinstance(rings, list):
        raise _Wrong(tail, "geometry_not_a_polygon")
    if not rings:
        raise _Wrong(tail, "geometry_missing")
    return [_ring(ring, f"{tail}/{at}", snap) for at, ring in enumerate(rings)]


def _ring(positions: Any, tail: str, snap: Snap) -> Ring:
    if not isinstance(positions, list):
        raise _Wrong(tail, "geometry_not_a_polygon")
    ring = [_position(position, f"{tail}/{at}", snap) for at, position in enumerate(positions)]
    if len(set(ring)) < _LEAST_OF_RING - 1:
        raise _Wrong(tail, "ring_too_short", ring[0] if ring else None)
    if ring[0] != ring[-1]:
        raise _Wrong(tail, "ring_not_closed", ring[-1])
    return ring


def _position(position: Any, tail: str, snap: Snap) -> Position:
    """Longitude and latitude; a height is left out."""
    if not isinstance(position, list) or len(position) < _FLAT:
        raise _Wrong(tail, "position_invalid")
    x, y = position[0], position[1]
    if not _is_number(x) or not _is_number(y):
        raise _Wrong(tail, "position_invalid")
    if _lies_in(x, y):
        return snap(x, y)
    if _lies_in(y, x):
        raise _Wrong(tail, "position_swapped")
    if abs(x) > 180 or abs(y) > 90:  # noqa: PLR2004  (degrees)
        raise _Wrong(tail, "position_not_in_degrees")
    raise _Wrong(tail, "position_outside_indonesia", (float(x), float(y)))


def _is_number(value: Any) -> bool:
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and (isinstance(value, int) or math.isfinite(value))
    )


def _lies_in(x: float, y: float) -> bool:
    west, south, east, north = INDONESIA
    return west <= x <= east and south <= y <= north
