"""The known-identities filter: whether a number is probably recorded already, asked at the doorstep without a signal.

The bytes are described in `openapi/README.md`, "The known-identities filter".
"""

import hmac
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from kumkm_tablet.heard import heard_name

_MAGIC = b"KUMKM-KI\x02"
_HEADER = 47
_KEY = 32
_NAME_BITS = 11
_MOST_BITS = 64


class NotAFilter(ValueError):
    """The bytes are not a filter of the known version."""


@dataclass(frozen=True)
class Known:
    """Fingerprints of `bits` bits, sorted."""

    bits: int
    key: bytes
    fingerprints: tuple[int, ...]

    @classmethod
    def read(cls, data: bytes) -> Self:
        """The filter in the bytes.

        Raises:
            NotAFilter: they are none.
        """
        if len(data) < _HEADER or not data.startswith(_MAGIC) or not _NAME_BITS <= data[9] <= _MOST_BITS:
            raise NotAFilter("not a known-identities filter")
        bits, rice = data[9:11]
        count = int.from_bytes(data[11:15], "big")
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
        return cls(bits, data[15:_HEADER], tuple(fingerprints))

    def kept(self) -> bytes:
        """The filter as a tablet keeps it: plain, so that it is quick to ask."""
        return bytes([self.bits]) + self.key + b"".join(each.to_bytes(8, "big") for each in self.fingerprints)

    @classmethod
    def opened(cls, kept: bytes) -> Self:
        """The filter from the bytes that `kept` made."""
        places = range(1 + _KEY, len(kept), 8)
        fingerprints = tuple(int.from_bytes(kept[at : at + 8], "big") for at in places)
        return cls(kept[0], kept[1 : 1 + _KEY], fingerprints)

    def has(self, kind: str, digits: str, name: str) -> bool:
        """Whether the number is probably recorded for an owner of that name; never without a name.

        It misses recorded numbers whose name was written so that it is heard otherwise. Of the owners who are not
        recorded, one or two in a hundred get a warning.
        """
        heard = heard_name(name)
        if not heard:
            return False
        of_name, of_number = self._hash(f"name:{heard}"), self._hash(f"{kind}:{digits}:{heard}")
        number_bits = self.bits - _NAME_BITS
        wanted = of_name >> (64 - _NAME_BITS) << number_bits | of_number >> (64 - number_bits)
        at = bisect_left(self.fingerprints, wanted)
        return at < len(self.fingerprints) and self.fingerprints[at] == wanted

    def _hash(self, text: str) -> int:
        return int.from_bytes(hmac.digest(self.key, text.encode(), "sha256")[:8], "big")


def name_in(answers: Mapping[str, Any]) -> str:
    """The name that the numbers in the answers are bound to: the owner's, or else that of the business."""
    owner = answers.get("owner")
    told = (owner.get("name") if isinstance(owner, Mapping) else None), answers.get("legal_name")
    return next((name for name in told if isinstance(name, str) and heard_name(name)), "")
