"""PostgreSQL's log (WAL) in a folder of backups: received as it is written, and read back without a gap."""

import asyncio
import re
import shlex
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from app.backup.folder import Backup, BackupError
from app.backup.programs import REMOVED, Programs, sentence_for

SLOT = "kumkm_backup"
"""The replication slot that keeps what this reader has not received."""

_SEGMENT = re.compile(r"([0-9A-F]{8})([0-9A-F]{8})([0-9A-F]{8})(\.partial)?")
_AGAIN_AFTER_S = 5.0
_ONCE = ("--no-loop", "--status-interval=1")  # seconds: how soon it sees that it is at the end


def segment_of(position: str, segment_bytes: int) -> int:
    """The number of the segment with this position (`0/2000028`)."""
    high, low = position.split("/")
    return ((int(high, 16) << 32) + int(low, 16)) // segment_bytes


def segments_in(files: Iterable[str], segment_bytes: int) -> dict[int, set[int]]:
    """The segments among these names of files, as number to timelines; also one that is not full yet."""
    found: dict[int, set[int]] = {}
    for name in files:
        if match := _SEGMENT.fullmatch(name):
            timeline, high, low = (int(part, 16) for part in match.groups()[:3])
            found.setdefault(high * ((1 << 32) // segment_bytes) + low, set()).add(timeline)
    return found


def names_in(folder: Path) -> list[str]:
    """The names of the files in a folder that have something in them."""
    return [file.name for file in folder.iterdir() if not _is_empty(file)]


def _is_empty(file: Path) -> bool:
    with suppress(FileNotFoundError):  # it got its name as a whole segment just now
        return file.stat().st_size == 0
    return False


def first_gap(backup: Backup, files: Iterable[str]) -> int | None:
    """The first segment after the end of a backup that is missing although a later one is there; None: none is."""
    manifest, files = backup.manifest, list(files)
    end = segment_of(manifest.ends_at, manifest.segment_bytes)
    found = segments_in(files, manifest.segment_bytes)
    # Only the last one may be not full: otherwise the log broke off there, and began again behind a gap.
    full = {*segments_in((name for name in files if not name.endswith(".partial")), manifest.segment_bytes)}
    there = sorted(
        number
        for number, timelines in found.items()
        if number >= end and max(timelines) >= manifest.timeline and (number in full or number == max(found))
    )
    # The backup itself has its log up to its end, in the segment where that is.
    expected = range(end + 1, there[-1] + 1) if there else range(0)
    return next((number for number in expected if number not in there), None)


def refuse_gap(backup: Backup, files: Iterable[str], where: str) -> None:
    """Refuse a log of which a part in the middle is missing: PostgreSQL takes a gap for the end.

    Raises:
        BackupError: it is, and which.
    """
    gap = first_gap(backup, files)
    if gap is not None:
        raise BackupError(
            f"the log in {where} has a gap: the segment …{named(gap, backup.manifest.segment_bytes)} is missing. Put it"
            " back, or restore to a moment before it with --to"
        )


def ends_before(backup: Backup, files: Iterable[str], others: Iterable[Backup]) -> Backup | None:
    """The newest of the backups that lies behind the end of the log after this one; None: none does."""
    size = backup.manifest.segment_bytes
    last = max((segment_of(backup.manifest.ends_at, size), *segments_in(files, size)))
    return next((each for each in reversed([*others]) if segment_of(each.manifest.ends_at, size) > last), None)


def named(number: int, segment_bytes: int) -> str:
    """How files with a segment end, whatever their timeline: 16 hexadecimal digits."""
    each = (1 << 32) // segment_bytes
    return f"{number // each:08X}{number % each:08X}"


def refuse_damaged(programs: Programs, backup: Backup, folder: Path) -> None:
    """Read the log from the end of a backup to the end of the last whole segment, record by record.

    A log of several timelines is not read: PostgreSQL's reader knows one.

    Raises:
        BackupError: a record is damaged. PostgreSQL would take it for the end of the log, and say nothing.
    """
    manifest, size = backup.manifest, backup.manifest.segment_bytes
    found = segments_in(names_in(folder), size)
    whole = [number for number in found if _is_whole(folder, manifest.timeline, number, size)]
    first = segment_of(manifest.ends_at, size)
    if not whole or max(whole) < first or any(found[number] != {manifest.timeline} for number in found):
        return
    start = manifest.ends_at if first in whole else position_of(min(n for n in whole if n >= first), size)
    reading = subprocess.run(  # noqa: S603  (a program of PostgreSQL)
        programs.command(
            "pg_waldump",
            "--quiet",
            f"--path={folder}",
            f"--timeline={manifest.timeline}",
            f"--start={start}",
            f"--end={position_of(max(whole) + 1, size)}",
        ),
        capture_output=True,
        text=True,
        check=False,
        **programs.how(),
    )
    # The last record may go on in a segment that is not whole.
    if reading.returncode and not _NOT_THERE.search(reading.stderr):
        place = _PLACE.findall(reading.stderr)
        name = named(segment_of(place[-1], size), size) if place else "?"
        raise BackupError(
            f"the log in {folder.name} is damaged in the segment …{name}: what came after it cannot be restored. Put a"
            " sound copy of the file back, or restore to a moment before it with --to"
        )


_NOT_THERE = re.compile(r"could not (?:find|open|locate) .*file|No such file", re.IGNORECASE)
_PLACE = re.compile(r"\b([0-9A-F]{1,8}/[0-9A-F]{1,8})\b")


def _is_whole(folder: Path, timeline: int, number: int, segment_bytes: int) -> bool:
    return (folder / f"{timeline:08X}{named(number, segment_bytes)}").exists()


def position_of(segment: int, segment_bytes: int) -> str:
    """The position where a segment begins, as PostgreSQL writes it."""
    position = segment * segment_bytes
    return f"{position >> 32:X}/{position & 0xFFFFFFFF:X}"


def command_that_fetches(folder: Path) -> str:
    """`restore_command`: a segment, or the last one, which was not full."""
    quoted = shlex.quote(str(folder)).replace("%", "%%")
    last = f"{quoted}/%f.partial"  # an empty one only says where to begin
    return f'cp {quoted}/%f "%p" 2>/dev/null || {{ test -s {last} && cp {last} "%p" 2>/dev/null; }}'


def make_slot(programs: Programs, url: str) -> None:
    """Make the slot, from which on PostgreSQL keeps its log. Idempotent by its name.

    Raises:
        BackupError: why it could not.
    """
    programs.run("pg_receivewal", f"--slot={SLOT}", "--create-slot", "--if-not-exists", url=url)


def receive_until(programs: Programs, url: str, folder: Path, position: str, go_on: Callable[[], None]) -> None:
    """Receive the log up to a position, then end. Where PostgreSQL has removed a part of it, `go_on` begins behind
    that. Idempotent by nature.

    Raises:
        BackupError: why it could not.
    """
    make_slot(programs, url)
    try:
        _receive(programs, url, folder, position)
    except BackupError as exc:
        if str(exc) != REMOVED:
            raise
        go_on()
        _receive(programs, url, folder, position)


def refuse_unreached(newest: Backup | None, folder: Path) -> None:
    """Refuse a log that the newest backup does not reach: what is received cannot be restored.

    Raises:
        BackupError: there is a gap between them.
    """
    if newest is not None and first_gap(newest, names_in(folder)) is not None:
        raise BackupError(REMOVED)


def starts_behind(folder: Path, newest: Backup | None, present: str) -> list[str]:
    """The segments of a folder of backups at which its log may go on, the better one first: where its newest backup
    ends, from which on nothing is lost then, and the one that PostgreSQL writes now. Never one before what is there."""
    found = [match for name in names_in(folder) if (match := _SEGMENT.fullmatch(name))]
    there = max((match[2] + match[3] for match in found), default="")
    starts = [present]
    if newest is not None:
        held = newest.manifest
        starts.insert(
            0, f"{held.timeline:08X}{named(segment_of(held.ends_at, held.segment_bytes), held.segment_bytes)}"
        )
    return [each for each in starts if there < each[8:] <= present[8:]]


def begin_behind_gap(programs: Programs, url: str, folder: Path, starts: Sequence[str], position: str) -> None:
    """Receive the log up to a position from where PostgreSQL still has it, by a new slot: the slot that lost its log
    asks for the removed part for ever.

    Raises:
        BackupError: why it could not.
    """
    programs.run("pg_receivewal", f"--slot={SLOT}", "--drop-slot", url=url)
    make_slot(programs, url)
    for start in ("", *starts):  # at first where it ended: with a new slot that may be there
        try:
            _begin_at(programs, url, folder, start, position)
        except BackupError as exc:
            if str(exc) != REMOVED or start == ["", *starts][-1]:
                raise
        else:
            return


def _begin_at(programs: Programs, url: str, folder: Path, start: str, position: str) -> None:
    """pg_receivewal begins with the newest segment in its folder, also where that is empty."""
    if not start:
        _receive(programs, url, folder, position)
        return
    for stale in folder.glob("*.partial"):
        if _is_empty(stale):  # of an attempt that was killed
            stale.unlink()
    mark = folder / f"{start}.partial"
    mark.touch(mode=0o600)
    try:
        _receive(programs, url, folder, position)
    finally:
        if _is_empty(mark):
            mark.unlink(missing_ok=True)


def _receive(programs: Programs, url: str, folder: Path, position: str) -> None:
    programs.run("pg_receivewal", f"--directory={folder}", f"--slot={SLOT}", *_ONCE, f"--endpos={position}", url=url)


class Tell(Protocol):
    """Says what failed, and in what part."""

    def __call__(self, fault: Exception, of: str = "") -> None: ...


class Follower:
    """Receives the log until it is stopped. After a failover it goes on with the server that writes. Without programs
    it only does what is done meanwhile."""

    def __init__(
        self, programs: Programs | None, url: str, folder: Path, go_on: Callable[[], None], tell: Tell
    ) -> None:
        self._programs, self._url, self._folder, self._go_on, self._tell = programs, url, folder, go_on, tell
        self._stopping = asyncio.Event()

    async def run(self, meanwhile: Callable[[], object], every: timedelta) -> None:
        """Until SIGINT or SIGTERM; `meanwhile` is called (in a thread) at once and each `every`."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._stopping.set)
        beside = asyncio.create_task(self._repeat(meanwhile, every))
        while self._programs is not None and not self._stopping.is_set():
            try:
                await asyncio.to_thread(make_slot, self._programs, self._url)
                await self._receive(self._programs)
            except BackupError as exc:
                await asyncio.to_thread(self._look_at, exc)
            await self._pause(_AGAIN_AFTER_S)
        await beside

    def _look_at(self, fault: BackupError) -> None:
        if str(fault) != REMOVED:
            self._tell(fault)
            return
        try:
            self._go_on()
        except Exception as exc:  # noqa: BLE001  (it is tried again)
            self._tell(exc)

    async def _receive(self, programs: Programs) -> None:
        process = self._start(programs)
        ended = asyncio.create_task(asyncio.to_thread(process.communicate))
        stopped = asyncio.create_task(self._stopping.wait())
        await asyncio.wait((ended, stopped), return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if process.poll() is None:
            process.terminate()
        _, output = await ended
        if not self._stopping.is_set():
            raise BackupError(sentence_for("pg_receivewal", output, process.returncode))

    def _start(self, programs: Programs) -> "subprocess.Popen[str]":
        receive = ("pg_receivewal", f"--directory={self._folder}", f"--slot={SLOT}", "--no-loop", "--synchronous")
        return subprocess.Popen(  # noqa: S603  (a program of PostgreSQL)
            programs.command(*receive, url=self._url),
            stderr=subprocess.PIPE,
            text=True,
            **programs.how(self._url),
        )

    async def _repeat(self, act: Callable[[], object], every: timedelta) -> None:
        while not self._stopping.is_set():
            began = time.monotonic()
            try:
                await asyncio.to_thread(act)
            except Exception as exc:  # noqa: BLE001  (the log is received all the same)
                self._tell(exc, "photos: ")
            await self._pause(max(0.0, every.total_seconds() - (time.monotonic() - began)))

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return
