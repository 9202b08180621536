"""Census rounds and the target of each region."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey

from app.core.column_types import CODE, COUNT, DAY, JSON, SMALL, TEXT
from app.core.distribution import REFERENCE
from app.core.schema import OfCampaign, SQLModel, key, optional, required


class Campaign(SQLModel, table=True):
    """One census round (*pendataan*). Batches are taken until `accepts_until`, then their items are held."""

    __tablename__ = "campaign"
    __distribution__ = REFERENCE
    __table_args__ = (CheckConstraint("starts_on <= ends_on AND ends_on <= accepts_until", name="dates_in_order"),)

    id: int = key(SMALL)
    code: str = required(CODE, unique=True)
    name: str = required(TEXT)
    starts_on: date = required(DAY)
    ends_on: date = required(DAY)
    accepts_until: date = required(DAY)
    answers_until: date | None = optional(DAY)  # the last day on which sealed answers are kept; null: for good
    quality: dict[str, Any] | None = optional(JSON)  # thresholds that are not the defaults, see `thresholds.py`
    activities: dict[str, Any] | None = optional(JSON)  # what is not the default, see `activities.py`
    reinterviews: dict[str, Any] | None = optional(JSON)  # what is not the default, see `reinterviews.py`
    statistics: dict[str, Any] | None = optional(JSON)  # what is not the default, see `statistics.py`


class Target(OfCampaign, table=True):
    """The number of businesses that a region should reach in a campaign, from its first day on."""

    __tablename__ = "target"
    __table_args__ = (CheckConstraint("businesses > 0", name="positive"),)

    region_code: str = key(CODE, ForeignKey("region.code"))
    businesses: int = required(COUNT)


class TargetChange(OfCampaign, table=True):
    """What a region's target became on a later day; null: it has none from then on."""

    __tablename__ = "target_change"
    __table_args__ = (CheckConstraint("businesses > 0", name="positive"),)

    region_code: str = key(CODE, ForeignKey("region.code"))
    valid_from: date = key(DAY)
    businesses: int | None = optional(COUNT)
