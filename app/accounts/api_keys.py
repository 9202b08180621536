"""Read-only keys, for tools that cannot do OAuth: Excel, Power BI, Grafana, a script.

An officer or admin makes a key for scopes and a region inside the own territory. It is shown once, reads only, and ends
after a year at most. It is looked up with its maker's account at every request, so it ends with that account's rights,
and at once in all servers. It never gives personal data unmasked.

A key is `kumkm_`, 36 random signs (214 bits) and a checksum of six, so that scanners of source code find it and a
mistyped one is known without a look-up. The database has its SHA-256.
"""

import hashlib
import ipaddress
import re
import secrets
import string
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg

from app.accounts.models import ApiKey
from app.accounts.permissions import Principal, Role, Scope, Territory
from app.accounts.schemas import ApiKeyIn
from app.audit import trail
from app.audit.actions import Action
from app.core.ids import new_id
from app.core.problems import Code, Problem
from app.core.rows import Row, copy_rows, read, read_one, read_the
from app.regions.region_code import NATION

MAKERS = (Role.OFFICER, Role.ADMIN)
"""Who may make keys: whose rights are a territory. What a coordinator sees is a team, which no key has."""

SCOPES = (Scope.PROGRESS_READ, Scope.BUSINESSES_READ, Scope.FEED_READ, Scope.STATISTICS_READ)
"""What a key may be good for; never `pii:read`."""

MOST = 50
"""Keys of one account that are good at the same time."""

USED_EVERY = timedelta(hours=1)
"""How exactly it is known when a key was used last."""

PREFIX = "kumkm_"
_RANDOM, _CHECK = 36, 6
_SIGNS = string.digits + string.ascii_uppercase + string.ascii_lowercase
SHAPE = re.compile(rf"{PREFIX}[0-9A-Za-z]{{{_RANDOM + _CHECK}}}")
"""What a key looks like, wherever it stands."""

_COLUMNS = (
    "k.id, k.account_id, a.username, a.name AS account_name, k.name, k.scopes, k.region_code, k.created_at,"
    " k.expires_at, k.used_at, k.used_from, k.revoked_at"
)
_FROM = "FROM api_key AS k JOIN account AS a ON a.id = k.account_id"
_WITHIN = "($2 = '' OR (k.region_code >= $2 AND k.region_code < $3))"


class _Found(Row):
    """A key and the account that made it."""

    id: UUID
    scopes: list[str]
    region_code: str | None
    over: bool
    used_at: datetime | None
    account_id: UUID
    active: bool
    role: str
    own_region: str | None
    rate: str | None
    sessions_ended: int


class KeyRow(Row):
    """A key as it is listed."""

    id: UUID
    account_id: UUID
    username: str
    account_name: str
    name: str
    scopes: list[str]
    region_code: str | None
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    used_from: str | None
    revoked_at: datetime | None


class _New(Row, table=ApiKey):
    """A key as it is made."""

    id: UUID
    account_id: UUID
    name: str
    digest: bytes
    scopes: list[str]
    region_code: str | None
    created_at: datetime
    expires_at: datetime


_FOUND = """
SELECT k.id, k.scopes, k.region_code, k.revoked_at IS NOT NULL OR k.expires_at <= now() AS over, k.used_at,
 a.id AS account_id, a.deactivated_at IS NULL AS active, a.role, a.region_code AS own_region, a.rate, a.sessions_ended
FROM api_key AS k JOIN account AS a ON a.id = k.account_id WHERE k.digest = $1
"""


def new_key() -> str:
    """A key that nobody can guess."""
    random = "".join(secrets.choice(_SIGNS) for _ in range(_RANDOM))
    return f"{PREFIX}{random}{_checksum(random)}"


def is_key(text: str) -> bool:
    """Whether a text may be a key: its shape and its checksum are right."""
    inner = text.removeprefix(PREFIX)
    return SHAPE.fullmatch(text) is not None and _checksum(inner[:_RANDOM]) == inner[_RANDOM:]


def key_digest(key: str) -> bytes:
    """What the database knows of a key. The key is random, so a plain hash does."""
    return hashlib.sha256(key.encode()).digest()


def _checksum(random: str) -> str:
    """CRC-32 as six signs: it finds a mistyped key, and guards nothing."""
    number, signs = zlib.crc32(random.encode()), ""
    for _ in range(_CHECK):
        number, at = divmod(number, len(_SIGNS))
        signs = _SIGNS[at] + signs
    return signs


def coarse(address: str) -> str:
    """From about where: the first three numbers of an IPv4 address, the first 48 bits of IPv6."""
    try:
        network = ipaddress.ip_network(address, strict=False)
    except ValueError:
        return "unknown"
    bits = 24 if network.version == 4 else 48  # noqa: PLR2004  (the version's number)
    return str(network.supernet(new_prefix=bits) if network.prefixlen > bits else network)


async def principal_of_key(pg: asyncpg.Connection, digest: bytes) -> Principal:
    """What a key may do at this moment: it reads as a system with its scopes, in its region.

    Raises:
        Problem: `not_signed_in` for an unknown one; `key_ended` where it expired, was revoked, or is of an account that
            is closed or may no longer give what it gives.
    """
    found = await read_one(pg, _Found, _FOUND, digest)
    if found is None:
        raise Problem(Code.NOT_SIGNED_IN)
    region = found.region_code or NATION
    own = Territory(found.own_region or NATION)
    if found.over or not found.active or found.role not in MAKERS or not own.contains(region):
        raise Problem(Code.KEY_ENDED)
    return Principal(
        account_id=found.account_id,
        role=Role.SYSTEM,
        territory=Territory(region),
        scopes=frozenset(found.scopes).intersection(SCOPES),
        device_id=None,
        rate=found.rate,
        sessions_ended=found.sessions_ended,
        key=digest,
        key_id=found.id,
        key_used_at=found.used_at,
    )


