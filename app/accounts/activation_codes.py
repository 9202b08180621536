"""Activation codes of people from an imported file: shown again when the same file is sent again within an hour.

An answer may be lost on the network. Without this the codes would be lost, and every account would need a reset.
The codes are made from a secret of the file and each user name; the secret is kept, sealed, for that hour, and no code
is.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

import asyncpg

from app.accounts.passwords import activation_code, activation_digest
from app.accounts.schemas import AccountIn
from app.background.locks import Lock, try_lock
from app.core.bulk import unhurried
from app.core.sealing import KeyRing, UnsealError

KEPT = timedelta(hours=1)
"""How long the same file gets the same codes."""

SWEEP_S = 300
"""Seconds between two looks for secrets whose hour is over."""


class Codes(NamedTuple):
    """How the codes of one set of people are made. `again`: the same set came before, from the same hand."""

    secret: bytes
    again: bool

    def of(self, username: str) -> str:
        """The code of one of them: 80 bits."""
        return activation_code(hmac.digest(self.secret, username.encode(), "sha256")[:10])

    async def still_good(self, entered: Iterable[asyncpg.Record]) -> dict[str, str]:
        """The codes by user name of those accounts whose code was not used or replaced since."""
        good = {}
        async for row in unhurried(entered):
            code = self.of(row["username"])
            if row["activation_digest"] == activation_digest(code):
                good[row["username"]] = code
        return good


async def codes_for(pg: asyncpg.Connection, ring: KeyRing | None, actor_id: UUID, rows: Sequence[AccountIn]) -> Codes:
    """The codes for a set of people. Without a ring nothing is kept, and they are shown once."""
    fresh = Codes(secrets.token_bytes(32), again=False)
    if ring is None:
        return fresh
    whole = hashlib.sha256()
    async for row in unhurried(rows):
        whole.update(row.model_dump_json().encode())
    digest = whole.digest()
    bound_to = actor_id.bytes + digest
    sealed = await pg.fetchval(
        "INSERT INTO import_secret (actor_id, content_digest, sealed, entered_at) VALUES ($1, $2, $3, now())"
        " ON CONFLICT (actor_id, content_digest) DO UPDATE SET"
        " sealed = CASE WHEN import_secret.entered_at > now() - $4::interval THEN import_secret.sealed"
        " ELSE excluded.sealed END,"
        " entered_at = CASE WHEN import_secret.entered_at > now() - $4::interval THEN import_secret.entered_at"
        " ELSE excluded.entered_at END RETURNING sealed",
        actor_id,
        digest,
        ring.seal(fresh.secret, bound_to),
        KEPT,
    )
    try:
        secret = ring.unseal(sealed, bound_to)
    except UnsealError:  # its key was taken out of the ring meanwhile
        return fresh
    return Codes(secret, again=secret != fresh.secret)


async def forget_secrets(pg: asyncpg.Connection) -> bool:
    """Remove secrets whose hour is over; nothing is left then. Idempotent by nature."""
    if await try_lock(pg, Lock.FORGETTING):
        await pg.execute("DELETE FROM import_secret WHERE entered_at <= now() - $1::interval", KEPT)
    return False
