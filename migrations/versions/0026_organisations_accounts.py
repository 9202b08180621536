"""people may sign in with an organisation's account

Revision: 0026, after 0025.
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "organisation_account",
        sa.Column("account_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("issuer", sa.Text(collation="C"), nullable=False),
        sa.Column("subject_digest", sa.LargeBinary(), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("organisation_account_account_id_fkey")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("organisation_account_pkey")),
        sa.UniqueConstraint("subject_digest", name=op.f("organisation_account_subject_digest_key")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("organisation_account")