async def note_use(pg: asyncpg.Connection, key_id: UUID, address: str) -> None:
    """Note when, and from about where, a key was used. Once in `USED_EVERY`; idempotent by nature."""
    await pg.execute(
        "UPDATE api_key SET used_at = now(), used_from = $2"
        " WHERE id = $1 AND (used_at IS NULL OR used_at <= now() - $3::interval)",
        key_id,
        coarse(address),
        USED_EVERY,
    )


async def make_key(
    pg: asyncpg.Connection, by: Principal, asked: ApiKeyIn, *, trace_id: str | None
) -> tuple[KeyRow, str]:
    """A new key, and how it reads. One at most is made under an id: whose answer was lost revokes it and makes another.

    Raises:
        Problem: `not_found` for a region outside the territory; `already_exists`; `too_many_keys`.
    """
    territory = by.territory.narrowed_to(asked.region_code)
    if territory.region_code != NATION and not await pg.fetchval(
        "SELECT true FROM region WHERE code = $1", territory.region_code
    ):
        raise Problem(Code.NOT_FOUND)
    await pg.execute("SELECT FROM account WHERE id = $1 FOR NO KEY UPDATE", by.account_id)  # two at once are counted
    if asked.id is not None and await pg.fetchval("SELECT true FROM api_key WHERE id = $1", asked.id):
        raise Problem(Code.ALREADY_EXISTS)
    good = "SELECT count(*) FROM api_key WHERE account_id = $1 AND revoked_at IS NULL AND expires_at > now()"
    if await pg.fetchval(good, by.account_id) >= MOST:
        raise Problem(Code.TOO_MANY_KEYS)
    key, now, id_ = new_key(), datetime.now(UTC), asked.id or new_id()
    region = None if territory.region_code == NATION else territory.region_code
    scopes = sorted({scope.value for scope in asked.scopes})
    new = _New(
        id=id_,
        account_id=by.account_id,
        name=asked.name,
        digest=key_digest(key),
        scopes=scopes,
        region_code=region,
        created_at=now,
        expires_at=now + timedelta(days=asked.days),
    )
    try:
        await copy_rows(pg, [new])
    except asyncpg.UniqueViolationError as exc:  # somebody else made one under this id at the same moment
        raise Problem(Code.ALREADY_EXISTS) from exc
    detail = {"scopes": scopes, "region": territory.region_code, "days": asked.days}
    await _tell(pg, Action.KEY_MADE, by, id_, detail, trace_id)
    made = await read_the(pg, KeyRow, f"SELECT {_COLUMNS} {_FROM} WHERE k.id = $1", id_)
    return made, key


async def list_keys(
    pg: asyncpg.Connection, by: Principal, *, ended: bool, limit: int, after: UUID | None
) -> Sequence[KeyRow]:
    """Own keys, and those that others made for regions of the territory, by id. `ended`: also those that are over."""
    first, last = by.territory.span
    return await read(
        pg,
        KeyRow,
        f"SELECT {_COLUMNS} {_FROM} WHERE (k.account_id = $1 OR {_WITHIN})"
        " AND ($4::uuid IS NULL OR k.id > $4) AND ($5 OR (k.revoked_at IS NULL AND k.expires_at > now()))"
        " ORDER BY k.id LIMIT $6",
        by.account_id,
        first,
        last,
        after,
        ended,
        limit,
    )


async def revoke_key(pg: asyncpg.Connection, by: Principal, key_id: UUID, *, trace_id: str | None) -> None:
    """End a key that `by` sees. Idempotent.

    Raises:
        Problem: `not_found`.
    """
    first, last = by.territory.span
    row = await pg.fetchrow(
        f"SELECT k.revoked_at FROM api_key AS k WHERE k.id = $4 AND (k.account_id = $1 OR {_WITHIN}) FOR UPDATE",
        by.account_id,
        first,
        last,
        key_id,
    )
    if row is None:
        raise Problem(Code.NOT_FOUND)
    if row[0] is None:
        await pg.execute("UPDATE api_key SET revoked_at = now(), revoked_by = $2 WHERE id = $1", key_id, by.account_id)
        await _tell(pg, Action.KEY_REVOKED, by, key_id, {}, trace_id)


async def end_keys(pg: asyncpg.Connection, by: Principal, account_ids: Sequence[UUID], *, trace_id: str | None) -> None:
    """End the keys of accounts that are closed, moved or reset, for good: who comes back makes new ones. Idempotent."""
    if not account_ids:
        return
    ended = await pg.fetch(
        "UPDATE api_key SET revoked_at = now(), revoked_by = $2"
        " WHERE account_id = ANY($1) AND revoked_at IS NULL AND expires_at > now() RETURNING id",
        account_ids,
        by.account_id,
    )
    for row in ended:
        await _tell(pg, Action.KEY_REVOKED, by, row[0], {}, trace_id)


async def _tell(
    pg: asyncpg.Connection, action: Action, by: Principal, key_id: UUID, detail: dict[str, object], trace_id: str | None
) -> None:
    subject = ("api_key", str(key_id), detail)
    await trail.record_many(pg, action, actor_id=by.account_id, subjects=[subject], trace_id=trace_id)
