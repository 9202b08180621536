"""The lines of a request: numbers opened for the agency, some thousand at a time, in the order of their references.

A line whose business has another number or name by now is left out: there is nothing to ask any more.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
import orjson

from app.core.rows import Row, read
from app.core.sealing import Digester, KeyRing
from app.identifiers.numbers import InvalidNumber, parse_nik
from app.questionnaires.assessment import whole
from app.register.verdicts import PLACES
from app.submissions.records import unsealed
from app.verification.standing import Holder, holders
from app.verification.states import Kind, fingerprint

CHUNK = 1_000


class Line(NamedTuple):
    """A number that is asked about, as the agency is to see it. `birth_date` of a NIK: as answered, or as in it."""

    reference: str
    kind: Kind
    number: str
    name: str
    birth_date: str
    region_code: str

    def __repr__(self) -> str:
        """The reference only: the rest is personal."""
        return f"Line({self.reference})"


class Item(Row):
    """A number that was asked about."""

    reference: str
    request_id: UUID
    business_id: UUID
    kind: Kind
    number_digest: bytes
    name_digest: bytes


class _Sealed(Row):
    """A revision of a record of a business, with what is sealed of it."""

    business_id: UUID
    record_id: UUID
    revision: int
    region_code: str
    answers: str
    sealed: bytes | None


_ITEMS = f"""
SELECT {", ".join(Item.columns)} FROM verification_item
WHERE request_id = $1 AND reference > $2 AND (answer IS NULL OR NOT $3) ORDER BY reference LIMIT $4
"""
_IN_FORCE = """
SELECT business.id AS business_id, submission.record_id, submission.revision, business.region_code,
       submission.answers::text, submission.sealed
FROM business JOIN submission ON submission.record_id = business.record_id
 AND submission.revision = business.revision AND submission.regency_code = business.regency_code
WHERE business.id = ANY($1)
"""
# A number may stand in another record than the one in force: rarely, so that all of them are read then.
_ALL = """
SELECT business_id, record_id, revision, region_code, answers::text, sealed FROM submission
WHERE business_id = ANY($1) AND sealed IS NOT NULL ORDER BY received_at DESC
"""


async def next_items(
    pg: asyncpg.Connection, request_id: UUID, after: str, *, unanswered: bool = True, limit: int = CHUNK
) -> list[Item]:
    """The next numbers of a request behind a reference, by default those without an answer."""
    return await read(pg, Item, _ITEMS, request_id, after, unanswered, limit)


async def opened(
    pg: asyncpg.Connection, ring: KeyRing, digester: Digester, items: Sequence[Item], now: datetime
) -> list[Line]:
    """The lines of these items whose pairs are as they were asked, in their order."""
    found = {each.id: each for each in await holders(pg, {item.business_id for item in items})}
    valid = [item for item in items if _holds(item, found.get(item.business_id))]
    said = await _said(pg, ring, _IN_FORCE, [item.business_id for item in valid])
    numbers = {item.reference: _number_in(digester, item, said[item.business_id]) for item in valid}
    elsewhere = [item for item in valid if numbers[item.reference] is None]
    if elsewhere:
        others = await _said(pg, ring, _ALL, [item.business_id for item in elsewhere])
        numbers |= {item.reference: _number_in(digester, item, others[item.business_id]) for item in elsewhere}
    lines = []
    for item in valid:
        number = numbers[item.reference]
        if number is not None:  # else its answers are no longer kept
            region_code, answers = said[item.business_id][0]
            name = found[item.business_id].pairs[item.kind].name
            born = _birth_date(answers, number, now) if item.kind == "nik" else ""
            lines.append(Line(item.reference, item.kind, number, name, born, region_code))
    return lines


def _holds(item: Item, holder: Holder | None) -> bool:
    pair = None if holder is None else holder.pairs.get(item.kind)
    return (
        pair is not None
        and pair.number == item.number_digest
        and fingerprint(pair.name, item.request_id.bytes) == item.name_digest
    )


_Said = Mapping[UUID, Sequence[tuple[str, Mapping[str, Any]]]]


async def _said(pg: asyncpg.Connection, ring: KeyRing, statement: str, ids: Sequence[UUID]) -> _Said:
    """Answers by business, with the village each was given in."""
    found: defaultdict[UUID, list[tuple[str, Mapping[str, Any]]]] = defaultdict(list)
    for row in await read(pg, _Sealed, statement, list(ids)) if ids else ():
        sealed = unsealed(ring, row.record_id, row.revision, row.sealed)
        found[row.business_id].append((row.region_code, whole(orjson.loads(row.answers), sealed or {})))
    return found


def _number_in(digester: Digester, item: Item, said: Sequence[tuple[str, Mapping[str, Any]]]) -> str | None:
    for _, answers in said:
        value = _at(answers, PLACES[item.kind])
        if isinstance(value, str) and item.number_digest in digester.digests(item.kind, value):
            return value
    return None


def _birth_date(answers: Mapping[str, Any], nik: str, now: datetime) -> str:
    said = _at(answers, ("owner", "birth_date"))
    if isinstance(said, str):
        return said
    try:
        return parse_nik(nik, today=now.date()).birth_date.isoformat()
    except InvalidNumber:
        return ""


def _at(answers: Mapping[str, Any], path: Sequence[str]) -> Any:
    value: Any = answers
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value
