"""Re-interviews on a tablet: what is to be asked again, and what was heard."""

from typing import Annotated, Any
from uuid import UUID

import asyncpg
from fastapi import Path, Response

from app.api.answers import as_json
from app.api.calls import Tablet
from app.api.endpoints import Endpoints
from app.api.negotiation import has_tag
from app.api.pages import Page
from app.audit import trail
from app.audit.actions import Action
from app.quality.due import have_wait
from app.reinterviews.answering import Taken, Taking, take_answers
from app.reinterviews.described import Opening
from app.reinterviews.offering import read_tasks
from app.reinterviews.schemas import ReinterviewIn, ReinterviewReceipt, ReinterviewTasks

router = Endpoints("sync")

ReinterviewId = Annotated[UUID, Path(description="The re-interview's id.")]
_RECEIPT: dict[str, Any] = {"model": ReinterviewReceipt}


@router.endpoint("GET /v1/sync/reinterviews", "Re-interviews of a tablet", [304], model=ReinterviewTasks)
async def get_tasks(call: Tablet, page: Page) -> Response:
    """Everything that is or was given to the enumerator, with its state; all pages together are the whole list. A task
    that is `to_do` says how to find the business, and no answer of the first interview beyond that, nor whose it was.
    With an `ETag`: an unchanged page is not sent again. Each download with names is in the audit trail.
    """
    pager, ingest = call.pager(page, "tasks"), call.services.ingest
    by = Opening(ingest.ring, ingest.digester, call.today)

    async def work(pg: asyncpg.Connection) -> Response:
        account_id = call.principal.account_id
        rows = await read_tasks(pg, by, call.principal, limit=pager.limit, after=pager.after_id)
        content = pager.page(rows, lambda row: row.id.bytes)
        names = sum(row.business_name is not None for row in content["items"])
        content["items"] = [row.model_dump(mode="json") for row in content["items"]]
        made = as_json(call.request, content)
        if names and not has_tag(call.request, made.headers["ETag"]):
            await trail.record(
                pg,
                Action.REINTERVIEWS_READ,
                actor_id=account_id,
                subject=("account", str(account_id)),
                occurred_at=call.now,
                trace_id=call.trace_id,
                detail={"reinterviews": names},
            )
        return made

    return await call.run(work)


@router.endpoint(
    "PUT /v1/sync/reinterviews/{reinterview_id}",
    "Send the answers of a re-interview",
    [404, 409, 413],
    answers={
        201: {"description": "The receipt; a new version is stored.", **_RECEIPT},
        200: {"description": "The same receipt again: the same content came before.", **_RECEIPT},
    },
    model=ReinterviewReceipt,
)
async def put_answers(call: Tablet, reinterview_id: ReinterviewId, asked: ReinterviewIn, response: Response) -> Any:
    """Idempotent by content: the same answers are stored once, and answered the same, however often they come. Other
    answers are the next version, until the campaign takes no more. They are compared with the record, and count for
    nothing else.

    409 `reinterview_taken_away`: another enumerator does it now, or will; nothing was stored, and the tablet keeps the
    answers, which count if it is given back. 409 `reinterview_not_needed`: nobody needs them any more, also where they
    say less than what was sent before, or were heard earlier; the tablet may delete them.
    """
    services = call.services
    by = Taking(call.principal, services.ingest.ring, services.ingest.digester, call.now, call.today, call.trace_id)

    async def work(pg: asyncpg.Connection) -> Taken:
        taken = await take_answers(pg, by, reinterview_id, asked)
        if taken.is_new:
            await have_wait(pg, taken.campaign_id, taken.regency_code)  # the enumerator's flags may be others now
        return taken

    taken = await call.run(work)
    if taken.is_new:
        services.metrics.took_reinterview(asked.result)
    response.status_code = 201 if taken.is_new else 200
    return taken.receipt
