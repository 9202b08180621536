"""The reference client before the real app."""

import pytest
from field import PASSWORD, Field

from app.accounts.passwords import hash_password


@pytest.fixture
async def field(app, world, pg, tmp_path):
    """A folder of tablets; every enumerator signs in with the same password."""
    await pg.execute("UPDATE account SET password_hash = $1", hash_password(PASSWORD))
    await world.without_tablets(pg)
    made = Field(app, tmp_path)
    yield made
    await made.close()
