"""Numbers that others confirm, from the command line: a file for an agency, its answers, and how many are confirmed."""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import asyncpg
import typer
from rich.table import Table

from app.accounts.permissions import OPERATOR
from app.audit import trail
from app.audit.actions import Action
from app.cli.examples import examples
from app.cli.people import media_type_of, or_faults, sealing_in_force
from app.cli.shell import DryRun, Json, document, err, out, with_connection
from app.core.table_files import XLSX, read_table
from app.verification.answering import apply_some
from app.verification.entering import enter_answers
from app.verification.files import csv_file, xlsx_file
from app.verification.lines import Line, next_items, opened
from app.verification.listing import read_request, summarise
from app.verification.reading import MOST_LINES, Headings, answer_sheet
from app.verification.requesting import Asking, make_request, note_fetched
from app.verification.schemas import MOST_ASKED, AnswersReport, RequestIn, RequestOut, VerificationSummary
from app.verification.states import ANSWERS, UNVERIFIED, Kind
from app.workforce.reach import Reach

app = typer.Typer(no_args_is_help=True, help="Numbers that others confirm: a file for an agency, and its answers.")


@app.command(
    "request",
    epilog=examples(
        "kumkm verification request nik dukcapil nik.csv --region 16.01 --reason 'Perjanjian 12/2022'",
        "kumkm verification request nib oss nib.xlsx --reason 'Perjanjian 3/2022' --json",
    ),
)
def request(
    kind: Annotated[Kind, typer.Argument(help="Which numbers.")],
    source: Annotated[str, typer.Argument(help="Who is asked, as a short word: `dukcapil`, `oss`.")],
    file: Annotated[Path, typer.Argument(help="The file to be written, CSV or XLSX; only its owner may read it.")],
    reason: Annotated[str, typer.Option(help="Why; kept in the audit trail.")],
    region: Annotated[str | None, typer.Option(help="Only this region and below.")] = None,
    campaign: Annotated[str | None, typer.Option(help="Only what is entered in this campaign.")] = None,
    limit: Annotated[int, typer.Option(help="The most numbers.", min=1, max=MOST_ASKED)] = MOST_ASKED,
    *,
    as_json: Json = False,
) -> None:
    """Choose numbers that nobody confirmed yet, and write the file for the agency."""
    media_type = media_type_of(file)
    asked = or_faults(lambda: RequestIn(kind=kind, source=source, region=region, campaign=campaign, limit=limit))
    ring, digester, now = sealing_in_force()

    async def work(pg: asyncpg.Connection) -> RequestOut:
        async with pg.transaction():
            id_ = await make_request(pg, Asking(OPERATOR, now, reason, None), asked)
            made = await read_request(pg, OPERATOR.territory, id_)
            detail = {"format": file.suffix[1:].lower(), "count": made.asked, "reason": reason}
            await trail.record_many(
                pg,
                Action.VERIFICATION_FETCHED,
                actor_id=OPERATOR.account_id,
                subjects=[("verification", str(id_), detail)],
                trace_id=None,
            )
            await note_fetched(pg, id_, now)

        async def lines() -> AsyncIterator[Sequence[Line]]:
            after = ""
            while items := await next_items(pg, id_, after):
                after = items[-1].reference
                yield await opened(pg, ring, digester, items, now)

        chunks = (
            xlsx_file(lines(), made.columns) if media_type == XLSX else csv_file(lines(), made.columns, excel=False)
        )
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as target:
            async for chunk in chunks:
                await asyncio.to_thread(target.write, chunk)
        return made

    made = or_faults(lambda: with_connection(work, audited=True))
    if as_json:
        document(made.model_dump(mode="json"))
        return
    out.print(f"[green]✓[/] {made.asked:,} numbers are in {file}; the request is {made.id}.", highlight=False)


@app.command(
    "answers",
    epilog=examples(
        "kumkm verification answers 01832f3e-8a40-7000-8000-0000000000ab jawaban.xlsx --dry-run",
        "kumkm verification answers 01832f3e-8a40-7000-8000-0000000000ab jawaban.csv --json",
    ),
)
def answers(
    request_id: Annotated[UUID, typer.Argument(help="The request's id.")],
    file: Annotated[Path, typer.Argument(help="CSV or XLSX with reference and answer.", exists=True)],
    *,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Enter the answers of an agency: all lines, or none."""
    media_type = media_type_of(file)
    now = datetime.now(UTC)

    async def work(pg: asyncpg.Connection) -> AnswersReport:
        made = await read_request(pg, OPERATOR.territory, request_id)
        headings = Headings.of(made.columns)
        content = await asyncio.to_thread(file.read_bytes)
        sheet = answer_sheet(read_table(content, media_type, headings.columns, MOST_LINES), headings)

        async def run(inner: Any) -> Any:
            async with pg.transaction():
                return await inner(pg)

        found = await enter_answers(run, OPERATOR, made, sheet, now=now, dry_run=dry_run, trace_id=None)
        waiting = found.waiting
        while waiting and await run(lambda pg: apply_some(pg, now, request_id)):
            pass
        return found.model_copy(update={"waiting": 0})

    found = or_faults(lambda: with_connection(work, audited=True))
    if as_json:
        document(found.model_dump(mode="json"))
        return
    verb = "would be" if dry_run else "are"
    out.print(
        f"[green]✓[/] {found.answered:,} answers {verb} new: {found.match:,} match, {found.mismatch:,} mismatch,"
        f" {found.not_found:,} not found; {found.outdated:,} outdated, {found.unchanged:,} unchanged,"
        f" {found.empty:,} lines without an answer.",
        highlight=False,
    )


@app.command(
    "summary", epilog=examples("kumkm verification summary --region 16.01", "kumkm verification summary --json")
)
def summary(
    region: Annotated[str | None, typer.Option(help="Only this region and below.")] = None,
    campaign: Annotated[str | None, typer.Option(help="Only what is entered in this campaign.")] = None,
    *,
    as_json: Json = False,
) -> None:
    """Count the states of numbers."""

    async def work(pg: asyncpg.Connection) -> VerificationSummary:
        async with pg.transaction(readonly=True):
            return await summarise(pg, Reach(OPERATOR.territory.narrowed_to(region), None), campaign, None)

    found = or_faults(lambda: with_connection(work))
    if as_json:
        document(found.model_dump(mode="json"))
        return
    states = (UNVERIFIED, *ANSWERS)
    table = Table("number", "total", *states, "asked", title=found.region_name)
    for each in found.items:
        table.add_row(each.kind, f"{each.total:,}", *(f"{getattr(each, name):,}" for name in states), f"{each.asked:,}")
    (err if as_json else out).print(table)
