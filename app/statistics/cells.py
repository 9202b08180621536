"""Cells of tables as numbers, and how many businesses are in each. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from app.statistics.variables import MOST_DIMENSIONS

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Tables:
    """What may be asked.

    Attribute `a` is derived from column `base[a]` of the answers; `derived[a]` has its code for each of the column's.
    Attributes that follow from one another, such as a division and its category, are derived from one column.
    """

    base: tuple[int, ...]
    derived: tuple[Ints, ...]
    subsets: tuple[tuple[int, ...], ...]
    """The sets of attributes that are tabulated, at most three each."""

    levels: tuple[tuple[int, ...], ...]
    """The numbers of the sets that are tabulated on each level of regions, from the whole down."""

    @cached_property
    def radix(self) -> int:
        """More than any code of an attribute."""
        return max(int(each.max(initial=0)) for each in self.derived) + 1

    def attributes(self, answers: Ints) -> Ints:
        """The codes of the attributes, of rows of answers."""
        columns = [codes[answers[:, base]] for base, codes in zip(self.base, self.derived, strict=True)]
        return np.stack(columns, axis=1)

    def key(self, region: int, subset: int, codes: Sequence[int]) -> int:
        """The number of a cell."""
        number = 0
        for code in codes:
            number = number * self.radix + code
        room: int = self.radix**MOST_DIMENSIONS
        return (region * len(self.subsets) + subset) * room + number

    def of_key(self, key: int) -> tuple[int, int, tuple[int, ...]]:
        """Region, set and codes of a cell."""
        place, number = divmod(key, self.radix**MOST_DIMENSIONS)
        region, subset = divmod(place, len(self.subsets))
        codes = []
        for _ in self.subsets[subset]:
            number, code = divmod(number, self.radix)
            codes.append(code)
        return region, subset, tuple(reversed(codes))


@dataclass(frozen=True)
class Register:
    """Businesses, in the order of the regions of the last level.

    `regions[l][i]` is the region of business i on level l, a number that no other level has; `answers[i]` its codes.
    """

    regions: Ints
    answers: Ints

    @cached_property
    def spans(self) -> dict[int, tuple[int, int]]:
        """From which business to which each region goes."""
        found: dict[int, tuple[int, int]] = {}
        for level in self.regions:
            starts = [0, *(np.flatnonzero(np.diff(level)) + 1).tolist(), len(level)]
            found.update({int(level[first]): (first, end) for first, end in pairwise(starts) if end > first})
        return found


def count(tables: Tables, register: Register) -> dict[int, int]:
    """The businesses in each cell that has some."""
    found: dict[int, int] = {}
    attributes = tables.attributes(register.answers)
    room = tables.radix**MOST_DIMENSIONS
    for regions, subsets in zip(register.regions, tables.levels, strict=True):
        for subset in subsets:
            number = np.zeros(len(regions), dtype=np.int64)
            for attribute in tables.subsets[subset]:
                number = number * tables.radix + attributes[:, attribute]
            keys, counts = np.unique((regions * len(tables.subsets) + subset) * room + number, return_counts=True)
            found.update(zip(keys.tolist(), counts.tolist(), strict=True))
    return found
