"""The statistics of a large register: how long an edition takes, and how fast its tables are read over HTTP."""

import asyncio
import random
import resource
import statistics
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlencode

import asyncpg
import orjson
import uvloop
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from app.statistics.edition import Task
from app.statistics.making import LEVELS
from app.statistics.reading import read_rows
from app.statistics.rounds import make_apart
from app.statistics.store import begin, end
from kumkm_proof.bench.ingest import percentile
from kumkm_proof.bench.read import Client, times
from kumkm_proof.bench.register import fill_register
from kumkm_proof.bench.scene import CAMPAIGN, Scene, scene, server
from kumkm_proof.bench.servers import served_by

_NO_LIMITS = {f"KUMKM_RATE_{name}": "1000000/second" for name in ("LIST", "EXPORT", "FEED")}
_CAMPAIGN_ID = 1
_THRESHOLD = 3
_REGIONS = {"nation": "ID", "province": "16", "regency": "16.01"}
_AIM_MS = 300
_BESIDE_REGION = 2  # the region is the third dimension
_Done = TypeVar("_Done")


def run_bench(out: Console, *, businesses: int, requests: int) -> None:
    """Fill a register, make an edition of it, read its tables, and print what each takes."""
    uvloop.run(_run(out, businesses, requests))


async def _run(out: Console, businesses: int, requests: int) -> None:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=out) as bars:
        async with server(None) as scenery, scene(scenery, enumerators=84) as stage:
            filling = bars.add_task("businesses", total=businesses)
            await fill_register(stage, businesses, partial(bars.advance, filling))
            making = bars.add_task("an edition, percent", total=100)
            tables = [await _edition(stage, lambda percent: bars.update(making, completed=percent))]
            bars.update(making, completed=100)
            async with served_by(stage, 1, fold_interval_s=86_400, **_NO_LIMITS) as (served,):
                client = Client(stage, served)
                tables.append(await asyncio.to_thread(_reads, client, requests))
                client.close()
    for table in tables:
        out.print(table)


async def _edition(stage: Scene, tell: Callable[[int], None]) -> Table:
    """Make one as the server does, step by step."""
    table = Table("step", "seconds", title="An edition")
    pg = await asyncpg.connect(stage.dsn, server_settings={"jit": "off"})

    async def measured(step: str, work: Awaitable[_Done]) -> _Done:
        began = time.perf_counter()
        done = await work
        table.add_row(step, f"{time.perf_counter() - began:,.1f}")
        return done

    try:
        now = await pg.fetchval("SELECT now()")
        async with pg.transaction():
            edition_id = await begin(pg, _CAMPAIGN_ID, _THRESHOLD, now)
        if edition_id is None:
            raise OSError("another edition is in work")
        rows = await measured("read and grouped by PostgreSQL", read_rows(pg, _CAMPAIGN_ID))
        task = Task(_THRESHOLD, random.Random(1).getrandbits(32), rows, [])
        spent = _computed_s()
        made = await measured("worlds: what is suppressed", make_apart(task, tell))
        table.add_row("… of which computed", f"{_computed_s() - spent:,.1f}")
        async with pg.transaction():
            await measured("stored", end(pg, edition_id, _THRESHOLD, made))
        await pg.execute("VACUUM (ANALYZE) statistics_table")
    finally:
        await pg.close()
    cells = [hidden for _, _, cells in made.tables for _, _, hidden in cells]
    table.caption = (
        f"{made.businesses:,} businesses, {len(rows):,} kinds of them in villages; {len(made.tables):,} tables,"
        f" {len(cells):,} cells, of which {sum(cells):,} are suppressed. Sets given: "
        + ", ".join(f"{level} {len(made.given[level])}" for level in LEVELS)
    )
    return table


def _computed_s() -> float:
    """Processor seconds of child processes that ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _reads(client: Client, requests: int) -> Table:
    [edition] = orjson.loads(client.get(f"statistics/editions?campaign={CAMPAIGN}"))["items"]
    table = Table("GET /v1/statistics/businesses?…", "rows", "p50, p99 ms", title=f"Tables ({requests} requests each)")
    slowest = 0.0
    for asked in _asked(edition["given"]):
        path = f"statistics/businesses?{urlencode({**asked, 'campaign': CAMPAIGN})}"
        rows = len(orjson.loads(client.get(path))["items"])
        latencies = [1000 * each for each in times(client, [path], requests)]
        p99 = percentile(latencies, 99)
        slowest = max(slowest, p99)
        table.add_row(
            urlencode(asked, safe=","), f"{rows:,}", f"{statistics.median(latencies):.1f}  [bold]{p99:.1f}[/]"
        )
    some = max(2, requests // 10)
    latencies = [1000 * each for each in times(client, ["statistics/catalogue.ttl?region=16.01"], some)]
    p99 = percentile(latencies, 99)
    table.add_row("catalogue.ttl, region=16.01", "", f"{statistics.median(latencies):.1f}  [bold]{p99:.1f}[/]")
    table.caption = f"worst p99 of a table: {slowest:.1f} ms; the aim is {_AIM_MS}"
    return table


def _asked(given: Mapping[str, Sequence[Sequence[str]]]) -> Iterator[dict[str, Any]]:
    """The widest tables that there are: three dimensions of a region, and regions by as many as are given below it."""
    for level, code in _REGIONS.items():
        widest = max(given[level], key=_width)
        yield {"by": ",".join(widest) or "region", "region": code}
        below = LEVELS[LEVELS.index(level) + 1 :][:2]
        for lower in below:
            two = max((each for each in given[lower] if len(each) <= _BESIDE_REGION), key=_width)
            yield {"by": ",".join(["region", *two]), "region": code, "level": lower}


def _width(attributes: Sequence[str]) -> tuple[int, bool]:
    """Of tables with as many attributes, that one is the longest that has categories of activities."""
    return len(attributes), "category" in attributes
