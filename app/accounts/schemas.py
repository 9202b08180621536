"""Accounts and tablets on the wire."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from limits import parse_many
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from app.accounts.permissions import Role, Scope
from app.core.bulk import Blank, Row, Whole
from app.core.name_cleaning import Named, Stated
from app.core.text import Handle, Line, Published, Said


def _split(value: object) -> object:
    return value.split() if isinstance(value, str) else value


_UNSEEN = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"


def as_kept(username: str) -> str:
    """A user name as it is kept, however a keyboard or a spreadsheet wrote it: trimmed and in small letters."""
    return username.strip().strip(_UNSEEN).strip().lower()


def _as_kept(value: object) -> object:
    return as_kept(value) if isinstance(value, str) else value


Username = Annotated[str, BeforeValidator(_as_kept), Field(pattern=r"^[a-z0-9][a-z0-9._-]{2,59}$")]
TypedUsername = Annotated[Line, AfterValidator(as_kept)]
"""A user name that is typed to find an account."""


def _is_rate(value: str) -> str:
    try:
        parse_many(value)
    except ValueError as exc:
        raise PydanticCustomError("invalid_value", "a rate is written like 60/minute;2000/day") from exc
    return value


Rate = Annotated[Line, Field(max_length=100), AfterValidator(_is_rate)]
PersonName = Annotated[Said, Field(min_length=1, max_length=200), Named]


class AccountFilters(BaseModel):
    """Which accounts are asked for, each None where it is not asked."""

    model_config = ConfigDict(frozen=True)

    role: Role | None = None
    region: str | None = Field(default=None, description="Kemendagri code.", max_length=20)
    username: Line | None = Field(default=None, max_length=60)
    q: Handle | None = Field(
        default=None,
        max_length=100,
        description="Words, each of which begins a word of the name or is part of the user name; one or two letters"
        " begin the user name.",
    )
    active: bool | None = None


class AccountIn(Row):
    """A new account. Its owner sets a password with the activation code in the answer."""

    username: Username = Field(description="Small letters, digits, dots, hyphens and underscores; never changes.")
    name: PersonName
    role: Role
    region_code: Annotated[str | None, Blank] = Field(
        default=None, description="The territory; an admin's may be left out."
    )
    scopes: Annotated[list[Scope], BeforeValidator(_split)] = Field(
        default=[], description="What a system may read; `pii:read` may be given to officers, too."
    )
    devices_allowed: Whole = Field(default=1, ge=1, le=100, description="Active tablets at once, for an enumerator.")
    rate: Annotated[Rate | None, Blank] = Field(
        default=None, description="How much a system may ask, all together and beside what holds for everybody."
    )


class AccountChange(Row):
    """What is to be changed; the rest stays. Null is a value: it takes a rate away."""

    name: PersonName = Field(default_factory=str)
    region_code: str | None = None
    scopes: list[Scope] = Field(default_factory=list)
    devices_allowed: Whole = Field(default_factory=lambda: 1, ge=1, le=100)
    rate: Rate | None = None


class AccountOut(BaseModel):
    """An account."""

    id: UUID
    username: str
    name: str
    role: Role
    region_code: str | None
    scopes: list[str]
    devices_allowed: int
    rate: str | None
    created_at: datetime
    deactivated_at: datetime | None


class AccountsOut(BaseModel):
    """A page of accounts, by id."""

    items: list[AccountOut]
    next_cursor: str | None


class Credentials(BaseModel):
    """For the first sign-in; shown only once."""

    activation_code: str | None = Field(
        default=None, description="With it the owner sets a password (`POST /v1/auth/password`); good for 14 days."
    )
    client_secret: str | None = Field(default=None, description="A system client's secret.")


class NewAccountOut(AccountOut, Credentials):
    """The account, and the code or secret for its owner."""


class Reason(Row):
    """The reason for a decision."""

    reason: Annotated[Stated, Field(min_length=3, max_length=500)]


class TabletPermitted(BaseModel):
    """One more tablet may be enrolled."""

    account_id: UUID
    until: datetime = Field(description="Not later, and only one.")


class DeviceListed(BaseModel):
    """A tablet as its enumerator's supervisors see it."""

    id: UUID
    account_id: UUID
    username: str
    account_name: str
    name: str | None
    app_version: str | None
    unsent: int | None = Field(description="Records not sent yet, as the tablet reported when it was last seen.")
    enrolled_at: datetime
    last_seen_at: datetime
    revoked_at: datetime | None
    revoked_reason: str | None


class DevicesOut(BaseModel):
    """A page of tablets, by id."""

    items: list[DeviceListed]
    next_cursor: str | None


def _is_given(scope: Scope) -> Scope:
    if scope is Scope.PII_READ:
        raise PydanticCustomError("not_for_keys", "a key never gives personal data")
    return scope


class ApiKeyIn(BaseModel):
    """A new read-only key."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: UUID | None = Field(
        default=None,
        description="The client's own (UUIDv7), under which only one key is made; by default a new one.",
    )
    name: Annotated[Published, Field(min_length=1, max_length=100), Named] = Field(
        description="What it is for, such as the tool and the office."
    )
    scopes: Annotated[list[Annotated[Scope, AfterValidator(_is_given)]], Field(min_length=1, max_length=10)]
    region_code: str | None = Field(default=None, description="Inside the own territory, which is the default.")
    days: int = Field(default=90, ge=1, le=365, strict=True, description="How long it is good.")


class ApiKeyOut(BaseModel):
    """A read-only key, without what it reads."""

    id: UUID
    name: str
    account_id: UUID = Field(description="Who made it, and with whose rights it ends.")
    username: str
    account_name: str
    scopes: list[str]
    region_code: str | None = Field(description="Null is the nation.")
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = Field(description="When it was used last, to the hour.")
    used_from: str | None = Field(description="From about where: a network, not an address.")
    revoked_at: datetime | None


class NewApiKeyOut(ApiKeyOut):
    """A new key, which is shown this once."""

    key: str = Field(description="Send it as `Authorization: Bearer`, or as the password of Basic.")


class ApiKeysOut(BaseModel):
    """A page of keys."""

    items: list[ApiKeyOut]
    next_cursor: str | None
