"""Honour: what enumerators are paid by which rules, and their statements."""

from typing import Annotated
from uuid import UUID

import asyncpg
from fastapi import Depends, Path, Query, Response

from app.accounts.permissions import Role
from app.api.calls import Admin, Allowed, Officer, SignedCall, Staff
from app.api.endpoints import Answers, Endpoints, files
from app.api.limits import Rate
from app.api.pages import Page
from app.campaigns.asked import campaign_or_current
from app.core.text import Line
from app.honour import queries
from app.honour.documents import make
from app.honour.paper import Payment
from app.honour.running import Making, make_statements
from app.honour.schemas import (
    HonourOwnMonth,
    HonourOwnOut,
    HonourRuleOut,
    HonourRulesIn,
    HonourRulesOut,
    HonourRunFilters,
    HonourRunIn,
    HonourRunOut,
    HonourRunPage,
    HonourStatementDetail,
    HonourStatementFilters,
    HonourStatementPage,
)
from app.honour.setting import rules_of, set_rules
from app.reports.documents import MEDIA_TYPES, Form

router = Endpoints("honour")

Campaign = Annotated[Line | None, Query(description="Code; by default the current one.", max_length=60)]
RunId = Annotated[UUID, Path(alias="id", description="The run's id.")]
StatementId = Annotated[UUID, Path(alias="id", description="The statement's id.")]
_PDF: Answers = {200: {"description": "The file.", "content": files(MEDIA_TYPES["pdf"])}}
_XLSX: Answers = {200: {"description": "The file.", "content": files(MEDIA_TYPES["xlsx"])}}
Enumerator = Annotated[SignedCall, Depends(Allowed(Role.ENUMERATOR))]


@router.endpoint("GET /v1/honour/rules", "What is paid", [404])
async def get_rules(call: Staff, campaign: Campaign = None) -> HonourRulesOut:
    """The rules of a campaign: rupiah per record, the most records of a month, and the decree, from which month on."""
    async with call.snapshot() as pg:
        found = await campaign_or_current(pg, campaign, call.today)
        rules = await rules_of(pg, found.id)
    return HonourRulesOut(campaign=found.code, rules=[HonourRuleOut.model_validate(each) for each in rules])


@router.endpoint("PUT /v1/honour/rules", "Set what is paid", [404])
async def put_rules(call: Admin, asked: HonourRulesIn, campaign: Campaign = None) -> HonourRulesOut:
    """All rules of a campaign; they take the place of those before. Statements that were made stay; where another rate
    now holds for their months, the next ones pay the difference. Idempotent.
    """

    async def work(pg: asyncpg.Connection) -> HonourRulesOut:
        found = await campaign_or_current(pg, campaign, call.today)
        who = call.principal.account_id
        rules = await set_rules(pg, found, asked.rules, actor_id=who, now=call.now, trace_id=call.trace_id)
        return HonourRulesOut(campaign=found.code, rules=[HonourRuleOut.model_validate(each) for each in rules])

    return await call.run(work)


@router.endpoint(
    "POST /v1/honour/statements",
    "Make the statements of a month",
    limit=Rate.EXPORT,
    status=201,
    answers={200: {"description": "They were made before.", "model": HonourRunOut}},
)
async def post_statements(call: Officer, asked: HonourRunIn, response: Response) -> HonourRunOut:
    """For everybody in a region, from the figures of a cut-off: what the rule pays for each month, less what was stated
    before. Idempotent by cut-off and month: who asks again gets the same run. Statements never change; what is
    taken back or added later is a correction on the next ones.
    """
    who = Making(call.principal, call.now, call.trace_id)

    async def work(pg: asyncpg.Connection) -> tuple[bool, queries.RunRow]:
        made = await make_statements(pg, who, asked)
        return made.is_new, await queries.run_within(pg, call.principal, made.id)

    is_new, row = await call.run(work)
    response.status_code = 201 if is_new else 200
    response.headers["Location"] = f"/v1/honour/runs/{row.id}"
    return row.out()


@router.endpoint("GET /v1/honour/runs", "Runs of statements", [404])
async def get_runs(call: Officer, filters: Annotated[HonourRunFilters, Query()], page: Page) -> HonourRunPage:
    """Of regions in the territory, the newest first, with their sums."""
    pager = call.pager(page, "honour_runs", filters)
    async with call.snapshot() as pg:
        rows = await queries.list_runs(pg, call.principal, filters, limit=pager.limit, before=pager.after_id)
    found = pager.page(rows, lambda row: row.id.bytes)
    return HonourRunPage(items=[row.out() for row in found["items"]], next_cursor=found["next_cursor"])


