"""The feed is pushed in its order and nothing is skipped, whatever the receiver answers or who sends."""

import asyncio
import json
import time
import uuid
from typing import Any

import asyncpg
import httpx
import pytest
import receivers
from fastapi import FastAPI
from receivers import Enter, Made, Push, Receiver, receiving
from standardwebhooks import Webhook, WebhookVerificationError
from world import World

from app.main import create_app
from app.webhooks import posting, store
from app.webhooks.rotating import MOST_FORMER

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
    monkeypatch.setattr(posting, "ATTEMPT_S", 0.2)
    monkeypatch.setattr(posting, "REST_S", 0.2)
    await enter(1)
    webhook = await made()
    receiver.answers = [answer]
    async with receiving() as other:
        await ask("POST", "", {"url": other.address, "begins": "start"}, status=201)
        began = time.monotonic()
        await push()
        assert time.monotonic() - began < 1.5
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


@pytest.mark.parametrize("cursor", ["none of this list", None])
async def test_begins_and_cursor_are_refused_together_whatever_the_cursor_is(
    cursor: str | None, made: Made, ask: Any, receiver: Receiver, client: httpx.AsyncClient, world: World, enter: Enter
) -> None:
    if cursor is None:
        await enter(1)
        page = await client.get("/v1/feed", params={"limit": 1}, headers=world.auth("system", scopes=["feed:read"]))
        cursor = page.json()["next_cursor"]
    webhook = await made()
    for begins in ("now", "start"):
        both = {"begins": begins, "cursor": cursor}
        for path, body in [("", {"url": f"{receiver.address}/2", **both}), (f"/{webhook['id']}/resume", both)]:
            refused = await ask("POST", path, body, status=422)
            assert [(each["pointer"], each["code"]) for each in refused["errors"]] == [
                ("/body/cursor", "invalid_value")
            ]


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


async def test_a_secret_is_changed_without_a_gap(
    made: Made, enter: Enter, push: Push, receiver: Receiver, ask: Any
) -> None:
    former = (await made())["secret"]
    (webhook,) = (await ask("GET"))["items"]
    new = (await ask("POST", f"/{webhook['id']}/secret", {"former_hours": 1}))["secret"]
    await enter(1)
    await push()
    for secret in (former, new):
        Webhook(secret).verify(receiver.got[0][1], receiver.got[0][0])
    newest = (await ask("POST", f"/{webhook['id']}/secret", {"former_hours": 0}))["secret"]
    await enter(1)
    await push()
    Webhook(newest).verify(receiver.got[1][1], receiver.got[1][0])
    assert len(receiver.got[1][0]["webhook-signature"].split()) == 1


async def test_every_former_secret_signs_as_long_as_was_promised(
    made: Made, enter: Enter, push: Push, receiver: Receiver, ask: Any, pg: asyncpg.Connection
) -> None:
    webhook = await made()
    path = f"/{webhook['id']}/secret"
    secrets = [webhook["secret"]]
    for hours in (24, 1):
        told = await ask("POST", path, {"former_hours": hours})
        assert told["former_secret_until"] is not None
        secrets.append(told["secret"])
    await enter(1)
    await push()
    for secret in secrets:
        Webhook(secret).verify(receiver.got[0][1], receiver.got[0][0])
    assert (await ask("POST", f"/{webhook['id']}/ping"))["delivered"]
    Webhook(secrets[0]).verify(receiver.got[1][1], receiver.got[1][0])
    # The promises end one by one.
    await pg.execute(
        "UPDATE webhook_secret SET good_until = now()"
        " WHERE good_until = (SELECT min(good_until) FROM webhook_secret WHERE good_until > now())"
    )
    await enter(1)
    await push()
    headers, body = receiver.got[2]
    for secret in (secrets[0], secrets[2]):
        Webhook(secret).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(secrets[1]).verify(body, headers)


