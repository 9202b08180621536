"""The database's changes, in order. Made with `alembic revision --autogenerate`, then read and mended by hand."""
