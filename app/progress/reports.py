"""Progress reports: from a request to the rows of the contract, within the reader's reach.

Readers see regions of their own territory only, enumerators only themselves, coordinators only their own
team; all else is not found.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from app.accounts.permissions import Principal, Role
from app.campaigns.asked import campaign_or_current
from app.campaigns.queries import CampaignRow
from app.core.problems import Code, FieldError, Problem, Text
from app.progress import queries, roster
from app.progress.models import RESULTS
from app.progress.pace import Progress, pace, percent, ranks, window
from app.progress.queries import Counts, Question, Region, RegionFigures
from app.progress.roster import EnumeratorFigures, Person
from app.regions.region_code import NATION, is_region_code, local_date
from app.workforce.reach import team_of

MAX_DAYS = 1_000
"""The most days that one answer lists, as with every list."""

BACKWARDS = Text("Tanggal akhir sebelum tanggal awal.", "The last day is before the first.")
TOO_LONG = Text(f"Paling banyak {MAX_DAYS} hari sekaligus.", f"At most {MAX_DAYS} days at once.")

_FUTURE = Text("Hari ini belum tiba di wilayah itu.", "That day has not come yet in the region.")
_BEFORE = Text(
    "Hari itu sebelum pendataan dimulai; laporan dan rilis baru ada mulai hari pertamanya.",
    "That day is before the campaign begins; there are reports and cut-offs from its first day on.",
)


@dataclass(frozen=True, slots=True)
class View:
    """What is looked at: a region in a campaign on a day. `today` is the present day in the region."""

    principal: Principal
    campaign: CampaignRow
    region: Region
    question: Question
    today: date

    @property
    def window(self) -> tuple[date, date]:
        """The days that the present pace is measured over."""
        return window(self.question.as_of, self.today)


async def look(
    pg: asyncpg.Connection,
    principal: Principal,
    now: datetime,
    *,
    region_code: str,
    campaign_code: str | None,
    as_of: date | None,
    basis: str,
    pointer: str = "/query/campaign",
) -> View:
    """Find the region and the campaign (by default the current one); `as_of` is by default today there.

    Raises:
        Problem: `not_found` for an unknown region, or one outside the principal's territory; `unknown_campaign`.
    """
    if not is_region_code(region_code) or not principal.territory.contains(region_code):
        raise Problem(Code.NOT_FOUND)
    region = await queries.region_named(pg, region_code)
    campaign = await campaign_or_current(pg, campaign_code, local_date(now, NATION), pointer)
    if region is None:
        raise Problem(Code.NOT_FOUND)
    today = local_date(now, region_code)
    return View(principal, campaign, region, Question(campaign.id, basis, as_of or today, campaign.starts_on), today)


def refuse_day(view: View, pointer: str) -> None:
    """Refuse to publish or print figures of a day that is none of the campaign; today, too, before its first one.

    Raises:
        Problem: `invalid_fields` for a day to come (`in_future`), or one before the first (`before_campaign`).
    """
    as_of = view.question.as_of
    if as_of > view.today:
        raise Problem(Code.INVALID_FIELDS, errors=(FieldError(pointer, "in_future", _FUTURE),))
    if as_of < view.campaign.starts_on:
        raise Problem(Code.INVALID_FIELDS, errors=(FieldError(pointer, "before_campaign", _BEFORE),))


async def regions_below(pg: asyncpg.Connection, view: View) -> list[dict[str, Any]]:
    """A row for each region right below the view's."""
    return _region_rows(view, await queries.figures_of_children(pg, view.question, view.region, view.window))


async def one_region(pg: asyncpg.Connection, view: View) -> dict[str, Any]:
    """The row of the view's region; its siblings are read for the rank."""
    rows = _region_rows(view, await queries.figures_of_siblings(pg, view.question, view.region, view.window))
    return next((row for row in rows if row["region"]["code"] == view.region.code), {})


