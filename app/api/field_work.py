"""Progress for the control room: series, states of enumerators, hours of work, villages without news, whether figures
changed."""

from typing import Annotated, Any, get_args

from fastapi import Query, Response
from pydantic import BaseModel, ConfigDict

from app.api.answers import as_csv, as_json, columns
from app.api.calls import AnyRole, Supervisor
from app.api.pages import Page
from app.api.progress import (
    COUNTS,
    PEOPLE,
    SAID,
    AskedQuery,
    Figures,
    Name,
    RegionCode,
    answer_of,
    cut_off,
    look_at,
)
from app.core.bulk import Day, Digits
from app.core.excel import table
from app.core.offload import offload
from app.progress.activity import MAX_ENUMERATORS, activity, activity_days
from app.progress.field_force import field_force
from app.progress.movement import RULE
from app.progress.queries import days_of
from app.progress.reports import People, total_row
from app.progress.schemas import ActivityAnswer, FieldForceAnswer, LiveAnswer, SeriesAnswer, StaleAnswer
from app.progress.series import MAX_REGIONS, Counter, series, tidy
from app.progress.stale import stale_villages

router = Figures()

POLL_S = 4
_FORCE = columns(
    *PEOPLE,
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
_ACTIVITY = columns(*PEOPLE[:3], "records", "minutes", "reviewed", "returned", "returned_percent", *SAID)
_TIDY = ("region_code", "region_name", "region_level", "date", "counter", "value", *SAID)
_LINE = 300
"""The work on a line, as bytes of parsing."""
_STALE = {
    **columns("region_code", "region_name", "target", "enumerators", "last_day", "days_since"),
    **columns(*SAID),
}
Since = Annotated[Day | None, Query(alias="from", description="First day.")]
Until = Annotated[Day | None, Query(alias="to", description="Last day.")]


class Whose(BaseModel):
    """The enumerators that the question is about."""

    model_config = ConfigDict(frozen=True)

    region: RegionCode = None
    coordinator: Name = None
    enumerator: Name = None


Regions = Annotated[
    list[str] | None,
    Query(description="Kemendagri codes, each once; without any, the regions below `parent`.", max_length=MAX_REGIONS),
]
Counters = Annotated[
    list[Counter] | None, Query(description="What is counted; by default `entered`.", max_length=len(get_args(Counter)))
]
Parent = Annotated[str | None, Query(description="Code of a region; by default the caller's own.")]
WhoseQuery = Annotated[Whose, Query()]
Silence = Annotated[Digits, Query(ge=1, le=1_000, description="So many days, or more.")]


@router.endpoint(
    "GET /v1/progress/series", "Progress day by day of several regions", [304, 404], model=SeriesAnswer, reader=True
)
async def get_series(
    call: AnyRole,
    region: Regions = None,
    parent: Parent = None,
    since: Since = None,
    until: Until = None,
    *,
    asked: AskedQuery,
) -> Response:
    """The days of each region as in `GET /v1/progress/dates`, by default from the campaign's first day. At most 50
    regions, 1,000 days, and 20,000 days of regions together.
    """
    async with call.snapshot() as pg:
        view = await look_at(pg, call, asked, parent)
        rows = await series(pg, view, region or [], since=since, until=until)
    return as_json(call.request, {**cut_off(view), "items": rows}, generated_at=call.now)


@router.csv(
    "GET /v1/progress/series.csv",
    "Progress day by day of several regions, a figure to a line",
    "A line for each region, day and counter, in this order.",
)
async def get_series_csv(
    call: AnyRole,
    region: Regions = None,
    parent: Parent = None,
    since: Since = None,
    until: Until = None,
    counter: Counters = None,
    *,
    asked: AskedQuery,
) -> Response:
    """The figures of `GET /v1/progress/series` in the long form that charts and statistics programs take (tidy data):
    what is counted stands in `counter`, how many in `value`. At most 100,000 lines.
    """
    names = tuple(dict.fromkeys(counter or ("entered",)))
    async with call.snapshot() as pg:
        view = await look_at(pg, call, asked, parent)
        rows = await series(pg, view, region or [], since=since, until=until, figures=len(names))
    said = tuple(cut_off(view).values())
    size = _LINE * sum(len(row["days"]) for row in rows) * len(names)
    content = await offload(size, lambda: table(_TIDY, tidy(rows, names, said), excel=asked.excel))
    return as_csv(call.request, content, excel=asked.excel)


@router.table("GET /v1/progress/field-force", "State of each enumerator", FieldForceAnswer, "The enumerators, by id.")
async def get_field_force(call: Supervisor, asked: AskedQuery, page: Page, whose: WhoseQuery) -> Response:
    """For each enumerator: done, safe, at risk or not moving, by the rules that are in the answer; how many records a
    day are needed and how many came; whether a tablet is silent, and how many records it has not sent. The enumerators
    are those of `GET /v1/progress/enumerators`.
    """
    pager = call.pager(page, "field_force", *_bound_to(whose, asked))
    after = pager.after_id
    async with call.snapshot() as pg:
        view = await look_at(pg, call, asked, whose.region)
        rows, last = await field_force(
            pg, view, call.now, People(whose.coordinator, whose.enumerator, page.limit, after)
        )
    rule = [{"state": state, "text": text.in_language(call.language)} for state, text in RULE.items()]
    content = {"rule": rule, "items": rows, "next_cursor": pager.cursor_after(last)}
    return answer_of(call, asked, view, content, _FORCE)


@router.table(
    "GET /v1/progress/activity", "When enumerators work, and how fast", ActivityAnswer, "The enumerators, by id."
)
async def get_activity(
    call: Supervisor,
    since: Since = None,
    until: Until = None,
    *,
    asked: AskedQuery,
    page: Page,
    whose: WhoseQuery,
) -> Response:
    """Records by day and hour of capture, the median of the minutes that they took, and how many were returned. By
    default of the fortnight up to `as_of`; at most 31 days, and 50 enumerators on a page. Days are those of capture,
    whatever `basis` is asked for.
    """
    asked = asked.model_copy(update={"basis": "captured"})
    limit = min(page.limit, MAX_ENUMERATORS)
    pager = call.pager(page, "activity", *_bound_to(whose, asked), since, until)
    after = pager.after_id
    async with call.snapshot() as pg:
        view = await look_at(pg, call, asked, whose.region)
        days = activity_days(view, since, until)
        rows, last = await activity(pg, view, days, People(whose.coordinator, whose.enumerator, limit, after))
    content = {"items": rows, "next_cursor": pager.cursor_after(last)}
    return answer_of(call, asked, view, content, _ACTIVITY)


@router.table(
    "GET /v1/progress/stale", "Villages in which nothing came for days", StaleAnswer, "The villages, by code."
)
async def get_stale(
    call: AnyRole, region: RegionCode = None, days: Silence = 7, *, asked: AskedQuery, page: Page
) -> Response:
    """Villages of the region in which nothing was entered in the last `days` days up to `as_of`, or never."""
    pager = call.pager(page, "stale", region, asked.campaign, asked.as_of, asked.basis, days)
    after = "" if pager.after is None else pager.after.decode()
    async with call.snapshot() as pg:
        view = await look_at(pg, call, asked, region)
        rows, last = await stale_villages(pg, view, days=days, limit=page.limit, after=after)
    content = {"items": rows, "next_cursor": pager.cursor(None if last is None else last.encode())}
    return answer_of(call, asked, view, content, _STALE)


@router.endpoint("GET /v1/live", "Whether figures changed", [304, 404], model=LiveAnswer, reader=True)
async def get_live(call: AnyRole, region: RegionCode = None, *, asked: AskedQuery) -> Response:
    """The sums of a region. Request them every `poll_after_s` seconds with `If-None-Match`: the answer is 304 while no
    count has changed. After a change, request again what is on the screen.
    """
    async with call.snapshot() as pg:
        view = await look_at(pg, call, asked, region)
        days = await days_of(pg, view.question, view.region.code, view.question.as_of)
    said: dict[str, Any] = {
        **cut_off(view),
        "region": view.region.code,
        "item": total_row(days.values()),
        "today": total_row(counts for day, counts in days.items() if day is not None),
    }
    return as_json(call.request, said, generated_at=call.now, poll_after_s=POLL_S)


def _bound_to(whose: Whose, asked: Any) -> tuple[object, ...]:
    return (whose.region, whose.coordinator, whose.enumerator, asked.campaign, asked.as_of, asked.basis)
