"""What every world gives: rows, and what they really are."""

from typing import NamedTuple, Protocol

from app.linkage.features import Features


class Labelled(NamedTuple):
    """A row, which business it really is, and whose. Rows of one business have no number in common."""

    features: Features
    business: int
    owner: int


class Villages(Protocol):
    """A world that is made village by village."""

    rows: list[Labelled]

    def village(self) -> None:
        """One more."""


def by_villages(world: Villages, size: int) -> list[Labelled]:
    """So many rows of it."""
    while len(world.rows) < size:
        world.village()
    return world.rows[:size]
