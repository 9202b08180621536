"""Making an edition of the statistics from the register: which tables are given, and what in them is suppressed. Pure.

`python -m app.statistics.making` does it in a process of its own, which reads a `Task` as JSON and answers a `Made`.
"""

import os
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from time import process_time
from typing import Any, NamedTuple

import numpy as np
import orjson

from app.regions.region_code import NATION, ancestry, level_of
from app.statistics.cells import Ints, Register, Tables, count
from app.statistics.edition import Made, Task
from app.statistics.variables import ATTRIBUTES, COLUMNS, MOST_DIMENSIONS
from app.statistics.worlds import Bounds, CannotProtect, Protection

LEVELS = ("nation", "province", "regency", "district", "village")
_MOST_ATTRIBUTES = (3, 3, 3, 1, 1)
"""How many attributes a table of each level has at the most."""

_SMALL_SHARE = (0.0, 0.35, 0.15, 0.05)
"""A table is given on a level where at most this share of its cells there is small, by how many attributes it has."""

_STRICTER = (1.0, 0.3, 0.0, -1.0)
"""Where no worlds are found for these tables, fewer are given; at last only how many businesses there are."""

_PATIENCE_S, _PATIENCE_FOR_ONE_S = 60.0, 0.003
"""So long worlds are looked for, in seconds of computing, and for each business: twice as long as it takes where there
are some. Editions that follow each other closely have so much to keep hidden that there may be none."""

Before = Mapping[int, Sequence[tuple[int, bool]]]
"""Of editions before: businesses by cell, and whether they were suppressed; a cell may have been both."""


_Written = tuple[str, str, list[tuple[list[str], int, bool]]]
"""A region's table, as `Made` has it."""


class _Places(NamedTuple):
    """Regions as the engine has them: those with too few businesses are one with their smallest neighbours."""

    regions: Ints  # by level and business
    members: dict[int, list[str]]
    levels: dict[int, int]
    joined: dict[str, int]  # businesses of each region that is one with others


class Coded(NamedTuple):
    """Attributes as numbers: the code of each number, and by column the number of each of its answers."""

    codes: list[list[str]]
    derived: list[Ints]


def make(task: Task, tell: Callable[[int], None] = lambda _: None) -> Made:
    """Make an edition; of fewer businesses than the threshold an empty one. `tell` is called with percents done."""
    numbers = np.array([row[-1] for row in task.rows], dtype=np.int64)
    villages = [row[0] for row in task.rows]
    total = int(numbers.sum())
    if total < task.threshold:
        return Made(total, {level: [] for level in LEVELS}, [])
    coded, columns = _coded(task.rows)
    places = _placed(villages, numbers, task.threshold)
    which = np.repeat(np.arange(len(numbers)), numbers)
    order = np.lexsort(places.regions[::-1][:, which])
    which = which[order]
    register = Register(places.regions[:, which], columns[which])
    for strictness in _STRICTER:
        tables = _given(coded, register, task.threshold, strictness)
        counts = count(tables, register)
        before = _before(tables, coded, places, task.previous)
        bounds = _bounds(counts, tables, before, task.threshold)
        try:
            protection = Protection(tables, register, counts, bounds, task.seed)
            protection.run(tell, until=process_time() + _PATIENCE_S + _PATIENCE_FOR_ONE_S * total)
        except CannotProtect:
            continue
        written = _written(tables, coded, places, counts, protection.hidden())
        return Made(total, _shown(_names(tables), written), written)
    raise CannotProtect


def _coded(rows: Sequence[Sequence[Any]]) -> tuple[Coded, Ints]:
    """How attributes are written as numbers, and the answers by column as numbers; codes are in their order."""
    answers, said = [], {}
    for at, column in enumerate(COLUMNS, start=1):
        said[column] = sorted({row[at] for row in rows})
        number = {code: each for each, code in enumerate(said[column])}
        answers.append([number[row[at]] for row in rows])
    codes, derived = [], []
    for attribute in ATTRIBUTES:
        of_column = [attribute.of(code) for code in said[attribute.column]]
        codes.append(sorted(set(of_column)))
        derived.append(np.array([codes[-1].index(code) for code in of_column], dtype=np.int64))
    return Coded(codes, derived), np.array(answers, dtype=np.int64).T


def _placed(villages: Sequence[str], numbers: Ints, threshold: int) -> _Places:
    """Each business's region on each level; a region of fewer than the threshold is joined with others beside it."""
    paths = [ancestry(code)[: len(LEVELS)] for code in villages]
    regions = np.zeros((len(LEVELS), len(villages)), dtype=np.int64)
    members, levels = {0: [NATION]}, {0: 0}
    joined: dict[str, int] = {}
    for level in range(1, len(LEVELS)):
        size: dict[int, Counter[str]] = defaultdict(Counter)
        for at, path in enumerate(paths):
            size[int(regions[level - 1, at])][path[level]] += int(numbers[at])
        unit: dict[str, int] = {}
        for above in sorted(size):
            for group in _joined(size[above], threshold):
                number = len(members)
                members[number], levels[number] = group, level
                unit |= dict.fromkeys(group, number)
                joined |= {code: size[above][code] for code in group if len(group) > 1}
        regions[level] = [unit[path[level]] for path in paths]
    return _Places(regions, members, levels, joined)


def _joined(size: Mapping[str, int], threshold: int) -> list[list[str]]:
    by_size = sorted(size, key=lambda code: (size[code], code))
    group: list[str] = []
    while by_size and (size[by_size[0]] < threshold or 0 < sum(size[code] for code in group) < threshold):
        group.append(by_size.pop(0))
    return [*([sorted(group)] if group else []), *([code] for code in sorted(by_size))]


