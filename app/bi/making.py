"""The views in a database: made by `kumkm migrate` after its migrations, for what the code says they are.

They stand on columns of many tables. So they are taken away before a migration changes any of these, in the same run,
and no migration has to know them.
"""

from sqlalchemy import Connection, text

from app.bi.view import SCHEMA
from app.bi.views import MAKE, SAYS
from app.core.distribution import IS_SPREAD

READERS_ROLE = "kumkm_bi"
"""The group of all readers, which may read the views and nothing else."""

REMOVE = f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE"

GRANT = (
    f"GRANT USAGE ON SCHEMA {SCHEMA} TO {READERS_ROLE}",
    f"GRANT SELECT ON ALL TABLES IN SCHEMA {SCHEMA} TO {READERS_ROLE}",
)
"""What the group may do."""

_SAYS = f"SELECT obj_description(to_regnamespace('{SCHEMA}'), 'pg_namespace')"
_IS_ROLE = f"SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = '{READERS_ROLE}')"


def remove_views(connection: Connection) -> None:
    """Take the views away. Idempotent."""
    connection.execute(text(REMOVE))


def make_views(connection: Connection) -> None:
    """Make the views, if those that there are were made by other code. Idempotent.

    On a cluster there are none: one node would have to gather what the others have.
    """
    if connection.scalar(text(f"SELECT {IS_SPREAD}")) or connection.scalar(text(_SAYS)) == SAYS:
        return
    remove_views(connection)
    for sql in MAKE:
        connection.exec_driver_sql(sql)
    if connection.scalar(text(_IS_ROLE)):
        for sql in GRANT:
            connection.execute(text(sql))
