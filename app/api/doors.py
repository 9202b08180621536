"""Doors at which nobody was interviewed, for those who visit them again and those who lead them."""

from typing import Annotated

from fastapi import Query

from app.api.calls import Staff
from app.api.endpoints import Endpoints
from app.api.pages import Page
from app.core.paging import ByRegion, Paged
from app.submissions.doors import DoorFilters, DoorOut, list_doors

router = Endpoints("doors")


class DoorPage(Paged[DoorOut]):
    """A page of doors, by village."""


@router.endpoint("GET /v1/doors", "Doors without an interview", [404])
async def get_doors(call: Staff, filters: Annotated[DoorFilters, Query()], page: Page) -> DoorPage:
    """Doors that are to be visited again, or that ended with another result: enumerators see their own, coordinators
    those of their team, all others those of their territory. Notes and reasons are not in it;
    `GET /v1/submissions/{record_id}` has them, masked.
    """
    pager = call.pager(page, "doors", filters)
    after = None if pager.after is None else ByRegion.unpack(pager.after)
    async with call.snapshot() as pg:
        rows = await list_doors(pg, await call.reach(pg), filters, call.today, limit=pager.limit, after=after)
    return DoorPage(**pager.page(rows, lambda row: ByRegion(row.region_code, row.record_id).pack()))
