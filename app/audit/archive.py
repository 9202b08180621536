"""Taking the older part of the trail out of the database, into a file that proves itself.

The archive has every event and link up to a day, as JSON lines in gzip; its first line names the link before. With the
key of the trail the chain in it can be verified alone, and it ends at the hash from which the chain in the database
goes on. Only the owner of the tables can remove events, and only what a signed cut names is allowed to be missing.
"""

import gzip
import hmac
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
import orjson

from app.audit import trail
from app.audit.actions import Action
from app.audit.chain import Broken, ChainKey, Head, link_events, links, verify
from app.audit.cuts import Cut, newest_cut, parts_of
from app.audit.signing import SIGNED_FROM
from app.core.files import settle, sha256_of

AT_ONCE = 5_000
"""The most links that one transaction removes."""

_FORM = "kumkm audit archive 1"


class Archived(NamedTuple):
    """What was written into an archive."""

    events: int
    head: Head
    sha256: str


class TrailError(Exception):
    """The trail is not in order, so that nothing may be taken out of it. `broken`: its faults."""

    def __init__(self, broken: list[Broken]) -> None:
        super().__init__(f"{len(broken)} faults in the chain")
        self.broken = broken


async def archive(
    pg: asyncpg.Connection, chain_key: ChainKey, before: date, file: Path, advance: Callable[[int], None]
) -> Archived | None:
    """Write everything that was linked before a day (UTC) into a new file, record the cut, and remove what the file
    has; None where there is nothing. Can be stopped at any moment and run again: nothing is removed that is not in a
    whole file, and a removal that was broken off is finished first.

    `pg`: the owner's connection, with the key of the trail. `advance` is called with the number of links done.

    Raises:
        TrailError: the chain does not hold.
        FileExistsError: there is such a file.
    """
    await finish(pg, chain_key)
    async with pg.transaction(isolation="repeatable_read", readonly=True):
        await pg.execute("SET LOCAL statement_timeout = 0")
        found = await verify(pg, chain_key, advance=lambda _: None)
        if found.broken:
            raise TrailError(found.broken)
        last = await pg.fetchrow(
            "SELECT day, position, hash FROM audit_link WHERE day < $1 ORDER BY day DESC, position DESC LIMIT 1", before
        )
        if last is None:
            return None
        through = Head(last["day"], last["position"], bytes(last["hash"]))
        cut = await newest_cut(pg, chain_key.signed)
        written = await _write(pg, cut, through, file, advance)
        goes = await pg.fetchval(
            "SELECT EXISTS (SELECT FROM audit_link JOIN audit_event ON id = event_id WHERE action = $1"
            " AND (day, position) <= ($2, $3))",
            SIGNED_FROM,
            through.day,
            through.position,
        )
        signed_from = found.signed_from if goes or (cut and cut.signed_from) else None
    detail = {
        "through": str(through),
        "events": written.events,
        "sha256": written.sha256,
        "signed_from": signed_from.isoformat() if signed_from else None,
    }
    async with pg.transaction():
        await trail.record_many(
            pg, Action.TRAIL_CUT, actor_id=UUID(int=0), subjects=[("trail", "all", detail)], trace_id=None
        )
    await finish(pg, chain_key)
    return written


async def finish(pg: asyncpg.Connection, chain_key: ChainKey) -> int:
    """Remove what the newest cut names, which must be linked itself; how many events. Idempotent by nature."""
    cut = await newest_cut(pg, chain_key.signed)
    if cut is None:
        return 0
    while True:
        async with pg.transaction():
            if not await link_events(pg, chain_key):
                break
    unlinked = "NOT EXISTS (SELECT FROM audit_link WHERE event_id = event.id)"
    if await pg.fetchval(
        f"SELECT EXISTS (SELECT FROM audit_event AS event WHERE action = $1 AND {unlinked})", Action.TRAIL_CUT
    ):
        return 0  # a server is linking it at this moment; the next run removes
    removed = 0
    while True:
        async with pg.transaction():
            gone = await pg.fetch(
                "DELETE FROM audit_link WHERE (day, position) IN (SELECT day, position FROM audit_link"
                " WHERE (day, position) <= ($1, $2) ORDER BY day, position LIMIT $3) RETURNING event_id",
                cut.day,
                cut.position,
                AT_ONCE,
            )
            if not gone:
                return removed
            await pg.execute("DELETE FROM audit_event WHERE id = ANY ($1)", [row[0] for row in gone])
        removed += len(gone)


