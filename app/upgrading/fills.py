"""The steps that fill in data, in the order of releases."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import orjson
from pydantic import ValidationError

from app.audit.chain import goes_on, link_events
from app.core.settings import SettingsError
from app.intake.rules import Arrival
from app.intake.schemas import Item
from app.questionnaires.assessment import whole
from app.questionnaires.masking import masked, without_long_numbers
from app.register.models import CHANGE_NUMBER
from app.register.names import EDITION, searchable
from app.register.register import mark_change
from app.submissions.records import bound_to, unsealed
from app.upgrading.steps import Chunk, Keys, Step
from app.workforce.headcount import rebuild

CHUNK = 1_000
_SHORTEST = 5  # digits of a number that identifies a business
_LONG = 13
_ENOUGH = 50  # long numbers, of which at least one would match under the right key
KINDS = ("nik", "nib", "cooperative_number")
_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_FIRST = str(UUID(int=0))


async def search_names(pg: asyncpg.Connection, _: Keys | None, after: str | None) -> Chunk:
    """Phonetic names for searching; an older database has plain ones."""
    rows = await _businesses(pg, after, "name, search_name")
    heard = [(row["id"], searchable(row["name"])) for row in rows if row["search_name"] != searchable(row["name"])]
    await pg.execute(
        "UPDATE business SET search_name = input.heard FROM unnest($1::uuid[], $2::text[]) AS input (id, heard)"
        " WHERE business.id = input.id",
        [id_ for id_, _ in heard],
        [name for _, name in heard],
    )
    return Chunk(len(heard), 0, _next(rows))


async def masked_numbers(pg: asyncpg.Connection, keys: Keys | None, after: str | None) -> Chunk:
    """Numbers as they are shown, out of the sealed answers of the record that said them."""
    columns = ", ".join(f"{kind}_digest, {kind}_masked" for kind in KINDS)
    rows = await _businesses(pg, after, f"record_id, {columns}")
    lacking = [row for row in rows if any(_lacks(row, kind) for kind in KINDS)]
    if not lacking or keys is None:
        return Chunk(0, 0, _next(rows))
    shown = await _shown(pg, keys, lacking)
    filled = []
    for row in lacking:
        masks = [row[f"{kind}_masked"] or shown.get((kind, row[f"{kind}_digest"])) for kind in KINDS]
        if masks != [row[f"{kind}_masked"] for kind in KINDS]:
            filled.append((row["id"], *masks))
    if filled:  # systems that mirror the register see the change
        await mark_change(pg)
        await pg.execute(
            "UPDATE business SET nik_masked = input.nik, nib_masked = input.nib,"
            f" cooperative_number_masked = input.cooperative_number, change_number = {CHANGE_NUMBER}"
            " FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) AS input (id, nik, nib, cooperative_number)"
            " WHERE business.id = input.id",
            *zip(*filled, strict=True),
        )
    return Chunk(len(filled), len(lacking) - len(filled), _next(rows))


async def former_regions(pg: asyncpg.Connection, _: Keys | None, after: str | None) -> Chunk:
    """Where a business was before it moved, so that a mirror of that region removes it."""
    rows = await _businesses(pg, after, "record_id, region_code")
    moved = await pg.fetch(
        "WITH input AS (SELECT record_id, revision, region_code,"
        "  lead(region_code) OVER (PARTITION BY record_id ORDER BY revision) AS later"
        "  FROM submission WHERE record_id = ANY($1) AND outcome IN ('accepted', 'updated'))"
        " SELECT record_id, array_agg(region_code ORDER BY first) AS regions FROM (SELECT record_id, region_code,"
        "  min(revision) AS first FROM input WHERE later <> region_code GROUP BY 1, 2) AS former GROUP BY 1",
        [row["record_id"] for row in rows],
    )
    if not moved:
        return Chunk(0, 0, _next(rows))
    await mark_change(pg)  # so the feed of the region that a business left contains it
    changed = await pg.execute(
        "UPDATE business SET former_region_codes = string_to_array(input.regions, ' '),"
        f" change_number = {CHANGE_NUMBER} FROM"
        " unnest($1::uuid[], $2::text[]) AS input (record_id, regions)"
        " WHERE business.record_id = input.record_id AND business.id = ANY($3) AND former_region_codes = '{}'",
        [row["record_id"] for row in moved],
        [" ".join(row["regions"]) for row in moved],
        [row["id"] for row in rows],
    )
    return Chunk(int(changed.split()[-1]), 0, _next(rows))


async def superseded_cases(pg: asyncpg.Connection, _: Keys | None, __: str | None) -> Chunk:
    """Cases of the queue whose record was judged again since: nothing is left to decide."""
    changed = await pg.execute(
        "UPDATE duplicate_case SET state = 'superseded', resolved_at = later.received_at FROM submission AS later"
        " WHERE state = 'open' AND kind IN ('duplicate', 'conflict') AND later.record_id = duplicate_case.record_id"
        " AND later.revision > duplicate_case.revision AND later.outcome <> 'unchanged'"
    )
    return Chunk(int(changed.split()[-1]), 0, None)


async def headcounts(pg: asyncpg.Connection, _: Keys | None, after: str | None) -> Chunk:
    """How many people each region had on each day, campaign by campaign."""
    campaign = await pg.fetchval("SELECT min(id) FROM campaign WHERE id > $1", int(after or 0))
    if campaign is None:
        return Chunk(0, 0, None)
    await rebuild(pg, campaign)
    return Chunk(1, 0, str(campaign))


async def shared_numbers(pg: asyncpg.Connection, _: Keys | None, after: str | None) -> Chunk:
    """Which businesses have a number beside its owner; before, only the businesses themselves said so."""
    columns = ", ".join(f"{kind}_digest" for kind in KINDS)
    rows = await _businesses(pg, after, f"record_id, merged_into, alias_digests, {columns}")
    said = [
        (digest, row["id"], row["record_id"])
        for row in rows
        if row["merged_into"] is None
        for digest in {*row["alias_digests"], *(row[f"{kind}_digest"] for kind in KINDS)} - {None}
    ]
    owned = await pg.fetch(
        "SELECT digest, business_id FROM identity WHERE digest = ANY($1)", [each[0] for each in said]
    )
    owners = {row["digest"]: row["business_id"] for row in owned}
    shared = [each for each in said if owners.get(each[0], each[1]) != each[1]]
    if shared:  # a person decided so
        await pg.execute(
            "INSERT INTO shared_number (digest, business_id, record_id, matched)"
            " SELECT digest, business_id, record_id, true FROM unnest($1::bytea[], $2::uuid[], $3::uuid[])"
            " AS input (digest, business_id, record_id) ON CONFLICT (digest, business_id) DO NOTHING",
            *zip(*shared, strict=True),
        )
    return Chunk(len(shared), 0, _next(rows))


async def long_numbers(pg: asyncpg.Connection, keys: Keys | None, after: str | None) -> Chunk:
    """Open answers with a long number in them: masked, and unmasked with the sealed answers."""
    if keys is None:
        return Chunk(0, 0, None)
    record, revision = (after or f"{_FIRST} 0").split()
    rows = await pg.fetch(
        "SELECT record_id, revision, regency_code, answers::text, sealed FROM submission"
        f" WHERE (record_id, revision) > ($1, $2::int) ORDER BY record_id, revision LIMIT {CHUNK}",
        UUID(record),
        int(revision),
    )
    filled = []
    for id_, number, regency, text, sealed in rows:
        answers = orjson.loads(text)
        plain, typed = _apart(answers)
        if typed:
            before = unsealed(keys.ring, id_, number, sealed)
            # Where sealed answers are no longer kept, what was typed is not, either.
            fresh = before and keys.ring.seal(orjson.dumps(whole(before, typed)), bound_to(id_, number))
            filled.append((id_, number, regency, orjson.dumps(plain).decode(), fresh))
    if filled:
        await pg.executemany(
            "UPDATE submission SET answers = $4, sealed = $5 WHERE (record_id, revision, regency_code) = ($1, $2, $3)",
            filled,
        )
        await _hide_in_names(pg, [each[0] for each in filled])
    after = f"{rows[-1]['record_id']} {rows[-1]['revision']}" if len(rows) == CHUNK else None
    return Chunk(len(filled), 0, after)


async def _hide_in_names(pg: asyncpg.Connection, record_ids: Sequence[UUID]) -> None:
    businesses = await pg.fetch(
        "SELECT id, name FROM business WHERE record_id = ANY($1) ORDER BY id FOR NO KEY UPDATE", record_ids
    )
    await mark_change(pg)
    await pg.executemany(
        f"UPDATE business SET name = $2, search_name = $3, change_number = {CHANGE_NUMBER} WHERE id = $1",
        [(row["id"], name, searchable(name)) for row in businesses if (name := without_long_numbers(row["name"]))],
    )


def _apart(answers: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Open answers with long numbers masked, and those of them as they were typed."""
    plain, typed = dict[str, Any](), dict[str, Any]()
    for name, value in answers.items():
        if isinstance(value, dict):
            plain[name], inner = _apart(value)
            typed |= {name: inner} if inner else {}
        else:
            plain[name] = without_long_numbers(value)
            typed |= {name: value} if plain[name] is not value else {}
    return plain, typed


