"""What is paid: by the rule, once, and corrected when figures change. Pure."""

from collections import defaultdict
from datetime import date, timedelta

import pytest
from forms import sized
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.rupiah import MOST, in_words, rupiah
from app.honour.rules import (
    NEVER,
    Balance,
    Figures,
    Line,
    Rule,
    Stated,
    balance,
    covers,
    first_of_month,
    lines,
    paid_records,
    rule_for,
)

JULY, AUGUST, SEPTEMBER, OCTOBER = (date(2022, month, 1) for month in (7, 8, 9, 10))
RULE = Rule(JULY, 20_000, None, "entered", "SK contoh")
CAPPED = RULE._replace(cap=100)
VERIFIED = RULE._replace(counts="verified")


def amounts(made: list[Line]) -> dict[date, int]:
    return {line.month: line.amount for line in made}


def test_a_month_is_paid_by_its_records() -> None:
    (line,) = lines([RULE], AUGUST, {AUGUST: Figures(7, 3)}, {}, {})
    assert (line.records, line.due, line.amount) == (7, 140_000, 140_000)
    (line,) = lines([VERIFIED], AUGUST, {AUGUST: Figures(7, 3)}, {}, {})
    assert (line.records, line.amount) == (3, 60_000)


def test_no_more_than_the_cap_is_paid_for_a_month() -> None:
    made = lines([CAPPED], SEPTEMBER, {AUGUST: Figures(130, 0), SEPTEMBER: Figures(20, 0)}, {}, {})
    assert amounts(made) == {AUGUST: 2_000_000, SEPTEMBER: 400_000}


def test_a_merge_above_the_cap_takes_nothing_away() -> None:
    before = {AUGUST: Stated(100, 2_000_000)}
    (line,) = lines([CAPPED], AUGUST, {AUGUST: Figures(110, 0)}, before, {})
    assert line.amount == 0
    (line,) = lines([CAPPED], AUGUST, {AUGUST: Figures(90, 0)}, before, {})
    assert line.amount == -200_000


def test_what_other_regions_paid_takes_of_the_same_cap() -> None:
    assert paid_records(CAPPED, Figures(80, 0), 60) == 40
    assert paid_records(CAPPED, Figures(80, 0), 130) == 0
    assert paid_records(CAPPED, Figures(80, 0), -5) == 80
    assert paid_records(CAPPED, Figures(-3, 0), 130) == -3


def test_a_later_month_waits_for_its_own_statement() -> None:
    assert amounts(lines([RULE], AUGUST, {AUGUST: Figures(1, 0), SEPTEMBER: Figures(9, 0)}, {}, {})) == {AUGUST: 20_000}


def test_a_month_whose_figures_are_gone_is_taken_back() -> None:
    (line,) = lines([RULE], AUGUST, {}, {JULY: Stated(2, 40_000)}, {})
    assert (line.amount, line.is_correction) == (-40_000, True)


def test_a_month_that_was_never_stated_is_paid_late_and_not_corrected() -> None:
    late, kept = lines([RULE], AUGUST, {JULY: Figures(2, 0), AUGUST: Figures(1, 0)}, {AUGUST: Stated(1, 20_000)}, {})
    assert (late.amount, late.is_correction) == (40_000, False)
    assert (kept.amount, kept.is_correction) == (0, False)


def test_the_rule_of_the_month_holds() -> None:
    later = RULE._replace(valid_from=SEPTEMBER, rate=25_000)
    figures = {AUGUST: Figures(1, 0), SEPTEMBER: Figures(1, 0), OCTOBER: Figures(1, 0)}
    made = lines([later, RULE._replace(valid_from=AUGUST)], OCTOBER, {JULY: Figures(5, 0), **figures}, {}, {})
    assert amounts(made) == {JULY: 0, AUGUST: 20_000, SEPTEMBER: 25_000, OCTOBER: 25_000}
    assert rule_for([RULE], date(2022, 6, 1)) is None
    assert paid_records(None, Figures(5, 5), 0) == 0


