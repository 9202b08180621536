"""Teams, members and assignments, written as sets by the people who manage a region. Dates decide: a person who leaves
gets a last day, the successor a first one; no record changes its enumerator. Whenever something changed, headcount and
presence are derived again in the same transaction.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import NamedTuple, Protocol
from uuid import UUID

import asyncpg

from app.accounts.permissions import Principal, Role
from app.audit.actions import Action
from app.campaigns.asked import campaign_fault
from app.changes.log import News
from app.changes.news import AssignmentChange
from app.core.bulk import REPEATED, Entered, Fault, refuse_faulty, unhurried
from app.core.ids import new_id
from app.core.problems import Text
from app.regions.queries import REGION_UNKNOWN, live_regions
from app.regions.region_code import NATION
from app.workforce.merging import Moved, columns_of, merge
from app.workforce.schemas import AssignmentIn, MemberIn, TeamIn

PERSON_UNKNOWN = Text(
    "Tidak ada akun aktif dengan nama dan peran itu di wilayah Anda.",
    "There is no active account of that name and role in your territory.",
)
_TEAM_UNKNOWN = Text("Tidak ada tim itu di wilayah tersebut.", "There is no such team in that region.")
_BACKWARDS = Text("Tanggal akhir sebelum tanggal awal.", "The last day is before the first.")


class _OfCampaign(Protocol):
    @property
    def campaign(self) -> str: ...

    @property
    def region_code(self) -> str: ...


class _Person(NamedTuple):
    id: UUID
    role: str


@dataclass(frozen=True, slots=True)
class _World:
    """What the rows refer to, as far as the principal can see it."""

    principal: Principal
    campaigns: Mapping[str, int]
    regions: frozenset[str]
    people: Mapping[str, _Person]

    def person(self, username: str, role: Role) -> UUID | None:
        found = self.people.get(username)
        return found.id if found is not None and found.role == role else None

    def unknown(self, at: int, username: str, role: Role) -> list[Fault]:
        """The fault of a row that names nobody of a role, in the field that is called as the role."""
        if self.person(username, role) is not None:
            return []
        return [Fault(at, role.value, "account_unknown", PERSON_UNKNOWN)]

    def faults(self, at: int, row: _OfCampaign) -> list[Fault]:
        """What is wrong with the campaign and the region of a row."""
        faults = []
        if row.campaign not in self.campaigns:
            faults.append(campaign_fault(at))
        if row.region_code not in self.regions or not self.principal.territory.contains(row.region_code):
            faults.append(Fault(at, "region_code", "region_unknown", REGION_UNKNOWN))
        return faults


async def enter_teams(
    pg: asyncpg.Connection, principal: Principal, rows: Sequence[TeamIn], *, trace_id: str | None
) -> Entered:
    """Make teams, or give those that are there another coordinator. Idempotent by campaign, region and name.

    Raises:
        Faulty: rows break rules; nothing was entered.
    """
    world = await _world(pg, principal, rows, {row.coordinator for row in rows})
    faults: list[Fault] = []
    async for at, row in unhurried(enumerate(rows)):
        faults += world.faults(at, row)
        faults += world.unknown(at, row.coordinator, Role.COORDINATOR)
    faults += await _repeated("name", ((row.campaign, row.region_code, row.name) for row in rows))
    refuse_faulty(faults)
    return await merge(
        pg,
        principal,
        "team",
        Action.TEAM_ENTERED,
        trace_id,
        key=("campaign_id", "region_code", "name"),
        values=("coordinator_id",),
        made=("id",),
        rows=[
            (
                world.campaigns[row.campaign],
                row.region_code,
                row.name,
                world.person(row.coordinator, Role.COORDINATOR),
                new_id(),
            )
            async for row in unhurried(rows)
        ],
        types=("smallint", "text", "text", "uuid", "uuid"),
        moved=await _moved(
            chain(
                ((campaign_id, None, leader) for campaign_id, _, leader in await _leaders(pg, world, rows)),
                (
                    (world.campaigns[row.campaign], None, world.person(row.coordinator, Role.COORDINATOR))
                    for row in rows
                ),
            )
        ),
    )


async def enter_members(
    pg: asyncpg.Connection, principal: Principal, rows: Sequence[MemberIn], *, trace_id: str | None
) -> Entered:
    """Put enumerators into teams, or change when they leave and their quota. Idempotent by team, person, first day.

    Raises:
        Faulty: rows break rules; nothing was entered.
    """
    world = await _world(pg, principal, rows, {row.enumerator for row in rows})
    leaders = await _leaders(pg, world, rows)
    teams = {(campaign_id, region, name): id_ for campaign_id, (region, name, id_), _ in leaders}
    faults: list[Fault] = []
    async for at, row in unhurried(enumerate(rows)):
        basic = world.faults(at, row)
        faults += basic
        if not basic and (world.campaigns[row.campaign], row.region_code, row.team) not in teams:
            faults.append(Fault(at, "team", "team_unknown", _TEAM_UNKNOWN))
        faults += world.unknown(at, row.enumerator, Role.ENUMERATOR)
        faults += _dates(at, row.starts_on, row.ends_on)
    keys = ((row.campaign, row.region_code, row.team, row.enumerator, row.starts_on) for row in rows)
    faults += await _repeated("enumerator", keys)
    refuse_faulty(faults)
    return await merge(
        pg,
        principal,
        "team_member",
        Action.TEAM_MEMBER_ENTERED,
        trace_id,
        key=("team_id", "enumerator_id", "starts_on"),
        values=("quota",),
        made=("campaign_id",),
        said=_said(rows),
        rows=[
            (
                teams[(campaign := world.campaigns[row.campaign]), row.region_code, row.team],
                world.person(row.enumerator, Role.ENUMERATOR),
                row.starts_on,
                row.quota,
                campaign,
                row.ends_on,
            )
            async for row in unhurried(rows)
        ],
        types=("uuid", "uuid", "date", "int", "smallint", "date"),
        moved=await _moved(
            chain(
                ((campaign_id, None, leader) for campaign_id, _, leader in leaders),
                ((world.campaigns[r.campaign], world.person(r.enumerator, Role.ENUMERATOR), None) for r in rows),
            )
        ),
    )


async def enter_assignments(
    pg: asyncpg.Connection, principal: Principal, rows: Sequence[AssignmentIn], *, trace_id: str | None
) -> Entered:
    """Assign enumerators to regions, or change when that ends. Idempotent by campaign, person, region, first day.

    Raises:
        Faulty: rows break rules; nothing was entered.
    """
    world = await _world(pg, principal, rows, {row.enumerator for row in rows})
    faults: list[Fault] = []
    async for at, row in unhurried(enumerate(rows)):
        faults += world.faults(at, row)
        faults += world.unknown(at, row.enumerator, Role.ENUMERATOR)
        faults += _dates(at, row.starts_on, row.ends_on)
    faults += await _repeated("enumerator", ((r.campaign, r.enumerator, r.region_code, r.starts_on) for r in rows))
    refuse_faulty(faults)
    return await merge(
        pg,
        principal,
        "assignment",
        Action.ASSIGNMENT_ENTERED,
        trace_id,
        key=("campaign_id", "enumerator_id", "region_code", "starts_on"),
        values=(),
        made=(),
        said=_said(rows),
        rows=[
            (
                world.campaigns[row.campaign],
                world.person(row.enumerator, Role.ENUMERATOR),
                row.region_code,
                row.starts_on,
                row.ends_on,
            )
            async for row in unhurried(rows)
        ],
        types=("smallint", "uuid", "text", "date", "date"),
        moved=await _moved(
            (world.campaigns[r.campaign], world.person(r.enumerator, Role.ENUMERATOR), None) for r in rows
        ),
        news=[
            assignment_news(
                world.person(row.enumerator, Role.ENUMERATOR), row.campaign, row.region_code, row.starts_on, row.ends_on
            )
            async for row in unhurried(rows)
        ],
    )


async def assignments_of(
    pg: asyncpg.Connection, campaign_id: int, enumerators: Sequence[UUID]
) -> dict[tuple[UUID, str, date], date | None]:
    """The last day of every assignment of these people, by person, region and first day."""
    rows = await pg.fetch(
        "SELECT enumerator_id, region_code, starts_on, ends_on FROM assignment"
        " WHERE campaign_id = $1 AND enumerator_id = ANY($2) ORDER BY 1, 2, 3",
        campaign_id,
        enumerators,
    )
    return {(who, region, first): last for who, region, first, last in rows}


def assignment_news(
    who: UUID | None, campaign: str, region_code: str, first: date, last: date | None, *, removed: bool = False
) -> News:
    """The change that tablets read about an assignment."""
    assert who is not None  # noqa: S101  (rows that name nobody are refused before)
    change = AssignmentChange(
        kind="assignment", campaign=campaign, region_code=region_code, starts_on=first, ends_on=last, removed=removed
    )
    return News(who, change)


async def _leaders(
    pg: asyncpg.Connection, world: _World, rows: Sequence[TeamIn] | Sequence[MemberIn]
) -> list[tuple[int, tuple[str, str, UUID], UUID]]:
    """The teams that the rows name, as far as they exist: campaign, region, name and id, and their coordinators."""
    named = [
        (world.campaigns.get(row.campaign), row.region_code, row.name if isinstance(row, TeamIn) else row.team)
        for row in rows
    ]
    found = await pg.fetch(
        "SELECT team.campaign_id, team.region_code, team.name, team.id, team.coordinator_id FROM team"
        " JOIN unnest($1::smallint[], $2::text[], $3::text[]) AS input (campaign_id, region_code, name)"
        " USING (campaign_id, region_code, name)",
        *columns_of(named, 3),
    )
    return [(campaign_id, (region, name, id_), leader) for campaign_id, region, name, id_, leader in found]


async def _moved(people: Iterable[tuple[int, UUID | None, UUID | None]]) -> dict[int, Moved]:
    """By campaign, the enumerators and the coordinators."""
    moved: dict[int, Moved] = {}
    async for campaign_id, enumerator, coordinator in unhurried(people):
        mine = moved.setdefault(campaign_id, Moved(set(), set()))
        if enumerator is not None:
            mine.enumerators.add(enumerator)
        if coordinator is not None:
            mine.coordinators.add(coordinator)
    return moved


async def _world(
    pg: asyncpg.Connection, principal: Principal, rows: Sequence[_OfCampaign], usernames: set[str]
) -> _World:
    campaigns = await pg.fetch(
        "SELECT code, id FROM campaign WHERE code = ANY($1)", list({row.campaign for row in rows})
    )
    return _World(
        principal,
        dict(map(tuple, campaigns)),
        await live_regions(pg, {row.region_code for row in rows}),
        await people_named(pg, principal, usernames),
    )


async def people_named(
    pg: asyncpg.Connection, principal: Principal, usernames: set[str], *, also_gone: Iterable[str] = ()
) -> dict[str, _Person]:
    """The active accounts of those names inside the territory; of `also_gone` the closed ones, too."""
    found = await pg.fetch(
        "SELECT username, id, role, region_code FROM account"
        " WHERE username = ANY($1) AND (deactivated_at IS NULL OR username = ANY($2))",
        list(usernames),
        list(also_gone),
    )
    territory = principal.territory
    return {name: _Person(id_, role) for name, id_, role, code in found if territory.contains(code or NATION)}


def _dates(at: int, first: date, last: date | None) -> list[Fault]:
    backwards = last is not None and last < first
    return [Fault(at, "ends_on", "dates_out_of_order", _BACKWARDS)] if backwards else []


async def _repeated(field: str, keys: Iterable[tuple[object, ...]]) -> list[Fault]:
    seen: set[tuple[object, ...]] = set()
    faults = []
    async for at, key in unhurried(enumerate(keys)):
        if key in seen:
            faults.append(Fault(at, field, "repeated", REPEATED))
        seen.add(key)
    return faults


def _said(rows: Sequence[MemberIn] | Sequence[AssignmentIn]) -> list[bool]:
    """Whether each row says when it ends; null is an answer, too."""
    return ["ends_on" in row.model_fields_set for row in rows]
