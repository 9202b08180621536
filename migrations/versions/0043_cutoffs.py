"""cut-offs: figures that were published, kept as they were

Revision: 0043, after 0042.
"""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

_CODE = sa.Text(collation="C")
_COUNTERS = (
    *("entered", "duplicates", "conflicts", "invalid", "verified", "returned"),
    *("open_visits", "refused", "closed", "moved", "not_found", "not_eligible", "non_response"),
    *("listed", "listed_done", "listed_entered"),
)
_PARTS = ("cutoff_day", "cutoff_month", "cutoff_enumerator", "cutoff_region")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "cutoff",
        sa.Column("id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("campaign_id", sa.SmallInteger(), nullable=False),
        sa.Column("region_code", _CODE, nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("basis", _CODE, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("published_by", sa.UUID(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.CheckConstraint("basis IN ('received', 'captured')", name=op.f("cutoff_basis_check")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("cutoff_campaign_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("cutoff_pkey")),
    )
    op.create_index(op.f("cutoff_region_code_published_at_id_idx"), "cutoff", ["region_code", "published_at", "id"])
    op.create_index("cutoff_published_idx", "cutoff", [sa.text("published_at DESC"), sa.text("id DESC")])
    _part(
        "cutoff_region",
        (sa.Column("region_code", _CODE, autoincrement=False, nullable=False),),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("level", _CODE, nullable=False),
        sa.Column("parent_code", _CODE, nullable=True),
        sa.Column("target", sa.Integer(), nullable=True),
        sa.Column("percent", sa.Float(53), nullable=True),
        sa.Column("enumerators", sa.Integer(), nullable=False),
        sa.Column("enumerators_active", sa.Integer(), nullable=False),
        sa.Column("coordinators", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("entered_in_window", sa.Integer(), nullable=False),
        sa.Column("days_left", sa.Integer(), nullable=False),
        sa.Column("needed_per_day", sa.Float(53), nullable=True),
        sa.Column("needed_per_enumerator_per_day", sa.Float(53), nullable=True),
        sa.Column("average_per_day", sa.Float(53), nullable=True),
        sa.Column("last_7_days_per_day", sa.Float(53), nullable=False),
        sa.Column("projected_total", sa.BigInteger(), nullable=False),
        sa.Column("projected_finish_on", sa.Date(), nullable=True),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("rank_of", sa.Integer(), nullable=True),
    )
    op.create_index(
        op.f("cutoff_region_cutoff_id_parent_code_region_code_idx"),
        "cutoff_region",
        ["cutoff_id", "parent_code", "region_code"],
    )
    _part(
        "cutoff_enumerator",
        (sa.Column("enumerator_id", sa.UUID(), autoincrement=False, nullable=False),),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("coordinator_id", sa.UUID(), nullable=True),
        sa.Column("coordinator_username", sa.Text(), nullable=True),
        sa.Column("coordinator_name", sa.Text(), nullable=True),
        sa.Column("quota", sa.Integer(), nullable=True),
        sa.Column("percent", sa.Float(53), nullable=True),
        sa.Column("active_days", sa.Integer(), nullable=False),
        sa.Column("last_received_at", sa.DateTime(timezone=True), nullable=True),
    )
    _part(
        "cutoff_month",
        (
            sa.Column("enumerator_id", sa.UUID(), autoincrement=False, nullable=False),
            sa.Column("month", sa.Date(), autoincrement=False, nullable=False),
        ),
        sa.Column("active_days", sa.Integer(), nullable=False),
    )
    _part("cutoff_day", (sa.Column("day", sa.Date(), autoincrement=False, nullable=False),))


def downgrade() -> None:
    """Take back."""
    for table in (*_PARTS, "cutoff"):
        op.drop_table(table)


def _part(table: str, keys: tuple[sa.Column[object], ...], *columns: sa.Column[object]) -> None:
    op.create_table(
        table,
        *(sa.Column(name, sa.Integer(), server_default=sa.text("0"), nullable=False) for name in _COUNTERS),
        sa.Column("cutoff_id", sa.UUID(), autoincrement=False, nullable=False),
        *keys,
        *columns,
        sa.ForeignKeyConstraint(["cutoff_id"], ["cutoff.id"], name=op.f(f"{table}_cutoff_id_fkey")),
        sa.PrimaryKeyConstraint("cutoff_id", *(key.name for key in keys), name=op.f(f"{table}_pkey")),
    )
