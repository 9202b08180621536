"""Taking what the second enumerator heard. It counts for nothing but agreement: it is no record, makes no business and
no duplicate.

One re-interview is taken at a time: its row is locked. The same content is stored once and answered the same each time,
also when it comes late, behind a newer version; other content is the next version, as long as the campaign takes any
and it is needed beside what is stored (`superseding.py`).
"""

import hashlib
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
import orjson

from app.accounts.permissions import Principal
from app.audit import trail
from app.audit.actions import Action
from app.campaigns.reinterviews import Reinterviews
from app.core.canonical import canonical
from app.core.problems import Code, FieldError, Problem
from app.core.rows import Row, read, read_one
from app.core.sealing import Digester, KeyRing
from app.intake.finding_texts import text_of
from app.questionnaires.assessment import Reading, whole
from app.questionnaires.assessment import read as read_answers
from app.questionnaires.catalogue import CATALOGUE
from app.regions.region_code import local_date
from app.reinterviews.blindness import pointers_read, recorded_by
from app.reinterviews.comparing import Agreement, Interview, compare, is_no_interview
from app.reinterviews.described import Opening
from app.reinterviews.same_owner import take_back_beside
from app.reinterviews.schemas import ReinterviewIn, ReinterviewReceipt
from app.reinterviews.sealed import bound_to
from app.reinterviews.senders import AskedAgain
from app.reinterviews.shown import Shown
from app.reinterviews.superseding import Heard, is_final, is_needed, visits_of
from app.submissions.queries import RecordRow, records_by_id
from app.submissions.records import item_of

_PLACE = "SELECT regency_code FROM reinterview WHERE id = $1"
_LOCKED = """
SELECT reinterview.id, reinterview.regency_code, region_code, campaign_id, record_id, business_id, state, assignee_id,
       former_ids, coalesce(assigned_at, drawn_at) AS given_at, version, revision,
       campaign.reinterviews::text AS document, campaign.accepts_until
FROM reinterview JOIN campaign ON campaign.id = campaign_id
WHERE reinterview.id = $1 AND regency_code = $2 FOR UPDATE OF reinterview
"""
_CAME_BEFORE = """
SELECT version, result, is_final, received_at FROM reinterview_version
WHERE id = $1 AND regency_code = $2 AND content_digest = $3 AND sender_id = $4 ORDER BY version LIMIT 1
"""
# Who has it now begins to count visits from when it was given; after a result that ended the task, nobody was given it.
_HEARD = """
SELECT result, content_digest, captured_at, received_at, $3::timestamptz AS given_at FROM reinterview_version
WHERE id = $1 AND regency_code = $2 AND sender_id = $4 AND (received_at >= $3 OR result <> 'absent')
ORDER BY version
"""
_ADD = """
INSERT INTO reinterview_version (id, version, regency_code, campaign_id, sender_id, content_digest, result, is_final,
                                 questionnaire, started_at, captured_at, received_at, latitude, longitude, accuracy_m,
                                 answers, sealed)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
"""
_ANSWERED = """
UPDATE reinterview SET state = $3, version = $4, result = $5, answered_at = $6, visits = coalesce($7, visits),
       revision = $8, same = $9, different = $10, agreed = $11, compared = $12
WHERE id = $1 AND regency_code = $2
"""


_OF_NOTHING = Agreement((), ())


class _Locked(Row):
    """A re-interview while answers of it are taken; `document` is JSON text."""

    id: UUID
    regency_code: str
    region_code: str
    campaign_id: int
    record_id: UUID
    business_id: UUID
    state: str
    assignee_id: UUID | None
    former_ids: list[UUID]
    given_at: datetime
    version: int
    revision: int | None
    document: str | None
    accepts_until: date


class _Stored(Row):
    """A version that is stored."""

    version: int
    result: str
    is_final: bool
    received_at: datetime


class Taking(NamedTuple):
    """Who sends answers, when, and with which keys they are kept."""

    principal: Principal
    ring: KeyRing
    digester: Digester
    now: datetime
    today: date
    trace_id: str | None


