"""Which servers work with the tables: kept in the database, where a server older than its last migration finds it."""

from sqlalchemy import Connection, text

from migrations import OLDEST_SERVER


def tell_older_servers(connection: Connection) -> None:
    """Write down the head of the oldest servers that work with the newest tables, once Alembic has made its table.

    It is a comment: so it is dumped and restored with the table, and Alembic's columns stay its own.
    """
    if connection.scalar(text("SELECT to_regclass('alembic_version') IS NOT NULL")):
        connection.execute(text(f"COMMENT ON TABLE alembic_version IS 'oldest server: {OLDEST_SERVER}'"))
    connection.commit()
