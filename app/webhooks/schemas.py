"""Subscriptions and deliveries on the wire."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.bulk import Flag, Row, Whole
from app.core.text import Line

Content = Literal["ids", "businesses"]
AfterDeadLetter = Literal["halt", "continue"]
State = Literal["active", "paused", "halted"]
HaltedFor = Literal["dead_letter", "gone", "feed_restored", "account_closed", "not_allowed"]
Begins = Literal["now", "start"]
DeliveryState = Literal["pending", "delivered", "dead", "skipped"]

_Url = Annotated[
    Line,
    Field(
        max_length=20_000,
        description="Where it is sent to: https, a public address, without user, password and `#`. At most 2,000"
        " letters.",
    ),
]
_Contents = Annotated[
    Content,
    Field(
        description="`ids`: kind and id of each change. `businesses`: changes as `GET /v1/feed` has them, masked.",
    ),
]
_MaxChanges = Annotated[Whole, Field(ge=1, le=500, description="The most changes that come together.")]
_AfterDeadLetter = Annotated[
    AfterDeadLetter,
    Field(
        description="What follows a delivery that is given up: `halt` sends nothing more until somebody decides, so"
        " that nothing is missing; `continue` goes on, and the dead letter can be sent again later.",
    ),
]


class WebhookIn(Row):
    """A new subscription."""

    url: _Url
    account: Annotated[Line | None, Field(max_length=60)] = Field(
        default=None, description="User name of the system account that it is for; a system may leave out its own."
    )
    content: _Contents = "ids"
    max_changes: _MaxChanges = 100
    after_dead_letter: _AfterDeadLetter = "halt"
    begins: Begins = Field(
        default="now", description="`start`: with every business there is; `now`: with the next change."
    )
    cursor: Annotated[Line | None, Field(max_length=500)] = Field(
        default=None,
        description="Instead of `begins`: a cursor of this account's feed or the `X-Feed-Cursor` of its export, behind"
        " which it begins.",
    )


class WebhookChange(Row):
    """What is to be changed; the rest stays."""

    url: _Url = ""
    content: _Contents = "ids"
    max_changes: _MaxChanges = 100
    after_dead_letter: _AfterDeadLetter = "halt"


class Resuming(Row):
    """How a paused or halted subscription goes on."""

    dead_letter: Literal["send", "skip"] = Field(
        default="send",
        description="The delivery at which it halted: send it again first, or leave it as a dead letter.",
    )
    begins: Begins | None = Field(default=None, description="Go on from another place of the feed.")
    cursor: Annotated[Line | None, Field(max_length=500)] = Field(
        default=None, description="Instead of `begins`: behind this cursor, as when it was made."
    )


class Rotating(Row):
    """How long the former secret signs, too."""

    id: UUID | None = Field(
        default=None,
        description="The client's own, so that it may send the same again for a day; by default each is another one.",
    )
    former_hours: Whole = Field(
        default=24,
        ge=0,
        le=168,
        description="0 ends every former secret at once, for one that others may know; also with an `id` sent before.",
    )


class WebhookOut(BaseModel):
    """A subscription."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    account: str = Field(description="User name of the system account whose territory and scopes hold.")
    account_name: str
    url: str
    content: Content
    max_changes: int
    after_dead_letter: AfterDeadLetter
    state: State
    halted_for: HaltedFor | None
    sequence: int = Field(description="Number of the last delivery that is settled.")
    pending: int = Field(description="Deliveries that wait to be sent.")
    dead_letters: int
    failures: int = Field(
        description="Failed attempts of the delivery that is next, since it was sent again if it was a dead letter."
    )
    next_attempt_at: datetime | None = Field(description="Of that delivery; null where nothing failed.")
    former_secret_until: datetime | None = Field(description="Until when former secrets sign, too: the last of them.")
    delivered_at: datetime | None = Field(description="When the last delivery arrived.")
    created_at: datetime


class WebhookMade(WebhookOut):
    """A subscription with its secret, which is shown only now."""

    secret: str = Field(description="As Standard Webhooks writes it: `whsec_` and base64.")


class WebhooksOut(BaseModel):
    """A page of subscriptions, by id."""

    items: list[WebhookOut]
    next_cursor: str | None


class PingOut(BaseModel):
    """How a test went."""

    delivered: Flag
    status: int | None = Field(description="Of the receiver's answer; null where there was none.")
    fault: str | None = Field(
        description="Why there was none, such as `timeout`, `url_inside`, `name_unknown`, `account_closed`."
    )
    duration_ms: int


class DeliveryOut(BaseModel):
    """A delivery; without what it said."""

    sequence: int
    id: UUID = Field(description="`webhook-id` of its requests.")
    state: DeliveryState
    changes: int = Field(description="How many changes of the feed it has.")
    attempts: int = Field(description="All of them, those before it was sent again as a dead letter included.")
    status: int | None = Field(description="Of the last answer.")
    fault: str | None = Field(
        description="Why there was no answer at last; `cut_short`: others waited, and it is no failed attempt."
    )
    duration_ms: int | None = Field(description="Of the last attempt.")
    made_at: datetime
    attempted_at: datetime | None
    settled_at: datetime | None


class DeliveriesOut(BaseModel):
    """A page of deliveries, the newest first."""

    items: list[DeliveryOut]
    next_cursor: str | None
