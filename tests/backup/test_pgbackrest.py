"""The database of a backup in pgBackRest's repository: what goes wrong with it is said, and leaves nothing behind."""

import asyncio
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from archives import STANZA, Archive, create, switch
from clusters import Backups, serving
from killing import attempt, killed

from app.backup.folder import backups_in

pytestmark = pytest.mark.proof


async def test_a_restore_into_an_older_copy_is_refused_where_it_is_none_and_goes_on_where_it_was_killed(
    archive: Archive, archived: Backups
) -> None:
    await create(archived)
    data = archived.restored / "data"
    await archived.kumkm("restore", archived.folder, data)
    with serving(archived, data, archive.dsn):
        assert "stop it first" in await archived.refused("restore", archived.folder, data, "--delta")
    control = data / "global/pg_control"
    own = control.read_bytes()
    control.write_bytes(bytes(8) + own[8:])
    assert "another database cluster" in await archived.refused("restore", archived.folder, data, "--delta")
    control.write_bytes(own)
    told = await archived.refused("restore", archived.folder, archived.restored / "empty", "--delta")
    assert "has no database" in told

    arguments = ("restore", archived.folder, data, "--delta")
    await killed(archived, archived.restored, ".data.*/data/postmaster.pid", *arguments)
    assert not data.exists()
    assert {each.name for each in archived.restored.iterdir()} == {".data.kumkm-delta", "data.log"}
    await archived.kumkm(*arguments)
    assert {each.name for each in archived.restored.iterdir()} == {"data", "data.log"}


async def test_a_backup_that_is_killed_leaves_nothing_that_looks_whole(archived: Backups) -> None:
    arguments = ("backup", "create", archived.folder, "--stanza", STANZA)
    await killed(archived, archived.folder, "*.partial", *arguments)
    assert backups_in(archived.folder) == []
    for _ in range(300):  # what was killed left its pgBackRest at work
        if "another process" not in await attempt(archived, *arguments):
            break
        await asyncio.sleep(0.1)
    assert len(backups_in(archived.folder)) == 1
    assert not list(archived.folder.glob("*.partial"))


async def test_a_backup_whose_set_pgbackrest_has_removed_says_so(archive: Archive, archived: Backups) -> None:
    await create(archived, "--type", "full")
    await asyncio.sleep(1.1)  # a name has seconds
    await create(archived, "--type", "full")
    [gone, left] = backups_in(archived.folder)
    assert gone.manifest.pgbackrest is not None
    archive.pgbackrest("expire", f"--set={gone.manifest.pgbackrest.label}")
    items = json.loads((await archived.kumkm("backup", "list", archived.folder, "--json")).output)["items"]
    assert [each["lost"] for each in items] == [True, False]
    assert "cannot be restored: remove the folder" in (await archived.kumkm("backup", "list", archived.folder)).output
    told = await archived.refused("restore", archived.folder, archived.restored / "data", "--backup", gone.name)
    assert "has lost its database" in told
    assert left.name in told
    assert list(archived.restored.iterdir()) == []


async def test_a_part_of_the_archive_that_is_missing_or_damaged_is_not_taken_for_its_end(
    archive: Archive, archived: Backups, owner: asyncpg.Connection
) -> None:
    await create(archived)
    for _ in range(3):
        await switch(owner)
    moment, data = await owner.fetchval("SELECT clock_timestamp()"), archived.restored / "data"
    await switch(owner)
    place = archive.segments()[-3]
    sound = place.read_bytes()
    place.write_bytes(sound[:4_000])
    told = await archived.refused("restore", archived.folder, data)
    assert f"the part {place.name[:24]} of the log, but it cannot be read" in told
    place.unlink()
    told = await archived.refused("restore", archived.folder, data)
    assert f"pgBackRest's archive has a gap: the segment …{place.name[8:24]} is missing" in told
    told = await archived.refused("restore", archived.folder, data, "--to", moment.isoformat())
    assert "or a part of it is missing" in told
    assert list(archived.restored.iterdir()) == []
    place.write_bytes(sound)
    shutil.chown(place, archive.server.user or os.geteuid())
    await archived.kumkm("restore", archived.folder, data, "--to", moment.isoformat())


