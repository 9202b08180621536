"""quality: flags, dismissals, and the thresholds of campaigns

Revision: 0032, after 0031.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_CODE = sa.Text(collation="C")
_CODES = postgresql.ARRAY(sa.Text(collation="C"))
_TABLES = ("quality_record", "quality_enumerator", "quality_dismissal", "quality_state")


def upgrade() -> None:
    """Apply."""
    op.add_column("campaign", sa.Column("quality", postgresql.JSONB(), nullable=True))
    op.create_table(
        "quality_record",
        sa.Column("record_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("regency_code", _CODE, autoincrement=False, nullable=False),
        sa.Column("campaign_id", sa.SmallInteger(), nullable=False),
        sa.Column("region_code", _CODE, nullable=False),
        sa.Column("enumerator_id", sa.UUID(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("captured_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("codes", _CODES, nullable=False),
        sa.Column("numbers", postgresql.JSONB(), nullable=False),
        sa.Column("warnings", _CODES, nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("quality_record_campaign_id_fkey")),
        sa.PrimaryKeyConstraint("record_id", "regency_code", name=op.f("quality_record_pkey")),
    )
    op.create_index(
        op.f("quality_record_campaign_id_region_code_record_id_idx"),
        "quality_record",
        ["campaign_id", "region_code", "record_id"],
        unique=False,
    )
    op.create_index(op.f("quality_record_enumerator_id_idx"), "quality_record", ["enumerator_id"], unique=False)
    op.create_table(
        "quality_enumerator",
        sa.Column("enumerator_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("campaign_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("regency_code", _CODE, autoincrement=False, nullable=False),
        sa.Column("districts", _CODES, nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("flagged_records", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("codes", _CODES, nullable=False),
        sa.Column("numbers", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("quality_enumerator_campaign_id_fkey")),
        sa.PrimaryKeyConstraint("enumerator_id", "campaign_id", "regency_code", name=op.f("quality_enumerator_pkey")),
    )
    op.create_index(
        "quality_enumerator_order_idx",
        "quality_enumerator",
        ["campaign_id", "score", "enumerator_id", "regency_code"],
        unique=False,
    )
    op.create_index(
        op.f("quality_enumerator_regency_code_campaign_id_idx"),
        "quality_enumerator",
        ["regency_code", "campaign_id"],
        unique=False,
    )
    op.create_table(
        "quality_dismissal",
        sa.Column("id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("regency_code", _CODE, autoincrement=False, nullable=False),
        sa.Column("campaign_id", sa.SmallInteger(), nullable=False),
        sa.Column("about", _CODE, nullable=False),
        sa.Column("subject_id", sa.UUID(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("code", _CODE, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("dismissed_by", sa.UUID(), nullable=False),
        sa.Column("dismissed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_by", sa.UUID(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_because", sa.Text(), nullable=True),
        sa.CheckConstraint("about IN ('record', 'enumerator')", name=op.f("quality_dismissal_about_check")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("quality_dismissal_campaign_id_fkey")),
        sa.PrimaryKeyConstraint("id", "regency_code", name=op.f("quality_dismissal_pkey")),
    )
    op.create_index(
        op.f("quality_dismissal_regency_code_campaign_id_idx"),
        "quality_dismissal",
        ["regency_code", "campaign_id"],
        unique=False,
    )
    op.create_index(
        "quality_dismissal_in_force_key",
        "quality_dismissal",
        ["subject_id", "campaign_id", "code", "revision", "regency_code"],
        unique=True,
        postgresql_where=sa.text("undone_at IS NULL"),
    )
    op.create_table(
        "quality_state",
        sa.Column("campaign_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("regency_code", _CODE, autoincrement=False, nullable=False),
        sa.Column("waits", sa.Boolean(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("took_s", sa.Float(precision=53), nullable=True),
        sa.Column("records", sa.Integer(), nullable=True),
        sa.Column("thresholds", postgresql.JSONB(), nullable=True),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("quality_state_campaign_id_fkey")),
        sa.PrimaryKeyConstraint("campaign_id", "regency_code", name=op.f("quality_state_pkey")),
    )


def downgrade() -> None:
    """Take back."""
    for table in reversed(_TABLES):
        op.drop_table(table)
    op.drop_column("campaign", "quality")
