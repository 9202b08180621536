"""A fixture of the tests of connections."""

from raw_connections import quick

__all__ = ["quick"]