class _New(NamedTuple):
    """What comes now: its digest, whether it ends the task, and how many visits there were with it, where nobody was
    there."""

    asked: ReinterviewIn
    digest: bytes
    is_final: bool
    visits: int | None


class Taken(NamedTuple):
    """The receipt; whether it is of a new version; and whose figures it may have changed."""

    receipt: ReinterviewReceipt
    is_new: bool
    campaign_id: int
    regency_code: str


async def take_answers(pg: asyncpg.Connection, by: Taking, id_: UUID, asked: ReinterviewIn) -> Taken:
    """Store what was heard. Idempotent by its content.

    Raises:
        Problem: `not_found` where it was never given to this enumerator; `reinterview_taken_away`;
            `reinterview_not_needed`; `invalid_fields` with a pointer to each.
    """
    who = by.principal.account_id
    place = await pg.fetchval(_PLACE, id_)
    row = None if place is None else await read_one(pg, _Locked, _LOCKED, id_, place)
    if row is None or who not in (row.assignee_id, *row.former_ids):
        raise Problem(Code.NOT_FOUND)
    digest = by.digester.content(hashlib.sha256(canonical(asked.model_dump(mode="json"))).digest())
    # What came before is confirmed also when it is taken away by now: the tablet may delete it.
    if (stored := await read_one(pg, _Stored, _CAME_BEFORE, id_, place, digest, who)) is not None:
        return Taken(_receipt(id_, stored), is_new=False, campaign_id=row.campaign_id, regency_code=row.regency_code)
    record = await _refuse_unless_wanted(pg, by, row)
    return await _store(pg, by, row, record, await _judged(pg, by, row, asked, digest))


async def _refuse_unless_wanted(pg: asyncpg.Connection, by: Taking, row: _Locked) -> RecordRow:
    found = await records_by_id(pg, [row.record_id])
    is_over = by.today > row.accepts_until or row.state == "withdrawn"
    if is_over or not found or found[0].counted_as != "entered":
        raise Problem(Code.REINTERVIEW_NOT_NEEDED)
    who = by.principal.account_id
    if row.assignee_id != who:
        raise Problem(Code.REINTERVIEW_NOT_NEEDED if row.state == "done" else Code.REINTERVIEW_TAKEN_AWAY)
    outside = not by.principal.territory.contains(row.region_code)
    opening = Opening(by.ring, by.digester, by.today)
    if outside or await recorded_by(pg, opening, [AskedAgain(row.record_id, row.business_id)], who):
        # What is done is given to nobody else, and the list says `done`: a tablet that kept a correction would keep it
        # for ever.
        raise Problem(Code.REINTERVIEW_NOT_NEEDED if row.state == "done" else Code.REINTERVIEW_TAKEN_AWAY)
    return found[0]


async def _judged(pg: asyncpg.Connection, by: Taking, row: _Locked, asked: ReinterviewIn, digest: bytes) -> _New:
    """What it comes to beside what is stored.

    Raises:
        Problem: `reinterview_not_needed`.
    """
    stored = await read(pg, Heard, _HEARD, row.id, row.regency_code, row.given_at, by.principal.account_id)
    heard = Heard(
        result=asked.result,
        content_digest=digest,
        captured_at=asked.captured_at,
        received_at=by.now,
        given_at=row.given_at,
    )
    if not is_needed(heard, stored):
        raise Problem(Code.REINTERVIEW_NOT_NEEDED)
    visits = visits_of(each for each in (*stored, heard) if each.result == "absent")
    return _New(asked, digest, is_final(asked.result, visits), visits if asked.result == "absent" else None)


