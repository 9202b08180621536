"""The fleet, shortly: nothing lost, nothing doubled; and a comparison that would tell."""

import asyncio
import hashlib
import math
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import orjson
import pytest
from forms import sized
from rich.console import Console
from servers import memory
from shapes import Json
from some_regions import some_regions
from warm import Process
from world import World, item, nik, outcomes

from app.core.sealing import Digester
from app.core.settings import Settings, SettingsError
from kumkm_proof.bench import scene
from kumkm_proof.simulation import run
from kumkm_proof.simulation.browsers import PACKAGES, prepare
from kumkm_proof.simulation.chaos import Chaos
from kumkm_proof.simulation.network import FAULTS, Village
from kumkm_proof.simulation.run import Plan, simulate
from kumkm_proof.simulation.truth import Planned, Recorded, Truth, Verdict, compare, nik_of
from kumkm_proof.simulation.wire import Wire

EMBEDDED_IS_ENOUGH = True
TAKES_LONG = True


class Warm(Chaos):
    """A server that is there again at once, so that it can be killed often in a short time."""

    def _start(self) -> None:
        if self._process is None or self._process.poll() is not None:
            process: Any = Process(*self.command(), self.log)
            self._process = process


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A simulation whose servers and databases are there sooner. What is killed are processes, not the machine: a
    database in memory keeps as much as one on a disk."""
    monkeypatch.setattr(run, "Chaos", Warm)
    monkeypatch.setattr(scene, "packaged_regions", some_regions)
    monkeypatch.setattr(tempfile, "tempdir", memory() and str(memory()))


def least_of(share: float, requests: int) -> float:
    """How many of these are broken at least, if each is by this chance: four deviations below the mean."""
    return requests * share - 4 * math.sqrt(requests * share * (1 - share))


@pytest.mark.long_form
@pytest.mark.xdist_group("simulation")
@pytest.mark.usefixtures("quick")
async def test_a_fleet_on_a_bad_network_before_servers_that_are_killed_loses_and_doubles_nothing() -> None:
    plan = sized(
        Plan(tablets=2, records=40, seed=3, kill_server_every=10, kill_database_every=12),
        Plan(tablets=6, records=100, seed=3, kill_server_every=60, kill_database_every=80),
    )
    found = await simulate(plan, Console(quiet=True))
    assert found.verdict.sound, found.verdict
    assert found.server_faults == []
    assert found.events["server killed"] >= 1
    assert found.events["database killed"] >= 1
    assert found.faults.total() > least_of(plan.broken, found.requests)
    assert found.verdict.entered == found.truth.businesses
    assert len(found.truth.states) == sum(map(len, found.truth.doors)) > 0
    assert len(set(found.truth.about.values())) > len(found.truth.listed)
    planned = [visit for tablet in found.truth.visits for visit in tablet]
    assert any(visit.visited_after for visit in planned)
    assert any(visit.absent for visit in planned)


@pytest.mark.proof
@pytest.mark.xdist_group("simulation")
@pytest.mark.parametrize(
    "behind_s", [pytest.param(0, id="the standby has everything"), pytest.param(1.0, id="the standby is behind")]
)
@pytest.mark.usefixtures("quick")
async def test_a_failover_loses_nothing_that_a_tablet_has(behind_s: float) -> None:
    plan = Plan(tablets=6, records=300, seed=5, kill_server_every=150, kill_database_every=100, failover_s=behind_s)
    found = await simulate(plan, Console(quiet=True))
    assert found.verdict.sound, found.verdict
    assert found.server_faults == []
    assert found.events["database killed"] >= 1
    assert found.verdict.entered == found.truth.businesses


@pytest.fixture
def driven() -> None:
    """Node.js, the packages of the web apps and a browser."""
    if os.environ.get("KUMKM_WITHOUT_NODE"):
        pytest.skip("KUMKM_WITHOUT_NODE is set")
    if not PACKAGES.exists():
        pytest.skip("the packages of the web apps are not installed: `.venv/bin/python web/tools/web.py build`")


@pytest.mark.proof
@pytest.mark.xdist_group("simulation")
@pytest.mark.usefixtures("quick", "driven")
async def test_browsers_that_are_killed_on_a_network_that_is_cut_lose_and_double_nothing() -> None:
    plan = Plan(tablets=3, browsers=2, records=30, seed=3, broken=0.3, kill_server_every=100, kill_database_every=150)
    found = await simulate(plan, Console(quiet=True))
    assert found.verdict.sound, found.verdict
    assert found.server_faults == []
    assert found.events["browsers killed"] >= 1
    assert found.faults["cut on the way there"] + found.faults["cut on the way back"] >= 1
    assert found.verdict.entered == found.truth.businesses


@pytest.mark.proof
@pytest.mark.usefixtures("driven")
def test_where_there_is_no_browser_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUMKM_CHROMIUM", "/there/is/none")
    with pytest.raises(SettingsError, match="there is no browser at /there/is/none"):
        prepare()


async def test_a_wire_cuts_what_it_carries_and_counts_it() -> None:
    async def server(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if (await reader.read(5)) == b"what?":
            writer.write(b"HTTP/1.1 200 OK " + b"x" * 100_000)
            await writer.drain()
        writer.close()

    answering = await asyncio.start_server(server, "127.0.0.1", 0)
    village = Village(httpx.MockTransport(lambda _: httpx.Response(200)), Random(1), 0, Counter())
    wire = Wire(village, f"http://127.0.0.1:{answering.sockets[0].getsockname()[1]}")
    port = int((await wire.open()).rsplit(":", 1)[1])

    async def asked() -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"what?")
        try:
            return len(await reader.read(-1))
        except ConnectionResetError:
            return 0
        finally:
            writer.close()

    assert await asked() == 100_016
    village.rate = 1
    sizes = [await asked() for _ in range(40)]
    await wire.close()
    answering.close()
    assert village.requests == 41
    assert village.faults["cut on the way there"] > 0
    assert village.faults["cut on the way back"] > 0
    assert sizes.count(100_016) == 40 - village.faults.total()


# Started from the background of a script, it would have Ctrl-C ignored.
_HEARS_CTRL_C = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); from app.cli import main; main()"
)


@pytest.fixture
def short() -> Iterator[Path]:
    """A folder whose path is short enough for a socket, wherever the others are."""
    with tempfile.TemporaryDirectory(prefix="k", dir="/tmp") as folder:
        yield Path(folder)


@pytest.mark.proof
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT], ids=["the system", "Ctrl-C"])
@pytest.mark.parametrize("when", ["*/postgres/postmaster.pid", "*/bench.1.db"], ids=["at the start", "in the field"])
def test_ended_by_somebody_it_says_nothing_and_leaves_nothing_behind(
    short: Path, when: str, how: signal.Signals
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _HEARS_CTRL_C, "simulate", "--tablets", "2", "--kill-database-every", "1"],
        env={**os.environ, "TMPDIR": str(short)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        try:
            for _ in range(900):
                if list(short.glob(when)):
                    break
                assert running.poll() is None, running.communicate()
                time.sleep(0.1)
            else:
                raise AssertionError("it did not come so far")
            time.sleep(0.5)
            running.send_signal(how)
            _, said = running.communicate(timeout=40)
        finally:
            running.kill()
    assert (running.returncode, said) == (128 + how, "")
    assert list(short.glob("kumkm-*")) == []


Scene = tuple[Truth, Callable[..., Awaitable[Verdict]]]


@pytest.fixture
async def recorded(client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, settings: Settings) -> Scene:
    """Two tablets' records, one business among them twice, as the field knows them."""
    items = [item(nik=nik_of(n)) for n in (0, 1, 2)]
    double = item(nik=nik_of(0))
    await outcomes(client, world, "enumerator.1", *items)
    await outcomes(client, world, "enumerator.2", double)
    truth = Truth([[Planned(n, False, False) for n in (0, 1, 2)], [Planned(0, False, False)]])
    truth.recorded = [Recorded(UUID(each["record_id"]), 1, sha256(each)) for each in (*items, double)]

    async def verdict(left: int = 0) -> Verdict:
        digester = Digester(settings.digest_key_bytes())
        return await compare(pg, digester, truth, left_on_tablets=left)

    return truth, verdict


