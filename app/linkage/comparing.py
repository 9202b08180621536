"""How two businesses compare, in figures: each of `MEASURES`, or nan where one of them did not say. Pure.

What an agreement is worth depends on how rare it is here: a phone by how many have it, a word by how many names have
it (in bits: 10 bits is one name in a thousand), a point by how many stand there. Those counts are a `Corpus`, of the
rows that are linked together. Many pairs are compared at once, column by column.
"""

import math
from typing import NamedTuple

import numpy as np

from app.linkage.columns import Bools, Columns, Field, Floats, Ints, Strings
from app.linkage.wording import MOST_BITS, Aligned, aligned, once, slips, within

METRE = 1 / 111_000
"""In degrees, good enough for so near the equator."""


class Measure(NamedTuple):
    """A figure: the respect that it belongs to, its name, and whether more of it speaks for one business (1), against
    (-1), or either way (0)."""

    respect: str
    name: str
    sense: int


MEASURES = (
    Measure("phone", "phone_shared", 1),  # or e-mail: 1 / how many others have it; 0: others
    Measure("phone", "phone_slip", 1),  # one digit away
    Measure("owner", "owner_bits", 1),
    Measure("owner", "owner_contra", -1),  # words of both that do not fit
    Measure("owner", "owner_extra", -1),  # words that only one of them has
    Measure("name", "name_bits", 1),
    Measure("name", "name_contra", -1),
    Measure("name", "name_extra", -1),
    Measure("crossed", "crossed_bits", 1),  # the owner's name in the other's business name
    Measure("place", "metres_log", -1),
    Measure("place", "nearer_log", -1),  # how many businesses stand nearer than that
    Measure("place", "crowd_log", -1),  # how many stand at that point
    Measure("area", "area", 1),  # 3 one village, 2 one district, 1 one regency
    Measure("kbli", "kbli_digits", 1),
    Measure("kbli", "kbli_bits", 1),
    Measure("activity", "activity_bits", 1),
    Measure("activity", "activity_contra", -1),
    Measure("year", "years", -1),
    Measure("money", "money_ratio", -1),  # log2, of sales and capital
    Measure("money", "workers", -1),
    Measure("birth", "birth", 1),
    Measure("birth", "sex", 1),
    Measure("nik", "nik_edits", -1),
    Measure("nik", "nik_serial", 0),  # 1: nothing but the serial differs, as with twins
    Measure("nib", "nib_edits", -1),
    Measure("address", "address_bits", 1),
    Measure("address", "address_contra", -1),
    Measure("address", "household", 1),
    Measure("habits", "habits", 1),
)
RESPECTS = tuple(dict.fromkeys(measure.respect for measure in MEASURES))

Figures = tuple[float | None, ...]
"""One pair's: one for each of `MEASURES`."""

_TYPICAL, _PRIOR_ROWS = 4.0, 2_000.0  # a word that is met for the first time is as rare as one in 500
_COMMON_BITS = 1.5
_POINT, _CELL = 30 * METRE, 500 * METRE
_CELL_AREA = 250_000  # square metres
_SERIAL, _KBLI = 12, 5  # where the serial of a NIK begins; digits of a code
_MOST_EDITS = 4
_AGENTS = 5
"""A NIK that more businesses have is an agent's, and says nothing."""


