"""Webhooks: the feed, pushed to system clients."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import asyncpg
from fastapi import Path, Query

from app.api.calls import Mirror, SignedCall
from app.api.endpoints import Endpoints
from app.api.faults import told_of_row
from app.api.pages import Page
from app.core.ids import new_id
from app.core.paging import Cursors
from app.core.problems import Problem
from app.exchange.feed import FeedPosition
from app.webhooks import managing
from app.webhooks.posting import Post
from app.webhooks.retrying import Attempt
from app.webhooks.rotating import rotate
from app.webhooks.schemas import (
    DeliveriesOut,
    DeliveryState,
    PingOut,
    Resuming,
    Rotating,
    WebhookChange,
    WebhookIn,
    WebhookMade,
    WebhookOut,
    WebhooksOut,
)
from app.webhooks.sending import HALTS, ping_body, receiver_now
from app.webhooks.signing import secret_of, signed_headers, told_secret

router = Endpoints("webhooks")

WebhookId = Annotated[UUID, Path(description="The subscription's id.")]
Number = Annotated[int, Path(ge=1, lt=2**63, description="Number of the delivery.")]


@router.endpoint("GET /v1/webhooks", "Webhooks")
async def get_webhooks(call: Mirror, page: Page) -> WebhooksOut:
    """Subscriptions by id: officers and admins see those of system accounts in their territory, a system its own."""
    pager = call.pager(page, "webhooks")
    async with call.snapshot() as pg:
        rows = await managing.list_webhooks(pg, call.principal, limit=pager.limit, after=pager.after_id)
    return WebhooksOut(**pager.page(rows, lambda row: row.id.bytes))


@router.endpoint("POST /v1/webhooks", "Make a webhook", [409], status=201)
async def post_webhook(call: Mirror, asked: WebhookIn) -> WebhookMade:
    """Every change of the feed as this account may see it is sent to the URL, in the feed's order, one delivery after
    another, until the receiver answers 2xx. The answer contains the secret of the signatures, which is shown only now.
    Idempotent by account and URL, however that is written: sent again it is 409 `already_exists`, and nothing is made.
    If the answer was lost, find the webhook by its URL in `GET /v1/webhooks`, and have
    `POST /v1/webhooks/{webhook_id}/secret` make another secret, with `former_hours` 0.
    """

    async def work(pg: asyncpg.Connection) -> WebhookMade:
        account_id = await managing.receiver_of(pg, call.principal, asked.account)
        position = _position(call, account_id, asked.cursor)
        made = await managing.enter(pg, _by(call), account_id, asked, position)
        return await _with_secret(pg, call, made)

    with told_of_row():
        managing.refuse_both(asked)
        await managing.refuse_url(asked.url, _by(call).allowed)
        return await call.run(work)


@router.endpoint("GET /v1/webhooks/{webhook_id}", "One webhook", [404])
async def get_webhook(call: Mirror, webhook_id: WebhookId) -> WebhookOut:
    """How far it is, and whether somebody has to decide something."""
    async with call.snapshot() as pg:
        return await managing.webhook_within(pg, call.principal, webhook_id)


@router.endpoint("PATCH /v1/webhooks/{webhook_id}", "Change a webhook", [404, 409])
async def patch_webhook(call: Mirror, webhook_id: WebhookId, asked: WebhookChange) -> WebhookOut:
    """URL, content, the most changes, or what follows a dead letter. A delivery that waits goes to the new URL.
    Idempotent by nature."""
    with told_of_row():
        if "url" in asked.model_fields_set:
            async with call.snapshot() as pg:
                await managing.webhook_within(pg, call.principal, webhook_id)
            await managing.refuse_url(asked.url, _by(call).allowed)
        return await call.run(lambda pg: managing.change(pg, _by(call), webhook_id, asked))


@router.endpoint("DELETE /v1/webhooks/{webhook_id}", "Remove a webhook", [404], status=204)
async def delete_webhook(call: Mirror, webhook_id: WebhookId) -> None:
    """With its deliveries; what is in flight may still arrive."""
    await call.run(lambda pg: managing.remove(pg, _by(call), webhook_id))


@router.endpoint("POST /v1/webhooks/{webhook_id}/pause", "Pause a webhook", [404])
async def pause_webhook(call: Mirror, webhook_id: WebhookId) -> WebhookOut:
    """Nothing more is sent, and nothing is lost: what changes meanwhile follows later. Idempotent by nature."""
    return await call.run(lambda pg: managing.pause(pg, _by(call), webhook_id))


@router.endpoint("POST /v1/webhooks/{webhook_id}/resume", "Go on with a webhook", [404, 409])
async def resume_webhook(call: Mirror, webhook_id: WebhookId, asked: Resuming) -> WebhookOut:
    """At once, also where the next attempt would come later; with `begins` or `cursor` from another place of the
    feed; only one of both may be said. Sent again it does the same: with `begins` or `cursor` it goes back there once
    more. While the account is closed or may not read the feed, it is 409 `receiver_closed`, and nothing changes.
    """

    async def work(pg: asyncpg.Connection) -> WebhookOut:
        position = None
        if asked.cursor is not None:
            found = await managing.webhook_within(pg, call.principal, webhook_id)
            position = _position(call, await managing.account_of(pg, found.id), asked.cursor)
        return await managing.resume(pg, _by(call), webhook_id, asked, position)

    with told_of_row():
        managing.refuse_both(asked)
        return await call.run(work)


@router.endpoint("POST /v1/webhooks/{webhook_id}/secret", "Another secret", [404, 409])
async def rotate_secret(call: Mirror, webhook_id: WebhookId, asked: Rotating) -> WebhookMade:
    """Deliveries are signed with the new secret, which is shown only now, and for some hours with the former one, too;
    with those before it as long as each answer promised, at most four at a time. `former_hours` 0 ends all of them.
    Idempotent by `id` for a day: the same secret again, or 409 `already_exists` where another rotation followed. With
    an `id` that came before, `former_hours` 0 ends all former secrets, too; other hours than then are `id_reused`. It
    works for a closed account as well.
    """

    async def work(pg: asyncpg.Connection) -> WebhookMade:
        await rotate(pg, _by(call), webhook_id, asked)
        return await _with_secret(pg, call, await managing.webhook_within(pg, call.principal, webhook_id))

    with told_of_row():
        return await call.run(work)


@router.endpoint("POST /v1/webhooks/{webhook_id}/ping", "Test a webhook", [404])
async def ping_webhook(call: Mirror, webhook_id: WebhookId) -> PingOut:
    """Sends a delivery of the type `ping` at once, and says what the receiver answered, in whatever state it is. While
    its account is closed or may not read the feed nothing is sent: `fault` is `account_closed` or `not_allowed`. Each
    call is one more test, and changes nothing.
    """
    async with call.statement() as pg:
        found = await managing.signing_of(pg, call.principal, webhook_id)
    by, body = _by(call), ping_body(webhook_id)
    attempt = await _refusal(call, found.account_id)
    if attempt is None:
        key = call.services.settings.digest_key_bytes()
        secrets = [secret_of(key, webhook_id, salt) for salt in found.salts]
        async with Post(by.allowed) as post:
            attempt = await post.send(found.url, signed_headers(str(new_id()), datetime.now(UTC), body, secrets), body)
    await call.run(lambda pg: managing.note_test(pg, by, webhook_id, attempt.status, attempt.fault))
    return PingOut(
        delivered=attempt.succeeded, status=attempt.status, fault=attempt.fault, duration_ms=attempt.duration_ms
    )


@router.endpoint("GET /v1/webhooks/{webhook_id}/deliveries", "Deliveries of a webhook", [404])
async def get_deliveries(
    call: Mirror,
    webhook_id: WebhookId,
    page: Page,
    *,
    state: Annotated[DeliveryState | None, Query(description="Only those; `dead`: dead letters.")] = None,
) -> DeliveriesOut:
    """The newest first: those that wait, dead letters, and what arrived within a week. Without what it said."""
    pager = call.pager(page, "deliveries", webhook_id, state)
    before = None if pager.after is None else int.from_bytes(pager.after)
    async with call.snapshot() as pg:
        rows = await managing.list_deliveries(pg, call.principal, webhook_id, state, limit=pager.limit, before=before)
    return DeliveriesOut(**pager.page(rows, lambda row: row.sequence.to_bytes(8)))


@router.endpoint("POST /v1/webhooks/{webhook_id}/deliveries/{sequence}/resend", "Send a dead letter again", [404, 409])
async def resend_delivery(call: Mirror, webhook_id: WebhookId, sequence: Number) -> WebhookOut:
    """Under the same id, with what its businesses say now, before anything else. A webhook that halted there goes
    on. Idempotent by its number: sent again while it waits it is 409 `no_dead_letter`. While the account is closed or
    may not read the feed, it is 409 `receiver_closed`."""
    return await call.run(lambda pg: managing.send_again(pg, _by(call), webhook_id, sequence))


async def _refusal(call: SignedCall, account_id: UUID) -> Attempt | None:
    """What a test comes to where no delivery would be sent to the account either."""
    try:
        async with call.snapshot() as pg:
            await receiver_now(pg, account_id)
    except Problem as exc:
        if exc.code not in HALTS:
            raise
        return Attempt(None, HALTS[exc.code], 0)
    return None


def _by(call: SignedCall) -> managing.By:
    return managing.By(call.principal, call.trace_id, call.services.settings.webhook_allowed())


def _position(call: SignedCall, account_id: UUID, cursor: str | None) -> FeedPosition | None:
    """The position of a cursor that the receiver's own feed, or export, was given."""
    if cursor is None:
        return None
    cursors = Cursors(call.services.settings.digest_key_bytes())
    return FeedPosition.unpack(cursors.read(cursor, str(account_id), "feed", None))


async def _with_secret(pg: asyncpg.Connection, call: SignedCall, made: WebhookOut) -> WebhookMade:
    found = await managing.signing_of(pg, call.principal, made.id)
    secret = told_secret(secret_of(call.services.settings.digest_key_bytes(), made.id, found.salts[0]))
    return WebhookMade(**made.model_dump(), secret=secret)
