"""`kumkm simulate`: a fleet of reference tablets on a bad network, before a real server that is killed all the while.

Nothing is made up but the people: real PostgreSQL, real server processes, real HTTP, real outboxes. At the end all that
was recorded on any tablet is held against what the server has. The same seed draws the same visits, faults and waits;
when they fall together with a kill is up to the machine.
"""

import asyncio
import shutil
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from random import Random
from uuid import UUID

import asyncpg
import httpx
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from app.accounts.passwords import hash_password
from app.core.embedded import EmbeddedServer
from app.core.sealing import Digester
from kumkm_proof.bench.scene import CAMPAIGN, Scene, Scenery, scene, server
from kumkm_proof.simulation.browsers import BrowserTablet, prepare
from kumkm_proof.simulation.chaos import Chaos
from kumkm_proof.simulation.fleet import SimulatedTablet, World
from kumkm_proof.simulation.listing import entries_wrong, list_doors
from kumkm_proof.simulation.nodes import Database, Failover, Single
from kumkm_proof.simulation.truth import Truth, Verdict, compare

_PASSWORD = "pakai tablet di desa"  # noqa: S105  (of accounts that live for minutes)


@dataclass(frozen=True)
class Plan:
    """What is simulated."""

    tablets: int = 84
    records: int = 500
    broken: float = 0.2
    seed: int = 1
    kill_server_every: int = 600
    kill_database_every: int = 1_500
    failover_s: float | None = None
    """How far the standby is behind that takes over when the database is killed; 0: the primary waits for it with each
    commit; None: there is none, and the database recovers."""
    browsers: int = 0
    """So many of the tablets are real browsers."""


@dataclass
class Simulated:
    """What came of it."""

    plan: Plan
    verdict: Verdict
    truth: Truth
    events: Counter[str]
    faults: Counter[str]
    requests: int
    seconds: float
    server_faults: list[str]

    @property
    def sound(self) -> bool:
        """Whether nothing was lost or doubled, and no server stumbled."""
        return self.verdict.sound and not self.server_faults


def run_simulation(out: Console, plan: Plan) -> bool:
    """Simulate, print what came of it, and tell whether nothing was lost or doubled."""
    found = asyncio.run(simulate(plan, out))
    _print(out, found)
    return found.sound


async def simulate(plan: Plan, out: Console) -> Simulated:
    """Simulate on an embedded server of the moment."""
    if plan.browsers:
        await asyncio.to_thread(prepare)
    folder = Path(tempfile.mkdtemp(prefix="kumkm-tablets-"))
    bars = Progress(
        TextColumn("{task.description:<22}"),
        BarColumn(bar_width=40),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("[dim]{task.fields[note]}"),
        console=out,
    )
    try:
        with out.status("PostgreSQL, migrations, regions and KBLI…"):
            stage = server(None)
            scenery = await stage.__aenter__()
        try:
            async with scene(scenery, enumerators=plan.tablets) as made:
                with bars:
                    return await _simulate(plan, scenery, made, folder, bars)
        finally:
            await stage.__aexit__(None, None, None)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _simulate(plan: Plan, scenery: Scenery, made: Scene, folder: Path, bars: Progress) -> Simulated:
    assert scenery.embedded is not None  # noqa: S101  (asked for so)
    rng = Random(plan.seed)
    truth, events = Truth.planned(plan.tablets, plan.records, rng), Counter[str]()
    settings = made.settings.model_copy(update={"storage": str(folder / "files")})
    chaos = Chaos(
        settings,
        _database(scenery.embedded, plan),
        folder / "server.log",
        Random(rng.random()),
        plan.kill_server_every,
        plan.kill_database_every,
        events,
    )
    await _let_them_sign_in(made.dsn)
    tasks = {name: bars.add_task(name, total=truth.records, note="") for name in ("recorded", "confirmed")}
    transport = httpx.AsyncHTTPTransport(limits=httpx.Limits(max_connections=None, max_keepalive_connections=0))
    world = World(
        chaos.base_url,
        _PASSWORD,
        CAMPAIGN,
        made.villages,
        folder,
        truth,
        plan.tablets,
        plan.broken,
        transport,
        lambda what, by: bars.advance(tasks[what], by),
        chaos.answered,
        events,
    )
    world.listed = await _listed(made, truth)
    references = plan.tablets - plan.browsers
    fleet = [
        (SimulatedTablet if number < references else BrowserTablet)(
            world, number, f"bench.{number}", Random(rng.random())
        )
        for number in range(plan.tablets)
    ]
    began = time.perf_counter()
    await chaos.begin()
    try:
        await _in_the_field(fleet, chaos, bars, tasks["confirmed"], events)
        await chaos.settle()
        left = sum(await asyncio.gather(*(tablet.finish() for tablet in fleet)))
        copies = await asyncio.gather(*(tablet.copy() for tablet in fleet))
        seconds = time.perf_counter() - began
    finally:
        await asyncio.gather(*(tablet.close() for tablet in fleet))
        await chaos.stop()
        await transport.aclose()
    pg = await asyncpg.connect(made.dsn)
    try:
        digester = Digester(made.settings.digest_key_bytes())
        async with pg.transaction(isolation="repeatable_read", readonly=True):
            entries = await entries_wrong(pg, truth, copies)
            verdict = await compare(
                pg, digester, truth, left_on_tablets=left, may_lose=bool(plan.failover_s), entries_wrong=entries
            )
    finally:
        await pg.close()
    requests = sum(tablet.village.requests for tablet in fleet)
    return Simulated(plan, verdict, truth, events, world.faults, requests, seconds, chaos.server_faults())


