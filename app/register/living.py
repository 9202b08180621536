"""Writing whether businesses are still there, by the rule in `lives.py`."""

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

import asyncpg

from app.campaigns.queries import campaign_rounds
from app.core.rows import Row, as_set, read, set_of
from app.register.lives import Seen, life_of
from app.register.models import CHANGE_NUMBER, Business
from app.register.register import mark_change


class _Living(Row, table=Business):
    """A business and its life."""

    id: UUID
    regency_code: str
    campaign_ids: list[int]
    life: str
    life_since: date | None
    life_record_id: UUID | None


class _LifeRow(Row, table=Business):
    """What is written of a life."""

    id: UUID
    regency_code: str
    life: str
    life_since: date | None
    life_record_id: UUID | None


_HOMES = "SELECT regency_code, array_agg(id) FROM business WHERE id = ANY($1) GROUP BY 1 ORDER BY 1"
# Of one regency, since rows on several nodes cannot be locked in one statement.
_LIVING = f"""
SELECT {", ".join(_Living.columns)} FROM business WHERE regency_code = $1 AND id = ANY($2) ORDER BY id
FOR NO KEY UPDATE
"""
_SETTLE = f"""
UPDATE business SET life = input.life, life_since = input.life_since, life_record_id = input.life_record_id,
    updated_at = now(), change_number = {CHANGE_NUMBER}
FROM {set_of(_LifeRow)} WHERE business.id = input.id AND business.regency_code = input.regency_code
"""


async def settle_lives(pg: asyncpg.Connection, seen: Mapping[UUID, Iterable[Seen]]) -> None:
    """Write the lives of these businesses where they changed, under their locks. Idempotent by nature."""
    rows: list[_LifeRow] = []
    rounds = await campaign_rounds(pg) if seen else {}
    for regency_code, ids in await pg.fetch(_HOMES, list(seen)) if seen else []:
        for each in await read(pg, _Living, _LIVING, regency_code, ids):
            life = life_of(seen[each.id], each.campaign_ids, rounds)
            if life != (each.life, each.life_since, each.life_record_id):
                since, record_id = life.since, life.record_id
                rows.append(
                    _LifeRow(
                        id=each.id,
                        regency_code=each.regency_code,
                        life=life.life,
                        life_since=since,
                        life_record_id=record_id,
                    )
                )
    if rows:
        await mark_change(pg)
        await pg.execute(_SETTLE, *as_set(_LifeRow, rows))
