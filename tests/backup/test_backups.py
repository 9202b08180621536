"""A backup is whole or not there, belongs to one cluster and its keys, and is proved by restoring it."""

import asyncio
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from clusters import PASSPHRASE, Backups, serving
from killing import attempt, files, killed

from app.backup.folder import backups_in
from app.core.settings import Settings, new_key
from app.core.storage import Storage, path_of

PHOTO = b"a photo without metadata"
NO_KEYS: Mapping[str, Any] = dict.fromkeys(("KUMKM_TOKEN_KEYS", "KUMKM_SEALING_KEYS", "KUMKM_DIGEST_KEY"))


async def photo(pg: asyncpg.Connection, settings: Settings, content: bytes = PHOTO) -> str:
    """A photo that the server has; its name."""
    name = hashlib.sha256(content)
    await Storage(settings).put(name.hexdigest(), content)
    await pg.execute(
        "INSERT INTO attachment (sha256, enumerator_id, media_type, size, received, begun_at, touched_at, completed_at,"
        " stored_as, early) VALUES ($1, gen_random_uuid(), 'image/jpeg', 24, 24, now(), now(), now(), $1, false)",
        name.digest(),
    )
    return name.hexdigest()


@pytest.mark.proof
async def test_a_backup_is_proved_by_restoring_it_and_opens_with_its_sealed_keys(
    backups: Backups, pg: asyncpg.Connection, settings: Settings, dsn: str, tmp_path: Path
) -> None:
    name, other = await photo(pg, settings), await photo(pg, settings, b"another photo")
    made = await backups.kumkm("backup", "create", backups.folder)
    assert "2 photos" in made.output
    [listed] = json.loads((await backups.kumkm("backup", "list", backups.folder, "--json")).output)["items"]
    assert listed["photos"]["count"] == 2
    assert not [each for each in backups.folder.rglob("*") if each.is_file() and holds_a_key(each, settings)]
    shown = await backups.kumkm("backup", "verify", backups.folder, "--scratch", backups.restored)
    assert "the keys fit" in shown.output
    assert list(backups.restored.iterdir()) == []

    (backups.folder / "photos" / path_of(other)).write_bytes(b"changed")
    data, keys, files = backups.restored / "data", tmp_path / "kumkm.env", tmp_path / "put back"
    done = await backups.kumkm(
        "restore", backups.folder, data, "--photos", files, "--keys-to", keys, code=4, DATABASE_URL=None, **NO_KEYS
    )
    assert "1 photos that the database knows are missing or damaged" in " ".join(done.output.split())
    assert f"KUMKM_DIGEST_KEY={settings.digest_key.get_secret_value()}\n" in keys.read_text()
    assert keys.stat().st_mode & 0o077 == 0
    assert (files / path_of(name)).read_bytes() == PHOTO
    with serving(backups, data, dsn) as address:
        restored = await asyncpg.connect(address)
        regions = "SELECT count(*) FROM region"
        assert await restored.fetchval(regions) == await pg.fetchval(regions) > 3_000
        await restored.close()
    assert "is not empty" in await backups.refused("restore", backups.folder, data)

    archive = next(backups.folder.glob("*/base/base.tar.gz"))
    with archive.open("r+b") as file:
        file.seek(archive.stat().st_size // 2)
        file.write(bytes(64))
    told = await backups.refused("restore", backups.folder, backups.restored / "other")
    assert "is damaged" in told or "pg_verifybackup" in told


def holds_a_key(file: Path, settings: Settings) -> bool:
    content = file.read_bytes()
    keys = [*settings.token_keys.values(), *settings.sealing_keys.values(), settings.digest_key]
    return any(key.get_secret_value().encode() in content for key in keys)


@pytest.mark.proof
async def test_what_does_not_fit_is_refused_before_anything_is_written(
    backups: Backups, pg: asyncpg.Connection, tmp_path: Path
) -> None:
    folder, data = backups.folder, backups.restored / "data"
    (tmp_path / "letter.txt").touch()
    assert "other files" in await backups.refused("backup", "create", tmp_path)
    assert "no folder of backups" in await backups.refused("backup", "list", tmp_path)
    assert "at least 12" in await backups.refused("backup", "create", folder, KUMKM_BACKUP_PASSPHRASE="short")
    assert "easily guessed" in await backups.refused("backup", "create", folder, KUMKM_BACKUP_PASSPHRASE="a" * 12)
    assert "passphrase" in await backups.refused("backup", "create", folder, KUMKM_BACKUP_PASSPHRASE=None)
    role = f"weak_{os.getpid()}"
    await pg.execute(f"CREATE ROLE {role} LOGIN; GRANT SELECT ON alembic_version TO {role}")
    weak = backups.environment["DATABASE_URL"].replace("//postgres", f"//{role}")
    assert "REPLICATION" in await backups.refused("backup", "create", folder, DATABASE_URL=weak)
    assert backups_in(folder) == []

    made = await backups.kumkm("backup", "create", folder, KUMKM_STORAGE="s3://photos/kumkm")
    assert "versioning of that bucket" in " ".join(made.output.split())
    [backup] = backups_in(folder)
    cases: list[tuple[str, tuple[object, ...], Mapping[str, str | None]]] = [
        ("another passphrase", (), {**NO_KEYS, "KUMKM_BACKUP_PASSPHRASE": "another one for sure"}),
        ("KUMKM_DIGEST_KEY", (), {"KUMKM_DIGEST_KEY": new_key()}),
        ("KUMKM_SEALING_KEYS (key 1)", (), {"KUMKM_SEALING_KEYS": f"1:{new_key()}"}),
        ("finished after that moment", ("--to", "2022-09-12T12:00:00+07:00"), {}),
        ("no whole backup 20200101T000000Z", ("--backup", "20200101T000000Z"), {}),
        ("is there already", ("--keys-to", tmp_path / "letter.txt"), {}),
    ]
    for sentence, options, environment in cases:
        assert sentence in await backups.refused("restore", folder, data, *options, **environment)
    for moment in ("2026-11-27T12:00:00", "yesterday"):
        assert "time zone" in (await backups.kumkm("restore", folder, data, "--to", moment, code=2)).output
    assert list(backups.restored.iterdir()) == []

    marker = folder / "kumkm-backup.json"
    own = marker.read_text()
    marker.write_text(own.replace(backup.manifest.system_identifier, "1"))
    assert "another database cluster" in await backups.refused("backup", "create", folder)
    assert "another database cluster" in await backups.refused("restore", folder, data)
    marker.write_text(own)
    (backup.place / "manifest.json").unlink()
    assert "not whole" in await backups.refused("restore", folder, data)


@pytest.mark.proof
async def test_a_missing_part_of_the_log_is_noticed_not_skipped(backups: Backups, pg: asyncpg.Connection) -> None:
    await backups.kumkm("backup", "follow", backups.folder, "--once")
    await backups.kumkm("backup", "create", backups.folder, "--without-keys")
    for _ in range(3):
        await pg.execute("CREATE TABLE IF NOT EXISTS something (); SELECT pg_switch_wal()")
        await pg.execute("DROP TABLE something")
    await backups.kumkm("backup", "follow", backups.folder, "--once")
    later = "2099-01-01T00:00:00Z"
    told = await backups.refused("restore", backups.folder, backups.restored / "data", "--to", later)
    assert "the log ends before 2099" in told
    whole = sorted(each for each in (backups.folder / "wal").iterdir() if not each.suffix)
    for place in (whole[-2], whole[-1]):
        sound = place.read_bytes()
        place.write_bytes(sound[:64] + bytes(~each & 0xFF for each in sound[64:1_024]) + sound[1_024:])
        told = await backups.refused("restore", backups.folder, backups.restored / "data")
        assert f"damaged in the segment …{place.name[8:]}" in told
        place.write_bytes(sound)
    whole[-2].unlink()
    told = await backups.refused("restore", backups.folder, backups.restored / "data")
    assert f"…{whole[-2].name[8:]} is missing" in told
    assert list(backups.restored.iterdir()) == []


@pytest.mark.proof
async def test_a_backup_or_restore_that_is_killed_leaves_nothing_that_looks_whole_and_runs_again(
    backups: Backups,
) -> None:
    await killed(backups, backups.folder, "*.partial/base/*", "backup", "create", backups.folder)
    assert json.loads((await backups.kumkm("backup", "list", backups.folder, "--json")).output)["items"] == []
    for _ in range(300):  # what was killed left its pg_basebackup at work
        if "another process" not in await attempt(backups, "backup", "create", backups.folder):
            break
        await asyncio.sleep(0.1)
    assert len(backups_in(backups.folder)) == 1
    assert not list(backups.folder.glob("*.partial"))

    data = backups.restored / "data"
    await killed(backups, backups.restored, ".data.*/data/postmaster.pid", "restore", backups.folder, data)
    assert not data.exists()
    await backups.kumkm("restore", backups.folder, data)
    assert [each.name for each in backups.restored.iterdir()] == ["data"]


@pytest.mark.proof
def test_a_disk_that_fills_is_a_sentence_and_no_backup(backups: Backups) -> None:
    command = f"ulimit -f 200; exec {sys.executable} -m app.cli backup create {backups.folder}"
    ended = subprocess.run(
        ["bash", "-c", command], env=dict(backups.environment), capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1, ended.stderr
    assert "larger than this user may write" in ended.stderr
    assert backups_in(backups.folder) == []
    assert PASSPHRASE not in ended.stderr


@pytest.mark.proof
async def test_following_receives_log_and_photos_until_it_is_stopped(
    backups: Backups, pg: asyncpg.Connection, settings: Settings
) -> None:
    name = await photo(pg, settings)
    command = [sys.executable, "-m", "app.cli", "backup", "follow", str(backups.folder), "--photos-every", "1"]
    process = await asyncio.create_subprocess_exec(*command, env=backups.environment)
    while not (any(files(backups.folder, "wal/*.partial")) and any(files(backups.folder, f"photos/*/*/{name}"))):
        assert process.returncode is None, "it ended before"
        await asyncio.sleep(0.02)
    process.terminate()
    assert await process.wait() == 0


@pytest.mark.proof
async def test_photos_that_are_not_where_it_looks_are_a_warning_everywhere(
    backups: Backups, pg: asyncpg.Connection, settings: Settings, tmp_path: Path
) -> None:
    for content in (b"one", b"another"):
        await photo(pg, settings, content)
    await Storage(settings.model_copy(update={"storage": str(tmp_path / "x")})).put(*of(b"one"))
    elsewhere = {"KUMKM_STORAGE": str(tmp_path / "x")}
    for command in (("create",), ("follow", "--once"), ("follow", "--once", "--photos-only")):
        done = await backups.kumkm("backup", command[0], backups.folder, *command[1:], code=4, **elsewhere)
        shown = " ".join(done.output.split())
        assert f"of 2 photos that the database knows, 1 are not in {tmp_path}/x and 0 are damaged there" in shown
        assert "KUMKM_STORAGE" in shown
    assert "1 photos (1 missing)" in " ".join((await backups.kumkm("backup", "list", backups.folder)).output.split())
    [item] = json.loads((await backups.kumkm("backup", "list", backups.folder, "--json")).output)["items"]
    assert item["photos"]["missing"] == 1
    shown = " ".join(
        (await backups.kumkm("backup", "verify", backups.folder, "--scratch", backups.restored, code=4)).output.split()
    )
    assert f"1 photos that the database in it knows are not in {backups.folder}/photos" in shown
    assert "1 are not in" in shown
    await backups.kumkm("backup", "follow", backups.folder, "--once", "--photos-only")  # where the server has them
    shown = (await backups.kumkm("backup", "verify", backups.folder, "--scratch", backups.restored)).output
    assert "Every photo that the database in it knows is there" in " ".join(shown.split())


def of(content: bytes) -> tuple[str, bytes]:
    """A photo's name and content."""
    return hashlib.sha256(content).hexdigest(), content


@pytest.mark.proof
async def test_after_a_restore_the_folder_of_the_past_is_refused(backups: Backups, dsn: str) -> None:
    create, data = ("backup", "create", "--without-keys"), backups.restored / "data"
    await backups.kumkm(*create, backups.folder)
    await backups.kumkm("restore", backups.folder, data)
    with serving(backups, data, dsn) as address:
        refused = await backups.refused(*create, backups.folder, DATABASE_URL=address)
        assert "Make the backup into a new folder" in refused
        for _ in range(2):
            await backups.kumkm(*create, backups.folder.with_name("new"), DATABASE_URL=address)
            await asyncio.sleep(1.1)  # a name has seconds
    [_] = backups_in(backups.folder)
    assert len(backups_in(backups.folder.with_name("new"))) == 2


@pytest.mark.usefixtures("world")
async def test_after_another_tool_restored_the_readers_start_over(backups: Backups, pg: asyncpg.Connection) -> None:
    await pg.execute("INSERT INTO feed_mark DEFAULT VALUES")
    before = await pg.fetchval("SELECT id FROM feed_mark")
    await backups.kumkm("backup", "after-restore")
    assert await pg.fetchval("SELECT id FROM feed_mark") != before
    assert await pg.fetchval("SELECT count(*) FROM audit_event WHERE action = 'database.restored' AND mac IS NOT NULL")
