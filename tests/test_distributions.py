"""What a deployment installs is enough: no part of the server imports what only development or the demo has."""

import ast
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
OWN = {*sys.stdlib_module_names, "compression", "app", "migrations"}  # `compression` comes with Python 3.14
EXTRAS = {"linkage": ("linkage",), "core/embedded.py": ("embedded",), "cli": ("embedded", "linkage", "proof")}


def needed(names: Iterable[str]) -> set[str]:
    """The distributions that these need, themselves among them."""
    found, waiting = set(), [Requirement(each) for each in names]
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        if (name, *requirement.extras) in found:
            continue
        found.add((name, *requirement.extras))
        try:
            more = map(Requirement, requires(name) or ())
        except PackageNotFoundError:  # not for this Python
            continue
        extras = requirement.extras or {""}
        waiting += [each for each in more if not each.marker or any(each.marker.evaluate({"extra": e}) for e in extras)]
    return {name for name, *_ in found}


def imported(path: Path) -> Iterator[str]:
    """The top-level modules that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".")[0]


def strangers(tree: Path, allowed_for: Callable[[str], set[str]]) -> Iterator[str]:
    """The imports of what is not installed with a file."""
    distributions = packages_distributions()
    for path in sorted(tree.rglob("*.py")):
        place = path.relative_to(tree).as_posix()
        allowed = allowed_for(place)
        for module in set(imported(path)) - OWN:
            # Some packages share a top-level module: `backports`.
            names = {canonicalize_name(name) for name in distributions.get(module, [module])}
            if not names & allowed:
                yield f"{place}: {module}"


@pytest.mark.proof
@pytest.mark.parametrize("tree", ["app", "migrations"])
def test_the_server_imports_nothing_that_a_deployment_does_not_install(tree: str) -> None:
    always = needed(PROJECT["dependencies"])

    def allowed_for(place: str) -> set[str]:
        extras = [name for start, names in EXTRAS.items() if place.startswith(start) for name in names]
        return always | needed(each for name in extras for each in PROJECT["optional-dependencies"][name])

    assert list(strangers(ROOT / tree, allowed_for)) == []


@pytest.mark.proof
def test_what_is_not_installed_would_be_found() -> None:
    assert any(found.startswith("linkage/") for found in strangers(ROOT / "app", lambda _: needed(["fastapi"])))
