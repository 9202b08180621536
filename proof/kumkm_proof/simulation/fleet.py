"""The tablets of a simulation: each records, syncs when it can, crashes, is opened again, and goes on."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from ipaddress import IPv4Address
from itertools import repeat
from operator import itemgetter
from pathlib import Path
from random import Random
from uuid import UUID

import httpx

from kumkm_proof.simulation.network import Village
from kumkm_proof.simulation.truth import Door, Planned, Recorded, Truth, answers_of
from kumkm_tablet.network import Offline, Policy, SignInNeeded
from kumkm_tablet.outbox import Outbox, Row, State
from kumkm_tablet.tablet import Tablet

_MOST_HASTE = 20
"""Tablets wait a twentieth of what they are told, while they are few."""

_UNHURRIED = 1_680
"""So many tablets wait as long as they are told: waiting is how a crowd spares the server."""

ARRIVALS_PER_S = 25
"""Tablets that begin their work in a second."""

OPEN_STATES = (State.QUEUED, State.SENDING, State.ACKNOWLEDGED, State.KEPT, State.TO_FIX, State.RETURNED)
_CRASHES = 0.1
_LONGEST_LIFE_S = 1.5
_MOST_SKEW = timedelta(days=3)
_SLIGHT_SKEW = timedelta(seconds=90)
_SKEWED = 0.3
_ITEMS = 50
_LATER = 7
"""So many other doors come before one is visited again."""

_LISTED, _LEFT = 9, 2
"""So many interviews apart, one is about an entry of the listing; so many entries of a tablet are nobody's."""


@dataclass
class _DoorAt:
    """A door in a village, and its record once it was visited."""

    village: str
    record_id: str | None = None
    entry: UUID | None = None

    @property
    def named(self) -> dict[str, str]:
        """What an item says of its record, and the first one of its entry."""
        if self.record_id is not None:
            return {"record_id": self.record_id}
        return {} if self.entry is None else {"listing_id": str(self.entry)}


@dataclass
class World:
    """What all tablets of a simulation share."""

    base_url: str
    password: str
    campaign: str
    villages: list[str]
    folder: Path
    truth: Truth
    tablets: int
    rate: float
    transport: httpx.AsyncBaseTransport
    told: Callable[[str, int], None]
    answered: Callable[[], None]
    events: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    listed: list[list[UUID]] = field(default_factory=list)  # of each tablet, the entries of its doors

    @property
    def haste(self) -> float:
        """How many of a tablet's seconds of waiting pass in one."""
        return max(1.0, min(_MOST_HASTE, _UNHURRIED / self.tablets))


