"""What Citus refuses of an UPDATE or DELETE because it is not IMMUTABLE, as far as syntax and columns tell.

A STABLE function may be given no column: each node would work it out with its own settings. A VOLATILE one may not
stand there at all. Citus asks this of every table that it knows, of local ones as well (`ModifyPartialQuerySupported`).
"""

from collections.abc import Iterator, Mapping
from typing import Any

import pglast

ast: Any = pglast.ast

MOMENT = "TIMESTAMP WITH TIME ZONE"
_NOW = {"now", "clock_timestamp", "statement_timestamp", "transaction_timestamp", "to_timestamp", "make_timestamptz"}
_VOLATILE = {"clock_timestamp", "timeofday", "random", "gen_random_uuid", "nextval"}
_STABLE = {"age", "concat", "concat_ws", "format", "to_char", "array_to_string", "to_json", "to_jsonb", "row_to_json"}
_STABLE |= {"json_build_object", "jsonb_build_object", "json_build_array", "jsonb_build_array", "array_to_json"}
_OF_A_MOMENT = {"date_part", "date_trunc", "extract"}  # STABLE of a moment, IMMUTABLE of a TIMESTAMP
_OF_TIME = {"timestamptz", "timestamp", "date", "time", "timetz", "interval"}


def unsteady(statement: Any, table: str, types: Mapping[str, str]) -> set[str]:
    """Why Citus would refuse this UPDATE or DELETE of a table that has columns of these types."""
    values = [each.val for each in statement.targetList] if isinstance(statement, ast.UpdateStmt) else []
    found = set()
    for node in _outside_subqueries([*values, statement.whereClause]):
        if isinstance(node, ast.FuncCall) and node.funcname[-1].sval in _VOLATILE:
            found.add(f"{node.funcname[-1].sval} is VOLATILE in a change of {table}")
        elif (what := _stable(node, types)) and _has_column(node):
            found.add(f"{what} is STABLE, and given a column, in a change of {table}")
    return found


def _stable(node: Any, types: Mapping[str, str]) -> str | None:
    """What in this very node is STABLE."""
    if isinstance(node, ast.A_Expr) and node.name[-1].sval in ("+", "-"):
        return f"moment {node.name[-1].sval} interval" if _is_moment(node, types) else None
    if isinstance(node, ast.TypeCast):
        to = node.typeName.names[-1].sval
        text = isinstance(node.arg, ast.ColumnRef) and types.get(_column(node.arg), "").startswith("TEXT")
        moment = _is_moment(node.arg, types) and to != "timestamptz"
        return f"a cast to {to}" if moment or (text and to in _OF_TIME) else None
    if isinstance(node, ast.FuncCall):
        name: str = node.funcname[-1].sval
        of_a_moment = name in _OF_A_MOMENT and any(_is_moment(each, types) for each in node.args or ())
        return name if name in _STABLE or of_a_moment else None
    return None


def _is_moment(node: Any, types: Mapping[str, str]) -> bool:
    """Whether an expression is a `TIMESTAMPTZ`."""
    if isinstance(node, ast.ColumnRef):
        return types.get(_column(node)) == MOMENT
    if isinstance(node, ast.TypeCast):
        return bool(node.typeName.names[-1].sval == "timestamptz")
    if isinstance(node, ast.FuncCall):
        name = node.funcname[-1].sval
        here = any(_is_moment(each, types) for each in node.args or ())
        return not here if name == "timezone" else name in _NOW or (name == "date_trunc" and here)
    if isinstance(node, ast.A_Expr) and node.name[-1].sval in ("+", "-"):
        left, right = (_is_moment(each, types) for each in (node.lexpr, node.rexpr))
        return left or right if node.name[-1].sval == "+" else left and not right and not _is_open(node.rexpr)
    of = node.args if isinstance(node, ast.CoalesceExpr) else ()
    return any(_is_moment(each, types) for each in of) or isinstance(node, ast.SQLValueFunction)


def _is_open(node: Any) -> bool:
    """A value without a type takes the other side's: `moment - $1` is a difference of moments."""
    return isinstance(node, ast.ParamRef) or (isinstance(node, ast.A_Const) and isinstance(node.val, ast.String))


def _column(node: Any) -> str:
    last = node.fields[-1]
    return last.sval if isinstance(last, ast.String) else ""


def _has_column(node: Any) -> bool:
    return any(isinstance(each, ast.ColumnRef) for each in _outside_subqueries(node))


def _outside_subqueries(node: Any) -> Iterator[Any]:
    """The nodes of an expression; a subquery is planned for itself."""
    if isinstance(node, tuple | list):
        for each in node:
            yield from _outside_subqueries(each)
    elif isinstance(node, ast.Node) and not isinstance(node, ast.SubLink):
        yield node
        for name in node:
            yield from _outside_subqueries(getattr(node, name))
