"""An erasure withdraws the exports that were made before it, and those that are being made then."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from uuid import UUID

import asyncpg
import httpx
import pytest
from fastapi import FastAPI
from shapes import Json
from typer.testing import Result
from world import World, item, nik, outcomes

from app.core.problems import Problem
from app.core.settings import Settings
from app.core.storage import Storage
from app.exchange import jobs
from app.exchange.jobs import Jobs
from app.privacy.subject import Found, erase

EMBEDDED_IS_ENOUGH = True
WHY = ("--reason", "Permohonan 17/2022", "--yes")
NAME = "Warung Mbok Darmi"
Erasing = Callable[[], Awaitable[None]]


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "PART", 500)


@pytest.fixture
def desk(app: FastAPI) -> Jobs:
    return app.state.services.jobs


@pytest.fixture
async def person(client: httpx.AsyncClient, world: World) -> Json:
    """Somebody among others."""
    own = item(nik=nik(), legal_name=NAME)
    assert await outcomes(client, world, "enumerator.1", own, *(item(nik=nik()) for _ in "123")) == ["accepted"] * 4
    return own


@pytest.fixture
def erasing(pg: asyncpg.Connection, person: Json) -> Erasing:
    async def work() -> None:
        async with pg.transaction():
            await erase(pg, Found([UUID(person["record_id"])]), reason="Permohonan 17/2022")

    return work


class Office:
    """Who asks for exports."""

    def __init__(self, client: httpx.AsyncClient, world: World) -> None:
        self._client, self._headers = client, world.auth("officer")

    async def ask(self) -> str:
        asked = await self._client.post("/v1/exports", json={"format": "ndjson"}, headers=self._headers)
        assert asked.status_code == 202, asked.text
        return str(asked.json()["id"])

    async def get(self, path: str) -> httpx.Response:
        return await self._client.get(f"/v1/exports/{path}", headers=self._headers)


@pytest.fixture
def office(client: httpx.AsyncClient, world: World) -> Office:
    return Office(client, world)


class Held(Storage):
    """A storage that holds its first use back until it is let go."""

    def __init__(self, settings: Settings, *, at_part: int) -> None:
        super().__init__(settings)
        self.at_part, self.reached, self.let_go = at_part, asyncio.Event(), asyncio.Event()

    async def put(self, name: str, content: bytes) -> None:
        if name.split("-")[1] == str(self.at_part) and not self.reached.is_set():
            self.reached.set()
            await self.let_go.wait()
        await super().put(name, content)


def slow(desk: Jobs, settings: Settings, at_part: int = 2) -> tuple[Jobs, Held]:
    """Another process, which stops at a part."""
    storage = Held(settings, at_part=at_part)
    return Jobs(desk.database, storage, desk.ring, desk.prepare, desk.refuse, desk.readers), storage


def stored(settings: Settings) -> set[str]:
    return {file.name for file in Path(settings.storage).rglob("*-*") if file.is_file()}


async def whole(office: Office, id_: str) -> bytes:
    """The file, which is what the job says of it."""
    job = (await office.get(id_)).json()
    answer = await office.get(f"{id_}/file")
    assert answer.status_code == 200, answer.text
    assert hashlib.sha256(answer.content).hexdigest() == job["sha256"]
    return answer.content


async def still() -> None:
    """A download that may always continue."""


async def test_a_finished_export_is_given_out_to_nobody_and_its_file_is_deleted_soon(
    kumkm: Callable[..., Awaitable[Result]], office: Office, desk: Jobs, person: Json, settings: Settings
) -> None:
    id_ = await office.ask()
    assert await desk.work_once()
    assert NAME.encode() in await whole(office, id_)
    result = await kumkm("subject", "erase", "--nik", person["answers"]["owner"]["nik"], *WHY)
    assert "1 finished exports were withdrawn" in result.output
    refused = await office.get(f"{id_}/file")
    assert (refused.status_code, refused.json()["current"]) == (409, {"state": "failed"})
    said = (await office.get(id_)).json()
    assert (said["state"], said["sha256"]) == ("failed", None)
    assert not await desk.work_once(), "it is made by nobody: who asked for it asks again"
    await desk.remove_old()
    assert stored(settings) == set()
    assert (await office.get(id_)).status_code == (await office.get(f"{id_}/file")).status_code == 404
    fresh = await office.ask()
    assert await desk.work_once()
    assert NAME.encode() not in await whole(office, fresh)


async def test_who_is_not_found_takes_no_export_from_anybody(
    kumkm: Callable[..., Awaitable[Result]], office: Office, desk: Jobs, person: Json
) -> None:
    id_ = await office.ask()
    assert await desk.work_once()
    await kumkm("subject", "erase", "--nik", nik(), *WHY)
    assert (await office.get(f"{id_}/file")).status_code == 200


async def test_a_download_under_way_ends_with_the_part_that_it_has(
    office: Office, desk: Jobs, erasing: Erasing
) -> None:
    id_ = await office.ask()
    assert await desk.work_once()
    size = (await office.get(id_)).json()["size"]
    chunks = desk.read(UUID(id_), 0, size - 1, still)
    assert len(await anext(chunks)) == jobs.PART
    await erasing()
    with pytest.raises(Problem, match="not_found"):
        await anext(chunks)


async def test_a_part_that_was_read_while_it_was_withdrawn_is_not_given_out(
    office: Office, desk: Jobs, erasing: Erasing, settings: Settings
) -> None:
    class Late(Storage):
        async def get(self, name: str) -> bytes | None:
            found = await super().get(name)
            await erasing()
            return found

    id_ = await office.ask()
    assert await desk.work_once()
    late = Jobs(desk.database, Late(settings), desk.ring, desk.prepare, desk.refuse, desk.readers)
    with pytest.raises(Problem, match="not_found"):
        await anext(late.read(UUID(id_), 0, 9, still))


@pytest.mark.parametrize("at_part", [0, 2])
async def test_who_makes_one_meanwhile_stops_and_it_is_made_again(
    office: Office, desk: Jobs, erasing: Erasing, settings: Settings, at_part: int
) -> None:
    id_ = await office.ask()
    maker, storage = slow(desk, settings, at_part)
    making = asyncio.create_task(maker.work_once())
    await storage.reached.wait()
    await erasing()
    assert (await office.get(id_)).json()["state"] == "queued"
    storage.let_go.set()
    assert await making
    assert (await office.get(id_)).json()["state"] == "queued"
    assert stored(settings) == set(), "it deletes what it put"
    assert await desk.work_once()
    assert NAME.encode() not in await whole(office, id_)


async def test_one_that_is_asked_for_while_the_erasure_is_not_committed_is_read_after_it(
    office: Office, desk: Jobs, person: Json, pg: asyncpg.Connection, settings: Settings
) -> None:
    before = await office.ask()
    async with pg.transaction():
        await erase(pg, Found([UUID(person["record_id"])]), reason="Permohonan 17/2022")
        asking = asyncio.create_task(office.ask())
        making = asyncio.create_task(desk.work_once())
        await asyncio.sleep(0.3)
        assert not making.done()
        assert not asking.done()
    made = [await making, await desk.work_once()]
    after = await asking
    if not made[1]:
        assert await desk.work_once()
    for id_ in (before, after):
        assert NAME.encode() not in await whole(office, id_)


async def overtaken(
    office: Office, desk: Jobs, pg: asyncpg.Connection, settings: Settings
) -> tuple[str, "asyncio.Task[bool]", Held]:
    """A job whose maker is held up until its lease is over: its id, the maker at work, and its storage."""
    id_ = await office.ask()
    maker, storage = slow(desk, settings)
    making = asyncio.create_task(maker.work_once())
    await storage.reached.wait()
    await pg.execute("UPDATE export_job SET lease_until = now() - interval '1 second'")
    return id_, making, storage


async def test_who_finishes_one_that_another_made_meanwhile_harms_nothing(
    office: Office, desk: Jobs, pg: asyncpg.Connection, person: Json, settings: Settings
) -> None:
    id_, making, storage = await overtaken(office, desk, pg, settings)
    # The other one reads something else.
    await pg.execute("UPDATE business SET name = 'Depot ' || name")
    assert await desk.work_once()
    made = stored(settings)
    content = await whole(office, id_)
    storage.let_go.set()
    assert await making
    assert await whole(office, id_) == content
    assert stored(settings) == made, "what came late is deleted"


async def test_who_lost_one_that_another_is_making_writes_nothing_of_it(
    office: Office, desk: Jobs, pg: asyncpg.Connection, person: Json, settings: Settings
) -> None:
    id_, making, held = await overtaken(office, desk, pg, settings)
    second, held_too = slow(desk, settings)
    making_too = asyncio.create_task(second.work_once())
    await held_too.reached.wait()
    held.let_go.set()
    assert await making
    said = (await office.get(id_)).json()
    assert (said["state"], len(said["parts"])) == ("running", 2)
    held_too.let_go.set()
    assert await making_too
    assert NAME.encode() in await whole(office, id_)


@pytest.mark.parametrize("killed", ["before it says its part", "before the next part"])
async def test_of_who_was_killed_nothing_is_left(
    office: Office,
    desk: Jobs,
    pg: asyncpg.Connection,
    person: Json,
    settings: Settings,
    killed: str,
) -> None:
    id_ = await office.ask()
    maker, storage = slow(desk, settings)
    making = asyncio.create_task(maker.work_once())
    await storage.reached.wait()
    making.cancel()
    with suppress(asyncio.CancelledError, Problem):
        await making
    if killed.startswith("before it says"):
        await desk.storage.put(jobs.object_name(UUID(id_), 2), b"put, and not said")
    await pg.execute("UPDATE export_job SET lease_until = now() - interval '1 second'")
    assert await desk.work_once()
    job = (await office.get(id_)).json()
    assert stored(settings) == {jobs.object_name(UUID(id_), number, 2) for number in range(len(job["parts"]))}
    # One that outlived its lease, put a part after that and was killed before it knew.
    await desk.storage.put(jobs.object_name(UUID(id_), 3), b"late")
    await pg.execute("UPDATE export_job SET finished_at = 'epoch'")
    await desk.remove_old()
    assert stored(settings) == set()


async def test_a_file_of_the_release_before_is_read_and_removed(
    office: Office, desk: Jobs, pg: asyncpg.Connection, person: Json, settings: Settings
) -> None:
    id_ = await office.ask()
    assert await desk.work_once()
    await pg.execute(
        "UPDATE export_job SET attempts = 2,"
        " parts = (SELECT jsonb_agg(part - 'attempt') FROM jsonb_array_elements(parts) AS part)"
    )
    assert NAME.encode() in await whole(office, id_)
    await pg.execute("UPDATE export_job SET finished_at = 'epoch'")
    await desk.remove_old()
    assert stored(settings) == set()
