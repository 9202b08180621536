"""The sentence that wrong use of the command line is shown as. It comes at once: nothing of the server is loaded."""

from typing import Any

import typer
from typer.exceptions import TyperException

from app.cli.exits import MISUSED, STOPPED, Fault
from app.core.nearest import looks_like_a_name, nearest

_NUMBERS: dict[Any, str] = {int: "a whole number", float: "a number"}


def fault_of_use(exc: TyperException) -> Fault:
    """The fault that wrong use is shown as."""
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
    if described is None or typed is None:
        return None
    from pydantic import ValidationError  # noqa: PLC0415  (most of what is typed wrongly does without)

    if not isinstance(typed, ValidationError):
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
