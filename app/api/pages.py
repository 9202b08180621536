"""Pages of lists: how many rows, and where to continue. A cursor is valid for one list, its filters and one account."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypeVar
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from app.accounts.permissions import Principal
from app.core.bulk import Digits
from app.core.paging import DEFAULT_LIMIT, MAX_LIMIT, Cursors
from app.core.settings import Settings

Item = TypeVar("Item")


class PageQuery(BaseModel):
    """What every list can be asked."""

    model_config = ConfigDict(frozen=True)

    limit: Annotated[Digits, Field(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT
    cursor: str | None = Field(default=None, description="`next_cursor` of the page before.", max_length=500)


Page = Annotated[PageQuery, Query()]


class Pager:
    """One list of one account: reads the cursor that was sent and writes the next."""

    def __init__(self, settings: Settings, principal: Principal, asked: PageQuery, *bound_to: object) -> None:
        self._cursors = Cursors(settings.digest_key_bytes())
        values = [each for one in bound_to for each in (dict(one).values() if isinstance(one, BaseModel) else (one,))]
        self._bound_to = (str(principal.account_id), *(None if each is None else str(each) for each in values))
        self._asked = asked

    @property
    def limit(self) -> int:
        """One more row than the page holds, to see whether there is another page."""
        return self._asked.limit + 1

    @property
    def after(self) -> bytes | None:
        """The position after which this page begins.

        Raises:
            Problem: `invalid_cursor`.
        """
        cursor = self._asked.cursor
        return None if cursor is None else self._cursors.read(cursor, *self._bound_to)

    @property
    def after_id(self) -> UUID | None:
        """The position, where lists go by id."""
        after = self.after
        return None if after is None else UUID(bytes=after)

    def page(self, rows: Sequence[Item], position: Callable[[Item], bytes]) -> dict[str, Any]:
        """The rows of this page, and the cursor of the next where there is one."""
        shown = rows[: self._asked.limit]
        more = len(rows) > len(shown)
        return {"items": shown, "next_cursor": self.cursor(position(shown[-1]) if more else None)}

    def cursor(self, position: bytes | None) -> str | None:
        """The cursor that continues after a position; None after the last."""
        return None if position is None else self.written(position)

    def cursor_after(self, last: UUID | None) -> str | None:
        """The same, where lists go by id."""
        return self.cursor(None if last is None else last.bytes)

    def written(self, position: bytes) -> str:
        """The cursor of a position."""
        return self._cursors.write(position, *self._bound_to)
