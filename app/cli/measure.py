"""Proving figures and measuring the machine."""

import os
from typing import Annotated

import asyncpg
import typer
from rich.table import Table

from app.cli.shell import err, out, with_connection

progress_app = typer.Typer(no_args_is_help=True, help="Figures of progress.")
bench_app = typer.Typer(no_args_is_help=True, help="Measure this machine with the project's own benchmarks.")


@progress_app.command("check")
def progress_check(
    campaign: Annotated[str | None, typer.Option(help="Only this campaign's code.")] = None,
) -> None:
    """Count everything again from the submissions and tell any drift. There must be none."""
    from app.campaigns.queries import campaign_by_code  # noqa: PLC0415  (needed here only)
    from app.progress.recount import drift  # noqa: PLC0415  (likewise)

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

    if not with_connection(work):
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
