"""The `kumkm` command: run the demo, serve, migrate, load reference data, check figures, measure."""

import asyncio
import os
import secrets
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, TypeVar

import asyncpg
import typer
import uvicorn
from pydantic import SecretStr
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from sqlalchemy.engine import make_url

from app.accounts.deployment import refuse_demo_accounts
from app.core.migrations import migrate as migrate_database
from app.core.roles import SERVER_LOGIN, make_login, refuse_powerful_login
from app.core.settings import (
    Settings,
    SettingsError,
    database_url_from_environment,
    new_key,
    settings_from_environment,
)  # fmt: skip
from app.regions.loading import RegionListError

app = typer.Typer(
    name="kumkm",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    help="The server behind Indonesia's single register of cooperatives and micro, small and medium enterprises.",
)
progress_app = typer.Typer(no_args_is_help=True, help="Figures of progress.")
bench_app = typer.Typer(no_args_is_help=True, help="Measure this machine with the project's own benchmarks.")
audit_app = typer.Typer(no_args_is_help=True, help="The audit trail.")
app.add_typer(audit_app, name="audit")
keys_app = typer.Typer(no_args_is_help=True, help="Keys for tokens and personal data.")
app.add_typer(progress_app, name="progress")
app.add_typer(bench_app, name="bench")
app.add_typer(keys_app, name="keys")

out = Console()
err = Console(stderr=True)
Result = TypeVar("Result")


def main() -> None:
    """Run the command; a fault that the user can mend is one line, not a traceback."""
    try:
        app()
    except asyncpg.UndefinedTableError:
        err.print("[bold red]kumkm:[/] the database is not set up. Run `kumkm migrate` first.", highlight=False)
        sys.exit(1)
    except (SettingsError, RegionListError, asyncpg.PostgresError, OSError) as exc:
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


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    workers: Annotated[int | None, typer.Option(help="Server processes.")] = None,
) -> None:
    """Serve the API. Settings come from the environment; see docs/settings.md."""
    from app.main import server_options  # noqa: PLC0415  (loads the whole app)

    settings = settings_from_environment()
    asyncio.run(_refuse_unfit(settings))
    uvicorn.run(
        "app.main:create_app_from_environment",
        factory=True,
        host=host or settings.host,
        port=port if port is not None else settings.port,
        workers=workers or settings.workers,
        **server_options(settings),
    )


async def _refuse_unfit(settings: Settings) -> None:
    """Look before the processes start, since only here a fault can be told in one line."""
    try:
        pg = await asyncpg.connect(settings.database_url.get_secret_value(), timeout=10)
    except (OSError, asyncpg.PostgresError, ValueError) as exc:
        raise SettingsError(f"PostgreSQL does not answer at DATABASE_URL ({type(exc).__name__}).") from exc
    try:
        await refuse_powerful_login(pg)
        await refuse_demo_accounts(pg, settings)
    finally:
        await pg.close()


@app.command()
def demo(
    port: Annotated[int, typer.Option(envvar="PORT", help="Port to listen on.")] = 8000,
    data_dir: Annotated[
        Path, typer.Option(envvar="KUMKM_DATA_DIR", help="Where the embedded PostgreSQL keeps its data.")
    ] = Path(".kumkm"),
    *,
    serve: Annotated[bool, typer.Option(help="Serve after everything is in place.")] = True,
) -> None:
    """Kabupaten OKU on the morning of 13 September 2022, on an embedded PostgreSQL."""
    from app.demo.run import run_demo  # noqa: PLC0415  (a deployment does not load the demo)

    run_demo(out, port=port, data_dir=data_dir, serve=serve)


@app.command()
def migrate() -> None:
    """Bring the database to the newest migration and grant the server's rights. Safe to run again.

    DATABASE_URL must be the owner's: the server itself cannot change tables.
    """
    migrate_database(database_url_from_environment())
    out.print("[green]✓[/] The database is at the newest migration.")


