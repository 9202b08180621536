"""Answers that come in, from a file or from a verifier: all of them or none, each kept once.

Two steps, so that a file of a hundred thousand lines keeps nobody waiting. Answers are *taken*: they are checked and
written to their items, in one transaction that locks no business. Then they are *applied*, some hundred at a time, each
time in a transaction of its own under the locks of those businesses, in the order of their ids like every other writer
(`register/ledger.py`). Whatever is cut off in between is applied by the next round of the worker.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from app.background.locks import Lock, try_lock
from app.core.bulk import Fault, refuse_faulty, unhurried
from app.core.problems import Text
from app.core.rows import Row, as_set, read, set_of
from app.register.ledger import lock_businesses
from app.verification.lines import Item
from app.verification.models import VerificationItem
from app.verification.standing import holders, restate
from app.verification.states import ANSWERS, Answer, Kind, fingerprint

CHUNK = 2_000
"""Answers that are taken at once."""

APPLIED = 500
"""Businesses that one transaction locks."""

UNKNOWN = Text("Referensi ini bukan milik permintaan ini.", "This reference is none of this request.")
CONTRADICTS = Text(
    "Referensi ini sudah dijawab lain; bila jawaban lama salah, buat permintaan baru.",
    "This reference was answered otherwise; if the earlier answer was wrong, make a new request.",
)
_ITEMS = """
SELECT reference, business_id, kind, number_digest, name_digest, answer FROM verification_item
WHERE request_id = $1 AND reference = ANY($2)
"""


async def lock_request(pg: asyncpg.Connection, request_id: UUID) -> None:
    """Let answers to one request be taken one after another, until the transaction ends."""
    await pg.execute("SELECT FROM verification_request WHERE id = $1 FOR NO KEY UPDATE", request_id)


class Reply(NamedTuple):
    """What was said of one reference; `at`: the row of the file, or the place in the answer of a verifier."""

    at: int
    reference: str
    answer: Answer
    on: date


class _Item(Row):
    reference: str
    business_id: UUID
    kind: Kind
    number_digest: bytes
    name_digest: bytes
    answer: str | None


class _AnswerRow(Row, table=VerificationItem):
    """What is written of an answer."""

    reference: str
    answer: str
    answered_on: date
    answered_at: datetime


_TAKE = f"""
UPDATE verification_item SET answer = input.answer, answered_on = input.answered_on, answered_at = input.answered_at
FROM {set_of(_AnswerRow)} WHERE verification_item.reference = input.reference
"""


@dataclass(slots=True)
class Taking:
    """Takes the answers to one request, chunk by chunk, in one transaction that locked it; faults name the headings."""

    pg: asyncpg.Connection
    request_id: UUID
    now: datetime
    reference_heading: str = "reference"
    answer_heading: str = "answer"
    seen: dict[str, Answer] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    async def take(self, replies: Sequence[Reply]) -> None:
        """Take some answers. Idempotent by their references: the same answer again changes nothing.

        Raises:
            Faulty: references are unknown, or answered otherwise, in this file or before.
        """
        wanted = sorted({each.reference for each in replies})
        items = {each.reference: each for each in await read(self.pg, _Item, _ITEMS, self.request_id, wanted)}
        faults, new = list[Fault](), list[_AnswerRow]()
        async for each in unhurried(replies):
            item, again = items.get(each.reference), self.seen.get(each.reference)
            if item is None:
                faults.append(Fault(each.at, self.reference_heading, "reference_unknown", UNKNOWN))
            elif (again or item.answer or each.answer) != each.answer:
                faults.append(Fault(each.at, self.answer_heading, "answer_contradicts", CONTRADICTS))
            elif again or item.answer:
                self.counts["unchanged"] += 1
            else:
                self.counts[each.answer] += 1
                new.append(
                    _AnswerRow(reference=each.reference, answer=each.answer, answered_on=each.on, answered_at=self.now)
                )
            self.seen.setdefault(each.reference, each.answer)
        refuse_faulty(faults)
        self.counts["outdated"] += await self._outdated([items[row.reference] for row in new])
        if new:
            await self.pg.execute(_TAKE, *as_set(_AnswerRow, new))

    async def _outdated(self, items: Sequence[_Item]) -> int:
        """How many of these are about another pair than their businesses have at this moment."""
        return len(await _outdated(self.pg, [(item, self.request_id) for item in items]))

    @property
    def answered(self) -> int:
        """How many answers were new."""
        return sum(self.counts[each] for each in ANSWERS)


async def _outdated(pg: asyncpg.Connection, items: Sequence[tuple[Any, UUID]]) -> set[str]:
    found = {each.id: each.pairs for each in await holders(pg, {item.business_id for item, _ in items})}
    gone = set()
    for item, request_id in items:
        pair = found.get(item.business_id, {}).get(item.kind)
        same = pair is not None and pair.number == item.number_digest
        if not (same and pair and fingerprint(pair.name, request_id.bytes) == item.name_digest):
            gone.add(item.reference)
    return gone


_WAITING = f"""
SELECT {", ".join(Item.columns)} FROM verification_item
WHERE answer IS NOT NULL AND applied_at IS NULL AND ($1::uuid IS NULL OR request_id = $1)
ORDER BY business_id, reference LIMIT $2
"""
_APPLY = """
UPDATE verification_item SET applied_at = $2, outdated = reference = ANY($3)
WHERE reference = ANY($1) AND applied_at IS NULL
"""


async def apply_some(pg: asyncpg.Connection, now: datetime, request_id: UUID | None = None) -> int:
    """Apply some answers that wait, of one request or of all; how many. Idempotent: an answer is applied once.

    Raises:
        TryAgain: a business moved to another regency before it was locked.
    """
    waiting = await read(pg, Item, _WAITING, request_id, APPLIED)
    if not waiting:
        return 0
    ids = {each.business_id for each in waiting}
    await lock_businesses(pg, ids)
    outdated = await _outdated(pg, [(each, each.request_id) for each in waiting])
    await restate(pg, ids)
    await pg.execute(_APPLY, [each.reference for each in waiting], now, list(outdated))
    return len(waiting)


async def apply_round(pg: asyncpg.Connection, now: datetime) -> bool:
    """The same as a round of the worker, unless another process does it; whether more may wait."""
    return await try_lock(pg, Lock.CONFIRMING) and await apply_some(pg, now) == APPLIED


def counts_of(taking: Taking) -> Mapping[str, int]:
    """What came of it, for the trail: counts alone."""
    return {"answered": taking.answered, **{name: taking.counts[name] for name in (*ANSWERS, "unchanged", "outdated")}}
