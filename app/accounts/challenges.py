"""Challenges that are good once: a used one is kept until it would be too old anyway."""

from datetime import datetime

import asyncpg

from app.core.problems import Code, Problem


async def spend(pg: asyncpg.Connection, challenge: bytes, expires_at: datetime, refusal: Code) -> None:
    """Use a challenge up, in the transaction of what it is used for.

    Raises:
        Problem: `refusal` where it was used before.
    """
    await pg.execute("DELETE FROM spent_challenge WHERE expires_at < now()")
    fresh = await pg.fetchval(
        "INSERT INTO spent_challenge (challenge, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING true",
        challenge,
        expires_at,
    )
    if not fresh:
        raise Problem(refusal)
