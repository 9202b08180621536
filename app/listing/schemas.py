"""Listings on the wire: rows of files, and what people and tablets read."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field

from app.core.bulk import Blank, Row
from app.core.name_cleaning import Named
from app.core.text import Line, Said
from app.identifiers.kbli_codes import Edition
from app.listing.models import EntryState

_DEGREES = r"^-?[0-9]{1,3}(\.[0-9]{1,9})?$"
_Text = Annotated[Line, Field(max_length=300)]
_Digits = Annotated[Line, Field(max_length=60)]
_Degrees = Annotated[Line, Field(max_length=14, pattern=_DEGREES)]


class ListingIn(Row):
    """One door of a list from outside: a line of a file."""

    campaign: Annotated[Line, Field(min_length=1, max_length=60)]
    region_code: Annotated[Line, Field(max_length=20)] = Field(description="The village.")
    name: Annotated[Said, Field(min_length=1, max_length=200), Named] = Field(description="As it is known.")
    owner: Annotated[_Text | None, Blank] = None
    address: Annotated[_Text | None, Blank] = None
    kbli: Annotated[Line, Field(pattern=r"^[0-9]{5}$")] | None = None
    kbli_version: Edition | None = Field(default=None, description="Edition of KBLI; by default the campaign's first.")
    latitude: Annotated[_Degrees | None, Blank] = Field(default=None, description="Degrees (WGS 84), as -4.1266.")
    longitude: Annotated[_Degrees | None, Blank] = None
    nik: Annotated[_Digits | None, Blank] = Field(default=None, description="The owner's.")
    nib: Annotated[_Digits | None, Blank] = None
    cooperative_number: Annotated[_Digits | None, Blank] = None
    reference: Annotated[Line | None, Field(max_length=100), Blank] = Field(
        default=None, description="The list's own number of the line: the same one again changes the entry."
    )
    source: Annotated[Said | None, Field(max_length=100), Blank] = Field(
        default=None, description="What the list is called; by default `import`."
    )


class CarryIn(Row):
    """From which campaign's register a listing is made, and where."""

    campaign: Annotated[Line, Field(min_length=1, max_length=60)] = Field(description="The campaign that begins.")
    from_campaign: Annotated[Line, Field(min_length=1, max_length=60)] = Field(description="An earlier campaign.")
    region: Annotated[Line, Field(max_length=20)] | None = Field(
        default=None, description="Kemendagri code; by default the caller's whole territory."
    )


class CarriedOut(BaseModel):
    """What came of it, in businesses of the earlier campaign."""

    listed: int = Field(description="Entries that are new.")
    already_listed: int = Field(description="Businesses that have an entry already, or are entered in the campaign.")
    closed: int = Field(description="Left out, since a later round found them closed.")
    erased: int = Field(description="Left out, since their answers were erased at the wish of the person.")

    def plus(self, other: "CarriedOut") -> "CarriedOut":
        """Both together."""
        mine, others = self.model_dump(), other.model_dump()
        return CarriedOut(**{name: value + others[name] for name, value in mine.items()})


class EntryOut(BaseModel):
    """An entry of a listing, for desks."""

    listing_id: UUID
    campaign: str
    region_code: str = Field(description="Kemendagri code of the village.")
    region_name: str = Field(description="Name of the village.")
    name: str
    kbli: str | None
    kbli_version: str | None
    latitude: float | None
    longitude: float | None
    source: str = Field(description="`campaign:<code>` or `file:<name>`.")
    business_id: UUID | None = Field(description="Of the register, where it is known.")
    nik_masked: str | None
    state: EntryState
    record_id: UUID | None = Field(description="The record that decided the state; null while it is open.")
    enumerator: str | None = Field(description="User name of whose record that is.")
    listed_on: date


class TabletEntry(BaseModel):
    """An entry of a listing, for the tablet that goes there."""

    listing_id: UUID = Field(description="What items say as `listing_id`.")
    region_code: str = Field(description="Kemendagri code of the village.")
    name: str
    owner: str | None
    address: str | None
    kind: str | None = Field(description="`umkm` or `koperasi`, where it is known.")
    kbli: str | None
    kbli_version: str | None
    location: dict[str, float] | None = Field(description="`latitude` and `longitude` (WGS 84).")
    nik_masked: str | None = Field(description="As `1601**********01`.")
    state: EntryState
    own: bool = Field(description="Whether a record of the tablet's own enumerator decided the state.")
    answers: dict[str, Any] = Field(
        description="Answers of the round before, to be confirmed: no money, no telephone, no number of a person."
    )


class ListingPage(BaseModel):
    """What changed in the listing of the tablet's areas. First what is to be forgotten is removed, then the entries are
    put in, each in the place of the one with its id."""

    campaign: str
    areas: list[str] = Field(description="The areas that the listing is of at this moment.")
    forget: list[str] = Field(
        description="Areas that are the enumerator's no longer: all entries of these and below them are to be removed."
    )
    items: list[TabletEntry]
    next_cursor: str = Field(
        description="Where to continue, now or in a month; store it together with the entries of the page."
    )
    more: bool = Field(description="Whether there are more at this moment.")
