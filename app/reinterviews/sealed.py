"""The sealed answers of re-interviews, and what is erased of them with their records. For the owner of the tables,
since the server's login may change no version.
"""

from collections.abc import Sequence
from uuid import UUID

import asyncpg

from app.core.sealed_rows import SealedRow, SealedRows
from app.reinterviews.models import ReinterviewVersion

_WITHDRAW = """
UPDATE reinterview SET state = 'withdrawn', withdrawn_for = 'erased', assignee_id = NULL, due_on = NULL,
       former_ids = CASE WHEN assignee_id IS NULL THEN former_ids ELSE array_append(former_ids, assignee_id) END,
       same = '{}', different = '{}', agreed = 0, compared = 0
WHERE id = ANY($1)
"""
_ERASE = """
UPDATE reinterview_version SET sealed = NULL, answers = '{}', latitude = NULL, longitude = NULL, accuracy_m = NULL
WHERE id = ANY($1)
"""


def bound_to(id_: UUID, version: int) -> bytes:
    """What the sealed answers of a version are bound to, so that they open nowhere else."""
    return b"reinterview" + id_.bytes + version.to_bytes(4)


class SealedVersion(SealedRow, table=ReinterviewVersion):
    """The sealed answers of one version."""

    id: UUID
    version: int

    @property
    def bound_to(self) -> bytes:
        """What they are bound to."""
        return bound_to(self.id, self.version)


VERSIONS = SealedRows(SealedVersion)


async def of_records(pg: asyncpg.Connection, record_ids: Sequence[UUID]) -> list[UUID]:
    """The re-interviews of these records."""
    rows = await pg.fetch("SELECT id FROM reinterview WHERE record_id = ANY($1)", list(record_ids))
    return [row[0] for row in rows]


async def erase_reinterviews(pg: asyncpg.Connection, ids: Sequence[UUID]) -> None:
    """Withdraw these re-interviews for good, and erase what was heard. Idempotent by nature.

    The row goes first: answers that are on their way are in before, and later ones are refused.
    """
    await pg.execute(_WITHDRAW, list(ids))
    await pg.execute(_ERASE, list(ids))
