"""A photo without its metadata: place, owner, camera, comments, previews, colour profiles, and whatever else an app has
stored in it. The picture's own bytes stay as they are, and how it is to be turned stays right. Pure.

A colour profile is a file of its own, with texts in it and room for more. Without one a picture is shown in sRGB: what
was taken in a wider range of colours looks a little paler.

What is kept is described as pieces: byte ranges of the photo, and bytes in hexadecimal to put between them.
"""

import io
import re
import zlib
from collections.abc import Callable, Mapping, Sequence

from PIL import Image

from app.attachments.images import decode
from app.core.problems import Code, Problem

Piece = tuple[int, int] | str

MAX_PIECES = 20_000
_MOST_ADDED = 256  # bytes
_ORIENTATION = 0x0112
_UPRIGHT = 1
_MARKER = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])")
_SCAN, _END, _BARE = 0xDA, 0xD9, 0x01
_JFIF, _ADOBE = 0xE0, 0xEE
_JPEG_KEPT = frozenset((0xC0, 0xC1, 0xC2, 0xC4, _SCAN, 0xDB, 0xDC, 0xDD))  # frames, tables, scans, restarts
_PLAIN_JFIF = 14  # bytes of its head without a preview
_PNG_KEPT = frozenset(
    (
        b"IHDR",
        b"PLTE",
        b"IDAT",
        b"IEND",
        b"tRNS",
        b"gAMA",
        b"cHRM",
        b"sRGB",
        b"sBIT",
        b"bKGD",
        b"pHYs",
    )
)
_WEBP_KEPT = frozenset((b"VP8 ", b"VP8L", b"VP8X", b"ALPH"))
_VP8X_ICC, _VP8X_EXIF, _VP8X_XMP = 0x20, 0x08, 0x04


def examine(content: bytes, media_type: str) -> tuple[int, int, list[Piece]]:
    """Decode a photo to its last pixel: width, height, and the pieces of it that are kept.

    Raises:
        Problem: as `decode`; `attachment_not_an_image` as well where it is in more pieces than any encoder makes.
    """
    width, height = decode(content, media_type)
    try:
        return width, height, kept(content, media_type)
    except (ValueError, IndexError) as exc:
        raise Problem(Code.ATTACHMENT_NOT_AN_IMAGE) from exc


def kept(content: bytes, media_type: str) -> list[Piece]:
    """The pieces of a sound photo that are its picture.

    Raises:
        ValueError: it is in more pieces than any encoder makes, or they do not fit.
    """
    pieces: list[Piece] = []
    for piece in _KEPT[media_type](content, _orientation(content)):
        last = pieces[-1] if pieces else None
        if isinstance(piece, tuple) and isinstance(last, tuple) and last[1] == piece[0]:
            pieces[-1] = (last[0], piece[1])
        else:
            pieces.append(piece)
        if len(pieces) > MAX_PIECES:
            raise ValueError
    return pieces


def assembled(content: bytes, pieces: Sequence[Sequence[int] | str]) -> bytes:
    """The photo that the pieces make.

    Raises:
        Problem: `attachment_not_an_image` where they are none of this photo.
    """
    made = b"".join(
        bytes.fromhex(piece) if isinstance(piece, str) else content[piece[0] : piece[1]] for piece in pieces
    )
    if len(made) > len(content) + _MOST_ADDED:
        raise Problem(Code.ATTACHMENT_NOT_AN_IMAGE)
    return made


def _orientation(content: bytes) -> int:
    try:
        with Image.open(io.BytesIO(content)) as image:
            orientation = image.getexif().get(_ORIENTATION, _UPRIGHT)
    except Exception:  # noqa: BLE001  (of metadata that are broken nothing is kept)
        return _UPRIGHT
    return orientation if isinstance(orientation, int) and 1 <= orientation <= 8 else _UPRIGHT  # noqa: PLR2004  (EXIF 2.3, 4.6.4)


