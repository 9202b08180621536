"""The chain over the audit trail: what was changed, cut out or put in shows."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import httpx
import pytest
from chains import KEY, SECRET, check, codes, link, tell
from fastapi import FastAPI
from lists import pages
from shapes import Json
from typer.testing import CliRunner, Result
from world import World, batch, item, nik, put

from app.audit import trail
from app.audit.actions import Action
from app.audit.chain import Chaining, ChainKey, begin_signing, goes_on, head_of, link_events
from app.audit.signing import SIGNED_FROM
from app.cli import app as cli
from app.core.ids import new_id
from app.core.pool import signing
from app.core.roles import as_server
from app.core.settings import Settings

EMBEDDED_IS_ENOUGH = True


async def test_events_are_linked_once_in_order_and_the_chain_holds(pg: asyncpg.Connection) -> None:
    await tell(pg, "one", "two")
    assert await link(pg) == 2
    await tell(pg, "three")
    assert await link(pg) == 1
    assert await link(pg) == 0
    found = await check(pg)
    assert (found.events, found.days, found.broken) == (3, 1, [])
    assert found.head == await head_of(pg)


@pytest.mark.parametrize(
    ("tampering", "expected"),
    [
        ("UPDATE audit_event SET action = 'nothing' WHERE action = 'e3'", ["event_changed"]),
        ("UPDATE audit_event SET detail = detail || '{\"a\": 2}' WHERE action = 'e3'", ["event_changed"]),
        ("UPDATE audit_event SET actor_id = NULL WHERE action = 'e3'", ["event_changed"]),
        ("UPDATE audit_event SET occurred_at = occurred_at + interval '1 ms' WHERE action = 'e3'", ["event_changed"]),
        ("DELETE FROM audit_event WHERE action = 'e3'", ["event_missing"]),
        ("DELETE FROM audit_link WHERE position = 3", ["event_changed", "link_missing"]),
        ("UPDATE audit_link SET hash = '\\x00' WHERE position = 3", ["event_changed"]),
        (
            (
                "UPDATE audit_link SET event_id = (SELECT event_id FROM audit_link AS other"
                " WHERE other.position = 7 - audit_link.position) WHERE position IN (3, 4)"
            ),
            ["event_changed"],
        ),
    ],
)
async def test_whatever_is_done_to_it_shows(pg: asyncpg.Connection, tampering: str, expected: list[str]) -> None:
    await tell(pg, *(f"e{n}" for n in range(1, 7)))
    await link(pg)
    await pg.execute("ALTER TABLE audit_link DROP CONSTRAINT audit_link_event_id_key")
    await pg.execute(tampering)
    assert await codes(pg) == expected


async def test_who_has_not_the_key_makes_no_chain_that_holds(pg: asyncpg.Connection) -> None:
    await tell(pg, "one", "two", "three")
    await link(pg)
    await pg.execute("DELETE FROM audit_link")
    await pg.execute("UPDATE audit_event SET action = 'nothing' WHERE action = 'two'")
    async with pg.transaction():
        await link_events(pg, ChainKey(b"another key, as an intruder has!"))
    assert await codes(pg) == ["event_changed"]


async def test_an_end_that_was_cut_off_shows_against_a_head_that_was_told(pg: asyncpg.Connection) -> None:
    await tell(pg, "one", "two", "three")
    await link(pg)
    head = str(await head_of(pg))
    await tell(pg, "four")
    await link(pg)
    assert await codes(pg, expected=head) == []
    await pg.execute("DELETE FROM audit_link WHERE position >= 3")
    await pg.execute("DELETE FROM audit_event WHERE action IN ('three', 'four')")
    assert await codes(pg) == [], "by itself the chain cannot show it"
    assert await codes(pg, expected=head) == ["end_cut_off"]


async def test_a_day_goes_on_from_the_day_before_so_that_no_day_can_be_taken_out(pg: asyncpg.Connection) -> None:
    await tell(pg, "one", "two")
    await link(pg)
    # As it would have been yesterday and the day before: the hashes are made anew by the same rule.
    events = await pg.fetch(
        "SELECT id, occurred_at, actor_id, action, subject_type, subject_id, detail::text, trace_id"
        " FROM audit_event ORDER BY id"
    )
    await pg.execute("DELETE FROM audit_link")
    today, before = datetime.now(UTC).date(), b""
    for days_ago, event in ((2, events[0]), (1, events[1])):
        day = today - timedelta(days=days_ago)
        before = KEY.link(KEY.start(day, before), tuple(event))
        await pg.execute("INSERT INTO audit_link VALUES ($1, 1, $2, $3)", day, event["id"], before)
    await tell(pg, "three")
    await link(pg)
    found = await check(pg)
    assert (found.days, found.broken) == (3, [])
    await pg.execute("DELETE FROM audit_link WHERE day = $1", today - timedelta(days=1))
    assert "event_changed" in await codes(pg)


async def test_a_transaction_that_commits_late_is_linked_late_but_linked(pg: asyncpg.Connection, dsn: str) -> None:
    slow = await asyncpg.connect(dsn)
    transaction = slow.transaction()
    await transaction.start()
    await tell(slow, "slow")
    await tell(pg, "fast")
    assert await link(pg) == 1
    await transaction.commit()
    await slow.close()
    assert await link(pg) == 1
    assert await codes(pg) == []


async def test_a_server_whose_clock_is_hours_ahead_keeps_nobodys_events_out(pg: asyncpg.Connection) -> None:
    ahead = uuid.UUID(int=(int((datetime.now(UTC) + timedelta(hours=5)).timestamp() * 1000) << 80) | (7 << 76))
    await tell(pg, "fast")
    await pg.execute("UPDATE audit_event SET id = $1", ahead)
    assert await link(pg) == 1
    await tell(pg, "others")
    assert await link(pg) == 1
    assert await codes(pg) == []


async def test_an_event_that_was_never_linked_shows_until_it_is(pg: asyncpg.Connection) -> None:
    await tell(pg, "one")
    await link(pg)
    old = uuid.UUID(int=(int((datetime.now(UTC) - timedelta(hours=3)).timestamp() * 1000) << 80) | (7 << 76))
    await pg.execute("UPDATE audit_event SET id = $1", old)
    await tell(pg, "two")
    await pg.execute("DELETE FROM audit_link")
    await link(pg, since=datetime.now(UTC) - timedelta(hours=1))
    assert await codes(pg) == ["event_not_linked"]
    await link(pg, since=datetime(2000, 1, 1, tzinfo=UTC))
    assert await codes(pg) == []


@pytest.fixture
async def server(dsn: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection as a server has it: on the server's own login, with the key of the trail."""
    connection = await asyncpg.connect(as_server(dsn), connection_class=signing(SECRET))
    yield connection
    await connection.close()


