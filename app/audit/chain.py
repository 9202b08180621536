"""The hash chain over the audit trail: it proves that nothing in it was changed or removed.

Events are written together with the changes that they describe, by many transactions at once; a chain in there would
make them queue. So one process at a time links committed events behind them, a second or so later: each link's hash
covers the event and the link before, and a day's first link goes on from the last one of the day before. The hash is an
HMAC under a key of the server's: who can write to the database, but has not the key, can make no chain that holds.

Each event is signed as well, when it is written (`signing.py`): the server's login to the database may add events and
links, but none that holds. The first event that is signed says so itself, in the chain; whatever is linked behind it
without a signature is reported as forged. Links with future dates, or far from the others, are skipped and reported.

What a chain cannot show is that its very end was cut off. For that the newest link is logged, and can be held
against what `kumkm audit verify` finds.
"""

import asyncio
import hmac
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
import structlog

from app.audit import trail
from app.audit.cuts import newest_cut
from app.audit.signing import SIGNED_FROM, is_signed, said
from app.background.locks import Lock, try_lock
from app.core.database import Database

_LINKED_AT_ONCE = 5_000
LATE = timedelta(hours=1)
"""How far behind the newest link an event is still looked for: far longer than any transaction may take."""

_LOOKED_AT = 50  # of the newest links
_FAULTS_TOLD = 100
_OCCURRED_AT, _ACTION = 1, 3  # in an event
_END_OF_TIME = datetime(9999, 1, 1, tzinfo=UTC).timestamp()
_LOG_EVERY_S = 300.0
_log = structlog.get_logger()

EVENT = "event.id, occurred_at, actor_id, action, subject_type, subject_id, detail::text, trace_id"
_FAR = 2_000_000_000  # no day has as many events; behind it there is no room for another link
_RECENT = f"""
SELECT day, position, hash, event_id FROM audit_link
WHERE day <= (now() AT TIME ZONE 'UTC')::date + 1 AND position < {_FAR} ORDER BY day DESC, position DESC
"""
_UNLINKED = "NOT EXISTS (SELECT FROM audit_link WHERE event_id = event.id)"
_OPERATOR = UUID(int=0)


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
    signed_from: datetime | None
    """When the first event was signed of those that are followed by signed ones alone."""

    broken: list[Broken]


class ChainKey:
    """The key of the trail (`Settings.trail_key_bytes`), as the chain is made and events are checked."""

    def __init__(self, secret: bytes) -> None:
        self._key = secret

    def signed(self, event: Sequence[Any], mac: bytes | None) -> bool:
        """Whether the server wrote this event."""
        return is_signed(self._key, event, mac)

    def start(self, day: date, before: bytes) -> bytes:
        """What a day's chain starts from: the day, and the last hash before it (empty for the very first)."""
        return hmac.digest(self._key, b"day" + day.isoformat().encode() + before, "sha256")

    def link(self, before: bytes, event: Sequence[Any]) -> bytes:
        """The hash of an event after the link before."""
        return hmac.digest(self._key, before + said(event), "sha256")


async def head_of(pg: asyncpg.Connection) -> Head | None:
    """The newest link."""
    row = await pg.fetchrow(f"{_RECENT} LIMIT 1")
    return Head(row["day"], row["position"], bytes(row["hash"])) if row else None


