"""Work in groups: who shares a transaction, who leaves it, and what then becomes of the others. No database."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from waiting import until

from app.core import group_commit
from app.core.fair_queue import FLOW
from app.core.group_commit import HEAVY, LANES, MOST, GoesAlone, GroupCommit, Meeting, company, no_trace
from app.core.problems import Code, Problem

Work = Callable[[Any], Awaitable[str]]


class Transactions:
    """Counts what is begun, and how it ends; `fault`: what is raised instead of a commit."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.fault: Exception | None = None
        self.how: list[str] = []  # each piece of work was done

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Any]:
        at = len(self.begun)
        self.begun.append("begun")
        try:
            yield self
        except BaseException:
            self.begun[at] = "rolled back"
            raise
        if self.fault is not None:
            raise self.fault
        self.begun[at] = "committed"


class Table:
    """Two places to meet at. `kept`: what was written, of whom."""

    def __init__(self) -> None:
        self.kept: list[str] = []
        self.met: list[list[str]] = []
        self.refused: set[str] = set()
        self.first = Meeting[str, str](1, self._write, self._take_back)
        self.last = Meeting[str, str](2, self._write, None)

    async def _write(self, _pg: Any, names: Sequence[str]) -> list[str | GoesAlone]:
        self.met.append(list(names))
        self.kept += [name for name in names if name not in self.refused]
        return [GoesAlone() if name in self.refused else name.upper() for name in names]

    async def _take_back(self, _pg: Any, answers: Sequence[str]) -> None:
        for answer in answers:
            self.kept.remove(answer.lower())


@pytest.fixture
def transactions() -> Transactions:
    return Transactions()


@pytest.fixture
def groups(transactions: Transactions) -> GroupCommit:
    made = GroupCommit(transactions.begin)
    made.counted = transactions.how.append
    return made


@pytest.fixture
def table() -> Table:
    return Table()


async def alone(work: Work) -> str:
    return f"{await work(object())}, alone"


def writing(table: Table, name: str, then: Callable[[], None] = lambda: None) -> Work:
    async def work(pg: Any) -> str:
        with_others = company(pg)
        if with_others is None:
            return name
        await with_others.meet(table.first, f"{name}1")
        then()
        return await with_others.meet(table.last, f"{name}2")

    return work


async def crowd(groups: GroupCommit, *works: Work) -> list[Any]:
    """Do all of it as one group."""
    groups._free = 0
    tasks = [asyncio.create_task(groups.run(work, alone)) for work in works]
    await until(lambda: len(groups._waiting) == len(works))
    groups._free = LANES
    groups._go_on()
    return await asyncio.gather(*tasks, return_exceptions=True)


async def test_the_first_one_waits_for_nobody(groups: GroupCommit, transactions: Transactions, table: Table) -> None:
    assert await groups.run(writing(table, "a"), alone) == "a, alone"
    assert (transactions.begun, transactions.how, groups._free) == ([], ["alone"], LANES)


async def test_who_waits_goes_together(groups: GroupCommit, transactions: Transactions, table: Table) -> None:
    assert await crowd(groups, writing(table, "a"), writing(table, "b")) == ["A2", "B2"]
    assert table.met == [["a1", "b1"], ["a2", "b2"]]
    assert transactions.begun == ["committed"]


async def test_a_group_has_no_more_than_so_many(groups: GroupCommit, transactions: Transactions, table: Table) -> None:
    answers = await crowd(groups, *(writing(table, f"{n}") for n in range(MOST + 2)))
    assert (len(answers), transactions.begun) == (MOST + 2, ["committed"] * 2)


async def test_who_is_not_there_yet_is_waited_for(groups: GroupCommit, table: Table) -> None:
    async def skips_the_first(pg: Any) -> str:
        with_others = company(pg)
        assert with_others is not None
        return await with_others.meet(table.last, "c2")

    assert await crowd(groups, skips_the_first, writing(table, "a")) == ["C2", "A2"]
    assert table.met == [["a1"], ["c2", "a2"]]


