"""Backup and restore: the database by PostgreSQL's own programs, photos, and a sealed copy of the keys."""
