"""Regions are found by words of their names, in one's own territory."""

import asyncpg
import pytest

from app.regions.listing import list_regions
from app.regions.schemas import RegionFilters

EMBEDDED_IS_ENOUGH = True


@pytest.mark.parametrize(
    ("territory", "words", "found"),
    [
        ("16.01", "baturaja", ["16.01.13", "16.01.14"]),
        ("16.01", "timur BATU", ["16.01.14"]),
        ("16.01.13", "baturaja timur", []),
        ("16.01.14", "baturaja timur", ["16.01.14"]),
        ("16.71", "baturaja", []),
        ("ID", "indonesia", []),
        ("ID", "ogan%ulu", []),
        ("ID", "____", []),
        ("ID", "\\", []),
    ],
)
async def test_what_is_found(pg: asyncpg.Connection, territory: str, words: str, found: list[str]) -> None:
    answer = await list_regions(pg, territory, RegionFilters(q=words))
    assert [each.code for each in answer.items if each.level != "village"] == found


async def test_a_village_tells_where_it_lies_and_more_is_said(pg: asyncpg.Connection) -> None:
    answer = await list_regions(pg, "16.01", RegionFilters(q="sekar jaya"))
    (village,) = answer.items
    assert [each.name for each in village.within] == [
        "Baturaja Timur",
        "Kabupaten Ogan Komering Ulu",
        "Sumatera Selatan",
    ]
    assert not answer.more
    assert (await list_regions(pg, "16", RegionFilters(q="a", limit=5))).more
