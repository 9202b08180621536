"""Regions on the wire."""

from typing import Literal

from pydantic import BaseModel, Field


class NamedRegion(BaseModel):
    """A region by its code and name."""

    code: str = Field(description="Kemendagri code, dotted; `ID` is the nation.", examples=["16.01.14"])
    name: str
    level: Literal["nation", "province", "regency", "district", "village"]


class FoundRegion(NamedRegion):
    """A region that was found by its name."""

    within: list[NamedRegion] = Field(description="The regions that it lies in, the nearest first; not the nation.")


class RegionsFound(BaseModel):
    """What was found, larger regions first."""

    items: list[FoundRegion]
    more: bool = Field(description="There are more of them than these.")
