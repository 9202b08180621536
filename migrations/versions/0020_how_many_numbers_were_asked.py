"""how many numbers were asked about, and how often those of a record changed

Revision: 0020, after 0019.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "numbers_asked",
        sa.Column("account_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("numbers", sa.Integer(), nullable=False),
        sa.Column("known", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("numbers_asked_account_id_fkey")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("numbers_asked_pkey")),
    )
    op.add_column("record", sa.Column("said", sa.LargeBinary(), nullable=True))
    op.add_column("record", sa.Column("number_changes", sa.SmallInteger(), nullable=True))


def downgrade() -> None:
    """Take back."""
    op.drop_column("record", "number_changes")
    op.drop_column("record", "said")
    op.drop_table("numbers_asked")
