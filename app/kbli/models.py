"""KBLI, the standard classification of business activities."""

from sqlalchemy import CheckConstraint

from app.core.column_types import CODE, TEXT
from app.core.distribution import REFERENCE
from app.core.schema import SQLModel, key, optional, required


class Kbli(SQLModel, table=True):
    """One code of an edition of KBLI: a division, group, class, or five-digit code, with its category's letter."""

    __tablename__ = "kbli"
    __distribution__ = REFERENCE
    __table_args__ = (CheckConstraint("code ~ '^[0-9]{2,5}$'", name="code"),)

    version: str = key(CODE)
    code: str = key(CODE)
    title: str = required(TEXT)
    category: str | None = optional(CODE)
