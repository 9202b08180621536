"""Tablets: enrolled at the first sign-in on them, revoked when they are lost, and what they reported about themselves.

A revoked tablet reads nothing from that moment on. For a time it may still hand over what it has, which is held for a
supervisor, since collected work is never thrown away.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import asyncpg

from app.accounts.permissions import Principal, Role, Territory
from app.accounts.schemas import DeviceListed
from app.audit import trail
from app.audit.actions import Action
from app.core.ids import new_id
from app.core.problems import Code, Problem
from app.core.redaction import hides_nik
from app.core.round_trips import SetWrite
from app.core.rows import Row, read_the
from app.core.sealing import Digester

_PERMITTED = "interval '7 days'"
_LISTED = (
    "device.id, device.account_id, account.username, account.name AS account_name, device.name, device.app_version,"
    " device.unsent, device.enrolled_at, device.last_seen_at, device.revoked_at, device.revoked_reason"
)


class ToldDevice(NamedTuple):
    """What a tablet reports about itself at a sign-in."""

    told_id: str
    name: str | None

    def as_kept(self, digester: Digester) -> "ToldDevice":
        """As the server stores it. An id that could have a NIK in it is replaced by a keyed digest: one random id in
        two thousand looks like that by chance, so that it cannot be refused.
        """
        if not hides_nik(self.told_id):
            return self
        return self._replace(told_id=digester.token(f"device:{self.told_id}"))


class Enrolled(NamedTuple):
    """A tablet as sign-in knows it."""

    id: UUID
    revoked_at: datetime | None = None


class _Owner(Row):
    """Whose tablet it is to be, and whether a supervisor permits one beyond those allowed."""

    role: str
    devices_allowed: int
    permitted: bool


class _Tablets(Row):
    """How many tablets an account may have, and how many are active."""

    role: str
    devices_allowed: int
    active: int


async def enrol(pg: asyncpg.Connection, account_id: UUID, device: ToldDevice, *, trace_id: str) -> Enrolled:
    """Make the tablet known. Idempotent by account and the id that the tablet gives.

    Raises:
        Problem: `device_limit_reached` for one more active tablet than an enumerator may have, where no supervisor
            permitted it.
    """
    owner = await read_the(
        pg,
        _Owner,
        "SELECT role, devices_allowed, coalesce(next_tablet_until > now(), false) AS permitted FROM account"
        " WHERE id = $1 FOR NO KEY UPDATE",
        account_id,
    )
    known = await pg.fetch("SELECT id, told_id, revoked_at FROM device WHERE account_id = $1", account_id)
    for id_, told_id, revoked_at in known:
        if told_id == device.told_id:
            await pg.execute(
                "UPDATE device SET name = coalesce($2, name), last_seen_at = now() WHERE id = $1", id_, device.name
            )
            return Enrolled(id_, revoked_at)
    active = sum(revoked_at is None for _, _, revoked_at in known)
    if owner.role == Role.ENUMERATOR and active >= owner.devices_allowed:
        if not owner.permitted:
            raise Problem(Code.DEVICE_LIMIT_REACHED)
        await pg.execute("UPDATE account SET next_tablet_until = NULL WHERE id = $1", account_id)
    id_ = new_id()
    await pg.execute(
        "INSERT INTO device (id, account_id, told_id, name, enrolled_at, last_seen_at)"
        " VALUES ($1, $2, $3, $4, now(), now())",
        id_,
        account_id,
        device.told_id,
        device.name,
    )
    await trail.record_many(
        pg, Action.DEVICE_ENROLLED, actor_id=account_id, subjects=[("device", str(id_), {})], trace_id=trace_id
    )
    return Enrolled(id_)


_SEEN = """
UPDATE device SET last_seen_at = now(), app_version = coalesce(seen.app_version, device.app_version),
    unsent = coalesce(seen.unsent, device.unsent)
