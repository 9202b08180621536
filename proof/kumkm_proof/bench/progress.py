"""How long each progress endpoint takes at each level, with few cells in the table and with those of a whole census.

The cells are made up and written straight into the table, with the rolled-up days that folding would have made of
them, and a thousand deltas left unfolded, as on the busiest evening. Every request is a whole one: over HTTP, with a
token, to a server process of its own; nothing is cached between two requests. Beside them that server can be given
batches at a steady rate, which it folds as ever.
"""

import asyncio
import http.client
import statistics
import time
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import NamedTuple

import asyncpg
import uvloop
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from app.progress.models import COUNTERS, OF_RECORDS
from app.progress.rollup import ANCESTRY
from app.workforce.headcount import rebuild
from kumkm_proof.bench.incoming import RECORDS, TABLETS, Came, incoming
from kumkm_proof.bench.scene import CAMPAIGN, TODAY, Scene, days_back, scene, server
from kumkm_proof.bench.servers import Measured, served_by

_CELLS_EACH = 30  # of one enumerator: as many days of work
_DELTAS = 1_000  # what the server's greatest rate (see `bench ingest`) leaves between two foldings
_WARMING_UP = 10
_LONGEST_S = 0.04  # of a request, for the batches that are made to come in beside all of them
_PATHS = (
    *(f"regions?parent={code}" for code in ("ID", "16", "16.01", "16.01.14")),
    *(f"regions/{code}" for code in ("ID", "16", "16.01", "16.01.14", "16.01.14.1003")),
    *(f"enumerators?region={code}" for code in ("ID", "16", "16.01", "16.01.14", "16.01.14.1003")),
    *(f"dates?region={code}" for code in ("ID", "16", "16.01", "16.01.14", "16.01.14.1003")),
    "dates?region=ID&enumerator=cell.1",
    "regions?parent=16&basis=captured",
)

_VILLAGES = "SELECT code, row_number() OVER (ORDER BY code) - 1 AS place FROM region WHERE level = 'village'"
# $1 enumerators, spread evenly over the $2 villages of the nation; $3 how many cells each has, the last of $4.
_PEOPLE = f"""
INSERT INTO account (id, username, name, role, region_code, created_at)
SELECT md5('cell' || n)::uuid, 'cell.' || n, 'Enumerator ' || n, 'enumerator', left(home.code, 5), now()
FROM generate_series(1, $1::int) AS n
JOIN ({_VILLAGES}) AS home ON home.place = (n - 1)::bigint * $2::int / $1
"""
_ASSIGNMENTS = """
INSERT INTO assignment (campaign_id, enumerator_id, region_code, starts_on)
SELECT DISTINCT 1, enumerator_id, region_code, $1::date FROM progress_cell
"""
_CELLS = f"""
INSERT INTO progress_cell (campaign_id, enumerator_id, region_code, received_on, captured_on, regency_code,
                           last_received_at, {", ".join(OF_RECORDS)})
SELECT 1, md5('cell' || n)::uuid, village.code, $4::date - day, $4::date - day - day % 2, left(village.code, 5), now(),
       10 + n % 7, n % 2, 0, (n % 5 = 0)::int, 8, 0
FROM generate_series(1, $1::int) AS n
CROSS JOIN generate_series(0, $3::int - 1) AS day
JOIN ({_VILLAGES}) AS village ON village.place = ((n - 1)::bigint * $2::int / $1 + day % 3) % $2
"""
_NODES = f"CROSS JOIN LATERAL ({ANCESTRY}) AS ancestor"
_SUMS = ", ".join(f"sum({counter})" for counter in COUNTERS)
_DAYS = f"""
WITH village AS (
    SELECT region_code, received_on, captured_on, {", ".join(f"sum({c}) AS {c}" for c in COUNTERS)}
    FROM progress_cell GROUP BY 1, 2, 3
)
INSERT INTO progress_day (campaign_id, basis, region_code, day, {", ".join(COUNTERS)}, newly_active)
SELECT 1, basis.name, ancestor.node, basis.day, {_SUMS}, 0
FROM village AS delta {_NODES}
CROSS JOIN LATERAL (VALUES ('received', received_on), ('captured', captured_on)) AS basis (name, day)
GROUP BY 2, 3, 4
"""
_ACTIVITY = f"""
INSERT INTO progress_activity (campaign_id, region_code, enumerator_id, first_received_on, first_captured_on)
SELECT 1, ancestor.node, enumerator_id, min(received_on), min(captured_on)
FROM (SELECT region_code, enumerator_id, min(received_on) AS received_on, min(captured_on) AS captured_on
      FROM progress_cell GROUP BY 1, 2) AS delta {_NODES}
GROUP BY 2, 3
"""
_NEWLY_ACTIVE = """
UPDATE progress_day AS day SET newly_active = first.people
FROM (SELECT basis.name, region_code, basis.day, count(*) AS people
      FROM progress_activity
      CROSS JOIN LATERAL (VALUES ('received', first_received_on), ('captured', first_captured_on)) AS basis (name, day)
      GROUP BY 1, 2, 3) AS first
WHERE day.basis = first.name AND day.region_code = first.region_code AND day.day = first.day
"""
_UNFOLDED = f"""
INSERT INTO progress_delta (source_id, region_code, received_on, captured_on, regency_code, campaign_id,
                            enumerator_id, {", ".join(OF_RECORDS)})
SELECT gen_random_uuid(), region_code, received_on, captured_on, regency_code, 1, enumerator_id, 1, 0, 0, 0, 0, 0
FROM progress_cell ORDER BY received_on DESC LIMIT $1
"""


