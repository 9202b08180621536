"""Reads of runs and statements, and of what somebody's own work is worth so far."""

from datetime import date, datetime
from typing import Any, NamedTuple, Self
from uuid import UUID

import asyncpg

from app.accounts.permissions import Principal, Role
from app.campaigns.asked import campaign_id_asked
from app.core.problems import Code, Problem
from app.core.rows import Row, read, read_one
from app.core.rupiah import in_words
from app.honour.rules import NEVER, NOTHING, Figures, Line, Stated, covers, lines
from app.honour.schemas import (
    HonourLineOut,
    HonourRunFilters,
    HonourRunOut,
    HonourStatementDetail,
    HonourStatementFilters,
    HonourStatementOut,
)
from app.honour.setting import rules_of


class SumsRow(Row):
    """What is stated, in records and rupiah."""

    records: int
    amount: int
    carried_in: int
    payable: int
    carried_out: int


class _OfRun(SumsRow):
    """What is stated, and the run and the cut-off that it is of."""

    id: UUID
    campaign: str
    campaign_name: str
    region_code: str
    region_name: str
    level: str
    number: int
    month: date
    cutoff_id: UUID
    cutoff_name: str
    as_of: date
    basis: str
    made_at: datetime

    def _said(self) -> dict[str, Any]:
        return self.named() | {
            "number": number_of(self.number),
            "region": {"code": self.region_code, "name": self.region_name, "level": self.level},
            "whole_month": covers(self.as_of, self.month),
            "cutoff": {"id": self.cutoff_id, "name": self.cutoff_name, "as_of": self.as_of, "basis": self.basis},
        }


class RunRow(_OfRun):
    """A run with what it was made from."""

    made_by: UUID
    username: str
    person: str
    people: int

    def out(self) -> HonourRunOut:
        """As it is answered."""
        made_by = {"id": self.made_by, "username": self.username, "name": self.person}
        return HonourRunOut.model_validate(self._said() | {"made_by": made_by})


class StatementRow(_OfRun):
    """A statement with what it was made from."""

    run_id: UUID
    place: int
    enumerator_id: UUID
    username: str
    name: str
    coordinator_name: str | None
    corrections: int

    def out(self) -> HonourStatementOut:
        """As it is answered."""
        enumerator = {"id": self.enumerator_id, "username": self.username, "name": self.name}
        number = number_of(self.number, self.place)
        return HonourStatementOut.model_validate(self._said() | {"number": number, "enumerator": enumerator})


def number_of(run: int, place: int | None = None) -> str:
    """How a run, or a statement in it, is called: `HON-0003`, `HON-0003-017`."""
    return f"HON-{run:04}" if place is None else f"HON-{run:04}-{place:03}"


_FROM = """
FROM honour_run AS run
JOIN campaign ON campaign.id = run.campaign_id
JOIN cutoff ON cutoff.id = run.cutoff_id
JOIN cutoff_region AS region ON region.cutoff_id = run.cutoff_id AND region.region_code = run.region_code
"""
# Of the table that says it: the run, or the statement.
_OF_RUN = """
SELECT {of}.records, {of}.amount, {of}.carried_in, {of}.payable, {of}.carried_out, {of}.id, campaign.code AS campaign,
       campaign.name AS campaign_name, {of}.region_code, region.name AS region_name, region.level, run.number,
       run.month, run.cutoff_id, cutoff.name AS cutoff_name, run.as_of, cutoff.basis, run.made_at
"""
_RUNS = f"""
{_OF_RUN.format(of="run")}, run.made_by, account.username, account.name AS person, run.people
{_FROM} JOIN account ON account.id = run.made_by
"""
_STATEMENTS = f"""
{_OF_RUN.format(of="statement")}, statement.run_id, statement.place, statement.enumerator_id, statement.username,
       statement.name, statement.coordinator_name,
       (SELECT coalesce(sum(line.amount), 0)::bigint FROM honour_line AS line
        WHERE line.statement_id = statement.id AND line.is_correction) AS corrections
{_FROM} JOIN honour_statement AS statement ON statement.run_id = run.id
"""


