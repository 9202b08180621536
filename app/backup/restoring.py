"""Restoring: unpacked beside its place, recovered to a moment by PostgreSQL, made ready, and only then put there.

What went on outside meanwhile finds out by itself: tablets by their newest batch and their cursors, mirrors because
every cursor of the feed from before is refused (`forget_feed_readers`).
"""

import asyncio
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import asyncpg

from app.audit import trail
from app.audit.actions import Action
from app.backup.folder import Backup, BackupError
from app.backup.programs import sentence_for
from app.backup.unpacking import Place
from app.core.pool import signing
from app.register.register import forget_feed_readers

_OPERATOR = UUID(int=0)
_LOOK_S = 0.1
_REACHED = re.compile(r"last completed transaction was at log time ([\d-]+ [\d:]+)")


@asynccontextmanager
async def recovered(
    backup: Backup, fetch: str, place: Place, to: datetime | None, trail_key: bytes
) -> AsyncIterator[asyncpg.Connection]:
    """A connection to the database as of the moment, on a server that nobody else reaches. It is stopped afterwards.

    `fetch` is the command that gets a part of the log (`restore_command`).

    Raises:
        BackupError: PostgreSQL could not recover, and why.
    """
    with tempfile.TemporaryDirectory(prefix="kumkm-") as socket:
        _prepare(place, Path(socket))
        server = _start(place, _options(place, Path(socket), fetch, to))
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


def give_timeline_to_archive(place: Place) -> None:
    """Let PostgreSQL archive the history of its new timeline when it starts: only by that does the next restore know
    that the number is taken. The server that recovered archives nothing."""
    log = place.data / "pg_wal"
    newest = max((each.name for each in log.glob("*.history")), default=None)
    if newest is not None:
        (log / "archive_status" / f"{newest}.done").unlink(missing_ok=True)
        (log / "archive_status" / f"{newest}.ready").touch(mode=0o600)
        place.own()


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


def _options(place: Place, socket: Path, fetch: str, to: datetime | None) -> list[str]:
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
        "restore_command": fetch,
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
