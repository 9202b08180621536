"""Counting everything again: do the figures still say what the stored records say?

Each check is one statement that compares the whole of a table with what it is derived from and gives only
what differs. A sound database gives nothing.
"""

from collections.abc import Iterable
from typing import NamedTuple

import asyncpg

from app.identifiers.kbli_codes import BLANKS
from app.progress.models import COUNTERS, DOORS, NOBODY, RESULTS
from app.progress.rollup import ANCESTRY
from app.progress.unfolded import UNFOLDED

MAX_DRIFTS = 1_000
"""The most differences that one check gives; the first ones are enough."""


class Drift(NamedTuple):
    """One difference. `check` is a stable code, `place` the row's key without any personal number."""

    check: str
    campaign_id: int | None
    place: str
    figure: str
    expected: int
    found: int


# Each check is a SELECT of the columns of Drift without the first, where expected and found differ.
# $1 is the campaign, or null for all.
_ONLY = "($1::smallint IS NULL OR campaign_id = $1)"


def _pairs(figures: Iterable[str]) -> str:
    """Lateral rows (figure, expected, found) of two joined relations that have the same figures."""
    return ", ".join(f"('{f}', coalesce(expected.{f}, 0), coalesce(actual.{f}, 0))" for f in figures)


_COUNTED_AS = {"duplicates": "duplicate", "conflicts": "conflict"}
"""What a record counts as, where its counter has another name."""

# What a record counts as moves with every revision that says so, and with every decision between two revisions:
# +1 where it counts from now on, and on the same day -1 where it counted before. A raw item counts from its day of
# receipt to the day it came again, a review
# from the day it was decided to the day it ended.
_CELLS = """
WITH step AS (
    SELECT campaign_id, enumerator_id, region_code, received_on, captured_on, counted_as, record_id, revision,
           NULL::uuid AS move
    FROM submission WHERE counted_as IS NOT NULL AND {only}
    UNION ALL
    SELECT campaign_id, enumerator_id, region_code, moved_on, captured_on, counted_as, record_id, revision, id
    FROM counted_move WHERE {only}
), counted AS (
    SELECT campaign_id, enumerator_id, region_code, received_on, captured_on, counted_as,
           lag(region_code) OVER each AS was_region_code,
           lag(captured_on) OVER each AS was_captured_on,
           lag(counted_as) OVER each AS was_counted_as
    -- What was visited in vain counted before what was answered, in whatever order it was recorded.
    FROM step WINDOW each AS (
        PARTITION BY record_id ORDER BY counted_as IN ({results}) DESC, revision, move NULLS FIRST
    )
), change AS (
    SELECT campaign_id, enumerator_id, region_code, received_on, captured_on, counted_as, 1 AS by
    FROM counted
    UNION ALL
    SELECT campaign_id, enumerator_id, was_region_code, received_on, was_captured_on, was_counted_as, -1
    FROM counted WHERE was_counted_as IS NOT NULL
    UNION ALL
    SELECT campaign_id, enumerator_id, region_code, received_on, captured_on, 'invalid', 1
    FROM raw_item WHERE counts AND {only}
    UNION ALL
    SELECT campaign_id, enumerator_id, region_code, resolved_on, captured_on, 'invalid', -1
    FROM raw_item WHERE counts AND resolved_on IS NOT NULL AND {only}
    UNION ALL
    SELECT campaign_id, enumerator_id, region_code, decided_on, captured_on, decision, 1
    FROM review WHERE {only}
    UNION ALL
    SELECT campaign_id, enumerator_id, region_code, ended_on, captured_on, decision, -1
    FROM review WHERE ended_on IS NOT NULL AND {only}
    UNION ALL
    SELECT campaign_id, '{nobody}'::uuid, region_code, listed_on, listed_on, 'listed', 1
    FROM listing_entry WHERE {only}
    UNION ALL
    SELECT campaign_id, enumerator_id, place.region_code, received_on, captured_on, place.counted_as, by FROM (
        SELECT campaign_id, region_code, state, enumerator_id, record_region_code, captured_on, received_on, 1 AS by
        FROM listing_step WHERE {only}
        UNION ALL
        SELECT campaign_id, region_code, lag(state) OVER each, lag(enumerator_id) OVER each,
               lag(record_region_code) OVER each, lag(captured_on) OVER each, received_on, -1
        FROM listing_step WHERE {only} WINDOW each AS (PARTITION BY entry_id ORDER BY step)
    ) AS step
    CROSS JOIN LATERAL (VALUES (region_code, 'listed_done', state NOT IN ('open', 'open_visits')),
                               (record_region_code, 'listed_entered', state = 'entered'))
        AS place (region_code, counted_as, counts)
    WHERE place.counts
), expected AS (
    SELECT campaign_id, enumerator_id, region_code, received_on, captured_on,
           {by_counter}
    FROM change GROUP BY 1, 2, 3, 4, 5
), actual AS (
    SELECT campaign_id, enumerator_id, region_code, received_on, captured_on,
           {names}
    FROM progress_cell WHERE {only}
)
SELECT campaign_id, concat_ws(' ', region_code, enumerator_id, received_on, captured_on), figure.*
FROM expected FULL JOIN actual USING (campaign_id, enumerator_id, region_code, received_on, captured_on)
CROSS JOIN LATERAL (VALUES {pairs}) AS figure (name, expected, found)
"""