async def audit_chain(pg: asyncpg.Connection, keys: Keys | None, _: str | None) -> Chunk:
    """Events from before there was a chain, and all others that no server has linked."""
    if keys is None:
        return Chunk(0, 0, None)
    if not await goes_on(pg, keys.chain):
        raise SettingsError("KUMKM_DIGEST_KEY is not the one under which the audit trail of this database is chained.")
    linked = await link_events(pg, keys.chain, since=_EARLIEST)
    return Chunk(linked, 0, _FIRST if linked else None)


async def raw_items(pg: asyncpg.Connection, keys: Keys | None, after: str | None) -> Chunk:
    """Which revision of its record an item is that was kept raw, and when it was captured, out of the sealed item."""
    rows = await pg.fetch(
        "SELECT raw_item.id, raw_item.regency_code, sealed, clock_skew_s FROM raw_item JOIN batch"
        " ON batch.id = batch_id"
        f" WHERE raw_item.id > $1 AND revision IS NULL ORDER BY raw_item.id LIMIT {CHUNK}",
        UUID(after or _FIRST),
    )
    filled = [(row["id"], row["regency_code"], *_of_item(keys, row)) for row in rows if keys and row["sealed"]]
    filled = [each for each in filled if each[2] is not None]
    await pg.execute(
        "UPDATE raw_item SET revision = input.revision, captured_at_told = input.at, captured_at = input.corrected"
        " FROM unnest($1::uuid[], $2::text[], $3::int[], $4::timestamptz[], $5::timestamptz[])"
        "  AS input (id, regency_code, revision, at, corrected)"
        " WHERE raw_item.id = input.id AND raw_item.regency_code = input.regency_code",
        *(zip(*filled, strict=True) if filled else [[]] * 5),
    )
    return Chunk(len(filled), len(rows) - len(filled), _next(rows))