def test_too_much_is_taken_off_the_next_payment() -> None:
    made = lines([RULE], AUGUST, {AUGUST: Figures(1, 0)}, {AUGUST: Stated(4, 80_000)}, {})
    assert balance(made, 80_000, 80_000) == Balance(-60_000, 0, 0, -60_000)
    made = lines([RULE], SEPTEMBER, {SEPTEMBER: Figures(5, 0)}, {}, {})
    assert balance(made, 20_000, 80_000) == Balance(100_000, -60_000, 40_000, 0)


@pytest.mark.parametrize(
    ("as_of", "month", "over"),
    [
        (date(2022, 9, 12), AUGUST, True),
        (date(2022, 9, 12), SEPTEMBER, False),
        (date(2022, 9, 29), SEPTEMBER, False),
        (date(2022, 9, 30), SEPTEMBER, True),
        (date(2022, 12, 31), date(2022, 12, 1), True),
        (date(2023, 2, 27), date(2023, 2, 1), False),
        (date(2023, 2, 28), date(2023, 2, 1), True),
    ],
)
def test_a_month_is_whole_once_it_is_over(as_of: date, month: date, *, over: bool) -> None:
    assert covers(as_of, month) is over


@pytest.mark.parametrize(
    ("amount", "figures", "words"),
    [
        (0, "Rp0", "nol rupiah"),
        (11, "Rp11", "sebelas rupiah"),
        (15, "Rp15", "lima belas rupiah"),
        (20, "Rp20", "dua puluh rupiah"),
        (100, "Rp100", "seratus rupiah"),
        (999, "Rp999", "sembilan ratus sembilan puluh sembilan rupiah"),
        (1_000, "Rp1.000", "seribu rupiah"),
        (21_100, "Rp21.100", "dua puluh satu ribu seratus rupiah"),
        (1_234_000, "Rp1.234.000", "satu juta dua ratus tiga puluh empat ribu rupiah"),
        (-50_000, "-Rp50.000", "minus lima puluh ribu rupiah"),
        (2_000_000_000_001, "Rp2.000.000.000.001", "dua triliun satu rupiah"),
        (10**15, "Rp1.000.000.000.000.000", "satu kuadriliun rupiah"),
    ],
)
def test_money_is_written_as_offices_do(amount: int, figures: str, words: str) -> None:
    assert (rupiah(amount), in_words(amount)) == (figures, words)


def test_there_are_no_words_for_more_than_there_is() -> None:
    with pytest.raises(ValueError, match="no words"):
        in_words(MOST)


class _History:
    """Records as the ledger has them, and what was stated of them."""

    def __init__(self) -> None:
        self.changes: list[tuple[str, str, date, date, int, int]] = []  # who, region, received, captured, +1 or -1 each
        self.before: defaultdict[tuple[str, str], dict[date, Stated]] = defaultdict(dict)
        self.stated: defaultdict[tuple[str, str], int] = defaultdict(int)
        self.paid: defaultdict[tuple[str, str], int] = defaultdict(int)

    def figures(self, who: str, region: str, basis: str, as_of: date) -> dict[date, Figures]:
        sums: defaultdict[date, list[int]] = defaultdict(lambda: [0, 0])
        for whose, where, received, captured, entered, verified in self.changes:
            day = received if basis == "received" else captured
            if (whose, where) == (who, region) and day <= as_of:
                sums[first_of_month(day)][0] += entered
                sums[first_of_month(day)][1] += verified
        return {month: Figures(*both) for month, both in sums.items()}

    def state(self, who: str, region: str, basis: str, rules: list[Rule], as_of: date) -> tuple[list[Line], Balance]:
        month, key = first_of_month(as_of), (who, region)
        others: defaultdict[date, int] = defaultdict(int)
        for (whose, where), months in self.before.items():
            if whose == who and where != region:
                for each, stated in months.items():
                    others[each] += stated.records
        made = lines(rules, month, self.figures(who, region, basis, as_of), self.before[key], others)
        sums = balance(made, self.stated[key], self.paid[key])
        for line in made:
            was = self.before[key].get(line.month, NEVER)
            now = was.records + line.records - line.before.records
            self.before[key][line.month] = Stated(now, was.amount + line.amount)
        self.stated[key] += sums.amount
        self.paid[key] += sums.payable
        return made, sums


