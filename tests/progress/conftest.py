"""A campaign in which batches count."""

import pytest
from census import Census


@pytest.fixture
async def census(pg):
    """A campaign without people in an empty census."""
    await pg.execute(
        "INSERT INTO campaign (id, code, name, starts_on, ends_on, accepts_until)"
        " VALUES (1, 'pl-kumkm-2022', 'PL-KUMKM 2022', '2022-04-01', '2022-10-31', '2022-11-30')"
    )
    return Census(pg)
