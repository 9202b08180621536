"""Entries while records change: read and locked with who claims them, and written as they are decided from then on.

Entries are locked last of all, after the businesses, in the order of their ids. The lives of businesses follow what was
found at their entries.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

import asyncpg

from app.core.group_commit import GoesAlone, Meeting, company, no_trace
from app.core.ids import new_id
from app.core.round_trips import Insert, Question, SetWrite, ask, write_together
from app.core.rows import Row, read, set_of
from app.listing.models import ListingEntry, ListingStep
from app.listing.rules import Decided, Entry, Listing, Standing
from app.progress.rollup import Change, Counted
from app.regions.region_code import regency_of
from app.register.lives import Seen
from app.register.living import settle_lives
from app.register.models import CHANGE_NUMBER
from app.register.register import MARK
from app.register.verdicts import CountedAs
from app.submissions.queries import CountedRecord


class NamedEntry(Row, table=ListingEntry):
    """What never changes of an entry."""

    id: UUID
    regency_code: str
    business_id: UUID | None


class _StateRow(Row):
    """What became of an entry, and the record that decided so."""

    regency_code: str
    state: str
    step: int
    record_id: UUID | None
    enumerator_id: UUID | None
    record_region_code: str | None
    captured_on: date | None


class _DecidedRow(_StateRow, table=ListingEntry):
    """What is written of an entry that is decided otherwise."""

    id: UUID


class _Locked(_DecidedRow, table=ListingEntry):
    """An entry under its lock."""

    campaign_id: int
    region_code: str
    business_id: UUID | None

    @property
    def entry(self) -> Entry:
        """As the rules take it."""
        by = None
        if self.record_id and self.enumerator_id and self.record_region_code and self.captured_on:
            counted_as = CountedAs(self.state)
            by = Standing(self.record_id, self.enumerator_id, counted_as, self.record_region_code, self.captured_on)
        decided = Decided(self.state, by)
        return Entry(
            self.id, self.regency_code, self.campaign_id, self.region_code, self.business_id, decided, self.step
        )


class _Claimer(CountedRecord):
    """A record that claims an entry."""

    listing_id: UUID


class _Place(Row):
    """Where and when a revision was captured."""

    record_id: UUID
    revision: int
    region_code: str
    captured_on: date


class _StepRow(_StateRow, table=ListingStep):
    """A step as it is stored."""

    entry_id: UUID
    campaign_id: int
    region_code: str
    received_on: date
    made_at: datetime


_NAMED = f"SELECT {', '.join(NamedEntry.columns)} FROM listing_entry WHERE id = ANY($1)"
# Of one regency, since rows on several nodes cannot be locked in one statement.
_LOCK = f"""
SELECT {", ".join(_Locked.columns)} FROM listing_entry WHERE regency_code = $1 AND id = ANY($2) ORDER BY id
FOR NO KEY UPDATE
"""
_CLAIMERS = f"SELECT {', '.join(_Claimer.columns)} FROM record WHERE listing_id = ANY($1)"
_PLACES = f"SELECT {', '.join(_Place.columns)} FROM submission WHERE record_id = ANY($1)"
_CLAIMED = "SELECT record_id, listing_id FROM record WHERE record_id = ANY($1) AND listing_id IS NOT NULL"
_DECIDE = f"""
UPDATE listing_entry SET {", ".join(f"{each} = input.{each}" for each in _StateRow.columns[1:])},
    change_number = {CHANGE_NUMBER}
FROM {set_of(_DecidedRow)} WHERE listing_entry.id = input.id AND listing_entry.regency_code = input.regency_code
"""
_SEEN = """
SELECT business_id, campaign_id, state, captured_on, record_id FROM listing_entry
WHERE business_id = ANY($1) AND state <> 'open'
"""


def entries_question(ids: Collection[UUID]) -> Question[list[NamedEntry]]:
    """Which entries there are, of those asked for."""
    return Question(_NAMED, (list(ids),), lambda rows: [NamedEntry.of(row) for row in rows])


async def entries_named(pg: asyncpg.Connection, ids: Collection[UUID]) -> list[NamedEntry]:
    """The entries of these ids, as far as there are any."""
    return await ask(pg, entries_question(ids)) if ids else []


async def claims_of(pg: asyncpg.Connection, record_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Which entries these records claim, by record."""
    rows = await pg.fetch(_CLAIMED, list(record_ids)) if record_ids else []
    return {row[0]: row[1] for row in rows}


async def lock_listing(
    pg: asyncpg.Connection, named: Iterable[NamedEntry], claimed: Mapping[UUID, UUID] | None = None
) -> Listing:
    """Lock entries until the transaction ends, and read who claims them. `claimed`: of the records that will change,
    the entries that they claim."""
    entries, with_others = list(named), company(pg)
    if with_others is not None and entries:
        return await with_others.meet(_LOCKING, entries)
    return await _lock_listing(pg, entries, claimed or {}, _LOCK)


