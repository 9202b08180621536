"""Items as canonical JSON, and what they hash to: what tablet and server mean by "the same content"."""

import hashlib
import json
import os
import time
from collections.abc import Mapping
from typing import Any
from uuid import UUID


def canonical(item: Mapping[str, Any]) -> bytes:
    """The item as JSON with sorted keys, no blanks, in UTF-8: what is sent is exactly what is hashed.

    Raises:
        ValueError: the item holds NaN or an infinite number, which JSON has not.
    """
    text = json.dumps(item, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode()


def content_sha256(content: bytes) -> str:
    """The hash of canonical JSON, in hexadecimal, as `POST /v1/sync/reconcile` asks for it."""
    return hashlib.sha256(content).hexdigest()


def uuid7(moment: float | None = None, randomness: bytes | None = None) -> str:
    """A UUIDv7 (RFC 9562): milliseconds since 1970, then 74 random bits."""
    milliseconds = int((time.time() if moment is None else moment) * 1000) & ((1 << 48) - 1)
    number = (milliseconds << 80) | int.from_bytes(randomness or os.urandom(10), "big")
    number = number & ~(0xF << 76) | 7 << 76
    return str(UUID(int=number & ~(0x3 << 62) | 2 << 62))
