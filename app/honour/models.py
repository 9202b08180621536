"""Honour (payment of enumerators): the rules of campaigns, and the statements that were made by them.

The server may add runs, statements and their lines and read them, and never change one: what is wrong is corrected by
the next run.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint

from app.core.column_types import AMOUNT, CODE, COUNT, DAY, FLAG, KEY, MOMENT, SMALL, TEXT
from app.core.distribution import LOCAL
from app.core.schema import OfCampaign, SQLModel, key, optional, required


class HonourRule(OfCampaign, table=True):
    """What an enumerator is paid per record of a campaign, in months from `valid_from` on."""

    __tablename__ = "honour_rule"
    __table_args__ = (
        CheckConstraint("rate > 0", name="rate_positive"),
        CheckConstraint("cap > 0", name="cap_positive"),
        CheckConstraint("counts IN ('entered', 'verified')", name="counts"),
        CheckConstraint("extract(day FROM valid_from) = 1", name="first_of_month"),
    )

    valid_from: date = key(DAY)  # the first day of a month
    rate: int = required(COUNT)  # rupiah per record
    cap: int | None = optional(COUNT)  # records of a month
    counts: str = required(CODE)
    decree: str = required(TEXT)


class HonourSums(SQLModel):
    """What a statement, or all those of a run, come to, in rupiah."""

    records: int = required(COUNT)  # paid more, or less, than before
    amount: int = required(AMOUNT)
    carried_in: int = required(AMOUNT)
    payable: int = required(AMOUNT)
    carried_out: int = required(AMOUNT)


class HonourRun(HonourSums, table=True):
    """That an officer made the statements of a month for everybody in a cut-off."""

    __tablename__ = "honour_run"
    __distribution__ = LOCAL
    __table_args__ = (
        UniqueConstraint("cutoff_id", "month"),
        UniqueConstraint("campaign_id", "number"),
        Index(None, "campaign_id", "region_code", "month"),
    )

    id: UUID = key(KEY)
    campaign_id: int = required(SMALL, ForeignKey("campaign.id"))
    region_code: str = required(CODE)  # the cut-off's
    number: int = required(COUNT)  # in the campaign, from 1
    month: date = required(DAY)  # its first day
    cutoff_id: UUID = required(KEY, ForeignKey("cutoff.id"))
    as_of: date = required(DAY)  # the cut-off's
    made_by: UUID = required(KEY)
    made_at: datetime = required(MOMENT)
    people: int = required(COUNT)


class HonourStatement(HonourSums, table=True):
    """What one enumerator is paid by a run, with names and coordinator as they were at its cut-off."""

    __tablename__ = "honour_statement"
    __distribution__ = LOCAL
    __table_args__ = (
        UniqueConstraint("run_id", "place"),
        Index(None, "campaign_id", "enumerator_id", "region_code"),
        Index(None, "campaign_id", "region_code"),
        Index(None, "enumerator_id", "run_id"),
        Index(None, "coordinator_id", "run_id"),
    )

    id: UUID = key(KEY)
    run_id: UUID = required(KEY, ForeignKey("honour_run.id"))
    place: int = required(COUNT)  # in the run, from 1
    campaign_id: int = required(SMALL)
    region_code: str = required(CODE)
    enumerator_id: UUID = required(KEY)
    username: str = required(TEXT)
    name: str = required(TEXT)
    coordinator_id: UUID | None = optional(KEY)
    coordinator_name: str | None = optional(TEXT)


class HonourLine(SQLModel, table=True):
    """One month of a statement: the cut-off's figures, what the rule says of them, and what was stated before."""

    __tablename__ = "honour_line"
    __distribution__ = LOCAL

    statement_id: UUID = key(KEY, ForeignKey("honour_statement.id"))
    month: date = key(DAY)
    is_correction: bool = required(FLAG)
    entered: int = required(COUNT)
    verified: int = required(COUNT)
    rate: int | None = optional(COUNT)  # null: no rule held in that month
    cap: int | None = optional(COUNT)
    counts: str | None = optional(CODE)
    decree: str | None = optional(TEXT)
    records: int = required(COUNT)
    elsewhere: int = required(COUNT)  # paid in other regions for the same month
    due: int = required(AMOUNT)
    records_before: int = required(COUNT)
    before: int = required(AMOUNT)
    amount: int = required(AMOUNT)
