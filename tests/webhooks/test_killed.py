"""Senders and receivers are killed again and again, anywhere: nothing is skipped, nothing is out of order."""

import asyncio
import json
import os
import random
import signal
import sys
import time
from pathlib import Path

import asyncpg
import httpx
import pytest
from receivers import Enter, Made, bound
from test_webhooks import feed_of
from world import World

from app.core.settings import Settings

EMBEDDED_IS_ENOUGH = True
KILLS = int(os.environ.get("KUMKM_WEBHOOK_KILLS", "100"))
BUSINESSES = 60
RENAME = "UPDATE business SET name = $2, change_number = pg_current_xact_id()::text::bigint WHERE id = $1"
ARRIVED = """
SELECT (position_number, position_id) >= (number, id) AND NOT EXISTS (
    SELECT FROM webhook_delivery WHERE state = 'pending')
FROM (SELECT ('x' || encode(substr(position, 1, 8), 'hex'))::bit(64)::bigint AS position_number,
             encode(substr(position, 17, 16), 'hex')::uuid AS position_id FROM webhook) AS reached,
     (SELECT change_number AS number, id FROM business ORDER BY change_number DESC, id DESC LIMIT 1) AS last
"""
MARK = "INSERT INTO feed_mark DEFAULT VALUES ON CONFLICT DO NOTHING"


class Killable:
    """Processes that can be killed; see `killable.py`."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.kills = 0
        self.pids: dict[str, int] = {}

    async def start(self, name: str) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(b"%s\n" % name.rstrip("0123456789").encode())
        await self._process.stdin.drain()
        self.pids[name] = int(await self._process.stdout.readline())

    def is_dead(self, name: str) -> bool:
        try:
            os.kill(self.pids[name], 0)
        except ProcessLookupError:
            return True
        return False

    async def kill(self, name: str) -> None:
        """Kill one, if it has not done so itself, and start another one."""
        if not self.is_dead(name):
            os.kill(self.pids[name], signal.SIGKILL)
        self.kills += 1
        while not self.is_dead(name):  # noqa: ASYNC110  (of another process)
            await asyncio.sleep(0.001)
        await self.start(name)

    def end(self) -> None:
        for name in self.pids:
            if not self.is_dead(name):
                os.kill(self.pids[name], signal.SIGKILL)


def free_port() -> int:
    with bound() as found:
        port: int = found.getsockname()[1]
        return port


@pytest.mark.proof
async def test_through_kills_of_server_and_receiver_nothing_is_skipped_and_nothing_out_of_order(
    made: Made,
    enter: Enter,
    settings: Settings,
    pg: asyncpg.Connection,
    tmp_path: Path,
    client: httpx.AsyncClient,
    world: World,
) -> None:
    luck, port, log = random.Random(16), free_port(), tmp_path / "received"
    await enter(BUSINESSES)
    ids = [row[0] for row in await pg.fetch("SELECT id FROM business")]
    await made(url=f"http://127.0.0.1:{port}/", max_changes=2)
    environment = {
        **os.environ,
        **settings.key_variables(),
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "KUMKM_WEBHOOK_NETWORKS": "127.0.0.0/8",
        "KUMKM_WEBHOOK_RETRY_S": ",".join(["0.01"] * 1_000),
        "KUMKM_POOL_SIZE": "2",
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, Path(__file__).with_name("killable.py"), str(port), str(log)),
        env=environment,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"ready\n"
    killable, names = Killable(process), ("sender1", "sender2", "receiver")
    began = time.monotonic()
    try:
        for name in names:
            await killable.start(name)
        while killable.kills < KILLS:
            await asyncio.sleep(luck.random() * 0.3)
            for id_ in luck.sample(ids, 2):
                async with pg.transaction():
                    await pg.execute(MARK)
                    await pg.execute(RENAME, id_, f"Warung {killable.kills}")
            await killable.kill("receiver" if killable.is_dead("receiver") else luck.choice(names))
        took_s = time.monotonic() - began
        while not await pg.fetchval(ARRIVED):
            assert time.monotonic() - began < took_s + 30, "it does not get to the end"
            if killable.is_dead("receiver"):
                await killable.kill("receiver")
            await asyncio.sleep(0.02)
    finally:
        killable.end()
        process.kill()
        await process.wait()
    lines = [line.partition(" ") for line in log.read_text().splitlines()]
    received = [(id_, json.loads(body)) for id_, _, body in lines]
    contents: dict[str, tuple[int, list[str]]] = {}
    for id_, body in received:
        content = body["sequence"], [change["business_id"] for change in body["changes"]]
        assert contents.setdefault(id_, content) == content, "under one id always the same"
    once = list(contents.values())
    assert [sequence for sequence, _ in once] == list(range(1, len(once) + 1)), "nothing skipped, nothing out of order"
    newest = dict.fromkeys(reversed([id_ for _, changes in once for id_ in changes]))
    assert list(reversed(newest)) == await feed_of(client, world), "the feed, in its order"
    sys.stderr.write(
        f"{killable.kills} kills in {took_s:.0f} s: {len(once)} deliveries, {len(received) - len(once)} came again\n"
    )
