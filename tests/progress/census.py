"""Batches that count, and a plain model of what they add up to."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
import uuid_utils.compat as uuids
from shapes import Call, Deed
from world import VILLAGE, World

from app.progress import rollup
from app.progress.models import DOORS
from app.progress.rollup import Change
from app.regions.region_code import ancestry, regency_of

FIRST_DAY = date(2022, 9, 1)
ENUMERATORS = tuple(UUID(int=n) for n in (1, 2, 3))


def change(counter: str, by: int, village: str, received: int, captured: int) -> Change:
    """A change on the days so many after the first."""
    received_on, captured_on = FIRST_DAY + timedelta(received), FIRST_DAY + timedelta(captured)
    return Change(counter, by, village, regency_of(village), received_on, captured_on)


@dataclass
class Tally:
    """What batches add up to, counted by hand."""

    cells: Counter[tuple[UUID, str, date, date, str]] = field(
        default_factory=Counter
    )  # by enumerator, village, received, captured, counter
    active: list[tuple[str, UUID, date, date]] = field(default_factory=list)  # (node, enumerator, received, captured)

    def add(self, enumerator_id: UUID, changes: Iterable[Change]) -> None:
        batch: Counter[tuple[str, date, date, str]] = Counter()
        for one in changes:
            batch[one.region_code, one.received_on, one.captured_on, one.counter] += one.by
        for (village, received_on, captured_on, counter), by in batch.items():
            self.cells[enumerator_id, village, received_on, captured_on, counter] += by
            if by > 0 and counter in DOORS:
                self.active += ((node, enumerator_id, received_on, captured_on) for node in ancestry(village))

    def days(self, region: str, basis: str, *, enumerator_id: UUID | None = None) -> defaultdict[date, Counter[str]]:
        """The counters of every day on which anything changed."""
        days: defaultdict[date, Counter[str]] = defaultdict(Counter)
        for (who, village, received_on, captured_on, counter), by in self.cells.items():
            if region in ancestry(village) and enumerator_id in (None, who):
                days[received_on if basis == "received" else captured_on][counter] += by
        return days

    def total(self, region: str, basis: str, as_of: date, counter: str) -> int:
        return sum(counts[counter] for day, counts in self.days(region, basis).items() if day <= as_of)

    def enumerators_active(self, region: str, basis: str, as_of: date) -> int:
        return len(
            {
                who
                for node, who, received_on, captured_on in self.active
                if node == region and (received_on if basis == "received" else captured_on) <= as_of
            }
        )


class Census:
    """Counts batches in campaign 1, in the database and in the tally."""

    def __init__(self, pg: asyncpg.Connection) -> None:
        self.pg = pg
        self.tally = Tally()

    async def send(self, enumerator_id: UUID, changes: Iterable[Change]) -> None:
        moment = datetime(2022, 9, 12, 5, tzinfo=UTC)
        await rollup.count(self.pg, 1, enumerator_id, uuids.uuid7(), moment, changes)
        self.tally.add(enumerator_id, changes)

    async def fold(self) -> None:
        while await rollup.fold(self.pg):
            pass


@pytest.fixture
async def census(pg: asyncpg.Connection) -> Census:
    """A campaign without people in an empty census."""
    await pg.execute(
        "INSERT INTO campaign (id, code, name, starts_on, ends_on, accepts_until)"
        " VALUES (1, 'pl-kumkm-2022', 'PL-KUMKM 2022', '2022-04-01', '2022-10-31', '2022-11-30')"
    )
    return Census(pg)


@pytest.fixture
def send(pg: asyncpg.Connection, world: World) -> Deed:
    """Count changes of one of the world's enumerators, as one batch."""

    async def sent(name: str, *changes: Change) -> None:
        await rollup.count(pg, 1, world.id(name), uuids.uuid7(), world.services.clock.now(), changes)

    return sent


@pytest.fixture
def enter(send: Deed) -> Deed:
    """Count so many entered businesses of an enumerator; `day` 11 is 12 September."""

    async def entered(name: str, number: int, village: str = VILLAGE, day: int = 11) -> None:
        await send(name, *(change("entered", 1, village, day, day) for _ in range(number)))

    return entered


@pytest.fixture
def ask(client: httpx.AsyncClient, world: World) -> Call:
    """Ask progress as somebody; a parameter may end in _ where its name is Python's, and None is left out."""

    async def get(name: str, path: str, *, headers: dict[str, str] | None = None, **params: Any) -> httpx.Response:
        params = {key.rstrip("_"): value for key, value in params.items() if value is not None}
        sent = {**world.auth(name), **(headers or {})}
        return await client.get(f"/v1/progress/{path}", params=params, headers=sent)

    return get
