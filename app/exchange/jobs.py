"""Making exports in the background: queued in the database, made by any server process, stored in parts.

A part is sealed and safe in the storage before the job says that it is there. A process that dies leaves a job whose
lease runs out; another process makes it again from the start, as of a moment of its own. Files are kept for a day.

A process owns a job while the job is `running` in the attempt that it began. Everything that it writes asks for that;
a process that does not own the job any more (its lease ran out, or an erasure withdrew the export) stops and deletes
what it put. Each attempt has parts of its own names, so that one that comes late overwrites nothing. What a killed
process left is deleted by the next attempt, and once more with the job.
"""

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson
import structlog

from app.core.database import Database
from app.core.ids import new_id
from app.core.problems import Code, Problem
from app.core.readers import ReadApart, ReaderLostError, Readers
from app.core.rows import Row, read, read_one
from app.core.sealing import KeyRing
from app.core.storage import Storage
from app.core.telemetry import tell_fault
from app.exchange.exporting import Export, ExportProgress
from app.exchange.feed import FeedPosition
from app.exchange.manifest import Manifest
from app.exchange.streaming import write_export

_log = structlog.get_logger("kumkm.export")
PART = 8 * 1024 * 1024
_OPEN_EACH = 5
_ATTEMPTS = 3
_REMOVED_AT_ONCE = 10
_LEASE = "interval '90 seconds'"
_KEPT = "interval '1 day'"
_TAKE = f"""
UPDATE export_job SET state = 'running', attempts = attempts + 1, lease_until = now() + {_LEASE}
WHERE id = (
    SELECT id FROM export_job WHERE state = 'queued' OR state = 'running' AND lease_until < now()
    ORDER BY created_at, id FOR UPDATE SKIP LOCKED LIMIT 1
) RETURNING id, asked::text, attempts, parts::text
"""


class _Taken(Row):
    """A job that this process has taken up; `asked`, and the `parts` of the attempts before, are JSON text."""

    id: UUID
    asked: str
    attempts: int
    parts: str


class _NotOwnedError(Exception):
    """The job is not this process's any more: its lease ran out, or an erasure withdrew the export."""


class JobRow(Row):
    """A job as its owner asks after it; `asked`, `parts` and `manifest` are JSON text."""

    id: UUID
    account_id: UUID
    asked: str
    enumerator_ids: list[UUID] | None
    state: str
    rows_total: int | None
    rows_done: int
    size: int
    sha256: str | None
    parts: str
    feed_position: str | None
    manifest: str | None
    created_at: datetime
    finished_at: datetime | None


_JOB = """
SELECT id, account_id, asked::text, enumerator_ids, state, rows_total, rows_done, size, sha256, parts::text,
       feed_position, manifest::text, created_at, finished_at
FROM export_job
"""

Prepare = Callable[[asyncpg.Connection, Mapping[str, Any], ExportProgress], Awaitable[Export]]
Refuse = Callable[[asyncpg.Connection, Mapping[str, Any]], Awaitable[None]]


@dataclass(slots=True)
class _Cut:
    """The file of one attempt at a job, cut into parts, as it comes."""

    id: UUID
    attempt: int
    lost: bool = False  # whether the job is not this process's any more
    buffer: bytearray = field(default_factory=bytearray)
    whole: Any = field(default_factory=hashlib.sha256)
    parts: list[dict[str, Any]] = field(default_factory=list)
    size: int = 0


