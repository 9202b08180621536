"""a raw item says which entry of the listing it names

Revision: 0042, after 0041.
"""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("raw_item", sa.Column("listing_id", sa.Uuid(), nullable=True), if_not_exists=True)


def downgrade() -> None:
    """Take back."""
    op.drop_column("raw_item", "listing_id")
