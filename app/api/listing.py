"""Listings: the doors that a round begins from, for desks."""

from typing import Annotated

import asyncpg
from fastapi import Query

from app.api.calls import Officer, Supervisor
from app.api.endpoints import Endpoints
from app.api.faults import told_of_row
from app.api.pages import Page
from app.core.paging import ByRegion, Paged
from app.listing.carrying import carry_over, carrying
from app.listing.reading import EntryFilters, list_entries
from app.listing.schemas import CarriedOut, CarryIn, EntryOut

router = Endpoints("listing")


class EntryPage(Paged[EntryOut]):
    """A page of entries, by village."""


@router.endpoint("GET /v1/listing", "Entries of a listing", [404], reader=True)
async def get_listing(call: Supervisor, filters: Annotated[EntryFilters, Query()], page: Page) -> EntryPage:
    """The doors that the round began from, and what became of each: those of the territory, also for coordinators,
    whose teams share its places. The owner and the address are for the tablets that go there
    (`GET /v1/sync/listing`).
    """
    pager = call.pager(page, "listing", filters)
    after = None if pager.after is None else ByRegion.unpack(pager.after)
    async with call.snapshot() as pg:
        rows = await list_entries(pg, await call.reach(pg), filters, call.today, limit=pager.limit, after=after)
    return EntryPage(**pager.page(rows, lambda row: ByRegion(row.region_code, row.listing_id).pack()))


@router.endpoint("POST /v1/listing/from-campaign", "Begin from an earlier register", [404])
async def post_from_campaign(call: Officer, asked: CarryIn) -> CarriedOut:
    """List every business of an earlier campaign, with the open answers that it gave, in the region or the whole
    territory. Those that a later round found closed are left out. Done again, it adds what is missing: a business has
    at most one entry in a campaign.
    """
    ingest, now = call.services.ingest, call.now
    with told_of_row():
        what, regencies = await call.run(lambda pg: carrying(pg, call.principal, asked))
    done = CarriedOut(listed=0, already_listed=0, closed=0, erased=0)
    for regency in regencies:

        async def work(pg: asyncpg.Connection, regency: str = regency) -> CarriedOut:
            return await carry_over(
                pg, ingest.ring, ingest.digester, call.principal, what, regency, now, trace_id=call.trace_id
            )

        done = done.plus(await call.run(work))
    return done
