"""Files of boundaries, made for tests."""

from typing import Any

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


CROSSED = [[[104.05, -4.2], [104.1, -4.15], [104.1, -4.2], [104.05, -4.15], [104.05, -4.2]]]
