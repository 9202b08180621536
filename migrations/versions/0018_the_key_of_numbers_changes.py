"""the key of numbers changes

Revision: 0018, after 0017.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "number_key",
        sa.Column("fingerprint", postgresql.BYTEA(), autoincrement=False, nullable=False),
        sa.Column("began_at", moment, server_default=sa.text("now()"), nullable=False),
        sa.Column("after_record", sa.UUID(), nullable=True),
        sa.Column("after_revision", sa.Integer(), nullable=True),
        sa.Column("finished_at", moment, nullable=True),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("number_key_pkey")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("number_key")
