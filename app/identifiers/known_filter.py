"""The known-identities filter: a small set of fingerprints by which a tablet recognises, offline, that a number is
probably recorded already. Pure.

A fingerprint is 11 bits of the phonetic key of the owner's name, followed by some bits of the number (HMAC-SHA-256
under the filter's key). The set of fingerprints is sorted and its gaps are Rice-coded (Golomb 1966, Rice 1979), which
comes to about 1.5 bits above what any set of that false-positive rate needs. The format in bytes is in
`openapi/README.md`.

It cannot be turned back into a list of numbers, and not because asking it would take long: it does not contain enough.
A person who knows that an owner of a name is recorded, and the owner's district and sex, still has about 16,000
possible numbers (a birthday within 45 years, serial 0001); so few bits of the number are kept that more than fifty of
them hit beside the right one. With a common name, more numbers are right, and as many times more hit. Knowing all names
changes nothing in this.

The fifty are an average over names. A fingerprint that stands alone, of a very rare name, or one that only the newer of
two filters has, is left with 16,000 / 2^(bits of the number) others. With the 11 bits of a filter of 18,500 numbers
those are eight; `docs/security.md` explains what that means.
"""

import hmac
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import NamedTuple

MAGIC = b"KUMKM-KI\x02"
NAME_BITS = 11
FEWEST_NUMBER_BITS = 8
NUMBERS_PER_HIT = 8
"""So many numbers at least are recorded for each value that the bits of a number can have, once there are thousands."""

_HASH_BITS = 64
_NUMBER_HASH_BITS = _HASH_BITS - NAME_BITS
HEADER = len(MAGIC) + 2 + 4 + 32


class Said(NamedTuple):
    """A number with the phonetic key of the name that it is bound to."""

    kind: str
    digits: str
    heard: str


class KnownFilter(NamedTuple):
    """Sorted fingerprints of so many bits."""

    bits: int
    fingerprints: Sequence[int]

    def has(self, key: bytes, said: Said) -> bool:
        """Whether a number is probably recorded for an owner of that name."""
        wanted = hash64(key, said) >> (_HASH_BITS - self.bits)
        at = bisect_left(self.fingerprints, wanted)
        return at < len(self.fingerprints) and self.fingerprints[at] == wanted


def hash64(key: bytes, said: Said) -> int:
    """The 64 bits that a fingerprint is the beginning of: 11 of the name, 53 of the number with the name."""
    name = int.from_bytes(hmac.digest(key, f"name:{said.heard}".encode(), "sha256")[:8])
    number = int.from_bytes(hmac.digest(key, f"{said.kind}:{said.digits}:{said.heard}".encode(), "sha256")[:8])
    return name >> _NUMBER_HASH_BITS << _NUMBER_HASH_BITS | number >> NAME_BITS


def bits_for(count: int) -> int:
    """How long fingerprints are in a filter of so many numbers."""
    return NAME_BITS + max(FEWEST_NUMBER_BITS, (count // NUMBERS_PER_HIT).bit_length() - 1)


def filter_of(hashes: Iterable[int]) -> KnownFilter:
    """The filter of these 64-bit hashes."""
    known = set(hashes)
    bits = bits_for(len(known))
    return KnownFilter(bits, sorted({each >> (_HASH_BITS - bits) for each in known}))


def write(key: bytes, known: KnownFilter) -> bytes:
    """The bytes of a filter."""
    gaps = [after - before - 1 for before, after in zip((-1, *known.fingerprints), known.fingerprints, strict=False)]
    rice = max(0, (sum(gaps) // max(1, len(gaps))).bit_length() - 1)
    return MAGIC + bytes([known.bits, rice]) + len(gaps).to_bytes(4) + key + _coded(gaps, rice)


def _coded(gaps: Sequence[int], rice: int) -> bytes:
    """Of each gap the quotient by 2^rice in ones, a zero, the remainder in `rice` bits; zeros fill the last byte."""
    low = (1 << rice) - 1
    bits = "".join("1" * (gap >> rice) + "0" + (format(gap & low, f"0{rice}b") if rice else "") for gap in gaps)
    bits += "0" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8) if bits else b""
