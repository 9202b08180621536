"""Doors of OKU at which nobody was interviewed, and doors that were visited in vain before the interview.

They are added to what the tablets send anyway, from a generator of their own: no interview, no figure of the report
and no draw of the field work changes. The shares are made up, after what offices tell of such rounds.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from kumkm_proof.demo.visits import Sync, Visit

_SEED = 16_01
_FOR_EACH_INTERVIEW = 0.062
_VISITED_BEFORE = 0.03
_KNOCKS_MINUTES, _NOTED = 1.0, 0.5
_STORIES: Mapping[tuple[str, ...], int] = {
    ("absent",): 30,
    ("absent", "absent"): 13,
    ("absent", "absent", "absent"): 9,
    ("refused",): 12,
    ("absent", "refused"): 4,
    ("closed",): 9,
    ("moved",): 7,
    ("not_found",): 4,
    ("not_eligible",): 10,
    ("absent", "absent", "non_response"): 2,
}
"""What was found, visit by visit, and how often of a hundred."""

_REASONS = ("Tidak sempat", "Takut kena pajak", "Sudah pernah didata", "Pemilik tidak berkenan")
_NOTES = ("Tetangga: biasanya buka sore", "Rumah terkunci", "Warung tutup sementara", "Diminta datang lagi")

Captured = Callable[[Sync, Random], datetime]
NewId = Callable[[datetime, Random], UUID]


def knock(syncs: Sequence[Sync], interviews: set[UUID], captured: Captured, new_id: NewId) -> None:
    """Add visits to what the tablets send. `interviews`: those to which nothing happens."""
    rng = Random(f"{_SEED} doors")
    of: defaultdict[str, list[Sync]] = defaultdict(list)
    for sync in syncs:
        if sync.visits:
            of[sync.enumerator].append(sync)
    came = Counter(visit.record_id for sync in syncs for visit in sync.visits)
    alone = {record_id for record_id in interviews if came[record_id] == 1}
    stories, weights = list(_STORIES), list(_STORIES.values())
    knocks: list[tuple[Sync, Visit]] = []
    for evenings in of.values():
        for place, sync in enumerate(evenings):
            for visit in list(sync.visits):
                if place and visit.record_id in alone and rng.random() < _VISITED_BEFORE:
                    before = evenings[place - 1]
                    at = captured(before, rng)
                    knocks.append((before, _visit(visit.record_id, 1, visit.village, at, "absent", before, rng)))
                    visit.revision += 1
                if rng.random() < _FOR_EACH_INTERVIEW:
                    (results,) = rng.choices(stories, weights)
                    those = evenings[place : place + len(results)]
                    knocks += _story(results, those, visit.village, captured, new_id, rng)
    for sync, knocked in knocks:
        sync.visits.append(knocked)


def _story(
    results: Sequence[str], evenings: Sequence[Sync], village: str, captured: Captured, new_id: NewId, rng: Random
) -> list[tuple[Sync, Visit]]:
    """One door, visited once before each evening; what was still to come when the report was written is not told."""
    told: list[tuple[Sync, Visit]] = []
    record_id: UUID | None = None
    for revision, (result, sync) in enumerate(zip(results, evenings, strict=False), 1):
        at = captured(sync, rng)
        record_id = record_id or new_id(at, rng)
        told.append((sync, _visit(record_id, revision, village, at, result, sync, rng)))
    return told


def _visit(record_id: UUID, revision: int, village: str, at: datetime, result: str, sync: Sync, rng: Random) -> Visit:
    told = at + sync.clock_ahead
    answers: dict[str, Any] = {"result": result, "visited_at": told.isoformat()}
    if result == "absent":
        answers |= {"next_visit_on": (at.date() + timedelta(days=rng.randint(1, 7))).isoformat()}
        if rng.random() < _NOTED:
            answers["note"] = rng.choice(_NOTES)
    elif result == "refused":
        answers["reason"] = rng.choice(_REASONS)
    return Visit(record_id, "visit@1", village, at, answers, revision, minutes=_KNOCKS_MINUTES)
