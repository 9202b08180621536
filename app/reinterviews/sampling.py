"""Drawing records that count as entered, and withdrawing what was drawn of a record that no longer does."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import asyncpg

from app.campaigns.reinterviews import Reinterviews
from app.core.ids import new_id
from app.core.rows import Row, as_set, read, set_of
from app.reinterviews.drawing import enough, is_drawn, lowest
from app.reinterviews.models import Reinterview
from app.submissions.queries import RecordRow, records_by_id


class Changed(Row):
    """A business that changed, with the record in force."""

    id: UUID
    change_number: int
    regency_code: str
    region_code: str
    record_id: UUID
    enumerator_id: UUID
    merged_into: UUID | None


class _Drawn(Row, table=Reinterview):
    """A record that is drawn."""

    id: UUID
    regency_code: str
    campaign_id: int
    region_code: str
    record_id: UUID
    business_id: UUID
    enumerator_id: UUID
    drawn_by: str
    drawn_at: datetime
    state: str
    revision: int


class _Known(Row, table=Reinterview):
    """What was drawn before, of a business that changed."""

    id: UUID
    regency_code: str
    record_id: UUID
    business_id: UUID
    state: str
    region_code: str


_ADD = f"""
INSERT INTO reinterview ({", ".join(_Drawn.columns)}) SELECT {", ".join(_Drawn.columns)} FROM {set_of(_Drawn)}
ON CONFLICT (record_id, regency_code) DO UPDATE SET drawn_by = excluded.drawn_by
WHERE excluded.drawn_by = 'least' AND reinterview.drawn_by = 'share'
"""
_KNOWN = """
SELECT id, regency_code, record_id, business_id, state, region_code FROM reinterview
WHERE (business_id = ANY($2) OR record_id = ANY($3))
  AND campaign_id = $1 AND (state <> 'withdrawn' OR withdrawn_for = 'left_figures')
"""
_WITHDRAW = """
UPDATE reinterview SET state = 'withdrawn', withdrawn_for = 'left_figures', assignee_id = NULL, due_on = NULL,
       former_ids = CASE WHEN assignee_id IS NULL THEN former_ids ELSE array_append(former_ids, assignee_id) END
WHERE id = ANY($1) AND state <> 'withdrawn'
"""
# What was done counts again, and is its enumerator's to correct; all else is given to somebody again.
_DONE_AGAIN = """
UPDATE reinterview SET state = 'done', withdrawn_for = NULL, tried_at = NULL, assignee_id = heard.sender_id,
       former_ids = array_remove(former_ids, heard.sender_id)
FROM reinterview_version AS heard
WHERE reinterview.id = ANY($1) AND state = 'withdrawn' AND withdrawn_for = 'left_figures'
  AND heard.id = reinterview.id AND heard.regency_code = reinterview.regency_code
  AND heard.version = reinterview.version AND heard.is_final