def _of_item(keys: Keys, row: asyncpg.Record) -> tuple[int | None, datetime | None, datetime | None]:
    """Revision, time of capture by the tablet, and corrected; None where the item cannot be read."""
    try:
        item = Item.model_validate(orjson.loads(keys.ring.unseal(row["sealed"], row["id"].bytes)))
        corrected = Arrival(_EARLIEST, timedelta(seconds=row["clock_skew_s"])).corrected(item.captured_at)
    except (ValidationError, ValueError, OverflowError):
        return None, None, None
    return item.revision, item.captured_at, corrected


def _lacks(row: asyncpg.Record, kind: str) -> bool:
    return row[f"{kind}_digest"] is not None and row[f"{kind}_masked"] is None


async def _businesses(pg: asyncpg.Connection, after: str | None, columns: str) -> list[asyncpg.Record]:
    """The next ones in the order of their ids, locked as batches lock them."""
    first = UUID(after or _FIRST)
    if await pg.fetchval("SELECT to_regclass('pg_dist_partition') IS NOT NULL"):
        return await _businesses_of_a_cluster(pg, first, columns)
    rows: list[asyncpg.Record] = await pg.fetch(
        f"SELECT id, {columns} FROM business WHERE id > $1 ORDER BY id LIMIT {CHUNK} FOR NO KEY UPDATE", first
    )
    return rows


