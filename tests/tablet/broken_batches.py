"""Broken clients: batches, receipts, refusals, limits."""

import gzip
import zlib
from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import Any

import httpx
from broken_clients import breaks, instead
from broken_receipts import PURGE
from spoiling import beforehand

from kumkm_tablet import tablet
from kumkm_tablet.outbox import Batch, Outbox, Row, State, Verdict
from kumkm_tablet.tablet import Report, Tablet, _Said

# R18, R19: the id of a batch.


@breaks("R18", "killed_while_sending")
def batch_id_in_memory_only() -> None:
    """At its start it makes batches of whatever waits."""
    sql = "UPDATE record SET state = 'queued', batch_id = NULL WHERE state = 'sending'"
    beforehand(Tablet, "push", lambda self: self.outbox._db.execute(sql))


@breaks("R18", "killed_while_sending")
def new_id_at_every_start() -> None:
    real = Outbox.open_batches
    Outbox.open_batches = lambda self: [self.renamed(batch) for batch in real(self)]


@breaks("R19", "killed_while_sending")
def same_id_with_more_items() -> None:
    """The id is written down; the items are chosen when they are sent."""
    real = Outbox.open_batches

    def batches(self: Outbox) -> list[Batch]:
        found = real(self)
        if found:
            last = found[0].id
            self._db.execute("UPDATE record SET state = 'sending', batch_id = ? WHERE state = 'queued'", (last,))
        return real(self)

    Outbox.open_batches = batches


@breaks("R19", "too_large")
def halves_under_the_old_id() -> None:
    real = Tablet._put
    names: dict[str, str] = {}

    async def put(self: Tablet, batch: Batch) -> httpx.Response | None:
        first = names.setdefault(batch.rows[0].record_id, batch.id)
        answer = await real(self, Batch(first, batch.campaign, batch.rows))
        return _called(answer, batch.id)

    Tablet._put = put


def _called(answer: httpx.Response | None, batch_id: str) -> httpx.Response | None:
    """The answer with another batch id in it."""
    if answer is None or answer.status_code not in (200, 201):
        return answer
    return httpx.Response(answer.status_code, json={**answer.json(), "batch_id": batch_id})


@breaks("R19", "cut_before_the_commit")
def same_id_with_fewer_items() -> None:
    real = Tablet._put
    count = [0]

    async def put(self: Tablet, batch: Batch) -> httpx.Response | None:
        count[0] += 1
        if count[0] > 1 and len(batch.rows) > 1:
            answer = await real(self, Batch(batch.id, batch.campaign, batch.rows[:-1]))
            return None if answer is None else httpx.Response(500)
        return await real(self, batch)

    Tablet._put = put


# R22: no answer, the same batch.


@breaks("R22", "cut_before_the_commit")
def new_id_each_time() -> None:
    real = Tablet._put

    async def put(self: Tablet, batch: Batch) -> httpx.Response | None:
        return await real(self, self.outbox.renamed(batch))

    Tablet._put = put


@breaks("R22", "cut_after_the_commit")
def takes_a_cut_for_done() -> None:
    real = Tablet._put

    async def put(self: Tablet, batch: Batch) -> httpx.Response | None:
        answer = await real(self, batch)
        if answer is None:
            lines = [{**PURGE, "record_id": row.record_id, "revision": row.revision} for row in batch.rows]
            return httpx.Response(200, json={"batch_id": batch.id, "items": lines})
        return answer

    Tablet._put = put


@breaks("R22", "server_in_trouble")
def takes_a_fault_of_the_server_for_a_refusal() -> None:
    real = tablet._said
    tablet._said = lambda answer: _Said.POISON if answer is not None and answer.status_code >= 500 else real(answer)


@breaks("R22", "server_in_trouble")
def halves_whatever_goes_wrong() -> None:
    real = tablet._said

    def said(answer: httpx.Response | None) -> _Said:
        found = real(answer)
        return _Said.TOO_MUCH if found is _Said.NOTHING else found

    tablet._said = said


@breaks("R22", "answer_cut_in_the_middle")
def half_a_receipt_is_a_refusal() -> None:
    real = tablet._said
    put = Tablet._put

    async def noted(self: Tablet, batch: Batch) -> httpx.Response | None:
        answer = await put(self, batch)
        return httpx.Response(400) if answer is None else answer

    tablet._said = lambda answer: _Said.POISON if answer is not None and answer.status_code == 400 else real(answer)
    Tablet._put = noted


# R23: too much.


@breaks("R23", "too_large")
def drops_what_is_too_large() -> None:
    async def halves(self: Tablet, batch: Batch, report: Report, *, smaller: bool) -> None:
        self.outbox.settle([(row, Verdict(State.PURGED)) for row in batch.rows])

    Tablet._halves = halves


@breaks("R23", "too_large")
def sends_the_first_half_only() -> None:
    async def halves(self: Tablet, batch: Batch, report: Report, *, smaller: bool) -> None:
        first, second = self.outbox.split(batch)
        self.outbox.settle([(row, Verdict(State.PURGED)) for row in second.rows])
        await self._deliver(first, report)

    Tablet._halves = halves


@breaks("R23", "too_large")
def sends_the_same_after_413() -> None:
    tablet._BY_STATUS.pop(413)


@breaks("R23", "too_large")
def does_not_know_408() -> None:
    tablet._BY_STATUS.pop(408)


# R24, R25: refused.


@breaks("R24", "poison")
def stuck_on_poison() -> None:
    for status in (400, 415, 422):
        tablet._BY_STATUS[status] = _Said.NOTHING


