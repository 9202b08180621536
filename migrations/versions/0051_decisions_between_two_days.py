"""decisions between two days are found without reading all

Revision: 0051, after 0050.
"""

from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

_NAME = "counted_move_campaign_id_region_code_moved_on_idx"


def upgrade() -> None:
    """Apply."""
    with op.get_context().autocommit_block():
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {_NAME}")
        op.create_index(
            _NAME,
            "counted_move",
            ["campaign_id", "region_code", "moved_on"],
            postgresql_concurrently=True,
            if_not_exists=True,
        )


def downgrade() -> None:
    """Take back."""
    op.drop_index(_NAME, "counted_move", if_exists=True)
