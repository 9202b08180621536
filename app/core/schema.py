"""What every table has in common: constraint names, the column types of the domain, and how columns are written.

Tables are SQLModel classes in the `models.py` of the package that owns them; they change only by Alembic
migrations. PostgreSQL is the only dialect, so its own types are used where they fit.
"""

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, Float, Integer, SmallInteger, Text
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA, JSONB, UUID
from sqlmodel import Field, SQLModel

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
    "SQLModel",
    "key",
    "optional",
    "required",
]

# Alembic and the translation of constraint violations both need names that never change by themselves.
SQLModel.metadata.naming_convention = {
    "pk": "%(table_name)s_pkey",
    "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "ix": "%(table_name)s_%(column_0_N_name)s_idx",
    "ck": "%(table_name)s_%(constraint_name)s_check",
}

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


def key(sa_type: Any, *args: Any, **kwargs: Any) -> Any:
    """A column of the primary key."""
    return Field(sa_column=Column(sa_type, *args, primary_key=True, **{"autoincrement": False, **kwargs}))


def required(sa_type: Any, *args: Any, **kwargs: Any) -> Any:
    """A column that is never null."""
    return Field(sa_column=Column(sa_type, *args, nullable=False, **kwargs))


def optional(sa_type: Any, *args: Any, **kwargs: Any) -> Any:
    """A column that may be null, and is unless said otherwise."""
    return Field(default=None, sa_column=Column(sa_type, *args, nullable=True, **kwargs))
