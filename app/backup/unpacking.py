"""Unpacking a backup beside the place where it is restored to, so that one rename puts it there."""

import errno
import gzip
import shutil
import sys
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from app.backup.folder import BASE, Backup, BackupError, sha256_of
from app.backup.log import command_that_fetches, names_in, refuse_damaged, refuse_gap
from app.backup.pgbackrest import PgBackRest, Set, find_pgbackrest
from app.backup.programs import Programs, find_programs, run_to_end

_WORK, _DELTA = "kumkm-restoring", "kumkm-delta"


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


def refuse_unfit(target: Path, backup: Backup, *, delta: bool) -> None:
    """A restore writes into no folder that has something in it; with `delta`, only pgBackRest does.

    Raises:
        BackupError: this one has, or cannot be replaced.
    """
    if delta and backup.manifest.pgbackrest is None:
        raise BackupError("only pgBackRest restores into an older copy: leave --delta out, and name a new folder")
    if delta:
        return
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


@contextmanager
def workplace_around(older: Path, programs: Programs, cluster: str) -> Iterator[Place]:
    """A place to work on an older copy of this cluster, which is moved there. Where the restore fails or is killed, it
    stays there, and the next one goes on with it: half of it is new.

    Raises:
        BackupError: it is no copy of this cluster, or a server works on it.
    """
    place = Place(older.parent / f".{older.name}.{_DELTA}", programs)
    if place.data.exists():
        _stop(place)
    else:
        _refuse_no_copy(older, programs, cluster)
        place.work.mkdir(mode=0o700, exist_ok=True)
        if programs.uid is not None:
            shutil.chown(place.work, programs.uid, programs.gid)
        older.rename(place.data)
    try:
        yield place
    except BackupError as exc:
        raise BackupError(
            f"{exc}. What was in {older} is in {place.data} now; run it again, and it goes on from there"
        ) from exc
    shutil.rmtree(place.work, ignore_errors=True)


def _refuse_no_copy(older: Path, programs: Programs, cluster: str) -> None:
    if older.is_symlink() or older.is_mount():
        raise BackupError(f"{older} is a mount point or a link; --delta needs a folder that can be moved")
    control = older / "global" / "pg_control"
    if not control.is_file():
        raise BackupError(f"{older} has no database; leave --delta out")
    if str(int.from_bytes(control.read_bytes()[:8], sys.byteorder)) != cluster:  # where PostgreSQL has it
        raise BackupError(f"{older} is of another database cluster; leave --delta out, and name another folder")
    if (older / "postmaster.pid").exists():
        if run_to_end(programs.command("pg_ctl", "status", f"--pgdata={older}"), programs.how()).returncode == 0:
            raise BackupError(f"PostgreSQL works on {older}: stop it first")
        (older / "postmaster.pid").unlink()  # of a server that was killed


def _clear(place: Place) -> None:
    _stop(place)
    shutil.rmtree(place.work, ignore_errors=True)


def _stop(place: Place) -> None:
    if (place.data / "postmaster.pid").exists():  # of a restore that was killed: its server went on
        with suppress(BackupError):  # it has ended
            place.programs.run("pg_ctl", "stop", "--mode=immediate", "--wait", f"--pgdata={place.data}")
        (place.data / "postmaster.pid").unlink(missing_ok=True)


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
    _begin_recovery(place)


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


def log_for(backup: Backup, folder: Path, place: Place, to: datetime | None) -> str:
    """The command that gets a part of the log that was received, as the user of the database.

    Raises:
        BackupError: a part in the middle is missing or damaged, so that what came after it could not be restored.
    """
    log = (folder / "wal").resolve()
    if to is None:
        refuse_gap(backup, names_in(log), str(log))
    if place.programs.uid is not None:
        log = Path(shutil.copytree(log, place.work / "log"))
        place.own()
    if to is None:
        refuse_damaged(place.programs, backup, log)
    return command_that_fetches(log)


@contextmanager
def unpacked(
    backup: Backup, folder: Path, target: Path, to: datetime | None, *, delta: bool = False
) -> Iterator[tuple[Place, str]]:
    """The files of a backup's database at a place beside the target, and the command that gets the log after them.

    `delta`: the target has an older copy of this cluster, of which pgBackRest fetches what differs.

    Raises:
        BackupError: something is missing or damaged, and what.
    """
    programs = find_programs(backup.manifest.major, owner_of=target.parent)
    if backup.manifest.pgbackrest is None:
        with workplace(target, programs) as place:
            fetch = log_for(backup, folder, place, to)
            unpack(backup, place)
            yield place, fetch
        return
    tool = find_pgbackrest(backup.manifest.pgbackrest.stanza, owner_of=target.parent)
    stanza = tool.look()
    made = stanza.set_of(backup)
    if to is None:
        refuse_gap(backup, tool.archived(stanza), "pgBackRest's archive")
    around = (
        workplace_around(target, programs, backup.manifest.system_identifier) if delta else workplace(target, programs)
    )
    with around as place:
        _restore_set(made, tool, place, delta=delta)
        yield place, tool.command_that_fetches(place.data)


def _restore_set(made: Set, tool: PgBackRest, place: Place, *, delta: bool) -> None:
    if not delta:
        place.data.mkdir(mode=0o700)
        place.own()
    tool.restore(made, place.data, delta=delta)
    _begin_recovery(place)


def _begin_recovery(place: Place) -> None:
    for signal_file in ("standby.signal", "recovery.signal"):
        (place.data / signal_file).unlink(missing_ok=True)
    (place.data / "recovery.signal").touch(mode=0o600)