def _exif(orientation: int) -> bytes:
    """Nothing but how the picture is to be turned, as EXIF has it."""
    entry = _ORIENTATION.to_bytes(2) + b"\x00\x03" + (1).to_bytes(4) + orientation.to_bytes(2) + b"\x00\x00"
    return b"MM\x00\x2a" + (8).to_bytes(4) + b"\x00\x01" + entry + bytes(4)


def _jpeg(content: bytes, orientation: int) -> list[Piece]:
    pieces: list[Piece] = [(0, 2)]
    at, before = 2, 0
    while found := _MARKER.search(content, at):
        marker, begins = found[1][0], found.end() - 2
        if before == _SCAN:
            pieces.append((at, begins))
        if marker == _END:
            turned = b"Exif\x00\x00" + _exif(orientation)
            head = b"\xff\xe1" + (len(turned) + 2).to_bytes(2) + turned
            where = 2 if _is_jfif(content, 2) else 1
            return [*pieces[:where], *([head.hex()] * (orientation != _UPRIGHT)), *pieces[where:], (begins, begins + 2)]
        length = 0 if marker == _BARE else int.from_bytes(content[begins + 2 : begins + 4])
        at, before = begins + 2 + length, marker
        pieces += _segment(content, marker, begins, at)
    raise ValueError


def _is_jfif(content: bytes, at: int) -> bool:
    return content[at + 1] == _JFIF and content[at + 4 : at + 9] == b"JFIF\x00"


def _segment(content: bytes, marker: int, begins: int, ends: int) -> list[Piece]:
    body = content[begins + 4 : ends]
    if marker == _JFIF and _is_jfif(content, begins):
        if len(body) == _PLAIN_JFIF and not any(body[12:]):
            return [(begins, ends)]
        return [(b"\xff\xe0\x00\x10" + body[:12].ljust(12, b"\x00") + b"\x00\x00").hex()]  # without its preview
    is_adobe = marker == _ADOBE and body.startswith(b"Adobe")
    return [(begins, ends)] if marker in _JPEG_KEPT or is_adobe else []


def _png(content: bytes, orientation: int) -> list[Piece]:
    pieces: list[Piece] = [(0, 8)]
    at = 8
    while at + 8 <= len(content):
        name, ends = content[at + 4 : at + 8], at + 12 + int.from_bytes(content[at : at + 4])
        if name == b"IDAT" and orientation != _UPRIGHT:
            body = b"eXIf" + _exif(orientation)
            pieces.append((len(body[4:]).to_bytes(4) + body + zlib.crc32(body).to_bytes(4)).hex())
            orientation = _UPRIGHT
        if name in _PNG_KEPT:
            pieces.append((at, ends))
        if name == b"IEND":
            return pieces
        at = ends
    raise ValueError


def _webp(content: bytes, orientation: int) -> list[Piece]:
    pieces: list[Piece] = []
    size, at = 4, 12
    end = min(len(content), 8 + int.from_bytes(content[4:8], "little"))
    extended = content[12:16] == b"VP8X"
    while at + 8 <= end:
        name, length = content[at : at + 4], int.from_bytes(content[at + 4 : at + 8], "little")
        ends = at + 8 + length + length % 2
        if name == b"VP8X":
            turned = _VP8X_EXIF if orientation != _UPRIGHT else 0
            flags = content[at + 8] & ~(_VP8X_ICC | _VP8X_EXIF | _VP8X_XMP) | turned
            pieces += [(at, at + 8), bytes([flags]).hex(), (at + 9, ends)]
        elif name in _WEBP_KEPT:
            pieces.append((at, ends))
        size += ends - at if name in _WEBP_KEPT else 0
        at = ends
    if orientation != _UPRIGHT and extended:
        body = _exif(orientation)
        pieces.append((b"EXIF" + len(body).to_bytes(4, "little") + body).hex())
        size += 8 + len(body)
    return [(0, 4), size.to_bytes(4, "little").hex(), (8, 12), *pieces]


_KEPT: Mapping[str, Callable[[bytes, int], list[Piece]]] = {"image/jpeg": _jpeg, "image/png": _png, "image/webp": _webp}
