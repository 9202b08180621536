"""One meaning a word: names and words of prose that meant many things at once are not used again."""

import ast
import io
import re
import tokenize
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
APP = ROOT / "app"
API = ROOT / "openapi/kumkm.yaml"
FILES = sorted(APP.rglob("*.py"))
_CLIENTS = [
    file for folder in ("tablet/kumkm_tablet", "clients/python/kumkm_client") for file in (ROOT / folder).rglob("*.py")
]
DOCUMENTS = ("*.md", "docs/**/*.md", "openapi/**/*.md", "tablet/*.md", "clients/*/*.md", "web/*.md")


def test_no_name_is_told() -> None:
    """It stood for parameters, bodies, log fields, changes and answers. Columns and actions keep theirs."""
    found = []
    for file in FILES:
        place, text = file.relative_to(APP).as_posix(), file.read_text("utf-8")
        if "told" in text.lower():
            found += [
                f"{place}:{token.start[0]}"
                for token in tokenize.generate_tokens(io.StringIO(text).readline)
                if token.type == tokenize.NAME and token.string in ("told", "_told", "Told")
            ]
    assert found == []


def test_positions_and_progresses_have_names_of_their_own() -> None:
    """A class of one of these names would be one of several. `Progress` is the census's own, in `progress/`."""
    places = defaultdict(list)
    for file in FILES:
        for name in re.findall(r"^class (Position|Progress)\b", file.read_text("utf-8"), re.MULTILINE):
            places[name].append(file.relative_to(APP).as_posix())
    assert places == {"Progress": ["progress/pace.py"]}


@pytest.mark.proof
def test_prose_uses_the_words_of_the_field() -> None:
    """Said, shown, answered, corrected, deleted, ignored: documents, docstrings, and descriptions of the API.

    Names in backticks keep what they are called.
    """
    private = re.compile(r"\b(told|mend(s|ed|ing)?|lets? go of|pass(ed)? over|whoever|anew)\b", re.IGNORECASE)
    prose = {file: file.read_text("utf-8") for pattern in DOCUMENTS for file in ROOT.glob(pattern)}
    prose |= {file: "\n".join(_docstrings(file)) for file in (*FILES, *_CLIENTS)}
    prose[ROOT / "openapi/kumkm.yaml"] = "\n".join(_descriptions(yaml.load(API.read_bytes(), yaml.CSafeLoader)))
    found = [
        f"{file.relative_to(ROOT)}: {hit[0]}"
        for file, text in prose.items()
        for hit in private.finditer(re.sub(r"`[^`]*`", "", text))
    ]
    assert found == []


def _docstrings(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.value.value


def _descriptions(part: Any) -> Iterator[str]:
    """The texts of an OpenAPI document: values of `description` and `summary`, at any depth."""
    if isinstance(part, dict):
        yield from (text for name in ("description", "summary") if isinstance(text := part.get(name), str))
        yield from (text for each in part.values() for text in _descriptions(each))
    elif isinstance(part, list):
        yield from (text for each in part for text in _descriptions(each))


@pytest.mark.proof
def test_what_a_check_is_told_to_ignore_says_why() -> None:
    """Behind the rule, in brackets or as a comment."""
    ignored = re.compile(
        r"# (?:noqa: [A-Z]+[0-9]+(?:, [A-Z]+[0-9]+)*|type: ignore\[[a-z-]+(?:, [a-z-]+)*\]|noqa|type: ignore)"
    )
    found = []
    for folder in ("app", "tablet", "proof", "tests", "migrations"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            comments = (
                token
                for token in tokenize.generate_tokens(io.StringIO(file.read_text("utf-8")).readline)
                if token.type == tokenize.COMMENT
            )
            found += [
                f"{file.relative_to(ROOT)}:{token.start[0]}"
                for token in comments
                for said in ignored.finditer(token.string)
                if not re.match(r"\s+[(#]", token.string[said.end() :])
            ]
    assert found == []


@pytest.mark.proof
def test_no_moment_is_taken_while_a_test_is_imported() -> None:
    """A test may run half an hour later, or after midnight. Names that say a moment are called within functions."""
    moments = {"now", "today", "utcnow", "time", "time_ns", "monotonic", "perf_counter", "localtime", "gmtime"}
    found = [
        f"{file.relative_to(ROOT)}:{call.lineno}"
        for file in sorted((ROOT / "tests").rglob("*.py"))
        for call in _called_at_once(ast.parse(file.read_text("utf-8")))
        if (call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")) in moments
    ]
    assert found == []


def _called_at_once(node: ast.AST) -> Iterator[ast.Call]:
    """The calls that an import makes: decorators and values by default, but no body of a function."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        inner: list[ast.AST] = [*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults)]
    elif isinstance(node, ast.Lambda):
        inner = [*node.args.defaults, *filter(None, node.args.kw_defaults)]
    else:
        inner = list(ast.iter_child_nodes(node))
    if isinstance(node, ast.Call):
        yield node
    for part in inner:
        yield from _called_at_once(part)
