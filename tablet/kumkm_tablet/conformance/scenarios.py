"""What the nasty server does, one thing at a time, and the rule of the contract that a client must keep all the same.

Each scenario lets the client record and sync while the proxy interferes, then looks at what the client sent and at what
the server has. The rules are those of `openapi/README.md`, under the same names.
"""

import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from kumkm_tablet.canonical import canonical, content_sha256, uuid7
from kumkm_tablet.conformance.proxy import Answer, Cut, Proxy, Seen


class Broken(AssertionError):
    """The client broke the rule; the text says how."""


class Driver(Protocol):
    """How the kit makes the client under test do things."""

    def enrol(self, url: str) -> None:
        """Sign in and enrol on this server."""

    def record(self, campaign: str, items: list[dict[str, Any]]) -> None:
        """Record these items as they are, with their ids and revisions."""

    def sync(self) -> None:
        """Sync once; a failure for want of a network is no fault."""

    def outbox(self) -> list[dict[str, Any]]:
        """What the client holds: `record_id`, `revision` and `state` of each, `purged` where only the id is left."""


@dataclass
class Stage:
    """One client, one server, and everything that has passed between them."""

    driver: Driver
    proxy: Proxy
    village: str
    campaign: str
    captured_at: str
    recorded: dict[str, dict[str, Any]] = field(default_factory=dict)
    set_aside: set[str] = field(default_factory=set)  # records that a scenario keeps from the server

    def record(self, count: int = 3) -> list[dict[str, Any]]:
        """Let the client record so many new businesses."""
        items = [self._item() for _ in range(count)]
        self.driver.record(self.campaign, items)
        self.recorded |= {item["record_id"]: item for item in items}
        return items

    def _item(self) -> dict[str, Any]:
        # Without a number there are no duplicates, whatever is on the server already.
        return {
            "record_id": uuid7(),
            "revision": 1,
            "questionnaire": "umkm@1",
            "region_code": self.village,
            "captured_at": self.captured_at,
            "answers": {"legal_name": f"Uji {uuid7()}", "kbli": "47112", "owner": {"name": "Sari", "sex": "female"}},
        }

    @contextmanager
    def watched(self) -> Iterator[list[Seen]]:
        """What the client sends in the block; afterwards the server is as it should be again."""
        start, found = len(self.proxy.seen), list[Seen]()
        try:
            yield found
        finally:
            self.proxy.be(None)
            found += self.proxy.seen[start:]

    def stored(self, items: list[dict[str, Any]]) -> bool:
        """Whether the server has them, under the very content that was recorded."""
        asked = [
            {
                "record_id": item["record_id"],
                "revision": item["revision"],
                "content_sha256": content_sha256(canonical(item)),
            }
            for item in items
        ]
        answer = self.proxy.ask("POST", "/v1/sync/reconcile", json={"items": asked})
        if answer.is_error:
            return False
        return all((line["state"], line["client_action"]) == ("stored", "purge") for line in answer.json()["items"])

    def must_arrive(self, items: list[dict[str, Any]], *, syncs: int = 3) -> None:
        """On a network that works, everything arrives after a few syncs."""
        for _ in range(syncs):
            self.driver.sync()
            if self.stored(items):
                return
        raise Broken(f"of {len(items)} records not all are on the server after {syncs} more syncs: something was lost")

    def state_of(self, record_id: str) -> str | None:
        """How the client holds the newest revision of a record."""
        rows = [row for row in self.driver.outbox() if row["record_id"] == record_id]
        return str(max(rows, key=lambda row: row["revision"])["state"]) if rows else None


@dataclass(frozen=True)
class Scenario:
    """One rule, and how it is tried."""

    name: str
    rule_id: str
    rule_en: str
    play: Callable[[Stage], None]


SCENARIOS: list[Scenario] = []


def scenario(rule_id: str, rule_en: str) -> Callable[[Callable[[Stage], None]], Callable[[Stage], None]]:
    """Enter a scenario under the name of its function."""

    def enter(play: Callable[[Stage], None]) -> Callable[[Stage], None]:
        SCENARIOS.append(Scenario(play.__name__, rule_id, rule_en, play))
        return play

    return enter


def batches(seen: list[Seen]) -> list[Seen]:
    """Those that send a batch."""
    return [each for each in seen if each.is_batch]


