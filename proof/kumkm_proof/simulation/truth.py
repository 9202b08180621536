"""What was really recorded in the field, and whether the server has it: each revision once, each business once, each
door in one state.
"""

from dataclasses import dataclass, field
from random import Random
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from app.core.canonical import same_content
from app.core.sealing import Digester
from app.recount import Drift, drift

_DOUBLED_SHARE = 0.03
_FAULTY_SHARE = 0.01
_REVISED_SHARE = 0.02
_VISITED_BEFORE_SHARE, _VISITED_AFTER_SHARE, _DOORS_SHARE = 0.06, 0.03, 0.15
_LISTED_SHARE = 0.2
_DOORS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("absent",), "open_visits"),
    (("absent", "absent"), "open_visits"),
    (("absent", "absent", "absent"), "non_response"),
    (("refused",), "refused"),
    (("absent", "refused", "absent"), "refused"),
    (("absent", "closed"), "closed"),
    (("moved",), "moved"),
    (("not_found",), "not_found"),
    (("not_eligible",), "not_eligible"),
)
"""What is found at doors where nobody is interviewed, visit by visit, and what each counts as in the end."""
_DAYS, _MONTHS, _DISTRICTS, _SEXES, _YEARS = 28, 12, 13, 2, 60


class Planned(NamedTuple):
    """One interview: with which business, what goes wrong, and whether the door is visited before and after it."""

    business: int
    mistyped: bool
    revised: bool
    absent: int = 0
    visited_after: bool = False


class Door(NamedTuple):
    """A door where nobody is interviewed: what is found there, and what it counts as in the end."""

    results: tuple[str, ...]
    counted_as: str


class Recorded(NamedTuple):
    """One revision as a tablet has it."""

    record_id: UUID
    revision: int
    sha256: str


@dataclass
class Truth:
    """The plan of all visits, and every revision that any tablet ever recorded."""

    visits: list[list[Planned]]
    recorded: list[Recorded] = field(default_factory=list)
    doors: list[list[Door]] = field(default_factory=list)
    states: dict[UUID, str] = field(default_factory=dict)  # of the doors, what each record has to count as
    listed: list[int] = field(default_factory=list)  # how many doors of each tablet are listed before
    about: dict[UUID, UUID] = field(default_factory=dict)  # by record, the entry of the listing that it is about

    @classmethod
    def planned(cls, tablets: int, records: int, rng: Random) -> "Truth":
        """So many visits of so many tablets; some come to a business that another tablet records, too."""
        visits = [
            [
                Planned(
                    rng.randrange(tablets * records) if rng.random() < _DOUBLED_SHARE else tablet * records + at,
                    rng.random() < _FAULTY_SHARE,
                    rng.random() < _REVISED_SHARE,
                )
                for at in range(records)
            ]
            for tablet in range(tablets)
        ]
        further = Random(rng.random())
        visits = [[_visited(planned, further) for planned in tablet] for tablet in visits]
        doors = [[Door(*further.choice(_DOORS)) for _ in range(round(records * _DOORS_SHARE))] for _ in range(tablets)]
        return cls(visits, doors=doors, listed=[max(1, round(records * _LISTED_SHARE))] * tablets)

    @property
    def businesses(self) -> int:
        """How many there are, however often enumerators visited them."""
        return len({visit.business for tablet in self.visits for visit in tablet})

    @property
    def records(self) -> int:
        """How many visits there are."""
        return sum(map(len, self.visits))


def _visited(planned: Planned, rng: Random) -> Planned:
    """The same interview, perhaps with visits before and after it: not after one that has to be corrected."""
    absent = rng.randint(1, 2) if rng.random() < _VISITED_BEFORE_SHARE else 0
    after = rng.random() < _VISITED_AFTER_SHARE and not planned.mistyped
    return planned._replace(absent=absent, visited_after=after)


def nik_of(business: int) -> str:
    """A NIK of OKU, another one for every business."""
    number, parts = business, []
    for size in (_DISTRICTS, _DAYS, _SEXES, _MONTHS, _YEARS):
        number, part = divmod(number, size)
        parts.append(part)
    district, day, sex, month, year = parts
    return f"1601{district + 1:02d}{day + 1 + 40 * sex:02d}{month + 1:02d}{year + 30:02d}{number + 1:04d}"


