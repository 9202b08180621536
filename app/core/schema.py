"""What every table has in common: constraint names, and how columns are written (`column_types.py` has their types).

Tables are SQLModel classes in the `models.py` of the package that owns them; they change only by Alembic
migrations.
"""

from typing import Any

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

__all__ = ["SQLModel", "key", "optional", "required"]

# Alembic and the translation of constraint violations both need names that never change by themselves.
SQLModel.metadata.naming_convention = {
    "pk": "%(table_name)s_pkey",
    "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "ix": "%(table_name)s_%(column_0_N_name)s_idx",
    "ck": "%(table_name)s_%(constraint_name)s_check",
}


def key(sa_type: Any, *args: Any, **kwargs: Any) -> Any:
    """A column of the primary key."""
    return Field(sa_column=Column(sa_type, *args, primary_key=True, **{"autoincrement": False, **kwargs}))


def required(sa_type: Any, *args: Any, **kwargs: Any) -> Any:
    """A column that is never null."""
    return Field(sa_column=Column(sa_type, *args, nullable=False, **kwargs))


def optional(sa_type: Any, *args: Any, **kwargs: Any) -> Any:
    """A column that may be null, and is unless said otherwise."""
    return Field(default=None, sa_column=Column(sa_type, *args, nullable=True, **kwargs))
