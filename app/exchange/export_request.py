"""The request of an export: account, format and filters; as it runs, and as a job stores it.

Whether the account may have the export is checked again whenever a part of it is made or read.
"""

from collections.abc import Collection
from datetime import date
from typing import Any, Self
from uuid import UUID

import asyncpg

from app.accounts.permissions import Principal, Role, Scope, Territory
from app.core.problems import Code, Problem
from app.core.redaction import without_numbers
from app.core.sealing import KeyRing
from app.exchange.exporting import Export, ExportProgress, Format
from app.register.filters import Filters, Where, narrowed
from app.register.names import telling_words
from app.register.searching import having
from app.workforce.reach import reach_of

EXPORTERS = (Role.COORDINATOR, Role.OFFICER, Role.ADMIN, Role.SYSTEM)
"""Roles that may export the register; a system with `businesses:read`."""


class ExportRequest(Filters):
    """An export as it was requested; the reach of the account is looked up when the file is made."""

    account_id: UUID
    role: Role
    territory: str
    format: Format
    q: str | None = None
    excel: bool = False
    unmasked: bool = False

    @property
    def named(self) -> dict[str, str]:
        """The filters that are asked for, as the file tells them: without what may be the number of a person."""
        asked = {name: getattr(self, name) for name in (*Filters.model_fields, "q") if name != "region"}
        return {name: without_numbers(str(value)) for name, value in asked.items() if value is not None}

    @classmethod
    def by(cls, principal: Principal, **fields: Any) -> Self:
        """What the principal asks for."""
        return cls(
            account_id=principal.account_id, role=principal.role, territory=principal.territory.region_code, **fields
        )

    def refuse(self, now: Principal) -> None:
        """Refuse an account that may not have this export now.

        Raises:
            Problem: `not_allowed` without the role or a scope that it takes, `not_found` outside the territory.
        """
        needed = {Scope.PII_READ} if self.unmasked else set()
        if now.role is Role.SYSTEM:
            needed.add(Scope.BUSINESSES_READ)
        if now.role is not self.role or now.role not in EXPORTERS or not needed <= now.scopes:
            raise Problem(Code.NOT_ALLOWED)
        if not now.territory.contains(self.region or self.territory):
            raise Problem(Code.NOT_FOUND)


async def refuse_file(
    pg: asyncpg.Connection, asking: ExportRequest, only: Collection[UUID] | None, now: Principal, today: date
) -> None:
    """Refuse an account that may not have a file now; the file contains the work of `only` these.

    Raises:
        Problem: as `ExportRequest.refuse`; `not_found` where one of them is not in its team any more.
    """
    asking.refuse(now)
    reach = await reach_of(pg, now, today)
    if reach.only is not None and not set(only or ()) <= set(reach.only):
        raise Problem(Code.NOT_FOUND)


async def export_of(
    pg: asyncpg.Connection, asking: ExportRequest, ring: KeyRing, today: date, progress: ExportProgress | None = None
) -> Export:
    """The export that is asked for.

    Raises:
        Problem: `not_found`, `unknown_campaign`; see `narrowed`.
    """
    principal = Principal(asking.account_id, asking.role, Territory(asking.territory), frozenset(), None)
    reach = await reach_of(pg, principal, today)
    where = await narrowed(pg, asking, reach) or Where(conditions=["false"])
    if asking.q is not None:
        having(where, telling_words(asking.q))
    return Export(
        asking.format,
        where,
        asking.excel,
        ring if asking.unmasked else None,
        progress or ExportProgress(),
        reach.only,
        region=asking.region or asking.territory,
        filters=asking.named,
    )
