"""The reference tablet client of KUMKM. It depends on httpx and SQLite only, and imports nothing of the server."""
