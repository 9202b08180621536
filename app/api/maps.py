"""What a map shows: where records lie."""

import math
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from app.accounts.permissions import Role, Scope
from app.api.answers import CONDITIONAL, as_json
from app.api.deps import Anyone, ServicesDep, limited, problems
from app.api.limits import Asked
from app.api.progress import RegionCode
from app.core.bulk import Digits, Line
from app.core.problems import Code, FieldError, Problem, Text
from app.progress.points import WORLD, Box, points
from app.progress.reports import look
from app.progress.schemas import RegionOut
from app.regions.region_code import NATION, local_date
from app.register.filters import ReviewState
from app.workforce.reach import reach_of

router = APIRouter(prefix="/v1/map", tags=["progress"])

_SIDES = 4
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
    business_id: UUID | None = Field(description="Of a single record, for who may see where it is.")
    record_id: UUID | None = Field(description="Likewise.")
    review_state: ReviewState | None = Field(description="Likewise.")


class PointsOut(BaseModel):
    """The points in a part of the map, at most 2,000."""

    campaign: str
    region: str = Field(description="Kemendagri code of the region that they lie in.")
    precision: Literal["exact", "grid"] = Field(
        description="`grid`: for who may not see addresses, points are middles of cells of a kilometre or more."
    )
    grid_degrees: float | None = Field(description="Side of the cells whose records are one point; null for regions.")
    items: list[PointOut]


@router.get(
    "/points",
    summary="Where records lie",
    dependencies=[limited(Asked.LIST)],
    response_model=PointsOut,
    responses={**CONDITIONAL, **problems(401, 403, 404, 422, 429, 503)},
)
async def get_points(
    request: Request,
    principal: Anyone,
    held: ServicesDep,
    region: RegionCode = None,
    campaign: Annotated[
        Line | None, Query(description="Code of a campaign; by default the current one.", max_length=60)
    ] = None,
    bbox: Annotated[
        str | None, Query(description="`west,south,east,north` in degrees; by default everywhere.", max_length=100)
    ] = None,
    zoom: Annotated[Digits, Query(ge=0, le=22, description="As web maps count it; from 12 on records come apart.")] = 0,
) -> Response:
    """Of a region the regions below it, each as one point; from zoom 12 on, of a regency or less, the records in the
    box, those in one cell of a grid as one point. An enumerator sees its own records, a coordinator those of its team,
    whatever the zoom; system clients without `businesses:read` see cells of a kilometre. With an `ETag`. A record that
    lies more than two kilometres away from others of its village may be left out from near.
    """
    now, box = held.clock.now(), _box_of(bbox)
    exact = principal.role is not Role.SYSTEM or Scope.BUSINESSES_READ in principal.scopes
    code = principal.territory.region_code if region is None else region
    async with held.database.snapshot() as pg:
        reach = await reach_of(pg, principal, local_date(now, NATION))
        view = await look(pg, principal, now, region_code=code, campaign_code=campaign, as_of=None, basis="received")
        found = await points(pg, view, reach.only, box, zoom, exact=exact)
    told: dict[str, Any] = {
        "campaign": view.campaign.code,
        "region": view.region.code,
        "precision": "exact" if exact else "grid",
        "grid_degrees": found.grid,
        "items": found.items,
    }
    return as_json(request, told)


def _box_of(text: str | None) -> Box:
    if text is None:
        return WORLD
    try:
        sides = [float(side) for side in text.split(",")]
    except ValueError:
        sides = []
    if (
        len(sides) != _SIDES
        or not all(math.isfinite(side) for side in sides)
        or not (-180 <= sides[0] <= sides[2] <= 180 and -90 <= sides[1] <= sides[3] <= 90)  # noqa: PLR2004  (degrees)
    ):
        raise Problem(Code.INVALID_FIELDS, errors=(FieldError("/query/bbox", "invalid_value", _BOX),))
    return Box(*sides)
