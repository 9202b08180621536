"""The queue stays usable: with a hundred thousand open cases, and with a NIK that five hundred records have."""

import time

import asyncpg
import httpx
import orjson
import pytest
from disputes import Queue
from queued import likely
from shapes import the
from world import World, item, nik, outcomes

from app.review.case_pages import _OF_KIND, STAGES

EMBEDDED_IS_ENOUGH = True
OPEN = 100_000
SHARED = 500
SLOWEST_S = 2.0
MOST_BLOCKS = 500
"""Of the 4,000 or so that the cases fill."""

# Businesses of their own, so that no case hangs together with another.
_MANY = """
INSERT INTO duplicate_case (id, regency_code, campaign_id, region_code, record_id, revision, kind, business_ids,
                            matched_on, state, opened_at, score)
SELECT gen_random_uuid(), regency_code, campaign_id, region_code, record_id, revision,
       ('{duplicate,conflict,likely,same_owner}'::text[])[1 + number % 4], ARRAY[gen_random_uuid(), gen_random_uuid()],
       '{}', 'open', now(), CASE number % 4 WHEN 2 THEN random() END
FROM submission, generate_series(1, $2::int) AS number WHERE record_id = $1
"""
_FAMILY = """
WITH made AS (
    INSERT INTO business (id, regency_code, kind, name, search_name, region_code, kbli, kbli_version, size_class,
        nik_digest, unidentified, campaign_ids, record_id, revision, enumerator_id, created_at, updated_at)
    SELECT gen_random_uuid(), regency_code, kind, name, search_name, region_code, kbli, kbli_version, size_class,
        nik_digest, false, campaign_ids, record_id, revision, enumerator_id, now(), now()
    FROM business, generate_series(1, $2::int) WHERE record_id = $1
    RETURNING id, nik_digest, record_id
), shared AS (
    INSERT INTO shared_number (digest, business_id, record_id) SELECT nik_digest, id, record_id FROM made
)
INSERT INTO duplicate_case (id, regency_code, campaign_id, region_code, record_id, revision, kind, business_ids,
                            matched_on, state, opened_at)
SELECT gen_random_uuid(), regency_code, campaign_id, region_code, record_id, revision, 'same_owner',
       ARRAY[(SELECT id FROM business WHERE record_id = $1 LIMIT 1), made.id], '{nik}', 'open', now()
FROM made JOIN submission USING (record_id)
"""


@pytest.mark.proof
async def test_a_page_of_a_hundred_thousand_open_cases_reads_as_many_rows_as_it_shows(
    queue: Queue, client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    sent = [item(nik=nik()) for _ in range(2)]
    for each in sent:
        assert await outcomes(client, world, "enumerator.1", each) == ["accepted"]
    await pg.execute(_MANY, the(await pg.fetchrow("SELECT record_id FROM record"))[0], OPEN)
    real = await likely(pg, sent[0]["record_id"], sent[1]["record_id"], 2.0)
    await pg.execute("ANALYZE duplicate_case, submission, record, case_assignment")
    blocks: dict[str, int] = {}
    for kind in STAGES:
        values = "'open', '16.01', '16.01/', NULL, NULL, NULL, NULL, NULL, true, now()"
        typed = "text, text, text, uuid[], smallint, text, uuid[], uuid, boolean, timestamptz, float8, uuid, int"
        await pg.execute("SET plan_cache_mode = force_custom_plan")
        await pg.execute(f"PREPARE page_of_{kind} ({typed}) AS {_OF_KIND[kind]}")
        asked = f"EXECUTE page_of_{kind} ({values}, 0.5, '80000000-0000-4000-8000-000000000000', 26)"
        (plan,) = orjson.loads(await pg.fetchval(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {asked}"))
        blocks[kind] = plan["Plan"]["Shared Hit Blocks"] + plan["Plan"]["Shared Read Blocks"]
    assert max(blocks.values()) < MOST_BLOCKS, blocks
    began = time.perf_counter()
    taken = (await queue.act("POST", "duplicates/next", body={"kind": "likely"})).json()["items"]
    assert time.perf_counter() - began < SLOWEST_S
    assert [case["id"] for case in taken] == [real]
    began = time.perf_counter()
    hours = (await queue.act("GET", "queues/duplicates")).json()["items"]
    assert time.perf_counter() - began < SLOWEST_S
    assert max(each["open"] for each in hours) == 10_000


@pytest.mark.proof
async def test_a_nik_that_five_hundred_records_have_makes_no_group_and_no_slow_page(
    queue: Queue, client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    first = item(nik=nik())
    assert await outcomes(client, world, "enumerator.1", first) == ["accepted"]
    await pg.execute(_FAMILY, the(await pg.fetchrow("SELECT record_id FROM record"))[0], SHARED)
    began = time.perf_counter()
    page = (await queue.act("GET", "duplicates", order="probable", limit=25)).json()["items"]
    took = time.perf_counter() - began
    assert took < SLOWEST_S
    assert [case["group"]["size"] for case in page] == [1] * 25
    began = time.perf_counter()
    taken = (await queue.act("POST", "duplicates/next", body={})).json()["items"]
    took = time.perf_counter() - began
    assert took < SLOWEST_S
    assert len(taken) == 1
