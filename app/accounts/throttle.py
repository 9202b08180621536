"""Guessing passwords is delayed, longer each time, and nobody can lock another person out for long.

An attempt is counted before the password is looked at, so that a hundred guesses at once are a hundred guesses, and
taken back when it was right: its own count, and nobody else's. Three counts, each of its own: one account from one
address (the usual guesser; waits of up to a quarter of an hour), one account from anywhere, and one address for any
account (both at most a minute, since others are behind them). An address is paid back what it owes little by little:
thousands share one behind a mobile network, and some of them mistype every minute. From an address or a tablet where
the account's owner has signed in before, only the first of the three counts: a stranger who hammers the name does not
keep the owner out.

Names without an account are counted alike, so that the answers do not tell who exists. The table holds keyed digests.
"""

import ipaddress
import random
from collections.abc import AsyncIterator, Container, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple

import asyncpg

from app.core.database import Database
from app.core.problems import Code, Problem
from app.core.sealing import Digester

Counted = Literal["pair", "account", "address"]

FREE: Mapping[Counted, int] = {"pair": 5, "account": 30, "address": 300}
"""Wrong guesses without a wait. Whole offices and mobile networks share an address."""

LONGEST_S: Mapping[Counted, int] = {"pair": 900, "account": 60, "address": 60}
FORGOTTEN_AFTER = timedelta(days=1)
ADDRESS_PAID_BACK_EVERY = timedelta(seconds=30)
TRUSTED_FOR = timedelta(days=90)
_PRUNE_ONE_IN = 100


_NETWORK_BITS = 64  # what one household or office has of IPv6


def network_of(address: str) -> str:
    """What counts as one address: of IPv6 the first 64 bits, since one customer has all of them; an IPv4 address
    written as IPv6 is that address. Anything else is taken as it is.
    """
    host = address.partition("]")[0].removeprefix("[")
    host = host.partition(":")[0] if host.count(":") == 1 else host
    try:
        found = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is None:
            return str(ipaddress.ip_network((found, _NETWORK_BITS), strict=False))
        found = found.ipv4_mapped
    return str(found)


class Keys(NamedTuple):
    """Under what an attempt is counted: the account with the address and with the tablet, the account, the address."""

    pairs: tuple[bytes, ...]
    account: bytes
    address: bytes

    def counted(self) -> list[tuple[bytes, Counted]]:
        """Every key with what it counts, in the order in which their rows are locked."""
        keys: list[tuple[bytes, Counted]] = [(key, "pair") for key in self.pairs]
        return sorted([*keys, (self.account, "account"), (self.address, "address")])


class Count(NamedTuple):
    """What an attempt did to one count: until when it has to wait now, and before."""

    key: bytes
    blocked_until: datetime | None
    before: datetime | None


def delay_s(counted: Counted, failures: int) -> int:
    """The seconds to wait after so many failures in a row: 1, 2, 4, … up to the longest."""
    over = failures - FREE[counted]
    return 0 if over <= 0 else min(LONGEST_S[counted], 2 ** min(over - 1, 20))


def keys_of(digester: Digester, username: str, address: str, device: str | None) -> Keys:
    """The keys of an attempt."""
    pairs = [digester.counter("sign-in from", f"{username}\n{address}")]
    if device is not None:
        pairs.append(digester.counter("sign-in on", f"{username}\n{device}"))
    return Keys(tuple(pairs), digester.counter("sign-in as", username), digester.counter("sign-ins from", address))


@asynccontextmanager
async def counted_attempt(database: Database, keys: Keys, *, wrong: Container[Code]) -> AsyncIterator[None]:
    """An attempt, which counts as failed until the block ends well. After another problem than those of `wrong` the
    attempt does not count: the password was not checked.

    Raises:
        Problem: `too_many_requests` while the client has to wait; any problem of the block.
    """
    counted = await database.run(lambda pg: count_attempt(pg, keys))
    try:
        yield
        await database.run(lambda pg: forgive(pg, keys))
        of_address = [count for count in counted if count.key == keys.address]
        await database.run(lambda pg: take_back(pg, of_address))
    except Problem as exc:
        if exc.code not in wrong:
            with suppress(Problem):
                await database.run(lambda pg: take_back(pg, counted))
        raise


