"""Rows as types: the columns of a table and their types are written once, and every statement on sets is made of them.

A `Row` is built by keyword only, so that no two values can change places, and is a tuple in the order of its columns,
as PostgreSQL's protocol wants it. Rows that are read come as typed rows, too.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from operator import itemgetter
from typing import Any, ClassVar, Self, TypeVar, dataclass_transform

import asyncpg
from sqlalchemy import ARRAY, Dialect, Table
from sqlalchemy.dialects import postgresql
from sqlmodel import SQLModel

_BETWEEN = "\x1f"  # the texts of an array: no code, key or digest has it
_DIALECT: Dialect = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy has no types there


@dataclass_transform(kw_only_default=True, frozen_default=True)
class _RowType(type):
    """Makes of annotations a tuple with names, built by keyword."""

    def __new__(
        cls, name: str, bases: tuple[type, ...], space: dict[str, Any], *, table: type[SQLModel] | None = None
    ) -> "_RowType":
        own = tuple(each for each in space.get("__annotations__", ()) if bases != (tuple,))
        before: tuple[str, ...] = getattr(bases[0], "columns", ())
        columns = (*before, *own)  # a row that extends another one has its columns first
        defaults: dict[str, Any] = dict(getattr(bases[0], "defaults", {}))
        defaults |= {column: space.pop(column) for column in own if column in space}
        space |= {column: property(itemgetter(at)) for at, column in enumerate(own, len(before))}
        made = super().__new__(cls, name, bases, {"__slots__": (), **space})
        if columns:
            made.columns, made.defaults = columns, defaults  # type: ignore[attr-defined]  # declared by `Row`
            made.table = _table_with(table, columns) if table else None  # type: ignore[attr-defined]  # declared by `Row`
            made.__new__ = _maker(columns, defaults)  # type: ignore[method-assign]  # by keyword only
        return made


def _table_with(model: type[SQLModel], columns: Sequence[str]) -> Table:
    table: Table = model.__table__  # type: ignore[attr-defined]  # SQLModel sets it
    for column in columns:
        table.c[column]  # a KeyError names the column that the table has not
    return table


def _maker(columns: Sequence[str], defaults: dict[str, Any]) -> Any:
    """The function that makes a row. It is compiled, as those of named tuples are: rows are made by the thousand."""
    parameters = ", ".join(f"{column}=_defaults['{column}']" if column in defaults else column for column in columns)
    space = {"_new": tuple.__new__, "_defaults": defaults}
    exec(f"def __new__(cls, *, {parameters}): return _new(cls, ({', '.join(columns)},))", space)  # noqa: S102  (own names)
    return space["__new__"]


class Row(tuple[Any, ...], metaclass=_RowType):  # noqa: SLOT001  (its metaclass sets them)
    """A row: subclass it with annotated columns, and with `table=` where it is of a table (or of some of its columns).

    >>> class Cell(Row):
    ...     region_code: str
    ...     entered: int
    >>> Cell(region_code="16.01", entered=3).entered
    3
    """

    columns: ClassVar[tuple[str, ...]]
    defaults: ClassVar[dict[str, Any]]
    table: ClassVar[Table | None]

    @classmethod
    def of(cls, record: Iterable[Any]) -> Self:
        """A row of values in the order of its columns."""
        return tuple.__new__(cls, record)

    def named(self) -> dict[str, Any]:
        """The values by column."""
        return dict(zip(self.columns, self, strict=True))

    def but(self, **changed: Any) -> Self:
        """The same row with other values in some columns."""
        return type(self)(**self.named() | changed)

    def __repr__(self) -> str:
        """Names of columns only: values may be personal."""
        return f"{type(self).__name__}({', '.join(self.columns)})"


R = TypeVar("R", bound=Row)


async def copy_rows(pg: asyncpg.Connection, rows: Iterable[Row]) -> None:
    """Add rows to their table by COPY; of none, nothing happens.

    Raises:
        asyncpg.UniqueViolationError: one of them is there already.
    """
    records = list(rows)
    if records:
        of = type(records[0])
        assert of.table is not None  # noqa: S101  (a row of no table cannot be added)
        await pg.copy_records_to_table(of.table.name, records=records, columns=of.columns)


def set_of(row: type[Row], name: str = "input", first: int = 1) -> str:
    """Rows as a set in a statement's FROM, as its parameters from `$first` on: see `as_set`."""
    types = [column_type(row, column) for column in row.columns]
    given = ", ".join(f"${at}::{'text' if array else kind}[]" for at, (kind, array) in enumerate(types, first))
    columns = ", ".join(row.columns)
    if not any(array for _, array in types):
        return f"unnest({given}) AS {name} ({columns})"
    cast = (
        f"string_to_array({each}, E'\\x1f')::{kind} AS {each}"
        if array
        else each  # a cast of texts may differ between nodes
        for each, (kind, array) in zip(row.columns, types, strict=True)
    )
    return f"(SELECT {', '.join(cast)} FROM unnest({given}) AS given ({columns})) AS {name}"


def as_set(row: type[Row], rows: Iterable[Row]) -> list[Sequence[Any]]:
    """The parameters of `set_of`: one list for each column; empty where there are no rows."""
    columns: list[Sequence[Any]] = list(zip(*rows, strict=True))
    for at, (column, values) in enumerate(zip(row.columns, columns, strict=False)):
        if column_type(row, column)[1]:  # `unnest` flattens arrays of arrays: one within a set of rows travels as text
            columns[at] = [None if value is None else _joined(value) for value in values]
    return columns


@cache
def column_type(row: type[Row], column: str) -> tuple[str, bool]:
    """The type of a column as casts name it, and whether it is an array."""
    assert row.table is not None  # noqa: S101  (types are the table's)
    kind = row.table.c[column].type
    return kind.compile(_DIALECT).partition(" COLLATE")[0], isinstance(kind, ARRAY)


def _joined(values: Iterable[Any]) -> str:
    texts = [f"\\x{value.hex()}" if isinstance(value, bytes) else str(value) for value in values]
    if any(not text or _BETWEEN in text for text in texts):
        raise ValueError("an array in a set of rows has an empty text, or one with a unit separator")
    return _BETWEEN.join(texts)


async def read(pg: asyncpg.Connection, row: type[R], statement: str, *args: Any) -> list[R]:
    """The rows that a statement gives, which has the columns of `row` in their order."""
    records = await pg.fetch(statement, *args)
    if records:
        _check(row, records[0])
    return [row.of(record) for record in records]


async def read_one(pg: asyncpg.Connection, row: type[R], statement: str, *args: Any) -> R | None:
    """The first row that a statement gives; None where there is none."""
    record = await pg.fetchrow(statement, *args)
    if record is None:
        return None
    _check(row, record)
    return row.of(record)


async def read_the(pg: asyncpg.Connection, row: type[R], statement: str, *args: Any) -> R:
    """The row of a statement that always gives one.

    Raises:
        LookupError: it gave none.
    """
    found = await read_one(pg, row, statement, *args)
    if found is None:
        raise LookupError(f"no row of {row.__name__}")
    return found


def _check(row: type[Row], record: asyncpg.Record) -> None:
    given = tuple(record.keys())
    if given != row.columns:
        raise TypeError(f"{row.__name__} has the columns {row.columns}, the statement gives {given}")