@pytest.fixture
async def intruder(dsn: str) -> AsyncIterator[asyncpg.Connection]:
    """The server's own login to the database, without any key."""
    connection = await asyncpg.connect(as_server(dsn))
    yield connection
    await connection.close()


DETAILS: tuple[Json, ...] = (
    {},
    {"a": 1, "b": [1.0, -3.2, 1e16, 1e-7, -0.0, 2**60, 0.1], "ä": "\u202e", "none": None, "yes": True},
    {"nested": {"z": 1, "a": {"deep": [[], {}]}}, "id": uuid.uuid4(), "at": datetime(2022, 9, 12, tzinfo=UTC)},
)


async def test_every_event_is_signed_as_it_is_written_and_holds_as_it_is_read(
    server: asyncpg.Connection, pg: asyncpg.Connection
) -> None:
    for detail in DETAILS:
        for trace_id in (None, "x"):
            await trail.record(
                server,
                Action.BATCH_RECEIVED,
                actor_id=None,
                subject=("thing", "1"),
                occurred_at=datetime.now(UTC),
                detail=detail,
                trace_id=trace_id,
            )
        await trail.record_many(
            server, Action.PII_READ, actor_id=uuid.uuid4(), subjects=[("thing", "1", detail)] * 3, trace_id=None
        )
    await link(pg)
    await begin_signing(server, KEY)
    await link(pg)
    assert await pg.fetchval("SELECT count(*) FROM audit_event WHERE mac IS NULL") == 0
    found = await check(pg)
    assert (found.broken, found.events) == ([], 16)
    assert found.signed_from == await pg.fetchval("SELECT occurred_at FROM audit_event WHERE action = $1", SIGNED_FROM)
    await begin_signing(server, KEY)
    assert await pg.fetchval("SELECT count(*) FROM audit_event WHERE action = $1", SIGNED_FROM) == 1


