"""Events and their chain, under a key of the tests."""

import uuid
from typing import Any, cast

import asyncpg

from app.audit import trail
from app.audit.actions import Action
from app.audit.chain import ChainKey, link_events, verify

SECRET = b"k" * 32
KEY = ChainKey(SECRET)


async def tell(pg: asyncpg.Connection, *actions: str, **kwargs: Any) -> None:
    for action in actions:
        await trail.record_many(
            pg,
            cast("Action", action),  # the trail keeps any text
            actor_id=uuid.uuid4(),
            subjects=[("thing", "1", {"b": 2, "a": [1, "ä"]})],
            **{"trace_id": None, **kwargs},
        )


async def link(pg: asyncpg.Connection, **kwargs: Any) -> int:
    async with pg.transaction():
        return await link_events(pg, KEY, **kwargs)


async def check(pg: asyncpg.Connection, expected: Any = None, key: ChainKey = KEY) -> Any:
    walked: list[Any] = []
    async with pg.transaction():
        found = await verify(pg, key, expected=expected, advance=walked.append)
    assert len(walked) == found.events
    return found


async def codes(pg: asyncpg.Connection, **kwargs: Any) -> list[str]:
    return sorted({fault.code for fault in (await check(pg, **kwargs)).broken})