_DAYS = """
WITH cell AS (
    SELECT campaign_id, 'received' AS basis, region_code, received_on AS day, {sums}
    FROM progress_cell WHERE {only} GROUP BY 1, 2, 3, 4
    UNION ALL
    SELECT campaign_id, 'captured', region_code, captured_on, {sums}
    FROM progress_cell WHERE {only} GROUP BY 1, 2, 3, 4
), expected AS (
    SELECT campaign_id, basis, ancestor.node AS region_code, day, {sums}
    FROM cell AS delta CROSS JOIN LATERAL ({ancestry}) AS ancestor GROUP BY 1, 2, 3, 4
), fresh AS (
    SELECT delta.*, ancestor.node FROM {unfolded} AS delta CROSS JOIN LATERAL ({ancestry}) AS ancestor
    WHERE {only}
), actual AS (
    SELECT campaign_id, basis, region_code, day, {sums} FROM (
        SELECT campaign_id, basis, region_code, day, {names} FROM progress_day WHERE {only}
        UNION ALL SELECT campaign_id, 'received', node, received_on, {names} FROM fresh
        UNION ALL SELECT campaign_id, 'captured', node, captured_on, {names} FROM fresh
    ) AS part GROUP BY 1, 2, 3, 4
)
SELECT campaign_id, concat_ws(' ', region_code, basis, day), figure.*
FROM expected FULL JOIN actual USING (campaign_id, basis, region_code, day)
CROSS JOIN LATERAL (VALUES {pairs}) AS figure (name, expected, found)
"""

_NEWLY_ACTIVE = """
WITH expected AS (
    SELECT campaign_id, basis, region_code, day, count(*) AS newly_active
    FROM progress_activity
    CROSS JOIN LATERAL (VALUES
        ('received', first_received_on), ('captured', first_captured_on)
    ) AS first (basis, day)
    WHERE {only} GROUP BY 1, 2, 3, 4
), actual AS (
    SELECT campaign_id, basis, region_code, day, newly_active FROM progress_day WHERE {only}
)
SELECT campaign_id, concat_ws(' ', region_code, basis, day), figure.*
FROM expected FULL JOIN actual USING (campaign_id, basis, region_code, day)
CROSS JOIN LATERAL (VALUES {pairs}) AS figure (name, expected, found)
"""

