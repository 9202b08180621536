"""The listing of a simulation: some doors of each tablet are listed before, and at the end each entry is in exactly one
state, on the server and on every tablet."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

import asyncpg

from app.accounts.permissions import OPERATOR
from app.core.sealing import Digester, KeyRing
from app.core.settings import Settings
from app.listing.entering import EnteringFile
from app.listing.schemas import ListingIn
from kumkm_proof.simulation.truth import Truth

_RANKS = {"entered": 0, "duplicate": 1, "open_visits": 3}


async def list_doors(
    pg: asyncpg.Connection, settings: Settings, campaign: str, villages: list[str], truth: Truth
) -> list[list[UUID]]:
    """List the doors that the truth has for each tablet; their ids, tablet by tablet."""
    named = {
        f"Terdaftar {tablet} {at}": villages[(tablet * 7 + at) % len(villages)]
        for tablet, count in enumerate(truth.listed)
        for at in range(count)
    }
    rows = [ListingIn(campaign=campaign, region_code=village, name=name) for name, village in named.items()]
    ring = KeyRing(settings.sealing_ring(), settings.sealing_starts())
    async with pg.transaction():
        entering = EnteringFile(pg, OPERATOR, ring, Digester(settings.digest_key_bytes()), datetime.now(UTC))
        await entering.enter(rows)
    ids: dict[str, UUID] = {row[0]: row[1] for row in await pg.fetch("SELECT name, id FROM listing_entry")}
    return [[ids[f"Terdaftar {tablet} {at}"] for at in range(count)] for tablet, count in enumerate(truth.listed)]


async def entries_wrong(pg: asyncpg.Connection, truth: Truth, tablets: Sequence[Mapping[UUID, str]]) -> int:
    """Entries that are in another state than the records about them say, or on a tablet in another one than on the
    server; and doors too many or too few in the figures."""
    records: dict[UUID, str] = {row[0]: row[1] for row in await pg.fetch("SELECT record_id, counted_as FROM record")}
    claims: dict[UUID, list[str]] = {}
    for record_id, entry_id in truth.about.items():
        if record_id in records:
            claims.setdefault(entry_id, []).append(records[record_id])
    rows = await pg.fetch("SELECT id, state FROM listing_entry")
    wrong = sum(row["state"] not in _possible(claims.get(row["id"], [])) for row in rows)
    states = {row["id"]: row["state"] for row in rows}
    wrong += sum(copy != states for copy in tablets)
    counted = Counter(states.values())
    listed, done = await _figures(pg)
    not_done = counted["open"] + counted["open_visits"]
    return wrong + abs(listed - len(states)) + abs(done - (len(states) - not_done))


def _possible(claims: list[str]) -> set[str]:
    """What an entry may be after these records: of several final results the one that came first."""
    ranked = {each: _RANKS.get(each, 2) for each in claims if each != "conflict"}
    best = min(ranked.values(), default=None)
    return {each for each, rank in ranked.items() if rank == best} or {"open"}


async def _figures(pg: asyncpg.Connection) -> tuple[int, int]:
    row = await pg.fetchrow(
        "SELECT coalesce(sum(listed), 0)::int, coalesce(sum(listed_done), 0)::int FROM progress_cell"
    )
    return (row[0], row[1]) if row else (0, 0)
