"""`make test` and `make proofs` together run every test."""

from types import SimpleNamespace
from typing import Any, cast

import pytest
from forms import runs

MODULES: tuple[dict[str, bool], ...] = ({}, {"ON_EVERY_SERVER": True}, {"EMBEDDED_IS_ENOUGH": True})


def item(name: str, module: dict[str, bool], *, marked: bool = False) -> pytest.Item:
    made: Any = SimpleNamespace(
        name=name,
        module=SimpleNamespace(**module),
        get_closest_marker=lambda marker: object() if marked and marker == "long_form" else None,
    )
    return cast("pytest.Item", made)


@pytest.mark.parametrize("module", MODULES)
@pytest.mark.parametrize("marked", [False, True])
@pytest.mark.parametrize("name", ["test_pure", "test_stores[embedded]"])
def test_every_test_runs_in_the_short_form_and_one_with_a_long_form_in_both(
    name: str, module: dict[str, bool], marked: bool
) -> None:
    asked = item(name, module, marked=marked)
    assert (runs(asked, long=False), runs(asked, long=True)) == (True, marked)


@pytest.mark.parametrize(
    ("module", "forms"), list(zip(MODULES, [(False, True), (True, False), (False, False)], strict=True))
)
def test_what_stores_runs_once_on_the_other_server_unless_the_embedded_one_is_enough(
    module: dict[str, bool], forms: tuple[bool, bool]
) -> None:
    asked = item("test_stores[postgres-15]", module)
    assert (runs(asked, long=False), runs(asked, long=True)) == forms
