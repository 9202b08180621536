"""Judging a regency's records and enumerators: the same records, thresholds and dismissals always give the same flags,
in whatever order the records came. Pure.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import NamedTuple, get_args
from uuid import UUID

from app.campaigns.thresholds import Thresholds
from app.quality import record_flags
from app.quality.interviews import MONEY, Interview
from app.quality.record_flags import Box, Found, Numbers
from app.quality.robust import usual
from app.quality.texts import RecordCode
from app.reinterviews.agreeing import Agreed, low_agreement

_FEWEST_PEOPLE = 5
_MOST_OF_ONE = 20.0  # deviations that one flag adds to the score at most, so that one fault does not hide two
_SCALE = 100


class JudgedRecord(NamedTuple):
    """A record with its flags by code."""

    interview: Interview
    flags: Mapping[str, Numbers]


class JudgedEnumerator(NamedTuple):
    """An enumerator with flags by code. `score`: hundredths of deviations that the flags not dismissed add up to."""

    enumerator_id: UUID
    districts: tuple[str, ...]
    records: int
    flagged_records: int
    score: int
    flags: Mapping[str, Numbers]


class Judged(NamedTuple):
    """The flagged records by id, and every enumerator, the first to be looked at first."""

    records: list[JudgedRecord]
    enumerators: list[JudgedEnumerator]


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is judged by beside the records."""

    thresholds: Thresholds
    boxes: Mapping[str, Box] = field(default_factory=dict)
    dismissed_records: Collection[tuple[UUID, int, str]] = frozenset()
    """Record, revision and code."""
    dismissed_people: Mapping[tuple[UUID, str], int] = field(default_factory=dict)
    """By enumerator and code: of how many records it was when it was dismissed."""
    agreed: Mapping[UUID, Agreed] = field(default_factory=dict)
    """What re-interviews say, by enumerator."""


def judge(interviews: Iterable[Interview], by: Circumstances, rest: Callable[[], None] = lambda: None) -> Judged:
    """`rest` is called often, for other threads to get their turn."""
    known = sorted(interviews, key=lambda each: each.record_id.bytes)
    flags: defaultdict[int, dict[str, Numbers]] = defaultdict(dict)
    for code, found in _found(known, by, rest, flags):
        for at, numbers in found:
            flags[at][code] = numbers
        rest()
    records = [JudgedRecord(known[at], dict(sorted(flags[at].items()))) for at in sorted(flags)]
    return Judged(records, _people(known, flags, by))


def _found(
    known: Sequence[Interview], by: Circumstances, rest: Callable[[], None], flags: Mapping[int, Mapping[str, Numbers]]
) -> Iterable[tuple[str, Found]]:
    thresholds = by.thresholds
    yield "short_interview", record_flags.short_interviews(known, thresholds)
    yield "rapid_sequence", record_flags.rapid_sequence(known, thresholds)
    yield "copied_answers", record_flags.copied_answers(known, thresholds, rest)
    # All flags so far are of time and answers.
    yield "same_point", record_flags.same_points(known, thresholds, set(flags))
    yield "far_point", record_flags.far_points(known, thresholds, by.boxes)
    yield "out_of_range", record_flags.out_of_range(known, thresholds)
    yield "empty_answers", record_flags.empty_answers(known, thresholds)
    yield "repeated_number", record_flags.repeated_numbers(known, thresholds)
    yield "short_names", record_flags.short_names(known, thresholds)


class _Share(NamedTuple):
    flagged: int
    of: int

    @property
    def share(self) -> float:
        return self.flagged / self.of


