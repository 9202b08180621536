"""What the server needs: the demo's and a deployment's database, its login, reference data, documents."""

import os
import secrets
from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated

import asyncpg
import typer
from pydantic import SecretStr
from rich.progress import TaskID

from app.bi.making import REMOVE
from app.changes.log import EVERYBODY, News, publish
from app.changes.news import ReferenceChange
from app.cli.examples import examples
from app.cli.shell import Json, clean_up_when_ended, document, err, out, progress_bar, proof, with_connection
from app.core.database_address import with_login
from app.core.outages import Outage
from app.core.roles import SERVER_LOGIN, make_login
from app.core.schema_version import is_newer
from app.core.settings import (
    Settings,
    SettingsError,
    database_url_from_environment,
    new_key,
    settings_from_environment,
)
from app.exchange.feed import renumber
from app.upgrading.distributing import SHARDS, remove_copies
from app.upgrading.distributing import distribute as spread
from app.upgrading.distributing import plan as plan_of_spreading
from app.upgrading.fills import STEPS
from app.upgrading.steps import Filled, Keys, Step, fill

app = typer.Typer()


@app.command(epilog=examples("kumkm demo", "kumkm demo --port 8001 --data-dir /tmp/demo"))
def demo(
    port: Annotated[int, typer.Option(envvar="PORT", help="Port to listen on.")] = 8000,
    data_dir: Annotated[
        Path, typer.Option(envvar="KUMKM_DATA_DIR", help="Where the embedded PostgreSQL keeps its data.")
    ] = Path(".kumkm"),
    *,
    serve: Annotated[bool, typer.Option(help="Serve after everything is in place.")] = True,
) -> None:
    """Kabupaten OKU on the morning of 13 September 2022, on an embedded PostgreSQL."""
    with proof("The demo"):
        from kumkm_proof.demo.run import run_demo  # noqa: PLC0415  (a deployment does not have it)

    clean_up_when_ended()
    run_demo(out, port=port, data_dir=data_dir, serve=serve)


