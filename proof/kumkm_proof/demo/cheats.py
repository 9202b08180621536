"""Four of OKU's enumerators who cheat, each in another way, so that quality has what to find.

They change how records were made and what they say, but not which: nothing that counts is touched, nor records that
a mishap is about, and no draw of the field work.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from random import Random

from kumkm_proof.demo.geography import village_place
from kumkm_proof.demo.visits import Sync, Visit

_SEED = 16_01
_OFTEN = 0.75
"""The share of their records."""

_COPIED_EVERY = timedelta(seconds=25)
_WITHOUT_NIK = 0.5
_OWN = ("name", "nik", "sex", "birth_date", "phone")
_WHO_THEY_ARE = ("legal_name", "nib")
_ABOUT_DEGREES = 0.08  # nine kilometres


def cheat(syncs: Sequence[Sync]) -> None:
    """Let them cheat in what their tablets sent."""
    alone = _untouched(syncs)
    own: defaultdict[str, list[Visit]] = defaultdict(list)
    for sync in syncs:
        if sync.enumerator in CHEATS:
            own[sync.enumerator] += (visit for visit in sync.visits if visit.record_id in alone)
    for enumerator, way in CHEATS.items():
        rng = Random(f"{_SEED} {enumerator}")
        visits = sorted(own[enumerator], key=lambda visit: (visit.captured_at, visit.record_id.bytes))
        way([visit for visit in visits if rng.random() < _OFTEN], rng)


def _untouched(syncs: Iterable[Sync]) -> set[object]:
    """Records that came once, of enterprises whose NIK came once."""
    records: Counter[object] = Counter()
    niks: Counter[object] = Counter()
    visits = [visit for sync in syncs for visit in sync.visits]
    for visit in visits:
        records[visit.record_id] += 1
        niks[visit.owner.get("nik")] += 1
    return {
        visit.record_id
        for visit in visits
        if visit.questionnaire == "umkm@1"
        and visit.revision == 1
        and records[visit.record_id] == 1
        and "nik" in visit.owner
        and "legal_name" in visit.answers
        and niks[visit.owner["nik"]] == 1
    }


def _copies(visits: Sequence[Visit], rng: Random) -> None:
    """One interview a day, and then the same again and again, at home, 25 seconds apart."""
    longitude, latitude = village_place(visits[0].village)
    home = round(longitude + rng.uniform(-0.004, 0.004), 6), round(latitude + rng.uniform(-0.004, 0.004), 6)
    days: defaultdict[object, list[Visit]] = defaultdict(list)
    for visit in visits:
        days[visit.captured_at.date()].append(visit)
    for day in days.values():
        first = day[0]
        for number, visit in enumerate(day):
            owner = first.owner | {name: visit.owner[name] for name in _OWN}
            kept = {name: visit.answers[name] for name in _WHO_THEY_ARE if name in visit.answers}
            said = {name: value for name, value in first.answers.items() if name != "nib"}
            visit.answers = said | kept | {"owner": owner}
            visit.captured_at = first.captured_at + number * _COPIED_EVERY
            visit.place = home


def _hurries(visits: Sequence[Visit], rng: Random) -> None:
    """A minute is enough."""
    for visit in visits:
        visit.minutes = round(rng.uniform(0.4, 1.6), 2)


def _makes_points_up(visits: Sequence[Visit], rng: Random) -> None:
    """Points from somewhere around the village."""
    for visit in visits:
        longitude, latitude = village_place(visit.village)
        visit.place = (
            round(longitude + rng.uniform(-_ABOUT_DEGREES, _ABOUT_DEGREES), 6),
            round(latitude + rng.uniform(-_ABOUT_DEGREES, _ABOUT_DEGREES), 6),
        )


def _asks_for_no_number(visits: Sequence[Visit], rng: Random) -> None:
    """No NIK, or another business of the same owner, so that nothing is found to be in already."""
    for visit in visits:
        if rng.random() < _WITHOUT_NIK:
            visit.answers = visit.answers | {
                "owner": {name: value for name, value in visit.owner.items() if name != "nik"}
            }
        else:
            visit.answers = visit.answers | {"other_business_of_owner": True}


CHEATS: Mapping[str, Callable[[Sequence[Visit], Random], None]] = {
    "enumerator.17": _copies,
    "enumerator.38": _hurries,
    "enumerator.52": _makes_points_up,
    "enumerator.71": _asks_for_no_number,
}
"""By user name. None of them has a wrong clock, or has not begun."""
