"""Reference data: the whole nation, loaded again without harm, and newer lists that retire what is gone."""

from datetime import date
from pathlib import Path
from typing import get_args

import asyncpg
import pytest
from shapes import the

from app.core.clock import SetClock
from app.identifiers.kbli_codes import EDITIONS, Scope, out_of_scope
from app.kbli.loading import load_kbli, packaged_kbli
from app.regions.loading import PACKAGED_SOURCE, RegionListError, load_regions, packaged_regions, regions_from_csv
from app.regions.region_code import ancestry, is_region_code, level_of, local_date, parent_of, regency_of

EMBEDDED_IS_ENOUGH = True

DAY = date(2022, 9, 12)


@pytest.fixture
async def nation(pg: asyncpg.Connection) -> None:
    """The whole list; other tests have one province alone."""
    await load_regions(pg, packaged_regions(), today=DAY, source=PACKAGED_SOURCE)


@pytest.mark.proof
@pytest.mark.usefixtures("nation")
async def test_every_region_of_the_nation_is_there(pg: asyncpg.Connection) -> None:
    counts = {row[0]: row[1] for row in await pg.fetch("SELECT level, count(*) FROM region GROUP BY level")}
    assert counts == {"nation": 1, "province": 38, "regency": 514, "district": 7285, "village": 83762}
    oku = "SELECT count(*) FROM region WHERE code LIKE '16.01.%' AND level = $1"
    assert (await pg.fetchval(oku, "district"), await pg.fetchval(oku, "village")) == (13, 157)


async def test_every_kbli_code_is_there_with_its_zeros(pg: asyncpg.Connection) -> None:
    counted = await pg.fetch(
        "SELECT version, length(code), count(*), count(DISTINCT category) FROM kbli GROUP BY 1, 2 ORDER BY 1, 2"
    )
    assert [tuple(row) for row in counted] == [
        *(("2020", 2, 87, 21), ("2020", 3, 244, 21), ("2020", 4, 565, 21), ("2020", 5, 1790, 21)),
        *(("2025", 2, 87, 22), ("2025", 3, 257, 22), ("2025", 4, 519, 22), ("2025", 5, 1559, 22)),
    ]
    assert await pg.fetchval("SELECT count(*) FROM kbli WHERE code = '01111' AND version = '2020'") == 1


async def test_letters_moved_between_the_editions(pg: asyncpg.Connection) -> None:
    rows = await pg.fetch("SELECT version, category FROM kbli WHERE code = '84' ORDER BY version")
    assert [tuple(row) for row in rows] == [("2020", "O"), ("2025", "P")], "of government"


@pytest.mark.parametrize("edition", EDITIONS)
def test_what_may_be_left_out_is_what_the_list_says(edition: str) -> None:
    """The divisions that a census may leave out are whole categories of each edition's own list."""
    letters = {"2020": "OTUA", "2025": "PUVA"}[edition]
    for listed in packaged_kbli(edition):
        scopes = [scope for scope in get_args(Scope) if out_of_scope(listed.code, [scope])]
        assert bool(scopes) == ((listed.category or "?") in letters), listed
        assert not out_of_scope(listed.code, [])
        for scope in scopes:
            assert listed.category == letters[get_args(Scope).index(scope)], listed


@pytest.mark.proof
@pytest.mark.usefixtures("nation")
async def test_loading_again_changes_nothing(pg: asyncpg.Connection) -> None:
    report = await load_regions(pg, packaged_regions(), today=DAY, source=PACKAGED_SOURCE)
    assert (report.added, report.changed, report.retired) == (0, 0, 0)
    assert await load_kbli(pg) == {"2020": 0, "2025": 0}


@pytest.mark.proof
@pytest.mark.usefixtures("nation")
async def test_a_newer_list_retires_what_it_lacks_and_brings_back_what_it_has_again(
    pg: asyncpg.Connection, tmp_path: Path
) -> None:
    path = tmp_path / "regions.csv"
    path.write_text(
        "code,name\n16,Sumsel\n16.01,OKU\n16.01.14,Baturaja Timur\n16.01.14.1003,Pasar Baru\n16.01.14.9999,Desa Baru\n"
    )
    report = await load_regions(pg, regions_from_csv(path), today=DAY, source="Kepmendagri 2023")
    assert report.added == 1
    assert report.retired == 91_600 - 5
    gone = await pg.fetchrow("SELECT name, retired_on FROM region WHERE code = '16.01.13'")
    assert the(gone)["retired_on"] == DAY
    report = await load_regions(pg, packaged_regions(), today=DAY)
    assert await pg.fetchval("SELECT count(*) FROM region WHERE retired_on IS NOT NULL") == 1
    assert await pg.fetchval("SELECT retired_on FROM region WHERE code = '16.01.14.9999'") == DAY


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("kode,nama\n16,Sumsel\n", "columns code and name"),
        ("code,name\n1601,OKU\n", "line 2"),
        ("code,name\n16,\n", "line 2"),
        ("code,name\n16.01,OKU\n", "16"),
        ("code,name\n16,Sumsel\n16,Sumsel\n", "twice"),
        ("", "columns"),
    ],
)
async def test_a_faulty_list_changes_nothing_and_names_its_fault(
    pg: asyncpg.Connection, tmp_path: Path, text: str, message: str
) -> None:
    path = tmp_path / "regions.csv"
    path.write_text(text)
    with pytest.raises(RegionListError, match=message):
        await load_regions(pg, regions_from_csv(path), today=DAY)
    assert await pg.fetchval("SELECT count(*) FROM region WHERE retired_on IS NOT NULL") == 0


def test_a_code_knows_its_place() -> None:
    village = "16.01.14.1003"
    assert ancestry(village) == ("ID", "16", "16.01", "16.01.14", village)
    assert [parent_of(code) for code in ancestry(village)] == [None, *ancestry(village)[:-1]]
    assert [level_of(code).value for code in ancestry(village)] == [
        "nation",
        "province",
        "regency",
        "district",
        "village",
    ]
    assert regency_of(village) == "16.01"
    for text in ("", "1", "1601", "16.1", "16.01.14.100", "16.01.14.1003.", "１６", "16.01\n"):
        assert not is_region_code(text)


def test_the_day_is_that_of_the_region(clock: SetClock) -> None:
    evening = clock.now().replace(hour=16, minute=30)  # 23:30 in Baturaja, 00:30 in Makassar, 01:30 in Jayapura
    assert [local_date(evening, code).day for code in ("16.01.14.1003", "73.71.01.1001", "91.71.01.1001")] == [
        12,
        13,
        13,
    ]