async def test_no_promise_is_broken_by_one_more_rotation_but_a_leak_ends_all(
    made: Made, enter: Enter, push: Push, receiver: Receiver, ask: Any
) -> None:
    webhook = await made()
    path = f"/{webhook['id']}/secret"
    for _ in range(MOST_FORMER):
        await ask("POST", path, {"former_hours": 24})
    refused = await ask("POST", path, {"former_hours": 24}, status=422)
    assert [(each["pointer"], each["code"]) for each in refused["errors"]] == [
        ("/body/former_hours", "too_many_secrets")
    ]
    newest = await ask("POST", path, {"former_hours": 0})
    assert newest["former_secret_until"] is None
    await enter(1)
    await push()
    (headers, body), *_ = receiver.got
    Webhook(newest["secret"]).verify(body, headers)
    assert len(headers["webhook-signature"].split()) == 1


async def test_a_rotation_can_be_sent_again_under_its_id(made: Made, ask: Any, pg: asyncpg.Connection) -> None:
    webhook = await made()
    path = f"/{webhook['id']}/secret"
    asked = {"id": str(uuid.uuid4()), "former_hours": 24}
    first, *again = [await ask("POST", path, asked) for _ in range(3)]
    assert first["secret"] != webhook["secret"]
    assert [each["secret"] for each in again] == [first["secret"]] * 2
    rotated = "SELECT count(*) FROM audit_event WHERE action = 'webhook.secret_rotated'"
    assert await pg.fetchval(rotated) == 1
    other = {"id": str(uuid.uuid4()), "former_hours": 24}
    await ask("POST", path, other)
    assert (await ask("POST", path, asked, status=409))["code"] == "already_exists"
    await pg.execute("UPDATE webhook_secret SET made_at = now() - interval '25 hours'")
    await ask("POST", path, other, status=409)
    assert await pg.fetchval(rotated) == 2


async def test_a_rotation_sent_again_with_no_hours_ends_all_former_secrets(
    made: Made, enter: Enter, push: Push, receiver: Receiver, ask: Any, pg: asyncpg.Connection
) -> None:
    path = f"/{(await made())['id']}/secret"
    await ask("POST", path, {"former_hours": 48})
    id_ = str(uuid.uuid4())
    first = await ask("POST", path, {"id": id_, "former_hours": 24})
    other = await ask("POST", path, {"id": id_, "former_hours": 25}, status=422)
    assert [(each["pointer"], each["code"]) for each in other["errors"]] == [("/body/id", "id_reused")]
    assert (await ask("POST", path, {"id": id_}))["former_secret_until"] == first["former_secret_until"]
    for _ in range(2):
        ended = await ask("POST", path, {"id": id_, "former_hours": 0})
        assert (ended["secret"], ended["former_secret_until"]) == (first["secret"], None)
    await enter(1)
    await push()
    (headers, body), *_ = receiver.got
    Webhook(first["secret"]).verify(body, headers)
    assert len(headers["webhook-signature"].split()) == 1
    said = "SELECT detail->>'former_hours' FROM audit_event WHERE action = 'webhook.secret_rotated' ORDER BY id"
    assert [each[0] for each in await pg.fetch(said)] == ["48", "24", "0"]
    # A late copy of the first request brings no ended secret back.
    await ask("POST", path, {"id": id_, "former_hours": 24}, status=422)


async def test_an_id_that_began_with_no_hours_takes_no_others(made: Made, ask: Any) -> None:
    path = f"/{(await made())['id']}/secret"
    asked = {"id": str(uuid.uuid4()), "former_hours": 0}
    first = await ask("POST", path, asked)
    assert (await ask("POST", path, asked))["secret"] == first["secret"]
    await ask("POST", path, {**asked, "former_hours": 24}, status=422)


async def test_a_rotation_sent_twice_at_once_is_one(made: Made, ask: Any) -> None:
    path = f"/{(await made())['id']}/secret"
    asked = {"id": str(uuid.uuid4())}
    told = await asyncio.gather(*(ask("POST", path, asked) for _ in range(4)))
    assert len({each["secret"] for each in told}) == 1


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