WHO, WHERE = ("ani", "budi"), ("16.01", "16.02")
RULES = st.lists(
    st.builds(
        Rule,
        st.sampled_from([JULY, AUGUST, SEPTEMBER]),
        st.integers(1, 50_000),
        st.none() | st.integers(1, 6),
        st.sampled_from(["entered", "verified"]),
        st.just("SK"),
    ),
    max_size=3,
    unique_by=lambda rule: rule.valid_from,
)
# A change of a record: whose, where, after how many days, how many days before that it was captured, and what. A merge,
# a return or an undoing is a change with the captured day of the record that it is about.
CHANGES = st.tuples(
    st.just("change"),
    st.sampled_from(WHO),
    st.sampled_from(WHERE),
    st.integers(0, 25),
    st.integers(0, 60),
    st.integers(-3, 9),
    st.integers(-3, 5),
)
STEPS = st.lists(CHANGES | st.tuples(st.just("rules"), RULES) | st.tuples(st.just("cut-off")), max_size=24)


@pytest.mark.long_form
@settings(max_examples=sized(60, 1_000), deadline=None)
@given(STEPS, RULES, st.sampled_from(["received", "captured"]))
def test_all_statements_together_are_the_rule_on_the_last_cutoff(
    steps: list[tuple[object, ...]], rules: list[Rule], basis: str
) -> None:
    history, day = _History(), JULY
    for kind, *said in [*steps, ("cut-off",)]:
        if kind == "change":
            who, where, days, ago, entered, verified = said
            assert isinstance(days, int)
            assert isinstance(ago, int)
            day += timedelta(days)
            assert isinstance(entered, int)
            assert isinstance(verified, int)
            history.changes.append((str(who), str(where), day, day - timedelta(ago), entered, verified))
        elif kind == "rules":
            (found,) = said
            assert isinstance(found, list)
            rules = found
        else:
            for who in WHO:
                for where in WHERE:
                    _check(history, who, where, basis, rules, day)


def _check(history: _History, who: str, where: str, basis: str, rules: list[Rule], as_of: date) -> None:
    key = (who, where)
    paid = history.paid[key]
    made, sums = history.state(who, where, basis, rules, as_of)
    # Rows add up to progress at the cut-off.
    figures = history.figures(who, where, basis, as_of)
    for counter in (0, 1):
        assert sum(line.figures[counter] for line in made) == sum(each[counter] for each in figures.values())
    # All statements together are the rule applied to it.
    worth = 0
    for month, counted in figures.items():
        rule = rule_for(rules, month)
        if rule is None:
            continue
        records = counted.entered if rule.counts == "entered" else counted.verified
        if rule.cap is not None:
            others = sum(
                months[month].records
                for (whose, other), months in history.before.items()
                if whose == who and other != where and month in months
            )
            records = min(records, max(rule.cap - max(others, 0), 0))
            assert records <= rule.cap
        worth += records * rule.rate
    assert history.stated[key] == worth
    # Nothing is paid twice: what was paid out is what is due, or more by what the next one takes off.
    assert sums.payable >= 0 >= sums.carried_out
    assert history.paid[key] == paid + sums.payable == worth - sums.carried_out
    # Made again from the same cut-off, it says nothing new.
    again, nothing = history.state(who, where, basis, rules, as_of)
    assert not any(line.amount for line in again)
    assert nothing == Balance(0, sums.carried_out, 0, sums.carried_out)
