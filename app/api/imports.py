"""Files that enter many rows at once: accounts, teams, members, assignments, targets and listings, from CSV or XLSX.

All rows of a file are entered, or none. A dry run reports every row's fault, and what the file would change.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, NamedTuple, get_args

import asyncpg
import orjson
from fastapi import Header, Query, Response
from pydantic import BaseModel, Field, ValidationError

from app.accounts.administration import enter_accounts
from app.accounts.permissions import Principal
from app.accounts.schemas import AccountIn
from app.api.answers import CSV_TEXT
from app.api.calls import Officer
from app.api.endpoints import Endpoints, files, sent
from app.api.errors import FieldProblem
from app.api.faults import expected, told_of_file
from app.api.limits import Rate
from app.campaigns.schemas import TargetIn
from app.campaigns.targets import enter_targets
from app.core.bulk import Entered, Fault, Faulty, Row, unhurried
from app.core.cells import Column
from app.core.problems import Code, Problem
from app.core.sealing import Digester, KeyRing
from app.core.sheets import Sheet, sheet_of
from app.core.table_files import CSV, MAX_ROWS, XLSX, read_table
from app.listing.entering import CHUNK, EnteringFile
from app.listing.schemas import ListingIn
from app.questionnaires.findings import code_of_pydantic
from app.workforce.schemas import AssignmentIn, MemberIn, TeamIn
from app.workforce.staffing import enter_assignments, enter_members, enter_teams

router = Endpoints("imports")

Enter = Callable[..., Any]
Work = Callable[[asyncpg.Connection], Awaitable[Entered]]


class Kind(StrEnum):
    """What a file holds."""

    ACCOUNTS = "accounts"
    TEAMS = "teams"
    MEMBERS = "members"
    ASSIGNMENTS = "assignments"
    TARGETS = "targets"
    LISTING = "listing"


class Way(NamedTuple):
    """How a kind of file is read and entered."""

    row: type[Row]
    enter: Enter
    hands_out: bool = False
    """Whether it returns codes. The same file returns them again for a while."""
    has_days: bool = False
    """Whether what it changes depends on the day on which it is entered."""
    max_rows: int = MAX_ROWS
    chunk: int | None = None
    """So many rows at a time are made, checked and entered, so that memory does not grow with the file; None: all."""


class Sealing(NamedTuple):
    """What seals and digests the numbers of rows, and the present time, for the kinds of files that have numbers."""

    ring: KeyRing
    digester: Digester
    now: datetime


WAYS = {
    Kind.ACCOUNTS: Way(AccountIn, enter_accounts, hands_out=True),
    Kind.TEAMS: Way(TeamIn, enter_teams),
    Kind.MEMBERS: Way(MemberIn, enter_members),
    Kind.ASSIGNMENTS: Way(AssignmentIn, enter_assignments),
    Kind.TARGETS: Way(TargetIn, enter_targets, has_days=True),
    Kind.LISTING: Way(ListingIn, EnteringFile, max_rows=200_000, chunk=CHUNK),
}


SUFFIXES = {".csv": CSV, ".xlsx": XLSX}
"""Media types by the end of a file's name."""


class ActivationCode(BaseModel):
    """How the owner of a new account sets a password."""

    username: str
    activation_code: str


class ImportReport(BaseModel):
    """What a file changed, or would change."""

    dry_run: bool
    rows: int
    created: int
    changed: int
    unchanged: int
    fault_count: int
    faults: list[FieldProblem]
    codes: list[ActivationCode] = Field(
        description="Of new accounts of people: with it each sets a password (`POST /v1/auth/password`). Shown"
        " again only to the same account, for the same rows, within an hour."
    )


class _OnlyTried(Exception):
    def __init__(self, entered: Entered) -> None:
        super().__init__()
        self.entered = entered


_FILE = sent(
    "A table whose first line names its columns; of a workbook, the first sheet that is shown.",
    {**CSV_TEXT, **files(XLSX)},
)


