"""The field work that the demo shows: which records each tablet sent, when, and what went wrong on the way.

Pure and deterministic. Days are planned first, so that the figures come out as reported; then the mishaps of real
field work are mixed in: the same business visited twice, contradicting numbers, faults that were mended or not,
corrections, batches sent again, tablets without a signal for days and tablets with wrong clocks.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from random import Random
from typing import Any, NamedTuple
from uuid import UUID

from kumkm_proof.demo.census import (
    CAMPAIGN,
    CONFLICTS,
    DUPLICATES,
    IDLE,
    IN_THE_LAST_WEEK,
    INVALID,
    LAST_DAY,
    OKU,
    TEAM_DISTRICTS,
    WIB,
    Regency,
    team_of,
)
from kumkm_proof.demo.cheats import cheat
from kumkm_proof.demo.doors import knock
from kumkm_proof.demo.geography import village_place
from kumkm_proof.demo.people import Townsfolk
from kumkm_proof.demo.visits import Sync, Visit

_GAPS = (1, 1, 1, 2, 2, 3)  # days between two evenings with a signal
_BARBER, _BARBER_2025, _BY_THE_NEWER_LIST = "96111", "96210", 24
_MENDED, _CORRECTED, _HELD, _SENT_TWICE, _BATCHES_AGAIN = 30, 150, 9, 25, 40
_CLOCKS = {  # tablets of OKU whose clocks are wrong
    9: timedelta(minutes=7),
    23: timedelta(minutes=-35),
    41: timedelta(days=-3),
    66: timedelta(hours=25),
}
_SATURDAY = 5
_IN_OWN_VILLAGE, _NIB_NOT_SHOWN = 0.7, 0.5


class Batch(NamedTuple):
    """What is sent: the enumerator's user name, the moment it arrives, the id, and the body."""

    enumerator: str
    received_at: datetime
    id: UUID
    body: dict[str, Any]


class Worker(NamedTuple):
    """An enumerator, and the villages it walks: its own, and those of its team."""

    username: str
    number: int
    own: Sequence[str]
    near: Sequence[str]


def workers_of(regency: Regency, villages: Sequence[str]) -> list[Worker]:
    """The enumerators of a regency, each village with exactly one of them as its own."""
    if regency != OKU:
        return [
            Worker(f"enumerator.{regency.slug}.{number}", number, villages[number - 1 :: regency.enumerators], villages)
            for number in range(1, regency.enumerators + 1)
        ]
    workers = []
    for team, districts in TEAM_DISTRICTS.items():
        near = [village for village in villages if village[:8] in districts]
        members = [number for number in range(1, regency.enumerators + 1) if team_of(number) == team]
        workers += [
            Worker(f"enumerator.{number}", number, near[place :: len(members)], near)
            for place, number in enumerate(members)
        ]
    return workers


def field_work(
    regency: Regency, villages: Sequence[str], outside: Sequence[str], folk: Townsfolk, rng: Random
) -> list[Batch]:
    """Everything that the regency's tablets sent, in the order of arrival.

    Args:
        villages: the regency's villages. outside: villages of another regency.
        folk: who lives there; the same for all regencies, so that no number is met twice by chance.
    """
    workers = [each for each in workers_of(regency, villages) if regency != OKU or each.number not in IDLE]
    syncs = [sync for worker in workers for sync in _evenings(regency, worker, rng)]
    syncs.sort(key=lambda sync: sync.received_at)
    by_name = {worker.username: worker for worker in workers}
    for sync, count in zip(syncs, _counts(regency, syncs, workers, rng), strict=True):
        sync.visits = [_visit(by_name[sync.enumerator], sync, folk, rng) for _ in range(count)]
    if regency == OKU:
        sound = {visit.record_id for sync in syncs for visit in sync.visits}
        _Mishaps(syncs, outside, folk, rng).happen()
        cheat(syncs)
        knock(syncs, sound, _captured_at, uuid7)
    return list(_batches(syncs, rng, again=_BATCHES_AGAIN if regency == OKU else 0))


def _evenings(regency: Regency, worker: Worker, rng: Random) -> Iterator[Sync]:
    day, before = regency.first_day, datetime.combine(regency.first_day, time(7), WIB)
    ahead = _CLOCKS.get(worker.number, timedelta(0)) if regency == OKU else timedelta(0)
    while day <= LAST_DAY:
        received_at = datetime.combine(day, time(18), WIB) + timedelta(seconds=rng.randrange(13_000))
        yield Sync(worker.username, received_at, before, ahead)
        before = received_at
        gap = rng.choice(_GAPS)
        # Nothing stays on a tablet past the day of the report.
        day = LAST_DAY if day < LAST_DAY < day + timedelta(days=gap) else day + timedelta(days=gap)


