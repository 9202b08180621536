"""The feed is pushed in its order and nothing is skipped, whatever the receiver answers or who sends."""

import asyncio
import time
import uuid
from typing import Any

import asyncpg
import httpx
import pytest
import receivers
from fastapi import FastAPI
from receivers import Enter, Made, Push, Receiver, receiving
from standardwebhooks import Webhook
from world import World

from app.main import create_app
from app.webhooks import posting, store

EMBEDDED_IS_ENOUGH = True


async def feed_of(client: httpx.AsyncClient, world: World) -> list[str]:
    headers = world.auth("system", scopes=["feed:read"])
    told = (await client.get("/v1/feed", params={"limit": 1000}, headers=headers)).json()
    return [each["business_id"] for each in told["items"]]


async def test_every_change_is_pushed_once_in_the_feeds_order_and_signed(
    made: Made, enter: Enter, push: Push, receiver: Receiver, ask: Any, client: httpx.AsyncClient, world: World
) -> None:
    await enter(5)
    webhook = await made(max_changes=2)
    await push()
    assert receiver.changes == await feed_of(client, world)
    assert [told["sequence"] for told in receiver.told] == [1, 2, 3]
    assert receiver.told[0]["changes"][0] == {"kind": "business", "business_id": receiver.changes[0]}
    for headers, body in receiver.got:
        Webhook(webhook["secret"]).verify(body, headers)
    await push()
    assert len(receiver.got) == 3, "nothing new, nothing sent"
    await enter(1)
    await push()
    assert receiver.told[-1]["sequence"] == 4
    assert receiver.changes == await feed_of(client, world)
    found = await ask("GET", f"/{webhook['id']}")
    assert (found["sequence"], found["pending"], found["state"]) == (4, 0, "active")
    assert "secret" not in found


async def test_businesses_come_as_the_feed_has_them_for_that_account(
    made: Made, enter: Enter, push: Push, receiver: Receiver, client: httpx.AsyncClient, world: World
) -> None:
    await enter(2)
    await made(content="businesses")
    await push()
    told = (await client.get("/v1/feed", headers=world.auth("system", scopes=["feed:read"]))).json()["items"]
    assert receiver.told[0]["changes"] == told
    assert "**" in told[0]["business"]["nik"]


async def test_a_delivery_that_fails_is_sent_again_under_the_same_id_and_holds_the_order(
    made: Made, enter: Enter, push: Push, receiver: Receiver, ask: Any
) -> None:
    await enter(4)
    webhook = await made(max_changes=2)
    receiver.answers = [500, 302]
    for _ in range(4):
        await push()
        await asyncio.sleep(0.005)
    ids = [headers["webhook-id"] for headers, _ in receiver.got]
    assert ids[0] == ids[1] == ids[2] != ids[3]
    assert [told["sequence"] for told in receiver.told] == [1, 1, 1, 2]
    log = (await ask("GET", f"/{webhook['id']}/deliveries"))["items"]
    assert [(each["sequence"], each["state"], each["attempts"], each["status"]) for each in log] == [
        (2, "delivered", 1, 204),
        (1, "delivered", 3, 204),
    ]


async def many(push: Push, times: int = 5) -> None:
    for _ in range(times):
        await push()
        await asyncio.sleep(0.005)


async def test_after_the_last_attempt_it_halts_and_goes_on_where_it_was(
    made: Made, enter: Enter, push: Push, receiver: Receiver, ask: Any, client: httpx.AsyncClient, world: World
) -> None:
    await enter(4)
    webhook = await made(max_changes=2)
    path = f"/{webhook['id']}"
    receiver.answers = [500] * 3
    await many(push)
    assert len(receiver.got) == 3
    found = await ask("GET", path)
    assert (found["state"], found["halted_for"], found["dead_letters"]) == ("halted", "dead_letter", 1)
    await many(push)
    assert len(receiver.got) == 3, "halted: nothing is sent"
    again = await ask("POST", f"{path}/deliveries/1/resend")
    assert (again["state"], again["pending"]) == ("active", 1)
    await many(push)
    assert receiver.changes == await feed_of(client, world)
    assert (await ask("GET", path))["dead_letters"] == 0
    await ask("POST", f"{path}/deliveries/1/resend", status=409)
    await ask("POST", f"{path}/deliveries/99/resend", status=404)


