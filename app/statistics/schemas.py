"""Statistics on the wire."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.text import Handle, Line
from app.regions.region_code import LONGEST

Level = Literal["nation", "province", "regency", "district", "village"]


class TableAsked(BaseModel):
    """Which table is asked for."""

    model_config = ConfigDict(frozen=True)

    by: Line = Field(
        default="region",
        max_length=200,
        description="Dimensions with commas between them, at most three: `region`, `kind`, `legal_form`, `category`,"
        " `division`, `size_class`, `sex`, `nib`, `digital`, `workers`, `life`.",
    )
    region: Line | None = Field(
        default=None, max_length=LONGEST, description="Kemendagri code; by default the caller's whole territory."
    )
    level: Level | None = Field(
        default=None, description="With `region` in `by`: which regions are shown; by default those right below."
    )
    kind: Literal["umkm", "koperasi"] | None = Field(default=None, description="Only enterprises, or cooperatives.")
    life: Literal["active", "closed", "moved"] | None = Field(default=None, description="Only those in this state.")
    campaign: Handle | None = Field(
        default=None, max_length=60, description="Code of a campaign; by default the current one."
    )
    edition: UUID | None = Field(default=None, description="Id of an edition; by default the newest.")


class EditionOut(BaseModel):
    """The register of a campaign as of a moment. It never changes."""

    id: UUID
    campaign: str
    as_of: datetime = Field(description="The moment whose register it is.")
    threshold: int = Field(description="Cells of fewer businesses are suppressed.")
    businesses: int | None = Field(
        description="Those of the reader's whole territory in it; null where that is suppressed."
    )
    given: dict[str, list[list[str]]] = Field(
        description="By level of regions the sets of attributes that can be asked for together, in `by` and as filters."
    )


class EditionIn(BaseModel):
    """Of what an edition is to be made."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: UUID | None = Field(
        default=None, description="The client's own (UUIDv7), so that it may ask the same again; by default a new one."
    )
    campaign: Handle | None = Field(
        default=None, max_length=60, description="Code of a campaign; by default the current one."
    )


class EditionStateOut(BaseModel):
    """How far an edition is."""

    id: UUID
    campaign: str
    state: Literal["queued", "in_work", "made", "failed"]
    percent: int = Field(description="About how much of the work is done.")
    as_of: datetime | None = Field(description="The moment whose register it is; null until it is begun.")
    businesses: int | None = Field(
        description="Those of the reader's whole territory in it; null until it is made, and where that is suppressed."
    )


class EditionsOut(BaseModel):
    """All editions of a campaign, the newest first."""

    items: list[EditionOut]


class StatisticsOut(BaseModel):
    """A table."""

    campaign: str
    edition: UUID
    as_of: datetime = Field(description="The moment whose register it is.")
    threshold: int = Field(description="Cells of fewer businesses are suppressed.")
    by: list[str]
    filters: dict[str, str]
    region: str
    level: Level = Field(description="Level of the regions that are shown, or of `region`.")
    items: list[dict[str, str | int | bool | None]] = Field(
        description="One row for each cell that has businesses or is suppressed; what is in no row is zero."
        " `region_code` and `region_name`, each dimension with its `…_label`, `businesses` (null where suppressed),"
        " `suppressed`."
        " A row without codes: nothing of that region is shown."
    )
    suppressed: int = Field(description="How many rows are suppressed.")


class VariableOut(BaseModel):
    """A variable with the metadata of Satu Data Indonesia (Perpres 39/2019)."""

    name: str
    label: str
    role: Literal["dimension", "measure"]
    concept: str
    definition: str
    classification: str
    measure: str
    unit: str
    period: str
    question: str
    source: str
    codes: dict[str, str] = Field(
        description="Codes and their words; empty where they are regions or divisions of KBLI."
    )


class VariablesOut(BaseModel):
    """All variables of the statistics."""

    items: list[VariableOut]
