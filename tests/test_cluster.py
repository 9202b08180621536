"""The schema and the statements fit a cluster: no key that spans nodes, no statement that Citus refuses.

Statements that the suite sends are checked in `shared_fixtures.py`, each once; here are the rules themselves.
"""

from datetime import timedelta

import asyncpg
import pytest
from ageing import earlier
from cluster_rules import unfit_keys
from cluster_statements import DISTRIBUTIONS, Refused, refusals_of
from outside import OUTSIDE
from sqlalchemy import Column, ForeignKey, Index, MetaData, Table, Text

from app.core.distribution import BY_REGENCY, LOCAL, ON_ONE_NODE, REFERENCE, Kind, directory
from app.tables import metadata

EMBEDDED_IS_ENOUGH = True
_LOCK = "SELECT id FROM business WHERE {} ORDER BY id FOR NO KEY UPDATE"
_SUM = "SELECT s FROM region CROSS JOIN LATERAL (SELECT {} FROM business WHERE {}) AS found"


def test_every_table_says_of_what_kind_it_is() -> None:
    assert set(DISTRIBUTIONS) == set(metadata.tables)
    assert {each.kind for each in DISTRIBUTIONS.values()} == set(Kind)
    for table, each in DISTRIBUTIONS.items():
        assert each.column is None or each.column in metadata.tables[table].columns, table


def test_no_key_of_the_schema_spans_nodes() -> None:
    assert not unfit_keys(metadata.sorted_tables, DISTRIBUTIONS)


def test_a_key_that_spans_nodes_is_found() -> None:
    schema = MetaData()
    place = Table("place", schema, Column("code", Text, primary_key=True))
    desk = Table("desk", schema, Column("id", Text, primary_key=True))
    shop = Table(
        "shop",
        schema,
        Column("id", Text, primary_key=True),
        Column("regency_code", Text, primary_key=True),
        Column("place", Text, ForeignKey("place.code", name="shop_place")),
        Column("desk", Text, ForeignKey("desk.id", name="shop_desk")),
        Column("name", Text),
        Index("shop_name", "name", unique=True),
    )
    kinds = {"place": REFERENCE, "desk": LOCAL, "shop": BY_REGENCY}
    found = unfit_keys([place, desk, shop], kinds)
    assert found == {"shop_name is unique without regency_code", "shop_desk refers to what does not lie beside it"}
    kinds = {"place": REFERENCE, "desk": LOCAL, "shop": directory("id")}
    assert "shop_pkey is unique without id" not in unfit_keys([shop], kinds)


