"""Linkage as it reads, one pair after the other, of rows that are few: what `app/linkage` does for millions is held
against this.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from rapidfuzz.distance import OSA, JaroWinkler

from app.linkage.blocking import MOST
from app.linkage.comparing import METRE, Figures
from app.linkage.features import OF_BUSINESSES, Features, Words
from app.linkage.resembling import LEAST

_TYPICAL, _PRIOR_ROWS = 4.0, 2_000.0  # a word that is met for the first time is as rare as one in 500
_MOST_BITS, _COMMON_BITS = 12.0, 1.5
_GROUP = 3  # digits of a KBLI
_NICKNAME = 3  # letters at least
_ALIKE, _LONG = 0.9, 4  # of two words: Jaro and Winkler's likeness; from so many letters on, one may be wrong
_PART, _INITIAL, _SLIP = 0.6, 0.3, 0.85  # what a nickname, an initial and a slip are worth of a whole word
_POINT, _CELL = 30 * METRE, 500 * METRE
_MOST_EDITS = 4
_AGENTS = 5
"""A NIK that more businesses have is an agent's, and says nothing."""
_COMMON = frozenset(OF_BUSINESSES)


def _bits(counts: Mapping[Any, int], rows: int) -> dict[Any, float]:
    total = rows + _PRIOR_ROWS
    found = {word: min(_MOST_BITS, math.log2(total / (count + _TYPICAL))) for word, count in counts.items()}
    return found | {word: _COMMON_BITS for word in _COMMON if word in found}


