"""Broken clients: what is recorded, kept, mended, sent as it was."""

import json
import re
import struct
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import httpx
from broken_clients import breaks, instead
from shapes import Json, the
from spoiling import afterwards, beforehand, taking

from kumkm_tablet import outbox, tablet
from kumkm_tablet.canonical import canonical, content_sha256, uuid7
from kumkm_tablet.outbox import Batch, Outbox, Row, State, Verdict
from kumkm_tablet.tablet import Report, Tablet

# R10: on disk when it is recorded.


@breaks("R10", "recorded_is_on_disk")
def takes_out_what_it_is_about_to_send() -> None:
    """The queue is emptied into memory at the start of a sync, and put back at its end."""
    real = Tablet.handshake

    async def handshake(self: Tablet) -> Mapping[str, Any]:
        rows = self.outbox._db.execute("SELECT * FROM record WHERE state = 'queued'").fetchall()
        self.outbox._db.execute("DELETE FROM record WHERE state = 'queued'")
        shaken = await real(self)
        self.outbox._db.executemany(f"INSERT INTO record VALUES ({', '.join('?' * 10)})", rows)
        return shaken

    Tablet.handshake = handshake


@breaks("R10", "recorded_is_on_disk")
def deletes_what_it_sends() -> None:
    """What is sent is taken out of the outbox, and comes back where no receipt does."""
    real = Tablet._put

    async def put(self: Tablet, batch: Batch) -> httpx.Response | None:
        keys = [(row.record_id, row.revision) for row in batch.rows]
        columns = "SELECT * FROM record WHERE record_id = ? AND revision = ?"
        rows = [self.outbox._db.execute(columns, key).fetchone() for key in keys]
        self.outbox._db.executemany("DELETE FROM record WHERE record_id = ? AND revision = ?", keys)
        try:
            return await real(self, batch)
        finally:
            self.outbox._db.executemany(f"INSERT INTO record VALUES ({', '.join('?' * 10)})", rows)

    Tablet._put = put


@breaks("R10", "killed_anywhere")
def lets_go_in_memory_first() -> None:
    """Purges with the receipt, and puts back what reconciling misses."""
    real, settle = Tablet._reconcile, Tablet._settle
    held = {}

    def settled(self: Tablet, batch: Batch, receipt: Mapping[str, Any], report: Report) -> None:
        settle(self, batch, receipt, report)
        for row in batch.rows:
            held[row.record_id] = row
            self.outbox._db.execute("UPDATE record SET content = NULL WHERE record_id = ?", (row.record_id,))

    async def reconcile(self: Tablet, rows: Sequence[Row]) -> None:
        await real(self, [row._replace(content="x") for row in rows])
        for row in held.values():
            self.outbox._db.execute(
                "UPDATE record SET content = ? WHERE record_id = ? AND revision = ?",
                (row.content, row.record_id, row.revision),
            )

    Tablet._settle, Tablet._reconcile = settled, reconcile


# R11: as it was recorded.


def _with_items(change: Callable[[Any], Any]) -> None:
    """Send each item changed, and reconcile it as it was changed."""
    outbox.canonical = lambda value: canonical(change(json.loads(json.dumps(value))))


def _text(change: Callable[[str], str]) -> None:
    """Change the text of items as they go out."""
    real = Tablet._put

    async def put(self: Tablet, batch: Batch) -> httpx.Response | None:
        rows = [row._replace(content=change(the(row.content))) for row in batch.rows]
        return await real(self, Batch(batch.id, batch.campaign, rows))

    Tablet._put = put


def _deep(told: Any, change: Callable[[Any], Any]) -> Any:
    if isinstance(told, dict):
        return {name: _deep(value, change) for name, value in told.items()}
    if isinstance(told, list):
        return [_deep(value, change) for value in told]
    return change(told)


@breaks("R11", "sent_as_recorded")
def normalises_unicode() -> None:
    _with_items(lambda item: _deep(item, lambda told: unicodedata.normalize("NFC", told) if _is_text(told) else told))


def _is_text(told: Any) -> bool:
    return isinstance(told, str)


@breaks("R11", "sent_as_recorded")
def drops_nulls() -> None:
    def without(told: Any) -> Any:
        if isinstance(told, dict):
            return {name: without(value) for name, value in told.items() if value is not None}
        return told

    _with_items(without)


