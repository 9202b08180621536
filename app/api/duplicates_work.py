"""The queue of duplicates as work: who has which cases, decisions on many, and the hours that are left."""

from uuid import UUID

import asyncpg
from pydantic import BaseModel, Field

from app.accounts.permissions import Role
from app.accounts.queries import owner_now
from app.accounts.schemas import as_kept
from app.api.calls import SignedCall, Supervisor
from app.api.endpoints import Endpoints
from app.api.review_queue import Refusal, refusal
from app.api.reviews import CaseId, looking_of, resolving_of
from app.core.bulk import Row
from app.core.problems import Code, Problem
from app.core.text import Handle, Line
from app.regions.region_code import LONGEST
from app.review.assigning import let_go, take
from app.review.case_schemas import CaseFilters, CaseKind, CaseOut
from app.review.cases import group_of, narrowed_to, read_case
from app.review.effort import MOST_OPEN, read_efforts
from app.review.next_work import take_next
from app.review.schemas import ResolutionIn, ResolutionsIn
from app.workforce.reach import Reach, reach_of

router = Endpoints("reviews")

_FAULT = 500
_SUPERVISE = (Role.COORDINATOR, Role.OFFICER)


class CaseAssignmentIn(Row):
    """Who is to have a group."""

    username: Handle | None = Field(
        default=None,
        max_length=200,
        description="A coordinator or an officer who reaches the case; by default oneself. Only officers name others.",
    )


class NextIn(Row):
    """Of which cases the next ones are to be; by default of all within reach."""

    region: Line | None = Field(default=None, description="Kemendagri code.", max_length=LONGEST)
    campaign: Line | None = Field(default=None, description="Code of a campaign.", max_length=60)
    kind: CaseKind | None = Field(default=None, description="Of what kind.")


class GroupOut(BaseModel):
    """A group, as the caller may see it."""

    items: list[CaseOut] = Field(description="Its cases; empty where none was left to take.")


class CaseDecisionOut(BaseModel):
    """The result of one of several decisions."""

    case_id: UUID
    case: CaseOut | None = Field(description="As it is decided; null where that was refused.")
    problem: Refusal | None = Field(description="Why it was refused; null where it was not.")


class CaseDecisionsOut(BaseModel):
    """The result of each decision, in their order."""

    items: list[CaseDecisionOut]


class EffortOut(BaseModel):
    """What a kind of cases still takes."""

    kind: CaseKind
    open: int = Field(description="Open cases.")
    decided: int = Field(description="Decided in the last seven days, and not undone.")
    seconds_each: float | None = Field(
        description="Median of the seconds between two decisions of one person, without pauses of over ten minutes."
        " Null with fewer than ten."
    )
    hours_left: float | None = Field(description="Hours of work that are left; null while `seconds_each` is.")
    days_left: float | None = Field(
        description="Days that are left at the pace of the last seven; null with fewer than ten decisions."
    )


class EffortsOut(BaseModel):
    """What each kind of cases still takes, the most probable first."""

    items: list[EffortOut]
    counted_to: int = Field(description="No count of open cases is higher.")


@router.endpoint("GET /v1/queues/duplicates", "The hours that duplicates still take")
async def get_efforts(call: Supervisor) -> EffortsOut:
    """Within the caller's reach, from how fast reviewers decided in the last seven days."""
    async with call.snapshot() as pg:
        found = await read_efforts(pg, await call.reach(pg), call.now)
    items = [EffortOut.model_validate(each._asdict()) for each in found]
    return EffortsOut(items=items, counted_to=MOST_OPEN)


@router.endpoint("PUT /v1/duplicates/{id}/assignment", "Take or assign a group of cases", [404, 409])
async def put_case_assignment(call: Supervisor, case_id: CaseId, assignment: CaseAssignmentIn) -> GroupOut:
    """All open cases of the group. It lapses two hours after it was taken, or after the last decision on one of its
    cases. A coordinator gets 409 where somebody else has one of them; an officer takes it over. The same again makes it
    last longer.
    """

    async def work(pg: asyncpg.Connection, reach: Reach) -> GroupOut:
        group = await group_of(pg, reach, case_id)
        (case,) = await _cases(pg, call, reach, (case_id,))
        if case.state != "open":
            raise Problem(Code.STATE_CHANGED, current={"state": case.state})
        who = await _who(pg, call, case_id, assignment.username)
        await take(pg, call.principal, group, who, now=call.now, trace_id=call.trace_id)
        return GroupOut(items=await _cases(pg, call, reach, group.cases))

    return await call.run_within_reach(work)


