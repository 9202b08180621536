"""Backups of the test's server, and servers on what was restored from them."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import asyncpg
from processes import environment_of
from servers import memory
from sqlalchemy.engine import URL, make_url
from typer.testing import CliRunner, Result

from app.backup.programs import Programs, find_programs
from app.cli import app as cli
from app.cli.sentences import fault_of
from app.core.settings import Settings

PASSPHRASE = "sawah di tepi sungai ogan"


@dataclass(frozen=True)
class Backups:
    """A folder of backups, a folder for what is restored, and the command line, as an operator has them."""

    folder: Path
    restored: Path
    environment: Mapping[str, str]
    major: int

    @property
    def programs(self) -> Programs:
        return find_programs(self.major, owner_of=self.restored)

    async def kumkm(self, *arguments: object, code: int = 0, **environment: str | None) -> Result:
        """Run a command; its output has the sentence of a failure, too."""
        result = await asyncio.to_thread(
            CliRunner().invoke, cli, [str(each) for each in arguments], env={**self.environment, **environment}
        )
        failed = result.exception is not None and not isinstance(result.exception, SystemExit)
        sentence = fault_of(result.exception).sentence if failed and result.exception is not None else ""
        assert result.exit_code == code, (result.output, sentence, result.exc_info)
        result.output_bytes += sentence.encode()
        return result

    async def refused(self, *arguments: object, **environment: str | None) -> str:
        """The sentence with which a command ends."""
        return " ".join((await self.kumkm(*arguments, code=1, **environment)).output.split())


@contextmanager
def backups_of(dsn: str, settings: Settings, major: int) -> Iterator[Backups]:
    """Folders for the backups of a server; the owner of the server's data owns what is restored."""
    with tempfile.TemporaryDirectory(prefix="kumkm-backup-", dir=memory(), ignore_cleanup_errors=True) as top:
        Path(top).chmod(0o755)
        restored = Path(top) / "restored"
        restored.mkdir()
        if os.geteuid() == 0:
            shutil.chown(restored, asyncio.run(owner_of(dsn)))
        environment = environment_of(settings, DATABASE_URL=dsn, KUMKM_BACKUP_PASSPHRASE=PASSPHRASE)
        environment["KUMKM_STORAGE"] = settings.storage
        try:
            yield Backups(Path(top) / "backups", restored, environment, major)
        finally:
            asyncio.run(_drop_slot(dsn))


async def owner_of(dsn: str) -> int:
    pg = await asyncpg.connect(dsn)
    folder = await pg.fetchval("SHOW data_directory")
    await pg.close()
    return os.stat(folder).st_uid  # noqa: PTH116  (one look)


async def _drop_slot(dsn: str) -> None:
    pg = await asyncpg.connect(dsn)
    for _ in range(50):  # PostgreSQL notices a moment later that its reader has ended
        with suppress(asyncpg.ObjectInUseError):
            await pg.execute(
                "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = 'kumkm_backup'"
            )
            break
        await asyncio.sleep(0.1)
    await pg.close()


@contextmanager
def serving(backups: Backups, data: Path, like: str) -> Iterator[str]:
    """The address of the database `like` on a server on a restored folder."""
    programs = backups.programs
    options = f"-c listen_addresses= -c port=5432 -c unix_socket_directories={data.parent} -c fsync=off"
    programs.run("pg_ctl", "start", "--wait", f"--pgdata={data}", f"--options={options}", f"--log={data}.log")
    try:
        there = make_url(like)
        address = URL.create(
            there.drivername, there.username, there.password, database=there.database, query={"host": str(data.parent)}
        )
        yield address.render_as_string(hide_password=False)
    finally:
        programs.run("pg_ctl", "stop", "--wait", "--mode=fast", f"--pgdata={data}")
