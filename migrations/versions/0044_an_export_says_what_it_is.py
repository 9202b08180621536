"""an export says what it is

Revision: 0044, after 0043.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("export_job", sa.Column("manifest", JSONB(), nullable=True), if_not_exists=True)


def downgrade() -> None:
    """Take back."""
    op.drop_column("export_job", "manifest")
