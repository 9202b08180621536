"""The shape of a batch and of its receipt on the wire. What is inside `answers` is the questionnaire's."""

from contextlib import suppress
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from app.core.ids import id_from_text
from app.core.text import Said, Storable
from app.core.timestamps import InCalendar, Moment, WrittenOut, is_in_calendar, kept
from app.register.verdicts import Outcome


def _only_an_id(value: Any) -> UUID:
    if isinstance(value, str) and len(value) in ID_LENGTHS:
        with suppress(ValueError):
            return id_from_text(value)
    raise PydanticCustomError("uuid_parsing", "not a UUID")


NO_ENTRY = UUID(int=0)
"""What stands for a `listing_id` that is no UUID: no entry has it."""


def _an_id_or_none_known(value: Any) -> UUID | None:
    """A claim of the listing may be wrong, and the record is judged all the same."""
    if value is None:
        return None
    try:
        return _only_an_id(value)
    except PydanticCustomError:
        return NO_ENTRY


def _captured_in_the_calendar(value: datetime) -> datetime:
    if not is_in_calendar(value):
        raise PydanticCustomError("captured_out_of_range", "not in the calendar of UTC")
    return kept(value)


ID_LENGTHS = (32, 36)  # without hyphens and with them
Id = Annotated[UUID, BeforeValidator(_only_an_id)]
Time = Annotated[AwareDatetime, Field(strict=False), WrittenOut]
CapturedInCalendar = AfterValidator(_captured_in_the_calendar)
Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]


class Location(BaseModel):
    """Where the tablet was when the record was captured (WGS 84)."""

    model_config = ConfigDict(strict=True, extra="ignore")

    latitude: Latitude
    longitude: Longitude
    accuracy_m: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = Field(
        default=None, description="Radius in metres."
    )


class Item(BaseModel):
    """One revision of one record."""

    model_config = ConfigDict(strict=True, extra="ignore")

    record_id: Id = Field(description="The tablet's own id of the record, a UUIDv7; it never changes.")
    revision: int = Field(ge=1, le=2**31 - 1, description="1, and one more each time the record is changed.")
    questionnaire: str = Field(max_length=40, description="Name and version, e.g. `umkm@1`.")
    region_code: str = Field(
        max_length=20, description="The village, as a dotted Kemendagri code, or a neighbourhood in it."
    )
    started_at: Annotated[Time, InCalendar] | None = Field(default=None, description="When the interview began.")
    captured_at: Annotated[Time, CapturedInCalendar] = Field(
        description="When the record was finished, by the tablet's clock."
    )
    location: Location | None = None
    listing_id: Annotated[UUID | None, BeforeValidator(_an_id_or_none_known)] = Field(
        default=None, description="The entry of the listing that the record is about (`GET /v1/sync/listing`)."
    )
    answers: dict[str, Any] = Field(description="The answers, by the questionnaire's schema.")


class Envelope(BaseModel):
    """What is said once for all items of a batch."""

    model_config = ConfigDict(strict=True, extra="ignore")

    campaign: Annotated[str, Storable] = Field(min_length=1, max_length=60, description="The campaign's code.")
    sent_at: Moment = Field(description="When the tablet sent this, by its own clock.")
    app_version: Said | None = Field(default=None, max_length=60)
    unsent: int | None = Field(
        default=None, ge=0, le=2**31 - 1, description="Records that the tablet has not sent yet, these among them."
    )


class BatchIn(Envelope):
    """A batch (*kiriman*). `items` are judged one by one, in order."""

    items: list[Item] = Field(min_length=1)


class Doubt(BaseModel):
    """A warning or an error about one place in an item."""

    pointer: str = Field(description="RFC 6901 pointer, from the item on.")
    code: str = Field(description="Stable.")
    detail: str = Field(description="In the requested language; never contains an answer.")


class ItemReceipt(BaseModel):
    """What became of one item; in the order of the batch."""

    record_id: UUID | None = Field(description="Null where the item had none that could be read.")
    revision: int | None
    outcome: Outcome
    client_action: str = Field(description="`purge`, `keep` or `fix`: what the tablet does with its copy.")
    counted_as: str | None = Field(
        default=None,
        description="What the record counts as from now on: `entered`, `duplicate`, `conflict`, `invalid`, or the"
        " result of its visits. Null for what counts nowhere yet, such as a new record that is held; receipts of"
        " earlier servers do not have it.",
    )
    business_id: UUID | None
    matched_on: list[str] = Field(description="Kinds of numbers by which the business was recognised.")
    warnings: list[Doubt]
    errors: list[Doubt]


class Receipt(BaseModel):
    """The answer to a batch (*tanda terima*), the same bytes each time."""

    batch_id: UUID
    received_at: AwareDatetime
    clock_skew_s: float = Field(description="The tablet's clock less the server's, in seconds.")
    item_count: int
    counts: dict[Outcome, int]
    items: list[ItemReceipt]


class HeldListed(BaseModel):
    """An item that waits for a supervisor."""

    id: UUID
    record_id: UUID = Field(description="Or an id made of the content, where the item named none.")
    revision: int | None
    campaign: str
    enumerator_id: UUID
    enumerator: str = Field(description="User name.")
    region_code: str
    region_name: str | None = Field(description="Name of the village; null where there is no region of that code.")
    captured_on: date
    received_at: datetime
    reasons: list[Doubt] = Field(description="Why it is held.")
    state: Literal["waiting", "released", "refused", "superseded"] = Field(
        description="`superseded`: the record came again, in this or a higher revision, so nothing is to be decided."
    )
    decision: Literal["released", "refused"] | None
    decided_at: datetime | None
    decided_because: str | None


class HeldPage(BaseModel):
    """A page of items that wait, by region and age."""

    items: list[HeldListed]
    next_cursor: str | None


class HeldItem(HeldListed):
    """An item with its answers, all of them masked; null where they are no longer kept."""

    answers: dict[str, Any] | None


class HeldDecision(BaseModel):
    """A supervisor's decision, and the outcome of a released item."""

    id: UUID
    decision: Literal["released", "refused"]
    item: ItemReceipt | None
