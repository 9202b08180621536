"""Broken clients: what is recorded, kept, mended, sent as it was."""

import json
import re
import struct
import unicodedata
from datetime import datetime

from broken_clients import breaks

from kumkm_tablet import outbox, tablet
from kumkm_tablet.canonical import canonical, content_sha256, uuid7
from kumkm_tablet.outbox import Batch, Outbox, State, Verdict
from kumkm_tablet.tablet import Tablet

# R10: on disk when it is recorded.


@breaks("R10", "recorded_is_on_disk")
def takes_out_what_it_is_about_to_send():
    """The queue is emptied into memory at the start of a sync, and put back at its end."""
    real = Tablet.handshake

    async def handshake(self):
        rows = self.outbox._db.execute("SELECT * FROM record WHERE state = 'queued'").fetchall()
        self.outbox._db.execute("DELETE FROM record WHERE state = 'queued'")
        shaken = await real(self)
        self.outbox._db.executemany(f"INSERT INTO record VALUES ({', '.join('?' * 10)})", rows)
        return shaken

    Tablet.handshake = handshake


@breaks("R10", "recorded_is_on_disk")
def deletes_what_it_sends():
    """What is sent is taken out of the outbox, and comes back where no receipt does."""
    real = Tablet._put

    async def put(self, batch):
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
def lets_go_in_memory_first():
    """Purges with the receipt, and puts back what reconciling misses."""
    real, settle = Tablet._reconcile, Tablet._settle
    held = {}

    def settled(self, batch, receipt, report):
        settle(self, batch, receipt, report)
        for row in batch.rows:
            held[row.record_id] = row
            self.outbox._db.execute("UPDATE record SET content = NULL WHERE record_id = ?", (row.record_id,))

    async def reconcile(self, rows):
        await real(self, [row._replace(content="x") for row in rows])
        for row in held.values():
            self.outbox._db.execute(
                "UPDATE record SET content = ? WHERE record_id = ? AND revision = ?",
                (row.content, row.record_id, row.revision),
            )

    Tablet._settle, Tablet._reconcile = settled, reconcile


# R11: as it was recorded.


def _with_items(change):
    """Send each item changed, and reconcile it as it was changed."""
    outbox.canonical = lambda item: canonical(change(json.loads(json.dumps(item))))


def _text(change):
    """Change the text of items as they go out."""
    real = Tablet._put

    async def put(self, batch):
        rows = [row._replace(content=change(row.content)) for row in batch.rows]
        return await real(self, Batch(batch.id, batch.campaign, rows))

    Tablet._put = put


def _deep(told, change):
    if isinstance(told, dict):
        return {name: _deep(value, change) for name, value in told.items()}
    if isinstance(told, list):
        return [_deep(value, change) for value in told]
    return change(told)


@breaks("R11", "sent_as_recorded")
def normalises_unicode():
    _with_items(lambda item: _deep(item, lambda told: unicodedata.normalize("NFC", told) if _is_text(told) else told))


def _is_text(told):
    return isinstance(told, str)


@breaks("R11", "sent_as_recorded")
def drops_nulls():
    def without(told):
        if isinstance(told, dict):
            return {name: without(value) for name, value in told.items() if value is not None}
        return told

    _with_items(without)


@breaks("R11", "sent_as_recorded")
def drops_fields_it_does_not_know():
    def known(item):
        item["answers"].pop("catatan", None)
        return item

    _with_items(known)


@breaks("R11", "sent_as_recorded")
def numbers_are_doubles():
    _with_items(lambda item: _deep(item, lambda told: int(float(told)) if type(told) is int else told))


@breaks("R11", "sent_as_recorded")
def coordinates_are_floats_of_32_bits():
    def narrow(told):
        return struct.unpack("f", struct.pack("f", told))[0] if isinstance(told, float) else told

    _with_items(lambda item: _deep(item, narrow))


@breaks("R11", "sent_as_recorded")
def reads_digits_as_numbers():
    def number(told):
        return int(told) if isinstance(told, str) and re.fullmatch(r"0\d+", told) else told

    _with_items(lambda item: {**item, "answers": _deep(item["answers"], number)})


@breaks("R11", "sent_as_recorded")
def strips_time_zones():
    def utc(told):
        is_time = isinstance(told, str) and re.match(r"\d{4}-\d\d-\d\dT", told)
        return datetime.fromisoformat(told).replace(tzinfo=None).isoformat() + "Z" if is_time else told

    _with_items(lambda item: _deep(item, utc))


@breaks("R11", "sent_as_recorded")
def trims_texts():
    _with_items(lambda item: _deep(item, lambda told: told.strip() if _is_text(told) else told))


@breaks("R11", "sent_as_recorded")
def writes_only_ascii():
    _with_items(
        lambda item: _deep(item, lambda told: told.encode("ascii", "ignore").decode() if _is_text(told) else told)
    )


@breaks("R11", "servers_clock_is_another")
def corrects_captured_at():
    def corrected(item):
        return {**item, "captured_at": item["captured_at"].replace("T", "T").replace("+00:00", "+07:00")}

    _with_items(corrected)


# R12: a revision has one content.


@breaks("R12", "sent_as_recorded")
def stamps_each_sending():
    count = [0]

    def stamped(content):
        count[0] += 1
        return json.dumps({**json.loads(content), "sent": count[0]}, sort_keys=True)

    _text(stamped)


@breaks("R12", "sent_as_recorded")
def rewrites_the_time_of_capture():
    def now(content):
        return json.dumps({**json.loads(content), "captured_at": datetime.now().astimezone().isoformat()})

    _text(now)


# R13, R14: what a person mends.


@breaks("R13", "mended")
def mends_under_the_same_revision():
    _with_items(lambda item: {**item, "revision": 1})