@breaks("R24", "poison")
def sets_the_whole_batch_aside() -> None:
    async def halves(self: Tablet, batch: Batch, report: Report, *, smaller: bool) -> None:
        self.outbox.settle([(row, Verdict(State.TO_FIX)) for row in batch.rows])

    Tablet._halves = halves


@breaks("R25", "refused_alone")
def drops_what_is_refused() -> None:
    def put_aside(self: Tablet, row: Row, answer: httpx.Response) -> None:
        self.outbox.settle([(row, Verdict(State.PURGED))])

    Tablet._put_aside = put_aside


@breaks("R25", "refused_alone")
def sends_a_refused_one_for_ever() -> None:
    left = [2]

    def put_aside(self: Tablet, row: Row, answer: httpx.Response) -> None:
        self.outbox.settle([(row, Verdict(State.QUEUED))])
        left[0] -= 1

    real = Tablet._next_batch
    Tablet._put_aside = put_aside
    Tablet._next_batch = lambda self: real(self) if left[0] > 0 else None


@breaks("R25", "poison")
def tries_a_refused_one_at_every_sync() -> None:
    sql = "UPDATE record SET state = 'queued' WHERE state = 'to_fix'"
    beforehand(Tablet, "push", lambda self: self.outbox._db.execute(sql))


# R26: the id is taken.


@breaks("R26", "id_is_taken")
def insists_on_its_id() -> None:
    real = tablet._said
    tablet._said = lambda answer: _Said.NOTHING if real(answer) is _Said.ID_REUSED else real(answer)


@breaks("R26", "id_is_taken")
def takes_a_taken_id_for_a_refusal() -> None:
    real = tablet._said
    tablet._said = lambda answer: _Said.POISON if real(answer) is _Said.ID_REUSED else real(answer)


# R27: limits.


def _limited(change: Callable[[Any], Any]) -> None:
    real = Tablet._next_batch

    def following(self: Tablet) -> Batch | None:
        shaken = self.outbox.get("handshake")
        self.outbox.set("handshake", {**shaken, "limits": change(shaken["limits"])})
        try:
            return real(self)
        finally:
            self.outbox.set("handshake", shaken)

    Tablet._next_batch = following


@breaks("R27", "limits")
def ignores_the_limits() -> None:
    _limited(lambda _: {})


@breaks("R27", "limits")
def ignores_max_items() -> None:
    _limited(lambda told: {**told, "max_items": 10_000})


@breaks("R27", "limits")
def ignores_max_bytes() -> None:
    _limited(lambda told: {**told, "max_bytes": 16 << 20})


@breaks("R27", "limits")
def counts_letters_for_bytes() -> None:
    real = Outbox.next_batch

    def following(self: Outbox, *, max_items: int, max_bytes: int) -> Batch | None:
        return real(self, max_items=max_items, max_bytes=max_bytes * 2)

    Outbox.next_batch = following


# R28, R29.


@breaks("R28", "delivered_twice")
def waits_for_a_201() -> None:
    real = tablet._receipt
    tablet._receipt = lambda answer, batch: real(answer, batch) if answer is None or answer.status_code != 200 else None


@breaks("R28", "delivered_twice")
def new_batch_after_a_200() -> None:
    real = Tablet._put

    async def put(self: Tablet, batch: Batch) -> httpx.Response | None:
        answer = await real(self, batch)
        if answer is not None and answer.status_code == 200:
            return await real(self, self.outbox.renamed(batch))
        return answer

    Tablet._put = put


def _on(statuses: Iterable[int], then: State) -> None:
    real = Tablet._put

    async def put(self: Tablet, batch: Batch) -> httpx.Response | None:
        answer = await real(self, batch)
        if answer is not None and answer.status_code in statuses:
            self.outbox.settle([(row, Verdict(then)) for row in batch.rows])
            raise tablet.Offline
        return answer

    Tablet._put = put


@breaks("R29", "something_else_says_no")
def sets_aside_what_is_not_found() -> None:
    real = tablet._said
    tablet._said = lambda answer: (
        _Said.POISON if answer is not None and answer.status_code in (404, 405) else real(answer)
    )


@breaks("R29", "something_else_says_no")
def drops_what_is_forbidden() -> None:
    _on({403}, State.PURGED)


@breaks("R29", "something_else_says_no")
def drops_what_is_not_allowed() -> None:
    _on({405}, State.PURGED)


# R53: a 403 ends the sync.


def _forbidden_is(said: _Said) -> None:
    real = tablet._said
    tablet._said = lambda answer: said if answer is not None and answer.status_code == 403 else real(answer)


@breaks("R53", "may_not_send")
def tries_again_after_a_403() -> None:
    _forbidden_is(_Said.NOTHING)


@breaks("R53", "may_not_send")
def halves_after_a_403() -> None:
    _forbidden_is(_Said.TOO_MUCH)


# R55: bodies are what they say.


@breaks("R55", "large_and_small")
def another_coding_under_the_name_of_gzip() -> None:
    instead(tablet, gzip=SimpleNamespace(compress=zlib.compress))


@breaks("R55", "large_and_small")
def codes_what_is_large_and_does_not_say_so() -> None:
    real = httpx.AsyncClient.put

    async def put(self: httpx.AsyncClient, url: str, *, content: bytes, headers: dict[str, str]) -> httpx.Response:
        plain = gzip.decompress(content)
        body = plain if len(plain) < 2000 else content
        return await real(self, url, content=body, headers={**headers, "Content-Encoding": "identity"})

    instead(httpx.AsyncClient, put=put)
