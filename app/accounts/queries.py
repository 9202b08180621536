"""Reads of accounts for the hot path: what an account may do now, which may be less than its token says."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from app.accounts.api_keys import principal_of_key
from app.accounts.permissions import Principal, Proof, Role, Territory
from app.core.group_commit import GoesAlone, Meeting, company, no_trace
from app.core.problems import Code, Problem
from app.core.rows import Row, read_the
from app.regions.region_code import NATION


class Standing(NamedTuple):
    """An account and its tablet at this moment; the tablet's columns are None where there is none."""

    active: bool
    role: Role
    region_code: str | None
    scopes: list[str]
    rate: str | None
    sessions_ended: int
    device_id: UUID | None
    device_revoked_at: datetime | None
    device_seen_at: datetime | None
    app_version: str | None
    unsent: int | None
    session_open: bool

    def is_news(self, app_version: str | None, unsent: int | None) -> bool:
        """Whether the tablet reports something new, or sent nothing for a minute."""
        return self.device_seen_at is not None and (
            app_version not in (None, self.app_version)
            or unsent not in (None, self.unsent)
            or datetime.now(UTC) - self.device_seen_at > SEEN_EVERY
        )

    def of(self, proof: Proof) -> Principal:
        """The caller with a session of this account.

        Raises:
            Problem: `account_deactivated`; `not_signed_in` where the session was ended, or its tablet is unknown.
        """
        if not self.active:
            raise Problem(Code.ACCOUNT_DEACTIVATED)
        if (self.sessions_ended, self.device_id) != (proof.sessions_ended, proof.device_id) or not self.session_open:
            raise Problem(Code.NOT_SIGNED_IN)
        return Principal(
            account_id=proof.account_id,
            role=self.role,
            territory=Territory(self.region_code or NATION),
            scopes=proof.scopes.intersection(self.scopes),
            device_id=self.device_id,
            rate=self.rate,
            sessions_ended=self.sessions_ended,
            device_revoked_at=self.device_revoked_at,
            session_id=proof.session_id,
        )


SEEN_EVERY = timedelta(minutes=1)
"""A tablet that sends batch after batch is noted as seen once a minute."""

_WHAT = (
    "a.deactivated_at IS NULL, a.role, a.region_code, a.scopes, a.rate, a.sessions_ended, d.id, d.revoked_at,"
    " d.last_seen_at, d.app_version, d.unsent"
)
_SESSION_OPEN = (
    "$3::uuid IS NULL OR EXISTS (SELECT FROM browser_session s WHERE s.id = $3 AND s.account_id = a.id"
    " AND s.ended_at IS NULL)"
)
_STANDING = f"""
SELECT {_WHAT}, {_SESSION_OPEN} FROM account a LEFT JOIN device d ON d.id = $2 AND d.account_id = a.id WHERE a.id = $1
"""
_LOCKED_STANDING = f"""
SELECT {_WHAT}, true FROM pg_advisory_xact_lock(hashtextextended($1::uuid::text, 0)), account a
LEFT JOIN device d ON d.id = $2 AND d.account_id = a.id
WHERE a.id = $1::uuid
"""
# The second lock is taken for a row that the first one gives, so always after it.
_LOCKED_TWICE = f"""
WITH own AS MATERIALIZED (SELECT pg_advisory_xact_lock(hashtextextended($1::uuid::text, 0))),
common AS MATERIALIZED (SELECT pg_advisory_xact_lock_shared($3) FROM own)
SELECT {_WHAT}, true FROM common, account a
LEFT JOIN device d ON d.id = $2 AND d.account_id = a.id
WHERE a.id = $1::uuid
"""
_LOCKED_AT_ONCE = f"""
WITH wanted AS MATERIALIZED (
    SELECT account_id, device_id
    FROM unnest($1::uuid[], $2::uuid[], $3::bigint[]) AS wanted (account_id, device_id, shared)
    WHERE CASE WHEN pg_try_advisory_xact_lock(hashtextextended(account_id::text, 0))
        THEN shared IS NULL OR pg_try_advisory_xact_lock_shared(shared) ELSE false END
)
SELECT a.id, {_WHAT}, true FROM wanted JOIN account a ON a.id = wanted.account_id
LEFT JOIN device d ON d.id = wanted.device_id AND d.account_id = a.id
"""
_LOCK_ALL = """
SELECT pg_advisory_xact_lock(hashtextextended(id::text, 0))
FROM (SELECT id FROM unnest($1::uuid[]) AS account (id) ORDER BY id) AS account
"""


