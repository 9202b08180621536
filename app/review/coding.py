"""Coding: a person finds the activity of a business whose code is not in its edition of KBLI, and may take it back.

The answers stay as they were sent. What the register, exports and the feed say is the coded activity, while the record
says the same code; `as_coded` of `register/coding.py` holds that for every later write of the business.
"""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import asyncpg

from app.accounts.permissions import Principal
from app.audit import trail
from app.audit.actions import Action
from app.core.ids import new_id
from app.core.problems import Code, FieldError, Problem
from app.core.rows import Row, read_one
from app.kbli.queries import known_codes
from app.questionnaires.texts import TEXTS
from app.register.coding import NewCoding, add_coding, change_activity, undo_coding
from app.register.ledger import lock_businesses
from app.review.coding_schemas import CodingIn, CodingUndoIn
from app.workforce.reach import Reach


class Deciding(NamedTuple):
    """Who decides, within which reach, when."""

    principal: Principal
    reach: Reach
    now: datetime
    trace_id: str | None


class _Subject(Row):
    """A business under its lock, and what its record says where a person coded that."""

    id: UUID
    regency_code: str
    region_code: str
    enumerator_id: UUID
    record_id: UUID
    revision: int
    merged_into: UUID | None
    kbli: str
    kbli_version: str
    kbli_unknown: bool
    coding_id: UUID | None
    said_code: str | None
    said_version: str | None


_SUBJECT = """
SELECT business.id, business.regency_code, business.region_code, business.enumerator_id, business.record_id,
       business.revision, merged_into, business.kbli, business.kbli_version, kbli_unknown, coding_id,
       said_code, said_version
FROM business
LEFT JOIN coding ON coding.id = business.coding_id AND coding.regency_code = business.regency_code
WHERE business.id = $1
"""


async def code_activity(pg: asyncpg.Connection, by: Deciding, business_id: UUID, asked: CodingIn) -> None:
    """Decide which activity it is, in the caller's transaction. Idempotent: the same decision again changes nothing.

    Raises:
        Problem: `not_found`; `invalid_fields` for a code that its edition does not have; `state_changed` if another
            revision came than the one that was looked at, or it does not wait for coding any more.
    """
    subject = await _locked(pg, by, business_id)
    if not await known_codes(pg, [(asked.kbli_version, asked.kbli)]):
        fault = FieldError("/body/kbli", "kbli_unknown", TEXTS["kbli_unknown"])
        raise Problem(Code.INVALID_FIELDS, errors=(fault,))
    wanted = (asked.kbli_version, asked.kbli)
    if asked.revision != subject.revision:
        raise Problem(Code.STATE_CHANGED)
    if not subject.kbli_unknown:
        if subject.coding_id is not None and (subject.kbli_version, subject.kbli) == wanted:
            return
        raise Problem(Code.STATE_CHANGED)
    row = NewCoding(
        id=new_id(),
        regency_code=subject.regency_code,
        record_id=subject.record_id,
        revision=subject.revision,
        said_version=subject.kbli_version,
        said_code=subject.kbli,
        kbli_version=asked.kbli_version,
        kbli=asked.kbli,
        reason=asked.reason,
        decided_by=by.principal.account_id,
        decided_at=by.now,
    )
    await add_coding(pg, row)
    await change_activity(pg, subject.id, subject.regency_code, wanted, unknown=False, coding_id=row.id)
    detail = {"business_id": str(subject.id), "kbli": asked.kbli, "kbli_version": asked.kbli_version}
    await _noted(pg, by, Action.ACTIVITY_CODED, subject, detail)


async def undo_activity(pg: asyncpg.Connection, by: Deciding, business_id: UUID, asked: CodingUndoIn) -> None:
    """Take a decision back: the business says what its record says, and waits again. Idempotent: what waits, waits.

    Raises:
        Problem: `not_found`; `state_changed` if another revision came, or there is no decision in force.
    """
    subject = await _locked(pg, by, business_id)
    if asked.revision != subject.revision:
        raise Problem(Code.STATE_CHANGED)
    if subject.said_code is None or subject.said_version is None:
        if subject.kbli_unknown:
            return
        raise Problem(Code.STATE_CHANGED)
    said = (subject.said_version, subject.said_code)
    await undo_coding(pg, subject.record_id, said, by.principal.account_id, by.now, asked.reason)
    unknown = not await known_codes(pg, [said])
    await change_activity(pg, subject.id, subject.regency_code, said, unknown=unknown, coding_id=None)
    await _noted(pg, by, Action.CODING_UNDONE, subject, {"business_id": str(subject.id)})


async def _locked(pg: asyncpg.Connection, by: Deciding, business_id: UUID) -> _Subject:
    await lock_businesses(pg, [business_id])
    subject = await read_one(pg, _Subject, _SUBJECT, business_id)
    if subject is None or not by.reach.covers(subject.enumerator_id, subject.region_code):
        raise Problem(Code.NOT_FOUND)
    if subject.merged_into is not None:
        raise Problem(Code.STATE_CHANGED)
    return subject


async def _noted(
    pg: asyncpg.Connection, by: Deciding, action: Action, subject: _Subject, detail: dict[str, str]
) -> None:
    await trail.record(
        pg,
        action,
        actor_id=by.principal.account_id,
        subject=("record", str(subject.record_id)),
        occurred_at=by.now,
        detail={"revision": subject.revision, **detail},
        trace_id=by.trace_id,
    )
