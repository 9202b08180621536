"""Where boundaries lie: in the region above, among others of it, on one another. With those loaded before. Pure.

Runs in a child process, as `boundary_shapes`.
"""

from collections import defaultdict
from collections.abc import Container, Mapping, Sequence
from statistics import median
from typing import Any, TypedDict

from app.regions.boundary_files import Flaw, Outline
from app.regions.region_code import ancestry

_NEAR = 0.01  # degrees, 1.1 km: so far may two sources of a border differ
_OUTSIDE = 0.2  # of its area may lie beyond the region above
_OVERLAP = 0.2  # of the smaller one's area may lie in a neighbour
_FAR = 8  # times as far from the middle as others of the same region, or as they are long
_FAR_DEGREES = 0.3
_FAR_DEGREES_OF_FEW = 1.0  # two or three islands may be all that is loaded
_FEW = 4
_PAIR = 2
_MOST_OF_PARENT = 5  # faults


class Stored(TypedDict):
    """Boundaries that were loaded before and that the file does not replace: GeoJSON or boxes by region code."""

    above: Mapping[str, str]
    """Of regions in which those of the file lie."""
    beside: Mapping[str, str]
    """Of the same level, and near."""
    below: Mapping[str, str]
    """Of regions that lie in those of the file, with none between them."""
    siblings: Mapping[str, Sequence[float]]
    """West, south, east and north of others of a region, where no boundary above it is known."""


Here = Mapping[str, tuple[Outline, Any]]
"""The file's regions and their shapes by code."""


def misplaced(sound: Sequence[Outline], shapes: Sequence[Any], stored: Stored) -> list[Flaw]:
    """What lies beyond the region above it, or far from all others of it where none of those is known; or on another.

    A region that would leave loaded ones outside of it is a fault of the file, too.
    """
    here = {outline.code: (outline, shape) for outline, shape in zip(sound, shapes, strict=True)}
    return [
        *_outside(here, stored),
        *_left_outside(here, stored["below"]),
        *_overlapping(sound, shapes),
        *_overlapping_stored(sound, shapes, stored["beside"]),
    ]


def _nearest(code: str, *known: Container[str]) -> str | None:
    """The lowest region above this one that is known."""
    return next((each for each in reversed(ancestry(code)[:-1]) if any(each in some for some in known)), None)


def _outside(here: Here, stored: Stored) -> list[Flaw]:
    """What lies beyond the region above it, or where none of those is known, far from all others of it."""
    above = stored["above"]
    wide: dict[str, Any] = {}
    flaws = []
    lonely: dict[str, list[tuple[Outline, Any]]] = defaultdict(list)
    for outline, shape in here.values():
        code = _nearest(outline.code, here, above)
        if code is None:
            lonely[ancestry(outline.code)[-2]].append((outline, shape))
            continue
        if code not in wide:
            wide[code] = _widened(here[code][1] if code in here else _sound(above[code]))
        beyond = _beyond(shape, wide[code])
        if beyond is not None:
            flaws.append(flaw_at(outline, "outside_parent", beyond, code))
    others = defaultdict(list)
    for code, box in stored["siblings"].items():
        others[ancestry(code)[-2], len(code)].append(box)
    for parent, family in lonely.items():
        flaws += _strays(parent, family, others[parent, len(family[0][0].code)])
    return flaws


def _left_outside(here: Here, below: Mapping[str, str]) -> list[Flaw]:
    """Regions of the file that would leave outside what was loaded before and lies in them."""
    wide: dict[str, Any] = {}
    flaws: dict[str, list[Flaw]] = defaultdict(list)
    for code, text in below.items():
        parent = _nearest(code, here)
        if parent is None or len(flaws[parent]) >= _MOST_OF_PARENT:
            continue
        outline, shape = here[parent]
        if parent not in wide:
            wide[parent] = _widened(shape)
        beyond = _beyond(_sound(text), wide[parent])
        if beyond is not None:
            flaws[parent].append(flaw_at(outline, "leaves_outside", beyond, code))
    return [flaw for found in flaws.values() for flaw in found]


def _sound(text: str) -> Any:
    """A drawing that was loaded; simplified, it may cross itself."""
    import shapely  # noqa: PLC0415  (not in the server)

    shape = shapely.from_geojson(text)
    return shape if shapely.is_valid(shape) else shapely.make_valid(shape, method="structure", keep_collapsed=False)


