"""The outline of all commands: what their help and the completion of a shell tell, without loading them.

`commands.json` is written from the commands by `kumkm openapi`; tests compare it with them. A command that is to run is
always the real one.
"""

import inspect
import json
from collections.abc import Callable, Iterable, Mapping
from enum import Enum, StrEnum
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer
from typer._coercion import RuntimeParam
from typer.core import TyperArgument, TyperCommand, TyperGroup
from typer.main import get_command
from typer.models import OptionInfo

FILE = Path(__file__).with_name("commands.json")

Outline = Mapping[str, Any]
"""Of a group: help, epilog and the outlines of its commands by name; of a command: help, epilog and its parameters."""

_TYPES: Mapping[str, Any] = {"str": str, "int": int, "float": float, "bool": bool, "Path": Path, "UUID": UUID}
_USUAL = OptionInfo()
_FIELDS = ("help", "min", "max", "envvar", "show_default", "metavar", "exists", "file_okay", "dir_okay")


def outline_of(command: Any) -> Outline:
    """The outline of a command or group that is loaded."""
    outline = {"help": command.help, "epilog": command.epilog}
    if isinstance(command, TyperGroup):
        return outline | {"commands": {name: outline_of(each) for name, each in command.commands.items()}}
    return outline | {"params": [_param_of(each) for each in command.params if each.name != "help"]}


def text_of(commands: Mapping[str, Any]) -> str:
    """The file: the outlines of these commands by name."""
    return json.dumps({name: outline_of(each) for name, each in commands.items()}, indent=1, ensure_ascii=False) + "\n"


def read_outlines() -> Mapping[str, Outline]:
    """The outlines of all commands; none while the file is being made, and then every command is loaded."""
    try:
        outlines: Mapping[str, Outline] = json.loads(FILE.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return outlines


def shown_by(outline: Outline, name: str, load: Callable[[], Any]) -> Any:
    """A command or group that tells about itself by its outline; `load` gives the real one."""
    if "commands" in outline:
        children = {
            child: shown_by(each, child, lambda child=child: load().commands[child])  # type: ignore[misc]  # mypy does not see the default
            for child, each in outline["commands"].items()
        }
        return _ShownGroup(
            name=name, commands=children, help=outline["help"], epilog=outline["epilog"], no_args_is_help=True
        )
    made = typer.Typer(add_completion=False)
    made.command(name, cls=_Shown, help=outline["help"], epilog=outline["epilog"])(_signed(outline["params"]))
    command: Any = get_command(made)
    command.load = load
    return command


class _ShownGroup(TyperGroup):
    """A group of such commands."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        take_as_typed(self.get_params(ctx))
        return super().parse_args(ctx, args)


class _Shown(TyperCommand):
    """A command that shows its help and its completions, and hands over to the real one for all else."""

    load: Callable[[], Any]

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        take_as_typed(self.get_params(ctx))
        return super().parse_args(ctx, args)

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        typed = list(args)
        context = super().make_context(info_name, args, parent, **extra)  # ends here where `--help` is an option
        return context if context.resilient_parsing else self.load().make_context(info_name, typed, parent, **extra)


def take_as_typed(params: Iterable[Any]) -> None:
    """Leave values as they are: flags, and what is typed before a completion. To judge them, typer loads pydantic."""
    for each in params:
        each._runtime_param = _AS_TYPED  # noqa: SLF001  (typer has no other way)


class _AsTyped(RuntimeParam):
    def _coerce_value(self, value: Any, param: Any, ctx: Any) -> Any:  # noqa: ARG002  (as typer calls it)
        return value


_AS_TYPED = _AsTyped(parameter_info=_USUAL, annotation=str)


def _param_of(param: Any) -> dict[str, Any]:
    described, info = param.type_descriptor, param.type_descriptor.parameter_info
    kind = described.annotation
    fields: dict[str, Any] = {
        "name": param.name,
        "type": getattr(kind.__args__[0] if described.is_list else kind, "__name__", "str"),
        "list": described.is_list,
        "required": param.required,
    }
    if described.choices is not None:
        fields |= {"type": "str", "choices": [getattr(each, "value", each) for each in described.choices]}
    if not param.required and not callable(param.default):
        fields["default"] = _plain(param.default)
    if isinstance(param, TyperArgument):
        fields["argument"] = True
    else:
        fields["opts"] = ["/".join((*param.opts[:1], *param.secondary_opts[:1])), *param.opts[1:]]
    return fields | {key: value for key in _FIELDS if (value := getattr(info, key)) != getattr(_USUAL, key)}


def _plain(value: Any) -> Any:
    value = value.value if isinstance(value, Enum) else value
    return str(value) if isinstance(value, Path) else value


def _signed(params: list[dict[str, Any]]) -> Callable[..., None]:
    """A function that does nothing, with the parameters of a command."""

    def nothing(**_: Any) -> None:
        """The real command is called instead."""

    signature = [_parameter(each) for each in params]
    nothing.__signature__ = inspect.Signature(signature)  # type: ignore[attr-defined]  # as `inspect` reads it
    nothing.__annotations__ = {each.name: each.annotation for each in signature}
    return nothing


def _parameter(fields: dict[str, Any]) -> inspect.Parameter:
    choices = fields.get("choices")
    kind: Any = _TYPES[fields["type"]] if choices is None else StrEnum("Choice", {each: each for each in choices})
    kind = list[kind] if fields["list"] else kind
    how = {key: fields[key] for key in _FIELDS if key in fields}
    info = typer.Argument(**how) if fields.get("argument") else typer.Option(*fields["opts"], **how)
    default = fields.get("default")
    if isinstance(default, str) and kind is Path:
        default = Path(default)
    if default is None and not fields["required"]:
        kind = kind | None
    return inspect.Parameter(
        fields["name"],
        inspect.Parameter.KEYWORD_ONLY,
        annotation=Annotated[kind, info],
        default=inspect.Parameter.empty if fields["required"] else default,
    )
