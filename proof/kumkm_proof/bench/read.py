"""How fast the register is read at a million businesses: lists and searches, the feed, and exports beside bare COPY.

Every request is a whole one: over HTTP, with a token, to a server process of its own. Exports are held against what
PostgreSQL gives of the very same query to a client that throws it away, in the same run.

With a reader, all of it is asked twice: of a server alone with its primary, then of one that reads on a standby. Both
are on this machine, so that the second shows what a reader costs, and who answered, not what another machine gains.
"""

import asyncio
import http.client
import random
import re
import statistics
import time
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote, urlencode
from uuid import UUID

import asyncpg
import httpx
import orjson
import psutil
import uvloop
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from app.exchange.selecting import SOURCE, selected
from kumkm_proof.bench.register import fill_register
from kumkm_proof.bench.scene import Scene, scene, server
from kumkm_proof.bench.servers import Measured, served_by
from kumkm_proof.bench.standby import address_on, standby_of

_NO_LIMITS = {f"KUMKM_RATE_{name}": "1000000/second" for name in ("LIST", "EXPORT", "FEED")}
_LISTS: tuple[dict[str, str], ...] = (
    {},
    {"region": "16"},
    {"region": "16.01"},
    {"kind": "koperasi"},
    {"size_class": "medium"},
    {"kbli": "47112"},
    {"kbli": "43309"},
    {"kbli": "47", "region": "16.01"},
    {"review_state": "returned"},
    {"enumerator": "bench.3"},
    {"campaign": "bench", "region": "16"},
    {"size_class": "medium", "kbli": "43309"},
)
_EXPORTS = ("csv", "ndjson", "parquet", "geojson")
_MIB = 1024 * 1024
_PAGE = 1_000
_PATIENCE_S = 60
_ANSWERED_BY = re.compile(r'^kumkm_reader_reads_total\{answered_by="(\w+)"\} (\S+)$', re.MULTILINE)
VILLAGE = "16.01.14.1003"


def run_bench(out: Console, *, businesses: int, requests: int, reader: bool = False) -> None:
    """Measure, and print tables; `reader`: once more with a standby."""
    uvloop.run(_run(out, businesses, requests, reader=reader))


async def _run(out: Console, businesses: int, requests: int, *, reader: bool) -> None:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=out) as bars:
        async with server(None) as scenery, scene(scenery, enumerators=84) as stage:
            filling = bars.add_task("businesses", total=businesses)
            ids = await fill_register(stage, businesses, partial(bars.advance, filling))
            steps = bars.add_task("measuring", total=8 if reader else 4)
            measure = partial(_measured, stage, ids, requests, partial(bars.advance, steps))
            tables = await measure()
            if reader and scenery.embedded is not None:
                with standby_of(scenery.embedded) as standby:
                    tables += await measure(standby)
    for table in tables:
        out.print(table)


async def _measured(
    stage: Scene, ids: list[UUID], requests: int, step: Callable[[], object], standby: Path | None = None
) -> list[Table]:
    """The four tables; with a standby, each says who answered."""
    apart, copied_from = {}, stage.dsn
    if standby is not None:
        apart = {"KUMKM_READ_DATABASE_URL": address_on(standby, stage.settings.database_url.get_secret_value())}
        copied_from = address_on(standby, stage.dsn)
    async with served_by(stage, 1, fold_interval_s=86_400, **_NO_LIMITS, **apart) as (served,):
        client, names, tables = Client(stage, served), await names_of(stage), []
        if standby is not None:
            await client.until_reader_in_use()
        measures: tuple[Callable[[], Awaitable[Table]], ...] = (
            lambda: asyncio.to_thread(_reads, client, ids, requests),
            lambda: asyncio.to_thread(_searches, client, names, requests),
            lambda: asyncio.to_thread(_feed, client, requests),
            lambda: _exports(copied_from, served, client),
        )
        for measure in measures:
            before = await client.answered_by()
            table = await measure()
            if standby is not None:
                who = {by: count - before.get(by, 0) for by, count in (await client.answered_by()).items()}
                told = ", ".join(f"{by} {count:,}" for by, count in sorted(who.items()) if count)
                table.title = f"{table.title}, the reader apart"
                table.caption = (
                    f"{table.caption or ''} Answered by: {told or 'the primary, as it is not read apart'}.".strip()
                )
            tables.append(table)
            step()
        client.close()
    return tables


