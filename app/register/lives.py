"""Whether a business is still there: `active`, `closed` or `moved`, by what the visits of a later round found at its
entry of the listing. Pure, but for what writes it.

The newest round that found anything decides. What was entered in that round, or in a later one, is there: also where
another record entered it than the one that visited its old place in vain.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import NamedTuple
from uuid import UUID

import asyncpg

from app.core.rows import Row, as_set, read, set_of
from app.register.models import CHANGE_NUMBER, Business
from app.register.register import mark_change

GONE = frozenset({"closed", "moved"})


class Life(NamedTuple):
    """Whether it is there; of one that is not, since which day, and by which record."""

    life: str
    since: date | None = None
    record_id: UUID | None = None


ACTIVE = Life("active")


class Seen(NamedTuple):
    """What a round found at a business's entry: `entered`, a result of visits, or nothing yet (`open`)."""

    campaign_id: int
    state: str
    captured_on: date | None
    record_id: UUID | None


def life_of(seen: Iterable[Seen], entered_in: Collection[int]) -> Life:
    """The life of a business by what each round found, and the campaigns in which it is entered. Rounds are in the
    order of their ids."""
    known = [each for each in seen if each.state != "open"]
    newest = max(known, key=lambda each: each.campaign_id, default=None)
    if newest is None or newest.state not in GONE or any(each >= newest.campaign_id for each in entered_in):
        return ACTIVE
    return Life(newest.state, newest.captured_on, newest.record_id)


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
    for regency_code, ids in await pg.fetch(_HOMES, list(seen)) if seen else []:
        for each in await read(pg, _Living, _LIVING, regency_code, ids):
            life = life_of(seen[each.id], each.campaign_ids)
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