class Corpus:
    """What is common among these businesses, and what is rare."""

    def __init__(self, rows: Sequence[Features]) -> None:
        count = len(rows)
        self.owner = _bits(Counter(word for row in rows for word in row.owner), count)
        self.name = _bits(Counter(word for row in rows for word in {*row.name, *row.trade}), count)
        self.activity = _bits(Counter(word for row in rows for word in row.activity), count)
        self.address = _bits(Counter(word for row in rows for word in row.address), count)
        self.kbli = _bits(Counter(_code(row, size) for row in rows for size in (None, _GROUP)), count)
        self.phones = Counter(phone for row in rows for phone in row.contacts)
        self.niks = Counter(row.nik for row in rows if row.nik is not None)
        self.points: Counter[tuple[int, int]] = Counter()
        self.cells: Counter[tuple[int, int]] = Counter()
        for row in rows:
            if row.latitude is not None and row.longitude is not None:
                self.points[_cell(row.latitude, row.longitude, _POINT)] += 1
                self.cells[_cell(row.latitude, row.longitude, _CELL)] += 1

    def nik_of(self, row: Features) -> str | None:
        """Its NIK, unless so many have it that it is an agent's."""
        return None if row.nik is None or self.niks[row.nik] > _AGENTS else row.nik

    def judged(self, one: Features, other: Features) -> bool:
        """Whether rules or people have said already what they are: their numbers are the same, or their kinds are not
        (a cooperative is never its chair's shop)."""
        if one.kind != other.kind:
            return True
        nik = self.nik_of(one)
        return (nik is not None and nik == self.nik_of(other)) or (one.nib is not None and one.nib == other.nib)

    def compare(self, one: Features, other: Features) -> Figures:
        """The figures of a pair, in the order of `MEASURES`."""
        return (
            *self._phones(one.contacts, other.contacts),
            *_aligned(one.owner, other.owner, self.owner),
            *self._names(one, other),
            self._crossed(one, other),
            *self._places(one, other),
            *self._activities(one, other),
            None if one.year is None or other.year is None else min(20.0, float(abs(one.year - other.year))),
            _ratio((one.sales, other.sales), (one.capital, other.capital)),
            None if one.workers is None or other.workers is None else min(9.0, float(abs(one.workers - other.workers))),
            _births(one.birth, other.birth),
            None if one.sex is None or other.sex is None else float(one.sex == other.sex),
            *_niks(self.nik_of(one), self.nik_of(other)),
            _edits(one.nib, other.nib),
            *_aligned(one.address, other.address, self.address)[:2],
            None if one.household is None or other.household is None else float(one.household == other.household),
            _habits(one.habits, other.habits),
        )

    def _phones(self, one: Words, other: Words) -> tuple[float | None, float | None]:
        if not one or not other:
            return None, None
        shared = [self.phones[each] for each in one if each in other]
        if shared:
            return 1 / max(1, min(shared) - 1), 0.0
        return 0.0, float(any(OSA.distance(a, b, score_cutoff=1) <= 1 for a in one for b in other))

    def _names(self, one: Features, other: Features) -> tuple[float | None, float | None, float | None]:
        """Of legal and trade names those two that fit best."""
        if not one.trade and not other.trade:
            return _aligned(one.name, other.name, self.name)
        best: tuple[float | None, float | None, float | None] = (None, None, None)
        for mine in (one.name, one.trade):
            for theirs in (other.name, other.trade):
                found = _aligned(mine, theirs, self.name)
                if found[0] is not None and (best[0] is None or _worth(found) > _worth(best)):
                    best = found
        return best

    def _crossed(self, one: Features, other: Features) -> float | None:
        """How rare the words of an owner are that stand in the other's business name, but not in both names."""
        agreed = 0.0
        for mine, theirs in ((one, other), (other, one)):
            named = {*theirs.name, *theirs.trade}.difference(mine.name, mine.trade, theirs.owner)
            agreed += sum(self.owner[word] for word in mine.owner if word in named and len(word) > 1)
        return min(agreed, _MOST_BITS)

    def _places(self, one: Features, other: Features) -> tuple[float | None, float | None, float | None, float]:
        area = _area(one.village, other.village)
        if one.latitude is None or one.longitude is None or other.latitude is None or other.longitude is None:
            return None, None, None, area
        metres = math.hypot(one.latitude - other.latitude, one.longitude - other.longitude) / METRE
        here = max(
            self.points[_cell(one.latitude, one.longitude, _POINT)],
            self.points[_cell(other.latitude, other.longitude, _POINT)],
        )
        dense = self.cells[_cell(one.latitude, one.longitude, _CELL)] / 250_000  # a square metre
        nearer = dense * math.pi * metres * metres
        return math.log2(1 + metres), min(12.0, math.log2(1 + nearer)), math.log2(max(1, here)), area

    def _activities(
        self, one: Features, other: Features
    ) -> tuple[float | None, float | None, float | None, float | None]:
        agreed, against, _ = _aligned(one.activity, other.activity, self.activity)
        if one.kbli_version != other.kbli_version:  # the same number is often another activity
            return None, None, agreed, against
        digits = next((size for size in (5, 4, 3, 2) if one.kbli[:size] == other.kbli[:size]), 0)
        bits = (
            self.kbli[_code(one)]
            if digits == len(one.kbli)
            else self.kbli[_code(one, _GROUP)]
            if digits >= _GROUP
            else 0.0
        )
        return float(digits), bits, agreed, against


def _worth(aligned: tuple[float | None, float | None, float | None]) -> float:
    return (aligned[0] or 0) - (aligned[1] or 0) - 0.3 * (aligned[2] or 0)


def _aligned(one: Words, other: Words, bits: Mapping[str, float]) -> tuple[float | None, float | None, float | None]:
    """Bits of the words that fit, of those that do not on both sides, and of what only one side has more."""
    if not one or not other:
        return None, None, None
    if one == other:
        return min(2 * _MOST_BITS, sum(bits[word] for word in one)), 0.0, 0.0
    agreed = sum(bits[word] for word in one if word in other)
    mine = [word for word in one if word not in other]
    theirs = [word for word in other if word not in one]
    left, right = sum(bits[word] for word in mine), sum(bits[word] for word in theirs)
    for word in mine:
        best = max(((_like(word, each), each) for each in theirs), default=(0.0, ""))
        if best[0] > 0:
            agreed += best[0] * min(bits[word], bits[best[1]])
            left, right = left - bits[word], right - bits[best[1]]
            theirs.remove(best[1])
    return min(2 * _MOST_BITS, agreed), max(0.0, round(min(left, right), 9)), abs(round(left - right, 9))


