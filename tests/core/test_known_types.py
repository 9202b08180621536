"""A type of PostgreSQL's own is asked for once by a process, not by each of its connections."""

from datetime import date
from typing import Any

import asyncpg
import pytest

from app.core import known_types
from app.core.known_types import KnowingConnection


async def answers(dsn: str) -> tuple[list[Any], int]:
    """What is answered on a new connection, and how many statements it took that were not ours."""
    pg = await asyncpg.connect(dsn, connection_class=KnowingConnection)
    sent = list[str]()
    with pg.query_logger(lambda query: sent.append(query.query)):
        found = [
            await pg.fetchval("SELECT $1::date[]", [date(2022, 9, 12)]),
            await pg.fetchval("SELECT $1::bytea[]", [b"x"]),
            await pg.fetchval("SELECT $1::tstzrange", asyncpg.Range()),
            await pg.fetchval("SELECT $1::date[]", [], timeout=5),
        ]
    await pg.close()
    return found, sum("typeinfo" in query for query in sent)


async def test_the_second_connection_asks_for_no_type_again(dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known_types, "_known", {})
    first, asked = await answers(dsn)
    again, asked_again = await answers(dsn)
    assert first == again == [[date(2022, 9, 12)], [b"x"], asyncpg.Range(), []]
    assert asked > 0, "asyncpg still asks in this way"
    assert asked_again == 0


async def test_types_of_a_database_are_asked_for_on_each_connection(dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their ids may be those of other types in another one."""
    monkeypatch.setattr(known_types, "_known", {})
    pg = await asyncpg.connect(dsn, connection_class=KnowingConnection)
    await pg.execute("CREATE TYPE own_kind AS ENUM ('a', 'b')")
    assert await pg.fetchval("SELECT $1::own_kind[]", ["b"]) == ["b"]
    assert all(max(types) < 10_000 for _, types in known_types._known)
    await pg.execute("DROP TYPE own_kind")
    await pg.close()


async def test_an_unnamed_statement_is_not_lost_by_what_was_not_asked(dsn: str) -> None:
    for _ in range(2):
        pg = await asyncpg.connect(dsn, connection_class=KnowingConnection, statement_cache_size=0)
        assert await pg.fetchval("SELECT $1::date[]", [date(2022, 9, 12)]) == [date(2022, 9, 12)]
        await pg.close()