async def test_a_damaged_file_of_a_set_is_found_by_restoring_it_beside(archive: Archive, archived: Backups) -> None:
    await create(archived, "--type", "full")
    [made] = backups_in(archived.folder)
    assert made.manifest.pgbackrest is not None
    files = (archive.top / "repository/backup" / STANZA / made.manifest.pgbackrest.label / "pg_data/base").glob(
        "*/*.gz"
    )
    largest = max(files, key=lambda each: each.stat().st_size)
    sound = largest.read_bytes()
    largest.write_bytes(sound[:5_000] + bytes(64) + sound[5_064:])
    told = await archived.refused(
        "backup", "verify", archived.folder, "--scratch", archived.restored, PGBACKREST_JOB_RETRY="0"
    )
    assert "a file of the set is damaged in pgBackRest's repository" in told
    assert list(archived.restored.iterdir()) == []


async def test_what_does_not_fit_is_refused_in_a_sentence(
    archive: Archive, archived: Backups, dsn: str, tmp_path: Path
) -> None:
    repository = archive.top / "repository"
    arguments: tuple[object, ...] = ("backup", "create", archived.folder, "--stanza")
    cases: list[tuple[str, str, Mapping[str, Any]]] = [
        ("does not know the stanza nowhere", "nowhere", {}),
        ("run `pgbackrest --stanza=kumkm stanza-create`", STANZA, {"PGBACKREST_REPO1_PATH": str(archive.top / "log")}),
        ("is of another database cluster", STANZA, {"DATABASE_URL": dsn}),
        ("is not on this machine", STANZA, {"PATH": str(tmp_path)}),
        ("finds no PostgreSQL that writes", STANZA, {"PGBACKREST_PG1_SOCKET_PATH": str(tmp_path)}),
    ]
    archive.open_to_everybody()  # the other server has another user
    for sentence, stanza, environment in cases:
        assert sentence in await archived.refused(*arguments, stanza, **environment)
    misused = await archived.kumkm("backup", "create", archived.folder, "--type", "full", code=2)
    assert "needs --stanza" in " ".join(misused.output.replace("│", "").split())
    assert not archived.folder.exists() or backups_in(archived.folder) == []

    await create(archived)
    repository.chmod(0)
    if os.geteuid() == 0:  # pgBackRest runs as the owner of the database
        assert "cannot read its repository" in await archived.refused(*arguments, STANZA)
        assert "cannot read" in await archived.refused("restore", archived.folder, archived.restored / "data")
    repository.chmod(0o755)
    listed = await archived.kumkm("backup", "list", archived.folder, "--json", code=4, PATH=str(tmp_path))
    assert json.loads(listed.stdout)["items"][0]["lost"] is None
    assert "is not known: pgBackRest is not on this machine" in " ".join(listed.output.split())
    assert "--delta out" in await _refused_by_another_kind(archived)


async def _refused_by_another_kind(archived: Backups) -> str:
    """A backup of `pg_basebackup` in the same folder; both kinds may be in one."""
    await asyncio.sleep(1.1)
    await archived.kumkm("backup", "create", archived.folder)
    assert len(backups_in(archived.folder)) == 2
    return await archived.refused("restore", archived.folder, archived.restored / "data", "--delta")


async def test_only_new_photos_are_kept_where_the_log_goes_another_way(
    archived: Backups, owner: asyncpg.Connection
) -> None:
    await archived.kumkm("backup", "follow", archived.folder, "--once", "--photos-only")
    assert list((archived.folder / "wal").iterdir()) == []
    assert await owner.fetchval("SELECT count(*) FROM pg_replication_slots") == 0
