"""Filters of lists and exports of the register, and their SQL.

A merged business is in no list: its survivor is.
"""

from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

import asyncpg
from pydantic import BaseModel, ConfigDict, Field

from app.accounts.permissions import Territory
from app.accounts.schemas import as_kept
from app.campaigns.asked import campaign_asked
from app.core.text import Handle, Line
from app.core.timestamps import MomentInUTC
from app.identifiers.numbers import CONFIRMABLE
from app.regions.region_code import LONGEST
from app.register.models import HAS_STATE
from app.workforce.reach import Reach

Kind = Literal["umkm", "koperasi"]
SizeClass = Literal["micro", "small", "medium", "large"]
Life = Literal["active", "closed", "moved"]
Verified = Literal["unverified", "match", "mismatch", "not_found"]
ReviewState = Literal["unreviewed", "verified", "returned"]
_KBLI_DIGITS = 5


class Filters(BaseModel):
    """What may be asked of a list or an export, each None where it is not asked."""

    model_config = ConfigDict(frozen=True)

    region: Line | None = Field(
        default=None, description="Kemendagri code; by default the caller's whole territory.", max_length=LONGEST
    )
    campaign: Handle | None = Field(
        default=None, description="Code of a campaign in which it is entered.", max_length=60
    )
    kind: Kind | None = Field(default=None, description="Enterprise or cooperative.")
    kbli: str | None = Field(default=None, description="KBLI code, or its first digits.", pattern="^[0-9]{2,5}$")
    size_class: SizeClass | None = Field(default=None, description="PP 7/2021, article 35.")
    review_state: ReviewState | None = Field(default=None, description="What was decided on the record in force.")
    enumerator: Handle | None = Field(
        default=None, description="User name of the enumerator of the answers in force.", max_length=200
    )
    updated_since: MomentInUTC | None = Field(
        default=None, description="Changed at that time or later. To mirror the register, use the feed."
    )
    life: Life | None = Field(default=None, description="Whether it is still there.")

    verification: Verified | None = Field(
        default=None, description="State of a number of it; `unverified`: of at least one that an agency could confirm."
    )

    @property
    def values(self) -> tuple[str | None, ...]:
        """All of them as text, for a cursor to be bound to."""
        every = (getattr(self, name) for name in Filters.model_fields)
        return tuple(None if each is None else str(each) for each in every)

    @property
    def only_region(self) -> bool:
        """Whether nothing but a region is asked for."""
        return not any(self.values[1:])


@dataclass(slots=True)
class Where:
    """Conditions on rows of `business`, with their parameters."""

    conditions: list[str] = field(default_factory=lambda: ["business.merged_into IS NULL"])
    parameters: list[Any] = field(default_factory=list)

    def add(self, condition: str, *values: Any) -> None:
        """Add a condition; each `{}` in it stands for one of the values."""
        places = [f"${len(self.parameters) + at}" for at in range(1, len(values) + 1)]
        self.conditions.append(condition.format(*places))
        self.parameters += values

    def also(self, *values: Any) -> list[str]:
        """Add parameters that stand outside the conditions; gives their places."""
        self.parameters += values
        return [f"${len(self.parameters) - len(values) + at}" for at in range(1, len(values) + 1)]

    def __str__(self) -> str:
        return " AND ".join(self.conditions)


async def narrowed(pg: asyncpg.Connection, filters: Filters, reach: Reach) -> Where | None:
    """The rows within reach that the filters leave; None where there can be none.

    Raises:
        Problem: `not_found` for a region that is none or lies outside the territory, `unknown_campaign`.
    """
    where = Where()
    within(where, reach.territory.narrowed_to(filters.region))
    if reach.only is not None:
        where.add("business.enumerator_id = ANY({}::uuid[])", list(reach.only))
    if filters.campaign is not None:
        campaign = await campaign_asked(pg, filters.campaign)
        where.add("{}::smallint = ANY(business.campaign_ids)", campaign.id)
    if filters.enumerator is not None:
        username = as_kept(filters.enumerator)
        enumerator_id: UUID | None = await pg.fetchval("SELECT id FROM account WHERE username = $1", username)
        if enumerator_id is None:
            return None
        where.add("business.enumerator_id = {}::uuid", enumerator_id)
    _by_own_columns(where, filters)
    return where


def _by_own_columns(where: Where, filters: Filters) -> None:
    if filters.kbli is not None:
        if len(filters.kbli) == _KBLI_DIGITS:
            where.add("business.kbli = {}", filters.kbli)
        else:  # a division, group or class
            where.add("business.kbli >= {} AND business.kbli < {}", filters.kbli, filters.kbli + ":")
    # Written out where an index has the value in its own condition.
    where.conditions += [
        f"business.{name} = '{value}'"
        for name, value in (("kind", filters.kind), ("size_class", filters.size_class), ("life", filters.life))
        if value is not None
    ]
    if filters.size_class not in (None, "micro"):
        where.conditions.append("business.size_class <> 'micro'")
    if filters.review_state is not None:
        where.add("business.review_state = {}", filters.review_state)
    if filters.updated_since is not None:
        where.add("business.updated_at >= {}", filters.updated_since)
    if filters.verification == "unverified":
        ways = (f"({kind}_digest IS NOT NULL AND verification->'{kind}' IS NULL)" for kind in CONFIRMABLE)
        where.conditions.append(f"({' OR '.join(f'{way}' for way in ways)})")
    elif filters.verification is not None:
        where.conditions.append(f"business.verification @? '{HAS_STATE[filters.verification]}'")
    if filters.verification == "match":
        where.conditions.append("business.verification IS NOT NULL")
    if filters.life not in (None, "active"):
        where.conditions.append("business.life <> 'active'")


def within(where: Where, territory: Territory) -> None:
    """Only what lies in the territory."""
    first, second = territory.span
    if first:
        where.add("business.region_code >= {} AND business.region_code < {}", first, second)
