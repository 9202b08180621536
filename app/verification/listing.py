"""Requests and how far they are answered; how many numbers of a region are in which state."""

from typing import Any
from uuid import UUID

import asyncpg
import orjson

from app.accounts.permissions import Territory
from app.accounts.queries import names_of
from app.campaigns.asked import campaign_asked
from app.campaigns.queries import campaign_codes
from app.core.problems import Code, Problem
from app.regions.queries import region_names
from app.regions.region_code import NATION, width_below
from app.register.filters import Where, within
from app.verification.schemas import KindStates, KindSummary, RegionStates, RequestOut, VerificationSummary
from app.verification.states import ANSWERS, KINDS, UNVERIFIED
from app.workforce.reach import Reach

_COLUMNS = (
    "id, kind, source, via, region_code, campaign_id, states, older_than, headings::text, reason, asked, made_by,"
    " made_at, fetched_at, tried_at, fault, forgotten_at, counts::text"
)
_COUNTED = f"""
SELECT request_id, count(*) FILTER (WHERE answer IS NOT NULL) AS answered,
       {", ".join(f"count(*) FILTER (WHERE answer = '{each}') AS {each}" for each in ANSWERS)},
       count(*) FILTER (WHERE outdated) AS outdated,
       count(*) FILTER (WHERE answer IS NOT NULL AND applied_at IS NULL) AS waiting
FROM verification_item WHERE request_id = ANY($1) GROUP BY request_id
"""
_FIGURES = ("answered", *ANSWERS, "outdated", "waiting")
_NONE = dict.fromkeys(_FIGURES, 0)


async def list_requests(
    pg: asyncpg.Connection, territory: Territory, *, limit: int, before: UUID | None
) -> list[RequestOut]:
    """The newest requests of the territory, behind one."""
    rows = await pg.fetch(
        f"SELECT {_COLUMNS} FROM verification_request"
        " WHERE ($1 = '' OR region_code >= $1 AND region_code < $2) AND ($3::uuid IS NULL OR id < $3)"
        " ORDER BY id DESC LIMIT $4",
        *territory.span,
        before,
        limit,
    )
    return await _shown(pg, rows)


async def read_request(pg: asyncpg.Connection, territory: Territory, request_id: UUID) -> RequestOut:
    """One request.

    Raises:
        Problem: `not_found`, also outside the territory.
    """
    rows = await pg.fetch(f"SELECT {_COLUMNS} FROM verification_request WHERE id = $1", request_id)
    if not rows or not territory.contains(rows[0]["region_code"]):
        raise Problem(Code.NOT_FOUND)
    (found,) = await _shown(pg, rows)
    return found


async def _shown(pg: asyncpg.Connection, rows: list[asyncpg.Record]) -> list[RequestOut]:
    counted = {row["request_id"]: dict(row) for row in await pg.fetch(_COUNTED, [row["id"] for row in rows])}
    people = await names_of(pg, [row["made_by"] for row in rows])
    places = await region_names(pg, {row["region_code"] for row in rows})
    campaigns = await campaign_codes(pg)
    return [_as_out(row, counted.get(row["id"], _NONE), people, places, campaigns) for row in rows]


def _as_out(
    row: asyncpg.Record,
    counted: dict[str, Any],
    people: dict[UUID, Any],
    places: dict[str, str],
    campaigns: dict[int, str],
) -> RequestOut:
    fields = dict(row)
    campaign_id, by, forgotten = fields.pop("campaign_id"), fields.pop("made_by"), fields.pop("forgotten_at")
    kept = fields.pop("counts")
    figures = {name: counted[name] for name in _FIGURES} if kept is None else orjson.loads(kept)
    done = figures["answered"] >= row["asked"]
    return RequestOut.model_validate(
        fields
        | figures
        | {
            "region_name": place_name(places, row["region_code"]),
            "campaign": None if campaign_id is None else campaigns[campaign_id],
            "columns": orjson.loads(fields.pop("headings")),
            "made_by": people[by].username if by in people else "server",
            "state": "forgotten" if forgotten is not None else "answered" if done else "open",
        }
    )