class SimulatedTablet:
    """One tablet of one enumerator, from its first visit to an empty outbox."""

    def __init__(self, world: World, number: int, username: str, rng: Random) -> None:
        self.world, self.number, self.username, self.rng = world, number, username, rng
        most = _MOST_SKEW if rng.random() < _SKEWED else _SLIGHT_SKEW
        self.skew = most * rng.uniform(-1, 1)
        self.village = Village(world.transport, rng, world.rate, world.faults, answered=world.answered)
        self.plans: dict[str, Planned] = {}

    async def work(self) -> None:
        """Enrol, make all visits, and sync now and then; what is left is for `finish`."""
        await asyncio.sleep(self.rng.uniform(0, self.world.tablets / ARRIVALS_PER_S))
        await self._enrol()
        steps = self._steps()
        while steps:
            today, steps = steps[: (size := self.rng.randint(5, 60))], steps[size:]
            async with self._opened() as tablet:
                for step in today:
                    step(tablet)
                await asyncio.sleep(0)
            await self._sync()
            async with self._opened() as tablet:
                self._mend(tablet)

    async def finish(self) -> int:
        """Sync on a network that works until nothing waits; how many revisions are left all the same."""
        self.village.rate = 0
        left = 0
        for _ in range(20):
            async with self._opened() as tablet:
                self._mend(tablet)
                await self._attempt(tablet)
                left = len(tablet.outbox.rows(*OPEN_STATES))
            if not left:
                break
        return left

    async def close(self) -> None:
        """Nothing of it runs any more."""

    async def _enrol(self) -> None:
        enrolled = False
        while not enrolled:
            async with self._opened() as tablet:
                await self._sign_in(tablet)
                # What enrolling did not get after signing in, the first sync gets.
                enrolled = tablet.outbox.get("refresh_token") is not None

    async def _sync(self) -> None:
        """One sync, which the app may not survive."""
        async with self._opened() as tablet:
            syncing = asyncio.create_task(self._attempt(tablet))
            if self.rng.random() < _CRASHES:
                await asyncio.wait((syncing,), timeout=self.rng.uniform(0, _LONGEST_LIFE_S))
                if syncing.cancel():
                    self.world.events["tablet crashes"] += 1
            await asyncio.gather(syncing, return_exceptions=True)
            if not syncing.cancelled() and (fault := syncing.exception()) is not None:
                raise fault

    async def _attempt(self, tablet: Tablet) -> None:
        before = len(tablet.outbox.rows(State.CONFIRMED))
        try:
            await tablet.sync()
        except Offline:
            self.world.events["offline"] += 1
        except SignInNeeded:
            self.world.events["signed in again"] += 1
            await self._sign_in(tablet)
        finally:
            self.world.told("confirmed", len(tablet.outbox.rows(State.CONFIRMED)) - before)

    async def _sign_in(self, tablet: Tablet) -> None:
        try:
            await tablet.enrol(self.username, self.world.password)
        except Offline:
            self.world.events["offline"] += 1

    def _steps(self) -> list[Callable[[Tablet], None]]:
        """What is to be done at doors, in its order; who is not home is visited again later."""
        truth, steps = self.world.truth, list[tuple[float, Callable[[Tablet], None]]]()
        entries = self._entries()
        for at, visit in enumerate(truth.visits[self.number]):
            door = _DoorAt(self.rng.choice(self.world.villages), entry=next(entries) if at % _LISTED == 0 else None)
            for again in range(visit.absent):
                steps.append((at + again * _LATER, partial(self._visit, door=door, result="absent")))
            steps.append((at + visit.absent * _LATER, partial(self._record, visit=visit, door=door)))
            if visit.visited_after:
                steps.append((at + (visit.absent + 1) * _LATER, partial(self._visit, door=door, result="closed")))
        doors = truth.doors[self.number] if truth.doors else []
        for planned in doors:
            at, door = self.rng.randrange(len(truth.visits[self.number])), _DoorAt(self.rng.choice(self.world.villages))
            door.entry = next(entries)
            for again, result in enumerate(planned.results):
                step = partial(self._visit, door=door, result=result, planned=planned)
                steps.append((at + again * _LATER + 0.5, step))
        return [step for _, step in sorted(steps, key=itemgetter(0))]

    def _entries(self) -> Iterator[UUID | None]:
        """Entries for doors, one after another: the last ones are nobody's, and the neighbour's first one is taken by
        mistake, too."""
        listed = self.world.listed
        if listed:
            yield from listed[self.number][:-_LEFT]
            yield listed[(self.number + 1) % len(listed)][0]
        yield from repeat(None)

    async def copy(self) -> dict[UUID, str]:
        """The states of the listing on this tablet, after a last look on a network that works."""
        self.village.rate = 0
        async with self._opened() as tablet:
            await tablet.listing.sync(await tablet.handshake())
            return {UUID(door.id): str(door.entry["state"]) for door in tablet.listing.doors()}

    def _about(self, door: _DoorAt, row: Row) -> None:
        """The record is that of the door from now on, and about its entry."""
        door.record_id = row.record_id
        if door.entry is not None:
            self.world.truth.about[UUID(row.record_id)] = door.entry

    def _visit(self, tablet: Tablet, door: _DoorAt, result: str, planned: Door | None = None) -> None:
        """Somebody knocks, and interviews nobody."""
        at = tablet.clock()
        item = {
            "questionnaire": "visit@1",
            "region_code": door.village,
            "captured_at": at.isoformat(),
            "answers": {"result": result, "visited_at": at.isoformat()},
        }
        row = tablet.outbox.add(self.world.campaign, item | door.named)
        self._about(door, row)
        if planned is not None:
            self.world.truth.states[UUID(row.record_id)] = planned.counted_as
        self._note(row)
        self.world.events["visits without an interview"] += 1

    def _record(self, tablet: Tablet, visit: Planned, door: _DoorAt) -> None:
        at = tablet.clock()
        item = {
            "questionnaire": "umkm@1",
            "region_code": door.village,
            "started_at": (at - timedelta(minutes=self.rng.randint(5, 40))).isoformat(),
            "captured_at": at.isoformat(),
            "answers": answers_of(visit.business, mistyped=visit.mistyped),
        }
        row = tablet.outbox.add(self.world.campaign, item | door.named)
        self._about(door, row)
        self.plans[row.record_id] = visit
        self._note(row)
        if visit.revised and not visit.mistyped:
            self._note(
                tablet.outbox.add(
                    self.world.campaign,
                    {**item, "record_id": row.record_id, "answers": answers_of(visit.business, revised=True)},
                )
            )

    def _mend(self, tablet: Tablet) -> None:
        """What the server found wrong is asked again at the door."""
        for row in tablet.outbox.rows(State.TO_FIX):
            item = json.loads(row.content or "")
            visit = self.plans[row.record_id]
            self._note(tablet.outbox.add(row.campaign, {**item, "answers": answers_of(visit.business)}))
            self.world.events["mended"] += 1

    def _note(self, row: Row) -> None:
        self.world.truth.recorded.append(Recorded(UUID(row.record_id), row.revision, row.sha256))
        self.world.told("recorded", 1)

    @asynccontextmanager
    async def _opened(self) -> AsyncIterator[Tablet]:
        """The app, started again: it knows only what is in its file."""

        async def sleep(seconds: float) -> None:
            await asyncio.sleep(seconds / self.world.haste)

        # What is simulated are crashes of the app, not of the tablet's power: the system keeps what was written.
        outbox = Outbox(self.world.folder / f"{self.username}.db", synchronous="OFF")
        http = httpx.AsyncClient(
            transport=self.village,
            base_url=self.world.base_url,
            # As a load balancer tells it: not all tablets of a province stand behind one address.
            headers={"X-Forwarded-For": str(IPv4Address("10.0.0.1") + self.number)},
            timeout=10,
        )
        try:
            yield Tablet(
                http,
                outbox,
                Policy(sleep=sleep, rng=self.rng, attempts=6),
                clock=lambda: datetime.now(UTC) + self.skew,
                most_items=_ITEMS,
            )
        finally:
            outbox.close()
