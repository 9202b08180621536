"""Whether bytes are a photo: the header is checked first, then the whole image is decoded within limits. Pure.

Meant to run apart from the server (`core/child_processes.py`), since decoders are written in C.
"""

import io
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from PIL import Image

from app.core.problems import Code, Problem

FORMATS: Mapping[str, str] = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
"""The media types that are taken, and what the decoder calls them."""

MAX_PIXELS = 50_000_000
"""Above what the cameras of tablets make; a small file can claim to be a very large picture."""

MAX_SCANS = 16
"""A progressive JPEG is drawn over in scans, each as costly as the picture; encoders make up to a dozen."""

MAX_CHUNKS = 10_000
"""Of a PNG or WebP; encoders make one for every 8 KiB or less often."""

_PLAIN_JPEG = frozenset({0xC0, 0xC1, 0xC2})  # baseline, extended, progressive
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_BARE = frozenset({0x01, *range(0xD0, 0xD8)})  # markers without a length
_SCAN, _END = 0xDA, 0xD9
_MOVING = frozenset({b"acTL", b"fcTL", b"fdAT", b"ANIM", b"ANMF"})


class Size(NamedTuple):
    """Pixels."""

    width: int
    height: int


def decode(content: bytes, media_type: str) -> Size:
    """Decode a photo to its last pixel.

    Raises:
        Problem: `attachment_not_an_image` for something else, another type, a truncated or moving picture, too many
        pixels or too many scans.
    """
    try:
        _CLAIMS[media_type](content)
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=[FORMATS[media_type]]) as image:
                if image.width * image.height > MAX_PIXELS:
                    raise Problem(Code.ATTACHMENT_NOT_AN_IMAGE)
                image.load()
                return Size(image.width, image.height)
    except (
        OSError,
        SyntaxError,
        ValueError,
        IndexError,
        MemoryError,
        Image.DecompressionBombWarning,
        Image.DecompressionBombError,
    ) as exc:
        raise Problem(Code.ATTACHMENT_NOT_AN_IMAGE) from exc


def _jpeg(content: bytes) -> None:
    scans = 0
    for marker in _markers(content):
        scans += marker == _SCAN
        if scans > MAX_SCANS or marker in _FRAMES - _PLAIN_JPEG:
            raise ValueError


def _markers(content: bytes) -> Iterator[int]:
    """The markers of a JPEG up to its end."""
    at = 2
    while (at := content.find(b"\xff", at)) >= 0 and at + 1 < len(content):
        marker = content[at + 1]
        if marker == 0xFF:  # noqa: PLR2004  (padding)
            at += 1
            continue
        at += 2
        if marker == 0 or marker in _BARE:  # a byte of a scan that looks like a marker; a restart
            continue
        yield marker
        if marker == _END:
            return
        at += int.from_bytes(content[at : at + 2])


def _png(content: bytes) -> None:
    _refuse_moving(_chunks(content, at=8, order="big", name_first=False))


def _webp(content: bytes) -> None:
    _refuse_moving(_chunks(content, at=12, order="little", name_first=True))


def _refuse_moving(names: Iterator[bytes]) -> None:
    for number, name in enumerate(names):
        if name in _MOVING or number >= MAX_CHUNKS:
            raise ValueError


def _chunks(content: bytes, *, at: int, order: str, name_first: bool) -> Iterator[bytes]:
    """The names of the chunks of a PNG or WebP."""
    while at + 8 <= len(content):
        first, second = content[at : at + 4], content[at + 4 : at + 8]
        name, size = (first, second) if name_first else (second, first)
        yield name
        length = int.from_bytes(size, "little" if order == "little" else "big")
        at += 8 + length + (length % 2 if name_first else 4)  # WebP pads to even lengths, PNG has a checksum


_CLAIMS: Mapping[str, Callable[[bytes], None]] = {"image/jpeg": _jpeg, "image/png": _png, "image/webp": _webp}
