"""What a map shows: where records lie, and the boundaries of regions."""

import re
from typing import Annotated, Any, Literal
from uuid import UUID

import orjson
from fastapi import Query, Response
from pydantic import BaseModel, ConfigDict, Field

from app.accounts.permissions import Role, Scope
from app.api.answers import as_json
from app.api.calls import AnyRole
from app.api.endpoints import Endpoints
from app.api.progress import RegionCode
from app.core.bulk import Digits
from app.core.problems import Code, FieldError, Problem, Text
from app.core.text import Line
from app.progress.points import BELOW, WORLD, Box, points, worked_in
from app.progress.reports import look
from app.progress.schemas import RegionOut
from app.regions.boundaries import Drawn, drawn_boundaries
from app.regions.region_code import Level
from app.register.filters import ReviewState

router = Endpoints("progress")

_SIDES = 4
_ZOOMS = {
    Level.NATION: 6,
    Level.PROVINCE: 8,
    Level.REGENCY: 10,
    Level.DISTRICT: 12,
    Level.VILLAGE: 12,
    Level.NEIGHBOURHOOD: 12,
}
_DEGREES = re.compile(r"-?\d{1,3}(\.\d{1,20})?(,-?\d{1,3}(\.\d{1,20})?)*", re.ASCII)
_BOX = Text(
    "Ditulis barat,selatan,timur,utara dalam derajat, misalnya 103.9,-4.3,104.3,-4.0.",
    "Written west,south,east,north in degrees, such as 103.9,-4.3,104.3,-4.0.",
)


class PointOut(BaseModel):
    """A point of the map: a region, several records, or one."""

    latitude: float
    longitude: float
    count: int = Field(description="Records that the point stands for.")
    region: RegionOut | None = Field(description="The region that it stands for; null for records.")
    business_id: UUID | None = Field(description="Of a single record, if the caller may see its place.")
    record_id: UUID | None = Field(description="Likewise.")
    review_state: ReviewState | None = Field(description="Likewise.")


class PointsOut(BaseModel):
    """The points in a part of the map, at most 2,000."""

    campaign: str
    region: str = Field(description="Kemendagri code of the region that they lie in.")
    precision: Literal["exact", "grid"] = Field(
        description="`grid`: the caller may not see addresses; points are the middles of cells of a kilometre or more."
    )
    grid_degrees: float | None = Field(description="Side of the cells whose records are one point; null for regions.")
    items: list[PointOut]


class BoundaryShape(BaseModel):
    """A geometry of GeoJSON."""

    type: Literal["Polygon", "MultiPolygon"]
    coordinates: list[Any]


class BoundaryFeature(BaseModel):
    """The boundary of a region, as a feature of GeoJSON."""

    type: Literal["Feature"]
    id: str = Field(description="Kemendagri code.")
    bbox: list[float] | None = Field(default=None, description="West, south, east, north.")
    properties: RegionOut
    geometry: BoundaryShape | None = Field(description="Null where no boundary is loaded.")


class BoundariesOut(BaseModel):
    """A FeatureCollection of GeoJSON, and what it is of."""

    type: Literal["FeatureCollection"]
    campaign: str
    region: str = Field(description="Kemendagri code of the region that they lie in.")
    level: Literal["regency", "district", "village", "neighbourhood"]
    features: list[BoundaryFeature]


class Part(BaseModel):
    """Which part of which map."""

    model_config = ConfigDict(frozen=True)

    region: RegionCode = None
    campaign: Line | None = Field(
        default=None, description="Code of a campaign; by default the current one.", max_length=60
    )
    bbox: Line | None = Field(
        default=None, description="`west,south,east,north` in degrees; by default everywhere.", max_length=100
    )
    zoom: Digits = Field(
        default=0, ge=0, le=22, description="As web maps count it; from 12 on, single records are shown."
    )


