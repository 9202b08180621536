"""Spreading the tables over a cluster. On a real one: `KUMKM_TEST_SERVER` (see CONTRIBUTING.md)."""

import asyncpg
import pytest
from cluster_statements import DISTRIBUTIONS
from outside import OUTSIDE

from app.core.distribution import BY_REGENCY, LOCAL, REFERENCE, Distribution, Kind, directory, local
from app.core.settings import SettingsError
from app.tables import metadata
from app.upgrading.distributing import in_order, plan


def test_a_table_comes_after_what_it_refers_to_and_lies_beside() -> None:
    kinds = {
        "business": BY_REGENCY,
        "campaign": REFERENCE,
        "desk": LOCAL,
        "after": local(beside="day"),
        "part": Distribution(Kind.DIRECTORY, "id", "whole"),
        "whole": directory("id"),
        "review": BY_REGENCY,
    }
    ordered = in_order(kinds, [("business", "campaign"), ("part", "whole"), ("desk", "campaign")])
    names = [each.table for each in ordered]
    assert sorted(names) == sorted(kinds.keys() - {"desk"})
    for first, then in (("campaign", "business"), ("business", "review"), ("whole", "part")):
        assert names.index(first) < names.index(then)
    statements = {each.table: each.sql for each in ordered}
    assert statements["business"].endswith("'regency_code', colocate_with => 'none', shard_count => $1)")
    assert statements["review"].endswith("'regency_code', colocate_with => 'business')")
    assert statements["part"].endswith("'id', colocate_with => 'whole')")
    assert statements["campaign"] == "SELECT create_reference_table('campaign')"
    assert "metadata('after')" in statements["after"]


def test_tables_in_a_circle_are_named() -> None:
    with pytest.raises(SettingsError, match="circle: one, other"):
        in_order({"one": REFERENCE, "other": REFERENCE}, [("one", "other"), ("other", "one")])


def test_every_table_of_the_schema_has_its_turn() -> None:
    links = [
        (table.name, link.referred_table.name)
        for table in metadata.sorted_tables
        for link in table.foreign_key_constraints
        if link.referred_table is not table
    ]
    wanted = {table for table, each in DISTRIBUTIONS.items() if each.kind is not Kind.LOCAL or each.beside}
    assert {each.table for each in in_order(DISTRIBUTIONS, links)} == wanted


@pytest.mark.skipif(OUTSIDE is not None, reason="the server that was named may be a cluster")
async def test_one_node_is_told_what_it_lacks(pg: asyncpg.Connection) -> None:
    with pytest.raises(SettingsError, match="CREATE EXTENSION citus"):
        await plan(pg, DISTRIBUTIONS)