async def standing_of(
    pg: asyncpg.Connection, account_id: UUID, device_id: UUID | None, session_id: UUID | None = None
) -> Standing | None:
    """The standing of an account and its tablet, and whether that session of a browser is open."""
    return _standing(await pg.fetchrow(_STANDING, account_id, device_id, session_id))


async def lock_enumerator(
    pg: asyncpg.Connection, account_id: UUID, device_id: UUID | None, *, then_share: int | None = None
) -> Standing | None:
    """Wait until no other transaction works for this account, then return its standing.

    An enumerator's batches are worked on one after another, so that none of its records, cells and raw items is
    written twice at once. The lock goes with the transaction; and so does that on `then_share`, which is taken after
    it, beside others who share it.
    """
    with_others = company(pg)
    if with_others is not None:
        return await with_others.meet(_LOCKING, _Place(account_id, device_id, then_share))
    if then_share is not None:
        return _standing(await pg.fetchrow(_LOCKED_TWICE, account_id, device_id, then_share))
    return _standing(await pg.fetchrow(_LOCKED_STANDING, account_id, device_id))


class _Place(NamedTuple):
    """Whose lock is wanted, by which tablet, and what is shared after it."""

    account_id: UUID
    device_id: UUID | None
    then_share: int | None


async def _lock_for_all(pg: asyncpg.Connection, wanted: Sequence[_Place]) -> list[Standing | GoesAlone | None]:
    """Lock several enumerators, without waiting for any: who has to wait does so alone. One who is there twice is
    locked for the first time."""
    first = {each.account_id: at for at, each in reversed(list(enumerate(wanted)))}
    accounts, devices, shares = zip(*(wanted[at] for at in sorted(first.values())), strict=True)
    rows = await pg.fetch(_LOCKED_AT_ONCE, accounts, devices, shares)
    found = {row[0]: row[1:] for row in rows}
    return [
        GoesAlone() if first[each.account_id] != at or (row := found.get(each.account_id)) is None else _standing(row)
        for at, each in enumerate(wanted)
    ]


_LOCKING = Meeting(0, _lock_for_all, no_trace)


async def queue_up_all(pg: asyncpg.Connection, account_ids: Iterable[UUID]) -> None:
    """Wait as `lock_enumerator` does, for several accounts in the order of their ids, so that transactions cannot
    deadlock."""
    await pg.execute(_LOCK_ALL, sorted(account_ids))


async def principal_now(pg: asyncpg.Connection, proof: Proof) -> Principal:
    """The caller of a session or with a key, and what the account may do at this moment: one look-up.

    Raises:
        Problem: `not_signed_in`, `account_deactivated`, `key_ended`.
    """
    if proof.key is not None:
        return await principal_of_key(pg, proof.key)
    standing = await standing_of(pg, proof.account_id, proof.device_id, proof.session_id)
    if standing is None:
        raise Problem(Code.NOT_SIGNED_IN)
    return standing.of(proof)


async def owner_now(pg: asyncpg.Connection, account_id: UUID) -> Principal:
    """What an account may do at this moment, for work that continues without a session.

    Raises:
        Problem: `account_deactivated`.
    """
    standing = await standing_of(pg, account_id, None)
    if standing is None:
        raise Problem(Code.ACCOUNT_DEACTIVATED)
    scopes = frozenset(standing.scopes)
    return standing.of(Proof(account_id, None, scopes, standing.sessions_ended, standing.role))


class Known(Row):
    """Name and role of an account."""

    username: str
    name: str
    role: str
    region_code: str | None


async def account_of(pg: asyncpg.Connection, account_id: UUID) -> Known:
    """An account that is there."""
    return await read_the(pg, Known, "SELECT username, name, role, region_code FROM account WHERE id = $1", account_id)


class Named(NamedTuple):
    """What an account is called."""

    username: str
    name: str


async def names_of(pg: asyncpg.Connection, account_ids: Iterable[UUID]) -> dict[UUID, Named]:
    """What accounts are called, closed ones too, by id."""
    rows = await pg.fetch("SELECT id, username, name FROM account WHERE id = ANY($1)", list(account_ids))
    return {id_: Named(username, name) for id_, username, name in rows}


async def usernames_of(pg: asyncpg.Connection, account_ids: Iterable[UUID]) -> dict[UUID | None, str]:
    """The user names of accounts, closed ones too, by id."""
    rows = await pg.fetch("SELECT id, username FROM account WHERE id = ANY($1)", list(account_ids))
    return {row[0]: row[1] for row in rows}


def _standing(row: Iterable[Any] | None) -> Standing | None:
    if row is None:
        return None
    active, role, *others = row
    return Standing(active, Role(role), *others)
