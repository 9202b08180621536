"""sessions of browsers

Revision: 0022, after 0021.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "browser_session",
        sa.Column("id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.UUID(), nullable=False),
        sa.Column("token_digest", sa.LargeBinary(), nullable=False),
        sa.Column("previous_digest", sa.LargeBinary(), nullable=True),
        sa.Column("attempt_digest", sa.LargeBinary(), nullable=True),
        sa.Column("browser_digest", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("way", sa.Text(collation="C"), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rotated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("browser_session_account_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("browser_session_pkey")),
    )
    op.create_index(op.f("browser_session_account_id_idx"), "browser_session", ["account_id"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("browser_session")
