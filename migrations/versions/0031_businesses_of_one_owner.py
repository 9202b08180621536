"""several businesses of one owner

Revision: 0031, after 0030.
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_KINDS = "kind IN ('duplicate', 'conflict', 'likely', 'same_owner', 'wrong_number')"
_KINDS_BEFORE = "kind IN ('duplicate', 'conflict', 'likely')"
_DECISIONS = "decision IN ('same', 'separate', 'wrong_identity', 'owner_changed')"
_DECISIONS_BEFORE = "decision IN ('same', 'separate', 'wrong_identity')"
_INDEX = "duplicate_case_wrong_number_idx"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "shared_number",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("business_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("record_id", sa.UUID(), nullable=False),
        sa.Column("matched", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.PrimaryKeyConstraint("digest", "business_id", name=op.f("shared_number_pkey")),
        if_not_exists=True,  # what is before the index is committed first, and is met again where that failed
    )
    op.add_column(
        "duplicate_case",
        sa.Column("differs", sa.ARRAY(sa.Text(collation="C")), server_default=sa.text("'{}'"), nullable=False),
        if_not_exists=True,
    )
    _kinds_are(_KINDS)
    _decisions_are(_DECISIONS)
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE duplicate_case VALIDATE CONSTRAINT duplicate_case_kind_check")
        op.execute("ALTER TABLE resolution VALIDATE CONSTRAINT resolution_decision_check")
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {_INDEX}")  # an invalid one of a run that failed
        op.create_index(
            _INDEX,
            "duplicate_case",
            ["state", "region_code", "id"],
            postgresql_where=sa.text("kind = 'wrong_number'"),
            postgresql_concurrently=True,
            if_not_exists=True,
        )


def downgrade() -> None:
    """Take back."""
    op.drop_index(_INDEX, table_name="duplicate_case", if_exists=True)
    op.execute("DELETE FROM duplicate_case WHERE kind = 'same_owner'")
    op.execute("UPDATE duplicate_case SET kind = 'conflict' WHERE kind = 'wrong_number'")
    _kinds_are(_KINDS_BEFORE)
    op.execute("UPDATE resolution SET decision = 'same' WHERE decision = 'owner_changed'")
    _decisions_are(_DECISIONS_BEFORE)
    op.drop_column("duplicate_case", "differs")
    op.drop_table("shared_number")


def _decisions_are(decisions: str) -> None:
    _check("resolution", op.f("resolution_decision_check"), decisions)


def _kinds_are(kinds: str) -> None:
    _check("duplicate_case", op.f("duplicate_case_kind_check"), kinds)


def _check(table: str, name: str, words: str) -> None:
    op.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}")
    op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({words}) NOT VALID")
