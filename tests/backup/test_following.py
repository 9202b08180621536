"""Who follows a database sees what is missing, and why."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import asyncpg
import pytest
from clusters import Backups, serving

from app.backup.folder import backups_in
from app.backup.log import first_gap, names_in


@pytest.mark.proof
async def test_a_database_that_is_away_is_said_in_a_sentence(backups: Backups, pg: asyncpg.Connection) -> None:
    role = f"away_{os.getpid()}"
    await pg.execute(f"CREATE ROLE {role} LOGIN SUPERUSER")
    address = backups.environment["DATABASE_URL"].replace("//postgres", f"//{role}")
    command = ["-m", "app.cli", "backup", "follow", str(backups.folder), "--photos-only", "--photos-every", "1"]
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command, env={**backups.environment, "DATABASE_URL": address}, stderr=PIPE
    )
    assert process.stderr is not None
    while not backups.folder.exists():
        assert process.returncode is None, "it ended before"
        await asyncio.sleep(0.02)
    await pg.execute(f"ALTER ROLE {role} NOLOGIN")
    assert (await process.stderr.readline()).startswith(b"photos: PostgreSQL at DATABASE_URL: it refuses the login")
    process.terminate()
    await process.communicate()
    await pg.execute(f"DROP ROLE {role}")


async def lose_log(pg: asyncpg.Connection, folder: Path) -> None:
    """PostgreSQL removes log that was not received: its slot is dropped, and it has written enough since."""
    for _ in range(50):  # it notices a moment later that its reader has ended
        with suppress(asyncpg.ObjectInUseError):
            await pg.execute("SELECT pg_drop_replication_slot('kumkm_backup')")
            break
        await asyncio.sleep(0.1)
    newest = max(each.name for each in (folder / "wal").iterdir())[:24]
    for _ in range(100):
        await pg.execute("CREATE TABLE IF NOT EXISTS lost ()")
        await pg.execute("DROP TABLE lost")
        await pg.execute("SELECT pg_switch_wal()")
        await pg.execute("CHECKPOINT")
        if newest not in {each[0] for each in await pg.fetch("SELECT name FROM pg_ls_waldir()")}:
            return
    raise AssertionError("PostgreSQL keeps its log")


async def kept(pg: asyncpg.Connection, name: str) -> datetime:
    """A table that is there from a moment on."""
    await pg.execute(f"CREATE TABLE {name} ()")
    moment = await pg.fetchval("SELECT clock_timestamp()")
    assert isinstance(moment, datetime)
    await pg.execute("SELECT pg_switch_wal()")
    return moment


@pytest.mark.proof
async def test_behind_log_that_was_lost_a_new_backup_and_its_log_can_be_restored(
    backups: Backups, pg: asyncpg.Connection, dsn: str
) -> None:
    follow = ("backup", "follow", backups.folder, "--once")
    create = ("backup", "create", backups.folder, "--without-keys")
    await backups.kumkm(*follow)
    await backups.kumkm(*create)
    first = await kept(pg, "first")
    await backups.kumkm(*follow)
    await lose_log(pg, backups.folder)
    for _ in range(2):  # until there is a backup behind the gap
        assert "make a backup now" in await backups.refused(*follow)
    assert "has a gap" in await backups.refused("restore", backups.folder, backups.restored / "x")
    inside = await kept(pg, "inside")
    await backups.kumkm(*create)
    last = await kept(pg, "last")
    await backups.kumkm(*follow)
    for moment in (inside, last):
        [older, _] = backups_in(backups.folder)
        to = ("--to", moment.isoformat(), "--backup", older.name)
        assert "part of it is missing" in await backups.refused("restore", backups.folder, backups.restored / "x", *to)
    there = ("--to", inside.isoformat())
    assert "part of it is missing" in await backups.refused("restore", backups.folder, backups.restored / "x", *there)
    for name, options, tables in (
        ("all", (), {"first", "inside", "last"}),
        ("then", ("--to", first.isoformat()), {"first"}),
    ):
        await backups.kumkm("restore", backups.folder, backups.restored / name, *options)
        with serving(backups, backups.restored / name, dsn) as address:
            restored = await asyncpg.connect(address)
            names = "SELECT relname FROM pg_class WHERE relname IN ('first', 'inside', 'last')"
            assert {each[0] for each in await restored.fetch(names)} == tables
            await restored.close()


@pytest.mark.proof
async def test_a_backup_made_before_the_loss_was_noticed_has_all_log_from_its_end_on(
    backups: Backups, pg: asyncpg.Connection
) -> None:
    follow = ("backup", "follow", backups.folder, "--once")
    create = ("backup", "create", backups.folder, "--without-keys")
    await backups.kumkm(*follow)
    await backups.kumkm(*create)
    await lose_log(pg, backups.folder)
    await backups.kumkm(*create)
    [older, newer] = backups_in(backups.folder)
    done = await backups.kumkm("restore", backups.folder, backups.restored / "data", "--backup", older.name, code=4)
    assert f"ends before the newer backup {newer.name}" in " ".join(done.output.split())
    await kept(pg, "behind")
    await backups.kumkm(*follow)
    log = names_in(backups.folder / "wal")
    assert first_gap(newer, log) is None
    assert first_gap(older, log) is not None
    empty = backups.folder / "wal/0000000100000FFF00000000.partial"  # a follower was killed as it began
    empty.touch()
    assert names_in(backups.folder / "wal") == log
