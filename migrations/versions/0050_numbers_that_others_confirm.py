"""numbers that others confirm: what was asked, what was answered, and what holds of each business

Revision: 0050, after 0049.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

_CODE = sa.Text(collation="C")
_KIND = "kind IN ('nik', 'nib', 'cooperative_number')"
_HAS = "verification @? '$.*.state ? (@ == \"{}\")'"
_INDEXES = {
    "business_answered_idx": "verification IS NOT NULL",
    "business_mismatch_idx": _HAS.format("mismatch"),
    "business_not_found_idx": _HAS.format("not_found"),
}


def upgrade() -> None:
    """Apply."""
    op.add_column("business", sa.Column("verification", postgresql.JSONB(), nullable=True), if_not_exists=True)
    op.create_table(
        "verification_request",
        sa.Column("id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("kind", _CODE, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("via", _CODE, nullable=False),
        sa.Column("region_code", _CODE, nullable=False),
        sa.Column("campaign_id", sa.SmallInteger(), nullable=True),
        sa.Column("states", postgresql.ARRAY(_CODE), nullable=False),
        sa.Column("older_than", sa.Date(), nullable=True),
        sa.Column("headings", postgresql.JSONB(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.UUID(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fault", _CODE, nullable=True),
        sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counts", postgresql.JSONB(), nullable=True),
        sa.CheckConstraint(_KIND, name=op.f("verification_request_kind_check")),
        sa.CheckConstraint("via IN ('file', 'verifier')", name=op.f("verification_request_via_check")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("verification_request_campaign_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("verification_request_pkey")),
        if_not_exists=True,  # what is before the indexes is committed first, and is met again where those failed
    )
    op.create_index(
        "verification_request_waiting_idx",
        "verification_request",
        ["id"],
        postgresql_where=sa.text("via = 'verifier' AND NOT finished"),
        if_not_exists=True,
    )
    op.create_table(
        "verification_item",
        sa.Column("reference", _CODE, autoincrement=False, nullable=False),
        sa.Column("request_id", sa.UUID(), nullable=False),
        sa.Column("business_id", sa.UUID(), nullable=False),
        sa.Column("kind", _CODE, nullable=False),
        sa.Column("number_digest", postgresql.BYTEA(), nullable=False),
        sa.Column("name_digest", postgresql.BYTEA(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", _CODE, nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outdated", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint(_KIND, name=op.f("verification_item_kind_check")),
        sa.CheckConstraint("answer IN ('match', 'mismatch', 'not_found')", name=op.f("verification_item_answer_check")),
        sa.CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name=op.f("verification_item_answered_check")),
        sa.PrimaryKeyConstraint("reference", name=op.f("verification_item_pkey")),
        if_not_exists=True,
    )
    for columns in (["request_id", "reference"], ["business_id"]):
        op.create_index(
            op.f(f"verification_item_{'_'.join(columns)}_idx"), "verification_item", columns, if_not_exists=True
        )
    op.create_index(
        "verification_item_waiting_idx",
        "verification_item",
        ["business_id", "reference"],
        postgresql_where=sa.text("answer IS NOT NULL AND applied_at IS NULL"),
        if_not_exists=True,
    )
    with op.get_context().autocommit_block():
        for name, where in _INDEXES.items():
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")  # an invalid one of a run that failed
            op.create_index(
                name,
                "business",
                ["region_code", "id"],
                postgresql_where=sa.text(where),
                postgresql_concurrently=True,
                if_not_exists=True,
            )


def downgrade() -> None:
    """Take back."""
    for name in _INDEXES:
        op.drop_index(name, table_name="business")
    op.drop_table("verification_item")
    op.drop_table("verification_request")
    op.drop_column("business", "verification")
