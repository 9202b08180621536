"""Restoring: unpacked beside its place, recovered to a moment by PostgreSQL, made ready, and only then put there.

What went on outside meanwhile finds out by itself: tablets by their newest batch and their cursors, mirrors because
every cursor of the feed from before is refused (`forget_feed_readers`).
"""

import asyncio
import errno
import gzip
import re
import shutil
import signal
import subprocess
import tarfile
import tempfile
import zlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg

from app.audit import trail
from app.audit.actions import Action
from app.backup.folder import BASE, Backup, BackupError, sha256_of
from app.backup.log import command_that_fetches, first_gap, named, refuse_damaged
from app.backup.programs import Programs, sentence_for
from app.core.database import signing
from app.register.register import forget_feed_readers

_WORK = "kumkm-restoring"
_OPERATOR = UUID(int=0)
_LOOK_S = 0.1
_REACHED = re.compile(r"last completed transaction was at log time ([\d-]+ [\d:]+)")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a restore works: beside the folder that is made, so that it is put there by one rename."""

    work: Path
    programs: Programs

    @property
    def data(self) -> Path:
        """PostgreSQL's folder."""
        return self.work / "data"

    @property
    def output(self) -> Path:
        """What PostgreSQL prints."""
        return self.work / "postgres.log"

    def own(self) -> None:
        """Give all of it to the user whose programs run."""
        if self.programs.uid is not None:
            for each in (self.work, *self.work.rglob("*")):
                shutil.chown(each, self.programs.uid, self.programs.gid)


def refuse_used(target: Path) -> None:
    """A restore writes into no folder that has something in it.

    Raises:
        BackupError: this one has, or cannot be replaced.
    """
    if target.is_symlink() or target.is_mount():
        raise BackupError(f"{target} is a mount point or a link; name a folder in it that is not there yet")
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise BackupError(f"{target} is not empty. A restore never overwrites: name a folder that is not there yet")
    if not target.parent.is_dir():
        raise BackupError(f"there is no folder {target.parent}")


@contextmanager
def workplace(beside: Path, programs: Programs) -> Iterator[Place]:
    """A place to work, removed at the end; what an earlier restore that was killed left there is removed first."""
    place = Place(beside.parent / f".{beside.name}.{_WORK}", programs)
    _clear(place)
    place.work.mkdir(mode=0o700)
    try:
        yield place
    finally:
        _clear(place)


def _clear(place: Place) -> None:
    if (place.data / "postmaster.pid").exists():  # of a restore that was killed: its server went on
        with suppress(BackupError):  # it has ended
            place.programs.run("pg_ctl", "stop", "--mode=immediate", "--wait", f"--pgdata={place.data}")
    shutil.rmtree(place.work, ignore_errors=True)


_CAREFULLY: dict[str, Any] = {"filter": "tar"} if hasattr(tarfile, "tar_filter") else {}
"""No names outside the folder; Python has it from 3.11.4 on, and Debian 12 has 3.11.2. In any case what is unpacked is
compared with its manifest, file by file."""


_NOT_BY_DAMAGE = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EACCES, errno.EMFILE, errno.ENFILE)


def unpack(backup: Backup, place: Place) -> None:
    """Unpack the base backup and compare every file of it with its manifest.

    Raises:
        BackupError: something is missing or was changed.
    """
    base = backup.place / BASE
    if sha256_of(base / "backup_manifest") != backup.manifest.base_sha256:
        raise BackupError(f"{base / 'backup_manifest'} was changed since the backup was made")
    place.data.mkdir(mode=0o700)
    extract(base / "base.tar.gz", place.data)
    extract(base / "pg_wal.tar.gz", place.data / "pg_wal")
    shutil.copyfile(base / "backup_manifest", place.data / "backup_manifest")
    place.own()
    place.programs.run("pg_verifybackup", "--quiet", place.data)
    for signal_file in ("standby.signal", "recovery.signal"):
        (place.data / signal_file).unlink(missing_ok=True)
    (place.data / "recovery.signal").touch(mode=0o600)


def extract(archive: Path, target: Path) -> None:
    """Extract a compressed archive. Damage that the archive itself does not show is left to its manifest.

    Raises:
        BackupError: it is missing or damaged.
        OSError: the files cannot be written.
    """
    if not archive.is_file():
        raise BackupError(f"the backup is not whole: {archive} is missing")
    try:
        with tarfile.open(archive, "r:gz") as packed:
            packed.extractall(target, **_CAREFULLY)  # noqa: S202  (as `_CAREFULLY` says)
    except (tarfile.TarError, zlib.error, gzip.BadGzipFile, EOFError, ValueError, KeyError, ArithmeticError) as exc:
        raise BackupError(f"{archive} is damaged") from exc
    except OSError as exc:
        if exc.errno in _NOT_BY_DAMAGE:
            raise
        raise BackupError(f"{archive} is damaged") from exc  # a name that no file can have, or that another one has


