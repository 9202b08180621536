"""Teams, their members and assignments on the wire. Files and bodies identify people and teams by name."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from app.accounts.schemas import TypedUsername
from app.core.bulk import Blank, Day, Row, Whole
from app.core.name_cleaning import Named
from app.core.text import Line, Published

CampaignCode = Annotated[Line, Field(min_length=1, max_length=60)]
Person = Annotated[TypedUsername, Field(min_length=1, max_length=200)]
TeamName = Annotated[Published, Field(min_length=1, max_length=200), Named]
RegionCode = Annotated[Line, Field(max_length=20)]
LastDay = Annotated[Day | None, Blank]


class TeamIn(Row):
    """A team, known by its campaign, region and name."""

    campaign: CampaignCode
    region_code: RegionCode
    name: TeamName
    coordinator: Person = Field(description="User name of a coordinator.")


class MemberIn(Row):
    """An enumerator's time in a team, known by team, enumerator and first day."""

    campaign: CampaignCode
    region_code: RegionCode = Field(description="The team's region.")
    team: TeamName = Field(description="The team's name.")
    enumerator: Person = Field(description="User name.")
    starts_on: Day
    ends_on: LastDay = Field(default=None, description="Last day, included; empty to the end.")
    quota: Whole = Field(ge=0, le=1_000_000, description="Records that the enumerator is to bring.")


class AssignmentIn(Row):
    """Where an enumerator works, known by campaign, enumerator, region and first day."""

    campaign: CampaignCode
    enumerator: Person = Field(description="User name.")
    region_code: RegionCode
    starts_on: Day
    ends_on: LastDay = Field(default=None, description="Last day, included; empty to the end.")


class HandoverIn(Row):
    """One enumerator replaced by another from a day on. Earlier records still belong to the first one."""

    campaign: CampaignCode
    predecessor: Person = Field(description="User name of the enumerator who stops; the last day is the one before.")
    successor: Person = Field(description="User name of the enumerator who begins.")
    starts_on: Day = Field(description="The successor's first day.")


class StaffOut(BaseModel):
    """A person's account."""

    id: UUID
    username: str
    name: str


class MemberOut(BaseModel):
    """An enumerator's time in a team."""

    enumerator: StaffOut
    starts_on: date
    ends_on: date | None
    quota: int


class TeamOut(BaseModel):
    """A team."""

    id: UUID
    campaign: str
    region_code: str
    name: str
    coordinator: StaffOut
    members: list[MemberOut]


class TeamsOut(BaseModel):
    """A page of teams, by id."""

    items: list[TeamOut]
    next_cursor: str | None


class AssignmentListed(BaseModel):
    """Where an enumerator works."""

    campaign: str
    enumerator: StaffOut
    region_code: str
    starts_on: date
    ends_on: date | None


class AssignmentsOut(BaseModel):
    """A page of assignments, by enumerator and region."""

    items: list[AssignmentListed]
    next_cursor: str | None