def _counts(regency: Regency, syncs: Sequence[Sync], workers: Sequence[Worker], rng: Random) -> list[int]:
    """How many new businesses each sync brings: in all what the regency has, in the last week what the week had."""
    diligence = {worker.username: rng.uniform(0.55, 1.45) for worker in workers}
    week_began = LAST_DAY - timedelta(days=6)

    def weight(sync: Sync) -> float:
        day = sync.received_at.date()
        since_start = (day - regency.first_day).days
        days = max(1, (day - sync.since.date()).days)
        rest = 0.45 if day.weekday() > _SATURDAY else 1.0
        return diligence[sync.enumerator] * days * rest * min(1.0, 0.55 + since_start / 60)

    weights = [weight(sync) for sync in syncs]
    late = [sync.received_at.date() >= week_began for sync in syncs]
    if regency != OKU:
        return _apportioned(regency.entered, weights)
    early_part = _apportioned(
        OKU.entered - IN_THE_LAST_WEEK, [0 if is_late else w for w, is_late in zip(weights, late, strict=True)]
    )
    late_part = _apportioned(IN_THE_LAST_WEEK, [w if is_late else 0 for w, is_late in zip(weights, late, strict=True)])
    return [a + b for a, b in zip(early_part, late_part, strict=True)]


def _apportioned(total: int, weights: Sequence[float]) -> list[int]:
    """Whole numbers in proportion to the weights whose sum is the total (largest remainders)."""
    exact = [total * weight / sum(weights) for weight in weights]
    counts = [int(share) for share in exact]
    by_remainder = sorted(range(len(exact)), key=lambda n: counts[n] - exact[n])
    for n in by_remainder[: total - sum(counts)]:
        counts[n] += 1
    return counts


def _visit(worker: Worker, sync: Sync, folk: Townsfolk, rng: Random) -> Visit:
    village = rng.choice(worker.own if rng.random() < _IN_OWN_VILLAGE and worker.own else worker.near)
    questionnaire, answers = folk.answers(village)
    captured_at = _captured_at(sync, rng)
    return Visit(uuid7(captured_at, rng), questionnaire, village, captured_at, answers)


def _captured_at(sync: Sync, rng: Random) -> datetime:
    """A moment of daylight since the tablet's last sync."""
    last = sync.received_at.date()
    days = max(0, (last - sync.since.date()).days - 1)
    day = last - timedelta(days=rng.randint(0, days))
    return datetime.combine(day, time(7, 30), WIB) + timedelta(seconds=rng.randrange(35_000))


