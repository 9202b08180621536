"""All that is sealed of what was collected, room by room, and whether it opens."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

import asyncpg
import structlog

from app.core.sealed_rows import SealedRow, SealedRows
from app.core.sealing import KeyRing, UnsealError
from app.core.settings import SettingsError
from app.intake.sealed import RAW_ITEMS
from app.listing.sealed import ENTRIES
from app.reinterviews.sealed import VERSIONS
from app.submissions.sealed import REVISIONS

_log = structlog.get_logger()

SEALED: Sequence[SealedRows[SealedRow]] = (REVISIONS, RAW_ITEMS, VERSIONS, ENTRIES)


async def sample_of_sealed(pg: asyncpg.Connection) -> list[SealedRow]:
    """Some of what is sealed, old and new, of each room."""
    return [row for rows in SEALED for row in await rows.sample(pg)]


def opens(ring: KeyRing, row: SealedRow) -> bool:
    """Whether these keys open it."""
    try:
        ring.unseal(row.sealed, row.bound_to)
    except UnsealError:
        return False
    return True


async def refuse_other_sealing_keys(pg: asyncpg.Connection, ring: KeyRing, lost: AbstractSet[int]) -> None:
    """Not to serve with the keys of another database: what is sealed could not be read, and what comes would be sealed
    under a key of which nobody knows that it belongs here.

    A value that was damaged keeps no server from starting, nor a key that was taken out of the ring too early, which
    `kumkm doctor` reports. Where nothing is sealed, any keys fit. `lost`: numbers of keys that nobody has any more.

    Raises:
        SettingsError: a key of the ring opens nothing that was sealed under its number, or no key opens anything.
    """
    sample = [row for row in await sample_of_sealed(pg) if row.sealed and row.sealed[0] not in lost]
    opened = {row.sealed[0] for row in sample if opens(ring, row)}
    sealed = {row.sealed[0] for row in sample}
    other = sorted(number for number in sealed - opened if number in ring.numbers)
    missing = sorted(sealed - set(ring.numbers))
    if missing and opened:
        _log.error("sealing_keys_missing", numbers=missing)
    if other or (sealed and not opened):
        named = f"has another key {other[0]} than" if other else "has not the keys of"
        raise SettingsError(
            f"KUMKM_SEALING_KEYS {named} this database: what is sealed in it does not open. Put its own keys there, or"
            " say in KUMKM_LOST_SEALING_KEYS which are lost for ever."
        )
