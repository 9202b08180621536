"""What the evening of one tablet costs: its session, handshake, eight records, what became of them, and the changes.

Many tablets sync at once, each over a connection of its own, as from a village; one in so many is new and fetches the
reference data and the filter of known numbers besides. Afterwards other tablets sync in step, so that the processor
time of each request is known, and one more with every statement logged, so that statements are counted.
"""

import asyncio
import http.client
import re
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import asyncpg
import orjson
import uvloop
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from app.accounts.tokens import new_refresh_token, refresh_digest
from app.core.bodies import unpack
from app.core.ids import new_id
from kumkm_proof.bench.ingest import bodies_of, percentile
from kumkm_proof.bench.processor import Clock, Cost
from kumkm_proof.bench.scene import CAMPAIGN, Scene, scene, server
from kumkm_proof.bench.servers import served_by
from kumkm_tablet.canonical import canonical, content_sha256
from kumkm_tablet.tablet import KNOWN_IDENTITIES

RECORDS = 8
"""Of a day; also what one batch has."""

_COUNTED = 20
_NO_LIMITS = {f"KUMKM_RATE_{name}": "1000000/second" for name in ("SIGN_IN", "LIST", "FEED")}
_STATEMENT = re.compile(r"LOG:  (?:execute [^:]*|statement): (?!BEGIN|COMMIT|ROLLBACK)")
_JOURNEY = re.compile(r"LOG:  (?:execute [^:]*|statement): ")


@dataclass(slots=True)
class _Tablet:
    """One tablet: its session, the batch of its day, and a connection that lasts for one sync."""

    enumerator_id: UUID
    refresh_token: str
    body: bytes
    headers: dict[str, str]

    def connect(self, port: int) -> http.client.HTTPConnection:
        """A connection of the moment."""
        return http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def refresh(self, line: http.client.HTTPConnection) -> None:
        """The session goes on."""
        form = {"grant_type": "refresh_token", "refresh_token": self.refresh_token, "attempt_id": str(new_id())}
        media = {"Content-Type": "application/x-www-form-urlencoded"}
        told = orjson.loads(_asked(line, "POST", "/v1/auth/token", urlencode(form).encode(), media))
        self.refresh_token = told["refresh_token"]
        self.headers = {"Authorization": f"Bearer {told['access_token']}", "Accept-Encoding": "zstd"}

    def handshake(self, line: http.client.HTTPConnection) -> None:
        """Time, limits, campaigns."""
        _asked(line, "GET", "/v1/sync/handshake?app_version=bench&unsent=8", None, self.headers)

    def batch(self, line: http.client.HTTPConnection) -> None:
        """The records of the day."""
        headers = {**self.headers, "Content-Type": "application/json", "Content-Encoding": "zstd"}
        _asked(line, "PUT", f"/v1/sync/batches/{new_id()}", self.body, headers)

    def reconcile(self, line: http.client.HTTPConnection) -> None:
        """Whether they are all there."""
        items = [
            {
                "record_id": item["record_id"],
                "revision": item["revision"],
                "content_sha256": content_sha256(canonical(item)),
            }
            for item in orjson.loads(unpack(self.body))["items"]
        ]
        headers = {**self.headers, "Content-Type": "application/json"}
        told = orjson.loads(_asked(line, "POST", "/v1/sync/reconcile", orjson.dumps({"items": items}), headers))
        if any(each["state"] != "stored" for each in told["items"]):
            raise OSError("a record that was sent is not stored")

    def changes(self, line: http.client.HTTPConnection) -> None:
        """What others decided."""
        _asked(line, "GET", "/v1/sync/changes?limit=100", None, self.headers)

    def first(self, line: http.client.HTTPConnection) -> None:
        """What a new tablet fetches besides."""
        _asked(line, "GET", "/v1/sync/reference", None, self.headers)
        headers = {**self.headers, "Accept": KNOWN_IDENTITIES}
        _asked(line, "GET", f"/v1/sync/known-identities?region=16.01&campaign={CAMPAIGN}", None, headers)


_STEPS: dict[str, Callable[[_Tablet, http.client.HTTPConnection], None]] = {
    "refresh": _Tablet.refresh,
    "handshake": _Tablet.handshake,
    f"batch of {RECORDS}": _Tablet.batch,
    "reconcile": _Tablet.reconcile,
    "changes": _Tablet.changes,
}


def _asked(
    line: http.client.HTTPConnection, method: str, path: str, body: bytes | None, headers: dict[str, str]
) -> bytes:
    line.request(method, path, body, headers)
    answer = line.getresponse()
    content = answer.read()
    if answer.status not in (HTTPStatus.OK, HTTPStatus.CREATED):
        raise OSError(f"{method} {path.partition('?')[0]}: {answer.status}")
    return unpack(content) if answer.headers["Content-Encoding"] == "zstd" else content


def run_bench(out: Console, *, syncs: int, connections: int, first: int) -> None:
    """Measure, and print tables. `first`: one in so many tablets is new."""
    uvloop.run(_run(out, syncs, connections, first))