async def enumerators(
    pg: asyncpg.Connection, view: View, *, coordinator: str | None, limit: int, after: UUID | None
) -> tuple[list[dict[str, Any]], UUID | None]:
    """A page of rows of enumerators, and after whom the next page begins (None after the last).

    Raises:
        Problem: `not_found` for an unknown coordinator, or another one where a coordinator asks.
    """
    only = await seen_by(pg, view, coordinator)
    page = await roster.roster(pg, view.question, view.region.code, limit=limit + 1, after=after, only=only)
    rows = await roster.figures_of_enumerators(pg, view.question, view.region.code, page[:limit])
    return [_enumerator_row(row) for row in rows], page[limit - 1] if len(page) > limit else None


async def dates(
    pg: asyncpg.Connection, view: View, *, since: date | None, until: date | None, enumerator: str | None
) -> list[dict[str, Any]]:
    """A row for each day from `since` to `until`, days with nothing included, none after the view's `as_of`.

    By default from the campaign's first day to the last on which it takes batches.

    Raises:
        Problem: `invalid_fields` where the days are out of order or too many; `not_found` for an enumerator
        that
            is unknown, does not belong to the region, or is none of the caller's.
    """
    first, last = days_asked(view, since, until)
    enumerator_id = None if enumerator is None else await one_of(pg, view, enumerator)
    days = await queries.days_of(pg, view.question._replace(as_of=last), view.region.code, first, enumerator_id)
    return date_rows(days, first, last)


def days_asked(view: View, since: date | None, until: date | None) -> tuple[date, date]:
    """The first and last day of what is asked about: by default the campaign's, and none after the view's `as_of`.

    Raises:
        Problem: `invalid_fields` where the days are out of order or too many.
    """
    if since is not None and until is not None and since > until:
        raise bad_days("dates_out_of_order", BACKWARDS)
    first = since or view.campaign.starts_on
    last = min(until or view.campaign.accepts_until, view.question.as_of)
    if (last - first).days >= MAX_DAYS:
        raise bad_days("range_too_long", TOO_LONG)
    return first, last


class People(NamedTuple):
    """Which enumerators a page has: of a coordinator or one alone where that is said, `limit` of them after an id."""

    coordinator: str | None
    enumerator: str | None
    limit: int
    after: UUID | None


async def page_of_people(pg: asyncpg.Connection, view: View, people: People) -> tuple[list[UUID], UUID | None]:
    """The enumerators of a page, by id, and after whom the next page begins (None after the last).

    Raises:
        Problem: `not_found` for an unknown coordinator or enumerator, or one out of reach.
    """
    coordinator, enumerator, limit, after = people
    only: list[UUID] | None
    only = await seen_by(pg, view, coordinator) if enumerator is None else [await one_of(pg, view, enumerator)]
    ids = await roster.roster(pg, view.question, view.region.code, limit=limit + 1, after=after, only=only)
    return ids[:limit], ids[limit - 1] if len(ids) > limit else None


async def seen_by(pg: asyncpg.Connection, view: View, coordinator: str | None) -> list[UUID] | None:
    """The only enumerators whose rows the principal may see here; None if all. A coordinator sees the team as it was on
    the view's `as_of`, in its campaign, as the rows name coordinators: so the answer for a past day stays the same when
    people change teams. Records are seen by another rule (`workforce/reach.py: reach_of`): today's team."""
    principal = view.principal
    coordinator_id = None if coordinator is None else await _account(pg, coordinator)
    if principal.role is Role.COORDINATOR:
        if coordinator_id not in (None, principal.account_id):
            raise Problem(Code.NOT_FOUND)
        coordinator_id = principal.account_id
    seen = (
        None
        if coordinator_id is None
        else await team_of(pg, coordinator_id, view.question.as_of, view.question.campaign_id)
    )
    if principal.role is Role.ENUMERATOR:
        if seen is not None and principal.account_id not in seen:
            raise Problem(Code.NOT_FOUND)  # not to reveal who else is a coordinator
        return [principal.account_id]
    return seen


async def one_of(pg: asyncpg.Connection, view: View, name: str) -> UUID:
    """The enumerator of that id or user name, if the principal may see that person in the region."""
    found = await _account(pg, name)
    if view.principal.role is Role.ENUMERATOR and found == view.principal.account_id:
        return found  # also before it is assigned anywhere: its own days are never a secret
    seen = await seen_by(pg, view, None)
    known = (seen is None or found in seen) and await roster.roster(
        pg, view.question, view.region.code, limit=1, only=[found]
    )
    if not known:
        raise Problem(Code.NOT_FOUND)
    return found


