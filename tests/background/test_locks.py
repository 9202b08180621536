"""What one process at a time does, no other one does meanwhile, and nobody waits for it."""

import asyncpg

from app.accounts.activation_codes import forget_secrets
from app.audit.chain import ChainKey, link_events
from app.background.locks import Lock, try_lock
from app.progress.rollup import fold


async def test_the_lock_of_a_work_is_had_by_one_transaction_until_it_ends(pg: asyncpg.Connection, dsn: str) -> None:
    other = await asyncpg.connect(dsn)
    try:
        for lock in Lock:
            async with pg.transaction():
                assert await try_lock(pg, lock)
                async with other.transaction():
                    assert not await try_lock(other, lock)
            async with other.transaction():
                assert await try_lock(other, lock)
    finally:
        await other.close()


async def test_while_another_is_at_it_nothing_is_done(pg: asyncpg.Connection, dsn: str) -> None:
    await pg.execute(
        "INSERT INTO import_secret (actor_id, content_digest, sealed, entered_at)"
        " VALUES (gen_random_uuid(), '', '', now() - interval '2 hours')"
    )
    other = await asyncpg.connect(dsn)
    try:
        async with other.transaction():
            for lock in Lock:
                assert await try_lock(other, lock)
            async with pg.transaction():
                assert not await fold(pg)
                assert await link_events(pg, ChainKey(b"key")) == 0
                assert not await forget_secrets(pg)
        assert await pg.fetchval("SELECT count(*) FROM import_secret") == 1
        async with pg.transaction():
            assert not await forget_secrets(pg)
        assert await pg.fetchval("SELECT count(*) FROM import_secret") == 0
    finally:
        await other.close()
