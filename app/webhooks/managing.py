"""Subscriptions as people and clients manage them: an officer those of the territory, a client its own.

What lies outside is not found. Every change is in the audit trail in the same transaction, with the host and without
the rest of the URL, which may be a secret itself.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from uuid import UUID

import asyncpg

from app.accounts.permissions import Principal, Role, Scope
from app.accounts.schemas import as_kept
from app.audit import trail
from app.audit.actions import Action
from app.core.bulk import Fault, Faulty
from app.core.ids import new_id
from app.core.problems import Code, Problem, Text
from app.exchange.feed import FeedPosition, newest_position
from app.webhooks.posting import refuse_unfit
from app.webhooks.schemas import DeliveryOut, Resuming, WebhookChange, WebhookIn, WebhookOut
from app.webhooks.sending import HALTS, receiver_now
from app.webhooks.targets import Network, UnfitURL, normal_form

MOST_OF_ONE = 10
"""Subscriptions of one account."""

SALT_BYTES = 16
"""What a secret is derived from, beside the server's key."""

_NO_SUCH_SYSTEM = Text(
    "Tidak ada akun sistem dengan nama ini yang boleh membaca umpan (feed:read).",
    "There is no system account of this name that may read the feed (feed:read).",
)
_WHO = Text("Sebutkan akun sistem yang menerima.", "Name the system account that receives.")
_ONE_OF_BOTH = Text("Isi `begins` atau `cursor`, bukan keduanya.", "Say `begins` or `cursor`, not both.")
_FROM_WHERE = Text(
    "Posisi lama tidak berlaku lagi; sebutkan `begins` atau `cursor` dari ekspor baru.",
    "The former position is no longer valid; say `begins`, or the `cursor` of a new export.",
)
_COLUMNS = """
w.id, a.username AS account, a.name AS account_name, w.url, w.content, w.max_changes, w.after_dead_letter, w.state,
w.halted_for, w.sequence,
(SELECT count(*) FROM webhook_delivery d WHERE d.webhook_id = w.id AND d.state = 'pending')::int AS pending,
(SELECT count(*) FROM webhook_delivery d WHERE d.webhook_id = w.id AND d.state = 'dead')::int AS dead_letters,
coalesce(p.attempts, 0) AS failures,
CASE WHEN p.attempts > 0 AND w.state = 'active' THEN w.due_at END AS next_attempt_at,
(SELECT max(good_until) FROM webhook_secret s WHERE s.webhook_id = w.id AND good_until > now()) AS former_secret_until,
w.delivered_at, w.created_at
"""
_FROM = """
webhook w JOIN account a ON a.id = w.account_id LEFT JOIN LATERAL (
    SELECT attempts FROM webhook_delivery d WHERE d.webhook_id = w.id AND d.state = 'pending' ORDER BY sequence LIMIT 1
) p ON true
"""
_SIGNING = """
SELECT w.id, w.account_id, w.url,
       w.salt || ARRAY(SELECT salt FROM webhook_secret WHERE webhook_id = w.id AND good_until > now()
                       ORDER BY good_until DESC)
FROM webhook w JOIN account a ON a.id = w.account_id
"""
_LOCKED = "SELECT w.url, w.state, w.halted_for, w.sequence FROM webhook w JOIN account a ON a.id = w.account_id"
_REACH = "(a.id = $1 OR $2 AND ($3 = '' OR a.region_code >= $3 AND a.region_code < $4))"
_DELIVERIES = """
SELECT sequence, id, state, cardinality(business_ids) AS changes,
       attempts + other_attempts AS attempts, status, fault, duration_ms, made_at, attempted_at, settled_at
FROM webhook_delivery
WHERE webhook_id = $1 AND ($2::text IS NULL OR state = $2) AND ($3::bigint IS NULL OR sequence < $3)
ORDER BY sequence DESC LIMIT $4
"""


@dataclass(frozen=True, slots=True)
class By:
    """Who manages, and by which request; `allowed`: the inside networks that the operator named."""

    principal: Principal
    trace_id: str | None
    allowed: Sequence[Network]


class Signing(NamedTuple):
    """What the secrets of a subscription are derived from: the newest one, then former ones that are valid."""

    id: UUID
    account_id: UUID
    url: str
    salts: list[bytes]


def _reach(principal: Principal) -> tuple[Any, ...]:
    return principal.account_id, principal.role is not Role.SYSTEM, *principal.territory.span


async def list_webhooks(
    pg: asyncpg.Connection, principal: Principal, *, limit: int, after: UUID | None
) -> list[WebhookOut]:
    """The subscriptions that the caller manages, by id."""
    rows = await pg.fetch(
        f"SELECT {_COLUMNS} FROM {_FROM} WHERE {_REACH} AND ($5::uuid IS NULL OR w.id > $5) ORDER BY w.id LIMIT $6",
        *_reach(principal),
        after,
        limit,
    )
    return [WebhookOut.model_validate(dict(row)) for row in rows]


