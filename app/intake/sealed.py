"""Items that were kept raw, sealed whole. For the owner of the tables, since the server's login to the database may not
change what an item said.
"""

from collections.abc import Collection, Iterable
from uuid import UUID

import asyncpg

from app.core.sealed_rows import SealedRow, SealedRows
from app.intake.models import RawItem


class SealedItem(SealedRow, table=RawItem):
    """An item kept raw, sealed whole."""

    id: UUID

    @property
    def bound_to(self) -> bytes:
        """What it is bound to."""
        return self.id.bytes


RAW_ITEMS = SealedRows(SealedItem)


async def erase_items(pg: asyncpg.Connection, ids: Iterable[UUID]) -> None:
    """Erase the contents of items; the rows remain. Idempotent by nature."""
    await pg.execute("UPDATE raw_item SET sealed = NULL WHERE id = ANY($1)", list(ids))


async def forget_decisions(pg: asyncpg.Connection, record_ids: Collection[UUID]) -> None:
    """Remove what was said when items of these records were released or refused. Idempotent by nature."""
    await pg.execute("UPDATE raw_item SET decided_because = NULL WHERE subject_id = ANY($1)", list(record_ids))
