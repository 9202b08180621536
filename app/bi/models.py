"""Who reads the views of the schema `bi`."""

from datetime import datetime

from app.core.column_types import CODE, MOMENT
from app.core.distribution import LOCAL
from app.core.schema import SQLModel, key, required


class SqlReader(SQLModel, table=True):
    """A login to PostgreSQL that sees a region, and all below it, in the views, until a moment.

    The views look here for the login that asks: without its row it sees nothing, whatever else it may do.
    """

    __tablename__ = "sql_reader"
    __distribution__ = LOCAL

    login: str = key(CODE)
    region_code: str = required(CODE)
    ends_at: datetime = required(MOMENT)
    made_at: datetime = required(MOMENT)
