"""The known-identities filter: a small set of fingerprints by which a tablet tells, offline, that a number is probably
recorded already. Pure.

A number's fingerprint is the first `bits` bits of HMAC-SHA-256(key, kind ":" digits). The set of fingerprints is sorted
and its gaps are Rice-coded (Golomb 1966, Rice 1979), which comes to about 1.5 bits above what any set of that
false-positive rate needs. The format in bytes is in `openapi/README.md`.

It cannot be turned back into a list of numbers, since `bits` is chosen so that about one of a hundred numbers that
nobody has hits a fingerprint all the same: of all numbers that could be, far more hit than are recorded. The key stays
the same as the filter grows, and more bits only refine the same fingerprints, so that holding two editions side by side
tells no more than the newer one alone.
"""

import hashlib
import hmac
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import NamedTuple

MAGIC = b"KUMKM-KI\x01"
MOST_FALSE = 1 / 85
"""The highest false-positive rate; the lowest is half of it."""

_FEWEST_BITS = 10
_HASH_BITS = 64
_TAG = 16
HEADER = len(MAGIC) + 3 + 4 + _TAG + 32


class KnownFilter(NamedTuple):
    """Sorted fingerprints of so many bits."""

    bits: int
    fingerprints: Sequence[int]

    @property
    def tag(self) -> bytes:
        """What tells this edition from every other: 16 bytes."""
        told = b"".join(each.to_bytes(8) for each in self.fingerprints)
        return hashlib.sha256(bytes([self.bits]) + told).digest()[:_TAG]

    def has(self, key: bytes, kind: str, digits: str) -> bool:
        """Whether a number is probably recorded."""
        wanted = hash64(key, kind, digits) >> (_HASH_BITS - self.bits)
        at = bisect_left(self.fingerprints, wanted)
        return at < len(self.fingerprints) and self.fingerprints[at] == wanted


def hash64(key: bytes, kind: str, digits: str) -> int:
    """The 64 bits that a fingerprint is the beginning of."""
    return int.from_bytes(hmac.digest(key, f"{kind}:{digits}".encode(), "sha256")[:8])


def filter_of(hashes: Iterable[int]) -> KnownFilter:
    """The filter of these 64-bit hashes, of as few bits as the highest false-positive rate allows."""
    known = set(hashes)
    bits = max(_FEWEST_BITS, int(len(known) / MOST_FALSE).bit_length())
    return KnownFilter(bits, sorted({each >> (_HASH_BITS - bits) for each in known}))


def write(key: bytes, known: KnownFilter, base: bytes | None = None) -> bytes:
    """The bytes of a filter; with `base`, of fingerprints to add to the edition of that tag."""
    gaps = [after - before - 1 for before, after in zip((-1, *known.fingerprints), known.fingerprints, strict=False)]
    rice = max(0, (sum(gaps) // max(1, len(gaps))).bit_length() - 1)
    header = (
        MAGIC
        + bytes([base is not None, known.bits, rice])
        + len(gaps).to_bytes(4)
        + (base or bytes(_TAG))
        + key
    )  # fmt: skip
    return header + _coded(gaps, rice)


def _coded(gaps: Sequence[int], rice: int) -> bytes:
    """Of each gap the quotient by 2^rice in ones, a zero, the remainder in `rice` bits; zeros fill the last byte."""
    low = (1 << rice) - 1
    bits = "".join("1" * (gap >> rice) + "0" + (format(gap & low, f"0{rice}b") if rice else "") for gap in gaps)
    bits += "0" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8) if bits else b""
