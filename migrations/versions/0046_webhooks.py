"""webhooks: subscriptions of system clients to the feed, and what is delivered to them

Revision: 0046, after 0045.
"""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

_CODE = sa.Text(collation="C")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "webhook",
        sa.Column("id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.UUID(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("content", _CODE, nullable=False),
        sa.Column("max_changes", sa.SmallInteger(), nullable=False),
        sa.Column("after_dead_letter", _CODE, nullable=False),
        sa.Column("state", _CODE, server_default="active", nullable=False),
        sa.Column("halted_for", _CODE, nullable=True),
        sa.Column("position", sa.LargeBinary(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("former_salt", sa.LargeBinary(), nullable=True),
        sa.Column("former_until", _MOMENT, nullable=True),
        sa.Column("due_at", _MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.Column("lease_id", sa.UUID(), nullable=True),
        sa.Column("lease_until", _MOMENT, nullable=True),
        sa.Column("created_at", _MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.Column("created_by", sa.UUID(), nullable=False),
        sa.Column("delivered_at", _MOMENT, nullable=True),
        sa.CheckConstraint("content IN ('ids', 'businesses')", name=op.f("webhook_content_check")),
        sa.CheckConstraint("after_dead_letter IN ('halt', 'continue')", name=op.f("webhook_after_dead_letter_check")),
        sa.CheckConstraint("state IN ('active', 'paused', 'halted')", name=op.f("webhook_state_check")),
        sa.CheckConstraint("(state = 'halted') = (halted_for IS NOT NULL)", name=op.f("webhook_halted_for_check")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("webhook_account_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("webhook_pkey")),
        sa.UniqueConstraint("account_id", "url", name=op.f("webhook_account_id_url_key")),
    )
    op.create_index("webhook_due_idx", "webhook", ["due_at"], postgresql_where=sa.text("state = 'active'"))
    op.create_table(
        "webhook_delivery",
        sa.Column("webhook_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("business_ids", sa.ARRAY(sa.UUID()), nullable=False),
        sa.Column("position", sa.LargeBinary(), nullable=False),
        sa.Column("state", _CODE, server_default="pending", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("made_at", _MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.Column("attempted_at", _MOMENT, nullable=True),
        sa.Column("settled_at", _MOMENT, nullable=True),
        sa.Column("status", sa.SmallInteger(), nullable=True),
        sa.Column("fault", _CODE, nullable=True),
        sa.Column("duration_ms", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state IN ('pending', 'delivered', 'dead', 'skipped')", name=op.f("webhook_delivery_state_check")
        ),
        sa.ForeignKeyConstraint(
            ["webhook_id"], ["webhook.id"], name=op.f("webhook_delivery_webhook_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("webhook_id", "sequence", name=op.f("webhook_delivery_pkey")),
    )
    op.create_index(
        "webhook_delivery_open_idx",
        "webhook_delivery",
        ["webhook_id", "sequence"],
        postgresql_where=sa.text("state <> 'delivered'"),
    )
    op.create_index(op.f("webhook_delivery_settled_at_idx"), "webhook_delivery", ["settled_at"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("webhook_delivery")
    op.drop_table("webhook")