async def count_attempt(pg: asyncpg.Connection, keys: Keys) -> list[Count]:
    """Count an attempt as failed until it turns out right, in a transaction of its own that is to be committed. What
    it gives takes it back.

    Raises:
        Problem: `too_many_requests` while the client has to wait; that attempt is not counted.
    """
    now = datetime.now(UTC)
    counted = keys.counted()
    # What is there is written as it is, which locks it.
    rows = await pg.fetch(
        "INSERT INTO sign_in_attempt AS known (key, failures, attempted_at)"
        " SELECT key, 0, $2 FROM unnest($1::bytea[]) AS key"
        " ON CONFLICT (key) DO UPDATE SET failures = known.failures"
        " RETURNING key, failures, attempted_at, blocked_until, succeeded_at",
        [key for key, _ in counted],
        now,
    )
    known = {bytes(row["key"]): row for row in rows}
    trusted = [key for key in keys.pairs if _is_recent(known[key]["succeeded_at"], now, TRUSTED_FOR)]
    waits = {key: (known[key]["blocked_until"] or now) - now for key, _ in counted}
    # One trusted origin is enough: guesses with a tablet's id do not block its owner's usual address.
    wait = min(waits[key] for key in trusted) if trusted else max(waits.values())
    if wait > timedelta():
        raise Problem(Code.TOO_MANY_REQUESTS, retry_after=int(wait.total_seconds()) + 1)
    failed = []
    for key, what in counted:
        owed, since = _owed(known[key]["failures"], known[key]["attempted_at"], now, what)
        delay = delay_s(what, owed + 1)
        failed.append((key, owed + 1, since, now + timedelta(seconds=delay) if delay else None))
    await _write(pg, failed)
    if random.randrange(_PRUNE_ONE_IN) == 0:  # noqa: S311  (spreads the sweeping over attempts; nothing is secret in it)
        await pg.execute(
            "DELETE FROM sign_in_attempt WHERE key IN (SELECT key FROM sign_in_attempt WHERE attempted_at < $1"
            " AND (succeeded_at IS NULL OR succeeded_at < $2) LIMIT 1000 FOR UPDATE SKIP LOCKED)",
            now - FORGOTTEN_AFTER,
            now - TRUSTED_FOR,
        )
    return [Count(key, until, known[key]["blocked_until"]) for key, _, _, until in failed]


async def forgive(pg: asyncpg.Connection, keys: Keys) -> None:
    """The proof was right: the account starts afresh, and address and tablet are trusted."""
    await pg.execute(
        "INSERT INTO sign_in_attempt (key, failures, attempted_at, succeeded_at)"
        " SELECT key, 0, now(), now() FROM unnest($1::bytea[]) AS key ORDER BY key"
        " ON CONFLICT (key) DO UPDATE SET failures = 0, blocked_until = NULL, succeeded_at = now()",
        [*keys.pairs, keys.account],
    )


async def take_back(pg: asyncpg.Connection, counted: Sequence[Count]) -> None:
    """The attempt was none, or was right: what it counted is taken back. What others are counted for stays, and so
    does the wait that they have brought about.
    """
    await pg.execute(
        "UPDATE sign_in_attempt AS known SET failures = greatest(known.failures - 1, 0), blocked_until ="
        " CASE WHEN known.blocked_until = mine.until THEN mine.before ELSE known.blocked_until END"
        " FROM unnest($1::bytea[], $2::timestamptz[], $3::timestamptz[]) AS mine (key, until, before)"
        " WHERE known.key = mine.key",
        *zip(*counted, strict=True),
    )


def _owed(failures: int, since: datetime, now: datetime, counted: Counted) -> tuple[int, datetime]:
    """The failures that still count, and the moment up to which they are paid back."""
    if not _is_recent(since, now, FORGOTTEN_AFTER):
        return 0, now
    if counted != "address":
        return failures, now
    paid = (now - since) // ADDRESS_PAID_BACK_EVERY
    return (failures - paid, since + paid * ADDRESS_PAID_BACK_EVERY) if paid < failures else (0, now)


async def _write(pg: asyncpg.Connection, rows: Sequence[tuple[object, ...]]) -> None:
    await pg.execute(
        "UPDATE sign_in_attempt SET failures = input.failures, attempted_at = input.attempted_at,"
        " blocked_until = input.blocked_until"
        " FROM unnest($1::bytea[], $2::int[], $3::timestamptz[], $4::timestamptz[])"
        " AS input (key, failures, attempted_at, blocked_until) WHERE sign_in_attempt.key = input.key",
        *zip(*rows, strict=True),
    )


def _is_recent(moment: datetime | None, now: datetime, life: timedelta) -> bool:
    return moment is not None and moment > now - life
