"""PostgreSQL 15 from the machine's own binaries, beside the embedded server, where it is installed."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import make_url

POSTGRES_15 = Path("/usr/lib/postgresql/15/bin")


@dataclass(frozen=True)
class BinaryServer:
    bin_dir: Path
    data_dir: Path
    user: str | None

    def dsn(self, database: str) -> str:
        url = make_url("postgresql://postgres@").set(database=database, query={"host": str(self.data_dir)})
        return url.render_as_string(hide_password=False)

    def run(self, program: str, *arguments: str) -> None:
        # Its servers refuse to run as root.
        with (self.data_dir.parent / f"{program}.log").open("a") as log:
            subprocess.run(
                [self.bin_dir / program, "-D", self.data_dir, *arguments],
                check=True,
                user=self.user,
                stdout=log,
                stderr=log,
            )

    def stop(self) -> None:
        self.run("pg_ctl", "stop", "-m", "fast", "-w")


def start_binaries(bin_dir: Path, data_dir: Path, *settings: str) -> BinaryServer:
    """`settings`: in its file, as `wal_level = minimal`."""
    data_dir.mkdir(mode=0o700)
    user = None
    if os.geteuid() == 0:
        user = next((name for name in ("postgres", "embedded_postgres", "nobody") if _exists(name)), "nobody")
        shutil.chown(data_dir, user)
    server = BinaryServer(bin_dir, data_dir, user)
    server.run("initdb", "-U", "postgres", "--auth=trust", "--encoding=UTF8")
    with (data_dir / "postgresql.conf").open("a") as file:
        file.writelines(f"{each}\n" for each in settings)
    options = f"-c listen_addresses='' -c unix_socket_directories='{data_dir}' -c max_connections=200 -c jit=off"
    server.run("pg_ctl", "start", "-w", "-o", options, "-l", str(data_dir / "server.log"))
    return server


def _exists(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def memory() -> Path | None:
    """A folder in memory with room for the servers, where a database is cloned in a third of the time; None: none."""
    shared = Path("/dev/shm")  # noqa: S108  (a folder of its own is made in it)
    return shared if shared.is_dir() and shutil.disk_usage(shared).free > 4 << 30 else None
