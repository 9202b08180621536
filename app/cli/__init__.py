"""The `kumkm` command: run the demo, serve, migrate, staff a census, look after keys and personal data, measure."""

import sys
from typing import Annotated

import typer

from app import __version__
from app.cli import audit, boundaries, faults, keys, linkage, measure, people, privacy, server
from app.cli.shell import out

app = typer.Typer(
    name="kumkm",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    help="The server behind Indonesia's single register of cooperatives and micro, small and medium enterprises.",
    epilog=faults.EPILOG,
)
app.add_typer(server.app)
app.add_typer(people.app)
app.add_typer(boundaries.app)
app.add_typer(people.account_app, name="account")
app.add_typer(people.campaign_app, name="campaign")
app.add_typer(privacy.subject_app, name="subject")
app.add_typer(privacy.retention_app, name="retention")
app.command("link")(linkage.link)
app.add_typer(audit.app, name="audit")
app.add_typer(keys.app, name="keys")
app.add_typer(measure.app)
app.add_typer(measure.progress_app, name="progress")
app.add_typer(measure.bench_app, name="bench")


def main() -> None:
    """Run the command; a failure is printed as one sentence, not as a traceback."""
    sys.exit(faults.main(app, sys.argv[1:]))


def _show_version(wanted: bool | None) -> None:  # noqa: FBT001  (typer calls it so)
    if wanted:
        out.print(f"kumkm {__version__}", highlight=False)
        raise typer.Exit


@app.callback()
def _root(
    show_version: Annotated[
        bool | None, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = None,
) -> None:
    """Commands of the KUMKM server."""
