"""two editions of KBLI: category letters, what a campaign takes, and activities that a person coded

Revision: 0035, after 0034.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

_CODE = sa.Text(collation="C")
# The first division of each category of KBLI 2020; no edition but that one is there yet.
_LETTERS = """
UPDATE kbli SET category = (
    SELECT letter COLLATE "C" FROM unnest(
        '{01,05,10,35,36,41,45,49,55,58,64,68,69,77,84,85,86,90,94,97,99}'::text[],
        '{A,B,C,D,E,F,G,H,I,J,K,L,M,N,O,P,Q,R,S,T,U}'::text[]
    ) AS category (first, letter)
    WHERE left(kbli.code, 2) >= first COLLATE "C" ORDER BY first COLLATE "C" DESC LIMIT 1
) WHERE version = '2020' AND category IS NULL
"""


def upgrade() -> None:
    """Apply."""
    op.add_column("campaign", sa.Column("activities", postgresql.JSONB(), nullable=True), if_not_exists=True)
    op.add_column("kbli", sa.Column("category", _CODE, nullable=True), if_not_exists=True)
    op.execute(_LETTERS)
    op.add_column(
        "business",
        sa.Column("kbli_unknown", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        if_not_exists=True,
    )
    op.add_column("business", sa.Column("coding_id", sa.UUID(), nullable=True), if_not_exists=True)
    op.create_table(
        "coding",
        sa.Column("id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("regency_code", _CODE, autoincrement=False, nullable=False),
        sa.Column("record_id", sa.UUID(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("said_version", _CODE, nullable=False),
        sa.Column("said_code", _CODE, nullable=False),
        sa.Column("kbli_version", _CODE, nullable=False),
        sa.Column("kbli", _CODE, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.UUID(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_by", sa.UUID(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_because", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", "regency_code", name=op.f("coding_pkey")),
        if_not_exists=True,  # what is before the indexes is committed first, and is met again where those failed
    )
    op.create_index(
        "coding_in_force_key",
        "coding",
        ["record_id", "said_version", "said_code", "regency_code"],
        unique=True,
        postgresql_where=sa.text("undone_at IS NULL"),
        if_not_exists=True,
    )
    with op.get_context().autocommit_block():
        for name, where in (
            ("business_kbli_unknown_idx", "kbli_unknown"),
            ("business_coded_idx", "coding_id IS NOT NULL"),
        ):
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
    """Undo."""
    op.drop_index("business_coded_idx", table_name="business")
    op.drop_index("business_kbli_unknown_idx", table_name="business")
    op.drop_table("coding")
    op.drop_column("business", "coding_id")
    op.drop_column("business", "kbli_unknown")
    op.drop_column("kbli", "category")
    op.drop_column("campaign", "activities")
