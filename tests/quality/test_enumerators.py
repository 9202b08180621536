"""Who is to be looked at first: whose share of flags is more than chance and the others' differences explain."""

from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from made_up import MORNING, answers, honest, of

from app.campaigns.thresholds import Thresholds
from app.quality.interviews import Interview
from app.quality.judging import Circumstances, JudgedEnumerator, judge, still_dismissed

LATER = MORNING + timedelta(days=40)
CHEAT = 50


def people(interviews: list[Interview], **by: Any) -> dict[int, JudgedEnumerator]:
    judged = judge(interviews, Circumstances(Thresholds(), **by))
    return {each.enumerator_id.int - 10_000: each for each in judged.enumerators}


def work(count: int = 30, **other: Any) -> list[Interview]:
    """Of somebody who does one thing differently; what is a function says it of each answer."""
    rng, made = Random(11), []
    for n in range(count):
        at = LATER + timedelta(minutes=40 * n)
        said = answers(rng, 60_000 + n)
        change = other.get("said")
        made.append(of(60_000 + n, CHEAT, at, rng, change(said) if change else said))
    return made


def without_nik(said: dict[str, Any]) -> dict[str, Any]:
    return said | {"owner": {name: value for name, value in said["owner"].items() if name != "nik"}}


def test_who_asks_for_no_number() -> None:
    found = people([*honest(), *work(said=without_nik)])
    assert set(found[CHEAT].flags) == {"no_nik"}
    assert found[CHEAT].flags["no_nik"] == {
        "flagged": 30,
        "records": 30,
        "share": 1.0,
        "usual": 0.0,
        "compared_with": 9,
        "deviations": found[CHEAT].flags["no_nik"]["deviations"],
    }
    assert not any(each.flags for who, each in found.items() if who != CHEAT)


def test_who_marks_everything_as_another_business() -> None:
    found = people([*honest(), *work(said=lambda said: said | {"other_business_of_owner": True})])
    assert set(found[CHEAT].flags) == {"other_business"}
    said_no = people([*honest(), *work(said=lambda said: said | {"other_business_of_owner": False})])
    assert not said_no[CHEAT].flags


def test_who_writes_the_same_three_sums_again_and_again() -> None:
    def sums(said: dict[str, Any]) -> dict[str, Any]:
        return said | {"annual_sales_idr": said["started_year"] % 3 * 10_000_000 + 20_000_000}

    found = people([*honest(), *work(said=sums)])
    assert set(found[CHEAT].flags) == {"same_amounts"}
    assert found[CHEAT].flags["same_amounts"]["flagged"] >= 10
    assert not any(each.flags for who, each in found.items() if who != CHEAT)


def test_who_asks_for_no_money_is_compared_by_the_rest() -> None:
    def without(said: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in said.items() if not name.endswith("_idr")}

    found = people([*honest(), *work(said=without)])
    assert "same_amounts" not in found[CHEAT].flags


