"""Permissions: roles, scopes, the principal of a request, and its territory. All pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from app.core.problems import Code, FieldError, Problem, Text
from app.regions.region_code import NATION, is_region_code, span_of

_REASON_MISSING = Text(
    "Sebutkan alasan melihat data pribadi di X-Access-Reason.",
    "Say in X-Access-Reason why you look at personal data.",
)


class Role(StrEnum):
    """What an account is; each may act only inside its territory."""

    ENUMERATOR = "enumerator"
    COORDINATOR = "coordinator"
    OFFICER = "officer"
    SYSTEM = "system"
    ADMIN = "admin"


class Scope(StrEnum):
    """What a system client may be granted."""

    PROGRESS_READ = "progress:read"
    BUSINESSES_READ = "businesses:read"
    PII_READ = "pii:read"
    FEED_READ = "feed:read"
    STATISTICS_READ = "statistics:read"


MANAGED_BY: Mapping[Role, frozenset[Role]] = {
    Role.OFFICER: frozenset({Role.ENUMERATOR, Role.COORDINATOR}),
    Role.ADMIN: frozenset(Role),
}
"""Whose accounts a role may create and change: officers only lower roles, in their territory."""


@dataclass(frozen=True, slots=True)
class Territory:
    """A region and everything under it; `NATION` is everything."""

    region_code: str

    @property
    def span(self) -> tuple[str, str]:
        """The codes inside as SQL asks for them: `code >= first AND code < second`, in the C collation.

        An account without a region lies in the nation's territory alone; where there are such, SQL asks
        `first = '' OR …`, which leaves the index to all others.
        """
        return span_of(self.region_code)

    def contains(self, code: str) -> bool:
        """Whether the region is this one or lies under it."""
        return self.region_code in (NATION, code) or code.startswith(self.region_code + ".")

    def narrowed_to(self, code: str | None) -> "Territory":
        """The part of this territory that a region is; all of it where none is asked for.

        Raises:
            Problem: `not_found` for what is no region, or lies outside.
        """
        if code is None:
            return self
        if not is_region_code(code) or not self.contains(code):
            raise Problem(Code.NOT_FOUND)
        return Territory(code)


@dataclass(frozen=True, slots=True)
class Proof:
    """What an access token proves: whose session it is, and on which tablet. What may be done, the account says.

    `scopes` are the most that the session was granted, `sessions_ended` is how often the account's sessions had been
    ended when it began; `role` refuses early what is looked up later.
    """

    account_id: UUID
    device_id: UUID | None
    scopes: frozenset[str]
    sessions_ended: int
    role: Role
    session_id: UUID | None = None  # of a browser
    key: bytes | None = None
    """The digest of a read-only key, by which everything else is looked up."""

    @classmethod
    def of_key(cls, digest: bytes) -> "Proof":
        """What a read-only key proves by itself: nothing but that it is one."""
        return cls(UUID(int=0), None, frozenset(), 0, Role.SYSTEM, key=digest)


@dataclass(frozen=True, slots=True)
class Principal:
    """The caller of a request, and what the caller's account may do at this moment."""

    account_id: UUID
    role: Role
    territory: Territory
    scopes: frozenset[str]
    device_id: UUID | None
    rate: str | None = None  # how much it may ask of everything together
    sessions_ended: int = 0
    device_revoked_at: datetime | None = None
    session_id: UUID | None = None
    key: bytes | None = None  # the digest of the read-only key that it came with
    key_id: UUID | None = None
    key_used_at: datetime | None = None  # before, to the hour

    @property
    def proof(self) -> Proof:
        """What it is looked up by once more."""
        return Proof(
            self.account_id, self.device_id, self.scopes, self.sessions_ended, self.role, self.session_id, self.key
        )

    def refuse_off_tablet(self, hand_over: timedelta | None) -> None:
        """Refuse a session that is not a tablet's; that of a revoked tablet only passes while it may hand over.

        Raises:
            Problem: `device_not_enrolled`, `device_revoked`.
        """
        if self.device_id is None:
            raise Problem(Code.DEVICE_NOT_ENROLLED)
        self.refuse_revoked(hand_over)

    def refuse_revoked(self, hand_over: timedelta | None = None) -> None:
        """Refuse a revoked tablet, but while it may still `hand_over` what it has.

        Raises:
            Problem: `device_revoked`.
        """
        if self.device_revoked_at is not None and (
            hand_over is None or datetime.now(UTC) > self.device_revoked_at + hand_over
        ):
            raise Problem(Code.DEVICE_REVOKED)

    def refuse_less(self, before: "Principal") -> None:
        """Check after a wait that the account still has every right that it had before.

        Raises:
            Problem: `not_allowed`.
        """
        if (self.role, self.territory) != (before.role, before.territory) or not before.scopes <= self.scopes:
            raise Problem(Code.NOT_ALLOWED)


OPERATOR = Principal(UUID(int=0), Role.ADMIN, Territory(NATION), frozenset(), None)
"""The person who runs commands on the server itself; the trail shows an account of zeros."""


@dataclass(frozen=True, slots=True)
class Access:
    """How much of personal data a request may see: with `pii:read` and a reason, what is masked for all others."""

    principal: Principal
    reason: str | None

    @property
    def unmasked(self) -> bool:
        """Whether vulnerable answers are shown unmasked; code that shows them writes it into the audit trail."""
        return self.reason is not None and Scope.PII_READ in self.principal.scopes

    def reason_given(self) -> str:
        """Why personal data is asked for, of an account that may see it.

        Raises:
            Problem: `not_allowed` without the scope; `invalid_fields` (`reason_missing`) without a reason.
        """
        if Scope.PII_READ not in self.principal.scopes:
            raise Problem(Code.NOT_ALLOWED)
        if self.reason is None:
            errors = (FieldError("/header/X-Access-Reason", "reason_missing", _REASON_MISSING),)
            raise Problem(Code.INVALID_FIELDS, errors=errors)
        return self.reason
