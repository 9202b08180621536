"""What has outlived its use is removed, and nothing else: a long season leaves tables no larger than a short one."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import httpx
import pytest
from ageing import earlier
from shapes import Json
from world import World, batch, item, nik

from app.accounts.own_sessions import forget_refresh_tokens
from app.accounts.passwords import hash_password
from app.accounts.permissions import Territory
from app.background import forgetting
from app.background.locks import Lock, try_lock
from app.changes.forgetting import forget_changes
from app.changes.log import EVERYBODY, News, publish
from app.changes.news import AssignmentChange, ReviewChange, ReviewDecision, TombstoneChange
from app.changes.reading import StreamPosition, changes_since
from app.core.clock import Clock
from app.core.ids import new_id
from app.core.problems import Problem
from app.core.roles import as_server
from app.exchange.feed import newest_position, read_feed
from app.intake.forgetting import forget_batches
from app.register.register import forget_marks, mark_change

EMBEDDED_IS_ENOUGH = True
PASSWORD = "empat sawah di tepi ogan"
WHO = UUID(int=7)
NOW = datetime(2022, 9, 12, tzinfo=UTC)
MOMENTS = {
    "refresh_token": ("issued_at", "expires_at", "spent_at"),
    "batch": ("received_at",),
    "change": ("made_at",),
    "feed_mark": ("made_at",),
}
"""When the rows of a table happened."""

Forget = Callable[[], Awaitable[None]]


async def days_pass(pg: asyncpg.Connection, days: int) -> None:
    for table, moments in MOMENTS.items():
        await pg.execute(f"UPDATE {table} SET {earlier(timedelta(days=days), *moments)}")


async def sizes(pg: asyncpg.Connection) -> dict[str, int]:
    return {table: await pg.fetchval(f"SELECT count(*) FROM {table}") for table in MOMENTS}


@pytest.fixture
async def forget(dsn: str, world: World) -> AsyncIterator[Forget]:
    """All rounds of a server, with its own login, until nothing is left."""
    clock: Clock = world.services.clock
    pg = await asyncpg.connect(as_server(dsn))

    async def all_rounds() -> None:
        for work in (
            forget_refresh_tokens,
            lambda pg: forget_batches(pg, clock.now()),
            forget_changes,
            forget_marks,
        ):
            more = True
            while more:
                async with pg.transaction():
                    more = await work(pg)

    yield all_rounds
    await pg.close()


def assigned(campaign: str = "pl-kumkm-2022") -> News:
    change = AssignmentChange(
        kind="assignment", campaign=campaign, region_code="16.01", starts_on="2022-04-01", ends_on=None, removed=False
    )
    return News(EVERYBODY, change)


@pytest.mark.proof
async def test_in_a_season_no_table_of_what_passes_grows(
    client: httpx.AsyncClient,
    world: World,
    pg: asyncpg.Connection,
    forget: Forget,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(forgetting, "AT_ONCE", 7)
    await pg.execute("UPDATE account SET password_hash = $1", hash_password(PASSWORD))
    await world.without_tablets(pg)
    form = {"grant_type": "password", "username": "enumerator.1", "password": PASSWORD, "device_id": "t"}
    session: Json = (await client.post("/v1/auth/token", data=form)).json()
    after: list[dict[str, int]] = []
    for step in range(60):
        for _ in range(2):
            told = {"grant_type": "refresh_token", "refresh_token": session["refresh_token"]}
            answer = await client.post("/v1/auth/token", data=told)
            assert answer.status_code == 200, f"the session goes on in step {step}"
            session = answer.json()
        sent = await client.put(
            f"/v1/sync/batches/{new_id()}",
            json=batch(item(nik=nik())),
            headers={"Authorization": f"Bearer {session['access_token']}"},
        )
        assert sent.status_code == 201
        await publish(pg, [assigned()])
        await days_pass(pg, 5)
        await forget()
        after.append(await sizes(pg))
    assert after[59] == after[29], "as many rows after 300 days as after 150"
    assert max(after[59].values()) < 60
    assert await pg.fetchval("SELECT count(*) FROM submission") == 60
    [listed] = (
        await client.get("/v1/auth/sessions", headers={"Authorization": f"Bearer {session['access_token']}"})
    ).json()["items"]
    began = await pg.fetchval("SELECT now() - $1::text::timestamptz > interval '299 days'", listed["started_at"])
    assert began, "the first link says when the session began"


async def test_a_tablet_has_its_newest_batch_however_old(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, forget: Forget
) -> None:
    ids = [str(new_id()) for _ in range(3)]
    for who, id_ in (("enumerator.1", ids[0]), ("enumerator.1", ids[1]), ("enumerator.2", ids[2])):
        await client.put(f"/v1/sync/batches/{id_}", json=batch(item(nik=nik())), headers=world.auth(who))
    await days_pass(pg, 1000)
    await forget()
    assert {str(row[0]) for row in await pg.fetch("SELECT id FROM batch")} == {ids[1], ids[2]}


async def test_a_batch_that_is_sent_again_when_its_receipt_is_gone_doubles_nothing(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, forget: Forget
) -> None:
    path, sent = f"/v1/sync/batches/{new_id()}", batch(item(nik=nik()))
    first = await client.put(path, json=sent, headers=world.auth("enumerator.1"))
    await client.put(f"/v1/sync/batches/{new_id()}", json=batch(item(nik=nik())), headers=world.auth("enumerator.1"))
    await days_pass(pg, 61)
    await forget()
    assert (await client.get(path, headers=world.auth("enumerator.1"))).status_code == 404
    again = await client.put(path, json=sent, headers=world.auth("enumerator.1"))
    assert (first.json()["items"][0]["outcome"], again.json()["items"][0]["outcome"]) == ("accepted", "unchanged")
    assert again.json()["items"][0]["client_action"] == "purge"
    assert await pg.fetchval("SELECT count(*) FROM submission") == 2


async def test_a_held_item_is_decided_on_however_old_it_is(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, forget: Forget
) -> None:
    await pg.execute("UPDATE device SET revoked_at = now()")
    await client.put(f"/v1/sync/batches/{new_id()}", json=batch(item(nik=nik())), headers=world.auth("enumerator.1"))
    await pg.execute("UPDATE device SET revoked_at = NULL")
    await client.put(f"/v1/sync/batches/{new_id()}", json=batch(item(nik=nik())), headers=world.auth("enumerator.1"))
    [held] = await pg.fetch("SELECT id, batch_id FROM raw_item WHERE outcome = 'held'")
    await days_pass(pg, 200)
    await pg.execute(f"UPDATE raw_item SET {earlier(timedelta(days=200), 'received_at')}")  # as its batch
    await forget()
    assert await pg.fetchval("SELECT count(*) FROM batch WHERE id = $1", held["batch_id"]) == 1
    path = f"/v1/held/{held['id']}"
    refused = await client.post(f"{path}/refuse", json={"reason": "Tidak ada"}, headers=world.auth("officer"))
    assert refused.status_code == 200, refused.text
    await forget()
    assert await pg.fetchval("SELECT count(*) FROM batch WHERE id = $1", held["batch_id"]) == 0
    assert (await client.get(path, headers=world.auth("officer"))).status_code == 200


async def test_what_a_tablet_must_still_hear_of_stays(pg: asyncpg.Connection, forget: Forget) -> None:
    def decided(record_id: UUID, decision: ReviewDecision) -> News:
        told = {"record_id": record_id, "revision": 1, "reason": None, "decided_at": NOW}
        return News(WHO, ReviewChange(kind="review", decision=decision, **told))

    open_, answered = new_id(), new_id()
    erased = News(WHO, TombstoneChange(kind="tombstone", record_id=new_id(), reason="erased"))
    more = [decided(answered, decision) for decision in ("returned", "verified", "verified")]
    empty = await changes_since(pg, WHO, StreamPosition(), 2)
    await publish(pg, [decided(open_, "returned"), decided(answered, "returned"), erased, *more])
    at_a_row_that_stays = await changes_since(pg, WHO, StreamPosition(), 1)
    read = await changes_since(pg, WHO, StreamPosition(), 9)
    early = await changes_since(pg, WHO, StreamPosition(), 2)
    await days_pass(pg, 121)
    await forget()
    kept = await changes_since(pg, WHO, StreamPosition(), 9)
    assert [change.seq for change in kept.changes] == [1, 3, 6], "returned and open, erased, and the newest"
    assert not (await changes_since(pg, WHO, read.position, 9)).changes
    for outdated in (early.position, empty.position, at_a_row_that_stays.position):
        with pytest.raises(Problem, match="cursor_outdated"):
            await changes_since(pg, WHO, StreamPosition.unpack(outdated.pack()), 9)
    again, seen = await changes_since(pg, WHO, StreamPosition(), 1), []
    while again.changes:
        seen += [change.seq for change in again.changes]
        again = await changes_since(pg, WHO, StreamPosition.unpack(again.position.pack()), 1)
    assert seen == [1, 3, 6], "who starts over reads page by page what is there"


async def test_a_mirror_that_is_up_to_date_goes_on_and_one_that_is_far_behind_starts_over(
    pg: asyncpg.Connection, forget: Forget
) -> None:
    await pg.execute("DELETE FROM feed_mark")
    positions = []
    for _ in range(2):
        async with pg.transaction():
            await mark_change(pg)
        positions.append(await newest_position(pg))
    await days_pass(pg, 91)
    await forget()
    async with pg.transaction():
        await read_feed(pg, Territory("16"), positions[1], 9)
    with pytest.raises(Problem, match="feed_restored"):
        async with pg.transaction():
            await read_feed(pg, Territory("16"), positions[0], 9)


async def test_a_spent_token_ends_its_session_for_a_week(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    await pg.execute("UPDATE account SET password_hash = $1", hash_password(PASSWORD))
    await world.without_tablets(pg)

    async def refreshed(token: str) -> httpx.Response:
        told = {"grant_type": "refresh_token", "refresh_token": token}
        return await client.post("/v1/auth/token", data=told)

    for days, still_open in ((6, 400), (8, 200)):
        form = {"grant_type": "password", "username": "enumerator.1", "password": PASSWORD, "device_id": "t"}
        tokens = [(await client.post("/v1/auth/token", data=form)).json()["refresh_token"]]
        for _ in range(2):
            tokens.append((await refreshed(tokens[-1])).json()["refresh_token"])
        await days_pass(pg, days)
        tokens.append((await refreshed(tokens[-1])).json()["refresh_token"])
        assert (await refreshed(tokens[1])).status_code == 400
        assert (await refreshed(tokens[-1])).status_code == still_open


async def test_while_another_process_removes_nothing_is_done(pg: asyncpg.Connection, dsn: str) -> None:
    other = await asyncpg.connect(dsn)
    try:
        async with other.transaction(), pg.transaction():
            for lock in Lock:
                assert await try_lock(other, lock)
            assert not await forgetting.forget(pg, Lock.FORGETTING_CHANGES, "DELETE FROM nothing_at_all")
    finally:
        await other.close()
