"""Lists of flagged records and of enumerators, and how often each code is there; within the caller's reach."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple, Self
from uuid import UUID

import asyncpg
import orjson

from app.accounts.permissions import Territory
from app.accounts.queries import Named, names_of
from app.core.paging import ByRegion
from app.core.problems import Text
from app.core.rows import Row, read
from app.intake.finding_texts import TEXTS
from app.quality.judging import still_dismissed
from app.quality.rows import FlaggedRecord, JudgedEnumerator
from app.quality.schemas import (
    CodeCount,
    DismissalOut,
    FlagOut,
    QualityEnumeratorOut,
    QualityRecordOut,
    RecordFilters,
)
from app.quality.texts import name_of, text_of_enumerator, text_of_record
from app.regions.queries import region_names
from app.regions.region_code import Level, level_of, regency_of
from app.workforce.reach import Reach
from app.workforce.supervised import WorkFilters, work_asked

# $1 campaign, $2 and $3 the span, $4 the only enumerators.
_WITHIN = (
    "quality_record.campaign_id = $1 AND quality_record.region_code >= $2 AND quality_record.region_code < $3"
    " AND ($4::uuid[] IS NULL OR quality_record.enumerator_id = ANY($4))"
)
_DISMISSED = """
SELECT coalesce(array_agg(dismissal.code), '{}') AS codes FROM quality_dismissal AS dismissal
WHERE dismissal.subject_id = quality_record.record_id AND dismissal.campaign_id = quality_record.campaign_id
  AND dismissal.regency_code = quality_record.regency_code AND dismissal.revision = quality_record.revision
  AND dismissal.undone_at IS NULL
"""
# $5 flag, $6 warning, $7 state, $8 and $9 behind which, $10 the limit.
_RECORDS = f"""
SELECT quality_record.record_id, quality_record.regency_code, quality_record.region_code, enumerator_id, revision,
       captured_at, quality_record.codes, numbers::text, warnings
FROM quality_record JOIN LATERAL ({_DISMISSED}) AS dismissed ON true
WHERE {_WITHIN}
  AND (($6::text IS NOT NULL AND $6 = ANY(warnings) AND ($5::text IS NULL OR $5 = ANY(quality_record.codes)))
    OR ($6::text IS NULL AND CASE $7
        WHEN 'open' THEN CASE WHEN $5::text IS NULL THEN NOT quality_record.codes <@ dismissed.codes
                         ELSE $5 = ANY(quality_record.codes) AND NOT $5 = ANY(dismissed.codes) END
        WHEN 'dismissed' THEN CASE WHEN $5::text IS NULL THEN quality_record.codes && dismissed.codes
                              ELSE $5 = ANY(quality_record.codes) AND $5 = ANY(dismissed.codes) END
        ELSE CASE WHEN $5::text IS NULL THEN cardinality(quality_record.codes) > 0
             ELSE $5 = ANY(quality_record.codes) END END))
  AND ($8::uuid IS NULL OR (quality_record.region_code, quality_record.record_id) > ($9, $8))
"""
_IN_ORDER = "ORDER BY quality_record.region_code, quality_record.record_id LIMIT $10"
# Few are dismissed: they are looked up, not looked for.
_WITH_DISMISSAL = """
  AND EXISTS (SELECT FROM quality_dismissal AS one WHERE one.subject_id = quality_record.record_id
              AND one.regency_code = quality_record.regency_code AND one.campaign_id = $1 AND one.undone_at IS NULL)
"""
# $5 the district where less than a regency is asked for, $6 to $8 behind whom, $9 the limit.
_ENUMERATORS = """
SELECT enumerator_id, regency_code, records, flagged_records, score, codes, numbers::text
FROM quality_enumerator
WHERE campaign_id = $1 AND regency_code >= $2 AND regency_code < $3
  AND ($4::uuid[] IS NULL OR enumerator_id = ANY($4)) AND ($5::text IS NULL OR $5 = ANY(districts))
  AND ($6::int IS NULL OR (score, enumerator_id, regency_code) < ($6, $7, $8))