def test_where_everybody_rounds_nobody_is_flagged() -> None:
    """Sums of ten, twenty and fifty million, as people say them."""
    rng = Random(5)
    said = [answers(rng, n) | {"annual_sales_idr": rng.choice((1, 2, 5)) * 10_000_000} for n in range(1, 241)]
    field = [of(n, n % 8, MORNING + timedelta(minutes=35 * (n // 8)), rng, each) for n, each in enumerate(said, 1)]
    assert not any("same_amounts" in each.flags for each in people(field).values())


def test_where_nobody_asks_for_numbers_nobody_is_flagged() -> None:
    rng = Random(1)
    field = [
        of(n, n % 8, MORNING + timedelta(minutes=35 * (n // 8)), rng, without_nik(answers(rng, n)))
        for n in range(1, 241)
    ]
    assert not any("no_nik" in each.flags for each in people(field).values())


def test_cooperatives_have_no_owner_to_ask() -> None:
    rng = Random(2)
    made = [
        of(
            60_000 + n,
            CHEAT,
            LATER + timedelta(minutes=40 * n),
            rng,
            {"legal_name": f"KUD Makmur {n}", "kbli": "64141", "business_volume_idr": rng.randint(1, 9) * 10**8},
            questionnaire="koperasi@1",
        )
        for n in range(20)
    ]
    assert "no_nik" not in people([*honest(), *made])[CHEAT].flags


def test_who_has_hardly_begun_is_not_judged() -> None:
    assert not people([*honest(), *work(9, said=without_nik)])[CHEAT].flags
    assert people([*honest(), *work(10, said=without_nik)])[CHEAT].flags


def test_one_bad_day_of_many_is_no_flag() -> None:
    made = work(60)
    made[0] = work(1, said=without_nik)[0]
    assert not people([*honest(), *made])[CHEAT].flags


def test_what_chance_explains_is_no_flag() -> None:
    """Two of twelve without NIK are soon met; ten of sixty are not."""
    assert not people([*honest(), *mixed(2, of_all=12)])[CHEAT].flags
    assert "no_nik" in people([*honest(), *mixed(10, of_all=60)])[CHEAT].flags


def mixed(without: int, *, of_all: int) -> list[Interview]:
    return [*work(of_all)[without:], *work(without, said=without_nik)]


def test_where_people_differ_more_has_to_be_more() -> None:
    """Of eight whose shares lie between none and half, one with six in ten is not unusual."""
    rng, field = Random(3), list[Interview]()
    for person in range(8):
        for n in range(30):
            said = answers(rng, person * 100 + n + 1)
            said = without_nik(said) if n < person * 2 else said
            field.append(of(person * 100 + n + 1, person, MORNING + timedelta(minutes=35 * n), rng, said))
    assert not people([*field, *mixed(18, of_all=30)])[CHEAT].flags
    assert set(people([*honest(), *mixed(18, of_all=30)])[CHEAT].flags) == {"no_nik"}


def test_the_first_is_whose_flags_weigh_most() -> None:
    both = work(said=lambda said: without_nik(said) | {"other_business_of_owner": True})
    judged = judge([*honest(), *both], Circumstances(Thresholds()))
    assert judged.enumerators[0].enumerator_id == UUID(int=10_000 + CHEAT)
    scores = [each.score for each in judged.enumerators]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] <= 4_000, "one flag adds at most twenty deviations"


def test_few_people_are_no_measure_of_each_other() -> None:
    """Of two enumerators the one who asks for no number is found by what should be, not by the other one."""
    found = people([*honest(people=1), *work(said=without_nik)])
    assert set(found[CHEAT].flags) == {"no_nik"}
    assert not found[0].flags


def test_dismissed_flags_do_not_count() -> None:
    interviews = [*honest(), *work(said=without_nik)]
    who = UUID(int=10_000 + CHEAT)
    assert people(interviews)[CHEAT].score > 0
    dismissed = people(interviews, dismissed_people={(who, "no_nik"): 30})
    assert dismissed[CHEAT].score == 0
    assert dismissed[CHEAT].flags, "it is still told"
    assert people(interviews, dismissed_people={(who, "no_nik"): 20})[CHEAT].score > 0
    assert people(interviews, dismissed_people={(who, "other_business"): 30})[CHEAT].score > 0


@pytest.mark.parametrize(("then", "now", "holds"), [(24, 24, True), (24, 30, True), (24, 31, False), (100, 60, True)])
def test_a_dismissal_holds_until_there_are_a_quarter_more(then: int, now: int, *, holds: bool) -> None:
    assert still_dismissed(then, now) is holds


def test_dismissed_records_do_not_count() -> None:
    hurried = [
        of(
            each.record_id.int,
            CHEAT,
            LATER + timedelta(minutes=40 * n),
            Random(n),
            started_at=LATER + timedelta(minutes=40 * n - 1),
        )
        for n, each in enumerate(work())
    ]
    interviews = [*honest(), *hurried]
    found = people(interviews)[CHEAT]
    assert (set(found.flags), found.flagged_records) == ({"short_interview"}, 30)
    dismissed = {(each.record_id, 1, "short_interview") for each in hurried}
    found = people(interviews, dismissed_records=dismissed)[CHEAT]
    assert (set(found.flags), found.flagged_records, found.score) == (set(), 0, 0)
    of_the_revision_before = {(each.record_id, 2, "short_interview") for each in hurried}
    assert people(interviews, dismissed_records=of_the_revision_before)[CHEAT].score > 0