def _people(
    known: Sequence[Interview], flags: Mapping[int, Mapping[str, Numbers]], by: Circumstances
) -> list[JudgedEnumerator]:
    own: defaultdict[UUID, list[int]] = defaultdict(list)
    for at, each in enumerate(known):
        own[each.enumerator_id].append(at)
    open_flags = {
        at: [code for code in codes if (known[at].record_id, known[at].revision, code) not in by.dismissed_records]
        for at, codes in flags.items()
    }
    shares = {who: _shares(known, places, open_flags) for who, places in own.items()}
    found: defaultdict[UUID, dict[str, Numbers]] = defaultdict(dict)
    for code in sorted({code for each in shares.values() for code in each}):
        of_code = {who: each[code] for who, each in shares.items() if code in each}
        for who, numbers in _unusual(of_code, by.thresholds):
            found[who][code] = numbers
    for who in own.keys() & by.agreed.keys():
        found[who] |= low_agreement(by.agreed[who], by.thresholds.reinterviewed)
    judged = [
        JudgedEnumerator(
            enumerator_id=who,
            districts=tuple(sorted({known[at].district for at in places})),
            records=len(places),
            flagged_records=sum(bool(open_flags.get(at)) for at in places),
            score=_score(who, len(places), found[who], by),
            flags=found[who],
        )
        for who, places in own.items()
    ]
    return sorted(judged, key=lambda each: (-each.score, each.enumerator_id.bytes))


def _shares(
    known: Sequence[Interview], places: Sequence[int], open_flags: Mapping[int, Sequence[str]]
) -> dict[str, _Share]:
    counts: defaultdict[str, int] = defaultdict(int)
    for at in places:
        for code in open_flags.get(at, ()):
            counts[code] += 1
    people = [known[at].has_nik for at in places if known[at].has_nik is not None]
    shares = {code: _Share(counts[code], len(places)) for code in get_args(RecordCode)}
    shares["other_business"] = _Share(sum(known[at].other_business for at in places), len(places))
    if (same := _same_amounts(known, places)) is not None:
        shares["same_amounts"] = same
    if people:
        shares["no_nik"] = _Share(people.count(False), len(people))
    return shares


def _same_amounts(known: Sequence[Interview], places: Sequence[int]) -> _Share | None:
    """How many have the commonest sum of money, of sales or of capital; None where nobody was asked for any."""
    sums: defaultdict[str, Counter[float]] = defaultdict(Counter)
    for at in places:
        for kind, amount in known[at].amounts:
            if kind in MONEY:
                sums[kind][amount] += 1
    shares = [_Share(max(each.values()), each.total()) for each in sums.values()]
    return max(shares, key=lambda each: (each.flagged, each.share), default=None)


def _unusual(shares: Mapping[UUID, _Share], thresholds: Thresholds) -> Iterable[tuple[UUID, Numbers]]:
    """Those whose share is far above that of the others: by as much as chance and the others' differences explain."""
    wanted = thresholds.enumerators
    judged = {who: each for who, each in shares.items() if each.of >= wanted.least_records}
    if not judged:
        return
    # Few people are no measure of each other.
    values = [each.share for each in judged.values()] if len(judged) >= _FEWEST_PEOPLE else [0.0]
    middle, others = median(values), usual([_even(value) for value in values], 0.0)
    for who, each in judged.items():
        chance = 1 / each.of
        away = (_even(each.share) - others.median) / math.sqrt(chance + others.deviation**2)
        if away > wanted.deviations and each.share - middle > wanted.least_excess:
            yield (
                who,
                {
                    "flagged": each.flagged,
                    "records": each.of,
                    "share": round(each.share, 3),
                    "usual": round(middle, 3),
                    "deviations": round(away, 1),
                    "compared_with": len(values),
                },
            )


def _even(share: float) -> float:
    """A share in a measure in which chance makes the same difference everywhere: of n records, 1 / √n (the arcsine
    transformation)."""
    return 2 * math.asin(math.sqrt(share))


_GROWN = 1.25


def still_dismissed(dismissed_of: int, records: int) -> bool:
    """Whether the dismissal of an enumerator's flag, made when it was of so many records, holds: until there are a
    quarter more."""
    return records <= dismissed_of * _GROWN


def _score(who: UUID, records: int, flags: Mapping[str, Numbers], by: Circumstances) -> int:
    total = 0.0
    for code, numbers in flags.items():
        dismissed_of = by.dismissed_people.get((who, code))
        if dismissed_of is None or not still_dismissed(dismissed_of, records):
            total += min(_MOST_OF_ONE, numbers["deviations"])
    return round(total * _SCALE)