@router.endpoint("GET /v1/honour/runs/{id}", "A run of statements", [404])
async def get_run(call: Officer, run_id: RunId) -> HonourRunOut:
    """With its sums."""
    async with call.snapshot() as pg:
        return (await queries.run_within(pg, call.principal, run_id)).out()


@router.endpoint("GET /v1/honour/runs/{id}/list.pdf", "A payment list as PDF", [404], limit=Rate.EXPORT, answers=_PDF)
async def get_run_pdf(call: Officer, run_id: RunId) -> Response:
    """One row for each enumerator, with sums, in words, and room for signatures; then a page for each of them. In
    Indonesian, as offices sign it.
    """
    return await _list_of(call, run_id, "pdf")


@router.endpoint(
    "GET /v1/honour/runs/{id}/list.xlsx", "A payment list as workbook", [404], limit=Rate.EXPORT, answers=_XLSX
)
async def get_run_xlsx(call: Officer, run_id: RunId) -> Response:
    """The same as sheets: sums, everybody, every month of everybody, and what columns mean."""
    return await _list_of(call, run_id, "xlsx")


async def _list_of(call: SignedCall, run_id: UUID, form: Form) -> Response:
    async with call.snapshot() as pg:
        row = await queries.run_within(pg, call.principal, run_id)
        statements = await queries.whole_run(pg, row)
    return await _made(call, Payment(row.campaign_name, row.out(), statements), form)


async def _made(call: SignedCall, payment: Payment, form: Form) -> Response:
    made = await make(call.services.documents, payment, form=form)
    headers = {
        "Content-Disposition": f'attachment; filename="{payment.about.number}.{form}"',
        "Cache-Control": "private, no-store",
    }
    return Response(made, media_type=MEDIA_TYPES[form], headers=headers)


@router.endpoint("GET /v1/honour/statements", "Statements", [404])
async def get_statements(
    call: Staff, filters: Annotated[HonourStatementFilters, Query()], page: Page
) -> HonourStatementPage:
    """Those of the newest run first, by name. Enumerators see their own, coordinators those of whom they led at the
    cut-off, officers those of their territory.
    """
    pager = call.pager(page, "honour_statements", filters)
    after = None if pager.after is None else queries.ByRun.unpack(pager.after)
    async with call.snapshot() as pg:
        rows = await queries.list_statements(pg, call.principal, filters, limit=pager.limit, after=after)
    found = pager.page(rows, lambda row: queries.ByRun(row.run_id, row.place).pack())
    return HonourStatementPage(items=[row.out() for row in found["items"]], next_cursor=found["next_cursor"])


@router.endpoint("GET /v1/honour/statements/{id}", "A statement", [404])
async def get_statement(call: Staff, statement_id: StatementId) -> HonourStatementDetail:
    """With its months: the cut-off's figures, what the rule says of them, and what was stated before."""
    async with call.snapshot() as pg:
        row = await queries.statement_seen(pg, call.principal, statement_id)
        return (await queries.details_of(pg, [row]))[0]


@router.endpoint(
    "GET /v1/honour/statements/{id}/statement.pdf", "A statement as PDF", [404], limit=Rate.EXPORT, answers=_PDF
)
async def get_statement_pdf(call: Staff, statement_id: StatementId) -> Response:
    """The page of one enumerator, with room for signatures. In Indonesian, as offices sign it."""
    async with call.snapshot() as pg:
        row = await queries.statement_seen(pg, call.principal, statement_id)
        (found,) = await queries.details_of(pg, [row])
    return await _made(call, Payment(row.campaign_name, found, [found]), "pdf")


@router.endpoint("GET /v1/honour/own", "What one's own work is worth so far", [404])
async def get_own(call: Enumerator, campaign: Campaign = None) -> HonourOwnOut:
    """By the rule on live figures: an estimate, which merges and reviews still change. Only a statement is paid."""
    async with call.snapshot() as pg:
        found = await campaign_or_current(pg, campaign, call.today)
        made, paid = await queries.own_months(pg, found.id, call.principal.account_id, call.today)
    due = sum(line.due for line in made)
    months = [
        HonourOwnMonth(
            month=line.month,
            entered=line.figures.entered,
            verified=line.figures.verified,
            rate=line.rule and line.rule.rate,
            cap=line.rule and line.rule.cap,
            records=line.records,
            due=line.due,
            stated=line.before.amount,
        )
        for line in made
    ]
    return HonourOwnOut(
        campaign=found.code, is_estimate=True, counted_at=call.now, months=months, due=due, paid=paid, open=due - paid
    )
