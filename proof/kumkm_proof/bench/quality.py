"""How long judging a regency takes: read, unsealed, judged and stored, as the worker does it."""

import asyncio
import time

import asyncpg
import uvloop
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from app.core.clock import MachineClock
from app.core.database import Database
from app.core.sealing import KeyRing
from app.quality.due import have_wait
from app.quality.rounds import Judging
from app.serving import settle
from kumkm_proof.bench.register import fill_register
from kumkm_proof.bench.scene import Scene, scene, server

_REGENCY = "16.01"
_ENUMERATORS = 84
_ROUNDS = 3
_TICK_S = 0.001


def run_bench(out: Console, *, records: int) -> None:
    """Fill a register, judge it, and print the table."""
    settle()  # as a server does
    uvloop.run(_run(out, records))


async def _run(out: Console, records: int) -> None:
    async with server(None) as scenery, scene(scenery, enumerators=_ENUMERATORS) as stage:
        with Progress(console=out) as bars:
            task = bars.add_task("businesses", total=records)
            await fill_register(stage, records, lambda rows: bars.advance(task, rows))
        rounds = [await _round(stage) for _ in range(_ROUNDS)]
        flagged, judged = await _found(stage)
    table = Table("what", *(f"round {n}" for n in range(1, _ROUNDS + 1)), title=f"{judged:,} records judged")
    table.add_row("seconds", *(f"{took:.1f}" for took, _ in rounds))
    table.add_row("records/s", *(f"{judged / took:,.0f}" for took, _ in rounds))
    table.add_row("the event loop was late, p99, ms", *(f"{_p99(late) * 1000:.1f}" for _, late in rounds))
    table.add_row("the event loop was late, at most, ms", *(f"{max(late) * 1000:.0f}" for _, late in rounds))
    out.print(table)
    out.print(f"Flagged: {flagged:,} records.")


async def _round(stage: Scene) -> tuple[float, list[float]]:
    """Seconds of one round, and how late a task was that wanted to go on every millisecond."""
    pg = await asyncpg.connect(stage.dsn)
    try:
        await have_wait(pg, 1, _REGENCY)
        await pg.execute("UPDATE quality_state SET ended_at = NULL")
    finally:
        await pg.close()
    database, late, over = Database(stage.settings), list[float](), asyncio.Event()

    async def watch() -> None:
        while not over.is_set():
            began = time.perf_counter()
            await asyncio.sleep(_TICK_S)
            late.append(time.perf_counter() - began - _TICK_S)

    watching = asyncio.create_task(watch())
    began = time.perf_counter()
    done = await Judging(database, KeyRing(stage.settings.sealing_ring()), MachineClock()).round()
    took = time.perf_counter() - began
    over.set()
    await watching
    await database.close()
    assert done  # noqa: S101  (the regency waited)
    return took, late


async def _found(stage: Scene) -> tuple[int, int]:
    pg = await asyncpg.connect(stage.dsn)
    try:
        judged = await pg.fetchval("SELECT records FROM quality_state WHERE regency_code = $1", _REGENCY)
        return await pg.fetchval("SELECT count(*) FROM quality_record WHERE codes <> '{}'"), judged
    finally:
        await pg.close()


def _p99(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.99)]
