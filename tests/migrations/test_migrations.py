"""Migrations run beside servers that are at work, without blocking them; what blocks is found before it ships."""

import asyncio
import re
import subprocess
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import asyncpg
import pytest
from alembic import command
from shapes import Json, the

from app.core.migrations import config
from app.core.schema_version import head
from migrations import OLDEST_SERVER

EMBEDDED_IS_ENOUGH = True
ROOT = Path(__file__).parent.parent.parent
FORM = """
from alembic import op
import sqlalchemy as sa

revision, down_revision, branch_labels, depends_on = "{revision}", "{after}", None, None


def upgrade() -> None:
    {upgrade}


def downgrade() -> None:
    op.drop_index("team_name_idx", if_exists=True)
"""
CONCURRENT = """
    with op.get_context().autocommit_block():
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS team_name_idx")
        op.create_index("team_name_idx", "team", ["name"], postgresql_concurrently=True, if_not_exists=True)
"""
STILL_BOUNDED = """
    op.execute("DO $$ BEGIN ASSERT current_setting('lock_timeout') = '5s'; END $$")
    op.execute("DO $$ BEGIN ASSERT (SELECT count(*) = 1 FROM pg_locks WHERE locktype = 'advisory'"
               " AND pid = pg_backend_pid()); END $$")
"""
SAFE = (
    CONCURRENT,
    'op.add_column("team", sa.Column("motto", sa.Text(), nullable=True))',
    'op.create_table("motto", sa.Column("id", sa.UUID(), nullable=False, primary_key=True))',
    """op.execute("ALTER TABLE team ADD CONSTRAINT team_name_check CHECK (name > '') NOT VALID")""",
)
HARMFUL = {
    'op.create_index("team_name_idx", "team", ["name"])': "require-concurrent-index-creation",
    'op.drop_column("team", "name")': "ban-drop-column",
    'op.drop_table("team")': "ban-drop-table",
    'op.alter_column("team", "name", new_column_name="title")': "renaming-column",
    'op.rename_table("team", "crew")': "renaming-table",
    'op.alter_column("team", "name", type_=sa.Integer())': "changing-column-type",
    'op.alter_column("team", "name", nullable=False)': "adding-not-nullable-field",
    'op.add_column("team", sa.Column("motto", sa.Text(), nullable=False))': "adding-required-field",
    """op.create_check_constraint("team_name_check", "team", "name > ''")""": "constraint-missing-not-valid",
    'op.create_unique_constraint("team_name_key", "team", ["name"])': "disallowed-unique-constraint",
    'op.execute("CREATE INDEX CONCURRENTLY IF NOT EXISTS x ON team (name)")': (
        "ban-concurrent-index-creation-in-transaction"
    ),
}


def write(folder: Path, upgrades: Iterable[str]) -> list[str]:
    """A chain of migrations behind the newest of the project: 9001, 9002, …"""
    after, revisions = head(), []
    for number, upgrade in enumerate(upgrades, start=9001):
        text = FORM.format(revision=number, after=after, upgrade=upgrade)
        (folder / f"{number}_further.py").write_text(text, encoding="utf-8")
        after = str(number)
        revisions.append(after)
    return revisions


async def test_an_index_can_be_made_while_others_write(dsn: str, pg: asyncpg.Connection, tmp_path: Path) -> None:
    """It cannot stand in a transaction. What bounds migrations holds behind it, too."""
    write(tmp_path, [CONCURRENT + STILL_BOUNDED])
    made = config(dsn)
    made.set_main_option("path_separator", "newline")
    made.set_main_option("version_locations", f"{ROOT / 'migrations/versions'}\n{tmp_path}")
    await asyncio.to_thread(command.upgrade, made, "head")
    assert await pg.fetchval("SELECT indisvalid FROM pg_index WHERE indexrelid = 'team_name_idx'::regclass")
    assert await pg.fetchval("SELECT version_num FROM alembic_version") == "9001"
    await asyncio.to_thread(command.downgrade, made, "-1")
    assert await pg.fetchval("SELECT to_regclass('team_name_idx')") is None


TAKES_AWAY = {
    "ban-drop-column",
    "ban-drop-table",
    "renaming-column",
    "renaming-table",
    "changing-column-type",
    "adding-not-nullable-field",
    "adding-required-field",
}
"""Findings of squawk on what older servers may still use, or do not fill in."""
FIRST_TOLD = "0027"
"""Before it nothing was told to older servers."""


def younger_than_told(accepted: Json, oldest: str) -> list[str]:
    """Migrations that take something away from servers that are said to work with the newest tables."""
    return [
        revision
        for revision, each in accepted.items()
        if revision > FIRST_TOLD and TAKES_AWAY & set(each["rules"]) and oldest < each.get("since", revision)
    ]


def test_no_server_is_said_to_work_with_tables_that_lack_what_it_uses() -> None:
    accepted = tomllib.loads((ROOT / ".ci/squawk.toml").read_text(encoding="utf-8"))["accepted"]
    assert younger_than_told(accepted, OLDEST_SERVER) == []
    assert the(head()) >= OLDEST_SERVER


def test_a_migration_that_takes_away_and_tells_nobody_is_found() -> None:
    drops = {"rules": ["ban-drop-column"], "since": "0029"}
    assert younger_than_told({"0030": drops}, "0028") == ["0030"]
    assert younger_than_told({"0030": drops}, "0029") == []
    assert younger_than_told({"0030": {"rules": ["renaming-table"]}}, "0029") == ["0030"], "it does not say since when"
    assert younger_than_told({"0030": {"rules": ["require-concurrent-index-creation"]}}, "0027") == []


@pytest.mark.proof
def test_a_new_migration_that_harms_servers_at_work_is_found(tmp_path: Path) -> None:
    revisions = write(tmp_path, [*SAFE, *HARMFUL])
    ask: list[str | Path] = [sys.executable, ROOT / ".ci/squawk", tmp_path.absolute()]
    asked = subprocess.run(ask, capture_output=True, text=True, check=False)
    told = defaultdict(set)
    for revision, rule in re.findall(r"^migration (\d+): ([\w-]+):", asked.stdout, re.MULTILINE):
        told[revision].add(rule)
    safe, harmful = revisions[: len(SAFE)], revisions[len(SAFE) :]
    assert [told[each] for each in safe] == [set() for _ in SAFE], asked.stdout + asked.stderr
    for revision, (upgrade, rule) in zip(harmful, HARMFUL.items(), strict=True):
        assert rule in told[revision], upgrade
    assert asked.returncode == 1
