"""The single register: businesses, the numbers that identify them, and the cases where those disagree."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text

from app.core.column_types import ARRAY, CODE, COUNT, DAY, DIGEST, FLAG, JSON, KEY, MOMENT, REAL, SMALL, TEXT
from app.core.distribution import BY_REGENCY, LOCAL, directory
from app.core.schema import SQLModel, key, optional, required

HAS_STATE = {state: f'$.*.state ? (@ == "{state}")' for state in ("match", "mismatch", "not_found")}
"""Of what `Business.verification` holds, the path by which a state is found, of whatever number."""

_UNKNOWN, _CODED = text("kbli_unknown"), text("coding_id IS NOT NULL")
_NOT_MICRO = text("size_class <> 'micro'")
_GONE = text("life <> 'active'")
_ANSWERED = text("verification IS NOT NULL")
_MISMATCH, _NOT_FOUND = (text(f"verification @? '{path}'") for path in (HAS_STATE["mismatch"], HAS_STATE["not_found"]))
CHANGE_NUMBER = "pg_current_xact_id()::text::bigint"
"""The number of the transaction that writes: it makes the order of the feed (see `exchange/feed.py`)."""


class Business(SQLModel, table=True):
    """An enterprise or a cooperative. Its answers are those of the submission it points to.

    It has at most one number of each kind: another number of the same kind makes a conflict. What a person found to
    be one business with another keeps its id and says into which it was merged.
    """

    __tablename__ = "business"
    __distribution__ = BY_REGENCY
    __table_args__ = (
        CheckConstraint("kind IN ('umkm', 'koperasi')", name="kind"),
        CheckConstraint("size_class IN ('micro', 'small', 'medium', 'large')", name="size_class"),
        CheckConstraint("review_state IN ('unreviewed', 'verified', 'returned')", name="review_state"),
        CheckConstraint("life IN ('active', 'closed', 'moved')", name="life"),
        # Lists go by region and id, with any filter: each selective filter has its index.
        Index(None, "region_code", "id"),
        Index(None, "kbli", "region_code", "id"),
        Index(None, "enumerator_id", "region_code", "id"),
        Index(None, "review_state", "region_code", "id"),
        Index("business_size_class_idx", "size_class", "region_code", "id", postgresql_where=_NOT_MICRO),
        Index("business_koperasi_idx", "region_code", "id", postgresql_where=text("kind = 'koperasi'")),
        Index("business_life_idx", "life", "region_code", "id", postgresql_where=_GONE),
        # Few are answered at first, few of them badly ever: new businesses are in none of these.
        Index("business_answered_idx", "region_code", "id", postgresql_where=_ANSWERED),
        Index("business_mismatch_idx", "region_code", "id", postgresql_where=_MISMATCH),
        Index("business_not_found_idx", "region_code", "id", postgresql_where=_NOT_FOUND),
        Index("business_kbli_unknown_idx", "region_code", "id", postgresql_where=_UNKNOWN),
        Index("business_coded_idx", "region_code", "id", postgresql_where=_CODED),
        Index(None, "updated_at"),
        Index(None, "change_number", "id"),
        Index(
            "business_search_idx",
            "search_name",
            postgresql_using="gin",
            postgresql_ops={"search_name": "gin_trgm_ops"},
        ),
    )

    id: UUID = key(KEY)
    regency_code: str = key(CODE)
    kind: str = required(CODE)
    name: str = required(TEXT)
    search_name: str = required(CODE)  # see `names.py`
    region_code: str = required(CODE)
    former_region_codes: list[str] = required(ARRAY(CODE), server_default=text("'{}'"))
    kbli: str = required(CODE)
    kbli_version: str = required(CODE)
    # What its record says is no code of that edition, and waits for a person; or the decision that the code is from.
    kbli_unknown: bool = required(FLAG, server_default=text("false"))
    coding_id: UUID | None = optional(KEY)
    size_class: str | None = optional(CODE)
    nik_digest: bytes | None = optional(DIGEST)
    nib_digest: bytes | None = optional(DIGEST)
    cooperative_number_digest: bytes | None = optional(DIGEST)
    passport_digest: bytes | None = optional(DIGEST)
    kitas_digest: bytes | None = optional(DIGEST)
    # As they are shown: `1601**********01`.
    nik_masked: str | None = optional(CODE)
    nib_masked: str | None = optional(CODE)
    cooperative_number_masked: str | None = optional(CODE)
    passport_masked: str | None = optional(CODE)
    kitas_masked: str | None = optional(CODE)
    # Numbers by which a person found it to be known, too.
    alias_digests: list[bytes] = required(ARRAY(DIGEST), server_default=text("'{}'"))
    unidentified: bool = required(FLAG)
    campaign_ids: list[int] = required(ARRAY(SMALL))  # the campaigns in which it is entered, once each
    record_id: UUID = required(KEY)
    revision: int = required(COUNT)
    enumerator_id: UUID = required(KEY)  # whose record is in force
    review_state: str = required(CODE, server_default="unreviewed")  # of that record
    merged_into: UUID | None = optional(KEY)
    # Whether it is still there, as the last round's visits found: since when, and by which record (see `lives.py`).
    life: str = required(CODE, server_default="active")
    life_since: date | None = optional(DAY)
    life_record_id: UUID | None = optional(KEY)
    # By kind of number what an agency said of it, which holds now: `state`, `source`, `on`. Null where none was ever
    # answered, empty where no answer holds (see `verification/states.py`).
    verification: dict[str, Any] | None = optional(JSON)
    created_at: datetime = required(MOMENT)
    updated_at: datetime = required(MOMENT)
    change_number: int = required(BigInteger, server_default=text(f"({CHANGE_NUMBER})"))


class Coding(SQLModel, table=True):
    """Which activity a person found for what a record says, where its edition of KBLI has no such code.

    It holds while the record says that code, in whatever revision; another code of the record ends it.
    """

    __tablename__ = "coding"
    __distribution__ = BY_REGENCY
    __table_args__ = (
        Index(
            "coding_in_force_key",
            *("record_id", "said_version", "said_code", "regency_code"),
            unique=True,
            postgresql_where=text("undone_at IS NULL"),
        ),
    )

    id: UUID = key(KEY)
    regency_code: str = key(CODE)
    record_id: UUID = required(KEY)
    revision: int = required(COUNT)
    said_version: str = required(CODE)
    said_code: str = required(CODE)
    kbli_version: str = required(CODE)
    kbli: str = required(CODE)
    reason: str = required(TEXT)
    decided_by: UUID = required(KEY)
    decided_at: datetime = required(MOMENT)
    undone_by: UUID | None = optional(KEY)
    undone_at: datetime | None = optional(MOMENT)
    undone_because: str | None = optional(TEXT)


class FeedMark(SQLModel, table=True):
    """That a transaction wrote businesses. `id` is random, so that a cursor distinguishes this transaction from another
    one that got its number after the database was restored.
    """

    __tablename__ = "feed_mark"
    __distribution__ = LOCAL

    number: int = key(BigInteger, server_default=text(f"({CHANGE_NUMBER})"))
    id: UUID = required(KEY, server_default=text("gen_random_uuid()"))
    made_at: datetime = required(MOMENT, server_default=text("now()"))


class Identity(SQLModel, table=True):
    """A number that identifies a business, as a keyed digest: the directory that makes a business unique.

    A claim on a number is this row. `record_id` is the record that claimed it; `matched` says that another record
    was recognised by it, so that it can no longer be taken back without a review.
    """

    __tablename__ = "identity"
    __distribution__ = directory("digest")
    __table_args__ = (
        CheckConstraint("kind IN ('nik', 'nib', 'cooperative_number', 'passport', 'kitas')", name="kind"),
    )

    digest: bytes = key(DIGEST)
    kind: str = required(CODE)
    business_id: UUID = required(KEY)
    record_id: UUID = required(KEY)
    matched: bool = required(FLAG, server_default=text("false"))


class SharedNumber(SQLModel, table=True):
    """A business that has a number beside the one that owns it in the directory: another business of the same owner, or
    one that a person found to have it, too.

    `record_id` is the record that said so; `matched`, that another record was recognised by it since, or that a person
    decided it, so that it can no longer be taken back without a review.
    """

    __tablename__ = "shared_number"
    __distribution__ = directory("digest", "identity")

    digest: bytes = key(DIGEST)
    business_id: UUID = key(KEY)
    record_id: UUID = required(KEY)
    matched: bool = required(FLAG, server_default=text("false"))


class NumberKey(SQLModel, table=True):
    """A key for the digests of numbers, by its fingerprint: that of the first server, then each that took over; the
    last one is used for new numbers. How far the others have been moved to it, by record.
    """

    __tablename__ = "number_key"
    __distribution__ = LOCAL

    fingerprint: bytes = key(DIGEST)
    began_at: datetime = required(MOMENT, server_default=text("now()"))
    after_record: UUID | None = optional(KEY)
    after_revision: int | None = optional(COUNT)
    finished_at: datetime | None = optional(MOMENT)


class DuplicateCase(SQLModel, table=True):
    """A record that was recognised as a known business (`duplicate`), contradicts one or two (`conflict`), or has a NIK
    that is probably somebody else's (`wrong_number`); or two businesses that share an owner (`same_owner`) or are
    likely one (`likely`): then `record_id` is that of the later one, `score` how likely.

    It is `superseded` when another revision of the record came, which was judged again; one of two businesses is not.
    """

    __tablename__ = "duplicate_case"
    __distribution__ = BY_REGENCY
    __table_args__ = (
        CheckConstraint("kind IN ('duplicate', 'conflict', 'likely', 'same_owner', 'wrong_number')", name="kind"),
        CheckConstraint("state IN ('open', 'resolved', 'superseded')", name="state"),
        Index(None, "record_id"),
        # Those that a wrong number opened come first.
        Index(
            "duplicate_case_wrong_number_idx",
            "state",
            "region_code",
            "id",
            postgresql_where=text("kind = 'wrong_number'"),
        ),
        Index(None, "state", "region_code", "id"),
        # The most probable first: by score where there is one, else kind after kind.
        Index(
            "duplicate_case_probable_idx",
            text("score DESC"),
            "id",
            postgresql_where=text("state = 'open' AND kind = 'likely'"),
        ),
        Index(
            "duplicate_case_by_kind_idx",
            "kind",
            "id",
            postgresql_where=text("state = 'open' AND kind <> 'likely'"),
        ),
        Index("duplicate_case_business_ids_idx", "business_ids", postgresql_using="gin"),
    )

    id: UUID = key(KEY)
    regency_code: str = key(CODE)
    campaign_id: int = required(SMALL, ForeignKey("campaign.id"))
    region_code: str = required(CODE)
    record_id: UUID = required(KEY)
    revision: int = required(COUNT)
    kind: str = required(CODE)
    business_ids: list[UUID] = required(ARRAY(KEY))
    matched_on: list[str] = required(ARRAY(TEXT))
    # What speaks for another business than the first of them, as codes.
    differs: list[str] = required(ARRAY(CODE), server_default=text("'{}'"))
    state: str = required(CODE)
    score: float | None = optional(REAL)
    explanation: dict[str, Any] | None = optional(JSON)  # of a likely one: what weighed how much
    opened_at: datetime = required(MOMENT)
    resolved_at: datetime | None = optional(MOMENT)