@app.command(epilog=examples("kumkm migrate --plan", "kumkm migrate"))
def migrate(
    *,
    plan: Annotated[
        bool, typer.Option("--plan", help="Only show the statements, what they lock, and who waits.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Bring the database to the newest migration and grant the server's rights. Then fill in what newer code expects of
    older data. Can be stopped and run again.

    DATABASE_URL must be the owner's: the server itself cannot change tables. To fill in what is sealed, it needs the
    server's keys as well, when there is data from an older release.
    """
    from app.cli.plans import show_plan  # noqa: PLC0415  (with Alembic, which no server needs)
    from app.core.migrations import migrate as migrate_database  # noqa: PLC0415  (likewise)
    from app.upgrading.plan import plan as plan_of  # noqa: PLC0415  (likewise)

    if as_json and not plan:
        raise typer.BadParameter("only the plan is a list", param_hint="--json")
    database_url_from_environment()  # never the demo
    with_connection(_refuse_newer)  # and say why where there is no connection
    if plan:
        show_plan(with_connection(plan_of), as_json=as_json)
        return
    migrate_database(database_url_from_environment())
    out.print("[green]✓[/] The database is at the newest migration.")
    stamped = with_connection(_renumber)
    if stamped:
        out.print(f"[yellow]![/] Restored from a dump: the feed starts again with {stamped:,} businesses.")

    for step, filled, left_out in with_connection(_fill):
        if filled:
            out.print(f"[green]✓[/] {filled:,} {step.subject} filled in.", highlight=False)
        if left_out:
            out.print(
                f"[yellow]![/] {left_out:,} {step.subject} stay empty: the answers are no longer kept.", highlight=False
            )


async def _fill(pg: asyncpg.Connection) -> list[Filled]:
    with progress_bar(err) as bar:
        tasks: dict[str, TaskID] = {}

        def advance(step: Step, rows: int) -> None:
            if rows and step.name not in tasks:
                tasks[step.name] = bar.add_task(step.subject, total=None)
            if rows:
                bar.advance(tasks[step.name], rows)

        return await fill(pg, STEPS, _keys_if_set(), advance)


async def _refuse_newer(pg: asyncpg.Connection) -> None:
    if await is_newer(pg):
        raise SettingsError(f"PostgreSQL at DATABASE_URL: {Outage.NEWER_SCHEMA.value}. Migrate with that release.")


def _keys_if_set() -> Keys | None:
    """The server's keys, where the environment has any; a database without data is migrated without."""
    given = any(name.startswith(("KUMKM_TOKEN_", "KUMKM_SEALING_", "KUMKM_DIGEST_")) for name in os.environ)
    return Keys.of(settings_from_environment()) if given or "KUMKM_SECRETS_DIR" in os.environ else None


async def _renumber(pg: asyncpg.Connection) -> int:
    async with pg.transaction():
        return await renumber(pg)


@app.command(
    epilog=examples("kumkm distribute --plan", "kumkm distribute", "kumkm distribute --shards 64"),
)
def distribute(
    *,
    shards: Annotated[
        int,
        typer.Option(help="Parts of each table that is spread: the most nodes that it can lie on.", min=1, max=1024),
    ] = SHARDS,
    plan: Annotated[bool, typer.Option("--plan", help="Only show the statements.")] = False,
    as_json: Json = False,
) -> None:
    """Spread the tables over the nodes of a Citus cluster, with the rows that they have. Safe to run again.

    DATABASE_URL must be the owner's, at the coordinator. Stop the servers meanwhile; see docs/operations/citus.md.
    """
    from app.tables import distributions  # noqa: PLC0415  (loads all models)

    if as_json and not plan:
        raise typer.BadParameter("only the plan is a list", param_hint="--json")
    database_url_from_environment()  # never the demo
    left = with_connection(lambda pg: plan_of_spreading(pg, distributions()))
    if as_json:
        document(
            {"items": [{"table": each.table, "kind": each.distribution.kind.value, "sql": each.sql} for each in left]}
        )
        return
    if left and not plan:
        with_connection(lambda pg: pg.execute(REMOVE))  # views for analysts, of which a cluster has none
    for each in left:
        if plan:
            out.print(f"{each.sql.replace('$1', str(shards))};", highlight=False, soft_wrap=True, markup=False)
        else:
            with_connection(partial(spread, each=each, shards=shards))
            out.print(f"[green]✓[/] {each.table}: {each.distribution.kind.value}", highlight=False)
    if not plan:
        with_connection(lambda pg: remove_copies(pg, distributions()))
    if not left:
        out.print("[green]✓[/] Nothing is to be done: every table lies where it belongs.")


@app.command("server-login", epilog=examples("kumkm server-login >> keys.env"))
def server_login(
    name: Annotated[str, typer.Argument(help="The login's name.")] = SERVER_LOGIN,
) -> None:
    """Make the login that the server signs in to PostgreSQL with; it owns nothing. Safe to run again.

    DATABASE_URL must be the owner's. The password is taken from KUMKM_SERVER_PASSWORD, or made and printed.
    """
    given = os.environ.get("KUMKM_SERVER_PASSWORD")
    password = given or secrets.token_urlsafe(24)
    url = database_url_from_environment()
    new = with_connection(lambda pg: make_login(pg, name, password))
    err.print(f"[green]✓[/] The login {name} {'was made' if new else 'has its password'}.", highlight=False)
    if not given:
        address = with_login(url, name, password)
        err.print("This is for the server's environment; it is not shown again:")
        typer.echo(f"DATABASE_URL={address}")


@app.command(
    "load-reference",
    epilog=examples(
        "kumkm load-reference", "kumkm load-reference --regions regions.csv --source 'Kepmendagri 300.2.2-2138/2025'"
    ),
)
def load_reference(
    regions: Annotated[
        Path | None,
        typer.Option(help="A newer list of regions, CSV with the columns code and name.", exists=True, dir_okay=False),
    ] = None,
    source: Annotated[str | None, typer.Option(help="Where that list is from, e.g. the decree's number.")] = None,
) -> None:
    """Load provinces to villages, KBLI 2020 and 2025. Safe to run again; codes that vanish are retired."""
    from app.kbli.loading import load_kbli  # noqa: PLC0415  (the packaged lists are large)
    from app.regions.loading import PACKAGED_SOURCE, load_regions, packaged_regions, regions_from_csv  # noqa: PLC0415  (likewise)
    from app.register.coding import now_known  # noqa: PLC0415  (likewise)

    async def work(pg: asyncpg.Connection) -> None:
        with out.status("Loading regions and KBLI…"):
            lines = packaged_regions() if regions is None else regions_from_csv(regions)
            named = source or (PACKAGED_SOURCE if regions is None else regions.name)
            async with pg.transaction():
                report = await load_regions(pg, lines, today=date.today(), source=named)  # noqa: DTZ011  (the operator's day)
                changed = await load_kbli(pg)
                if report.added + report.changed + report.retired:
                    await publish(pg, [News(EVERYBODY, ReferenceChange(kind="reference", list="regions"))])
                if any(changed.values()):
                    await now_known(pg)
                    await publish(pg, [News(EVERYBODY, ReferenceChange(kind="reference", list="kbli"))])
        out.print(f"[green]✓[/] {report}")
        for edition, codes in changed.items():
            out.print(f"[green]✓[/] KBLI {edition}: {codes:,} codes new or changed")

    with_connection(work)


@app.command(epilog=examples("kumkm openapi", "kumkm openapi --check"))
def openapi(
    folder: Annotated[Path, typer.Option(help="Where the documents are.")] = Path("openapi"),
    *,
    check: Annotated[bool, typer.Option("--check", help="Only report whether files and code agree.")] = False,
) -> None:
    """Write the OpenAPI documents, JSON Schemas and test vectors from the code, and the outline of all commands."""
    from app.api.documents.files import files  # noqa: PLC0415  (needed here only)
    from app.cli import COMMANDS, load, outline  # noqa: PLC0415  (which loads this module)
    from app.main import create_app  # noqa: PLC0415  (needed here only)

    made = {folder / place: text for place, text in files(create_app(_settings_of_nowhere())).items()}
    if folder.resolve() == outline.FILE.parents[2] / "openapi":  # of a copy of the project
        made[outline.FILE] = outline.text_of({name: load(name) for name in COMMANDS})
    if not check:
        for path, text in made.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        out.print(f"[green]✓[/] {len(made)} files in {folder}")
        return
    stale = [path for path, text in made.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    known = {*made, *(folder / "released").glob("*"), folder / "README.md"}
    stale += [path for path in folder.rglob("*") if path.is_file() and path not in known]
    for path in stale:
        err.print(f"[bold red]{path} is stale.[/] Run `kumkm openapi` and commit what it wrote.")
    if stale:
        raise typer.Exit(1)
    out.print(f"[green]✓[/] {len(made)} files in {folder} are what the code says.")


def _settings_of_nowhere() -> Settings:
    """Settings with keys of the moment and no database: enough to describe the API."""
    return Settings(
        DATABASE_URL=SecretStr("postgresql://nowhere/nothing"),
        token_keys={"1": SecretStr(new_key())},
        sealing_keys={1: SecretStr(new_key())},
        digest_key=SecretStr(new_key()),
    )