async def test_what_a_connection_can_do_alone_is_done_alone(
    groups: GroupCommit, transactions: Transactions, table: Table
) -> None:
    async def odd(pg: Any) -> str:
        if company(pg) is not None:
            await pg.fetch("SELECT 1")
        return "odd"

    assert await crowd(groups, odd, writing(table, "a")) == ["odd, alone", "A2"]
    assert transactions.begun == ["committed"]


async def test_of_who_leaves_nothing_is_left(groups: GroupCommit, transactions: Transactions, table: Table) -> None:
    def leave() -> None:
        raise GoesAlone

    table.refused = {"b1"}
    works = writing(table, "a"), writing(table, "b"), writing(table, "c", leave)
    assert await crowd(groups, *works) == ["A2", "b, alone", "c, alone"]
    assert table.kept == ["a1", "a2"]
    assert transactions.begun == ["committed"]
    assert sorted(transactions.how) == ["left", "left", "together"]


async def test_who_fails_where_nothing_can_be_taken_back_takes_none_along(
    groups: GroupCommit, transactions: Transactions, table: Table
) -> None:
    async def late(pg: Any) -> str:
        if company(pg) is not None:
            await writing(table, "l")(pg)
            raise ZeroDivisionError
        return "late"

    assert await crowd(groups, late, writing(table, "a")) == ["late, alone", "a, alone"]
    assert transactions.begun == ["rolled back"]


async def test_a_meeting_that_fails_sends_all_away_alone(
    groups: GroupCommit, transactions: Transactions, table: Table
) -> None:
    async def failing(_pg: Any, _names: Sequence[str]) -> list[str]:
        raise OSError

    async def tries_again(pg: Any) -> str:
        with_others = company(pg)
        if with_others is not None:
            try:
                await with_others.meet(Meeting(0, failing, no_trace), "x")
            finally:
                await with_others.meet(table.first, "y")  # nobody is there any more
        return "x"

    assert await crowd(groups, tries_again, writing(table, "a")) == ["x, alone", "a, alone"]
    assert transactions.begun == ["rolled back"]


async def test_a_meeting_without_an_answer_for_each_is_a_fault_that_stops_nobody(
    groups: GroupCommit, table: Table, capsys: pytest.CaptureFixture[str]
) -> None:
    async def short(_pg: Any, names: Sequence[str]) -> list[str]:
        return list(names)[1:]

    def work(name: str) -> Work:
        async def meets(pg: Any) -> str:
            with_others = company(pg)
            return name if with_others is None else await with_others.meet(faulty, name)

        return meets

    faulty = Meeting(0, short, no_trace)
    assert await crowd(groups, work("a"), work("b")) == ["a, alone", "b, alone"]
    assert "group_fault" in capsys.readouterr().out


async def test_a_group_stands_in_the_queue_of_its_first_member(transactions: Transactions, table: Table) -> None:
    seen = list[bytes]()

    @asynccontextmanager
    async def begin() -> AsyncIterator[Any]:
        seen.append(FLOW.get())
        async with transactions.begin() as pg:
            yield pg

    groups = GroupCommit(begin)

    async def of(name: bytes, work: Work) -> str:
        FLOW.set(name)
        return await groups.run(work, alone)

    groups._free = 0
    tasks = [asyncio.create_task(of(name, writing(table, "a"))) for name in (b"first", b"second")]
    await until(lambda: len(groups._waiting) == 2)
    groups._free = LANES
    groups._go_on()
    await asyncio.gather(*tasks)
    assert seen == [b"first"]


async def test_a_group_that_finds_no_place_is_refused_at_once(
    groups: GroupCommit, transactions: Transactions, table: Table
) -> None:
    @asynccontextmanager
    async def full() -> AsyncIterator[Any]:
        if not transactions.begun:
            raise Problem(Code.OVERLOADED, retry_after=2)
        yield

    groups._begin = full
    answers = await crowd(groups, writing(table, "a"), writing(table, "b"))
    assert [(each.code, each.retry_after) for each in answers] == [(Code.OVERLOADED, 2), (Code.OVERLOADED, 3)]


