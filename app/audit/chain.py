"""The chain over the audit trail: what proves that nothing in it was changed or cut out.

Events are written with what they tell of, by many transactions at once; a chain in there would make them queue. So one
process at a time links committed events behind them, a second or so later: each link's hash covers the event and the
link before, and a day's first link goes on from the last one of the day before. The hash is an HMAC under a key of the
server's: who can write to the database, but has not the key, can make no chain that holds.

What a chain cannot show is that its very end was cut off. For that the newest link is told to the log, and can be held
against what `kumkm audit verify` finds.
"""

import asyncio
import hmac
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import asyncpg
import orjson
import structlog

from app.core.database import Database
from app.core.telemetry import tell_fault

_LOCK = 0x6B756D6B_6175  # any number that nothing else locks
_LINKED_AT_ONCE = 5_000
LATE = timedelta(hours=1)
"""How far behind the newest link an event is still looked for: far longer than any transaction may take."""

_TELL_EVERY_S = 300.0
_log = structlog.get_logger()

_EVENT = "event.id, occurred_at, actor_id, action, subject_type, subject_id, detail::text, trace_id"


class Head(NamedTuple):
    """The newest link."""

    day: date
    position: int
    hash: bytes

    def __str__(self) -> str:
        return f"{self.day}:{self.position}:{self.hash.hex()}"


class Broken(NamedTuple):
    """Where the chain does not hold: a stable code, the day, and the position or the event."""

    code: str
    day: date | None
    place: str


class Verified(NamedTuple):
    """What a verification found."""

    events: int
    days: int
    head: Head | None
    broken: list[Broken]


class ChainKey:
    """The key of the chain, derived from a key of the server's for this purpose alone (RFC 5869, one block)."""

    def __init__(self, secret: bytes) -> None:
        self._key = hmac.digest(secret, b"kumkm audit chain, version 1\x01", "sha256")

    def start(self, day: date, before: bytes) -> bytes:
        """What a day's chain starts from: the day, and the last hash before it (empty for the very first)."""
        return hmac.digest(self._key, b"day" + day.isoformat().encode() + before, "sha256")

    def link(self, before: bytes, event: asyncpg.Record) -> bytes:
        """The hash of an event after the link before."""
        id_, occurred_at, actor_id, action, subject_type, subject_id, detail, trace_id = event
        said = orjson.dumps(
            [
                str(id_), occurred_at.astimezone(UTC).isoformat(), str(actor_id), action, subject_type, subject_id,
                orjson.loads(detail), trace_id,
            ],
            option=orjson.OPT_SORT_KEYS,
        )  # fmt: skip
        return hmac.digest(self._key, before + said, "sha256")


async def head_of(pg: asyncpg.Connection) -> Head | None:
    """The newest link."""
    row = await pg.fetchrow("SELECT day, position, hash FROM audit_link ORDER BY day DESC, position DESC LIMIT 1")
    return Head(*row) if row else None


async def link_events(pg: asyncpg.Connection, chain_key: ChainKey, *, since: datetime | None = None) -> int:
    """Link what was committed and is not linked yet, unless another process is at it; how many there were.

    Idempotent by event. Looks an hour back from the newest link, or to `since`.
    """
    if not await pg.fetchval("SELECT pg_try_advisory_xact_lock($1)", _LOCK):
        return 0
    newest = await pg.fetchrow(
        "SELECT day, position, hash, event_id FROM audit_link ORDER BY day DESC, position DESC LIMIT 1"
    )
    # By the database's clock: a server whose own runs ahead must not make the events of others look late.
    now: datetime = await pg.fetchval("SELECT now()")
    floor = since or (min(_made_at(newest["event_id"]), now) - LATE if newest else datetime(2000, 1, 1, tzinfo=UTC))
    events = await pg.fetch(
        f"SELECT {_EVENT} FROM audit_event AS event WHERE event.id >= $1"
        " AND NOT EXISTS (SELECT FROM audit_link WHERE event_id = event.id) ORDER BY event.id LIMIT $2",
        _first_id(floor),
        _LINKED_AT_ONCE,
    )
    if not events:
        return 0
    day, last, before, _ = newest or (date.min, 0, b"", None)
    today = now.astimezone(UTC).date()
    if day < today:  # a clock that was set back goes on in the newest day
        day, last, before = today, 0, chain_key.start(today, before)
    links = []
    for position, event in enumerate(events, start=last + 1):
        before = chain_key.link(before, event)
        links.append((day, position, event["id"], before))
    await pg.copy_records_to_table("audit_link", records=links, columns=["day", "position", "event_id", "hash"])
    return len(links)