def _database(server: EmbeddedServer, plan: Plan) -> Database:
    return Single(server) if plan.failover_s is None else Failover(server, plan.failover_s)


async def _in_the_field(
    fleet: list[SimulatedTablet], chaos: Chaos, bars: Progress, task: TaskID, events: Counter[str]
) -> None:
    """Everybody works while the server and the database are killed again and again."""
    killers = [asyncio.create_task(kill()) for kill in (chaos.kill_servers, chaos.kill_databases)]
    watching = asyncio.create_task(_watch(bars, task, events))
    try:
        async with asyncio.TaskGroup() as working:
            for tablet in fleet:
                working.create_task(tablet.work())
    finally:
        for each in (*killers, watching):
            each.cancel()
        for fault in await asyncio.gather(*killers, watching, return_exceptions=True):
            if isinstance(fault, Exception):
                raise fault


async def _watch(bars: Progress, task: TaskID, events: Counter[str]) -> None:
    while True:
        bars.update(task, note=", ".join(f"{count} {name}" for name, count in sorted(events.items())))
        await asyncio.sleep(0.2)


async def _listed(made: Scene, truth: Truth) -> list[list[UUID]]:
    pg = await asyncpg.connect(made.dsn)
    try:
        return await list_doors(pg, made.settings, CAMPAIGN, made.villages, truth)
    finally:
        await pg.close()


async def _let_them_sign_in(dsn: str) -> None:
    pg = await asyncpg.connect(dsn)
    try:
        await pg.execute("UPDATE account SET password_hash = $1", await asyncio.to_thread(hash_password, _PASSWORD))
    finally:
        await pg.close()


def _print(out: Console, found: Simulated) -> None:
    plan, verdict, truth = found.plan, found.verdict, found.truth
    table = Table("", "", show_header=False, box=None, padding=(0, 2, 0, 0))
    broken = found.faults.total()
    rows = [
        ("tablets × records", f"{plan.tablets} × {plan.records} = {truth.records:,}, seed {plan.seed}"),
        *([("of which browsers", f"{plan.browsers}")] if plan.browsers else []),
        ("requests", f"{found.requests:,}, of which {broken:,} broken ({broken / max(1, found.requests):.0%})"),
        *((f"  {name}", f"{count:,}") for name, count in sorted(found.faults.items())),
        *((name, f"{count:,}") for name, count in sorted(found.events.items())),
        ("revisions recorded", f"{len(truth.recorded):,}"),
        ("businesses", f"{truth.businesses:,}; counted as entered {verdict.entered:,}"),
        ("visits to a known one", f"{truth.records - truth.businesses:,}; found as duplicates {verdict.duplicates:,}"),
        ("doors without an interview", f"{len(truth.states):,}"),
        ("entries of the listing", f"{sum(truth.listed):,}; records about them {len(truth.about):,}"),
        ("time", f"{found.seconds:.0f} s"),
    ]
    if plan.failover_s:
        rows.append(("superseded, not sent again", f"{verdict.superseded_lost:,}"))
    for row in rows:
        table.add_row(*row)
    out.print(table)
    for name, figure in (
        ("lost", verdict.lost),
        ("counted twice", verdict.doubled),
        ("duplicates missed", verdict.duplicates_missed),
        ("conflicts", verdict.conflicts),
        ("left on tablets", verdict.left_on_tablets),
        ("doors in a wrong state", verdict.doors_wrong),
        ("entries in a wrong state", verdict.entries_wrong),
        ("figures that drift", len(verdict.drifts)),
        ("faults of the server", len(found.server_faults)),
    ):
        out.print(f"[{'green' if not figure else 'bold red'}]{'✓' if not figure else '✗'} {figure} {name}[/]")
    for line in found.server_faults[:20]:
        out.print(line, markup=False, highlight=False)
