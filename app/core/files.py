"""Files that are on the disk, whole, when a function returns."""

import hashlib
import os
from pathlib import Path


def write_whole(file: Path, content: bytes) -> None:
    """Write a file that is there whole or not at all, for this user alone."""
    fresh = file.with_name(file.name + ".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(file)
    settle(file.parent)


def settle(place: Path) -> None:
    """A file's content, or the names in a folder, are on the disk when this returns."""
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sha256_of(file: Path) -> str:
    """The SHA-256 of a file's content, in hexadecimal. Raises OSError."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