FORGED = (
    "INSERT INTO audit_event (id, occurred_at, actor_id, action, subject_type, subject_id, detail, mac)"
    " SELECT {id}, occurred_at, actor_id, {action}, subject_type, subject_id, {detail}, {mac} FROM audit_event LIMIT 1"
)


@pytest.mark.parametrize(
    "forged",
    [
        {},
        {"mac": "mac"},
        {"mac": "'\\x00'"},
        {"action": f"'{SIGNED_FROM}'"},
        {"id": "'ffffffff-ffff-7fff-bfff-ffffffffffff'"},
        {"id": "'00000000-0000-7000-8000-000000000001'"},
        {"detail": "('{\"a\": ' || repeat('[', 500) || repeat(']', 500) || '}')::jsonb"},
        {"detail": "('{\"a\": 1' || repeat('0', 400) || '}')::jsonb"},
        {"time": "infinity"},
        {"time": "-infinity"},
    ],
)
@pytest.mark.parametrize("linked", [True, False])
async def test_an_event_that_the_servers_login_made_without_the_key_is_found(
    server: asyncpg.Connection, intruder: asyncpg.Connection, pg: asyncpg.Connection, forged: Json, linked: bool
) -> None:
    await tell(server, "real")
    await begin_signing(server, KEY)
    await link(pg)
    said = {"id": "gen_random_uuid()", "action": "'forged'", "detail": "detail", "mac": "NULL"} | forged
    statement = FORGED.format(**said)
    if "time" in forged:
        statement = statement.replace(", occurred_at, actor_id, 'forged'", f", '{forged['time']}', actor_id, 'forged'")
    if "id" not in forged:
        statement = statement.replace("gen_random_uuid()", f"'{new_id()}'")
    await intruder.execute(statement)
    if linked:
        await link(server, since=datetime(1970, 1, 1, tzinfo=UTC))
        assert await pg.fetchval("SELECT count(*) FROM audit_link") == 3
    assert "event_forged" in await codes(pg)
    # And the chain goes on behind it.
    await tell(server, "later")
    assert await link(server) >= 1
    found = await check(pg)
    assert {fault.code for fault in found.broken} == {"event_forged"}
    assert len(found.broken) == 1


async def test_that_events_are_signed_cannot_be_taken_back(server: asyncpg.Connection, pg: asyncpg.Connection) -> None:
    await tell(pg, "before")
    await link(pg)
    assert (await check(pg)).signed_from is None
    await begin_signing(server, KEY)
    await tell(server, "after")
    await link(pg)
    assert await codes(pg) == [], "what was written before needs no signature"
    await pg.execute("UPDATE audit_event SET mac = NULL WHERE action = 'after'")
    assert await codes(pg) == ["event_forged"]
    await pg.execute("UPDATE audit_event SET mac = NULL WHERE action = $1", SIGNED_FROM)
    await begin_signing(server, KEY)
    await link(pg)
    head = str(await head_of(pg))
    await pg.execute("DELETE FROM audit_event WHERE action = $1", SIGNED_FROM)
    assert "event_missing" in await codes(pg)
    await pg.execute("DELETE FROM audit_link WHERE event_id NOT IN (SELECT id FROM audit_event)")
    assert await codes(pg, expected=head) != []


@pytest.mark.parametrize(
    ("day", "position"),
    [
        ("9999-12-31", 1),
        ("infinity", 1),
        ("-infinity", 1),
        ("2000-01-01", 1),
        ("2100-01-01", 7),
        (None, 2**31 - 1),
        (None, 2_000_000_000),
        (None, 99),
        (None, 0),
        (None, -5),
        (1, 2),
    ],
)
async def test_no_link_stands_in_the_way_of_the_chain(
    server: asyncpg.Connection,
    intruder: asyncpg.Connection,
    pg: asyncpg.Connection,
    day: int | str | None,
    position: int,
) -> None:
    await tell(server, "one", "two")
    await begin_signing(server, KEY)
    await link(server)
    told = "SELECT id FROM audit_event ORDER BY id LIMIT 1"
    insert = (
        "INSERT INTO audit_link SELECT coalesce($1::text::date, (now() AT TIME ZONE 'UTC')::date + $2::int), $3,"
        f" ({told}), '\\x00'"
    )
    await pg.execute("ALTER TABLE audit_link DROP CONSTRAINT audit_link_event_id_key")
    wild = day if isinstance(day, str) else None, day if isinstance(day, int) else 0, position
    with pytest.raises(asyncpg.CheckViolationError):
        await intruder.execute(insert, *wild)
    with pytest.raises(asyncpg.CheckViolationError):
        await intruder.execute(
            "INSERT INTO audit_link VALUES ((now() AT TIME ZONE 'UTC')::date, 4, gen_random_uuid(), '\\x00')"
        )
    # Where it got in all the same, before there was a guard or by the owner:
    await pg.execute("ALTER TABLE audit_link DISABLE TRIGGER audit_link_at_the_end")
    await pg.execute(insert, *wild)
    await pg.execute("ALTER TABLE audit_link ENABLE TRIGGER audit_link_at_the_end")
    await tell(server, "three")
    assert await link(server) == 1
    await tell(server, "four")
    assert await link(server) == 1
    found = await check(pg)
    assert found.broken
    assert {fault.code for fault in found.broken} <= {"link_out_of_range", "event_changed", "link_missing"}
    assert len(found.broken) <= 4, "only around the wild one"
    assert await goes_on(pg, KEY)