class Measure(NamedTuple):
    """How long one question takes, in milliseconds."""

    path: str
    p50: float
    p99: float


def run_bench(out: Console, *, cells: list[int], requests: int, beside: int = 0) -> None:
    """Run for every number of cells and print the table. `beside`: records a second that come in meanwhile."""
    uvloop.run(_run(out, cells, requests, beside))


async def _run(out: Console, sizes: list[int], requests: int, beside: int) -> None:
    measured: list[dict[str, Measure]] = []
    came: list[Came] = []
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=out) as bar:
        async with server(None) as scenery:
            for size in sizes:
                async with scene(scenery, enumerators=TABLETS) as stage:
                    filling = bar.add_task(f"{size:,} cells", total=8)
                    await _fill(stage, size, partial(bar.advance, filling))
                    async with served_by(stage, 1, fold_interval_s=0.5 if beside else 86_400) as (served,):
                        if not beside:
                            await _leave_unfolded(stage)
                        advance = partial(bar.advance, bar.add_task("requests", total=len(_PATHS)))
                        longest_s = _LONGEST_S * len(_PATHS) * (requests + _WARMING_UP)
                        with incoming(stage, served, beside, longest_s) as told:
                            measured.append(await asyncio.to_thread(_ask_all, stage, served, requests, advance))
                        came += told
    title = f"Progress: p50 and p99 in ms of {requests} requests each"
    table = Table(title=f"{title}, beside batches of {RECORDS}" if beside else title)
    table.add_column("GET /v1/progress/…")
    for size in sizes:
        table.add_column(f"{size:,} cells", justify="right")
    for path in _PATHS:
        table.add_row(path, *(f"{each[path].p50:.1f}  [bold]{each[path].p99:.1f}[/]" for each in measured))
    worst = (max(each.values(), key=lambda measure: measure.p99) for each in measured)
    table.add_section()
    table.add_row("worst p99", *(f"[bold]{each.p99:.1f}[/]" for each in worst))
    if came:
        table.add_row("records/s that came in", *(f"{each.rate:,.0f}" for each in came))
        table.add_row("p50 of a batch of them", *(f"{each.p50:.1f}" for each in came))
    out.print(table)


async def _fill(stage: Scene, size: int, advance: Callable[[], None]) -> None:
    people = max(1, size // _CELLS_EACH)
    pg = await asyncpg.connect(stage.dsn, server_settings={"jit": "off", "work_mem": "256MB"})
    try:
        villages = await pg.fetchval("SELECT count(*) FROM region WHERE level = 'village'")
        for statement, arguments in (
            (_PEOPLE, (people, villages)),
            (_CELLS, (people, villages, _CELLS_EACH, TODAY)),
            (_ASSIGNMENTS, (days_back(_CELLS_EACH),)),
            (_DAYS, ()),
            (_ACTIVITY, ()),
            (_NEWLY_ACTIVE, ()),
        ):
            await pg.execute(statement, *arguments, timeout=1800)
            advance()
        await rebuild(pg, 1)
        advance()
        await pg.execute("VACUUM (ANALYZE)", timeout=1800)
        await pg.execute("CHECKPOINT", timeout=1800)  # so that what was made is not written while it is read
        advance()
    finally:
        await pg.close()


async def _leave_unfolded(stage: Scene) -> None:
    """What a busy evening leaves between two foldings; the server that is measured does not fold again."""
    pg = await asyncpg.connect(stage.dsn)
    try:
        await pg.execute(_UNFOLDED, _DELTAS)
    finally:
        await pg.close()


def _ask_all(stage: Scene, served: Measured, requests: int, advance: Callable[[], None]) -> dict[str, Measure]:
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=60)
    headers = {"Authorization": f"Bearer {stage.admin_token()}"}
    measures = {}
    for path in _PATHS:
        latencies = []
        separator = "&" if "?" in path else "?"
        for number in range(requests + _WARMING_UP):
            began = time.perf_counter()
            connection.request("GET", f"/v1/progress/{path}{separator}campaign={CAMPAIGN}", headers=headers)
            answer = connection.getresponse()
            answer.read()
            if answer.status != HTTPStatus.OK:
                raise OSError(f"{path} was answered with {answer.status}")
            if number >= _WARMING_UP:
                latencies.append((time.perf_counter() - began) * 1000)
        cuts = statistics.quantiles(latencies, n=100)
        measures[path] = Measure(path, cuts[49], cuts[98])
        advance()
    connection.close()
    return measures
