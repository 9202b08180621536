"""honour: what enumerators are paid, and the statements that were made

Revision: 0052, after 0051.
"""

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

_CODE = sa.Text(collation="C")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "honour_rule",
        sa.Column("campaign_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("valid_from", sa.Date(), autoincrement=False, nullable=False),
        sa.Column("rate", sa.Integer(), nullable=False),
        sa.Column("cap", sa.Integer(), nullable=True),
        sa.Column("counts", _CODE, nullable=False),
        sa.Column("decree", sa.Text(), nullable=False),
        sa.CheckConstraint("cap > 0", name=op.f("honour_rule_cap_positive_check")),
        sa.CheckConstraint("counts IN ('entered', 'verified')", name=op.f("honour_rule_counts_check")),
        sa.CheckConstraint("extract(day FROM valid_from) = 1", name=op.f("honour_rule_first_of_month_check")),
        sa.CheckConstraint("rate > 0", name=op.f("honour_rule_rate_positive_check")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("honour_rule_campaign_id_fkey")),
        sa.PrimaryKeyConstraint("campaign_id", "valid_from", name=op.f("honour_rule_pkey")),
    )
    op.create_table(
        "honour_run",
        sa.Column("id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("campaign_id", sa.SmallInteger(), nullable=False),
        sa.Column("region_code", _CODE, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("cutoff_id", sa.UUID(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("made_by", sa.UUID(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        *_sums(),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("honour_run_campaign_id_fkey")),
        sa.ForeignKeyConstraint(["cutoff_id"], ["cutoff.id"], name=op.f("honour_run_cutoff_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("honour_run_pkey")),
        sa.UniqueConstraint("campaign_id", "number", name=op.f("honour_run_campaign_id_number_key")),
        sa.UniqueConstraint("cutoff_id", "month", name=op.f("honour_run_cutoff_id_month_key")),
    )
    op.create_index(
        op.f("honour_run_campaign_id_region_code_month_idx"), "honour_run", ["campaign_id", "region_code", "month"]
    )
    op.create_table(
        "honour_statement",
        sa.Column("id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("run_id", sa.UUID(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.SmallInteger(), nullable=False),
        sa.Column("region_code", _CODE, nullable=False),
        sa.Column("enumerator_id", sa.UUID(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("coordinator_id", sa.UUID(), nullable=True),
        sa.Column("coordinator_name", sa.Text(), nullable=True),
        *_sums(),
        sa.ForeignKeyConstraint(["run_id"], ["honour_run.id"], name=op.f("honour_statement_run_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("honour_statement_pkey")),
        sa.UniqueConstraint("run_id", "place", name=op.f("honour_statement_run_id_place_key")),
    )
    for columns in (
        ["campaign_id", "enumerator_id", "region_code"],
        ["campaign_id", "region_code"],
        ["enumerator_id", "run_id"],
        ["coordinator_id", "run_id"],
    ):
        op.create_index(op.f(f"honour_statement_{'_'.join(columns)}_idx"), "honour_statement", columns)
    op.create_table(
        "honour_line",
        sa.Column("statement_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("month", sa.Date(), autoincrement=False, nullable=False),
        sa.Column("is_correction", sa.Boolean(), nullable=False),
        sa.Column("entered", sa.Integer(), nullable=False),
        sa.Column("verified", sa.Integer(), nullable=False),
        sa.Column("rate", sa.Integer(), nullable=True),
        sa.Column("cap", sa.Integer(), nullable=True),
        sa.Column("counts", _CODE, nullable=True),
        sa.Column("decree", sa.Text(), nullable=True),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("elsewhere", sa.Integer(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("records_before", sa.Integer(), nullable=False),
        sa.Column("before", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["statement_id"], ["honour_statement.id"], name=op.f("honour_line_statement_id_fkey")),
        sa.PrimaryKeyConstraint("statement_id", "month", name=op.f("honour_line_pkey")),
    )


def downgrade() -> None:
    """Take back."""
    for table in ("honour_line", "honour_statement", "honour_run", "honour_rule"):
        op.drop_table(table)


def _sums() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("carried_in", sa.BigInteger(), nullable=False),
        sa.Column("payable", sa.BigInteger(), nullable=False),
        sa.Column("carried_out", sa.BigInteger(), nullable=False),
    )