def _times(count: int, act: Callable[[Seen, Callable[[], Any]], Any], only: Callable[[Seen], bool]) -> Any:
    """Interfere with the first so many requests of a kind."""
    left = [count]

    async def interfere(request: Seen, forward: Callable[[], Any]) -> Any:
        if left[0] and only(request):
            left[0] -= 1
            return await act(request, forward)
        return await forward()

    return interfere


def _is_batch(request: Seen) -> bool:
    return request.is_batch


def _at(path: str) -> Callable[[Seen], bool]:
    return lambda request: request.path == path


def _rewrite(change: Callable[[Any], Any]) -> Callable[[Seen, Callable[[], Any]], Any]:
    """Let the server answer, and change what it says."""

    async def act(_: Seen, forward: Callable[[], Any]) -> Answer:
        answer: Answer = await forward()
        told = json.loads(answer.body)
        answer.body = json.dumps(change(told)).encode()
        return answer

    return act


def _same_batch_again(seen: list[Seen], rule: str) -> None:
    sent = batches(seen)
    if len(sent) < 2:  # noqa: PLR2004  (once, and once again)
        raise Broken(f"{rule}: the batch was not sent again")
    if sent[0].batch_id != sent[1].batch_id:
        raise Broken(f"{rule}: the same items came again under another batch id")
    if sent[0].items != sent[1].items:
        raise Broken(f"{rule}: the same batch id came again with other items")


def _cut_once(stage: Stage, cut: Callable[[Seen, Callable[[], Any]], Any], when: str) -> None:
    """Cut the first sending of a batch in some way; it must come again as it was, and everything arrive once."""
    items = stage.record()
    with stage.watched() as seen:
        stage.proxy.be(_times(1, cut, _is_batch))
        stage.driver.sync()
        stage.driver.sync()
    _same_batch_again(seen, when)
    stage.must_arrive(items)


@scenario(
    "Tanpa jawaban, kiriman yang sama diulang dengan nomor yang sama.",
    "Without an answer, the same batch is sent again under the same id.",
)
def cut_before_the_commit(stage: Stage) -> None:
    async def cut(_: Seen, __: Callable[[], Any]) -> Answer:
        raise Cut

    _cut_once(stage, cut, "after a cut before the commit")


@scenario(
    "Jawaban yang hilang setelah server menyimpan tidak menggandakan apa pun.",
    "An answer that is lost after the commit doubles nothing: the same batch again, under the same id.",
)
def cut_after_the_commit(stage: Stage) -> None:
    async def cut(_: Seen, forward: Callable[[], Any]) -> Answer:
        await forward()
        raise Cut

    _cut_once(stage, cut, "after a cut behind the commit")


@scenario(
    "Jawaban yang terpotong bukan tanda terima.",
    "An answer that was cut off is no receipt.",
)
def answer_cut_in_the_middle(stage: Stage) -> None:
    async def cut(_: Seen, forward: Callable[[], Any]) -> Answer:
        answer: Answer = await forward()
        answer.cut_at = len(answer.body) // 2
        return answer

    _cut_once(stage, cut, "after half a receipt")


@scenario(
    "Status 200 saja bukan tanda terima (halaman masuk Wi-Fi).",
    "A 200 alone is no receipt: a captive portal answers 200 to everything.",
)
def captive_portal(stage: Stage) -> None:
    async def portal(_: Seen, __: Callable[[], Any]) -> Answer:
        return Answer(200, b"<!doctype html><title>Wi-Fi</title>", {"Content-Type": "text/html"})

    items = stage.record()
    with stage.watched():
        stage.proxy.be(_times(1_000_000, portal, lambda request: request.path.startswith("/v1/sync/")))
        stage.driver.sync()
        # The session with the portal ends in the middle of a sync as well.
        stage.proxy.be(_times(2, portal, _is_batch))
        stage.driver.sync()
    stage.must_arrive(items)


@scenario(
    "JSON yang bukan tanda terima kiriman ini bukan tanda terima.",
    "JSON that is not the receipt of this very batch is no receipt.",
)
def receipt_of_something_else(stage: Stage) -> None:
    async def other(request: Seen, __: Callable[[], Any]) -> Answer:
        lines = [
            {"record_id": uuid7(), "revision": 1, "outcome": "accepted", "client_action": "purge"}
            for _ in request.items
        ]
        return Answer.of_json(200, {"batch_id": uuid7(), "item_count": len(lines), "items": lines})

    items = stage.record()
    with stage.watched():
        stage.proxy.be(_times(2, other, _is_batch))
        stage.driver.sync()
    stage.must_arrive(items)


