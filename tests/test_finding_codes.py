"""Every code of a finding or a fault stands in the documents with its meaning. Pure."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.api.documents.findings import ON_TABLETS, OTHERS
from app.core.problems import Code
from app.intake.finding_texts import TEXTS

APP = Path(__file__).parents[1] / "app"
ELSEWHERE = ("cli", "doctor")
"""Findings of commands, which no request is answered with."""
MAKES = {"FieldError": 1, "Fault": 2, "Finding": 1, "Doubt": 1, "Flaw": 1, "CellFault": 0, "UnfitURL": 0, "bad_days": 0}
"""What carries a code, and where it stands."""


def name_of(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def literals(node: ast.expr | None) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from literals(node.body)
        yield from literals(node.orelse)


def argument(call: ast.Call, at: int, name: str) -> ast.expr | None:
    given = {each.arg: each.value for each in call.keywords}
    return call.args[at] if at < len(call.args) else given.get(name)


def codes_of(source: str) -> set[str]:
    """The codes that a module says: to what carries one, and to its own functions that hand theirs on."""
    if not any(name in source for name in MAKES):
        return set()
    tree = ast.parse(source)
    makes = {name: (at, "code") for name, at in MAKES.items()}
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            parameters = [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
            for call in ast.walk(function):
                if isinstance(call, ast.Call) and name_of(call) in MAKES:
                    code = argument(call, *makes[name_of(call)])
                    if isinstance(code, ast.Name) and code.id in parameters:
                        makes[function.name] = (parameters.index(code.id), code.id)
    return {
        code
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and name_of(call) in makes
        for code in literals(argument(call, *makes[name_of(call)]))
    }


def test_every_code_of_the_server_is_explained_once() -> None:
    said = {
        code: str(path.relative_to(APP))
        for path in APP.rglob("*.py")
        if path.relative_to(APP).parts[0] not in ELSEWHERE
        for code in codes_of(path.read_text())
    }
    assert len(said) > 150, "they are found"
    known = {*TEXTS, *ON_TABLETS, *OTHERS, *(each.code for each in Code)}
    assert {code: path for code, path in said.items() if code not in known} == {}


def test_no_code_is_explained_that_is_said_nowhere() -> None:
    whole = "".join(path.read_text() for path in APP.rglob("*.py") if path.parent.name != "documents")
    assert [code for code in (*ON_TABLETS, *OTHERS) if f'"{code}"' not in whole] == []
    assert not ({*ON_TABLETS, *OTHERS} & set(TEXTS)) - {"region_unknown"}, "of one code two meanings"


@pytest.mark.parametrize(
    "source",
    [
        'FieldError("/body/x", "new_code", _TEXT)',
        'Fault(0, "x", code="new_code")',
        'Finding("/x", "new_code" if late else "other")',
        'def _refused(code):\n    raise Problem(FieldError("/x", code, _TEXT))\n\n_refused("new_code")',
    ],
)
def test_a_new_code_is_found(source: str) -> None:
    assert "new_code" in codes_of(source)
