"""What Citus refuses of a statement, found from its syntax, so that the suite notices it without a cluster.

The rules are those that were met on a real one (Citus 13.2 on PostgreSQL 15). They are about tables that are spread
over nodes: what is a copy on every node, lies on the coordinator, or is planned for itself (a CTE, a subquery) joins
freely.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pglast
from cluster_steadiness import unsteady
from pglast import enums, parse_sql

from app.core.distribution import Distribution, Kind

ast: Any = pglast.ast
"""The nodes of a tree: which of their fields are there hangs on the statement."""

Spread = Mapping[str, Distribution]
"""The tables that are spread, by name."""

Columns = Mapping[str, Mapping[str, str]]
"""The columns of each table, with their types."""

_OF_THE_NODE = {"pg_current_snapshot", "pg_current_xact_id", "pg_current_wal_flush_lsn", "pg_is_in_recovery"}
_NOW = ("now", "clock_timestamp", "statement_timestamp")
_SPREAD = (Kind.BY_REGENCY, Kind.DIRECTORY)
_VALUES = (ast.ParamRef, ast.A_Const, ast.TypeCast)


def refusals(
    sql: str, distributions: Mapping[str, Distribution], columns: Columns, known: frozenset[str] = frozenset()
) -> set[str]:
    """Why a cluster would refuse these statements; empty where it takes them.

    `known`: the tables that Citus knows (`known_tables`).
    """
    spread = {table: each for table, each in distributions.items() if each.kind in _SPREAD}
    found: set[str] = set()
    for each in parse_sql(sql):
        _Rules(spread, columns, known, found).statement(each.stmt)
    return found


@dataclass(slots=True)
class _Level:
    """One SELECT, UPDATE or DELETE: its spread tables by alias, and what its conditions make equal."""

    tables: dict[str, str] = field(default_factory=dict)
    others: set[str] = field(default_factory=set)  # aliases of what is planned for itself, or is everywhere
    equal: list[tuple[tuple[str, str], tuple[str, str]]] = field(default_factory=list)
    fixed: set[tuple[str, str]] = field(default_factory=set)  # columns that have one value


@dataclass(frozen=True, slots=True)
class _Rules:
    spread: Spread
    columns: Columns
    known: frozenset[str]
    found: set[str]

    def statement(self, node: Any, outer: _Level | None = None, ctes: frozenset[str] = frozenset()) -> None:
        """Check a statement and all that is in it."""
        if isinstance(node, ast.CopyStmt):
            node = node.query
        if isinstance(node, ast.SelectStmt) and node.op != enums.SetOperation.SETOP_NONE:
            self._with(node)
            for part in (node.larg, node.rarg):
                self.statement(part, outer, ctes | _names_of_ctes(node))
        elif isinstance(node, ast.SelectStmt | ast.UpdateStmt | ast.DeleteStmt):
            self._with(node)
            self._query(node, outer, ctes | _names_of_ctes(node))
        elif isinstance(node, ast.InsertStmt):
            self._with(node)
            self._insert(node)

    def _with(self, node: Any) -> None:
        if node.withClause is None:
            return
        before: frozenset[str] = frozenset()
        for cte in node.withClause.ctes:
            if node.withClause.recursive and any(name in self.spread for name in _tables(cte.ctequery)):
                self.found.add("a recursive CTE over a table that is spread")
            self.statement(cte.ctequery, ctes=before)
            before |= {cte.ctename}

    def _insert(self, node: ast.InsertStmt) -> None:
        table = node.relation.relname
        if node.selectStmt is not None:
            self.statement(node.selectStmt)
        target = node.onConflictClause.infer if node.onConflictClause else None
        if table in self.spread and target is not None and target.indexElems:
            column = self.spread[table].column
            if column not in {element.name for element in target.indexElems}:
                self.found.add(f"ON CONFLICT of {table} without {column}")

    def _query(self, node: Any, outer: _Level | None, ctes: frozenset[str]) -> None:
        level = _Level()
        target = None
        if isinstance(node, ast.SelectStmt):
            sources = node.fromClause or ()
        else:
            target = node.relation.relname
            sources = (
                node.relation,
                *((node.fromClause if isinstance(node, ast.UpdateStmt) else node.usingClause) or ()),
            )
        for source in sources:
            self._source(source, level, ctes)
        self._conditions(node.whereClause, level)
        for part in (getattr(node, "targetList", None), getattr(node, "havingClause", None)):
            self._subqueries(part, level, is_shown=True)
        self._joined(level)
        if isinstance(node, ast.SelectStmt):
            self._locked(node, level)
            asked = {call.funcname[-1].sval for call in _found(node, ast.FuncCall)} & _OF_THE_NODE
            if level.tables and asked:
                self.found.add(f"each node answers {', '.join(sorted(asked))} for itself")
            if outer is not None and not node.targetList and level.tables:
                self.found.add("a subquery without columns over a table that is spread")
        elif target is not None:
            if target in self.known:
                self._moments(node, target)
                self.found.update(unsteady(node, target, self.columns[target]))
                self._by_ctid(node, target)
            if target in self.spread:
                self._written(node, target)

    def _source(self, node: Any, level: _Level, ctes: frozenset[str]) -> None:
        if isinstance(node, ast.RangeVar):
            alias = node.alias.aliasname if node.alias else node.relname
            if node.relname in self.spread and node.relname not in ctes:
                level.tables[alias] = node.relname
            else:
                level.others.add(alias)
        elif isinstance(node, ast.JoinExpr):
            before = set(level.tables)
            self._source(node.larg, level, ctes)
            left = set(level.tables) - before
            self._source(node.rarg, level, ctes)
            right = set(level.tables) - before - left
            for name in (each.sval for each in node.usingClause or ()):
                level.equal += [((a, name), (b, name)) for a in left for b in right]
            self._conditions(node.quals, level)
        elif isinstance(node, ast.RangeSubselect) and (table := self._rows_of(node.subquery, ctes)) and node.alias:
            level.tables[node.alias.aliasname] = table
            self.statement(node.subquery)
        elif isinstance(node, ast.RangeSubselect):
            level.others.add(node.alias.aliasname if node.alias else "")
            self._lateral(node, level) if node.lateral else self.statement(node.subquery, _Level())
        elif isinstance(node, ast.RangeFunction) and node.alias:
            level.others.add(node.alias.aliasname)

    def _rows_of(self, query: Any, ctes: frozenset[str]) -> str | None:
        """The spread table of which a subquery gives some rows, which Citus then takes for the table."""
        if query.op != enums.SetOperation.SETOP_NONE or len(query.fromClause or ()) != 1:
            return None
        (source,) = query.fromClause
        shaped = (
            query.groupClause or query.distinctClause or query.limitCount or query.limitOffset or _aggregates(query)
        )
        plain = isinstance(source, ast.RangeVar) and source.relname in self.spread and source.relname not in ctes
        return source.relname if plain and not shaped else None

    def _lateral(self, node: ast.RangeSubselect, level: _Level) -> None:
        """A subquery that looks at what stands before it is joined with that row by row."""
        inner, query = _Level(), node.subquery
        if query.op == enums.SetOperation.SETOP_NONE and not query.valuesLists:
            for source in query.fromClause or ():
                self._source(source, inner, frozenset())
        if not inner.tables:
            self.statement(query, level)
            return
        aliases = set(inner.tables) | inner.others
        outside = {each[0] for each in _qualified(query) if each[0] not in aliases}
        both = _Level(inner.tables | level.tables, inner.others | level.others)
        self._conditions(query.whereClause, both)
        shrinks = query.limitCount is not None or query.groupClause or _aggregates(query)
        alone = all((alias, self._key(table)) in both.fixed for alias, table in inner.tables.items())
        if shrinks and outside & level.others and not alone:
            self.found.add("a lateral LIMIT or aggregate for each row of what is no spread table")
        both.equal += inner.equal
        self._joined(both)

    def _conditions(self, node: Any, level: _Level) -> None:
        for each in _conjuncts(node):
            if (
                isinstance(each, ast.A_Expr)
                and each.name
                and each.name[-1].sval == "="
                and each.kind == enums.A_Expr_Kind.AEXPR_OP
            ):
                self._equality(each, level)
        self._subqueries(node, level)

    def _equality(self, node: ast.A_Expr, level: _Level) -> None:
        pairs = [(node.lexpr, node.rexpr)]
        if isinstance(node.lexpr, ast.RowExpr) and isinstance(node.rexpr, ast.RowExpr):
            pairs = list(zip(node.lexpr.args, node.rexpr.args, strict=False))
        for one, other in pairs:
            a, b = self._column(one, level), self._column(other, level)
            if a and b:
                level.equal.append((a, b))
            elif a and isinstance(other, _VALUES):
                level.fixed.add(a)
            elif b and isinstance(one, _VALUES):
                level.fixed.add(b)

    def _column(self, node: Any, level: _Level) -> tuple[str, str] | None:
        """Alias and column of a spread table."""
        if not isinstance(node, ast.ColumnRef):
            return None
        names = [each.sval for each in node.fields if isinstance(each, ast.String)]
        if len(names) == 2:
            return (names[0], names[1]) if names[0] in level.tables else None
        of = [alias for alias, table in level.tables.items() if names and names[0] in self.columns[table]]
        return (of[0], names[0]) if len(of) == 1 else None

    def _subqueries(self, node: Any, level: _Level, *, is_shown: bool = False) -> None:
        for link in _found(node, ast.SubLink, stop=ast.SubLink):
            query = link.subselect
            self.statement(query)
            if not isinstance(query, ast.SelectStmt) or query.op != enums.SetOperation.SETOP_NONE:
                continue
            inner = _Level()
            for source in query.fromClause or ():
                self._source(source, inner, frozenset())
            outside = {name for name, _ in _qualified(query)} - set(inner.tables) - inner.others
            if not inner.tables:
                continue
            if is_shown and not query.targetList:
                self.found.add("a subquery without columns over a table that is spread")
            if outside & level.others:
                self.found.add(f"{_names(inner)} is looked up for each row of what is no spread table")
            elif outside & set(level.tables):
                both = _Level(inner.tables | {a: t for a, t in level.tables.items() if a in outside})
                for each in _conjuncts(query.whereClause):
                    if isinstance(each, ast.A_Expr) and each.name and each.name[-1].sval == "=":
                        self._equality(each, both)
                self._joined(both)

    def _joined(self, level: _Level) -> None:
        """All spread tables of a query lie beside each other, and are joined by what they are spread by."""
        parts = {alias: alias for alias in level.tables}

        def root(alias: str) -> str:
            while parts[alias] != alias:
                alias = parts[alias]
            return alias

        for (a, column_a), (b, column_b) in level.equal:
            keys = column_a == self._key(level.tables.get(a, "")), column_b == self._key(level.tables.get(b, ""))
            if all(keys) and self._beside(level, a, b):
                parts[root(a)] = root(b)
        fixed = [alias for alias, table in level.tables.items() if (alias, self._key(table)) in level.fixed]
        for alias in fixed[1:]:
            if self._beside(level, alias, fixed[0]):
                parts[root(alias)] = root(fixed[0])
        if len({root(alias) for alias in parts}) > 1:
            self.found.add(f"{_names(level)} are not joined by what they are spread by")

    def _beside(self, level: _Level, a: str, b: str) -> bool:
        one, other = (self.spread[level.tables[each]].beside or level.tables[each] for each in (a, b))
        return one == other

    def _key(self, table: str) -> str | None:
        return self.spread[table].column if table in self.spread else None

    def _locked(self, node: ast.SelectStmt, level: _Level) -> None:
        for clause in node.lockingClause or ():
            only = {each.relname for each in clause.lockedRels or ()}
            for alias, table in level.tables.items():
                if (not only or alias in only) and (alias, self._key(table)) not in level.fixed:
                    self.found.add(f"rows of {table} are locked without {self._key(table)} =")

    def _moments(self, node: Any, table: str) -> None:
        """A moment that hangs on a row."""
        for chosen in (*_found(node, ast.CoalesceExpr), *_found(node, ast.CaseExpr)):
            if any(call.funcname[-1].sval in _NOW for call in _found(chosen, ast.FuncCall)):
                self.found.add(f"the moment is chosen by the row in an UPDATE of {table}")

    def _by_ctid(self, node: Any, table: str) -> None:
        """Rows of a table that is spread, or found by what is: that is read first, and a place then means nothing."""
        spread = any(each.relname in self.spread for each in (node.relation, *_found(node.whereClause, ast.RangeVar)))
        if spread and any(names[-1:] == ["ctid"] for names in _references(node.whereClause)):
            self.found.add(f"rows of {table} by ctid")

    def _written(self, node: Any, table: str) -> None:
        if not isinstance(node, ast.UpdateStmt):
            return
        for target in node.targetList:
            if target.name == self._key(table):
                self.found.add(f"{table}.{target.name} is changed")
            for cast in _found(target.val, ast.TypeCast):
                if cast.typeName.arrayBounds and isinstance(cast.arg, ast.ColumnRef):
                    self.found.add(f"a column is cast to an array in an UPDATE of {table}")
        for source in node.fromClause or ():
            for cast in _found(source, ast.TypeCast):
                if cast.typeName.arrayBounds and isinstance(cast.arg, ast.ColumnRef):
                    self.found.add(f"a column is cast to an array in an UPDATE of {table}")


def known_tables(tables: Iterable[Any], distributions: Mapping[str, Distribution]) -> frozenset[str]:
    """The tables that Citus plans for: those that it was given, and local ones that refer to them, or to such a one."""
    given = {table for table, each in distributions.items() if each.kind is not Kind.LOCAL or each.beside}
    links = [(table.name, link.referred_table.name) for table in tables for link in table.foreign_key_constraints]
    known: set[str] = set()
    while given - known:
        known |= given
        given |= {name for link in links if known & set(link) for name in link}
    return frozenset(known)


def unfit_keys(tables: Iterable[Any], distributions: Mapping[str, Distribution]) -> set[str]:
    """Keys and references of the schema that a cluster would refuse."""
    found = set()
    for table in tables:
        each = distributions[table.name]
        unique = [
            constraint
            for constraint in table.constraints
            if type(constraint).__name__ in ("PrimaryKeyConstraint", "UniqueConstraint")
        ]
        unique += [index for index in table.indexes if index.unique]
        if each.kind in _SPREAD:
            found |= {
                f"{key.name} is unique without {each.column}"
                for key in unique
                if each.column not in {column.name for column in key.columns}
            }
        for link in table.foreign_key_constraints:
            other = distributions[link.referred_table.name]
            if other.kind is Kind.REFERENCE and each.kind is not Kind.REFERENCE:
                continue
            if each.kind is other.kind and each.kind not in _SPREAD:
                continue
            pairs = {(element.parent.name, element.column.name) for element in link.elements}
            together = (each.beside or table.name) == (other.beside or link.referred_table.name)
            if not (each.kind in _SPREAD and together and (each.column, other.column) in pairs):
                found.add(f"{link.name} refers to what does not lie beside it")
    return found


def _names(level: _Level) -> str:
    return ", ".join(sorted(set(level.tables.values())))


def _conjuncts(node: Any) -> Iterator[Any]:
    if isinstance(node, ast.BoolExpr) and node.boolop == enums.BoolExprType.AND_EXPR:
        for each in node.args:
            yield from _conjuncts(each)
    elif node is not None:
        yield node


def _found(node: Any, wanted: type, stop: type | None = None) -> Iterator[Any]:
    """The nodes of a type in a tree; not those within one of the type `stop`."""
    if isinstance(node, tuple | list):
        for each in node:
            yield from _found(each, wanted, stop)
    elif isinstance(node, ast.Node):
        if isinstance(node, wanted):
            yield node
            if stop is not None and isinstance(node, stop):
                return
        for name in node:
            yield from _found(getattr(node, name), wanted, stop)


def _names_of_ctes(node: Any) -> frozenset[str]:
    return frozenset(cte.ctename for cte in node.withClause.ctes) if node.withClause else frozenset()


def _tables(node: Any) -> set[str]:
    return {each.relname for each in _found(node, ast.RangeVar)}


def _references(node: Any) -> list[list[str]]:
    return [[part.sval for part in each.fields if isinstance(part, ast.String)] for each in _found(node, ast.ColumnRef)]


def _qualified(node: Any) -> set[tuple[str, str]]:
    return {(names[0], names[1]) for names in _references(node) if len(names) == 2}


def _aggregates(query: ast.SelectStmt) -> bool:
    names = {"count", "sum", "avg", "min", "max", "array_agg", "string_agg", "jsonb_agg", "percentile_cont", "bool_or"}
    return any(call.funcname[-1].sval in names and call.over is None for call in _found(query.targetList, ast.FuncCall))
