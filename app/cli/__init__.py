"""The `kumkm` command: run the demo, serve, migrate, staff a census, look after keys and personal data, measure."""

import sys
from importlib.metadata import version
from typing import Annotated

import asyncpg
import typer
from sqlalchemy.exc import DBAPIError

from app.cli import audit, keys, linkage, measure, people, privacy, server
from app.cli.shell import err, out
from app.core.keys import KeyFileError
from app.core.sealing import UnsealError
from app.core.settings import SettingsError
from app.regions.loading import RegionListError

app = typer.Typer(
    name="kumkm",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    help="The server behind Indonesia's single register of cooperatives and micro, small and medium enterprises.",
)
app.add_typer(server.app)
app.add_typer(people.app)
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
    """Run the command; a fault that the user can mend is one line, not a traceback."""
    try:
        app()
    except asyncpg.UndefinedTableError:
        err.print("[bold red]kumkm:[/] the database is not set up. Run `kumkm migrate` first.", highlight=False)
        sys.exit(1)
    except asyncpg.InsufficientPrivilegeError:
        err.print(
            "[bold red]kumkm:[/] this login may not do that. Set DATABASE_URL to the owner of the database"
            " for commands that look after it.",
            highlight=False,
        )
        sys.exit(1)
    except UnsealError:
        err.print(
            "[bold red]kumkm:[/] something is sealed under a key that is not in KUMKM_SEALING_KEYS. Put it back.",
            highlight=False,
        )
        sys.exit(1)
    except DBAPIError as exc:  # from a migration; its text holds the statement
        err.print(f"[bold red]kumkm:[/] the database refused: {exc.orig}", highlight=False)
        sys.exit(1)
    except (SettingsError, KeyFileError, RegionListError, asyncpg.PostgresError, OSError) as exc:
        err.print(f"[bold red]kumkm:[/] {exc}", highlight=False)
        sys.exit(1)


def _show_version(wanted: bool | None) -> None:  # noqa: FBT001  (typer calls it so)
    if wanted:
        out.print(f"kumkm {version('kumkm')}", highlight=False)
        raise typer.Exit


@app.callback()
def _root(
    show_version: Annotated[
        bool | None, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = None,
) -> None:
    """Commands of the KUMKM server."""
