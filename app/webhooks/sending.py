"""The sender: each server process sends to some subscriptions at a time, and to each subscription one process does.

A delivery is first stored, then sent, then settled: only what the receiver's 2xx was noted for is behind the
subscription's position. A process may be killed in between at any moment: the lease runs out, and another process sends
the same delivery again under the same id.
"""

import asyncio
import random
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID

import asyncpg
import orjson
import structlog

from app.accounts.permissions import Principal, Role, Scope
from app.accounts.queries import owner_now
from app.audit import trail
from app.audit.actions import Action
from app.core.database import Database
from app.core.ids import new_id
from app.core.problems import Code, Problem
from app.core.settings import Settings
from app.core.telemetry import WebhooksStanding, tell_fault
from app.exchange.feed import FeedPosition, changes_of, newest_change, walk_feed
from app.webhooks import places, store
from app.webhooks.posting import Post
from app.webhooks.retrying import CUT_AGAIN_S, Attempt, Next, wait_s, what_next
from app.webhooks.signing import secret_of, signed_headers
from app.webhooks.store import Taken

HALTS: Mapping[Code, str] = {
    Code.FEED_RESTORED: "feed_restored",
    Code.ACCOUNT_DEACTIVATED: "account_closed",
    Code.NOT_ALLOWED: "not_allowed",
}
"""Problems for which nothing more is sent to a subscription, and how it then says so."""

_FEED_AGAIN_S = 60.0
_STANDING_S = 10.0
_log = structlog.get_logger("kumkm.webhooks")


class Figures(Protocol):
    """Metrics of deliveries."""

    def tried_webhook(self, outcome: str, seconds: float) -> None:
        """Count an attempt, by what follows it."""

    def follow_webhooks(self, webhooks: WebhooksStanding) -> None:
        """Say how all subscriptions stand."""


class _Turn:
    """A subscription while this process sends to it."""

    def __init__(self, account_id: UUID, post: Post) -> None:
        self.account_id = account_id
        self.post = post
        self.beside = False
        self._began = time.monotonic()
        self._sent_at: float | None = None

    @property
    def unanswered_s(self) -> float:
        """Seconds for which an attempt has had no answer; 0 where none is under way."""
        return 0.0 if self._sent_at is None else time.monotonic() - self._sent_at

    async def send(self, url: str, headers: Mapping[str, str], body: bytes) -> Attempt:
        """An attempt, which keeps its place only while the receiver may be a fast one."""
        self._sent_at = time.monotonic()
        leaving = asyncio.get_running_loop().call_later(places.PATIENCE_S, self._step_aside)
        try:
            return await self.post.send(url, headers, body)
        finally:
            leaving.cancel()
            self.beside, self._sent_at = False, None

    def is_over(self, *, others_wait: bool) -> bool:
        """Whether it makes room now."""
        return time.monotonic() - self._began >= (places.SHORT_TURN_S if others_wait else places.TURN_S)

    def _step_aside(self) -> None:
        self.beside = True


