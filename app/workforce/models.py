"""Staffing: teams with a coordinator, their members, and dated assignments.

`headcount` and `presence` are derived from the other three by `headcount.py`, so that progress can show the number of
people in any region on any day without counting a hundred thousand assignments.
"""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint

from app.core.column_types import CODE, COUNT, DAY, KEY, SMALL, TEXT
from app.core.distribution import LOCAL
from app.core.schema import OfCampaign, SQLModel, key, optional, required


class Team(SQLModel, table=True):
    """A coordinator and the coordinator's enumerators in one campaign."""

    __tablename__ = "team"
    __distribution__ = LOCAL
    __table_args__ = (
        UniqueConstraint("campaign_id", "region_code", "name"),
        Index(None, "campaign_id", "coordinator_id"),
        Index(None, "coordinator_id"),
    )

    id: UUID = key(KEY)
    campaign_id: int = required(SMALL, ForeignKey("campaign.id"))
    coordinator_id: UUID = required(KEY, ForeignKey("account.id"))
    region_code: str = required(CODE, ForeignKey("region.code"))
    name: str = required(TEXT)


class TeamMember(SQLModel, table=True):
    """An enumerator's time in a team, with the number of records to bring (`quota`)."""

    __tablename__ = "team_member"
    __distribution__ = LOCAL
    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR starts_on <= ends_on", name="dates_in_order"),
        CheckConstraint("quota >= 0", name="quota"),
        Index(None, "campaign_id", "enumerator_id"),
        Index(None, "enumerator_id"),
    )

    team_id: UUID = key(KEY, ForeignKey("team.id"))
    enumerator_id: UUID = key(KEY, ForeignKey("account.id"))
    starts_on: date = key(DAY)
    ends_on: date | None = optional(DAY)
    campaign_id: int = required(SMALL, ForeignKey("campaign.id"))
    quota: int = required(COUNT)


class Assignment(OfCampaign, table=True):
    """A region where an enumerator records businesses, first and last day included."""

    __tablename__ = "assignment"
    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR starts_on <= ends_on", name="dates_in_order"),
        Index(None, "campaign_id", "region_code"),
    )

    enumerator_id: UUID = key(KEY, ForeignKey("account.id"))
    region_code: str = key(CODE, ForeignKey("region.code"))
    starts_on: date = key(DAY)
    ends_on: date | None = optional(DAY)


class FormerArea(OfCampaign, table=True):
    """A region that was handed over before an enumerator's first day there, so that no assignment tells of it. What
    lies ahead is read ahead: its list may have been on the tablet."""

    __tablename__ = "former_area"

    region_code: str = key(CODE, ForeignKey("region.code"))
    enumerator_id: UUID = key(KEY, ForeignKey("account.id"))


class Headcount(OfCampaign, table=True):
    """How many people are assigned in a region from `day` on, until the region's next row."""

    __tablename__ = "headcount"

    region_code: str = key(CODE)
    day: date = key(DAY)
    enumerators: int = required(COUNT)
    coordinators: int = required(COUNT)


class Presence(OfCampaign, table=True):
    """An enumerator is assigned in, above or below a region from `starts_on` on, also at any later time."""

    __tablename__ = "presence"
    __table_args__ = (Index(None, "campaign_id", "enumerator_id"),)

    region_code: str = key(CODE)
    enumerator_id: UUID = key(KEY)
    starts_on: date = required(DAY)
