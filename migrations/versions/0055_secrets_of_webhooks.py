"""every former secret of a webhook signs as long as was promised; all attempts of a delivery are counted

Revision: 0055, after 0054.
"""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_KEPT = """
INSERT INTO webhook_secret (webhook_id, id, salt, good_until)
SELECT id, gen_random_uuid(), former_salt, former_until FROM webhook WHERE former_until > now()
"""


def upgrade() -> None:
    """Apply."""
    op.add_column("webhook_delivery", sa.Column("other_attempts", sa.Integer(), server_default="0", nullable=False))
    op.create_table(
        "webhook_secret",
        sa.Column("webhook_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", _MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.Column("good_until", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["webhook_id"], ["webhook.id"], name=op.f("webhook_secret_webhook_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("webhook_id", "id", name=op.f("webhook_secret_pkey")),
    )
    op.execute(_KEPT)  # ten rows of an account at most


def downgrade() -> None:
    """Take back."""
    op.drop_table("webhook_secret")
    op.drop_column("webhook_delivery", "other_attempts")
