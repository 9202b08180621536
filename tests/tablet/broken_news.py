"""Broken clients: changes, cursors, a restored server, photos."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from broken_clients import breaks, instead, rewriting_pages
from shapes import Json
from spoiling import beforehand

from kumkm_tablet import tablet
from kumkm_tablet.outbox import Outbox, Row, State, Verdict
from kumkm_tablet.tablet import Report, Tablet


def _hearing(change: Callable[[Outbox, Any], list[Json]]) -> None:
    """Hear other changes than those of the page."""
    rewriting_pages(lambda outbox, page: {"items": change(outbox, page)})


# R41: cursors.


@breaks("R41", "ended_between_pages")
def keeps_the_cursor_first() -> None:
    def change(outbox: Outbox, told: Any) -> list[Json]:
        outbox.set("cursor", told["next_cursor"])
        return told["items"]

    _hearing(change)


@breaks("R41", "ended_between_pages")
def keeps_the_cursor_at_the_end() -> None:
    cursors: dict[str, Any] = {}
    get, keep = Outbox.get, Outbox.set
    pull = Tablet.pull

    def remembered(self: Outbox, name: str, default: Any = None) -> Any:
        return cursors.get(name, get(self, name, default)) if name == "cursor" else get(self, name, default)

    def remember(self: Outbox, name: str, value: Any) -> None:
        if name == "cursor":
            cursors[name] = value
        else:
            keep(self, name, value)

    async def pulled(self: Tablet, report: Report) -> None:
        await pull(self, report)
        keep(self.outbox, "cursor", cursors.get("cursor"))

    Outbox.get, Outbox.set, Tablet.pull = remembered, remember, pulled


@breaks("R41", "ended_between_pages")
def applies_pages_at_the_end() -> None:
    """Cursors at once, what they bring when all is read."""
    real, apply = Tablet.pull, Tablet._apply
    waiting = []

    async def pull(self: Tablet, report: Report) -> None:
        Tablet._apply = lambda self, change, fetched: waiting.append((change, fetched))
        await real(self, report)
        for change, fetched in waiting:
            apply(self, change, fetched)

    Tablet.pull = pull


# R42: unknown kinds.


@breaks("R42", "unknown_change")
def stops_at_an_unknown_kind() -> None:
    known = {"review", "held", "resolution", "assignment", "campaign", "reference", "tombstone"}

    def change(_: object, told: Any) -> list[Json]:
        found = []
        for each in told["items"]:
            if each["kind"] not in known:
                break
            found.append(each)
        return found

    _hearing(change)


@breaks("R42", "unknown_change")
def fails_at_an_unknown_kind() -> None:
    real = Tablet._apply

    def apply(self: Tablet, change: Mapping[str, Any], fetched: Mapping[str, Mapping[str, Any] | None]) -> None:
        if change["kind"] in ("weather", "record"):
            raise ValueError(change["kind"])
        real(self, change, fetched)

    Tablet._apply = apply


@breaks("R42", "unknown_change")
def skips_the_page_of_an_unknown_kind() -> None:
    def change(_: object, told: Any) -> list[Json]:
        return [] if any(each["kind"] == "weather" for each in told["items"]) else told["items"]

    _hearing(change)


# R43, R44: 410.


@breaks("R43", "cursor_outdated")
def goes_on_after_410() -> None:
    async def start_over(self: Tablet) -> None:
        self.outbox.set("cursor", None)

    Tablet._start_over = start_over


@breaks("R43", "cursor_outdated")
def drops_the_cursor_before_it_reconciles() -> None:
    beforehand(Tablet, "_start_over", lambda self: self.outbox.set("cursor", None))


@breaks("R43", "cursor_outdated")
def reconciles_only_what_is_confirmed() -> None:
    async def start_over(self: Tablet) -> None:
        await self._reconcile(self.outbox.rows(State.CONFIRMED))
        self.outbox.set("cursor", None)

    Tablet._start_over = start_over


@breaks("R43", "cursor_outdated")
def hears_before_it_sends_what_is_missing() -> None:
    async def start_over(self: Tablet) -> None:
        rows = self.outbox.rows(State.ACKNOWLEDGED, State.CONFIRMED, State.KEPT, State.TO_FIX, State.RETURNED)
        await self._reconcile([row for row in rows if row.content])
        self.outbox.set("cursor", None)

    Tablet._start_over = start_over


@breaks("R43", "cursor_outdated")
def stays_with_its_cursor() -> None:
    async def pull(self: Tablet, report: Report) -> None:
        try:
            await real(self, report)
        except RecursionError:
            return

    async def start_over(self: Tablet) -> None:
        raise RecursionError

    real = Tablet.pull
    Tablet._start_over, Tablet.pull = start_over, pull


# R56: a batch that the server has lost.


@breaks("R56", "lost_without_a_lost_change")
def looks_again_only_after_410() -> None:
    Tablet._lost = lambda *_: False


@breaks("R56", "lost_without_a_lost_change")
def believes_the_server_before_it_could_ask() -> None:
    beforehand(Tablet, "_ask_about_everything", lambda self: self.outbox.set("newest_batch", None))


@breaks("R56", "lost_without_a_lost_change")
def sends_everything_again_after_a_lost_batch() -> None:
    async def ask(self: Tablet) -> None:
        rows = self.outbox.rows(State.CONFIRMED, State.ACKNOWLEDGED, State.KEPT)
        await self._reconcile(rows)
        self.outbox.settle([(row, Verdict(State.QUEUED)) for row in rows if row.content])

    Tablet._ask_about_everything = ask


@breaks("R56", "lost_without_a_lost_change")
def asks_only_about_what_was_acknowledged() -> None:
    async def ask(self: Tablet) -> None:
        await self._reconcile(self.outbox.rows(State.ACKNOWLEDGED, State.KEPT))

    Tablet._ask_about_everything = ask


@breaks("R56", "lost_behind_a_batch_under_way")
def repeats_a_batch_without_a_handshake() -> None:
    shake = Tablet._shake_hands
    shaken: dict[int, Any] = {}

    async def first_only(self: Tablet) -> Any:
        return shaken.get(id(self)) or shaken.setdefault(id(self), await shake(self))

    Tablet._shake_hands = first_only


@breaks("R44", "cursor_outdated")
def sends_everything_again_after_410() -> None:
    real = Tablet._start_over

    async def start_over(self: Tablet) -> None:
        await real(self)
        rows = self.outbox.rows(State.CONFIRMED, State.ACKNOWLEDGED)
        self.outbox.settle([(row, Verdict(State.QUEUED)) for row in rows if row.content])
        await self.push(tablet.Report())

    Tablet._start_over = start_over


@breaks("R44", "cursor_outdated")
def sends_what_was_kept_again_after_410() -> None:
    real = Tablet._start_over

    async def start_over(self: Tablet) -> None:
        await real(self)
        self.outbox.settle([(row, Verdict(State.QUEUED)) for row in self.outbox.rows(State.KEPT)])
        await self.push(tablet.Report())

    Tablet._start_over = start_over


@breaks("R44", "nothing_goes_after_410")
def lets_go_before_it_pulls() -> None:
    beforehand(Tablet, "pull", lambda self: self.outbox.purge(self._server_time() - 3 * 86400))


@breaks("R44", "nothing_goes_after_410")
def starts_afresh_after_410() -> None:
    async def start_over(self: Tablet) -> None:
        self.outbox._db.execute("DELETE FROM record WHERE state = 'confirmed'")
        self.outbox.set("cursor", None)

    Tablet._start_over = start_over


# R45: tombstones.


@breaks("R45", "tombstone")
def ignores_tombstones() -> None:
    _hearing(lambda _, told: [each for each in told["items"] if each["kind"] != "tombstone"])


@breaks("R45", "tombstone")
def buries_only_what_is_stored() -> None:
    real = Outbox.forget

    def forget(self: Outbox, record_id: str) -> None:
        if all(row.state is State.CONFIRMED for row in self.revisions(record_id)):
            real(self, record_id)

    Outbox.forget = forget


@breaks("R45", "tombstone")
def buries_everything() -> None:
    instead(Outbox, forget=lambda self, _: self._db.execute("DELETE FROM record"))


@breaks("R45", "tombstone")
def buries_the_one_before() -> None:
    real = Outbox.forget

    def forget(self: Outbox, record_id: str) -> None:
        real(self, record_id)
        self._db.execute("DELETE FROM record WHERE rowid = (SELECT min(rowid) FROM record)")

    Outbox.forget = forget


# R46: returned records.


@breaks("R46", "returned")
def ignores_what_is_returned() -> None:
    _hearing(lambda _, told: [each for each in told["items"] if each["kind"] != "review"])


@breaks("R46", "returned")
def returns_only_what_is_still_here() -> None:
    def change(outbox: Outbox, told: Any) -> list[Json]:
        here = {row.record_id for row in outbox.rows() if row.content}
        return [each for each in told["items"] if each.get("record_id") in here]

    _hearing(change)


# R47: decisions on what was kept.


@breaks("R47", "kept_is_decided")
def lets_go_at_a_decision() -> None:
    real = Tablet._apply

    def apply(self: Tablet, change: Mapping[str, Any], fetched: Mapping[str, Mapping[str, Any] | None]) -> None:
        real(self, change, fetched)
        if change["kind"] in ("held", "resolution"):
            self.outbox._db.execute(
                "UPDATE record SET state = 'purged' WHERE record_id = ? AND state = 'acknowledged'",
                (change["record_id"],),
            )

    Tablet._apply = apply


@breaks("R47", "kept_is_decided")
def lets_go_of_what_is_still_in_conflict() -> None:
    real = Tablet._apply

    def apply(self: Tablet, change: Mapping[str, Any], fetched: Mapping[str, Mapping[str, Any] | None]) -> None:
        if change["kind"] == "resolution" and change["outcome"] == "conflict":
            self.outbox._db.execute("UPDATE record SET state = 'purged' WHERE record_id = ?", (change["record_id"],))
        real(self, change, fetched)

    Tablet._apply = apply


# R51, R52: what is kept, and the filter.


@breaks("R51", "kept_is_asked_about")
def waits_for_a_change_of_what_is_kept() -> None:
    async def reconcile(self: Tablet) -> None:
        await self._reconcile(self.outbox.rows(State.ACKNOWLEDGED))

    Tablet.reconcile = reconcile


@breaks("R51", "kept_is_asked_about")
def asks_once_about_what_is_kept() -> None:
    real = Tablet._reconcile

    async def reconcile(self: Tablet, rows: Sequence[Row]) -> None:
        asked = set(self.outbox.get("asked") or ())
        self.outbox.set("asked", [*asked, *(row.record_id for row in rows)])
        await real(self, [row for row in rows if row.record_id not in asked or row.state is not State.KEPT])

    Tablet._reconcile = reconcile


@breaks("R52", "filter_has_a_version")
def asks_for_any_filter() -> None:
    tablet.KNOWN_IDENTITIES = "*/*"


@breaks("R52", "filter_has_a_version")
def asks_for_the_old_filter() -> None:
    tablet.KNOWN_IDENTITIES = "application/vnd.kumkm.known-identities"
