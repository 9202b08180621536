"""A secret is changed without a gap, former ones sign as long as was promised, and a leak ends all."""

import asyncio
import uuid
from typing import Any

import asyncpg
import pytest
from receivers import Enter, Made, Push, Receiver
from standardwebhooks import Webhook, WebhookVerificationError

from app.webhooks.rotating import MOST_FORMER

EMBEDDED_IS_ENOUGH = True


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
