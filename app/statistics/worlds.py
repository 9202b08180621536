"""Other registers that would give the same published figures: what differs between them is suppressed. Pure.

For an edition some *worlds* are made: registers of the same businesses in which some have exchanged answers or places.
In one world a small cell is empty, in another it has as many businesses as the threshold asks. Published is what is the
same in the true register and in all worlds, and nothing else. So whatever a reader adds, subtracts or solves, over all
tables, levels and filters together: had one of the worlds been true, all would look alike. No small cell can be found.

The exchanges are chosen to cost few published cells: between businesses that are the same in nearly everything, near to
each other, and where other small cells are. That is only economy, and may be done better some day; what is published is
decided by comparing worlds, and an edition is made only when each small cell has its two worlds.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import chain, combinations
from math import inf, sqrt
from time import process_time
from typing import NamedTuple

import numpy as np

from app.statistics.cells import Ints, Register, Tables
from app.statistics.exchanges import Cell, Exchanges, Rows
from app.statistics.variables import MOST_DIMENSIONS

_ROUNDS = 4
_MOST_WORLDS = 24
_FAR = 4.0  # how much a unit away from what a small cell is to have costs
_FILLED_ZERO = 0.1  # as which a cell counts that is empty in truth
_PAIR = 2
_MAKING = 90  # percent of the work, as experience has it; the rest is tidying
_BEFORE_REWRITING = 12  # so many worlds try to do without


class CannotProtect(Exception):
    """There are small cells that no exchange hides: too few businesses for any statistics."""


class Goal(Enum):
    """Where a world brings a cell that is to be hidden."""

    LOW = "low"
    HIGH = "high"


class Bounds(NamedTuple):
    """A hidden cell has `low` businesses or fewer in one world, `high` or more in another."""

    low: int
    high: int

    def distance(self, has: int, goal: Goal) -> int:
        """How many too many or too few that are for a goal."""
        return max(0, has - self.low) if goal is Goal.LOW else max(0, self.high - has)

    def met(self, has: int) -> list[Goal]:
        """The goals that are reached."""
        return [goal for goal in Goal if not self.distance(has, goal)]


@dataclass
class World:
    """A register that could be the true one. `goals`: whether a cell is to be low or high here."""

    answers: Ints
    goals: dict[int, Goal] = field(default_factory=dict)
    done: list[tuple[Rows, Rows]] = field(default_factory=list)
    """The exchanges: what those had before, and have after it."""

    moved: dict[int, int] = field(default_factory=dict)
    """By how much cells differ from the truth; without those that do not."""


class Protection:
    """Makes worlds for a register until each cell of `bounds` is hidden. `counts` has what is in the cells.

    The same `seed` makes the same worlds.
    """

    def __init__(
        self, tables: Tables, register: Register, counts: Mapping[int, int], bounds: Mapping[int, Bounds], seed: int
    ) -> None:
        self.tables, self.register, self.counts = tables, register, counts
        self.bounds = {key: bounds[key] for key in sorted(bounds)}
        self._until = inf
        self.worlds: list[World] = []
        self._chance = random.Random(seed)  # noqa: S311  (it hides nothing by itself)
        self._exchanges = Exchanges(tables, register, self._chance)
        self._regions: list[list[int]] = register.regions.T.tolist()
        self._derived = [each.tolist() for each in tables.derived]
        self._hidden: set[int] = set()
        self._coded: dict[tuple[int, ...], tuple[int, ...]] = {}
        self._touched: dict[tuple[int, ...], list[list[int]]] = {}
        self._numbers = {each: at for at, each in enumerate(tables.subsets)}
        self._levels = {
            region: level for level, regions in enumerate(register.regions) for region in np.unique(regions).tolist()
        }

    def cell(self, key: int) -> Cell:
        """The cell of a number."""
        region, number, codes = self.tables.of_key(key)
        return Cell(region, self._levels[region], self.tables.subsets[number], codes)

    # What an exchange changes.

    def _codes(self, answers: tuple[int, ...]) -> tuple[int, ...]:
        found = self._coded.get(answers)
        if found is None:
            found = tuple(codes[answers[base]] for base, codes in zip(self.tables.base, self._derived, strict=True))
            self._coded[answers] = found
        return found

    def _sets(self, changed: tuple[int, ...]) -> list[list[int]]:
        """The sets of attributes, by level, that have one of the changed attributes."""
        found = self._touched.get(changed)
        if found is None:
            found = [
                [each for each in level if not set(self.tables.subsets[each]).isdisjoint(changed)]
                for level in self.tables.levels
            ]
            self._touched[changed] = found
        return found

    def _changes(self, world: World, rows: Rows) -> dict[int, int]:
        """By how much each cell changes where these businesses have these answers."""
        tables, net = self.tables, dict[int, int]()
        width, radix = len(tables.subsets), tables.radix
        room = radix**MOST_DIMENSIONS
        moves = [
            (self._regions[at], self._codes(tuple(world.answers[at].tolist())), self._codes(row))
            for at, row in rows.items()
        ]
        unmoved = _unmoved(moves)
        for regions, before, after in moves:
            changed = tuple(each for each, code in enumerate(before) if code != after[each])
            for region, sets in zip(regions, self._sets(changed), strict=True):
                if region in unmoved:
                    continue
                for subset in sets:
                    place = (region * width + subset) * room
                    old = new = 0
                    for attribute in tables.subsets[subset]:
                        old = old * radix + before[attribute]
                        new = new * radix + after[attribute]
                    net[place + old] = net.get(place + old, 0) - 1
                    net[place + new] = net.get(place + new, 0) + 1
        return {key: by for key, by in net.items() if by}

    def _cost(self, world: World, changes: Mapping[int, int]) -> float:
        """What is lost: figures that could be published, and small cells that get further from their goals."""
        cost = 0.0
        for key, by in changes.items():
            bounds = self.bounds.get(key)
            if bounds is not None:
                goal = world.goals.get(key)
                if goal is not None:
                    has = self._has(world, key)
                    cost += _FAR * (bounds.distance(has + by, goal) - bounds.distance(has, goal))
            elif key not in self._hidden:
                cost += sqrt(self.counts.get(key, _FILLED_ZERO))
        return cost

    def _try(self, world: World, candidates: Iterable[Rows]) -> bool:
        """Make the cheapest of these exchanges; whether there was one."""
        best: tuple[float, Rows, dict[int, int]] | None = None
        for rows in candidates:
            changes = self._changes(world, rows)
            cost = self._cost(world, changes)
            if best is None or cost < best[0]:
                best = cost, rows, changes
        if best is None:
            return False
        _, rows, changes = best
        world.done.append(({at: tuple(world.answers[at].tolist()) for at in rows}, rows))
        self._apply(world, rows, changes)
        self._hidden.update(changes)
        return True

    def _apply(self, world: World, rows: Rows, changes: Mapping[int, int]) -> None:
        for at, row in rows.items():
            world.answers[at] = row
        for key, by in changes.items():
            moved = world.moved.pop(key, 0) + by
            if moved:
                world.moved[key] = moved

    # Goals.

    def run(self, tell: Callable[[int], None] = lambda _: None, *, until: float = inf) -> None:
        """Make worlds until each cell is low in one and high in another, and take back what was not needed for that.
        `tell` is called with about how many percent of that are done; `until`: seconds of this process's own computing.

        Raises:
            CannotProtect: no such worlds were found, or not until then.
        """
        self._until = until
        wanted = {(key, goal) for key in self.bounds for goal in Goal}
        while wanted:
            if len(self.worlds) >= _MOST_WORLDS:
                raise CannotProtect
            pair = World(self.register.answers.copy()), World(self.register.answers.copy())
            self._give_goals(pair, wanted)
            for half, world in enumerate(pair):
                # Nearly everything is done in the first pair.
                start = _MAKING * half / 2 if len(self.worlds) < _PAIR else _MAKING
                self.worlds.append(world)
                self._reach(world, _Telling(tell, start, _MAKING / 2 if start < _MAKING else 0))
                wanted -= {(key, goal) for key in self.bounds for goal in self._met(world, key)}
        self._tidy(_Telling(tell, _MAKING, 100 - _MAKING))

    def _give_goals(self, pair: tuple[World, World], wanted: set[tuple[int, Goal]]) -> None:
        """A cell is to be low in one and high in the other; what is within a low one is low, too."""
        for key in self.bounds:
            goals = [goal for goal in Goal if (key, goal) in wanted]
            if not goals:
                continue
            worlds = [*pair]
            self._chance.shuffle(worlds)
            around = self._around(key)
            worlds.sort(key=lambda world: not any(world.goals.get(each) is Goal.LOW for each in around))
            if goals[0] is Goal.HIGH:
                worlds.reverse()
            for world, goal in zip(worlds, goals, strict=False):
                world.goals[key] = goal

    def _around(self, key: int) -> list[int]:
        """The cells to be hidden that such a cell is part of."""
        cell = self.cell(key)
        found = []
        for region in self._regions[self.register.spans[cell.region][0]][: cell.level + 1]:
            for size in range(len(cell.subset) + 1):
                for part in combinations(range(len(cell.subset)), size):
                    number = self._numbers[tuple(cell.subset[each] for each in part)]
                    each = self.tables.key(region, number, [cell.codes[one] for one in part])
                    if each != key and each in self.bounds:
                        found.append(each)
        return found

    def _has(self, world: World, key: int) -> int:
        return self.counts.get(key, 0) + world.moved.get(key, 0)

    def _met(self, world: World, key: int) -> list[Goal]:
        """The goals that a cell has reached in this world, whichever it was to reach."""
        return self.bounds[key].met(self._has(world, key))

    def _reach(self, world: World, telling: "_Telling") -> None:
        for _ in range(_ROUNDS):
            for done, (key, goal) in enumerate(world.goals.items(), start=1):
                telling.share(done / len(world.goals))
                if process_time() > self._until:
                    raise CannotProtect
                if self.bounds[key].distance(self._has(world, key), goal):
                    self._bring(world, key, goal)

    def _bring(self, world: World, key: int, goal: Goal) -> None:
        """Bring a cell to its goal, as far as that goes."""
        cell, bounds, out = self.cell(key), self.bounds[key], goal is Goal.LOW
        rewrites = len(self.worlds) > _BEFORE_REWRITING or not (
            cell.level or len({self.tables.base[each] for each in cell.subset}) > 1
        )
        for _ in range(2 * (bounds.high - bounds.low)):
            if not bounds.distance(self._has(world, key), goal):
                return
            exchanges = chain(
                self._exchanges.swaps(world.answers, cell, out=out),
                self._exchanges.trades(world.answers, cell, out=out),
            )
            # Where the neighbours have none to give, those further away may: that changes more, but still less than
            # an answer that nobody gave, which the whole nation would count.
            if not (
                self._try(world, exchanges)
                or any(
                    self._try(world, self._exchanges.swaps(world.answers, cell, out=out, up=up))
                    for up in range(_PAIR, cell.level + 1)
                )
                or (rewrites and self._try(world, self._exchanges.rewritings(world.answers, cell, out=out)))
            ):
                return

    def hidden(self) -> set[int]:
        """The cells that are not the same in all worlds."""
        return {key for world in self.worlds for key in world.moved}

    # What is not needed after all.

    def _tidy(self, telling: "_Telling") -> None:
        """Take those exchanges back without which each cell still has its worlds, and no more cells are hidden."""
        met: Counter[tuple[int, Goal]] = Counter()
        hiding: Counter[int] = Counter()
        for world in self.worlds:
            met.update((key, goal) for key in self.bounds for goal in self._met(world, key))
            hiding.update(world.moved.keys())
        for number, world in enumerate(reversed(self.worlds), start=1):
            telling.share(number / len(self.worlds))
            for before, after in reversed(world.done):
                if all(tuple(world.answers[at].tolist()) == row for at, row in after.items()):
                    self._take_back(world, before, met, hiding)

    def _take_back(self, world: World, before: Rows, met: Counter[tuple[int, Goal]], hiding: Counter[int]) -> None:
        changes = self._changes(world, before)
        shown = 0
        turned: list[tuple[tuple[int, Goal], int]] = []
        for key, by in changes.items():
            was = world.moved.get(key, 0)
            if key in self.bounds:
                has = self._has(world, key)
                for goal in Goal:
                    turn = (not self.bounds[key].distance(has + by, goal)) - (not self.bounds[key].distance(has, goal))
                    if turn < 0 and met[key, goal] == 1:
                        return
                    turned.append(((key, goal), turn))
            elif not was + by and hiding[key] == 1:
                shown += 1 + self.counts.get(key, 0)
            elif not was and not hiding[key]:
                shown -= 1 + self.counts.get(key, 0)
        if shown < 0:
            return
        for each, turn in turned:
            met[each] += turn
        for key, by in changes.items():
            was = world.moved.get(key, 0)
            hiding[key] += bool(was + by) - bool(was)
        self._apply(world, before, changes)


class _Telling:
    """Tells a part of the work, each percent once."""

    def __init__(self, tell: Callable[[int], None], start: float, part: float) -> None:
        self._tell, self._start, self._part, self._last = tell, start, part, -1

    def share(self, done: float) -> None:
        """Tell that so much of this part is done; it never goes back."""
        percent = int(self._start + self._part * done)
        if percent > self._last:
            self._last = percent
            self._tell(percent)


_Move = tuple[list[int], tuple[int, ...], tuple[int, ...]]


def _unmoved(moves: Sequence[_Move]) -> set[int]:
    """The regions in which nothing changes: two businesses there exchange all that is tabulated."""
    if len(moves) == _PAIR:
        (regions, before, after), (others, before_other, after_other) = moves
        if before == after_other and after == before_other:
            return {region for region, other in zip(regions, others, strict=True) if region == other}
    return set()
