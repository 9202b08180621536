"""editions of the statistics that somebody asks for, and how far they are

Revision: 0053, after 0052.
"""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

_TABLE = "statistics_edition"
_CHECK = "statistics_edition_state_check"


def upgrade() -> None:
    """Apply."""
    op.add_column(_TABLE, sa.Column("percent", sa.SmallInteger(), server_default=sa.text("0"), nullable=False))
    op.add_column(_TABLE, sa.Column("asked_by", sa.UUID(), nullable=True))
    _states("'queued', 'in_work', 'made', 'failed'")
    op.drop_index("statistics_edition_in_work_key", table_name=_TABLE)
    op.create_index(
        "statistics_edition_unfinished_key",
        _TABLE,
        ["campaign_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('queued', 'in_work')"),
    )


def downgrade() -> None:
    """Take back: what was only asked for is gone."""
    op.execute("DELETE FROM statistics_edition WHERE state IN ('queued', 'failed')")
    op.drop_index("statistics_edition_unfinished_key", table_name=_TABLE)
    op.create_index(
        "statistics_edition_in_work_key",
        _TABLE,
        ["campaign_id"],
        unique=True,
        postgresql_where=sa.text("state = 'in_work'"),
    )
    _states("'in_work', 'made'")
    op.drop_column(_TABLE, "asked_by")
    op.drop_column(_TABLE, "percent")


def _states(allowed: str) -> None:
    """The table has a few rows, which are looked at again."""
    op.drop_constraint(op.f(_CHECK), _TABLE, type_="check")
    op.create_check_constraint(op.f(_CHECK), _TABLE, f"state IN ({allowed})")
