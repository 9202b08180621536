"""Items as canonical JSON, and their hashes: how tablet and server recognise the same content."""

import hashlib
import json
import math
import os
import re
import time
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

_LONE = re.compile("[\ud800-\udfff]")


def canonical(value: Any) -> bytes:
    """The value as canonical JSON (`openapi/README.md`): the same bytes are sent and hashed.

    Raises:
        ValueError: it holds NaN or an infinite number, which JSON has not.
    """
    return _written(value).encode()


def _written(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{_text(key)}:{_written(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(_written, value)) + "]"
    if isinstance(value, float):
        return _number(value)
    return _text(value) if isinstance(value, str) else json.dumps(value)


def _number(value: float) -> str:
    """The shortest digits that read back as the same double, without an exponent and without a fraction of zero."""
    if not math.isfinite(value):
        raise ValueError("JSON has no such number")
    text = format(Decimal(repr(value)), "f").removesuffix(".0")
    return "0" if text == "-0" else text


def _text(value: str) -> str:
    """Quotes, backslashes and control signs are escaped, and half a surrogate pair, which UTF-8 cannot write."""
    return _LONE.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(value, ensure_ascii=False))


def content_sha256(content: bytes) -> str:
    """The hash of canonical JSON, in hexadecimal, as `POST /v1/sync/reconcile` asks for it."""
    return hashlib.sha256(content).hexdigest()


def uuid7(moment: float | None = None, randomness: bytes | None = None) -> str:
    """A UUIDv7 (RFC 9562): milliseconds since 1970, then 74 random bits."""
    milliseconds = int((time.time() if moment is None else moment) * 1000) & ((1 << 48) - 1)
    number = (milliseconds << 80) | int.from_bytes(randomness or os.urandom(10), "big")
    number = number & ~(0xF << 76) | 7 << 76
    return str(UUID(int=number & ~(0x3 << 62) | 2 << 62))