def log_for(backup: Backup, folder: Path, place: Place, to: datetime | None) -> Path:
    """The folder with the log, which the user of the database can read.

    Raises:
        BackupError: a part in the middle is missing or damaged, so that what came after it could not be restored.
    """
    log = (folder / "wal").resolve()
    gap = first_gap(backup, log)
    if gap is not None and to is None:
        raise BackupError(
            f"the log in {log} has a gap: the segment …{named(gap, backup.manifest.segment_bytes)} is missing. Put it"
            " back, or restore to a moment before it with --to"
        )
    if place.programs.uid is not None:
        log = Path(shutil.copytree(log, place.work / "log"))
        place.own()
    if to is None:
        refuse_damaged(place.programs, backup, log)
    return log


@asynccontextmanager
async def recovered(
    backup: Backup, log: Path, place: Place, to: datetime | None, trail_key: bytes
) -> AsyncIterator[asyncpg.Connection]:
    """A connection to the database as of the moment, on a server that nobody else reaches. It is stopped afterwards.

    Raises:
        BackupError: PostgreSQL could not recover, and why.
    """
    with tempfile.TemporaryDirectory(prefix="kumkm-") as socket:
        _prepare(place, Path(socket))
        server = _start(place, _options(place, Path(socket), log, to))
        try:
            pg = await _connected(backup, server, place, socket, trail_key, to)
            try:
                yield pg
            finally:
                await pg.close()
        finally:
            if server.poll() is None:
                server.send_signal(signal.SIGINT)  # fast: it waits for nobody
            await asyncio.to_thread(server.wait)
    if server.returncode:
        raise BackupError(sentence_for("postgres", place.output.read_text(errors="replace"), server.returncode))


async def make_ready(pg: asyncpg.Connection, backup: str, to: datetime | None) -> None:
    """Readers of the feed start over, and the trail says that the database was restored, in one transaction."""
    async with pg.transaction():
        await forget_feed_readers(pg)
        subjects = [("database", backup, {"to": to.isoformat() if to else "end"})]
        await trail.record_many(pg, Action.DATABASE_RESTORED, actor_id=_OPERATOR, subjects=subjects, trace_id=None)


def put(place: Place, target: Path) -> None:
    """The recovered folder takes its place."""
    if target.exists():
        target.rmdir()
    place.data.rename(target)


def _prepare(place: Place, socket: Path) -> None:
    for name, content in (("postgresql.conf", ""), ("hba.conf", "local all all trust\n"), ("ident.conf", "")):
        (place.work / name).write_text(content)
    place.own()
    if place.programs.uid is not None:
        shutil.chown(socket, place.programs.uid, place.programs.gid)


def _start(place: Place, options: list[str]) -> subprocess.Popen[bytes]:
    with place.output.open("wb") as output:
        return subprocess.Popen(  # noqa: S603  (a program of PostgreSQL)
            place.programs.command("postgres", "-D", place.data, *options),
            stdout=output,
            stderr=output,
            **place.programs.how(),
        )


def _options(place: Place, socket: Path, log: Path, to: datetime | None) -> list[str]:
    """What a server that only recovers needs, whatever the settings of the one that was backed up."""
    settings = {
        "config_file": place.work / "postgresql.conf",  # its own one may be elsewhere, as on Debian
        "hba_file": place.work / "hba.conf",
        "ident_file": place.work / "ident.conf",
        "listen_addresses": "",
        "unix_socket_directories": socket,
        "port": 5432,
        "hot_standby": "off",
        "archive_mode": "off",
        "logging_collector": "off",
        "log_destination": "stderr",
        "lc_messages": "C",
        "ssl": "off",
        "shared_preload_libraries": "",
        "synchronous_standby_names": "",
        "primary_conninfo": "",
        "restore_command": command_that_fetches(log),
        "recovery_target": "",
        "recovery_target_lsn": "",
        "recovery_target_name": "",
        "recovery_target_xid": "",
        "recovery_target_time": to.astimezone(UTC).isoformat() if to else "",
        "recovery_target_timeline": "latest",
        "recovery_target_action": "promote",
    }
    return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]


async def _connected(
    backup: Backup, server: subprocess.Popen[bytes], place: Place, socket: str, trail_key: bytes, to: datetime | None
) -> asyncpg.Connection:
    while server.poll() is None:
        try:
            return await asyncpg.connect(
                host=socket,
                user=backup.manifest.superuser,
                database=backup.manifest.database,
                server_settings={"timezone": "UTC", "jit": "off", "application_name": "kumkm-restore"},
                connection_class=signing(trail_key),
            )
        except (OSError, asyncpg.CannotConnectNowError, asyncpg.PostgresConnectionError):
            await asyncio.sleep(_LOOK_S)
    output = place.output.read_text(errors="replace")
    if "recovery ended before configured recovery target was reached" in output:
        reached = _REACHED.findall(output)
        known = f"; the last change in it is of {reached[-1]} UTC" if reached else ""
        raise BackupError(
            f"the log ends before {to:%Y-%m-%d %H:%M:%S%z}, or a part of it is missing{known}. Choose an earlier"
            " moment, or leave --to out to restore all there is"
        )
    raise BackupError(sentence_for("postgres", output, server.returncode))
