"""cut-offs: how many decisions are among their figures

Revision: 0054, after 0053.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("cutoff", sa.Column("decided", postgresql.JSONB(), nullable=True), if_not_exists=True)


def downgrade() -> None:
    """Take back."""
    op.drop_column("cutoff", "decided")
