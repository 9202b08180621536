"""Reads of accounts for the hot path."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import asyncpg


class Standing(NamedTuple):
    """Whether an account and its tablet are in good standing at this moment, whatever the token says."""

    active: bool
    device_revoked: bool
    region_code: str | None
    device_seen_at: datetime | None
    app_version: str | None
    unsent: int | None

    def is_news(self, app_version: str | None, unsent: int | None) -> bool:
        """Whether the tablet tells something new of itself, or was not heard of for a minute."""
        return self.device_seen_at is not None and (
            app_version not in (None, self.app_version)
            or unsent not in (None, self.unsent)
            or datetime.now(UTC) - self.device_seen_at > SEEN_EVERY
        )


SEEN_EVERY = timedelta(minutes=1)
"""A tablet that sends batch after batch is noted as seen once a minute."""

_WHAT = "a.deactivated_at IS NULL, d.revoked_at IS NOT NULL, a.region_code, d.last_seen_at, d.app_version, d.unsent"
_STANDING = f"""
SELECT {_WHAT} FROM account a LEFT JOIN device d ON d.id = $2 AND d.account_id = a.id WHERE a.id = $1
"""
_LOCKED_STANDING = f"""
SELECT {_WHAT} FROM pg_advisory_xact_lock(hashtextextended($1::uuid::text, 0)), account a
LEFT JOIN device d ON d.id = $2 AND d.account_id = a.id
WHERE a.id = $1::uuid
"""


async def standing_of(pg: asyncpg.Connection, account_id: UUID, device_id: UUID | None) -> Standing | None:
    """The standing of an account and its tablet."""
    row = await pg.fetchrow(_STANDING, account_id, device_id)
    return Standing(*row) if row else None


async def queue_up(pg: asyncpg.Connection, account_id: UUID, device_id: UUID | None) -> Standing | None:
    """Wait until no other transaction works for this account, then tell its standing.

    An enumerator's batches are worked on one after another, so that none of its records, cells and raw items is
    written twice at once. The lock goes with the transaction.
    """
    row = await pg.fetchrow(_LOCKED_STANDING, account_id, device_id)
    return Standing(*row) if row else None
