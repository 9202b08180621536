"""The reference tablet client of KUMKM. It depends on httpx and SQLite only, and imports nothing of the server."""

__version__ = "1.0.0"
