"""the known-identities filter binds numbers to names, village by village

Revision: 0014, after 0013. What was kept is made anew from the answers, and tells too much.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.drop_table("known_filter")
    op.create_table(
        "known_filter",
        *_place(),
        sa.Column("tag", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("known_filter_campaign_id_fkey")),
        sa.PrimaryKeyConstraint("campaign_id", "region_code", name=op.f("known_filter_pkey")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("known_filter")
    op.create_table(
        "known_filter",
        *_place(),
        sa.Column("tag", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.Column("bits", sa.SmallInteger(), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("known_filter_campaign_id_fkey")),
        sa.PrimaryKeyConstraint("campaign_id", "region_code", "tag", name=op.f("known_filter_pkey")),
    )


def _place() -> tuple[sa.Column[int], sa.Column[str]]:
    return (
        sa.Column("campaign_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("region_code", sa.Text(collation="C"), autoincrement=False, nullable=False),
    )
