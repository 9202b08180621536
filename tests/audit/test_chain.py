"""The chain over the audit trail: what was changed, cut out or put in shows."""

import asyncio
import json
import uuid
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from typer.testing import CliRunner
from world import batch, item, nik, put

from app.audit import trail
from app.audit.chain import ChainKey, head_of, keep_linking, link_events, verify
from app.cli import app as cli

EMBEDDED_IS_ENOUGH = True
KEY = ChainKey(b"k" * 32)


async def tell(pg, *actions, **kwargs):
    for action in actions:
        await trail.record_many(
            pg, action, actor_id=uuid.uuid4(), subjects=[("thing", "1", {"b": 2, "a": [1, "ä"]})], **kwargs
        )


async def link(pg, **kwargs):
    async with pg.transaction():
        return await link_events(pg, KEY, **kwargs)


async def check(pg, expected=None, key=KEY):
    walked = []
    async with pg.transaction():
        found = await verify(pg, key, expected=expected, advance=walked.append)
    assert len(walked) == found.events
    return found


async def codes(pg, **kwargs):
    return sorted({fault.code for fault in (await check(pg, **kwargs)).broken})


async def test_events_are_linked_once_in_order_and_the_chain_holds(pg):
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
async def test_whatever_is_done_to_it_shows(pg, tampering, expected):
    await tell(pg, *(f"e{n}" for n in range(1, 7)))
    await link(pg)
    await pg.execute("ALTER TABLE audit_link DROP CONSTRAINT audit_link_event_id_key")
    await pg.execute(tampering)
    assert await codes(pg) == expected


async def test_who_has_not_the_key_makes_no_chain_that_holds(pg):
    await tell(pg, "one", "two", "three")
    await link(pg)
    await pg.execute("DELETE FROM audit_link")
    await pg.execute("UPDATE audit_event SET action = 'nothing' WHERE action = 'two'")
    async with pg.transaction():
        await link_events(pg, ChainKey(b"another key, as an intruder has!"))
    assert await codes(pg) == ["event_changed"]


async def test_an_end_that_was_cut_off_shows_against_a_head_that_was_told(pg):
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


async def test_a_day_goes_on_from_the_day_before_so_that_no_day_can_be_taken_out(pg):
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
        before = KEY.link(KEY.start(day, before), event)
        await pg.execute("INSERT INTO audit_link VALUES ($1, 1, $2, $3)", day, event["id"], before)
    await tell(pg, "three")
    await link(pg)
    found = await check(pg)
    assert (found.days, found.broken) == (3, [])
    await pg.execute("DELETE FROM audit_link WHERE day = $1", today - timedelta(days=1))
    assert "event_changed" in await codes(pg)


async def test_a_transaction_that_commits_late_is_linked_late_but_linked(pg, dsn):
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


async def test_a_server_whose_clock_is_hours_ahead_keeps_nobodys_events_out(pg):
    ahead = uuid.UUID(int=(int((datetime.now(UTC) + timedelta(hours=5)).timestamp() * 1000) << 80) | (7 << 76))
    await tell(pg, "fast")
    await pg.execute("UPDATE audit_event SET id = $1", ahead)
    assert await link(pg) == 1
    await tell(pg, "others")
    assert await link(pg) == 1
    assert await codes(pg) == []


async def test_an_event_that_was_never_linked_shows_until_it_is(pg):
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


async def test_the_server_links_by_itself_and_the_command_proves_it(client, world, pg, app, settings, dsn):
    await put(client, world, "enumerator.1", batch(item(nik=nik())))
    linking = asyncio.create_task(
        keep_linking(app.state.services.database, ChainKey(settings.digest_key_bytes()), 0.01)
    )
    async with asyncio.timeout(20):
        while not await pg.fetchval("SELECT count(*) FROM audit_link"):  # noqa: ASYNC110  (it is in the database)
            await asyncio.sleep(0.01)
    linking.cancel()
    await asyncio.wait((linking,))
    environment = {
        "DATABASE_URL": dsn,
        "KUMKM_TOKEN_KEYS": f"now:{settings.token_keys['now'].get_secret_value()}",
        "KUMKM_SEALING_KEYS": "1:" + next(iter(settings.sealing_keys.values())).get_secret_value(),
        "KUMKM_DIGEST_KEY": settings.digest_key.get_secret_value(),
    }

    def run(*arguments):
        return CliRunner().invoke(cli, ["audit", *arguments], env=environment)

    sound = await asyncio.to_thread(run, "verify")
    assert sound.exit_code == 0, sound.output
    assert "1 events" in sound.output
    await pg.execute("UPDATE audit_event SET action = 'nothing'")
    broken = await asyncio.to_thread(run, "verify")
    assert broken.exit_code == 1
    assert "event_changed" in broken.output


async def test_only_admins_read_the_trail_by_actor_subject_action_and_time(client, world, pg):
    for name in ("enumerator.1", "enumerator.2", "enumerator.1"):
        await put(client, world, name, batch(item(nik=nik())))

    async def ask(who="admin", **params):
        return await client.get("/v1/audit", headers=world.auth(who), params=params)

    everything = (await ask()).json()["items"]
    assert [event["actor"] for event in everything] == ["enumerator.1", "enumerator.2", "enumerator.1"]
    mine = (await ask(actor=str(world.id("enumerator.2")))).json()["items"]
    assert [event["detail"]["accepted"] for event in mine] == [1]
    assert [e["id"] for e in (await ask(subject=mine[0]["subject_id"])).json()["items"]] == [mine[0]["id"]]
    assert (await ask(action="pii.read")).json()["items"] == []
    assert len((await ask(**{"from": "2022-09-12T00:00:00Z", "to": "2022-09-13T00:00:00Z"})).json()["items"]) == 3
    assert (await ask(to="2022-09-12T00:00:00Z")).json()["items"] == []
    seen, cursor = [], None
    while True:
        page = (await ask(limit=1, **({"cursor": cursor} if cursor else {}))).json()
        seen += page["items"]
        if (cursor := page["next_cursor"]) is None:
            break
    assert seen == everything
    for who in ("officer", "coordinator.1", "enumerator.1", "system"):
        assert (await ask(who)).status_code == 403
    assert (await ask(since="x", **{"from": "yesterday"})).status_code == 422
    assert json.dumps(everything).count("1601") == 0
