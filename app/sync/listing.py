"""The listing of a tablet's areas, delta by delta: what changed since its cursor, in the order of commits.

Every write of an entry stamps it with the number of its transaction and leaves a mark of the feed, as writes of
businesses do (`exchange/feed.py`). A page has what was stamped up to the *horizon*, below which all writers have ended,
so nothing is skipped and nobody waits. A cursor says of each area how far it is read: an area that is new to it is read
from the start, one that is no longer the enumerator's is to be forgotten. It names the last mark as well: where the
database does not have that, it was restored from a backup since, and the tablet starts over.
"""

from collections.abc import Iterable
from datetime import date
from itertools import groupby
from typing import NamedTuple, Self
from uuid import UUID

import asyncpg
import orjson

from app.campaigns.asked import campaign_or_current
from app.core.horizon import take_horizon
from app.core.problems import Code, Problem
from app.core.rows import Row, read, read_the
from app.core.sealing import KeyRing
from app.listing.contents import Contents, prefilled
from app.listing.listed import KnownRow
from app.listing.schemas import ListingPage, TabletEntry
from app.regions.region_code import span_of

_NOBODY, _LAST = UUID(int=0), UUID(int=2**128 - 1)


class Place(NamedTuple):
    """How far an area is read: up to this entry of this transaction."""

    number: int = 0
    id: UUID = _NOBODY


class ListingPosition(NamedTuple):
    """How far a tablet has read: the last mark before, and the place in each area."""

    mark_number: int
    mark_id: UUID
    areas: dict[str, Place]

    def pack(self) -> bytes:
        """For a cursor: areas that are read equally far stand together."""
        packed = self.mark_number.to_bytes(8) + self.mark_id.bytes
        ranked = sorted(self.areas.items(), key=lambda each: (each[1].number, each[1].id.int, each[0]))
        for place, group in groupby(ranked, key=lambda each: each[1]):
            codes = ",".join(code.replace(".", "") for code, _ in group).encode()
            packed += place.number.to_bytes(8) + place.id.bytes + len(codes).to_bytes(2) + codes
        return packed

    @classmethod
    def unpack(cls, packed: bytes) -> Self:
        """What `pack` made."""
        areas: dict[str, Place] = {}
        rest = packed[24:]
        while rest:
            place, size = Place(int.from_bytes(rest[:8]), UUID(bytes=rest[8:24])), int.from_bytes(rest[24:26])
            areas |= dict.fromkeys(map(_dotted, rest[26 : 26 + size].decode().split(",")), place)
            rest = rest[26 + size :]
        return cls(int.from_bytes(packed[:8]), UUID(bytes=packed[8:24]), areas)


class _Stand(Row):
    """The id of a mark, and the newest mark below the horizon."""

    mark_id: UUID | None
    newest_number: int | None
    newest_id: UUID | None


class _Read(KnownRow):
    """An entry as tablets read it."""

    state: str
    enumerator_id: UUID | None
    change_number: int


_STAND = """
SELECT (SELECT id FROM feed_mark WHERE number = $1) AS mark_id, newest.number AS newest_number, newest.id AS newest_id
FROM (VALUES (true)) AS one
LEFT JOIN (SELECT number, id FROM feed_mark WHERE number < $2 ORDER BY number DESC LIMIT 1) AS newest ON true
"""
# Those that are still to come as well: a tablet may be offline when they begin.
_AREAS = """
SELECT DISTINCT region_code FROM assignment
WHERE campaign_id = $1 AND enumerator_id = $2 AND (ends_on IS NULL OR ends_on >= $3) ORDER BY region_code
"""
_SHOWN = ", ".join(f"{each}::text" if each == "answers" else each for each in _Read.columns)
# A step down the index for each place.
_ENTRIES = f"""
SELECT {_SHOWN} FROM listing_entry
WHERE campaign_id = $1 AND region_code = ANY (ARRAY(
    SELECT region.code FROM region
    JOIN unnest($2::text[] COLLATE "C", $3::text[] COLLATE "C") AS span (first, second)
      ON region.code >= span.first AND region.code < span.second
    WHERE region.level NOT IN ('nation', 'province', 'regency', 'district')
  ))
  AND (change_number, id) > ($4, $5::uuid) AND change_number < $6
ORDER BY change_number, id LIMIT $7
"""


