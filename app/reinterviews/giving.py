"""Giving a re-interview to an enumerator: by the server, to whom `choosing.py` finds, or by a person, to whom is named.

Never to the record's own enumerator, nor to somebody who knows its answers (`blindness.py`), or will: who has another
business of the owner to ask (`same_owner.py`): so nobody is given two at the same moment (`assignee_locks.py`). Taken
from one and given to another, it is named to both by the tablet's list.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import asyncpg
import orjson

from app.accounts.permissions import Principal, Territory
from app.audit import trail
from app.audit.actions import Action
from app.campaigns.reinterviews import Reinterviews
from app.core.problems import Code, FieldError, Problem, Text
from app.core.rows import Row, as_set, read, read_one, set_of
from app.regions.region_code import ancestry, regency_of
from app.reinterviews.assignee_locks import lock_assignee, lock_free_assignees
from app.reinterviews.blindness import who_knows
from app.reinterviews.choosing import Candidate, choose, is_near
from app.reinterviews.described import Opening, described
from app.reinterviews.models import Reinterview
from app.reinterviews.same_owner import Waiting, waiting_beside
from app.reinterviews.senders import AskedAgain
from app.reinterviews.unlinked import heard_unlinked
from app.workforce.reach import Reach

AT_ONCE = 200
"""The most that one round gives away."""

_TRIED_AGAIN_AFTER = timedelta(hours=1)
_OPEN = """
SELECT id, regency_code, region_code, record_id, business_id, enumerator_id FROM reinterview
WHERE campaign_id = $1 AND state = 'open' AND (tried_at IS NULL OR tried_at < $2) ORDER BY tried_at NULLS FIRST LIMIT $3
"""
# Of a regency: assigned to it or to a part of it, or to what it is a part of; closed accounts do nothing any more.
_WORKS_THERE = """
SELECT assignment.enumerator_id, assignment.region_code, account.region_code
FROM assignment JOIN account ON account.id = assignment.enumerator_id
WHERE campaign_id = $1 AND starts_on <= $2 AND (ends_on IS NULL OR ends_on >= $2) AND deactivated_at IS NULL
  AND account.role = 'enumerator'
  AND (assignment.region_code = ANY($3) OR assignment.region_code LIKE $4)
"""
_TEAMS = """
SELECT DISTINCT ON (enumerator_id) enumerator_id, team_id FROM team_member
WHERE campaign_id = $1 AND enumerator_id = ANY($2) AND starts_on <= $3
ORDER BY enumerator_id, starts_on DESC, team_id
"""
_TO_DO = """
SELECT assignee_id, count(*)::int AS to_do FROM reinterview
WHERE assignee_id = ANY($1) AND state = 'assigned' GROUP BY assignee_id
"""


class _Open(Row):
    """One that nobody has."""

    id: UUID
    regency_code: str
    region_code: str
    record_id: UUID
    business_id: UUID
    enumerator_id: UUID


class _Given(Row, table=Reinterview):
    """To whom one is given."""

    id: UUID
    regency_code: str
    assignee_id: UUID
    assigned_at: datetime
    due_on: date


_GIVE = f"""
UPDATE reinterview SET state = 'assigned', assignee_id = input.assignee_id, assigned_by = NULL,
       assigned_at = input.assigned_at, due_on = input.due_on, visits = 0, tried_at = NULL,
       former_ids = array_remove(reinterview.former_ids, input.assignee_id)
FROM {set_of(_Given)}
WHERE reinterview.id = input.id AND reinterview.regency_code = input.regency_code AND reinterview.state = 'open'
"""
_TRIED = "UPDATE reinterview SET tried_at = $2 WHERE id = ANY($1) AND state = 'open'"
_PLACE = "SELECT regency_code FROM reinterview WHERE id = $1"
_LOCKED = """
SELECT reinterview.id, reinterview.regency_code, region_code, record_id, business_id, enumerator_id, state,
       assignee_id, campaign_id, campaign.reinterviews::text AS document, campaign.accepts_until
FROM reinterview JOIN campaign ON campaign.id = campaign_id
WHERE reinterview.id = $1 AND regency_code = $2 FOR UPDATE OF reinterview
"""
_ASSIGN = """
UPDATE reinterview SET state = 'assigned', assignee_id = $3, assigned_by = $4, assigned_at = $5, due_on = $6,
       visits = 0, tried_at = NULL, former_ids = $7
