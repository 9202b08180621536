"""Several statements in one round trip to the database, where none needs what another one gives.

A small batch costs its round trips more than its rows. So what is asked before it is judged is one statement, made of
the questions of several packages, and what is written of it is one statement, too, made of their writes: each as a
part of `WITH`, in the same transaction as ever. On a cluster, which takes no such statement, each is sent for itself.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext, suppress
from functools import lru_cache
from operator import itemgetter
from typing import Any, Generic, NamedTuple, TypeVar, overload
from weakref import WeakKeyDictionary

import asyncpg

from app.core.distribution import ON_ONE_NODE, is_spread
from app.core.group_commit import GoesAlone, Meeting, company, no_trace
from app.core.rows import Row, as_set, copy_rows, set_of

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")
E = TypeVar("E")
F = TypeVar("F")

FEW = 16
"""Up to so many rows of a table travel with others; more are written by COPY, which costs less for each row."""


class Question(NamedTuple, Generic[A]):
    """A statement that reads, and what its rows are read as. They come without names, in the order of its columns, of
    which none is an array (asyncpg reads none within a row that has no type)."""

    statement: str
    args: Sequence[Any]
    read: Callable[[Sequence[Sequence[Any]]], A]


_Steps = tuple[tuple[str, str], ...]


class Write(NamedTuple):
    """A statement that writes and gives nothing back. `steps`: a name and a text each; those before the last are parts
    of its `WITH`."""

    steps: _Steps
    args: Sequence[Any]


class SetWrite(NamedTuple):
    """A statement that writes a set of rows, the parameters of which are their columns. `steps` as in `Write`; `key`:
    how many columns are the key in the order of which they are written, as by all who write those rows."""

    steps: _Steps
    rows: Sequence[Sequence[Any]]
    key: int = 1

    @property
    def alone(self) -> Write:
        """As a statement with parameters; there is a row."""
        return Write(self.steps, list(zip(*self.rows, strict=True)))


class Insert(NamedTuple):
    """Rows that are added to their table."""

    rows: Sequence[Row]


AnyWrite = Write | SetWrite | Insert


async def ask(pg: asyncpg.Connection, question: Question[A]) -> A:
    """The answer to one question."""
    rows: Any = await pg.fetch(question.statement, *question.args)
    return question.read(rows)


@overload
async def ask_together(pg: asyncpg.Connection, a: Question[A], b: Question[B], /) -> tuple[A, B]: ...


@overload
async def ask_together(pg: asyncpg.Connection, a: Question[A], b: Question[B], c: Question[C], /) -> tuple[A, B, C]: ...


@overload
async def ask_together(
    pg: asyncpg.Connection,
    a: Question[A],
    b: Question[B],
    c: Question[C],
    d: Question[D],
    e: Question[E],
    f: Question[F],
    /,
) -> tuple[A, B, C, D, E, F]: ...


async def ask_together(pg: asyncpg.Connection, /, *questions: Question[Any]) -> tuple[Any, ...]:
    """The answers to several questions as of the same moment; on a cluster one after another, as of one moment where
    the caller began no transaction."""
    with_others = company(pg)
    if with_others is not None:
        return await with_others.meet(_ASKING, questions)
    if await on_many_nodes(pg):
        async with (
            nullcontext() if pg.is_in_transaction() else pg.transaction(isolation="repeatable_read", readonly=True)
        ):
            return tuple([await ask(pg, each) for each in questions])
    statement = _asked_as_one(*((each.statement, len(each.args)) for each in questions))
    answers: Any = await pg.fetchrow(statement, *(arg for each in questions for arg in each.args))
    return tuple(each.read(rows) for each, rows in zip(questions, answers, strict=True))


async def write(pg: asyncpg.Connection, one: AnyWrite) -> None:
    """Send one write for itself."""
    if isinstance(one, Insert):
        await copy_rows(pg, one.rows)
    elif isinstance(one, Write) or one.rows:
        steps, args = one if isinstance(one, Write) else one.alone
        await pg.execute(_written_alone(steps), *args)


async def note(pg: asyncpg.Connection, one: SetWrite) -> None:
    """Send one write that may be sent twice: whose transaction is shared may have to leave that one afterwards."""
    with_others = company(pg)
    if with_others is not None:
        await with_others.meet(_NOTING, one)
    else:
        await write(pg, one)


async def write_together(pg: asyncpg.Connection, writes: Iterable[AnyWrite]) -> None:
    """Send writes as one statement, of which none sees what another one writes. Keys are checked at its end.

    More than `FEW` rows of a table are sent by COPY afterwards. On a cluster each write is sent for itself, in order.

    Raises:
        asyncpg.UniqueViolationError: something is there already; `table_of` says where.
    """
    with_others = company(pg)
    if with_others is not None:
        await with_others.meet(_WRITING, tuple(writes))
        return
    if await on_many_nodes(pg):
        for one in writes:
            await write(pg, one)
        return
    sets = [one for one in writes if isinstance(one, Write) or one.rows]
    many = [one for one in sets if isinstance(one, Insert) and len(one.rows) > FEW]
    together = [_statement(one) for one in sets if not isinstance(one, Insert) or len(one.rows) <= FEW]
    together.sort(key=lambda one: one.steps[0][0])  # so that fewer statements differ, which PostgreSQL has to plan
    if together:
        statement = _written_as_one(*((one.steps, len(one.args)) for one in together))
        await pg.execute(statement, *(arg for one in together for arg in one.args))
    for each in many:
        await copy_rows(pg, each.rows)


async def _ask_for_all(pg: asyncpg.Connection, each_asks: Sequence[tuple[Question[Any], ...]]) -> list[tuple[Any, ...]]:
    """What several ask, each several questions; the same question is sent once."""
    places = list[list[int]]()
    sent = list[Question[Any]]()
    known = dict[tuple[str, Sequence[Any]], int]()
    for questions in each_asks:
        places.append([])
        for question in questions:
            place = len(sent)
            with suppress(TypeError):  # one with a list among its parameters is sent for itself
                place = known.setdefault((question.statement, question.args), place)
            if place == len(sent):
                sent.append(question)
            places[-1].append(place)
    answers = await ask_together(pg, *sent)
    return [tuple(answers[place] for place in mine) for mine in places]


async def _write_for_all(pg: asyncpg.Connection, each_writes: Sequence[Sequence[AnyWrite]]) -> list[None]:
    """What several write: the rows of one table, or by one statement, are one set.

    Raises:
        GoesAlone: one of them writes something that cannot be written in one statement with what others do.
    """
    merged, names = dict[_Steps | type[Row], AnyWrite](), dict[str, _Steps]()
    for one in (one for writes in each_writes for one in writes):
        if isinstance(one, Insert):
            if one.rows:
                of = type(one.rows[0])
                merged[of] = _both(merged.get(of), one)
            continue
        if any(names.setdefault(name, one.steps) != one.steps for name, _ in one.steps):
            raise GoesAlone
        merged[one.steps] = _both(merged.get(one.steps), one)
    await write_together(pg, merged.values())
    return [None] * len(each_writes)


def _both(before: AnyWrite | None, one: AnyWrite) -> AnyWrite:
    if isinstance(before, Insert) and isinstance(one, Insert):
        return Insert([*before.rows, *one.rows])
    if isinstance(before, SetWrite) and isinstance(one, SetWrite):
        return one._replace(rows=sorted([*before.rows, *one.rows], key=itemgetter(slice(one.key))))
    if before not in (None, one):
        raise GoesAlone
    return one


async def _note_for_all(pg: asyncpg.Connection, notes: Sequence[SetWrite]) -> list[None]:
    return await _write_for_all(pg, [[one] for one in notes])


_NOTING = Meeting(1, _note_for_all, no_trace)
_ASKING = Meeting(2, _ask_for_all, no_trace)
_WRITING = Meeting[tuple[AnyWrite, ...], None](9, _write_for_all, None)


def table_of(exc: asyncpg.IntegrityConstraintViolationError) -> str:
    """The table whose key or check was violated. On a cluster the error names a part of it, by its number."""
    return re.sub(r"_\d+$", "", exc.table_name or "")


_spread = WeakKeyDictionary[asyncpg.Connection, bool]()


async def on_many_nodes(pg: asyncpg.Connection) -> bool:
    """Asked once on a connection: a database is spread while no server works with it."""
    if pg not in _spread:
        _spread[pg] = await is_spread(pg)
    return _spread[pg]


_PARAMETER = re.compile(r"\$(\d+)")


def _renumbered(statement: str, by: int) -> str:
    return _PARAMETER.sub(lambda found: f"${int(found[1]) + by}", statement)


@lru_cache(maxsize=256)
def _asked_as_one(*parts: tuple[str, int]) -> str:
    """Each question's rows as an array of rows."""
    asked, before = [], 0
    for statement, args in parts:
        asked.append(f"ARRAY(SELECT answer FROM ({_renumbered(statement, before)}) AS answer)")
        before += args
    return f"{ON_ONE_NODE} SELECT {', '.join(asked)}"


@lru_cache(maxsize=256)
def _written_as_one(*parts: tuple[tuple[tuple[str, str], ...], int]) -> str:
    steps, before = [], 0
    for part, args in parts:
        steps += [f"{name} AS ({_renumbered(step, before)})" for name, step in part]
        before += args
    return f"{ON_ONE_NODE} WITH {', '.join(steps)} SELECT"


@lru_cache(maxsize=256)
def _written_alone(steps: tuple[tuple[str, str], ...]) -> str:
    *before, (_, last) = steps
    return f"WITH {', '.join(f'{name} AS ({step})' for name, step in before)} {last}" if before else last


def _statement(one: AnyWrite) -> Write:
    if isinstance(one, Insert):
        of = type(one.rows[0])
        return Write(_inserted(of), as_set(of, one.rows))
    return one.alone if isinstance(one, SetWrite) else one


@lru_cache(maxsize=64)
def _inserted(of: type[Row]) -> tuple[tuple[str, str], ...]:
    assert of.table is not None  # noqa: S101  (a row of no table cannot be added)
    name = of.table.name
    return ((f"new_{name}", f"INSERT INTO {name} ({', '.join(of.columns)}) SELECT * FROM {set_of(of)}"),)
