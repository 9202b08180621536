"""editions of the statistics, their tables, and what a campaign says of them

Revision: 0048, after 0047.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

_CODE = sa.Text(collation="C")


def upgrade() -> None:
    """Apply."""
    op.add_column("campaign", sa.Column("statistics", postgresql.JSONB(), nullable=True))
    op.create_table(
        "statistics_edition",
        sa.Column("id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("campaign_id", sa.SmallInteger(), nullable=False),
        sa.Column("state", _CODE, nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("threshold", sa.Integer(), nullable=False),
        sa.Column("businesses", sa.Integer(), nullable=False),
        sa.Column("given", postgresql.JSONB(), nullable=False),
        sa.CheckConstraint("state IN ('in_work', 'made')", name=op.f("statistics_edition_state_check")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("statistics_edition_campaign_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("statistics_edition_pkey")),
    )
    op.create_index(op.f("statistics_edition_campaign_id_as_of_idx"), "statistics_edition", ["campaign_id", "as_of"])
    op.create_index(
        "statistics_edition_in_work_key",
        "statistics_edition",
        ["campaign_id"],
        unique=True,
        postgresql_where=sa.text("state = 'in_work'"),
    )
    op.create_table(
        "statistics_table",
        sa.Column("edition_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("attributes", _CODE, autoincrement=False, nullable=False),
        sa.Column("level", _CODE, autoincrement=False, nullable=False),
        sa.Column("region_code", _CODE, autoincrement=False, nullable=False),
        sa.Column("cells", postgresql.JSONB(), nullable=False),
        sa.Column("suppressed", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["statistics_edition.id"], name=op.f("statistics_table_edition_id_fkey")
        ),
        sa.PrimaryKeyConstraint("edition_id", "attributes", "level", "region_code", name=op.f("statistics_table_pkey")),
    )


def downgrade() -> None:
    """Take back: editions are gone, and can be made again."""
    op.drop_table("statistics_table")
    op.drop_table("statistics_edition")
    op.drop_column("campaign", "statistics")