ORDER BY score DESC, enumerator_id DESC, regency_code DESC LIMIT $9
"""
_DISMISSALS = """
SELECT subject_id, regency_code, code, revision, dismissed_by, dismissed_at, reason FROM quality_dismissal
WHERE subject_id = ANY($1) AND campaign_id = $2 AND about = $3 AND undone_at IS NULL
"""
_COUNTED = f"""
SELECT code, count(*)::int AS records, 0 AS dismissed FROM quality_record, unnest({{}}) AS code
WHERE {_WITHIN} GROUP BY code ORDER BY code
"""
_COUNTED_FLAGS = f"""
SELECT code, count(*)::int AS records, count(*) FILTER (WHERE code = ANY(dismissed.codes))::int AS dismissed
FROM quality_record JOIN LATERAL ({_DISMISSED}) AS dismissed ON true, unnest(quality_record.codes) AS code
WHERE {_WITHIN} GROUP BY code ORDER BY code
"""


class _Dismissal(Row):
    """A dismissal in force."""

    subject_id: UUID
    regency_code: str
    code: str
    revision: int
    dismissed_by: UUID
    dismissed_at: datetime
    reason: str


class ByScore(NamedTuple):
    """Behind whom a page of enumerators begins."""

    score: int
    enumerator_id: UUID
    regency_code: str

    def pack(self) -> bytes:
        """For a cursor."""
        return self.score.to_bytes(8) + self.enumerator_id.bytes + self.regency_code.encode()

    @classmethod
    def unpack(cls, packed: bytes) -> Self:
        """What `pack` made."""
        return cls(int.from_bytes(packed[:8]), UUID(bytes=packed[8:24]), packed[24:].decode())


async def list_records(
    pg: asyncpg.Connection,
    reach: Reach,
    filters: RecordFilters,
    today: date,
    *,
    limit: int,
    after: ByRegion | None,
    language: str,
) -> list[QualityRecordOut]:
    """The first `limit` records within reach behind one, by region and id.

    Raises:
        Problem: `not_found` for a region outside the territory, `unknown_campaign`.
    """
    asked = await work_asked(pg, reach, filters, today)
    behind = (None, None) if after is None else (after.id, after.region_code)
    few = filters.state == "dismissed" and filters.warning is None
    statement = f"{_RECORDS} {_WITH_DISMISSAL if few else ''} {_IN_ORDER}"
    rows = await read(
        pg, FlaggedRecord, statement, *asked.parameters, filters.flag, filters.warning, filters.state, *behind, limit
    )
    dismissals = await _dismissals(pg, [row.record_id for row in rows], asked.campaign.id, "record")
    who = [row.enumerator_id for row in rows] + [each.dismissed_by for found in dismissals.values() for each in found]
    people = await names_of(pg, who)
    places = await region_names(pg, {row.region_code for row in rows})
    return [
        QualityRecordOut(
            record_id=row.record_id,
            revision=row.revision,
            campaign=asked.campaign.code,
            region_code=row.region_code,
            region_name=places.get(row.region_code, row.region_code),
            enumerator=people[row.enumerator_id].username,
            enumerator_name=people[row.enumerator_id].name,
            captured_at=row.captured_at,
            flags=_flags(
                row.codes,
                orjson.loads(row.numbers),
                {each.code: each for each in dismissals.get(row.record_id, ()) if each.revision == row.revision},
                people,
                text_of_record,
                language,
            ),
            warnings=row.warnings,
        )
        for row in rows
    ]


async def list_enumerators(
    pg: asyncpg.Connection,
    reach: Reach,
    filters: WorkFilters,
    today: date,
    *,
    limit: int,
    after: ByScore | None,
    language: str,
) -> list[tuple[ByScore, QualityEnumeratorOut]]:
    """The first `limit` enumerators within reach behind one, who is to be looked at first before the others.

    Figures are of a regency. Where the territory is less than one, it has those who work in its district.

    Raises:
        Problem: `not_found` for a region outside the territory, `unknown_campaign`.
    """
    asked = await work_asked(pg, reach, filters, today)
    code = asked.territory.region_code
    small = level_of(code) in (Level.DISTRICT, Level.VILLAGE, Level.NEIGHBOURHOOD)
    span = Territory(regency_of(code)).span if small else asked.territory.span
    behind = (None, None, None) if after is None else tuple(after)
    rows = await read(
        pg,
        JudgedEnumerator,
        _ENUMERATORS,
        asked.campaign.id,
        *span,
        asked.only,
        code[:8] if small else None,
        *behind,
        limit,
    )
    dismissals = await _dismissals(pg, [row.enumerator_id for row in rows], asked.campaign.id, "enumerator")
    who = [row.enumerator_id for row in rows] + [each.dismissed_by for found in dismissals.values() for each in found]
    people = await names_of(pg, who)
    return [
        (
            ByScore(row.score, row.enumerator_id, row.regency_code),
            QualityEnumeratorOut(
                enumerator_id=row.enumerator_id,
                enumerator=people[row.enumerator_id].username,
                enumerator_name=people[row.enumerator_id].name,
                campaign=asked.campaign.code,
                region_code=row.regency_code,
                records=row.records,
                flagged_records=row.flagged_records,
                score=row.score / 100,
                flags=_flags(
                    row.codes,
                    orjson.loads(row.numbers),
                    {
                        each.code: each
                        for each in dismissals.get(row.enumerator_id, ())
                        if each.regency_code == row.regency_code and still_dismissed(each.revision, row.records)
                    },
                    people,
                    text_of_enumerator,
                    language,
                ),
            ),
        )
        for row in rows
    ]


async def count_codes(
    pg: asyncpg.Connection, reach: Reach, filters: WorkFilters, today: date, language: str
) -> tuple[str, list[CodeCount], list[CodeCount]]:
    """The campaign, and how many records within reach have each flag and each warning.

    Raises:
        Problem: `not_found` for a region outside the territory, `unknown_campaign`.
    """
    asked = await work_asked(pg, reach, filters, today)
    flags = await pg.fetch(_COUNTED_FLAGS, *asked.parameters)
    warnings = await pg.fetch(_COUNTED.format("warnings"), *asked.parameters)
    unknown = Text("", "")
    return (
        asked.campaign.code,
        [CodeCount(**dict(row), text=name_of(row["code"]).in_language(language)) for row in flags],
        [CodeCount(**dict(row), text=TEXTS.get(row["code"], unknown).in_language(language)) for row in warnings],
    )


def _flags(
    codes: Sequence[str],
    numbers: Mapping[str, Any],
    dismissals: Mapping[str, _Dismissal],
    people: Mapping[UUID, Named],
    text: Any,
    language: str,
) -> list[FlagOut]:
    return [
        FlagOut(
            code=code,
            text=text(code, numbers[code]).in_language(language),
            numbers=numbers[code],
            dismissal=None
            if (said := dismissals.get(code)) is None
            else DismissalOut(
                by=people[said.dismissed_by].username, dismissed_at=said.dismissed_at, reason=said.reason
            ),
        )
        for code in codes
    ]


async def _dismissals(
    pg: asyncpg.Connection, subjects: Sequence[UUID], campaign_id: int, about: str
) -> dict[UUID, list[_Dismissal]]:
    found: dict[UUID, list[_Dismissal]] = {}
    for row in await read(pg, _Dismissal, _DISMISSALS, list(subjects), campaign_id, about):
        found.setdefault(row.subject_id, []).append(row)
    return found
