"""Writing businesses after a decision, under their locks."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import asyncpg

from app.core.round_trips import write_together
from app.core.rows import as_set, set_of
from app.kbli.queries import known_codes
from app.questionnaires.assessment import Reading
from app.register import register
from app.register.coding import as_coded
from app.register.models import CHANGE_NUMBER
from app.register.models import Business as BusinessTable
from app.register.register import BusinessRow, Masks, NumbersRow, Place, business_row, mark_change, numbers_row
from app.register.verdicts import Business


class RewrittenRow(NumbersRow, table=BusinessTable):
    """What a decision may change of a business, independent of its answers."""

    unidentified: bool
    alias_digests: list[bytes]
    merged_into: UUID | None


_REWRITE = f"""
UPDATE business SET {", ".join(f"{column} = input.{column}" for column in RewrittenRow.columns if column != "id")},
    change_number = {CHANGE_NUMBER}
FROM {set_of(RewrittenRow)} WHERE business.id = input.id
"""


class Answered(NamedTuple):
    """What a revision says that is in force from now on, and where it was captured."""

    reading: Reading
    place: Place


class Rewritten(NamedTuple):
    """A business as it is to be. `answered` where other answers are in force than before; `is_new`: no row yet."""

    business: Business
    answered: Answered | None = None
    is_new: bool = False


async def rewrite_businesses(
    pg: asyncpg.Connection, rewritten: Iterable[Rewritten], masks: Masks, now: datetime
) -> None:
    """Write businesses, known ones and new ones. `masks`: how their numbers are shown. Idempotent by nature."""
    rewritten = list(rewritten)
    await _look_up(pg, [answered.reading for _, answered, _ in rewritten if answered is not None])
    new, changed, rows = list[BusinessRow](), list[BusinessRow](), list[RewrittenRow]()
    for business, answered, is_new in rewritten:
        if answered is not None:
            row = business_row(business, answered.reading, answered.place, masks, now)
            (new if is_new else changed).append(row)
        rows.append(_rewritten(business, masks, now))
    if rows:
        await write_together(pg, register.adding(await as_coded(pg, new)))
        await register.change_businesses(pg, await as_coded(pg, changed))
        await mark_change(pg)
        await pg.execute(_REWRITE, *as_set(RewrittenRow, rows))


async def _look_up(pg: asyncpg.Connection, readings: Iterable[Reading]) -> None:
    """Note of readings of stored answers whether their edition of KBLI has the code."""
    asked = list(readings)
    if asked:
        known = await known_codes(pg, {(each.kbli_version, each.kbli) for each in asked})
        for each in asked:
            each.kbli_known = (each.kbli_version, each.kbli) in known


def _rewritten(business: Business, masks: Masks, now: datetime) -> RewrittenRow:
    return RewrittenRow(
        **numbers_row(business, masks, now).named(),
        unidentified=not business.numbers,
        alias_digests=sorted(business.aliases),
        merged_into=business.merged_into,
    )
