"""steps that fill data in

Revision: 0012, after 0011.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    code = sa.Text(collation="C")
    op.create_table(
        "data_step",
        sa.Column("name", code, autoincrement=False, nullable=False),
        sa.Column("after", code, nullable=True),
        sa.Column("filled", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("left_out", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("data_step_pkey")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("data_step")
