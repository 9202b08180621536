"""Cursors of paged lists: opaque, signed, and good only for the list they came from.

A cursor contains the row after which the next page begins. Because of the signature, clients cannot make cursors, nor
use one for another list, where it would skip rows silently.
"""

import base64
import binascii
import hmac
from typing import Annotated, Generic, NamedTuple, Self, TypeVar
from uuid import UUID

import orjson
from pydantic import BaseModel, Field

from app.core.problems import Code, Problem

Item = TypeVar("Item")
NextCursor = Annotated[str | None, Field(description="Where the next page begins; null after the last.")]

DEFAULT_LIMIT = 100
MAX_LIMIT = 1_000

_PURPOSE = b"kumkm paging cursor, version 1"
_MAC = 16


class Paged(BaseModel, Generic[Item]):
    """A page of a list."""

    items: list[Item]
    next_cursor: NextCursor


class Cursors:
    """Writes and reads cursors under a key of their own, derived from `secret` (any key of the server's)."""

    def __init__(self, secret: bytes) -> None:
        # Another purpose, another key (HKDF-Expand of one block, RFC 5869): what is signed here is worth
        # nothing there.
        self._key = hmac.digest(secret, _PURPOSE + b"\x01", "sha256")

    def write(self, position: bytes, *bound_to: str | None) -> str:
        """The cursor that continues after `position` in the list that `bound_to` names (path and filters)."""
        return base64.urlsafe_b64encode(self._mac(position, bound_to) + position).decode().rstrip("=")

    def read(self, cursor: str, *bound_to: str | None) -> bytes:
        """The position that `write` was given for the same list.

        Raises:
            Problem: `invalid_cursor` where the cursor is not one, or comes from another list.
        """
        try:
            packed = base64.b64decode(cursor.encode() + b"=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError) as exc:
            raise Problem(Code.INVALID_CURSOR) from exc
        mac, position = packed[:_MAC], packed[_MAC:]
        if not hmac.compare_digest(mac, self._mac(position, bound_to)):
            raise Problem(Code.INVALID_CURSOR)
        return position

    def _mac(self, position: bytes, bound_to: tuple[str | None, ...]) -> bytes:
        return hmac.digest(self._key, orjson.dumps(bound_to) + b"\n" + position, "sha256")[:_MAC]


class ByRegion(NamedTuple):
    """Behind what a page by region begins: a region, and what lies there."""

    region_code: str
    id: UUID

    def pack(self) -> bytes:
        """For a cursor."""
        return self.id.bytes + self.region_code.encode()

    @classmethod
    def unpack(cls, packed: bytes) -> Self:
        """What `pack` made."""
        return cls(packed[16:].decode(), UUID(bytes=packed[:16]))
