"""Storage of large objects: a directory by default, an S3-compatible store in a deployment of several machines.

Objects are named by the SHA-256 of their content, so that putting one again changes nothing.
"""

import asyncio
import atexit
import errno
import re
import stat
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import obstore
import structlog
from obstore.exceptions import BaseError, NotFoundError, PermissionDeniedError, UnauthenticatedError
from obstore.store import LocalStore, S3Store

from app.core.files import settle
from app.core.problems import Code, Problem
from app.core.settings import Settings, SettingsError

_AWAY = (BaseError, OSError)
_FOLDER, _FILE = 0o700, 0o600
_LISTED = 1_000
_REQUEST, _RETRIES, _RETRIED_FOR = "20s", 3, timedelta(seconds=15)
"""A store that does not answer costs a request 35 seconds at the most. The library's own bounds are 30 and 180."""

_OS_ERROR = re.compile(r"os error (\d+)")
_LETTING_GO_S = 0.05
_log = structlog.get_logger()


class StoredObject(NamedTuple):
    """An object as the store lists it; `size` in bytes."""

    name: str
    size: int


class Storage:
    """Puts, gets and deletes objects by name, where the settings say: `s3://bucket/prefix`, or a folder."""

    def __init__(self, settings: Settings) -> None:
        """Nothing is opened or made before it is needed.

        Raises:
            SettingsError: the address names no kind of storage that there is.
        """
        self._settings = settings
        parts = urlsplit(settings.storage)
        if parts.scheme not in ("", "file", "s3"):
            raise SettingsError(f"KUMKM_STORAGE: {parts.scheme}:// is no storage; name a folder, or s3://bucket/prefix")
        self.away: str | None = None
        """Why the store did not do what it was asked for last: a word for the log."""

        self.changed: Callable[[], None] = lambda: None
        """Called whenever `away` changed."""

        self._folder = None if parts.scheme == "s3" else Path(parts.path).expanduser().absolute()

    @property
    def folder(self) -> Path | None:
        """The folder in which objects are, if it is a folder."""
        return self._folder

    @property
    def address(self) -> str:
        """Where the objects are, for people: a folder's path, or `s3://bucket/prefix`."""
        return self._settings.storage if self._folder is None else str(self._folder)

    @cached_property
    def _store(self) -> LocalStore | S3Store:
        _wait_at_exit()
        if self._folder is not None:
            return LocalStore(self._folder, mkdir=True)
        parts = urlsplit(self._settings.storage)
        # A store in the own network may use plain HTTP; its address has to say so.
        plain = (self._settings.s3_endpoint or "").startswith("http://")
        prefix = parts.path.strip("/") or None
        return S3Store(
            parts.netloc,
            prefix=prefix,
            config=_s3(self._settings),
            client_options={"allow_http": plain, "timeout": _REQUEST},
            retry_config={"max_retries": _RETRIES, "retry_timeout": _RETRIED_FOR},
        )

    async def put(self, name: str, content: bytes) -> None:
        """Keep an object; it is whole and safe when this returns. Idempotent by name.

        Raises:
            Problem: `overloaded` where the store does not take it.
        """
        try:
            if self._folder is not None:
                await asyncio.to_thread(_make_folders, self._folder, path_of(name))
            await obstore.put_async(self._store, path_of(name), content)
            if self._folder is not None:
                await asyncio.to_thread(_settle, self._folder / path_of(name))
            self._note(None)
        except _AWAY as exc:
            raise self._away(exc) from exc

    async def get(self, name: str) -> bytes | None:
        """The object, or None where there is none.

        Raises:
            Problem: `overloaded` where the store does not answer.
        """
        try:
            found = await obstore.get_async(self._store, path_of(name))
            content = bytes(await found.bytes_async())
        except (FileNotFoundError, NotFoundError):
            return None
        except _AWAY as exc:
            raise self._away(exc) from exc
        self._note(None)
        return content

    async def objects(self) -> AsyncIterator[list[StoredObject]]:
        """All objects, at most a thousand at a time, in no order. What is put or deleted meanwhile may be among them.

        Raises:
            Problem: `overloaded` where the store does not answer.
        """
        try:
            async for some in obstore.list(self._store, chunk_size=_LISTED):
                yield [StoredObject(each["path"].rpartition("/")[2], each["size"]) for each in some]
        except _AWAY as exc:
            raise self._away(exc) from exc

    async def delete(self, name: str) -> None:
        """Remove an object. Idempotent.

        Raises:
            Problem: `overloaded` where the store does not remove it.
        """
        try:
            await obstore.delete_async(self._store, path_of(name))
        except (FileNotFoundError, NotFoundError):
            return
        except _AWAY as exc:
            raise self._away(exc) from exc
        self._note(None)

    def _away(self, exc: Exception) -> Problem:
        self._note(_reason_of(exc))
        return Problem(Code.OVERLOADED, retry_after=5)

    def _note(self, reason: str | None) -> None:
        """Why the store does not do what it is asked for; None: it does. It is logged where it changes."""
        if reason == self.away:
            return
        if reason is None:
            _log.info("storage_back")
        else:
            _log.warning("storage_away", reason=reason)
        self.away = reason
        self.changed()


@cache
def _wait_at_exit() -> None:
    """The library's threads release Python's objects a moment after an answer is there. An interpreter that ends before
    that aborts the process (obstore 0.12): every third command that ended with its last answer.
    """
    atexit.register(time.sleep, _LETTING_GO_S)


def _make_folders(top: Path, path: str) -> None:
    """The folders of an object, which only the server's own user may look into."""
    for each in (top, *reversed([top / parent for parent in Path(path).parents[:-1]])):
        each.mkdir(mode=_FOLDER, parents=True, exist_ok=True)
        if stat.S_IMODE(each.stat().st_mode) != _FOLDER:
            with suppress(PermissionError):  # a mount that belongs to another user
                each.chmod(_FOLDER)


def _settle(file: Path) -> None:
    """The library renames a finished file into its place, but leaves it to the system when it reaches the disk."""
    file.chmod(_FILE)
    for each in (file, file.parent, file.parent.parent):
        settle(each)


def _s3(settings: Settings) -> Any:
    config = {"region": settings.s3_region}
    if settings.s3_endpoint:
        config |= {"endpoint": settings.s3_endpoint, "virtual_hosted_style_request": "false"}
    if settings.s3_access_key_id and settings.s3_secret_access_key:
        config["access_key_id"] = settings.s3_access_key_id
        config["secret_access_key"] = settings.s3_secret_access_key.get_secret_value()
    return config


def _reason_of(exc: Exception) -> str:
    """A word for the log: what the library says may contain an address or a key."""
    if isinstance(exc, NotFoundError):
        return "no_bucket"
    if isinstance(exc, (PermissionDeniedError, UnauthenticatedError, PermissionError)):
        return "not_allowed"
    # The library gives the operating system's error as text alone.
    number = (exc.errno if isinstance(exc, OSError) else None) or next(map(int, _OS_ERROR.findall(str(exc))), 0)
    return {errno.ENOSPC: "disk_full", errno.EDQUOT: "disk_full", errno.EACCES: "not_allowed"}.get(number, "no_answer")


def path_of(name: str) -> str:
    """Where an object is in its folder."""
    # Two levels of folders, so that no directory grows beyond what file systems like.
    return f"{name[:2]}/{name[2:4]}/{name}"
