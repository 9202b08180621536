"""a cursor from before a change that was removed is refused

Revision: 0029, after 0028.
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column(
        "change_stream",
        sa.Column("removed_seq", sa.BigInteger, server_default=sa.text("0"), nullable=False),
        if_not_exists=True,
    )


def downgrade() -> None:
    """Take back."""
    op.drop_column("change_stream", "removed_seq")
