"""targets that hold from later days on; what is there holds from the campaign's first day

Revision: 0040, after 0039.
"""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "target_change",
        sa.Column("campaign_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("region_code", sa.Text(collation="C"), autoincrement=False, nullable=False),
        sa.Column("valid_from", sa.Date(), autoincrement=False, nullable=False),
        sa.Column("businesses", sa.Integer(), nullable=True),
        sa.CheckConstraint("businesses > 0", name=op.f("target_change_positive_check")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("target_change_campaign_id_fkey")),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("target_change_region_code_fkey")),
        sa.PrimaryKeyConstraint("campaign_id", "region_code", "valid_from", name=op.f("target_change_pkey")),
    )


def downgrade() -> None:
    """Take back: the last target of each region is the one that holds all the time."""
    op.execute(
        "INSERT INTO target (campaign_id, region_code, businesses)"
        " SELECT DISTINCT ON (campaign_id, region_code) campaign_id, region_code, businesses FROM target_change"
        " WHERE businesses IS NOT NULL ORDER BY campaign_id, region_code, valid_from DESC"
        " ON CONFLICT (campaign_id, region_code) DO UPDATE SET businesses = excluded.businesses"
    )
    op.drop_table("target_change")
