"""What differs between two cut-offs of a region: by region, by enumerator, and by what people decided between them."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from app.accounts.permissions import Territory
from app.core.problems import Code, FieldError, Problem, Text
from app.core.rows import Row, read
from app.cutoffs.queries import CutoffRow, cutoff_within, enumerators_of, region_of, regions_below
from app.cutoffs.schemas import ChangeOut
from app.progress.models import RESULTS, SUBMITTED
from app.regions.region_code import span_of
from app.register.verdicts import CountedAs

COMPARED = (*SUBMITTED, "verified", "returned", "doors", *RESULTS)
"""The counters whose differences are shown."""

_NOT_COMPARABLE = Text(
    "Kedua rilis harus tentang wilayah, pendataan, dan dasar hitung yang sama.",
    "Both cut-offs must be of the same region, campaign and basis.",
)
_DECIDED: Mapping[str, Text] = {
    "entered": Text("menjadi masuk karena keputusan", "came to count as entered by a decision"),
    "duplicates": Text("menjadi duplikat karena keputusan (digabung)", "came to count as duplicates (merged)"),
    "conflicts": Text("menjadi bertentangan lagi", "count as conflicts again"),
    "invalid": Text("menjadi tidak sah", "came to count as invalid"),
}
_OTHERWISE = Text("dihitung sebagai kunjungan", "came to count as visits")

# $1 campaign, $2 and $3 the days after the first and up to the second, $4 and $5 the span.
_MOVED = """
SELECT counted_as, count(*)::int AS records FROM counted_move
WHERE campaign_id = $1 AND moved_on > $2 AND moved_on <= $3 AND region_code >= $4 AND region_code < $5
GROUP BY counted_as ORDER BY counted_as
"""


class _Moved(Row):
    """How many records came to count as something because a person decided so."""

    counted_as: str
    records: int


class Pair(NamedTuple):
    """Two cut-offs that can be compared: the earlier one, by its day, is `before`."""

    before: CutoffRow
    after: CutoffRow


async def pair_of(pg: asyncpg.Connection, one_id: UUID, other_id: UUID, territory: Territory) -> Pair:
    """Both, in their order.

    Raises:
        Problem: `not_found`; `invalid_fields` (`not_comparable`) where they are not about the same.
    """
    one = await cutoff_within(pg, one_id, territory)
    other = await cutoff_within(pg, other_id, territory)
    about = [(each.region_code, each.campaign_id, each.basis) for each in (one, other)]
    if about[0] != about[1]:
        raise Problem(Code.INVALID_FIELDS, errors=(FieldError("/query/with", "not_comparable", _NOT_COMPARABLE),))
    before, after = sorted((other, one), key=lambda each: (each.as_of, each.published_at, each.id))
    return Pair(before, after)


async def compare_regions(pg: asyncpg.Connection, pair: Pair, parent: str) -> list[dict[str, Any]]:
    """The region, and each right below it, by code.

    Raises:
        Problem: `not_found` for a region that neither has.
    """
    sides = []
    for cutoff in pair:
        itself = await region_of(pg, cutoff.id, parent)
        rows = ([] if itself is None else [itself]) + await regions_below(pg, cutoff.id, parent)
        sides.append({row["region"]["code"]: row for row in rows})
    before, after = sides
    if not before and not after:
        raise Problem(Code.NOT_FOUND)
    return [
        {
            "region": (after.get(code) or before[code])["region"],
            **_compared(before.get(code), after.get(code), "target"),
        }
        for code in sorted(before.keys() | after.keys())
    ]


async def compare_enumerators(
    pg: asyncpg.Connection, pair: Pair, seen: list[UUID] | None, *, limit: int, after: UUID | None
) -> tuple[list[dict[str, Any]], UUID | None]:
    """A page of enumerators, by id, and the last of them if another page follows."""
    sides, ends = [], []
    for cutoff in pair:
        rows, last = await enumerators_of(pg, cutoff.id, seen, limit=limit, after=after)
        sides.append({row["enumerator"]["id"]: row for row in rows})
        ends.append(last)
    first, second = sides
    # A page of each has the lowest ids of its side: of both together, those up to the limit are whole.
    ids = sorted(first.keys() | second.keys(), key=lambda each: UUID(each).bytes)
    shown = ids[:limit]
    more = len(ids) > limit or any(ends)
    found = [
        {
            "enumerator": (second.get(id_) or first[id_])["enumerator"],
            "coordinator": (second.get(id_) or first[id_])["coordinator"],
            **_compared(first.get(id_), second.get(id_), "quota"),
        }
        for id_ in shown
    ]
    return found, UUID(shown[-1]) if more and shown else None


async def changes_between(pg: asyncpg.Connection, pair: Pair, language: str) -> list[ChangeOut]:
    """What explains the differences: what came in, and the decisions that are among the figures of the one and not of
    the other, also on one day.

    What came in is what is left of the difference; decisions are counted as they were made, an undone one twice.
    """
    before, after = pair
    span = span_of(after.region_code)
    if before.decided is None or after.decided is None:  # published before this was kept: those of the days between
        moved = await read(pg, _Moved, _MOVED, after.campaign_id, before.as_of, after.as_of, *span)
        decided = {each.counted_as: each.records for each in moved}
    else:
        first, second = before.decided, after.decided
        decided = {each: second.get(each, 0) - first.get(each, 0) for each in sorted({*first, *second})}
    changes = []
    for counted_as, records in decided.items():
        counter = CountedAs(counted_as).counter
        text = _DECIDED.get(counter, _OTHERWISE).in_language(language)
        if records:
            changes.append(ChangeOut(code=counter, records=records, text=text))
    if before.target != after.target:
        text = Text("perubahan target", "the target was changed").in_language(language)
        changes.append(ChangeOut(code="target", records=(after.target or 0) - (before.target or 0), text=text))
    return changes


def _compared(before: dict[str, Any] | None, after: dict[str, Any] | None, goal: str) -> dict[str, Any]:
    counted = {name: _of(after, name) - _of(before, name) for name in COMPARED}
    return {
        "before": None if before is None else _side(before, goal),
        "after": None if after is None else _side(after, goal),
        "difference": counted,
    }


def _of(row: dict[str, Any] | None, name: str) -> int:
    return 0 if row is None else int(row[name])


def _side(row: dict[str, Any], goal: str) -> dict[str, Any]:
    return {"goal": row[goal], "entered": row["entered"], "percent": row["percent"], "rank": row.get("rank")}
