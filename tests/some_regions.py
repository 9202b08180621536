"""The regions that tests have: the list is loaded in a tenth of the time, and databases are cloned in half of it.

`regions/test_loading.py` loads the whole one.
"""

from collections.abc import Iterator

from app.regions.loading import RegionLine, packaged_regions

_WHOLE_PROVINCES = ("16", "31", "51")
_REGENCY = len("16.01")


def some_regions() -> Iterator[RegionLine]:
    """Every province and regency of the packaged list; below them those of three provinces, Sumatera Selatan with OKU
    among them."""
    for line in packaged_regions():
        if len(line.code) <= _REGENCY or line.code[:2] in _WHOLE_PROVINCES:
            yield line
