"""The folder of backups, what is in it, and what makes a backup whole.

    kumkm-backup.json       of which database cluster it is
    wal/                    the log since the first backup, as `pg_receivewal` writes it
    photos/ab/cd/abcd…      each photo once, for all backups
    20261127T153000Z/       a backup: base/, keys.sealed, photos.lst and manifest.json
                            (no base/ where pgBackRest has the database, in a repository of its own)
    20261127T153000Z.partial/   one that is being made, or was cut off

A backup gets its name when everything in it is on the disk. `manifest.json` is written last, and holds the SHA-256 of
PostgreSQL's own manifest, which holds those of all files. So a backup that was cut off is never taken for a whole one.
"""

import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.core import files
from app.core.files import settle, write_whole

MARKER, MANIFEST, KEYS, PHOTOS, BASE = "kumkm-backup.json", "manifest.json", "keys.sealed", "photos.lst", "base"
_PARTIAL = ".partial"
_WHEN = "%Y%m%dT%H%M%SZ"
_NAME = re.compile(r"\d{8}T\d{6}Z")


class BackupError(Exception):
    """A backup or a restore is not possible; the text says why and what to do."""


class _Document(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


Read = TypeVar("Read", bound=_Document)


class Cluster(_Document):
    """Of which database cluster a folder is."""

    format: Literal[1] = 1
    system_identifier: str


class Fingerprints(_Document):
    """Which keys the data is under, by fingerprints in hexadecimal that do not reveal them."""

    sealing: dict[str, str]
    digest: str
    numbers: list[str]
    trail: str


class PhotosKept(_Document):
    """The photos of a backup. `bucket`: their bytes stay in S3, and only the versions of that bucket keep them."""

    kind: Literal["folder", "bucket"]
    place: str
    count: int
    bytes: int
    missing: int = 0
    damaged: int = 0


class SetKept(_Document):
    """The set in a repository of pgBackRest that has the database of a backup."""

    stanza: str
    label: str
    kind: Literal["full", "diff", "incr"]


class Manifest(_Document):
    """What a backup holds. `finished` is there only where everything else is."""

    format: Literal[1] = 1
    kumkm: str
    schema_head: str
    postgres: int = Field(description="As `server_version_num`: 180006.")
    system_identifier: str
    database: str
    superuser: str
    segment_bytes: int
    began_at: datetime
    finished_at: datetime
    timeline: int
    starts_at: str = Field(description="The position in the log where it starts, as PostgreSQL writes it: 0/2000028.")
    ends_at: str
    base_bytes: int
    base_sha256: str | None = Field(
        description="Of PostgreSQL's manifest of the base backup; None in pgBackRest's sets."
    )
    pgbackrest: SetKept | None = None
    keys: Fingerprints
    sealed_keys: bool
    photos: PhotosKept
    photos_sha256: str | None
    finished: Literal[True]

    @property
    def major(self) -> int:
        """PostgreSQL's version without its minor one."""
        return self.postgres // 10_000


class Backup(_Document):
    """A whole backup."""

    place: Path
    manifest: Manifest

    @property
    def name(self) -> str:
        """The moment when it began, in UTC."""
        return self.place.name


def open_folder(folder: Path, system_identifier: str | None = None) -> Cluster:
    """The folder; with `system_identifier` it is made for that cluster where it is not there or empty.

    Raises:
        BackupError: it is something else, or of another cluster.
    """
    marker = folder / MARKER
    if not marker.exists():
        if system_identifier is None:
            raise BackupError(f"{folder} is no folder of backups: there is no {MARKER} in it")
        if folder.exists() and any(folder.iterdir()):
            raise BackupError(f"{folder} has other files in it; name an empty folder or a folder of backups")
        for each in (folder, folder / "wal", folder / "photos"):
            each.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(marker, Cluster(system_identifier=system_identifier).model_dump_json(indent=1).encode())
    cluster = _read(Cluster, marker)
    if system_identifier not in (None, cluster.system_identifier):
        raise BackupError(
            f"{folder} is of another database cluster ({cluster.system_identifier}; this one is {system_identifier})."
            " Use a folder of its own for each"
        )
    return cluster


def backups_in(folder: Path) -> list[Backup]:
    """The whole backups, the oldest first.

    Raises:
        BackupError: the folder is none, or a manifest in it is damaged.
    """
    cluster = open_folder(folder)
    found = []
    for place in sorted(folder.iterdir()):
        if _NAME.fullmatch(place.name):
            manifest = _read(Manifest, place / MANIFEST)
            if manifest.system_identifier != cluster.system_identifier:
                raise BackupError(f"{place} is of another database cluster than {folder}")
            found.append(Backup(place=place, manifest=manifest))
    return found


def chosen(folder: Path, name: str | None, to: datetime | None) -> Backup:
    """The backup of that name; otherwise the newest one, or the newest that was finished before the moment.

    Raises:
        BackupError: there is none.
    """
    found = backups_in(folder)
    fitting = [each for each in found if to is None or each.manifest.finished_at <= to]
    if name is not None:
        fitting = [each for each in fitting if each.name == name]
    if fitting:
        return fitting[-1]
    if not found:
        raise BackupError(f"{folder} has no whole backup")
    known = f"there are {', '.join(each.name for each in found)}"
    if name is not None and name not in {each.name for each in found}:
        raise BackupError(f"{folder} has no whole backup {name}; {known}")
    oldest = min(each.manifest.finished_at for each in found if name in (None, each.name))
    raise BackupError(f"the backup was finished after that moment, at {oldest:%Y-%m-%d %H:%M:%S} UTC; {known}")


def newest_with_log(folder: Path) -> Backup | None:
    """The newest backup that needs the log in this folder: the sets of pgBackRest have it elsewhere.

    Raises:
        BackupError: the folder is none, or a manifest in it is damaged.
    """
    return next((each for each in reversed(backups_in(folder)) if each.manifest.pgbackrest is None), None)


@contextmanager
def locked(folder: Path, what: str) -> Iterator[int]:
    """While something works in a folder that no other may work in; the descriptor that holds the lock.

    Raises:
        BackupError: another process does.
    """
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as exc:
            raise BackupError(f"another process {what} {folder}; wait until it has ended") from exc
        yield handle
    finally:
        os.close(handle)


def begin(folder: Path, now: datetime) -> Path:
    """A place for a backup that is not whole yet; earlier ones that were cut off are removed."""
    for stale in folder.glob(f"*{_PARTIAL}"):
        shutil.rmtree(stale)
    while (folder / f"{now:{_WHEN}}").exists():  # of the same second
        now += timedelta(seconds=1)
    place = folder / f"{now:{_WHEN}}{_PARTIAL}"
    place.mkdir(mode=0o700)
    return place


def name_of(place: Path) -> str:
    """The name that a backup at this place gets when it is whole."""
    return place.name.removesuffix(_PARTIAL)


def finish(place: Path, manifest: Manifest) -> Path:
    """Write the manifest and give the backup its name."""
    for each in (place, place / BASE):  # what is in them is on the disk already
        if each.exists():
            settle(each)
    write_whole(place / MANIFEST, manifest.model_dump_json(indent=1).encode())
    whole = place.with_name(name_of(place))
    place.rename(whole)
    settle(whole.parent)
    return whole


def sha256_of(file: Path) -> str:
    """The SHA-256 of a file of a backup, in hexadecimal.

    Raises:
        BackupError: there is no such file.
    """
    try:
        return files.sha256_of(file)
    except FileNotFoundError as exc:
        raise BackupError(f"the backup is not whole: {file} is missing") from exc


def _read(kind: type[Read], file: Path) -> Read:
    try:
        return kind.model_validate_json(file.read_bytes())
    except FileNotFoundError as exc:
        raise BackupError(f"the backup is not whole: {file} is missing") from exc
    except ValidationError as exc:
        raise BackupError(f"{file} is damaged, or of a newer KUMKM") from exc
