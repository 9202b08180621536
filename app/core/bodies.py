"""Request bodies: decoded from gzip or zstd, and with limits before and after decoding."""

import sys
import zlib
from collections.abc import AsyncIterator, Callable
from typing import Protocol

from app.core.problems import Code, Problem

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

MEMBERS = 1_000
"""Of a coded body: each costs some microseconds, and may be as short as 20 bytes."""

_PIECE = 64 * 1024  # bytes that a decoder is given at once: what is left of them behind a member is copied
_GZIP = 16 + zlib.MAX_WBITS
# A frame says how much memory its window wants; by default up to 128 MiB would be given to a body of some bytes.
_ZSTD: dict[int, int] = {zstd.DecompressionParameter.window_log_max: 24}


async def read_body(
    chunks: AsyncIterator[bytes], *, coding: str, max_bytes: int, hold: Callable[[int], None] = lambda _: None
) -> bytes:
    """Read a body of at most `max_bytes`, before and after decoding.

    Args:
        coding: the `Content-Encoding`: "", "identity", "gzip" or "zstd".
        hold: called with the number of bytes that decoding adds; may raise a problem where there is no room for them.

    Raises:
        Problem: `body_too_large`; `malformed_encoding` where the bytes are not what the coding says or end too
            early; `unsupported_media_type` for another coding.
    """
    coding = coding.strip().lower()
    if coding not in ("", "identity", "gzip", "x-gzip", "zstd"):
        raise Problem(Code.UNSUPPORTED_MEDIA_TYPE)
    parts: list[bytes] = []
    size = 0
    async for chunk in chunks:
        size += len(chunk)
        if size > max_bytes:
            raise Problem(Code.BODY_TOO_LARGE)
        parts.append(chunk)
    body = b"".join(parts)
    if coding in ("", "identity"):
        return body
    plain = _decoded(_zstd if coding == "zstd" else _gzip, body, max_bytes)
    hold(len(plain))
    return plain


class _Decoder(Protocol):
    """What zlib's and zstd's decoders have in common."""

    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: memoryview, max_length: int, /) -> bytes: ...


def _gzip() -> _Decoder:
    return zlib.decompressobj(_GZIP)


def _zstd() -> _Decoder:
    return zstd.ZstdDecompressor(options=_ZSTD)


def _decoded(decoder: Callable[[], _Decoder], body: bytes, max_bytes: int) -> bytes:
    """A coded body, nothing missing and nothing behind it, that is not larger than allowed. It may consist of several
    members (gzip: RFC 1952, 2.2) or frames (zstd: RFC 8878, 3.1), as programs write it that compress in parallel.
    """
    whole, parts, size, at = memoryview(body), list[bytes](), 0, 0
    for _ in range(MEMBERS):
        one = decoder()
        while not one.eof:
            piece = whole[at : at + _PIECE]
            if not piece:
                raise Problem(Code.MALFORMED_ENCODING)
            try:
                parts.append(one.decompress(piece, max_bytes + 1 - size))
            except (zlib.error, zstd.ZstdError) as exc:
                raise Problem(Code.MALFORMED_ENCODING) from exc
            size += len(parts[-1])
            if size > max_bytes:  # also where the decoder has more to give
                raise Problem(Code.BODY_TOO_LARGE)
            at += len(piece) - len(one.unused_data)
        if at == len(body):
            return b"".join(parts)
    raise Problem(Code.MALFORMED_ENCODING)


def pack(plain: bytes) -> bytes:
    """Compress bytes for keeping, fast (zstd level 1)."""
    return zstd.compress(plain, level=1)


def unpack(packed: bytes) -> bytes:
    """Give back what `pack` kept."""
    return zstd.decompress(packed)
