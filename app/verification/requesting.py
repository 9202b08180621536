"""Making a request: which numbers are asked about, each under a random reference.

Businesses are walked in the order of lists, some thousand at a time, in one transaction; nothing is locked, since an
item keeps the pair that it asks about. Numbers stay sealed: they are opened only when the file is fetched (`lines.py`).
"""

import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import asyncpg
import orjson

from app.accounts.permissions import Principal, Territory
from app.audit import trail
from app.audit.actions import Action
from app.campaigns.asked import campaign_asked
from app.core.ids import new_id
from app.core.problems import Code, FieldError, Problem, Text
from app.core.rows import Row, copy_rows, read
from app.register.filters import Where, within
from app.register.models import HAS_STATE
from app.verification.models import VerificationItem, VerificationRequest
from app.verification.schemas import RequestIn
from app.verification.standing import HOLDER, WITH_ANSWERS, Holder
from app.verification.states import UNVERIFIED, Kind, Pair, fingerprint

CHUNK = 2_000
WAITS = timedelta(days=30)
"""How long a number that was asked about counts as waiting for its answer."""

_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no letter that is read as another
_LENGTH = 15
_NOTHING = Text("Tidak ada nomor yang cocok untuk ditanyakan.", "There is no number to be asked about.")
_REUSED = Text("Nomor ini milik permintaan lain.", "This id is another request's.")
_WAITING = """
SELECT business_id FROM verification_item
WHERE business_id = ANY($1) AND kind = $2 AND source = $3 AND answer IS NULL AND asked_at > $4
"""


class _Found(Holder):
    """A business in the order of lists."""

    region_code: str


class RequestRow(Row, table=VerificationRequest):
    """A request as it is stored; `headings` is JSON text."""

    id: UUID
    kind: str
    source: str
    via: str
    region_code: str
    campaign_id: int | None
    states: list[str]
    older_than: date | None
    headings: str
    reason: str
    asked: int
    made_by: UUID
    made_at: datetime


class _ItemRow(Row, table=VerificationItem):
    """A number that is asked about."""

    reference: str
    request_id: UUID
    business_id: UUID
    kind: str
    number_digest: bytes
    name_digest: bytes
    source: str
    asked_at: datetime


class Asking(NamedTuple):
    """Who asks, when, and why."""

    principal: Principal
    now: datetime
    reason: str
    trace_id: str | None


async def make_request(pg: asyncpg.Connection, asking: Asking, asked: RequestIn) -> UUID:
    """Make a request; gives its id. Idempotent by the id that the client made.

    Raises:
        Problem: `not_found` for a region outside the territory, `unknown_campaign`, `invalid_fields` where there is
            nothing to ask; `id_taken` where the id is another request's.
    """
    territory = asking.principal.territory.narrowed_to(asked.region)
    campaign = None if asked.campaign is None else await campaign_asked(pg, asked.campaign)
    id_ = asked.id or new_id()
    if asked.id is not None and await _is_made(pg, asking, asked, territory):
        return asked.id
    row = RequestRow(
        id=id_,
        kind=asked.kind,
        source=asked.source,
        via=asked.via,
        region_code=territory.region_code,
        campaign_id=None if campaign is None else campaign.id,
        states=list(asked.states),
        older_than=asked.older_than,
        headings=orjson.dumps([each.model_dump() for each in asked.file_columns]).decode(),
        reason=asking.reason,
        asked=0,
        made_by=asking.principal.account_id,
        made_at=asking.now,
    )
    count = await _ask(pg, row, asked, territory)
    if not count:
        raise Problem(Code.INVALID_FIELDS, errors=(FieldError("/body/states", "nothing_to_ask", _NOTHING),))
    await copy_rows(pg, [row.but(asked=count)])
    detail = {"kind": asked.kind, "source": asked.source, "via": asked.via, "count": count, "reason": asking.reason}
    subjects = [("verification", str(id_), {**detail, "region": territory.region_code})]
    await trail.record_many(
        pg,
        Action.VERIFICATION_REQUESTED,
        actor_id=asking.principal.account_id,
        subjects=subjects,
        trace_id=asking.trace_id,
    )
    return id_


