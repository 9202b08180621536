"""Writing the register: new businesses, corrections, and the cases that a person must decide."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg


class BusinessRow(NamedTuple):
    """A business in the columns of the table."""

    id: UUID
    regency_code: str
    kind: str
    name: str
    region_code: str
    kbli: str
    kbli_version: str
    size_class: str | None
    nik_digest: bytes | None
    nib_digest: bytes | None
    cooperative_number_digest: bytes | None
    unidentified: bool
    campaign_ids: list[int]
    record_id: UUID
    revision: int
    created_at: datetime
    updated_at: datetime


class NumbersRow(NamedTuple):
    """What changed of a business whose answers stay in force: its numbers and campaigns."""

    id: UUID
    nik_digest: bytes | None
    nib_digest: bytes | None
    cooperative_number_digest: bytes | None
    campaign_ids: list[int]
    updated_at: datetime


class CaseRow(NamedTuple):
    """A case for review in the columns of the table."""

    id: UUID
    regency_code: str
    campaign_id: int
    region_code: str
    record_id: UUID
    revision: int
    kind: str
    business_ids: list[UUID]
    matched_on: list[str]
    state: str
    opened_at: datetime


async def add_businesses(pg: asyncpg.Connection, rows: Iterable[BusinessRow]) -> None:
    """Enter new businesses. Idempotent by the numbers claimed for them before."""
    records: list[tuple[Any, ...]] = list(rows)
    if records:
        await pg.copy_records_to_table("business", records=records, columns=BusinessRow._fields)


async def change_businesses(pg: asyncpg.Connection, rows: Iterable[BusinessRow]) -> None:
    """Write known businesses anew, under their locks; the id and the day of entry stay."""
    records = [(*row[:12], _literal(row.campaign_ids), *row[13:]) for row in rows]
    if records:
        await pg.execute(
            "UPDATE business SET regency_code = told.regency_code, kind = told.kind, name = told.name,"
            " region_code = told.region_code, kbli = told.kbli, kbli_version = told.kbli_version,"
            " size_class = told.size_class, nik_digest = told.nik_digest, nib_digest = told.nib_digest,"
            " cooperative_number_digest = told.cooperative_number_digest, unidentified = told.unidentified,"
            " campaign_ids = told.campaign_ids::smallint[], record_id = told.record_id, revision = told.revision,"
            " updated_at = told.updated_at"
            " FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],"
            " $8::text[], $9::bytea[], $10::bytea[], $11::bytea[], $12::bool[], $13::text[], $14::uuid[],"
            " $15::int[], $16::timestamptz[], $17::timestamptz[]) AS told (id, regency_code, kind, name,"
            " region_code, kbli, kbli_version, size_class, nik_digest, nib_digest, cooperative_number_digest,"
            " unidentified, campaign_ids, record_id, revision, created_at, updated_at)"
            " WHERE business.id = told.id",
            *zip(*records, strict=True),
        )


async def change_numbers(pg: asyncpg.Connection, rows: Iterable[NumbersRow]) -> None:
    """Write what a record that is not in force added to a business, under its lock."""
    records = [(*row[:4], _literal(row.campaign_ids), *row[5:]) for row in rows]
    if records:
        await pg.execute(
            "UPDATE business SET nik_digest = told.nik_digest, nib_digest = told.nib_digest,"
            " cooperative_number_digest = told.cooperative_number_digest,"
            " campaign_ids = told.campaign_ids::smallint[], updated_at = told.updated_at,"
            " unidentified = told.nik_digest IS NULL AND told.nib_digest IS NULL"
            "  AND told.cooperative_number_digest IS NULL"
            " FROM unnest($1::uuid[], $2::bytea[], $3::bytea[], $4::bytea[], $5::text[], $6::timestamptz[])"
            " AS told (id, nik_digest, nib_digest, cooperative_number_digest, campaign_ids, updated_at)"
            " WHERE business.id = told.id",
            *zip(*records, strict=True),
        )


async def open_cases(pg: asyncpg.Connection, rows: Iterable[CaseRow]) -> None:
    """Put cases in the queue of duplicates and conflicts."""
    records: list[tuple[Any, ...]] = list(rows)
    if records:
        await pg.copy_records_to_table("duplicate_case", records=records, columns=CaseRow._fields)


def _literal(numbers: Iterable[int]) -> str:
    # `unnest` flattens arrays of arrays, so a list within a set of rows travels as text.
    return "{" + ",".join(map(str, numbers)) + "}"