def sha256(sent: Json) -> str:
    return hashlib.sha256(orjson.dumps(sent, option=orjson.OPT_SORT_KEYS)).hexdigest()


async def test_a_sound_server_is_told_sound(recorded: Scene) -> None:
    _, verdict = recorded
    assert (await verdict()).sound


async def test_a_record_that_is_lost_is_told(recorded: Scene, pg: asyncpg.Connection) -> None:
    truth, verdict = recorded
    await pg.execute("DELETE FROM submission WHERE record_id = $1", truth.recorded[1].record_id)
    assert (await verdict()).lost == 1


async def test_where_the_database_may_lose_a_superseded_revision_is_no_lost_record(
    recorded: Scene, pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, settings: Settings
) -> None:
    truth, verdict = recorded
    first = truth.recorded[1]
    again = {**item(nik=nik_of(1)), "record_id": str(first.record_id), "revision": 2}
    await outcomes(client, world, "enumerator.1", again)
    truth.recorded.append(Recorded(first.record_id, 2, sha256(again)))
    await pg.execute("DELETE FROM submission WHERE record_id = $1 AND revision = 1", first.record_id)
    assert (await verdict()).lost == 1
    found = await compare(pg, Digester(settings.digest_key_bytes()), truth, left_on_tablets=0, may_lose=True)
    assert (found.lost, found.superseded_lost) == (0, 1)
    await pg.execute("DELETE FROM submission WHERE record_id = $1", first.record_id)
    found = await compare(pg, Digester(settings.digest_key_bytes()), truth, left_on_tablets=0, may_lose=True)
    assert found.lost == 2