class Sending:
    """The deliveries of one server process."""

    def __init__(
        self, settings: Settings, database: Database, figures: Figures, lease_s: float = store.LEASE_S
    ) -> None:
        """`lease_s`: seconds after which another process takes over what one that died was sending."""
        self._lease_s = lease_s
        self._settings = settings
        self._database = database
        self._running: dict[UUID, asyncio.Task[None]] = {}
        self._turns: dict[UUID, _Turn] = {}
        self._others_wait = False
        self._looked = -_STANDING_S
        self._figures = figures

    async def round(self) -> bool:
        """Begin to send wherever something is due, and nobody else does; never more to do at once. Idempotent by
        nature: sends beyond the position alone, each delivery under its own id.
        """
        await self._look()
        async with self._database.statement() as pg:
            due = await store.due(pg, list(self._running))
            newest = await newest_change(pg) if due else None
        waiting = [each for each in due if each.is_pending or _is_behind(FeedPosition.unpack(each.position), newest)]
        held, room = list(self._turns.values()), places.room(list(self._turns.values()))
        for each in places.in_fair_order(waiting, held)[:room]:
            self._begin(each.id, each.account_id)
        self._others_wait = len(waiting) > room
        for turn in places.to_cut(held, len(waiting) - room):
            turn.post.cut()
        return False

    async def settled(self) -> None:
        """Wait until everything that was begun has ended: for tests, and for programs that send by themselves."""
        while self._running:
            await asyncio.wait(list(self._running.values()))
            await asyncio.sleep(0)

    async def close(self) -> None:
        """Stop; what was in flight is sent again by the next sender."""
        tasks = list(self._running.values())
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=5)

    async def _look(self) -> None:
        if time.monotonic() - self._looked < _STANDING_S:
            return
        self._looked = time.monotonic()
        async with self._database.statement() as pg:
            found = await store.standing(pg)
        if found is not None:
            self._figures.follow_webhooks(found)

    def _begin(self, webhook_id: UUID, account_id: UUID) -> None:
        turn = self._turns[webhook_id] = _Turn(account_id, Post(self._settings.webhook_allowed()))
        task = asyncio.create_task(self._send_to(webhook_id, turn), name=f"webhook {webhook_id}")
        self._running[webhook_id] = task
        task.add_done_callback(lambda _: self._ended(webhook_id))

    def _ended(self, webhook_id: UUID) -> None:
        del self._running[webhook_id], self._turns[webhook_id]

    async def _send_to(self, webhook_id: UUID, turn: _Turn) -> None:
        lease_id = new_id()
        try:
            async with turn.post:
                while await self._step(turn, webhook_id, lease_id):
                    if turn.is_over(others_wait=self._others_wait):
                        break
        except Exception as exc:  # noqa: BLE001  (one subscription's fault stops no other)
            tell_fault(_log.bind(webhook_id=str(webhook_id)), "webhook_failed", exc)
            await asyncio.sleep(1)  # whatever it is, it lasts
        finally:
            with suppress(Problem):  # the lease runs out by itself
                await self._database.run(lambda pg: store.give_back(pg, webhook_id, lease_id))

    async def _step(self, turn: _Turn, webhook_id: UUID, lease_id: UUID) -> bool:
        """Make or send one delivery; whether there may be more to do at once."""
        taken = await self._database.run(lambda pg: store.take(pg, webhook_id, lease_id, self._lease_s))
        if taken is None:
            return False
        try:
            async with self._database.snapshot() as pg:
                reader = await receiver_now(pg, taken.account_id)
                if taken.number is None:
                    position = FeedPosition.unpack(taken.position)
                    walked = await walk_feed(pg, reader.territory, position, taken.max_changes)
                else:
                    changes = await changes_of(
                        pg, reader.territory, taken.business_ids or [], whole=taken.content == "businesses"
                    )
        except Problem as exc:
            return await self._not_read(exc, taken, lease_id)
        if taken.number is not None:
            return await self._send(turn, taken, lease_id, changes)
        if walked.changed:
            ids, message_id = [each.id for each in walked.changed], new_id()
            return await self._database.run(
                lambda pg: store.make(pg, taken, lease_id, message_id, ids, walked.position)
            )
        if walked.position != position:
            await self._database.run(lambda pg: store.pass_over(pg, taken.id, lease_id, walked.position))
        return walked.more

    async def _not_read(self, exc: Problem, taken: Taken, lease_id: UUID) -> bool:
        if exc.code in HALTS:
            reason = HALTS[exc.code]

            async def halt(pg: asyncpg.Connection) -> None:
                if await store.halt(pg, taken.id, lease_id, reason):
                    await _record(pg, Action.WEBHOOK_HALTED, taken, {"reason": reason})

            await self._database.run(halt)
        elif exc.code is Code.FEED_NOT_READY:
            await self._database.run(lambda pg: store.put_off(pg, taken.id, lease_id, _FEED_AGAIN_S))
        else:
            raise exc
        return False

    async def _send(self, turn: _Turn, taken: Taken, lease_id: UUID, changes: list[bytes]) -> bool:
        now = datetime.now(UTC)
        body = body_of(taken, changes)
        headers = signed_headers(str(taken.message_id), now, body, self._secrets(taken))
        attempt = await turn.send(taken.url, headers, body)
        waits, failed = self._settings.webhook_waits(), taken.attempts or 0
        follows = what_next(attempt, failed, waits)
        if follows is Next.DELIVERED:
            noted = await self._database.run(lambda pg: store.settle(pg, taken, lease_id, attempt, "delivered"))
        elif follows is Next.AGAIN:
            wait = wait_s(attempt, failed, waits, now, random.random())  # noqa: S311  (spreads, guards nothing)
            await self._database.run(lambda pg: store.note_failure(pg, taken, lease_id, attempt, wait))
            noted = False
        elif follows is Next.CUT:
            await self._database.run(lambda pg: store.note_cut(pg, taken, lease_id, attempt, CUT_AGAIN_S))
            noted = False
        else:
            noted = await self._database.run(lambda pg: _bury(pg, taken, lease_id, attempt, follows))
        self._figures.tried_webhook(follows, attempt.duration_ms / 1000)
        return noted

    def _secrets(self, taken: Taken) -> list[bytes]:
        key = self._settings.digest_key_bytes()
        return [secret_of(key, taken.id, salt) for salt in taken.salts]