@pytest.mark.parametrize(
    "statement",
    [
        # Joined with what lies beside it, or with what is everywhere.
        "SELECT 1 FROM business b JOIN submission USING (record_id, regency_code) JOIN region ON code = b.region_code",
        "SELECT 1 FROM business AS b JOIN review AS r ON (r.record_id, r.regency_code) = (b.record_id, b.regency_code)",
        "SELECT 1 FROM business b, submission s WHERE b.regency_code = $1 AND s.regency_code = $1",
        # A directory is read for itself.
        "WITH r AS MATERIALIZED (SELECT * FROM record) SELECT 1 FROM r JOIN submission USING (record_id)",
        "SELECT 1 FROM business WHERE record_id IN (SELECT record_id FROM record WHERE campaign_id = 1)",
        _LOCK.format("regency_code = $1 AND id = ANY($2)"),
        "UPDATE business SET name = i.name FROM unnest($1::uuid[], $2::text[]) i (id, name) WHERE i.id = business.id",
        "INSERT INTO identity (digest) VALUES ($1) ON CONFLICT (digest) DO NOTHING",
        # What a moment is in UTC hangs on no setting, and what is now is worked out once.
        f"UPDATE submission SET {earlier(timedelta(days=1), 'received_at')}",
        "UPDATE account SET activation_expires_at = now() + '1 day' WHERE created_at > now() - $1::interval",
        "DELETE FROM business WHERE created_at - $1 > interval '1 day' AND to_jsonb(now()) IS NOT NULL",
        "UPDATE submission SET received_on = (received_at AT TIME ZONE 'UTC')::date, revision = revision + 1",
        # Of these tables Citus knows nothing.
        "UPDATE feed_mark SET id = gen_random_uuid(), made_at = made_at - interval '1 day'",
        # One regency is one node, which takes everything.
        _SUM.format("count(*) AS s", "business.regency_code = $1 AND business.region_code = region.code"),
    ],
)
def test_what_a_cluster_takes(statement: str) -> None:
    assert not refusals_of(statement)


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        (_LOCK.format("id = ANY($1)"), "locked without regency_code"),
        ("SELECT 1 FROM business JOIN submission USING (record_id, revision)", "not joined by what they are spread by"),
        ("SELECT 1 FROM record JOIN submission USING (record_id)", "not joined by what they are spread by"),
        (
            "SELECT 1 FROM raw_item LEFT JOIN record ON record.record_id = subject_id",
            "not joined by what they are spread by",
        ),
        ("COPY (SELECT 1 FROM identity JOIN business ON business.id = business_id) TO STDOUT", "not joined by what"),
        ("UPDATE business SET regency_code = $1 WHERE id = $2 AND regency_code = $3", "regency_code is changed"),
        (
            (
                "UPDATE business SET campaign_ids = i.campaign_ids"
                " FROM (SELECT id, ids::smallint[] AS campaign_ids FROM unnest($1::uuid[], $2::text[]) g (id, ids)) i"
                " WHERE business.id = i.id"
            ),
            "cast to an array",
        ),
        (
            (
                "WITH RECURSIVE s AS (SELECT id FROM business UNION ALL SELECT b.id FROM s JOIN business b USING (id))"
                " SELECT id FROM s"
            ),
            "recursive",
        ),
        (_SUM.format("count(*) AS s", "business.region_code = region.code"), "lateral"),
        (
            (
                "WITH said AS (SELECT 1 AS digest) SELECT 1 FROM said"
                " WHERE NOT EXISTS (SELECT FROM identity WHERE identity.digest = said.digest)"
            ),
            "looked up for each row",
        ),
        (
            "SELECT id FROM business WHERE change_number < pg_snapshot_xmin(pg_current_snapshot())::text::bigint",
            "each node answers",
        ),
        ("UPDATE account SET closed_at = coalesce(closed_at, now()) WHERE id = $1", "the moment is chosen"),
        ("INSERT INTO business (id) VALUES ($1) ON CONFLICT (id) DO NOTHING", "ON CONFLICT of business"),
        ("SELECT count(*) FROM (SELECT FROM business LIMIT 10) AS waiting", "without columns"),
        ("SELECT EXISTS (SELECT FROM business WHERE regency_code = $1)", "without columns"),
        ("UPDATE submission SET received_at = received_at - interval '1 day'", "moment - interval is STABLE"),
        ("UPDATE device AS d SET revoked_at = $1::interval + d.revoked_at", "moment + interval is STABLE"),
        ("UPDATE device SET revoked_at = now() - interval '1 day' * told_id::int", "moment - interval is STABLE"),
        ("UPDATE device SET revoked_at = (revoked_at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' - $1::interval", "STABLE"),
        ("DELETE FROM business WHERE created_at::date < $1", "a cast to date is STABLE"),
        ("UPDATE account SET created_at = username::timestamptz", "a cast to timestamptz is STABLE"),
        ("DELETE FROM submission WHERE extract(hour FROM received_at) > 6", "extract is STABLE"),
        ("UPDATE submission SET answers = jsonb_build_object('name', revision)", "jsonb_build_object is STABLE"),
        ("UPDATE record SET record_id = gen_random_uuid()", "gen_random_uuid is VOLATILE"),
        ("DELETE FROM submission WHERE random() < 0.5", "random is VOLATILE"),
        ("DELETE FROM submission WHERE ctid = ANY(ARRAY(SELECT ctid FROM submission LIMIT 10))", "by ctid"),
        (
            "WITH gone AS (DELETE FROM batch WHERE ctid IN (SELECT ctid FROM batch, raw_item) RETURNING *) TABLE gone",
            "rows of batch by ctid",
        ),
    ],
)
def test_what_a_cluster_refuses(statement: str, why: str) -> None:
    assert any(why in found for found in refusals_of(statement))


@pytest.mark.skipif(OUTSIDE is not None, reason="the server that was named may be a cluster, which refuses them")
async def test_what_a_test_sends_is_held_against_the_rules_too(pg: asyncpg.Connection, statements: Refused) -> None:
    moved = "UPDATE submission SET received_at = received_at - interval '1 day'"
    read = "SELECT count(*) FROM record JOIN submission USING (record_id)"
    await pg.execute(moved)
    await pg.fetchval(read)
    await pg.execute(f"{ON_ONE_NODE} UPDATE business SET regency_code = '16.02'")
    with pytest.raises(asyncpg.PostgresSyntaxError):
        await pg.execute("UPDATE submission SET")
    assert set(statements) == {moved, read}
    statements.clear()


async def test_what_makes_a_row_old_is_immutable(pg: asyncpg.Connection) -> None:
    """PostgreSQL has an index of nothing else, so it says so itself."""
    await pg.execute("SET timezone = 'Asia/Jayapura'")
    await pg.execute("CREATE TABLE row (at timestamptz); INSERT INTO row VALUES ('2022-09-12 12:00:00.5+07')")
    await pg.execute(f"UPDATE row SET {earlier(timedelta(days=1, milliseconds=250), 'at')}")
    assert await pg.fetchval("SELECT at = '2022-09-11 12:00:00.25+07' FROM row")
    value = earlier(timedelta(days=1), "at").removeprefix("at = ")
    await pg.execute(f"CREATE INDEX ON row (({value}))")
    with pytest.raises(asyncpg.InvalidObjectDefinitionError):
        await pg.execute("CREATE INDEX ON row ((at - interval '1 day'))")
