"""Backups of the test's server."""

from collections.abc import Iterator

import pytest
from clusters import Backups, backups_of

from app.core.settings import Settings


@pytest.fixture
def backups(dsn: str, settings: Settings, server_major: int) -> Iterator[Backups]:
    """A folder for backups of the test's server, and one for what is restored."""
    with backups_of(dsn, settings, server_major) as made:
        yield made
