"""Scenarios: the client's process is ended in the middle of something."""

from kumkm_tablet.conformance.lies import CHANGES, HANDSHAKE, RECONCILE
from kumkm_tablet.conformance.stage import Broken, Moment, Stage, at, is_batch, of, same_batch_again, scenario

_MOMENTS: tuple[tuple[Moment, float], ...] = (("stored", 0), ("half", 0), ("answered", 0), ("answered", 0.02))


@scenario("R18", "R19")
def killed_while_sending(stage: Stage) -> None:
    """It is ended before the batch arrives and behind the commit; more is recorded before it starts again."""
    for moment in ("received", "stored"):
        items = stage.record(2)
        start = len(stage.batches)
        stage.sync_killed(of(items), moment)
        more = stage.record(2)
        stage.sync()
        sent = [each for each in stage.batches[start:] if of(items)(each)]
        same_batch_again(sent, "R18", "ended while it sent, and started again")
        stage.must_arrive([*items, *more], "R18")


@scenario("R10")
def killed_anywhere(stage: Stage) -> None:
    """It is ended at each kind of request, before, in and behind its answer; the server lost every other record."""
    points = [(only, *when) for only in (at(HANDSHAKE), is_batch, at(RECONCILE), at(CHANGES)) for when in _MOMENTS]
    items = []
    for number, (only, moment, after_s) in enumerate(points):
        (item,) = stage.record()
        items.append(item)
        if number % 2:
            stage.lies.states[item["record_id"]] = "missing"
        stage.lies.days += 5
        stage.sync_killed(only, moment, after_s)
    stage.sync()
    stage.lies.states.clear()
    states = stage.states()
    if any(states.get(item["record_id"]) in (None, "purged") and not stage.stored([item]) for item in items):
        raise Broken("R10", "ended in the middle of a sync, it has lost records that the server does not have")
    stage.must_arrive(items, "R10")
    missed = [item for item in items[1::2] if len(stage.sendings(item["record_id"])) < 2]  # noqa: PLR2004  (twice)
    if missed:
        raise Broken("R10", f"ended in a sync, it has lost {len(missed)} records that the server does not have")