# A cell that counts something shows that its enumerator was active by its day at the latest; a cell with
# nothing left (taken back the same day) may show the first activity, too. So the first day lies between the
# first cell of any kind and the first that counts something, which is the same day but for such corrections.
# Days are counted from 2000 on; a missing one is -1.
_ACTIVITY = """
WITH cell AS (
    SELECT campaign_id, enumerator_id, region_code,
           min(received_on) AS received_on, min(captured_on) AS captured_on,
           min(received_on) FILTER (WHERE {counted}) AS received_by,
           min(captured_on) FILTER (WHERE {counted}) AS captured_by
    FROM progress_cell WHERE {only} GROUP BY 1, 2, 3
), expected AS (
    SELECT campaign_id, enumerator_id, ancestor.node AS region_code,
           min(received_on) AS received_on, min(captured_on) AS captured_on,
           min(received_by) AS received_by, min(captured_by) AS captured_by
    FROM cell AS delta CROSS JOIN LATERAL ({ancestry}) AS ancestor GROUP BY 1, 2, 3
), actual AS (
    SELECT campaign_id, enumerator_id, region_code,
           min(received_on) AS received_on, min(captured_on) AS captured_on
    FROM (
        SELECT campaign_id, enumerator_id, region_code, first_received_on AS received_on,
               first_captured_on AS captured_on
        FROM progress_activity WHERE {only}
        UNION ALL
        SELECT campaign_id, enumerator_id, ancestor.node, received_on, captured_on
        FROM {unfolded} AS delta CROSS JOIN LATERAL ({ancestry}) AS ancestor WHERE ({counted}) AND {only}
    ) AS part GROUP BY 1, 2, 3
)
SELECT campaign_id, concat_ws(' ', region_code, enumerator_id), figure.name,
       coalesce(figure.expected - date '2000-01-01', -1), coalesce(figure.found - date '2000-01-01', -1)
FROM expected FULL JOIN actual USING (campaign_id, enumerator_id, region_code)
CROSS JOIN LATERAL (VALUES
    ('first_received_on', expected.received_on, expected.received_by, actual.received_on),
    ('first_captured_on', expected.captured_on, expected.captured_by, actual.captured_on)
) AS figure (name, since, expected, found)
WHERE figure.found IS NULL AND figure.expected IS NOT NULL
   OR figure.found < figure.since OR figure.found > figure.expected
   OR figure.since IS NULL
"""

_BUSINESSES = """
WITH expected AS (
    SELECT business_id, campaign_id, count(*) AS accepted
    FROM record WHERE counted_as = 'entered' AND {only} GROUP BY 1, 2
), actual AS (
    SELECT business_id, campaign_id, count(*) AS accepted
    FROM (SELECT id AS business_id, unnest(campaign_ids) AS campaign_id FROM business
          WHERE merged_into IS NULL) AS entered
    WHERE {only} GROUP BY 1, 2
)
SELECT campaign_id, business_id::text, 'accepted',
       coalesce(expected.accepted, 0), coalesce(actual.accepted, 0)
FROM expected FULL JOIN actual USING (business_id, campaign_id)
WHERE expected.accepted IS DISTINCT FROM 1 OR actual.accepted IS DISTINCT FROM 1
"""

# Identities have no campaign: all are compared, with any $1. The place is the business, since a digest must not be
# shown. A business may share a number with its owner, which has it, too.
_IDENTITIES = """
WITH actual AS MATERIALIZED (
    SELECT id AS business_id, number.digest
    FROM business CROSS JOIN LATERAL (
        SELECT unnest(
            ARRAY[nik_digest, nib_digest, cooperative_number_digest, passport_digest, kitas_digest] || alias_digests
        )
    ) AS number (digest)
    WHERE number.digest IS NOT NULL AND merged_into IS NULL
), known AS MATERIALIZED (SELECT digest, business_id FROM identity),
shared AS MATERIALIZED (SELECT digest, business_id FROM shared_number)
SELECT NULL::int, known.business_id::text, 'not_said', 1, 0
FROM known LEFT JOIN actual USING (digest, business_id) WHERE actual.digest IS NULL AND ($1::smallint IS NULL OR true)
UNION ALL
SELECT NULL, actual.business_id::text, 'not_known', 1, 0
FROM actual LEFT JOIN known USING (digest) WHERE known.digest IS NULL
UNION ALL
SELECT NULL, shared.business_id::text, 'share_not_said', 1, 0
FROM shared LEFT JOIN actual USING (digest, business_id) WHERE actual.digest IS NULL
UNION ALL
SELECT NULL, actual.business_id::text, 'share_not_known', 1, 0
FROM actual JOIN known ON known.digest = actual.digest AND known.business_id <> actual.business_id
LEFT JOIN shared ON shared.digest = actual.digest AND shared.business_id = actual.business_id
WHERE shared.digest IS NULL
"""


