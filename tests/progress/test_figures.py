"""What is read is what was counted, however much of it is folded."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from census import ENUMERATORS, FIRST_DAY, Census, Tally, change
from forms import sized
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapes import the

from app.progress import queries, roster
from app.progress.models import COUNTERS, DOORS
from app.progress.pace import window
from app.progress.queries import Counts, Question
from app.recount import drift
from app.regions.region_code import ancestry

VILLAGES = ("16.01.14.1003", "16.01.14.1001", "16.01.13.1003", "16.71.01.1001", "51.01.01.1001")
# An invalid item that names no village counts at its enumerator's own region.
PLACES = (*VILLAGES, "16.01", "16")
NODES = ("ID", "16", "16.01", "16.01.14", "16.01.14.1003", "16.01.14.1001", "16.71", "51")
WILD = -19_000  # days before the first: a tablet that thinks it is 1970
TODAY = FIRST_DAY + timedelta(10)

changes = st.builds(
    change,
    st.sampled_from(COUNTERS),
    st.sampled_from((1, 1, 1, -1)),
    st.sampled_from(PLACES),
    st.integers(0, 9),
    st.integers(0, 9) | st.just(WILD),
)
batches = st.tuples(st.sampled_from(ENUMERATORS), st.lists(changes, max_size=6))
stories = st.lists(batches | st.just("fold"), max_size=12)
questions = st.builds(
    Question,
    st.just(1),
    st.sampled_from(queries.BASES),
    st.integers(-1, 10).map(lambda n: FIRST_DAY + timedelta(n)),
    st.integers(-1, 6).map(lambda n: FIRST_DAY + timedelta(n)),
)


@asynccontextmanager
async def undone(pg: asyncpg.Connection) -> AsyncIterator[None]:
    """Everything in the block is taken back at its end, so that examples do not see each other."""
    transaction = pg.transaction()
    await transaction.start()
    try:
        yield
    finally:
        await transaction.rollback()


async def region_figures(pg: asyncpg.Connection, question: Question) -> dict[str, Any]:
    """The figures of all nodes, each read on its own and among its siblings."""
    read = {}
    for code in NODES:
        region = the(await queries.region_named(pg, code))
        siblings = await queries.figures_of_siblings(pg, question, region, window(question.as_of, TODAY))
        read[code] = next(one for one in siblings if one.code == code)
        children = await queries.figures_of_children(pg, question, region, window(question.as_of, TODAY))
        read |= {one.code: one for one in children if one.code in NODES and one.code not in read}
        assert all(read[one.code] == one for one in children if one.code in NODES)
    return read


@pytest.mark.long_form
@settings(max_examples=sized(40, 150), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=stories, question=questions)
async def test_figures_are_those_of_counting_by_hand_whatever_is_folded(
    pg: asyncpg.Connection, census: Census, story: Any, question: Question
) -> None:
    async with undone(pg):
        census = Census(pg)
        for step in story:
            await (census.fold() if step == "fold" else census.send(*step))
        read = await region_figures(pg, question)
        for code, figures in read.items():
            assert_region(census.tally, code, figures, question)
            await assert_days(pg, census.tally, code, question)
        assert await drift_without_records(pg) == []
        await census.fold()
        assert await region_figures(pg, question) == read
        assert await drift_without_records(pg) == []


def assert_region(tally: Tally, code: str, figures: Any, question: Question) -> None:
    days = {day: counts for day, counts in tally.days(code, question.basis).items() if day <= question.as_of}
    first, last = window(question.as_of, TODAY)
    assert figures.counts == Counts(*(sum(counts[c] for counts in days.values()) for c in COUNTERS)), code
    assert figures.enumerators_active == tally.enumerators_active(code, question.basis, question.as_of), code
    assert figures.entered_in_window == sum(counts["entered"] for day, counts in days.items() if first <= day <= last)
    counted = [day for day, counts in days.items() if any(counts[c] for c in DOORS)]
    assert figures.first_day == min((day for day in counted if day >= question.starts_on), default=None), code


async def assert_days(pg: asyncpg.Connection, tally: Tally, code: str, question: Question) -> None:
    since = FIRST_DAY + timedelta(4)
    for enumerator_id in (None, ENUMERATORS[0]):
        told = await queries.days_of(pg, question, code, since, enumerator_id)
        days = tally.days(code, question.basis, enumerator_id=enumerator_id)
        expected = {day: counts for day, counts in days.items() if day <= question.as_of}
        before = [counts for day, counts in expected.items() if day < since]
        assert told.pop(None, Counts()) == Counts(*(sum(c[name] for c in before) for name in COUNTERS))
        for day in {*filter(None, told), *(day for day in expected if day >= since)}:
            counts = expected.get(day, Counter())
            assert told.get(day, Counts()) == Counts(*(counts.get(c, 0) for c in COUNTERS))


async def drift_without_records(pg: asyncpg.Connection) -> Any:
    """These batches leave no submissions, so the cells themselves have nothing to be compared with."""
    return [one for one in await drift(pg, 1) if one.check != "cells_differ_from_records"]


@pytest.mark.long_form
@settings(max_examples=sized(20, 60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=stories, question=questions, code=st.sampled_from(NODES))
async def test_the_roster_has_everybody_of_whom_anything_is_counted(
    pg: asyncpg.Connection, census: Census, story: Any, question: Question, code: str
) -> None:
    async with undone(pg):
        census = Census(pg)
        for step in story:
            await (census.fold() if step == "fold" else census.send(*step))
        received = question.basis == "received"
        expected = sorted(
            {
                who
                for node, who, received_on, captured_on in census.tally.active
                if node == code and (received_on if received else captured_on) <= question.as_of
            }
        )
        assert await roster.roster(pg, question, code, limit=10) == expected
        assert await roster.roster(pg, question, code, limit=10, only=ENUMERATORS[1:]) == [
            one for one in expected if one != ENUMERATORS[0]
        ]
        paged: list[UUID] = []
        while page := await roster.roster(pg, question, code, limit=1, after=paged[-1] if paged else None):
            paged += page
        assert paged == expected
        for one in await roster.figures_of_enumerators(pg, question, code, expected):
            counted = {
                received_on if received else captured_on
                for (who, village, received_on, captured_on, counter), by in census.tally.cells.items()
                if by > 0 and who == one.enumerator.id and counter in DOORS and code in ancestry(village)
            }
            in_campaign = {day for day in counted if question.starts_on <= day <= question.as_of}
            assert one.active_days == len(in_campaign), "a day before the campaign is nobody's working day"


async def test_a_region_that_was_retired_is_shown_as_long_as_something_is_left_in_it(
    pg: asyncpg.Connection, census: Census
) -> None:
    await pg.execute("UPDATE region SET retired_on = '2022-09-01' WHERE code IN ('16.01.13', '16.01.14')")
    await census.send(ENUMERATORS[0], [change("entered", 1, VILLAGES[0], 0, 0)])
    regency = the(await queries.region_named(pg, "16.01"))

    async def codes(as_of: date) -> set[str]:
        question = Question(1, "received", as_of)
        return {one.code for one in await queries.figures_of_children(pg, question, regency, window(as_of, TODAY))}

    assert "16.01.14" in await codes(TODAY)
    assert "16.01.13" not in await codes(TODAY)
    assert "16.01.13" in await codes(date(2022, 8, 31))
    assert len(await codes(TODAY)) == len(await codes(date(2022, 8, 31))) - 1


async def test_a_village_has_no_children(pg: asyncpg.Connection, census: Census) -> None:
    village = the(await queries.region_named(pg, VILLAGES[0]))
    assert await queries.figures_of_children(pg, Question(1, "received", TODAY), village, window(TODAY, TODAY)) == []
