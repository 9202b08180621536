"""What the control room asks of progress: series, states of enumerators, hours of work, stale villages, what moved."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from app.api.answers import CONDITIONAL, as_json, columns
from app.api.deps import Anyone, Language, ServicesDep, Supervisor, limited, problems
from app.api.limits import Asked
from app.api.pages import PageDep, Pager
from app.api.progress import COUNTS, SAID, AskedDep, Name, RegionCode, answer_of, documented, look_at
from app.core.bulk import Day, Digits
from app.progress.activity import MAX_ENUMERATORS, activity, activity_days
from app.progress.field_force import field_force
from app.progress.movement import RULE
from app.progress.queries import days_of
from app.progress.reports import total_row
from app.progress.schemas import ActivityAnswer, FieldForceAnswer, LiveAnswer, SeriesAnswer, StaleAnswer
from app.progress.series import MAX_REGIONS, series
from app.progress.stale import stale_villages

router = APIRouter(prefix="/v1", tags=["progress"])

POLL_S = 4
_PEOPLE = columns(
    "enumerator_id",
    "enumerator_username",
    "enumerator_name",
    "coordinator_id",
    "coordinator_username",
    "coordinator_name",
)
_FORCE = columns(
    *_PEOPLE,
    "state",
    "quota",
    "entered",
    "percent",
    *COUNTS,
    "returned_percent",
    "needed_per_day",
    "last_7_days_per_day",
    "active_days",
    "last_received_at",
    "last_seen_at",
    "silent_days",
    "silent",
    "unsent",
    *SAID,
)
_ACTIVITY = columns(*list(_PEOPLE)[:3], "records", "minutes", "reviewed", "returned", "returned_percent", *SAID)
_STALE = {
    **columns("region_code", "region_name", "target", "enumerators", "last_day", "days_since"),
    **columns(*SAID),
}
_LIST = [limited(Asked.LIST)]
Since = Annotated[Day | None, Query(alias="from", description="First day.")]
Until = Annotated[Day | None, Query(alias="to", description="Last day.")]


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose work is asked about."""

    region: RegionCode = None
    coordinator: Name = None
    enumerator: Name = None


WhoseDep = Annotated[Whose, Depends()]


@router.get(
    "/progress/series",
    summary="Progress day by day of several regions",
    dependencies=_LIST,
    response_model=SeriesAnswer,
    responses={**CONDITIONAL, **problems(401, 403, 404, 422, 429, 503)},
)
async def get_series(
    request: Request,
    principal: Anyone,
    held: ServicesDep,
    asked: AskedDep,
    region: Annotated[
        list[str] | None,
        Query(
            description="Kemendagri codes, each once; without any, the regions below `parent`.", max_length=MAX_REGIONS
        ),
    ] = None,
    parent: Annotated[str | None, Query(description="Code of a region; by default the caller's own.")] = None,
    since: Since = None,
    until: Until = None,
) -> Response:
    """The days of each region as `GET /v1/progress/dates` has them, by default from the campaign's first day on. At
    most 50 regions, 1,000 days, and 20,000 days of regions together.
    """
    now = held.clock.now()
    async with held.database.snapshot() as pg:
        view = await look_at(pg, principal, now, asked, parent)
        rows = await series(pg, view, region or [], since=since, until=until)
    said = {"campaign": view.campaign.code, "as_of": view.question.as_of, "basis": view.question.basis}
    return as_json(request, {**said, "items": rows}, generated_at=now)


@router.get(
    "/progress/field-force",
    summary="How the enumerators stand",
    dependencies=_LIST,
    response_class=Response,
    responses=documented(FieldForceAnswer, "The enumerators, by id.", 400, 429),
)
async def get_field_force(
    request: Request,
    principal: Supervisor,
    held: ServicesDep,
    asked: AskedDep,
    paged: PageDep,
    whose: WhoseDep,
    language: Language,
) -> Response:
    """Who is done, safe, at risk or does not move, by the rule that the answer states; what each needs and brings
    a day; whose tablet is silent, and what it has not sent. The people are those of `GET /v1/progress/enumerators`.
    """
    now = held.clock.now()
    pager = Pager(held.settings, principal, paged, "field_force", *_bound_to(whose, asked))
    after = pager.after_id
    async with held.database.snapshot() as pg:
        view = await look_at(pg, principal, now, asked, whose.region)
        rows, last = await field_force(
            pg, view, now, coordinator=whose.coordinator, enumerator=whose.enumerator, limit=paged.limit, after=after
        )
    rule = [{"state": state, "text": text.in_language(language)} for state, text in RULE.items()]
    content = {"rule": rule, "items": rows, "next_cursor": pager.cursor(None if last is None else last.bytes)}
    return answer_of(request, asked, view, now, content, _FORCE)


