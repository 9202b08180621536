"""Broken clients: what they send of a door that is visited again and again."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from broken_clients import breaks, instead

from kumkm_tablet.outbox import Batch, Outbox, Row

# R58: every visit, in its order.


@breaks("R58", "visited_again_and_again")
def sends_the_last_word_on_a_door_alone() -> None:
    """As if a revision had everything that those before it had."""
    real = Outbox.add

    def add(self: Outbox, campaign: str, item: Mapping[str, Any]) -> Row:
        row = real(self, campaign, item)
        self._db.execute(
            "UPDATE record SET state = 'superseded', content = NULL"
            " WHERE record_id = ? AND revision < ? AND state = 'queued'",
            (row.record_id, row.revision),
        )
        return row

    Outbox.add = add


@breaks("R58", "visited_again_and_again")
def sends_the_newest_first() -> None:
    """So that a supervisor sees at once how things stand."""
    real = Outbox._put_into_batch

    def backwards(self: Outbox, chosen: Sequence[tuple[str, int]]) -> Batch:
        batch = real(self, chosen)
        return replace(batch, rows=batch.rows[::-1])

    instead(Outbox, _put_into_batch=backwards)