async def test_a_problem_is_of_whom_it_is(groups: GroupCommit, table: Table) -> None:
    def refuse() -> None:
        raise Problem(Code.NOT_ALLOWED)

    refused, done = await crowd(groups, writing(table, "a", refuse), writing(table, "b"))
    assert (refused.code, done) == (Code.NOT_ALLOWED, "B2")
    assert table.kept == ["b1", "b2"]


@pytest.mark.parametrize("code", [Code.DATABASE_AWAY, Code.OVERLOADED])
async def test_a_database_that_is_away_is_so_for_all_of_them(
    code: Code, groups: GroupCommit, transactions: Transactions, table: Table
) -> None:
    """Whatever else it is may be so for one of them."""
    transactions.fault = Problem(code, retry_after=3)
    answers = await crowd(groups, writing(table, "a"), writing(table, "b"))
    if code is Code.DATABASE_AWAY:
        assert [answer.code for answer in answers] == [code] * 2
    else:
        assert answers == ["a, alone", "b, alone"]


async def test_work_that_takes_long_keeps_no_other_back(
    groups: GroupCommit, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group_commit, "PATIENCE_S", 0.01)
    end = asyncio.Event()

    async def hangs(pg: Any) -> str:
        if company(pg) is not None:
            raise GoesAlone
        await end.wait()
        return "at last"

    hanging = [asyncio.create_task(groups.run(hangs, alone)) for _ in range(3 * MOST)]
    await asyncio.sleep(0)
    async with asyncio.timeout(5):
        assert await groups.run(writing(table, "a"), alone) in ("a, alone", "A2")
    end.set()
    assert {each.partition(",")[0] for each in await asyncio.gather(*hanging)} == {"at last"}
    assert groups._free == LANES


@pytest.mark.parametrize(("rows", "together"), [(1, 0), (HEAVY // 2 - 1, 0), (HEAVY // 2, 2), (HEAVY, 1)])
async def test_the_last_lane_is_for_what_is_heavy(
    rows: int,
    together: int,
    groups: GroupCommit,
    transactions: Transactions,
    table: Table,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """`together`: so many go together, or alone, while another one is at work; else they wait for it."""
    monkeypatch.setattr(group_commit, "PATIENCE_S", 60)  # or the lane of the one at work would be free by itself
    end = asyncio.Event()

    async def first(pg: Any) -> str:
        await end.wait()
        return "first"

    at_work = [asyncio.create_task(groups.run(first, alone))]
    await asyncio.sleep(0)
    waiting = [asyncio.create_task(groups.run(writing(table, name), alone, rows)) for name in "ab"[: together or 2]]
    if together:
        async with asyncio.timeout(5):
            assert len(await asyncio.gather(*waiting)) == together
        assert transactions.begun == ["committed"] * (together - 1)
        assert not at_work[0].done()
    else:
        await asyncio.sleep(0)
        assert (len(groups._waiting), groups._free) == (2, LANES - 1)
    end.set()
    await asyncio.gather(*at_work, *waiting)
    assert (groups._free, groups._rows, len(groups._waiting)) == (LANES, 0, 0)


async def test_who_hangs_up_while_waiting_is_left_out(groups: GroupCommit, table: Table) -> None:
    groups._free = 0
    tasks = [asyncio.create_task(groups.run(writing(table, name), alone)) for name in "abc"]
    await until(lambda: len(groups._waiting) == len(tasks))
    tasks[0].cancel()
    tasks[1].cancel()
    await asyncio.sleep(0)
    groups._free = LANES
    groups._go_on()
    assert await tasks[2] == "c, alone"
    assert (table.kept, groups._free) == ([], LANES)
