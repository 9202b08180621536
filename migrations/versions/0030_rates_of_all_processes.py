"""rates and places that all server processes count together

Not logged: what they say is worth nothing after a minute, mostly, and a crash may forget it as a restart does.

Revision: 0030, after 0029.
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_TABLES = {"server_process": "seen_at", "rate_count": "ends_at", "export_place": "ends_at"}


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "server_process",
        sa.Column("id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("server_process_pkey")),
        prefixes=["UNLOGGED"],
    )
    op.create_table(
        "rate_count",
        sa.Column("key", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("opened", sa.BigInteger(), nullable=False),
        sa.Column("hits", sa.Integer(), nullable=False),
        sa.Column("hits_before", sa.Integer(), nullable=False),
        sa.Column("granted", sa.Integer(), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("rate_count_pkey")),
        prefixes=["UNLOGGED"],
    )
    op.create_table(
        "export_place",
        sa.Column("account_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("place", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("file_id", sa.UUID(), nullable=False),
        sa.Column("process_id", sa.UUID(), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "place", name=op.f("export_place_pkey")),
        prefixes=["UNLOGGED"],
    )
    for table, moment in _TABLES.items():
        op.create_index(op.f(f"{table}_{moment}_idx"), table, [moment], unique=False)


def downgrade() -> None:
    """Take back."""
    for table in reversed(_TABLES):
        op.drop_table(table)
