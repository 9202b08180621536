"""neighbourhoods as the level of regions below villages

Revision: 0041, after 0040.
"""

from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

_BEFORE = "'nation', 'province', 'regency', 'district', 'village'"


def upgrade() -> None:
    """Apply."""
    _levels(f"{_BEFORE}, 'neighbourhood'")
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE region VALIDATE CONSTRAINT region_level_check")


def downgrade() -> None:
    """Take back: neighbourhoods become retired villages, since records name them and nothing is deleted."""
    op.execute(
        "UPDATE region SET level = 'village', retired_on = coalesce(retired_on, current_date)"
        " WHERE level = 'neighbourhood'"
    )
    _levels(_BEFORE)


def _levels(words: str) -> None:
    name = op.f("region_level_check")
    op.execute(f"ALTER TABLE region DROP CONSTRAINT IF EXISTS {name}")
    op.execute(f"ALTER TABLE region ADD CONSTRAINT {name} CHECK (level IN ({words})) NOT VALID")
