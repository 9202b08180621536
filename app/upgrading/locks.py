"""What a statement of a migration locks, and whom it lets wait. Pure; for the kinds of statements that migrations have.

Source of the lock modes: PostgreSQL's manual, "Explicit Locking" and each statement's own page. A test runs every kind
on a real server and compares what it then holds.
"""

import re
from enum import StrEnum, unique
from typing import NamedTuple


@unique
class Wait(StrEnum):
    """Who waits, and for how long."""

    NOBODY = "nobody waits"
    A_MOMENT = "everybody waits a moment"
    ITSELF = "nobody waits; it waits for the transactions that are open, and fails after five seconds"
    WRITERS_ALL_ROWS = "writers wait while all rows are read"
    EVERYBODY_ALL_ROWS = "everybody waits while all rows are read or written"
    ROWS = "who writes the same rows waits"
    UNKNOWN = "not known: read the statement"


class Lock(NamedTuple):
    """The lock on a table: its name as PostgreSQL gives it, None without one; and who waits."""

    table: str | None
    mode: str | None
    wait: Wait


_NAME = r"(?:ONLY\s+)?(?:IF\s+(?:NOT\s+)?EXISTS\s+)?(?:public\.)?\"?(?P<table>\w+)\"?"
_EXCLUSIVE, _SHARE, _UPDATE_EXCLUSIVE = "AccessExclusiveLock", "ShareLock", "ShareUpdateExclusiveLock"
_SHARE_ROW_EXCLUSIVE = "ShareRowExclusiveLock"
_ADDED_WITH_VALUES = r"DEFAULT\s+(?:gen_random_uuid|clock_timestamp|random|timeofday|nextval)|GENERATED\s+ALWAYS"

# The first that fits decides.
_KINDS: tuple[tuple[str, str | None, Wait], ...] = (
    (rf"CREATE\s+(?:UNIQUE\s+)?INDEX\s+CONCURRENTLY\b.*?\sON\s+{_NAME}", _UPDATE_EXCLUSIVE, Wait.ITSELF),
    (r"(?:DROP|REINDEX)\s+INDEX\s+CONCURRENTLY\b", _UPDATE_EXCLUSIVE, Wait.ITSELF),
    (rf"CREATE\s+(?:UNIQUE\s+)?INDEX\b.*?\sON\s+{_NAME}", _SHARE, Wait.WRITERS_ALL_ROWS),
    (r"DROP\s+INDEX\b", _EXCLUSIVE, Wait.A_MOMENT),
    (rf"CREATE\s+(?:UNLOGGED\s+)?TABLE\b.*?\bREFERENCES\s+{_NAME}", _SHARE_ROW_EXCLUSIVE, Wait.A_MOMENT),
    (rf"CREATE\s+(?:UNLOGGED\s+)?TABLE\s+{_NAME}", None, Wait.NOBODY),
    (rf"DROP\s+TABLE\s+{_NAME}", _EXCLUSIVE, Wait.A_MOMENT),
    (rf"ALTER\s+TABLE\s+{_NAME}\s+VALIDATE\s+CONSTRAINT\b", _UPDATE_EXCLUSIVE, Wait.NOBODY),
    (rf"ALTER\s+TABLE\s+{_NAME}\s+ADD\s+CONSTRAINT\b.*\bUSING\s+INDEX\b", _EXCLUSIVE, Wait.A_MOMENT),
    (
        rf"ALTER\s+TABLE\s+{_NAME}\s+ADD\s+(?:CONSTRAINT\s+\S+\s+)?FOREIGN\s+KEY\b.*\bNOT\s+VALID\b",
        _SHARE_ROW_EXCLUSIVE,
        Wait.A_MOMENT,
    ),
    (
        rf"ALTER\s+TABLE\s+{_NAME}\s+ADD\s+(?:CONSTRAINT\s+\S+\s+)?FOREIGN\s+KEY\b",
        _SHARE_ROW_EXCLUSIVE,
        Wait.WRITERS_ALL_ROWS,
    ),
    (rf"ALTER\s+TABLE\s+{_NAME}\s+ADD\s+CONSTRAINT\b.*\bNOT\s+VALID\b", _EXCLUSIVE, Wait.A_MOMENT),
    (rf"ALTER\s+TABLE\s+{_NAME}\s+ADD\s+(?:CONSTRAINT|PRIMARY|UNIQUE|CHECK)\b", _EXCLUSIVE, Wait.EVERYBODY_ALL_ROWS),
    (rf"ALTER\s+TABLE\s+{_NAME}\s+ADD\b.*(?:{_ADDED_WITH_VALUES})", _EXCLUSIVE, Wait.EVERYBODY_ALL_ROWS),
    (rf"ALTER\s+TABLE\s+{_NAME}\s+ADD\b", _EXCLUSIVE, Wait.A_MOMENT),
    (rf"ALTER\s+TABLE\s+{_NAME}\s+ALTER\b.*\bTYPE\b", _EXCLUSIVE, Wait.EVERYBODY_ALL_ROWS),
    (rf"ALTER\s+TABLE\s+{_NAME}\s+ALTER\b.*\bSET\s+NOT\s+NULL\b", _EXCLUSIVE, Wait.EVERYBODY_ALL_ROWS),
    (rf"ALTER\s+TABLE\s+{_NAME}\s+(?:ALTER\b.*\b(?:DEFAULT|DROP)|DROP|RENAME)\b", _EXCLUSIVE, Wait.A_MOMENT),
    (r"CREATE\s+(?:OR\s+REPLACE\s+)?(?:FUNCTION|EXTENSION)\b", None, Wait.NOBODY),
    (rf"CREATE\s+TRIGGER\b.*?\sON\s+{_NAME}", _SHARE_ROW_EXCLUSIVE, Wait.A_MOMENT),
    (rf"DROP\s+TRIGGER\b.*?\sON\s+{_NAME}", _EXCLUSIVE, Wait.A_MOMENT),
    (rf"COMMENT\s+ON\s+(?:TABLE|COLUMN)\s+{_NAME}", _UPDATE_EXCLUSIVE, Wait.NOBODY),
    (rf"(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+{_NAME}", "RowExclusiveLock", Wait.ROWS),
    (rf"(?:GRANT|REVOKE)\b.*\sON\s+(?:TABLE\s+)?{_NAME}", None, Wait.NOBODY),
)
_COMPILED = [(re.compile(pattern, re.IGNORECASE | re.DOTALL), mode, wait) for pattern, mode, wait in _KINDS]


def lock_of(statement: str) -> Lock:
    """What a statement locks."""
    for pattern, mode, wait in _COMPILED:
        if found := pattern.match(statement.strip()):
            return Lock(found.groupdict().get("table"), mode, wait)
    return Lock(None, None, Wait.UNKNOWN)
