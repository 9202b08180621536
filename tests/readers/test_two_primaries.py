"""More than one machine of `DATABASE_URL` takes writes: an old primary came back, or two standbys were promoted.

The server writes to the one that was promoted last, whatever the order of the address, and to no other one afterwards.
"""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy.engine import make_url
from standbys import Standby, standby_of, write
from world import World, batch, item, put

from app.cli.shell import connected
from app.core.connecting import connect, look_around
from app.core.outages import TwoPrimariesError
from app.core.primaries import standing_of
from app.core.primary_watch import PrimaryWatch
from app.core.roles import as_server
from app.core.settings import Settings, SettingsError
from app.doctor.facts import writing_machines
from app.doctor.finding import Level
from app.doctor.judging import judge_writing

pytestmark = pytest.mark.proof


@pytest.fixture
def primary(dsn: str) -> str:
    """The folder of the test's server, which is the first primary."""
    return str(make_url(dsn).query["host"])


def among(dsn: str, *folders: str) -> str:
    """The address of the test's database on these machines, for the server's login."""
    url = make_url(as_server(dsn))
    return url.set(query={**url.query, "host": ",".join(folders)}).render_as_string(hide_password=False)


@pytest.fixture
def second(own_standby: Standby) -> Standby:
    return own_standby


@pytest.fixture
def settings(settings: Settings, dsn: str, primary: str, second: Standby) -> Settings:
    url = among(dsn, primary, str(second.data))
    return settings.model_copy(update={"database_url": SecretStr(url), "read_database_url": None})


@pytest.fixture
def watch(app: FastAPI) -> PrimaryWatch:
    found: PrimaryWatch = app.state.services.primaries
    return found


async def promote(standby: Standby) -> None:
    await standby.follow()
    await asyncio.to_thread(standby.promote)


async def timeline(url: str) -> int:
    pg = await connect(url)
    standing = await standing_of(pg)
    await pg.close()
    return standing.timeline


async def counted_at(dsn: str) -> int:
    pg = await asyncpg.connect(dsn)
    found: int = await pg.fetchval("SELECT count(*) FROM submission")
    await pg.close()
    return found


async def ready(client: httpx.AsyncClient) -> tuple[int, str]:
    answer = await client.get("/readyz")
    body = answer.json()
    return answer.status_code, body["primaries"] if answer.is_success else body["current"]["database"]


async def test_the_server_finds_the_machine_that_was_promoted_last_whatever_the_order(
    dsn: str, primary: str, second: Standby
) -> None:
    await promote(second)
    folders = (primary, str(second.data))
    begun = await timeline(among(dsn, primary, "/nowhere"))
    for order in (folders, folders[::-1]):
        assert await timeline(among(dsn, *order)) == begun + 1
        assert await look_around(among(dsn, *order), 2) == (2, True)
        assert [each.level for each in judge_writing(await writing_machines(among(dsn, *order)))] == [Level.FAULT]


async def test_nothing_more_is_written_to_the_first_primary_once_another_machine_was_promoted(
    app: FastAPI, client: httpx.AsyncClient, world: World, dsn: str, second: Standby, watch: PrimaryWatch
) -> None:
    await write(client, world)
    assert await ready(client) == (200, "ok")
    await promote(second)
    services = app.state.services
    async with services.database.statement() as in_use:
        await watch.look()
        assert in_use.is_closed(), "what is on its way there is not committed"
    assert await ready(client) == (200, "two_primaries")
    assert b"kumkm_two_primaries 1.0" in services.metrics.text()
    for _ in range(10):
        await write(client, world)
    assert (await counted_at(dsn), await counted_at(second.dsn(dsn))) == (1, 11)


async def test_while_the_newer_primary_is_silent_nothing_is_written_to_the_older_one(
    client: httpx.AsyncClient, world: World, dsn: str, second: Standby, watch: PrimaryWatch
) -> None:
    await promote(second)
    await watch.look()
    await write(client, world)
    await asyncio.to_thread(second.kill)
    sent = batch(item())
    answer = await put(client, world, "enumerator.1", sent)
    for _ in range(3):
        answer = await put(client, world, "enumerator.1", sent)
        assert (answer.status_code, answer.json()["code"]) == (503, "database_away")
        assert int(answer.headers["Retry-After"]) > 0
    await watch.look()
    assert watch.sees_two
    assert await ready(client) == (503, "two_primaries")
    await asyncio.to_thread(second.start)
    await write(client, world)
    assert (await counted_at(dsn), await counted_at(second.dsn(dsn))) == (0, 2)


@pytest.fixture
def third(server_url: str, server_major: int, dsn: str) -> Iterator[Standby]:
    assert dsn  # it is in the copy
    with standby_of(server_url, server_major) as made:
        yield made


async def test_of_two_that_were_promoted_beside_each_other_none_is_written_to(
    dsn: str, primary: str, second: Standby, third: Standby
) -> None:
    url = among(dsn, str(second.data), str(third.data))
    await promote(second)
    pg = await connect(url)
    await promote(third)
    assert await look_around(url, 2) == (2, True)
    assert pg.is_closed()
    for folders in ((second, third), (third, second)):
        with pytest.raises(TwoPrimariesError):
            await connect(among(dsn, primary, *(str(each.data) for each in folders)))
    with pytest.raises(TwoPrimariesError):
        await connect(url)
    with pytest.raises(SettingsError, match="several machines of its address take writes"):
        await connected(url)
    await asyncio.to_thread(third.kill)
    await (await connect(url)).close()
    assert await look_around(url, 2) == (1, False)


async def test_one_machine_by_two_names_is_one_primary(dsn: str, primary: str, tmp_path: Path) -> None:
    other_name = tmp_path / "also"
    other_name.symlink_to(primary)
    url = among(dsn, primary, str(other_name))
    await (await connect(url)).close()
    assert await look_around(url, 2) == (1, False)