@scenario("Tidak pernah lebih cepat daripada Retry-After.", "Never sooner than Retry-After.")
def retry_after(stage: Stage) -> None:
    wait_s = 1

    async def busy(_: Seen, __: Callable[[], Any]) -> Answer:
        return Answer.problem(503, "overloaded", retryable=True, Retry_After=str(wait_s))

    items = stage.record()
    with stage.watched() as seen:
        stage.proxy.be(_times(1, busy, _is_batch))
        stage.driver.sync()
    stage.must_arrive(items)
    sent = batches(seen)
    if len(sent) > 1 and sent[1].at - sent[0].answered_at < wait_s - 0.05:
        raise Broken(f"asked to wait {wait_s} s, it came back after {sent[1].at - sent[0].answered_at:.2f} s")


@scenario(
    "Gangguan berturut-turut tidak dibalas dengan rentetan permintaan.",
    "A burst of faults is not answered with a burst of requests.",
)
def burst_of_faults(stage: Stage) -> None:
    async def fault(_: Seen, __: Callable[[], Any]) -> Answer:
        return Answer(502, b"<h1>Bad Gateway</h1>", {"Content-Type": "text/html"})

    items = stage.record()
    with stage.watched() as seen:
        stage.proxy.be(_times(1_000_000, fault, _is_batch))
        began = time.monotonic()
        stage.driver.sync()
    most = 6 + 20 * (time.monotonic() - began) / 10
    if len(batches(seen)) > most:
        raise Broken(f"{len(batches(seen))} requests into a burst of faults; waits must grow")
    stage.must_arrive(items)


@scenario(
    "Kiriman yang terlalu besar dibagi dua, tanpa kehilangan apa pun.",
    "What is too large is halved, and nothing of it is lost.",
)
def too_large(stage: Stage) -> None:
    async def refuse(_: Seen, __: Callable[[], Any]) -> Answer:
        return Answer.problem(413, "body_too_large")

    items = stage.record(8)
    with stage.watched() as seen:
        stage.proxy.be(_times(1_000_000, refuse, lambda request: len(request.items) > 2))  # noqa: PLR2004  (few)
        stage.driver.sync()
    if not any(0 < len(each.items) <= 2 for each in batches(seen)):  # noqa: PLR2004  (likewise)
        raise Broken("after 413 its batches did not become smaller")
    stage.must_arrive(items)


@scenario(
    "Satu isian yang ditolak tidak menahan isian lain.",
    "One item that is refused for good does not keep the others, and is not sent for ever.",
)
def poison(stage: Stage) -> None:
    items = stage.record(6)
    bad = items[3]["record_id"]

    async def refuse(_: Seen, __: Callable[[], Any]) -> Answer:
        return Answer.problem(400, "malformed_json")

    with stage.watched() as seen:
        stage.proxy.be(
            _times(1_000_000, refuse, lambda request: any(item.get("record_id") == bad for item in request.items))
        )
        for _ in range(3):
            stage.driver.sync()
        others = [item for item in items if item["record_id"] != bad]
        if not stage.stored(others):
            raise Broken("one item that cannot be taken keeps the others from the server")
    if stage.state_of(bad) in (None, "purged"):
        raise Broken("the item that was refused is gone from the client: it is lost")
    tries = sum(any(item.get("record_id") == bad for item in each.items) for each in batches(seen))
    most = 12
    if tries > most:
        raise Broken(f"the item that was refused was sent {tries} times")
    stage.set_aside.add(bad)


@scenario(
    "Token yang habis di tengah jalan diperbarui; kiriman yang sama diulang.",
    "A token that ends on the way is renewed, and the same batch sent again under its id.",
)
def token_ends_in_the_middle(stage: Stage) -> None:
    async def expired(_: Seen, __: Callable[[], Any]) -> Answer:
        return Answer.problem(401, "not_signed_in", WWW_Authenticate="Bearer")

    start = len(stage.proxy.seen)
    _cut_once(stage, expired, "after its token ended")
    if not any(each.path == "/v1/auth/token" for each in stage.proxy.seen[start:]):
        raise Broken("its token had ended, and it did not ask for another one")


