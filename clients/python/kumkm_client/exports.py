"""Exports to a file, made whole or not at all: the server makes the file, and what is cut is fetched on from there."""

import hashlib
import os
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from kumkm_client.asking import Asking
from kumkm_client.errors import KumkmError, NotWhole

_LOOK_S = 1.0
_CUTS = 20
_PLAIN = {"Accept-Encoding": "identity"}  # a range is of the file, not of its packed form


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """An export that is on the disk.

    Args:
        path: The file.
        rows: How many businesses it has.
        size: Bytes.
        sha256: Their digest, which was compared with the server's.
        feed_cursor: Where the feed goes on after it; None where the export had other filters than a region.
    """

    path: Path
    rows: int
    size: int
    sha256: str
    feed_cursor: str | None


def export(
    asking: Asking,
    path: Path,
    asked: Mapping[str, Any],
    *,
    reason: str | None,
    progress: Callable[[int, int | None], None] | None,
    sleep: Callable[[float], None] = time.sleep,
) -> ExportedFile:
    """Let the server make an export, fetch it, compare its digest, and put it at `path`. See `Client.export`."""
    headers = {"X-Access-Reason": reason} if reason else {}
    job = asking.ask("POST", "/v1/exports", json=dict(asked), headers=headers)
    address = f"/v1/exports/{job['id']}"
    while job["state"] in ("queued", "running"):
        if progress:
            progress(job["rows_done"], job["rows_total"])
        sleep(_LOOK_S)
        job = asking.json(address)
    if job["state"] != "done":
        raise KumkmError(f"the server could not make export {job['id']}")
    if progress:
        progress(job["rows_total"], job["rows_total"])
    beside = path.with_name(path.name + ".part")
    try:
        _fetch(asking, f"{address}/file", beside, job["size"])
        digest = _digest(beside)
        if digest != job["sha256"]:
            raise NotWhole(f"export {job['id']} is not what the server made")
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    with suppress(KumkmError):  # it would be removed after a day
        asking.ask("DELETE", address)
    return ExportedFile(path, job["rows_total"], job["size"], digest, job["feed_cursor"])


def _fetch(asking: Asking, address: str, into: Path, size: int) -> None:
    with into.open("wb") as file:
        for _ in range(_CUTS):
            have = file.tell()
            if have >= size:
                break
            with (
                suppress(httpx.TransportError),  # the next one goes on from here
                asking.open("GET", address, body_apart=True, headers={**_PLAIN, "Range": f"bytes={have}-"}) as answer,
            ):
                if answer.status_code != httpx.codes.PARTIAL_CONTENT and have:
                    raise NotWhole("the server sent the file from its beginning, though asked for its end")
                for chunk in answer.iter_bytes():
                    file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    if into.stat().st_size != size:
        raise NotWhole(f"{into.stat().st_size} of {size} bytes came")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