# What a business says of its activity: the code of its record, or the one that a person's decision in force says; and
# a code that its edition does not have, exactly while it waits.
_ACTIVITIES = """
SELECT NULL::int, business.id::text, figure.*
FROM business
JOIN submission
  ON submission.record_id = business.record_id AND submission.revision = business.revision
 AND submission.regency_code = business.regency_code
LEFT JOIN coding
  ON coding.id = business.coding_id AND coding.regency_code = business.regency_code AND coding.undone_at IS NULL
LEFT JOIN kbli ON kbli.version = business.kbli_version AND kbli.code = business.kbli
CROSS JOIN LATERAL (VALUES
    ('said', 1, (ROW(business.kbli_version, business.kbli) = CASE WHEN business.coding_id IS NULL
        THEN ROW(coalesce(answers->>'kbli_version', '2020') COLLATE "C", btrim(answers->>'kbli', {blanks}) COLLATE "C")
        ELSE ROW(coding.kbli_version, coding.kbli) END)::int),
    ('unknown', (kbli.code IS NULL)::int, business.kbli_unknown::int)
) AS figure (name, expected, found)
WHERE merged_into IS NULL AND ($1::smallint IS NULL OR $1 = ANY(campaign_ids))
  AND answers ? 'kbli' -- otherwise they were erased
  AND figure.expected IS DISTINCT FROM figure.found
"""

# A door is listed as long as nobody was interviewed there, as what its record counts as. The place is the record.
_DOORS = """
SELECT campaign_id, record_id::text, 'doors', (expected.counted_as IS NOT NULL)::int,
       (actual.counted_as IS NOT NULL AND actual.counted_as IS NOT DISTINCT FROM expected.counted_as)::int
FROM (SELECT campaign_id, record_id, counted_as FROM record WHERE counted_as IN ({results}) AND {only}) AS expected
FULL JOIN (SELECT campaign_id, record_id, counted_as FROM door WHERE {only}) AS actual USING (campaign_id, record_id)
WHERE expected.counted_as IS DISTINCT FROM actual.counted_as
"""


# An entry is what the record that decides it counts as, and what its last step says; a record that is entered decides
# the entry that it claims, unless another one does. The place is the entry.
_LISTING = """
WITH entry AS MATERIALIZED (SELECT * FROM listing_entry WHERE {only}),
claim AS MATERIALIZED (
    SELECT record_id, listing_id, counted_as, campaign_id,
           CASE counted_as WHEN 'entered' THEN 0 WHEN 'duplicate' THEN 1 WHEN 'open_visits' THEN 3
                           WHEN 'conflict' THEN NULL ELSE 2 END AS rank
    FROM record WHERE listing_id IS NOT NULL AND {only}
), best AS MATERIALIZED (SELECT listing_id, min(rank) AS rank FROM claim GROUP BY 1),
last AS MATERIALIZED (
    SELECT DISTINCT ON (entry_id) entry_id, step, state, record_id, captured_on, record_region_code, enumerator_id
    FROM listing_step WHERE {only} ORDER BY entry_id, step DESC
)
SELECT entry.campaign_id, entry.id::text, figure.*
FROM entry
LEFT JOIN best ON best.listing_id = entry.id
LEFT JOIN claim ON claim.record_id = entry.record_id AND claim.listing_id = entry.id
LEFT JOIN last ON last.entry_id = entry.id
CROSS JOIN LATERAL (VALUES
    ('decided', 1, (CASE WHEN best.rank IS NULL THEN entry.state = 'open' AND entry.record_id IS NULL
                         ELSE claim.rank IS NOT DISTINCT FROM best.rank AND entry.state = claim.counted_as END)::int),
    ('steps', 1, (CASE WHEN last.entry_id IS NULL THEN entry.step = 0 AND entry.state = 'open'
                       ELSE (entry.step, entry.state, entry.record_id, entry.captured_on, entry.record_region_code,
                             entry.enumerator_id)
                            IS NOT DISTINCT FROM (last.step, last.state, last.record_id, last.captured_on,
                                                  last.record_region_code, last.enumerator_id) END)::int)
) AS figure (name, expected, found)
WHERE figure.expected IS DISTINCT FROM figure.found
UNION ALL
SELECT claim.campaign_id, claim.record_id::text, 'claimed', 1, 0
FROM claim LEFT JOIN entry ON entry.id = claim.listing_id AND entry.campaign_id = claim.campaign_id
WHERE entry.id IS NULL
"""