async def list_runs(
    pg: asyncpg.Connection, principal: Principal, wanted: HonourRunFilters, *, limit: int, before: UUID | None
) -> list[RunRow]:
    """The newest runs of regions in the territory, from before one.

    Raises:
        Problem: `not_found` for a region that is none or lies outside; `unknown_campaign`.
    """
    first, behind = principal.territory.narrowed_to(wanted.region).span
    campaign_id = await campaign_id_asked(pg, wanted.campaign)
    return await read(
        pg,
        RunRow,
        f"{_RUNS} WHERE run.region_code >= $1 AND run.region_code < $2 AND ($3::int IS NULL OR run.campaign_id = $3)"
        " AND ($4::date IS NULL OR run.month = $4) AND ($5::uuid IS NULL OR run.id < $5)"
        " ORDER BY run.id DESC LIMIT $6",
        *(first, behind, campaign_id, wanted.month, before, limit),
    )


async def run_within(pg: asyncpg.Connection, principal: Principal, run_id: UUID) -> RunRow:
    """A run of a region in the territory.

    Raises:
        Problem: `not_found`.
    """
    found = await read_one(pg, RunRow, f"{_RUNS} WHERE run.id = $1", run_id)
    if found is None or not principal.territory.contains(found.region_code):
        raise Problem(Code.NOT_FOUND)
    return found


class ByRun(NamedTuple):
    """Behind what a page of statements begins."""

    run_id: UUID
    place: int

    def pack(self) -> bytes:
        """For a cursor."""
        return self.run_id.bytes + self.place.to_bytes(4)

    @classmethod
    def unpack(cls, packed: bytes) -> Self:
        """What `pack` made."""
        return cls(UUID(bytes=packed[:16]), int.from_bytes(packed[16:]))


# Enumerators see their own statements and coordinators those of whom they led, wherever that was.
_SEEN = {
    Role.ENUMERATOR: "statement.enumerator_id = $1",
    Role.COORDINATOR: "statement.coordinator_id = $1",
}
_INSIDE = "$1::uuid IS NOT NULL AND statement.region_code >= $2 AND statement.region_code < $3"
_OWN = "{} AND $2::text <= $3::text"


def _seen(principal: Principal) -> str:
    own = _SEEN.get(principal.role)
    return _INSIDE if own is None else _OWN.format(own)


async def list_statements(
    pg: asyncpg.Connection, principal: Principal, wanted: HonourStatementFilters, *, limit: int, after: ByRun | None
) -> list[StatementRow]:
    """Statements that the principal may see, those of the newest run first, by their places, from after one.

    Raises:
        Problem: `not_found` for a region that is none or lies outside; `unknown_campaign`.
    """
    where = _seen(principal)
    if wanted.region is not None:
        where += " AND statement.region_code >= $2 AND statement.region_code < $3"
    campaign_id = await campaign_id_asked(pg, wanted.campaign)
    return await read(
        pg,
        StatementRow,
        f"{_STATEMENTS} WHERE {where} AND ($4::int IS NULL OR statement.campaign_id = $4)"
        " AND ($5::date IS NULL OR run.month = $5)"
        " AND ($6::text IS NULL OR statement.enumerator_id IN (SELECT id FROM account WHERE username = $6))"
        " AND ($7::uuid IS NULL OR statement.run_id = $7)"
        " AND ($8::uuid IS NULL OR statement.run_id <= $8 AND (statement.run_id < $8 OR statement.place > $9))"
        " ORDER BY statement.run_id DESC, statement.place LIMIT $10",
        principal.account_id,
        *principal.territory.narrowed_to(wanted.region).span,
        *(campaign_id, wanted.month, wanted.enumerator, wanted.run, *(after or (None, None)), limit),
    )