async def webhook_within(pg: asyncpg.Connection, principal: Principal, webhook_id: UUID) -> WebhookOut:
    """One of them.

    Raises:
        Problem: `not_found`.
    """
    return WebhookOut.model_validate(dict(await _row(pg, principal, webhook_id, f"SELECT {_COLUMNS} FROM {_FROM}")))


async def _row(
    pg: asyncpg.Connection, principal: Principal, webhook_id: UUID, select: str, lock: str = ""
) -> asyncpg.Record:
    """What a statement selects of a subscription within reach, and of its account.

    Raises:
        Problem: `not_found`.
    """
    row = await pg.fetchrow(f"{select} WHERE {_REACH} AND w.id = $5 {lock}", *_reach(principal), webhook_id)
    if row is None:
        raise Problem(Code.NOT_FOUND)
    return row


async def receiver_of(pg: asyncpg.Connection, principal: Principal, username: str | None) -> UUID:
    """The system account that a new subscription is for.

    Raises:
        Faulty: there is none of that name within reach that may read the feed.
    """
    if username is None:
        if principal.role is Role.SYSTEM:
            return principal.account_id
        raise Faulty([Fault(0, "account", "missing", _WHO)])
    found = await pg.fetchrow(
        f"SELECT a.id FROM account a WHERE {_REACH} AND a.username = $5 AND a.role = 'system'"
        " AND $6 = ANY(a.scopes) AND a.deactivated_at IS NULL",
        *_reach(principal),
        as_kept(username),
        Scope.FEED_READ,
    )
    if found is None:
        raise Faulty([Fault(0, "account", "account_unknown", _NO_SUCH_SYSTEM)])
    id_: UUID = found["id"]
    return id_


async def enter(
    pg: asyncpg.Connection, by: By, account_id: UUID, asked: WebhookIn, position: FeedPosition | None
) -> WebhookOut:
    """Make a subscription, which begins behind `position`, or as `begins` says; the URL was looked at. Idempotent by
    account and URL, however that is written: the second one is refused.

    Raises:
        Problem: `already_exists`; `webhook_limit` where the account has enough of them.
    """
    await _refuse_second(pg, account_id, None, asked.url)
    if await pg.fetchval("SELECT count(*) FROM webhook WHERE account_id = $1", account_id) >= MOST_OF_ONE:
        raise Problem(Code.WEBHOOK_LIMIT)
    webhook_id = new_id()
    position = position or await _beginning(pg, asked.begins)
    made = await pg.execute(
        "INSERT INTO webhook (id, account_id, url, content, max_changes, after_dead_letter, position, salt, created_by)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (account_id, url) DO NOTHING",
        webhook_id,
        account_id,
        asked.url,
        asked.content,
        asked.max_changes,
        asked.after_dead_letter,
        position.pack(),
        os.urandom(SALT_BYTES),
        by.principal.account_id,
    )
    if not made.endswith(" 1"):
        raise Problem(Code.ALREADY_EXISTS)
    await note(pg, by, Action.WEBHOOK_ENTERED, webhook_id, {"host": _host(asked.url), "content": asked.content})
    return await webhook_within(pg, by.principal, webhook_id)


async def change(pg: asyncpg.Connection, by: By, webhook_id: UUID, asked: WebhookChange) -> WebhookOut:
    """Change what is given; a URL was looked at. Idempotent by nature.

    Raises:
        Problem: `not_found`, `already_exists` where another one has that URL, however it is written.
    """
    held = await locked(pg, by, webhook_id)
    fields = {name: getattr(asked, name) for name in asked.model_fields_set}
    # What it has already may be said again: until 0.3 an account could have one URL in two spellings.
    if fields.get("url", held.url) != held.url:
        await _refuse_second(pg, await account_of(pg, webhook_id), webhook_id, asked.url)
    if fields:
        sets = ", ".join(f"{name} = ${at}" for at, name in enumerate(fields, start=2))
        try:
            async with pg.transaction():
                await pg.execute(f"UPDATE webhook SET {sets} WHERE id = $1", webhook_id, *fields.values())
        except asyncpg.UniqueViolationError as exc:
            raise Problem(Code.ALREADY_EXISTS) from exc
        said = {name: _host(value) if name == "url" else value for name, value in fields.items()}
        await note(pg, by, Action.WEBHOOK_ENTERED, webhook_id, said)
    return await webhook_within(pg, by.principal, webhook_id)