@router.endpoint(
    "POST /v1/imports/{kind}", "Enter a file", [415], limit=Rate.EXPORT, model=ImportReport, openapi_extra=_FILE
)
async def post_import(
    call: Officer,
    kind: Kind,
    content_encoding: Annotated[str, Header()] = "",
    *,
    dry_run: Annotated[bool, Query(description="Only report what the file would change.")] = False,
) -> Any:
    """All rows or none. With faults, a dry run reports them; otherwise the answer is 422 with the same list.

    The code of each new account of a person is in the answer. If the answer was lost, send the same rows again from the
    same account within an hour: the answer contains the unused codes a second time, and the audit trail records it. A
    system gets its secret from `POST /v1/accounts/{id}/credentials`.
    """
    way, services = WAYS[kind], call.services
    body = await call.body(content_encoding)
    said = await services.files.call(
        read_table, body, call.media_type, columns_of(way.row), way.max_rows, refused=Code.UNREADABLE_FILE
    )
    await call.refuse_if_less()  # a body and its parsing may take long
    sheet, sealing = table_of(way, said), Sealing(services.ingest.ring, services.ingest.digester, call.now)
    try:
        entered = await enter_sheet(
            call.run, way, call.principal, sheet, dry_run=dry_run, now=call.now, trace_id=call.trace_id, sealing=sealing
        )
    except Faulty as exc:
        errors = told_of_file(exc, sheet)
        if not dry_run:
            raise Problem(Code.INVALID_FIELDS, errors=errors) from exc
        faults = [
            FieldProblem(pointer=e.pointer, code=e.code, detail=e.text.in_language(call.language)) for e in errors
        ]
        return _report(sheet, Entered(), len(exc.faults), faults, dry_run=dry_run)
    return _report(sheet, entered, 0, [], dry_run=dry_run)


def columns_of(row: type[Row]) -> dict[str, Column]:
    """The columns of a kind of file, and what each takes."""
    return {name: _column(info.annotation) for name, info in row.model_fields.items()}


def _column(annotation: Any) -> Column:
    kinds = set(_kinds(annotation))
    return Column.WHOLE if int in kinds else Column.DAY if date in kinds else Column.TEXT


def _kinds(annotation: Any) -> Iterator[Any]:
    yield annotation
    for inner in get_args(annotation):  # `Day | None` has its `date` two levels down
        yield from _kinds(inner)


def table_of(way: Way, said: Mapping[str, Any]) -> Sheet:
    """The table in a file of that kind, as `read_table` read it.

    Raises:
        Problem: as `sheet_of`.
    """
    required = [name for name, info in way.row.model_fields.items() if info.is_required()]
    return sheet_of(said, required=required, known=list(way.row.model_fields))


async def enter_sheet(
    run: Callable[[Work], Awaitable[Entered]],
    way: Way,
    principal: Principal,
    sheet: Sheet,
    *,
    dry_run: bool,
    now: datetime,
    trace_id: str | None,
    sealing: Sealing | None = None,
) -> Entered:
    """Enter all rows, or report everything that is wrong with them; `run` does work in one transaction.

    Raises:
        Faulty: rows cannot be read, or break rules; nothing was entered.
    """
    if way.chunk is not None and sealing is not None:
        return await _enter_in_chunks(run, way, principal, sheet, sealing, dry_run=dry_run, trace_id=trace_id)
    rows, places, faults = await _read_rows(way.row, sheet, 0, len(sheet.rows))

    keeping = {"ring": sealing and sealing.ring} if way.hands_out else {"now": now} if way.has_days else {}

    async def work(pg: asyncpg.Connection) -> Entered:
        entered: Entered = await way.enter(pg, principal, rows, trace_id=trace_id, **keeping)
        if dry_run or faults:
            raise _OnlyTried(entered)  # rolls everything back
        return entered

    try:
        entered = await _entered(run, work)
    except Faulty as exc:
        faults += [fault._replace(row=places[fault.row]) for fault in exc.faults]
    if faults:
        raise Faulty(faults)
    return entered


