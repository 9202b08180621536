"""The files that a build of the web apps left in `built/`, in memory: they are few, and no request waits for a disk."""

import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

BUILT = Path(__file__).parent / "built"
"""A folder for each app; `make build` and `make run` fill it, and the wheel contains it."""

CONSOLE = "console"
"""The folder of the control room."""

FIELD = "field"
"""The folder of the field app."""

FIELD_AT = "lapangan"
"""Where the field app is, with a slash behind it. Its service worker sees this folder, and not the control room."""

CODINGS = {"br": ".br", "gzip": ".gz"}
"""Content codings that a build makes ahead, the smallest first, and how their files end."""

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}


@dataclass(frozen=True, slots=True)
class Built:
    """One file: its bytes by content coding (`identity` is always there), and the tag of its content."""

    media_type: str
    codings: Mapping[str, bytes]
    tag: str

    @property
    def is_coded(self) -> bool:
        """Whether there is anything but the plain bytes."""
        return len(self.codings) > 1

    @property
    def plain(self) -> bytes:
        """As it is."""
        return self.codings["identity"]


@cache
def built_app(folder: Path) -> Mapping[str, Built]:
    """The files of one app by their path below its folder; empty where it was not built."""
    ends = tuple(CODINGS.values())
    files = sorted(file for file in folder.rglob("*") if file.is_file() and file.suffix not in ends)
    return {file.relative_to(folder).as_posix(): _read(file) for file in files}


def _read(file: Path) -> Built:
    codings = {"identity": file.read_bytes()}
    for coding, end in CODINGS.items():
        if (coded := file.with_name(file.name + end)).exists():
            codings[coding] = coded.read_bytes()
    media_type = _TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return Built(media_type, codings, hashlib.sha256(codings["identity"]).hexdigest()[:32])
