"""Makes the statements of a region for a month from a cut-off, all or none; they are never changed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple, NoReturn
from uuid import UUID

import asyncpg

from app.accounts.permissions import Principal
from app.audit import trail
from app.audit.actions import Action
from app.core.ids import new_id
from app.core.problems import Code, FieldError, Problem, Text
from app.core.rows import Row, copy_rows
from app.cutoffs.queries import CutoffRow, cutoff_of
from app.honour.models import HonourLine, HonourRun, HonourStatement
from app.honour.queries import SumsRow
from app.honour.rules import Figures, Line, Rule, Stated, balance, first_of_month, lines
from app.honour.schemas import HonourRunIn
from app.honour.setting import lock, rules_of
from app.regions.region_code import ancestry, span_of

MOST_PEOPLE = 2_000
"""Enumerators of one run: its list is set in one piece."""

REFUSED: Mapping[str, tuple[str, Text]] = {
    "unknown_cutoff": ("/body/cutoff", Text("Rilis tidak ditemukan.", "There is no such cut-off.")),
    "cutoff_of_other_region": (
        "/body/region",
        Text("Rilis itu dari wilayah lain.", "That cut-off is of another region."),
    ),
    "cutoff_of_other_campaign": (
        "/body/campaign",
        Text("Rilis itu dari kegiatan lain.", "That cut-off is of another campaign."),
    ),
    "month_not_begun": (
        "/body/month",
        Text("Bulan itu belum mulai pada tanggal rilis.", "That month had not begun on the cut-off's day."),
    ),
    "no_rule": (
        "/body/month",
        Text("Belum ada aturan honor untuk bulan itu.", "No rule says what is paid in that month."),
    ),
    "later_month_stated": (
        "/body/month",
        Text(
            "Bulan sesudahnya sudah dibuatkan daftar; koreksinya masuk daftar bulan itu atau sesudahnya.",
            "A later month was stated already; corrections are on statements of that month or later.",
        ),
    ),
    "older_cutoff": (
        "/body/cutoff",
        Text(
            "Rilis itu lebih lama daripada rilis yang terakhir dibayar.",
            "That cut-off is older than the last one that was paid.",
        ),
    ),
    "other_basis": (
        "/body/cutoff",
        Text(
            "Rilis itu dihitung menurut hari yang lain daripada rilis yang sudah dibayar.",
            "That cut-off counts by another day (of receipt or capture) than the ones that were paid.",
        ),
    ),
    "stated_by_wider_region": (
        "/body/region",
        Text(
            "Wilayah di atasnya sudah dibuatkan daftar; lanjutkan dengan wilayah itu.",
            "A region above it was stated already; go on with that one.",
        ),
    ),
    "too_many_people": (
        "/body/region",
        Text(
            f"Lebih dari {MOST_PEOPLE} enumerator; pilih wilayah yang lebih kecil.",
            f"More than {MOST_PEOPLE} enumerators; choose smaller regions.",
        ),
    ),
}


class Making(NamedTuple):
    """Who makes the statements, and when."""

    principal: Principal
    now: datetime
    trace_id: str | None


class Made(NamedTuple):
    """A run, and whether it is new."""

    id: UUID
    is_new: bool


class _RunRow(SumsRow, table=HonourRun):
    id: UUID
    campaign_id: int
    region_code: str
    number: int
    month: date
    cutoff_id: UUID
    as_of: date
    made_by: UUID
    made_at: datetime
    people: int


class _StatementRow(SumsRow, table=HonourStatement):
    id: UUID
    run_id: UUID
    place: int
    campaign_id: int
    region_code: str
    enumerator_id: UUID
    username: str
    name: str
    coordinator_id: UUID | None
    coordinator_name: str | None


class _LineRow(Row, table=HonourLine):
    statement_id: UUID
    month: date
    is_correction: bool
    entered: int
    verified: int
    rate: int | None
    cap: int | None
    counts: str | None
    decree: str | None
    records: int
    elsewhere: int
    due: int
    records_before: int
    before: int
    amount: int


async def make_statements(pg: asyncpg.Connection, who: Making, asked: HonourRunIn) -> Made:
    """Make the statements of a month from a cut-off, in the caller's transaction. Idempotent by both: who asks
    again gets the same run, also when rules changed since.

    Raises:
        Problem: `invalid_fields`, with one of the codes of `REFUSED`.
    """
    cutoff = await cutoff_of(pg, asked.cutoff)
    if cutoff is None or not who.principal.territory.contains(cutoff.region_code):
        _refuse("unknown_cutoff")
    if asked.region != cutoff.region_code:
        _refuse("cutoff_of_other_region")
    if asked.campaign not in (None, cutoff.campaign):
        _refuse("cutoff_of_other_campaign")
    await lock(pg, cutoff.campaign_id)  # from here on all earlier statements are seen, and none comes between
    known = await pg.fetchval("SELECT id FROM honour_run WHERE cutoff_id = $1 AND month = $2", cutoff.id, asked.month)
    if known is not None:
        return Made(known, is_new=False)
    rules = await rules_of(pg, cutoff.campaign_id)
    if first_of_month(cutoff.as_of) < asked.month:
        _refuse("month_not_begun")
    if not any(rule.valid_from <= asked.month for rule in rules):
        _refuse("no_rule")
    await _refuse_out_of_order(pg, cutoff, asked.month)
    return Made(await _make(pg, who, cutoff, asked.month, rules), is_new=True)


def _refuse(code: str) -> NoReturn:
    pointer, text = REFUSED[code]
    raise Problem(Code.INVALID_FIELDS, errors=(FieldError(pointer, code, text),))


_ORDER = """
SELECT run.region_code, run.month, run.as_of, cutoff.published_at, cutoff.basis
FROM honour_run AS run JOIN cutoff ON cutoff.id = run.cutoff_id
WHERE run.campaign_id = $1 AND (run.region_code = ANY($2) OR run.region_code >= $3 AND run.region_code < $4)
"""


async def _refuse_out_of_order(pg: asyncpg.Connection, cutoff: CutoffRow, month: date) -> None:
    """Each statement goes on from the one before: with the same or a later month, by a newer cut-off, of a region that
    has all of what was stated.
    """
    above = ancestry(cutoff.region_code)[:-1]
    for region, stated, as_of, published_at, basis in await pg.fetch(
        _ORDER, cutoff.campaign_id, above, *span_of(cutoff.region_code)
    ):
        if region in above:
            _refuse("stated_by_wider_region")
        if (as_of, published_at) > (cutoff.as_of, cutoff.published_at):
            _refuse("older_cutoff")
        if stated > month:
            _refuse("later_month_stated")
        if basis != cutoff.basis:
            _refuse("other_basis")


_FIGURES = "SELECT enumerator_id, month, entered, verified FROM cutoff_month WHERE cutoff_id = $1 AND month <= $2"
_PAID = """
SELECT enumerator_id, sum(amount)::bigint, sum(payable)::bigint FROM honour_statement
WHERE campaign_id = $1 AND region_code >= $2 AND region_code < $3 GROUP BY enumerator_id
"""
_STATED = """
SELECT statement.enumerator_id, line.month, statement.region_code >= $2 AND statement.region_code < $3 AS inside,
       sum(line.records - line.records_before)::int, sum(line.amount)::bigint