@dataclass(frozen=True, slots=True)
class Jobs:
    """The background exports of one server process. `prepare` makes an export of what a job asks for, `refuse` raises
    a `Problem` where its account may not have that at this moment.
    """

    database: Database
    storage: Storage
    ring: KeyRing
    prepare: Prepare
    refuse: Refuse
    readers: Readers

    async def add(
        self,
        pg: asyncpg.Connection,
        account_id: UUID,
        asked: Mapping[str, Any],
        reason: str | None,
        *,
        job_id: UUID | None = None,
    ) -> UUID:
        """Queue an export. Idempotent by `job_id`, the caller's own; without one each is one more.

        Raises:
            Problem: `too_many_requests` where the account has several that are not done; `already_exists` where another
                export has that id.
        """
        if job_id is not None:
            known = await pg.fetchrow("SELECT account_id, asked::text FROM export_job WHERE id = $1", job_id)
            if known is not None and (known[0] != account_id or orjson.loads(known[1]) != asked):
                raise Problem(Code.ALREADY_EXISTS)
            if known is not None:
                return job_id
        waiting = await pg.fetchval(
            "SELECT count(*) FROM export_job WHERE account_id = $1 AND state IN ('queued', 'running')", account_id
        )
        if waiting >= _OPEN_EACH:
            raise Problem(Code.TOO_MANY_REQUESTS, retry_after=60)
        id_ = job_id or new_id()
        made = await pg.execute(
            "INSERT INTO export_job (id, account_id, asked, reason) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
            id_,
            account_id,
            orjson.dumps(asked).decode(),
            reason,
        )
        if not made.endswith(" 1"):  # made since this transaction began: it is begun again, and finds it
            raise asyncpg.SerializationError
        return id_

    async def read(
        self, id_: UUID, first: int, last: int, still: Callable[[], Awaitable[None]]
    ) -> AsyncIterator[bytes]:
        """Bytes `first` to `last` of a finished export, part by part; `still` decides before each whether to
        continue. An export that was withdrawn or removed meanwhile ends with the part before.

        Raises:
            Problem: `not_found` where it is not there any more.
        """
        for number in range(first // PART, last // PART + 1):
            await still()
            sealed = None
            part = await self._part_of_finished(id_, number)
            if part is not None:
                sealed = await self.storage.get(object_name(id_, number, attempt_of(part)))
            # The storage may have taken its time.
            if sealed is None or await self._part_of_finished(id_, number) is None:
                raise Problem(Code.NOT_FOUND)
            begins = number * PART
            plain = self.ring.unseal(sealed, _bound_to(id_, number))
            yield plain[max(0, first - begins) : last + 1 - begins]

    async def _part_of_finished(self, id_: UUID, number: int) -> dict[str, Any] | None:
        """What is known of a part of an export that is done; None where there is none."""
        async with self.database.statement() as pg:
            part = await pg.fetchval(
                "SELECT (parts -> $2::int)::text FROM export_job WHERE id = $1 AND state = 'done'", id_, number
            )
        return None if part is None else orjson.loads(part)

    async def round(self) -> bool:
        """Make the oldest export that waits; whether there was one. What its account may not have is no failure of
        the work: the job says so, and the next one need not wait.
        """
        try:
            return await self.work_once()
        except Problem as exc:
            if exc.code.value.retryable:
                raise
            tell_fault(_log, "export_job_refused", exc)
            return True

    async def work_once(self) -> bool:
        """Make the oldest export that waits; whether there was one."""
        job = await self.database.run(lambda pg: read_one(pg, _Taken, _TAKE))
        if job is None:
            return False
        cut = _Cut(job.id, job.attempts)
        try:
            try:
                await self._begin(cut, job.parts)
                await self._make(cut, orjson.loads(job.asked))
            except ReaderLostError:  # the next attempt reads on the primary
                await self._update(cut, state="queued")
            except Exception as exc:
                hopeless = isinstance(exc, Problem) and not exc.code.value.retryable
                await self._update(cut, state="failed" if hopeless or job.attempts >= _ATTEMPTS else "queued")
                raise
        except Exception:
            # To stop while rows are read looks like a fault of that connection.
            if not cut.lost:
                raise
            await self._delete_own(cut)
        return True

    async def discard(self, id_: UUID) -> bool:
        """Remove an export that is not being made at this moment; whether that was so. One that waits is begun by
        nobody. Idempotent."""
        # Failed first: nobody takes it up while its parts are removed, and what is left over goes after a day.
        row = await self.database.run(
            lambda pg: pg.fetchrow(
                "UPDATE export_job SET state = CASE state WHEN 'queued' THEN 'failed' ELSE state END,"
                " finished_at = coalesce(finished_at, now())"
                " WHERE id = $1 AND state <> 'running' RETURNING parts::text, attempts",
                id_,
            )
        )
        if row is None:
            return False
        await self.remove(id_, *row)
        return True

    async def remove(self, id_: UUID, parts: str, attempts: int) -> None:
        """Remove an export with the parts of all its attempts; `parts`: those that are known, as JSON text.
        Idempotent."""
        await self._delete_parts(id_, parts, attempts)
        await self.database.run(lambda pg: pg.execute("DELETE FROM export_job WHERE id = $1", id_))

    async def remove_old(self) -> bool:
        """Remove some of what was finished a day ago; whether more may be left."""
        async with self.database.snapshot() as pg:
            rows = await pg.fetch(
                "SELECT id, parts::text, attempts FROM export_job"
                f" WHERE finished_at < now() - {_KEPT} ORDER BY id LIMIT $1",
                _REMOVED_AT_ONCE,
            )
        for row in rows:
            await self.remove(*row)
        return len(rows) == _REMOVED_AT_ONCE

    async def _begin(self, cut: _Cut, before: str) -> None:
        """Delete what the attempts before left, then begin. In this order: who is killed between leaves the list."""
        if cut.attempt > 1:
            await self._delete_parts(cut.id, before, cut.attempt - 1)
        await self._update(cut, rows_done=0, size=0, parts="[]")

    async def _delete_parts(self, id_: UUID, parts: str, attempts: int) -> None:
        """Delete the parts of so many attempts. A process may have put one more than it could say."""
        known = orjson.loads(parts)
        names = {object_name(id_, number, attempt_of(part)) for number, part in enumerate(known)}
        for attempt in range(1, attempts + 1):
            names |= {object_name(id_, number, attempt) for number in range(len(known) + 1)}
        for name in sorted(names):
            await self.storage.delete(name)

    async def _delete_own(self, cut: _Cut) -> None:
        for number in range(len(cut.parts) + 1):
            await self.storage.delete(object_name(cut.id, number, cut.attempt))

    async def _make(self, cut: _Cut, asked: Mapping[str, Any]) -> None:
        progress = ExportProgress()

        async def sink(data: bytes) -> None:
            cut.buffer += data
            while len(cut.buffer) >= PART:
                await self._keep(asked, cut, progress, bytes(cut.buffer[:PART]))
                del cut.buffer[:PART]

        async def prepare(pg: asyncpg.Connection) -> Export:
            export = await self.prepare(pg, asked, progress)
            await self._update(cut, enumerator_ids=export.only)
            return export

        position = ""
        async with self.database.statement() as pg:
            await self.refuse(pg, asked)
            apart = ReadApart(None, await self.readers.moment(pg), primary_only=cut.attempt > 1)

        async def begun(found: FeedPosition, manifest: Manifest) -> None:
            nonlocal position
            position = found.pack().hex()
            await self._update(cut, rows_total=manifest.rows, manifest=manifest.model_dump_json())

        async with self.readers.snapshot(apart, self.readers.staleness_s) as pg:
            await write_export(pg, prepare, sink, begun)
        if cut.buffer or not cut.parts:
            await self._keep(asked, cut, progress, bytes(cut.buffer))
        await self._update(cut, state="done", sha256=cut.whole.hexdigest(), feed_position=position)

    async def _keep(self, asked: Mapping[str, Any], cut: _Cut, progress: ExportProgress, content: bytes) -> None:
        async with self.database.statement() as pg:
            await self.refuse(pg, asked)
        number = len(cut.parts)
        sealed = self.ring.seal(content, _bound_to(cut.id, number))
        await self.storage.put(object_name(cut.id, number, cut.attempt), sealed)
        cut.whole.update(content)
        cut.size += len(content)
        part = {"size": len(content), "sha256": hashlib.sha256(content).hexdigest(), "attempt": cut.attempt}
        await self._update(cut, rows_done=progress.rows, size=cut.size, parts=orjson.dumps([*cut.parts, part]).decode())
        cut.parts.append(part)

    async def _update(self, cut: _Cut, **values: Any) -> None:
        """Write how far it is, and that it is still worked on. Idempotent, also where it says the end; after it is
        lost, nothing more is written.

        Raises:
            _NotOwnedError: the job is in another attempt, or in none.
        """
        if cut.lost:
            raise _NotOwnedError
        columns = ", ".join(f"{name} = ${at}" for at, name in enumerate(values, start=4))
        state = values.get("state", "running")
        over = ", finished_at = now()" if state in ("done", "failed") else ""
        done = await self.database.run(
            lambda pg: pg.execute(
                f"UPDATE export_job SET {columns}, lease_until = now() + {_LEASE}{over}"
                " WHERE id = $1 AND attempts = $2 AND state IN ('running', $3)",
                *(cut.id, cut.attempt, state),
                *values.values(),
            )
        )
        if not done.endswith(" 1"):
            cut.lost = True
            raise _NotOwnedError


def object_name(id_: UUID, number: int, attempt: int = 1) -> str:
    """What a part of an attempt at an export is called in the storage."""
    # The end of the id is random; its beginning is the time, which would put all of a day into one folder.
    first = f"{id_.hex[::-1]}-{number}"
    return first if attempt == 1 else f"{first}-{attempt}"


def attempt_of(part: Mapping[str, Any]) -> int:
    """In which attempt a part was made; older releases did not say it, and all had the names of the first."""
    return int(part.get("attempt", 1))


async def names_without_job(pg: asyncpg.Connection, names: Sequence[str]) -> list[str]:
    """The objects among these that are of no job."""
    ids = {name: UUID(hex=name.partition("-")[0][::-1]) for name in names}
    known = {row[0] for row in await pg.fetch("SELECT id FROM export_job WHERE id = ANY($1)", list(ids.values()))}
    return [name for name, id_ in ids.items() if id_ not in known]


def _bound_to(id_: UUID, number: int) -> bytes:
    return id_.bytes + number.to_bytes(4)


async def jobs_of(pg: asyncpg.Connection, account_id: UUID) -> list[JobRow]:
    """The newest hundred jobs of an account, the newest first."""
    return await read(
        pg, JobRow, f"{_JOB} WHERE account_id = $1 ORDER BY created_at DESC, id DESC LIMIT 100", account_id
    )


async def job_of(pg: asyncpg.Connection, job_id: UUID) -> JobRow | None:
    """The job of that id."""
    return await read_one(pg, JobRow, f"{_JOB} WHERE id = $1", job_id)
