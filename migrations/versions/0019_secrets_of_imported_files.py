"""secrets of imported files

Revision: 0019, after 0018, made 2026-11-26 20:10:00.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "import_secret",
        sa.Column("actor_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("content_digest", postgresql.BYTEA(), autoincrement=False, nullable=False),
        sa.Column("sealed", postgresql.BYTEA(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("actor_id", "content_digest", name=op.f("import_secret_pkey")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("import_secret")
