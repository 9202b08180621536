"""No small cell can be told from all that an edition shows, nor from two editions.

The attackers here know nothing of how editions are made: they take what is published, write it down as equations over
the unknown register, and ask a solver (HiGHS) for the least and the most that each suppressed cell can have.
"""

import random
from collections import Counter
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from forms import sized

from app.regions.region_code import ancestry
from app.statistics import making
from app.statistics.edition import Made, Memory, Task
from app.statistics.making import LEVELS, make
from app.statistics.variables import ATTRIBUTES, COLUMNS

EMBEDDED_IS_ENOUGH = True
THRESHOLD = 3
Business = tuple[str, ...]  # village, then answers as `COLUMNS` has them
Place = tuple[str, str, tuple[str, ...]]  # region, attributes, codes


def businesses(seed: int, number: int, villages: int = 8) -> list[Business]:
    """A register with some of everything, and rare things."""
    chance = random.Random(seed)
    codes = [f"16.01.{1 + at // 4:02d}.{1001 + at % 4}" for at in range(villages)]
    weights = [chance.gammavariate(2, 1) for _ in codes]
    found: list[Business] = []
    for village in chance.choices(codes, weights, k=number):
        [form] = chance.choices(["umkm|individual", "koperasi|cooperative"], [94, 6])
        [activity] = chance.choices(["2020:G|2020:47", "2020:C|2020:10", "2020:B|2020:08"], [65, 30, 5])
        [size] = chance.choices(["micro", "small"], [90, 10])
        [sex] = chance.choices(["female", "male"])
        found.append((village, form, activity, size, sex, "no", "yes", "1-4", "active"))
    return found


def task(register: list[Business], seed: int, previous: list[list[Any]] | None = None) -> Task:
    rows = [[*business, number] for business, number in sorted(Counter(register).items())]
    return Task(THRESHOLD, seed, rows, previous or [])


def true_cells(register: list[Business], made: Made) -> Counter[Place]:
    """Every cell of the tables that are given, counted plainly."""
    counts: Counter[Place] = Counter()
    names = [each.name for each in ATTRIBUTES]
    for business in register:
        codes = {each.name: each.of(business[1 + COLUMNS.index(each.column)]) for each in ATTRIBUTES}
        for level, region in zip(LEVELS, ancestry(business[0]), strict=True):
            for joined in made.given[level]:
                said = [name for name in joined.split(",") if name]
                assert said == sorted(said, key=names.index)
                counts[region, joined, tuple(codes[name] for name in said)] += 1
    return counts


def shown(made: Made) -> dict[Place, int | None]:
    """What a reader sees."""
    return {
        (region, joined, tuple(codes)): None if hidden else number
        for region, joined, cells in made.tables
        for codes, number, hidden in cells
    }


def kept(made: Made) -> list[list[Any]]:
    """As the next edition knows this one."""
    return [
        [region, joined, list(codes), number, hidden]
        for region, joined, cells in made.tables
        for codes, number, hidden in cells
    ]