async def link_events(pg: asyncpg.Connection, chain_key: ChainKey, *, since: datetime | None = None) -> int:
    """Link what was committed and is not linked yet, unless another process is at it; how many there were.

    Idempotent by event. Looks an hour back from the newest link, or to `since`.
    """
    if not await try_lock(pg, Lock.CHAINING):
        return 0
    recent = await pg.fetch(f"{_RECENT} LIMIT {_LOOKED_AT}")
    newest = recent[0] if recent else None
    # By the database's clock: a server whose own runs ahead must not make the events of others look late.
    now: datetime = await pg.fetchval("SELECT now()")
    # By several links: the id of one may be of any time.
    made = max((min(_made_at(each["event_id"]), now) for each in recent), default=None)
    floor = since or (made - LATE if made else datetime(2000, 1, 1, tzinfo=UTC))
    events = await pg.fetch(
        f"SELECT {EVENT} FROM audit_event AS event WHERE event.id >= $1 AND {_UNLINKED} ORDER BY event.id LIMIT $2",
        _first_id(floor),
        _LINKED_AT_ONCE,
    )
    if not events:
        return 0
    day, last, before, _ = newest or (date.min, 0, b"", None)
    today = now.astimezone(UTC).date()
    if day < today:  # after the clock was set back, links continue in the newest day
        day, last, before = today, 0, chain_key.start(today, before)
    links = []
    for position, event in enumerate(events, start=last + 1):
        before = chain_key.link(before, tuple(event))
        links.append((day, position, event["id"], before))
    await pg.copy_records_to_table("audit_link", records=links, columns=["day", "position", "event_id", "hash"])
    return len(links)


async def begin_signing(pg: asyncpg.Connection, chain_key: ChainKey) -> None:
    """Say in the trail that from here on every event is signed, once everything before is linked. Idempotent by the
    event, and only one that is signed counts.
    """
    events = await pg.fetch(f"SELECT {EVENT}, mac FROM audit_event AS event WHERE action = $1", SIGNED_FROM)
    if not any(chain_key.signed(event, mac) for *event, mac in events):
        subjects = [("trail", "all", dict[str, str]())]
        await trail.record_many(pg, SIGNED_FROM, actor_id=_OPERATOR, subjects=subjects, trace_id=None)


async def goes_on(pg: asyncpg.Connection, chain_key: ChainKey) -> bool:
    """Whether this is the key under which the chain was made so far: one of its newest links holds."""
    rows = await pg.fetch(
        f"SELECT day, position, hash, {EVENT} FROM ({_RECENT} LIMIT {_LOOKED_AT}) AS link"
        " LEFT JOIN audit_event AS event ON event.id = event_id ORDER BY day DESC, position DESC"
    )
    held = [row for row in rows if row["id"] is not None]
    cut = await newest_cut(pg, chain_key.signed)
    befores = [bytes(row["hash"]) for row in rows[1:]] + [cut.hash if cut else b""] * (len(rows) < _LOOKED_AT)
    holds = []
    for (day, position, newest, *event), before in zip(rows, befores, strict=False):
        start = chain_key.start(day, before) if position == 1 else before
        holds.append(event[0] is not None and hmac.compare_digest(bytes(newest), chain_key.link(start, event)))
    # Where there is nothing to hold it against, what is broken is reported by `verify`.
    return any(holds) or not held


async def verify(
    pg: asyncpg.Connection, chain_key: ChainKey, *, expected: str | None = None, advance: Callable[[int], None]
) -> Verified:
    """Walk the whole chain and report where it is broken.

    Where the older part was moved into an archive, it begins at the cut that a signed event names.
    Finds what was changed, cut out, put in between, reordered, never linked, or not written by the server; and with
    `expected`, a head that was logged earlier, whether the end was cut off since.
    `advance` is called with the number of links that were walked.
    Wants a transaction that sees one moment.
    """
    broken: list[Broken] = []
    before, day, position, walked, days = b"", None, 0, 0, 0
    head: Head | None = None
    signed_from: datetime | None = None
    seen_expected = expected is None
    cut = await newest_cut(pg, chain_key.signed)
    if cut is not None:
        before, day, position, signed_from = cut.hash, cut.day, cut.position, cut.signed_from
        seen_expected = seen_expected or expected == str(Head(cut.day, cut.position, cut.hash))
    last_day = await pg.fetchval("SELECT (now() AT TIME ZONE 'UTC')::date + 1")
    async for row in links(pg):
        link_day, link_position, link_hash, *event, mac = row
        if link_day > last_day or link_position >= _FAR:
            broken.append(Broken("link_out_of_range", link_day, str(link_position)))
            continue
        if cut is not None and cut.covers(link_day, link_position):
            continue  # it is in the archive, and its removal was broken off
        if link_day != day:
            day, position, days = link_day, 0, days + 1
            before = chain_key.start(link_day, before)
        if link_position != position + 1:
            broken.append(Broken("link_missing", link_day, f"{position + 1} to {link_position - 1}"))
        position = link_position
        must_be_signed = signed_from is not None or mac is not None
        if fault := _fault_of(chain_key, before, row, must_be_signed=must_be_signed):
            broken.append(Broken(fault, link_day, str(link_position)))
        elif signed_from is None and event[_ACTION] == SIGNED_FROM and mac is not None:
            signed_from = event[_OCCURRED_AT]
        before, walked = bytes(link_hash), walked + 1
        head = Head(link_day, link_position, before)
        seen_expected = seen_expected or str(head) == expected
        advance(1)
    if not seen_expected:
        broken.append(Broken("end_cut_off", None, f"{expected} is not in the chain"))
    broken += await _faults_of_unlinked(pg, chain_key, signed=signed_from is not None)
    return Verified(walked, days, head, signed_from, broken)


