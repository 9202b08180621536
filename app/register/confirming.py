"""Writing which numbers of businesses were confirmed, under their locks; what holds: `verification/states.py`."""

from collections.abc import Iterable
from uuid import UUID

import asyncpg

from app.core.rows import Row, as_set, set_of
from app.register.models import CHANGE_NUMBER, Business
from app.register.register import mark_change


class VerifiedRow(Row, table=Business):
    """What of a business's numbers was confirmed, as JSON text; None where nothing is known any more."""

    id: UUID
    regency_code: str
    verification: str | None


_VERIFY = f"""
UPDATE business SET verification = input.verification, updated_at = now(), change_number = {CHANGE_NUMBER}
FROM {set_of(VerifiedRow)} WHERE business.id = input.id AND business.regency_code = input.regency_code
"""


async def write_verification(pg: asyncpg.Connection, rows: Iterable[VerifiedRow]) -> None:
    """Write states that changed, so that the feed tells them. Idempotent by nature."""
    columns = as_set(VerifiedRow, rows)
    if columns:
        await mark_change(pg)
        await pg.execute(_VERIFY, *columns)
