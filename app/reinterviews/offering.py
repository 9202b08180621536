"""What the second enumerator may read: how to find the business, and no answer beyond that.

The list has everything that is or was given to the enumerator, with its state: so a tablet sees what was taken away,
too. Names and the address are there only while a task is to be done.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from app.accounts.permissions import Principal
from app.core.rows import Row, read
from app.core.sealing import KeyRing
from app.intake.schemas import Location
from app.questionnaires.assessment import whole
from app.regions.queries import region_names
from app.reinterviews.blindness import recorded_by
from app.reinterviews.described import Opening
from app.reinterviews.schemas import ReinterviewTask, TaskState
from app.reinterviews.senders import AskedAgain
from app.reinterviews.shown import texts_shown
from app.reinterviews.taking_back import take_back
from app.submissions.queries import records_by_id
from app.submissions.records import unsealed

# $1 whose, $2 behind which id, $3 the limit.
_MINE = """
SELECT id, regency_code, campaign_id, record_id, business_id, state, assignee_id, version, due_on, region_code, revision
FROM reinterview WHERE (assignee_id = $1 OR former_ids @> ARRAY[$1]) AND ($2::uuid IS NULL OR id > $2)
ORDER BY id LIMIT $3
"""
_ASKED = """
SELECT submission.record_id, submission.revision, questionnaire, region_code, latitude, longitude, accuracy_m,
       answers::text, sealed
FROM submission JOIN unnest($1::uuid[], $2::int[]) AS input (record_id, revision)
  ON submission.record_id = input.record_id AND submission.revision = input.revision
"""


class _Mine(Row):
    """One that is or was given to the enumerator."""

    id: UUID
    regency_code: str
    campaign_id: int
    record_id: UUID
    business_id: UUID
    state: str
    assignee_id: UUID | None
    version: int
    due_on: date | None
    region_code: str
    revision: int | None


class _Asked(Row):
    """The revision that was drawn, and is asked again; `answers` is JSON text."""

    record_id: UUID
    revision: int
    questionnaire: str
    region_code: str
    latitude: float | None
    longitude: float | None
    accuracy_m: float | None
    answers: str
    sealed: bytes | None


async def read_tasks(
    pg: asyncpg.Connection, by: Opening, principal: Principal, *, limit: int, after: UUID | None
) -> list[ReinterviewTask]:
    """The first `limit` tasks of an enumerator behind one, by id. What the enumerator may no longer ask is taken back:
    outside the territory by now, or recorded or heard by the enumerator meanwhile."""
    enumerator_id = principal.account_id
    rows = await read(pg, _Mine, _MINE, enumerator_id, after, limit)
    lost = await _lost(pg, by, principal, rows)
    if lost:
        await take_back(pg, [enumerator_id], lost)
        rows = [row.but(state="open", assignee_id=None) if row.id in lost else row for row in rows]
    records = {row.record_id: row for row in await records_by_id(pg, [row.record_id for row in rows])}
    entered = {id_ for id_, row in records.items() if row.counted_as == "entered"}
    campaigns = {
        row["id"]: (row["code"], row["accepts_until"])
        for row in await pg.fetch("SELECT id, code, accepts_until FROM campaign")
    }
    states = {
        row.id: _state(row, enumerator_id, row.record_id in entered, by.today <= campaigns[row.campaign_id][1])
        for row in rows
    }
    shown = [row for row in rows if states[row.id] == "to_do"]
    # That of the draw: what is shown, and the questionnaire, stay the same whatever the first enumerator sends later.
    revisions = [row.revision or records[row.record_id].counted_revision for row in shown]
    found = {row.record_id: row for row in await read(pg, _Asked, _ASKED, [row.record_id for row in shown], revisions)}
    names = await region_names(pg, {row.region_code for row in found.values()})
    tasks = []
    for row in rows:
        task = ReinterviewTask(
            id=row.id, state=states[row.id], campaign=campaigns[row.campaign_id][0], version=row.version
        )
        if task.state == "to_do" and row.record_id in found:
            task = task.model_copy(update={"due_on": row.due_on, **_shown(found[row.record_id], by.ring, names)})
        tasks.append(task)
    return tasks


async def _lost(pg: asyncpg.Connection, by: Opening, principal: Principal, rows: Iterable[_Mine]) -> frozenset[UUID]:
    mine = [row for row in rows if row.state == "assigned" and row.assignee_id == principal.account_id]
    asked = [AskedAgain(row.record_id, row.business_id) for row in mine]
    known = await recorded_by(pg, by, asked, principal.account_id)
    inside = principal.territory.contains
    return frozenset(row.id for row in mine if row.record_id in known or not inside(row.region_code))


def _state(row: _Mine, enumerator_id: UUID, is_entered: bool, is_open: bool) -> TaskState:  # noqa: FBT001  (two facts of one row)
    if row.assignee_id == enumerator_id and row.state == "done":
        return "done"
    if row.state in ("withdrawn", "done") or not (is_entered and is_open):
        return "not_needed"
    return "to_do" if row.assignee_id == enumerator_id else "taken_away"


def _shown(row: _Asked, ring: KeyRing, names: Mapping[str, str]) -> dict[str, Any]:
    """What finds the business."""
    answers = whole(orjson.loads(row.answers), unsealed(ring, row.record_id, row.revision, row.sealed) or {})
    location = None
    if row.latitude is not None and row.longitude is not None:
        location = Location(latitude=row.latitude, longitude=row.longitude, accuracy_m=row.accuracy_m)
    return {
        "questionnaire": row.questionnaire,
        "region_code": row.region_code,
        "region_name": names.get(row.region_code),
        "location": location,
        **texts_shown(answers),
    }