def _widened(shape: Any) -> Any:
    import shapely  # noqa: PLC0415  (not in the server)

    wide = shapely.buffer(shape, _NEAR, quad_segs=2)
    shapely.prepare(wide)
    return wide


def _beyond(shape: Any, wide: Any) -> Any:
    """The part that lies outside, where it is too much of it."""
    import shapely  # noqa: PLC0415  (not in the server)

    if shapely.covers(wide, shape):
        return None
    beyond = shapely.difference(shape, wide)
    return beyond if beyond.area > _OUTSIDE * shape.area else None


def _strays(parent: str, family: Sequence[tuple[Outline, Any]], stored: Sequence[Sequence[float]]) -> list[Flaw]:
    """Those of one region that lie far from all others of it, which are in the file or were loaded before."""
    boxes = [*(shape.bounds for _, shape in family), *stored]
    if len(boxes) < _PAIR:
        return []
    middles = [((west + east) / 2, (south + north) / 2) for west, south, east, north in boxes]
    sides = [max(east - west, north - south) for west, south, east, north in boxes]
    if len(boxes) == _PAIR:
        (x, y), (u, v) = middles
        away, usual = [max(abs(x - u), abs(y - v))] * _PAIR, max(sides)
    else:
        x, y = median(x for x, _ in middles), median(y for _, y in middles)
        away = [max(abs(u - x), abs(v - y)) for u, v in middles]
        usual = max(median(away), median(sides))
    most = max(_FAR_DEGREES if len(boxes) >= _FEW else _FAR_DEGREES_OF_FEW, _FAR * usual)
    return [
        flaw_at(outline, "far_from_siblings", shape, parent)
        for (outline, shape), distance in zip(family, away, strict=False)
        if distance > most
    ]


def _overlapping(sound: Sequence[Outline], shapes: Sequence[Any]) -> list[Flaw]:
    """Regions of one level of which one lies largely in another."""
    import shapely  # noqa: PLC0415  (not in the server)

    flaws = []
    for places in by_level([outline.code for outline in sound]).values():
        family = [shapes[place] for place in places]
        for one, other in zip(*shapely.STRtree(family).query(family, predicate="intersects"), strict=True):
            shared = _shared(family[one], family[other]) if one > other else None
            if shared is not None:
                flaws.append(flaw_at(sound[places[one]], "overlaps", shared, sound[places[other]].code))
    return flaws


def _overlapping_stored(sound: Sequence[Outline], shapes: Sequence[Any], beside: Mapping[str, str]) -> list[Flaw]:
    """Regions of the file that lie largely in one of their level that was loaded before, or that one in them."""
    import shapely  # noqa: PLC0415  (not in the server)

    flaws = []
    codes = list(beside)
    loaded = by_level(codes)
    for width, places in by_level([outline.code for outline in sound]).items():
        family = [shapes[place] for place in places]
        others = [codes[place] for place in loaded.get(width, [])]
        drawings = [_sound(beside[code]) for code in others]
        for one, other in zip(*shapely.STRtree(drawings).query(family, predicate="intersects"), strict=True):
            shared = _shared(family[one], drawings[other])
            if shared is not None:
                flaws.append(flaw_at(sound[places[one]], "overlaps", shared, others[other]))
    return flaws


def _shared(one: Any, other: Any) -> Any:
    """The part that both have, where it is too much of the smaller one."""
    import shapely  # noqa: PLC0415  (not in the server)

    shared = shapely.intersection(one, other)
    return shared if shared.area > _OVERLAP * min(one.area, other.area) else None


def by_level(codes: Sequence[str]) -> dict[int, list[int]]:
    """Places in the list, by the length of the codes."""
    found: dict[int, list[int]] = defaultdict(list)
    for place, code in enumerate(codes):
        found[len(code)].append(place)
    return found


def flaw_at(outline: Outline, code: str, where: Any, other: str | None = None) -> Flaw:
    """What is wrong with a shape, at a point of the part that is wrong."""
    point = where.representative_point()
    at = (round(point.x, 5), round(point.y, 5))
    return Flaw(f"/features/{outline.place}/geometry", code, outline.code, at, other)