@breaks("R11", "sent_as_recorded")
def drops_fields_it_does_not_know() -> None:
    def known(item: Json) -> Json:
        item["answers"].pop("catatan", None)
        return item

    _with_items(known)


@breaks("R11", "sent_as_recorded")
def numbers_are_doubles() -> None:
    _with_items(lambda item: _deep(item, lambda told: int(float(told)) if type(told) is int else told))


@breaks("R11", "sent_as_recorded")
def coordinates_are_floats_of_32_bits() -> None:
    def narrow(told: Any) -> Any:
        return struct.unpack("f", struct.pack("f", told))[0] if isinstance(told, float) else told

    _with_items(lambda item: _deep(item, narrow))


@breaks("R11", "sent_as_recorded")
def reads_digits_as_numbers() -> None:
    def number(told: Any) -> Any:
        return int(told) if isinstance(told, str) and re.fullmatch(r"0\d+", told) else told

    _with_items(lambda item: {**item, "answers": _deep(item["answers"], number)})


@breaks("R11", "sent_as_recorded")
def strips_time_zones() -> None:
    def utc(told: Any) -> Any:
        is_time = isinstance(told, str) and re.match(r"\d{4}-\d\d-\d\dT", told)
        return datetime.fromisoformat(told).replace(tzinfo=None).isoformat() + "Z" if is_time else told

    _with_items(lambda item: _deep(item, utc))


@breaks("R11", "sent_as_recorded")
def trims_texts() -> None:
    _with_items(lambda item: _deep(item, lambda told: told.strip() if _is_text(told) else told))


@breaks("R11", "sent_as_recorded")
def writes_only_ascii() -> None:
    _with_items(
        lambda item: _deep(item, lambda told: told.encode("ascii", "ignore").decode() if _is_text(told) else told)
    )


@breaks("R11", "servers_clock_is_another")
def corrects_captured_at() -> None:
    def corrected(item: Json) -> Json:
        return {**item, "captured_at": item["captured_at"].replace("T", "T").replace("+00:00", "+07:00")}

    _with_items(corrected)


# R12: a revision has one content.


@breaks("R12", "sent_as_recorded")
def stamps_each_sending() -> None:
    count = [0]

    def stamped(content: str) -> str:
        count[0] += 1
        return json.dumps({**json.loads(content), "sent": count[0]}, sort_keys=True)

    _text(stamped)


@breaks("R12", "sent_as_recorded")
def rewrites_the_time_of_capture() -> None:
    def now(content: str) -> str:
        return json.dumps({**json.loads(content), "captured_at": datetime.now().astimezone().isoformat()})

    _text(now)


# R13, R14: what a person mends.


@breaks("R13", "mended")
def mends_under_the_same_revision() -> None:
    _with_items(lambda item: {**item, "revision": 1})


@breaks("R13", "mended")
def mends_as_a_new_record() -> None:
    _with_items(lambda item: item if item["revision"] == 1 else {**item, "record_id": uuid7(), "revision": 1})


@breaks("R13", "returned")
def skips_a_revision() -> None:
    _with_items(lambda item: item if item["revision"] == 1 else {**item, "revision": item["revision"] + 1})


@breaks("R14", "mended")
def sends_what_is_to_be_fixed() -> None:
    tablet._BY_ACTION["fix"] = State.QUEUED
    instead(Tablet, _next_batch=_few(Tablet._next_batch))


@breaks("R14", "mended")
def lets_go_of_what_is_to_be_fixed() -> None:
    tablet._BY_ACTION["fix"] = State.PURGED


@breaks("R14", "mended")
def sends_every_revision_again() -> None:
    real = Outbox.add

    def add(self: Outbox, campaign: str, item: Mapping[str, Any]) -> Row:
        row = real(self, campaign, item)
        if row.revision > 1:
            old = canonical({**_first.get(row.record_id, item), "revision": 1}).decode()
            self._db.execute(
                "UPDATE record SET state = 'queued', content = ? WHERE record_id = ? AND revision = 1",
                (old, row.record_id),
            )
        return row

    _first: dict[str, Mapping[str, Any]] = {}
    Outbox.add = add


@breaks("R14", "returned")
def sends_what_was_returned() -> None:
    real = Outbox.give_back

    def give_back(self: Outbox, record_id: str, revision: int, *told: Any) -> None:
        real(self, record_id, revision, *told)
        self._db.execute("UPDATE record SET state = 'queued' WHERE record_id = ?", (record_id,))

    instead(Outbox, give_back=give_back)


