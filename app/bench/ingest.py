"""How many records a second go in over HTTP, held against the rate at which the same rows can be written at all.

Three parts in one run, for each batch size: real server processes take batches from several connections; the rows
that they left are read back; a bare asyncpg loop writes those very rows into an identical database (same tables, same
indexes, fsync on) without HTTP, validation, sealing or judging. The ratio of the two rates is what counts: it stays
comparable between machines, and when a machine's speed drifts.
"""

import asyncio
import gzip
import os
import random
import socket
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import httpx
import orjson
import psutil
import uuid_utils.compat as uuids
import uvloop
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from app.bench.rawbound import read_back, write_rows
from app.bench.scene import CAMPAIGN, Scene, scene, server

BATCH_SIZES = (50, 200)
_COLUMNS = (
    "batch", "records/s", "raw loop/s", "ratio", "p50 ms", "p95 ms", "p99 ms", "worker MiB", "raw crowd/s", "of crowd",
)  # fmt: skip
_KBLI = ("47112", "56101", "10710", "47722", "10794", "01111")


@dataclass(frozen=True, slots=True)
class Figures:
    """What one batch size came to; rates in records a second, latencies in milliseconds, memory in MiB."""

    batch_size: int
    records: int
    rate: float
    bound: float
    crowd_bound: float
    latencies: list[float]
    memory: tuple[float, float]  # of the largest worker, after a tenth of the run and at its end

    @property
    def ratio(self) -> float:
        """The rate as a part of the raw bound."""
        return self.rate / self.bound

    @property
    def crowd_ratio(self) -> float:
        """The rate as a part of what as many raw loops at once write as there were tablets."""
        return self.rate / self.crowd_bound


def run_bench(out: Console, *, records: int, connections: int, workers: int, database_url: str | None) -> None:
    """Run for every batch size and print the table."""
    uvloop.run(_run(out, records, connections, workers, database_url))


async def _run(out: Console, records: int, connections: int, workers: int, database_url: str | None) -> None:
    table = Table(title=f"Ingest: {records:,} records per batch size, {connections} connections, {workers} workers")
    for column in _COLUMNS:
        table.add_column(column, justify="right")
    async with server(database_url) as url:
        for batch_size in BATCH_SIZES:
            figures = await _measure(out, url, batch_size, records, connections, workers)
            p50, p95, p99 = (statistics.quantiles(figures.latencies, n=100)[n - 1] for n in (50, 95, 99))
            table.add_row(
                str(batch_size),
                f"{figures.rate:,.0f}",
                f"{figures.bound:,.0f}",
                f"[bold]{figures.ratio:.2f}[/]",
                f"{p50:.1f}",
                f"{p95:.1f}",
                f"{p99:.1f}",
                f"{figures.memory[0]:.0f} → {figures.memory[1]:.0f}",
                f"{figures.crowd_bound:,.0f}",
                f"{figures.crowd_ratio:.2f}",
            )
    out.print(table)


async def _measure(out: Console, url: str, batch_size: int, records: int, connections: int, workers: int) -> Figures:
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=out
    )
    with bar:
        async with scene(url, enumerators=connections) as stage:
            bodies = await asyncio.to_thread(_bodies, stage, batch_size, records)
            async with _served(stage, workers) as (base_url, pids):
                task = bar.add_task(f"HTTP, batches of {batch_size}", total=records)
                latencies, seconds, memory = await _send(
                    stage, base_url, pids, bodies, lambda: bar.advance(task, batch_size)
                )
            left = await read_back(stage.dsn)
        total = sum(len(each) for each in bodies) * batch_size
        bounds = []
        for loops in (1, connections):
            async with scene(url, enumerators=connections) as stage:
                task = bar.add_task(f"raw loops: {loops}, batches of {batch_size}", total=records)
                raw_seconds = await write_rows(stage.dsn, left, loops, lambda: bar.advance(task, batch_size))  # noqa: B023
                bounds.append(total / raw_seconds)
    return Figures(batch_size, total, total / seconds, bounds[0], bounds[1], latencies, memory)