async def _run(out: Console, syncs: int, connections: int, first: int) -> None:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    in_step = max(20, syncs // 4)
    with Progress(*columns, console=out) as bars:
        async with server(None) as scenery, scene(scenery, enumerators=syncs + in_step + _COUNTED) as stage:
            assert scenery.embedded is not None  # noqa: S101  (none was named)
            tablets = await _tablets(stage)
            crowd, steady, few = tablets[:syncs], tablets[syncs : syncs + in_step], tablets[syncs + in_step :]
            async with served_by(stage, 1, fold_interval_s=0.5, **_NO_LIMITS) as (served,):
                clock = Clock([served], scenery.embedded)
                advance = partial(bars.advance, bars.add_task("syncs", total=syncs))
                whole = await asyncio.to_thread(_evening, crowd, served.port, connections, first, clock, advance)
                advance = partial(bars.advance, bars.add_task("requests", total=len(_STEPS)))
                steps = await asyncio.to_thread(_in_step, steady, served.port, clock, advance)
            await _log_all(stage)
            async with served_by(stage, 1, fold_interval_s=86_400, **_NO_LIMITS) as (served,):
                counted = await asyncio.to_thread(_counted, few, served.port, scenery.embedded.folder / "log")
    table = Table(
        f"{syncs:,} syncs of {RECORDS} records, {connections} at once, every {first}th a first one",
        "",
        show_header=True,
    )
    seconds, cost, latencies = whole
    table.add_row("syncs/s", f"[bold]{syncs / seconds:,.0f}[/]")
    table.add_row("records/s", f"{RECORDS * syncs / seconds:,.0f}")
    table.add_row("processor time of a sync, ms: server, PostgreSQL", cost.each_ms(syncs))
    for percent in (50, 95, 99):
        table.add_row(f"p{percent} of a sync, ms", f"{percentile(latencies, percent):.1f}")
    out.print(table)
    table = Table("request", "server, PostgreSQL, ms", "p50, p99, ms", "statements, journeys")
    for name, (used, taken) in steps.items():
        figures = f"{statistics.median(taken):.2f}, {percentile(taken, 99):.2f}"
        table.add_row(name, used.each_ms(len(steady)), figures, ", ".join(map(str, counted[name])))
    out.print(table)
    out.print(
        f"Requests in step, one after the other over {len(steady)} tablets. Journeys: statements with those that begin"
        " and end a transaction.",
        style="dim",
    )


async def _tablets(stage: Scene) -> list[_Tablet]:
    """A tablet for each enumerator, signed in yesterday, with a day's work."""
    bodies = await asyncio.to_thread(bodies_of, stage, RECORDS, RECORDS * len(stage.enumerator_ids))
    tokens = [new_refresh_token() for _ in stage.enumerator_ids]
    now = datetime.now(UTC)
    pg = await asyncpg.connect(stage.dsn)
    try:
        await pg.copy_records_to_table(
            "refresh_token",
            records=[
                (refresh_digest(token), new_id(), who, who, "", now - timedelta(days=1), now + timedelta(days=90))
                for token, who in zip(tokens, stage.enumerator_ids, strict=True)
            ],
            columns=["digest", "family_id", "account_id", "device_id", "scope", "issued_at", "expires_at"],
        )
        await pg.execute("ANALYZE")
    finally:
        await pg.close()
    return [
        _Tablet(who, token, body, {}) for who, token, (body,) in zip(stage.enumerator_ids, tokens, bodies, strict=True)
    ]


def _evening(
    tablets: Sequence[_Tablet], port: int, connections: int, first: int, clock: Clock, advance: Callable[[], None]
) -> tuple[float, Cost, list[float]]:
    """All of them, so many at once: seconds, processor time, and each sync's milliseconds."""

    def sync(number: int, tablet: _Tablet) -> float:
        began = time.perf_counter()
        line = tablet.connect(port)
        for step in _STEPS.values():
            step(tablet, line)
        if number % first == 0:
            tablet.first(line)
        line.close()
        advance()
        return (time.perf_counter() - began) * 1000

    before, began = clock.read(), time.perf_counter()
    with ThreadPoolExecutor(connections) as pool:
        latencies = list(pool.map(sync, range(len(tablets)), tablets))
    seconds = time.perf_counter() - began
    return seconds, clock.read() - before, latencies


def _in_step(
    tablets: Sequence[_Tablet], port: int, clock: Clock, advance: Callable[[], None]
) -> dict[str, tuple[Cost, list[float]]]:
    """Every tablet makes the same request before one makes the next: its cost, and each one's milliseconds."""
    made = {}
    for name, step in _STEPS.items():
        line, taken, before = tablets[0].connect(port), list[float](), clock.read()
        for tablet in tablets:
            began = time.perf_counter()
            step(tablet, line)
            taken.append((time.perf_counter() - began) * 1000)
        line.close()
        time.sleep(0.2)  # what the server still folds belongs to the request that left it
        made[name] = clock.read() - before, taken
        advance()
    return made


async def _log_all(stage: Scene) -> None:
    pg = await asyncpg.connect(stage.dsn)
    try:
        name = await pg.fetchval("SELECT current_database()")
        await pg.execute(f"ALTER DATABASE {name} SET log_statement = 'all'")
    finally:
        await pg.close()


def _counted(tablets: Sequence[_Tablet], port: int, log: Path) -> dict[str, tuple[int, int]]:
    """Of each request the statements, and all journeys to the database: the fewest of all tablets. The first of them
    make each connection know its types and statements, and now and then work in the background comes between."""
    told = dict.fromkeys(_STEPS, (sys.maxsize, sys.maxsize))
    for tablet in tablets:
        line = tablet.connect(port)
        for name, step in _STEPS.items():
            lines = list(_new_lines(log, partial(step, tablet, line)))
            count = sum(map(bool, map(_STATEMENT.search, lines))), sum(map(bool, map(_JOURNEY.search, lines)))
            told[name] = min(told[name], count)
        line.close()
    return told


def _new_lines(log: Path, work: Callable[[], Any]) -> Iterator[str]:
    begun = log.stat().st_size
    work()
    time.sleep(0.05)
    with log.open(encoding="utf-8", errors="replace") as file:
        file.seek(begun)
        yield from file
