"""Photos in a backup: each once, under the SHA-256 of its content, which is checked on each way."""

import hashlib
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from pathlib import Path

import asyncpg

from app.backup.folder import BackupError, PhotosKept, sha256_of
from app.core.files import settle, write_whole
from app.core.settings import Settings
from app.core.storage import Storage, path_of

_KNOWN = "SELECT encode(coalesce(stored_as, sha256), 'hex') FROM attachment WHERE completed_at IS NOT NULL"
_IN_BUCKET = "SELECT count(*), coalesce(sum(size), 0) FROM attachment WHERE completed_at IS NOT NULL"
_AT_ONCE = 2_000


async def keep_photos(pg: asyncpg.Connection, settings: Settings, target: Path, listing: Path | None) -> PhotosKept:
    """Copy the photos that the database knows and that are not in `target` yet; `listing` gets the names and bytes of
    all. Those in S3 are only counted. Idempotent by nature."""
    source = Storage(settings).folder
    if source is None:
        count, size = await pg.fetchrow(_IN_BUCKET) or (0, 0)
        return PhotosKept(kind="bucket", place=settings.storage, count=count, bytes=size)
    count = size = missing = damaged = 0
    lines: list[str] = []
    async for names in _known(pg):
        for name, found in _copy_all(names, source, target):
            if found is None:
                missing += 1
            elif found < 0:
                damaged += 1
            else:
                count, size = count + 1, size + found
                lines.append(f"{name} {found}\n")
    if listing is not None:
        write_whole(listing, "".join(sorted(lines)).encode())
    return PhotosKept(kind="folder", place=str(source), count=count, bytes=size, missing=missing, damaged=damaged)


def lacking(photos: PhotosKept) -> str | None:
    """The sentence for photos that could not be kept; None: all were."""
    if not photos.missing + photos.damaged:
        return None
    known = photos.count + photos.missing + photos.damaged
    return (
        f"of {known:,} photos that the database knows, {photos.missing:,} are not in {photos.place} and"
        f" {photos.damaged:,} are damaged there. Is KUMKM_STORAGE the server's?"
    )


async def missing_photos(pg: asyncpg.Connection, folders: Iterable[Path]) -> int:
    """How many photos that the database knows are whole in none of the folders."""
    missing = 0
    async for names in _known(pg):
        missing += sum(1 for name in names if not any(_is_whole(folder / path_of(name), name) for folder in folders))
    return missing


async def put_back(pg: asyncpg.Connection, kept: Path, target: Path) -> tuple[int, int]:
    """Copy the photos that the database knows to where the server keeps them, unless they are there; how many are
    there now, and how many are nowhere. Nothing is deleted. Idempotent by nature."""
    there = missing = 0
    async for names in _known(pg):
        for _, found in _copy_all(names, kept, target):
            if found is None or found < 0:
                missing += 1
            else:
                there += 1
    return there, missing


def refuse_changed_listing(listing: Path, sha256: str | None) -> None:
    """The list of a backup's photos is as it was written.

    Raises:
        BackupError: it is not.
    """
    if sha256 is not None and sha256_of(listing) != sha256:
        raise BackupError(f"{listing} was changed since the backup was made")


async def _known(pg: asyncpg.Connection) -> AsyncIterator[list[str]]:
    async with pg.transaction(isolation="repeatable_read", readonly=True):
        cursor = await pg.cursor(_KNOWN)
        while rows := await cursor.fetch(_AT_ONCE):
            yield [row[0] for row in rows]


def _copy_all(names: Iterable[str], source: Path, target: Path) -> list[tuple[str, int | None]]:
    """The bytes of each photo that is in `target` now; None for one that is not there, -1 for one that is damaged."""
    return [(name, _copy(name, source / path_of(name), target / path_of(name))) for name in names]


def _copy(name: str, source: Path, target: Path) -> int | None:
    with suppress(FileNotFoundError):
        size = target.stat().st_size
        if size and (not source.exists() or source.stat().st_size == size):
            return size
    try:
        content = source.read_bytes()
    except FileNotFoundError:
        return None
    if hashlib.sha256(content).hexdigest() != name:
        return -1
    for folder in (target.parent.parent, target.parent):
        if not folder.exists():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            settle(folder.parent)
    write_whole(target, content)
    return len(content)


def _is_whole(file: Path, name: str) -> bool:
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest() == name
    except FileNotFoundError:
        return False