def body_of(taken: Taken, changes: list[bytes]) -> bytes:
    """The body of a delivery, JSON."""
    head = b'{"type":"feed.changed","webhook_id":"%s","sequence":%d,"changes":['
    head %= str(taken.id).encode(), taken.number or 0
    return head + b",".join(changes) + b"]}"


def ping_body(webhook_id: UUID) -> bytes:
    """The body of a test."""
    return orjson.dumps({"type": "ping", "webhook_id": str(webhook_id)})


async def _bury(pg: asyncpg.Connection, taken: Taken, lease_id: UUID, attempt: Attempt, follows: Next) -> bool:
    """A dead letter: what follows it goes on only if the subscription says so. A dead letter that was sent again stands
    in nobody's way."""
    said = {"sequence": taken.number, "status": attempt.status, "fault": attempt.fault}
    behind = (taken.number or 0) <= taken.sequence
    if follows is Next.DEAD and (behind or taken.after_dead_letter == "continue"):
        if not await store.settle(pg, taken, lease_id, attempt, "dead"):
            return False
        await _record(pg, Action.WEBHOOK_DEAD_LETTER, taken, said)
        return True
    reason = "gone" if follows is Next.GONE else "dead_letter"
    if await store.halt_at(pg, taken, lease_id, attempt, reason):
        await _record(pg, Action.WEBHOOK_HALTED, taken, {"reason": reason, **said})
    return False


def _is_behind(position: FeedPosition, newest: tuple[int, UUID] | None) -> bool:
    return newest is not None and (position.number, position.business_id.bytes) < (newest[0], newest[1].bytes)


async def receiver_now(pg: asyncpg.Connection, account_id: UUID) -> Principal:
    """The account of a subscription, as it may read the feed at this moment.

    Raises:
        Problem: `account_deactivated`; `not_allowed` where it may no longer.
    """
    owner = await owner_now(pg, account_id)
    if owner.role is not Role.SYSTEM or Scope.FEED_READ not in owner.scopes:
        raise Problem(Code.NOT_ALLOWED)
    return owner


async def _record(pg: asyncpg.Connection, action: Action, taken: Taken, detail: Mapping[str, Any]) -> None:
    await trail.record(
        pg,
        action,
        actor_id=None,
        subject=("webhook", str(taken.id)),
        occurred_at=datetime.now(UTC),
        detail=detail,
        trace_id=None,
    )