async def test_a_link_at_the_end_that_is_none_is_told_and_the_chain_goes_on(
    server: asyncpg.Connection, intruder: asyncpg.Connection, pg: asyncpg.Connection
) -> None:
    await tell(server, "one")
    await begin_signing(server, KEY)
    await link(server)
    await tell(server, "two")
    await intruder.execute(
        "INSERT INTO audit_link SELECT (now() AT TIME ZONE 'UTC')::date, 3, id, '\\x00' FROM audit_event"
        " WHERE action = 'two'"
    )
    assert await link(server) == 0
    await tell(server, "three")
    assert await link(server) == 1
    assert [(fault.code, fault.place) for fault in (await check(pg)).broken] == [("event_changed", "3")]


async def test_the_server_links_by_itself_and_the_command_proves_it(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, app: FastAPI, settings: Settings, dsn: str
) -> None:
    await put(client, world, "enumerator.1", batch(item(nik=nik())))
    assert not await Chaining(app.state.services.database, ChainKey(settings.trail_key_bytes())).round()
    environment = {
        "DATABASE_URL": dsn,
        "KUMKM_TOKEN_KEYS": f"now:{settings.token_keys['now'].get_secret_value()}",
        "KUMKM_SEALING_KEYS": "1:" + next(iter(settings.sealing_keys.values())).get_secret_value(),
        "KUMKM_DIGEST_KEY": settings.digest_key.get_secret_value(),
    }

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(cli, ["audit", *arguments], env=environment)

    assert await pg.fetchval("SELECT count(*) FROM audit_event WHERE mac IS NULL") == 0
    sound = await asyncio.to_thread(run, "verify")
    assert sound.exit_code == 0, sound.output
    assert "1 events" in sound.output
    await pg.execute("UPDATE audit_event SET action = 'nothing'")
    broken = await asyncio.to_thread(run, "verify")
    assert broken.exit_code == 1
    assert "event_changed" in broken.output


async def test_only_admins_read_the_trail_by_actor_subject_action_and_time(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    for name in ("enumerator.1", "enumerator.2", "enumerator.1"):
        await put(client, world, name, batch(item(nik=nik())))

    async def ask(who: str = "admin", **params: Any) -> httpx.Response:
        return await client.get("/v1/audit", headers=world.auth(who), params=params)

    everything = (await ask()).json()["items"]
    assert [event["actor"] for event in everything] == ["enumerator.1", "enumerator.2", "enumerator.1"]
    mine = (await ask(actor=str(world.id("enumerator.2")))).json()["items"]
    assert [event["detail"]["accepted"] for event in mine] == [1]
    assert [e["id"] for e in (await ask(subject=mine[0]["subject_id"])).json()["items"]] == [mine[0]["id"]]
    assert (await ask(action="pii.read")).json()["items"] == []
    assert len((await ask(**{"from": "2022-09-12T00:00:00Z", "to": "2022-09-13T00:00:00Z"})).json()["items"]) == 3
    assert (await ask(to="2022-09-12T00:00:00Z")).json()["items"] == []
    seen = [event async for page in pages(lambda after: ask(limit=1, **after)) for event in page["items"]]
    assert seen == everything
    for who in ("officer", "coordinator.1", "enumerator.1", "system"):
        assert (await ask(who)).status_code == 403
    assert (await ask(since="x", **{"from": "yesterday"})).status_code == 422
    assert json.dumps(everything).count("1601") == 0
