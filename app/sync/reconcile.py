"""Reconciling: whether the server has what a tablet is about to delete.

A tablet deletes only what is `stored` with the same content, and `purge`. The answer is decided in
`intake/revision_status.py`. A record of another enumerator is `missing`, unless this enumerator sent the same content.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

import asyncpg
from pydantic import BaseModel, ConfigDict, Field

from app.core.round_trips import Question, ask_together
from app.core.sealing import Digester
from app.intake.queries import raw_items_question
from app.intake.revision_status import State, StoredRevision, find, newest_of, status_of
from app.intake.schemas import Id
from app.register.verdicts import Outcome

MAX_ITEMS = 1_000


class ReconcileItem(BaseModel):
    """One revision on the tablet."""

    model_config = ConfigDict(strict=True, extra="ignore")

    record_id: Id
    revision: int = Field(ge=1, le=2**31 - 1)
    content_sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")] = Field(
        description="SHA-256, in hexadecimal, of the item as canonical JSON (`openapi/README.md`)."
    )


class ReconcileIn(BaseModel):
    """The revisions on the tablet."""

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
    outcome: Outcome | None = Field(description="What became of it when it was judged; null where not stored.")
    client_action: str | None = Field(
        description="`purge`, `keep` or `fix`, as of now: what was kept may go once it was decided on, or once a higher"
        " revision is here; null where not stored."
    )


class ReconcileOut(BaseModel):
    """In the order of the question."""

    items: list[Reconciled]


_SUBMISSIONS = """
SELECT submission.record_id, submission.revision, content_digest, outcome, conflict.id IS NOT NULL,
       questionnaire LIKE 'visit@%'
FROM submission LEFT JOIN duplicate_case AS conflict
  ON conflict.record_id = submission.record_id AND conflict.revision = submission.revision
 AND conflict.regency_code = submission.regency_code AND conflict.kind IN ('conflict', 'wrong_number')
 AND conflict.state = 'open'
WHERE submission.record_id = ANY($1) AND enumerator_id = $2
"""


async def reconcile(
    pg: asyncpg.Connection, digester: Digester, enumerator_id: UUID, items: Sequence[ReconcileItem]
) -> list[Reconciled]:
    """What the server has of each, as of one moment."""
    ids = list({item.record_id for item in items})
    histories, kept_raw = await ask_together(
        pg, Question(_SUBMISSIONS, (ids, enumerator_id), _histories), raw_items_question(enumerator_id, ids)
    )
    for record_id, raw in kept_raw.items():
        histories[record_id] += [each.kept for each in raw]
    return [_reconciled(item, histories[item.record_id], digester) for item in items]


def _histories(rows: Sequence[Sequence[Any]]) -> defaultdict[UUID, list[StoredRevision]]:
    histories: defaultdict[UUID, list[StoredRevision]] = defaultdict(list)
    for record_id, revision, digest, outcome, waits, is_visit in rows:
        stored = StoredRevision(revision, digest, Outcome(outcome), waits, is_visit=is_visit)
        histories[record_id].append(stored)
    return histories


def _reconciled(item: ReconcileItem, history: Sequence[StoredRevision], digester: Digester) -> Reconciled:
    state, kept = find(history, item.revision, digester.content(bytes.fromhex(item.content_sha256)))
    now = status_of(kept, newest_of(history, of_visit=kept.is_visit)) if kept is not None else None
    return Reconciled(
        record_id=item.record_id,
        revision=item.revision,
        state=state,
        outcome=now and now.outcome,
        client_action=now and now.client_action,
    )
