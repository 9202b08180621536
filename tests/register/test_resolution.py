"""Whatever a person decides on whatever a census brought, it can be undone."""

from copy import deepcopy
from uuid import UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st
from test_deduplication import SPACE, claim, descriptions

from app.register.deduplication import judge, judge_all
from app.register.owners import Description
from app.register.resolution import Decision, Dispute, Undecidable, resolve
from app.register.verdicts import Claim, CountedAs, Ledger, Outcome
from app.review.journal import Journal, images, journal_of, undo

NOTHING = Journal(businesses={}, owners={}, records={})
CLAIMS = st.lists(
    st.builds(
        claim,
        st.integers(0, 5),
        revision=st.integers(1, 2),
        kind=st.just("umkm"),
        described=st.none() | descriptions,
        nik=st.none() | st.integers(0, 3),
        nib=st.none() | st.integers(0, 3),
    ),
    min_size=2,
    max_size=10,
)


def disputes_of(ledger: Ledger, claims: list[Claim]) -> list[Dispute]:
    """The last case that each record opened, unless a later revision ended it."""
    open_cases: dict[UUID, Dispute] = {}
    for each in claims:
        verdict = judge(ledger, each)
        if verdict.stored and verdict.outcome is not Outcome.UNCHANGED:
            open_cases.pop(each.record_id, None)
        if verdict.case is not None:
            open_cases[each.record_id] = Dispute(verdict.case, each, verdict.parties)
    return list(open_cases.values())


def entered_once(ledger: Ledger) -> bool:
    """Each business that is no other's name is entered by exactly one record in each of its campaigns."""
    counts: dict[tuple[UUID | None, int], int] = {}
    for record in ledger.records.values():
        if record.counted_as is CountedAs.ENTERED:
            counts[record.business_id, record.campaign_id] = counts.get((record.business_id, record.campaign_id), 0) + 1
    told = {
        (each.id, campaign): 1
        for each in ledger.businesses.values()
        if not each.merged_into
        for campaign in each.campaign_ids
    }
    return counts == told


def known_numbers(ledger: Ledger) -> bool:
    """The owner of every number has it, and is no other's name; and all others that have it share it."""
    shares = {
        (digest, each.id)
        for each in ledger.businesses.values()
        if each.merged_into is None
        for digest in {*each.numbers.values(), *each.aliases}
        if ledger.owners[digest].business_id != each.id
    }
    return shares == {(digest, id_) for digest, those in ledger.sharers.items() for id_ in those} and all(
        (owned := ledger.businesses[owner.business_id]).merged_into is None
        and digest in {*owned.numbers.values(), *owned.aliases}
        for digest, owner in ledger.owners.items()
    )


def test_undone_a_number_is_shared_as_it_was() -> None:
    """So its own tablet may correct it, as before."""
    ledger, described = Ledger(), Description("Warung Padang", owner_name="Sari", kbli="56101", region_code="16.01")
    other = described._replace(legal_name="Bengkel Motor", kbli="45407", other_business=True)
    second = claim("b", nik=1, described=other)
    _, verdict = judge_all(ledger, [claim("a", nik=1, described=described), second])
    before = images(ledger)
    assert [each.matched for (each,) in before.sharers.values()] == [False]
    resolve(ledger, Dispute(verdict.case or "", second, verdict.parties), Decision.SAME)
    assert not ledger.sharers
    undo(ledger, Journal.read(journal_of(before, images(ledger)).written()) or NOTHING, verdict.parties[0])
    assert images(ledger) == before
    assert judge(ledger, claim("b", revision=2, nik=2, described=other)).outcome is Outcome.UPDATED


@given(CLAIMS, st.sampled_from(Decision), st.integers(0, 9), st.booleans())
def test_a_decision_keeps_the_register_sound_and_can_be_undone(
    claims: list[Claim], decision: Decision, which: int, other: bool
) -> None:
    ledger = Ledger()
    disputes = disputes_of(ledger, claims)
    if not disputes:
        return
    dispute = disputes[which % len(disputes)]
    dispute = Dispute(dispute.kind, dispute.claim._replace(new_business_id=uuid5(SPACE, "another")), dispute.parties)
    before = images(ledger)
    untouched = deepcopy(ledger)
    wrong = ledger.businesses[dispute.parties[-1]].record_id if other else None
    survivor = dispute.parties[-1] if other else None
    try:
        resolve(ledger, dispute, decision, survivor=survivor, wrong_record=wrong)
    except Undecidable:
        ledger = untouched
    assert entered_once(ledger)
    assert known_numbers(ledger)
    journal = Journal.read(journal_of(before, images(ledger)).written())
    assert journal == journal_of(before, images(ledger))
    undo(ledger, journal, dispute.parties[0])
    after = images(ledger)
    added = after.businesses.keys() - before.businesses.keys()
    assert all(after.businesses[id_].merged_into for id_ in added)
    assert {id_: each for id_, each in after.businesses.items() if id_ not in added} == before.businesses
    assert after.owners == before.owners
    assert after.records == before.records
    assert after.sharers == before.sharers
    assert entered_once(ledger)
    assert known_numbers(ledger)
