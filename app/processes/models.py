"""What passes: these tables are not logged. A crash or a failover empties them, as a restart empties a memory."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index

from app.core.column_types import AMOUNT, COUNT, DIGEST, KEY, MOMENT
from app.core.distribution import LOCAL
from app.core.schema import SQLModel, key, required

NOT_LOGGED = {"prefixes": ["UNLOGGED"]}


class ServerProcess(SQLModel, table=True):
    """A server process, and when it was heard of last, by the clock of the database; see `lives.py`."""

    __tablename__ = "server_process"
    __distribution__ = LOCAL
    __table_args__ = (Index(None, "seen_at"), NOT_LOGGED)

    id: UUID = key(KEY)
    seen_at: datetime = required(MOMENT)


class RateCount(SQLModel, table=True):
    """How many requests the processes let through in a window of the clock, and in the one before; see `rates.py`.

    `key` is a keyed digest of the account or the address, so that the table reveals neither.
    """

    __tablename__ = "rate_count"
    __distribution__ = LOCAL
    __table_args__ = (Index(None, "ends_at"), NOT_LOGGED)

    key: bytes = key(DIGEST)
    period: int = required(COUNT)  # seconds of a window
    most: int = required(COUNT)  # requests of a window
    opened: int = required(AMOUNT)  # the number of the window since 1970
    hits: int = required(COUNT)
    hits_before: int = required(COUNT)  # in the window before
    granted: int = required(COUNT)  # to the process that asked last
    ends_at: datetime = required(MOMENT)  # when the row is worth nothing
