"""What a tablet reads of what changed: decisions on its records, its assignments, campaigns, reference data."""

from uuid import UUID

import asyncpg
from pydantic import BaseModel, Field

from app.changes.news import Change, read
from app.changes.reading import Page, StreamPosition, changes_since


class ChangesPage(BaseModel):
    """Changes since a cursor, in commit order; a tablet passes over kinds that it does not know."""

    items: list[Change]
    next_cursor: str = Field(
        description="Where to continue, now or in a month; store it together with the changes of the page."
    )
    more: bool = Field(description="Whether there are more at this moment.")


async def read_changes(
    pg: asyncpg.Connection, enumerator_id: UUID, packed: bytes | None, limit: int
) -> tuple[list[Change], Page]:
    """The changes behind a packed position (None: from the start), and the page they came in.

    Raises:
        Problem: `cursor_outdated`.
    """
    position = StreamPosition() if packed is None else StreamPosition.unpack(packed)
    page = await changes_since(pg, enumerator_id, position, limit)
    return [read(change.kind, change.detail) for change in page.changes], page
