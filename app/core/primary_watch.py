"""A server with several machines in its address looks whether more than one takes writes, also while nothing fails.

A machine that was the primary once comes back, or a second standby is promoted: nobody who is connected notices.
"""

from collections.abc import Callable

import structlog

from app.core.connecting import look_around
from app.core.database_address import SEVERAL, places_of
from app.core.settings import Settings

LOOK_S = 5.0
_MACHINE_S = 2
_log = structlog.get_logger()


class PrimaryWatch:
    """Of one server process."""

    def __init__(self, settings: Settings) -> None:
        self._url = settings.database_url.get_secret_value()
        self.there = len(places_of(self._url)) >= SEVERAL
        """Whether the address names several machines."""

        self.sees_two = False
        """Whether a machine takes writes that is not the primary."""

        self.changed: Callable[[], None] = lambda: None
        """Called when `sees_two` may have changed."""

    async def look(self) -> bool:
        """Ask all machines, and end connections to what is not the primary. In the background."""
        writing, sees_two = await look_around(self._url, _MACHINE_S)
        if sees_two is not self.sees_two:
            self.sees_two = sees_two
            if sees_two:
                detail = "a machine takes writes that is not the primary: switch it off"
                _log.error("two_primaries", machines_that_write=writing, detail=detail)
            else:
                _log.info("one_primary")
        self.changed()
        return False
