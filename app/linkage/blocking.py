"""Which pairs of businesses are looked at: those that share something that few share, and resemble each other."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from app.linkage.columns import Bools, Columns, Field, Floats, Ints, Strings
from app.linkage.comparing import METRE
from app.linkage.resembling import Resemblance

MOST = 120
"""A block of more businesses says too little to compare all of them; what is in it is found by another one."""

_FEW, _SOME = 25, 50  # of whole names in a district or regency; of words of signs in a village
_WIDE, _NARROW, _POINT = 800, 110, 40  # metres
_AT_ONCE, _PART = 4_000_000, 100_000  # pairs
_DIGITS = 16  # of a NIK
_MIX = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))

Keys = NDArray[np.uint64]


def candidates(columns: Columns, threads: ThreadPoolExecutor) -> tuple[Ints, Ints]:
    """The pairs that are worth a closer look, by the numbers of their rows, the lower first, in order."""
    resemblance, rows = Resemblance(columns), max(1, columns.count)

    def resembling(part: Ints) -> Ints:
        return part[resemblance.enough(part // rows, part % rows)]

    kept = [np.empty(0, np.int64)]
    for pairs in _gathered(blocked(columns)):
        parts = [pairs[start : start + _PART] for start in range(0, len(pairs), _PART)]
        kept.extend(threads.map(resembling, parts))
    found = _once(np.concatenate(kept))
    return found // rows, found % rows


def blocked(columns: Columns) -> Iterator[Ints]:
    """All pairs that share a key: the number of the lower row, times the number of rows, plus that of the higher."""
    for keys, rows, most in _blocks(columns):
        yield from _pairs(keys, rows, most, columns.count)
    village = columns.village.astype(np.uint64)
    yield from _crossed(_of_words(village, columns.owner), _of_words(village, columns.names, columns.common), columns)


def _gathered(found: Iterable[Ints]) -> Iterator[Ints]:
    """The same pairs, many at a time, of these each once."""
    waiting: list[Ints] = []
    for pairs in found:
        waiting.append(pairs)
        if sum(map(len, waiting)) > _AT_ONCE:
            yield _once(np.concatenate(waiting))
            waiting = []
    if waiting:
        yield _once(np.concatenate(waiting))


def _blocks(columns: Columns) -> Iterator[tuple[Keys, Ints, int]]:
    """Keys, the rows that have them, and how many rows may have one at most."""
    rows = np.arange(columns.count)
    village, district, regency = (
        each.astype(np.uint64) for each in (columns.village, columns.district, columns.regency)
    )
    y, x = columns.latitude / METRE, columns.longitude / METRE
    division = columns.kbli[0].astype(np.uint64)

    def stated(numbers: Strings | Ints, *more: Keys) -> tuple[Keys, Ints]:
        at = numbers if isinstance(numbers, np.ndarray) else numbers.at
        known = np.flatnonzero(at >= 0)
        return _mixed(at[known].astype(np.uint64), *(each[known] for each in more)), known

    def placed(squares: Keys, *more: Keys) -> tuple[Keys, Ints]:
        known = np.flatnonzero(~np.isnan(y))
        return _mixed(squares[known], *(each[known] for each in more)), known

    yield *_of_words(np.zeros(columns.count, np.uint64), columns.contacts), MOST
    nik, known = _numbers(columns.nik)
    for start, end in ((12, 16), (6, 8), (8, 10), (10, 12), (0, 6)):  # all but its serial, day, month, year, place
        above, below = 10 ** (_DIGITS - start), 10 ** (_DIGITS - end)
        yield (nik // above * above + nik % below).astype(np.uint64), known, MOST
    for part in (slice(0, 8), slice(6, 13)):
        keys, known = _numbers(
            Strings(columns.nib.at, np.array([text[part] for text in columns.nib.texts], np.object_))
        )
        yield keys.astype(np.uint64), known, MOST
    yield *_of_words(village, columns.owner), MOST
    near, next_door = _squares(y, x, _WIDE, 0.0), _squares(y, x, _WIDE, 0.5)
    point = rows[~np.isnan(y)]
    yield *_of_words(near, columns.owner, rows=point), MOST
    yield *_of_words(next_door, columns.owner, rows=point), MOST
    yield *_of_words(near, columns.names, columns.common, rows=point), MOST
    yield *stated(columns.owner_text, regency), _FEW
    yield *_of_words(village, columns.names, columns.common), _SOME
    yield *stated(columns.name_text, district), _FEW
    yield *stated(columns.birth, district), MOST
    yield *placed(_squares(y, x, _NARROW, 0.0), division), MOST
    yield *placed(_squares(y, x, _NARROW, 0.5), division), MOST
    yield *placed(_squares(y, x, _POINT, 0.5)), MOST


def _pairs(keys: Keys, rows: Ints, most: int, count: int) -> Iterator[Ints]:
    """Of each key that at least two rows and not too many have, all pairs of them."""
    order = np.argsort(keys, kind="stable")
    keys, rows = keys[order], rows[order]
    starts = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]])) if len(keys) else np.empty(0, np.int64)
    sizes = np.diff(np.append(starts, len(keys)))
    of_each = np.repeat(sizes, sizes)
    after = np.repeat(starts + sizes, sizes) - np.arange(len(keys)) - 1
    after[(of_each > most)] = 0
    for first in _slices(after):
        left = np.repeat(first, after[first])
        right = left + 1 + _counted(after[first])
        yield _coded(rows[left], rows[right], count)


def _crossed(owned: tuple[Keys, Ints], named: tuple[Keys, Ints], columns: Columns) -> Iterator[Ints]:
    """Pairs of which the owner's name of one is in the other's business name."""
    (one, mine), (other, theirs) = (_few(*each) for each in (owned, named))
    order = np.argsort(other, kind="stable")
    other, theirs = other[order], theirs[order]
    begin = np.searchsorted(other, one, "left")
    after = np.searchsorted(other, one, "right") - begin
    for first in _slices(after):
        left = np.repeat(mine[first], after[first])
        right = theirs[np.repeat(begin[first], after[first]) + _counted(after[first])]
        yield _coded(left, right, columns.count)


def _once(pairs: Ints) -> Ints:
    """Each once, in order; faster than `numpy.unique`, which takes a table."""
    pairs = np.sort(pairs)
    return pairs[np.append([True], pairs[1:] != pairs[:-1])] if len(pairs) else pairs


def _few(keys: Keys, rows: Ints) -> tuple[Keys, Ints]:
    _, inverse, counts = np.unique(keys, return_inverse=True, return_counts=True)
    few = counts[inverse] <= MOST
    return keys[few], rows[few]


def _slices(sizes: Ints) -> Iterator[Ints]:
    """The places with any, so many at a time that their sizes add up to what fits into memory."""
    places = np.flatnonzero(sizes)
    ends = np.cumsum(sizes[places])
    start = 0
    while start < len(places):
        before = int(ends[start - 1]) if start else 0
        end = max(start + 1, int(np.searchsorted(ends, before + _AT_ONCE, "right")))
        yield places[start:end]
        start = end


def _counted(sizes: Ints) -> Ints:
    """0, 1, … for each of these sizes, one after the other."""
    ends = np.cumsum(sizes)
    return np.arange(int(ends[-1])) - np.repeat(ends - sizes, sizes)


def _coded(one: Ints, other: Ints, count: int) -> Ints:
    lower, higher = np.minimum(one, other), np.maximum(one, other)
    return (lower * count + higher)[lower < higher]


def _of_words(
    areas: Keys, field: Field, without: Bools | None = None, *, rows: Ints | None = None
) -> tuple[Keys, Ints]:
    """A key for each word of each row, in its area."""
    rows = np.arange(len(field.at)) if rows is None else rows
    words = field.of(rows) if len(rows) else np.empty((0, 1), np.int64)
    wanted = words >= 0
    if without is not None:
        wanted &= ~without[words]
    at, _ = np.nonzero(wanted)
    return _mixed(words[wanted].astype(np.uint64), areas[rows[at]]), rows[at]


def _squares(y: Floats, x: Floats, metres: float, shift: float) -> Keys:
    """In which square of so many metres each row stands."""
    down, across = (np.nan_to_num(np.floor(each / metres + shift)).astype(np.int64) for each in (y, x))
    return ((down << 32) ^ (across & 0xFFFFFFFF)).astype(np.uint64)


def _numbers(strings: Strings) -> tuple[Ints, Ints]:
    """Numbers that are all digits, as such, and the rows that have them."""
    known = np.flatnonzero(strings.at >= 0)
    values = np.array([int(text) if text else 0 for text in strings.texts], np.int64)
    return values[strings.at[known]], known


def _mixed(key: Keys, *more: Keys) -> Keys:
    """One key of several, so well mixed that no two of a nation's are the same by chance."""
    for each in more:
        key = key * _MIX[0] + each + _MIX[2]
        key ^= key >> np.uint64(31)
        key *= _MIX[1]
        key ^= key >> np.uint64(29)
    return key