def _fault_of(chain_key: ChainKey, before: bytes, row: asyncpg.Record, *, must_be_signed: bool) -> str | None:
    _, _, link_hash, *event, mac = row
    if event[0] is None:
        return "event_missing"
    if not hmac.compare_digest(link_hash, chain_key.link(before, event)):
        return "event_changed"
    return "event_forged" if must_be_signed and not chain_key.signed(event, mac) else None


async def _faults_of_unlinked(pg: asyncpg.Connection, chain_key: ChainKey, *, signed: bool) -> list[Broken]:
    """What is not linked yet is signed all the same, once anything is; and it does not stay so."""
    late, found = _first_id(datetime.now(UTC) - LATE), []
    async for row in pg.cursor(
        f"SELECT {EVENT}, mac FROM audit_event AS event WHERE {_UNLINKED} ORDER BY event.id", prefetch=2_000
    ):
        *event, mac = row
        if (signed or mac is not None) and not chain_key.signed(event, mac):
            found.append(Broken("event_forged", None, str(event[0])))
        elif event[0] < late:
            found.append(Broken("event_not_linked", None, str(event[0])))
        if len(found) == _FAULTS_TOLD:
            break
    return found


class Chaining:
    """The work of a server on the chain, in rounds."""

    def __init__(self, database: Database, chain_key: ChainKey) -> None:
        self._database, self._chain_key = database, chain_key
        self._begun = False
        self._logged, self._logged_at = "", 0.0

    async def round(self) -> bool:
        """Link some events, and log the head now and then; whether more may be left."""
        linked = await self._database.run(lambda pg: link_events(pg, self._chain_key))
        more = linked == _LINKED_AT_ONCE
        if not self._begun and not more:
            await self._database.run(lambda pg: begin_signing(pg, self._chain_key))
            self._begun = True
        now = asyncio.get_running_loop().time()
        if now - self._logged_at >= _LOG_EVERY_S:
            async with self._database.snapshot() as pg:
                head = str(await head_of(pg))
            if head != self._logged:
                _log.info("audit_head", head=head)
            self._logged_at, self._logged = now, head
        return more


async def links(pg: asyncpg.Connection) -> AsyncIterator[asyncpg.Record]:
    """Every link with its event and the event's MAC, in order."""
    async for row in pg.cursor(
        f"SELECT day, position, hash, {EVENT}, mac FROM audit_link"
        " LEFT JOIN audit_event AS event ON event.id = event_id ORDER BY day, position",
        prefetch=2_000,
    ):
        yield row


def _first_id(moment: datetime) -> UUID:
    """The smallest UUIDv7 of that millisecond (RFC 9562)."""
    return UUID(int=(int(moment.timestamp() * 1000) << 80) | (7 << 76) | (2 << 62))


def _made_at(id_: UUID) -> datetime:
    """When a UUIDv7 was made; an id that names no time of the calendar is of its end."""
    return datetime.fromtimestamp(min((id_.int >> 80) / 1000, _END_OF_TIME), UTC)
