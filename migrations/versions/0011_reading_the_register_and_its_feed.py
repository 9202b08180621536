"""reading the register, and its feed

Revision: 0011, after 0010.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_NUMBER = sa.text("(pg_current_xact_id()::text::bigint)")
_CODE = sa.Text(collation="C")
_CASES = {"kind": "('duplicate', 'conflict', 'likely')", "state": "('open', 'resolved', 'superseded')"}


def upgrade() -> None:
    """Apply."""
    # A trusted extension: who may make objects in the database may make it.
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.add_column("account", sa.Column("rate", sa.Text(), nullable=True))
    op.create_table(
        "feed_mark",
        sa.Column("number", sa.BigInteger(), server_default=_NUMBER, autoincrement=False, nullable=False),
        sa.Column("id", sa.UUID(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("feed_mark_pkey")),
    )
    op.add_column("business", sa.Column("search_name", _CODE, nullable=True))
    op.add_column(
        "business",
        sa.Column("former_region_codes", postgresql.ARRAY(_CODE), server_default=sa.text("'{}'"), nullable=False),
    )
    for kind in ("nik", "nib", "cooperative_number"):
        op.add_column("business", sa.Column(f"{kind}_masked", _CODE, nullable=True))
    op.add_column(
        "business",
        sa.Column(
            "alias_digests", postgresql.ARRAY(postgresql.BYTEA()), server_default=sa.text("'{}'"), nullable=False
        ),
    )
    op.add_column("business", sa.Column("enumerator_id", sa.UUID(), nullable=True))
    op.add_column("business", sa.Column("review_state", _CODE, server_default="unreviewed", nullable=False))
    op.add_column("business", sa.Column("merged_into", sa.UUID(), nullable=True))
    # All that is there already gets the number of this migration, with its mark.
    op.add_column("business", sa.Column("change_number", sa.BigInteger(), server_default=_NUMBER, nullable=False))
    op.execute("INSERT INTO feed_mark DEFAULT VALUES")
    # What was entered before is found by its plain words; how it is heard comes with its next revision.
    op.execute(
        "UPDATE business SET search_name = ' ' || btrim(regexp_replace(lower(name), '[^0-9a-z]+', ' ', 'g')) || ' ',"
        " enumerator_id = record.enumerator_id, review_state = coalesce((SELECT decision FROM review"
        "  WHERE review.record_id = business.record_id AND ended_on IS NULL), 'unreviewed')"
        " FROM record WHERE record.record_id = business.record_id"
    )
    op.alter_column("business", "search_name", nullable=False)
    op.alter_column("business", "enumerator_id", nullable=False)
    op.create_check_constraint(
        op.f("business_review_state_check"), "business", "review_state IN ('unreviewed', 'verified', 'returned')"
    )
    for columns in (
        ["kbli", "region_code", "id"],
        ["enumerator_id", "region_code", "id"],
        ["review_state", "region_code", "id"],
        ["updated_at"],
        ["change_number", "id"],
    ):
        op.create_index(op.f(f"business_{'_'.join(columns)}_idx"), "business", columns, unique=False)
    op.create_index(
        "business_size_class_idx",
        "business",
        ["size_class", "region_code", "id"],
        postgresql_where=sa.text("size_class <> 'micro'"),
    )
    op.create_index(
        "business_koperasi_idx", "business", ["region_code", "id"], postgresql_where=sa.text("kind = 'koperasi'")
    )
    op.create_index(
        "business_search_idx",
        "business",
        ["search_name"],
        postgresql_using="gin",
        postgresql_ops={"search_name": "gin_trgm_ops"},
    )
    op.create_index(op.f("record_business_id_idx"), "record", ["business_id"], unique=False)
    op.create_table(
        "correction",
        sa.Column("record_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("regency_code", _CODE, autoincrement=False, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("corrected_by", sa.UUID(), nullable=False),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("record_id", "revision", "regency_code", name=op.f("correction_pkey")),
    )
    op.create_table(
        "resolution",
        sa.Column("id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("regency_code", _CODE, autoincrement=False, nullable=False),
        sa.Column("case_id", sa.UUID(), nullable=False),
        sa.Column("record_id", sa.UUID(), nullable=False),
        sa.Column("business_ids", postgresql.ARRAY(sa.UUID()), nullable=False),
        sa.Column("decision", _CODE, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("journal", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("decided_by", sa.UUID(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_by", sa.UUID(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_because", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "decision IN ('same', 'separate', 'wrong_identity')", name=op.f("resolution_decision_check")
        ),
        sa.CheckConstraint("(undone_at IS NULL) = (undone_by IS NULL)", name=op.f("resolution_undone_check")),
        sa.PrimaryKeyConstraint("id", "regency_code", name=op.f("resolution_pkey")),
    )
    op.create_index(
        "resolution_in_force_key",
        "resolution",
        ["case_id", "regency_code"],
        unique=True,
        postgresql_where=sa.text("undone_at IS NULL"),
    )
    op.create_index("resolution_business_ids_idx", "resolution", ["business_ids"], postgresql_using="gin")
    op.create_table(
        "counted_move",
        sa.Column("id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("regency_code", _CODE, autoincrement=False, nullable=False),
        sa.Column("campaign_id", sa.SmallInteger(), nullable=False),
        sa.Column("enumerator_id", sa.UUID(), nullable=False),
        sa.Column("record_id", sa.UUID(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("region_code", _CODE, nullable=False),
        sa.Column("captured_on", sa.Date(), nullable=False),
        sa.Column("counted_as", _CODE, nullable=False),
        sa.Column("moved_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("counted_move_campaign_id_fkey")),
        sa.PrimaryKeyConstraint("id", "regency_code", name=op.f("counted_move_pkey")),
    )
    op.create_table(
        "export_job",
        sa.Column("id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.UUID(), nullable=False),
        sa.Column("asked", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("state", _CODE, server_default="queued", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("rows_total", sa.BigInteger(), nullable=True),
        sa.Column("rows_done", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("size", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("sha256", _CODE, nullable=True),
        sa.Column("parts", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("feed_position", _CODE, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('queued', 'running', 'done', 'failed')", name=op.f("export_job_state_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("export_job_pkey")),
    )
    op.create_index(op.f("export_job_account_id_id_idx"), "export_job", ["account_id", "id"], unique=False)
    op.create_index(
        "export_job_open_idx", "export_job", ["id"], postgresql_where=sa.text("state IN ('queued', 'running')")
    )
    op.add_column("duplicate_case", sa.Column("score", sa.Float(precision=53), nullable=True))
    op.add_column("duplicate_case", sa.Column("explanation", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    for name, values in _CASES.items():
        op.drop_constraint(op.f(f"duplicate_case_{name}_check"), "duplicate_case", type_="check")
        op.create_check_constraint(op.f(f"duplicate_case_{name}_check"), "duplicate_case", f"{name} IN {values}")
    op.create_index(
        op.f("duplicate_case_state_region_code_id_idx"), "duplicate_case", ["state", "region_code", "id"], unique=False
    )
    op.create_index("duplicate_case_business_ids_idx", "duplicate_case", ["business_ids"], postgresql_using="gin")


def downgrade() -> None:
    """Take back."""
    op.drop_index("duplicate_case_business_ids_idx", table_name="duplicate_case")
    op.drop_index(op.f("duplicate_case_state_region_code_id_idx"), table_name="duplicate_case")
    op.execute("DELETE FROM duplicate_case WHERE kind = 'likely' OR state = 'superseded'")
    for name, values in {"kind": "('duplicate', 'conflict')", "state": "('open', 'resolved')"}.items():
        op.drop_constraint(op.f(f"duplicate_case_{name}_check"), "duplicate_case", type_="check")
        op.create_check_constraint(op.f(f"duplicate_case_{name}_check"), "duplicate_case", f"{name} IN {values}")
    op.drop_column("duplicate_case", "explanation")
    op.drop_column("duplicate_case", "score")
    op.drop_table("export_job")
    op.drop_table("counted_move")
    op.drop_table("resolution")
    op.drop_table("correction")
    op.drop_index(op.f("record_business_id_idx"), table_name="record")
    for column in (
        "search_name",
        "former_region_codes",
        "nik_masked",
        "nib_masked",
        "cooperative_number_masked",
        "alias_digests",
        "enumerator_id",
        "review_state",
        "merged_into",
        "change_number",
    ):
        op.drop_column("business", column)  # and every index with it
    op.drop_index("business_koperasi_idx", table_name="business")
    op.drop_index("business_kbli_region_code_id_idx", table_name="business")
    op.drop_index("business_size_class_idx", table_name="business")
    op.drop_index("business_updated_at_idx", table_name="business")
    op.drop_table("feed_mark")
    op.drop_column("account", "rate")
