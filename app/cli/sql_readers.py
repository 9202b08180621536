"""Logins to PostgreSQL for analysts, from the command line."""

from datetime import UTC, datetime
from typing import Annotated

import asyncpg
import typer
from rich.table import Table

from app.bi.readers import LONGEST_DAYS, Made, add_reader, end_sessions, readers, remove_reader
from app.cli.examples import examples
from app.cli.shell import Json, document, err, out, with_connection

app = typer.Typer(no_args_is_help=True, help="Logins to PostgreSQL for analysts, who read views of their region.")

Name = Annotated[str, typer.Argument(help="The reader's name; the login is bi_ and it.")]


@app.command(
    epilog=examples(
        "kumkm sql-readers add dinas_oku --region 16.01 > dinas.env",
        "kumkm sql-readers add bappenas --region ID --days 30",
    )
)
def add(
    name: Name,
    region: Annotated[str, typer.Option(help="What it sees: this region and all below it; ID is Indonesia.")],
    days: Annotated[int, typer.Option(help="How long it lasts.", min=1, max=LONGEST_DAYS)] = 90,
) -> None:
    """Make a login that reads the views of the schema bi, and print its password once. See docs/consumers.md.

    DATABASE_URL must be the owner's.
    """

    async def work(pg: asyncpg.Connection) -> Made:
        async with pg.transaction():
            return await add_reader(pg, name, region, days)

    made = with_connection(work, audited=True)
    err.print(f"[green]✓[/] {made.login} reads {region} until {made.ends_at:%Y-%m-%d}.", highlight=False)
    if made.left:
        err.print("So that no reader can hold up others, an administrator of PostgreSQL runs in this database:")
        for sql in made.left:
            err.print(sql, highlight=False, markup=False, soft_wrap=True)
    err.print("The password is not shown again:")
    typer.echo(f"PGUSER={made.login}\nPGPASSWORD={made.password}")


@app.command("list", epilog=examples("kumkm sql-readers list", "kumkm sql-readers list --json"))
def list_all(*, as_json: Json = False) -> None:
    """List the logins, with their regions and last days."""
    found = with_connection(readers)
    if as_json:
        names = ("login", "region_code", "ends_at", "made_at")
        document({"items": [{name: getattr(each, name) for name in names} for each in found]})
        return
    now = datetime.now(UTC)
    table = Table("login", "region", "until", "state")
    for each in found:
        state = "over" if each.ends_at <= now else "active"
        table.add_row(each.login, each.region_code, f"{each.ends_at:%Y-%m-%d}", state)
    out.print(table)


@app.command(epilog=examples("kumkm sql-readers remove dinas_oku"))
def remove(name: Name) -> None:
    """End a login at once, with its open connections. DATABASE_URL must be the owner's."""

    async def work(pg: asyncpg.Connection) -> None:
        await end_sessions(pg, name)
        async with pg.transaction():
            await remove_reader(pg, name)
        await end_sessions(pg, name)

    with_connection(work, audited=True)
    out.print(f"[green]✓[/] {name} reads nothing any more.", highlight=False)
