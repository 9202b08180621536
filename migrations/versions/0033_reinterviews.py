"""re-interviews: what is drawn, who asks again, what was heard

Revision: 0033, after 0032.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

_CODE = sa.Text(collation="C")
_CODES = postgresql.ARRAY(sa.Text(collation="C"))
_TABLES = ("reinterview", "reinterview_version", "reinterview_state")


def upgrade() -> None:
    """Apply."""
    op.add_column("campaign", sa.Column("reinterviews", postgresql.JSONB(), nullable=True))
    op.create_table(
        "reinterview",
        sa.Column("id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("regency_code", _CODE, autoincrement=False, nullable=False),
        sa.Column("campaign_id", sa.SmallInteger(), nullable=False),
        sa.Column("region_code", _CODE, nullable=False),
        sa.Column("record_id", sa.UUID(), nullable=False),
        sa.Column("business_id", sa.UUID(), nullable=False),
        sa.Column("enumerator_id", sa.UUID(), nullable=False),
        sa.Column("drawn_by", _CODE, nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", _CODE, nullable=False),
        sa.Column("withdrawn_for", _CODE, nullable=True),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("assignee_id", sa.UUID(), nullable=True),
        sa.Column("assigned_by", sa.UUID(), nullable=True),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("former_ids", postgresql.ARRAY(sa.UUID()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("visits", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("result", _CODE, nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.Column("same", _CODES, server_default=sa.text("'{}'"), nullable=False),
        sa.Column("different", _CODES, server_default=sa.text("'{}'"), nullable=False),
        sa.Column("agreed", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("compared", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint("drawn_by IN ('share', 'least')", name=op.f("reinterview_drawn_by_check")),
        sa.CheckConstraint("state IN ('open', 'assigned', 'done', 'withdrawn')", name=op.f("reinterview_state_check")),
        sa.CheckConstraint(
            "(state = 'assigned') <= (assignee_id IS NOT NULL)", name=op.f("reinterview_has_assignee_check")
        ),
        sa.CheckConstraint("withdrawn_for IN ('left_figures', 'erased')", name=op.f("reinterview_withdrawn_for_check")),
        sa.CheckConstraint("assignee_id <> enumerator_id", name=op.f("reinterview_by_another_check")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("reinterview_campaign_id_fkey")),
        sa.PrimaryKeyConstraint("id", "regency_code", name=op.f("reinterview_pkey")),
    )
    for columns, unique in (
        (["record_id", "regency_code"], True),
        (["campaign_id", "region_code", "id"], False),
        (["enumerator_id", "campaign_id"], False),
        (["business_id"], False),
        (["assignee_id", "id"], False),
    ):
        op.create_index(op.f(f"reinterview_{'_'.join(columns)}_idx"), "reinterview", columns, unique=unique)
    op.create_index("reinterview_former_ids_idx", "reinterview", ["former_ids"], unique=False, postgresql_using="gin")
    op.create_index(
        "reinterview_open_idx",
        "reinterview",
        ["campaign_id", "tried_at"],
        unique=False,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "reinterview_version",
        sa.Column("id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("regency_code", _CODE, autoincrement=False, nullable=False),
        sa.Column("campaign_id", sa.SmallInteger(), nullable=False),
        sa.Column("sender_id", sa.UUID(), nullable=False),
        sa.Column("content_digest", postgresql.BYTEA(), nullable=False),
        sa.Column("result", _CODE, nullable=False),
        sa.Column("is_final", sa.Boolean(), nullable=False),
        sa.Column("questionnaire", _CODE, nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("captured_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("latitude", sa.Float(precision=53), nullable=True),
        sa.Column("longitude", sa.Float(precision=53), nullable=True),
        sa.Column("accuracy_m", sa.Float(precision=53), nullable=True),
        sa.Column("answers", postgresql.JSONB(), nullable=False),
        sa.Column("sealed", postgresql.BYTEA(), nullable=True),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("reinterview_version_campaign_id_fkey")),
        sa.PrimaryKeyConstraint("id", "version", "regency_code", name=op.f("reinterview_version_pkey")),
    )
    op.create_index(
        op.f("reinterview_version_campaign_id_id_idx"), "reinterview_version", ["campaign_id", "id"], unique=False
    )
    op.create_table(
        "reinterview_state",
        sa.Column("campaign_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("sample", postgresql.JSONB(), nullable=False),
        sa.Column("change_number", sa.BigInteger(), nullable=False),
        sa.Column("business_id", sa.UUID(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("reinterview_state_campaign_id_fkey")),
        sa.PrimaryKeyConstraint("campaign_id", name=op.f("reinterview_state_pkey")),
    )


def downgrade() -> None:
    """Take back."""
    for table in reversed(_TABLES):
        op.drop_table(table)
    op.drop_column("campaign", "reinterviews")