async def remove(pg: asyncpg.Connection, by: By, webhook_id: UUID) -> None:
    """Remove a subscription with its deliveries.

    Raises:
        Problem: `not_found`.
    """
    held = await locked(pg, by, webhook_id)
    await pg.execute("DELETE FROM webhook WHERE id = $1", webhook_id)
    await note(pg, by, Action.WEBHOOK_REMOVED, webhook_id, {"host": _host(held.url)})


async def pause(pg: asyncpg.Connection, by: By, webhook_id: UUID) -> WebhookOut:
    """Send nothing more; what is in flight ends. Idempotent by nature.

    Raises:
        Problem: `not_found`.
    """
    held = await locked(pg, by, webhook_id)
    if held.state == "active":
        await pg.execute("UPDATE webhook SET state = 'paused' WHERE id = $1", webhook_id)
        await note(pg, by, Action.WEBHOOK_PAUSED, webhook_id, {})
    return await webhook_within(pg, by.principal, webhook_id)


async def resume(
    pg: asyncpg.Connection, by: By, webhook_id: UUID, asked: Resuming, position: FeedPosition | None
) -> WebhookOut:
    """Go on, at once. From another place where one is given: what waited to be sent is skipped then. Idempotent by
    nature.

    Raises:
        Faulty: it halted since its position is no longer valid, and no other one is given. Problem: `not_found`;
            `receiver_closed` where nothing would be sent to its account.
    """
    held = await locked(pg, by, webhook_id)
    await _refuse_closed(pg, webhook_id)
    elsewhere = position or (asked.begins and await _beginning(pg, asked.begins))
    if held.halted_for == "feed_restored" and not elsewhere:
        raise Faulty([Fault(0, "begins", "missing", _FROM_WHERE)])
    head = held.sequence + 1
    if elsewhere:
        await pg.execute(
            "UPDATE webhook_delivery SET state = 'skipped', settled_at = now()"
            " WHERE webhook_id = $1 AND (state = 'pending' OR state = 'dead' AND sequence = $2)",
            webhook_id,
            head,
        )
        await pg.execute("UPDATE webhook SET position = $2 WHERE id = $1", webhook_id, elsewhere.pack())
        await _pass(pg, webhook_id, head, with_position=False)
    elif held.state == "halted" and asked.dead_letter == "skip":
        await _pass(pg, webhook_id, head, with_position=True)
    elif held.state == "halted":
        await _revive(pg, webhook_id, head)
    if held.state != "active" or elsewhere:
        # Who was about to send loses the subscription: what that finds out is no longer noted.
        await pg.execute(
            "UPDATE webhook SET state = 'active', halted_for = NULL, due_at = now(), lease_id = NULL,"
            " lease_until = NULL WHERE id = $1",
            webhook_id,
        )
        how = {"dead_letter": asked.dead_letter, "elsewhere": bool(elsewhere)}
        await note(pg, by, Action.WEBHOOK_RESUMED, webhook_id, how)
    else:
        await pg.execute("UPDATE webhook SET due_at = now() WHERE id = $1", webhook_id)
    return await webhook_within(pg, by.principal, webhook_id)


async def send_again(pg: asyncpg.Connection, by: By, webhook_id: UUID, sequence: int) -> WebhookOut:
    """Send a dead letter once more, before what follows; the subscription goes on if it halted there.

    Raises:
        Problem: `not_found`; `no_dead_letter` where that delivery is none (any more); `receiver_closed` as in `resume`.
    """
    held = await locked(pg, by, webhook_id)
    there = "SELECT EXISTS (SELECT FROM webhook_delivery WHERE webhook_id = $1 AND sequence = $2)"
    if not await pg.fetchval(there, webhook_id, sequence):
        raise Problem(Code.NOT_FOUND)
    await _refuse_closed(pg, webhook_id)
    if not await _revive(pg, webhook_id, sequence):
        raise Problem(Code.NO_DEAD_LETTER)
    if held.halted_for == "dead_letter" and sequence == held.sequence + 1:
        await pg.execute("UPDATE webhook SET state = 'active', halted_for = NULL WHERE id = $1", webhook_id)
    await pg.execute("UPDATE webhook SET due_at = now() WHERE id = $1", webhook_id)
    await note(pg, by, Action.WEBHOOK_SENT_AGAIN, webhook_id, {"sequence": sequence})
    return await webhook_within(pg, by.principal, webhook_id)


async def signing_of(pg: asyncpg.Connection, principal: Principal, webhook_id: UUID) -> Signing:
    """Where it leads, and how it is signed.

    Raises:
        Problem: `not_found`.
    """
    return Signing(*await _row(pg, principal, webhook_id, _SIGNING))


async def note_test(pg: asyncpg.Connection, by: By, webhook_id: UUID, status: int | None, fault: str | None) -> None:
    """Write a test into the trail."""
    await note(pg, by, Action.WEBHOOK_TESTED, webhook_id, {"status": status, "fault": fault})


