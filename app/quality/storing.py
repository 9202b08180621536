"""Storing what was found of a regency in place of what was found before. Only differences are written."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

import asyncpg
import orjson

from app.core.rows import Row, as_set, set_of
from app.quality.due import have_wait
from app.quality.judging import Judged
from app.quality.models import QualityEnumerator, QualityRecord
from app.quality.reading import Judgeable
from app.quality.rows import FlaggedRecord, JudgedEnumerator
from app.regions.region_code import span_of

_AT_ONCE = 500


class _RecordRow(FlaggedRecord, table=QualityRecord):
    """A record with flags or warnings, as it is stored."""

    campaign_id: int


class _EnumeratorRow(JudgedEnumerator, table=QualityEnumerator):
    """An enumerator, as it is stored."""

    campaign_id: int
    districts: list[str]


def _taken_over(row: type[Row], table: str, keys: str) -> str:
    """What an upsert does with a row that is there: only where something is different."""
    rest = [column for column in row.columns if column not in keys.split(", ")]
    stored, given = (", ".join(f"{name}.{each}" for each in rest) for name in (table, "excluded"))
    return f"""
ON CONFLICT ({keys}) DO UPDATE SET {", ".join(f"{each} = excluded.{each}" for each in rest)}
WHERE ({stored}) IS DISTINCT FROM ({given})
"""


# By the region, which its index begins with.
_STORED_RECORDS = """
SELECT record_id FROM quality_record
WHERE campaign_id = $1 AND region_code >= $2 AND region_code < $3 AND regency_code = $4
"""
_STORED_ENUMERATORS = "SELECT enumerator_id FROM quality_enumerator WHERE campaign_id = $1 AND regency_code = $2"
_RECORDS = f"""
INSERT INTO quality_record ({", ".join(_RecordRow.columns)})
SELECT {", ".join(_RecordRow.columns)} FROM {set_of(_RecordRow)}
{_taken_over(_RecordRow, "quality_record", "record_id, regency_code")}
"""
_ENUMERATORS = f"""
INSERT INTO quality_enumerator ({", ".join(_EnumeratorRow.columns)})
SELECT {", ".join(_EnumeratorRow.columns)} FROM {set_of(_EnumeratorRow)}
{_taken_over(_EnumeratorRow, "quality_enumerator", "enumerator_id, campaign_id, regency_code")}
"""


class Rows(NamedTuple):
    """What is stored of a regency."""

    records: list[_RecordRow]
    enumerators: list[_EnumeratorRow]


def rows_of(campaign_id: int, regency_code: str, judgeable: Judgeable, judged: Judged) -> Rows:
    """Of what was judged; of records those with flags or warnings. Pure."""
    flags = {each.interview.record_id: each.flags for each in judged.records}
    records = [
        _RecordRow(
            record_id=each.record_id,
            regency_code=regency_code,
            campaign_id=campaign_id,
            region_code=each.region_code,
            enumerator_id=each.enumerator_id,
            revision=each.revision,
            captured_at=judgeable.captured[each.record_id],
            codes=sorted(flags.get(each.record_id, ())),
            numbers=orjson.dumps(flags.get(each.record_id, {})).decode(),
            warnings=judgeable.warnings.get(each.record_id, []),
        )
        for each in judgeable.interviews
        if each.record_id in flags or each.record_id in judgeable.warnings
    ]
    enumerators = [
        _EnumeratorRow(
            enumerator_id=each.enumerator_id,
            campaign_id=campaign_id,
            regency_code=regency_code,
            districts=list(each.districts),
            records=each.records,
            flagged_records=each.flagged_records,
            score=each.score,
            codes=sorted(each.flags),
            numbers=orjson.dumps(each.flags).decode(),
        )
        for each in judged.enumerators
    ]
    return Rows(records, enumerators)


async def store(pg: asyncpg.Connection, campaign_id: int, regency_code: str, rows: Rows) -> None:
    """Idempotent by campaign and regency, in the caller's transaction."""
    stored = {row[0] for row in await pg.fetch(_STORED_RECORDS, campaign_id, *span_of(regency_code), regency_code)}
    people = {row[0] for row in await pg.fetch(_STORED_ENUMERATORS, campaign_id, regency_code)}
    await pg.execute(
        "DELETE FROM quality_record WHERE record_id = ANY($1) AND regency_code = $2",
        list(stored.difference(row.record_id for row in rows.records)),
        regency_code,
    )
    await pg.execute(
        "DELETE FROM quality_enumerator WHERE enumerator_id = ANY($1) AND campaign_id = $2 AND regency_code = $3",
        list(people.difference(row.enumerator_id for row in rows.enumerators)),
        campaign_id,
        regency_code,
    )
    for chunk in _chunks(rows.records):
        await pg.execute(_RECORDS, *as_set(_RecordRow, chunk))
    for part in _chunks(rows.enumerators):
        await pg.execute(_ENUMERATORS, *as_set(_EnumeratorRow, part))


def _chunks(rows: Sequence[Row]) -> Iterable[Sequence[Row]]:
    return (rows[at : at + _AT_ONCE] for at in range(0, len(rows), _AT_ONCE))


async def forget_records(pg: asyncpg.Connection, record_ids: Sequence[UUID]) -> None:
    """Remove what was found of these records, and what was said when it was dismissed. Idempotent by nature.

    Their regencies are judged again, in case that one is being judged and was read before.
    """
    places = await pg.fetch(
        "SELECT DISTINCT campaign_id, regency_code FROM record WHERE record_id = ANY($1)", record_ids
    )
    for campaign_id, regency_code in places:
        await have_wait(pg, campaign_id, regency_code)
    await pg.execute("DELETE FROM quality_record WHERE record_id = ANY($1)", record_ids)
    await pg.execute(
        "UPDATE quality_dismissal SET reason = '', undone_because = NULL WHERE subject_id = ANY($1)", record_ids
    )


async def forget_campaign(pg: asyncpg.Connection, campaign_id: int) -> None:
    """Remove what was found in a campaign whose answers are no longer kept. Idempotent by nature."""
    await pg.execute("DELETE FROM quality_record WHERE campaign_id = $1", campaign_id)
    await pg.execute("DELETE FROM quality_enumerator WHERE campaign_id = $1", campaign_id)
