"""Boundaries of regions from the command line: what the API lets an officer do, for the whole country."""

from pathlib import Path
from typing import Annotated, Any

import asyncpg
import typer
from rich.table import Table

from app.accounts.permissions import OPERATOR
from app.cli.examples import examples
from app.cli.shell import Json, document, err, out, with_connection
from app.core.problems import Problem
from app.core.settings import SettingsError
from app.regions.boundaries import CODE_PROPERTY, Loaded, load_boundaries
from app.regions.region_code import NATION

app = typer.Typer()

_LARGEST = 256 * 1024 * 1024  # bytes
_SHOWN = 100


@app.command(
    "load-boundaries",
    epilog=examples(
        "kumkm load-boundaries oku.geojson --dry-run", "kumkm load-boundaries oku.geojson --code-property KODE"
    ),
)
def load_boundaries_file(
    file: Annotated[Path, typer.Argument(help="GeoJSON in degrees (WGS 84).", exists=True, dir_okay=False)],
    code_property: Annotated[
        str, typer.Option(help="The property of each feature that is its region's Kemendagri code.")
    ] = CODE_PROPERTY,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only report what would change.")] = False,
    as_json: Json = False,
) -> None:
    """Load boundaries of regions for the map: all of the file, or none. Safe to run again."""
    if file.stat().st_size > _LARGEST:
        raise typer.BadParameter(f"the file has more than {_LARGEST >> 20} MiB: split it", param_hint="FILE")
    content = file.read_bytes()

    async def work(pg: asyncpg.Connection) -> Loaded:
        async def run(inner: Any) -> Any:
            async with pg.transaction():
                return await inner(pg)

        async def apart(function: Any, *args: Any) -> Any:
            return function(*args)

        return await load_boundaries(
            run,
            apart,
            content,
            territory=NATION,
            actor_id=OPERATOR.account_id,
            trace_id=None,
            code_property=code_property,
            dry_run=dry_run,
        )

    try:
        with (err if as_json else out).status("Loading boundaries…"):
            loaded = with_connection(work, audited=True)
    except Problem as exc:
        raise SettingsError(exc.detail.en) from None
    if as_json:
        faults = [{"pointer": each.pointer, "code": each.code, "text": each.text.en} for each in loaded.faults]
        entered = loaded.entered
        figures = {"created": entered.created, "changed": entered.changed, "unchanged": entered.unchanged}
        document({"entered": not (dry_run or loaded.flaws), "features": loaded.features, **figures, "items": faults})
        raise typer.Exit(1 if loaded.flaws else 0)
    if loaded.flaws:
        table = Table("where", "code", "what is wrong", title=f"{len(loaded.flaws)} faults; nothing was loaded")
        for fault in loaded.faults[:_SHOWN]:
            table.add_row(fault.pointer, fault.code, fault.text.en)
        err.print(table)
        raise typer.Exit(1)
    maybe = "would be " if dry_run else ""
    err.print(
        f"[green]✓[/] {loaded.features:,} boundaries: {loaded.entered.created:,} {maybe}new,"
        f" {loaded.entered.changed:,} {maybe}changed, {loaded.entered.unchanged:,} unchanged.",
        highlight=False,
    )
