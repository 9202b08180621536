"""What grows with the register: the same questions and batches at one size of a database, and at a larger one."""

import asyncio
import random
import statistics
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple
from urllib.parse import quote
from uuid import UUID

import asyncpg
import uvloop
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from kumkm_proof.bench.ingest import bodies_of, percentile, send
from kumkm_proof.bench.read import VILLAGE, Client, names_of, times
from kumkm_proof.bench.register import fill_register
from kumkm_proof.bench.scene import Scene, scene, server
from kumkm_proof.bench.servers import served_by

_NO_LIMITS = {f"KUMKM_RATE_{name}": "1000000/second" for name in ("LIST", "EXPORT", "FEED")}
_QUESTIONS = {
    "list, the nation": "businesses",
    "list, a regency": "businesses?region=16.01",
    "list by size and KBLI": "businesses?size_class=medium&kbli=43309",
    "records for review, the nation": "reviews?limit=50",
    "progress, the nation": "progress/regions/ID",
    "feed, a page of 1,000": "feed?limit=1000",
}
_BATCHES = (8, 50)
_RECORDS = 8_000
_CLAIMED = """
INSERT INTO identity (digest, kind, business_id, record_id)
SELECT nik_digest, 'nik', id, record_id FROM business WHERE nik_digest IS NOT NULL AND id = ANY($1)
ON CONFLICT DO NOTHING
"""


class Figure(NamedTuple):
    """Milliseconds of the middle request, and of the slowest in a hundred."""

    p50: float
    p99: float


def run_bench(out: Console, *, sizes: Sequence[int], requests: int) -> None:
    """Measure at every size, and print what each came to beside the first."""
    uvloop.run(_run(out, sorted(sizes), requests))


async def _run(out: Console, sizes: Sequence[int], requests: int) -> None:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    measured: list[dict[str, Figure]] = []
    notes: list[str] = []
    with Progress(*columns, console=out) as bars:
        async with server(None) as scenery, scene(scenery, enumerators=8) as stage:
            before, sent = 0, 0
            for size in sizes:
                filling = bars.add_task(f"to {size:,} businesses", total=size - before)
                begun = time.perf_counter()
                ids = await fill_register(stage, size, partial(bars.advance, filling), before=before)
                stored = await _claim(stage, ids)
                notes.append(f"{size:,}: filled in {time.perf_counter() - begun:,.0f} s, {stored / 1e9:,.1f} GB")
                measuring = bars.add_task("measuring", total=len(_QUESTIONS) + 4 + len(_BATCHES))
                figures, sent = await _measure(stage, ids, requests, sent, partial(bars.advance, measuring))
                measured.append(figures)
                before = size
    table = Table("p50 and p99, ms", *(f"{size:,}" for size in sizes), title="What grows with the register")
    for question in measured[0]:
        table.add_row(question, *(f"{each[question].p50:.1f}  [bold]{each[question].p99:.1f}[/]" for each in measured))
    out.print(table)
    out.print("; ".join(notes), style="dim")


async def _claim(stage: Scene, ids: Sequence[UUID]) -> int:
    """Enter the numbers of new businesses in their directory; gives the bytes of the database."""
    pg = await asyncpg.connect(stage.dsn, server_settings={"jit": "off"})
    try:
        for at in range(0, len(ids), 50_000):
            await pg.execute(_CLAIMED, ids[at : at + 50_000])
        await pg.execute("VACUUM (ANALYZE) identity", timeout=600)
        await pg.execute("CHECKPOINT", timeout=600)
        size: int = await pg.fetchval("SELECT pg_database_size(current_database())")
    finally:
        await pg.close()
    return size


async def _measure(
    stage: Scene, ids: list[UUID], requests: int, sent: int, advance: Callable[[], None]
) -> tuple[dict[str, Figure], int]:
    """The figures by question, and how many records were sent by now."""
    figures: dict[str, Figure] = {}
    async with served_by(stage, 1, fold_interval_s=86_400, **_NO_LIMITS) as served:
        client, rng = Client(stage, served[0]), random.Random(1)
        names = await names_of(stage)
        asked = {label: [path] for label, path in _QUESTIONS.items()}
        asked["one business"] = [f"businesses/{rng.choice(ids)}" for _ in range(requests)]
        asked["search, a whole name"] = [f"businesses?q={quote(name)}" for name in names]
        asked["search, one common word, a regency"] = ["businesses?q=warung&region=16.01"]
        asked["feed, nothing new"] = [f"feed?limit=1000&region={VILLAGE}&cursor={client.newest()}"]
        for label, paths in asked.items():
            taken = [1000 * each for each in await asyncio.to_thread(times, client, paths, requests)]
            figures[label] = Figure(statistics.median(taken), percentile(taken, 99))
            advance()
        client.close()
        for batch_size in _BATCHES:
            bodies = await asyncio.to_thread(partial(bodies_of, stage, batch_size, _RECORDS, first=sent))
            came = await asyncio.to_thread(send, stage, served, bodies, lambda: None)
            sent += _RECORDS
            figures[f"batch of {batch_size}"] = Figure(
                statistics.median(came.latencies), percentile(came.latencies, 99)
            )
            advance()
    return figures, sent
