"""A round of the worker that asks the verifier: one batch of the oldest request that waits, in three steps.

One reads the batch, one asks, one takes what was answered. In between nothing is locked, and a kill at any moment
leaves nothing by halves. One process of all asks about a request at a time: it claims the batch for a while.
"""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from importlib.metadata import entry_points
from typing import NamedTuple
from uuid import UUID

import asyncpg
import structlog

from app.audit import trail
from app.audit.actions import Action
from app.background.locks import Lock, try_lock
from app.core.clock import Clock
from app.core.database import Database
from app.core.sealing import Digester, KeyRing
from app.core.settings import Settings, SettingsError
from app.regions.region_code import NATION, local_date
from app.verification.answering import Reply, Taking, counts_of, lock_request
from app.verification.http_verifier import HttpVerifier
from app.verification.lines import Item, Line, next_items, opened
from app.verification.verifiers import MOST, Breaker, Verifier, VerifierFault, believed, questions_of

ENTRY_POINTS = "kumkm.verifiers"
_CLAIM_S = 120
"""Seconds for which a batch is one process's, longer than any answer may take."""

_log = structlog.get_logger()
Count = Callable[[str], None]


def verifier_of(settings: Settings) -> Verifier | None:
    """The verifier that is set; None where there is none.

    Raises:
        SettingsError: no package has one of that name.
    """
    if settings.verifier == "off":
        return None
    if settings.verifier == "http":
        return HttpVerifier(settings)
    for each in entry_points(group=ENTRY_POINTS, name=settings.verifier):
        made: Verifier = each.load()(settings)
        return made
    raise SettingsError(f"KUMKM_VERIFIER: no installed package has a verifier `{settings.verifier}`")


class _Batch(NamedTuple):
    request_id: UUID
    items: list[Item]
    lines: list[Line]


class Verifying:
    """Asks a verifier, batch by batch, as fast as it may be asked."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        verifier: Verifier,
        keys: tuple[KeyRing, Digester],
        *,
        timeout_s: float,
        pause_s: float,
        count: Count = lambda _: None,
    ) -> None:
        """`pause_s`: between two batches; `count`: counts batches by what became of them."""
        self._database, self._clock, self._verifier = database, clock, verifier
        self._ring, self._digester = keys
        self._timeout_s, self._pause_s, self._count = timeout_s, pause_s, count
        self._after: dict[UUID, str] = {}
        self.breaker = Breaker()

    async def round(self) -> bool:
        """Ask about one batch; whether another one may follow at once. Idempotent by the references."""
        if not self.breaker.may_ask(time.monotonic()):
            return False
        now = self._clock.now()
        batch = await self._database.run(lambda pg: self._claim(pg, now))
        if batch is None:
            return False
        questions = questions_of(batch.lines)
        try:
            answers = believed(questions, await self._said(batch)) if questions else {}
        except VerifierFault as exc:
            code = exc.code
            await self._database.run(lambda pg: self._note(pg, batch, code))
            self.breaker.failed(time.monotonic())
            self._count(code)
            _log.warning("verifier_fault", verifier=self._verifier.name, fault=code, request=str(batch.request_id))
            return False
        on = local_date(now, NATION)

        async def take(pg: asyncpg.Connection) -> None:
            await lock_request(pg, batch.request_id)
            taking = Taking(pg, batch.request_id, now)
            replies = [Reply(at, each.reference, answers[each.reference], on) for at, each in enumerate(questions)]
            await taking.take(replies)
            await self._note(pg, batch, None)
            subjects = [("verification", str(batch.request_id), {**counts_of(taking), "by": self._verifier.name})]
            await trail.record_many(pg, Action.VERIFICATION_ANSWERED, actor_id=None, subjects=subjects, trace_id=None)

        await self._database.run(take)
        self._after[batch.request_id] = batch.items[-1].reference
        self.breaker.succeeded(time.monotonic(), self._pause_s)
        self._count("answered")
        return self._pause_s == 0

    async def _said(self, batch: _Batch) -> object:
        try:
            async with asyncio.timeout(self._timeout_s + 1):
                return await self._verifier.verify(questions_of(batch.lines))
        except TimeoutError:
            raise VerifierFault("slow") from None
        except VerifierFault:
            raise
        except Exception:  # noqa: BLE001  (whatever a verifier of others raises may hold what it was asked)
            raise VerifierFault("broken") from None

    async def _claim(self, pg: asyncpg.Connection, now: datetime) -> _Batch | None:
        """The next batch, claimed for this process; None where there is none, or another process asks."""
        if not await try_lock(pg, Lock.ASKING):
            return None
        # By the machine's clock, since the domain's may stand still.
        row = await pg.fetchrow(
            "SELECT id FROM verification_request WHERE via = 'verifier' AND NOT finished AND source = $1"
            " AND (claimed_at IS NULL OR claimed_at < now() - $2::interval) ORDER BY id LIMIT 1",
            self._verifier.name,
            timedelta(seconds=_CLAIM_S),
        )
        if row is None:
            return None
        request_id: UUID = row[0]
        items = await next_items(pg, request_id, self._after.get(request_id, ""), limit=MOST)
        if not items:
            self._after.pop(request_id, None)
            await pg.execute(
                "UPDATE verification_request SET finished = true, claimed_at = NULL WHERE id = $1", request_id
            )
            return None
        await pg.execute(
            "UPDATE verification_request SET claimed_at = now(), tried_at = $2 WHERE id = $1", request_id, now
        )
        return _Batch(request_id, items, await opened(pg, self._ring, self._digester, items, now))

    async def _note(self, pg: asyncpg.Connection, batch: _Batch, fault: str | None) -> None:
        """What became of the last batch; another one may be claimed."""
        await pg.execute(
            "UPDATE verification_request SET fault = $2, claimed_at = NULL WHERE id = $1", batch.request_id, fault
        )