class Client:
    """One connection that is kept open, as an admin."""

    def __init__(self, stage: Scene, served: Measured) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=600)
        token = stage.admin_token()
        self._headers = {"Authorization": f"Bearer {token}"}

    def get(self, path: str, **headers: str) -> bytes:
        """The body of an answer."""
        self._connection.request("GET", f"/v1/{path}", headers=self._headers | headers)
        answer = self._connection.getresponse()
        body = answer.read()
        if answer.status != HTTPStatus.OK:
            raise OSError(f"{path}: {answer.status} {body[:300]!r}")
        return body

    async def answered_by(self) -> dict[str, int]:
        """How many requests that a standby may answer were answered by whom."""
        async with httpx.AsyncClient() as client:
            shown = (await client.get(f"http://127.0.0.1:{self._connection.port}/metrics")).text
        return {by: int(float(count)) for by, count in _ANSWERED_BY.findall(shown)}

    async def until_reader_in_use(self) -> None:
        """Wait until a standby answers."""
        for _ in range(_PATIENCE_S):
            await asyncio.to_thread(self.get, "businesses?limit=1")
            if (await self.answered_by()).get("reader"):
                return
            await asyncio.sleep(1)
        raise OSError("the standby did not come to be used")

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def newest(self) -> str:
        """Where a village's feed goes on after all that there is now."""
        self._connection.request("GET", f"/v1/exports/businesses.csv?region={VILLAGE}", headers=self._headers)
        answer = self._connection.getresponse()
        answer.read()
        return answer.headers["X-Feed-Cursor"]

    def stream(self, path: str) -> tuple[float, int]:
        """Seconds to the first byte of a body, and its size."""
        self._connection.close()  # the server may have hung up meanwhile
        begun = time.perf_counter()
        self._connection.request("GET", f"/v1/{path}", headers=self._headers)
        answer = self._connection.getresponse()
        size = len(answer.read(1))
        first = time.perf_counter() - begun
        while chunk := answer.read(_MIB):
            size += len(chunk)
        return first, size


def _reads(client: Client, ids: list[UUID], requests: int) -> Table:
    table = _latencies("Lists of 100, and single businesses", requests)
    for asked in _LISTS:
        _measure(table, "businesses?" + urlencode(asked), client, (f"businesses?{urlencode(asked)}",), requests)
    cursor = None
    while True:
        page = orjson.loads(client.get(f"businesses?limit={_PAGE}" + (f"&cursor={cursor}" if cursor else "")))
        if page["next_cursor"] is None:
            break
        cursor = page["next_cursor"]
    if cursor is not None:
        label = f"businesses?cursor= (page {len(ids) // 100:,})"
        _measure(table, label, client, (f"businesses?cursor={cursor}",), requests)
    rng = random.Random(1)
    _measure(table, "businesses/{id}", client, [f"businesses/{rng.choice(ids)}" for _ in range(requests)], requests)
    return table


def _searches(client: Client, names: list[str], requests: int) -> Table:
    table, rng = _latencies("Searches by name, the nearest 100", requests), random.Random(1)

    def slip(name: str) -> str:
        at = rng.randrange(1, len(name) - 1)
        return name[:at] + name[at + 1] + name[at] + name[at + 2 :]

    for region in ("", "&region=16.01"):
        for label, asked in (
            ("a whole name", names),
            ("two of its words", [" ".join(name.split()[-2:]) for name in names]),
            ("one common word", [rng.choice(("sari", "makan", "kopi", "warung", "ahmad")) for _ in names]),
            ("two letters swapped", [slip(name) for name in names]),
        ):
            paths = [f"businesses?q={quote(name)}{region}" for name in asked]
            _measure(table, f"{label}{region.replace('&', ', ')}", client, paths, requests)
    return table


