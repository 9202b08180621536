"""Accounts of people and machines, the tablets enrolled for them, and their refresh tokens."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, literal_column, text
from sqlmodel import Field

from app.core.column_types import AMOUNT, ARRAY, CODE, COUNT, DAY, DIGEST, FLAG, KEY, MOMENT, SEALED, SMALL, TEXT
from app.core.distribution import LOCAL
from app.core.schema import SQLModel, key, optional, required
from app.core.word_search import WORDS_OF_NAME


class Account(SQLModel, table=True):
    """A person or machine that signs in. The id of an enumerator is the id of their account."""

    __tablename__ = "account"
    __distribution__ = LOCAL
    __table_args__ = (
        CheckConstraint("role IN ('enumerator', 'coordinator', 'officer', 'system', 'admin')", name="role"),
        CheckConstraint("role = 'admin' OR region_code IS NOT NULL", name="territory"),
        CheckConstraint("devices_allowed >= 1", name="devices_allowed"),
        Index(None, "region_code", "id"),
        Index(
            "account_words_idx",
            literal_column(WORDS_OF_NAME).label("words"),
            "username",
            postgresql_using="gin",
            postgresql_ops={"words": "gin_trgm_ops", "username": "gin_trgm_ops"},
        ),
    )

    id: UUID = key(KEY)
    username: str = required(CODE, unique=True)
    name: str = required(TEXT)
    role: str = required(CODE)
    region_code: str | None = optional(CODE, ForeignKey("region.code"))
    scopes: list[str] = required(ARRAY(TEXT), server_default=text("'{}'"))
    password_hash: str | None = optional(TEXT)  # argon2; null: cannot sign in
    # SHA-256 of the code with which its owner sets a first or a new password; the code is 80 random bits.
    activation_digest: bytes | None = optional(DIGEST)
    activation_expires_at: datetime | None = optional(MOMENT)
    devices_allowed: int = required(SMALL, server_default=text("1"))  # active at once; holds for enumerators
    next_tablet_until: datetime | None = optional(MOMENT)  # until then one more may be enrolled, once
    # How often all its sessions were ended: a token under an earlier number is worth nothing.
    sessions_ended: int = Field(
        default=0, sa_type=COUNT, nullable=False, sa_column_kwargs={"server_default": text("0")}
    )
    rate: str | None = optional(TEXT)  # how much it may ask of everything together, such as `100/minute;5000/day`
    is_demo: bool = required(FLAG, server_default=text("false"))
    created_at: datetime = required(MOMENT)
    deactivated_at: datetime | None = optional(MOMENT)


class OfAccount(SQLModel):
    """What an account may have several of."""

    __distribution__ = LOCAL

    id: UUID = key(KEY)
    account_id: UUID = required(KEY, to="account.id")


class Device(OfAccount, table=True):
    """One enrolled tablet of one account; `told_id` is what the tablet calls itself."""

    __tablename__ = "device"
    __table_args__ = (UniqueConstraint("account_id", "told_id"),)

    told_id: str = required(CODE)
    name: str | None = optional(TEXT)
    app_version: str | None = optional(TEXT)
    unsent: int | None = optional(COUNT)  # records that it has not sent yet, as it reported when it was last seen
    enrolled_at: datetime = required(MOMENT)
    last_seen_at: datetime = required(MOMENT)
    revoked_at: datetime | None = optional(MOMENT)
    revoked_by: UUID | None = optional(KEY)
    revoked_reason: str | None = optional(TEXT)


class SignInAttempt(SQLModel, table=True):
    """How often signing in failed lately for an account, from an address, or for one with the other.

    `key` is a keyed digest of the name or the address, so that the table reveals neither.
    """

    __tablename__ = "sign_in_attempt"
    __distribution__ = LOCAL
    __table_args__ = (Index(None, "attempted_at"),)

    key: bytes = key(DIGEST)
    failures: int = required(COUNT)
    attempted_at: datetime = required(MOMENT)
    blocked_until: datetime | None = optional(MOMENT)
    succeeded_at: datetime | None = optional(MOMENT)


class NumbersAsked(SQLModel, table=True):
    """How many numbers an account asked about on its last day; see `lookup_counts.py`."""

    __tablename__ = "numbers_asked"
    __distribution__ = LOCAL

    account_id: UUID = key(KEY, ForeignKey("account.id"))
    day: date = required(DAY)
    numbers: int = required(COUNT)
    known: int = required(COUNT)
    changed: int = required(COUNT)


class RefreshToken(SQLModel, table=True):
    """One link of a chain of refresh tokens. Using a spent link revokes the whole family."""

    __tablename__ = "refresh_token"
    __distribution__ = LOCAL
    __table_args__ = (Index(None, "family_id"), Index(None, "account_id"), Index(None, "expires_at"))

    digest: bytes = key(DIGEST)  # SHA-256 of the token; the token itself is 256 random bits
    family_id: UUID = required(KEY)
    account_id: UUID = required(KEY, ForeignKey("account.id"))
    device_id: UUID | None = optional(KEY, ForeignKey("device.id"))
    scope: str = required(TEXT)
    issued_at: datetime = required(MOMENT)
    expires_at: datetime = required(MOMENT)
    spent_at: datetime | None = optional(MOMENT)
    attempt_digest: bytes | None = optional(DIGEST)  # SHA-256 of what the client called the attempt that spent it
    revoked_at: datetime | None = optional(MOMENT)


class BrowserSession(OfAccount, table=True):
    """A session that the tabs of one browser share; see `browser_sessions.py`. Of secrets it has SHA-256 alone."""

    __tablename__ = "browser_session"
    __table_args__ = (Index(None, "account_id"),)

    token_digest: bytes = required(DIGEST)
    previous_digest: bytes | None = optional(DIGEST)  # of the token before
    attempt_digest: bytes | None = optional(DIGEST)  # of what the page called the attempt that replaced it
    browser_digest: bytes = required(DIGEST)  # of the browser's own secret
    name: str = required(TEXT)
    way: str = required(CODE)
    started_at: datetime = required(MOMENT)
    rotated_at: datetime = required(MOMENT)
    seen_at: datetime = required(MOMENT)
    expires_at: datetime = required(MOMENT)
    ended_at: datetime | None = optional(MOMENT)


class Passkey(OfAccount, table=True):
    """A key in a person's phone or computer that signs them in; see `passkeys.py`."""

    __tablename__ = "passkey"
    __table_args__ = (Index(None, "account_id"),)

    credential_id: bytes = required(DIGEST, unique=True)
    rp_id: str = required(CODE)  # the host that it is for
    public_key: bytes = required(DIGEST)  # COSE
    sign_count: int = required(AMOUNT)
    backed_up: bool = required(FLAG)
    name: str = required(TEXT)
    created_at: datetime = required(MOMENT)
    used_at: datetime | None = optional(MOMENT)


