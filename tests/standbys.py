"""A streaming standby of the test's server, which can be held back, killed and promoted."""

import asyncio
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import httpx
import psutil
from clusters import owner_of
from fastapi import FastAPI
from outside import leave_out_where_named
from servers import memory
from sqlalchemy.engine import make_url
from world import World, batch, item, put

from app.backup.programs import Programs, find_programs
from app.core.readers import Readers
from app.core.roles import as_server

_PATIENCE_S, _STEP_S = 20, 0.02


@dataclass(frozen=True)
class Standby:
    primary_dsn: str
    data: Path
    programs: Programs
    connections: int  # a standby does not start with fewer than its primary

    def dsn(self, like: str) -> str:
        """The address here of the database of that address, for the same login."""
        url = make_url(like).set(host=None, port=None, query={"host": str(self.data)})
        return url.render_as_string(hide_password=False)

    def reader_of(self, like: str) -> str:
        """The same for the server's login."""
        return as_server(self.dsn(like))

    async def sql(self, *statements: str) -> object:
        """Of the last statement, its value."""
        pg = await asyncpg.connect(self.dsn(self.primary_dsn))
        try:
            for statement in statements[:-1]:
                await pg.execute(statement)
            return await pg.fetchval(statements[-1])
        finally:
            await pg.close()

    async def hold(self) -> None:
        """From now on, nothing that comes is to be seen."""
        await self.sql("SELECT pg_wal_replay_pause()")
        await self._until("SELECT pg_get_wal_replay_pause_state() = 'paused'")

    async def go_on(self) -> None:
        await self.sql("SELECT pg_wal_replay_resume()")
        await self.follow()

    async def follow(self) -> None:
        """Wait until it has what the primary has now."""
        pg = await asyncpg.connect(self.primary_dsn)
        position = await pg.fetchval("SELECT pg_current_wal_flush_lsn()::text")
        await pg.close()
        await self._until(f"SELECT pg_last_wal_replay_lsn() >= '{position}'")

    async def _until(self, question: str) -> None:
        for _ in range(int(_PATIENCE_S / _STEP_S)):
            if await self.sql(question):
                return
            await asyncio.sleep(_STEP_S)
        raise TimeoutError(question)

    def start(self) -> None:
        options = f"-c listen_addresses= -c unix_socket_directories={self.data} -c hot_standby_feedback=off"
        options += f" -c max_standby_streaming_delay=0 -c max_connections={self.connections}"
        log = self.data.with_name("standby.log")
        self.programs.run("pg_ctl", "start", "--wait", f"--pgdata={self.data}", f"--options={options}", f"--log={log}")

    def kill(self) -> None:
        self.programs.run("pg_ctl", "stop", "--wait", "--mode=immediate", f"--pgdata={self.data}")

    def freeze(self) -> None:
        """As a machine that hangs: it still takes connections and says nothing."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        server = psutil.Process(int((self.data / "postmaster.pid").read_text().split()[0]))
        for process in (server, *server.children()):
            with suppress(psutil.NoSuchProcess):
                process.send_signal(number)

    def promote(self) -> None:
        self.programs.run("pg_ctl", "promote", "--wait", f"--pgdata={self.data}")

    def begin_as_standby_of_nobody(self) -> None:
        """After it was promoted: a copy that somebody made a standby again by hand."""
        self.programs.run("pg_ctl", "stop", "--wait", "--mode=fast", f"--pgdata={self.data}")
        (self.data / "standby.signal").touch()
        if os.geteuid() == 0:
            shutil.chown(self.data / "standby.signal", self.data.stat().st_uid)
        with (self.data / "postgresql.auto.conf").open("a") as conf:
            conf.write("primary_conninfo = ''\n")
        self.start()


@contextmanager
def standby_of(server_url: str, major: int) -> Iterator[Standby]:
    """A standby that streams from the test's server."""
    leave_out_where_named("a standby is of one node")
    connections = asyncio.run(_keep_log(server_url))
    with tempfile.TemporaryDirectory(prefix="kumkm-standby-", dir=memory(), ignore_cleanup_errors=True) as top:
        Path(top).chmod(0o755)
        data = Path(top) / "data"
        data.mkdir(mode=0o700)
        if os.geteuid() == 0:
            shutil.chown(data, asyncio.run(owner_of(server_url)))
            shutil.chown(top, data.stat().st_uid)
        standby = Standby(server_url, data, find_programs(major, owner_of=data), connections)
        copy = (f"--pgdata={data}", "--checkpoint=fast", "--no-sync", "--write-recovery-conf", "--wal-method=stream")
        standby.programs.run("pg_basebackup", *copy, url=server_url)
        for left in data.glob(".s.PGSQL.*"):  # the primary's socket may be in its folder
            left.unlink()
        standby.start()
        try:
            yield standby
        finally:
            with suppress(Exception):
                standby.kill()


async def _keep_log(server_url: str) -> int:
    """Each database that is made or dropped is a checkpoint, after which a standby would ask for a segment too late.

    Gives the server's `max_connections`.
    """
    pg = await asyncpg.connect(server_url)
    await pg.execute("ALTER SYSTEM SET wal_keep_size = '512MB'")
    await pg.execute("SELECT pg_reload_conf()")
    connections = await pg.fetchval("SELECT setting::int FROM pg_settings WHERE name = 'max_connections'")
    await pg.close()
    return int(connections)


async def in_use(readers: Readers) -> None:
    """Look at the standby until it is used."""
    async with asyncio.timeout(_PATIENCE_S):
        while readers.fault is not None:
            await readers.look()


def reads(app: FastAPI) -> dict[str, float]:
    """How many reads were answered by whom."""
    samples = [each for metric in app.state.services.metrics.reader_reads.collect() for each in metric.samples]
    return {each.labels["answered_by"]: each.value for each in samples if each.name.endswith("_total")}


async def live(client: httpx.AsyncClient, world: World, name: str = "officer", **headers: str) -> httpx.Response:
    known = {each.replace("_", "-"): value for each, value in headers.items()}
    answer = await client.get("/v1/live", headers={**world.auth(name), **known})
    assert answer.status_code in (200, 304), answer.text
    return answer


def counted(answer: httpx.Response) -> int:
    found: int = answer.json()["item"]["submissions"]
    return found


async def write(client: httpx.AsyncClient, world: World) -> None:
    assert (await put(client, world, "enumerator.1", batch(item()))).status_code == 201
