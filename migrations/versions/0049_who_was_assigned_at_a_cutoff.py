"""a cut-off says which of its enumerators were assigned

Revision: 0049, after 0048.
"""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("cutoff_enumerator", sa.Column("is_assigned", sa.Boolean(), nullable=True), if_not_exists=True)


def downgrade() -> None:
    """Take back."""
    op.drop_column("cutoff_enumerator", "is_assigned")
