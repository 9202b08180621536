"""Two forms of one proof: `make test` runs the short one, `make proofs` the long one.

A test that has both carries the marker `long_form` and takes its sizes from here. The short form is smaller, not
milder: it fails for the same fault. A test whose smallest form takes about two seconds or more on two cores carries
the marker `proof`: `make proofs` alone runs it, so that `make test` stays something to wait for. `.ci/run` runs both.
"""

import os
from typing import TypeVar

import pytest

LONG = os.environ.get("KUMKM_PROOFS") == "long"

_T = TypeVar("_T")


def sized(short: _T, long: _T) -> _T:
    """The size of a proof in the form that runs."""
    return long if LONG else short


def runs(item: pytest.Item, *, long: bool) -> bool:
    """Whether a test runs in that form of the suite. Between them, the two forms run each test on every server that its
    module asks for."""
    module = getattr(item, "module", None)
    if item.get_closest_marker("proof") is not None and not long:
        return False
    if "postgres-15" in item.name:
        if getattr(module, "EMBEDDED_IS_ENOUGH", False):
            return False
        on_every_server: bool = getattr(module, "ON_EVERY_SERVER", False)
        return on_every_server != long
    return not long or any(item.get_closest_marker(marker) is not None for marker in ("long_form", "proof"))