"""
_OPEN_AGAIN = """
UPDATE reinterview SET state = 'open', withdrawn_for = NULL, tried_at = NULL
WHERE id = ANY($1) AND state = 'withdrawn' AND withdrawn_for = 'left_figures'
"""
_MOVED = f"""
UPDATE reinterview SET region_code = input.region_code, business_id = input.business_id FROM {set_of(_Known)}
WHERE reinterview.id = input.id AND reinterview.regency_code = input.regency_code
"""
_SETTLED = """
SELECT DISTINCT enumerator_id FROM reinterview
WHERE enumerator_id = ANY($2) AND campaign_id = $1 AND drawn_by = 'least' AND state <> 'withdrawn'
"""
_OWN = """
SELECT id, change_number, regency_code, region_code, record_id, enumerator_id, merged_into FROM business
WHERE enumerator_id = ANY($2) AND $1 = ANY(campaign_ids) AND merged_into IS NULL
"""
# A door may have been visited in vain before.
_CAME = """
SELECT record_id, min(received_at) AS came_at FROM submission
WHERE record_id = ANY($1) AND questionnaire NOT LIKE 'visit@%' GROUP BY record_id
"""


async def withdraw(pg: asyncpg.Connection, campaign_id: int, changed: Sequence[Changed]) -> None:
    """Of these businesses: withdraw what was drawn of a record that left the figures, and take that back where the
    record is in them again, perhaps with another business than before. Idempotent by nature."""
    ids, in_force = [row.id for row in changed], [row.record_id for row in changed if row.merged_into is None]
    known = await read(pg, _Known, _KNOWN, campaign_id, ids, in_force)
    if not known:
        return
    entered = {row.record_id for row in await _entered(pg, campaign_id, [row.record_id for row in known])}
    villages = {row.record_id: row for row in changed if row.merged_into is None}
    # One that moved to another regency is drawn there again.
    away = {
        row.id
        for row in known
        if row.record_id in villages and villages[row.record_id].regency_code != row.regency_code
    }
    stays = {row.id for row in known if row.record_id in entered} - away
    await pg.execute(_WITHDRAW, [row.id for row in known if row.id not in stays])
    back = [row.id for row in known if row.id in stays and row.state == "withdrawn"]
    for statement in (_DONE_AGAIN, _OPEN_AGAIN):
        await pg.execute(statement, back)
    moved = [
        row.but(region_code=now.region_code, business_id=now.id)
        for row in known
        if row.id in stays
        and (now := villages.get(row.record_id)) is not None
        and (now.region_code, now.id) != (row.region_code, row.business_id)
    ]
    if moved:
        await pg.execute(_MOVED, *as_set(_Known, moved))


async def draw(
    pg: asyncpg.Connection, campaign_id: int, by: Reinterviews, changed: Sequence[Changed], now: datetime
) -> None:
    """Draw from the records of these businesses. Idempotent by record."""
    if by.seed is None or not by.share_percent:
        return
    living = {row.record_id: row for row in changed if row.merged_into is None}
    entered = {row.record_id for row in await _entered(pg, campaign_id, living)}
    candidates = [living[record_id] for record_id in entered]
    drawn = {row.record_id: (row, "share") for row in candidates if is_drawn(by, row.record_id)}
    people = {row.enumerator_id for row in candidates}
    settled = {row[0] for row in await pg.fetch(_SETTLED, campaign_id, list(people))}
    for row in await _lowest_of(pg, campaign_id, by, people - settled):
        drawn[row.record_id] = (row, "least")
    # A correction that comes after the draw changes nothing of what is compared.
    revisions = {row.record_id: row.counted_revision for row in await records_by_id(pg, drawn)}
    rows = [
        _Drawn(
            id=new_id(),
            regency_code=row.regency_code,
            campaign_id=campaign_id,
            region_code=row.region_code,
            record_id=row.record_id,
            business_id=row.id,
            enumerator_id=row.enumerator_id,
            drawn_by=drawn_by,
            drawn_at=now,
            state="open",
            revision=revisions[row.record_id],
        )
        for row, drawn_by in drawn.values()
    ]
    if rows:
        await pg.execute(_ADD, *as_set(_Drawn, rows))


async def _lowest_of(
    pg: asyncpg.Connection, campaign_id: int, by: Reinterviews, people: Iterable[UUID]
) -> list[Changed]:
    """The record of each of these people that is drawn in any case, where there are enough of theirs."""
    least, own = enough(by), dict[UUID, list[Changed]]()
    for row in await read(pg, Changed, _OWN, campaign_id, list(people)):
        own.setdefault(row.enumerator_id, []).append(row)
    many = {row.record_id: row for rows in own.values() if least is not None and len(rows) >= least for row in rows}
    if not many:
        return []
    entered = {row.record_id for row in await _entered(pg, campaign_id, many)}
    came = {row["record_id"]: row["came_at"] for row in await pg.fetch(_CAME, list(entered))}
    found = []
    for rows in own.values():
        first = sorted(
            (row.record_id for row in rows if row.record_id in came), key=lambda each: (came[each], each.bytes)
        )
        if (record_id := lowest(by, first)) is not None:
            found.append(many[record_id])
    return found


async def _entered(
    pg: asyncpg.Connection, campaign_id: int, record_ids: Iterable[UUID] | Mapping[UUID, object]
) -> list[RecordRow]:
    """Those of these records that count as entered in the campaign."""
    rows = await records_by_id(pg, record_ids)
    return [row for row in rows if row.campaign_id == campaign_id and row.counted_as == "entered"]
