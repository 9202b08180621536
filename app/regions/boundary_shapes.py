"""Boundaries worked out: whether each is sound, lies where it should, and what it looks like from afar and near. Pure.

Runs in a child process (`core/child_processes.py`): the library takes 30 MB and most of a second to load, so it is
loaded by the functions that need it, never by the server.
"""

import hashlib
import math
import re
from base64 import b64encode
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import orjson

from app.core.bodies import pack
from app.regions.boundary_files import DIGITS, Flaw, Outline, Outlines, Polygons, outlines_of
from app.regions.boundary_places import Stored, by_level, flaw_at, misplaced


class Detail(NamedTuple):
    """How exact a drawing is."""

    degrees: float
    """About how far a line may move."""
    digits: int
    most: int
    """Corners of a region, at the most."""


DETAILS = (Detail(0.01, 3, 200), Detail(0.0012, 4, 600), Detail(0.00015, 5, 4_000))
"""From afar, as a province is seen (half a pixel at zoom 6), as a regency is (9), and from near (12)."""

_LEAST_M2 = 10_000  # a hectare: no village of Indonesia is as small
_M_OF_DEGREE = 111_195
_PLACE = re.compile(r"\[(-?[0-9.eE+-]+) (-?[0-9.eE+-]+)\]")
_REASONS = (
    ("Hole lies outside", "hole_outside"),
    ("Holes are nested", "hole_outside"),
    ("Nested shells", "parts_overlap"),
    ("Duplicate Rings", "parts_overlap"),
    ("Too few points", "ring_too_short"),
    ("Invalid Coordinate", "position_invalid"),
)


def read_boundaries(content: bytes, code_property: str, known: Sequence[str], stored: Stored) -> dict[str, Any]:
    """The boundaries in a file, worked out; none where anything is wrong with it.

    Args:
        known: the codes of regions that the caller may draw.
        stored: boundaries that were loaded before.

    Returns:
        `features`, how many; `flaws` (see `Flaw`); `rows` of code, digest, exact geometry (see `_kept`), its drawings
        (see `DETAILS`), west, south, east, north; `mended`, how many are turned the right way round, none where
        anything is wrong.

    Raises:
        Problem: as `features_of`.
    """
    outlines = outlines_of(content, code_property, frozenset(known))
    shapes, flaws, mended = _shapes(outlines)
    if not flaws and not outlines.flaws:
        flaws += misplaced(outlines.sound, shapes, stored)
    flaws = sorted([*outlines.flaws, *flaws], key=_place)
    rows = [] if flaws else _rows(outlines.sound, shapes)
    return {"features": outlines.features, "flaws": flaws, "rows": rows, "mended": 0 if flaws else mended}


def _place(flaw: Flaw) -> int:
    index = flaw.pointer.split("/")[2:3]
    return int(index[0]) if index and index[0].isdigit() else -1


def _shapes(outlines: Outlines) -> tuple[list[Any], list[Flaw], int]:
    """The shapes, what is wrong with them, and how many were repaired."""
    import shapely  # noqa: PLC0415  (not in the server)

    shapes, flaws, mended = [], [], 0
    for outline in outlines.sound:
        index, code, polygons = outline
        plain = shapely.MultiPolygon([(rings[0], rings[1:]) for rings in polygons])
        reason = shapely.is_valid_reason(plain)
        if reason != "Valid Geometry":
            pointer = f"/features/{index}/geometry"
            found = _PLACE.search(reason)
            at = (float(found[1]), float(found[2])) if found else None
            kind = next((kind for words, kind in _REASONS if reason.startswith(words)), "polygon_crosses_itself")
            flaws.append(Flaw(pointer, kind, code, at))
            continue
        if _square_metres(plain) < _LEAST_M2:
            flaws.append(flaw_at(outline, "region_too_small", plain))
            continue
        mended += any(not _wound_well(rings) for rings in polygons)
        shapes.append(shapely.orient_polygons(plain))
    return shapes, flaws, mended


