"""The known-identities filter: whether a number is probably recorded already, asked at the doorstep without a signal.

The bytes are described in `openapi/README.md`, "The known-identities filter".
"""

import hashlib
import hmac
from bisect import bisect_left
from dataclasses import dataclass
from typing import Self

_MAGIC = b"KUMKM-KI\x01"
_HEADER = 64
_KEY = 32


class NotAFilter(ValueError):
    """The bytes are no filter of a version that is known here, or not what they should be added to."""


@dataclass(frozen=True)
class Known:
    """Fingerprints of `bits` bits, sorted. `base` is the tag of the edition that these are to be added to, if any."""

    bits: int
    key: bytes
    fingerprints: tuple[int, ...]
    base: bytes | None = None

    @classmethod
    def read(cls, data: bytes) -> Self:
        """The filter in the bytes.

        Raises:
            NotAFilter: they are none.
        """
        if len(data) < _HEADER or not data.startswith(_MAGIC):
            raise NotAFilter("not a known-identities filter")
        is_delta, bits, rice = data[9:12]
        count = int.from_bytes(data[12:16], "big")
        stream = bin(int.from_bytes(b"\x01" + data[_HEADER:], "big"))[3:]
        fingerprints, place, last = [], 0, -1
        for _ in range(count):
            end = stream.find("0", place)
            if end < 0 or end + 1 + rice > len(stream):
                raise NotAFilter("the filter ends too early")
            gap = (end - place) << rice
            if rice:
                gap |= int(stream[end + 1 : end + 1 + rice], 2)
            place = end + 1 + rice
            last += gap + 1
            fingerprints.append(last)
        return cls(bits, data[32:64], tuple(fingerprints), data[16:32] if is_delta else None)

    def kept(self) -> bytes:
        """The edition as a tablet keeps it: plain, since it grows."""
        return bytes([self.bits]) + self.key + b"".join(each.to_bytes(8, "big") for each in self.fingerprints)

    @classmethod
    def opened(cls, kept: bytes) -> Self:
        """What `kept` made."""
        places = range(1 + _KEY, len(kept), 8)
        fingerprints = tuple(int.from_bytes(kept[at : at + 8], "big") for at in places)
        return cls(kept[0], kept[1 : 1 + _KEY], fingerprints)

    @property
    def tag(self) -> bytes:
        """What tells this edition from every other: the server's `ETag` in bytes."""
        told = b"".join(each.to_bytes(8, "big") for each in self.fingerprints)
        return hashlib.sha256(bytes([self.bits]) + told).digest()[:16]

    def plus(self, delta: "Known") -> "Known":
        """The edition that has the new fingerprints, too.

        Raises:
            NotAFilter: they belong to another edition.
        """
        if delta.base != self.tag or delta.bits != self.bits:
            raise NotAFilter("these fingerprints belong to another edition")
        return Known(self.bits, self.key, tuple(sorted({*self.fingerprints, *delta.fingerprints})))

    def has(self, kind: str, digits: str) -> bool:
        """Whether the number is probably recorded: never wrong with no, wrong with yes about once in a hundred."""
        told = hmac.digest(self.key, f"{kind}:{digits}".encode(), "sha256")
        wanted = int.from_bytes(told[:8], "big") >> (64 - self.bits)
        at = bisect_left(self.fingerprints, wanted)
        return at < len(self.fingerprints) and self.fingerprints[at] == wanted
