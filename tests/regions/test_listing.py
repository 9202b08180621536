"""Regions for people at desks: below a region, or by words of their names, within the own territory."""

from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import httpx
import pytest
from world import World

from app.regions.listing import _searched
from app.regions.schemas import RegionFilters

EMBEDDED_IS_ENOUGH = True
Find = Callable[..., Awaitable[httpx.Response]]


@pytest.fixture
def find(client: httpx.AsyncClient, world: World) -> Find:
    async def ask(who: str, *, headers: dict[str, str] | None = None, **params: Any) -> httpx.Response:
        return await client.get("/v1/regions", params=params, headers={**world.auth(who), **(headers or {})})

    return ask


async def test_each_lists_and_finds_regions_within_its_own_territory(find: Find, pg: asyncpg.Connection) -> None:
    async def codes(who: str, **params: Any) -> list[str]:
        answer = await find(who, **params)
        assert answer.status_code == 200, answer.text
        return [row["code"] for row in answer.json()["items"]]

    assert len(await codes("admin")) == 38
    assert await codes("admin", parent="16.01.14") == await codes("officer", parent="16.01.14")
    children = await codes("officer")
    assert children == sorted(children)
    assert {(len(code), code[:5]) for code in children} == {(8, "16.01")}
    assert await codes("officer", q="lubuk") != []
    assert {code[:5] for code in await codes("officer", q="lubuk")} == {"16.01"}
    assert {code[:5] for code in await codes("admin", q="lubuk")} > {"16.01"}
    assert await codes("officer", q="palembang") == []
    # Short words begin words; capitals and order do not matter; a code is found by its beginning.
    assert "16.01" in await codes("admin", q="ULU gan Ko")
    assert "16.01" not in await codes("admin", q="ulu ga")
    assert await codes("officer", q="16.01.1", parent="16.01.14") == await codes("officer", parent="16.01.14")
    assert (await codes("admin", q="16.01"))[0] == "16.01"
    for nothing in ("%", "_____", "-", "\\", "tidakada"):
        assert await codes("admin", q=nothing) == [], nothing
    # What is above, beside, nowhere or no more is no region to ask about.
    await pg.execute("UPDATE region SET retired_on = '2022-01-01' WHERE code = '16.01.13'")
    assert "16.01.13" not in await codes("officer")
    for who, parent in (
        ("officer", "16"),
        ("officer", "16.71"),
        ("admin", "99"),
        ("admin", "x"),
        ("admin", "16.01.13"),
    ):
        assert (await find(who, parent=parent)).status_code == 404, parent


async def test_a_region_says_where_it_lies_and_the_answer_whether_there_are_more(find: Find) -> None:
    told = (await find("officer", parent="16.01.14", limit=1)).json()
    (village,) = told["items"]
    assert village["level"] == "village"
    assert [above["code"] for above in village["within"]] == ["16.01.14", "16.01", "16"]
    assert all(above["name"] for above in village["within"])
    assert (told["parent"]["code"], told["more"]) == ("16.01.14", True)
    assert (await find("officer", parent=village["code"])).json()["items"] == []
    whole = await find("admin", parent="ID", limit=38)
    assert (whole.json()["more"], whole.json()["parent"]["within"]) == (False, [])
    assert (await find("admin", headers={"If-None-Match": whole.headers["ETag"]}, limit=38)).status_code == 304


async def test_words_are_looked_up_in_the_index_that_is_for_them(pg: asyncpg.Connection) -> None:
    where, parameters = _searched(RegionFilters(q="lubuk bat"), "ID")
    await pg.execute("ANALYZE region")
    plan = await pg.fetch(f"EXPLAIN SELECT code FROM region WHERE {' AND '.join(where)}", *parameters)
    assert any("region_words_idx" in row[0] for row in plan)