def _like(one: str, other: str) -> float:
    """What two words that are not the same are worth of one that is: slips, nicknames, initials, words run together."""
    short, long = (one, other) if len(one) <= len(other) else (other, one)
    if len(short) == 1:
        return _INITIAL if long.startswith(short) else 0.0
    if len(short) >= _LONG and (
        OSA.distance(one, other, score_cutoff=1) <= 1 or JaroWinkler.similarity(one, other) >= _ALIKE
    ):
        return _SLIP
    return _PART if len(short) >= _NICKNAME and (long.startswith(short) or long.endswith(short)) else 0.0


def _code(row: Features, size: int | None = None) -> tuple[str, str]:
    """The code, or its beginning, with its edition."""
    return row.kbli_version, row.kbli[:size]


def _cell(latitude: float, longitude: float, size: float) -> tuple[int, int]:
    return round(latitude / size), round(longitude / size)


def _area(one: str, other: str) -> float:
    return 3.0 if one == other else 2.0 if one[:8] == other[:8] else 1.0 if one[:5] == other[:5] else 0.0


def _ratio(*sums: tuple[float | None, float | None]) -> float | None:
    """How many times larger, as log2, up to six; the mean where both sums are known."""
    known = [min(6.0, abs(math.log2(one / other))) for one, other in sums if one is not None and other is not None]
    return sum(known) / len(known) if known else None


def _births(one: str | None, other: str | None) -> float | None:
    """1: the same day; 0.6: one digit or two neighbours differ; 0.2: the same year."""
    if one is None or other is None:
        return None
    if one == other:
        return 1.0
    return 0.6 if OSA.distance(one, other, score_cutoff=1) <= 1 else 0.2 if one[:4] == other[:4] else 0.0


def _niks(one: str | None, other: str | None) -> tuple[float | None, float | None]:
    edits = _edits(one, other)
    return edits, None if one is None or other is None else float(one[:12] == other[:12])


def _edits(one: str | None, other: str | None) -> float | None:
    """Wrong digits and swapped neighbours, up to four."""
    if one is None or other is None:
        return None
    return float(min(_MOST_EDITS, OSA.distance(one, other, score_cutoff=_MOST_EDITS)))


def _habits(one: Sequence[str | None], other: Sequence[str | None]) -> float | None:
    """The share of small answers that are the same."""
    same = [a == b for a, b in zip(one, other, strict=True) if a is not None and b is not None]
    return sum(same) / len(same) if same else None


def candidates(rows: Sequence[Features]) -> set[tuple[int, int]]:
    """Pairs that share a key which few have, and resemble each other."""
    found: set[tuple[int, int]] = set()
    for keys, most in _BLOCKS:
        groups: dict[object, list[int]] = defaultdict(list)
        for at, row in enumerate(rows):
            for key in set(keys(row)):
                groups[key].append(at)
        for group in groups.values():
            if len(group) <= most:
                found.update(combinations(group, 2))
    found.update(_crossed(rows))
    return {(a, b) for a, b in found if rows[a].kind == rows[b].kind and resemblance(rows[a], rows[b]) >= LEAST}


def _crossed(rows: Sequence[Features]) -> Iterator[tuple[int, int]]:
    owned: dict[object, list[int]] = defaultdict(list)
    named: dict[object, list[int]] = defaultdict(list)
    for at, row in enumerate(rows):
        for word in row.owner:
            owned[row.village, word].append(at)
        for word in _telling(row):
            named[row.village, word].append(at)
    for key, mine in owned.items():
        if len(mine) <= MOST and len(named[key]) <= MOST:
            yield from ((min(a, b), max(a, b)) for a in mine for b in named[key] if a != b)


def _telling(row: Features) -> set[str]:
    return {*row.name, *row.trade} - _COMMON