def answers_of(business: int, *, mistyped: bool = False, revised: bool = False) -> dict[str, Any]:
    """What is said at the door."""
    name = f"Usaha {business}" + (" (diperbaiki)" if revised else "")
    nik = nik_of(business)
    return {
        "legal_name": name,
        "kbli": "47112",
        "annual_sales_idr": 1_000_000 * (business % 900 + 1),
        "owner": {"name": f"Pemilik {business}", "nik": nik[:-1] if mistyped else nik},
    }


@dataclass(frozen=True)
class Verdict:
    """What the comparison found; a sound server has nothing in the first eight."""

    lost: int
    doubled: int
    duplicates_missed: int
    conflicts: int
    left_on_tablets: int
    doors_wrong: int
    """Doors that are in another state than the field knows, or in none, or counted more than once."""
    entries_wrong: int
    """Entries of the listing that are in another state than the records about them, on the server or on a tablet."""
    drifts: list[Drift]
    entered: int
    duplicates: int
    superseded_lost: int
    """Revisions that a failover lost and no tablet sends again, because a higher one of the record is on the server."""

    @property
    def sound(self) -> bool:
        """Whether nothing was lost, doubled, missed or left."""
        found = (
            self.lost,
            self.doubled,
            self.duplicates_missed,
            self.conflicts,
            self.left_on_tablets,
            self.doors_wrong,
            self.entries_wrong,
        )
        return not any(found) and not self.drifts


async def compare(
    pg: asyncpg.Connection,
    digester: Digester,
    truth: Truth,
    *,
    left_on_tablets: int,
    may_lose: bool = False,
    entries_wrong: int = 0,
) -> Verdict:
    """Hold everything that was recorded against everything that the server has. `may_lose`: the database lost some of
    it in between, so that superseded revisions need not be there (rule R37 of the contract).
    """
    stored = {
        (row[0], row[1]): row[2] for row in await pg.fetch("SELECT record_id, revision, content_digest FROM submission")
    }
    raw = {(row[0], row[1]) for row in await pg.fetch("SELECT subject_id, content_digest FROM raw_item")}
    newest: dict[UUID, int] = {}
    for record_id, revision in stored:
        newest[record_id] = max(revision, newest.get(record_id, 0))
    lost = superseded_lost = 0
    for each in truth.recorded:
        digest = digester.content(bytes.fromhex(each.sha256))
        kept = same_content(stored.get((each.record_id, each.revision), b""), digest)
        if kept or (each.record_id, digest) in raw:
            continue
        if may_lose and newest.get(each.record_id, 0) > each.revision:
            superseded_lost += 1
        else:
            lost += 1
    sums = "coalesce(sum(entered), 0)::int, coalesce(sum(duplicates), 0)::int, coalesce(sum(conflicts), 0)::int"
    ((entered, duplicates, conflicts),) = await pg.fetch(f"SELECT {sums} FROM progress_cell")
    # A business that counts twice, or a record that nobody recorded, would be one too many.
    doubled = max(0, entered - truth.businesses) + len(
        {record_id for record_id, _ in stored} - {each.record_id for each in truth.recorded}
    )
    return Verdict(
        lost=lost + max(0, truth.businesses - entered),
        doubled=doubled,
        duplicates_missed=abs(truth.records - truth.businesses - duplicates),
        conflicts=conflicts,
        left_on_tablets=left_on_tablets,
        entries_wrong=entries_wrong,
        doors_wrong=await _doors_wrong(pg, truth),
        drifts=await drift(pg),
        entered=entered,
        duplicates=duplicates,
        superseded_lost=superseded_lost,
    )


async def _doors_wrong(pg: asyncpg.Connection, truth: Truth) -> int:
    """Every record is one door, and in one state, in whatever order its visits came."""
    states: dict[UUID, str] = {row[0]: row[1] for row in await pg.fetch("SELECT record_id, counted_as FROM record")}
    wrong = 0
    for record_id in {each.record_id for each in truth.recorded}:
        found, expected = states.get(record_id), truth.states.get(record_id)
        if expected is None:
            wrong += found not in ("entered", "duplicate", "conflict")
        else:
            wrong += found != expected
    names = "entered + duplicates + conflicts + invalid"
    results = "open_visits + refused + closed + moved + not_found + not_eligible + non_response"
    counted = await pg.fetchval(f"SELECT coalesce(sum({names} + {results}), 0)::int FROM progress_cell")
    return wrong + abs(int(counted) - len(states))
