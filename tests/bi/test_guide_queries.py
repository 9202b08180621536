"""Every query in SQL of the guides in docs/tools runs with an analyst's login."""

import asyncpg
import guides
import httpx
import pytest
from analysts import Analyst
from world import World, item, nik, outcomes

from app.progress.rollup import fold

EMBEDDED_IS_ENOUGH = True


@pytest.mark.parametrize("block", guides.blocks("sql"), ids=lambda block: f"{block.page}: {block.text[:20]}")
async def test_a_query_of_a_guide_finds_rows(
    block: guides.Block, client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, analyst: Analyst
) -> None:
    assert set(await outcomes(client, world, "enumerator.1", *(item(nik=nik()) for _ in range(3)))) == {"accepted"}
    while await fold(pg):
        pass
    reader = await analyst("16.01")
    rows = await reader.fetch(block.text)
    assert rows, block.text


def test_guides_have_queries() -> None:
    assert {each.page for each in guides.blocks("sql")} == {"grafana.md", "metabase.md", "superset.md", "qgis.md"}