def _given(coded: Coded, register: Register, threshold: int, strictness: float) -> Tables:
    """The tables that are given: on each level those of whose cells few are small, as far as all their parts are."""
    every = _sets(MOST_DIMENSIONS)
    numbers = {each: at for at, each in enumerate(every)}
    base = tuple(COLUMNS.index(each.column) for each in ATTRIBUTES)
    none: tuple[int, ...] = ()
    levels = []
    for level, most in enumerate(_MOST_ATTRIBUTES):
        given: list[int] = []
        for subset in every:
            size, number = len(subset), numbers[subset]
            parts = combinations(subset, size - 1) if size else ()
            if size > most or any(numbers[part] not in given for part in parts):
                continue
            one = tuple((number,) if at == level else none for at in range(len(LEVELS)))
            found = np.array([*count(Tables(base, tuple(coded.derived), every, one), register).values()])
            if not size or (found < threshold).sum() <= _SMALL_SHARE[size] * strictness * len(found):
                given.append(number)
        levels.append(tuple(given))
    return Tables(base, tuple(coded.derived), every, tuple(levels))


def _sets(most: int) -> tuple[tuple[int, ...], ...]:
    """The sets of attributes that make a table: no two that follow from one another."""
    return tuple(
        subset
        for size in range(most + 1)
        for subset in combinations(range(len(ATTRIBUTES)), size)
        if len({ATTRIBUTES[each].column for each in subset}) == size
        and (size < 2 or not any(ATTRIBUTES[each].alone for each in subset))  # noqa: PLR2004  (two attributes)
    )


def _bounds(counts: Mapping[int, int], tables: Tables, before: Before, threshold: int) -> dict[int, Bounds]:
    """What is to be hidden: small cells; small changes since it was shown last; and what was ever suppressed and hardly
    changed since, since it would tell now what it was then. How many businesses a region has is shown by progress, day
    by day, so a small change of that is none of them.
    """
    bounds = {key: Bounds(0, threshold) for key, number in counts.items() if number < threshold}
    for key, said in before.items():
        number = counts.get(key, 0)
        near = [(was, hidden) for was, hidden in said if abs(number - was) < threshold]
        if key in bounds or not near or not tables.of_key(key)[2]:
            continue
        if any(hidden for _, hidden in near):
            bounds[key] = Bounds(max(0, number - 1), number + 1)
        elif number != (was := near[-1][0]):
            bounds[key] = Bounds(was, was + threshold) if number > was else Bounds(max(0, was - threshold), was)
    return bounds


def _before(tables: Tables, coded: Coded, places: _Places, previous: Sequence[Sequence[Any]]) -> Before:
    """The cells of editions before by their numbers in this one, as far as they are given in it."""
    numbers = {each: at for at, each in enumerate(tables.subsets)}
    names = {each.name: at for at, each in enumerate(ATTRIBUTES)}
    number = [{code: at for at, code in enumerate(codes)} for codes in coded.codes]
    units = {members[0]: (unit, places.levels[unit]) for unit, members in places.members.items() if len(members) == 1}
    found: dict[int, list[tuple[int, bool]]] = defaultdict(list)
    for region, joined, codes, businesses, hidden in previous:
        subset = tuple(names[name] for name in joined.split(",") if name)
        if region not in units or numbers[subset] not in tables.levels[units[region][1]]:
            continue
        coded_as = [number[each].get(code) for each, code in zip(subset, codes, strict=True)]
        if None not in coded_as:
            key = tables.key(units[region][0], numbers[subset], [each for each in coded_as if each is not None])
            found[key].append((businesses, hidden))
    return found


def _written(
    tables: Tables, coded: Coded, places: _Places, counts: Mapping[int, int], hidden: set[int]
) -> list[_Written]:
    cells: dict[tuple[str, str], list[tuple[list[str], int, bool]]] = defaultdict(list)
    for key in sorted({*counts, *hidden}):
        unit, number, codes = tables.of_key(key)
        members = places.members[unit]
        if len(members) == 1:
            subset = tables.subsets[number]
            names = ",".join(ATTRIBUTES[each].name for each in subset)
            said = [coded.codes[each][code] for each, code in zip(subset, codes, strict=True)]
            cells[members[0], names].append((said, counts.get(key, 0), key in hidden))
    for region, number in places.joined.items():
        cells[region, ""] = [([], number, True)]
    return [(region, names, each) for (region, names), each in cells.items()]


def _names(tables: Tables) -> dict[str, list[str]]:
    return {
        level: [",".join(ATTRIBUTES[each].name for each in tables.subsets[number]) for number in numbers]
        for level, numbers in zip(LEVELS, tables.levels, strict=True)
    }


def _shown(names: Mapping[str, Sequence[str]], written: Sequence[_Written]) -> dict[str, list[str]]:
    """Of the tables by level those that show something: one in which every cell of every region is suppressed is none.
    Its cells are stored all the same, since later editions must not tell them. How many businesses there are is always
    given.
    """
    showing = {
        (level_of(region).value, joined)
        for region, joined, cells in written
        if not joined or any(not hidden for *_, hidden in cells)
    }
    return {level: [each for each in sets if not each or (level, each) in showing] for level, sets in names.items()}


def _tell(percent: int) -> None:
    sys.stdout.buffer.write(b"%d\n" % percent)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    os.nice(10)  # requests to the server come first
    made = make(Task(*orjson.loads(sys.stdin.buffer.read())), _tell)
    sys.stdout.buffer.write(b"\n" + orjson.dumps(tuple(made)))