@router.get(
    "/progress/activity",
    summary="When enumerators work, and how fast",
    dependencies=_LIST,
    response_class=Response,
    responses=documented(ActivityAnswer, "The enumerators, by id.", 400, 429),
)
async def get_activity(
    request: Request,
    principal: Supervisor,
    held: ServicesDep,
    asked: AskedDep,
    paged: PageDep,
    whose: WhoseDep,
    since: Since = None,
    until: Until = None,
) -> Response:
    """Records by day and hour of capture, the median of their minutes, and how many were returned. By default of
    the fortnight up to `as_of`; at most 31 days, and 50 enumerators on a page. Days are those of capture.
    """
    now, limit = held.clock.now(), min(paged.limit, MAX_ENUMERATORS)
    pager = Pager(held.settings, principal, paged, "activity", *_bound_to(whose, asked), since, until)
    after = pager.after_id
    async with held.database.snapshot() as pg:
        view = await look_at(pg, principal, now, asked, whose.region)
        days = activity_days(view, since, until)
        rows, last = await activity(
            pg, view, days, coordinator=whose.coordinator, enumerator=whose.enumerator, limit=limit, after=after
        )
    content = {"items": rows, "next_cursor": pager.cursor(None if last is None else last.bytes)}
    return answer_of(request, asked, view, now, content, _ACTIVITY)


@router.get(
    "/progress/stale",
    summary="Villages in which nothing came for days",
    dependencies=_LIST,
    response_class=Response,
    responses=documented(StaleAnswer, "The villages, by code.", 400, 429),
)
async def get_stale(
    request: Request,
    principal: Anyone,
    held: ServicesDep,
    asked: AskedDep,
    paged: PageDep,
    region: RegionCode = None,
    days: Annotated[Digits, Query(ge=1, le=1_000, description="So many days, or more.")] = 7,
) -> Response:
    """Villages of the region in which nothing was entered for so many days up to `as_of`, or never."""
    now = held.clock.now()
    pager = Pager(held.settings, principal, paged, "stale", region, asked.campaign, asked.as_of, asked.basis, days)
    after = "" if pager.after is None else pager.after.decode()
    async with held.database.snapshot() as pg:
        view = await look_at(pg, principal, now, asked, region)
        rows, last = await stale_villages(pg, view, days=days, limit=paged.limit, after=after)
    content = {"items": rows, "next_cursor": pager.cursor(None if last is None else last.encode())}
    return answer_of(request, asked, view, now, content, _STALE)


@router.get(
    "/live",
    summary="Whether anything moved",
    dependencies=_LIST,
    response_model=LiveAnswer,
    responses={**CONDITIONAL, **problems(401, 403, 404, 422, 429, 503)},
)
async def get_live(
    request: Request, principal: Anyone, held: ServicesDep, asked: AskedDep, region: RegionCode = None
) -> Response:
    """The sums of a region, to be asked for every `poll_after_s` seconds with `If-None-Match`: 304 while nothing that
    is counted has changed. When it has, ask again for what is on the screen.
    """
    now = held.clock.now()
    async with held.database.snapshot() as pg:
        view = await look_at(pg, principal, now, asked, region)
        days = await days_of(pg, view.question, view.region.code, view.question.as_of)
    said: dict[str, Any] = {
        "campaign": view.campaign.code,
        "as_of": view.question.as_of,
        "basis": view.question.basis,
        "region": view.region.code,
        "item": total_row(days.values()),
        "today": total_row(counts for day, counts in days.items() if day is not None),
    }
    return as_json(request, said, generated_at=now, poll_after_s=POLL_S)


def _bound_to(whose: Whose, asked: Any) -> tuple[object, ...]:
    return (whose.region, whose.coordinator, whose.enumerator, asked.campaign, asked.as_of, asked.basis)
