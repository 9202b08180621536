"""Every table has one owner: the package with its model. Only the owner writes it, and only packages above read it.

All SQL of the app is read here as text, with the constants of modules put in where an f-string names them. A package
that needs an exception stands in a list with the reason. Rows that a package adds by a function of the owner are the
owner's own. Migrations may write every table, and are not read.
"""

import ast
import importlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple, TypeGuard

import pytest

import app.tables
from app.core.rows import Row
from app.core.schema import SQLModel

TOGETHER = True
APP = Path(app.tables.__file__).parent
OWNERS = {
    each.class_.__tablename__: each.class_.__module__.split(".")[1]
    for each in SQLModel._sa_registry.mappers
    if each.class_.__module__.startswith("app.")
}

# Packages that write tables of many others, by nature; each with its reason.
WRITES_MANY = {
    "upgrading": "fills in what newer code expects of older rows, by statements that must not change with that code",
}
# (module, table): reason.
WRITTEN_BY_OTHERS: dict[tuple[str, str], str] = {}
READ_FROM_BELOW: dict[tuple[str, str], str] = {}
# Modules whose statements take the name of a table from a variable: between which tables they choose.
TABLE_IN_A_VARIABLE = {
    "core/rows.py": "a `Row` knows its table; every class of rows counts as a write of the package that defines it",
    "core/sealed_rows.py": "as above, for rows of which something is sealed",
    "core/round_trips.py": "as above, for rows that are added with others in one statement",
    "workforce/merging.py": "teams, members and assignments, its own",
    "workforce/handing_over.py": "`assignment` and `team_member`, its own",
}

_HOLE = "\x00"
_NAMES = "|".join(sorted(OWNERS, key=len, reverse=True))
_OPEN = re.compile(
    r"\{\w*\}|%s|(?<=INSERT INTO )\Z|(?<=DELETE FROM )\Z|(?<!FOR )(?<!KEY )(?<=UPDATE )\Z", re.IGNORECASE
)  # as good as a hole: places that a text leaves to `format`, `%` and `+`
_TABLE = rf'(?:ONLY\s+)?(?:public\.)?"?((?:{_NAMES})\b|{_HOLE})"?(?![.\w])'
_WRITE = re.compile(
    rf"\b(?:INSERT\s+INTO|DELETE\s+FROM|TRUNCATE(?:\s+TABLE)?|LOCK\s+TABLE|MERGE\s+INTO)\s+{_TABLE}"
    rf"|\bUPDATE\s+{_TABLE}(?=\s+(?:AS\s+)?(?:\S+\s+)?SET\b)|\bCOPY\s+{_TABLE}[^;]*\bFROM\s+STDIN",
    re.IGNORECASE,
)
_READ = re.compile(rf"(?:(?<!DELETE )\b(?:FROM|JOIN|USING)|,)\s+{_TABLE}(?!\s*[=(])", re.IGNORECASE)
_QUESTION = re.compile(r"\b(?:FROM|USING)\s|\bselect\b.*\bfrom\s", re.DOTALL)
_WRITES_ROWS = {"copy_rows", "set_of", "as_set"}


class Use(NamedTuple):
    """That a module reads or writes a table; the table is empty where a variable names it."""

    module: str
    table: str
    writes: bool

    @property
    def package(self) -> str:
        return self.module.split("/")[0].removesuffix(".py")


def uses_of(source: str, module: str, names: Mapping[str, object]) -> Iterator[Use]:
    """What the source of a module does to tables; `names`: what its global names and imports stand for."""
    tree = ast.parse(source)
    names = {**names, **imported(tree)}
    for text in texts(tree, names):
        for match in _WRITE.finditer(text):
            table = next(filter(None, match.groups()))
            yield Use(module, table.strip(_HOLE), writes=True)
        if _QUESTION.search(text):
            yield from (Use(module, table, writes=False) for table in _READ.findall(text) if table != _HOLE)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    for call in calls:
        if name_of(call.func) in ("copy_records_to_table", "copy_to_table"):
            given = [*call.args[:1], *(each.value for each in call.keywords if each.arg == "table_name")][0]
            table = str(given.value) if isinstance(given, ast.Constant) else ""
            if table in OWNERS or not table:
                yield Use(module, table, writes=True)
    rows_are_written = {name_of(call.func) for call in calls} & _WRITES_ROWS
    for node in ast.walk(tree):
        named = names.get(node.id) if isinstance(node, ast.Name) else None
        if isinstance(named, type) and issubclass(named, SQLModel) and hasattr(named, "__table__"):
            # Also one that is only selected: what a session gives is written by changing it. And `table=` of a `Row`.
            yield Use(module, str(named.__tablename__), writes=True)
        elif is_row_of_a_table(named) and rows_are_written:
            yield Use(module, named.table.name, writes=True)


