"""What grows with the register: the same questions and batches in databases of several sizes, one after the other."""

import asyncio
import random
import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
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


def run_bench(
    out: Console, *, sizes: Sequence[int], requests: int, rounds: int, quiet: Callable[[], None] | None = None
) -> None:
    """Fill a database of each size, then measure one after the other, several times, and print them side by side.

    `quiet` is called before the measuring: it returns when the machine has nothing else to do.
    """
    uvloop.run(_run(out, sorted(sizes), requests, rounds, quiet))


async def _run(
    out: Console, sizes: Sequence[int], requests: int, rounds: int, quiet: Callable[[], None] | None
) -> None:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    notes: list[str] = []
    async with AsyncExitStack() as stack:
        scenery = await stack.enter_async_context(server(None))
        with Progress(*columns, console=out) as bars:
            filled = []
            for size in sizes:
                stage = await stack.enter_async_context(scene(scenery, enumerators=8))
                filling = bars.add_task(f"{size:,} businesses", total=size)
                begun = time.perf_counter()
                ids = await fill_register(stage, size, partial(bars.advance, filling))
                stored = await _claim(stage, ids)
                notes.append(f"{size:,}: filled in {time.perf_counter() - begun:,.0f} s, {stored / 1e9:,.1f} GB")
                filled.append(_Filled(stage, ids))
        if quiet is not None:
            await asyncio.to_thread(quiet)
        with Progress(*columns, console=out) as bars:
            measuring = bars.add_task("measuring", total=len(sizes) * rounds)
            for _ in range(rounds):
                for each in filled:
                    each.rounds.append(await _measure(each, requests))
                    bars.advance(measuring)
    table = Table("p50 and p99, ms", *(f"{size:,}" for size in sizes), title="What grows with the register")
    for question in filled[0].rounds[0]:
        table.add_row(question, *(f"{p50:.1f}  [bold]{p99:.1f}[/]" for p50, p99 in (each[question] for each in filled)))
    out.print(table)
    out.print(f"the middle of {rounds} rounds; " + "; ".join(notes), style="dim")


@dataclass(slots=True)
class _Filled:
    """A database of one size, and what has been measured in it."""

    stage: Scene
    ids: list[UUID]
    rounds: list[dict[str, Figure]] = field(default_factory=list)
    sent: int = 0  # records, by batches that were measured

    def __getitem__(self, question: str) -> Figure:
        """The middle of all rounds."""
        p50, p99 = zip(*(each[question] for each in self.rounds), strict=True)
        return Figure(statistics.median(p50), statistics.median(p99))


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


async def _measure(filled: _Filled, requests: int) -> dict[str, Figure]:
    """Each question is asked a few times before it is measured: what was read since belongs to another database."""
    figures: dict[str, Figure] = {}
    stage, ids = filled.stage, filled.ids
    async with served_by(stage, 1, fold_interval_s=86_400, **_NO_LIMITS) as served:
        client, rng = Client(stage, served[0]), random.Random(len(filled.rounds))
        names = await names_of(stage)
        asked = {label: [path] for label, path in _QUESTIONS.items()}
        asked["one business"] = [f"businesses/{rng.choice(ids)}" for _ in range(requests)]
        asked["search, a whole name"] = [f"businesses?q={quote(name)}" for name in names]
        asked["search, one common word, a regency"] = ["businesses?q=warung&region=16.01"]
        asked["feed, nothing new"] = [f"feed?limit=1000&region={VILLAGE}&cursor={client.newest()}"]
        for label, paths in asked.items():
            await asyncio.to_thread(times, client, paths, requests // 10)
            taken = [1000 * each for each in await asyncio.to_thread(times, client, paths, requests)]
            figures[label] = Figure(statistics.median(taken), percentile(taken, 99))
        client.close()
        for batch_size in _BATCHES:
            bodies = await asyncio.to_thread(partial(bodies_of, stage, batch_size, _RECORDS, first=filled.sent))
            came = await asyncio.to_thread(send, stage, served, bodies, lambda: None)
            filled.sent += _RECORDS
            figures[f"batch of {batch_size}"] = Figure(
                statistics.median(came.latencies), percentile(came.latencies, 99)
            )
    return figures
