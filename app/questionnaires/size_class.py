"""Size classes of PP 7/2021, article 35. Pure."""

from collections.abc import Mapping
from typing import Literal

SizeClass = Literal["micro", "small", "medium", "large"]

_BILLION = 1_000_000_000
_Bounds = tuple[tuple[int, SizeClass], ...]
# Upper bounds in rupiah, inclusive.
_BY_CAPITAL: _Bounds = ((1 * _BILLION, "micro"), (5 * _BILLION, "small"), (10 * _BILLION, "medium"))
_BY_SALES: _Bounds = ((2 * _BILLION, "micro"), (15 * _BILLION, "small"), (50 * _BILLION, "medium"))


BANDS: Mapping[SizeClass, str] = {
    "micro": "to_2bn",
    "small": "to_15bn",
    "medium": "to_50bn",
    "large": "over_50bn",
}
"""The band of annual sales that each class stands for, where the figure itself is not shown."""


def size_class(annual_sales_idr: int | None, founding_capital_idr: int | None) -> SizeClass | None:
    """The class by annual sales where the business has sold, else by founding capital without land and building.

    None where it has not sold and the capital is not known.
    """
    if annual_sales_idr:
        return _class(annual_sales_idr, _BY_SALES)
    return None if founding_capital_idr is None else _class(founding_capital_idr, _BY_CAPITAL)


def _class(amount: int, bounds: _Bounds) -> SizeClass:
    return next((name for bound, name in bounds if amount <= bound), "large")
