"""Two forms of one proof: `make test` runs the short one, `make proofs` the long one.

A test that has both carries the marker `long_form` and takes its sizes from here. The short form is smaller, not
milder: it fails for the same fault. A test whose smallest form takes about a second or more on two cores carries
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
    """Whether a test runs in that form of the suite. What stores runs on the embedded server as its marker says, and on
    PostgreSQL 15 in the long form, unless its module says `EMBEDDED_IS_ENOUGH`."""
    if "postgres-15" in item.name:
        return long and not getattr(getattr(item, "module", None), "EMBEDDED_IS_ENOUGH", False)
    if item.get_closest_marker("proof") is not None:
        return long
    return not long or item.get_closest_marker("long_form") is not None
