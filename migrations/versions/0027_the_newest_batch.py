"""the newest batch of an enumerator is found at once

Revision: 0027, after 0026.
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.get_context().autocommit_block():
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS batch_newest_idx")  # an invalid one of a run that failed
        op.create_index(
            "batch_newest_idx",
            "batch",
            ["enumerator_id", sa.text("received_at DESC")],
            postgresql_concurrently=True,
            if_not_exists=True,
        )


def downgrade() -> None:
    """Take back."""
    op.drop_index("batch_newest_idx", table_name="batch")
