"""Entering an answer file: whole or not at all, or tried without a trace."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

import asyncpg

from app.accounts.permissions import Principal
from app.audit import trail
from app.audit.actions import Action
from app.core.bulk import Fault, Faulty
from app.regions.region_code import NATION, local_date
from app.verification.answering import APPLIED, CHUNK, Taking, apply_some, counts_of, lock_request
from app.verification.reading import AnswerSheet, read_lines
from app.verification.schemas import AnswersReport, RequestOut

Run = Callable[[Callable[[asyncpg.Connection], Awaitable["Entered"]]], Awaitable["Entered"]]


class Entered(NamedTuple):
    """What came of a file."""

    taking: Taking | None
    empty: int
    waiting: int


class _OnlyTried(Exception):
    def __init__(self, entered: Entered) -> None:
        super().__init__()
        self.entered = entered


async def enter_answers(
    run: Run,
    principal: Principal,
    request: RequestOut,
    file: AnswerSheet,
    *,
    now: datetime,
    dry_run: bool,
    trace_id: str | None,
) -> AnswersReport:
    """Take all answers of a file; a small file is applied at once. `run` does work in one transaction. Idempotent by
    the references.

    Raises:
        Faulty: lines cannot be read, or break rules; nothing was taken.
    """
    today, since = local_date(now, NATION), local_date(request.made_at, NATION)

    async def work(pg: asyncpg.Connection) -> Entered:
        await lock_request(pg, request.id)
        entered = await _take(pg, request.id, file, now=now, today=today, since=since)
        assert entered.taking is not None  # noqa: S101  (it took something)
        if dry_run:
            raise _OnlyTried(entered)  # rolls everything back
        subjects = [("verification", str(request.id), dict(counts_of(entered.taking)))]
        await trail.record_many(
            pg,
            Action.VERIFICATION_ANSWERED,
            actor_id=principal.account_id,
            subjects=subjects,
            trace_id=trace_id,
        )
        if entered.taking.answered <= APPLIED and not await _others_wait(pg, request.id, entered.taking.answered):
            await apply_some(pg, now, request.id)
            return entered._replace(waiting=0)
        return entered

    try:
        entered = await run(work)
    except _OnlyTried as exc:
        entered = exc.entered
    return report(file, entered, dry_run=dry_run)


async def _take(
    pg: asyncpg.Connection, request_id: UUID, file: AnswerSheet, *, now: datetime, today: date, since: date
) -> Entered:
    taking = Taking(pg, request_id, now, reference_heading=file.reference, answer_heading=file.answer)
    faults, empty, count = list[Fault](), 0, len(file.sheet.rows)
    for first in range(0, count, CHUNK):
        lines = await read_lines(file, first, min(first + CHUNK, count), today=today, since=since)
        faults += lines.faults
        empty += lines.empty
        try:
            await taking.take(lines.replies)
        except Faulty as exc:
            faults += exc.faults
    if faults:
        raise Faulty(faults)
    return Entered(taking, empty, taking.answered)


async def _others_wait(pg: asyncpg.Connection, request_id: UUID, own: int) -> bool:
    """Whether earlier answers to the request wait as well, so that these would not be all."""
    statement = "SELECT count(*) FROM verification_item WHERE request_id = $1 AND answer IS NOT NULL"
    waiting: int = await pg.fetchval(f"{statement} AND applied_at IS NULL", request_id)
    return waiting > own


def report(file: AnswerSheet, entered: Entered, *, dry_run: bool, fault_count: int = 0) -> AnswersReport:
    """What is replies of a file."""
    taking = entered.taking
    counts = {} if taking is None else counts_of(taking)
    names = ("answered", "unchanged", "outdated", "match", "mismatch", "not_found")
    return AnswersReport(
        dry_run=dry_run,
        rows=len(file.sheet.rows),
        empty=entered.empty,
        waiting=0 if dry_run else entered.waiting,
        fault_count=fault_count,
        **{name: counts.get(name, 0) for name in names},
    )
