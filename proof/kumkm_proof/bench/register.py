"""A made-up register of any size, written straight into the tables: what reading it is measured on.

OKU has its 42,000 businesses where there are as many; all others lie anywhere in the country. Names are drawn so that
some words stand in every other name and some in a few; answers are those of the demo's people, sealed for each record
again, so that rows have the size that they have in a census.
"""

import asyncio
import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from app.core.ids import new_id
from app.core.sealing import KeyRing
from app.identifiers.kbli_codes import DEFAULT
from app.questionnaires.assessment import read
from app.questionnaires.catalogue import CATALOGUE
from app.questionnaires.masking import masked
from app.register.names import searchable
from app.register.register import BusinessRow
from app.submissions.records import bound_to
from app.submissions.store import RecordEntry, SubmissionRow
from kumkm_proof.bench.scene import TODAY, Scene
from kumkm_proof.demo.people import Townsfolk

_OKU = 42_000
_CHUNK = 20_000
_SAMPLES = 2_000
_SYLLABLES = ("ba", "ri", "su", "ma", "ti", "lo", "ran", "din", "kar", "pu", "sih", "ang", "ra", "yo", "nah", "wi")
_REVIEWED = {"unreviewed": 60, "verified": 38, "returned": 2}


async def fill_register(stage: Scene, size: int, advance: Callable[[int], None]) -> list[UUID]:
    """Write so many businesses with a record and a submission each; gives their ids in the order of entry."""
    pg = await asyncpg.connect(stage.dsn, server_settings={"jit": "off"})
    try:
        villages = await pg.fetch("SELECT code FROM region WHERE level = 'village' ORDER BY code")
        made = _made_up(stage, [row[0] for row in villages], size)
        ids: list[UUID] = []
        while rows := list(itertools.islice(made, _CHUNK)):
            businesses, records, submissions, states = (list(column) for column in zip(*rows, strict=True))
            await pg.execute("INSERT INTO feed_mark DEFAULT VALUES ON CONFLICT DO NOTHING")
            await pg.copy_records_to_table(
                "business",
                records=[(*row, state) for row, state in zip(businesses, states, strict=True)],
                columns=[*BusinessRow.columns, "review_state"],
            )
            await pg.copy_records_to_table("record", records=records, columns=RecordEntry.columns)
            await pg.copy_records_to_table("submission", records=submissions, columns=SubmissionRow.columns)
            ids += [row.id for row in businesses]
            advance(len(rows))
            await asyncio.sleep(0)
        await pg.execute("VACUUM (ANALYZE) business", timeout=600)
        await pg.execute("VACUUM (ANALYZE) record", timeout=600)
        await pg.execute("VACUUM (ANALYZE) submission", timeout=600)
    finally:
        await pg.close()
    return ids


def _made_up(
    stage: Scene, villages: list[str], size: int
) -> Iterator[tuple[BusinessRow, RecordEntry, SubmissionRow, str]]:
    rng, began = Random(1), datetime.now(UTC) - timedelta(days=100)
    ring = KeyRing(stage.settings.sealing_ring())
    people = Townsfolk(rng)
    samples = [_sample(people) for _ in range(_SAMPLES)]
    batch_id = new_id()
    for number in range(size):
        village = rng.choice(stage.villages) if number < _OKU else rng.choice(villages)
        kind, name, kbli, size_class, masks, answers, sealed = rng.choice(samples)
        name = f"{name} {_surname(rng)}"
        business_id, record_id, who = new_id(), new_id(), rng.choice(stage.enumerator_ids)
        at = began + timedelta(seconds=number * 8_000_000 / size)
        digests: list[Any] = [rng.randbytes(16) if mask else None for mask in masks]
        numbers: tuple[Any, Any, Any, Any, Any, Any] = (*digests, *masks)
        yield (
            BusinessRow(
                id=business_id,
                regency_code=village[:5],
                kind=kind,
                name=name,
                search_name=searchable(name),
                region_code=village,
                kbli=kbli,
                kbli_version=DEFAULT,
                kbli_unknown=False,
                coding_id=None,
                size_class=size_class,
                nik_digest=numbers[0],
                nib_digest=numbers[1],
                cooperative_number_digest=numbers[2],
                passport_digest=None,
                kitas_digest=None,
                nik_masked=numbers[3],
                nib_masked=numbers[4],
                cooperative_number_masked=numbers[5],
                passport_masked=None,
                kitas_masked=None,
                unidentified=not any(masks),
                campaign_ids=[1],
                record_id=record_id,
                revision=1,
                enumerator_id=who,
                created_at=at,
                updated_at=at,
            ),
            RecordEntry(
                record_id=record_id,
                campaign_id=1,
                enumerator_id=who,
                regency_code=village[:5],
                revision=1,
                counted_revision=1,
                counted_as="entered",
                business_id=business_id,
            ),
            SubmissionRow(
                record_id=record_id,
                revision=1,
                regency_code=village[:5],
                campaign_id=1,
                batch_id=batch_id,
                enumerator_id=who,
                business_id=business_id,
                outcome="accepted",
                counted_as="entered",
                questionnaire=f"{kind}@1",
                region_code=village,
                content_digest=rng.randbytes(16),
                started_at=at - timedelta(minutes=8 + number % 13),
                captured_at=at,
                captured_at_told=at,
                captured_on=at.date(),
                received_at=at,
                received_on=at.date(),
                latitude=-4.1 + rng.random() / 2,
                longitude=104 + rng.random(),
                accuracy_m=5.0,
                warnings=[],
                answers=answers,
                sealed=ring.seal(sealed, bound_to(record_id, 1)),
            ),
            rng.choices(tuple(_REVIEWED), tuple(_REVIEWED.values()))[0],
        )


def _sample(people: Townsfolk) -> tuple[Any, ...]:
    """What can be drawn again: the answers of somebody who could be."""
    questionnaire, answers = people.answers("16.01.14.1003")
    reading = read(CATALOGUE[questionnaire], answers, captured_on=TODAY, today=TODAY, suspicious=False)
    numbers = dict(reading.identities)
    masks = [masked(numbers.get(kind)) for kind in ("nik", "nib", "cooperative_number")]
    open_answers, sealed = orjson.dumps(reading.open_answers).decode(), orjson.dumps(reading.sealed_answers)
    return reading.kind, reading.legal_name, reading.kbli, reading.size_class, masks, open_answers, sealed


def _surname(rng: Random) -> str:
    return "".join(rng.choices(_SYLLABLES, k=rng.randint(2, 3))).title()
