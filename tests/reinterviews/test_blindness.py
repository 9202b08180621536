"""The second enumerator finds the business, and reads nothing of what the first one heard: asserted on the wire."""

import asyncpg
import httpx
from asked_again import SAID, answered, assign, heard, nobody, tasks
from shapes import Json
from world import World

from app.questionnaires.assessment import leaves

SHOWN = {"/legal_name", "/owner/name", "/address", "/main_activity"}
FIELDS = {
    *("id", "state", "campaign", "version", "due_on", "questionnaire", "region_code", "region_name"),
    *("business_name", "owner_name", "address", "activity", "location"),
}


async def test_it_says_how_to_find_the_business(
    client: httpx.AsyncClient, world: World, drawn: dict[str, Json], pg: asyncpg.Connection
) -> None:
    found = await tasks(client, world, 4)
    assert found
    for task in found:
        assert task.keys() == FIELDS
        record = drawn[str(await pg.fetchval("SELECT record_id FROM reinterview WHERE id = $1", task["id"]))]
        assert (task["state"], task["questionnaire"], task["version"]) == ("to_do", "umkm@1", 0)
        assert task["business_name"] == record["answers"]["legal_name"]
        assert (task["owner_name"], task["address"]) == (record["answers"]["owner"]["name"], SAID["address"])
        assert task["activity"] == SAID["activity"]
        assert task["region_code"] == record["region_code"]
        assert task["location"]["latitude"] == record["location"]["latitude"]


async def test_no_answer_of_the_record_is_anywhere_in_what_the_second_reads(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, drawn: dict[str, Json]
) -> None:
    auth = world.auth("enumerator.4")
    read = [(await client.get("/v1/sync/reinterviews", headers=auth)).text]
    id_ = await pg.fetchval("SELECT id FROM reinterview ORDER BY id LIMIT 1")
    record = drawn[str(await pg.fetchval("SELECT record_id FROM reinterview WHERE id = $1", id_))]
    for body in (nobody("absent"), heard(record, annual_sales_idr=7)):
        answer = await answered(client, world, 4, id_, body)
        read += [answer.text, str(answer.headers)]
    refused = heard(record) | {"answers": {"legal_name": "x"}}
    read.append((await answered(client, world, 4, id_, refused)).text)
    await assign(client, world, id_, "enumerator.5")
    for path in ("sync/reinterviews", "sync/changes", "sync/handshake", "businesses", "me"):
        read.append((await client.get(f"/v1/{path}", headers=auth)).text)
    record_ids = list(drawn)
    asked = {"items": [{"record_id": each, "revision": 1, "content_sha256": "0" * 64} for each in record_ids]}
    read.append((await client.post("/v1/sync/reconcile", json=asked, headers=auth)).text)
    whole = "\n".join(read)
    assert SAID["business"] in whole
    for each in drawn.values():
        for pointer, value in leaves(each["answers"]):
            if pointer in SHOWN or len(str(value)) < 5:
                continue
            assert f'"{value}"' not in whole, pointer
            assert f":{value}" not in whole, pointer
        assert each["answers"]["owner"]["nik"] not in whole
        assert each["answers"]["phone"] not in whole
        assert str(each["answers"]["annual_sales_idr"]) not in whole
    assert "catatan petugas pertama" not in whole
    assert "enumerator.1" not in whole
    assert str(world.id("enumerator.1")) not in whole


async def test_the_record_itself_is_not_to_be_found_by_the_second(
    client: httpx.AsyncClient, world: World, drawn: dict[str, Json], pg: asyncpg.Connection
) -> None:
    text = str(await tasks(client, world, 4))
    for record_id, business_id in await pg.fetch("SELECT record_id, business_id FROM reinterview"):
        assert str(record_id) not in text
        assert str(business_id) not in text
        for path in (f"businesses/{business_id}", f"submissions/{record_id}", f"sync/returned/{record_id}"):
            answer = await client.get(f"/v1/{path}", headers=world.auth("enumerator.4"))
            assert answer.status_code in (403, 404), path


async def test_a_number_in_a_name_or_an_address_is_masked(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, drawn: dict[str, Json]
) -> None:
    nik = "1601145203850001"
    await pg.execute("UPDATE submission SET answers = answers || jsonb_build_object('main_activity', $1::text)", nik)
    assert nik not in str(await tasks(client, world, 4))


async def test_who_has_none_reads_none(client: httpx.AsyncClient, world: World, drawn: dict[str, Json]) -> None:
    assert await tasks(client, world, 6) == []


async def test_an_unchanged_list_is_not_sent_again_and_each_download_is_in_the_trail(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, drawn: dict[str, Json]
) -> None:
    auth = world.auth("enumerator.4")
    first = await client.get("/v1/sync/reinterviews", headers=auth)
    again = await client.get("/v1/sync/reinterviews", headers=auth | {"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    events = await pg.fetch("SELECT detail::text FROM audit_event WHERE action = 'reinterviews.read'")
    assert [row["detail"] for row in events] == [f'{{"reinterviews": {len(first.json()["items"])}}}']
    await pg.execute("UPDATE reinterview SET due_on = '2022-12-01' WHERE id = $1", first.json()["items"][0]["id"])
    third = await client.get("/v1/sync/reinterviews", headers=auth | {"If-None-Match": first.headers["ETag"]})
    assert third.status_code == 200


async def test_pages_together_are_the_whole_list(
    client: httpx.AsyncClient, world: World, drawn: dict[str, Json]
) -> None:
    whole, pages, cursor = await tasks(client, world, 4), [], None
    while True:
        params = {"limit": "1"} | ({"cursor": cursor} if cursor else {})
        page = (await client.get("/v1/sync/reinterviews", params=params, headers=world.auth("enumerator.4"))).json()
        pages += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert pages == whole
    assert len(whole) > 1
