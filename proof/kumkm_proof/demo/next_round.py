"""The round after the one that the demo shows: it begins from OKU's register, as a listing of the doors to visit."""

import asyncpg

from app.accounts.permissions import OPERATOR
from app.core.sealing import Digester, KeyRing
from app.core.settings import Settings
from app.listing.carrying import carry_over, carrying
from app.listing.schemas import CarryIn
from app.workforce.headcount import rebuild
from kumkm_proof.demo.census import CAMPAIGN, MORNING, NEXT, OKU

# Each enumerator of OKU goes back to the villages of the round before.
_ASSIGN = """
INSERT INTO assignment (campaign_id, enumerator_id, region_code, starts_on)
SELECT $2, enumerator_id, region_code, $3 FROM assignment
WHERE campaign_id = $1 AND region_code LIKE $4 || '.__.____' ON CONFLICT DO NOTHING
"""


async def begin(pg: asyncpg.Connection, settings: Settings) -> int:
    """Make the campaign and its listing; how many doors it has. Idempotent: done again, it adds what is missing."""
    ring = KeyRing(settings.sealing_ring(), settings.sealing_starts())
    digester = Digester(settings.digest_key_bytes(), settings.number_ring())
    asked = CarryIn(campaign=NEXT.code, from_campaign=CAMPAIGN.code, region=OKU.code)
    async with pg.transaction():
        await pg.execute(
            "INSERT INTO campaign (id, code, name, starts_on, ends_on, accepts_until, activities)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
            *NEXT,
        )
        await pg.execute(_ASSIGN, CAMPAIGN.id, NEXT.id, NEXT.starts_on, OKU.code)
        await rebuild(pg, NEXT.id)
        what, regencies = await carrying(pg, OPERATOR, asked)
        done = [
            await carry_over(pg, ring, digester, OPERATOR, what, regency, MORNING, trace_id=None)
            for regency in regencies
        ]
    return sum(each.listed for each in done)