async def list_deliveries(
    pg: asyncpg.Connection, principal: Principal, webhook_id: UUID, state: str | None, *, limit: int, before: int | None
) -> list[DeliveryOut]:
    """Deliveries, the newest first.

    Raises:
        Problem: `not_found`.
    """
    await webhook_within(pg, principal, webhook_id)
    rows = await pg.fetch(_DELIVERIES, webhook_id, state, before, limit)
    return [DeliveryOut.model_validate(dict(row)) for row in rows]


async def account_of(pg: asyncpg.Connection, webhook_id: UUID) -> UUID:
    """The account that a subscription is for."""
    found: UUID = await pg.fetchval("SELECT account_id FROM webhook WHERE id = $1", webhook_id)
    return found


async def refuse_url(url: str, allowed: Sequence[Network]) -> None:
    """Refuse a URL to which nothing would be delivered. Outside of a transaction: it may ask for a name.

    Raises:
        Faulty: with the reason.
    """
    try:
        await refuse_unfit(url, allowed)
    except UnfitURL as exc:
        raise Faulty([Fault(0, "url", exc.code, exc.text)]) from exc


def refuse_both(asked: WebhookIn | Resuming) -> None:
    """Refuse a request that says twice from where: before its cursor is read, which may be a wrong one, too.

    Raises:
        Faulty: `begins` and `cursor` are both given.
    """
    if asked.cursor is not None and "begins" in asked.model_fields_set and asked.begins is not None:
        raise Faulty([Fault(0, "cursor", "invalid_value", _ONE_OF_BOTH)])


class Locked(NamedTuple):
    """A subscription whose row is locked."""

    url: str
    state: str
    halted_for: str | None
    sequence: int


async def locked(pg: asyncpg.Connection, by: By, webhook_id: UUID) -> Locked:
    """A subscription that `by` may change, which nobody else changes until the transaction ends.

    Raises:
        Problem: `not_found`.
    """
    return Locked(*await _row(pg, by.principal, webhook_id, _LOCKED, "FOR UPDATE OF w"))


async def _refuse_second(pg: asyncpg.Connection, account_id: UUID, own: UUID | None, url: str) -> None:
    """Refuse a URL that another subscription of the account has, in whatever spelling. Until the transaction ends the
    account gets no further URL.

    Raises:
        Problem: `already_exists`.
    """
    await pg.execute("SELECT FROM account WHERE id = $1 FOR NO KEY UPDATE", account_id)  # one after another
    others = await pg.fetch("SELECT id, url FROM webhook WHERE account_id = $1", account_id)
    if normal_form(url) in {normal_form(each["url"]) for each in others if each["id"] != own}:
        raise Problem(Code.ALREADY_EXISTS)


async def _refuse_closed(pg: asyncpg.Connection, webhook_id: UUID) -> None:
    """Refuse to go on where the account is closed or may not read the feed: an admin decides about the account first.

    Raises:
        Problem: `receiver_closed`.
    """
    try:
        await receiver_now(pg, await account_of(pg, webhook_id))
    except Problem as exc:
        if exc.code not in HALTS:
            raise
        raise Problem(Code.RECEIVER_CLOSED, current={"halted_for": HALTS[exc.code]}) from exc


async def _beginning(pg: asyncpg.Connection, begins: str) -> FeedPosition:
    return FeedPosition() if begins == "start" else await newest_position(pg)


async def _revive(pg: asyncpg.Connection, webhook_id: UUID, sequence: int) -> bool:
    done: str = await pg.execute(
        "UPDATE webhook_delivery SET state = 'pending', other_attempts = other_attempts + attempts, attempts = 0,"
        " settled_at = NULL"
        " WHERE webhook_id = $1 AND sequence = $2 AND state = 'dead'",
        webhook_id,
        sequence,
    )
    return done.endswith(" 1")


async def _pass(pg: asyncpg.Connection, webhook_id: UUID, head: int, *, with_position: bool) -> None:
    """Go on behind the delivery at the head, if there is one."""
    position = ", position = d.position" if with_position else ""
    await pg.execute(
        f"UPDATE webhook w SET sequence = d.sequence{position} FROM webhook_delivery d"
        " WHERE w.id = $1 AND d.webhook_id = w.id AND d.sequence = $2 AND d.state IN ('dead', 'skipped')",
        webhook_id,
        head,
    )


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "")[:253]


async def note(pg: asyncpg.Connection, by: By, action: Action, webhook_id: UUID, detail: Mapping[str, Any]) -> None:
    """Write what was done into the trail."""
    await trail.record(
        pg,
        action,
        actor_id=by.principal.account_id,
        subject=("webhook", str(webhook_id)),
        occurred_at=datetime.now(UTC),
        detail=detail,
        trace_id=by.trace_id,
    )