# A business is there unless the newest round that found anything at its entry found it closed or moved, and it is not
# entered in that round or a later one.
_LIVES = """
WITH newest AS MATERIALIZED (
    SELECT DISTINCT ON (business_id) business_id, campaign_id, starts_on, state, record_id, captured_on
    FROM listing_entry JOIN campaign ON campaign.id = campaign_id
    WHERE business_id IS NOT NULL AND state <> 'open' ORDER BY business_id, starts_on DESC, campaign_id DESC
), expected AS (
    SELECT business.id, newest.state, newest.record_id, newest.captured_on
    FROM business JOIN newest ON newest.business_id = business.id
    WHERE newest.state IN ('closed', 'moved')
      AND NOT EXISTS (
          SELECT FROM campaign WHERE id = ANY (business.campaign_ids)
            AND (campaign.starts_on, campaign.id) >= (newest.starts_on, newest.campaign_id)
      )
)
SELECT NULL::int, business.id::text, 'life', 1, 0
FROM business LEFT JOIN expected ON expected.id = business.id
WHERE ($1::smallint IS NULL OR $1 = ANY(campaign_ids))
  AND (business.life, business.life_record_id, business.life_since)
      IS DISTINCT FROM (coalesce(expected.state, 'active'), expected.record_id, expected.captured_on)
"""


def _check(statement: str, figures: Iterable[str] = (), *, by_figure: bool = True) -> str:
    filled = statement.format(
        only=_ONLY,
        blanks=BLANKS,
        ancestry=ANCESTRY,
        unfolded=UNFOLDED,
        by_counter=", ".join(f"sum(by) FILTER (WHERE counted_as = '{_COUNTED_AS.get(c, c)}') AS {c}" for c in COUNTERS),
        nobody=NOBODY,
        results=", ".join(f"'{c}'" for c in RESULTS),
        names=", ".join(COUNTERS),
        sums=", ".join(f"sum({c}) AS {c}" for c in COUNTERS),
        counted=" OR ".join(f"{c} > 0" for c in DOORS),
        pairs=_pairs(figures),
    )
    return filled + (" WHERE figure.expected <> figure.found" if by_figure else "") + f" LIMIT {MAX_DRIFTS}"


_CHECKS = {
    "cells_differ_from_records": _check(_CELLS, COUNTERS),
    "days_differ_from_cells": _check(_DAYS, COUNTERS),
    "newly_active_differs_from_activity": _check(_NEWLY_ACTIVE, ("newly_active",)),
    "activity_differs_from_cells": _check(_ACTIVITY, by_figure=False),
    "business_not_entered_once": _check(_BUSINESSES, by_figure=False),
    "activity_differs_from_record": _check(_ACTIVITIES, by_figure=False),
    "door_differs_from_record": _check(_DOORS, by_figure=False),
    "entry_differs_from_records": _check(_LISTING, by_figure=False),
    "life_differs_from_entries": _check(_LIVES, by_figure=False),
    "identity_differs_from_business": _check(_IDENTITIES, by_figure=False),
}


async def drift(pg: asyncpg.Connection, campaign_id: int | None = None) -> list[Drift]:
    """Count everything of a campaign (or of all) again, and give what differs: nothing, in a sound database.

    Wants a transaction that sees one moment (`Database.snapshot`), since batches are still stored meanwhile. Reads
    whole tables: minutes for tens of millions of records, for which it lifts the statement timeout.
    """
    await pg.execute("SET LOCAL statement_timeout = 0")
    return [
        Drift(check, *row) for check, statement in _CHECKS.items() for row in await pg.fetch(statement, campaign_id)
    ]