async def goes_on(pg: asyncpg.Connection, chain_key: ChainKey) -> bool:
    """Whether this is the key under which the chain was made so far, by its newest link."""
    rows = await pg.fetch(
        f"SELECT day, position, hash, {_EVENT} FROM audit_link LEFT JOIN audit_event AS event ON event.id = event_id"
        " ORDER BY day DESC, position DESC LIMIT 2"
    )
    if not rows or rows[0]["id"] is None:
        return True  # nothing to hold it against; what is broken is for `verify` to tell
    day, position, newest, *event = rows[0]
    before = bytes(rows[1]["hash"]) if len(rows) > 1 else b""
    if position == 1:
        before = chain_key.start(day, before)
    return hmac.compare_digest(bytes(newest), chain_key.link(before, event))


async def verify(
    pg: asyncpg.Connection, chain_key: ChainKey, *, expected: str | None = None, advance: Callable[[int], None]
) -> Verified:
    """Walk the whole chain and tell where it does not hold.

    Finds what was changed, cut out, put in between, reordered or never linked; and with `expected`, a head that was
    told earlier, whether the end was cut off since. `advance` is told how many links were walked.
    Wants a transaction that sees one moment.
    """
    broken: list[Broken] = []
    before, day, position, walked, days = b"", None, 0, 0, 0
    head: Head | None = None
    seen_expected = expected is None
    async for row in _links(pg):
        link_day, link_position, link_hash, *event = row
        if link_day != day:
            day, position, days = link_day, 0, days + 1
            before = chain_key.start(link_day, before)
        if link_position != position + 1:
            broken.append(Broken("link_missing", link_day, f"{position + 1} to {link_position - 1}"))
        position = link_position
        if event[0] is None:
            broken.append(Broken("event_missing", link_day, str(link_position)))
        elif not hmac.compare_digest(link_hash, chain_key.link(before, event)):
            broken.append(Broken("event_changed", link_day, str(link_position)))
        before, walked = bytes(link_hash), walked + 1
        head = Head(link_day, link_position, before)
        seen_expected = seen_expected or str(head) == expected
        advance(1)
    if not seen_expected:
        broken.append(Broken("end_cut_off", None, f"{expected} is not in the chain"))
    late = await pg.fetch(
        "SELECT id FROM audit_event AS event WHERE event.id < $1"
        " AND NOT EXISTS (SELECT FROM audit_link WHERE event_id = event.id) ORDER BY id LIMIT 100",
        _first_id(datetime.now(UTC) - LATE),
    )
    broken += [Broken("event_not_linked", None, str(row[0])) for row in late]
    return Verified(walked, days, head, broken)


async def keep_linking(database: Database, chain_key: ChainKey, interval_s: float) -> None:
    """Link every `interval_s` seconds, and tell the head to the log now and then. Runs until it is cancelled."""
    told_at, told = 0.0, ""
    linked = 0
    while True:
        if linked < _LINKED_AT_ONCE:
            await asyncio.sleep(interval_s)
        try:
            linked = await database.run(lambda pg: link_events(pg, chain_key))
            now = asyncio.get_running_loop().time()
            if now - told_at >= _TELL_EVERY_S:
                async with database.snapshot() as pg:
                    head = str(await head_of(pg))
                if head != told:
                    _log.info("audit_head", head=head)
                told_at, told = now, head
        except Exception as exc:  # noqa: BLE001  (the next round may succeed; a dead loop would never)
            tell_fault(_log, "linking_failed", exc)
            linked = 0


async def _links(pg: asyncpg.Connection) -> AsyncIterator[asyncpg.Record]:
    async for row in pg.cursor(
        f"SELECT day, position, hash, {_EVENT} FROM audit_link LEFT JOIN audit_event AS event ON event.id = event_id"
        " ORDER BY day, position",
        prefetch=2_000,
    ):
        yield row


def _first_id(moment: datetime) -> UUID:
    """The smallest UUIDv7 of that millisecond (RFC 9562)."""
    return UUID(int=(int(moment.timestamp() * 1000) << 80) | (7 << 76) | (2 << 62))


def _made_at(id_: UUID) -> datetime:
    return datetime.fromtimestamp((id_.int >> 80) / 1000, UTC)