WHERE id = $1 AND regency_code = $2
"""
_FORMER = "SELECT former_ids FROM reinterview WHERE id = $1 AND regency_code = $2"
_NOT_BY_SAME = Text(
    "Wawancara ulang tidak dilakukan oleh petugas isian itu sendiri.",
    "A re-interview is not done by the record's own enumerator.",
)
_NOT_THERE = Text(
    "Tidak ada petugas aktif dengan nama itu yang bertugas di kabupaten/kota ini.",
    "No active enumerator of that name works in this regency.",
)
_NOT_BLIND = Text(
    "Petugas itu sudah mendengar jawaban usaha ini atau pemiliknya, dapat membacanya di daftar, atau akan mewawancarai"
    " usaha lain dari pemilik yang sama; pilih yang lain.",
    "That enumerator heard answers of this business or its owner, could read them on a list, or has another business of"
    " the owner to ask; choose somebody else.",
)


async def give_open(
    pg: asyncpg.Connection, opening: Opening, campaign_id: int, by: Reinterviews, now: datetime
) -> None:
    """Give what nobody has to enumerators, if the campaign has the server do so. Where there is nobody for one, it is
    tried again after an hour. Idempotent by nature."""
    if by.assignment != "automatic":
        return
    waiting = await read(pg, _Open, _OPEN, campaign_id, now - _TRIED_AGAIN_AFTER, AT_ONCE)
    for regency_code in sorted({row.regency_code for row in waiting}):
        there = [row for row in waiting if row.regency_code == regency_code]
        await _give_in(pg, opening, campaign_id, by, regency_code, there, now)


async def _give_in(
    pg: asyncpg.Connection,
    opening: Opening,
    campaign_id: int,
    by: Reinterviews,
    regency_code: str,
    waiting: Sequence[_Open],
    now: datetime,
) -> None:
    today = opening.today
    places = await _who_works_in(pg, campaign_id, regency_code, today)
    people = {*places, *(row.enumerator_id for row in waiting)}
    teams = {row[0]: row[1] for row in await pg.fetch(_TEAMS, campaign_id, list(people), today)}
    to_do = {row[0]: row[1] for row in await pg.fetch(_TO_DO, list(places))}
    asked = [AskedAgain(row.record_id, row.business_id) for row in waiting]
    beside = await waiting_beside(pg, asked)
    known_by = await who_knows(pg, campaign_id, asked)
    businesses = await described(pg, opening, (row.business_id for row in waiting))
    unlinked = dict[UUID, frozenset[UUID]]()  # of those alone who are about to be given something
    given, tried = dict[UUID, _Given](), []
    for row in sorted(waiting, key=lambda each: each.id.bytes):
        district = row.region_code[:8]
        candidates = [
            Candidate(who, is_near(works.regions, district), teams.get(who), to_do.get(who, 0))
            for who, works in places.items()
            if works.territory.contains(row.region_code)
        ]
        never = {row.enumerator_id, *known_by[row.record_id], *_having(beside[row.record_id], given)}
        while (chosen := choose(row.id, never, teams.get(row.enumerator_id), candidates)) is not None:
            if chosen not in unlinked:
                unlinked[chosen] = await heard_unlinked(pg, opening, chosen, businesses.values())
            if row.business_id not in unlinked[chosen]:
                break
            never.add(chosen)
        if chosen is None:
            tried.append(row.id)
            continue
        to_do[chosen] = to_do.get(chosen, 0) + 1
        given[row.id] = _Given(
            id=row.id,
            regency_code=regency_code,
            assignee_id=chosen,
            assigned_at=now,
            due_on=today + timedelta(days=by.days),
        )
    await _give(pg, {row.record_id: given[row.id] for row in waiting if row.id in given}, asked)
    if tried:
        await pg.execute(_TRIED, tried, now)


async def _give(pg: asyncpg.Connection, given: Mapping[UUID, _Given], asked: Collection[AskedAgain]) -> None:
    """Give these, by their records, but for what would be the second of an owner with what a person gives meanwhile;
    that waits for the next round."""
    if not given:
        return
    free = await lock_free_assignees(pg, {each.assignee_id for each in given.values()})
    beside = await waiting_beside(pg, [each for each in asked if each.record_id in given])
    fine = [
        each
        for id_, each in given.items()
        if each.assignee_id in free and each.assignee_id not in _having(beside[id_], {})
    ]
    if fine:
        await pg.execute(_GIVE, *as_set(_Given, fine))


def _having(waiting: Collection[Waiting], given: Mapping[UUID, _Given]) -> set[UUID]:
    """Who has one of these to do, or was given it just now."""
    now = (given[row.id].assignee_id for row in waiting if row.id in given)
    return {row.assignee_id for row in waiting if row.assignee_id is not None}.union(now)


class _Works(NamedTuple):
    """Where an enumerator works, and may."""

    territory: Territory
    regions: list[str]


async def _who_works_in(
    pg: asyncpg.Connection, campaign_id: int, regency_code: str, today: date
) -> Mapping[UUID, _Works]:
    """Active enumerators assigned in a regency today. An account that was moved keeps its assignments."""
    above = [*ancestry(regency_code)]
    found: dict[UUID, _Works] = {}
    rows = await pg.fetch(_WORKS_THERE, campaign_id, today, above, f"{regency_code}.%")
    for enumerator_id, region_code, territory in rows:
        found.setdefault(enumerator_id, _Works(Territory(territory), [])).regions.append(region_code)
    return found


class _Locked(_Open):
    """What assigning needs to know; `document` is JSON text."""

    state: str
    assignee_id: UUID | None
    campaign_id: int
    document: str | None
    accepts_until: date


class Assigning(NamedTuple):
    """Who assigns, within which reach, when."""

    principal: Principal
    reach: Reach
    opening: Opening
    now: datetime
    trace_id: str | None


async def assign(pg: asyncpg.Connection, by: Assigning, id_: UUID, username: str) -> None:
    """Give a re-interview to this enumerator, also if another one has it. Idempotent: who has it keeps it.

    Raises:
        Problem: `not_found` where there is none, or it is out of reach; `state_changed` where it is done or withdrawn,
            or the campaign is over; `invalid_fields` for the record's own enumerator, somebody who knows what the
            business answers or has another one of its owner to ask, or who does not work in the regency.
    """
    who = await pg.fetchval("SELECT id FROM account WHERE username = $1", username)
    if who is not None:
        await lock_assignee(pg, who)  # before the row, see there
    place = await pg.fetchval(_PLACE, id_)
    row = None if place is None else await read_one(pg, _Locked, _LOCKED, id_, place)
    if row is None or not by.reach.covers(row.enumerator_id, row.region_code):
        raise Problem(Code.NOT_FOUND)
    if row.state not in ("open", "assigned") or by.opening.today > row.accepts_until:
        raise Problem(Code.STATE_CHANGED)
    if who is not None and who == row.enumerator_id:
        raise _refused("same_enumerator", _NOT_BY_SAME)
    there = await _who_works_in(pg, row.campaign_id, regency_of(row.region_code), by.opening.today)
    if who is None or who not in there or not there[who].territory.contains(row.region_code):
        raise _refused("enumerator_not_there", _NOT_THERE)
    if who == row.assignee_id:
        return
    asked = AskedAgain(row.record_id, row.business_id)
    # What waits is asked first: what is heard between both questions is known by the second.
    knows = who in _having((await waiting_beside(pg, [asked]))[row.record_id], {})
    knows = knows or who in (await who_knows(pg, row.campaign_id, [asked]))[row.record_id]
    businesses = await described(pg, by.opening, [row.business_id])
    if knows or await heard_unlinked(pg, by.opening, who, businesses.values()):
        raise _refused("answers_known", _NOT_BLIND)
    former = [each for each in await pg.fetchval(_FORMER, id_, place) if each != who]
    if row.assignee_id is not None:
        former.append(row.assignee_id)
    document = Reinterviews.model_validate(orjson.loads(row.document or "{}"))
    due_on = by.opening.today + timedelta(days=document.days)
    await pg.execute(_ASSIGN, id_, place, who, by.principal.account_id, by.now, due_on, former)
    await trail.record_many(
        pg,
        Action.REINTERVIEW_ASSIGNED,
        actor_id=by.principal.account_id,
        trace_id=by.trace_id,
        subjects=[("reinterview", str(id_), {"to": str(who), "taken_from": str(row.assignee_id or "")})],
    )


def _refused(code: str, text: Text) -> Problem:
    return Problem(Code.INVALID_FIELDS, errors=(FieldError("/body/enumerator", code, text),))