@scenario(
    "Jawaban penyegaran token yang hilang tidak mengakhiri sesi.",
    "A lost answer to a refresh does not end the session: the same attempt again, with its attempt_id.",
)
def refresh_is_lost(stage: Stage) -> None:
    asked = renewed = 0

    async def lose_the_first(request: Seen, forward: Callable[[], Any]) -> Any:
        nonlocal asked, renewed
        if request.is_batch and not renewed:
            return Answer.problem(401, "not_signed_in", WWW_Authenticate="Bearer")
        answer: Answer = await forward()
        if request.path == "/v1/auth/token":
            asked += 1
            if asked == 1:
                raise Cut
            renewed += answer.status == 200  # noqa: PLR2004  (fine)
        return answer

    items = stage.record()
    with stage.watched():
        stage.proxy.be(lose_the_first)
        for _ in range(3):
            stage.driver.sync()
    if not renewed:
        raise Broken("the answer to a refresh was lost, and it has no session any more")
    stage.must_arrive(items)


@scenario(
    "Hanya yang dinyatakan `stored` boleh dihapus; yang `missing` dikirim lagi.",
    "Only what is said to be stored is deleted; what is missing is sent again.",
)
def reconcile_says_missing(stage: Stage) -> None:
    items = stage.record(2)
    lost = items[0]["record_id"]

    def forget(told: Any) -> Any:
        for line in told["items"]:
            if line["record_id"] == lost:
                line |= {"state": "missing", "outcome": None, "client_action": None}
        return told

    with stage.watched() as seen:
        stage.proxy.be(
            _times(1, _rewrite(forget), lambda each: lost.encode() in each.body and "reconcile" in each.path)
        )
        stage.driver.sync()
        stage.driver.sync()
    if not any("reconcile" in each.path and lost.encode() in each.body for each in seen):
        raise Broken("it did not ask whether the record is stored before it let go of it")
    tries = sum(any(item.get("record_id") == lost for item in each.items) for each in batches(seen))
    if tries < 2:  # noqa: PLR2004  (once, and once again)
        raise Broken("the server said that it misses a record, and it was not sent again")
    stage.must_arrive(items)


@scenario(
    "`keep` berarti simpan: tidak dihapus dan tidak dikirim berulang.",
    "What is to be kept is neither deleted nor sent again and again; so is what it does not understand.",
)
def keep_is_kept(stage: Stage) -> None:
    items = stage.record(3)
    held, strange = items[0]["record_id"], items[1]["record_id"]

    def hold(told: Any) -> Any:
        for line in told["items"]:
            if line["record_id"] == held:
                line |= {"outcome": "held", "client_action": "keep", "errors": [_ERROR]}
            if line["record_id"] == strange:
                line |= {"outcome": "postponed", "client_action": "wait_for_the_moon"}
        return told

    with stage.watched() as seen:
        stage.proxy.be(_times(1, _rewrite(hold), _is_batch))
        for _ in range(3):
            stage.driver.sync()
    for record_id, word in ((held, "keep"), (strange, "an action it does not know")):
        if stage.state_of(record_id) in (None, "purged"):
            raise Broken(f"told {word}, it let go of the record")
        tries = sum(any(item.get("record_id") == record_id for item in each.items) for each in batches(seen))
        if tries > 1:
            raise Broken(f"told {word}, it sent the record {tries} times")
    stage.must_arrive(items)


_ERROR = {"pointer": "/region_code", "code": "region_outside_assignment", "detail": "x"}


@scenario(
    "`fix` menunggu orang: tidak dikirim lagi tanpa perubahan.",
    "What is to be fixed waits for a person: it is not sent again unchanged.",
)
def fix_waits_for_a_person(stage: Stage) -> None:
    items = stage.record(2)
    bad = items[0]["record_id"]

    def refuse(told: Any) -> Any:
        for line in told["items"]:
            if line["record_id"] == bad:
                line |= {"outcome": "invalid", "client_action": "fix", "errors": [_ERROR]}
        return told

    with stage.watched() as seen:
        stage.proxy.be(_times(1, _rewrite(refuse), _is_batch))
        for _ in range(3):
            stage.driver.sync()
    if stage.state_of(bad) in (None, "purged"):
        raise Broken("told to fix, it let go of the record")
    if sum(any(item.get("record_id") == bad for item in each.items) for each in batches(seen)) > 1:
        raise Broken("told to fix, it sent the same again")