async def test_a_record_whose_content_is_another_is_lost(recorded: Scene, pg: asyncpg.Connection) -> None:
    truth, verdict = recorded
    await pg.execute("UPDATE submission SET content_digest = '\\x00' WHERE record_id = $1", truth.recorded[1].record_id)
    assert (await verdict()).lost == 1


async def test_a_business_that_counts_twice_is_told(
    recorded: Scene, pg: asyncpg.Connection, client: httpx.AsyncClient, world: World
) -> None:
    _, verdict = recorded
    await outcomes(client, world, "enumerator.3", item(nik=nik()))
    assert (await verdict()).doubled == 2  # one business too many, and a record that nobody recorded


async def test_a_duplicate_that_was_missed_is_told(recorded: Scene, pg: asyncpg.Connection) -> None:
    _, verdict = recorded
    await pg.execute("UPDATE progress_cell SET duplicates = 0")
    found = await verdict()
    assert (found.duplicates_missed, bool(found.drifts)) == (1, True)


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE record SET counted_as = 'closed' WHERE counted_as = 'refused'",
        "UPDATE record SET counted_as = 'open_visits' WHERE counted_as = 'entered'",
        "DELETE FROM record WHERE counted_as = 'refused'",
        "UPDATE progress_cell SET refused = 2 WHERE refused = 1",
    ],
)
async def test_a_door_in_a_wrong_state_is_told(
    recorded: Scene, pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, harm: str
) -> None:
    truth, verdict = recorded
    door = {**item(answers={"result": "refused"}), "questionnaire": "visit@1"}
    await outcomes(client, world, "enumerator.1", door)
    truth.recorded.append(Recorded(UUID(door["record_id"]), 1, sha256(door)))
    truth.states[UUID(door["record_id"])] = "refused"
    assert (await verdict()).sound
    await pg.execute(harm)
    assert (await verdict()).doors_wrong >= 1


async def test_what_is_left_on_a_tablet_is_told(recorded: Scene) -> None:
    _, verdict = recorded
    assert not (await verdict(left=1)).sound


def test_every_business_has_a_nik_of_its_own_that_is_one() -> None:
    from app.core.clock import MachineClock  # noqa: PLC0415  (likewise)
    from app.identifiers.numbers import parse_nik  # noqa: PLC0415  (held against it here only)

    numbers = [nik_of(n) for n in range(0, 600_000, 7)]
    assert len(set(numbers)) == len(numbers)
    for number in numbers[::997]:
        parse_nik(number, today=MachineClock().now().date())


@pytest.mark.parametrize("fault", FAULTS)
async def test_every_fault_of_the_network_happens(fault: str) -> None:
    seen = []

    async def server(request: httpx.Request) -> httpx.Response:
        seen.append(await request.aread())
        return httpx.Response(200, json={"ok": True})

    class Picky(Random):
        def random(self) -> float:
            return 0.0

        def choice(self, seq: Any) -> Any:
            return fault if fault in seq else seq[0]

    village = Village(httpx.MockTransport(server), Picky(1), 0.2, Counter())
    async with httpx.AsyncClient(transport=village, base_url="http://server") as http:
        try:
            answer = await http.put("/", content=b"x" * 1000)
            told = answer.text
        except httpx.TransportError as exc:
            told = str(exc)
    assert village.faults == {fault: 1}
    times = {
        "lost before it arrived": 0,
        "captive portal": 0,
        "gateway fault": 0,
        "cut while it was sent": 0,
        "delivered twice": 2,
    }
    assert len(seen) == times.get(fault, 1)
    assert all(body == b"x" * 1000 for body in seen)
    assert told or fault == "answer cut"
