"""What the figures of progress have to say at any moment of a history, counted by hand from what is in force."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import accumulate

import asyncpg

from app.progress import queries
from app.progress.models import DOORS, OF_LISTING, RESULTS
from app.progress.queries import Counts, Question
from app.regions.region_code import ancestry

NODES = (
    "ID",
    "16",
    "16.01",
    "16.01.13",
    "16.01.13.1003",
    "16.01.14",
    "16.01.14.1003",
    "16.01.14.1003.0001",
    "16.71",
    "16.71.01.1001",
)
"""Regions of every level where histories take place."""

_IN_FORCE = """
WITH known AS MATERIALIZED (SELECT * FROM record)
SELECT known.record_id, known.enumerator_id, known.counted_as, region_code, captured_on
FROM known JOIN submission ON submission.record_id = known.record_id AND submission.revision = known.counted_revision
UNION ALL
SELECT subject_id, enumerator_id, 'invalid', region_code, captured_on FROM raw_item
WHERE counts AND resolved_on IS NULL
"""
_INTERVIEWED = """
SELECT record_id FROM submission WHERE questionnaire NOT LIKE 'visit@%' AND counted_as IS NOT NULL
"""
_ENTRIES = """
WITH claim AS MATERIALIZED (SELECT record_id, listing_id, counted_as FROM record WHERE listing_id IS NOT NULL)
SELECT entry.id, entry.region_code, entry.state, entry.record_id, entry.record_region_code, entry.captured_on,
       entry.listed_on, entry.campaign_id,
       coalesce(array_agg(claim.counted_as) FILTER (WHERE claim.record_id IS NOT NULL), '{}') AS claims,
       max(claim.counted_as) FILTER (WHERE claim.record_id = entry.record_id) AS decider
FROM listing_entry AS entry LEFT JOIN claim ON claim.listing_id = entry.id
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
"""
_BEFORE = ("entered", "duplicate")
"""What an interview decides before any visit; a visit that is not final decides last."""
_COUNTER = {"duplicate": "duplicates", "conflict": "conflicts"}
_COUNTED = (*DOORS, *OF_LISTING)
_NOTHING = dict.fromkeys(_COUNTED, 0)
Figures = dict[str, int]


class DoorFigures:
    """The figures of one campaign, and what they were at the end of days gone by."""

    def __init__(self, pg: asyncpg.Connection, last: date) -> None:
        self.pg, self.last = pg, last
        self.published: dict[tuple[str, date], Figures] = {}

    def forget(self) -> None:
        """The server is as it was before."""
        self.published.clear()

    async def check(self, today: date) -> None:
        """Every door is in exactly one state; every region adds up to its doors, and days gone by say what they
        said."""
        doors = await self.pg.fetch(_IN_FORCE)
        assert len({(row["record_id"], row["enumerator_id"]) for row in doors}) == len(doors), "counted twice"
        interviewed = {row[0] for row in await self.pg.fetch(_INTERVIEWED)}
        for row in doors:
            if row["counted_as"] != "invalid":
                assert (row["record_id"] in interviewed) == (row["counted_as"] not in RESULTS), row
        entries = await self.pg.fetch(_ENTRIES)
        for entry in entries:
            assert entry["state"] in _states_of(entry["claims"]), dict(entry)
            assert entry["decider"] == (None if entry["state"] == "open" else entry["state"]), dict(entry)
        decided = [entry["record_id"] for entry in entries if entry["record_id"] is not None]
        assert len(set(decided)) == len(decided), "a record decides two entries"
        entries = [entry for entry in entries if entry["campaign_id"] == 1]
        for code in NODES:
            here = [row for row in doors if code in ancestry(row["region_code"])]
            for basis in queries.BASES:
                days = await self._by_day(code, basis)
                if basis == "received":
                    every = _count(row["counted_as"] for row in here) | _listing(entries, code, self.last)
                    assert days[self.last] == every, (code, days[self.last], every)
                    self._holds_still(code, days, today)
                    continue
                captured = {row["captured_on"] for row in (*here, *entries)} - {None}
                for day in captured & days.keys():
                    by_then = _count(row["counted_as"] for row in here if row["captured_on"] <= day)
                    by_then |= _listing(entries, code, day)
                    assert days[day] == by_then, (code, day)

    def _holds_still(self, code: str, days: dict[date, Figures], today: date) -> None:
        for day, figures in days.items():
            before = self.published.get((code, day))
            if day < today and before is not None:
                assert figures == before, (code, day, "a day gone by says something else")
            self.published[code, day] = figures

    async def _by_day(self, code: str, basis: str) -> dict[date, Figures]:
        """The figures as of every day on which anything may have happened."""
        found = await queries.days_of(self.pg, Question(1, basis, self.last), code, date.min)
        days = sorted({self.last, *(day for day in found if day is not None)})
        first, span = days[0], (self.last - days[0]).days
        every = [first + timedelta(number) for number in range(span + 1)] if span <= _LONGEST else days
        totals = accumulate((found.get(day, Counts()) for day in every), Counts.plus)
        return {
            day: {each: getattr(total, each) for each in _COUNTED} for day, total in zip(every, totals, strict=True)
        }


_LONGEST = 400
"""Days of a clock that was never set are far off, and are looked at without those between."""


def _count(states: Iterable[str]) -> Figures:
    return _NOTHING | Counter(_COUNTER.get(each, each) for each in states)


def _states_of(claims: Iterable[str]) -> set[str]:
    """What an entry may be after these records, by hand: of several final results the one that came first."""
    known = {each for each in claims if each != "conflict"}
    for each in _BEFORE:
        if each in known:
            return {each}
    return (known - {"open_visits"}) or known or {"open"}


def _listing(entries: Iterable[asyncpg.Record], code: str, day: date) -> Figures:
    """What counts of the entries by that day of capture."""
    listed = [each for each in entries if each["listed_on"] <= day]
    done = [each for each in entries if each["state"] not in ("open", "open_visits") and each["captured_on"] <= day]
    return {
        "listed": sum(code in ancestry(each["region_code"]) for each in listed),
        "listed_done": sum(code in ancestry(each["region_code"]) for each in done),
        "listed_entered": sum(
            each["state"] == "entered" and code in ancestry(each["record_region_code"]) for each in done
        ),
    }
