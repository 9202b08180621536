"""A campaign says which editions of KBLI it takes and what it leaves out: doubts, never a reason to refuse an item."""

import asyncio
from typing import Any

import asyncpg
import httpx
import pytest
from shapes import Json
from world import World, batch, item, nik, put

from app.campaigns.activities import Activities
from app.register.claims import NUMBERS_LOCK

PATH = "/v1/campaigns/pl-kumkm-2022"


async def patch(client: httpx.AsyncClient, world: World, said: Any, who: str = "admin") -> httpx.Response:
    return await client.patch(PATH, json={"activities": said}, headers=world.auth(who))


async def warned(client: httpx.AsyncClient, world: World, **answers: Any) -> list[str]:
    """The warnings about the activity of an item that is taken."""
    answer = await put(client, world, "enumerator.1", batch(item(nik=nik(), **answers)))
    (line,) = answer.json()["items"]
    assert line["outcome"] == "accepted", line
    return [each["code"] for each in line["warnings"] if each["code"].startswith("kbli")]


async def stored(pg: asyncpg.Connection) -> list[tuple[str, str, str | None]]:
    """Code and edition of each business in its order, and the edition beside its answer."""
    rows = await pg.fetch(
        "SELECT kbli, kbli_version, answers->>'kbli_version'"
        " FROM business JOIN submission USING (record_id, revision, regency_code) ORDER BY business.id"
    )
    return [tuple(row) for row in rows]


async def test_campaigns_that_were_there_take_2020(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World
) -> None:
    for each in (await client.get("/v1/campaigns", headers=world.auth("officer"))).json()["items"]:
        assert each["activities"] == Activities().model_dump(mode="json")
        assert each["activities"]["editions"] == ["2020"]
    assert await warned(client, world, kbli="47112") == []
    assert await stored(pg) == [("47112", "2020", None)], "an old tablet's item is stored as it was before"


async def test_a_campaign_of_2025_reads_codes_by_that_list(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World
) -> None:
    assert (await patch(client, world, {"editions": ["2025", "2020"]})).status_code == 200
    assert await warned(client, world, kbli="96210") == []
    assert await warned(client, world, kbli="96111", kbli_version="2020") == []
    assert await warned(client, world, kbli="96111", kbli_version="2025") == ["kbli_unknown"]
    assert await stored(pg) == [
        ("96210", "2025", "2025"),
        ("96111", "2020", "2020"),
        ("96111", "2025", "2025"),
    ]
    handshake = (await client.get("/v1/sync/handshake", headers=world.auth("enumerator.1"))).json()
    assert [each["kbli_versions"] for each in handshake["campaigns"]] == [["2025", "2020"], ["2020"]]


async def test_an_edition_that_the_campaign_does_not_take_is_kept_with_a_warning(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World
) -> None:
    assert await warned(client, world, kbli="96210", kbli_version="2025") == ["kbli_version_not_taken"]
    assert await stored(pg) == [("96210", "2025", "2025")]


@pytest.mark.parametrize(
    ("left_out", "code", "edition", "expected"),
    [
        (None, "84111", "2020", ["kbli_out_of_scope"]),
        (None, "97000", "2020", ["kbli_out_of_scope"]),
        (None, "99000", "2020", ["kbli_out_of_scope"]),
        (None, "01111", "2020", []),
        (["agriculture"], "01111", "2020", ["kbli_out_of_scope"]),
        (["agriculture"], "84111", "2020", []),
        ([], "84111", "2020", []),
        (["agriculture"], "01999", "2020", ["kbli_unknown"]),  # what it is, nobody knows yet
    ],
)
async def test_what_is_left_out_is_taken_with_a_warning(
    client: httpx.AsyncClient, world: World, left_out: Any, code: str, edition: str, expected: list[str]
) -> None:
    if left_out is not None:
        assert (await patch(client, world, {"out_of_scope": left_out})).status_code == 200
    assert await warned(client, world, kbli=code, kbli_version=edition) == expected


async def test_the_first_edition_stays_once_there_are_records(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World
) -> None:
    await warned(client, world, kbli="47112")
    answer = await patch(client, world, {"editions": ["2025"]})
    assert (answer.status_code, answer.json()["code"]) == (409, "edition_in_use")
    assert (await patch(client, world, {"editions": ["2025", "2020"]})).status_code == 409
    answer = await patch(client, world, {"editions": ["2020", "2025"]})
    assert (answer.status_code, answer.json()["activities"]["editions"]) == (200, ["2020", "2025"])
    assert (await patch(client, world, {"editions": None})).status_code == 200, "null puts the default back"
    assert await pg.fetchval("SELECT activities FROM campaign WHERE id = 1") is None
    assert await pg.fetchval("SELECT count(*) FROM audit_event WHERE action = 'campaign.activities_changed'") == 2


async def test_the_first_edition_waits_for_batches_that_are_on_their_way(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World
) -> None:
    """A batch reads the editions, and is stored a little later."""
    async with pg.transaction():
        await pg.execute(f"SELECT pg_advisory_xact_lock_shared({NUMBERS_LOCK})")  # as a batch does that was begun
        asked = asyncio.create_task(patch(client, world, {"editions": ["2025", "2020"]}))
        await asyncio.sleep(0.3)
        assert not asked.done()
    assert (await asked).status_code == 200


@pytest.mark.parametrize(
    "said",
    [
        {"editions": ["2015"]},
        {"editions": []},
        {"editions": ["2020", "2020"]},
        {"editions": "2020"},
        {"editions": [2020]},
        {"out_of_scope": ["fishing"]},
        {"out_of_scope": ["government", "government"]},
        {"other": 1},
        {},
        None,
    ],
)
async def test_senseless_documents_are_refused(client: httpx.AsyncClient, world: World, said: Any) -> None:
    answer = await patch(client, world, said)
    assert answer.status_code == 422
    assert all(each["pointer"].startswith("/body") for each in answer.json()["errors"]), answer.json()


@pytest.mark.parametrize("who", ["officer", "coordinator.1", "enumerator.1", "system"])
async def test_only_admins_say_it(client: httpx.AsyncClient, world: World, who: str) -> None:
    assert (await patch(client, world, {"editions": ["2025"]}, who)).status_code == 403


async def test_a_tablet_gets_both_lists_and_first_that_of_its_campaigns(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World
) -> None:
    async def reference(**headers: str) -> httpx.Response:
        return await client.get("/v1/sync/reference", headers={**world.auth("enumerator.1"), **headers})

    answer = await reference()
    said: Json = answer.json()
    (other,) = said["other_kbli"]
    assert (said["kbli_version"], len(said["kbli"])) == ("2020", 1790)
    assert (other["kbli_version"], len(other["kbli"])) == ("2025", 1559)
    assert {each["code"]: each["category"] for each in said["kbli"]}["84111"] == "O"
    assert {each["code"]: each["category"] for each in other["kbli"]}["84111"] == "P"
    assert (await reference(**{"If-None-Match": answer.headers["ETag"]})).status_code == 304
    await pg.execute("""UPDATE campaign SET activities = '{"editions": ["2025"]}'""")
    assert (await reference(**{"If-None-Match": answer.headers["ETag"]})).status_code == 200
    said = (await reference()).json()
    assert (said["kbli_version"], said["other_kbli"][0]["kbli_version"]) == ("2025", "2020")
    await pg.execute("UPDATE campaign SET activities = NULL WHERE id = 1")
    assert (await reference()).json()["kbli_version"] == "2020", "where campaigns differ"
