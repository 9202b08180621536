"""`make test` and `make proofs` together run every test."""

import os
from types import SimpleNamespace
from typing import Any, cast

import pytest
from forms import runs

MODULES: tuple[dict[str, bool], ...] = ({}, {"EMBEDDED_IS_ENOUGH": True})


def item(name: str, module: dict[str, bool], *, marked: str | None = None) -> pytest.Item:
    made: Any = SimpleNamespace(
        name=name,
        module=SimpleNamespace(**module),
        get_closest_marker=lambda marker: object() if marker == marked else None,
    )
    return cast("pytest.Item", made)


@pytest.mark.parametrize("module", MODULES)
@pytest.mark.parametrize(
    ("marked", "forms"), [(None, (True, False)), ("long_form", (True, True)), ("proof", (False, True))]
)
@pytest.mark.parametrize("name", ["test_pure", "test_stores[embedded]"])
def test_every_test_runs_in_the_short_form_or_is_marked_as_one_of_the_long_form(
    name: str, module: dict[str, bool], marked: str | None, forms: tuple[bool, bool]
) -> None:
    asked = item(name, module, marked=marked)
    assert (runs(asked, long=False), runs(asked, long=True)) == forms


@pytest.mark.parametrize(("module", "forms"), list(zip(MODULES, [(False, True), (False, False)], strict=True)))
def test_what_stores_runs_in_the_long_form_on_the_other_server_unless_the_embedded_one_is_enough(
    module: dict[str, bool], forms: tuple[bool, bool]
) -> None:
    asked = item("test_stores[postgres-15]", module)
    assert (runs(asked, long=False), runs(asked, long=True)) == forms


@pytest.mark.xdist_group("forms")
def test_workers_are_told_what_belongs_together(request: pytest.FixtureRequest) -> None:
    assert request.node.nodeid.endswith("@forms") == ("PYTEST_XDIST_WORKER" in os.environ)
