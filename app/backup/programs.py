"""PostgreSQL's own programs, which make and read backups: where they are, and what they say when they fail."""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from app.backup.folder import BackupError
from app.core.database_address import without_password
from app.core.embedded import embedded_programs

REMOVED = (
    "PostgreSQL has removed a part of its log that is not in this folder: make a backup now, from which on the log is"
    " whole again"
)
_FAILURES = {
    r"No space left on device|Disk quota exceeded": "the disk is full: make room, and run it again",
    r"must be superuser or replication role|permission denied to (start WAL sender|initiate replication)": (
        "the login in DATABASE_URL may not read the log of the database. Let an administrator of PostgreSQL run"
        " `ALTER ROLE … REPLICATION` for it"
    ),
    r"no pg_hba\.conf entry for replication": (
        "PostgreSQL accepts no replication from here: add a line for `replication` to its pg_hba.conf"
    ),
    r"all replication slots are in use|number of requested standby": (
        "PostgreSQL has no place for one more reader of its log: raise max_wal_senders and max_replication_slots"
    ),
    r"replication slot .* is active": "another process follows the log under this slot",
    r"requested starting point .* is ahead of": (
        "the log in this folder goes on beyond that of the database, which was restored to an earlier point since:"
        " begin with another folder, and make a backup into it"
    ),
    r"requested WAL segment .* has already been removed|can no longer access replication slot": REMOVED,
    r"requested timeline \S+ (?:is not a child of|does not contain)": (
        "the database was restored since, to a moment before the end of this backup, and the log goes on from there:"
        " choose a newer backup, or an older one, with --backup"
    ),
    r'could not restore file "(\w+)" from archive': (
        "the archive has the part {} of the log, but it cannot be read: it is damaged, or the archive does not answer."
        " Put a sound copy back, or restore to a moment before it with --to"
    ),
    r"File too large": "a file became larger than this user may write (`ulimit -f`)",
}
_TOO_LARGE = "File too large"
_SIGXFSZ = -25
_MAKE = ("pg_basebackup", "pg_receivewal")
_RESTORE = ("postgres", "pg_ctl", "pg_verifybackup")


@dataclass(frozen=True, slots=True)
class Programs:
    """The programs of one version, and the user they run as; None: this one."""

    folder: Path
    uid: int | None = None
    gid: int | None = None

    def run(self, program: str, *arguments: str | Path, url: str | None = None, pass_fds: Sequence[int] = ()) -> str:
        """What a program prints. `url`: the database that it reads.

        Raises:
            BackupError: it failed, and why.
        """
        ended = run_to_end(self.command(program, *arguments, url=url), self.how(url), pass_fds)
        if ended.returncode:
            raise BackupError(sentence_for(program, ended.stderr, ended.returncode))
        return ended.stdout

    def command(self, program: str, *arguments: str | Path, url: str | None = None) -> list[str]:
        """The command line; the password of the database is not in it."""
        address = [] if url is None else [f"--dbname={without_password(url)[0]}"]
        return [str(self.folder / program), *address, *map(str, arguments)]

    def how(self, url: str | None = None) -> dict[str, Any]:
        """How a process of it is started."""
        environment = {**os.environ, "LC_ALL": "C", "PATH": f"{self.folder}:{os.environ.get('PATH', '')}"}
        password = None if url is None else without_password(url)[1]
        if password is not None:
            environment["PGPASSWORD"] = str(password)
        how: dict[str, Any] = {"env": environment, "cwd": "/", "stdin": subprocess.DEVNULL}
        if self.uid is not None:
            how |= {"user": self.uid, "group": self.gid, "extra_groups": []}
        return how


def run_to_end(
    command: Sequence[str], how: Mapping[str, Any], pass_fds: Sequence[int] = ()
) -> subprocess.CompletedProcess[str]:
    """Run a program. If this process is interrupted, or the program fails, what the program started is ended, too."""
    # Into files: a process that the program leaves behind keeps what it inherits, and a pipe would never end.
    with TemporaryFile("w+", errors="replace") as printed, TemporaryFile("w+", errors="replace") as failed:
        process = subprocess.Popen(  # noqa: S603  (a program of PostgreSQL, or pgBackRest)
            command, stdout=printed, stderr=failed, pass_fds=pass_fds, process_group=0, **how
        )
        try:
            code = process.wait()
        except BaseException:
            _end_group(process.pid)
            process.wait()
            raise
        for file in (printed, failed):
            file.seek(0)
        if code:
            _end_group(process.pid)  # pg_basebackup leaves its reader of the log behind
        return subprocess.CompletedProcess(command, code, printed.read(), failed.read())


def find_programs(major: int, *, owner_of: Path | None = None) -> Programs:
    """The programs of a version of PostgreSQL. `owner_of`: root runs them as the owner of that folder, since
    PostgreSQL does not start as root.

    Raises:
        BackupError: they are not on this machine, or the folder is root's.
    """
    uid = gid = None
    if owner_of is not None and os.geteuid() == 0:
        uid, gid = owner_of.stat().st_uid, owner_of.stat().st_gid
        if uid == 0:
            raise BackupError(
                f"PostgreSQL does not start as root, and {owner_of} is root's. Run this as the user whose database it"
                " will be, e.g. `sudo -u postgres kumkm restore …`"
            )
    needed = _MAKE if owner_of is None else _RESTORE
    for folder in _places(major):
        if all((folder / each).is_file() for each in needed) and _major_of(folder / needed[0]) == major:
            return Programs(folder, uid, gid)
    raise BackupError(
        f"PostgreSQL {major}'s programs ({', '.join(needed)}) are not on this machine: install"
        f" postgresql-{major}, or put them into PATH"
    )


def sentence_for(program: str, output: str, code: int = 1) -> str:
    """The sentence for what a program printed before it failed."""
    if code == _SIGXFSZ:
        output = _TOO_LARGE
    for pattern, sentence in _FAILURES.items():
        if found := re.search(pattern, output):
            return sentence.format(*found.groups())
    lines = [line for line in output.splitlines() if re.search(r"error|fatal|panic|could not", line, re.IGNORECASE)]
    last = (lines or output.splitlines() or [f"it ended with {code}"])[-1]
    return f"{program}: {re.sub(r'^.*?(error|fatal|panic): *', '', last, flags=re.IGNORECASE)}"


def _end_group(leader: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGTERM)


def _places(major: int) -> list[Path]:
    found = shutil.which("pg_basebackup")
    places = [Path(f"/usr/lib/postgresql/{major}/bin"), Path(f"/usr/pgsql-{major}/bin")]
    places += [Path(found).resolve().parent] if found else []  # not Debian's wrapper, which lacks some of them
    embedded = embedded_programs()
    return places if embedded is None else [*places, embedded]


def _major_of(program: Path) -> int:
    shown = subprocess.run([program, "--version"], check=False, capture_output=True, text=True)  # noqa: S603  (likewise)
    found = re.search(r"\) (\d+)", shown.stdout)
    return int(found[1]) if found else 0