def texts(tree: ast.AST, names: Mapping[str, object]) -> Iterator[str]:
    """The strings of a module without docstrings, with what is known put into the holes of f-strings."""
    inside = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            inside.add(id(node.value))
        elif isinstance(node, ast.JoinedStr):
            inside |= {id(part) for part in node.values}
            yield "".join(filled(each, names) for each in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
            yield _OPEN.sub(_HOLE, node.value)


def filled(part: ast.expr, names: Mapping[str, object]) -> str:
    if isinstance(part, ast.Constant):
        return str(part.value)
    assert isinstance(part, ast.FormattedValue)
    hole = part.value
    known = names.get(hole.id) if isinstance(hole, ast.Name) else None
    if not isinstance(known, str):
        return _HOLE
    return "()" if _WRITE.search(known) else known  # a whole statement counts where it stands


def imported(tree: ast.AST) -> dict[str, object]:
    """What is imported within functions, by name."""
    found: dict[str, object] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "app":
            module = importlib.import_module(node.module)
            found |= {each.asname or each.name: getattr(module, each.name, None) for each in node.names}
    return found


def is_row_of_a_table(named: object) -> TypeGuard[type[Row]]:
    return isinstance(named, type) and issubclass(named, Row) and getattr(named, "table", None) is not None


def name_of(func: ast.expr) -> str | None:
    return func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", None)


def ranks() -> dict[str, int]:
    """How high a package stands, from the layers of the import rules."""
    contracts = tomllib.loads((APP.parent / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(each["layers"] for each in contracts if each["type"] == "layers")
    return {name: -at for at, layer in enumerate(layers) for name in layer.split(" | ")}


RANK = ranks()


def is_foreign(use: Use) -> bool:
    return bool(use.table) and OWNERS[use.table] != use.package


def is_upward(use: Use) -> bool:
    return is_foreign(use) and RANK[OWNERS[use.table]] >= RANK[use.package]


@pytest.fixture(scope="module")
def uses() -> set[Use]:
    found = set()
    for path in sorted(APP.rglob("*.py")):
        module = path.relative_to(APP).as_posix()
        if path.name not in ("models.py", "__main__.py"):
            name = ".".join(("app", *path.relative_to(APP).with_suffix("").parts)).removesuffix(".__init__")
            found |= set(uses_of(path.read_text(), module, vars(importlib.import_module(name))))
    return found


def test_a_table_is_written_by_its_owner_alone(uses: set[Use]) -> None:
    foreign = {use for use in uses if use.writes and is_foreign(use)}
    assert {use.package for use in foreign} & WRITES_MANY.keys() == WRITES_MANY.keys(), "a line that nothing needs"
    rest = {(use.module, use.table) for use in foreign if use.package not in WRITES_MANY}
    assert rest == WRITTEN_BY_OTHERS.keys()


def test_a_table_is_read_from_above_its_owner(uses: set[Use]) -> None:
    assert {(use.module, use.table) for use in uses if is_upward(use)} == READ_FROM_BELOW.keys()


def test_which_table_is_written_stands_in_the_statement(uses: set[Use]) -> None:
    assert {use.module for use in uses if not use.table} == TABLE_IN_A_VARIABLE.keys()


def test_all_tables_have_an_owner_and_all_owners_write(uses: set[Use]) -> None:
    assert OWNERS.keys() == set(app.tables.metadata.tables)
    assert {OWNERS[use.table] for use in uses if use.writes and use.table} == set(OWNERS.values())


@pytest.mark.parametrize(
    ("source", "table", "writes"),
    [
        ('x = "UPDATE business SET name = $1"', "business", True),
        ('x = "update only public.business AS b set name = $1"', "business", True),
        ('x = "INSERT INTO\\n  identity (digest) VALUES ($1)"', "identity", True),
        ('x = "WITH gone AS (DELETE FROM identity RETURNING *) SELECT 1"', "identity", True),
        ('x = "LOCK TABLE identity"', "identity", True),
        ('x = "TRUNCATE identity"', "identity", True),
        ('x = "INSERT INTO identity(digest) VALUES ($1)"', "identity", True),
        ('x = f"UPDATE business {alias} SET name = $1"', "business", True),
        ('x = "COPY identity (digest) FROM STDIN"', "identity", True),
        ('x = f"UPDATE {_T} SET name = {x}"', "business", True),
        ('x = f"DELETE FROM {where()}"', "", True),
        ('pg.copy_records_to_table("identity", records=[])', "identity", True),
        ("pg.copy_records_to_table(name, records=[])", "", True),
        ("session.add(Account(name=1))", "account", True),
        ("from app.accounts.models import Account\nsession.exec(delete(Account))", "account", True),
        ("session.exec(select(Account))", "account", True),
        ('x = "UPDATE {table} SET name = 1".format(table=t)', "", True),
        ('x = "DELETE FROM %s" % t', "", True),
        ('x = "DELETE FROM " + t', "", True),
        ('pg.copy_to_table(table_name="identity", source=f)', "identity", True),
        ("class Mine(Row, table=Account): ...", "account", True),
        ("from app.register.register import BusinessRow\ncopy_rows(pg, [BusinessRow()])", "business", True),
        ('x = "SELECT 1 FROM business"', "business", False),
        ('x = "select 1 from business"', "business", False),
        ('x = f"SELECT {x} FROM a JOIN LATERAL (SELECT FROM business) AS b ON true"', "business", False),
        ('x = "SELECT 1 FROM unnest($1) AS told, business WHERE id = told.id"', "business", False),
        ('x = f"SELECT 1 FROM {_SOURCE}"', "business", False),
    ],
)
def test_every_way_to_a_table_is_seen(source: str, table: str, writes: bool) -> None:
    from app.accounts.models import Account  # noqa: PLC0415  (what a module would import)

    names = {"_T": "business", "_SOURCE": "business AS b", "Account": Account}
    assert Use("exchange/x.py", table, writes=writes) in set(uses_of(source, "exchange/x.py", names))


@pytest.mark.parametrize(
    "source",
    [
        '"""It says UPDATE business SET name."""',
        'x = "SELECT business.id, identity.digest FROM told AS business"',
        'x = "SELECT 1 FROM told ORDER BY business FOR UPDATE"',
        'x = "SELECT feed_mark FROM told"',
    ],
)
def test_what_only_looks_like_a_table_is_none(source: str) -> None:
    assert not set(uses_of(source, "exchange/x.py", {}))
