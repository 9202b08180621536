"""Regions by their names: what somebody chooses from before anything is asked of a region."""

from typing import Annotated

from fastapi import Query

from app.api.calls import Anyone
from app.api.endpoints import Endpoints
from app.core.text import Line
from app.regions.queries import search_regions
from app.regions.schemas import RegionsFound

router = Endpoints("progress")

Words = Annotated[
    Line, Query(description="Words, or parts of words, of a name; all of them.", min_length=2, max_length=100)
]
Most = Annotated[int, Query(description="How many at most.", ge=1, le=100)]


@router.endpoint("GET /v1/regions", "Regions by name")
async def get_regions_by_name(call: Anyone, q: Words, limit: Most = 20) -> RegionsFound:
    """Those of the caller's territory, larger ones first. Regions that are no more are left out."""
    async with call.snapshot() as pg:
        return await search_regions(pg, call.principal.territory.span, q.split(), limit)
