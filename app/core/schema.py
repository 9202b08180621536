"""What every table has in common: constraint names, and how columns are written (`column_types.py` has their types).

Tables are SQLModel classes in the `models.py` of the package that owns them; they change only by Alembic
migrations.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Field, SQLModel

from app.core.column_types import CODE, KEY, MOMENT, SMALL, TEXT
from app.core.distribution import BY_REGENCY, LOCAL

__all__ = ["OfCampaign", "OfRegency", "SQLModel", "Undoable", "key", "optional", "required"]

# Alembic and the translation of constraint violations both need names that never change by themselves.
SQLModel.metadata.naming_convention = {
    "pk": "%(table_name)s_pkey",
    "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "ix": "%(table_name)s_%(column_0_N_name)s_idx",
    "ck": "%(table_name)s_%(constraint_name)s_check",
}


def key(sa_type: Any, *args: Any, to: str | None = None, **kwargs: Any) -> Any:
    """A column of the primary key. `to`: what it refers to, in a base, where a constraint would be of one table."""
    return Field(
        sa_type=sa_type,
        primary_key=True,
        foreign_key=to,
        sa_column_args=args,
        sa_column_kwargs={"autoincrement": False, **kwargs},
    )


def required(sa_type: Any, *args: Any, to: str | None = None, **kwargs: Any) -> Any:
    """A column that is never null; `to` as in `key`."""
    return Field(sa_type=sa_type, nullable=False, foreign_key=to, sa_column_args=args, sa_column_kwargs=kwargs)


def optional(sa_type: Any, *args: Any, **kwargs: Any) -> Any:
    """A column that may be null, and is unless said otherwise."""
    return Field(default=None, sa_type=sa_type, nullable=True, sa_column_args=args, sa_column_kwargs=kwargs)


class OfCampaign(SQLModel):
    """What is kept of a campaign, by what else its key says."""

    __distribution__ = LOCAL

    campaign_id: int = key(SMALL, to="campaign.id")


class OfRegency(SQLModel):
    """What has an id, and lies with all that its regency has: there the regency is part of the key."""

    __distribution__ = BY_REGENCY

    id: UUID = key(KEY)
    regency_code: str = key(CODE)


class Undoable(SQLModel):
    """A decision that a person can undo: who did, when, and why."""

    undone_by: UUID | None = optional(KEY)
    undone_at: datetime | None = optional(MOMENT)
    undone_because: str | None = optional(TEXT)