@router.endpoint("GET /v1/map/points", "Where records lie", [304, 404], model=PointsOut, reader=True)
async def get_points(call: AnyRole, part: Annotated[Part, Query()]) -> Response:
    """Below zoom 12, each regency of the nation, district of a province, or village of a smaller region is one point.
    From zoom 12, in a regency or smaller, the answer has the records in the box; records in one cell of a grid are one
    point. Enumerators see their own records, coordinators those of their team, at every zoom; system clients without
    `businesses:read` see cells of a kilometre or more of a whole regency, and smaller regions as points of villages,
    without those of fewer than five records. A box that holds too much for 2,000 points has larger cells. With an
    `ETag`. From zoom 12, a record may be missing if it lies more than two kilometres from the other records of its
    village.
    """
    who, box = call.principal, _box_of(part.bbox)
    exact = who.role is not Role.SYSTEM or Scope.BUSINESSES_READ in who.scopes
    code = who.territory.region_code if part.region is None else part.region
    async with call.snapshot() as pg:
        reach = await call.reach(pg)
        view = await look(
            pg, who, call.now, region_code=code, campaign_code=part.campaign, as_of=None, basis="received"
        )
        found = await points(pg, view, reach.only, box, part.zoom, exact=exact)
    said: dict[str, Any] = {
        "campaign": view.campaign.code,
        "region": view.region.code,
        "precision": "exact" if exact else "grid",
        "grid_degrees": found.grid,
        "items": found.items,
    }
    return as_json(call.request, said)


def _box_of(text: str | None) -> Box:
    if text is None:
        return WORLD
    sides = [float(side) for side in text.split(",")] if _DEGREES.fullmatch(text) else []
    if len(sides) != _SIDES or not (-180 <= sides[0] <= sides[2] <= 180 and -90 <= sides[1] <= sides[3] <= 90):  # noqa: PLR2004  (degrees)
        raise Problem(Code.INVALID_FIELDS, errors=(FieldError("/query/bbox", "invalid_value", _BOX),))
    return Box(*sides)


@router.endpoint(
    "GET /v1/map/boundaries", "Boundaries of regions, for a map", [304, 404], model=BoundariesOut, reader=True
)
async def get_boundaries(
    call: AnyRole,
    region: RegionCode = None,
    campaign: Annotated[
        Line | None, Query(description="Code of a campaign; by default the current one.", max_length=60)
    ] = None,
    zoom: Annotated[
        Digits | None, Query(ge=0, le=22, description="How exact: as web maps count it; by default as the region asks.")
    ] = None,
) -> Response:
    """As GeoJSON: of the nation its regencies, of a province its districts, of all others their villages: all of them,
    with `geometry` null where no boundary is loaded. These are the regions of `GET /v1/map/points` below zoom 12.
    Coordinators get those where their team works, enumerators those where they work. The boundaries were simplified
    when they were loaded, so that neighbours of one file keep one border. With an `ETag`.
    """
    who = call.principal
    code = who.territory.region_code if region is None else region
    async with call.snapshot() as pg:
        view = await look(pg, who, call.now, region_code=code, campaign_code=campaign, as_of=None, basis="received")
        level = Level(view.region.level)
        reach = await call.reach(pg)
        only = None if reach.only is None else await worked_in(pg, view, reach.only)
        near = _ZOOMS[level] if zoom is None else zoom
        drawn = await drawn_boundaries(pg, view.region.code, BELOW[level].value, only, near)
    said = {
        "type": "FeatureCollection",
        "campaign": view.campaign.code,
        "region": view.region.code,
        "level": BELOW[level].value,
        "features": [_feature(each) for each in drawn],
    }
    return as_json(call.request, said)


def _feature(drawn: Drawn) -> dict[str, Any]:
    region = {"code": drawn.code, "name": drawn.name, "level": drawn.level}
    if drawn.shape is None:
        return {"type": "Feature", "id": drawn.code, "properties": region, "geometry": None}
    return {
        "type": "Feature",
        "id": drawn.code,
        "bbox": [drawn.west, drawn.south, drawn.east, drawn.north],
        "properties": region,
        "geometry": orjson.Fragment(drawn.shape),
    }