class ApiKey(OfAccount, table=True):
    """A read-only key; see `api_keys.py`. Its account made it, and it ends with the rights of that account."""

    __tablename__ = "api_key"
    __table_args__ = (Index(None, "account_id"), Index(None, "region_code", "id"))

    name: str = required(TEXT)
    digest: bytes = required(DIGEST, unique=True)  # SHA-256 of the key, of which 214 bits are random
    scopes: list[str] = required(ARRAY(TEXT))
    region_code: str | None = optional(CODE, ForeignKey("region.code"))  # null: the nation
    created_at: datetime = required(MOMENT)
    expires_at: datetime = required(MOMENT)
    used_at: datetime | None = optional(MOMENT)  # to the hour
    used_from: str | None = optional(TEXT)  # a network, not an address
    revoked_at: datetime | None = optional(MOMENT)
    revoked_by: UUID | None = optional(KEY)


class OrganisationAccount(SQLModel, table=True):
    """Whose account of the organisation an account belongs to; see `organisation.py`."""

    __tablename__ = "organisation_account"
    __distribution__ = LOCAL

    account_id: UUID = key(KEY, ForeignKey("account.id"))
    issuer: str = required(CODE)
    subject_digest: bytes = required(DIGEST, unique=True)  # keyed, of the issuer and its name of the person
    linked_at: datetime = required(MOMENT)


class SpentChallenge(SQLModel, table=True):
    """A challenge of a passkey, or the state of an organisation's sign-in, that was used, while it would be good."""

    __tablename__ = "spent_challenge"
    __distribution__ = LOCAL

    challenge: bytes = key(DIGEST)
    expires_at: datetime = required(MOMENT)


class ImportSecret(SQLModel, table=True):
    """What the activation codes of one file of people are made from, kept for an hour."""

    __tablename__ = "import_secret"
    __distribution__ = LOCAL

    actor_id: UUID = key(KEY)
    content_digest: bytes = key(DIGEST)  # SHA-256 of its rows
    sealed: bytes = required(SEALED)
    entered_at: datetime = required(MOMENT)