async def _lock_listing(
    pg: asyncpg.Connection, named: Iterable[NamedEntry], claimed: Mapping[UUID, UUID], lock: str
) -> Listing:
    homes: defaultdict[str, list[UUID]] = defaultdict(list)
    for each in named:
        homes[each.regency_code].append(each.id)
    listing = Listing(claimed=dict(claimed))
    for regency_code, ids in sorted(homes.items()):
        for row in await read(pg, _Locked, lock, regency_code, ids):
            listing.entries[row.id] = row.entry
    if not listing.entries:
        return listing
    claimers = await read(pg, _Claimer, _CLAIMERS, list(listing.entries))
    places = await _places(pg, claimers)
    for one in claimers:
        listing.claimed[one.record_id] = one.listing_id
        listing.entries[one.listing_id].claims[one.record_id] = Standing(
            one.record_id, one.enumerator_id, CountedAs(one.counted_as), *places[one.record_id]
        )
    return listing


async def _lock_for_all(pg: asyncpg.Connection, each_names: Sequence[list[NamedEntry]]) -> list[Listing | GoesAlone]:
    """Lock what several name, without waiting. Who names an entry that is locked, or that another one names, goes
    alone. Their records are new, and claim none yet."""
    named = Counter(entry.id for entries in each_names for entry in {*entries})
    listing = await _lock_listing(
        pg, {entry for entries in each_names for entry in entries if named[entry.id] == 1}, {}, f"{_LOCK} SKIP LOCKED"
    )
    answers = list[Listing | GoesAlone]()
    for entries in each_names:
        own = {entry.id for entry in entries}
        if own <= listing.entries.keys():
            claimed = {record_id: id_ for record_id, id_ in listing.claimed.items() if id_ in own}
            answers.append(Listing({id_: listing.entries[id_] for id_ in own}, claimed))
        else:
            answers.append(GoesAlone())
    return answers


_LOCKING = Meeting[list[NamedEntry], Listing](4, _lock_for_all, no_trace)


async def _places(pg: asyncpg.Connection, claimers: list[_Claimer]) -> dict[UUID, tuple[str, date]]:
    in_force = {each.record_id: each.counted_revision for each in claimers}
    rows = await read(pg, _Place, _PLACES, list(in_force)) if in_force else []
    return {
        each.record_id: (each.region_code, each.captured_on)
        for each in rows
        if each.revision == in_force[each.record_id]
    }


async def write_listing(pg: asyncpg.Connection, listing: Listing, now: datetime) -> None:
    """Write what entries became, under their locks. Idempotent by the number of the step."""
    if not listing.steps:
        return
    changed = listing.changed
    decided = [
        _DecidedRow(
            id=each.id,
            regency_code=each.regency_code,
            state=each.decided.state,
            step=each.step,
            **_by(each.decided.by),
        )
        for each in changed
    ]
    steps = [
        _StepRow(
            entry_id=step.entry_id,
            step=step.number,
            regency_code=(entry := listing.entries[step.entry_id]).regency_code,
            campaign_id=entry.campaign_id,
            region_code=entry.region_code,
            state=step.decided.state,
            **_by(step.decided.by),
            received_on=step.received_on,
            made_at=now,
        )
        for step in listing.steps
    ]
    written = SetWrite((("decided", _DECIDE),), decided)
    await write_together(pg, [MARK, written, Insert(steps)])


def counted(
    listing: Listing, now: datetime, sources: Mapping[tuple[int, UUID], UUID] = MappingProxyType({})
) -> list[Counted]:
    """What counts otherwise with the steps of a listing, by campaign and enumerator; each under an id of its own, or
    under that of what else is counted of them (`sources`)."""
    those = {(count.campaign_id, count.enumerator_id) for count, _ in listing.counts}
    return [Counted(*one, sources.get(one) or new_id(), now, list(changes(listing, *one))) for one in sorted(those)]


def changes(listing: Listing, campaign_id: int, enumerator_id: UUID) -> Iterator[Change]:
    """What counts otherwise of one enumerator's work in a campaign."""
    for count, received_on in listing.counts:
        if (count.campaign_id, count.enumerator_id) == (campaign_id, enumerator_id):
            village = count.region_code
            yield Change(count.counter, count.by, village, regency_of(village), received_on, count.captured_on)


async def relive(pg: asyncpg.Connection, business_ids: Iterable[UUID], gone: Iterable[UUID] = ()) -> None:
    """Write the lives of these businesses, by what was found at their entries of all rounds; also of those that are
    `gone` as it is written. Idempotent by nature."""
    found: defaultdict[UUID, list[Seen]] = defaultdict(list, {id_: [] for id_ in gone})
    wanted = {*business_ids, *found}
    for business_id, *seen in await pg.fetch(_SEEN, list(wanted)) if wanted else []:
        found[business_id].append(Seen(*seen))
    await settle_lives(pg, {id_: seen for id_, seen in found.items() if id_ in wanted})


def _by(by: Standing | None) -> dict[str, Any]:
    if by is None:
        return {"record_id": None, "enumerator_id": None, "record_region_code": None, "captured_on": None}
    return {
        "record_id": by.record_id,
        "enumerator_id": by.enumerator_id,
        "record_region_code": by.region_code,
        "captured_on": by.captured_on,
    }
