"""Sealing of personal data and the keyed digests by which sealed numbers are still matched.

Sealed values are AES-256-GCM under a key of the ring: one byte with the key's number, twelve of nonce, then the
ciphertext. They are authenticated together with the id of the row they belong to, so that a sealed value moved to
another row does not open. Digests are HMAC-SHA-256 under a key of their own, cut to 128 bits (RFC 2104, section 5):
a plain hash of a NIK is found in minutes, since there are few NIKs.
"""

import hmac
import math
import os
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.core.keys import KEY_BYTES

_NONCE = 12
_DIGEST = 16


class UnsealError(Exception):
    """The value was not sealed by a key of this ring, or not for this row."""


def fingerprint(key: bytes) -> bytes:
    """A name for a key that does not reveal it: 8 bytes."""
    return hmac.digest(key, b"which key", "sha256")[:8]


class KeyRing:
    """Keys for sealing, by number (1 to 255). New values are sealed under the last one whose time has come."""

    def __init__(self, keys: Mapping[int, bytes], starts: Mapping[int, datetime] | None = None) -> None:
        """`starts`: from when each key is used; without it the highest number is."""
        if not keys:
            raise ValueError("a key ring needs a key")
        if any(len(key) != KEY_BYTES for key in keys.values()):
            raise ValueError(f"a sealing key has {KEY_BYTES} bytes")
        self._ciphers = {number: AESGCM(key) for number, key in keys.items()}
        self._starts = {number: start.timestamp() for number, start in sorted((starts or {}).items()) if start.year > 1}
        self._choose()

    @property
    def numbers(self) -> frozenset[int]:
        """The numbers of its keys."""
        return frozenset(self._ciphers)

    def _choose(self) -> None:
        now = time.time()
        begun = [number for number in self._ciphers if self._starts.get(number, now) <= now]
        self.number = max(begun, default=min(self._ciphers))
        self._prefix = bytes([self.number])
        self._current = self._ciphers[self.number]
        self._until = min((start for start in self._starts.values() if start > now), default=math.inf)

    def seal(self, plain: bytes, bound_to: bytes) -> bytes:
        """Seal `plain`; it opens only with the same `bound_to`, the id of its row."""
        if time.time() >= self._until:
            self._choose()
        nonce = os.urandom(_NONCE)
        return self._prefix + nonce + self._current.encrypt(nonce, plain, bound_to)

    def unseal(self, sealed: bytes, bound_to: bytes) -> bytes:
        """Open what `seal` made.

        Raises:
            UnsealError: the key is not in the ring, the value was changed, or it belongs to another row.
        """
        cipher = self._ciphers.get(sealed[0]) if sealed else None
        if cipher is None:
            raise UnsealError
        try:
            return cipher.decrypt(sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :], bound_to)
        except (InvalidTag, ValueError) as exc:  # ValueError: cut off before its nonce ends
            raise UnsealError from exc


class Digester:
    """Turns numbers that identify a person into digests that can be compared without revealing the number."""

    def __init__(self, key: bytes, numbers: Sequence[bytes] = ()) -> None:
        """`numbers`: the keys of numbers, the newest last, where they are not under `key` as all the rest."""
        self._numbers = tuple(numbers) or (key,)
        if any(len(each) != KEY_BYTES for each in (key, *self._numbers)):
            raise ValueError(f"a digest key has {KEY_BYTES} bytes")
        self._key = key
        # Begun once and copied, since a batch makes hundreds of them.
        self._begun = [hmac.new(each, digestmod="sha256") for each in self._numbers]
        self._of_content = hmac.new(key, b"content:", "sha256")
        self.fingerprints = tuple(map(fingerprint, self._numbers))
        """A name for the key of numbers that does not reveal it."""

    def fingerprints_include(self, others: Iterable[bytes]) -> bool:
        """Whether these keys, by their fingerprints, are among its keys of numbers."""
        return set(others).issubset(self.fingerprints)

    def digest(self, kind: str, digits: str) -> bytes:
        """The digest of a number of a kind: the same digits of another kind digest to something else."""
        return self.digests(kind, digits)[0]

    def digests(self, kind: str, digits: str) -> list[bytes]:
        """Its digests under every key of numbers, the newest last. There are two while the key changes."""
        text = f"{kind}:{digits}".encode()
        return [_ended(each, text) for each in self._begun]

    def counter(self, kind: str, text: str) -> bytes:
        """The key by which sign-in attempts are counted; it does not change with the key of numbers."""
        return hmac.digest(self._key, f"{kind}:{text}".encode(), "sha256")[:_DIGEST]

    def token(self, text: str) -> str:
        """A token derived from a text with the key: URL-safe, 32 bytes of randomness."""
        return urlsafe_b64encode(hmac.digest(self._key, b"token:" + text.encode(), "sha256")).rstrip(b"=").decode()

    def content(self, sha256: bytes) -> bytes:
        """The digest of an item's content, made of its SHA-256, which is what a tablet can send.

        Kept plain, the SHA-256 would give away the NIK of an item whose other answers are open: there are few NIKs
        to try.
        """
        return _ended(self._of_content, sha256)


def _ended(begun: hmac.HMAC, text: bytes) -> bytes:
    digest = begun.copy()
    digest.update(text)
    return digest.digest()[:_DIGEST]
