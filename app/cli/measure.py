"""Checks of figures, and benchmarks."""

import os
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

import asyncpg
import typer
from rich.table import Table

from app.cli.examples import examples
from app.cli.shell import Json, clean_up_when_ended, document, err, out, proof, with_connection

app = typer.Typer()
progress_app = typer.Typer(no_args_is_help=True, help="Figures of progress.")
bench_app = typer.Typer(no_args_is_help=True, help="Measure this machine with the project's own benchmarks.")
bench_app.callback()(clean_up_when_ended)


@progress_app.command("check", epilog=examples("kumkm progress check", "kumkm progress check --campaign pl-kumkm-2022"))
def progress_check(
    campaign: Annotated[str | None, typer.Option(help="Only this campaign's code.")] = None,
    *,
    as_json: Json = False,
) -> None:
    """Count everything again from the submissions and report any drift. There must be none."""
    from app.campaigns.queries import campaign_by_code  # noqa: PLC0415  (needed here only)
    from app.recount import drift  # noqa: PLC0415  (likewise)

    async def work(pg: asyncpg.Connection) -> bool:
        with (err if as_json else out).status("Counting again…"):
            async with pg.transaction(isolation="repeatable_read", readonly=True):
                only = await campaign_by_code(pg, campaign) if campaign else None
                if campaign and only is None:
                    raise typer.BadParameter(f"there is no campaign {campaign!r}", param_hint="--campaign")
                found = await drift(pg, only.id if only else None)
        if as_json:
            document({"items": [row._asdict() for row in found]})
            return not found
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


class Client(StrEnum):
    """What the tablets of `simulate` are."""

    REFERENCE = "reference"
    BROWSER = "browser"


@app.command(
    epilog=examples(
        "kumkm simulate",
        "kumkm simulate --tablets 20 --records 100 --broken 30 --seed 7",
        "kumkm simulate --client browser --tablets 8 --records 100",
    )
)
def simulate(
    tablets: Annotated[int, typer.Option(help="Tablets.", min=1)] = 84,
    records: Annotated[int, typer.Option(help="Records of each tablet.", min=1)] = 500,
    broken: Annotated[float, typer.Option(help="Percent of requests that the network breaks.", min=0, max=90)] = 20,
    seed: Annotated[int, typer.Option(help="The same seed draws the same visits and faults.")] = 1,
    kill_server_every: Annotated[int, typer.Option(help="Answers, about, between kills of the server.", min=1)] = 600,
    kill_database_every: Annotated[
        int, typer.Option(help="Answers, about, between kills of PostgreSQL.", min=1)
    ] = 1_500,
    failover: Annotated[
        float | None,
        typer.Option(
            metavar="SECONDS",
            help="When PostgreSQL is killed, a standby takes over that is so many seconds behind. 0: the primary waits"
            " for it with each commit.",
            min=0,
            max=600,
        ),
    ] = None,
    client: Annotated[
        Client, typer.Option(help="`browser`: some of the tablets are real browsers, and are killed.")
    ] = (Client.REFERENCE),
    browsers: Annotated[int, typer.Option(help="With `--client browser`: so many are browsers.", min=1, max=50)] = 4,
) -> None:
    """A fleet of reference tablets on a bad network, before a real server that is killed all the while.

    At the end, everything that was recorded on any tablet must be on the server exactly once.
    A browser runs the storage and the protocol of the field app; it needs Node.js and the packages of the web apps.
    """
    with proof("The simulation"):
        from kumkm_proof.simulation.run import Plan, run_simulation  # noqa: PLC0415  (a deployment does not have it)
    clean_up_when_ended()
    plan = Plan(
        tablets,
        records,
        broken / 100,
        seed,
        kill_server_every,
        kill_database_every,
        failover_s=failover,
        browsers=min(browsers, tablets) if client is Client.BROWSER else 0,
    )
    if not run_simulation(out, plan):
        raise typer.Exit(1)


class Enterprise(StrEnum):
    """Questionnaires that `bench ingest` sends."""

    UMKM_1 = "umkm@1"
    UMKM_2 = "umkm@2"