class Corpus:
    """What is common among these businesses, and what is rare."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self._owner = self._bits(columns.owner)
        self._name = self._bits(columns.names)
        self._activity, self._address = self._bits(columns.activity), self._bits(columns.address)
        self._kbli = [_rarity(at, columns.count) for at in (columns.whole_kbli.at, columns.kbli[1])]
        self._contacts = self._counts(columns.contacts)
        self._points, self._cells = (_crowds(columns, size) for size in (_POINT, _CELL))
        nik = columns.nik.at
        have = np.bincount(nik[nik >= 0], minlength=1)
        self.nik = np.where((nik >= 0) & (have[nik] <= _AGENTS), nik, -1)
        """The NIK of each row, unless so many have it that it is an agent's."""
        self._serial = np.array([int(text[:_SERIAL] or -1) for text in columns.nik.texts], np.int64)
        self._full = np.array([len(text) == _KBLI for text in columns.whole_kbli.texts])
        self._telling = np.fromiter(map(len, columns.vocabulary), np.int64, len(columns.vocabulary)) > 1

    def judged(self, one: Ints, other: Ints) -> Bools:
        """Whether rules or people have said already what they are: their numbers are the same, or their kinds are not
        (a cooperative is never its chair's shop)."""
        columns, nik = self.columns, self.nik
        judged: Bools = (
            (columns.kind[one] != columns.kind[other])
            | ((nik[one] >= 0) & (nik[one] == nik[other]))
            | ((columns.nib.at[one] >= 0) & (columns.nib.at[one] == columns.nib.at[other]))
        )
        return judged

    def compare(self, one: Ints, other: Ints) -> Floats:
        """The figures of these pairs: a row for each, in the order of `MEASURES`."""
        columns = self.columns
        activity = self._aligned(columns.activity, one, other, self._activity)
        address = self._aligned(columns.address, one, other, self._address)
        return np.column_stack(
            [
                *self._phones(one, other),
                *self._aligned(columns.owner, one, other, self._owner),
                *self._names(one, other),
                self._crossed(one, other),
                *self._places(one, other),
                *self._activities(one, other),
                *activity[:2],
                np.minimum(20.0, np.abs(columns.year[one] - columns.year[other])),
                _ratio((columns.sales[one], columns.sales[other]), (columns.capital[one], columns.capital[other])),
                np.minimum(9.0, np.abs(columns.workers[one] - columns.workers[other])),
                self._births(one, other),
                _equal(columns.sex, one, other),
                *self._niks(one, other),
                _edits(columns.nib, columns.nib.at, one, other),
                *address[:2],
                _equal(columns.household, one, other),
                self._habits(one, other),
            ]
        )

    def _counts(self, field: Field) -> Ints:
        """How many rows have each word."""
        rows = np.bincount(field.at, minlength=len(field.words))
        said = field.words >= 0
        of_each = np.broadcast_to(rows[:, None], said.shape)[said]
        return np.bincount(field.words[said], of_each, len(self.columns.vocabulary)).astype(np.int64)

    def _bits(self, field: Field) -> Floats:
        counts = self._counts(field)
        bits = np.minimum(MOST_BITS, np.log2((self.columns.count + _PRIOR_ROWS) / (counts + _TYPICAL)))
        return np.where(self.columns.common, _COMMON_BITS, bits)

    def _aligned(self, field: Field, one: Ints, other: Ints, bits: Floats) -> Aligned:
        left, right, inverse = once(field.at[one], field.at[other])
        return self._lists(field, left, right, bits).at(inverse)

    def _lists(self, field: Field, left: Ints, right: Ints, bits: Floats) -> Aligned:
        widths = [max(1, int(field.sizes[each].max(initial=1))) for each in (left, right)]
        return aligned(field.words[left, : widths[0]], field.words[right, : widths[1]], bits, self.columns.vocabulary)

    def _phones(self, one: Ints, other: Ints) -> tuple[Floats, Floats]:
        field = self.columns.contacts
        left, right, inverse = once(field.at[one], field.at[other])
        mine, theirs = field.words[left], field.words[right]
        shared = within(mine, theirs)
        others = ~_any(shared)
        fewest = np.where(shared, self._contacts[mine], np.iinfo(np.int64).max).min(axis=1)
        agreed = np.where(others, 0.0, 1 / np.maximum(1, fewest - 1))
        slip = np.zeros(len(left))
        at, column, across = np.nonzero((mine[:, :, None] >= 0) & (theirs[:, None, :] >= 0) & others[:, None, None])
        words = self.columns.vocabulary
        slip[at[slips(words[mine[at, column]], words[theirs[at, across]]) <= 1]] = 1.0
        known = (field.sizes[left] > 0) & (field.sizes[right] > 0)
        return np.where(known, agreed, np.nan)[inverse], np.where(known, slip, np.nan)[inverse]

    def _names(self, one: Ints, other: Ints) -> Aligned:
        """Of legal and trade names those two that fit best."""
        name, trade = self.columns.name, self.columns.trade
        best = self._aligned(name, one, other, self._name)
        agreed, against, extra = (each.copy() for each in best)
        with_trade = np.flatnonzero(trade.known[one] | trade.known[other])
        for mine, theirs in ((name, trade), (trade, name), (trade, trade)):
            left, right, inverse = once(mine.at[one[with_trade]], theirs.at[other[with_trade]])
            found = self._lists(name, left, right, self._name).at(inverse)
            now = Aligned(agreed[with_trade], against[with_trade], extra[with_trade])
            better = ~np.isnan(found.agreed) & (np.isnan(now.agreed) | (_worth(found) > _worth(now)))
            rows = with_trade[better]
            agreed[rows], against[rows], extra[rows] = (each[better] for each in found)
        return Aligned(agreed, against, extra)

    def _crossed(self, one: Ints, other: Ints) -> Floats:
        """How rare the words of an owner are that stand in the other's business name, but not in both names."""
        columns = self.columns
        agreed = np.zeros(len(one))
        for mine, theirs in ((one, other), (other, one)):
            lists, signs, inverse = once(columns.owner.at[mine], columns.names.at[theirs])
            met = _any(within(columns.owner.words[lists], columns.names.words[signs]))
            rows = np.flatnonzero(met[inverse])
            words = columns.owner.of(mine[rows])
            found = (
                within(words, columns.names.of(theirs[rows]))
                & ~within(words, columns.names.of(mine[rows]))
                & ~within(words, columns.owner.of(theirs[rows]))
            )
            agreed[rows] += (self._owner[words] * (found & self._telling[words])).sum(axis=1)
        return np.minimum(agreed, MOST_BITS)

    def _places(self, one: Ints, other: Ints) -> tuple[Floats, Floats, Floats, Floats]:
        columns = self.columns
        area = np.select(
            [each[one] == each[other] for each in (columns.village, columns.district, columns.regency)],
            [3.0, 2.0, 1.0],
            0.0,
        )
        metres = (
            np.hypot(columns.latitude[one] - columns.latitude[other], columns.longitude[one] - columns.longitude[other])
            / METRE
        )
        unknown = np.isnan(metres)
        here = np.where(unknown, np.nan, np.maximum(self._points[one], self._points[other]))
        nearer = self._cells[one] / _CELL_AREA * math.pi * metres * metres
        return np.log2(1 + metres), np.minimum(12.0, np.log2(1 + nearer)), np.log2(np.maximum(1, here)), area

    def _activities(self, one: Ints, other: Ints) -> tuple[Floats, Floats]:
        columns = self.columns
        two, three, four, five = (each[one] == each[other] for each in columns.kbli)
        digits = np.select([five, four, three, two], [5.0, 4.0, 3.0, 2.0], 0.0)
        whole = columns.whole_kbli.at[one]
        bits, group = self._kbli
        full = self._full[whole] & five
        found = np.select([full, three], [bits[whole], group[columns.kbli[1][one]]], 0.0)
        apart = columns.edition[one] != columns.edition[other]  # the same number is often another activity
        return np.where(apart, np.nan, digits), np.where(apart, np.nan, found)

    def _births(self, one: Ints, other: Ints) -> Floats:
        """1: the same day; 0.6: one digit or two neighbours differ; 0.2: the same year."""
        birth = self.columns.birth
        left, right, inverse = once(birth.at[one], birth.at[other])
        known = (left >= 0) & (right >= 0)
        near = np.zeros(len(left), np.bool_)
        near[known] = slips(birth.texts[left[known]], birth.texts[right[known]]) <= 1
        year = self.columns.born[one] == self.columns.born[other]
        found = np.select([birth.at[one] == birth.at[other], near[inverse], year], [1.0, 0.6, 0.2], 0.0)
        return np.where(known[inverse], found, np.nan)

    def _niks(self, one: Ints, other: Ints) -> tuple[Floats, Floats]:
        known = (self.nik[one] >= 0) & (self.nik[other] >= 0)
        serial = self._serial[self.nik[one]] == self._serial[self.nik[other]]
        return _edits(self.columns.nik, self.nik, one, other), np.where(known, serial, np.nan)

    def _habits(self, one: Ints, other: Ints) -> Floats:
        """The share of small answers that are the same."""
        same, known = np.zeros(len(one)), np.zeros(len(one))
        for each in self.columns.habits:
            both = (each[one] >= 0) & (each[other] >= 0)
            known += both
            same += both & (each[one] == each[other])
        return np.where(known > 0, same / np.maximum(1, known), np.nan)


