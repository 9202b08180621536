"""Listings: files as lists of others come, items about their entries, and the states of a village's entries."""

from collections.abc import Iterable
from typing import Any

import asyncpg
import httpx
from shapes import Json
from world import VILLAGE, World

CAMPAIGN = "pl-kumkm-2022"
STATES = ("open", "entered", "duplicate", "open_visits", "refused", "closed", "moved", "not_found", "not_eligible")
_COLUMNS = ("campaign", "region_code", "name", "owner", "address", "kbli", "nik", "nib", "reference")


def table(rows: Iterable[Json]) -> bytes:
    """A CSV file of these rows, of which each says what is not usual."""
    lines = [",".join(_COLUMNS)]
    for row in rows:
        said = {"campaign": CAMPAIGN, "region_code": VILLAGE, "kbli": "47112", **row}
        lines.append(",".join(str(said.get(column, "")) for column in _COLUMNS))
    return ("\r\n".join(lines) + "\r\n").encode()


async def listed(
    client: httpx.AsyncClient, world: World, body: bytes, *, who: str = "officer", **params: Any
) -> httpx.Response:
    """Send a listing as a file."""
    headers = {**world.auth(who), "Content-Type": "text/csv", "Accept-Language": "en"}
    return await client.post("/v1/imports/listing", content=body, headers=headers, params=params)


async def entries(client: httpx.AsyncClient, world: World, *rows: Json, **params: Any) -> list[str]:
    """Enter doors of a listing; their ids, in the order of the rows."""
    answer = await listed(client, world, table(rows), who="admin", **params)
    assert answer.status_code == 200, answer.text
    page = await client.get("/v1/listing", params={"limit": 1000, "campaign": CAMPAIGN}, headers=world.auth("admin"))
    by_name = {each["name"]: each["listing_id"] for each in page.json()["items"]}
    return [by_name[row["name"]] for row in rows]


async def states(pg: asyncpg.Connection) -> dict[str, int]:
    """How many entries are in each state."""
    return {row[0]: row[1] for row in await pg.fetch("SELECT state, count(*) FROM listing_entry GROUP BY 1 ORDER BY 1")}


async def state_of(pg: asyncpg.Connection, listing_id: str) -> str:
    found: str = await pg.fetchval("SELECT state FROM listing_entry WHERE id = $1", listing_id)
    return found


class Copy:
    """A tablet's copy of the listing, kept as the contract says."""

    def __init__(self, client: httpx.AsyncClient, world: World, name: str, limit: int = 100) -> None:
        self.client, self.world, self.name, self.limit = client, world, name, limit
        self.cursor: str | None = None
        self.entries: dict[str, Json] = {}
        self.pages = 0

    async def read(self) -> list[str]:
        """Read until there is no more; the names of what came."""
        came: list[str] = []
        more = True
        while more:
            page = await self.page()
            came += [each["name"] for each in page["items"]]
            more = page["more"]
        return came

    async def page(self) -> Json:
        params = {"limit": self.limit} | ({"cursor": self.cursor} if self.cursor else {})
        answer = await self.client.get("/v1/sync/listing", params=params, headers=self.world.auth(self.name))
        assert answer.status_code == 200, answer.text
        page: Json = answer.json()
        for id_, entry in list(self.entries.items()):
            if any(entry["region_code"].startswith(area) for area in page["forget"]):
                del self.entries[id_]
        self.entries |= {each["listing_id"]: each for each in page["items"]}
        self.cursor, self.pages = page["next_cursor"], self.pages + 1
        return page


async def assign(pg: asyncpg.Connection, world: World, name: str, *areas: str) -> None:
    await pg.execute("DELETE FROM assignment WHERE campaign_id = 1 AND enumerator_id = $1", world.id(name))
    for area in areas:
        await pg.execute(
            "INSERT INTO assignment (campaign_id, enumerator_id, region_code, starts_on)"
            " VALUES (1, $1, $2, '2022-04-01')",
            world.id(name),
            area,
        )