async def _is_made(pg: asyncpg.Connection, asking: Asking, asked: RequestIn, territory: Territory) -> bool:
    await pg.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"verification {asked.id}")
    row = await pg.fetchrow(
        "SELECT kind, source, via, region_code, made_by FROM verification_request WHERE id = $1", asked.id
    )
    if row is None:
        return False
    said = asked.kind, asked.source, asked.via, territory.region_code, asking.principal.account_id
    if tuple(row) != said:
        raise Problem(Code.INVALID_FIELDS, errors=(FieldError("/body/id", "id_reused", _REUSED),))
    return True


async def _ask(pg: asyncpg.Connection, row: RequestRow, asked: RequestIn, territory: Territory) -> int:
    await pg.execute("SET LOCAL plan_cache_mode = force_custom_plan")
    count, after = 0, ("", UUID(int=0))
    since = row.made_at - WAITS
    while count < asked.limit:
        found = await _next(pg, asked, row.campaign_id, territory, after)
        if not found:
            return count
        after = found[-1].region_code, found[-1].id
        waiting: set[UUID] = set()
        if not asked.again:
            ids = [each.id for each in found]
            waiting = {each[0] for each in await pg.fetch(_WAITING, ids, asked.kind, asked.source, since)}
        wanted = [
            (each.id, pair)
            for each in found
            if each.id not in waiting and (pair := each.pairs.get(asked.kind)) is not None
        ][: asked.limit - count]
        await copy_rows(pg, _items(row, wanted))
        count += len(wanted)
    return count


async def _next(
    pg: asyncpg.Connection, asked: RequestIn, campaign_id: int | None, territory: Territory, after: tuple[str, UUID]
) -> list[_Found]:
    where = Where()
    within(where, territory)
    where.add("(business.region_code, business.id) > ({}, {}::uuid)", *after)
    if campaign_id is not None:
        where.add("{}::smallint = ANY(business.campaign_ids)", campaign_id)
    where.conditions += [f"business.{asked.kind}_digest IS NOT NULL", _in_states(asked.kind, asked.states)]
    if asked.older_than is not None:
        on = f"business.verification->'{asked.kind}'->>'on'"
        where.add(f"({on} IS NULL OR {on} < {{}})", asked.older_than.isoformat())
    (limit,) = where.also(CHUNK)
    page = f"SELECT * FROM business WHERE {where} ORDER BY region_code, id LIMIT {limit}"
    return await read(
        pg,
        _Found,
        f"SELECT {HOLDER}, business.region_code FROM ({page}) AS business {WITH_ANSWERS}"
        " ORDER BY business.region_code, business.id",
        *where.parameters,
    )


def _in_states(kind: Kind, states: Sequence[str]) -> str:
    """The condition that a number is in one of these states."""
    state = f"business.verification->'{kind}'->>'state'"
    answered = ", ".join(f"'{each}'" for each in states if each != UNVERIFIED)
    ways = [f"{state} IN ({answered})"] if answered else []
    if UNVERIFIED in states:
        ways.append(f"{state} IS NULL")
    elif len(set(states)) == 1 and states[0] in ("mismatch", "not_found"):
        return f"business.verification @? '{HAS_STATE[states[0]]}' AND {ways[0]}"
    else:
        return f"business.verification IS NOT NULL AND {ways[0]}"
    return f"({' OR '.join(ways)})"


def _items(row: RequestRow, wanted: Sequence[tuple[UUID, Pair]]) -> list[_ItemRow]:
    return [
        _ItemRow(
            reference=new_reference(),
            request_id=row.id,
            business_id=id_,
            kind=row.kind,
            number_digest=pair.number,
            name_digest=fingerprint(pair.name, row.id.bytes),
            source=row.source,
            asked_at=row.made_at,
        )
        for id_, pair in wanted
    ]


def new_reference() -> str:
    """75 random bits as 16 letters and digits. It begins with a letter, so that no spreadsheet makes a number of it."""
    number = secrets.randbits(5 * _LENGTH)
    return "V" + "".join(_SIGNS[(number >> (5 * at)) & 31] for at in range(_LENGTH))


async def note_fetched(pg: asyncpg.Connection, request_id: UUID, now: datetime) -> None:
    """Note that the file of a request was fetched. Idempotent by nature."""
    await pg.execute("UPDATE verification_request SET fetched_at = $2 WHERE id = $1", request_id, now)