def _any(words: Bools) -> Bools:
    return np.asarray(words.any(axis=1), np.bool_)


def _rarity(at: Ints, rows: int) -> Floats:
    bits: Floats = np.minimum(MOST_BITS, np.log2((rows + _PRIOR_ROWS) / (np.bincount(at) + _TYPICAL)))
    return bits


def _crowds(columns: Columns, size: float) -> Ints:
    """How many stand in the square of each row, of so many degrees; 0 where there is no point."""
    placed = np.flatnonzero(~np.isnan(columns.latitude))
    squares = (np.round(columns.latitude[placed] / size).astype(np.int64) << 32) + np.round(
        columns.longitude[placed] / size
    ).astype(np.int64)
    found = np.zeros(columns.count, np.int64)
    if len(placed):
        _, inverse, counts = np.unique(squares, return_inverse=True, return_counts=True)
        found[placed] = counts[inverse]
    return found


def _worth(found: Aligned) -> Floats:
    worth: Floats = found.agreed - found.against - 0.3 * found.extra
    return worth


def _equal(values: Ints, one: Ints, other: Ints) -> Floats:
    known = (values[one] >= 0) & (values[other] >= 0)
    return np.where(known, values[one] == values[other], np.nan)


def _ratio(*sums: tuple[Floats, Floats]) -> Floats:
    """How many times larger, as log2, up to six; the mean where both sums are known."""
    total, known = np.zeros(len(sums[0][0])), np.zeros(len(sums[0][0]))
    for one, other in sums:
        ratio = np.minimum(6.0, np.abs(np.log2(one / other)))
        known += ~np.isnan(ratio)
        total += np.nan_to_num(ratio)
    return np.where(known > 0, total / np.maximum(1, known), np.nan)


def _edits(numbers: Strings, at: Ints, one: Ints, other: Ints) -> Floats:
    """Wrong digits and swapped neighbours, up to four."""
    found = np.full(len(one), np.nan)
    known = np.flatnonzero((at[one] >= 0) & (at[other] >= 0))
    left, right = numbers.texts[at[one[known]]], numbers.texts[at[other[known]]]
    found[known] = np.minimum(_MOST_EDITS, slips(left, right, _MOST_EDITS))
    return found
