"""Subscriptions of system clients, and what was or is to be delivered to them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text

from app.core.column_types import ARRAY, CODE, COUNT, DIGEST, KEY, MOMENT, SMALL, TEXT
from app.core.distribution import LOCAL
from app.core.schema import SQLModel, key, optional, required


class Webhook(SQLModel, table=True):
    """A subscription. `position` is how far its receiver has what the feed says; `sequence` is the number of the last
    delivery that is settled. Both change in the transaction that notes the receiver's answer, and nowhere else but on
    request. The process that sends has it until `lease_until`.

    Its secret is derived from `salt` under a key of the server, and stands nowhere.
    """

    __tablename__ = "webhook"
    __distribution__ = LOCAL
    __table_args__ = (
        CheckConstraint("content IN ('ids', 'businesses')", name="content"),
        CheckConstraint("after_dead_letter IN ('halt', 'continue')", name="after_dead_letter"),
        CheckConstraint("state IN ('active', 'paused', 'halted')", name="state"),
        CheckConstraint("(state = 'halted') = (halted_for IS NOT NULL)", name="halted_for"),
        UniqueConstraint("account_id", "url"),
        Index("webhook_due_idx", "due_at", postgresql_where=text("state = 'active'")),
    )

    id: UUID = key(KEY)
    account_id: UUID = required(KEY, ForeignKey("account.id"))
    url: str = required(TEXT)
    content: str = required(CODE)
    max_changes: int = required(SMALL)
    after_dead_letter: str = required(CODE)
    state: str = required(CODE, server_default="active")
    halted_for: str | None = optional(CODE)
    position: bytes = required(DIGEST)
    sequence: int = required(BigInteger, server_default="0")
    salt: bytes = required(DIGEST)
    former_salt: bytes | None = optional(DIGEST)  # no longer read: `WebhookSecret`; a later release takes both away
    former_until: datetime | None = optional(MOMENT)
    due_at: datetime = required(MOMENT, server_default=text("now()"))
    lease_id: UUID | None = optional(KEY)
    lease_until: datetime | None = optional(MOMENT)
    created_at: datetime = required(MOMENT, server_default=text("now()"))
    created_by: UUID = required(KEY)
    delivered_at: datetime | None = optional(MOMENT)  # the last one


class WebhookSecret(SQLModel, table=True):
    """A secret that a rotation made, or ended: `salt` is what it is derived from. The one that signs first is that of
    the subscription's own `salt`; a former one signs, too, until its time."""

    __tablename__ = "webhook_secret"
    __distribution__ = LOCAL

    webhook_id: UUID = key(KEY, ForeignKey("webhook.id", ondelete="CASCADE"))
    id: UUID = key(KEY)  # of the rotation that made it, by which it can be sent again
    salt: bytes = required(DIGEST)
    made_at: datetime = required(MOMENT, server_default=text("now()"))
    good_until: datetime | None = optional(MOMENT)  # null: until a rotation says how long


class WebhookDelivery(SQLModel, table=True):
    """Some changes of the feed, by the ids of their businesses, that go together. What the businesses say is read
    when it is sent: a delivery that waits holds no answers. It stays the same delivery, under the same id, until it is
    settled."""

    __tablename__ = "webhook_delivery"
    __distribution__ = LOCAL
    __table_args__ = (
        CheckConstraint("state IN ('pending', 'delivered', 'dead', 'skipped')", name="state"),
        Index("webhook_delivery_open_idx", "webhook_id", "sequence", postgresql_where=text("state <> 'delivered'")),
        Index(None, "settled_at"),
    )

    webhook_id: UUID = key(KEY, ForeignKey("webhook.id", ondelete="CASCADE"))
    sequence: int = key(BigInteger)
    id: UUID = required(KEY)
    business_ids: list[UUID] = required(ARRAY(KEY))
    position: bytes = required(DIGEST)  # of the feed, behind it
    state: str = required(CODE, server_default="pending")
    attempts: int = required(COUNT, server_default="0")  # those that count towards the last one
    other_attempts: int = required(COUNT, server_default="0")  # before it was sent again as a dead letter, or cut short
    made_at: datetime = required(MOMENT, server_default=text("now()"))
    attempted_at: datetime | None = optional(MOMENT)  # the last time
    settled_at: datetime | None = optional(MOMENT)
    status: int | None = optional(SMALL)  # of the last answer
    fault: str | None = optional(CODE)  # why there was none, or it was not good enough
    duration_ms: int | None = optional(COUNT)
