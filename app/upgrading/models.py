"""The progress of each step that fills in data."""

from datetime import datetime

from sqlalchemy import BigInteger, text

from app.core.column_types import CODE, MOMENT
from app.core.distribution import LOCAL
from app.core.schema import SQLModel, key, optional, required


class DataStep(SQLModel, table=True):
    """One step of an upgrade over the data that was there before; `after` is the key up to which it is done."""

    __tablename__ = "data_step"
    __distribution__ = LOCAL

    name: str = key(CODE)
    after: str | None = optional(CODE)
    filled: int = required(BigInteger, server_default=text("0"))
    left_out: int = required(BigInteger, server_default=text("0"))
    finished_at: datetime | None = optional(MOMENT)
