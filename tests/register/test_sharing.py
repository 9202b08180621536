"""Who shares a number is asked for again under the locks."""

import asyncio

import asyncpg
import httpx
import pytest
import uuid_utils.compat as uuids
from world import World, item, nik, outcomes

from app.core.database import TryAgain
from app.register.claims import NewClaim
from app.register.ledger import lock_ledger
from app.register.verdicts import Ledger

EMBEDDED_IS_ENOUGH = True


async def test_a_business_that_came_to_share_the_number_meanwhile_is_asked_as_well(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, dsn: str
) -> None:
    """Between reading who has a number and locking them, another tablet entered a further business of the owner."""
    assert await outcomes(client, world, "enumerator.1", item(nik=nik()), item(nik=nik())) == ["accepted"] * 2
    first, other = await pg.fetch("SELECT id, record_id, nik_digest FROM business ORDER BY id")
    digest = first["nik_digest"]
    claims = [NewClaim(digest=digest, kind="nik", business_id=uuids.uuid7(), record_id=uuids.uuid7())]
    late, early = await asyncpg.connect(dsn), await asyncpg.connect(dsn)
    lock = "SELECT FROM business WHERE id = $1 AND regency_code = '16.01' FOR NO KEY UPDATE"
    share = "INSERT INTO shared_number (digest, business_id, record_id, matched) VALUES ($1, $2, $3, false)"
    try:
        async with late.transaction():
            async with early.transaction():
                await early.execute(lock, first["id"])
                waiting = asyncio.create_task(lock_ledger(late, Ledger(), claims, []))
                for _ in range(1_000):
                    if await pg.fetchval("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"):
                        break
                    await asyncio.sleep(0.01)
                await early.execute(share, digest, other["id"], other["record_id"])
            with pytest.raises(TryAgain):
                await waiting
    finally:
        await late.close()
        await early.close()