def _wound_well(rings: Iterable[Sequence[tuple[float, float]]]) -> bool:
    """Whether the shell goes round against the clock, and holes with it."""
    import shapely  # noqa: PLC0415  (not in the server)

    return all(shapely.is_ccw(shapely.LinearRing(ring)) == (at == 0) for at, ring in enumerate(rings))


def _square_metres(shape: Any) -> float:
    """About: a degree of longitude is as long everywhere in the shape as in its middle."""
    _, south, _, north = shape.bounds
    return float(shape.area * _M_OF_DEGREE**2 * math.cos(math.radians((south + north) / 2)))


def _rows(sound: Sequence[Outline], shapes: Sequence[Any]) -> list[tuple[Any, ...]]:
    """As `read_boundaries` gives them."""
    import shapely  # noqa: PLC0415  (not in the server)

    drawn: dict[int, list[str]] = {}
    for places in by_level([outline.code for outline in sound]).values():
        family = [shapes[place] for place in places]
        simple = family
        for detail in reversed(DETAILS):  # each from the one before, which is quicker
            # Together, so that neighbours keep one border between them.
            simple = shapely.coverage_simplify(simple, detail.degrees)
            for place, shape, plain in zip(places, family, simple, strict=True):
                drawn.setdefault(place, []).insert(0, _text(_bounded(plain, shape, detail), detail.digits))
    return [
        (outline.code, *_kept(_text(shape, DIGITS), drawn[place]), *drawn[place], *shape.bounds)
        for place, (outline, shape) in enumerate(zip(sound, shapes, strict=True))
    ]


def _kept(exact: str, drawn: Sequence[str]) -> tuple[str, str]:
    """Its digest, and the exact boundary packed, both in base64: the server only stores them."""
    digest = hashlib.sha256("\n".join((exact, *drawn)).encode()).digest()
    return b64encode(digest).decode(), b64encode(pack(exact.encode())).decode()


def _bounded(plain: Any, shape: Any, detail: Detail) -> Any:
    """The drawing without specks, with no more corners than it may have; never nothing."""
    import shapely  # noqa: PLC0415  (not in the server)

    if plain.is_empty:
        plain = shape
    speck = detail.degrees**2
    parts = sorted(shapely.get_parts(plain), key=lambda part: -part.area)
    parts = [part for place, part in enumerate(parts) if place == 0 or part.area > speck]
    width = detail.degrees
    found = shapely.MultiPolygon(parts)
    while shapely.get_num_coordinates(found) > detail.most:
        width *= 2
        parts = [part for place, part in enumerate(parts) if place == 0 or part.area > width**2]
        found = shapely.simplify(shapely.MultiPolygon(parts), width, preserve_topology=True)
    return found


def _text(shape: Any, digits: int) -> str:
    """As GeoJSON, with so many digits behind the point; rings that have no area then are left out, if others stay."""
    import shapely  # noqa: PLC0415  (not in the server)

    parts = [_rounded(part, digits) for part in shapely.get_parts(shape)]
    kept: Polygons = [rings for rings in parts if rings]
    if not kept:  # smaller than a step of the last digit: then with more of them
        return _text(shape, digits + 1)
    if len(kept) == 1:
        return orjson.dumps({"type": "Polygon", "coordinates": kept[0]}).decode()
    return orjson.dumps({"type": "MultiPolygon", "coordinates": kept}).decode()


def _rounded(part: Any, digits: int) -> list[list[tuple[float, float]]]:
    shell = _ring(part.exterior.coords, digits)
    holes = [_ring(hole.coords, digits) for hole in part.interiors]
    return [shell, *(hole for hole in holes if hole)] if shell else []


def _ring(corners: Iterable[tuple[float, float]], digits: int) -> list[tuple[float, float]]:
    ring: list[tuple[float, float]] = []
    for x, y in corners:
        corner = (round(x, digits), round(y, digits))
        if not ring or ring[-1] != corner:
            ring.append(corner)
    return ring if len(set(ring)) > 2 else []  # noqa: PLR2004  (a triangle is the least)
