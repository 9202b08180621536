"""the listing: entries and what became of each, its counters, and the life of businesses

What is not rolled up yet of the new counters has a table of its own: a server of the release before, which rolls up
what it finds, knows the older counters alone.

Revision: 0038, after 0037.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

_CODE = sa.Text(collation="C")
_COUNTERS = ("listed", "listed_done", "listed_entered")
_STATES = (
    "'open', 'entered', 'duplicate', 'open_visits', 'refused', 'closed', 'moved', 'not_found', 'not_eligible',"
    " 'non_response'"
)
_LIVES = "'active', 'closed', 'moved'"
_COUNTED = ("progress_cell", "progress_day")
_NUMBER = "(pg_current_xact_id()::text::bigint)"


def upgrade() -> None:
    """Apply."""
    for table in _COUNTED:
        for name in _COUNTERS:
            op.add_column(
                table, sa.Column(name, sa.Integer(), server_default=sa.text("0"), nullable=False), if_not_exists=True
            )
    op.create_table(
        "progress_listing_delta",
        *(sa.Column(name, sa.Integer(), server_default=sa.text("0"), nullable=False) for name in _COUNTERS),
        sa.Column("source_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("region_code", _CODE, autoincrement=False, nullable=False),
        sa.Column("received_on", sa.Date(), autoincrement=False, nullable=False),
        sa.Column("captured_on", sa.Date(), autoincrement=False, nullable=False),
        sa.Column("regency_code", _CODE, autoincrement=False, nullable=False),
        sa.Column("campaign_id", sa.SmallInteger(), nullable=False),
        sa.Column("enumerator_id", sa.UUID(), nullable=False),
        sa.PrimaryKeyConstraint(
            "source_id",
            "region_code",
            "received_on",
            "captured_on",
            "regency_code",
            name=op.f("progress_listing_delta_pkey"),
        ),
        if_not_exists=True,  # all this is committed before the index is made, and met again where that failed
    )
    op.create_table(
        "listing_entry",
        sa.Column("id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("regency_code", _CODE, autoincrement=False, nullable=False),
        sa.Column("campaign_id", sa.SmallInteger(), nullable=False),
        sa.Column("region_code", _CODE, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", _CODE, nullable=True),
        sa.Column("kbli", _CODE, nullable=True),
        sa.Column("kbli_version", _CODE, nullable=True),
        sa.Column("latitude", sa.Float(53), nullable=True),
        sa.Column("longitude", sa.Float(53), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("business_id", sa.UUID(), nullable=True),
        sa.Column("nik_digest", postgresql.BYTEA(), nullable=True),
        sa.Column("nib_digest", postgresql.BYTEA(), nullable=True),
        sa.Column("cooperative_number_digest", postgresql.BYTEA(), nullable=True),
        sa.Column("nik_masked", _CODE, nullable=True),
        sa.Column("content_digest", postgresql.BYTEA(), nullable=False),
        sa.Column("answers", postgresql.JSONB(), nullable=False),
        sa.Column("sealed", postgresql.BYTEA(), nullable=True),
        sa.Column("listed_on", sa.Date(), nullable=False),
        sa.Column("listed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", _CODE, server_default="open", nullable=False),
        sa.Column("step", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("record_id", sa.UUID(), nullable=True),
        sa.Column("enumerator_id", sa.UUID(), nullable=True),
        sa.Column("record_region_code", _CODE, nullable=True),
        sa.Column("captured_on", sa.Date(), nullable=True),
        sa.Column("erased", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("change_number", sa.BigInteger(), server_default=sa.text(_NUMBER), nullable=False),
        sa.CheckConstraint(f"state IN ({_STATES})", name=op.f("listing_entry_state_check")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("listing_entry_campaign_id_fkey")),
        sa.PrimaryKeyConstraint("id", "regency_code", name=op.f("listing_entry_pkey")),
        if_not_exists=True,
    )
    op.create_index(
        op.f("listing_entry_campaign_id_region_code_change_number_id_idx"),
        "listing_entry",
        ["campaign_id", "region_code", "change_number", "id"],
        if_not_exists=True,
    )
    op.create_index(
        op.f("listing_entry_campaign_id_state_region_code_id_idx"),
        "listing_entry",
        ["campaign_id", "state", "region_code", "id"],
        if_not_exists=True,
    )
    op.create_index(
        "listing_entry_business_key",
        "listing_entry",
        ["business_id", "campaign_id", "regency_code"],
        unique=True,
        postgresql_where=sa.text("business_id IS NOT NULL"),
        if_not_exists=True,
    )
    op.create_table(
        "listing_step",
        sa.Column("entry_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("step", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("regency_code", _CODE, autoincrement=False, nullable=False),
        sa.Column("campaign_id", sa.SmallInteger(), nullable=False),
        sa.Column("region_code", _CODE, nullable=False),
        sa.Column("state", _CODE, nullable=False),
        sa.Column("record_id", sa.UUID(), nullable=True),
        sa.Column("enumerator_id", sa.UUID(), nullable=True),
        sa.Column("record_region_code", _CODE, nullable=True),
        sa.Column("captured_on", sa.Date(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", "step", "regency_code", name=op.f("listing_step_pkey")),
        if_not_exists=True,
    )
    op.add_column("record", sa.Column("listing_id", sa.UUID(), nullable=True), if_not_exists=True)
    op.add_column(
        "business",
        sa.Column("life", _CODE, server_default="active", nullable=False),
        if_not_exists=True,
    )
    op.add_column("business", sa.Column("life_since", sa.Date(), nullable=True), if_not_exists=True)
    op.add_column("business", sa.Column("life_record_id", sa.UUID(), nullable=True), if_not_exists=True)
    op.execute("ALTER TABLE business DROP CONSTRAINT IF EXISTS business_life_check")
    op.execute(f"ALTER TABLE business ADD CONSTRAINT business_life_check CHECK (life IN ({_LIVES})) NOT VALID")
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE business VALIDATE CONSTRAINT business_life_check")
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS business_life_idx")  # an invalid one of a run that failed
        op.create_index(
            "business_life_idx",
            "business",
            ["life", "region_code", "id"],
            postgresql_where=sa.text("life <> 'active'"),
            postgresql_concurrently=True,
            if_not_exists=True,
        )
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS record_listing_idx")  # likewise
        op.create_index(
            "record_listing_idx",
            "record",
            ["listing_id"],
            postgresql_where=sa.text("listing_id IS NOT NULL"),
            postgresql_concurrently=True,
            if_not_exists=True,
        )


def downgrade() -> None:
    """Take back: listings are removed; records and what they count as stay."""
    op.drop_index("business_life_idx", table_name="business")
    for name in ("life_record_id", "life_since", "life"):
        op.drop_column("business", name)
    op.drop_index("record_listing_idx", table_name="record")
    op.drop_column("record", "listing_id")
    op.drop_table("listing_step")
    op.drop_table("listing_entry")
    op.drop_table("progress_listing_delta")
    for table in _COUNTED:
        for name in _COUNTERS:
            op.drop_column(table, name)
