"""what has outlived its use is found at once

Revision: 0028, after 0027.
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_INDEXES = (("batch", "received_at"), ("change", "made_at"), ("refresh_token", "expires_at"))


def upgrade() -> None:
    """Apply."""
    op.add_column(
        "feed_mark",
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        if_not_exists=True,
    )
    with op.get_context().autocommit_block():
        for table, column in _INDEXES:
            name = f"{table}_{column}_idx"
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")  # an invalid one of a run that failed
            op.create_index(name, table, [column], postgresql_concurrently=True, if_not_exists=True)
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS change_review_idx")
        op.create_index(
            "change_review_idx",
            "change",
            [sa.text("(detail ->> 'record_id')")],
            postgresql_where=sa.text("kind = 'review'"),
            postgresql_concurrently=True,
            if_not_exists=True,
        )


def downgrade() -> None:
    """Take back."""
    op.drop_index("change_review_idx", table_name="change")
    for table, column in _INDEXES:
        op.drop_index(f"{table}_{column}_idx", table_name=table)
    op.drop_column("feed_mark", "made_at")