async def _businesses_of_a_cluster(pg: asyncpg.Connection, first: UUID, columns: str) -> list[asyncpg.Record]:
    """A cluster locks rows of one regency at a time; what moved to another one meanwhile is looked for there."""
    while True:
        next_ones = await pg.fetch(
            f"SELECT id, regency_code FROM business WHERE id > $1 ORDER BY id LIMIT {CHUNK}", first
        )
        rows: list[asyncpg.Record] = []
        for regency in sorted({row["regency_code"] for row in next_ones}):
            rows += await pg.fetch(
                f"SELECT id, {columns} FROM business WHERE id = ANY($1) AND regency_code = $2 ORDER BY id"
                " FOR NO KEY UPDATE",
                [row["id"] for row in next_ones if row["regency_code"] == regency],
                regency,
            )
        if len(rows) == len(next_ones):
            return sorted(rows, key=lambda row: row["id"].bytes)


def _next(rows: Sequence[asyncpg.Record]) -> str | None:
    return str(rows[-1]["id"]) if len(rows) == CHUNK else None


async def _shown(pg: asyncpg.Connection, keys: Keys, rows: Sequence[asyncpg.Record]) -> Mapping[tuple[str, bytes], str]:
    """How numbers are shown, by kind and digest. They are in an answer of the record in force, or of the one that
    claimed them.
    """
    wanted = {(kind, row[f"{kind}_digest"]) for row in rows for kind in KINDS if _lacks(row, kind)}
    claimed = await pg.fetch("SELECT record_id FROM identity WHERE digest = ANY($1)", [digest for _, digest in wanted])
    records = {row["record_id"] for row in (*rows, *claimed)}
    revisions = await pg.fetch(
        "SELECT record_id, revision, answers::text, sealed FROM submission WHERE record_id = ANY($1)", list(records)
    )
    shown, seen = {}, 0
    for record_id, revision, answers, sealed in revisions:
        for text in _numbers([orjson.loads(answers), unsealed(keys.ring, record_id, revision, sealed)]):
            seen += len(text) >= _LONG
            for kind in KINDS:
                for digest in keys.digester.digests(kind, text):
                    if (kind, digest) in wanted:
                        shown[kind, digest] = masked(text)
    if seen >= _ENOUGH and not shown:
        raise SettingsError("KUMKM_DIGEST_KEY is not the one under which the numbers of this database are matched.")
    return shown


def _numbers(value: Any) -> Iterator[str]:
    """Every text of answers that may be a number which identifies; those are stored as digits."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _numbers(each)
    elif isinstance(value, str) and value.isdigit() and len(value) >= _SHORTEST:
        yield value


STEPS = (
    Step(f"search_names_{EDITION}", "phonetic names", search_names),
    Step("masked_numbers", "masked numbers of businesses", masked_numbers, needs_keys="business"),
    Step("former_regions", "former regions of businesses", former_regions),
    Step("superseded_cases", "cases that are over", superseded_cases),
    Step("headcounts", "headcounts of campaigns", headcounts),
    Step("raw_items", "revisions of items that were kept raw", raw_items, needs_keys="raw_item"),
    Step("long_numbers", "long numbers in open answers", long_numbers, needs_keys="submission"),
    Step("shared_numbers", "businesses that share a number", shared_numbers),
    Step("audit_chain", "links of the audit trail", audit_chain, needs_keys="audit_event"),
)
