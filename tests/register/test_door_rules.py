"""What a door counts as after visits without an interview: the rules alone."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import get_args
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.progress import models as progress
from app.questionnaires.visit_1 import Result
from app.register.deduplication import judge
from app.register.doors import found, state_of
from app.register.verdicts import RESULTS, Claim, CountedAs, Ledger, Outcome, Visited
from app.submissions.models import DoorState

EMBEDDED_IS_ENOUGH = True
MORNING = datetime(2022, 9, 12, 1, tzinfo=UTC)
FINAL: list[Result] = ["refused", "closed", "moved", "not_found", "not_eligible", "non_response"]
visits = st.builds(
    Visited,
    st.sampled_from(["absent", "absent", *FINAL]),
    st.integers(0, 5).map(lambda days: MORNING + timedelta(days=days)),
)


def at(day: int, result: Result) -> Visited:
    return Visited(result, MORNING + timedelta(days=day))


def counted(*results: Result) -> CountedAs | None:
    return state_of(at(day, result) for day, result in enumerate(results))


def codes(visited: Visited, *earlier: Visited, before: CountedAs | None = None) -> set[str]:
    state = before or state_of(earlier)
    return {each.code for each in found(visited, len(earlier) + 1, dict(enumerate(earlier, 1)), state).doubts}


def test_a_door_where_nobody_is_met_is_open_until_the_third_visit() -> None:
    absent: list[Result] = ["absent"] * 4
    assert [counted(*absent[:times]) for times in range(1, 5)] == [
        CountedAs.OPEN_VISITS,
        CountedAs.OPEN_VISITS,
        CountedAs.NON_RESPONSE,
        CountedAs.NON_RESPONSE,
    ]


@pytest.mark.parametrize("result", FINAL)
def test_every_other_result_is_final_and_counts_as_itself(result: Result) -> None:
    assert counted(result) is CountedAs(result)
    assert counted("absent", result, "absent", "absent") is CountedAs(result)


def test_an_absence_after_a_final_result_changes_nothing_and_is_doubted() -> None:
    meant = found(at(1, "absent"), 2, {1: at(0, "refused")}, CountedAs.REFUSED)
    assert meant.counted_as is None
    assert [each.code for each in meant.doubts] == ["visit_after_final"]


def test_another_final_result_takes_the_place_of_the_first() -> None:
    meant = found(at(1, "closed"), 2, {1: at(0, "refused")}, CountedAs.REFUSED)
    assert (meant.counted_as, [each.code for each in meant.doubts]) == (CountedAs.CLOSED, ["visit_after_final"])


def test_a_revision_at_the_same_time_corrects_the_visit() -> None:
    meant = found(at(0, "absent"), 2, {1: at(0, "refused")}, CountedAs.REFUSED)
    assert meant == (CountedAs.OPEN_VISITS, ())
    thrice = {1: at(0, "absent"), 2: at(1, "absent")}
    assert found(at(1, "absent"), 3, thrice, CountedAs.OPEN_VISITS).counted_as is CountedAs.OPEN_VISITS


def test_a_final_result_that_was_a_slip_leaves_what_was_before_it() -> None:
    earlier = {1: at(0, "refused"), 2: at(1, "closed")}
    assert found(at(1, "absent"), 3, earlier, CountedAs.CLOSED).counted_as is CountedAs.REFUSED


@pytest.mark.parametrize("before", [CountedAs.ENTERED, CountedAs.DUPLICATE, CountedAs.CONFLICT])
@pytest.mark.parametrize("result", ["absent", *FINAL])
def test_a_visit_after_an_interview_changes_nothing(before: CountedAs, result: Result) -> None:
    meant = found(at(0, result), 2, {}, before)
    assert meant.counted_as is None
    assert "visit_after_interview" in {each.code for each in meant.doubts}


def test_doubts_are_named() -> None:
    absent = [at(0, "absent"), at(1, "absent"), at(2, "absent")]
    assert codes(at(0, "absent")) == set()
    assert codes(at(2, "absent"), *absent[:2]) == set()
    assert codes(at(-1, "absent"), absent[0]) == {"visited_before_last"}
    assert codes(at(3, "refused"), *absent) == {"more_than_three_visits"}
    assert codes(at(1, "non_response"), absent[0]) == {"fewer_than_three_visits"}
    assert codes(at(2, "non_response"), *absent[:2]) == set()


@given(st.lists(visits, max_size=6))
def test_a_door_is_in_exactly_one_state_and_never_entered_by_visits(history: list[Visited]) -> None:
    """As the register judges them, one after another, and as they are counted all at once."""
    ledger, states = Ledger(), []
    for revision, visited in enumerate(history, 1):
        verdict = judge(ledger, _claim(revision, visited))
        assert verdict.outcome in (Outcome.ACCEPTED, Outcome.UPDATED, Outcome.UNCHANGED)
        assert verdict.stored
        assert verdict.business_id is None
        record = ledger.records[UUID(int=1)]
        assert set(record.contents) == set(range(1, revision + 1)), "nothing is lost"
        assert record.counted_as in RESULTS
        states.append(record.counted_as)
    assert not ledger.businesses
    assert not ledger.owners
    assert (states[-1] if states else None) == state_of(history)


@given(st.lists(visits, max_size=4), st.lists(visits, max_size=3))
def test_an_interview_is_entered_after_any_visits_and_stays(before: list[Visited], after: list[Visited]) -> None:
    ledger = Ledger()
    for revision, visited in enumerate(before, 1):
        judge(ledger, _claim(revision, visited))
    interview = _claim(len(before) + 1, None)
    assert judge(ledger, interview).outcome is Outcome.ACCEPTED
    for revision, visited in enumerate(after, interview.revision + 1):
        verdict = judge(ledger, _claim(revision, visited))
        assert (verdict.outcome, verdict.counted_as, verdict.stored) == (Outcome.UNCHANGED, None, True)
    record = ledger.records[UUID(int=1)]
    assert (record.counted_as, record.counted_revision) == (CountedAs.ENTERED, interview.revision)
    assert record.revision == interview.revision, "so that it can be reviewed, and its cases decided"


def _claim(revision: int, visited: Visited | None) -> Claim:
    return Claim(
        record_id=UUID(int=1),
        revision=revision,
        enumerator_id=UUID(int=2),
        campaign_id=1,
        content=str(revision).encode(),
        kind="umkm" if visited is None else "visit",
        numbers={"nik": b"N"} if visited is None else {},
        new_business_id=UUID(int=100 + revision),
        visited=visited,
    )


def test_what_a_door_counts_as_is_one_list_everywhere() -> None:
    """The results and what they count as, in the rules, in the tables, and in the figures."""
    assert {each.value for each in RESULTS} == set(get_args(DoorState)) == set(progress.RESULTS)
    assert set(get_args(Result)) - {"absent"} == set(get_args(DoorState)) - {"open_visits"}
    assert {each.counter for each in CountedAs} | {"invalid"} == set(progress.DOORS)


@given(
    st.lists(visits, min_size=1, max_size=5).flatmap(
        lambda each: st.tuples(st.just(each), st.permutations(list(range(len(each)))))
    )
)
def test_the_order_in_which_visits_come_changes_nothing_of_what_the_door_counts_as(
    given: tuple[list[Visited], list[int]],
) -> None:
    visited, order = given
    told = [
        Claim(UUID(int=1), at + 1, UUID(int=2), 1, bytes([at]), "", {}, UUID(int=3), visited=visited[at])
        for at in order
    ]
    ledger = Ledger()
    counts = Counter[CountedAs]()
    for claim in told:
        before = ledger.records.get(claim.record_id)
        was = before and before.counted_as
        verdict = judge(ledger, claim)
        if verdict.counted_as is not None:
            counts[verdict.counted_as] += 1
            if isinstance(was, CountedAs):
                counts[was] -= 1
        late = before is not None and verdict.behind is not None
        assert late == (verdict.counted_as is not None and claim.revision < ledger.records[claim.record_id].revision)
    record = ledger.records[UUID(int=1)]
    assert record.counted_as is state_of(visited)
    assert +counts == {record.counted_as: 1}
    assert len(record.visits) == len(visited)