FROM honour_statement AS statement JOIN honour_line AS line ON line.statement_id = statement.id
WHERE statement.campaign_id = $1 AND statement.enumerator_id = ANY($4) GROUP BY 1, 2, 3
"""
_PEOPLE = """
SELECT account.id, coalesce(one.username, account.username) AS username, coalesce(one.name, account.name) AS name,
       one.coordinator_id, one.coordinator_name
FROM account LEFT JOIN cutoff_enumerator AS one ON one.cutoff_id = $1 AND one.enumerator_id = account.id
WHERE account.id = ANY($2) ORDER BY 3, 2
"""


async def _make(pg: asyncpg.Connection, who: Making, cutoff: CutoffRow, month: date, rules: list[Rule]) -> UUID:
    span = span_of(cutoff.region_code)
    figures: defaultdict[UUID, dict[date, Figures]] = defaultdict(dict)
    for id_, each, entered, verified in await pg.fetch(_FIGURES, cutoff.id, month):
        figures[id_][each] = Figures(entered, verified)
    paid = {row[0]: (row[1], row[2]) for row in await pg.fetch(_PAID, cutoff.campaign_id, *span)}
    people = {*figures, *paid}
    if len(people) > MOST_PEOPLE:
        _refuse("too_many_people")
    before: defaultdict[UUID, dict[date, Stated]] = defaultdict(dict)
    elsewhere: defaultdict[UUID, dict[date, int]] = defaultdict(dict)
    for id_, each, inside, records, amount in await pg.fetch(_STATED, cutoff.campaign_id, *span, list(people)):
        if inside:
            before[id_][each] = Stated(records, amount)
        else:
            elsewhere[id_][each] = records
    run_id = new_id()
    statements: list[_StatementRow] = []
    rows: list[_LineRow] = []
    for id_, *named in await pg.fetch(_PEOPLE, cutoff.id, list(people)):
        made = lines(rules, month, figures[id_], before[id_], elsewhere[id_])
        sums = balance(made, *paid.get(id_, (0, 0)))
        if not any(sums) and not any(any(line.figures) or line.records for line in made):
            continue
        statement_id = new_id()
        username, name, coordinator_id, coordinator_name = named
        statements.append(
            _StatementRow(
                id=statement_id,
                run_id=run_id,
                place=len(statements) + 1,
                campaign_id=cutoff.campaign_id,
                region_code=cutoff.region_code,
                enumerator_id=id_,
                username=username,
                name=name,
                coordinator_id=coordinator_id,
                coordinator_name=coordinator_name,
                records=sum(line.records - line.before.records for line in made),
                **sums._asdict(),
            )
        )
        rows += (_line_row(statement_id, line) for line in made)
    await _keep(pg, who, cutoff, month, run_id, statements, rows)
    return run_id


async def _keep(
    pg: asyncpg.Connection,
    who: Making,
    cutoff: CutoffRow,
    month: date,
    run_id: UUID,
    statements: list[_StatementRow],
    rows: Iterable[_LineRow],
) -> None:
    number: int = await pg.fetchval(
        "SELECT coalesce(max(number), 0) + 1 FROM honour_run WHERE campaign_id = $1", cutoff.campaign_id
    )
    sums: dict[str, Any] = {name: sum(getattr(each, name) for each in statements) for name in SumsRow.columns}
    run = _RunRow(
        id=run_id,
        campaign_id=cutoff.campaign_id,
        region_code=cutoff.region_code,
        number=number,
        month=month,
        cutoff_id=cutoff.id,
        as_of=cutoff.as_of,
        made_by=who.principal.account_id,
        made_at=who.now,
        people=len(statements),
        **sums,
    )
    await copy_rows(pg, [run])
    await copy_rows(pg, statements)
    await copy_rows(pg, rows)
    await trail.record(
        pg,
        Action.HONOUR_STATED,
        actor_id=who.principal.account_id,
        subject=("honour_run", str(run_id)),
        occurred_at=who.now,
        detail={
            "campaign": cutoff.campaign,
            "region": cutoff.region_code,
            "month": month.isoformat(),
            "cutoff": str(cutoff.id),
            "people": len(statements),
            "payable": sums["payable"],
        },
        trace_id=who.trace_id,
    )


def _line_row(statement_id: UUID, line: Line) -> _LineRow:
    rule = line.rule
    return _LineRow(
        statement_id=statement_id,
        month=line.month,
        is_correction=line.is_correction,
        entered=line.figures.entered,
        verified=line.figures.verified,
        rate=rule and rule.rate,
        cap=rule and rule.cap,
        counts=rule and rule.counts,
        decree=rule and rule.decree,
        records=line.records,
        elsewhere=line.elsewhere,
        due=line.due,
        records_before=line.before.records,
        before=line.before.amount,
        amount=line.amount,
    )
