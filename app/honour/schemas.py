"""Honour on the wire. Sums are whole rupiah."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from app.core.bulk import Day, Row, Whole
from app.core.name_cleaning import Named
from app.core.paging import Paged
from app.core.text import Line, Published
from app.honour.rules import Counts
from app.progress.schemas import Basis, PersonOut, RegionOut

MOST_RUPIAH, MOST_RECORDS, MOST_RULES = 10_000_000, 1_000_000, 60


def _first_of_month(value: date) -> date:
    if value.day != 1:
        raise PydanticCustomError("invalid_value", "a month is given by its first day")
    return value


Month = Annotated[Day, AfterValidator(_first_of_month), Field(description="A month, by its first day.")]


class HonourRuleIn(Row):
    """What is paid from a month on, until the next rule's."""

    valid_from: Month = Field(
        description="The first day of the first month that is paid by it.", examples=["2022-09-01"]
    )
    rate: Annotated[Whole, Field(ge=1, le=MOST_RUPIAH)] = Field(description="Rupiah per record.")
    cap: Annotated[Whole, Field(ge=1, le=MOST_RECORDS)] | None = Field(
        default=None, description="Records of a month that are paid at most; null: all."
    )
    counts: Counts = Field(default="entered", description="Which records are paid: entered or verified ones.")
    decree: Annotated[Published, Field(min_length=1, max_length=200), Named] = Field(
        description="Number of the decree (*nomor SK*) that says so."
    )


class HonourRulesIn(Row):
    """All rules of a campaign; they take the place of those before."""

    rules: Annotated[list[HonourRuleIn], Field(max_length=MOST_RULES)]


class HonourRuleOut(BaseModel):
    """What is paid from a month on, until the next rule's."""

    model_config = ConfigDict(from_attributes=True)

    valid_from: date = Field(
        description="The first day of the first month that is paid by it.", examples=["2022-09-01"]
    )
    rate: int = Field(description="Rupiah per record.")
    cap: int | None = Field(description="Records of a month that are paid at most; null: all.")
    counts: Counts = Field(description="Which records are paid: entered or verified ones.")
    decree: str = Field(description="Number of the decree that says so.")


class HonourRulesOut(BaseModel):
    """The rules of a campaign, by month."""

    campaign: str = Field(description="The code of the campaign.")
    rules: list[HonourRuleOut]


class HonourRunIn(Row):
    """Which statements an officer makes."""

    campaign: Line | None = Field(default=None, description="Code of the cut-off's campaign; it may be left out.")
    region: str = Field(description="Kemendagri code: the cut-off's region.")
    month: Month
    cutoff: UUID = Field(description="The cut-off whose figures are paid.")


class HonourSums(BaseModel):
    """Sums in rupiah."""

    records: int = Field(description="Records that are paid by it; negative where it takes back.")
    amount: int = Field(description="Rupiah: what it adds to what was stated before.")
    carried_in: int = Field(description="Rupiah, never above 0: what was paid too much before, and is taken off.")
    payable: int = Field(description="Rupiah: what is paid out, never below 0.")
    carried_out: int = Field(description="Rupiah, never above 0: what the next statement takes off.")


class HonourCutoff(BaseModel):
    """The cut-off that was paid."""

    id: UUID
    name: str
    as_of: date
    basis: Basis


class HonourRunOut(HonourSums):
    """The statements of a region for a month, made at once. It never changes."""

    id: UUID
    number: str = Field(description="Number of the run in the campaign.")
    campaign: str = Field(description="The code of the campaign.")
    region: RegionOut
    month: date
    whole_month: bool = Field(description="False where the cut-off lies before the month's end: the rest follows.")
    cutoff: HonourCutoff
    made_at: datetime
    made_by: PersonOut
    people: int = Field(description="Enumerators with a statement.")


class HonourRunPage(Paged[HonourRunOut]):
    """Runs, the newest first."""


class HonourLineOut(BaseModel):
    """One month of a statement."""

    model_config = ConfigDict(from_attributes=True)

    month: date
    is_correction: bool = Field(description="It changes what an earlier statement said of this month.")
    entered: int = Field(description="As the cut-off has it; negative where more was taken back than came.")
    verified: int = Field(description="As the cut-off has it.")
    rate: int | None = Field(description="Rupiah per record; null where no rule holds in the month.")
    cap: int | None
    counts: Counts | None
    decree: str | None
    records: int = Field(description="Records that the rule pays on this cut-off.")
    elsewhere: int = Field(description="Records of the same month paid in other regions; they take of the same cap.")
    due: int = Field(description="Rupiah: `records` times `rate`.")
    records_before: int = Field(description="Records that were stated before for this month.")
    before: int = Field(description="Rupiah that were stated before for this month.")
    amount: int = Field(description="Rupiah: `due` less `before`.")


class HonourStatementOut(HonourSums):
    """What an enumerator is paid by a run. It never changes."""

    id: UUID
    number: str = Field(description="Number of the statement: that of its run, and its place in it.")
    run_id: UUID
    campaign: str
    region: RegionOut
    month: date
    whole_month: bool
    cutoff: HonourCutoff
    made_at: datetime
    enumerator: PersonOut
    coordinator_name: str | None = Field(description="Who led them at the cut-off.")
    corrections: int = Field(description="Rupiah of `amount` that change what earlier statements said.")


class HonourStatementDetail(HonourStatementOut):
    """A statement with its months."""

    words: str = Field(description="What is payable, in Indonesian words (*terbilang*).")
    lines: list[HonourLineOut]


class HonourStatementPage(Paged[HonourStatementOut]):
    """Statements, those of the newest run first."""


class HonourRunFilters(BaseModel):
    """Which runs are asked for."""

    model_config = ConfigDict(frozen=True)

    campaign: Line | None = Field(default=None, description="Code of a campaign.")
    region: str | None = Field(default=None, description="Kemendagri code, with all below; by default the territory.")
    month: Month | None = None


class HonourStatementFilters(HonourRunFilters):
    """Which statements are asked for."""

    enumerator: Line | None = Field(default=None, description="User name of an enumerator.")
    run: UUID | None = Field(default=None, description="Id of a run.")


class HonourOwnMonth(BaseModel):
    """A month of the caller's own work, by today's figures."""

    month: date
    entered: int
    verified: int
    rate: int | None
    cap: int | None
    records: int = Field(description="Records that the rule pays.")
    due: int = Field(description="Rupiah by the rule.")
    stated: int = Field(description="Rupiah that statements said already.")


class HonourOwnOut(BaseModel):
    """What the caller's own work is worth so far: an estimate from live figures, no promise."""

    campaign: str
    is_estimate: bool = Field(description="Always true: only a statement is paid.")
    counted_at: datetime
    months: list[HonourOwnMonth]
    due: int = Field(description="Rupiah by the rule, of all months.")
    paid: int = Field(description="Rupiah that statements paid out.")
    open: int = Field(description="Rupiah: what is due less what was paid.")