FROM unnest($1::uuid[], $2::text[], $3::int[]) AS seen (id, app_version, unsent) WHERE device.id = seen.id
"""


def seen(principal: Principal, app_version: str | None, unsent: int | None) -> SetWrite:
    """The note that a tablet sent a request just now, and what it reported. Idempotent by nature."""
    return SetWrite((("seen", _SEEN),), [(principal.device_id, app_version, unsent)])


async def list_devices(
    pg: asyncpg.Connection,
    territory: Territory,
    only: Sequence[UUID] | None,
    *,
    revoked: bool | None,
    limit: int,
    after: UUID | None,
) -> list[DeviceListed]:
    """The first `limit` tablets of accounts of the territory (of `only` these, if given) after one, by id."""
    rows = await pg.fetch(
        f"SELECT {_LISTED} FROM device JOIN account ON account.id = account_id"
        " WHERE ($1 = '' OR region_code >= $1 AND region_code < $2)"
        " AND ($3::uuid[] IS NULL OR account_id = ANY($3)) AND ($4::bool IS NULL OR (revoked_at IS NOT NULL) = $4)"
        " AND ($5::uuid IS NULL OR device.id > $5) ORDER BY device.id LIMIT $6",
        *territory.span,
        only,
        revoked,
        after,
        limit,
    )
    return [DeviceListed.model_validate(dict(row)) for row in rows]


async def permit(
    pg: asyncpg.Connection,
    principal: Principal,
    only: Sequence[UUID] | None,
    account_id: UUID,
    reason: str,
    *,
    trace_id: str | None,
) -> datetime:
    """Let an enumerator enrol one tablet beyond the limit, once, until the given time. Idempotent.

    Raises:
        Problem: `not_found` for an enumerator who is not one of the principal's.
    """
    until: datetime | None = await pg.fetchval(
        f"UPDATE account SET next_tablet_until = now() + {_PERMITTED} WHERE id = $1 AND role = 'enumerator'"
        " AND deactivated_at IS NULL AND ($2 = '' OR region_code >= $2 AND region_code < $3)"
        " AND ($4::uuid[] IS NULL OR id = ANY($4)) RETURNING next_tablet_until",
        account_id,
        *principal.territory.span,
        only,
    )
    if until is None:
        raise Problem(Code.NOT_FOUND)
    subject = ("account", str(account_id), {"reason": reason})
    await trail.record_many(
        pg, Action.DEVICE_PERMITTED, actor_id=principal.account_id, subjects=[subject], trace_id=trace_id
    )
    return until


async def revoke(
    pg: asyncpg.Connection,
    principal: Principal,
    only: Sequence[UUID] | None,
    device_id: UUID,
    reason: str,
    *,
    trace_id: str | None,
) -> DeviceListed:
    """Revoke a lost tablet: it reads nothing any more, and what it hands over in time is held. Idempotent.

    Raises:
        Problem: `not_found` for a tablet that is none of the principal's.
    """
    device = await _managed(pg, principal, only, device_id)
    if device.revoked_at is None:
        await pg.execute(
            "UPDATE device SET revoked_at = now(), revoked_by = $2, revoked_reason = $3 WHERE id = $1",
            device_id,
            principal.account_id,
            reason,
        )
        await _audit(pg, Action.DEVICE_REVOKED, principal, device_id, trace_id)
    return await _managed(pg, principal, only, device_id)


async def restore(
    pg: asyncpg.Connection,
    principal: Principal,
    only: Sequence[UUID] | None,
    device_id: UUID,
    *,
    trace_id: str | None,
) -> DeviceListed:
    """Take a revocation back, for a tablet that was found. Items that were held remain held. Idempotent.

    Raises:
        Problem: `not_found`; `device_limit_reached` where the enumerator has another tablet by now.
    """
    device = await _managed(pg, principal, only, device_id)
    if device.revoked_at is not None:
        owner = await read_the(
            pg,
            _Tablets,
            "SELECT role, devices_allowed,"
            " (SELECT count(*) FROM device WHERE account_id = $1 AND revoked_at IS NULL) AS active"
            " FROM account WHERE id = $1",
            device.account_id,
        )
        if owner.role == Role.ENUMERATOR and owner.active >= owner.devices_allowed:
            raise Problem(Code.DEVICE_LIMIT_REACHED)
        await pg.execute(
            "UPDATE device SET revoked_at = NULL, revoked_by = NULL, revoked_reason = NULL WHERE id = $1", device_id
        )
        await _audit(pg, Action.DEVICE_RESTORED, principal, device_id, trace_id)
    return await _managed(pg, principal, only, device_id)


async def _managed(
    pg: asyncpg.Connection, principal: Principal, only: Sequence[UUID] | None, device_id: UUID
) -> DeviceListed:
    """A tablet in the reach of the principal; its account is locked, as by `enrol`."""
    row = await pg.fetchrow(
        f"SELECT {_LISTED} FROM device JOIN account ON account.id = account_id WHERE device.id = $1"
        " AND ($2 = '' OR region_code >= $2 AND region_code < $3)"
        " AND ($4::uuid[] IS NULL OR account_id = ANY($4)) FOR NO KEY UPDATE OF account",
        device_id,
        *principal.territory.span,
        only,
    )
    if row is None:
        raise Problem(Code.NOT_FOUND)
    return DeviceListed.model_validate(dict(row))


async def _audit(
    pg: asyncpg.Connection, action: Action, principal: Principal, device_id: UUID, trace_id: str | None
) -> None:
    await trail.record_many(
        pg, action, actor_id=principal.account_id, subjects=[("device", str(device_id), {})], trace_id=trace_id
    )
