"""What was really recorded in the field, and whether the server has it: each revision once, each business once."""

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
_DAYS, _MONTHS, _DISTRICTS, _SEXES, _YEARS = 28, 12, 13, 2, 60


class Planned(NamedTuple):
    """One visit: which business, and what goes wrong or changes afterwards."""

    business: int
    mistyped: bool
    revised: bool


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
        return cls(visits)

    @property
    def businesses(self) -> int:
        """How many there are, however often enumerators visited them."""
        return len({visit.business for tablet in self.visits for visit in tablet})

    @property
    def records(self) -> int:
        """How many visits there are."""
        return sum(map(len, self.visits))


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
    """What the comparison found; a sound server has nothing in the first six."""

    lost: int
    doubled: int
    duplicates_missed: int
    conflicts: int
    left_on_tablets: int
    drifts: list[Drift]
    entered: int
    duplicates: int
    superseded_lost: int
    """Revisions that a failover lost and no tablet sends again, because a higher one of the record is on the server."""

    @property
    def sound(self) -> bool:
        """Whether nothing was lost, doubled, missed or left."""
        found = (self.lost, self.doubled, self.duplicates_missed, self.conflicts, self.left_on_tablets)
        return not any(found) and not self.drifts


async def compare(
    pg: asyncpg.Connection, digester: Digester, truth: Truth, *, left_on_tablets: int, may_lose: bool = False
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
        drifts=await drift(pg),
        entered=entered,
        duplicates=duplicates,
        superseded_lost=superseded_lost,
    )