@breaks("R13", "mended")
def mends_as_a_new_record():
    _with_items(lambda item: item if item["revision"] == 1 else {**item, "record_id": uuid7(), "revision": 1})


@breaks("R13", "returned")
def skips_a_revision():
    _with_items(lambda item: item if item["revision"] == 1 else {**item, "revision": item["revision"] + 1})


@breaks("R14", "mended")
def sends_what_is_to_be_fixed():
    tablet._BY_ACTION["fix"] = State.QUEUED
    Tablet._next_batch = _few(Tablet._next_batch)


@breaks("R14", "mended")
def lets_go_of_what_is_to_be_fixed():
    tablet._BY_ACTION["fix"] = State.PURGED


@breaks("R14", "mended")
def sends_every_revision_again():
    real = Outbox.add

    def add(self, campaign, item):
        row = real(self, campaign, item)
        if row.revision > 1:
            old = canonical({**_first.get(row.record_id, item), "revision": 1}).decode()
            self._db.execute(
                "UPDATE record SET state = 'queued', content = ? WHERE record_id = ? AND revision = 1",
                (old, row.record_id),
            )
        return row

    _first = {}
    Outbox.add = add


@breaks("R14", "returned")
def sends_what_was_returned():
    real = Outbox.give_back

    def give_back(self, record_id, revision, *told):
        real(self, record_id, revision, *told)
        self._db.execute("UPDATE record SET state = 'queued' WHERE record_id = ?", (record_id,))

    Outbox.give_back = give_back


def _few(real):
    """Not for ever within one sync."""

    def following(self):
        self.batches_left = getattr(self, "batches_left", 3) - 1
        return real(self) if self.batches_left >= 0 else None

    return following


# R15, R16: keep.


@breaks("R15", "keep_is_kept")
def forgets_what_is_kept():
    tablet._BY_ACTION["keep"] = State.PURGED


@breaks("R15", "keep_is_kept")
def takes_held_for_accepted():
    real = tablet._state_of
    tablet._state_of = lambda line: State.ACKNOWLEDGED if line.get("outcome") == "held" else real(line)


@breaks("R15", "keep_is_kept")
def takes_a_conflict_for_a_duplicate():
    real = tablet._state_of
    tablet._state_of = lambda line: State.ACKNOWLEDGED if line.get("outcome") == "conflict" else real(line)


@breaks("R15", "keep_is_kept")
def sends_what_is_kept_at_every_sync():
    real = Tablet.push

    async def push(self, report):
        kept = self.outbox.rows(State.KEPT)
        self.outbox.settle([(row, Verdict(State.QUEUED)) for row in kept])
        await real(self, report)

    Tablet.push = push


@breaks("R15", "lines_differ")
def believes_the_first_line_for_all():
    real = Tablet._settle

    def settle(self, batch, receipt, report):
        lines = [{**each, "client_action": receipt["items"][-1]["client_action"]} for each in receipt["items"]]
        real(self, batch, {**receipt, "items": [{**each, "outcome": "accepted"} for each in lines]}, report)

    Tablet._settle = settle
    tablet._state_of = lambda _: State.ACKNOWLEDGED


@breaks("R16", "unknown_words")
def lets_go_by_the_action_alone():
    tablet._state_of = lambda line: tablet._BY_ACTION.get(str(line.get("client_action")), State.KEPT)


@breaks("R16", "unknown_words")
def lets_go_of_what_it_does_not_know():
    real = tablet._BY_ACTION
    tablet._state_of = lambda line: real.get(str(line.get("client_action")), State.ACKNOWLEDGED)


@breaks("R16", "unknown_words")
def sends_again_what_it_does_not_know():
    real = tablet._state_of
    strange = {"postponed"}
    tablet._state_of = lambda line: State.QUEUED if line.get("outcome") in strange else real(line)
    Tablet._next_batch = _few(Tablet._next_batch)


# R17: older questionnaires.


@breaks("R17", "newer_questionnaire")
def keeps_back_what_is_old():
    real = Tablet._next_batch

    def following(self):
        known = self.outbox.get("handshake", {}).get("questionnaires", [])
        return real(self) if "umkm@1" in known else None

    Tablet._next_batch = following


@breaks("R17", "newer_questionnaire")
def drops_what_is_old():
    real = Tablet.handshake

    async def handshake(self):
        shaken = await real(self)
        if "umkm@1" not in shaken["questionnaires"]:
            self.outbox._db.execute("DELETE FROM record WHERE state = 'queued'")
        return shaken

    Tablet.handshake = handshake


# R40: canonical JSON.


def _hash(change):
    real = Tablet._reconcile

    async def reconcile(self, rows):
        await real(self, [row._replace(sha256=change(row)) for row in rows])

    Tablet._reconcile = reconcile


@breaks("R40", "sent_as_recorded")
def hashes_with_blanks():
    _hash(lambda row: content_sha256(json.dumps(json.loads(row.content), sort_keys=True).encode()))


@breaks("R40", "sent_as_recorded")
def hashes_escaped_letters():
    _hash(
        lambda row: content_sha256(
            json.dumps(json.loads(row.content), sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()
        )
    )


@breaks("R40", "sent_as_recorded")
def sorts_keys_by_utf_16():
    def ordered(told):
        if isinstance(told, dict):
            return {name: ordered(told[name]) for name in sorted(told, key=lambda each: each.encode("utf-16-be"))}
        return [ordered(each) for each in told] if isinstance(told, list) else told

    def text(row):
        return json.dumps(ordered(json.loads(row.content)), separators=(",", ":"), ensure_ascii=False)

    _hash(lambda row: content_sha256(text(row).encode()))
