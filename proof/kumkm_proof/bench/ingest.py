"""How many records a second go in over HTTP, held against the rate at which the same rows can be written at all.

Three parts in one run, for each batch size: real server processes take batches from several connections; the rows
that they left are read back; a bare asyncpg loop writes those very rows into an identical database (same tables, same
indexes, fsync on) without HTTP, validation, sealing or judging. The ratio of the two rates is what counts: it stays
comparable between machines, and when a machine's speed drifts. The client shares the cores with the server.
"""

import asyncio
import http.client
import random
import statistics
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from http import HTTPStatus
from typing import Any, Literal, NamedTuple
from uuid import UUID

import asyncpg
import orjson
import psutil
import uvloop
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from app.core.bodies import pack, unpack
from app.core.ids import new_id
from kumkm_proof.bench.processor import Clock, Cost
from kumkm_proof.bench.rawbound import Loop, read_back, write_rows
from kumkm_proof.bench.scene import CAMPAIGN, Scene, Scenery, scene, server
from kumkm_proof.bench.servers import Measured, served_by
from kumkm_proof.bench.whole_form import filled

BATCH_SIZES = (1, 8, 50, 200)
"""The record of one interview, those of a day, of a week, and of a month."""
MOST_BATCHES = 5_000
"""Of a size: a hundred thousand batches of one would tell no more."""
_LOOPS: tuple[Loop, ...] = ("insert", "copy")
_KBLI = ("47112", "56101", "10710", "47722", "10794", "01111")


@dataclass(frozen=True, slots=True)
class Figures:
    """What one batch size came to; rates in records a second, latencies in milliseconds, memory in MiB."""

    batch_size: int
    records: int
    rate: float
    bounds: dict[Loop, float]
    latencies: list[float]
    memory: tuple[float, float]  # of the largest server, after a tenth of the run and at its end
    cost: Cost | None  # of all batches; None where the database is not of this machine
    bare: dict[Loop, Cost | None]  # of the bare loops: what the same rows cost PostgreSQL at least


class Form(NamedTuple):
    """What is sent: the questionnaire, and whether every question is answered or, as usual, some."""

    questionnaire: str = "umkm@1"
    whole: bool = False


USUAL = Form()


class Run(NamedTuple):
    """How much is sent, and to how many servers."""

    records: int
    connections: int
    workers: int
    form: Form
    sizes: tuple[int, ...] = BATCH_SIZES


def run_bench(
    out: Console,
    *,
    records: int,
    connections: int,
    workers: int,
    database_url: str | None,
    form: Form = USUAL,
    sizes: tuple[int, ...] = BATCH_SIZES,
) -> None:
    """Run for every batch size and print the table."""
    uvloop.run(_run(out, Run(records, connections, workers, form, sizes), database_url))


async def _run(out: Console, run: Run, database_url: str | None) -> None:
    records, connections, workers, form, sizes = run
    async with server(database_url) as scenery:
        measured = [await _measure(out, scenery, size, run) for size in sizes]
    table = Table("batches", *(f"of {each.batch_size}" for each in measured))
    for column in table.columns[1:]:
        column.justify = "right"

    def add(name: str, tell: Callable[[Figures], str]) -> None:
        table.add_row(name, *map(tell, measured))

    add("records/s", lambda figures: f"[bold]{figures.rate:,.0f}[/]")
    table.add_section()
    for loop in _LOOPS:
        add(f"bare {loop.upper()}, records/s", lambda figures, loop=loop: f"{figures.bounds[loop]:,.0f}")  # type: ignore[misc]  # mypy does not see the default
        add("ratio to it", lambda figures, loop=loop: f"[bold]{figures.rate / figures.bounds[loop]:.2f}[/]")  # type: ignore[misc]  # likewise
    table.add_section()
    for percent in (50, 95, 99):
        add(f"p{percent} of a batch, ms", lambda figures, at=percent: f"{percentile(figures.latencies, at):.1f}")  # type: ignore[misc]  # mypy does not see the default
    table.add_section()
    add("server, processor ms", lambda figures: _ms(figures, figures.cost, "server"))
    add("PostgreSQL, processor ms", lambda figures: _ms(figures, figures.cost, "database"))
    for loop in _LOOPS:
        add(f"PostgreSQL, bare {loop.upper()}", lambda figures, loop=loop: _ms(figures, figures.bare[loop], "database"))  # type: ignore[misc]  # likewise
    add("memory, MiB", lambda figures: f"{figures.memory[0]:.0f} → {figures.memory[1]:.0f}")
    out.print(table)
    out.print(
        f"{form.questionnaire}{', every question answered' if form.whole else ''}."
        f" {records:,} records of each size, in at most {MOST_BATCHES:,} batches; connections: {connections}, servers:"
        f" {workers}. The bare loops (INSERT … unnest, and COPY) write in batches of the same size. Processor time: of"
        " one batch. Memory: of the largest server, after a tenth of the batches and at the end.",
        style="dim",
    )


def _ms(figures: Figures, cost: Cost | None, whose: Literal["server", "database"]) -> str:
    if cost is None:
        return "–"
    return f"{1000 * getattr(cost, whose) * figures.batch_size / figures.records:.2f}"


def percentile(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100)[percent - 1]


