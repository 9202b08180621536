"""The database's changes, in order. Made with `alembic revision --autogenerate`, then read and mended by hand."""

OLDEST_SERVER = "0027"
"""The head of the oldest servers that work with the newest tables. A migration that takes away what servers use raises
it to the head of the first release that does without (`docs/migrations.md`)."""
