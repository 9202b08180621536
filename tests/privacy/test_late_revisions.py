"""What a tablet sends late of a record whose answers were erased brings nothing of the person back, but for a higher
revision."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import asyncpg
import httpx
import pytest
from shapes import Json
from typer.testing import Result
from world import OTHER_VILLAGE, World, batch, item, nik, put

from kumkm_tablet.canonical import canonical, content_sha256

EMBEDDED_IS_ENOUGH = True
WHY = ("--reason", "Permohonan 17/2022", "--yes")
ERASED = ["answers_erased"]
Kumkm = Callable[..., Awaitable[Result]]


@pytest.fixture
def number() -> str:
    return nik()


async def sent(
    client: httpx.AsyncClient, world: World, *items: Json, who: str = "enumerator.1"
) -> list[tuple[str, str, list[str]]]:
    """What the receipt says of each: outcome, what to do, and the codes of its warnings."""
    lines = (await put(client, world, who, batch(*items))).json()["items"]
    return [(each["outcome"], each["client_action"], [one["code"] for one in each["warnings"]]) for each in lines]


async def reconciled(client: httpx.AsyncClient, world: World, items: Sequence[Json]) -> list[tuple[str, str, str]]:
    asked = [
        {**{name: each[name] for name in ("record_id", "revision")}, "content_sha256": content_sha256(canonical(each))}
        for each in items
    ]
    path = "/v1/sync/reconcile"
    answer = await client.post(path, json={"items": asked}, headers=world.auth("enumerator.1"))
    return [(each["state"], each["outcome"], each["client_action"]) for each in answer.json()["items"]]


async def kept(pg: asyncpg.Connection) -> int:
    """How many sealed texts there are, and rows that say the person's name openly."""
    return await pg.fetchval(
        "SELECT (SELECT count(*) FROM submission WHERE sealed IS NOT NULL OR answers::text LIKE '%Zulkarnain%')"
        " + (SELECT count(*) FROM raw_item WHERE sealed IS NOT NULL)"
    )


def revised(made: Json, revision: int, **changes: Any) -> Json:
    owner = {**made["answers"]["owner"], "name": "Zulkarnain"}
    return {**made, "revision": revision, "answers": {**made["answers"], "owner": owner, **changes}}


@pytest.mark.parametrize("who", ["enumerator.1", "enumerator.2"])
async def test_no_lower_revision_and_no_other_content_brings_a_person_back(
    who: str, client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, kumkm: Kumkm, number: str
) -> None:
    made = item(nik=number)
    assert (await sent(client, world, revised(made, 3)))[0][0] == "accepted"
    assert (await kumkm("subject", "erase", "--nik", number, *WHY)).exit_code == 0
    assert await kept(pg) == 0
    late = [
        revised(made, 1),
        revised(made, 2, legal_name="Toko Zulkarnain"),
        revised(made, 3, legal_name="Warung Zulkarnain"),
        {**revised(made, 2), "region_code": OTHER_VILLAGE},
        {**revised(made, 2), "questionnaire": "umkm@99"},
        {**revised(made, 1), "answers": {"owner": {"nik": "1", "name": "Zulkarnain"}}},
        {**revised(made, 1), "answers": ["Zulkarnain", number]},
        {**revised(made, 2), "captured_at": "kemarin"},
        {**revised(made, 2), "region_code": None},
        {name: said for name, said in revised(made, 3).items() if name != "questionnaire"},
        revised(made, 3, legal_name="Zulkarnain" * 20_000),
    ]
    for each in late:
        assert await sent(client, world, each, who=who) == [("unchanged", "purge", ERASED)], each["revision"]
    assert await kept(pg) == 0
    if who == "enumerator.1":
        assert await reconciled(client, world, late) == [("stored", "unchanged", "purge")] * len(late)
    review = f"/v1/submissions/{made['record_id']}/review"
    body = {"decision": "returned", "reason": "Lengkapi"}
    assert (await client.post(review, json=body, headers=world.auth("coordinator.1"))).status_code == 409


async def test_a_higher_revision_brings_the_record_back_and_lower_ones_stay_away(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, kumkm: Kumkm, number: str
) -> None:
    made = item(nik=number)
    await sent(client, world, revised(made, 2))
    await kumkm("subject", "erase", "--nik", number, *WHY)
    assert (await sent(client, world, revised(made, 3)))[0][:2] == ("updated", "purge")
    assert await sent(client, world, revised(made, 1)) == [("unchanged", "purge", ERASED)]
    assert await kept(pg) == 1


async def test_an_erased_item_that_was_kept_raw_is_settled_for_its_tablet(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, kumkm: Kumkm, number: str
) -> None:
    held = {**revised(item(nik=number), 1), "questionnaire": "umkm@99"}
    faulty = revised(item(nik=number), 1, kbli="99999")
    faulty["answers"]["workers"] = {"paid_male": -1}
    assert [each[0] for each in await sent(client, world, held, faulty)] == ["held", "invalid"]
    assert await kept(pg) == 2
    await kumkm("subject", "erase", "--nik", number, *WHY)
    assert await reconciled(client, world, [held, faulty]) == [("stored", "unchanged", "purge")] * 2
    others = [{**each, "questionnaire": "umkm@1", "answers": item(nik=number)["answers"]} for each in (held, faulty)]
    assert await sent(client, world, held, faulty, *others) == [("unchanged", "purge", ERASED)] * 4
    assert await kept(pg) == 0
    assert (await sent(client, world, {**others[0], "revision": 2}))[0][0] == "accepted"


@pytest.mark.parametrize("fault", [{"questionnaire": "umkm@99"}, {"region_code": "16.71.01.1001"}])
@pytest.mark.parametrize("first", [None, 2])
async def test_what_comes_before_an_erased_item_stays_away_like_it(
    fault: Json,
    first: int | None,
    client: httpx.AsyncClient,
    world: World,
    pg: asyncpg.Connection,
    kumkm: Kumkm,
    number: str,
) -> None:
    """`first`: the revision that was accepted before it."""
    made = item(nik=number)
    if first:
        assert (await sent(client, world, revised(made, first)))[0][0] == "accepted"
    assert (await sent(client, world, {**revised(made, 4), **fault}))[0][0] in ("held", "invalid")
    await kumkm("subject", "erase", "--nik", number, *WHY)
    late = [revised(made, revision) for revision in (1, 3, 4)]
    late[2]["answers"]["legal_name"] = "Toko Lain"
    assert await sent(client, world, *late) == [("unchanged", "purge", ERASED)] * 3
    assert await kept(pg) == 0


async def test_an_erased_item_that_named_somebody_else_takes_nothing_else_away(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, kumkm: Kumkm, number: str
) -> None:
    made, own = item(nik=number), nik()
    mine = {**made, "answers": {**made["answers"], "owner": {**made["answers"]["owner"], "nik": own}}}
    assert (await sent(client, world, {**mine, "revision": 1}))[0][0] == "accepted"
    assert (await sent(client, world, {**made, "revision": 5, "questionnaire": "umkm@99"}))[0][0] == "held"
    await kumkm("subject", "erase", "--nik", number, *WHY)
    assert (await sent(client, world, {**mine, "revision": 3}))[0][0] == "updated"
    assert await kept(pg) == 2
