"""The schema and the statements fit a cluster: no key that spans nodes, no statement that Citus refuses.

Statements that the suite sends are checked in `conftest.py`, each once; here are the rules themselves.
"""

import pytest
from cluster_rules import refusals, unfit_keys
from cluster_statements import COLUMNS, DISTRIBUTIONS
from sqlalchemy import Column, ForeignKey, Index, MetaData, Table, Text

from app.core.distribution import BY_REGENCY, LOCAL, REFERENCE, Kind, directory
from app.tables import metadata

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
        # One regency is one node, which takes everything.
        _SUM.format("count(*) AS s", "business.regency_code = $1 AND business.region_code = region.code"),
    ],
)
def test_what_a_cluster_takes(statement: str) -> None:
    assert not refusals(statement, DISTRIBUTIONS, COLUMNS)


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
        ("DELETE FROM submission WHERE ctid = ANY(ARRAY(SELECT ctid FROM submission LIMIT 10))", "by ctid"),
    ],
)
def test_what_a_cluster_refuses(statement: str, why: str) -> None:
    assert any(why in found for found in refusals(statement, DISTRIBUTIONS, COLUMNS))
