"""doors at which nobody was interviewed: what they count as, their counters, and their list

What is not rolled up yet of the new counters has a table of its own: a server of the release before, which rolls up
what it finds, knows the old counters alone.

Revision: 0036, after 0035.
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

_RESULTS = ("open_visits", "refused", "closed", "moved", "not_found", "not_eligible", "non_response")
_NAMES = ", ".join(f"'{each}'" for each in _RESULTS)
_BEFORE = "'entered', 'duplicate', 'conflict'"
_TABLES = ("record", "submission")
_COUNTED = ("progress_cell", "progress_day")


def upgrade() -> None:
    """Apply."""
    for table in _COUNTED:
        for name in _RESULTS:
            op.add_column(
                table, sa.Column(name, sa.Integer(), server_default=sa.text("0"), nullable=False), if_not_exists=True
            )
    op.create_table(
        "progress_door_delta",
        *(sa.Column(name, sa.Integer(), server_default=sa.text("0"), nullable=False) for name in _RESULTS),
        sa.Column("source_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("region_code", sa.Text(collation="C"), autoincrement=False, nullable=False),
        sa.Column("received_on", sa.Date(), autoincrement=False, nullable=False),
        sa.Column("captured_on", sa.Date(), autoincrement=False, nullable=False),
        sa.Column("regency_code", sa.Text(collation="C"), autoincrement=False, nullable=False),
        sa.Column("campaign_id", sa.SmallInteger(), nullable=False),
        sa.Column("enumerator_id", sa.UUID(), nullable=False),
        sa.PrimaryKeyConstraint(
            "source_id",
            "region_code",
            "received_on",
            "captured_on",
            "regency_code",
            name=op.f("progress_door_delta_pkey"),
        ),
        if_not_exists=True,  # all this is committed before the checks are validated, and met again where that failed
    )
    op.create_table(
        "door",
        sa.Column("record_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("regency_code", sa.Text(collation="C"), autoincrement=False, nullable=False),
        sa.Column("campaign_id", sa.SmallInteger(), nullable=False),
        sa.Column("enumerator_id", sa.UUID(), nullable=False),
        sa.Column("region_code", sa.Text(collation="C"), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("counted_as", sa.Text(collation="C"), nullable=False),
        sa.Column("visits", sa.SmallInteger(), nullable=False),
        sa.Column("visited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_visit_on", sa.Date(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"counted_as IN ({_NAMES})", name=op.f("door_counted_as_check")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("door_campaign_id_fkey")),
        sa.PrimaryKeyConstraint("record_id", "regency_code", name=op.f("door_pkey")),
        if_not_exists=True,
    )
    op.create_index(
        op.f("door_campaign_id_counted_as_region_code_record_id_idx"),
        "door",
        ["campaign_id", "counted_as", "region_code", "record_id"],
        unique=False,
        if_not_exists=True,
    )
    op.create_index(
        op.f("door_enumerator_id_campaign_id_idx"),
        "door",
        ["enumerator_id", "campaign_id"],
        unique=False,
        if_not_exists=True,
    )
    _count_as(f"{_BEFORE}, {_NAMES}")
    with op.get_context().autocommit_block():
        for table in _TABLES:
            op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {table}_counted_as_check")


def downgrade() -> None:
    """Take back: visits without an interview are removed, since the tables before have no place for them."""
    op.drop_table("door")
    op.drop_table("progress_door_delta")
    op.execute(
        f"DELETE FROM submission WHERE record_id IN (SELECT record_id FROM record WHERE counted_as IN ({_NAMES}))"
    )
    op.execute(f"UPDATE submission SET counted_as = NULL WHERE counted_as IN ({_NAMES})")
    op.execute(f"DELETE FROM record WHERE counted_as IN ({_NAMES})")
    _count_as(_BEFORE)
    for table in _COUNTED:
        for name in _RESULTS:
            op.drop_column(table, name)


def _count_as(words: str) -> None:
    for table in _TABLES:
        name = op.f(f"{table}_counted_as_check")
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}")
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK (counted_as IN ({words})) NOT VALID")