def _sign(row: Features) -> Words:
    """All words of both names, each once: the same where a shop gave one name twice and another one once."""
    return tuple(dict.fromkeys(row.name + row.trade))


def _square(row: Features, metres: float, shift: float = 0.0) -> tuple[object, ...]:
    if row.latitude is None or row.longitude is None:
        return ()
    return tuple(math.floor(each / METRE / metres + shift) for each in (row.latitude, row.longitude))


def _nik(row: Features, start: int, end: int) -> list[str]:
    return [] if row.nik is None else [row.nik[:start] + row.nik[end:]]


def _at(place: tuple[object, ...], *more: object) -> list[object]:
    return [(*place, *more)] if place else []


def _each(place: tuple[object, ...], words: Iterable[str]) -> list[object]:
    return [(*place, word) for word in words] if place else []


_BLOCKS: tuple[tuple[Callable[[Features], Iterable[object]], int], ...] = (
    (lambda row: row.contacts, MOST),
    (lambda row: _nik(row, 12, 16), MOST),
    (lambda row: _nik(row, 6, 8), MOST),
    (lambda row: _nik(row, 8, 10), MOST),
    (lambda row: _nik(row, 10, 12), MOST),
    (lambda row: _nik(row, 0, 6), MOST),
    (lambda row: [row.nib[:8]] if row.nib else [], MOST),
    (lambda row: [row.nib[6:13]] if row.nib else [], MOST),
    (lambda row: _each((row.village,), row.owner), MOST),
    (lambda row: _each(_square(row, 800), row.owner), MOST),
    (lambda row: _each(_square(row, 800, 0.5), row.owner), MOST),
    (lambda row: _each(_square(row, 800), _telling(row)), MOST),
    (lambda row: [(row.village[:5], row.owner)] if row.owner else [], 25),
    (lambda row: _each((row.village,), _telling(row)), 50),
    (lambda row: [(row.village[:8], _sign(row))] if _sign(row) else [], 25),
    (lambda row: [(row.village[:8], row.birth)] if row.birth else [], MOST),
    (lambda row: _at(_square(row, 110), _code(row, 2)), MOST),
    (lambda row: _at(_square(row, 110, 0.5), _code(row, 2)), MOST),
    (lambda row: _at(_square(row, 40, 0.5)), MOST),
)


def resemblance(one: Features, other: Features) -> int:
    """The points of a pair."""
    points = next((worth for size, worth in ((5, 3), (3, 2), (2, 1)) if _code(one, size) == _code(other, size)), 0)
    far = math.inf
    known = [each for each in (one.latitude, other.latitude, one.longitude, other.longitude) if each is not None]
    if len(known) == 4:
        far = (abs(known[0] - known[1]) + abs(known[2] - known[3])) / METRE
    points += 3 if far <= 60 else 2 if far <= 250 else one.village == other.village or far <= 1_500
    mine, theirs = {*one.name, *one.trade}, {*other.name, *other.trade}
    points += _letters(one.owner, other.owner, 2)
    points += 1 if not one.owner or not other.owner else 0
    points += _letters(_sign(one), _sign(other), 1)
    points += 4 * bool({*one.contacts} & {*other.contacts})
    points += 3 * (one.birth is not None and one.birth == other.birth)
    points += bool({*one.owner} & theirs or {*other.owner} & mine)
    points += bool({*one.activity} & {*other.activity})
    points += 2 * (len(one.address) > 1 and one.address == other.address)
    points += one.year is not None and other.year is not None and abs(one.year - other.year) <= 1
    if one.nik is None or other.nik is None:
        return points + 1
    return points + 4 * (OSA.distance(one.nik, other.nik) <= 2)


def _letters(one: Words, other: Words, resembling: int) -> int:
    if not one or not other:
        return 0
    if one == other:
        return 5
    likeness = JaroWinkler.similarity(" ".join(one), " ".join(other))
    return 4 if likeness >= 0.9 else 3 if {*one} & {*other} else resembling if likeness >= 0.78 else 0
