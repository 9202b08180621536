"""Statements that do not need each other are sent as one, and do what they would do one after another."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from app.core import round_trips
from app.core.group_commit import GoesAlone
from app.core.round_trips import (
    FEW,
    AnyWrite,
    Insert,
    Question,
    SetWrite,
    Write,
    ask_together,
    table_of,
    write_together,
)
from app.core.rows import Row
from app.register.models import Identity

_PLACES = "CREATE TEMPORARY TABLE place (code text PRIMARY KEY, entered int NOT NULL)"


class Number(Row, table=Identity):
    """The columns of a number that nobody else has."""

    digest: bytes
    kind: str
    business_id: UUID
    record_id: UUID


def number(n: int) -> Number:
    return Number(digest=n.to_bytes(4), kind="nik", business_id=uuid4(), record_id=uuid4())


def plainly(rows: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in rows]


def series(first: int, last: int) -> Question[list[tuple[Any, ...]]]:
    statement = "SELECT n, n::text, NULL::date FROM generate_series($1::int, $2::int) AS n ORDER BY 1 DESC"
    return Question(statement, (first, last), plainly)


def place(code: str, entered: int, step: str = "place") -> Write:
    return Write(((step, "INSERT INTO place VALUES ($1, $2)"),), (code, entered))


@pytest.fixture(params=[False, True], ids=["one node", "many nodes"])
def sent(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, pg: asyncpg.Connection) -> list[str]:
    """The statements that are sent, on one node and as they go to many."""
    monkeypatch.setitem(round_trips._spread, pg, request.param)
    statements: list[str] = []
    pg.add_query_logger(lambda record: statements.append(record.query))
    return statements


async def test_answers_come_each_to_its_question(pg: asyncpg.Connection, sent: list[str]) -> None:
    answers = await ask_together(pg, series(1, 2), series(1, 0), series(5, 5), series(7, 8), series(9, 9), series(1, 0))
    await asyncio.sleep(0)  # the logger is called a little later
    own = [each for each in sent if "generate_series" in each]  # the driver asks for types, too
    assert len(own) == (6 if round_trips._spread[pg] else 1)
    assert answers == (
        [(2, "2", None), (1, "1", None)],
        [],
        [(5, "5", None)],
        [(8, "8", None), (7, "7", None)],
        [(9, "9", None)],
        [],
    )


async def test_writes_are_done_all_or_none(pg: asyncpg.Connection, sent: list[str]) -> None:
    await pg.execute(_PLACES)
    steps = (
        ("given", "SELECT * FROM unnest($1::text[], $2::int[]) AS given (code, entered)"),
        ("doubled", "INSERT INTO place SELECT code || '.2', entered * 2 FROM given"),
        ("plain", "INSERT INTO place SELECT code, entered FROM given"),
    )
    sent.clear()
    await write_together(pg, [place("16", 1), Write(steps, (["17", "18"], [4, 5]))])
    found = await pg.fetch("SELECT code, entered FROM place ORDER BY code")
    assert [tuple(row) for row in found] == [("16", 1), ("17", 4), ("17.2", 8), ("18", 5), ("18.2", 10)]
    with pytest.raises(asyncpg.UniqueViolationError) as taken:
        async with pg.transaction():
            await write_together(pg, [place("19", 1), place("16", 1, "again")])
    assert table_of(taken.value) == "place"
    assert await pg.fetchval("SELECT count(*) FROM place") == 5


@pytest.mark.parametrize("count", [1, FEW, FEW + 1, 300])
async def test_rows_are_added_however_many(pg: asyncpg.Connection, sent: list[str], count: int) -> None:
    await pg.execute(_PLACES)
    sent.clear()
    await write_together(pg, [Insert([]), place("16", 1), Insert([number(n) for n in range(count)])])
    assert await pg.fetchval("SELECT count(*) FROM identity") == count
    assert await pg.fetchval("SELECT count(*) FROM place") == 1
    inserted = [each for each in sent if "INTO" in each and "identity" in each]
    assert len(inserted) == (count <= FEW and not round_trips._spread[pg]), "others are copied"


async def test_nothing_to_write_sends_nothing(pg: asyncpg.Connection, sent: list[str]) -> None:
    await write_together(pg, [Insert([])])
    assert sent == []


async def test_whether_there_are_many_nodes_is_asked_once(pg: asyncpg.Connection) -> None:
    with pg.query_logger(lambda record: asked.append(record.query)):
        asked: list[str] = []
        for _ in range(3):
            await ask_together(pg, *[series(1, 1)] * 5)
    assert len([each for each in asked if "pg_dist_node" in each]) == 1


async def test_what_several_ask_comes_to_each_of_them(pg: asyncpg.Connection, sent: list[str]) -> None:
    answers = await round_trips._ask_for_all(pg, [(series(1, 2), series(5, 5)), (series(1, 2), series(7, 7))])
    assert answers == [
        ([(2, "2", None), (1, "1", None)], [(5, "5", None)]),
        ([(2, "2", None), (1, "1", None)], [(7, "7", None)]),
    ]
    await asyncio.sleep(0)
    assert sum(each.count("generate_series") for each in sent) == 3


async def test_what_several_write_is_one_set_in_the_order_of_its_key(pg: asyncpg.Connection, sent: list[str]) -> None:
    await pg.execute(_PLACES)
    steps = (("sorted", "INSERT INTO place SELECT * FROM unnest($1::text[], $2::int[])"),)
    mark = Write((("mark", "DELETE FROM place WHERE code = 'none'"),), ())
    sent.clear()
    one: list[AnyWrite] = [mark, SetWrite(steps, [("c", 3)])]
    other: list[AnyWrite] = [mark, SetWrite(steps, [("b", 2), ("a", 1)]), Insert([])]
    async with pg.transaction():
        assert await round_trips._write_for_all(pg, [one, other]) == [None, None]
    assert [tuple(row) for row in await pg.fetch("SELECT * FROM place ORDER BY ctid")] == [("a", 1), ("b", 2), ("c", 3)]


@pytest.mark.parametrize("others", [place("b", 2), Write((("place", "DELETE FROM place"),), ())])
async def test_what_cannot_be_one_statement_is_not_written_together(pg: asyncpg.Connection, others: Write) -> None:
    with pytest.raises(GoesAlone):
        await round_trips._write_for_all(pg, [[place("a", 1)], [others]])
