"""What an enumerator is paid: the rule, by which each statement takes up where the ones before it ended. Pure.

For each month the rule says how many records are paid, from the figures of one cut-off. A statement pays the difference
to what was stated before for that month. So whatever happened in between (a merge, its undoing, a late verification, a
new rate), all statements of a person together are the rule applied to the last cut-off, and nothing is paid twice. What
is less than before is taken off the next payment: nobody is asked to pay money back by a statement.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Literal, NamedTuple

Counts = Literal["entered", "verified"]
"""Which records are paid: all that are entered, or those that were verified."""


class Rule(NamedTuple):
    """What holds from a month on. `rate`: rupiah per record; `cap`: records of a month that are paid at most."""

    valid_from: date  # the first day of a month
    rate: int
    cap: int | None
    counts: Counts
    decree: str


class Figures(NamedTuple):
    """What a cut-off says of a person's month; negative where more was taken back than came."""

    entered: int
    verified: int


class Stated(NamedTuple):
    """What statements said before for a month, added up. `amount`: rupiah."""

    records: int
    amount: int


class Line(NamedTuple):
    """One month of a statement. `records` and `due` are what the rule says on this cut-off, `before` what was stated
    earlier; this statement pays the difference.
    """

    month: date
    figures: Figures
    rule: Rule | None
    records: int
    before: Stated
    was_stated: bool
    elsewhere: int

    @property
    def due(self) -> int:
        """What the month is worth by the rule, in rupiah."""
        return 0 if self.rule is None else self.records * self.rule.rate

    @property
    def amount(self) -> int:
        """What this statement adds for the month, in rupiah; negative where less is due than was stated."""
        return self.due - self.before.amount

    @property
    def is_correction(self) -> bool:
        """Whether it changes what a statement said of the month before; a month that was never stated is paid late."""
        return self.was_stated and self.amount != 0


class Balance(NamedTuple):
    """What a statement comes to, in rupiah: `carried_in` and `carried_out` are never above zero."""

    amount: int
    carried_in: int
    payable: int
    carried_out: int


NOTHING = Figures(0, 0)
NEVER = Stated(0, 0)


def first_of_month(day: date) -> date:
    """The first day of the month."""
    return day.replace(day=1)


def covers(as_of: date, month: date) -> bool:
    """Whether a month, given by its first day, is over at the end of that day."""
    return (as_of + timedelta(1)) >= first_of_month(month + timedelta(31))


def rule_for(rules: Sequence[Rule], month: date) -> Rule | None:
    """The rule that holds in a month; None before the first."""
    held = [rule for rule in rules if rule.valid_from <= month]
    return max(held, key=lambda rule: rule.valid_from, default=None)


def paid_records(rule: Rule | None, figures: Figures, elsewhere: int) -> int:
    """How many records of a month are paid. `elsewhere`: paid for the same month in other regions, which takes of the
    same cap. What was taken back beyond what came is negative: those records were paid in an earlier month.
    """
    if rule is None:
        return 0
    counted = figures.verified if rule.counts == "verified" else figures.entered
    return counted if rule.cap is None else min(counted, max(rule.cap - max(elsewhere, 0), 0))


def lines(
    rules: Sequence[Rule],
    month: date,
    figures: Mapping[date, Figures],
    before: Mapping[date, Stated],
    elsewhere: Mapping[date, int],
) -> list[Line]:
    """The months of a person's statement for a month, from the first one: all that the cut-off has figures of, or that
    an earlier statement was about. Later months wait for their own statement.
    """
    made = []
    for each in sorted(each for each in {*figures, *before} if each <= month):
        rule, counted, others = rule_for(rules, each), figures.get(each, NOTHING), elsewhere.get(each, 0)
        records = paid_records(rule, counted, others)
        made.append(Line(each, counted, rule, records, before.get(each, NEVER), each in before, others))
    return made


def balance(made: Sequence[Line], stated: int, paid: int) -> Balance:
    """What a statement of these lines comes to. `stated`: the amounts of all statements before; `paid`: what was
    payable by them. Where that was more, it is taken off first.
    """
    amount = sum(line.amount for line in made)
    carried_in = stated - paid
    owed = carried_in + amount
    return Balance(amount, carried_in, max(owed, 0), min(owed, 0))