class Asked(NamedTuple):
    """Whose listing is asked for, of which campaign, and how many entries at most."""

    enumerator_id: UUID
    campaign: str | None
    limit: int


async def read_listing(
    pg: asyncpg.Connection, ring: KeyRing, asked: Asked, packed: bytes | None, today: date
) -> tuple[ListingPage, bytes, list[str]]:
    """A page of what changed behind a packed position (None: from the start), without its cursor, the position behind
    it, and the areas that it begins with. In a transaction that sees one moment, which has read nothing yet.

    Raises:
        Problem: `cursor_outdated` where the database does not know the position; `unknown_campaign`, `not_found`.
    """
    up_to = await take_horizon(pg)
    position = ListingPosition(0, _NOBODY, {}) if packed is None else ListingPosition.unpack(packed)
    stand = await read_the(pg, _Stand, _STAND, position.mark_number, up_to)
    if position.mark_number and stand.mark_id != position.mark_id:
        raise Problem(Code.CURSOR_OUTDATED)
    campaign = await campaign_or_current(pg, asked.campaign, today)
    areas = _outermost(row[0] for row in await pg.fetch(_AREAS, campaign.id, asked.enumerator_id, today))
    places = {area: position.areas.get(area, Place()) for area in areas}
    done = Place(stand.newest_number or 0, _LAST)
    found: list[_Read] = []
    more = False
    await pg.execute("SET LOCAL plan_cache_mode = force_custom_plan")
    for place, group in groupby(sorted(areas, key=places.__getitem__), key=places.__getitem__):
        codes = list(group)
        left = asked.limit - len(found)
        spans = list(zip(*map(span_of, codes), strict=True))
        rows = await read(pg, _Read, _ENTRIES, campaign.id, *spans, *place, up_to, left + 1)
        found += rows[:left]
        reached = done
        if len(rows) > left:
            more = True
            reached = Place(rows[left - 1].change_number, rows[left - 1].id) if left else place
        places |= dict.fromkeys(codes, max(place, reached))
    page = ListingPage(
        campaign=campaign.code,
        areas=areas,
        forget=sorted(position.areas.keys() - set(areas)),
        items=[_entry(row, ring, asked.enumerator_id) for row in found],
        next_cursor="",
        more=more,
    )
    behind = ListingPosition(stand.newest_number or 0, stand.newest_id or _NOBODY, places).pack()
    return page, behind, [area for area in areas if area not in position.areas]


def _entry(row: _Read, ring: KeyRing, enumerator_id: UUID) -> TabletEntry:
    contents = Contents.unseal(ring, row.id, row.sealed)
    known = row.latitude is not None and row.longitude is not None
    return TabletEntry(
        listing_id=row.id,
        region_code=row.region_code,
        name=row.name,
        owner=contents.owner,
        address=contents.address,
        kind=row.kind,
        kbli=row.kbli,
        kbli_version=row.kbli_version,
        location={"latitude": row.latitude, "longitude": row.longitude} if known else None,
        nik_masked=row.nik_masked,
        state=row.state,
        own=row.enumerator_id == enumerator_id,
        answers=prefilled(orjson.loads(row.answers), contents),
    )


def _outermost(codes: Iterable[str]) -> list[str]:
    """The areas that lie in none of the others, by code."""
    areas: list[str] = []
    for code in sorted(codes, key=span_of):
        if not any(span_of(each)[0] <= code < span_of(each)[1] for each in areas):
            areas.append(code)
    return sorted(areas)


def _dotted(digits: str) -> str:
    """A code without its dots, as it is written."""
    if not digits.isdigit():
        return digits
    widths = ((0, 2), (2, 4), (4, 6), (6, 10), (10, 14))
    return ".".join(digits[first:end] for first, end in widths if digits[first:end])
