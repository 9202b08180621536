"""The reference client where the server lost what it had confirmed: after a restore, and after a failover."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
from field import CAMPAIGN, PASSWORD, Field, decide, sent_item, states, stored
from shapes import the
from world import OTHER_VILLAGE, nik

from kumkm_tablet.network import SignInNeeded
from kumkm_tablet.outbox import Batch, State
from kumkm_tablet.tablet import Tablet

EMBEDDED_IS_ENOUGH = True
_MANY = 12
"""More refreshes than a tablet stores."""


async def test_what_the_server_lost_is_sent_again(field: Field, pg: asyncpg.Connection, dsn: str) -> None:
    """Restored from a backup of before, with its batches: only the refused cursor tells."""
    tablet = await field.enrolled()
    first = tablet.outbox.add(CAMPAIGN, sent_item(nik=nik()))
    await tablet.sync()
    await decide(field, first.record_id, "returned", reason="Lengkapi alamat")
    await tablet.sync()
    fixed = json.loads(the(tablet.outbox.rows(State.RETURNED)[0].content))
    tablet.outbox.add(CAMPAIGN, {**fixed, "region_code": OTHER_VILLAGE})
    tablet.outbox.add(CAMPAIGN, sent_item(nik=nik()))
    await tablet.sync()
    for table in (
        "submission",
        "record",
        "identity",
        "business",
        "review",
        "change",
        "change_stream",
        "progress_cell",
        "progress_delta",
    ):
        await pg.execute(f"DELETE FROM {table}")
    await tablet.sync()
    assert await stored(pg) == 2, "what this tablet still had of it"
    assert tablet.outbox.unsent == 0
    assert await pg.fetchval("SELECT sum(entered) FROM progress_cell") == 2


async def test_before_anything_is_deleted_the_server_is_asked_once_more(field: Field, pg: asyncpg.Connection) -> None:
    tablet = await field.enrolled()
    tablet.outbox.add(CAMPAIGN, sent_item(nik=nik()))
    await tablet.sync()
    assert states(tablet) == [State.CONFIRMED]
    for table in ("submission", "record", "business", "identity"):  # lost, and nothing tells so
        await pg.execute(f"DELETE FROM {table}")
    tablet.keep_for = timedelta(0)
    await tablet.sync()
    assert states(tablet) == [State.QUEUED], "the server misses it"
    assert (await tablet.sync()).outcomes == {"accepted": 1}


async def test_a_batch_that_the_server_lost_is_sent_again_at_once(field: Field, pg: asyncpg.Connection) -> None:
    tablet = await field.enrolled()
    tablet.outbox.add(CAMPAIGN, sent_item(nik=nik()))
    await tablet.sync()
    first = tablet.outbox.get("newest_batch")
    lost = tablet.outbox.add(CAMPAIGN, sent_item(nik=nik())).record_id
    await tablet.sync()
    assert states(tablet) == [State.CONFIRMED] * 2
    # A standby that was behind took over: the last batch is gone, no change was, and the cursor is good.
    for table in ("identity", "business", "submission", "record"):
        await pg.execute(f"DELETE FROM {table} WHERE record_id = $1", UUID(lost))
    await pg.execute("DELETE FROM batch WHERE id <> $1", UUID(first))
    assert (await tablet.sync()).outcomes == {"accepted": 1}
    assert await pg.fetchval("SELECT count(*) FROM record") == 2
    assert states(tablet) == [State.CONFIRMED] * 2
    assert (await tablet.sync()).outcomes == {}, "it starts over once"


async def test_a_batch_that_is_lost_while_the_next_one_is_under_way_is_sent_again(
    field: Field, pg: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failover between the attempts of one batch: stored by the new primary, it would hide that one is missing."""
    tablet = await field.enrolled()
    lost = tablet.outbox.add(CAMPAIGN, sent_item(nik=nik())).record_id
    await tablet.sync()
    assert states(tablet) == [State.CONFIRMED]
    put, attempts = Tablet._put, []

    async def failing_over(self: Tablet, batch: Batch) -> httpx.Response | None:
        attempts.append(batch.id)
        if len(attempts) > 1:
            return await put(self, batch)
        for table in ("identity", "business", "submission", "record"):
            await pg.execute(f"DELETE FROM {table} WHERE record_id = $1", UUID(lost))
        await pg.execute("DELETE FROM batch")
        return None

    monkeypatch.setattr(Tablet, "_put", failing_over)
    tablet.outbox.add(CAMPAIGN, sent_item(nik=nik()))
    await tablet.sync()
    assert attempts[0] == attempts[1]
    assert await pg.fetchval("SELECT count(*) FROM record") == 2
    assert states(tablet) == [State.CONFIRMED] * 2


