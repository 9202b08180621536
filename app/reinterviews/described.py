"""A business as it is compared with what names no business by an id: by the numbers and names that it has or had, that
its owner's others have, and that those have that were merged into them.

A number or a name may have been corrected, so every revision of its records counts. Of numbers that are in force there
are digests; earlier ones are opened, of the few records that have another revision than the one in force.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from app.core.rows import Row, read
from app.core.sealing import Digester, KeyRing
from app.identifiers.numbers import FOREIGN
from app.regions.region_code import village_of
from app.reinterviews.naming import in_sentences, keys_of
from app.reinterviews.senders import kin_of, numbers_of
from app.submissions.records import unsealed

SAID = """
submission.answers->>'trade_name' AS trade_name,
coalesce(submission.answers->'owner', submission.answers->'chair')->>'name' AS owner_name
"""
"""What a revision says of names, beside that of the business."""

_CALLED = """
SELECT id, record_id, revision, region_code, name, NULL AS trade_name, NULL AS owner_name FROM business
WHERE id = ANY($1)
"""
_RECORDED = "SELECT record_id, business_id FROM record WHERE business_id = ANY($1)"
_CALLED_IN = f"""
SELECT record_id AS id, record_id, revision, region_code, answers->>'legal_name' AS name, {SAID}
FROM submission WHERE record_id = ANY($1) AND ($2::text[] IS NULL OR left(region_code, 13) = ANY($2))
"""
_SEALED = """
SELECT record_id, revision, sealed
FROM submission JOIN unnest($1::uuid[], $2::int[]) AS input (record_id, revision) USING (record_id, revision)
WHERE sealed IS NOT NULL
"""


class Opening(NamedTuple):
    """With what sealed items are opened and their numbers compared, and the day."""

    ring: KeyRing
    digester: Digester
    today: date


class Called(NamedTuple):
    """Where a business lies; its own names and, in `all`, that of its owner, as they are heard; and all of them in
    full and as they are looked for in sentences (`naming.py`)."""

    village: str
    own: frozenset[str]
    all: frozenset[str]
    full: frozenset[str]
    sentences: frozenset[str]


class Described(NamedTuple):
    """A business with its numbers and names, each name where it was said to lie."""

    id: UUID
    numbers: Sequence[bytes]
    called: Sequence[Called]


class Named(Row):
    """What a business is called, by itself or in a revision of a record; the id is of either."""

    id: UUID
    record_id: UUID
    revision: int
    region_code: str
    name: str | None
    trade_name: str | None
    owner_name: str | None

    def called(self) -> Called:
        """By what it is compared."""
        own = [keys_of(name) for name in (self.name, self.trade_name) if name]
        every = [*own, keys_of(self.owner_name or "")]
        in_texts = [in_sentences(name, of_person=False) for name in (self.name, self.trade_name)]
        return Called(
            village_of(self.region_code),
            frozenset(each.heard for each in own) - {""},
            frozenset(each.heard for each in every) - {""},
            frozenset(each.full for each in every) - {""},
            frozenset().union(*in_texts, in_sentences(self.owner_name, of_person=True)),
        )


class _Sealed(Row):
    record_id: UUID
    revision: int
    sealed: bytes


async def described(pg: asyncpg.Connection, by: Opening, business_ids: Iterable[UUID]) -> Mapping[UUID, Described]:
    """These businesses, by id."""
    kin = await kin_of(pg, set(business_ids))
    every = [*{each for those in kin.values() for each in those}]
    numbers = defaultdict[UUID, set[bytes]](set)
    for id_, digests in (await numbers_of(pg, every)).items():
        numbers[id_].update(digests)
    called = defaultdict[UUID, set[Called]](set)
    in_force = await read(pg, Named, _CALLED, every)
    of_record: dict[UUID, UUID] = {row[0]: row[1] for row in await pg.fetch(_RECORDED, every)}
    said = await named_in(pg, of_record)
    for row in in_force:
        called[row.id].add(row.called())
    for row in said:
        called[of_record[row.id]].add(row.called())
    before = {(row.record_id, row.revision) for row in said} - {(row.record_id, row.revision) for row in in_force}
    for opened in await read(pg, _Sealed, _SEALED, *map(list, zip(*before, strict=True))) if before else ():
        answers = unsealed(by.ring, opened.record_id, opened.revision, opened.sealed) or {}
        for kind, digits in _numbers_said(answers):
            numbers[of_record[opened.record_id]].update(by.digester.digests(kind, digits))
    return {
        id_: Described(
            id_,
            [digest for each in those for digest in numbers[each]],
            [one for each in those for one in called[each]],
        )
        for id_, those in kin.items()
    }


async def named_in(
    pg: asyncpg.Connection, record_ids: Iterable[UUID], villages: Iterable[str] | None = None
) -> list[Named]:
    """What the revisions of these records say of names, or of those that say that they are from these villages."""
    return await read(pg, Named, _CALLED_IN, list(record_ids), None if villages is None else list(villages))


def _numbers_said(answers: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The numbers of sealed answers by which a business is known; a chair's NIK is none."""
    owner = answers.get("owner")
    places = [(answers, kind) for kind in ("nib", "cooperative_number")]
    places += [(owner, kind) for kind in ("nik", *FOREIGN)] if isinstance(owner, Mapping) else []
    return ((kind, said[kind]) for said, kind in places if isinstance(said.get(kind), str))
