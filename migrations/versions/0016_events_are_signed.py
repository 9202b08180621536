"""events are signed; links are only added at the end

Revision: 0016, after 0015.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

# The server's login has to add links, so it might add others as well: at least only where the chain goes on, one after
# another, of events that there are. A link in the way of all later ones would end the chain for good.
_AT_THE_END = """
CREATE FUNCTION audit_link_at_the_end() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    told record;
    previous record;
    last_day date := (now() AT TIME ZONE 'UTC')::date + 1;
BEGIN
    SELECT count(*) AS links, count(DISTINCT day) AS days, min(day) AS day, min(position) AS first,
           max(position) AS last INTO told FROM fresh;
    IF told.links = 0 THEN
        RETURN NULL;
    END IF;
    SELECT day, position INTO previous FROM audit_link WHERE (day, position) < (told.day, told.first)
    ORDER BY day DESC, position DESC LIMIT 1;
    IF told.days > 1 OR told.day > last_day OR told.last - told.first + 1 <> told.links
        OR told.first <> (CASE WHEN previous.day = told.day THEN previous.position + 1 ELSE 1 END)
        OR EXISTS (SELECT FROM audit_link
                   WHERE (day, position) > (told.day, told.last) AND day <= last_day AND position < 2000000000)
        OR EXISTS (SELECT FROM fresh WHERE NOT EXISTS (SELECT FROM audit_event WHERE id = event_id))
    THEN
        RAISE EXCEPTION 'links are added at the end of the chain' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$
"""
_WATCH = """
CREATE TRIGGER audit_link_at_the_end AFTER INSERT ON audit_link
REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION audit_link_at_the_end()
"""


def upgrade() -> None:
    """Apply."""
    op.add_column("audit_event", sa.Column("mac", postgresql.BYTEA(), nullable=True))
    op.execute(_AT_THE_END)
    op.execute(_WATCH)


def downgrade() -> None:
    """Take back."""
    op.execute("DROP TRIGGER audit_link_at_the_end ON audit_link")
    op.execute("DROP FUNCTION audit_link_at_the_end()")
    op.drop_column("audit_event", "mac")
