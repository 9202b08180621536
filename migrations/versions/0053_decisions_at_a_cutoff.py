"""cut-offs: how many decisions are among their figures

Revision: 0053, after 0052.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("cutoff", sa.Column("decided", postgresql.JSONB(), nullable=True), if_not_exists=True)


def downgrade() -> None:
    """Take back."""
    op.drop_column("cutoff", "decided")
