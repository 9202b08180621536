"""Fixtures of the tests here."""

from raw_connections import quick as quick
