"""Why the database is not available: one word for the log and `/readyz`, one sentence for the command line.

Pure. An exception's own text is shown nowhere: it may contain an address, a name, or data of a request.
"""

from enum import Enum

import asyncpg


class Cause(Enum):
    """Why something cannot be used: a word, and a sentence."""

    @property
    def code(self) -> str:
        """The stable word: the member's name in lower case."""
        return self.name.lower()


class Outage(Cause):
    """Every reason why the database cannot be used. Each can end without a restart of the server."""

    UNREACHABLE = "nothing answers at its address"
    LOGIN_REFUSED = "it refuses the login: the name, the password or its pg_hba.conf"
    NO_SUCH_DATABASE = "the server answers, but has no database of that name"
    STARTING = "it is starting or stopping"
    STOPPED = "it was stopped in the middle of the work"
    CUT = "the connection was cut in the middle of the work"
    FULL = "it takes no more connections"
    DISK_FULL = "its disk is full"
    OUT_OF_MEMORY = "it is out of memory"
    READ_ONLY = "it only reads: a standby, or set so"
    POOLED = (
        "a pooler such as PgBouncer answers there, and the server needs sessions of its own (settings, prepared"
        " statements, locks): name PostgreSQL itself in DATABASE_URL, several machines by commas; KUMKM_POOL_SIZE"
        " bounds the connections"
    )
    TWO_PRIMARIES = (
        "several machines of its address take writes, and which one is the primary is not certain, or it does not"
        " answer: switch off the wrong one, and restart this server if that was the one promoted last"
    )
    NOT_MIGRATED = "its tables were never made: run `kumkm migrate`"
    OLDER_SCHEMA = "its tables are of an older release: run `kumkm migrate`"
    NEWER_SCHEMA = "its tables are of a newer release, with which this server cannot work"
    UNFIT = "its login or its content is not what a server may work with; see the log"


ENDED = (Outage.STOPPED, Outage.CUT)
"""The end of a connection, whether asyncpg has seen that or not."""


class PoolerError(asyncpg.InterfaceError):
    """A pooler answers in the place of PostgreSQL."""

    def __init__(self) -> None:
        super().__init__(Outage.POOLED.value)


class TwoPrimariesError(asyncpg.InterfaceError):
    """Machines of an address take writes, and none of them is certainly the primary."""

    def __init__(self) -> None:
        super().__init__(Outage.TWO_PRIMARIES.value)


_BY_ERROR: tuple[tuple[tuple[type[BaseException], ...], Outage], ...] = (
    ((asyncpg.InvalidAuthorizationSpecificationError,), Outage.LOGIN_REFUSED),
    ((asyncpg.InvalidCatalogNameError, asyncpg.DatabaseDroppedError), Outage.NO_SUCH_DATABASE),
    ((asyncpg.CannotConnectNowError,), Outage.STARTING),
    ((asyncpg.AdminShutdownError, asyncpg.CrashShutdownError), Outage.STOPPED),
    ((asyncpg.TooManyConnectionsError,), Outage.FULL),
    ((asyncpg.DiskFullError,), Outage.DISK_FULL),
    ((asyncpg.OutOfMemoryError,), Outage.OUT_OF_MEMORY),
    ((asyncpg.ReadOnlySQLTransactionError, asyncpg.TargetServerAttributeNotMatched), Outage.READ_ONLY),
    ((PoolerError,), Outage.POOLED),
    ((TwoPrimariesError,), Outage.TWO_PRIMARIES),
    ((asyncpg.IdleSessionTimeoutError, asyncpg.IdleInTransactionSessionTimeoutError), Outage.CUT),
)
WRONG_TABLES = (
    asyncpg.UndefinedTableError,
    asyncpg.UndefinedColumnError,
    asyncpg.UndefinedFunctionError,
    asyncpg.InsufficientPrivilegeError,
)
"""What a query of this release meets in a database of another."""


def why_not_connected(exc: BaseException) -> Outage | None:
    """Why there is no connection; None for what does not come of the database."""
    reason = why_broken_off(exc)
    if reason is None and isinstance(exc, (OSError, asyncpg.InterfaceError)):
        return Outage.UNREACHABLE
    return Outage.UNREACHABLE if reason is Outage.CUT else reason


def why_broken_off(exc: BaseException) -> Outage | None:
    """Why work on a connection failed; None if the database is not the reason."""
    for errors, reason in _BY_ERROR:
        if isinstance(exc, errors):
            return reason
    if isinstance(exc, asyncpg.OutdatedSchemaCacheError):
        return None
    # The last of them: the server's farewell came while the driver was about to ask.
    cut = (asyncpg.PostgresConnectionError, ConnectionError, asyncpg.InternalClientError)
    return Outage.CUT if isinstance(exc, cut) else None
