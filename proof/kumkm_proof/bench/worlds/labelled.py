"""What every world gives: rows, and what they really are."""

from typing import NamedTuple

from app.linkage.features import Features


class Labelled(NamedTuple):
    """A row, which business it really is, and whose. Rows of one business have no number in common."""

    features: Features
    business: int
    owner: int
