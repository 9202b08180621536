"""A rolling upgrade: servers of the next release take over, one after another, while tablets send and offices read."""

import asyncio
import itertools
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from next_releases import with_migration
from processes import environment_of, free_port, start_process
from world import World, batch, item, nik

from app.core.ids import new_id
from app.core.schema_version import head
from app.core.settings import Settings

EMBEDDED_IS_ENOUGH = True
TAKES_LONG = True
NEXT = (
    'op.add_column("business", sa.Column("next_release", sa.Text, nullable=True))',
    "with op.get_context().autocommit_block():",
    '    op.create_index("submission_next_idx", "submission", ["received_at"], postgresql_concurrently=True)',
)


@dataclass
class Proxy:
    """What stands before the servers: it takes the next one in turn, and makes a request again once where a server is
    gone or says that it is going."""

    client: httpx.AsyncClient
    servers: list[str]
    answers: Counter[int] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)
    again: int = 0
    turn: Any = field(default_factory=itertools.count)

    async def send(self, method: str, path: str, **how: Any) -> httpx.Response | None:
        """The answer; None where two servers in a row gave none."""
        reason = ""
        for attempt in range(2):
            self.again += attempt
            server = self.servers[next(self.turn) % len(self.servers)]
            try:
                answer = await self.client.request(method, f"{server}{path}", **how)
            except httpx.TransportError as exc:
                reason = repr(exc)
                continue
            reason = f"{answer.status_code} {answer.text[:200]}"
            if answer.status_code != 503:
                break
        else:
            self.failed.append(f"{method} {path}: {reason}")
            return None
        self.answers[answer.status_code] += 1
        if answer.is_error:
            self.failed.append(f"{method} {path}: {reason}")
        return answer


def start(environment: dict[str, str], folder: Path) -> tuple[subprocess.Popen[bytes], str]:
    """A server of the next release, when it is ready."""
    port, null = free_port(), subprocess.DEVNULL
    command = [sys.executable, "-m", "app.cli", "serve", "--port", str(port)]
    process = subprocess.Popen(command, env=environment, cwd=folder, stdout=null, stderr=null)
    address = f"http://127.0.0.1:{port}"
    for _ in range(600):
        with suppress(httpx.TransportError):
            if httpx.get(f"{address}/readyz").is_success:
                return process, address
        time.sleep(0.1)
    raise AssertionError("the server of the next release did not start")


async def ready(server: str) -> int:
    async with httpx.AsyncClient() as client:
        return (await client.get(f"{server}/readyz")).status_code


@pytest.mark.proof
async def test_a_rolling_upgrade_costs_no_request_more_than_a_retry(
    world: World, settings: Settings, dsn: str, pg: asyncpg.Connection, tmp_path: Path
) -> None:
    environment = environment_of(settings)
    old = [await start_process(environment, free_port()) for _ in range(2)]
    newer = {**environment, "PYTHONPATH": str(with_migration(tmp_path, *NEXT))}
    processes: list[Any] = [process for process, _ in old]
    stopped = asyncio.Event()
    async with httpx.AsyncClient(timeout=30) as client:
        proxy = Proxy(client, [base_url for _, base_url in old])
        outcomes: Counter[str] = Counter()

        async def sends(who: str) -> None:
            while not stopped.is_set():
                path = f"/v1/sync/batches/{new_id()}"
                sent = batch(*(item(nik=nik()) for _ in range(5)))
                answer = await proxy.send("PUT", path, json=sent, headers=world.auth(who))
                if answer is not None and answer.is_success:
                    outcomes.update(line["outcome"] for line in answer.json()["items"])
                await asyncio.sleep(0.1)

        async def reads() -> None:
            while not stopped.is_set():
                await proxy.send("GET", "/v1/businesses?limit=20", headers=world.auth("officer"))
                await proxy.send(
                    "GET", "/v1/progress/regions?parent=16.01&campaign=pl-kumkm-2022", headers=world.auth("officer")
                )
                await asyncio.sleep(0.1)

        async def upgrade() -> None:
            await asyncio.sleep(0.5)
            migrated = await asyncio.to_thread(
                subprocess.run,
                [sys.executable, "-m", "app.cli", "migrate"],
                env={**newer, "DATABASE_URL": dsn},
                cwd=tmp_path,
                capture_output=True,
                text=True,
                check=False,
            )
            assert migrated.returncode == 0, migrated.stderr
            assert await pg.fetchval("SELECT version_num FROM alembic_version") > (head() or "")
            assert [await ready(base_url) for _, base_url in old] == [200, 200], "older servers stay ready"
            for process, base_url in old:
                made, address = await asyncio.to_thread(start, newer, tmp_path)
                processes.append(made)
                proxy.servers.append(address)
                proxy.servers.remove(base_url)
                await asyncio.to_thread(process.terminate)
                await asyncio.to_thread(process.wait)
            await asyncio.sleep(0.5)

        try:
            working = [asyncio.create_task(sends(f"enumerator.{n}")) for n in (1, 2, 3)]
            working += [asyncio.create_task(reads()) for _ in range(2)]
            await upgrade()
        finally:
            stopped.set()
            await asyncio.gather(*working)
            for process in processes:
                process.terminate()
                process.wait()
    assert proxy.failed == []
    assert set(proxy.answers) == {200, 201}
    assert set(outcomes) == {"accepted"}
    assert await pg.fetchval("SELECT count(*) FROM submission") == outcomes["accepted"] > 50
    assert await pg.fetchval("SELECT count(*) FROM business") == outcomes["accepted"]
