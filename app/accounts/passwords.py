"""Password hashes: argon2id with the library's RFC 9106 low-memory profile, off the event loop."""

from functools import cache

import anyio
import anyio.to_thread
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher()


@cache
def _at_work() -> anyio.CapacityLimiter:
    # Each hash takes 64 MiB and a core for tens of milliseconds: two at a time leave room for batches.
    return anyio.CapacityLimiter(2)


@cache
def _nobody() -> str:
    return _HASHER.hash("nobody has this password")


def hash_password(password: str) -> str:
    """A salted argon2id hash in the PHC string format."""
    return _HASHER.hash(password)


def _verify(password_hash: str | None, password: str) -> bool:
    try:
        matches = _HASHER.verify(password_hash or _nobody(), password)
    except (VerificationError, InvalidHashError):
        return False
    return matches and password_hash is not None


async def verify_password(password_hash: str | None, password: str) -> bool:
    """Whether the password is right. Takes as long where there is no hash, so that answers do not tell who exists."""
    return await anyio.to_thread.run_sync(_verify, password_hash, password, limiter=_at_work())
