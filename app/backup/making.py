"""Making a backup while servers work: the database by `pg_basebackup`, photos, the keys, and then its manifest."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg

from app import __version__
from app.backup.folder import (
    BASE,
    KEYS,
    PHOTOS,
    Backup,
    BackupError,
    Manifest,
    begin,
    finish,
    locked,
    open_folder,
    sha256_of,
)
from app.backup.keys import fingerprints_of, seal_keys
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


@dataclass(frozen=True, slots=True)
class Source:
    """A database that answers, and what it says of itself."""

    url: str
    about: Mapping[str, Any]
    programs: Programs

    @property
    def cluster(self) -> str:
        """Which database cluster it is."""
        return str(self.about["system_identifier"])


async def source_at(pg: asyncpg.Connection, url: str) -> Source:
    """What is backed up.

    Raises:
        BackupError: PostgreSQL's programs of its version are not here.
    """
    about = dict(await pg.fetchrow(_CLUSTER) or {})
    return Source(url, about, find_programs(about["postgres"] // 10_000))


async def make_backup(
    pg: asyncpg.Connection, source: Source, settings: Settings, folder: Path, passphrase: str | None
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
        source.programs.run(
            "pg_basebackup",
            f"--pgdata={place / BASE}",
            "--format=tar",
            "--compress=client-gzip:1",
            "--wal-method=stream",
            "--checkpoint=fast",
            "--manifest-checksums=SHA256",
            "--label=kumkm",
            url=source.url,
            pass_fds=(lock,),  # held until it has ended, even where this process was killed
        )
        finished_at = await pg.fetchval("SELECT clock_timestamp()")
        log = _log_of(place / BASE)
        photos = await keep_photos(pg, settings, folder / "photos", place / PHOTOS)
        if sealed is not None:
            write_whole(place / KEYS, sealed)
        manifest = Manifest(
            kumkm=__version__,
            began_at=source.about["now"],
            finished_at=finished_at,
            base_bytes=sum(file.stat().st_size for file in (place / BASE).iterdir()),
            base_sha256=sha256_of(place / BASE / "backup_manifest"),
            keys=fingerprints_of(settings),
            sealed_keys=sealed is not None,
            photos=photos,
            photos_sha256=sha256_of(place / PHOTOS) if photos.kind == "folder" else None,
            finished=True,
            **log,
            **{name: value for name, value in source.about.items() if name != "now"},
        )
        return Backup(place=finish(place, manifest), manifest=manifest)


def _log_of(base: Path) -> dict[str, Any]:
    """Which part of the log belongs to a base backup, as its manifest says.

    Raises:
        BackupError: the database has tablespaces, which lie outside of its folder.
    """
    if {file.name for file in base.iterdir()} != {"base.tar.gz", "pg_wal.tar.gz", "backup_manifest"}:
        raise BackupError("the database has tablespaces; a backup of them is not supported: move their tables back")
    part = json.loads((base / "backup_manifest").read_bytes())["WAL-Ranges"][-1]
    return {"timeline": part["Timeline"], "starts_at": part["Start-LSN"], "ends_at": part["End-LSN"]}
