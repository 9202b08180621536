"""What a scenario uses: one client, one server, and all requests between them."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from kumkm_tablet.canonical import canonical, content_sha256, uuid7
from kumkm_tablet.conformance.lies import RECONCILE, Lies
from kumkm_tablet.conformance.proxy import Answer, Cut, Forward, Interfere, Proxy, Seen

ALWAYS = 1_000_000
LONG = 40.0
"""Days, by the server's clock, after which a client may delete everything that it was allowed to."""

Moment = Literal["received", "stored", "half", "answered"]
"""Moments of a request: it arrived and was not read; the server has processed it; half of the answer is sent; all of
it."""


class Broken(AssertionError):
    """The client broke a rule: its number, and how."""

    def __init__(self, rule: str, text: str) -> None:
        super().__init__(text)
        self.rule = rule


class NotJudged(Exception):
    """The client cannot do what this scenario needs, and need not."""


class Driver(Protocol):
    """How the kit drives the client under test."""

    username: str

    def begin(self, name: str, url: str, *, fresh: bool) -> None:
        """Go to a home of this name, empty where the client keeps to it, and enrol; `fresh`: by a real sign-in."""

    def enrol(self, url: str) -> None:
        """Sign in and enrol on this server."""

    def record(self, campaign: str, items: list[dict[str, Any]]) -> None:
        """Record these items as they are, with their ids and revisions."""

    def photo(self, record_id: str, content: bytes) -> bool:
        """Add a photo to a record; whether the client can."""

    def sync(self, *, clock_days: float = 0.0) -> None:
        """Sync once, by a clock that is so much ahead; a failure for want of a network is no fault."""

    def kill(self) -> None:
        """End the sync that is running, at once. Called from another thread."""

    def outbox(self) -> list[dict[str, Any]]:
        """The client's records: `record_id`, `revision` and `state` of each, `purged` if only the id is left."""