def _feed(client: Client, requests: int) -> Table:
    table = Table("feed", "figure", title="Feed")
    begun, changes, cursor = time.perf_counter(), 0, ""
    while True:
        lines = client.get(f"feed?limit={_PAGE}{cursor}", Accept="application/x-ndjson").splitlines()
        changes += len(lines) - 1
        last = orjson.loads(lines[-1])
        cursor = f"&cursor={last['next_cursor']}"
        if not last["more"]:
            break
    took = time.perf_counter() - begun
    table.add_row("changes caught up with", f"{changes:,}")
    table.add_row("changes/s", f"{changes / took:,.0f}")
    latencies = times(client, [f"feed?limit={_PAGE}{cursor}"], requests)
    table.add_row("a page with nothing new, p50 and p99, ms", _quantiles(latencies))
    return table


async def _exports(dsn: str, served: Measured, client: Client) -> Table:
    table = Table(
        "export",
        "rows/s",
        "of bare COPY",
        "first byte, ms",
        "MiB",
        "memory, MiB",
        title="Exports of everything, masked",
    )
    bound, rows = await _bare_copy(dsn)
    table.add_row("bare COPY of it", f"{bound:,.0f}", "1.00", "", "", "")
    process = psutil.Process(served.process.pid)
    for format_ in _EXPORTS:
        begun, peaks = time.perf_counter(), [0.0, 0.0]
        taking = asyncio.create_task(asyncio.to_thread(client.stream, f"exports/businesses.{format_}"))
        while not taking.done():
            peaks = [*map(max, peaks, _memory(process))]
            await asyncio.sleep(0.1)
        first, size = await taking
        rate = rows / (time.perf_counter() - begun)
        table.add_row(
            format_,
            f"{rate:,.0f}",
            f"{rate / bound:.2f}",
            f"{first * 1000:.0f}",
            f"{size / _MIB:,.0f}",
            " + ".join(f"{peak:.0f}" for peak in peaks if peak),
        )
    table.caption = "Memory: at most, of the server and of the process that makes Parquet."
    return table


async def _bare_copy(dsn: str) -> tuple[float, int]:
    pg = await asyncpg.connect(dsn, server_settings={"jit": "off"})
    try:
        rows = await pg.fetchval("SELECT count(*) FROM business")

        async def away(_: bytes) -> None:
            pass

        rates = []
        for _ in range(2):
            begun = time.perf_counter()
            await pg.copy_from_query(f"SELECT {selected(as_text=True)} FROM {SOURCE}", output=away, format="csv")
            rates.append(rows / (time.perf_counter() - begun))
    finally:
        await pg.close()
    return max(rates), rows


async def names_of(stage: Scene) -> list[str]:
    """Names of some businesses."""
    pg = await asyncpg.connect(stage.dsn)
    try:
        rows = await pg.fetch("SELECT name FROM business TABLESAMPLE bernoulli(1) REPEATABLE (1) LIMIT 300")
    finally:
        await pg.close()
    return [row[0] for row in rows]


def _memory(process: psutil.Process) -> tuple[float, float]:
    """MiB of the largest process that serves, and of the one that makes Parquet."""
    server = encoder = 0.0
    for each in (process, *process.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            if "app.exchange.encode" in " ".join(each.cmdline()):
                encoder = max(encoder, each.memory_info().rss / _MIB)
            else:
                server = max(server, each.memory_info().rss / _MIB)
    return server, encoder


def _latencies(title: str, requests: int) -> Table:
    return Table("GET /v1/…", "p50, p99 ms", title=f"{title} ({requests} requests each)")


def _measure(table: Table, label: str, client: Client, paths: Iterable[str], requests: int) -> None:
    table.add_row(label, _quantiles(times(client, list(paths), requests)))


def times(client: Client, paths: list[str], requests: int) -> list[float]:
    """Seconds of each request, after ten that do not count."""
    latencies = []
    for number in range(requests + 10):
        begun = time.perf_counter()
        client.get(paths[number % len(paths)])
        latencies.append(time.perf_counter() - begun)
    return latencies[10:]


def _quantiles(latencies: list[float]) -> str:
    ordered = sorted(latency * 1000 for latency in latencies)
    return f"{statistics.median(ordered):.1f}  [bold]{ordered[int(len(ordered) * 0.99)]:.1f}[/]"
