"""Photos of what was erased: their files go, whatever the command knew, and they are not taken a second time."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from uuid import UUID

import asyncpg
import httpx
import pytest
import uuid_utils.compat as uuids
from fastapi import FastAPI
from shapes import Json
from typer.testing import Result
from uploads import Upload, kept, photo
from world import World, item, nik, outcomes

from app.attachments import uploading
from app.core.settings import Settings
from app.core.storage import Storage
from app.privacy.retention import forget_photos
from app.privacy.subject import Found, erase

EMBEDDED_IS_ENOUGH = True
WHY = ("--reason", "Permohonan 17/2022", "--yes")
SMALL = 40, 40


class Cut(Exception):
    """What a server was doing ends here."""


def kept_names(folder: Path) -> list[Path]:
    """What is in a folder, folders too."""
    return sorted(folder.rglob("*"))


@pytest.fixture
async def sent(client: httpx.AsyncClient, world: World) -> Json:
    own = item(nik=nik())
    assert await outcomes(client, world, "enumerator.1", own) == ["accepted"]
    return own


async def a_round(pg: asyncpg.Connection, app: FastAPI) -> None:
    async with pg.transaction():
        await forget_photos(pg, app.state.services.storage, app.state.services.clock.now())


async def erased(pg: asyncpg.Connection, record_id: str) -> None:
    async with pg.transaction():
        await erase(pg, Found([UUID(record_id)]), reason="Permohonan 17/2022")


async def listed(client: httpx.AsyncClient, world: World, record_id: str) -> list[Json]:
    found: list[Json] = (
        await client.get(f"/v1/submissions/{record_id}/attachments", headers=world.auth("officer"))
    ).json()
    return found


async def test_a_command_that_knows_no_storage_has_the_server_delete_the_file(
    kumkm: Callable[..., Awaitable[Result]],
    client: httpx.AsyncClient,
    world: World,
    sent: Json,
    app: FastAPI,
    pg: asyncpg.Connection,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole, half = (Upload(client, world, photo(seed=n, size=SMALL), sent["record_id"]) for n in (1, 2))
    assert (await whole.send()).status_code == 201
    assert (await half.send(0, 100)).status_code == 204
    monkeypatch.chdir(tmp_path)
    before = kept_names(tmp_path)
    result = await kumkm("subject", "erase", "--nik", sent["answers"]["owner"]["nik"], *WHY)
    assert "2 photos are shown to nobody. A running server deletes the files" in result.output
    assert kept_names(tmp_path) == before, "no folder is made"
    assert await listed(client, world, sent["record_id"]) == []
    assert await pg.fetchval("SELECT count(*) FROM attachment_part") == 0
    assert [(await each.head()).status_code for each in (whole, half)] == [404, 404]
    assert len(kept(settings.storage)) == 1
    await a_round(pg, app)
    assert kept(settings.storage) == []
    assert await pg.fetchval("SELECT count(*) FROM attachment") == 0


async def test_retention_has_the_server_delete_the_files(
    kumkm: Callable[..., Awaitable[Result]],
    client: httpx.AsyncClient,
    world: World,
    sent: Json,
    app: FastAPI,
    pg: asyncpg.Connection,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    upload = Upload(client, world, photo(size=SMALL), sent["record_id"])
    assert (await upload.send()).status_code == 201
    await pg.execute("UPDATE campaign SET answers_until = '2022-09-11'")
    monkeypatch.chdir(tmp_path)
    before = kept_names(tmp_path)
    result = await kumkm("retention", "apply")
    assert "A running server deletes the files" in result.output
    assert kept_names(tmp_path) == before
    await a_round(pg, app)
    assert kept(settings.storage) == []
    assert (await upload.send()).status_code == 404, "its answers are no longer kept"


async def test_a_round_that_is_cut_off_deletes_the_file_the_next_time(
    client: httpx.AsyncClient,
    world: World,
    sent: Json,
    app: FastAPI,
    pg: asyncpg.Connection,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert (await Upload(client, world, photo(size=SMALL), sent["record_id"]).send()).status_code == 201
    await erased(pg, sent["record_id"])

    async def away(*_: object) -> None:
        raise Cut

    with monkeypatch.context() as broken:
        broken.setattr(Storage, "delete", away)
        with pytest.raises(Cut):
            await a_round(pg, app)
    await a_round(pg, app)
    assert kept(settings.storage) == []


async def test_a_photo_of_an_erased_record_is_refused_until_a_higher_revision_comes(
    client: httpx.AsyncClient, world: World, sent: Json, app: FastAPI, pg: asyncpg.Connection, settings: Settings
) -> None:
    begun, other = (Upload(client, world, photo(seed=n, size=SMALL), sent["record_id"]) for n in (1, 2))
    assert (await begun.send(0, 400)).status_code == 204
    await erased(pg, sent["record_id"])
    for answer in (await begun.send(400), await begun.send(), await other.send()):
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert await outcomes(client, world, "enumerator.1", sent) == ["unchanged"]
    assert (await begun.send()).status_code == 404, "the same revision brings nothing back"
    again = {**sent, "revision": 2}
    again["answers"] = {**sent["answers"], "notes": "x"}
    assert await outcomes(client, world, "enumerator.1", again) == ["updated"]
    assert (await begun.send(0, 400)).status_code == 204, "before its row is gone"
    await a_round(pg, app)
    assert (await begun.send(400)).status_code == 201
    assert [each["sha256"] for each in await listed(client, world, sent["record_id"])] == [begun.digest]


async def test_a_photo_of_an_item_kept_raw_is_refused_after_its_erasure(
    kumkm: Callable[..., Awaitable[Result]], client: httpx.AsyncClient, world: World
) -> None:
    raw = item(nik=nik(), kbli="nonsense")
    assert await outcomes(client, world, "enumerator.1", raw) == ["invalid"]
    upload = Upload(client, world, photo(size=SMALL), raw["record_id"])
    assert (await upload.send(0, 100)).status_code == 204
    await kumkm("subject", "erase", "--nik", raw["answers"]["owner"]["nik"], *WHY)
    assert (await upload.send()).status_code == 404


async def test_what_was_kept_raw_before_an_erasure_brings_no_photo_back(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    first = item(nik=nik(), kbli="nonsense")
    assert await outcomes(client, world, "enumerator.1", first) == ["invalid"]
    second = {**item(nik=nik(), record_id=first["record_id"]), "revision": 2}
    assert await outcomes(client, world, "enumerator.1", second) == ["accepted"]
    upload = Upload(client, world, photo(size=SMALL), first["record_id"])
    assert (await upload.send(0, 100)).status_code == 204
    await erased(pg, first["record_id"])
    assert (await upload.send()).status_code == 404
    third = {**item(nik=nik(), record_id=first["record_id"], kbli="nonsense"), "revision": 3}
    assert await outcomes(client, world, "enumerator.1", third) == ["invalid"]
    assert (await upload.send()).status_code == 201


@pytest.mark.parametrize("moment", ["decoding", "writing", "written, and a round of the server"])
async def test_an_erasure_while_a_photo_is_completed_leaves_no_photo_and_no_file(
    client: httpx.AsyncClient,
    world: World,
    sent: Json,
    app: FastAPI,
    pg: asyncpg.Connection,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    moment: str,
) -> None:
    upload = Upload(client, world, photo(size=SMALL), sent["record_id"])
    put, note = Storage.put, uploading._note_object

    async def noting(*given: object) -> object:
        if moment == "decoding":
            await erased(pg, sent["record_id"])
        return await note(*given)  # type: ignore[arg-type]  # as they came

    async def writing(self: Storage, name: str, content: bytes) -> None:
        await erased(pg, sent["record_id"]) if moment != "decoding" else None
        await put(self, name, content) if moment == "writing" else None
        if moment == "written, and a round of the server":
            await a_round(pg, app)
            await put(self, name, content)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(uploading, "_note_object", noting)
        meanwhile.setattr(Storage, "put", writing)
        answer = await upload.send()
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert await listed(client, world, sent["record_id"]) == []
    await a_round(pg, app)
    assert kept(settings.storage) == []
    assert await pg.fetchval("SELECT count(*) FROM attachment") == 0


async def test_what_a_crash_left_of_a_photo_is_deleted_with_its_record(
    client: httpx.AsyncClient,
    world: World,
    sent: Json,
    app: FastAPI,
    pg: asyncpg.Connection,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def crash(*_: object) -> None:
        raise Cut

    upload = Upload(client, world, photo(size=SMALL), sent["record_id"])
    with monkeypatch.context() as crashing:
        crashing.setattr(uploading, "_conclude", crash)
        assert (await upload.send()).status_code == 500
    assert len(kept(settings.storage)) == 1
    await erased(pg, sent["record_id"])
    await a_round(pg, app)
    assert kept(settings.storage) == []


async def test_an_erasure_waits_for_a_photo_that_is_being_entered(
    client: httpx.AsyncClient, world: World, sent: Json, pg: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = Upload(client, world, photo(size=SMALL), sent["record_id"])
    refuse, looked, go_on = uploading._refuse_record, asyncio.Event(), asyncio.Event()

    async def slow(*given: object) -> bool:
        early = await refuse(*given)  # type: ignore[arg-type]  # as they came
        looked.set()
        await go_on.wait()
        return early

    monkeypatch.setattr(uploading, "_refuse_record", slow)
    sending = asyncio.create_task(upload.send(0, 100))
    await looked.wait()
    erasing = asyncio.create_task(erased(pg, sent["record_id"]))
    done, _ = await asyncio.wait([erasing], timeout=0.2)
    assert not done, "the photo was looked at before the erasure, so it has to be in before it"
    go_on.set()
    await asyncio.gather(sending, erasing)
    assert await pg.fetchval("SELECT count(*) FROM attachment_link") == 0


@pytest.mark.parametrize("limit", ["MAX_OPEN", "MAX_EARLY"])
async def test_photos_that_begin_at_once_are_bounded_together(
    client: httpx.AsyncClient, world: World, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr(uploading, limit, 2)
    uploads = [Upload(client, world, photo(seed=n, size=SMALL), uuids.uuid7()) for n in range(8)]
    end = 100 if limit == "MAX_OPEN" else None
    answers = await asyncio.gather(*(each.send(0, end) for each in uploads))
    assert sorted(each.status_code for each in answers)[2:] == [429] * 6


async def test_a_photo_that_is_forgotten_takes_no_place_of_another(
    client: httpx.AsyncClient, world: World, sent: Json, pg: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploading, "MAX_OPEN", 1)
    assert (await Upload(client, world, photo(size=SMALL), sent["record_id"]).send()).status_code == 201
    await erased(pg, sent["record_id"])
    early = Upload(client, world, photo(size=SMALL), uuids.uuid7())
    assert (await early.send(0, 100)).status_code == 204
    assert await pg.fetchval("SELECT early FROM attachment"), "it waits for its record, as any other that begins"


async def test_the_same_picture_of_another_enumerator_is_not_deleted_as_it_comes(
    client: httpx.AsyncClient,
    world: World,
    sent: Json,
    app: FastAPI,
    pg: asyncpg.Connection,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It lies in the same object, which is being deleted at that moment: it is laid there afterwards."""
    other = item(nik=nik())
    assert await outcomes(client, world, "enumerator.2", other) == ["accepted"]
    mine, theirs = (
        Upload(client, world, photo(size=SMALL), record["record_id"], who)
        for record, who in ((sent, "enumerator.1"), (other, "enumerator.2"))
    )
    assert (await mine.send()).status_code == 201
    await erased(pg, sent["record_id"])
    storage = app.state.services.storage
    delete, coming = storage.delete, list[asyncio.Task[httpx.Response]]()

    async def meanwhile(name: str) -> None:
        coming.append(asyncio.create_task(theirs.send()))
        await asyncio.wait(coming, timeout=0.5)
        await delete(name)

    monkeypatch.setattr(storage, "delete", meanwhile)
    await a_round(pg, app)
    (answer,) = await asyncio.gather(*coming)
    assert answer.status_code == 201
    assert len(kept(settings.storage)) == 1
    assert len(await listed(client, world, other["record_id"])) == 1