async def test_a_batch_whose_receipt_was_lost_is_no_lost_batch(field: Field) -> None:
    tablet = await field.enrolled()
    tablet.outbox.add(CAMPAIGN, sent_item(nik=nik()))
    await tablet.sync()
    tablet.outbox.add(CAMPAIGN, sent_item(nik=nik()))
    batch = the(tablet.outbox.next_batch(max_items=9, max_bytes=1 << 20))
    assert the(await tablet._put(batch)).status_code == 201
    assert not tablet._lost(await tablet.handshake())


async def test_a_batch_of_another_enumerator_is_no_lost_batch(field: Field) -> None:
    tablet = await field.enrolled()
    tablet.outbox.add(CAMPAIGN, sent_item(nik=nik()))
    await tablet.sync()
    await tablet.enrol("enumerator.2", PASSWORD)
    assert not tablet._lost(await tablet.handshake())


async def test_a_confirmed_record_without_an_answer_is_not_deleted(
    field: Field, monkeypatch: pytest.MonkeyPatch
) -> None:
    tablet = await field.enrolled()
    tablet.outbox.add(CAMPAIGN, sent_item(nik=nik()))
    await tablet.sync()
    send = tablet.network.send

    async def deaf(method: str, path: str, **request: Any) -> httpx.Response:
        answer = await send(method, path, **request)
        return httpx.Response(200, json={"items": []}) if path.endswith("/reconcile") else answer

    monkeypatch.setattr(tablet.network, "send", deaf)
    tablet.keep_for = timedelta(0)
    assert (await tablet.sync()).purged == 0
    assert states(tablet) == [State.ACKNOWLEDGED]


async def test_refreshes_that_the_server_lost_do_not_end_the_session(field: Field, pg: asyncpg.Connection) -> None:
    tablet = await field.enrolled()
    [first] = await pg.fetch("SELECT digest FROM refresh_token")
    for _ in range(3):
        await tablet.network.refresh()
    await pg.execute("DELETE FROM refresh_token WHERE digest <> $1", first["digest"])
    await pg.execute("UPDATE refresh_token SET spent_at = NULL, attempt_digest = NULL")
    tablet.outbox.set("access_token", "expired")
    tablet.outbox.add(CAMPAIGN, sent_item(nik=nik()))
    assert (await tablet.sync()).outcomes == {"accepted": 1}
    for _ in range(2):
        await tablet.network.refresh()
    assert await pg.fetchval("SELECT count(*) FROM refresh_token WHERE spent_at IS NULL AND revoked_at IS NULL") == 1


async def test_a_session_that_is_over_is_no_theft_because_its_refreshes_are_repeated(
    field: Field, pg: asyncpg.Connection
) -> None:
    tablet = await field.enrolled()
    for _ in range(_MANY):
        await tablet.network.refresh()
    await pg.execute("UPDATE refresh_token SET revoked_at = now()")
    with pytest.raises(SignInNeeded):
        await tablet.network.refresh()
    assert await pg.fetchval("SELECT count(*) FROM audit_event WHERE action = 'session.reuse_detected'") == 0
    sent = len(tablet.wire.sent)
    with pytest.raises(SignInNeeded):
        await tablet.network.refresh()
    assert len(tablet.wire.sent) == sent + 1, "what was refused for good is repeated once"
