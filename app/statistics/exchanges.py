"""Exchanges between businesses by which a small cell gains or loses one, and costs few other cells. Pure."""

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.statistics.cells import Ints, Register, Tables

Rows = Mapping[int, tuple[int, ...]]
"""The answers that some businesses have after an exchange."""

_SEEN = 30_000
"""Partners are looked for among so many businesses at the most."""

_ONES = 2
_EACH = 3
_PLACE = 2


class Cell(NamedTuple):
    """A cell of a table."""

    region: int
    level: int
    subset: tuple[int, ...]
    codes: tuple[int, ...]


class Exchanges:
    """The exchanges that there are among the businesses of a register."""

    def __init__(self, tables: Tables, register: Register, chance: random.Random) -> None:
        self._tables, self._register, self._chance = tables, register, chance
        self._regions = np.ascontiguousarray(register.regions.T)

    def swaps(self, answers: Ints, cell: Cell, *, out: bool, up: int = 1) -> Iterator[Rows]:
        """Two businesses of neighbouring regions exchange all answers, so their places: nothing changes above them.
        `up`: so many levels above the cell's is the region that both are in.

        `out`: the cell loses one, else it gains one.
        """
        first, end = self._register.spans[cell.region]
        if cell.level < up:
            return
        above = int(self._register.regions[cell.level - up][first])
        around = self._register.spans[above]
        here, there = self._some(first, end), self._some(*around)
        there = there[(there < first) | (there >= end)]
        inside, outside = (here, there) if out else (there, here)
        ones, others = inside[self._fit(answers, inside, cell)], outside[~self._fit(answers, outside, cell)]
        for one in self._few(ones):
            for other in self._nearest(answers, one, others, cell.subset):
                yield {one: tuple(answers[other].tolist()), other: tuple(answers[one].tolist())}

    def trades(self, answers: Ints, cell: Cell, *, out: bool) -> Iterator[Rows]:
        """Two businesses of the region exchange one answer: how many gave it stays the same."""
        among = self._some(*self._register.spans[cell.region])
        tables = self._tables
        for column in sorted({tables.base[each] for each in cell.subset}):
            mine = [at for at, each in enumerate(cell.subset) if tables.base[each] == column]
            if len(mine) == len(cell.subset):
                continue
            had = self._fit(answers, among, _part(cell, mine))
            rest = self._fit(answers, among, _part(cell, [at for at in range(len(cell.subset)) if at not in mine]))
            ones, others = (had & rest, ~had & ~rest) if out else (rest & ~had, had & ~rest)
            for one in self._few(among[ones]):
                for other in self._nearest(answers, one, among[others], cell.subset):
                    rows = [answers[each].tolist() for each in (one, other)]
                    rows[0][column], rows[1][column] = rows[1][column], rows[0][column]
                    yield {one: tuple(rows[0]), other: tuple(rows[1])}

    def rewritings(self, answers: Ints, cell: Cell, *, out: bool) -> Iterator[Rows]:
        """One business has another answer: the only way where few gave one in the whole register."""
        among = self._some(*self._register.spans[cell.region])
        fit, tables = self._fit(answers, among, cell), self._tables
        for column in sorted({tables.base[each] for each in cell.subset}):
            mine = [at for at, each in enumerate(cell.subset) if tables.base[each] == column]
            part = _part(cell, mine)
            rest = self._fit(answers, among, _part(cell, [at for at in range(len(cell.subset)) if at not in mine]))
            values = np.unique(self._register.answers[:, column])
            right = np.ones(len(values), dtype=bool)
            for attribute, code in zip(part.subset, part.codes, strict=True):
                right &= tables.derived[attribute][values] == code
            ones = among[fit if out else rest & ~fit]
            for value in values[~right if out else right].tolist():
                for one in self._few(ones, 1 if out else 6):
                    row = answers[one].tolist()
                    row[column] = value
                    yield {one: tuple(row)}

    def _some(self, first: int, end: int) -> Ints:
        """The businesses of a span; a part of it where there are many."""
        if end - first > _SEEN:
            first = self._chance.randrange(first, end - _SEEN + 1)
            end = first + _SEEN
        return np.arange(first, end)

    def _fit(self, answers: Ints, among: Ints, cell: Cell) -> NDArray[np.bool_]:
        fits = np.ones(len(among), dtype=bool)
        for attribute, code in zip(cell.subset, cell.codes, strict=True):
            fits &= self._tables.derived[attribute][answers[among, self._tables.base[attribute]]] == code
        return fits

    def _few(self, ones: Ints, most: int = _ONES) -> list[int]:
        return self._chance.sample(ones.tolist(), min(most, len(ones)))

    def _nearest(self, answers: Ints, one: int, among: Ints, subset: Sequence[int]) -> list[int]:
        """Of each kind of businesses that there is the nearest: by how many answers differ, then by place."""
        if not len(among):
            return []
        differ = (answers[among] != answers[one]).sum(axis=1) + _PLACE * (
            self._regions[among] != self._regions[one]
        ).sum(axis=1)
        kinds = np.zeros(len(among), dtype=np.int64)
        for attribute in subset:
            codes = self._tables.derived[attribute][answers[among, self._tables.base[attribute]]]
            kinds = kinds * self._tables.radix + codes
        order = np.lexsort((differ, kinds))
        ordered = kinds[order]
        starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
        chosen = [order[starts]]
        for more in range(1, _EACH):
            further = starts + more
            further = further[further < len(order)]
            chosen.append(order[further[ordered[further] == ordered[further - more]]])
        found: list[int] = among[np.concatenate(chosen)].tolist()
        return found


def _part(cell: Cell, places: Sequence[int]) -> Cell:
    return cell._replace(subset=tuple(cell.subset[at] for at in places), codes=tuple(cell.codes[at] for at in places))
