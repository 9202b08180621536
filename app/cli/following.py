"""Following a database for its backups: the log as it is written, and new photos."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import asyncpg

from app.backup.folder import BackupError, newest_with_log, open_folder
from app.backup.log import Follower, begin_behind_gap, receive_until, refuse_unreached, starts_behind
from app.backup.making import source_at
from app.backup.photos import keep_photos, lacking
from app.backup.programs import Programs
from app.cli.sentences import fault_of
from app.cli.shell import connected, err
from app.core.settings import Settings

Done = TypeVar("Done")


async def at_database(settings: Settings, work: Callable[[asyncpg.Connection], Awaitable[Done]]) -> Done:
    """What the work gives, with a connection to the database of these settings."""
    pg = await connected(settings.database_url.get_secret_value())
    try:
        return await work(pg)
    finally:
        await pg.close()


async def follow(settings: Settings, folder: Path, every: timedelta, *, once: bool, photos_only: bool) -> bool:
    """Receive log and photos until stopped, or with `once` what there is now; then, whether photos are missing.

    Raises:
        BackupError: why it is not possible.
    """
    url = settings.database_url.get_secret_value()
    pg, lack = await connected(url), False
    try:
        source = await source_at(pg, url)
        open_folder(folder, source.cluster)
        following = _Following(settings, folder, None if photos_only else source.programs)
        position = (await _present(pg))[1] if once and not photos_only else ""
        if once:
            lack = await following.look_for_photos(pg)
    finally:
        await pg.close()
    if once:
        await asyncio.to_thread(following.receive_until, position)
    else:
        follower = Follower(following.programs, url, following.log, following.go_on_or_say_why, _tell)
        await follower.run(following.look, every)
    return lack


@dataclass(frozen=True, slots=True)
class _Following:
    settings: Settings
    folder: Path
    programs: Programs | None

    @property
    def log(self) -> Path:
        return self.folder / "wal"

    @property
    def url(self) -> str:
        return self.settings.database_url.get_secret_value()

    async def look_for_photos(self, pg: asyncpg.Connection) -> bool:
        lack = lacking(await keep_photos(pg, self.settings, self.folder / "photos", None))
        if lack is not None:
            err.print(f"photos: {lack}", highlight=False)
        return lack is not None

    def look(self) -> None:
        try:
            self.refuse_unreached()
        except BackupError as exc:
            _tell(exc)
        asyncio.run(at_database(self.settings, self.look_for_photos))

    def receive_until(self, position: str) -> None:
        if self.programs is not None:
            receive_until(self.programs, self.url, self.log, position, self.go_on)
            self.refuse_unreached()

    def go_on(self) -> None:
        if self.programs is not None:
            segment, position = asyncio.run(at_database(self.settings, _present))
            starts = starts_behind(self.log, newest_with_log(self.folder), segment)
            begin_behind_gap(self.programs, self.url, self.log, starts, position)

    def go_on_or_say_why(self) -> None:
        self.go_on()
        self.refuse_unreached()

    def refuse_unreached(self) -> None:
        if self.programs is not None:
            refuse_unreached(newest_with_log(self.folder), self.log)


async def _present(pg: asyncpg.Connection) -> tuple[str, str]:
    """The segment that PostgreSQL writes now, and the position in it. pg_receivewal ends behind the position only:
    there has to be something."""
    segment, position = await pg.fetchrow(
        "SELECT pg_walfile_name(now), now::text FROM pg_current_wal_flush_lsn() AS now"
    ) or ("", "")
    await pg.execute("SELECT pg_logical_emit_message(true, 'kumkm', 'backup')")
    return segment, position


def _tell(fault: Exception, of: str = "") -> None:
    err.print(f"{of}{fault_of(fault).sentence}", highlight=False)
