"""read-only keys of tools

Revision: 0045, after 0044.
"""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "api_key",
        sa.Column("id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("scopes", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("region_code", sa.Text(collation="C"), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_from", sa.Text(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("api_key_account_id_fkey")),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("api_key_region_code_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("api_key_pkey")),
        sa.UniqueConstraint("digest", name=op.f("api_key_digest_key")),
    )
    op.create_index(op.f("api_key_account_id_idx"), "api_key", ["account_id"])
    op.create_index(op.f("api_key_region_code_id_idx"), "api_key", ["region_code", "id"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("api_key")
