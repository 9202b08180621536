"""Whatever happens to records, a client that follows the charts of `openapi/README.md` comes to an end, and the server
never contradicts itself.

Histories are made up: several enumerators on tablets with wrong clocks record, mend and send in any order, again, or
what is another's; items are held for every reason; supervisors let in, refuse, return and resolve, and undo it; the
server is restored from a backup. Doors are visited before and after interviews. After each step what receipts said is
held against what reconciling says, and the figures of every region and day against what is in force.
"""

import os
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import httpx
import pytest
from histories import NIBS, NIKS, PEOPLE, History
from hypothesis import HealthCheck, Phase, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from world import World

from app.core.clock import SetClock
from app.core.settings import Settings
from app.main import create_app

EMBEDDED_IS_ENOUGH = True
EXAMPLES = int(os.environ.get("KUMKM_HISTORIES", "12"))
SAYS = st.tuples(
    st.sampled_from([None, *NIKS]),
    st.sampled_from([None, *NIBS]),
    st.sampled_from(["fine"] * 4 + ["beside", "inside", "outside", "early", "newer", "faulty", "wild"]),
)
FOUND = st.tuples(
    st.sampled_from(["absent"] * 3 + ["refused", "closed", "moved", "not_found", "not_eligible", "non_response"]),
    st.integers(1, 6),
    st.sampled_from(["fine"] * 5 + ["beside", "inside", "outside", "newer", "faulty"]),
)
who, which = st.integers(0, len(PEOPLE) - 1), st.integers(0, 3)
step = st.one_of(
    st.tuples(st.just("record"), who, SAYS),
    st.tuples(st.just("record"), who, SAYS),
    st.tuples(st.just("edit"), who, which, SAYS),
    st.tuples(st.just("edit"), who, which, SAYS),
    st.tuples(st.just("edit"), who, which, SAYS),
    st.tuples(st.just("visit"), who, FOUND),
    st.tuples(st.just("visit"), who, FOUND),
    st.tuples(st.just("visit_again"), who, which, FOUND),
    st.tuples(st.just("visit_again"), who, which, FOUND),
    st.tuples(st.just("visit_again"), who, which, FOUND),
    st.tuples(st.just("hand_over"), who, st.booleans()),
    st.tuples(st.just("sync"), who),
    st.tuples(st.just("sync"), who),
    st.tuples(st.just("sync"), who),
    st.tuples(st.just("send_backwards"), who),
    st.tuples(st.just("send_one"), who, which),
    st.tuples(st.just("send_backwards"), who),
    st.tuples(st.just("again"), who, which),
    st.tuples(st.just("again"), who, which),
    st.tuples(st.just("reuse"), who, which, SAYS),
    st.tuples(st.just("copy"), who, which),
    st.tuples(st.just("clock"), who, st.sampled_from([-26, -3, 0, 0, 5])),
    st.tuples(st.just("days"), st.sampled_from([0, 90])),
    st.tuples(st.just("revoke"), who, st.booleans()),
    st.tuples(st.just("release"), which),
    st.tuples(st.just("release"), which),
    st.tuples(st.just("refuse"), which),
    st.tuples(st.just("review"), which, st.sampled_from(["returned", "verified"])),
    st.tuples(st.just("resolve"), which, st.sampled_from(["same", "separate", "wrong_identity"])),
    st.tuples(st.just("resolve"), which, st.sampled_from(["same", "separate", "wrong_identity"])),
    st.tuples(st.just("undo"), which),
    st.tuples(st.just("let_go"), who),
    st.tuples(st.just("backup")),
    st.tuples(st.just("restore")),
)


@pytest.fixture
async def patient(settings: Settings, clock: SetClock) -> AsyncIterator[httpx.AsyncClient]:
    """The app, which may be asked as often as one likes."""
    rates = {f"rate_{each}": "1000000/minute" for each in ("list", "change", "lookup", "sign_in", "export")}
    made = create_app(settings.model_copy(update=rates), clock=clock)
    async with made.router.lifespan_context(made):
        transport = httpx.ASGITransport(app=made, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://kumkm.test") as client:
            yield client


# Looking for a shorter history takes minutes; the steps of a failure are shown, and can be played by hand.
@pytest.mark.proof
@hypothesis_settings(
    max_examples=EXAMPLES,
    # The suite plays the same histories each time; others are looked for with KUMKM_HISTORIES.
    derandomize="KUMKM_HISTORIES" not in os.environ,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
@example(
    # What waits stays in the queue when an older revision comes again.
    steps=[
        ("record", 0, (NIKS[0], None, "fine")),
        ("sync", 0),
        ("edit", 0, 0, (NIKS[0], None, "outside")),
        ("sync", 0),
        ("again", 0, 0),
    ]
)
@example(
    # Two enumerators send the same, both are held, and both are let in.
    steps=[("record", 1, (NIKS[0], None, "early")), ("copy", 0, 0), ("sync", 0), ("sync", 1)]
)
@example(
    # Other content, with faults, under a revision that has a higher one.
    steps=[
        ("record", 0, (NIKS[0], None, "fine")),
        ("edit", 0, 0, (NIKS[0], None, "fine")),
        ("sync", 0),
        ("reuse", 0, 0, (None, None, "faulty")),
    ]
)
@example(
    # A door is visited, interviewed, visited again, and the interview is returned.
    steps=[
        ("visit", 0, ("absent", 1, "fine")),
        ("visit_again", 0, 0, ("absent", 2, "inside")),
        ("sync", 0),
        ("edit", 0, 0, (NIKS[0], None, "fine")),
        ("days", 90),
        ("sync", 0),
        ("visit_again", 0, 0, ("closed", 3, "fine")),
        ("sync", 0),
        ("review", 0, "returned"),
        ("sync", 0),
    ]
)
@example(
    # A held interview waits on when a visit comes after one that is in force.
    steps=[
        ("record", 0, (NIKS[0], None, "fine")),
        ("edit", 0, 0, (NIKS[1], None, "outside")),
        ("visit_again", 0, 0, ("refused", 3, "fine")),
        ("sync", 0),
        ("again", 0, 1),
    ]
)
@given(steps=st.lists(step, min_size=20, max_size=50))
async def test_following_the_charts_ends_with_nothing_kept_for_ever(
    patient: httpx.AsyncClient, world: World, pg: asyncpg.Connection, clock: SetClock, steps: list[tuple[Any, ...]]
) -> None:
    noon = clock.now()
    history = History(patient, world, pg, clock)
    try:
        await history.begin()
        for each in steps:
            await history.play(each)
        await history.end()
    except BaseException as exc:
        exc.add_note(f"The history was {steps}")
        raise
    finally:
        clock.moment = noon
