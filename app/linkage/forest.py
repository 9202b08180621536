"""The sums of many trees for many pairs at once.

Every tree has few leaves, so the leaves that are still open are the bits of a number. A measure closes leaves by which
of all limits it lies between; that is one look into a table for each measure of a tree, and one for the value of the
leaf that stays open.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.linkage.columns import Floats, Ints

Tree = float | tuple[int, float, bool, "Tree", "Tree"]
"""A value; or a measure, the limit up to which it goes left, whether an unknown one does, and both subtrees."""

MOST_LEAVES = 16
_ROWS = 8_192  # at a time: what is looked up stays in the processor's cache


@dataclass(frozen=True, slots=True)
class _Table:
    """A tree: of each of its measures, which leaves stay open by how many limits are below it; values by the leaf."""

    open: dict[int, NDArray[np.uint16]]
    values: Floats  # by the number with the one bit that is left


class Forest:
    """Trees, ready to be summed."""

    def __init__(self, base: float, trees: Sequence[Tree], measures: int) -> None:
        self.base = base
        limits: dict[int, set[float]] = defaultdict(set)
        for tree in trees:
            _limits(tree, limits)
        self._limits = [np.array(sorted(limits[at]), np.float64) for at in range(measures)]
        self._trees = [self._table(tree) for tree in trees]

    def bins(self, figures: Floats) -> Ints:
        """By measure, between which limits each pair lies; an unknown figure is behind all of them."""
        found = np.empty((len(self._limits), len(figures)), np.int64)
        for at, limits in enumerate(self._limits):
            column = figures[:, at]
            found[at] = np.where(np.isnan(column), len(limits) + 1, np.searchsorted(limits, column))
        return found

    def sums(self, bins: Ints) -> Floats:
        """The sum of all trees."""
        total = np.full(bins.shape[1], self.base)
        for start in range(0, bins.shape[1], _ROWS):
            part = bins[:, start : start + _ROWS]
            for tree in self._trees:
                total[start : start + _ROWS] += _values(tree, part)
        return total

    def losses(self, bins: Ints, hidden: Sequence[Sequence[int]]) -> Floats:
        """For each set of measures, by how much the sum falls if these were not known."""
        lost = np.zeros((len(hidden), bins.shape[1]))
        for start in range(0, bins.shape[1], _ROWS):
            part = bins[:, start : start + _ROWS]
            without = [self._without(part, measures) for measures in hidden]
            for tree in self._trees:
                whole = _values(tree, part)
                for at, measures in enumerate(hidden):
                    if not tree.open.keys().isdisjoint(measures):
                        lost[at, start : start + _ROWS] += whole - _values(tree, without[at])
        return lost

    def _without(self, bins: Ints, measures: Sequence[int]) -> Ints:
        shown = bins.copy()
        for at in measures:
            shown[at] = len(self._limits[at]) + 1
        return shown

    def _table(self, tree: Tree) -> _Table:
        leaves: list[float] = []
        nodes: list[tuple[int, float, bool, int, int]] = []
        _walk(tree, leaves, nodes)
        every = (1 << len(leaves)) - 1
        opened: dict[int, NDArray[np.uint16]] = {}
        for measure, limit, unknown_is_left, left, right in nodes:
            limits = self._limits[measure]
            goes_left = np.arange(len(limits) + 2) <= np.searchsorted(limits, limit)
            goes_left[-1] = unknown_is_left
            stays = np.where(goes_left, every & ~right, every & ~left).astype(np.uint16)
            opened[measure] = opened[measure] & stays if measure in opened else stays
        values = np.zeros(1 << len(leaves))
        for at, value in enumerate(leaves):
            values[1 << at] = value
        return _Table(opened, values)


def _values(tree: _Table, bins: Ints) -> Floats:
    left: NDArray[np.uint16] | None = None
    for measure, opened in tree.open.items():
        stays = opened[bins[measure]]
        left = stays if left is None else np.bitwise_and(left, stays, out=left)
    if left is None:
        return np.full(bins.shape[1], tree.values[1])
    return tree.values[left]


def leaves_of(tree: Tree) -> int:
    """How many leaves a tree has."""
    return leaves_of(tree[3]) + leaves_of(tree[4]) if isinstance(tree, tuple) else 1


def _limits(tree: Tree, limits: dict[int, set[float]]) -> None:
    if isinstance(tree, tuple):
        limits[tree[0]].add(tree[1])
        _limits(tree[3], limits)
        _limits(tree[4], limits)


def _walk(tree: Tree, leaves: list[float], nodes: list[tuple[int, float, bool, int, int]]) -> int:
    """Number the leaves; the bits of those that are below."""
    if not isinstance(tree, tuple):
        leaves.append(tree)
        return 1 << (len(leaves) - 1)
    measure, limit, unknown_is_left, lower, upper = tree
    left, right = _walk(lower, leaves, nodes), _walk(upper, leaves, nodes)
    nodes.append((measure, limit, unknown_is_left, left, right))
    return left | right
