"""What an edition is made from, and what is made. Pure."""

from collections.abc import Sequence
from typing import Any, NamedTuple


class Task(NamedTuple):
    """What an edition is made from.

    `rows`: village, the answers by column as `COLUMNS` has them, and how many businesses gave them. `previous`: of the
    edition before region, attributes, codes, businesses, and whether they were suppressed.
    """

    threshold: int
    seed: int
    rows: Sequence[Sequence[Any]]
    previous: Sequence[Sequence[Any]]


class Made(NamedTuple):
    """An edition.

    `given`: the sets of attributes by level, each joined by commas. `tables`: region, attributes, and cells, each with
    codes, how many businesses, and whether that is suppressed.
    """

    businesses: int
    given: dict[str, list[str]]
    tables: list[tuple[str, str, list[tuple[list[str], int, bool]]]]
