"""Making a backup while servers work: the database by `pg_basebackup` or pgBackRest, photos, the keys, and then its
manifest."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg

from app import __version__
from app.backup.folder import (
    BASE,
    KEYS,
    MARKER,
    PHOTOS,
    Backup,
    BackupError,
    Manifest,
    SetKept,
    begin,
    finish,
    locked,
    name_of,
    newest_with_log,
    open_folder,
    sha256_of,
)
from app.backup.keys import fingerprints_of, seal_keys
from app.backup.pgbackrest import find_pgbackrest
from app.backup.photos import keep_photos
from app.backup.programs import Programs, find_programs
from app.core.files import write_whole
from app.core.settings import Settings

_CLUSTER = """
SELECT (SELECT system_identifier::text FROM pg_control_system()) AS system_identifier,
       current_setting('server_version_num')::int AS postgres, current_database() AS database,
       (SELECT rolname FROM pg_roles WHERE oid = 10) AS superuser,
       (SELECT setting::bigint * CASE unit WHEN 'MB' THEN 1 << 20 WHEN 'kB' THEN 1 << 10 ELSE 1 END FROM pg_settings
        WHERE name = 'wal_segment_size') AS segment_bytes,
       (SELECT version_num FROM alembic_version) AS schema_head, clock_timestamp() AS now
"""
_RESTORED = "SELECT max(occurred_at) FROM audit_event WHERE action = 'database.restored' AND occurred_at > $1"
_DATA_FOLDER = "SELECT setting FROM pg_settings WHERE name = 'data_directory'"  # only some logins see it


@dataclass(frozen=True, slots=True)
class Source:
    """A database that answers, and what it says of itself."""

    url: str
    about: Mapping[str, Any]

    @property
    def cluster(self) -> str:
        """Which database cluster it is."""
        return str(self.about["system_identifier"])

    @property
    def programs(self) -> Programs:
        """PostgreSQL's programs of its version.

        Raises:
            BackupError: they are not here.
        """
        return find_programs(self.about["postgres"] // 10_000)


Maker = Callable[[Path, int], Mapping[str, Any]]
"""Makes the database's part of a backup at a place, and says what of it the manifest has to hold. It keeps the
descriptor, which holds the lock of the folder, until it has ended, even where this process was killed."""


async def source_at(pg: asyncpg.Connection, url: str) -> Source:
    """What is backed up."""
    return Source(url, dict(await pg.fetchrow(_CLUSTER) or {}))


async def make_backup(
    pg: asyncpg.Connection, source: Source, settings: Settings, folder: Path, passphrase: str | None, make: Maker
) -> Backup:
    """Make a backup in the folder. `passphrase`: of the sealed copy of the keys; None leaves them out. Each call makes
    one more; one that was cut off before is removed.

    Raises:
        BackupError: why it is not possible; there is no half of it that looks whole.
    """
    sealed = None if passphrase is None else seal_keys(settings, passphrase, source.cluster)
    open_folder(folder, source.cluster)
    with locked(folder, "makes a backup in") as lock:
        place = begin(folder, datetime.now(UTC))
        database = make(place, lock)
        finished_at = await pg.fetchval("SELECT clock_timestamp()")
        photos = await keep_photos(pg, settings, folder / "photos", place / PHOTOS)
        if sealed is not None:
            write_whole(place / KEYS, sealed)
        manifest = Manifest(
            kumkm=__version__,
            began_at=source.about["now"],
            finished_at=finished_at,
            keys=fingerprints_of(settings),
            sealed_keys=sealed is not None,
            photos=photos,
            photos_sha256=sha256_of(place / PHOTOS) if photos.kind == "folder" else None,
            finished=True,
            **database,
            **{name: value for name, value in source.about.items() if name != "now"},
        )
        return Backup(place=finish(place, manifest), manifest=manifest)


async def refuse_another_past(pg: asyncpg.Connection, folder: Path) -> None:
    """Refuse a folder whose log is of a past that a restore of this database has ended: it goes on beyond that.

    Raises:
        BackupError: it is one.
    """
    newest = newest_with_log(folder) if (folder / MARKER).exists() else None
    if newest is None:
        return
    restored = await pg.fetchval(_RESTORED, newest.manifest.finished_at)
    if restored is not None:
        raise BackupError(
            f"the database was restored at {restored:%Y-%m-%d %H:%M:%S} UTC, after the newest backup in {folder}: its"
            " log goes on beyond the restored database. Make the backup into a new folder"
        )


def with_pg_basebackup(source: Source) -> Maker:
    """PostgreSQL's own program makes it.

    Raises:
        BackupError: it is not here.
    """
    programs = source.programs

    def make(place: Path, lock: int) -> Mapping[str, Any]:
        base = place / BASE
        programs.run(
            "pg_basebackup",
            f"--pgdata={base}",
            "--format=tar",
            "--compress=client-gzip:1",
            "--wal-method=stream",
            "--checkpoint=fast",
            "--manifest-checksums=SHA256",
            "--label=kumkm",
            url=source.url,
            pass_fds=(lock,),
        )
        return {
            "base_bytes": sum(file.stat().st_size for file in base.iterdir()),
            "base_sha256": sha256_of(base / "backup_manifest"),
            **_log_of(base),
        }

    return make


async def with_pgbackrest(pg: asyncpg.Connection, source: Source, stanza: str, kind: str | None) -> Maker:
    """pgBackRest makes it; `kind` is full, diff or incr, None as pgBackRest does by itself.

    Raises:
        BackupError: it is not here, or the stanza is not of this database.
    """
    tool = find_pgbackrest(stanza, owner_of=_here(await pg.fetchval(_DATA_FOLDER)))
    tool.look().refuse_other_cluster(source.cluster)

    def make(place: Path, lock: int) -> Mapping[str, Any]:
        made = tool.make(name_of(place), kind, lock)
        return {
            **made.kept,
            "pgbackrest": SetKept.model_validate({"stanza": stanza, "label": made.label, "kind": made.kind}),
        }

    return make


def _here(folder: str | None) -> Path | None:
    """The folder of the database, where it is on this machine."""
    return Path(folder) if folder and Path(folder).is_dir() else None


def _log_of(base: Path) -> dict[str, Any]:
    """Which part of the log belongs to a base backup, as its manifest says.

    Raises:
        BackupError: the database has tablespaces, which lie outside of its folder.
    """
    if {file.name for file in base.iterdir()} != {"base.tar.gz", "pg_wal.tar.gz", "backup_manifest"}:
        raise BackupError("the database has tablespaces; a backup of them is not supported: move their tables back")
    part = json.loads((base / "backup_manifest").read_bytes())["WAL-Ranges"][-1]
    return {"timeline": part["Timeline"], "starts_at": part["Start-LSN"], "ends_at": part["End-LSN"]}
