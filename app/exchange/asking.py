"""What somebody asks of an export: by whom, in which form, narrowed by what; as it runs, and as a job keeps it."""

from datetime import date
from typing import Any, Self
from uuid import UUID

import asyncpg

from app.accounts.permissions import Principal, Role, Territory
from app.core.sealing import KeyRing
from app.exchange.exporting import Export, Format, Progress
from app.register.filters import Filters, Where, narrowed
from app.register.names import telling_words
from app.register.searching import having
from app.workforce.reach import reach_of


class Asking(Filters):
    """An export as it was asked for; whose reach it has is looked up anew when it is made."""

    account_id: UUID
    role: Role
    territory: str
    format: Format
    q: str | None = None
    excel: bool = False
    unmasked: bool = False

    @classmethod
    def by(cls, principal: Principal, **told: Any) -> Self:
        """What the principal asks for."""
        return cls(
            account_id=principal.account_id, role=principal.role, territory=principal.territory.region_code, **told
        )


async def export_of(
    pg: asyncpg.Connection, asking: Asking, ring: KeyRing, today: date, progress: Progress | None = None
) -> Export:
    """The export that is asked for.

    Raises:
        Problem: `not_found`, `unknown_campaign`; see `narrowed`.
    """
    principal = Principal(asking.account_id, asking.role, Territory(asking.territory), frozenset(), None)
    where = await narrowed(pg, asking, await reach_of(pg, principal, today)) or Where(conditions=["false"])
    if asking.q is not None:
        having(where, telling_words(asking.q))
    return Export(asking.format, where, asking.excel, ring if asking.unmasked else None, progress or Progress())
