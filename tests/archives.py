"""A server that gives its log to pgBackRest, where both are on the machine."""

import asyncio
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest
from clusters import Backups
from pydantic import SecretStr
from servers import POSTGRES_15, BinaryServer, memory, start_binaries
from shapes import Json
from templates import fill_template, hurry

from app.core.roles import as_server
from app.core.settings import Settings

STANZA = "kumkm"
PATIENCE_S, STEP_S = 30, 0.05


@dataclass(frozen=True)
class Archive:
    """A server that gives its log to pgBackRest, and the repository."""

    top: Path
    server: BinaryServer
    settings: Settings

    @property
    def dsn(self) -> str:
        return self.server.dsn("census_peopled")

    @property
    def environment(self) -> Mapping[str, str]:
        return {"PGBACKREST_CONFIG": str(self.top / "pgbackrest.conf")}

    def pgbackrest(self, *arguments: str) -> str:
        """What an operator types."""
        return subprocess.run(
            ["pgbackrest", f"--stanza={STANZA}", *arguments],
            env={**os.environ, **self.environment},
            user=self.server.user,
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    def open_to_everybody(self) -> None:
        subprocess.run(["chmod", "--recursive", "a+rX", self.top / "repository"], check=True)

    def segments(self) -> list[Path]:
        """The archived segments, the oldest first."""
        found = (self.top / "repository/archive").glob(f"{STANZA}/15-1/*/*.gz")
        return sorted(found, key=lambda each: each.name)


@contextmanager
def archiving(keys: Json) -> Iterator[Archive]:
    """A server of its own, with a small census."""
    if shutil.which("pgbackrest") is None:
        pytest.skip("pgbackrest is not installed")
    if not POSTGRES_15.exists():
        pytest.skip("PostgreSQL 15 is not on this machine")
    with tempfile.TemporaryDirectory(prefix="kumkm-archive-", dir=memory(), ignore_cleanup_errors=True) as name:
        top = Path(name)
        top.chmod(0o755)
        config = top / "pgbackrest.conf"
        server = start_binaries(
            POSTGRES_15,
            top / "data",
            "archive_mode = on",
            f"archive_command = 'env PGBACKREST_CONFIG={config} pgbackrest --stanza={STANZA} archive-push %p'",
        )
        places = {"repo1-path": "repository", "lock-path": "lock", "log-path": "log", "spool-path": "spool"}
        for each in places.values():
            (top / each).mkdir()
            shutil.chown(top / each, server.user or os.geteuid())
        lines = ["[global]", *(f"{option}={top / each}" for option, each in places.items())]
        lines += ["repo1-retention-full=9", "archive-timeout=5"]
        lines += [
            f"[{STANZA}]",
            f"pg1-path={server.data_dir}",
            f"pg1-socket-path={server.data_dir}",
            "pg1-user=postgres",
        ]
        config.write_text("\n".join(lines) + "\n")
        asyncio.run(hurry(server.dsn("postgres")))
        asyncio.run(fill_template(server.dsn("postgres"), "census"))
        dsn = as_server(server.dsn("census_peopled"))
        settings = Settings(
            DATABASE_URL=SecretStr(dsn),
            storage=str(top / "photos"),
            fold_interval_s=3600,
            judge_interval_s=3600,
            **keys,
        )
        made = Archive(top, server, settings)
        made.pgbackrest("stanza-create")
        yield made
        server.stop()


async def create(backups: Backups, *options: object, address: str | None = None) -> str:
    """Make a backup, of the server at that address where it is another one than before; what is printed."""
    address = address or backups.environment["DATABASE_URL"]
    made = await backups.kumkm("backup", "create", backups.folder, "--stanza", STANZA, *options, DATABASE_URL=address)
    return " ".join(made.output.split())


async def records(address: str) -> int:
    pg = await asyncpg.connect(address)
    try:
        return int(await pg.fetchval("SELECT count(*) FROM record"))
    finally:
        await pg.close()


async def switch(pg: asyncpg.Connection) -> None:
    """Fill a segment, and wait until it is archived."""
    await pg.execute("SELECT pg_logical_emit_message(true, 'kumkm', 'test')")
    name = await pg.fetchval("SELECT pg_walfile_name(pg_switch_wal())")
    for _ in range(int(PATIENCE_S / STEP_S)):
        if name <= (await pg.fetchval("SELECT last_archived_wal FROM pg_stat_archiver") or ""):
            return
        await asyncio.sleep(STEP_S)
    raise TimeoutError(name)
