"""areas that were handed over before their first day are remembered: their lists may have been read ahead

Revision: 0057, after 0056.
"""

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "former_area",
        sa.Column("campaign_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("region_code", sa.Text(collation="C"), nullable=False),
        sa.Column("enumerator_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("former_area_campaign_id_fkey")),
        sa.ForeignKeyConstraint(["enumerator_id"], ["account.id"], name=op.f("former_area_enumerator_id_fkey")),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("former_area_region_code_fkey")),
        sa.PrimaryKeyConstraint("campaign_id", "region_code", "enumerator_id", name=op.f("former_area_pkey")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("former_area")