@bench_app.command("ingest", epilog=examples("kumkm bench ingest --records 20000 --workers 1"))
def bench_ingest(
    records: Annotated[int, typer.Option(help="Records per batch size.", min=100)] = 100_000,
    connections: Annotated[int, typer.Option(help="Connections at once.", min=1)] = 8,
    workers: Annotated[int, typer.Option(help="Server processes.", min=1)] = 2,
    questionnaire: Annotated[Enterprise, typer.Option(help="What is asked.")] = Enterprise.UMKM_1,
    batch_size: Annotated[list[int] | None, typer.Option(help="Records of a batch; again for more sizes.")] = None,
    *,
    whole: Annotated[bool, typer.Option("--whole", help="Every question is answered.")] = False,
) -> None:
    """Batches over HTTP against a bare asyncpg loop that writes the same rows, in one run.

    On an embedded server of the moment, or on the scratch server that KUMKM_BENCH_DATABASE_URL names.
    """
    with proof("The benchmark"):
        from kumkm_proof.bench.ingest import BATCH_SIZES, Form, run_bench  # noqa: PLC0415  (likewise)

    run_bench(
        out,
        records=records,
        connections=connections,
        workers=workers,
        form=Form(questionnaire.value, whole),
        sizes=tuple(batch_size or BATCH_SIZES),
        database_url=os.environ.get("KUMKM_BENCH_DATABASE_URL"),
    )


@bench_app.command("sync", epilog=examples("kumkm bench sync --syncs 400"))
def bench_sync(
    syncs: Annotated[int, typer.Option(help="Tablets, each of which syncs once.", min=100)] = 2_000,
    connections: Annotated[int, typer.Option(help="Tablets at once.", min=1)] = 8,
    first: Annotated[int, typer.Option(help="One in so many tablets is new and fetches everything.", min=1)] = 20,
) -> None:
    """What a tablet's whole evening costs: session, handshake, eight records, reconciling, changes."""
    with proof("The benchmark"):
        from kumkm_proof.bench.sync import run_bench  # noqa: PLC0415  (likewise)

    clean_up_when_ended()
    run_bench(out, syncs=syncs, connections=connections, first=first)


@bench_app.command("tablets", epilog=examples("kumkm bench tablets --businesses 10000"))
def bench_tablets(
    businesses: Annotated[int, typer.Option(help="Businesses in the regency.", min=100)] = 42_000,
    requests: Annotated[int, typer.Option(help="Requests for changes.", min=100)] = 2_000,
) -> None:
    """What a tablet reads: the known-identities filter of a regency, and changes when nothing is new."""
    with proof("The benchmark"):
        from kumkm_proof.bench.tablets import run_bench  # noqa: PLC0415  (likewise)

    run_bench(out, businesses=businesses, requests=requests)


@bench_app.command(
    "read", epilog=examples("kumkm bench read --businesses 100000", "kumkm bench read --businesses 20000 --reader")
)
def bench_read(
    businesses: Annotated[int, typer.Option(help="Businesses in the register.", min=2_000)] = 1_000_000,
    requests: Annotated[int, typer.Option(help="Requests of each kind.", min=10)] = 300,
    *,
    reader: Annotated[
        bool, typer.Option("--reader", help="Ask once more, with a standby as KUMKM_READ_DATABASE_URL.")
    ] = False,
) -> None:
    """Lists, searches, the feed, and exports beside bare COPY, of a register that is made up for it.

    With a reader, the tables say who answered. Its standby is on this machine, too.
    """
    with proof("The benchmark"):
        from kumkm_proof.bench.read import run_bench  # noqa: PLC0415  (likewise)

    clean_up_when_ended()
    run_bench(out, businesses=businesses, requests=requests, reader=reader)


