"""Who may do what, where: roles, scopes, the principal of a request, and its territory. All pure."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from app.regions.region_code import NATION


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


@dataclass(frozen=True, slots=True)
class Territory:
    """A region and everything under it; `NATION` is everything."""

    region_code: str

    def contains(self, code: str) -> bool:
        """Whether the region is this one or lies under it."""
        return self.region_code in (NATION, code) or code.startswith(self.region_code + ".")


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is behind a request, as its access token says. The token was verified; the account may have changed since."""

    account_id: UUID
    role: Role
    territory: Territory
    scopes: frozenset[str]
    device_id: UUID | None
