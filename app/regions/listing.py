"""Lists and searches of regions for people at desks: those below a region, or those whose names have some words."""

import re
from typing import Any

import asyncpg

from app.core.problems import Code, Problem
from app.core.word_search import WORDS_OF_NAME, inside, words_asked
from app.regions.region_code import NATION, ancestry, span_of
from app.regions.schemas import FoundRegion, NamedRegion, RegionFilters, RegionsFound

_CODE = re.compile(r"[0-9]{1,2}[0-9.]{0,16}")
_SHOWN = "code, name, level, bps_code"


async def list_regions(pg: asyncpg.Connection, top: str, filters: RegionFilters) -> RegionsFound:
    """The regions in a region (`top`) that are asked for.

    Of regions with the words the highest come first, then they go by name; others go by code. Retired regions are in
    no list.

    Raises:
        Problem: `not_found` where `top` is no region today.
    """
    where, parameters = _searched(filters, top) if filters.q else (["parent_code = $1"], [top])
    order = "code" if not filters.q or _is_code(filters.q) else "length(code), name, code"
    found = await pg.fetch(
        f"SELECT {_SHOWN} FROM region WHERE retired_on IS NULL AND {' AND '.join(where)}"
        f" ORDER BY {order} LIMIT {filters.limit + 1}",
        *parameters,
    )
    shown = found[: filters.limit]
    codes = {above for row in shown for above in ancestry(row["code"])} | set(ancestry(top))
    rows = await pg.fetch(f"SELECT {_SHOWN}, retired_on FROM region WHERE code = ANY($1)", list(codes))
    known = {row["code"]: row for row in rows}
    if top not in known or known[top]["retired_on"] is not None:
        raise Problem(Code.NOT_FOUND)
    items = [_listed(row["code"], known) for row in shown]
    return RegionsFound(parent=_listed(top, known), items=items, more=len(found) > len(shown))


def _searched(filters: RegionFilters, top: str) -> tuple[list[str], list[Any]]:
    """What the code and the words of `q` ask for, within a region. `parent` itself is not below it."""
    asked = filters.q or ""
    where = ["code <> $1"]
    parameters: list[Any] = [NATION if filters.parent is None else top]
    if top != NATION:  # a span of everything would keep a prepared statement away from the index of words
        where.append("code >= $2 AND code < $3")
        parameters += span_of(top)
    if _is_code(asked):
        return [*where, _between(len(parameters))], [*parameters, asked, asked + "~"]
    patterns = [inside(word) for word in words_asked(asked)]
    telling = [each for each in patterns if each is not None]
    places = range(len(parameters) + 1, len(parameters) + 1 + len(telling))
    words = [f"{WORDS_OF_NAME} LIKE ${at}" for at in places]
    return [*where, *(words or ["false"])], [*parameters, *telling]


def _between(taken: int) -> str:
    return f"code >= ${taken + 1} AND code < ${taken + 2}"


def _is_code(text: str) -> bool:
    return _CODE.fullmatch(text) is not None


def _listed(code: str, known: dict[str, asyncpg.Record]) -> FoundRegion:
    above = [NamedRegion(**dict(known[each])) for each in reversed(ancestry(code)[1:-1])]
    return FoundRegion(**dict(known[code]), within=above)