def _bodies(stage: Scene, batch_size: int, records: int) -> list[list[bytes]]:
    """For each connection the gzip bodies of its batches; every record is a business of its own."""
    rng = random.Random(20220912)
    now = datetime.now(UTC)
    per_connection = max(1, records // batch_size // len(stage.enumerator_ids))
    serial = 0
    bodies: list[list[bytes]] = []
    for n in range(len(stage.enumerator_ids)):
        homes = rng.sample(stage.villages, 3)
        mine = []
        for _ in range(per_connection):
            items = []
            for _ in range(batch_size):
                serial += 1
                items.append(_item(rng, serial, homes, now))
            body = {"campaign": CAMPAIGN, "sent_at": now, "app_version": "bench", "items": items}
            mine.append(gzip.compress(orjson.dumps(body), 5))
        bodies.append(mine)
        assert n < len(stage.enumerator_ids)  # noqa: S101  (one list a connection)
    return bodies


def _item(rng: random.Random, serial: int, homes: Sequence[str], now: datetime) -> dict[str, Any]:
    captured = now - timedelta(hours=rng.randrange(1, 72), seconds=rng.randrange(3600))
    # A number spread over birth date and serial makes every NIK valid and different.
    days, last = divmod(serial, 9_999)
    birth = datetime(1960, 1, 1, tzinfo=UTC) + timedelta(days=days)
    nik = f"160114{birth:%d%m%y}{last + 1:04d}"
    return {
        "record_id": uuids.uuid7(),
        "revision": 1,
        "questionnaire": "umkm@1",
        "region_code": rng.choice(homes),
        "started_at": captured - timedelta(minutes=19),
        "captured_at": captured,
        "location": {
            "latitude": -4.1 - rng.random() / 10,
            "longitude": 104.1 + rng.random() / 10,
            "accuracy_m": 6.5,
        },
        "answers": {
            "legal_name": f"Warung {serial}",
            "trade_name": f"Toko {serial}",
            "address": f"Jl. Merdeka No. {serial % 200}",
            "phone": f"0812{serial:08d}",
            "kbli": rng.choice(_KBLI),
            "nib": f"{9_000_000_000_000 + serial}" if serial % 3 == 0 else None,
            "annual_sales_idr": rng.randrange(10_000_000, 3_000_000_000),
            "owner": {
                "name": f"Pemilik {serial}",
                "sex": "male",
                "nik": nik,
                "birth_date": f"{birth:%Y-%m-%d}",
                "phone": f"0813{serial:08d}",
            },
            "workers": {"paid_male": rng.randrange(4), "unpaid_female": rng.randrange(3)},
        },
    }


@asynccontextmanager
async def _served(stage: Scene, workers: int) -> AsyncIterator[tuple[str, list[int]]]:
    """Server processes of their own on a free port; gives the address and the pids of the workers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    secrets = {
        "DATABASE_URL": stage.dsn,
        "KUMKM_TOKEN_KEYS": _ring(stage.settings.token_keys),
        "KUMKM_SEALING_KEYS": _ring(stage.settings.sealing_keys),
        "KUMKM_DIGEST_KEY": stage.settings.digest_key.get_secret_value(),
        "KUMKM_LOG_LEVEL": "info",
    }
    process = subprocess.Popen(  # noqa: ASYNC220, S603  (this very program; a moment of waiting harms nobody)
        [sys.executable, "-m", "app.cli", "serve", "--port", str(port), "--workers", str(workers)],
        env={**os.environ, **secrets},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    base_url = f"http://127.0.0.1:{port}"
    try:
        await _until_ready(base_url, process)
        children = [child.pid for child in psutil.Process(process.pid).children(recursive=True)]
        yield base_url, children or [process.pid]
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait, 40)


def _ring(keys: dict[Any, Any]) -> str:
    return ",".join(f"{number}:{key.get_secret_value()}" for number, key in keys.items())


async def _until_ready(base_url: str, process: subprocess.Popen[bytes]) -> None:
    async with httpx.AsyncClient() as client:
        for _ in range(600):
            if process.poll() is not None:
                raise OSError("the server to be measured did not start")
            try:
                if (await client.get(f"{base_url}/readyz")).is_success:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.05)
    raise OSError("the server to be measured did not become ready in 30 s")


async def _send(
    stage: Scene, base_url: str, pids: list[int], bodies: list[list[bytes]], advance: Callable[[], None]
) -> tuple[list[float], float, tuple[float, float]]:
    """Send every connection's batches at once; gives latencies in ms, the seconds of the whole, and memory in MiB."""
    latencies: list[float] = []
    outcomes: Counter[str] = Counter()
    done, total, early = 0, sum(map(len, bodies)), 0.0
    processes = [psutil.Process(pid) for pid in pids]

    def memory() -> float:
        return max(process.memory_info().rss for process in processes) / 2**20

    async def tablet(token: str, mine: list[bytes]) -> None:
        nonlocal done, early
        headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
            "Content-Encoding": "gzip",
            "Accept-Encoding": "gzip",
        }
        async with httpx.AsyncClient(base_url=base_url, headers=headers, timeout=60) as client:
            for body in mine:
                began = time.perf_counter()
                answer = await client.put(f"/v1/sync/batches/{uuids.uuid7()}", content=body)
                latencies.append((time.perf_counter() - began) * 1000)
                answer.raise_for_status()
                outcomes.update(orjson.loads(answer.content)["counts"])
                done += 1
                if done == max(1, total // 10):
                    early = memory()
                advance()

    tablets: list[Awaitable[None]] = [
        tablet(stage.token(id_), mine) for id_, mine in zip(stage.enumerator_ids, bodies, strict=True)
    ]
    began = time.perf_counter()
    await asyncio.gather(*tablets)
    seconds = time.perf_counter() - began
    await _check(stage, outcomes)
    return latencies, seconds, (early, memory())


async def _check(stage: Scene, outcomes: Counter[str]) -> None:
    """Every record was accepted, and the database says the same."""
    pg = await asyncpg.connect(stage.dsn)
    try:
        stored = await pg.fetchval("SELECT count(*) FROM business")
    finally:
        await pg.close()
    if outcomes["accepted"] != outcomes.total() or stored != outcomes.total():
        raise OSError(f"not every record was accepted: {dict(outcomes)}, {stored} businesses stored")