class Attacker:
    """Solves what is published. `kinds`: the businesses that there can be: place and all attributes."""

    def __init__(self, register: list[Business], made: Made) -> None:
        self.seen = shown(made)
        villages = sorted({each[0] for each in register})
        columns = [sorted({each[1 + at] for each in register}) for at in range(len(COLUMNS))]
        asked = {name for sets in made.given.values() for joined in sets for name in joined.split(",") if name}
        # An attribute that no table has needs no unknowns of its own.
        used = [
            at for at, column in enumerate(COLUMNS) if any(a.column == column and a.name in asked for a in ATTRIBUTES)
        ]
        self.kinds: list[tuple[str, dict[str, str]]] = []
        for village in villages:
            vectors: list[dict[str, str]] = [{}]
            for at in used:
                of_column = [each for each in ATTRIBUTES if each.column == COLUMNS[at]]
                vectors = [v | {a.name: a.of(code) for a in of_column} for v in vectors for code in columns[at]]
            self.kinds += [(village, vector) for vector in vectors]
        self._of: dict[Place, list[int]] = {}
        for number, (village, vector) in enumerate(self.kinds):
            for level, region in zip(LEVELS, ancestry(village), strict=True):
                for joined in made.given[level]:
                    codes = tuple(vector[name] for name in joined.split(",") if name)
                    self._of.setdefault((region, joined, codes), []).append(number)
        rows, self._known = [], []
        for place, inside in self._of.items():
            told = self.seen.get(place, 0)  # a cell that is not shown at all is empty
            if told is not None and not self._is_unshown(place):
                rows.append(inside)
                self._known.append(told)
        from scipy.sparse import csr_matrix  # noqa: PLC0415  (not in every worker of the suite)

        ends = [(row, column) for row, inside in enumerate(rows) for column in inside]
        ones = np.ones(len(ends))
        self._system = csr_matrix((ones, tuple(np.array(ends).T)), shape=(len(rows), len(self.kinds)))

    def _is_unshown(self, place: Place) -> bool:
        """Of a region with too few businesses only that is shown."""
        return self.seen.get((place[0], "", ()), 0) is None

    def bounds(self, place: Place) -> tuple[float, float]:
        """The least and the most that a cell can have."""
        from scipy.optimize import linprog  # noqa: PLC0415  (likewise)

        wanted = np.zeros(len(self.kinds))
        wanted[self._of[place]] = 1
        found = []
        for sign in (1, -1):
            solved = linprog(sign * wanted, A_eq=self._system, b_eq=self._known, bounds=(0, None), method="highs")
            assert solved.status == 0, solved.message
            found.append(sign * solved.fun)
        return found[0], found[1]


@pytest.mark.long_form
@pytest.mark.parametrize("seed", range(1, sized(short=2, long=9)))
def test_a_solver_cannot_tell_a_small_cell_from_all_tables_of_an_edition(seed: int) -> None:
    register = businesses(20 + seed, sized(short=110, long=300), villages=6)
    made = make(task(register, seed))
    true, attacker = true_cells(register, made), Attacker(register, made)
    small = [place for place, number in true.items() if number < THRESHOLD]
    if not small:
        pytest.skip("a register without small cells proves nothing")
    assert len(made.given["nation"]) > 10
    assert [number for number in attacker.seen.values() if number is not None], "everything is suppressed"
    for place in random.Random(seed).sample(small, min(len(small), sized(short=4, long=60))):
        least, most = attacker.bounds(place)
        assert least < 1e-6, (place, true[place], least, most)
        assert most > THRESHOLD - 1e-6, (place, true[place], least, most)


@pytest.mark.long_form
@pytest.mark.parametrize("seed", range(sized(short=1, long=12)))
def test_what_is_shown_is_what_the_register_has_and_no_cell_of_it_is_small(seed: int) -> None:
    register = businesses(100 + seed, 250)
    made = make(task(register, seed))
    true, seen = true_cells(register, made), shown(made)
    assert made.businesses == len(register) == seen["ID", "", ()]
    for place, number in seen.items():
        if number is not None:
            assert number == true[place]
            assert number == 0 or number >= THRESHOLD
    unshown = {place[0] for place, number in seen.items() if place[1:] == ("", ()) and number is None}
    for place, number in true.items():
        assert place in seen or place[0] in unshown, "a cell that is not there counts as empty"
        if number < THRESHOLD:
            assert seen.get(place) is None


@pytest.mark.proof
def test_an_attacker_finds_a_cell_that_is_suppressed_alone() -> None:
    """The attackers are no decoration: what only primary suppression hides, they tell."""
    register = businesses(1, 300)
    made = make(task(register, 1))
    true = true_cells(register, made)
    alone = Made(
        made.businesses,
        made.given,
        [(r, j, [(c, n, 0 < n < THRESHOLD) for c, n, _ in cells]) for r, j, cells in made.tables],
    )
    attacker = Attacker(register, alone)
    small = [place for place, number in true.items() if number < THRESHOLD]
    told = [place for place in small[:20] if np.ptp(attacker.bounds(place)) < 1e-6]
    assert told


