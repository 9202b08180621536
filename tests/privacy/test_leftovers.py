"""Files to which the database does not lead: they are found and removed, and nothing else is."""

import hashlib
from collections.abc import Awaitable, Callable
from pathlib import Path

import asyncpg
import httpx
import orjson
import pytest
from shapes import Json
from typer.testing import Result
from uploads import Upload, kept, photo
from world import World, item, nik, outcomes

from app.core.ids import new_id
from app.core.settings import Settings
from app.core.storage import Storage
from app.exchange.jobs import object_name
from app.privacy.leftovers import look_for_leftovers

EMBEDDED_IS_ENOUGH = True
Kumkm = Callable[..., Awaitable[Result]]
SMALL = 40, 40
OF_NO_RELEASE = "notes.txt"


@pytest.fixture
def leftovers(kumkm: Kumkm, settings: Settings) -> Kumkm:
    """The command, with the storage of the server."""

    async def run(*options: str, **more: object) -> Result:
        return await kumkm("retention", "leftovers", *options, **{"KUMKM_STORAGE": settings.storage, **more})

    return run


@pytest.fixture
async def sent(client: httpx.AsyncClient, world: World) -> Json:
    own = item(nik=nik())
    assert await outcomes(client, world, "enumerator.1", own) == ["accepted"]
    return own


@pytest.fixture
async def storage(
    client: httpx.AsyncClient, world: World, sent: Json, settings: Settings, pg: asyncpg.Connection
) -> Storage:
    """A photo and an export that the database knows, one of each that it does not, and a file of somebody's."""
    assert (await Upload(client, world, photo(size=SMALL), sent["record_id"]).send()).status_code == 201
    made, job = Storage(settings), new_id()
    owner = await pg.fetchval("SELECT id FROM account WHERE username = 'officer'")
    await pg.execute("INSERT INTO export_job (id, account_id, asked) VALUES ($1, $2, '{}')", job, owner)
    await made.put(object_name(job, 0), b"known")
    await made.put(object_name(new_id(), 12), b"left over")
    await made.put(hashlib.sha256(b"left over, too").hexdigest(), b"left over, too")
    (Path(settings.storage) / OF_NO_RELEASE).write_text("x")
    return made


async def names(storage: Storage) -> set[str]:
    return {each.name async for some in storage.objects() for each in some}


async def test_they_are_counted_and_stay(leftovers: Kumkm, storage: Storage) -> None:
    before = await names(storage)
    said = " ".join((await leftovers()).output.split())
    assert "5 files in" in said
    assert "Not known to the database: 1 photos and 1 parts of exports, 23 bytes." in said
    assert "1 files have other names and are left alone." in said
    assert await names(storage) == before


async def test_they_alone_are_removed(leftovers: Kumkm, storage: Storage, pg: asyncpg.Connection) -> None:
    before = await names(storage)
    result = await leftovers("--remove", "--yes", "--json")
    found = {"removed": True, "objects": 5, "photos": 1, "exports": 1, "size": 23, "strange": 1}
    assert orjson.loads(result.stdout) == found
    assert len(before - await names(storage)) == 2
    event = await pg.fetchrow("SELECT subject_type, detail::text FROM audit_event WHERE action = 'leftovers.removed'")
    assert event is not None
    assert (event[0], orjson.loads(event[1])) == ("storage", {"photos": 1, "exports": 1, "bytes": 23})
    assert "knows all of its photos and exports" in (await leftovers("--remove")).output
    assert await pg.fetchval("SELECT count(*) FROM audit_event WHERE action = 'leftovers.removed'") == 1


@pytest.mark.parametrize(("typed", "code", "left"), [("n\n", 1, 5), ("y\n", 0, 3)])
async def test_it_asks_before_it_removes(leftovers: Kumkm, storage: Storage, typed: str, code: int, left: int) -> None:
    result = await leftovers("--remove", typed=typed, code=code)
    assert "Remove 1 photos and 1 parts of exports, 23 bytes for good?" in result.output
    assert len(await names(storage)) == left


async def test_a_photo_that_is_laid_at_this_moment_is_none(
    client: httpx.AsyncClient,
    world: World,
    sent: Json,
    settings: Settings,
    pg: asyncpg.Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    put, looked = Storage.put, list[object]()

    async def putting(self: Storage, name: str, content: bytes) -> None:
        await put(self, name, content)
        looked.append(await look_for_leftovers(pg, self, lambda _: None, remove=True))

    monkeypatch.setattr(Storage, "put", putting)
    upload = Upload(client, world, photo(size=SMALL), sent["record_id"])
    assert (await upload.send()).status_code == 201
    assert looked == [(1, 0, 0, 0, 0)]
    assert len(kept(settings.storage)) == 1


async def test_a_folder_that_is_not_there_is_named_and_not_made(leftovers: Kumkm, tmp_path: Path) -> None:
    result = await leftovers(KUMKM_STORAGE=str(tmp_path / "none"), code=1)
    assert f"There is no folder {tmp_path / 'none'}" in str(result.exception)
    assert kept(tmp_path) == []


async def test_a_storage_that_does_not_answer_is_named(leftovers: Kumkm) -> None:
    away = {"KUMKM_STORAGE": "s3://photos", "KUMKM_S3_ENDPOINT": "http://127.0.0.1:9"}
    keys = {"KUMKM_S3_ACCESS_KEY_ID": "kumkm", "KUMKM_S3_SECRET_ACCESS_KEY": "verysecret"}
    result = await leftovers(code=1, **away, **keys)
    assert "The storage s3://photos does not answer" in str(result.exception)