def _few(real: Callable[[Tablet], Batch | None]) -> Callable[[Tablet], Batch | None]:
    """Not for ever within one sync."""
    turns = iter(range(3))

    def following(self: Tablet) -> Batch | None:
        return None if next(turns, None) is None else real(self)

    return following


# R15, R16: keep.


@breaks("R15", "keep_is_kept")
def forgets_what_is_kept() -> None:
    tablet._BY_ACTION["keep"] = State.PURGED


@breaks("R15", "keep_is_kept")
def takes_held_for_accepted() -> None:
    taking(lambda line: line.get("outcome") == "held", State.ACKNOWLEDGED)


@breaks("R15", "keep_is_kept")
def takes_a_conflict_for_a_duplicate() -> None:
    taking(lambda line: line.get("outcome") == "conflict", State.ACKNOWLEDGED)


@breaks("R15", "keep_is_kept")
def sends_what_is_kept_at_every_sync() -> None:
    def queue(self: Tablet) -> None:
        kept = self.outbox.rows(State.KEPT)
        self.outbox.settle([(row, Verdict(State.QUEUED)) for row in kept])

    beforehand(Tablet, "push", queue)


@breaks("R15", "lines_differ")
def believes_the_first_line_for_all() -> None:
    real = Tablet._settle

    def settle(self: Tablet, batch: Batch, receipt: Mapping[str, Any], report: Report) -> None:
        lines = [{**each, "client_action": receipt["items"][-1]["client_action"]} for each in receipt["items"]]
        real(self, batch, {**receipt, "items": [{**each, "outcome": "accepted"} for each in lines]}, report)

    Tablet._settle = settle
    tablet._state_of = lambda line: State.ACKNOWLEDGED


@breaks("R16", "unknown_words")
def lets_go_by_the_action_alone() -> None:
    tablet._state_of = lambda line: tablet._BY_ACTION.get(str(line.get("client_action")), State.KEPT)


@breaks("R16", "unknown_words")
def lets_go_of_what_it_does_not_know() -> None:
    real = tablet._BY_ACTION
    tablet._state_of = lambda line: real.get(str(line.get("client_action")), State.ACKNOWLEDGED)


@breaks("R16", "unknown_words")
def sends_again_what_it_does_not_know() -> None:
    taking(lambda line: line.get("outcome") == "postponed", State.QUEUED)
    instead(Tablet, _next_batch=_few(Tablet._next_batch))


# R17: older questionnaires.


@breaks("R17", "newer_questionnaire")
def keeps_back_what_is_old() -> None:
    real = Tablet._next_batch

    def following(self: Tablet) -> Batch | None:
        known = self.outbox.get("handshake", {}).get("questionnaires", [])
        return real(self) if "umkm@1" in known else None

    Tablet._next_batch = following


@breaks("R17", "newer_questionnaire")
def drops_what_is_old() -> None:
    def drop(self: Tablet, shaken: Mapping[str, Any]) -> None:
        if "umkm@1" not in shaken["questionnaires"]:
            self.outbox._db.execute("DELETE FROM record WHERE state = 'queued'")

    afterwards(Tablet, "handshake", drop)


# R40: canonical JSON.


def _hash(change: Callable[[Row], str]) -> None:
    real = Tablet._reconcile

    async def reconcile(self: Tablet, rows: Sequence[Row]) -> None:
        await real(self, [row._replace(sha256=change(row)) for row in rows])

    Tablet._reconcile = reconcile


@breaks("R40", "sent_as_recorded")
def hashes_with_blanks() -> None:
    _hash(lambda row: content_sha256(json.dumps(json.loads(the(row.content)), sort_keys=True).encode()))


@breaks("R40", "sent_as_recorded")
def hashes_escaped_letters() -> None:
    _hash(
        lambda row: content_sha256(
            json.dumps(json.loads(the(row.content)), sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()
        )
    )


@breaks("R40", "sent_as_recorded")
def sorts_keys_by_utf_16() -> None:
    def ordered(told: Any) -> Any:
        if isinstance(told, dict):
            return {name: ordered(told[name]) for name in sorted(told, key=lambda each: each.encode("utf-16-be"))}
        return [ordered(each) for each in told] if isinstance(told, list) else told

    def text(row: Row) -> str:
        return json.dumps(ordered(json.loads(the(row.content))), separators=(",", ":"), ensure_ascii=False)

    _hash(lambda row: content_sha256(text(row).encode()))