@bench_app.command("growth", epilog=examples("kumkm bench growth --size 100000 --size 1000000"))
def bench_growth(
    sizes: Annotated[
        list[int] | None,
        typer.Option("--size", help="Businesses in the register; 1,000,000 and 10,000,000.", min=2_000),
    ] = None,
    requests: Annotated[int, typer.Option(help="Requests of each kind and round.", min=10)] = 300,
    rounds: Annotated[int, typer.Option(help="How often each size is measured, by turns.", min=1)] = 3,
    *,
    wait: Annotated[bool, typer.Option("--wait", help="Ask before measuring, when everything is filled.")] = False,
) -> None:
    """The same questions and batches at one size of the register, and at a larger one."""
    with proof("The benchmark"):
        from kumkm_proof.bench.growth import run_bench  # noqa: PLC0415  (likewise)

    clean_up_when_ended()
    quiet = (
        partial(typer.prompt, "Press Enter when the machine is quiet", default="", show_default=False) if wait else None
    )
    run_bench(out, sizes=sizes or (1_000_000, 10_000_000), requests=requests, rounds=rounds, quiet=quiet)


@bench_app.command(
    "link",
    epilog=examples("kumkm bench link --rows 5000", "kumkm bench link --world witness --rows 5000 --large 10000"),
)
def bench_link(
    rows: Annotated[int, typer.Option(help="Labelled rows for precision and recall.", min=1_000)] = 20_000,
    large: Annotated[int, typer.Option(help="Rows for the speed.", min=1_000)] = 1_000_000,
    worlds: Annotated[list[str] | None, typer.Option("--world", help="Only this world; may be repeated.")] = None,
    model: Annotated[Path | None, typer.Option(help="Train the packaged model into this file instead.")] = None,
) -> None:
    """Precision and recall of linkage on a labelled made-up census, beside plain trigrams; and its speed."""
    with proof("The benchmark"):
        from kumkm_proof.bench.linkage import ALL, run_bench  # noqa: PLC0415  (likewise)

    if unknown := sorted({*(worlds or ())} - {*ALL}):
        raise typer.BadParameter(f"{unknown[0]}: there are {', '.join(ALL)}.", param_hint="--world")
    clean_up_when_ended()
    run_bench(out, rows=rows, large=large, worlds=worlds or list(ALL), model=model)


@bench_app.command("statistics", epilog=examples("kumkm bench statistics --businesses 100000"))
def bench_statistics(
    businesses: Annotated[int, typer.Option(help="Businesses in the register.", min=2_000)] = 1_000_000,
    requests: Annotated[int, typer.Option(help="Requests of each table.", min=10)] = 300,
) -> None:
    """How long an edition of the statistics takes, and how fast its tables are read, of a made-up register."""
    with proof("The benchmark"):
        from kumkm_proof.bench.tabulation import run_bench  # noqa: PLC0415  (likewise)

    clean_up_when_ended()
    run_bench(out, businesses=businesses, requests=requests)


@bench_app.command("quality", epilog=examples("kumkm bench quality --records 5000"))
def bench_quality(
    records: Annotated[int, typer.Option(help="Records of the regency, at most 42,000.", min=100, max=42_000)] = 42_000,
) -> None:
    """How long it takes to judge a regency's records, and how long requests wait for that meanwhile."""
    with proof("The benchmark"):
        from kumkm_proof.bench.quality import run_bench  # noqa: PLC0415  (likewise)

    clean_up_when_ended()
    run_bench(out, records=records)


@bench_app.command("progress", epilog=examples("kumkm bench progress --cells 10000 --requests 50"))
def bench_progress(
    cells: Annotated[list[int] | None, typer.Option(help="Numbers of cells.", show_default="10k, 1M, 4M")] = None,
    requests: Annotated[int, typer.Option(help="Requests per endpoint and level.", min=10)] = 200,
    beside: Annotated[int, typer.Option(help="Records a second that come in meanwhile.", min=0, max=10_000)] = 0,
) -> None:
    """Latency of each progress endpoint at each level, with cells generated straight into the table."""
    with proof("The benchmark"):
        from kumkm_proof.bench.progress import run_bench  # noqa: PLC0415  (likewise)

    run_bench(out, cells=cells or [10_000, 1_000_000, 4_000_000], requests=requests, beside=beside)
