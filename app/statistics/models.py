"""Editions of the statistics, and the tables of each region in them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text

from app.core.column_types import ARRAY, CODE, COUNT, JSON, KEY, MOMENT, SMALL
from app.core.distribution import LOCAL
from app.core.schema import SQLModel, key, optional, required


class StatisticsEdition(SQLModel, table=True):
    """The register of a campaign as of a moment. It is never changed once it is made.

    `given`: the sets of attributes that are tabulated, by level. While it is `in_work`, `seen_at` says that a process
    is still at it, and `percent` how far it is. What somebody asked for (`asked_by`) is `queued` before, and `failed`
    if nothing came of it; any other one that fails is gone.
    """

    __tablename__ = "statistics_edition"
    __distribution__ = LOCAL
    __table_args__ = (
        CheckConstraint("state IN ('queued', 'in_work', 'made', 'failed')", name="state"),
        Index(None, "campaign_id", "as_of"),
        Index(
            "statistics_edition_unfinished_key",
            "campaign_id",
            unique=True,
            postgresql_where=text("state IN ('queued', 'in_work')"),
        ),
    )

    id: UUID = key(KEY)
    campaign_id: int = required(SMALL, ForeignKey("campaign.id"))
    state: str = required(CODE)
    as_of: datetime = required(MOMENT)  # by the domain's clock
    seen_at: datetime = required(MOMENT)  # by the database's
    threshold: int = required(COUNT)
    businesses: int = required(COUNT)
    given: dict[str, Any] = required(JSON)
    percent: int = required(SMALL, server_default=text("0"))
    asked_by: UUID | None = optional(KEY)


class StatisticsTable(SQLModel, table=True):
    """A region's table by a set of attributes: which codes, and how many businesses.

    `cells` is what is published: codes, then the number, null where it is suppressed. `suppressed` has those numbers in
    the same order; nobody is shown them, but the next edition is compared with them.
    """

    __tablename__ = "statistics_table"
    __distribution__ = LOCAL

    edition_id: UUID = key(KEY, ForeignKey("statistics_edition.id"))
    attributes: str = key(CODE)  # by commas
    level: str = key(CODE)
    region_code: str = key(CODE)
    cells: list[Any] = required(JSON)
    suppressed: list[int] = required(ARRAY(COUNT))
