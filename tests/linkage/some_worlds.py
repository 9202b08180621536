"""The made-up worlds that tests of linkage run over."""

from typing import Any

import pytest

from kumkm_proof.bench.linkage import ALL

_QUICK = {"towns", "households", "markets", "figures"}


def some_worlds() -> list[Any]:
    """All of them, of which the short form of the suite runs those that are made in no time."""
    return [
        pytest.param(world, id=name, marks=pytest.mark.long_form if name in _QUICK else pytest.mark.proof)
        for name, world in ALL.items()
    ]
