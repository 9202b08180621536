"""A streaming standby of an embedded server, beside it, for as long as something needs it."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import make_url

from app.core.embedded import EmbeddedServer


def start_standby(primary: EmbeddedServer, folder: Path) -> None:
    """Copy the primary into a folder, which must not be there, and start a standby on it that follows. Its socket is in
    that folder."""
    folder.mkdir(mode=0o700)
    if os.geteuid() == 0:  # PostgreSQL does not run as root
        shutil.chown(folder, primary.folder.owner(), primary.folder.group())
    copy = ("-D", folder, "--checkpoint=fast", "--no-sync", "--write-recovery-conf")
    primary.run("pg_basebackup", "-h", primary.socket, "-U", "postgres", *copy)
    for left in folder.glob(".s.PGSQL.*"):  # the primary's socket is in its folder, and its lock was copied
        left.unlink()
    primary.run("pg_ctl", "-D", folder, "-w", "-o", f"-h '' -k {folder}", "-l", folder / "log", "start")


@contextmanager
def standby_of(primary: EmbeddedServer) -> Iterator[Path]:
    """The folder of a standby, which is stopped and removed at the end."""
    folder = primary.folder.with_name("standby")
    start_standby(primary, folder)
    try:
        yield folder
    finally:
        primary.run("pg_ctl", "-D", folder, "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder)


def address_on(folder: Path, address: str) -> str:
    """The same database, for the same login, on the standby of that folder."""
    there = make_url(address).set(host=None, port=None, query={"host": str(folder)})
    return there.render_as_string(hide_password=False)