@pytest.mark.proof
def test_a_region_with_too_few_businesses_is_suppressed_with_a_neighbour() -> None:
    register = businesses(5, 300, villages=8)
    lonely = ("16.01.01.1009", *register[0][1:])
    made = make(task([*register, lonely], 5))
    totals = {place[0]: number for place, number in shown(made).items() if place[1:] == ("", ())}
    of_district = {code: number for code, number in totals.items() if code.startswith("16.01.01.")}
    assert of_district["16.01.01.1009"] is None
    assert sum(number is None for number in of_district.values()) == 2
    least, most = Attacker([*register, lonely], made).bounds(("16.01.01.1009", "", ()))
    assert (least, most >= THRESHOLD) == (0, True)


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(4))
def test_two_editions_do_not_tell_what_one_business_changed(seed: int) -> None:
    """One more business in a village: what changed between the editions would be its whole portrait."""
    register = businesses(200 + seed, 150, villages=4)
    first = make(task(register, seed))
    newcomer = (register[0][0], *register[7][1:])
    second = make(task([*register, newcomer], 900 + seed, kept(first)))
    assert not {place for place in _changed(first, second) if place[2]}


@pytest.mark.proof
def test_between_two_editions_only_large_changes_are_shown() -> None:
    register = businesses(210, 120, villages=4)
    first = make(task(register, 1))
    second = make(task([*register, *businesses(211, 110, villages=4)], 2, kept(first)))
    changed = _changed(first, second)
    assert any(codes for _, _, codes in changed), "the second edition tells nothing"
    assert all(abs(by) >= THRESHOLD for (_, _, codes), by in changed.items() if codes)


def _changed(first: Made, second: Made) -> dict[Place, int]:
    """By how much the cells moved that both editions show."""
    before, after = shown(first), shown(second)
    both = {(r, j) for r, j, _ in first.tables} & {(r, j) for r, j, _ in second.tables}
    found = {}
    for place in {*before, *after}:
        was, now = before.get(place, 0), after.get(place, 0)
        if place[:2] in both and was is not None and now is not None and was != now:
            found[place] = now - was
    return found


@pytest.mark.proof
def test_what_was_suppressed_and_did_not_change_stays_so() -> None:
    register = businesses(301, 200, villages=6)
    first = make(task(register, 1))
    second = make(task(register, 2, kept(first)))
    before, after = shown(first), shown(second)
    hidden = {place for place, number in before.items() if number is None and place[2]}
    given = {(region, joined) for region, joined, _ in second.tables}
    assert all(after[place] is None for place in hidden if place[:2] in given)


@pytest.mark.proof
@pytest.mark.parametrize(
    ("seed", "number", "villages", "lacking"), [(301, 200, 6, "size_class"), (305, 300, 8, "category")]
)
def test_what_was_suppressed_stays_so_behind_an_edition_that_lacks_the_table(
    seed: int, number: int, villages: int, lacking: str
) -> None:
    """Where only the second edition is remembered, the third shows two and eighteen cells that the first suppressed."""
    register = businesses(seed, number, villages)
    first = make(task(register, 1))
    memory = Memory()
    memory.add(kept(first))
    second = make(task(register, 2, memory.cells()))
    memory.add(cell for cell in kept(second) if lacking not in cell[1].split(","))
    third = make(task(register, 3, memory.cells()))
    after = shown(third)
    hidden = {place for place, said in shown(first).items() if said is None and place[2]}
    given = {(region, joined) for region, joined, _ in third.tables}
    assert hidden
    assert not [place for place in hidden if place[:2] in given and after.get(place, 0) is not None]


