"""Writing the register: new businesses, corrections, and the cases that a person must decide."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Literal, NamedTuple
from uuid import UUID

import asyncpg

from app.background.forgetting import forget
from app.background.locks import Lock
from app.core.round_trips import Insert, Write, write
from app.core.rows import Row, as_set, copy_rows, set_of
from app.questionnaires.assessment import Reading
from app.regions.region_code import regency_of
from app.register.ledger import NumberedRow
from app.register.models import CHANGE_NUMBER, Business, DuplicateCase
from app.register.names import searchable
from app.register.verdicts import KINDS
from app.register.verdicts import Business as JudgedBusiness

MARKS_KEPT = timedelta(days=90)
"""How long a cursor of the feed can be used."""

# Marks are made in the order of their numbers, so that the old ones are found from the lowest on.
_OLD_MARKS = """
DELETE FROM feed_mark WHERE number IN (
    SELECT number FROM (SELECT number, made_at FROM feed_mark ORDER BY number LIMIT $2) AS lowest
    WHERE made_at < now() - $1::interval) AND number < (SELECT max(number) FROM feed_mark)
"""


class NumbersRow(NumberedRow, table=Business):
    """What changed of a business whose answers remain in force: its numbers and campaigns.

    A number that has not changed may come without its masked form.
    """

    campaign_ids: list[int]
    updated_at: datetime


class BusinessRow(NumbersRow, table=Business):
    """A business as it is stored."""

    regency_code: str
    kind: str
    name: str
    search_name: str
    region_code: str
    kbli: str
    kbli_version: str
    kbli_unknown: bool
    coding_id: UUID | None
    size_class: str | None
    unidentified: bool
    record_id: UUID
    revision: int
    enumerator_id: UUID
    created_at: datetime


Masks = Mapping[bytes, str | None]
"""How numbers are shown, by digest."""


def shown(masks: Masks, digest: bytes | None) -> str | None:
    """A number as it is shown; None where there is none, or where that is not known."""
    return None if digest is None else masks.get(digest)


class Place(NamedTuple):
    """Where a revision that is in force was captured, and its enumerator."""

    region_code: str
    revision: int
    enumerator_id: UUID


def business_row(business: JudgedBusiness, reading: Reading, place: Place, masks: Masks, now: datetime) -> BusinessRow:
    """The business as the revision in force describes it."""
    return BusinessRow(
        **numbers_row(business, masks, now).named(),
        regency_code=regency_of(place.region_code),
        kind=business.kind,
        name=reading.legal_name,
        search_name=searchable(reading.legal_name),
        region_code=place.region_code,
        kbli=reading.kbli,
        kbli_version=reading.kbli_version,
        kbli_unknown=not reading.kbli_known,
        coding_id=None,
        size_class=reading.size_class,
        unidentified=not business.numbers,
        record_id=business.record_id,
        revision=place.revision,
        enumerator_id=place.enumerator_id,
        created_at=now,
    )


def numbers_row(business: JudgedBusiness, masks: Masks, now: datetime) -> NumbersRow:
    """The business with its answers as they were, and its numbers as they are now."""
    nik, nib, cooperative_number, passport, kitas = (business.numbers.get(kind) for kind in KINDS)
    return NumbersRow(
        id=business.id,
        nik_digest=nik,
        nib_digest=nib,
        cooperative_number_digest=cooperative_number,
        passport_digest=passport,
        kitas_digest=kitas,
        nik_masked=shown(masks, nik),
        nib_masked=shown(masks, nib),
        cooperative_number_masked=shown(masks, cooperative_number),
        passport_masked=shown(masks, passport),
        kitas_masked=shown(masks, kitas),
        campaign_ids=business.campaign_ids,
        updated_at=now,
    )


class CaseSubject(Row):
    """Which record a case is about, and of which businesses it may be."""

    id: UUID
    regency_code: str
    campaign_id: int
    region_code: str
    record_id: UUID
    revision: int
    kind: str
    business_ids: list[UUID]


class CaseRow(CaseSubject, table=DuplicateCase):
    """A case for review as it is stored."""

    matched_on: list[str]
    state: str
    opened_at: datetime
    differs: list[str]
    score: float | None = None
    explanation: str | None = None
    resolved_at: datetime | None = None


# What every write of a business says: its place in the feed, and its numbers as they are shown.
_NUMBERS_TOLD = f"""
    change_number = {CHANGE_NUMBER},
    {", ".join(f"{kind}_digest = input.{kind}_digest" for kind in KINDS)},
    {
    ", ".join(
        f"{kind}_masked = CASE WHEN input.{kind}_digest IS NOT NULL"
        f" THEN coalesce(input.{kind}_masked, business.{kind}_masked) END"
        for kind in KINDS
    )
},
    unidentified = {" AND ".join(f"input.{kind}_digest IS NULL" for kind in KINDS)},
    campaign_ids = input.campaign_ids, updated_at = input.updated_at
