"""Rows are typed: what is written has the columns of its table, and nothing is known by its place only."""

import types
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, TypeVar, get_args, get_origin
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy import JSON
from sqlmodel import SQLModel

import app.tables
from app.core.rows import Row, as_set, copy_rows, read, read_one, set_of
from app.register.claims import NewClaim
from app.register.models import Business
from app.register.register import CaseRow

Kind = TypeVar("Kind")


class Numbers(Row, table=Business):
    id: int
    campaign_ids: list[int]
    name: str | None = None


def below(kind: type[Kind]) -> Iterator[type[Kind]]:
    for each in kind.__subclasses__():
        yield from [each, *below(each)]


def models() -> dict[Any, type[SQLModel]]:
    return {model.__table__: model for model in below(app.tables.SQLModel) if hasattr(model, "__table__")}


def plain(annotation: Any) -> set[Any]:
    """The types that an annotation allows, without those of what is in a list."""
    members = get_args(annotation) if get_origin(annotation) is types.UnionType else (annotation,)
    return {get_origin(each) or each for each in members}


@pytest.mark.parametrize("row", [row for row in below(Row) if row.table is not None and row is not Numbers])
def test_a_row_has_the_types_of_its_table(row: type[Row]) -> None:
    model = models()[row.table]
    for column, annotation in row.__annotations__.items():
        if isinstance(row.table.c[column].type, JSON):
            assert plain(annotation) - {type(None)} == {str}, column  # as JSON text
        else:  # a row may be narrower than its table: what is written is never empty, what is there may be
            assert plain(annotation) <= plain(model.model_fields[column].annotation), column


def test_rows_are_built_by_name_only() -> None:
    untyped: Any = NewClaim
    with pytest.raises(TypeError):
        untyped(b"", "nik", uuid4(), uuid4())
    with pytest.raises(TypeError):
        untyped(digest=b"", kind="nik", business_id=uuid4())
    row = Numbers(name="x", campaign_ids=[1], id=7)
    assert (row.id, row.campaign_ids, row.name) == (7, [1], "x") == tuple(row)
    assert Numbers(campaign_ids=[], id=1).name is None
    assert row.but(name=None) == (7, [1], None)


def test_a_column_that_the_table_has_not_is_found_when_the_row_is_defined() -> None:
    untyped: Any = type(Row)
    with pytest.raises(KeyError):
        untyped("Other", (Row,), {"__annotations__": {"no_such": int}}, table=Business)


def test_a_row_tells_no_value_in_a_log() -> None:
    assert repr(Numbers(id=7, campaign_ids=[], name="Siti")) == "Numbers(id, campaign_ids, name)"


async def test_a_set_of_rows_goes_to_the_database_and_comes_back_as_it_was(pg: asyncpg.Connection) -> None:
    class Back(Row, table=Business):
        campaign_ids: list[int]
        search_name: str | None
        nik_digest: bytes | None
        alias_digests: list[bytes]

    rows = [
        Back(campaign_ids=[1, 2], search_name='"a\\', nik_digest=b"\0x", alias_digests=[b"\0\\", b""]),
        Back(campaign_ids=[], search_name=None, nik_digest=None, alias_digests=[]),
    ]
    statement = f"SELECT input.* FROM {set_of(Back)}"
    assert await read(pg, Back, statement, *as_set(Back, rows)) == rows
    assert await read_one(pg, Back, statement, *as_set(Back, rows[1:])) == rows[1]
    assert await read_one(pg, Back, f"{statement} WHERE false", *as_set(Back, rows)) is None
    assert as_set(Back, []) == []
    with pytest.raises(TypeError, match="search_name"):
        await read(pg, Back, "SELECT '{}'::int[] AS campaign_ids, 1 AS other, 2 AS third")


async def test_texts_in_lists_come_back_as_they_were(pg: asyncpg.Connection) -> None:
    odd = ["nik", 'a"b', "c\\d", "e,f", "{g}", "NULL", " "]
    row = CaseRow(
        id=uuid4(),
        regency_code="16.01",
        campaign_id=1,
        region_code="16.01.01.2001",
        record_id=uuid4(),
        revision=1,
        kind="likely",
        business_ids=[uuid4(), uuid4()],
        matched_on=odd,
        differs=[],
        state="open",
        opened_at=datetime.now(UTC),
    )
    (back,) = await pg.fetch(f"SELECT business_ids, matched_on FROM {set_of(CaseRow)}", *as_set(CaseRow, [row]))
    assert (back[0], back[1]) == (row.business_ids, odd)


async def test_rows_that_are_none_write_nothing(pg: asyncpg.Connection) -> None:
    await copy_rows(pg, [])


def test_a_row_that_goes_on_from_another_has_its_columns_first() -> None:
    class More(Numbers):
        kbli: str

    assert More.columns == ("id", "campaign_ids", "name", "kbli")
    more = More(kbli="56101", id=1, campaign_ids=[])
    assert (tuple(more), more.kbli, more.id) == ((1, [], None, "56101"), "56101", 1)
