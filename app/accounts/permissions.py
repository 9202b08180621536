"""Who may do what, where: roles, scopes, the principal of a request, and its territory. All pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from app.core.problems import Code, Problem
from app.regions.region_code import NATION, is_region_code, span_of


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


MANAGED_BY: Mapping[Role, frozenset[Role]] = {
    Role.OFFICER: frozenset({Role.ENUMERATOR, Role.COORDINATOR}),
    Role.ADMIN: frozenset(Role),
}
"""Whose accounts a role may make and change: an officer only lower ones, inside its territory."""


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

    def narrowed_to(self, code: str) -> "Territory":
        """The part of this territory that a region is.

        Raises:
            Problem: `not_found` for what is no region, or lies outside.
        """
        if not is_region_code(code) or not self.contains(code):
            raise Problem(Code.NOT_FOUND)
        return Territory(code)


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is behind a request, as its access token says. The token was verified; the account may have changed since."""

    account_id: UUID
    role: Role
    territory: Territory
    scopes: frozenset[str]
    device_id: UUID | None
    rate: str | None = None  # how much it may ask of everything together


OPERATOR = Principal(UUID(int=0), Role.ADMIN, Territory(NATION), frozenset(), None)
"""Whoever runs commands on the server itself; the trail shows it as an account of zeros."""


@dataclass(frozen=True, slots=True)
class Access:
    """How much of personal data a request may see: with `pii:read` and a reason, what is masked for all others."""

    principal: Principal
    reason: str | None

    @property
    def unmasked(self) -> bool:
        """Whether vulnerable answers are shown as they are; who does so writes it into the audit trail."""
        return self.reason is not None and Scope.PII_READ in self.principal.scopes
