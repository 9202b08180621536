"""Of which businesses somebody sent something that no number links with them: a record of a business in the same
village under the same name, recorded once more without a number; or an item that was kept raw (`kept_raw.py`).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from uuid import UUID

import asyncpg

from app.core.rows import read
from app.regions.region_code import span_of
from app.reinterviews.described import SAID, Described, Named, Opening, named_in
from app.reinterviews.kept_raw import kept_raw_of

# By the index of an enumerator's businesses: of each of few villages.
_OWN = f"""
SELECT business.id, business.record_id, business.revision, business.region_code, business.name, {SAID}
FROM unnest($2::text[], $3::text[]) AS village (first, behind)
JOIN business ON business.enumerator_id = $1
 AND business.region_code >= village.first AND business.region_code < village.behind
LEFT JOIN submission ON submission.record_id = business.record_id AND submission.revision = business.revision
 AND submission.regency_code = business.regency_code
"""
# In whatever village they are by now.
_REVISED = "SELECT record_id FROM business WHERE enumerator_id = $1 AND revision > 1"


async def heard_unlinked(
    pg: asyncpg.Connection, by: Opening, enumerator_id: UUID, businesses: Collection[Described]
) -> frozenset[UUID]:
    """Those of these businesses of which that enumerator sent something that no number links with them."""
    return await _recorded_alike(pg, enumerator_id, businesses) | await kept_raw_of(pg, by, enumerator_id, businesses)


async def _recorded_alike(
    pg: asyncpg.Connection, enumerator_id: UUID, businesses: Iterable[Described]
) -> frozenset[UUID]:
    """By their own names and trade names, as they are heard: those that they have, or had in an earlier revision of the
    record that is in force."""
    alike = defaultdict[tuple[str, str], set[UUID]](set)
    for business in businesses:
        for called in business.called:
            for name in called.own:
                alike[called.village, name].add(business.id)
    villages = sorted({village for village, _ in alike})
    if not villages:
        return frozenset()
    spans = [span_of(village) for village in villages]
    first, behind = [each[0] for each in spans], [each[1] for each in spans]
    own = await read(pg, Named, _OWN, enumerator_id, first, behind)
    revised = [row[0] for row in await pg.fetch(_REVISED, enumerator_id)]
    own += await named_in(pg, revised, villages) if revised else []
    every = [row.called() for row in own]
    return frozenset(id_ for each in every for name in each.own for id_ in alike.get((each.village, name), ()))