async def _account(pg: asyncpg.Connection, name: str) -> UUID:
    found = await roster.account_named(pg, name)
    if found is None:
        raise Problem(Code.NOT_FOUND)
    return found


def bad_days(code: str, text: Text) -> Problem:
    """Days that cannot be asked about, as a problem."""
    return Problem(Code.INVALID_FIELDS, errors=(FieldError("/query/to", code, text),))


def _region_rows(view: View, figures: Iterable[RegionFigures]) -> list[dict[str, Any]]:
    regions = list(figures)
    percents = {region.code: percent(region.counts.entered, region.target) for region in regions}
    placed = ranks(percents)
    return [_region_row(view, region, percents[region.code], placed.get(region.code)) for region in regions]


def _region_row(
    view: View, region: RegionFigures, shown: float | None, placed: tuple[int, int] | None
) -> dict[str, Any]:
    progress = Progress(
        entered=region.counts.entered,
        target=region.target,
        enumerators=region.enumerators,
        first_day=region.first_day,
        entered_in_window=region.entered_in_window,
    )
    rank, rank_of = placed or (None, None)
    return {
        "region": {"code": region.code, "name": region.name, "level": region.level},
        "target": region.target,
        "entered": region.counts.entered,
        "percent": shown,
        **counts_row(region.counts),
        "enumerators": region.enumerators,
        "enumerators_active": region.enumerators_active,
        "coordinators": region.coordinators,
        "pace": pace(progress, as_of=view.question.as_of, ends_on=view.campaign.ends_on)._asdict(),
        "rank": rank,
        "rank_of": rank_of,
    }


def _enumerator_row(row: EnumeratorFigures) -> dict[str, Any]:
    return {
        "enumerator": person_row(row.enumerator),
        "coordinator": None if row.coordinator is None else person_row(row.coordinator),
        "quota": row.quota,
        "entered": row.counts.entered,
        "percent": percent(row.counts.entered, row.quota),
        **work_row(row.counts),
        "active_days": row.active_days,
        "last_received_at": row.last_received_at,
    }


def person_row(person: Person) -> dict[str, str]:
    """An account as rows show it."""
    return {"id": str(person.id), "username": person.username, "name": person.name}


def date_rows(days: dict[date | None, Counts], first: date, last: date) -> list[dict[str, Any]]:
    """A row for each day from the first to the last; under None stands what was before."""
    total = days.get(None, Counts())
    rows = []
    for number in range((last - first).days + 1):
        day = first + timedelta(number)
        counts = days.get(day, Counts())
        total = total.plus(counts)
        running = {"response_rate": total.response_rate, "percent_of_listing": total.percent_of_listing}
        row = {**counts_row(counts), **running}
        rows.append({"date": day, "entered": counts.entered, **row, "entered_total": total.entered})
    return rows


def counts_row(counts: Counts) -> dict[str, Any]:
    """The counters beside `entered`, which the rows have first, with their sums."""
    return {
        "submissions": counts.submissions,
        "duplicates": counts.duplicates,
        "conflicts": counts.conflicts,
        "invalid": counts.invalid,
        "verified": counts.verified,
        "returned": counts.returned,
        "doors": counts.doors,
        **{each: getattr(counts, each) for each in RESULTS},
        "response_rate": counts.response_rate,
        "listed": counts.listed,
        "listed_done": counts.listed_done,
        "new_found": counts.new_found,
        "percent_of_listing": counts.percent_of_listing,
    }


def work_row(counts: Counts) -> dict[str, Any]:
    """The same of a person, whose no entry of a listing is before it was visited."""
    return {**counts_row(counts), "listed": None, "percent_of_listing": None}


def total_row(counted: Iterable[Counts]) -> dict[str, Any]:
    """The sums of counts, with `entered`."""
    total = reduce(Counts.plus, counted, Counts())
    return {"entered": total.entered, **counts_row(total)}
