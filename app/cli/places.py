"""Neighbourhoods from the command line."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

import asyncpg
import typer
from rich.table import Table

from app.changes.log import EVERYBODY, News, publish
from app.changes.news import ReferenceChange
from app.cli.examples import examples
from app.cli.shell import Json, document, err, out, with_connection
from app.core.bulk import Fault, Faulty
from app.core.settings import SettingsError
from app.regions.loading import LoadReport, RegionListError
from app.regions.neighbourhoods import Neighbourhood, load_neighbourhoods, neighbourhoods_from_csv
from app.workforce.headcount import rebuild

app = typer.Typer()

_SHOWN = 100


@app.command(
    "load-neighbourhoods",
    epilog=examples(
        "kumkm load-neighbourhoods sls-oku.csv --dry-run", "kumkm load-neighbourhoods sls-oku.csv --source 'BPS 2025_2'"
    ),
)
def load_neighbourhoods_file(
    file: Annotated[
        Path,
        typer.Argument(
            help="CSV: code (16.01.14.1003.0001), name; if known bps_code, type.", exists=True, dir_okay=False
        ),
    ],
    source: Annotated[str | None, typer.Option(help="Where the list is from; by default the file's name.")] = None,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only report what would change.")] = False,
    as_json: Json = False,
) -> None:
    """Load the neighbourhoods (SLS) of villages: all of the file, or none. Safe to run again; what the file lacks of
    its villages is retired."""
    try:
        lines = neighbourhoods_from_csv(file)
    except RegionListError as exc:
        raise SettingsError(str(exc)) from None

    try:
        with (err if as_json else out).status("Loading neighbourhoods…"):
            report = with_connection(lambda pg: _load(pg, lines, source or file.name, dry_run=dry_run))
    except Faulty as exc:
        _tell_faults(exc.faults, lines, as_json=as_json)
        raise typer.Exit(1) from None
    if as_json:
        figures = {name: getattr(report, name) for name in ("added", "changed", "retired", "unchanged")}
        document({"entered": not dry_run, **figures, "items": []})
        return
    err.print(f"[green]✓[/] {report}{' (only tried)' if dry_run else ''}", highlight=False)


async def _load(pg: asyncpg.Connection, lines: Sequence[Neighbourhood], source: str, *, dry_run: bool) -> LoadReport:
    trial = pg.transaction()
    await trial.start()
    try:
        report = await load_neighbourhoods(pg, lines, today=date.today(), source=source)  # noqa: DTZ011  (the operator's day)
        if report.added:
            for campaign in await pg.fetch("SELECT id FROM campaign ORDER BY id"):
                await rebuild(pg, campaign["id"])  # who is assigned to a village works in its neighbourhoods
        if report.added + report.changed + report.retired:
            await publish(pg, [News(EVERYBODY, ReferenceChange(kind="reference", list="regions"))])
    except BaseException:
        await trial.rollback()
        raise
    await (trial.rollback() if dry_run else trial.commit())
    return report


def _tell_faults(faults: Sequence[Fault], lines: Sequence[Neighbourhood], *, as_json: bool) -> None:
    if as_json:
        shown = [
            {"line": lines[each.row].line, "column": each.field, "code": each.code, "text": each.text.en}
            for each in faults
        ]
        document({"entered": False, "items": shown})
        return
    table = Table("line", "column", "code", "what is wrong", title=f"{len(faults)} faults; nothing was loaded")
    for fault in faults[:_SHOWN]:
        table.add_row(str(lines[fault.row].line), fault.field, fault.code, fault.text.en)
    err.print(table)
