"""passports and residence permits of owners who have no NIK

Revision: 0039, after 0038.
"""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

_NEW = ("passport", "kitas")


def upgrade() -> None:
    """Apply."""
    for kind in _NEW:
        # All this is committed before the check is validated, and met again where that failed.
        op.add_column("business", sa.Column(f"{kind}_digest", sa.LargeBinary(), nullable=True), if_not_exists=True)
        op.add_column(
            "business", sa.Column(f"{kind}_masked", sa.Text(collation="C"), nullable=True), if_not_exists=True
        )
    _kinds_are("'nik', 'nib', 'cooperative_number', 'passport', 'kitas'")
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE identity VALIDATE CONSTRAINT identity_kind_check")


def downgrade() -> None:
    """Take back."""
    op.execute("DELETE FROM identity WHERE kind IN ('passport', 'kitas')")
    _kinds_are("'nik', 'nib', 'cooperative_number'")
    for kind in reversed(_NEW):
        op.drop_column("business", f"{kind}_masked")
        op.drop_column("business", f"{kind}_digest")


def _kinds_are(words: str) -> None:
    name = op.f("identity_kind_check")
    op.execute(f"ALTER TABLE identity DROP CONSTRAINT IF EXISTS {name}")
    op.execute(f"ALTER TABLE identity ADD CONSTRAINT {name} CHECK (kind IN ({words})) NOT VALID")