"""
_CHANGE = f"""
UPDATE business SET kind = input.kind, name = input.name,
    search_name = input.search_name, region_code = input.region_code, kbli = input.kbli,
    kbli_version = input.kbli_version, kbli_unknown = input.kbli_unknown, coding_id = input.coding_id,
    size_class = input.size_class, record_id = input.record_id,
    revision = input.revision, enumerator_id = input.enumerator_id, review_state = 'unreviewed',
    former_region_codes = CASE
        WHEN business.region_code = input.region_code OR business.region_code = ANY(business.former_region_codes)
        THEN business.former_region_codes ELSE business.former_region_codes || business.region_code END,
    {_NUMBERS_TOLD}
FROM {set_of(BusinessRow)} WHERE business.id = input.id AND business.regency_code = input.regency_code
"""
# A row that changes its regency may change its node, so it is written there, and removed where it was.
_COLUMNS = [column.name for column in Business.__table__.columns]  # type: ignore[attr-defined]  # SQLModel sets it
_COPY = f"""
INSERT INTO business ({", ".join(_COLUMNS)})
SELECT {", ".join("$3" if each == "regency_code" else each for each in _COLUMNS)} FROM business
WHERE id = $1 AND regency_code = $2
"""
_REMOVE = "DELETE FROM business WHERE id = $1 AND regency_code = $2"
_CHANGE_NUMBERS = f"""
UPDATE business SET {_NUMBERS_TOLD}
FROM {set_of(NumbersRow)} WHERE business.id = input.id
"""


def adding(rows: Iterable[BusinessRow]) -> list[Write | Insert]:
    """How new businesses are entered. Idempotent by the numbers claimed for them before."""
    new = list(rows)
    return [MARK, Insert(new)] if new else []


async def change_businesses(pg: asyncpg.Connection, rows: Iterable[BusinessRow]) -> None:
    """Update known businesses under their locks; the id and the day of entry do not change.

    Other answers are in force now, which have not been reviewed.
    """
    changed = list(rows)
    if not changed:
        return
    await mark_change(pg)
    if await pg.execute(_CHANGE, *as_set(BusinessRow, changed)) != f"UPDATE {len(changed)}":
        moved = await _move(pg, changed)
        await pg.execute(_CHANGE, *as_set(BusinessRow, moved))


async def _move(pg: asyncpg.Connection, rows: list[BusinessRow]) -> list[BusinessRow]:
    """Bring businesses that lie in another regency by now to where their rows belong; gives those."""
    found = await pg.fetch("SELECT id, regency_code FROM business WHERE id = ANY($1)", [row.id for row in rows])
    homes: dict[UUID, str] = {row[0]: row[1] for row in found}
    moved = [row for row in rows if homes[row.id] != row.regency_code]
    for row in moved:
        await pg.execute(_COPY, row.id, homes[row.id], row.regency_code)
        await pg.execute(_REMOVE, row.id, homes[row.id])
    return moved


async def change_numbers(pg: asyncpg.Connection, rows: Iterable[NumbersRow]) -> None:
    """Write what a record that is not in force added to a business, under its lock."""
    columns = as_set(NumbersRow, rows)
    if columns:
        await mark_change(pg)
        await pg.execute(_CHANGE_NUMBERS, *columns)


class ReviewedRow(Row, table=Business):
    """What was decided on a record, and the business whose answers it may give."""

    id: UUID
    record_id: UUID
    review_state: str


_REVIEW = f"""
UPDATE business SET review_state = input.review_state, updated_at = now(), change_number = {CHANGE_NUMBER}
FROM {set_of(ReviewedRow)}
WHERE business.id = input.id AND business.record_id = input.record_id AND business.review_state <> input.review_state
"""


async def review_changed(pg: asyncpg.Connection, rows: Iterable[ReviewedRow]) -> None:
    """Businesses whose answers a reviewed record gives stand as reviewed; any other record changes nothing.

    Idempotent by nature; under the locks of the records' enumerators.
    """
    columns = as_set(ReviewedRow, rows)
    if columns and await pg.execute(_REVIEW, *columns) != "UPDATE 0":
        await mark_change(pg)


async def erase_businesses(pg: asyncpg.Connection, record_ids: Iterable[UUID], name: str) -> None:
    """Businesses whose answers these records gave get another name and show no number, and nobody can find an
    activity for them any more; cooperatives stay as they are.

    Idempotent by nature.
    """
    await mark_change(pg)
    await pg.execute(
        f"UPDATE business SET name = $2, search_name = '', nik_masked = NULL, nib_masked = NULL,"
        " passport_masked = NULL, kitas_masked = NULL, kbli_unknown = false,"
        f" coding_id = NULL, updated_at = now(), change_number = {CHANGE_NUMBER}"
        " WHERE record_id = ANY($1) AND kind <> 'koperasi'"
        " AND id IN (SELECT business_id FROM record WHERE record_id = ANY($1))",
        list(record_ids),
        name,
    )


async def stamp_all(pg: asyncpg.Connection) -> int:
    """Stamp every business as changed by this transaction, whose mark is the only one left; how many.

    To be run as the owner.
    """
    await pg.execute("DELETE FROM feed_mark")
    await mark_change(pg)
    return int((await pg.execute(f"UPDATE business SET change_number = {CHANGE_NUMBER}")).split()[-1])


async def forget_feed_readers(pg: asyncpg.Connection) -> None:
    """After a restore to an earlier moment: no cursor of the feed from before is known any more, so every reader starts
    over. Also cursors from before that moment: numbers are not in the order of commits, so such a reader may have
    applied a change that was committed after it. To be run as the owner.
    """
    await pg.execute("UPDATE feed_mark SET id = gen_random_uuid()")


MARK = Write((("mark", "INSERT INTO feed_mark DEFAULT VALUES ON CONFLICT DO NOTHING"),), ())


async def mark_change(pg: asyncpg.Connection) -> None:
    """Leave the mark of this transaction in the feed: every write of a business calls this. Idempotent by nature."""
    await write(pg, MARK)


async def forget_marks(pg: asyncpg.Connection) -> bool:
    """Remove old marks of the feed, but for the newest; whether more may be left. A cursor that names one of them is
    refused."""
    return await forget(pg, Lock.FORGETTING_MARKS, _OLD_MARKS, MARKS_KEPT)


async def open_cases(pg: asyncpg.Connection, rows: Iterable[CaseRow]) -> None:
    """Put cases in the queue of duplicates and conflicts."""
    await copy_rows(pg, rows)


async def supersede_cases(
    pg: asyncpg.Connection, record_ids: Iterable[UUID], alone: Iterable[UUID], now: datetime
) -> None:
    """Close the cases of records that were judged again; those about two businesses of an owner where the record's
    shares no number any more (`alone`). Idempotent by nature.
    """
    ids = list(record_ids)
    if ids:
        await pg.execute(
            "UPDATE duplicate_case SET state = 'superseded', resolved_at = $2"
            " WHERE record_id = ANY($1) AND state = 'open'"
            " AND (kind IN ('duplicate', 'conflict', 'wrong_number') OR kind = 'same_owner' AND record_id = ANY($3))",
            ids,
            now,
            list(alone),
        )


async def close_case(
    pg: asyncpg.Connection, case_id: UUID, regency_code: str, state: Literal["open", "resolved"], now: datetime
) -> None:
    """A case is resolved, or open again, under its lock. Idempotent by nature."""
    await pg.execute(
        "UPDATE duplicate_case SET state = $3, resolved_at = $4 WHERE id = $1 AND regency_code = $2",
        case_id,
        regency_code,
        state,
        None if state == "open" else now,
    )


async def open_conflicts(pg: asyncpg.Connection, record_ids: Iterable[UUID]) -> set[tuple[UUID, int]]:
    """The revisions of these records that contradict the register and wait for a decision."""
    rows = await pg.fetch(
        "SELECT record_id, revision FROM duplicate_case WHERE record_id = ANY($1) AND state = 'open'"
        " AND kind IN ('conflict', 'wrong_number')",
        list(record_ids),
    )
    return {(row[0], row[1]) for row in rows}