@scenario(
    "Kiriman yang sampai dua kali tetap satu.",
    "A batch that is delivered twice is one batch: 200 is as good as 201.",
)
def delivered_twice(stage: Stage) -> None:
    async def twice(_: Seen, forward: Callable[[], Any]) -> Answer:
        await forward()
        answer: Answer = await forward()
        return answer

    items = stage.record()
    with stage.watched() as seen:
        stage.proxy.be(_times(1, twice, _is_batch))
        stage.driver.sync()
        stage.driver.sync()
    if len(batches(seen)) > 1:
        raise Broken("it did not take the receipt that came with 200")
    stage.must_arrive(items)


@scenario(
    "Jawaban yang datang pelan-pelan ditunggu.",
    "An answer that comes in drips is waited for.",
)
def slow_drip(stage: Stage) -> None:
    async def drip(_: Seen, forward: Callable[[], Any]) -> Answer:
        answer: Answer = await forward()
        answer.drip_s = 1.5
        return answer

    items = stage.record()
    with stage.watched() as seen:
        stage.proxy.be(_times(1, drip, _is_batch))
        stage.driver.sync()
    if len(batches(seen)) > 1:
        raise Broken("it gave up on an answer that was coming")
    stage.must_arrive(items)


@scenario(
    "Jam server yang melompat tidak menghapus atau menahan apa pun.",
    "A clock that jumps, on either side, loses nothing and stops nothing.",
)
def clock_jumps(stage: Stage) -> None:
    def jump(told: Any) -> Any:
        return {**told, "server_time": next(years)}

    years = iter(["2035-01-01T00:00:00+00:00", "2001-01-01T00:00:00+00:00"])
    items = stage.record()
    with stage.watched():
        stage.proxy.be(_times(2, _rewrite(jump), _at("/v1/sync/handshake")))
        stage.driver.sync()
        more = stage.record()
        stage.driver.sync()
    stage.must_arrive([*items, *more])


@scenario(
    "Kuesioner baru di server tidak membuang isian dengan kuesioner lama.",
    "A newer questionnaire on the server does not throw away what was recorded with the older one.",
)
def schema_upgrade(stage: Stage) -> None:
    items = stage.record()
    with stage.watched():
        change = _rewrite(lambda told: {**told, "questionnaires": ["umkm@2", "koperasi@2"]})
        stage.proxy.be(_times(1_000_000, change, _at("/v1/sync/handshake")))
        stage.driver.sync()
        stage.driver.sync()
    stage.must_arrive(items)


@scenario("Batas dari handshake dipatuhi.", "The limits that the handshake tells are kept.")
def limits(stage: Stage) -> None:
    most = 3
    stage.record(7)
    with stage.watched() as seen:
        change = _rewrite(lambda told: {**told, "limits": {**told["limits"], "max_items": most}})
        stage.proxy.be(_times(1_000_000, change, _at("/v1/sync/handshake")))
        stage.driver.sync()
    largest = max((len(each.items) for each in batches(seen)), default=0)
    if largest > most:
        raise Broken(f"told at most {most} items, it sent {largest}")


@scenario(
    "Kursor yang usang (410): mulai dari awal dan cocokkan semua yang masih ada.",
    "A cursor from before a restore (410): start over without one, and reconcile whatever is still held.",
)
def cursor_outdated(stage: Stage) -> None:
    items = stage.record(2)
    stage.must_arrive(items)
    stage.driver.sync()

    async def gone(_: Seen, __: Callable[[], Any]) -> Answer:
        return Answer.problem(410, "cursor_outdated")

    with stage.watched() as seen:
        only = _at("/v1/sync/changes")
        stage.proxy.be(_times(1_000_000, gone, lambda request: only(request) and "cursor=" in request.query))
        stage.driver.sync()
    pulls = [each for each in seen if each.path == "/v1/sync/changes"]
    if not any("cursor=" not in each.query for each in pulls):
        raise Broken("its cursor was refused, and it did not start over without one")
    held = [row for row in stage.driver.outbox() if row["state"] not in ("purged", "superseded")]
    asked = b"".join(each.body for each in seen if "reconcile" in each.path)
    known = {item["record_id"] for item in items} & {row["record_id"] for row in held}
    if any(record_id.encode() not in asked for record_id in known):
        raise Broken("its cursor was refused, and it did not reconcile what it still holds")