@app.command("server-login")
def server_login(
    name: Annotated[str, typer.Argument(help="The login's name.")] = SERVER_LOGIN,
) -> None:
    """Make the login that the server signs in to PostgreSQL with; it owns nothing. Safe to run again.

    DATABASE_URL must be the owner's. The password is taken from KUMKM_SERVER_PASSWORD, or made and printed.
    """
    told = os.environ.get("KUMKM_SERVER_PASSWORD")
    password = told or secrets.token_urlsafe(24)
    url = database_url_from_environment()
    new = _with_connection(lambda pg: make_login(pg, name, password))
    err.print(f"[green]✓[/] The login {name} {'was made' if new else 'has its password'}.", highlight=False)
    if not told:
        address = make_url(url).set(username=name, password=password).render_as_string(hide_password=False)
        err.print("This is for the server's environment; it is not shown again:")
        typer.echo(f"DATABASE_URL={address}")


@app.command("load-reference")
def load_reference(
    regions: Annotated[
        Path | None,
        typer.Option(help="A newer list of regions, CSV with the columns code and name.", exists=True, dir_okay=False),
    ] = None,
    source: Annotated[str | None, typer.Option(help="Where that list is from, e.g. the decree's number.")] = None,
) -> None:
    """Load provinces to villages and KBLI 2020. Safe to run again; codes that vanish are retired, never deleted."""
    from app.kbli.loading import load_kbli  # noqa: PLC0415  (the packaged lists are large)
    from app.regions.loading import PACKAGED_SOURCE, load_regions, packaged_regions, regions_from_csv  # noqa: PLC0415

    async def work(pg: asyncpg.Connection) -> None:
        with out.status("Loading regions and KBLI…"):
            lines = packaged_regions() if regions is None else regions_from_csv(regions)
            named = source or (PACKAGED_SOURCE if regions is None else regions.name)
            report = await load_regions(pg, lines, today=date.today(), source=named)  # noqa: DTZ011
            changed = await load_kbli(pg)
        out.print(f"[green]✓[/] {report}")
        out.print(f"[green]✓[/] KBLI 2020: {changed:,} codes new or changed")

    _with_connection(work)


@progress_app.command("check")
def progress_check(
    campaign: Annotated[str | None, typer.Option(help="Only this campaign's code.")] = None,
) -> None:
    """Count everything again from the submissions and tell any drift. There must be none."""
    from app.campaigns.queries import campaign_by_code  # noqa: PLC0415  (needed here only)
    from app.progress.recount import drift  # noqa: PLC0415

    async def work(pg: asyncpg.Connection) -> bool:
        with out.status("Counting again…"):
            async with pg.transaction(isolation="repeatable_read", readonly=True):
                only = await campaign_by_code(pg, campaign) if campaign else None
                if campaign and only is None:
                    raise typer.BadParameter(f"there is no campaign {campaign!r}", param_hint="--campaign")
                found = await drift(pg, only.id if only else None)
        if not found:
            out.print("[green]✓[/] No drift: cells, days, register and identities agree with the submissions.")
            return True
        table = Table("check", "place", "figure", "found", "expected", title="Drift")
        for row in found[:50]:
            table.add_row(row.check, row.place, row.figure, str(row.found), str(row.expected))
        err.print(table)
        err.print(f"[bold red]{len(found)} figures disagree.[/]")
        return False

    if not _with_connection(work):
        raise typer.Exit(1)


@bench_app.command("ingest")
def bench_ingest(
    records: Annotated[int, typer.Option(help="Records per batch size.", min=100)] = 100_000,
    connections: Annotated[int, typer.Option(help="Connections at once.", min=1)] = 8,
    workers: Annotated[int, typer.Option(help="Server processes.", min=1)] = 2,
) -> None:
    """Batches over HTTP against a bare asyncpg loop that writes the same rows, in one run.

    On an embedded server of the moment, or on the scratch server that KUMKM_BENCH_DATABASE_URL names.
    """
    from app.bench.ingest import run_bench  # noqa: PLC0415  (needed here only)

    run_bench(
        out,
        records=records,
        connections=connections,
        workers=workers,
        database_url=os.environ.get("KUMKM_BENCH_DATABASE_URL"),
    )


@bench_app.command("progress")
def bench_progress(
    cells: Annotated[list[int] | None, typer.Option(help="Numbers of cells.", show_default="10k, 1M, 4M")] = None,
    requests: Annotated[int, typer.Option(help="Requests per endpoint and level.", min=10)] = 200,
) -> None:
    """Latency of each progress endpoint at each level, with cells generated straight into the table."""
    from app.bench.progress import run_bench  # noqa: PLC0415  (needed here only)

    run_bench(out, cells=cells or [10_000, 1_000_000, 4_000_000], requests=requests)


