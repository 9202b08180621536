"""What an edition is made from, and what is made. Pure."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple


class Task(NamedTuple):
    """What an edition is made from.

    `rows`: village, the answers by column as `COLUMNS` has them, and how many businesses gave them. `previous`: of
    editions before it region, attributes, codes, businesses, and whether they were suppressed, as `Memory` has them.
    """

    threshold: int
    seed: int
    rows: Sequence[Sequence[Any]]
    previous: Sequence[Sequence[Any]]


class Made(NamedTuple):
    """An edition.

    `given`: the sets of attributes by level, each joined by commas, as far as a cell is shown. `tables`: region,
    attributes, and cells, each with codes, how many businesses, and whether that is suppressed.
    """

    businesses: int
    given: dict[str, list[str]]
    tables: list[tuple[str, str, list[tuple[list[str], int, bool]]]]


class Memory:
    """What editions said of each cell.

    An edition may lack a table that an earlier one had and a later one has again: the edition before alone does not
    know what was suppressed.
    """

    def __init__(self) -> None:
        self._said: dict[tuple[str, str, tuple[str, ...]], list[tuple[int, bool]]] = {}

    def add(self, cells: Iterable[Sequence[Any]]) -> None:
        """Take in the next edition: region, attributes, codes, businesses, and whether they were suppressed. What was
        shown holds until it is given again; what was suppressed is never forgotten.
        """
        for region, attributes, codes, number, hidden in cells:
            said = self._said.setdefault((region, attributes, tuple(codes)), [])
            said[:] = [each for each in said if each[1] and each != (number, hidden)] + [(number, hidden)]

    def cells(self) -> list[list[Any]]:
        """All of it; a cell may be there more than once."""
        return [[*place, *each] for place, said in self._said.items() for each in said]