async def _write(
    pg: asyncpg.Connection, cut: Cut | None, through: Head, file: Path, advance: Callable[[int], None]
) -> Archived:
    """Write what follows the cut into the file: whole, or not at all under its name."""
    after = str(Head(cut.day, cut.position, cut.hash)) if cut else None
    events = 0
    with _whole(file) as out:
        out.write(orjson.dumps({"form": _FORM, "after": after, "through": str(through)}) + b"\n")
        async for day, position, hash_, *event, mac in links(pg):
            if (day, position) > (through.day, through.position):
                break
            if cut and cut.covers(day, position):
                continue
            out.write(
                orjson.dumps([day, position, bytes(hash_).hex(), event, mac and bytes(mac).hex()], default=str) + b"\n"
            )
            events += 1
            advance(1)
    return Archived(events, through, sha256_of(file))


@contextmanager
def _whole(file: Path) -> Iterator[gzip.GzipFile]:
    """Write a new file in gzip: it is on the disk, whole, when the block ends, and is not there after a fault."""
    file.touch(mode=0o600, exist_ok=False)
    part = file.with_name(f"{file.name}.part")
    try:
        with part.open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", filename="", mtime=0) as out:
            yield out
        settle(part)
        part.replace(file)
        settle(file.parent)
    except BaseException:
        part.unlink(missing_ok=True)
        file.unlink(missing_ok=True)
        raise


class Proven(NamedTuple):
    """What an archive was found to have: the head before it, its own, and its faults."""

    after: str | None
    head: str | None
    events: int
    broken: list[Broken]


def prove(file: Path, chain_key: ChainKey) -> Proven:
    """Verify the chain in an archive.

    Raises:
        ValueError: the file is no archive, or was cut off.
    """
    try:
        with gzip.open(file, "rb") as lines:
            return _proven((orjson.loads(line) for line in lines), chain_key)
    except (OSError, EOFError, zlib.error, ValueError, LookupError, TypeError, StopIteration) as exc:
        raise ValueError(f"{file.name} is no whole archive of the trail (form: {_FORM})") from exc


def _proven(lines: Iterator[Any], chain_key: ChainKey) -> Proven:
    first = next(lines)
    if first["form"] != _FORM:
        raise ValueError(first["form"])
    broken: list[Broken] = []
    day, position, before = parts_of(first["after"]) if first["after"] else (None, 0, b"")
    head, events, must_be_signed = first["after"], 0, False
    for said_day, said_position, hash_, event, mac in lines:
        this = date.fromisoformat(said_day)
        if this != day:
            day, position, before = this, 0, chain_key.start(this, before)
        if said_position != position + 1:
            broken.append(Broken("link_missing", day, f"{position + 1} to {said_position - 1}"))
        position = said_position
        covered = _event(event)
        must_be_signed = must_be_signed or mac is not None
        if not hmac.compare_digest(bytes.fromhex(hash_), chain_key.link(before, covered)):
            broken.append(Broken("event_changed", day, str(position)))
        elif must_be_signed and not chain_key.signed(covered, bytes.fromhex(mac or "")):
            broken.append(Broken("event_forged", day, str(position)))
        before, events = bytes.fromhex(hash_), events + 1
        head = str(Head(this, position, before))
    if head != first["through"]:
        broken.append(Broken("end_cut_off", None, f"{first['through']} is not in the archive"))
    return Proven(first["after"], head, events, broken)


def _event(parts: list[Any]) -> tuple[Any, ...]:
    """An event as the database gives it, from what JSON made of it."""
    id_, occurred_at, actor_id, *rest = parts
    moment = datetime.fromisoformat(occurred_at).astimezone(UTC)
    return (UUID(id_), moment, UUID(actor_id) if actor_id else None, *rest)
