"""Reconciling: does the server really have what a tablet is about to delete?

A tablet deletes only what is `stored` under the very content that it holds. What belongs to somebody else is `missing`,
whatever the server has of it.
"""

from collections.abc import Sequence
from typing import Annotated, Literal, NamedTuple
from uuid import UUID

import asyncpg
from pydantic import BaseModel, ConfigDict, Field

from app.core.sealing import Digester
from app.register.deduplication import Outcome
from app.sync.receipts import CLIENT_ACTION
from app.sync.schemas import Id

MAX_ITEMS = 1_000

State = Literal["stored", "missing", "different"]


class ReconcileItem(BaseModel):
    """One revision that the tablet holds."""

    model_config = ConfigDict(strict=True, extra="ignore")

    record_id: Id
    revision: int = Field(ge=1, le=2**31 - 1)
    content_sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")] = Field(
        description="SHA-256, in hexadecimal, of the item as canonical JSON: keys sorted, no blanks, UTF-8."
    )


class ReconcileIn(BaseModel):
    """What the tablet holds."""

    model_config = ConfigDict(strict=True, extra="ignore")

    items: list[ReconcileItem] = Field(min_length=1, max_length=MAX_ITEMS)


class Reconciled(BaseModel):
    """What the server has of one revision."""

    record_id: UUID
    revision: int
    state: State = Field(
        description="`stored`: this very content is safe; `missing`: send it; `different`: the server has another"
        " content under this revision, keep yours and send it as a higher one."
    )
    outcome: Outcome | None = Field(description="As the receipt told, for one that was lost; null where not stored.")
    client_action: str | None = Field(description="`purge`, `keep` or `fix`; null where not stored.")


class ReconcileOut(BaseModel):
    """In the order of the question."""

    items: list[Reconciled]


class _Kept(NamedTuple):
    digest: bytes
    outcome: Outcome
    client_action: str


_SUBMISSIONS = """
SELECT record_id, revision, content_digest, outcome FROM submission WHERE record_id = ANY($1) AND enumerator_id = $2
"""
# Of a record that waits raw the last item is told; what took its place is in the other table. One that was refused
# stays sealed where it is, and nothing more is to come of it.
_RAW = """
SELECT DISTINCT ON (subject_id) subject_id, content_digest, outcome, decision FROM raw_item
WHERE subject_id = ANY($1) AND enumerator_id = $2 AND (resolved_on IS NULL OR decision = 'refused')
ORDER BY subject_id, id DESC
"""


async def reconcile(
    pg: asyncpg.Connection, digester: Digester, enumerator_id: UUID, items: Sequence[ReconcileItem]
) -> list[Reconciled]:
    """What the server has of each, in two statements."""
    ids = [item.record_id for item in items]
    stored = {
        (record_id, revision): _Kept(digest, Outcome(outcome), CLIENT_ACTION[Outcome(outcome)])
        for record_id, revision, digest, outcome in await pg.fetch(_SUBMISSIONS, ids, enumerator_id)
    }
    raw = {
        subject: _Kept(digest, Outcome(outcome), "purge" if decision else CLIENT_ACTION[Outcome(outcome)])
        for subject, digest, outcome, decision in await pg.fetch(_RAW, ids, enumerator_id)
    }
    return [_reconciled(item, stored, raw, digester) for item in items]


def _reconciled(
    item: ReconcileItem, stored: dict[tuple[UUID, int], _Kept], raw: dict[UUID, _Kept], digester: Digester
) -> Reconciled:
    digest = digester.content(bytes.fromhex(item.content_sha256))
    submission, waiting = stored.get((item.record_id, item.revision)), raw.get(item.record_id)
    for kept in (submission, waiting):
        if kept is not None and kept.digest == digest:
            return Reconciled(
                record_id=item.record_id,
                revision=item.revision,
                state="stored",
                outcome=kept.outcome,
                client_action=kept.client_action,
            )
    state: State = "missing" if submission is None else "different"
    return Reconciled(record_id=item.record_id, revision=item.revision, state=state, outcome=None, client_action=None)
