"""A list tells also of what was merged into a business, and what is asked about the owner of several."""

import asyncpg
import httpx
import pytest
from asked_again import answered, assign, heard
from shapes import Call, Json
from test_next_round import NEXT, area, begin_next
from test_who_heard import refused_as, sent, with_owner
from test_who_knows import one
from world import OTHER_VILLAGE, VILLAGE, World, item

OTHER = "Bengkel Maju"


async def record_other(client: httpx.AsyncClient, world: World, record: Json) -> str:
    """Record another business of the owner in the other village, which is the answer."""
    region = OTHER_VILLAGE if record["region_code"] == VILLAGE else VILLAGE
    said = with_owner(record) | {"legal_name": OTHER, "kbli": "45407", "other_business_of_owner": True}
    assert await sent(client, world, 3, item(region=region, answers=said | {"phone": "0811222333"})) == "accepted"
    return region


async def merge(act: Call) -> None:
    """Decide that both are one."""
    [case] = (await act("officer", "GET", "duplicates")).json()["items"]
    decided = {"decision": "same", "reason": "Satu usaha saja"}
    answer = await act("officer", "POST", f"duplicates/{case['id']}/resolution", decided)
    assert answer.is_success, answer.text


async def on_list(client: httpx.AsyncClient, world: World, enumerator: int) -> set[str]:
    """The questions whose answers the other business's entry shows on a tablet's list of the next round."""
    path, auth = "/v1/sync/listing", world.auth(f"enumerator.{enumerator}")
    answer = await client.get(path, params={"campaign": NEXT["campaign"]}, headers=auth)
    [entry] = [each for each in answer.json()["items"] if each["name"] == OTHER]
    inner = {name: value for name, value in entry["answers"].items() if isinstance(value, dict)}
    plain = {f"/{name}" for name in entry["answers"].keys() - inner.keys()}
    return plain | {f"/{block}/{name}" for block, value in inner.items() for name in value}


async def test_who_reads_a_list_of_what_was_merged_into_it_is_not_asked(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, drawn: dict[str, Json], act: Call
) -> None:
    id_, record = await one(pg, drawn)
    region = await record_other(client, world, record)
    await begin_next(pg, act)
    await area(pg, world, 5, region)
    assert await on_list(client, world, 5)
    assert (await assign(client, world, id_, "enumerator.5")).status_code == 204, "it is another business"
    assert (await assign(client, world, id_, "enumerator.4")).status_code == 204
    await merge(act)
    assert await refused_as(client, world, id_, "enumerator.5") == "answers_known"
    assert await refused_as(client, world, id_, "enumerator.6") is None


@pytest.mark.parametrize("is_merged", [False, True])
async def test_what_such_a_list_shows_meanwhile_is_not_compared(
    pg: asyncpg.Connection,
    client: httpx.AsyncClient,
    world: World,
    drawn: dict[str, Json],
    act: Call,
    is_merged: bool,
) -> None:
    """Of another business of the owner, what is asked about the owner."""
    id_, record = await one(pg, drawn)
    region = await record_other(client, world, record)
    await begin_next(pg, act)
    await area(pg, world, 4, region)
    shown = await on_list(client, world, 4)
    assert {"/owner/sex", "/started_year"} <= shown
    if is_merged:
        await merge(act)
    assert (await answered(client, world, 4, id_, heard(record))).status_code == 201
    found = await pg.fetchval("SELECT same || different FROM reinterview WHERE id = $1::text::uuid", id_)
    compared = set(found)
    assert "/annual_sales_idr" in compared
    assert ("/started_year" in compared) is not is_merged
    told = shown if is_merged else {each for each in shown if each.startswith("/owner/")}
    assert not told & compared
