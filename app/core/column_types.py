"""The types that columns have, by what they hold in this domain.

PostgreSQL is the only dialect, so its own types are used where they fit.
"""

from sqlalchemy import BigInteger, Boolean, Date, DateTime, Float, Integer, SmallInteger, Text
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA, JSONB, UUID

__all__ = [
    "AMOUNT",
    "ARRAY",
    "CODE",
    "COUNT",
    "DAY",
    "DIGEST",
    "FLAG",
    "JSON",
    "KEY",
    "MOMENT",
    "REAL",
    "SEALED",
    "SMALL",
    "TEXT",
]

CODE = Text(collation="C")
"""A code that is compared byte by byte, so that `code LIKE '16.01.%'` can walk the index."""

KEY = UUID(as_uuid=True)
MOMENT = DateTime(timezone=True)
DAY = Date()
TEXT = Text()
FLAG = Boolean()
SMALL = SmallInteger()
COUNT = Integer()
AMOUNT = BigInteger()
REAL = Float(53)
DIGEST = BYTEA()
"""A keyed digest of a number that identifies a business; see `core/sealing.py`."""

SEALED = BYTEA()
"""Answers that only a key of the ring opens; see `core/sealing.py`."""

JSON = JSONB()