def place_name(places: dict[str, str], code: str) -> str:
    """The name of a region as people read it; of the nation its own."""
    return "Indonesia" if code == NATION else places.get(code, code)


def _sums() -> str:
    """Of each kind, how many numbers there are, and of these in which state, in one walk."""
    parts = []
    for kind in KINDS:
        parts.append(f"count({kind}_digest) AS {kind}_total")
        state = f"verification->'{kind}'->>'state'"
        parts += [f"count(*) FILTER (WHERE {state} = '{each}') AS {kind}_{each}" for each in ANSWERS]
    return ", ".join(parts)


def _states(kind: str, row: asyncpg.Record) -> dict[str, Any]:
    """The states of a kind of number, as `_sums` counted them."""
    total: int = row[f"{kind}_total"]
    by: dict[str, int] = {each: row[f"{kind}_{each}"] for each in ANSWERS}
    return {"kind": kind, "total": total, UNVERIFIED: total - sum(by.values()), **by}


async def summarise(
    pg: asyncpg.Connection,
    reach: Reach,
    campaign: str | None,
    verifier: str | None,
    *,
    below: bool = False,
) -> VerificationSummary:
    """The states of the numbers within reach; with `below` also of each region right below. What is asked of agencies
    is the territory's: a team has none of its own.

    Raises:
        Problem: `unknown_campaign`.
    """
    territory, where = reach.territory, Where()
    within(where, territory)
    if reach.only is not None:
        where.add("business.enumerator_id = ANY({}::uuid[])", list(reach.only))
    if campaign is not None:
        where.add("{}::smallint = ANY(business.campaign_ids)", (await campaign_asked(pg, campaign)).id)
    await pg.execute("SET LOCAL plan_cache_mode = force_custom_plan")
    row = await pg.fetchrow(f"SELECT {_sums()} FROM business WHERE {where}", *where.parameters)
    asked = {} if reach.only is not None else await _asked(pg, territory)
    assert row is not None  # noqa: S101  (sums are always one row)
    items = [KindSummary.model_validate({"asked": asked.get(kind, 0), **_states(kind, row)}) for kind in KINDS]
    parts = await _below(pg, territory.region_code, where) if below else []
    places = await region_names(pg, {territory.region_code})
    return VerificationSummary(
        region_code=territory.region_code,
        region_name=place_name(places, territory.region_code),
        campaign=campaign,
        verifier=verifier,
        items=items,
        below=parts,
    )


async def _below(pg: asyncpg.Connection, code: str, where: Where) -> list[RegionStates]:
    """The same rows by the regions right below, in the order of their codes, in one walk."""
    width = width_below(code)
    if width is None:
        return []
    rows = await pg.fetch(
        f"SELECT left(business.region_code, {width}) AS code, {_sums()} FROM business WHERE {where}"
        f" AND length(business.region_code) >= {width} GROUP BY 1 ORDER BY 1",
        *where.parameters,
    )
    places = await region_names(pg, {row["code"] for row in rows})
    return [
        RegionStates(
            region_code=row["code"],
            region_name=place_name(places, row["code"]),
            items=[KindStates.model_validate(_states(kind, row)) for kind in KINDS],
        )
        for row in rows
    ]


async def _asked(pg: asyncpg.Connection, territory: Territory) -> dict[str, int]:
    """How many numbers of each kind wait for their agency."""
    open_ = await pg.fetch(
        "SELECT kind, sum(asked)::bigint AS asked, array_agg(id) AS ids FROM verification_request"
        " WHERE ($1 = '' OR region_code >= $1 AND region_code < $2) AND forgotten_at IS NULL GROUP BY kind",
        *territory.span,
    )
    answered = await _answered(pg, [id_ for each in open_ for id_ in each["ids"]])
    return {each["kind"]: each["asked"] - answered.get(each["kind"], 0) for each in open_}


async def _answered(pg: asyncpg.Connection, ids: list[UUID]) -> dict[str, int]:
    rows = await pg.fetch(
        "SELECT kind, count(*) FROM verification_item WHERE request_id = ANY($1) AND answer IS NOT NULL GROUP BY kind",
        ids,
    )
    return {row[0]: row[1] for row in rows}