async def test_plain_http_to_a_name_is_refused_early_where_it_would_not_be_sent(
    ask: Any, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = {"contoh.go.id": "8.8.8.8", "kantor.go.id": "127.0.0.1", "dalam.go.id": "10.0.0.1"}

    async def addresses_of(target: Any) -> Any:
        if target.host not in names:
            raise posting.NameUnknownError
        return [posting.ip_address(names[target.host])]

    monkeypatch.setattr(posting, "addresses_of", addresses_of)

    async def code(url: str) -> str:
        (error,) = (await ask("POST", "", {"url": url}, status=422))["errors"]
        assert error["pointer"] == "/body/url"
        return str(error["code"])

    assert await code("http://contoh.go.id/x") == "url_not_https"
    assert await code("http://dalam.go.id/x") == "url_inside"
    webhook = await ask("POST", "", {"url": "http://kantor.go.id/x"}, status=201)
    await ask("POST", "", {"url": "http://belum.go.id/x"}, status=201)  # no address yet: each attempt looks again
    (error,) = (await ask("PATCH", f"/{webhook['id']}", {"url": "http://contoh.go.id/y"}, status=422))["errors"]
    assert error["code"] == "url_not_https"


async def test_a_test_is_sent_at_once_and_signed(made: Made, receiver: Receiver, ask: Any) -> None:
    webhook = await made()
    receiver.answers = [204, 500]
    told = await ask("POST", f"/{webhook['id']}/ping")
    assert (told["delivered"], told["status"], told["fault"]) == (True, 204, None)
    assert Webhook(webhook["secret"]).verify(receiver.got[0][1], receiver.got[0][0])["type"] == "ping"
    assert (await ask("POST", f"/{webhook['id']}/ping"))["delivered"] is False


async def test_who_manages_which(made: Made, ask: Any, receiver: Receiver, pg: asyncpg.Connection) -> None:
    webhook = await made()
    path = f"/{webhook['id']}"
    assert [each["id"] for each in (await ask("GET", who="admin"))["items"]] == [webhook["id"]]
    assert (await ask("GET", who="officer"))["items"] == [], "the account's region is the province"
    await ask("GET", path, who="officer", status=404)
    await ask("DELETE", path, who="officer.palembang", status=404)
    await pg.execute("UPDATE account SET region_code = '16.01' WHERE username = 'system'")
    await ask("GET", path, who="officer")
    await ask("GET", path, who="officer.palembang", status=404)
    await ask("GET", path, who="coordinator.1", status=403)
    body = {"url": receiver.address + "/2", "account": "system"}
    await ask("POST", "", body, who="officer", status=201)
    await ask("POST", "", body, who="officer", status=409)
    await ask("POST", "", {**body, "account": "officer"}, who="officer", status=422)
    await ask("POST", "", {**body, "account": "system.blind"}, who="admin", status=422)
    await ask("POST", "", {"url": receiver.address}, who="officer", status=422)
    await ask("POST", "", {**body, "account": "admin"}, status=422)


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"url": "https://10.0.0.1/"}, "/body/url", "url_inside"),
        ({"url": "http://contoh.go.id\x00/"}, "/body/url", None),
        ({"url": "https://contoh.go.id/" + "x" * 10_000}, "/body/url", "url_too_long"),
        ({"url": "https://a:b@contoh.go.id/"}, "/body/url", "url_with_credentials"),
        ({"url": "https://contoh.go.id:22/"}, "/body/url", "url_port_refused"),
        ({"url": "https://\u202econtoh.go.id/"}, "/body/url", "url_unreadable"),
        ({"url": 7}, "/body/url", None),
        ({"url": "https://contoh.go.id/", "max_changes": 10**30}, "/body/max_changes", None),
        ({"url": "https://contoh.go.id/", "content": "=1+1"}, "/body/content", None),
        ({"url": "https://contoh.go.id/", "secret": "x"}, "/body/secret", None),
    ],
)
async def test_what_is_wrong_is_named(body: Any, pointer: str, code: str | None, ask: Any) -> None:
    told = await ask("POST", "", body, status=422)
    (error,) = told["errors"]
    assert error["pointer"] == pointer
    assert code is None or error["code"] == code


