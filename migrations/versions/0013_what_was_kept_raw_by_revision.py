"""what was kept raw, by revision and with its time of capture

Revision: 0013, after 0012.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_OPEN = sa.text("resolved_on IS NULL")
_HELD = sa.text("outcome = 'held' AND resolved_on IS NULL")


def upgrade() -> None:
    """Apply."""
    op.add_column("raw_item", sa.Column("revision", sa.Integer(), nullable=True))
    for name in ("captured_at", "captured_at_told"):
        op.add_column("raw_item", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.drop_constraint(op.f("raw_item_outcome_check"), "raw_item")
    op.create_check_constraint(
        op.f("raw_item_outcome_check"), "raw_item", "outcome IN ('held', 'invalid', 'unchanged')"
    )
    op.drop_index("raw_item_open_idx", table_name="raw_item")
    op.create_index(op.f("raw_item_subject_id_idx"), "raw_item", ["subject_id"])
    op.create_index("raw_item_held_by_idx", "raw_item", ["enumerator_id"], postgresql_where=_HELD)


def downgrade() -> None:
    """Take back."""
    op.drop_index("raw_item_held_by_idx", table_name="raw_item")
    op.drop_index(op.f("raw_item_subject_id_idx"), table_name="raw_item")
    op.create_index("raw_item_open_idx", "raw_item", ["subject_id"], postgresql_where=_OPEN)
    op.execute("DELETE FROM raw_item WHERE outcome = 'unchanged'")
    op.drop_constraint(op.f("raw_item_outcome_check"), "raw_item")
    op.create_check_constraint(op.f("raw_item_outcome_check"), "raw_item", "outcome IN ('held', 'invalid')")
    for name in ("captured_at_told", "captured_at", "revision"):
        op.drop_column("raw_item", name)