@keys_app.command("new")
def keys_new() -> None:
    """Print a fresh set of keys as environment variables. Keep them secret and never lose them."""
    kid = f"{date.today():%Y%m%d}"  # noqa: DTZ011  (a name, not a time)
    typer.echo(f"KUMKM_TOKEN_KEYS={kid}:{new_key()}")
    typer.echo(f"KUMKM_SEALING_KEYS=1:{new_key()}")
    typer.echo(f"KUMKM_DIGEST_KEY={new_key()}")


@audit_app.command("verify")
def audit_verify(
    expect: Annotated[
        str | None,
        typer.Option(help="A head that was told earlier (log line `audit_head`), which must be in the chain."),
    ] = None,
) -> None:
    """Prove that nothing in the audit trail was changed or cut out. Needs KUMKM_DIGEST_KEY."""
    from app.audit.chain import ChainKey, verify  # noqa: PLC0415  (needed here only)

    chain_key = ChainKey(settings_from_environment().digest_key_bytes())

    async def work(pg: asyncpg.Connection) -> bool:
        with progress_bar() as bar:
            async with pg.transaction(isolation="repeatable_read", readonly=True):
                await pg.execute("SET LOCAL statement_timeout = 0")
                task = bar.add_task("Links", total=await pg.fetchval("SELECT count(*) FROM audit_link"))
                found = await verify(pg, chain_key, expected=expect, advance=lambda n: bar.advance(task, n))
        if not found.broken:
            out.print(f"[green]✓[/] The chain holds: {found.events:,} events on {found.days:,} days.")
            out.print(f"Head: {found.head}", highlight=False)
            return True
        table = Table("fault", "day", "place", title="The chain is broken")
        for row in found.broken[:50]:
            table.add_row(row.code, str(row.day or ""), row.place)
        err.print(table)
        err.print(f"[bold red]{len(found.broken)} faults.[/]")
        return False

    if not _with_connection(work):
        raise typer.Exit(1)


@audit_app.command("link")
def audit_link() -> None:
    """Link events that were left out of the chain, e.g. because a server's clock was hours behind."""
    from app.audit.chain import ChainKey, link_events  # noqa: PLC0415  (needed here only)

    chain_key = ChainKey(settings_from_environment().digest_key_bytes())

    async def work(pg: asyncpg.Connection) -> int:
        total = 0
        while True:
            async with pg.transaction():
                linked = await link_events(pg, chain_key, since=datetime(2000, 1, 1, tzinfo=UTC))
            if not linked:
                return total
            total += linked

    out.print(f"[green]✓[/] {_with_connection(work):,} events linked.")


@app.command()
def openapi(
    folder: Annotated[Path, typer.Option(help="Where the documents are.")] = Path("openapi"),
    *,
    check: Annotated[bool, typer.Option("--check", help="Only tell whether files and code agree.")] = False,
) -> None:
    """Write the OpenAPI document from the code."""
    from app.api.openapi import as_yaml  # noqa: PLC0415  (needed here only)
    from app.main import create_app  # noqa: PLC0415

    path, text = folder / "kumkm.yaml", as_yaml(create_app(_settings_of_nowhere()))
    if not check:
        path.write_text(text, encoding="utf-8")
        out.print(f"[green]✓[/] {path}")
    elif not path.exists() or path.read_text(encoding="utf-8") != text:
        err.print(f"[bold red]{path} is stale.[/] Run `kumkm openapi` and commit what it wrote.")
        raise typer.Exit(1)
    else:
        out.print(f"[green]✓[/] {path} is what the code says.")


def _settings_of_nowhere() -> Settings:
    """Settings with keys of the moment and no database: enough to describe the API."""
    return Settings(
        DATABASE_URL=SecretStr("postgresql://nowhere/nothing"),
        token_keys={"1": SecretStr(new_key())},
        sealing_keys={1: SecretStr(new_key())},
        digest_key=SecretStr(new_key()),
    )


def progress_bar() -> Progress:
    """A bar for work that takes long."""
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=out
    )


def _with_connection(work: Callable[[asyncpg.Connection], Awaitable[Result]]) -> Result:
    url = database_url_from_environment()

    async def run() -> Result:
        pg = await asyncpg.connect(url, server_settings={"application_name": "kumkm-cli", "jit": "off"})
        try:
            return await work(pg)
        finally:
            await pg.close()

    return asyncio.run(run())


if __name__ == "__main__":
    main()