SAME = [
    "http://127.0.0.1:9001/kait/a?x=%7E",
    "HTTP://127.0.0.1:9001/kait/a?x=~",
    "http://127.0.0.1:09001/%6bait/./b/../%61?x=%7e",
]


async def test_one_url_in_two_spellings_is_one(ask: Any) -> None:
    for at, url in enumerate(SAME):
        told = await ask("POST", "", {"url": url}, status=409 if at else 201)
        assert told["code"] == "already_exists" if at else told["url"] == url, "it is called as it was given"
    other = await ask("POST", "", {"url": "http://127.0.0.1:9001/kait/b"}, status=201)
    for url in SAME:
        await ask("PATCH", f"/{other['id']}", {"url": url}, status=409)
    (mine,) = [each for each in (await ask("GET"))["items"] if each["id"] != other["id"]]
    assert (await ask("PATCH", f"/{mine['id']}", {"url": SAME[1]}))["url"] == SAME[1], "its own may be respelled"


async def test_who_has_two_spellings_already_keeps_both(ask: Any, pg: asyncpg.Connection) -> None:
    mine = await ask("POST", "", {"url": "http://127.0.0.1:9001/lain"}, status=201)
    await ask("POST", "", {"url": SAME[0]}, status=201)
    await pg.execute("UPDATE webhook SET url = $2 WHERE id = $1", uuid.UUID(mine["id"]), SAME[1])
    told = await ask("PATCH", f"/{mine['id']}", {"url": SAME[1], "max_changes": 7})
    assert (told["url"], told["max_changes"]) == (SAME[1], 7)
    await ask("POST", f"/{mine['id']}/pause")
    await ask("POST", "", {"url": SAME[2]}, status=409)


async def test_two_spellings_at_once_make_one(ask: Any, client: httpx.AsyncClient, world: World) -> None:
    headers = world.auth("system", scopes=["feed:read"])
    told = await asyncio.gather(*(client.post("/v1/webhooks", json={"url": each}, headers=headers) for each in SAME))
    assert sorted(each.status_code for each in told) == [201, 409, 409]
    assert len((await ask("GET"))["items"]) == 1


async def test_an_account_has_ten_at_most(ask: Any) -> None:
    for number in range(10):
        await ask("POST", "", {"url": f"https://contoh.go.id/{number}"}, status=201)
    assert (await ask("POST", "", {"url": "https://contoh.go.id/x"}, status=409))["code"] == "webhook_limit"
    page = await ask("GET", params={"limit": 4})
    assert len(page["items"]) == 4
    assert len((await ask("GET", params={"limit": 100, "cursor": page["next_cursor"]}))["items"]) == 6


async def test_a_change_of_the_url_takes_what_waits_with_it(
    made: Made, enter: Enter, push: Push, receiver: Receiver, ask: Any
) -> None:
    await enter(1)
    webhook = await made()
    receiver.answers = [500]
    await push()
    async with receiving() as other:
        await ask("PATCH", f"/{webhook['id']}", {"url": other.address})
        await ask("PATCH", f"/{webhook['id']}", {"url": "https://10.0.0.1/"}, status=422)
        await asyncio.sleep(0.005)
        await push()
        assert other.got[0][0]["webhook-id"] == receiver.got[0][0]["webhook-id"]
    await ask("DELETE", f"/{webhook['id']}", status=204)
    await ask("GET", f"/{webhook['id']}", status=404)


async def test_the_trail_names_the_host_and_nothing_of_the_path(ask: Any, pg: asyncpg.Connection) -> None:
    await ask("POST", "", {"url": "https://contoh.go.id/rahasia-123"}, status=201)
    details = [row[0] for row in await pg.fetch("SELECT detail::text FROM audit_event WHERE action LIKE 'webhook.%'")]
    assert json.loads(details[0])["host"] == "contoh.go.id"
    assert not any("rahasia" in each for each in details)


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
