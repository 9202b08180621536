"""regions and accounts are found by words of their names

Revision: 0024, after 0023.
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_WORDS = "(' '::text || translate(lower(name COLLATE \"C\"), '\"''(),-./'::text, '        '::text)) gin_trgm_ops"


def upgrade() -> None:
    """Apply."""
    with op.get_context().autocommit_block():
        for table, columns in (("region", [_WORDS]), ("account", [_WORDS, "username gin_trgm_ops"])):
            index = f"{table}_words_idx"
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {index}")  # an invalid one of a run that failed
            op.create_index(
                index,
                table,
                [sa.text(column) for column in columns],
                postgresql_using="gin",
                postgresql_concurrently=True,
                if_not_exists=True,
            )


def downgrade() -> None:
    """Take back."""
    op.drop_index("account_words_idx", table_name="account")
    op.drop_index("region_words_idx", table_name="region")