async def _enter_in_chunks(
    run: Callable[[Work], Awaitable[Entered]],
    way: Way,
    principal: Principal,
    sheet: Sheet,
    sealing: Sealing,
    *,
    dry_run: bool,
    trace_id: str | None,
) -> Entered:
    """The same, some rows at a time, all in one transaction: what is wrong with any of them undoes it."""
    size, count = way.chunk or len(sheet.rows), len(sheet.rows)

    async def work(pg: asyncpg.Connection) -> Entered:
        entering, total, faults = way.enter(pg, principal, *sealing), Entered(), list[Fault]()
        for first in range(0, count, size):
            rows, places, found = await _read_rows(way.row, sheet, first, min(first + size, count))
            faults += found
            try:
                done = await entering.enter(rows)
            except Faulty as exc:
                faults += [fault._replace(row=places[fault.row]) for fault in exc.faults]
                continue
            created, changed, unchanged = (a + b for a, b in zip(total[:3], done[:3], strict=True))
            total = Entered(created, changed, unchanged)
        if faults:
            raise Faulty(faults)
        await entering.note(trace_id)
        if dry_run:
            raise _OnlyTried(total)  # rolls everything back
        return total

    return await _entered(run, work)


async def _entered(run: Callable[[Work], Awaitable[Entered]], work: Work) -> Entered:
    """What the work entered, or would have."""
    try:
        return await run(work)
    except _OnlyTried as exc:
        return exc.entered


async def _read_rows(model: type[Row], sheet: Sheet, first: int, end: int) -> tuple[list[Row], list[int], list[Fault]]:
    """The rows from the first one on that can be read, their places in the sheet, and what is wrong with others."""
    rows, places, faults = [], [], [fault for fault in sheet.faults if first <= fault.row < end]
    types = {name: _TYPES[column] for name, column in columns_of(model).items()}
    broken = {(fault.row, fault.field) for fault in faults}
    unsound = {row for row, _ in broken}
    async for at, cells in unhurried(enumerate(sheet.rows[first:end], first)):
        try:
            rows.append(model.model_validate(_stated(model, types, cells)))
            if at in unsound:
                rows.pop()
            else:
                places.append(at)
        except ValidationError as exc:
            for error in exc.errors(include_input=False, include_url=False):
                code, field = code_of_pydantic(error["type"]), str(error["loc"][0]) if error["loc"] else ""
                if (at, field) not in broken:
                    faults.append(Fault(at, field, code, expected(code, dict(error))))
    return rows, places, faults


def _stated(model: type[Row], types: Mapping[str, Callable[[str], Any]], cells: Mapping[str, str]) -> dict[str, Any]:
    """The fields that a row sets. A missing column leaves the field unchanged; an empty cell sets its default."""
    stated: dict[str, Any] = {}
    for name, cell in cells.items():
        info = model.model_fields[name]
        if cell:
            stated[name] = types[name](cell)
        elif not info.is_required():
            stated[name] = info.get_default(call_default_factory=True)
    return stated


_TYPES: Mapping[Column, Callable[[str], Any]] = {Column.TEXT: str, Column.WHOLE: int, Column.DAY: date.fromisoformat}


def _report(sheet: Sheet, entered: Entered, fault_count: int, faults: list[FieldProblem], *, dry_run: bool) -> Response:
    """An `ImportReport`, written without a model for each of its codes: there may be thousands."""
    codes = [] if dry_run else [{"username": name, "activation_code": code} for name, code in entered.codes]
    counts = {"created": entered.created, "changed": entered.changed, "unchanged": entered.unchanged}
    summary = {"dry_run": dry_run, "rows": len(sheet.rows), **counts, "fault_count": fault_count}
    body = orjson.dumps({**summary, "faults": [fault.model_dump() for fault in faults], "codes": codes})
    return Response(body, media_type="application/json")
