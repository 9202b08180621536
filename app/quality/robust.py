"""Medians and deviations that a few cheats do not move. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from statistics import median
from typing import NamedTuple

_SIGMA = 1.4826
"""A normal distribution's standard deviation in units of its MAD (Rousseeuw and Croux 1993)."""


class Usual(NamedTuple):
    """What is usual in a group: median, deviation (1.4826 × MAD), and of how many values."""

    median: float
    deviation: float
    of: int

    def away(self, value: float) -> float:
        """How many deviations a value is above the median; below it, less than zero."""
        return (value - self.median) / self.deviation


def usual(values: Sequence[float], floor: float) -> Usual:
    """Of at least one value. `floor`: the least deviation, where nearly all values are the same."""
    middle = median(values)
    spread = _SIGMA * median(abs(value - middle) for value in values)
    return Usual(middle, max(floor, spread), len(values))


class Groups:
    """What is usual in the smallest group around a record that is large enough: activity and district, activity,
    district, all."""

    def __init__(self, values: Iterable[tuple[str, str, float]], least: int, floor: float) -> None:
        """`values` with their activity group and district."""
        gathered: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
        for group, district, value in values:
            for key in ((group, district), (group, ""), ("", district), ("", "")):
                gathered[key].append(value)
        self._usual = {key: usual(found, floor) for key, found in gathered.items() if len(found) >= least}

    def around(self, group: str, district: str) -> Usual | None:
        """None where even all together are too few."""
        for key in ((group, district), (group, ""), ("", district), ("", "")):
            if key in self._usual:
                return self._usual[key]
        return None
