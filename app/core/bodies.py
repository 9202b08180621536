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
    decoder: _Decoder = zstd.ZstdDecompressor(options=_ZSTD) if coding == "zstd" else zlib.decompressobj(_GZIP)
    plain = _decoded(decoder, body, max_bytes)
    hold(len(plain))
    return plain


class _Decoder(Protocol):
    """What zlib's and zstd's decoders have in common."""

    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


def _decoded(decoder: _Decoder, body: bytes, max_bytes: int) -> bytes:
    """One whole coded stream, nothing missing and nothing behind it, that is not larger than allowed."""
    try:
        plain = decoder.decompress(body, max_bytes + 1)
    except (zlib.error, zstd.ZstdError) as exc:
        raise Problem(Code.MALFORMED_ENCODING) from exc
    if len(plain) > max_bytes:
        raise Problem(Code.BODY_TOO_LARGE)
    if not decoder.eof or decoder.unused_data:
        raise Problem(Code.MALFORMED_ENCODING)
    return bytes(plain)


def pack(plain: bytes) -> bytes:
    """Compress bytes for keeping, fast (zstd level 1)."""
    return zstd.compress(plain, level=1)


def unpack(packed: bytes) -> bytes:
    """Give back what `pack` kept."""
    return zstd.decompress(packed)