async def test_a_halted_one_is_resumed_by_sending_or_skipping(
    made: Made, enter: Enter, push: Push, receiver: Receiver, ask: Any, client: httpx.AsyncClient, world: World
) -> None:
    await enter(4)
    webhook = await made(max_changes=2)
    path = f"/{webhook['id']}"
    receiver.answers = [422, 204]
    await many(push)
    assert len(receiver.got) == 1, "422 is not tried again"
    await ask("POST", f"{path}/resume", {"dead_letter": "skip"})
    await many(push)
    feed = await feed_of(client, world)
    assert receiver.told[1]["sequence"] == 2
    assert [change["business_id"] for change in receiver.told[1]["changes"]] == feed[2:]
    assert (await ask("GET", path))["dead_letters"] == 1, "it can still be sent"
    await ask("POST", f"{path}/deliveries/1/resend")
    await many(push)
    assert receiver.told[2]["sequence"] == 1
    await enter(1)
    await many(push)
    assert receiver.told[3]["sequence"] == 3
    assert sorted(receiver.changes) == sorted(await feed_of(client, world))


async def test_who_says_so_goes_on_behind_a_dead_letter(
    made: Made, enter: Enter, push: Push, receiver: Receiver, ask: Any
) -> None:
    await enter(4)
    webhook = await made(max_changes=2, after_dead_letter="continue")
    receiver.answers = [500] * 3
    await many(push)
    found = await ask("GET", f"/{webhook['id']}")
    assert (found["state"], found["dead_letters"], found["sequence"]) == ("active", 1, 2)
    dead = (await ask("GET", f"/{webhook['id']}/deliveries", params={"state": "dead"}))["items"]
    assert [each["sequence"] for each in dead] == [1]
    receiver.answers = [422]
    await ask("POST", f"/{webhook['id']}/deliveries/1/resend")
    await many(push)
    assert (await ask("GET", f"/{webhook['id']}"))["dead_letters"] == 1, "dead once more, in nobody's way"


async def test_gone_halts_at_once(made: Made, enter: Enter, push: Push, receiver: Receiver, ask: Any) -> None:
    await enter(1)
    webhook = await made()
    receiver.answers = [410]
    await many(push)
    assert len(receiver.got) == 1
    assert (await ask("GET", f"/{webhook['id']}"))["halted_for"] == "gone"
    await ask("POST", f"/{webhook['id']}/resume")
    await many(push)
    assert len(receiver.got) == 2


