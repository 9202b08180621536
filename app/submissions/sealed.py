"""The sealed answers of revisions. What changes them is for the owner of the tables, since the server's login to the
database may change no revision.
"""

from collections.abc import Iterable
from uuid import UUID

import asyncpg

from app.core.sealed_rows import SealedRow, SealedRows
from app.submissions.models import Submission
from app.submissions.records import bound_to


class SealedRevision(SealedRow, table=Submission):
    """The sealed answers of one revision."""

    record_id: UUID
    revision: int

    @property
    def bound_to(self) -> bytes:
        """What they are bound to."""
        return bound_to(self.record_id, self.revision)


REVISIONS = SealedRows(SealedRevision)


async def with_answers(pg: asyncpg.Connection, record_ids: Iterable[UUID]) -> set[UUID]:
    """Those of these records of which the answers of a revision are kept."""
    rows = await pg.fetch(
        "SELECT DISTINCT record_id FROM submission WHERE record_id = ANY($1) AND sealed IS NOT NULL", list(record_ids)
    )
    return {row[0] for row in rows}


async def erase_answers(pg: asyncpg.Connection, record_ids: Iterable[UUID]) -> None:
    """Erase answers and place of every revision of these records; of cooperatives only what is said of people. Of
    visits without an interview the results and times stay, by which the door is counted.

    Idempotent by nature.
    """
    ids = list(record_ids)
    await pg.execute(
        "UPDATE submission SET sealed = NULL, answers = answers - ARRAY['chair', 'respondent']"
        " WHERE record_id = ANY($1) AND questionnaire LIKE 'koperasi@%'",
        ids,
    )
    await pg.execute(
        "UPDATE submission SET sealed = NULL, latitude = NULL, longitude = NULL, accuracy_m = NULL,"
        " answers = CASE WHEN questionnaire LIKE 'visit@%' THEN answers ELSE '{}' END"
        " WHERE record_id = ANY($1) AND questionnaire NOT LIKE 'koperasi@%'",
        ids,
    )