class _Mishaps:
    """What goes wrong in OKU, to the figures of the report. Each kind takes visits that no other kind has taken."""

    def __init__(self, syncs: list[Sync], outside: Sequence[str], folk: Townsfolk, rng: Random) -> None:
        self._syncs, self._outside, self._folk, self._rng = syncs, outside, folk, rng
        self._place = {sync: place for place, sync in enumerate(syncs)}
        self._next: dict[Sync, Sync] = {}
        self._before: dict[Sync, Sync] = {}
        last: dict[str, Sync] = {}
        for sync in syncs:
            if (earlier := last.get(sync.enumerator)) is not None:
                self._next[earlier] = sync
                self._before[sync] = earlier
            last[sync.enumerator] = sync
        self._early = [visit for sync in syncs[: len(syncs) // 3] for visit in sync.visits if "nik" in visit.owner]
        visits = [(sync, visit) for sync in syncs for visit in sync.visits]
        rng.shuffle(visits)
        self._visits = iter(visits)

    def happen(self) -> None:
        """Mix everything in."""
        rng = self._rng
        for sync, visit in self._take(_SENT_TWICE, lambda sync, _: sync in self._next):
            self._next[sync].visits.append(visit)
        for sync, visit in self._take(_CORRECTED, lambda sync, visit: sync in self._next and bool(visit.owner)):
            sales = visit.answers["annual_sales_idr"] + 1_000_000
            self._next[sync].visits.append(_revised(visit, visit.answers | {"annual_sales_idr": sales}))
        for sync, visit in self._take(_MENDED, lambda sync, visit: sync in self._before and "nik" in visit.owner):
            earlier = self._before[sync]
            visit.captured_at = _captured_at(earlier, rng)
            owner = visit.owner | {"nik": visit.owner["nik"][:-1]}
            earlier.visits.append(replace(visit, answers=visit.answers | {"owner": owner}))
            visit.revision = 2
        not_last = len(self._syncs) - 1
        for sync, visit in self._take(
            DUPLICATES, lambda sync, visit: "nik" in visit.owner and self._place[sync] < not_last
        ):
            self._again(sync, visit)
        self._contradict()
        for number in range(INVALID):
            self._fault(number)
        for number in range(_HELD):
            sync = rng.choice(self._syncs)
            visit = self._newcomer(sync, rng.choice(self._outside))
            if number % 3 == 0:
                visit.questionnaire, visit.village = "umkm@3", f"{OKU.code}.14.1003"
            sync.visits.append(visit)
        self._newer_list()

    def _newer_list(self) -> None:
        """Some enumerators coded barbers by KBLI 2025, which the campaign does not take."""
        barbers = [visit for sync in self._syncs for visit in sync.visits if visit.answers.get("kbli") == _BARBER]
        chosen = {visit.record_id for visit in barbers[:: max(1, len(barbers) // _BY_THE_NEWER_LIST)]}
        for visit in barbers:
            if visit.record_id in chosen:
                visit.answers["kbli"] = _BARBER_2025

    def _take(self, count: int, fits: Callable[[Sync, Visit], bool]) -> Iterator[tuple[Sync, Visit]]:
        while count:
            sync, visit = next(self._visits)
            if fits(sync, visit):
                count -= 1
                yield sync, visit

    def _again(self, sync: Sync, visit: Visit) -> None:
        """Another enumerator, or the same one, visits the business once more, later."""
        later = self._rng.choice(self._syncs[self._place[sync] + 1 :])
        answers = dict(visit.answers)
        answers["legal_name"] = str(answers["legal_name"]).replace("Warung", "Wrg.").replace("Toko", "Tk.")
        if self._rng.random() < _NIB_NOT_SHOWN:
            answers.pop("nib", None)
        captured_at = _captured_at(later, self._rng)
        later.visits.append(Visit(uuid7(captured_at, self._rng), "umkm@1", visit.village, captured_at, answers))

    def _contradict(self) -> None:
        """The NIK of one business with the NIB of another."""
        late = self._syncs[2 * len(self._syncs) // 3 :]
        owners = self._rng.sample([visit for visit in self._early if "nib" not in visit.answers], CONFLICTS)
        licensed = self._rng.sample([visit for visit in self._early if "nib" in visit.answers], CONFLICTS)
        for one, other in zip(owners, licensed, strict=True):
            sync = self._rng.choice(late)
            captured_at = _captured_at(sync, self._rng)
            answers = one.answers | {"nib": other.answers["nib"]}
            sync.visits.append(Visit(uuid7(captured_at, self._rng), "umkm@1", one.village, captured_at, answers))

    def _fault(self, number: int) -> None:
        """A record with a hard fault that nobody has mended yet."""
        sync = self._rng.choice(self._syncs)
        visit = self._newcomer(sync, sync.visits[0].village if sync.visits else f"{OKU.code}.14.1003")
        answers = visit.answers
        match number % 6:
            case 0:
                answers["owner"] = {"nik": "16011452038500"}
            case 1:
                answers["owner"] = {"nik": "16O1145203850001"}  # a letter for a zero
            case 2:
                answers["kbli"] = "4711"
            case 3:
                answers["annual_sales_idr"] = -1
            case 4:
                del answers["legal_name"]
            case _:
                answers["nib"] = "12345"
        sync.visits.append(visit)

    def _newcomer(self, sync: Sync, village: str) -> Visit:
        questionnaire = ""
        while questionnaire != "umkm@1":
            questionnaire, answers = self._folk.answers(village)
        captured_at = _captured_at(sync, self._rng)
        return Visit(uuid7(captured_at, self._rng), questionnaire, village, captured_at, answers)


def _revised(visit: Visit, answers: dict[str, Any]) -> Visit:
    return replace(visit, answers=answers, revision=visit.revision + 1)


def _batches(syncs: Sequence[Sync], rng: Random, *, again: int) -> Iterator[Batch]:
    """The batches of all syncs that have something to send; some arrive twice, as when an answer was lost."""
    sending = [sync for sync in syncs if sync.visits]
    twice = set(rng.sample(sending, again))
    for sync in sending:
        sent_at = sync.received_at + sync.clock_ahead - timedelta(seconds=rng.uniform(0.2, 4))
        body = {
            "campaign": CAMPAIGN.code,
            "sent_at": sent_at.isoformat(),
            "app_version": "1.4.0",
            "items": [_item(visit, sync) for visit in sync.visits],
        }
        batch = Batch(sync.enumerator, sync.received_at, uuid7(sync.received_at, rng), body)
        yield batch
        if sync in twice:
            yield batch


def _item(visit: Visit, sync: Sync) -> dict[str, Any]:
    told = visit.captured_at + sync.clock_ahead
    longitude, latitude = village_place(visit.village)
    jitter = Random(visit.record_id.int)  # the same record is at the same place each time
    minutes = jitter.randint(6, 25)
    north, east = latitude + jitter.uniform(-0.008, 0.008), longitude + jitter.uniform(-0.008, 0.008)
    if visit.place is not None:
        east, north = visit.place
    return {
        "record_id": str(visit.record_id),
        "revision": visit.revision,
        "questionnaire": visit.questionnaire,
        "region_code": visit.village,
        "started_at": (told - timedelta(minutes=visit.minutes or minutes)).isoformat(),
        "captured_at": told.isoformat(),
        "location": {
            "latitude": round(north, 6),
            "longitude": round(east, 6),
            "accuracy_m": round(jitter.uniform(3, 18), 1),
        },
        "answers": visit.answers,
    }


def uuid7(moment: datetime, rng: Random) -> UUID:
    """A UUIDv7 (RFC 9562) of that moment whose random part comes from the generator."""
    millis = int(moment.timestamp() * 1000)
    return UUID(int=millis << 80 | 0x7 << 76 | rng.getrandbits(12) << 64 | 0b10 << 62 | rng.getrandbits(62))