@pytest.mark.parametrize(
    ("answer", "status", "fault"),
    [
        (receivers.endless_body, 200, None),
        (receivers.reset_after_200, 200, None),
        (receivers.slow_body, 200, None),
        (receivers.slow_head, None, "timeout"),
        (receivers.silent, None, "timeout"),
        (receivers.no_http, None, "no_http"),
        (receivers.huge_head, None, "no_http"),
        (
            b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/" + b"x" * 60_000 + b"\r\nContent-Length: 0\r\n\r\n",
            302,
            None,
        ),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nbomb", 200, None),
    ],
)
async def test_a_lying_receiver_is_bounded_and_stops_nobody_else(
    answer: Any,
    status: int | None,
    fault: str | None,
    made: Made,
    enter: Enter,
    push: Push,
    receiver: Receiver,
    ask: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(posting, "ATTEMPT_S", 0.8)  # on a busy machine, a head comes late
    monkeypatch.setattr(posting, "REST_S", 0.2)
    await enter(1)
    webhook = await made()
    receiver.answers = [answer]
    async with receiving() as other:
        await ask("POST", "", {"url": other.address, "begins": "start"}, status=201)
        began = time.monotonic()
        await push()
        assert time.monotonic() - began < 3
        assert len(other.got) == 1
    (delivery,) = (await ask("GET", f"/{webhook['id']}/deliveries"))["items"]
    assert (delivery["status"], delivery["fault"]) == (status, fault)
    assert delivery["state"] == ("delivered" if status == 200 else "pending")


async def test_an_address_that_became_an_inside_one_is_refused_when_it_is_sent(
    made: Made, enter: Enter, push: Push, receiver: Receiver, ask: Any, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def rebound(_: Any) -> Any:
        return [posting.ip_address("10.0.0.1")]

    await enter(1)
    webhook = await made()
    monkeypatch.setattr(posting, "addresses_of", rebound)
    await push()
    (delivery,) = (await ask("GET", f"/{webhook['id']}/deliveries"))["items"]
    assert (delivery["fault"], delivery["status"], receiver.got) == ("url_inside", None, [])
    assert (await ask("POST", f"/{webhook['id']}/ping"))["fault"] == "url_inside"


async def test_two_servers_send_each_delivery_once(
    made: Made, enter: Enter, receiver: Receiver, app: FastAPI, settings: Any
) -> None:
    await enter(12)
    await made(max_changes=1)
    other = create_app(settings)
    async with other.router.lifespan_context(other):
        senders = [each.state.services.webhooks for each in (app, other)]
        for _ in range(3):
            await asyncio.gather(*(each.round() for each in senders))
        await asyncio.gather(*(each.settled() for each in senders))
    assert [told["sequence"] for told in receiver.told] == list(range(1, 13))


async def test_who_lost_the_lease_notes_nothing(
    made: Made, enter: Enter, push: Push, receiver: Receiver, pg: asyncpg.Connection, ask: Any
) -> None:
    await enter(2)
    webhook = await made(max_changes=1)

    async def taken_away(writer: asyncio.StreamWriter) -> None:
        taken = "UPDATE webhook SET lease_id = $1, lease_until = now() - interval '1 second'"
        await pg.execute(taken, uuid.uuid4())
        writer.write(b"HTTP/1.1 204 X\r\n\r\n")
        await writer.drain()

    receiver.answers = [taken_away]
    await push()
    assert (await ask("GET", f"/{webhook['id']}"))["sequence"] == 0
    await push()
    assert [told["sequence"] for told in receiver.told] == [1, 1, 2], "the next one sends it again"


async def test_pausing_and_resuming_lose_nothing(
    made: Made, enter: Enter, push: Push, receiver: Receiver, ask: Any, client: httpx.AsyncClient, world: World
) -> None:
    webhook = await made()
    await ask("POST", f"/{webhook['id']}/pause")
    await enter(2)
    await push()
    assert receiver.got == []
    await ask("POST", f"/{webhook['id']}/resume")
    await push()
    assert receiver.changes == await feed_of(client, world)


async def test_a_restored_database_halts_it_until_somebody_says_from_where(
    made: Made, enter: Enter, push: Push, receiver: Receiver, ask: Any, pg: asyncpg.Connection
) -> None:
    await enter(2)
    webhook = await made()
    await push()
    await pg.execute("UPDATE feed_mark SET id = gen_random_uuid()")
    await enter(1)
    await push()
    assert (await ask("GET", f"/{webhook['id']}"))["halted_for"] == "feed_restored"
    refused = await ask("POST", f"/{webhook['id']}/resume", status=422)
    assert refused["errors"][0]["pointer"] == "/body/begins"
    await ask("POST", f"/{webhook['id']}/resume", {"begins": "start"})
    await push()
    assert len(receiver.changes) == 5


async def test_a_closed_account_and_a_lost_scope_halt_it(
    made: Made, enter: Enter, push: Push, receiver: Receiver, ask: Any, pg: asyncpg.Connection
) -> None:
    await enter(1)
    webhook = await made()
    await pg.execute("UPDATE account SET scopes = '{}' WHERE username = 'system'")
    await push()
    assert (await ask("GET", f"/{webhook['id']}", who="admin"))["halted_for"] == "not_allowed"
    await pg.execute("UPDATE account SET scopes = '{feed:read}', deactivated_at = now() WHERE username = 'system'")
    path = f"/{webhook['id']}"
    told = await ask("POST", f"{path}/resume", who="admin", status=409)
    assert (told["code"], told["current"]) == ("receiver_closed", {"halted_for": "account_closed"})
    assert (await ask("GET", path, who="admin"))["halted_for"] == "not_allowed", "an admin decides first"
    await pg.execute("UPDATE account SET deactivated_at = NULL WHERE username = 'system'")
    await ask("POST", f"{path}/resume", who="admin")
    await push()
    assert len(receiver.got) == 1
    await pg.execute("UPDATE account SET deactivated_at = now() WHERE username = 'system'")
    await enter(1)
    await push()
    assert (await ask("GET", path, who="admin"))["halted_for"] == "account_closed"
    for body in ({}, {"dead_letter": "skip"}, {"begins": "now"}):
        await ask("POST", f"{path}/resume", body, who="admin", status=409)
    assert (await ask("GET", path, who="admin"))["halted_for"] == "account_closed"
    assert len(receiver.got) == 1


async def test_a_dead_letter_of_a_closed_account_is_not_sent_again_and_its_secret_can_be_ended(
    made: Made, enter: Enter, push: Push, receiver: Receiver, ask: Any, pg: asyncpg.Connection
) -> None:
    await enter(1)
    webhook = await made()
    receiver.answers += [422]
    await push()
    await pg.execute("UPDATE account SET deactivated_at = now() WHERE username = 'system'")
    path = f"/{webhook['id']}"
    told = await ask("POST", f"{path}/deliveries/1/resend", who="admin", status=409)
    assert told["current"] == {"halted_for": "account_closed"}
    assert (await ask("GET", path, who="admin"))["halted_for"] == "dead_letter"
    rotated = await ask("POST", f"{path}/secret", {"former_hours": 0}, who="admin")
    assert rotated["secret"] != webhook["secret"]
    assert rotated["state"] == "halted"


async def test_it_begins_behind_a_cursor_of_its_own_feed(
    ask: Any, enter: Enter, push: Push, receiver: Receiver, client: httpx.AsyncClient, world: World
) -> None:
    await enter(2)
    headers = world.auth("system", scopes=["feed:read"])
    cursor = (await client.get("/v1/feed", params={"limit": 1}, headers=headers)).json()["next_cursor"]
    others = (await client.get("/v1/feed", params={"limit": 1}, headers=world.auth("admin"))).json()["next_cursor"]
    told = {"url": receiver.address, "cursor": cursor}
    refused = await ask("POST", "", {**told, "cursor": others}, status=400)
    assert refused["code"] == "invalid_cursor"
    await ask("POST", "", {**told, "begins": "now"}, status=422)
    webhook = await ask("POST", "", told, status=201)
    await push()
    assert receiver.changes == (await feed_of(client, world))[1:]
    await ask("POST", f"/{webhook['id']}/resume", {"begins": "now"})
    await push()
    assert len(receiver.got) == 1


async def test_the_log_has_all_attempts_those_before_it_was_sent_again_too(
    made: Made, enter: Enter, push: Push, receiver: Receiver, ask: Any
) -> None:
    await enter(1)
    path = f"/{(await made())['id']}"
    receiver.answers = [500] * 6
    await many(push)
    await ask("POST", f"{path}/deliveries/1/resend")
    await push()
    assert (await ask("GET", path))["failures"] == 1
    (delivery,) = (await ask("GET", f"{path}/deliveries"))["items"]
    assert (delivery["state"], delivery["attempts"]) == ("pending", 4)
    await many(push)
    assert (await ask("GET", f"{path}/deliveries"))["items"][0]["attempts"] == 6
    await ask("POST", f"{path}/deliveries/1/resend")
    await many(push)
    (delivery,) = (await ask("GET", f"{path}/deliveries"))["items"]
    assert (delivery["state"], delivery["attempts"]) == ("delivered", 7) == ("delivered", len(receiver.got))


async def test_no_test_is_sent_while_no_delivery_would_be(
    made: Made, receiver: Receiver, ask: Any, pg: asyncpg.Connection
) -> None:
    path = f"/{(await made())['id']}/ping"
    for change, fault in [("scopes = '{}'", "not_allowed"), ("deactivated_at = now()", "account_closed")]:
        await pg.execute(f"UPDATE account SET {change} WHERE username = 'system'")
        told = await ask("POST", path, who="admin")
        assert (told["delivered"], told["status"], told["fault"]) == (False, None, fault)
    assert receiver.got == []


async def test_a_test_is_sent_at_once_and_signed(made: Made, receiver: Receiver, ask: Any) -> None:
    webhook = await made()
    receiver.answers = [204, 500]
    told = await ask("POST", f"/{webhook['id']}/ping")
    assert (told["delivered"], told["status"], told["fault"]) == (True, 204, None)
    assert Webhook(webhook["secret"]).verify(receiver.got[0][1], receiver.got[0][0])["type"] == "ping"
    assert (await ask("POST", f"/{webhook['id']}/ping"))["delivered"] is False


async def test_metrics_say_what_waits_for_somebody(
    made: Made, enter: Enter, push: Push, receiver: Receiver, app: FastAPI, client: httpx.AsyncClient
) -> None:
    await enter(1)
    await made()
    receiver.answers = [422]
    await push()
    app.state.services.webhooks._looked = -100.0
    await push()
    text = (await client.get("/metrics")).text
    assert 'kumkm_webhook_attempts_total{outcome="dead"} 1.0' in text
    assert "kumkm_webhooks_halted 1.0" in text
    assert "kumkm_webhook_dead_letters 1.0" in text


def test_a_lease_lasts_longer_than_an_attempt() -> None:
    assert store.LEASE_S > 2 * (posting.ATTEMPT_S + posting.REST_S)