@scenario(
    "Jenis perubahan yang tidak dikenal dilewati.",
    "A kind of change that it does not know is passed over, and the ones behind it are read.",
)
def unknown_change(stage: Stage) -> None:
    def add(told: Any) -> Any:
        return {**told, "items": [{"kind": "weather", "rain": True}, *told["items"]]}

    items = stage.record()
    with stage.watched() as seen:
        stage.proxy.be(_times(1, _rewrite(add), _at("/v1/sync/changes")))
        stage.driver.sync()
        stage.driver.sync()
    pulls = [each for each in seen if each.path == "/v1/sync/changes"]
    if len(pulls) < 2 or pulls[0].query == pulls[-1].query == "":  # noqa: PLR2004  (each sync)
        raise Broken("after a change that it does not know it no longer reads changes")
    stage.must_arrive(items)


@scenario(
    "Isian yang dikembalikan sampai ke enumerator dan tidak dikirim lagi tanpa perbaikan.",
    "A returned record reaches its enumerator, and is not sent again before it is mended.",
)
def returned(stage: Stage) -> None:
    (item,) = stage.record(1)
    stage.must_arrive([item])
    change = {
        "kind": "review", "record_id": item["record_id"], "revision": 1, "decision": "returned",
        "reason": "Nama usaha salah", "decided_at": stage.captured_at,
    }  # fmt: skip

    async def give_back(request: Seen, forward: Callable[[], Any]) -> Any:
        if request.path == f"/v1/sync/returned/{item['record_id']}":
            given = {**item, "started_at": None, "location": None}
            return Answer.of_json(200, {"campaign": stage.campaign, "reason": change["reason"], "item": given})
        if request.path == "/v1/sync/changes":
            return await _rewrite(lambda told: {**told, "items": [*told["items"], change]})(request, forward)
        return await forward()

    with stage.watched() as seen:
        stage.proxy.be(_times(1_000_000, give_back, lambda _: True))
        stage.driver.sync()
        stage.driver.sync()
    if stage.state_of(item["record_id"]) != "returned":
        raise Broken("a record was returned, and the client does not show it as returned")
    if any(each["record_id"] == item["record_id"] for seen_ in batches(seen) for each in seen_.items):
        raise Broken("a returned record was sent again unchanged")


@scenario(
    "Tablet yang dicabut menyerahkan isiannya dan tidak menghapus yang ditahan.",
    "A revoked tablet hands over what it has, and deletes nothing that is held.",
)
def device_revoked(stage: Stage) -> None:
    items = stage.record(2)

    async def revoked(request: Seen, forward: Callable[[], Any]) -> Any:
        if request.path == "/v1/sync/handshake":
            return await _rewrite(lambda told: {**told, "device": {**told["device"], "state": "revoked"}})(
                request, forward
            )
        if request.is_batch:
            lines = [
                {
                    "record_id": item["record_id"], "revision": item["revision"], "outcome": "held",
                    "client_action": "keep", "business_id": None, "matched_on": [], "warnings": [],
                    "errors": [{"pointer": "", "code": "device_revoked", "detail": "x"}],
                }
                for item in request.items
            ]  # fmt: skip
            told = {"batch_id": request.batch_id, "item_count": len(lines), "counts": {}, "items": lines}
            return Answer.of_json(201, told)
        if request.method == "GET":
            return Answer.problem(403, "device_revoked")
        return await forward()

    with stage.watched() as seen:
        stage.proxy.be(_times(1_000_000, revoked, lambda request: request.path.startswith("/v1/sync/")))
        stage.driver.sync()
    if not batches(seen):
        raise Broken("revoked, it did not hand over what it has")
    for item in items:
        stage.set_aside.add(item["record_id"])
        if stage.state_of(item["record_id"]) in (None, "purged"):
            raise Broken("revoked, it let go of a record that is only held")


def consistency(seen: list[Seen]) -> None:
    """Over everything that was sent: an id never stands for two contents.

    Raises:
        Broken: a batch id, or a record's revision, came with other content than before.
    """
    by_batch: dict[str, set[str]] = defaultdict(set)
    by_revision: dict[tuple[str, int], set[str]] = defaultdict(set)
    for request in batches(seen):
        if not request.items:
            continue
        by_batch[request.batch_id].add(json.dumps(request.items, sort_keys=True))
        for item in request.items:
            by_revision[str(item.get("record_id")), int(item.get("revision", 0))].add(content_sha256(canonical(item)))
    if any(len(contents) > 1 for contents in by_batch.values()):
        raise Broken("a batch id was used for two different batches")
    if any(len(contents) > 1 for contents in by_revision.values()):
        raise Broken("a revision of a record was sent with two different contents")
