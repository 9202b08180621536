"""The `kumkm` command: run the demo, serve, migrate, staff a census, look after keys and personal data, measure.

The module of a command is imported when the command is called: `--help`, `--version` and the completion of a shell wait
for none.
"""

import re
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Annotated, Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import TyperException
from typer.main import get_group

from app import __version__
from app.cli import faults
from app.cli.outline import read_outlines, shown_by, take_as_typed


class Place(NamedTuple):
    """Where a command is: the module, its Typer in it, and what the list of all commands says of it."""

    module: str
    typer: str
    summary: str


COMMANDS: Mapping[str, Place] = {
    "serve": Place("serve", "app", "Serve the API. Settings come from the environment; see docs/settings.md."),
    "demo": Place("server", "app", "Kabupaten OKU on the morning of 13 September 2022, on an embedded PostgreSQL."),
    "doctor": Place(
        "doctor",
        "app",
        "Check a deployment: settings, keys, database, disks, photos, web apps, and the public address.",
    ),
    "migrate": Place("server", "app", "Bring the database to the newest migration and grant the server's rights."),
    "distribute": Place(
        "server", "app", "Spread the tables over the nodes of a Citus cluster, with the rows that they have."
    ),
    "server-login": Place("server", "app", "Make the login that the server signs in to PostgreSQL with."),
    "load-reference": Place("server", "app", "Load provinces to villages, KBLI 2020 and 2025."),
    "load-neighbourhoods": Place(
        "places", "app", "Load the neighbourhoods (SLS) of villages: all of the file, or none."
    ),
    "load-boundaries": Place("boundaries", "app", "Load boundaries of regions for the map: all of the file, or none."),
    "openapi": Place("server", "app", "Write the OpenAPI documents, JSON Schemas and test vectors from the code."),
    "import": Place("people", "app", "Enter accounts, teams, members, assignments, targets or a listing from a file."),
    "listing": Place("listing", "app", "The doors that a round begins from."),
    "verification": Place("verification", "app", "Numbers that others confirm: a file for an agency, and its answers."),
    "link": Place("linkage", "app", "Look for businesses of a region that are likely one, though no number says so."),
    "account": Place("people", "account_app", "Accounts of people and systems."),
    "api-key": Place("api_keys", "app", "Read-only keys of tools that cannot do OAuth."),
    "campaign": Place("people", "campaign_app", "Census rounds."),
    "sql-readers": Place("sql_readers", "app", "Logins to PostgreSQL for analysts, who read views of their region."),
    "subject": Place("privacy", "subject_app", "The rights of a data subject (UU 27/2022)."),
    "backup": Place("backup", "backup_app", "Backups of the database, the photos and the keys."),
    "restore": Place("backup", "app", "Restore a backup, and the log after it, into a new data folder."),
    "retention": Place("privacy", "retention_app", "What is no longer to be kept."),
    "audit": Place("audit", "app", "The audit trail."),
    "keys": Place("keys", "app", "Keys for tokens and personal data."),
    "progress": Place("measure", "progress_app", "Figures of progress."),
    "bench": Place("measure", "bench_app", "Measure this machine with the project's own benchmarks."),
    "simulate": Place("measure", "app", "A fleet of reference tablets on a bad network, before a real server."),
}
"""All commands, in the order in which they are listed: what serves first, then people and data, then what measures."""


class _Commands(TyperGroup):
    """The commands of `COMMANDS`: loaded to be run, shown by their outlines in help and completion."""

    _lists = False
    _tells = False

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002  (as in the class above)
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        place = COMMANDS.get(cmd_name)
        if place is None:
            return None
        if self._lists:
            return TyperCommand(cmd_name, help=place.summary)
        shown = self._tells or (ctx is not None and ctx.resilient_parsing)
        outline = read_outlines().get(cmd_name) if shown else None
        return load(cmd_name) if outline is None else shown_by(outline, cmd_name, lambda: load(cmd_name))

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        take_as_typed(self.get_params(ctx))
        return super().parse_args(ctx, args)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        self._tells = "--help" in args or (len(args) == 1 and "commands" in read_outlines().get(args[0], {}))
        try:
            return super().resolve_command(ctx, args)
        except TyperException as exc:
            if args[0] not in COMMANDS:
                exc.message = f"{exc.message.rstrip('.')}. {_meant(args[0])}"
            raise

    def format_help(self, ctx: Any, formatter: Any) -> None:
        self._lists = True
        super().format_help(ctx, formatter)

    def shell_complete(self, ctx: Any, incomplete: str) -> Any:
        self._lists = True
        return super().shell_complete(ctx, incomplete)


def load(name: str) -> Any:
    """The command or group of that name."""
    place = COMMANDS[name]
    group = get_group(getattr(import_module(f"app.cli.{place.module}"), place.typer))
    if name in group.commands:
        return _flowing(group.commands[name])
    group.name = name
    return _flowing(group)


def _flowing(command: Any) -> Any:
    """Let the paragraphs of help flow: a line of the source is no line of a terminal."""
    if command.help:
        command.help = _BREAK.sub(" ", command.help)
    for each in getattr(command, "commands", {}).values():
        _flowing(each)
    return command


_BREAK = re.compile(r"(?<!\n) *\n *(?!\n)")


def _meant(name: str) -> str:
    from app.core.nearest import nearest  # noqa: PLC0415  (needed here only)

    known = nearest(name, [*COMMANDS])
    return f"Did you mean `{known}`?" if known else "`kumkm --help` lists all"


app = typer.Typer(
    name="kumkm",
    cls=_Commands,
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    help="The server behind Indonesia's single register of cooperatives and micro, small and medium enterprises.",
    epilog=faults.EPILOG,
)


def main() -> None:
    """Run the command; a failure is printed as one sentence, not as a traceback."""
    sys.exit(faults.main(app, sys.argv[1:]))


def _show_version(wanted: bool) -> None:  # noqa: FBT001  (typer calls it so)
    if wanted:
        typer.echo(f"kumkm {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    *,
    show_version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Commands of the KUMKM server."""
