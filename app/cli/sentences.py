"""The sentence and the exit code that an exception is shown as. It holds no text that may contain what is stored."""

from collections.abc import Callable
from typing import Any

import asyncpg
import typer
from alembic.util import CommandError
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError
from typer.exceptions import TyperException

from app.backup.folder import BackupError
from app.cli.exits import FAULT, MISUSED, NOT_STARTED, STOPPED, Fault, NotStartedError
from app.core.bulk import Faulty
from app.core.keys import KeyFileError
from app.core.nearest import looks_like_a_name, nearest
from app.core.outages import why_broken_off
from app.core.problems import Problem
from app.core.sealing import UnsealError
from app.core.settings import SettingsError
from app.regions.loading import RegionListError

_NOT_SET_UP = "the database is not set up, or is of another release. Run `kumkm migrate` first"
_NUMBERS: dict[Any, str] = {int: "a whole number", float: "a number"}
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


def _of_use(exc: TyperException) -> Fault:
    if isinstance(exc, typer.Abort):
        return Fault("stopped", STOPPED)
    sentence = _of_value(exc) or getattr(exc, "format_message", lambda: str(exc))()
    sentence = sentence or "Say which of these commands"  # where the help was shown
    context = getattr(exc, "ctx", None)
    hint = f" See `{context.command_path} --help`." if context is not None else ""
    end = "" if sentence.endswith("?") else "."
    return Fault(f"{sentence.rstrip('.')}{end}{hint}", getattr(exc, "exit_code", MISUSED))


def _of_value(exc: TyperException) -> str | None:
    """What a choice or a number may be; None where something else is wrong."""
    param: Any = getattr(exc, "param", None)
    typed = exc.__cause__
    described = getattr(param, "type_descriptor", None)
    if described is None or not isinstance(typed, ValidationError):
        return None
    name = "/".join(param.opts) if param.opts[0].startswith("-") else param.name.upper()
    kind = described.annotation.__args__[0] if described.is_list else described.annotation
    if described.choices is not None:
        known = [str(getattr(each, "value", each)) for each in described.choices]
        value = str(typed.errors()[0]["input"])
        meant = nearest(value, known) if looks_like_a_name(value) else None
        return f"{name} is one of {', '.join(known)}" + (f"; did you mean {meant}?" if meant else "")
    if kind in _NUMBERS:
        return f"{name} is {_NUMBERS[kind]}{_bounds(described.parameter_info.min, described.parameter_info.max)}"
    return None


def _bounds(least: float | None, most: float | None) -> str:
    if least is not None and most is not None:
        return f" from {least:,} to {most:,}"
    return f" of at least {least:,}" if least is not None else f" of at most {most:,}" if most is not None else ""


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
    (TyperException, _of_use),
    (_IN_WORDS, lambda exc: Fault(str(exc))),
    ((asyncpg.PostgresError, asyncpg.InterfaceError), _of_database),
    ((Problem, Faulty, ValidationError), lambda exc: Fault(_of_fields(exc))),
    (UnsealError, lambda _: Fault("something is sealed under a key that is not in KUMKM_SEALING_KEYS. Put it back")),
    (UnicodeError, lambda _: Fault("what was given is not UTF-8 text")),
    (OSError, _of_file),
)
