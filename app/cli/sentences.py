"""The sentence and the exit code that an exception is shown as. It holds no text that may contain what is stored."""

from collections.abc import Callable
from typing import Any

import asyncpg
from alembic.util import CommandError
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError
from typer.exceptions import TyperException

from app.backup.folder import BackupError
from app.cli.exits import FAULT, NOT_STARTED, Fault, NotStartedError
from app.cli.misuse import fault_of_use
from app.core.bulk import Faulty
from app.core.keys import KeyFileError
from app.core.outages import why_broken_off
from app.core.problems import Problem
from app.core.sealing import UnsealError
from app.core.settings import SettingsError
from app.regions.loading import RegionListError

_NOT_SET_UP = "the database is not set up, or is of another release. Run `kumkm migrate` first"
_IN_WORDS = (SettingsError, KeyFileError, RegionListError, CommandError, BackupError)


def fault_of(exc: BaseException) -> Fault:
    """The fault that an exception is shown as."""
    if isinstance(exc, DBAPIError) and exc.orig is not None:  # from a migration; its text holds the statement
        return fault_of(exc.orig.__cause__ or exc.orig)
    if isinstance(exc, NotStartedError) and exc.__cause__ is not None:
        fault = fault_of(exc.__cause__)
        return fault if fault.code == FAULT else fault._replace(code=NOT_STARTED)
    for kinds, tell in _TELL:
        if isinstance(exc, kinds):
            return tell(exc)
    return Fault(f"a fault of the program ({type(exc).__name__}); KUMKM_TRACEBACK=1 shows where", FAULT)


def _of_database(exc: BaseException) -> Fault:
    if isinstance(exc, (asyncpg.UndefinedTableError, asyncpg.UndefinedColumnError)):
        return Fault(_NOT_SET_UP)
    if isinstance(exc, asyncpg.InsufficientPrivilegeError):
        return Fault(
            "this login may not do that. Set DATABASE_URL to the owner of the database for commands that look after it"
        )
    reason = why_broken_off(exc)
    if reason is not None:
        return Fault(f"PostgreSQL at DATABASE_URL: {reason.value}")
    # Its first part only: what follows may hold what is stored.
    return Fault(f"the database refused: {exc.args[0] if exc.args else type(exc).__name__}")


def _of_fields(exc: Problem | Faulty | ValidationError) -> str:
    if isinstance(exc, ValidationError):
        return "; ".join(
            f"{'.'.join(map(str, each['loc'])) or 'it'}: {each['msg']}"
            for each in exc.errors(include_input=False, include_url=False)
        )
    if isinstance(exc, Faulty):
        return "; ".join(f"{fault.field}: {fault.text.en}" for fault in exc.faults)
    return "; ".join(f"{each.pointer}: {each.text.en}" for each in exc.errors) or exc.code.value.detail.en


def _of_file(exc: Any) -> Fault:
    place = f": {exc.filename}" if exc.filename else ""
    return Fault(f"{exc.strerror or type(exc).__name__}{place}")


_TELL: tuple[tuple[Any, Callable[[Any], Fault]], ...] = (
    (TyperException, fault_of_use),
    (_IN_WORDS, lambda exc: Fault(str(exc))),
    ((asyncpg.PostgresError, asyncpg.InterfaceError), _of_database),
    ((Problem, Faulty, ValidationError), lambda exc: Fault(_of_fields(exc))),
    (UnsealError, lambda _: Fault("something is sealed under a key that is not in KUMKM_SEALING_KEYS. Put it back")),
    (UnicodeError, lambda _: Fault("what was given is not UTF-8 text")),
    (OSError, _of_file),
)
