"""a photo may show several records; what is kept of it has no metadata

Revision: 0017, after 0016.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    code = sa.Text(collation="C")
    op.create_table(
        "attachment_link",
        sa.Column("record_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("sha256", postgresql.BYTEA(), autoincrement=False, nullable=False),
        sa.Column("enumerator_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("purpose", code, autoincrement=False, nullable=False),
        sa.CheckConstraint("purpose IN ('place', 'product')", name=op.f("attachment_link_purpose_check")),
        sa.ForeignKeyConstraint(
            ["sha256", "enumerator_id"],
            ["attachment.sha256", "attachment.enumerator_id"],
            name=op.f("attachment_link_sha256_enumerator_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("record_id", "sha256", "enumerator_id", "purpose", name=op.f("attachment_link_pkey")),
    )
    op.create_index(
        op.f("attachment_link_sha256_enumerator_id_idx"), "attachment_link", ["sha256", "enumerator_id"], unique=False
    )
    op.execute(
        "INSERT INTO attachment_link (record_id, sha256, enumerator_id, purpose)"
        " SELECT record_id, sha256, enumerator_id, purpose FROM attachment"
    )
    op.drop_index(op.f("attachment_record_id_idx"), table_name="attachment")
    op.drop_constraint(op.f("attachment_purpose_check"), "attachment", type_="check")
    op.drop_column("attachment", "record_id")
    op.drop_column("attachment", "purpose")
    op.add_column("attachment", sa.Column("touched_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("attachment", sa.Column("stored_as", postgresql.BYTEA(), nullable=True))
    op.add_column("attachment", sa.Column("early", sa.Boolean(), nullable=True))
    op.execute("UPDATE attachment SET touched_at = coalesce(completed_at, now()), early = true")
    op.alter_column("attachment", "touched_at", nullable=False)
    op.alter_column("attachment", "early", nullable=False)
    op.create_index(
        "attachment_waiting_idx",
        "attachment",
        ["enumerator_id"],
        unique=False,
        postgresql_where=sa.text("completed_at IS NULL OR early"),
    )
    op.create_index(op.f("attachment_stored_as_idx"), "attachment", ["stored_as"], unique=False)


def downgrade() -> None:
    """Take back: of a photo that shows several things, one is kept."""
    code = sa.Text(collation="C")
    op.drop_index(op.f("attachment_stored_as_idx"), table_name="attachment")
    op.drop_index("attachment_waiting_idx", table_name="attachment")
    op.add_column("attachment", sa.Column("purpose", code, nullable=True))
    op.add_column("attachment", sa.Column("record_id", sa.UUID(), nullable=True))
    op.execute(
        "UPDATE attachment SET record_id = link.record_id, purpose = link.purpose FROM attachment_link AS link"
        " WHERE (link.sha256, link.enumerator_id) = (attachment.sha256, attachment.enumerator_id)"
    )
    op.execute("DELETE FROM attachment WHERE record_id IS NULL")
    op.alter_column("attachment", "purpose", nullable=False)
    op.alter_column("attachment", "record_id", nullable=False)
    op.create_check_constraint(op.f("attachment_purpose_check"), "attachment", "purpose IN ('place', 'product')")
    op.create_index(op.f("attachment_record_id_idx"), "attachment", ["record_id"], unique=False)
    for column in ("early", "stored_as", "touched_at"):
        op.drop_column("attachment", column)
    op.drop_table("attachment_link")