@dataclass
class Stage:
    """A scenario's own client in its own home, before the proxy."""

    driver: Driver
    proxy: Proxy
    village: str
    campaign: str
    captured_at: str
    lies: Lies = field(default_factory=Lies)
    recorded: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)
    began: int = 0

    @property
    def seen(self) -> list[Seen]:
        """What the client sent in this scenario."""
        return self.proxy.seen[self.began :]

    @property
    def batches(self) -> list[Seen]:
        """Those of them that send a batch."""
        return [each for each in self.seen if each.is_batch]

    # What the client does.

    def record(self, count: int = 1, **answers: Any) -> list[dict[str, Any]]:
        """Let the client record so many new businesses."""
        return self.record_items([self.item(**answers) for _ in range(count)])

    def record_items(self, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Let the client record these."""
        self.driver.record(self.campaign, items)
        self.recorded |= {(item["record_id"], item["revision"]): item for item in items}
        return items

    def item(self, **answers: Any) -> dict[str, Any]:
        """A new business. Without a number there are no duplicates, with any records on the server."""
        told = {"legal_name": f"Uji {uuid7()}", "kbli": "47112", "owner": {"name": "Sari", "sex": "female"}, **answers}
        return {
            "record_id": uuid7(),
            "revision": 1,
            "questionnaire": "umkm@1",
            "region_code": self.village,
            "captured_at": self.captured_at,
            "answers": told,
        }

    def sync(self, times: int = 1) -> None:
        """Let the client sync."""
        for _ in range(times):
            self.driver.sync()

    def much_later(self, times: int = 2) -> None:
        """Let it sync when, by the server's clock, it may delete everything that it was allowed to."""
        self.lies.days += LONG
        self.sync(times)

    # How the server is.

    @contextmanager
    def nasty(
        self, act: Interfere, only: Callable[[Seen], bool] = lambda _: True, *, times: int = ALWAYS
    ) -> Iterator[list[Seen]]:
        """Interfere in the block with the first so many requests of a kind; what the client sends in it."""
        left, start, found = [times], len(self.proxy.seen), list[Seen]()

        async def interfere(request: Seen, forward: Forward) -> Any:
            if left[0] and only(request):
                left[0] -= 1
                return await act(request, forward)
            return await forward()

        self.proxy.interfere = interfere
        try:
            yield found
        finally:
            self.proxy.be(None)
            found += self.proxy.seen[start:]

    def sync_killed(self, only: Callable[[Seen], bool], moment: Moment, after_s: float = 0.0) -> bool:
        """Let it sync, and end its process at a moment of the first such request; whether that request came."""
        came = []

        async def act(request: Seen, forward: Forward) -> Answer:
            came.append(request)
            answer: Answer | None = None if moment == "received" else await forward()
            if moment in ("received", "stored") or answer is None:
                self.driver.kill()
                raise Cut
            answer.then, answer.then_after_s = self.driver.kill, after_s
            if moment == "half":
                answer.cut_at = len(answer.body) // 2
            return answer

        with self.nasty(act, only, times=1):
            self.driver.sync()
        return bool(came)

    # What came of it.

    def state_of(self, record_id: str) -> str | None:
        """The client's state of the newest revision of a record."""
        return self.states().get(record_id)

    def states(self) -> dict[str, str]:
        """Its state of the newest revision of each record."""
        rows = sorted(self.driver.outbox(), key=lambda row: int(row["revision"]))
        return {str(row["record_id"]): str(row["state"]) for row in rows}

    def must_hold(self, items: Sequence[dict[str, Any]], rule: str, when: str) -> None:
        """None of them may be gone.

        Raises:
            Broken: one is.
        """
        states = self.states()
        if any(states.get(item["record_id"]) in (None, "purged") for item in items):
            raise Broken(rule, f"{when}, it deleted the record")

    def sendings(self, record_id: str, revision: int = 1) -> list[Seen]:
        """The batches that had this revision in them."""
        wanted = (record_id, revision)
        return [
            each
            for each in self.batches
            if any((item.get("record_id"), item.get("revision")) == wanted for item in each.items)
        ]

    def must_be_sent(self, item: dict[str, Any], rule: str, when: str, *, at_most: int = 1) -> None:
        """Not again and again.

        Raises:
            Broken: it was sent more often.
        """
        tries = len(self.sendings(item["record_id"], item["revision"]))
        if tries > at_most:
            raise Broken(rule, f"{when}, it sent the same record {tries} times")

    def stored(self, items: Sequence[dict[str, Any]]) -> bool:
        """Whether the server has them, with the recorded content."""
        asked = [
            {
                "record_id": item["record_id"],
                "revision": item["revision"],
                "content_sha256": content_sha256(canonical(item)),
            }
            for item in items
        ]
        answer = self.proxy.ask("POST", RECONCILE, json={"items": asked})
        if answer.is_error:
            return False
        return all((line["state"], line["client_action"]) == ("stored", "purge") for line in answer.json()["items"])

    def must_arrive(self, items: Sequence[dict[str, Any]], rule: str, *, syncs: int = 3) -> None:
        """On a network that works, everything arrives after a few syncs.

        Raises:
            Broken: something did not.
        """
        for _ in range(syncs):
            self.driver.sync()
            if self.stored(items):
                return
        raise Broken(rule, f"of {len(items)} records not all are on the server after {syncs} more syncs")


@dataclass(frozen=True)
class Scenario:
    """What the faulty server does, and the rules that this tests; the first is its main one."""

    name: str
    rules: tuple[str, ...]
    play: Callable[[Stage], None]
    fresh: bool = False  # whether it needs a session that nobody else has


SCENARIOS: list[Scenario] = []


def scenario(*rules: str, fresh: bool = False) -> Callable[[Callable[[Stage], None]], Callable[[Stage], None]]:
    """Enter a scenario under the name of its function."""

    def enter(play: Callable[[Stage], None]) -> Callable[[Stage], None]:
        SCENARIOS.append(Scenario(play.__name__, rules, play, fresh))
        return play

    return enter


# Ways to interfere.


def is_batch(request: Seen) -> bool:
    """Whether it sends a batch."""
    return request.is_batch


def at(*paths: str) -> Callable[[Seen], bool]:
    """Whether it goes to one of these paths."""
    return lambda request: request.path in paths


def of(items: Sequence[dict[str, Any]]) -> Callable[[Seen], bool]:
    """Whether it sends a batch that has one of these in it."""
    ids = {item["record_id"] for item in items}
    return lambda request: request.is_batch and any(item.get("record_id") in ids for item in request.items)


def says(status: int, code: str, **headers: str) -> Interfere:
    """The server's own problem, instead of its answer."""
    retryable = status in (408, 409, 429) or status >= 500  # noqa: PLR2004  (as the server says)

    async def act(_: Seen, __: Forward) -> Answer:
        return Answer.problem(status, code, retryable=retryable, **headers)

    return act


def page(status: int, media_type: str = "text/html", text: str = "<!doctype html><title>Wi-Fi</title>") -> Interfere:
    """A portal in between answers instead of the server."""

    async def act(_: Seen, __: Forward) -> Answer:
        return Answer(status, text.encode(), {"Content-Type": media_type})

    return act


def rewritten(change: Callable[[Any], Any]) -> Interfere:
    """Let the server answer, and change what it says."""

    async def act(_: Seen, forward: Forward) -> Answer:
        answer: Answer = await forward()
        if answer.status in (200, 201):
            answer.body = json.dumps(change(json.loads(answer.body))).encode()
        return answer

    return act


async def cut(_: Seen, __: Forward) -> Answer:
    """The request does not arrive."""
    raise Cut


async def cut_behind(_: Seen, forward: Forward) -> Answer:
    """It arrives, and the answer does not."""
    await forward()
    raise Cut


def in_turn(*acts: Interfere) -> Interfere:
    """One after the other, the last again and again."""
    left = list(acts)

    async def act(request: Seen, forward: Forward) -> Any:
        return await (left.pop(0) if len(left) > 1 else left[0])(request, forward)

    return act


def same_batch_again(sent: Sequence[Seen], rule: str, when: str) -> None:
    """The first two sendings are of one batch.

    Raises:
        Broken: they are not.
    """
    if len(sent) < 2:  # noqa: PLR2004  (once, and once again)
        raise Broken(rule, f"{when}, the batch was not sent again")
    if sent[0].batch_id != sent[1].batch_id:
        raise Broken(rule, f"{when}, the same items came again under another batch id")
    if sent[0].items != sent[1].items:
        raise Broken("R19", f"{when}, the same batch id came again with other items")
