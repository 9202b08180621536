"""what has warnings is found without reading everything else

Revision: 0021, after 0020.
"""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.get_context().autocommit_block():
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS submission_doubtful_idx")  # an invalid one of a run that failed
        op.execute(
            "CREATE INDEX CONCURRENTLY IF NOT EXISTS submission_doubtful_idx ON submission (regency_code, record_id)"
            " WHERE warnings <> '{}'"
        )


def downgrade() -> None:
    """Take back."""
    op.drop_index("submission_doubtful_idx", table_name="submission")
