"""The background work of progress: folding deltas again and again while the server lives."""

import asyncio
from collections.abc import Callable

import structlog

from app.core.database import Database
from app.core.telemetry import tell_fault
from app.progress.rollup import fold

_log = structlog.get_logger()


async def keep_folding(database: Database, interval_s: float, on_failure: Callable[[], None]) -> None:
    """Fold every `interval_s` seconds, and at once again while much is left. Runs until it is cancelled.

    A failure is logged and told to `on_failure`; figures stay exact without folding, only slower to read.
    """
    while True:
        try:
            more = await database.run(fold)
        except Exception as exc:  # noqa: BLE001  (the next round may succeed; a dead loop would never)
            tell_fault(_log, "fold_failed", exc)
            on_failure()
            more = False
        if not more:
            await asyncio.sleep(interval_s)