async def _measure(out: Console, scenery: Scenery, batch_size: int, run: Run) -> Figures:
    records, connections, workers, form, _ = run
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=out
    )
    with bar:
        async with scene(scenery, enumerators=connections) as stage:
            bodies = await asyncio.to_thread(
                bodies_of, stage, batch_size, min(records, batch_size * MOST_BATCHES), form=form
            )
            total = sum(len(each) for each in bodies) * batch_size
            async with served_by(stage, workers) as served:
                task = bar.add_task(f"HTTP, batches of {batch_size}", total=total)
                clock = Clock(served, scenery.embedded) if scenery.embedded else None
                before = clock.read() if clock else None
                sent = await asyncio.to_thread(send, stage, served, bodies, partial(bar.advance, task, batch_size))
                cost = clock.read() - before if clock and before else None
            await _check(stage, sent)
            left = await read_back(stage.dsn)
        bounds, bare = dict[Loop, float](), dict[Loop, Cost | None]()
        for how in _LOOPS:
            async with scene(scenery, enumerators=connections) as stage:
                task = bar.add_task(f"bare loop, {how}, batches of {batch_size}", total=total)
                clock = Clock([], scenery.embedded) if scenery.embedded else None
                wrote = await write_rows(stage.dsn, left, how, partial(bar.advance, task, batch_size), clock)
                bounds[how], bare[how] = total / wrote.seconds, wrote.cost
    return Figures(
        batch_size=batch_size,
        records=total,
        rate=total / sent.seconds,
        bounds=bounds,
        latencies=sent.latencies,
        memory=(sent.memory[0], sent.memory[-1]),
        cost=cost,
        bare=bare,
    )


def bodies_of(stage: Scene, batch_size: int, records: int, *, first: int = 0, form: Form = USUAL) -> list[list[bytes]]:
    """For each connection the zstd bodies of its batches; every record is a business of its own. `first`: how many
    were made before."""
    usual = filled(form.questionnaire) if form.whole else {}
    rng = random.Random(20220912)
    now = datetime.now(UTC)
    per_connection = max(1, records // batch_size // len(stage.enumerator_ids))
    serial = first
    bodies: list[list[bytes]] = []
    for _ in stage.enumerator_ids:
        homes = rng.sample(stage.villages, 3)
        mine = []
        for _ in range(per_connection):
            items = []
            for _ in range(batch_size):
                serial += 1
                item = _item(rng, serial, homes, now)
                item["questionnaire"] = form.questionnaire
                item["answers"] = _over(usual, item["answers"])
                items.append(item)
            body = {"campaign": CAMPAIGN, "sent_at": now, "app_version": "bench", "items": items}
            mine.append(pack(orjson.dumps(body)))
        bodies.append(mine)
    return bodies


def _over(usual: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """What a record says for itself, over what all of them say."""
    both = usual.keys() & own.keys()
    blocks = {name: {**usual[name], **own[name]} for name in both if isinstance(usual[name], dict)}
    return {**usual, **own, **blocks}


def _item(rng: random.Random, serial: int, homes: Sequence[str], now: datetime) -> dict[str, Any]:
    captured = now - timedelta(hours=rng.randrange(1, 72), seconds=rng.randrange(3600))
    # A number spread over birth date and serial makes every NIK valid and different.
    days, last = divmod(serial, 9_999)
    birth = datetime(1960, 1, 1, tzinfo=UTC) + timedelta(days=days)
    nik = f"160114{birth:%d%m%y}{last + 1:04d}"
    return {
        "record_id": str(new_id()),
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


@dataclass(slots=True)
class Sent:
    """What came of sending: latencies in ms, the answers, and the memory of the largest server in MiB."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    answers: list[bytes] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)  # after each tenth of the batches


def headers_of(stage: Scene, enumerator_id: UUID) -> dict[str, str]:
    """Of a batch that an enumerator sends."""
    return {
        "Authorization": f"Bearer {stage.token(enumerator_id)}",
        "Content-Type": "application/json",
        "Content-Encoding": "zstd",
        "Accept-Encoding": "zstd",
    }


def send(stage: Scene, served: list[Measured], bodies: list[list[bytes]], advance: Callable[[], None]) -> Sent:
    """Send every connection's batches, each connection in a thread of its own, all at once.

    Raises:
        OSError: a batch was not answered with 201.
    """
    sent, total = Sent(), sum(map(len, bodies))
    processes = [psutil.Process(each.process.pid) for each in served]

    def tablet(number: int) -> None:
        # The barest client: what it costs is taken from the same cores as the server.
        connection = http.client.HTTPConnection("127.0.0.1", served[number % len(served)].port, timeout=60)
        headers = headers_of(stage, stage.enumerator_ids[number])
        for body in bodies[number]:
            began = time.perf_counter()
            connection.request("PUT", f"/v1/sync/batches/{new_id()}", body, headers)
            answer = connection.getresponse()
            content = answer.read()
            sent.latencies.append((time.perf_counter() - began) * 1000)
            if answer.status != HTTPStatus.CREATED:
                raise OSError(f"a batch was answered with {answer.status}")
            sent.answers.append(content)
            if len(sent.answers) % max(1, total // 10) == 0:
                sent.memory.append(max(process.memory_info().rss for process in processes) / 2**20)
            advance()
        connection.close()

    began = time.perf_counter()
    with ThreadPoolExecutor(len(bodies)) as pool:
        list(pool.map(tablet, range(len(bodies))))
    sent.seconds = time.perf_counter() - began
    return sent


async def _check(stage: Scene, sent: Sent) -> None:
    """Every record was accepted, and the database says the same."""
    outcomes: Counter[str] = Counter()
    for answer in sent.answers:
        outcomes.update(orjson.loads(unpack(answer))["counts"])
    pg = await asyncpg.connect(stage.dsn)
    try:
        stored = await pg.fetchval("SELECT count(*) FROM business")
    finally:
        await pg.close()
    if outcomes["accepted"] != outcomes.total() or stored != outcomes.total():
        raise OSError(f"not every record was accepted: {dict(outcomes)}, {stored} businesses stored")
