"""Regions on the wire."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from app.core.bulk import Digits
from app.core.text import Line


class NamedRegion(BaseModel):
    """A region by its code and name."""

    code: str = Field(description="Kemendagri code, dotted; `ID` is the nation.", examples=["16.01.14"])
    name: str
    level: Literal["nation", "province", "regency", "district", "village", "neighbourhood"]
    bps_code: str | None = Field(description="BPS numbers regions differently; null where its code is not known.")


class FoundRegion(NamedRegion):
    """A region that was found by its name."""

    within: list[NamedRegion] = Field(description="The regions that it lies in, the nearest first; not the nation.")


class RegionsFound(BaseModel):
    """What was found, at most as many as were asked for."""

    parent: FoundRegion = Field(description="The region that they lie in.")
    items: list[FoundRegion]
    more: bool = Field(description="There are more of them than these.")


class RegionFilters(BaseModel):
    """Which regions are asked for."""

    model_config = ConfigDict(frozen=True)

    q: Line | None = Field(
        default=None,
        max_length=100,
        description="Words, or parts of words, of a name, all of them (one or two letters begin a word); or the"
        " beginning of a code. At any level.",
    )
    parent: str | None = Field(
        default=None, max_length=20, description="Only what lies below this region; without `q` its children."
    )
    limit: Digits = Field(default=100, ge=1, le=1_000, description="How many at most.")
