"""Broken clients: reconciling."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import httpx
from broken_clients import breaks
from shapes import Json
from spoiling import beforehand, taking

from kumkm_tablet import network, tablet
from kumkm_tablet.outbox import Outbox, Row, State, Verdict
from kumkm_tablet.tablet import Tablet


async def _believe(self: Tablet) -> None:
    self.outbox.confirm(self.outbox.rows(State.ACKNOWLEDGED), 0.0)


@breaks("R36", "asks_before_it_lets_go")
def never_asks() -> None:
    """What a receipt let go of is gone, without asking."""

    async def believe(self: Tablet, rows: Sequence[Row]) -> None:
        self.outbox.confirm([row for row in rows if row.state is not State.KEPT], 0.0)

    Tablet._reconcile = believe


@breaks("R36", "asks_before_it_lets_go")
def lets_go_while_it_cannot_ask() -> None:
    real = Tablet.reconcile

    async def reconcile(self: Tablet) -> None:
        try:
            await real(self)
        except network.Offline:
            await _believe(self)
            self.outbox.purge(float("inf"))
            raise

    Tablet.reconcile = reconcile


@breaks("R39", "asked_once_more_it_says_nothing")
def takes_no_line_for_another_yes() -> None:
    real = tablet._after_reconcile
    tablet._after_reconcile = lambda row, line: real(row, line) if line else None


@breaks("R36", "reconcile_says_otherwise")
def stored_is_enough() -> None:
    taking(lambda line: line.get("state") == "stored", State.ACKNOWLEDGED)


@breaks("R36", "reconcile_says_otherwise")
def stored_and_to_be_fixed_is_done() -> None:
    taking(lambda line: line.get("state") == "stored" and line.get("client_action") == "fix", State.ACKNOWLEDGED)


@breaks("R36", "lost_receipt_is_no_loss")
def lets_go_after_a_crash() -> None:
    """What was being sent when it ended counts as sent."""
    sql = "UPDATE record SET state = 'purged', batch_id = NULL WHERE state = 'sending'"
    beforehand(Tablet, "handshake", lambda self: self.outbox._db.execute(sql))


def _reconciled(change: Callable[[list[Json], list[Json]], list[Json]]) -> None:
    """Hear something else than what reconciling said."""
    real = Tablet._reconcile

    async def reconcile(self: Tablet, rows: Sequence[Row]) -> None:
        send = self.network.send

        async def heard(method: str, path: str, **request: Any) -> httpx.Response:
            answer = await send(method, path, **request)
            told = answer.json()
            lines = told["items"] if isinstance(told, dict) and isinstance(told.get("items"), list) else []
            return httpx.Response(200, json={"items": change(lines, request["json"]["items"])})

        self.network.send = heard
        try:
            await real(self, rows)
        finally:
            self.network.send = send

    Tablet._reconcile = reconcile


def _purge(asked: Json) -> Json:
    told = {"state": "stored", "outcome": "accepted", "client_action": "purge"}
    return {"record_id": asked["record_id"], "revision": asked["revision"], **told}


def _taken_for_stored(state: str) -> None:
    _reconciled(
        lambda lines, asked: [
            _purge(one) if line["state"] == state else line for line, one in zip(lines, asked, strict=False)
        ]
    )


@breaks("R37", "reconcile_says_missing")
def takes_missing_for_stored() -> None:
    _taken_for_stored("missing")


@breaks("R37", "reconcile_says_missing")
def sends_only_the_first_that_is_missing() -> None:
    def change(lines: list[Json], _: list[Json]) -> list[Json]:
        missing = [line for line in lines if line["state"] == "missing"]
        return [line for line in lines if line not in missing[1:]]

    real = Tablet._reconcile
    _reconciled(change)
    spoilt = Tablet._reconcile

    async def reconcile(self: Tablet, rows: Sequence[Row]) -> None:
        await spoilt(self, rows)
        await _believe(self)

    assert real is not spoilt
    Tablet._reconcile = reconcile


def _settled(change: Callable[[Verdict], Verdict]) -> None:
    """Settle records by other verdicts than they got."""
    real = Outbox.settle

    def settle(self: Outbox, verdicts: Iterable[tuple[Row, Verdict]]) -> None:
        real(self, [(row, change(verdict)) for row, verdict in verdicts])

    Outbox.settle = settle


@breaks("R37", "reconcile_says_missing")
def sets_aside_what_is_missing() -> None:
    _settled(lambda verdict: Verdict(State.KEPT) if verdict == Verdict(State.QUEUED) else verdict)


@breaks("R38", "reconcile_says_different")
def takes_different_for_stored() -> None:
    _taken_for_stored("different")


@breaks("R38", "reconcile_says_different")
def sends_what_is_different_again() -> None:
    _reconciled(
        lambda lines, _: [{**line, "state": "missing"} if line["state"] == "different" else line for line in lines]
    )


@breaks("R38", "reconcile_says_different")
def drops_what_is_different() -> None:
    _settled(lambda verdict: Verdict(State.PURGED) if "different" in str(verdict.told) else verdict)


@breaks("R39", "reconcile_is_no_answer")
def takes_silence_for_stored() -> None:
    _reconciled(
        lambda lines, asked: [
            next((line for line in lines if line.get("record_id") == one["record_id"]), _purge(one)) for one in asked
        ]
    )


@breaks("R39", "reconcile_is_no_answer")
def takes_lines_in_their_order() -> None:
    _reconciled(
        lambda lines, asked: [
            {**line, "record_id": one["record_id"], "revision": one["revision"]}
            for line, one in zip(lines, asked, strict=False)
        ]
    )


@breaks("R39", "reconcile_is_no_answer")
def takes_a_portal_for_a_yes() -> None:
    real = tablet.has

    def has(*names: str) -> Callable[[httpx.Response], bool]:
        return (lambda answer: answer.status_code == 200) if names == ("items",) else real(*names)

    tablet.has = has
    reconcile = Tablet._reconcile

    async def trusting(self: Tablet, rows: Sequence[Row]) -> None:
        try:
            await reconcile(self, rows)
        except (ValueError, KeyError):
            await _believe(self)

    Tablet._reconcile = trusting


@breaks("R39", "reconcile_is_no_answer")
def looks_at_the_action_only() -> None:
    _reconciled(
        lambda lines, _: [
            {**line, "state": line.get("state") or ("stored" if line.get("client_action") == "purge" else None)}
            for line in lines
        ]
    )
