"""Clients that break one rule each: the reference client with one part of it spoilt, as people do it by mistake."""

import json

from kumkm_tablet import network, tablet
from kumkm_tablet.network import Policy
from kumkm_tablet.outbox import State, Verdict
from kumkm_tablet.tablet import Tablet


def new_id_each_time(patch):
    """Without an answer it makes a new batch of the same items."""
    real = Tablet._put

    async def put(self, batch):
        return await real(self, self.outbox.renamed(batch))

    patch.setattr(Tablet, "_put", put)


def trusts_any_200(patch):
    """Whatever answers 200 is a receipt that let everything go."""

    def receipt(answer, batch):
        if answer is None or answer.status_code not in (200, 201):
            return None
        return {"items": [{"outcome": "accepted", "client_action": "purge"} for _ in batch.rows]}

    patch.setattr(tablet, "_receipt", receipt)
    patch.setattr(Tablet, "reconcile", _believe)


async def _believe(self):
    self.outbox.confirm(self.outbox.rows(State.ACKNOWLEDGED), 0.0)


def never_asks_again(patch):
    """What a receipt let go of is gone, without asking."""
    patch.setattr(Tablet, "reconcile", _believe)


def ignores_retry_after(patch):
    real = Policy.wait
    patch.setattr(Policy, "wait", lambda self, attempt, _: real(self, attempt, None))


def hammers(patch):
    patch.setattr(Policy, "wait", lambda self, attempt, after: after or 0.0)
    patch.setattr(Policy, "learn", lambda self, told: setattr(self, "attempts", 40))


def drops_what_is_too_large(patch):
    """After 413 it throws the batch away."""

    async def halves(self, batch, report, *, smaller):
        self.outbox.settle([(row, Verdict(State.PURGED)) for row in batch.rows])

    patch.setattr(Tablet, "_halves", halves)


def stuck_on_poison(patch):
    """It sends the same batch again and again, whatever is wrong with it."""
    patch.setitem(tablet._BY_STATUS, 400, tablet._Said.NOTHING)


def forgets_what_is_kept(patch):
    patch.setitem(tablet._BY_ACTION, "keep", State.PURGED)


def sends_what_is_to_be_fixed(patch):
    patch.setitem(tablet._BY_ACTION, "fix", State.QUEUED)
    patch.setattr(Tablet, "_next_batch", _only_once(Tablet._next_batch))


def _only_once(real):
    """Not for ever within one sync."""

    def following(self):
        self.batches_left = getattr(self, "batches_left", 3) - 1
        return real(self) if self.batches_left >= 0 else None

    return following


def ignores_the_limits(patch):
    real = Tablet._next_batch

    def following(self):
        shaken = self.outbox.get("handshake")
        self.outbox.set("handshake", {**shaken, "limits": {}})
        return real(self)

    patch.setattr(Tablet, "_next_batch", following)


def goes_on_after_410(patch):
    """An outdated cursor is dropped, and nothing is made sure of."""

    async def start_over(self):
        self.outbox.set("cursor", None)

    patch.setattr(Tablet, "_start_over", start_over)


def changes_what_was_sent(patch):
    """Each sending stamps the items anew, under the same ids."""
    real, count = Tablet._put, [0]

    async def stamped(self, batch):
        count[0] += 1
        rows = [
            row._replace(content=json.dumps({**json.loads(row.content), "stamp": count[0]}, sort_keys=True))
            for row in batch.rows
        ]
        return await real(self, type(batch)(batch.id, batch.campaign, rows))

    patch.setattr(Tablet, "_put", stamped)


def signs_out_on_a_lost_refresh(patch):
    """It forgets its attempt, so that the second one looks like a thief's."""
    real = network.Network.refresh

    async def refresh(self):
        self.outbox.set("refresh_attempt", None)
        self.policy.attempts, kept = 1, self.policy.attempts
        try:
            await real(self)
        finally:
            self.policy.attempts = kept

    patch.setattr(network.Network, "refresh", refresh)


BROKEN = {
    new_id_each_time: "cut_before_the_commit",
    trusts_any_200: "captive_portal",
    never_asks_again: "reconcile_says_missing",
    ignores_retry_after: "retry_after",
    hammers: "burst_of_faults",
    drops_what_is_too_large: "too_large",
    stuck_on_poison: "poison",
    forgets_what_is_kept: "keep_is_kept",
    sends_what_is_to_be_fixed: "fix_waits_for_a_person",
    ignores_the_limits: "limits",
    goes_on_after_410: "cursor_outdated",
    changes_what_was_sent: "one_id_one_content",
    signs_out_on_a_lost_refresh: "refresh_is_lost",
}
"""Each with the scenario that must find it out."""