async def _store(pg: asyncpg.Connection, by: Taking, row: _Locked, record: RecordRow, new: _New) -> Taken:
    asked = new.asked
    revision = row.revision or record.counted_revision
    item = await item_of(pg, by.ring, row.record_id, revision)
    reading = _readable(asked, item, by.now, row.region_code)
    agreement = _agreement(asked, reading, item, Reinterviews.model_validate(orjson.loads(row.document or "{}")))
    version = row.version + 1
    sealed = by.ring.seal(reading.sealed_text, bound_to(row.id, version)) if reading else None
    place = asked.location
    await pg.execute(
        _ADD,
        row.id,
        version,
        row.regency_code,
        row.campaign_id,
        by.principal.account_id,
        new.digest,
        asked.result,
        new.is_final,
        asked.questionnaire,
        asked.started_at,
        asked.captured_at,
        by.now,
        place and place.latitude,
        place and place.longitude,
        place and place.accuracy_m,
        reading.open_text if reading else "{}",
        sealed,
    )
    # Who could read an answer was not blind for it; the list may have come since this was given.
    of = AskedAgain(row.record_id, row.business_id)
    listed = await pointers_read(pg, by.ring, row.campaign_id, of, by.principal.account_id)
    agreement = agreement.without(listed)
    await pg.execute(
        _ANSWERED,
        row.id,
        row.regency_code,
        "done" if new.is_final else "assigned",
        version,
        "non_response" if new.is_final and asked.result == "absent" else asked.result,
        by.now,
        new.visits,
        revision,
        list(agreement.same),
        list(agreement.different),
        agreement.agreed,
        agreement.compared,
    )
    if asked.result == "done":
        await take_back_beside(pg, of, by.principal.account_id)
    await trail.record_many(
        pg,
        Action.REINTERVIEW_ANSWERED,
        actor_id=by.principal.account_id,
        trace_id=by.trace_id,
        subjects=[("reinterview", str(row.id), {"version": version, "result": asked.result})],
    )
    stored = _Stored(version=version, result=asked.result, is_final=new.is_final, received_at=by.now)
    return Taken(_receipt(row.id, stored), is_new=True, campaign_id=row.campaign_id, regency_code=row.regency_code)


def _readable(asked: ReinterviewIn, item: dict[str, Any] | None, now: datetime, region_code: str) -> Reading | None:
    """The answers, divided into open and sealed ones; None without an interview.

    Raises:
        Problem: `invalid_fields`.
    """
    questionnaire = CATALOGUE.get(asked.questionnaire)
    if questionnaire is None or (item is not None and item["questionnaire"] != asked.questionnaire):
        raise _refused("/questionnaire", "questionnaire_differs")
    if asked.result != "done":
        if asked.answers:
            raise _refused("/answers", "answers_without_interview")
        return None
    today = local_date(now, region_code)
    reading = read_answers(questionnaire, asked.answers, captured_on=today, today=today, suspicious=True)
    if reading.errors:
        errors = (FieldError(f"/body{each.pointer}", each.code, text_of(each.code)) for each in reading.errors)
        raise Problem(Code.INVALID_FIELDS, errors=tuple(errors))
    return reading


def _refused(pointer: str, code: str) -> Problem:
    return Problem(Code.INVALID_FIELDS, errors=(FieldError(f"/body{pointer}", code, text_of(code)),))


def _agreement(
    asked: ReinterviewIn, reading: Reading | None, item: dict[str, Any] | None, by: Reinterviews
) -> Agreement:
    """Of both interviews; of nothing where one of them is not there, or no longer.

    Raises:
        Problem: `invalid_fields` where the second one is no interview.
    """
    if reading is None:
        return _OF_NOTHING
    said = whole(reading.open_answers, reading.sealed_answers)
    # Before anything else is looked at: it must not hang on what the first one answered.
    if is_no_interview(asked.questionnaire, Shown.of(item["answers"] if item else {}), said):
        raise _refused("/answers", "interview_without_answers")
    if item is None:
        return _OF_NOTHING
    first = Interview(item["answers"], _point(item["location"]))
    second = Interview(said, _point(asked.location and asked.location.model_dump()))
    return compare(asked.questionnaire, first, second, by)


def _point(location: Any) -> tuple[float, float] | None:
    if not location or "latitude" not in location or "longitude" not in location:
        return None
    return location["latitude"], location["longitude"]


def _receipt(id_: UUID, stored: _Stored) -> ReinterviewReceipt:
    return ReinterviewReceipt.model_validate(
        {
            "id": id_,
            "version": stored.version,
            "result": stored.result,
            "state": "done" if stored.is_final else "to_do",
            "received_at": stored.received_at,
            "client_action": "purge",
        }
    )
