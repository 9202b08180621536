"""analysts read by SQL: which login sees which region in the views of the schema `bi`

Revision: 0047, after 0046.
"""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

_CODE = sa.Text(collation="C")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "sql_reader",
        sa.Column("login", _CODE, autoincrement=False, nullable=False),
        sa.Column("region_code", _CODE, nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("login", name=op.f("sql_reader_pkey")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("sql_reader")