async def statement_seen(pg: asyncpg.Connection, principal: Principal, statement_id: UUID) -> StatementRow:
    """A statement that the principal may see.

    Raises:
        Problem: `not_found`.
    """
    where = f"{_seen(principal)} AND statement.id = $4"
    span = principal.territory.span
    found = await read_one(pg, StatementRow, f"{_STATEMENTS} WHERE {where}", principal.account_id, *span, statement_id)
    if found is None:
        raise Problem(Code.NOT_FOUND)
    return found


_LINES = """
SELECT line.statement_id, line.month, line.is_correction, line.entered, line.verified, line.rate, line.cap,
       line.counts, line.decree, line.records, line.elsewhere, line.due, line.records_before, line.before, line.amount
FROM honour_line AS line WHERE line.statement_id = ANY($1) ORDER BY line.statement_id, line.month
"""


async def details_of(pg: asyncpg.Connection, rows: list[StatementRow]) -> list[HonourStatementDetail]:
    """Statements with their months."""
    kept: dict[UUID, list[HonourLineOut]] = {row.id: [] for row in rows}
    for each in await pg.fetch(_LINES, list(kept)):
        fields = dict(each)
        id_ = fields.pop("statement_id")
        kept[id_].append(HonourLineOut.model_validate(fields))
    return [
        HonourStatementDetail.model_validate(
            row.out().model_dump() | {"words": in_words(row.payable), "lines": kept[row.id]}
        )
        for row in rows
    ]


async def whole_run(pg: asyncpg.Connection, run: RunRow) -> list[HonourStatementDetail]:
    """All statements of a run with their months, by their place in it."""
    rows = await read(pg, StatementRow, f"{_STATEMENTS} WHERE run.id = $1 ORDER BY statement.place", run.id)
    return await details_of(pg, rows)


_OWN_MONTHS = """
SELECT date_trunc('month', {basis}_on)::date, sum(entered)::int, sum(verified)::int
FROM progress_cell WHERE campaign_id = $1 AND enumerator_id = $2 GROUP BY 1
"""
_BASES = {basis: _OWN_MONTHS.format(basis=basis) for basis in ("received", "captured")}
_OWN_BASIS = """
SELECT cutoff.basis FROM honour_statement AS statement JOIN honour_run AS run ON run.id = statement.run_id
JOIN cutoff ON cutoff.id = run.cutoff_id
WHERE statement.campaign_id = $1 AND statement.enumerator_id = $2 ORDER BY statement.id DESC LIMIT 1
"""
_OWN_STATED = """
SELECT line.month, sum(line.records - line.records_before)::int, sum(line.amount)::bigint
FROM honour_statement AS statement JOIN honour_line AS line ON line.statement_id = statement.id
WHERE statement.campaign_id = $1 AND statement.enumerator_id = $2 GROUP BY 1
"""
_OWN_PAID = """
SELECT coalesce(sum(payable), 0)::bigint FROM honour_statement WHERE campaign_id = $1 AND enumerator_id = $2
"""


async def own_months(
    pg: asyncpg.Connection, campaign_id: int, enumerator_id: UUID, today: date
) -> tuple[list[Line], int]:
    """What an enumerator's work is worth by the rule on live figures, month by month, in all regions; and what
    statements paid.
    """
    basis = await pg.fetchval(_OWN_BASIS, campaign_id, enumerator_id) or "received"
    asked = (campaign_id, enumerator_id)
    figures = {row[0]: Figures(row[1], row[2]) for row in await pg.fetch(_BASES[basis], *asked)}
    before = {row[0]: Stated(row[1], row[2]) for row in await pg.fetch(_OWN_STATED, *asked)}
    made = lines(await rules_of(pg, campaign_id), today, figures, before, {})
    paid: int = await pg.fetchval(_OWN_PAID, *asked)
    return [line for line in made if line.figures != NOTHING or line.before != NEVER], paid