@router.endpoint("DELETE /v1/duplicates/{id}/assignment", "Give a group of cases back", [404, 409])
async def delete_case_assignment(call: Supervisor, case_id: CaseId) -> GroupOut:
    """Nobody has this case any more, nor what was taken together with it. 409 for a coordinator where somebody else has
    it.
    """

    async def work(pg: asyncpg.Connection, reach: Reach) -> GroupOut:
        group = await group_of(pg, reach, case_id)
        cases = await let_go(pg, call.principal, reach, case_id, trace_id=call.trace_id, now=call.now)
        return GroupOut(items=await _cases(pg, call, reach, cases or group.cases))

    return await call.run_within_reach(work)


@router.endpoint("POST /v1/duplicates/next", "Take the next group of cases", [404])
async def post_next_cases(call: Supervisor, wanted: NextIn) -> GroupOut:
    """The most probable group that nobody has and the caller may decide, of what is wanted, is the caller's then. Two
    callers at once get different groups. Where an answer is lost, the group is in `GET /v1/duplicates?assigned=me`.
    """

    async def work(pg: asyncpg.Connection, reach: Reach) -> GroupOut:
        narrowed = await narrowed_to(pg, looking_of(call, reach), CaseFilters(**wanted.model_dump()))
        group = await take_next(pg, call.principal, reach, narrowed, trace_id=call.trace_id)
        return GroupOut(items=[] if group is None else await _cases(pg, call, reach, group.cases))

    return await call.run_within_reach(work)


@router.endpoint("POST /v1/duplicates/resolutions", "Decide on several cases")
async def post_resolutions(call: Supervisor, resolutions: ResolutionsIn) -> CaseDecisionsOut:
    """Only where that is safe: `separate`, of two businesses that are entered both, and that the model thinks to be two
    (2 percent at most), or that are one owner's and differ by name and activity. Each case by itself, in order: a
    refused one does not stop the others, and each can be undone. Idempotent: if no answer comes, send the same again.
    """
    return CaseDecisionsOut(
        items=[await _decided(call, each, resolutions) for each in dict.fromkeys(resolutions.case_ids)]
    )


async def _decided(call: SignedCall, case_id: UUID, asked: ResolutionsIn) -> CaseDecisionOut:
    # It was validated before, and what stands for a long number in it may be longer than that.
    resolution = ResolutionIn.model_construct(decision=asked.decision, reason=asked.reason)

    async def work(pg: asyncpg.Connection, reach: Reach) -> CaseOut:
        case = await read_case(pg, looking_of(call, reach), case_id, with_group=False)
        said = case.resolution
        if said is not None and (said.decision, said.reason) == (asked.decision, resolution.reason):
            return case
        await resolving_of(call, reach).resolve(pg, case_id, resolution, together=asked.kind)
        return await read_case(pg, looking_of(call, reach), case_id, with_group=False)

    try:
        return CaseDecisionOut(case_id=case_id, case=await call.run_within_reach(work), problem=None)
    except Problem as exc:
        if exc.code.value.status >= _FAULT:
            raise
        return CaseDecisionOut(case_id=case_id, case=None, problem=refusal(call, exc))


async def _cases(pg: asyncpg.Connection, call: SignedCall, reach: Reach, ids: tuple[UUID, ...]) -> list[CaseOut]:
    return [await read_case(pg, looking_of(call, reach), id_) for id_ in ids]


async def _who(pg: asyncpg.Connection, call: SignedCall, case_id: UUID, username: str | None) -> UUID:
    """The account that is to have the case.

    Raises:
        Problem: `not_allowed` where a coordinator names somebody else; `not_found` where nobody of that name reaches
            it; `account_deactivated` where that account is.
    """
    if username is None:
        return call.principal.account_id
    account_id: UUID | None = await pg.fetchval("SELECT id FROM account WHERE username = $1", as_kept(username))
    if account_id == call.principal.account_id:
        return call.principal.account_id
    if call.principal.role is Role.COORDINATOR:
        raise Problem(Code.NOT_ALLOWED)
    if account_id is None:
        raise Problem(Code.NOT_FOUND)
    other = await owner_now(pg, account_id)
    if other.role not in _SUPERVISE:
        raise Problem(Code.NOT_FOUND)
    await group_of(pg, await reach_of(pg, other, call.today), case_id)
    return account_id
