"""Ids of entries: made of what they stand for, so that the same list, or the same business, makes the same. Pure."""

from uuid import UUID

from app.core.ids import id_from_text


def as_id(digest: bytes) -> UUID:
    """A digest of 16 bytes as an id (UUIDv8, RFC 9562)."""
    bits = bytearray(digest)
    bits[6], bits[8] = bits[6] & 0x0F | 0x80, bits[8] & 0x3F | 0x80
    return id_from_text(bits.hex())
