"""A business that has another owner, in each kind of case in which it shows."""

import pytest
from shapes import Json
from test_deduplication import claim

from app.register.deduplication import judge, judge_all
from app.register.resolution import Decision, Dispute, Undecidable, resolve
from app.register.verdicts import CountedAs, Ledger, Outcome

SOLD = Decision.OWNER_CHANGED


def test_a_record_with_the_nib_of_a_business_and_another_nik() -> None:
    ledger = Ledger()
    first, other = judge_all(ledger, [claim("a", nik=1, nib=5), claim("b", nik=2)])
    new = claim("c", nik=2, nib=5, campaign=2)
    conflict = judge(ledger, new)
    assert conflict.outcome is Outcome.CONFLICT, "the buyer has a business of his own"
    resolve(ledger, Dispute("conflict", new, conflict.parties), SOLD)
    business, record = ledger.businesses[conflict.parties[1]], ledger.records[new.record_id]
    assert business.numbers == {"nik": b"nik:2", "nib": b"nib:5"}
    assert (business.record_id, business.campaign_ids) == (new.record_id, [1, 2])
    assert (record.counted_as, record.business_id) == (CountedAs.ENTERED, business.id)
    assert b"nik:1" not in ledger.owners, "the former owner's is free"
    assert ledger.sharers == {b"nik:2": {business.id: ledger.sharers[b"nik:2"][business.id]}}
    assert {first.business_id, other.business_id} == {*ledger.businesses}, "nothing was merged"


def test_two_that_look_alike_without_a_common_number() -> None:
    ledger = Ledger()
    new = claim("b", nik=2, campaign=2)
    first, second = judge_all(ledger, [claim("a", nik=1, nib=5), new])
    assert first.business_id
    assert second.business_id
    resolve(ledger, Dispute("likely", new, (first.business_id, second.business_id)), SOLD)
    business = ledger.businesses[first.business_id]
    assert business.numbers == {"nik": b"nik:2", "nib": b"nib:5"}
    assert (business.record_id, business.campaign_ids) == (new.record_id, [1, 2])
    assert ledger.businesses[second.business_id].merged_into == business.id
    assert b"nik:1" not in ledger.owners


def test_a_later_revision_of_its_own_record() -> None:
    ledger = Ledger()
    first, _ = judge_all(ledger, [claim("a", nik=1, nib=5), claim("b", nik=1, nib=5)])
    new = claim("a", revision=2, nik=2, nib=5)
    waits = judge(ledger, new)
    assert waits.outcome is Outcome.CONFLICT
    resolve(ledger, Dispute("conflict", new, waits.parties), SOLD)
    record = ledger.records[new.record_id]
    assert (record.counted_revision, record.counted_as) == (2, CountedAs.ENTERED)
    assert ledger.businesses[waits.parties[0]].numbers == {"nik": b"nik:2", "nib": b"nib:5"}
    assert b"nik:1" not in ledger.owners
    assert first.business_id == record.business_id


def test_in_the_same_campaign_the_record_that_is_in_force_is_the_one_that_counts() -> None:
    ledger = Ledger()
    old, new = claim("a", nik=1, nib=5), claim("b", nik=2, nib=5)
    _, conflict = judge_all(ledger, [old, new])
    resolve(ledger, Dispute("conflict", new, conflict.parties), SOLD)
    assert ledger.records[new.record_id].counted_as is CountedAs.ENTERED
    assert ledger.records[old.record_id].counted_as is CountedAs.DUPLICATE
    assert ledger.businesses[conflict.parties[0]].campaign_ids == [1]


def test_a_late_record_of_an_older_campaign_changes_the_owner_but_not_the_answers() -> None:
    ledger = Ledger()
    old, new = claim("a", nik=1, nib=5, campaign=2), claim("b", nik=2, nib=5)
    _, conflict = judge_all(ledger, [old, new])
    resolve(ledger, Dispute("conflict", new, conflict.parties), SOLD)
    business = ledger.businesses[conflict.parties[0]]
    assert (business.record_id, business.numbers["nik"]) == (old.record_id, b"nik:2")
    assert ledger.records[new.record_id].counted_as is CountedAs.ENTERED


def test_the_former_owners_other_businesses_stay_his() -> None:
    ledger = Ledger()
    judge_all(ledger, [claim("a", nik=1, nib=5), claim("x", nik=1)])
    again = claim("x", nik=1)
    resolve(ledger, Dispute("duplicate", again, (ledger.owners[b"nik:1"].business_id,)), Decision.SEPARATE)
    new = claim("c", nik=2, nib=5)
    resolve(ledger, Dispute("conflict", new, judge(ledger, new).parties), SOLD)
    own = ledger.records[again.record_id].business_id
    assert ledger.owners[b"nik:1"].business_id == own
    assert not ledger.sharers


@pytest.mark.parametrize("said", [{"nib": 5}, {"nik": 1, "nib": 6}])
def test_a_record_that_names_no_other_owner_is_no_sale(said: Json) -> None:
    ledger = Ledger()
    new = claim("b", **said)
    _, verdict = judge_all(ledger, [claim("a", nik=1, nib=5), new])
    with pytest.raises(Undecidable):
        resolve(ledger, Dispute(verdict.case or "", new, verdict.parties), SOLD)
