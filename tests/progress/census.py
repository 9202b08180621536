"""Batches that count, and a plain model of what they add up to."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import asyncpg
import uuid_utils.compat as uuids

from app.progress import rollup
from app.progress.models import COUNTERS
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
            if by > 0 and counter in COUNTERS[:4]:
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
        days = {"received": 2, "captured": 3}[basis]
        return len({row[1] for row in self.active if row[0] == region and row[days] <= as_of})


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
