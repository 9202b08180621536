"""the queue of duplicates as work: its order, who has which case, and how fast it goes

Revision: 0034, after 0033.
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

_INDEXES = ("duplicate_case_probable_idx", "duplicate_case_by_kind_idx")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "case_assignment",
        sa.Column("case_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("group_id", sa.UUID(), nullable=False),
        sa.Column("assigned_to", sa.UUID(), nullable=False),
        sa.Column("assigned_by", sa.UUID(), nullable=False),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lapses_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("case_id", name=op.f("case_assignment_pkey")),
        if_not_exists=True,  # what is before the indexes is committed first, and is met again where those failed
    )
    op.create_index(
        op.f("case_assignment_assigned_to_idx"), "case_assignment", ["assigned_to"], unique=False, if_not_exists=True
    )
    op.create_index(
        op.f("case_assignment_lapses_at_idx"), "case_assignment", ["lapses_at"], unique=False, if_not_exists=True
    )
    with op.get_context().autocommit_block():
        for name in (*_INDEXES, "resolution_decided_at_idx"):
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")  # an invalid one of a run that failed
        op.create_index(
            "duplicate_case_probable_idx",
            "duplicate_case",
            [sa.text("score DESC"), "id"],
            postgresql_where=sa.text("state = 'open' AND kind = 'likely'"),
            postgresql_concurrently=True,
            if_not_exists=True,
        )
        op.create_index(
            "duplicate_case_by_kind_idx",
            "duplicate_case",
            ["kind", "id"],
            postgresql_where=sa.text("state = 'open' AND kind <> 'likely'"),
            postgresql_concurrently=True,
            if_not_exists=True,
        )
        op.create_index(
            op.f("resolution_decided_at_idx"),
            "resolution",
            ["decided_at"],
            postgresql_concurrently=True,
            if_not_exists=True,
        )


def downgrade() -> None:
    """Take back."""
    op.drop_index(op.f("resolution_decided_at_idx"), table_name="resolution", if_exists=True)
    for name in _INDEXES:
        op.drop_index(name, table_name="duplicate_case", if_exists=True)
    op.drop_table("case_assignment")