def test_a_table_in_which_every_cell_is_suppressed_is_not_given_and_stays_remembered() -> None:
    register = businesses(301, 200, villages=6)
    first = make(task(register, 1))
    assert "sex" in first.given["district"]
    previous = [
        [*cell[:-1], cell[-1] or (cell[1] == "sex" and cell[0].count(".") == 2)]  # of districts
        for cell in kept(first)
    ]
    made = make(task(register, 2, previous))
    cells = [cell for cell in kept(made) if cell[1] == "sex" and cell[0].count(".") == 2]
    assert cells
    assert all(hidden for *_, hidden in cells)
    assert "sex" not in made.given["district"]
    assert "" in made.given["district"]
    shown_somewhere = {(level, each) for level, sets in made.given.items() for each in sets if each}
    levels = dict(zip((2, 5, 8, 13), LEVELS[1:], strict=True))
    showing = {
        (levels.get(len(region), "nation") if region != "ID" else "nation", joined)
        for region, joined, codes, _, hidden in kept(made)
        if joined and not hidden
    }
    assert shown_somewhere == showing


def test_what_takes_too_long_to_protect_is_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    register = businesses(301, 200, villages=6)
    with_time = make(task(register, 1))
    assert any(hidden for *_, hidden in kept(with_time))
    monkeypatch.setattr(making, "_PATIENCE_S", float("-inf"))
    made = make(task(register, 1))
    assert made.businesses == 200
    assert sum(map(len, made.given.values())) < sum(map(len, with_time.given.values()))
    assert not any(hidden for *_, hidden in kept(made)), "only what has nothing to hide is given"
    assert all(number >= THRESHOLD for *_, number, _ in kept(made))


def test_what_was_shown_holds_until_it_is_shown_again_and_what_was_suppressed_for_good() -> None:
    memory = Memory()
    for number, hidden in ((8, True), (12, False), (8, True), (20, False)):
        memory.add([["16.01", "kind", ["umkm"], number, hidden]])
    memory.add([["16.01", "sex", ["male"], 5, False]])
    assert memory.cells() == [
        ["16.01", "kind", ("umkm",), 8, True],
        ["16.01", "kind", ("umkm",), 20, False],
        ["16.01", "sex", ("male",), 5, False],
    ]


@pytest.mark.proof
def test_a_rare_kind_is_shown_for_the_nation_and_cannot_be_found_in_its_villages() -> None:
    """A village that needs more of a kind than its district has gets them from further away: had an answer been made up
    instead, no figure of that answer could be shown of anything that the village is in.
    """
    chance, register = random.Random(0), []
    for village, form, activity, _, *rest in businesses(0, 900, villages=24):
        register.append((village, form, activity, "micro", *rest))
    for _ in range(12):
        at = chance.randrange(len(register))
        village, form, activity, _, *rest = register[at]
        register[at] = (village, form, activity, "large", *rest)
    made = make(task(register, 0))
    true, attacker = true_cells(register, made), Attacker(register, made)
    assert attacker.seen["ID", "size_class", ("large",)] == true["ID", "size_class", ("large",)] == 12
    rare = [place for place, number in true.items() if "large" in place[2] and number < THRESHOLD]
    assert len(rare) > 5
    for place in rare[:6]:
        least, most = attacker.bounds(place)
        assert least < 1e-6, (place, true[place], least, most)
        assert most > THRESHOLD - 1e-6, (place, true[place], least, most)


def test_a_register_that_is_too_small_gives_nothing() -> None:
    assert make(task(businesses(1, 2), 1)) == Made(2, {level: [] for level in LEVELS}, [])
    assert make(Task(THRESHOLD, 1, [], [])).businesses == 0


def test_fewer_tables_are_given_where_no_more_can_be_protected() -> None:
    made = make(task(businesses(3, 9), 3))
    seen = shown(made)
    assert seen["ID", "", ()] == 9
    assert all(number is None or number == 0 or number >= THRESHOLD for number in seen.values())


def test_tables_are_of_attributes_that_do_not_follow_from_one_another() -> None:
    made = make(task(businesses(4, 400), 4))
    for sets in made.given.values():
        for joined in sets:
            columns = [each.column for each in ATTRIBUTES if each.name in joined.split(",")]
            assert len({*columns}) == len(columns) <= 3
            for part in combinations(joined.split(","), len(columns) - 1 if columns else 0):
                assert ",".join(part) in sets, "a table is given with all of its margins"
