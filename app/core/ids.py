"""Ids, as asyncpg has them: it parses, hashes and sends its own kind of UUID several times faster than Python's."""

from uuid import UUID

import uuid_utils
from asyncpg.pgproto import pgproto


def new_id() -> UUID:
    """A fresh UUIDv7 (RFC 9562): later ids sort after earlier ones, so that indexes grow at their end."""
    made: UUID = pgproto.UUID(uuid_utils.uuid7().bytes)
    return made


def id_from_text(text: str) -> UUID:
    """The id in the text.

    Raises:
        ValueError: there is none.
    """
    found: UUID = pgproto.UUID(text)
    return found
