"""sessions that ended, one more tablet, and whose work an export holds

Revision: 0015, after 0014.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("account", sa.Column("sessions_ended", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("account", sa.Column("next_tablet_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("export_job", sa.Column("enumerator_ids", postgresql.ARRAY(sa.UUID()), nullable=True))


def downgrade() -> None:
    """Take back."""
    op.drop_column("export_job", "enumerator_ids")
    op.drop_column("account", "next_tablet_until")
    op.drop_column("account", "sessions_ended")
