"""Where photos lie: a folder of the server's own user, or an S3 store."""

import hashlib
import os
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import httpx
import obstore
import pytest
from fastapi import FastAPI
from obstore.exceptions import GenericError
from processes import free_port
from pydantic import SecretStr
from uploads import Upload, photo
from world import World

from app.core.problems import Code, Problem
from app.core.settings import Settings, SettingsError
from app.core.storage import Storage, StoredObject

EMBEDDED_IS_ENOUGH = True


def raising(fault: Exception) -> Callable[..., Awaitable[None]]:
    async def fail(*_: object) -> None:
        raise fault

    return fail


async def test_a_store_that_is_away_leaves_the_photo_to_be_sent_again(
    client: httpx.AsyncClient, world: World, record: str, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload, storage = Upload(client, world, photo(), record), app.state.services.storage

    async def away(name: str, content: bytes) -> None:
        raise Problem(Code.OVERLOADED, retry_after=5)

    await upload.send(0, 100_000)
    with monkeypatch.context() as broken:
        broken.setattr(storage, "put", away)
        assert (await upload.send(100_000)).status_code == 503
    assert (await upload.head()).headers["upload-offset"] == "100000"
    assert (await upload.send(100_000)).status_code == 201


async def test_why_a_store_does_not_do_it_is_logged_once_and_what_it_does_again(
    settings: Settings, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "photos"
    place.write_text("in the way")
    storage = Storage(settings.model_copy(update={"storage": str(place)}))
    changes = list[str | None]()
    storage.changed = lambda: changes.append(storage.away)
    for _ in range(3):
        with pytest.raises(Problem):
            await storage.put("abcdef", b"photo")
    place.unlink()
    await storage.put("abcdef", b"photo")
    assert changes == ["no_answer", None]
    there = storage.folder
    assert there is not None
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(obstore, "delete_async", raising(GenericError("No space left on device (os error 28)")))
        with pytest.raises(Problem):
            await storage.delete("abcdef")
    assert changes[2:] == ["disk_full"]
    assert await storage.get("abcdef") == b"photo"
    assert changes[3:] == [None]


async def test_photos_are_for_the_servers_own_user_only(tmp_path: Path, settings: Settings) -> None:
    top, old = tmp_path / "photos", os.umask(0)
    try:
        top.mkdir(mode=0o777)
        await Storage(settings.model_copy(update={"storage": str(top)})).put("abcdef", b"photo")
    finally:
        os.umask(old)
    modes = {each.relative_to(top).as_posix(): stat.S_IMODE(each.stat().st_mode) for each in [top, *top.rglob("*")]}
    assert modes == {".": 0o700, "ab": 0o700, "ab/cd": 0o700, "ab/cd/abcdef": 0o600}


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real S3-compatible server."""
    folder, port = tmp_path_factory.mktemp("s3"), free_port()
    (folder / "photos").mkdir()
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(
        [
            Path(sys.executable).parent / "rclone",
            "serve",
            "s3",
            "--addr",
            f"127.0.0.1:{port}",
            "--auth-key",
            "kumkm,verysecret",
            str(folder),
        ],
        stdout=quiet,
        stderr=quiet,
    )
    for _ in range(200):
        try:
            httpx.get(f"http://127.0.0.1:{port}/")
            break
        except httpx.TransportError:
            time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    process.kill()
    process.wait()


@pytest.mark.xdist_group("s3")
async def test_a_real_s3_store_keeps_photos(settings: Settings, s3: str) -> None:
    told = {
        "storage": "s3://photos/2022",
        "s3_endpoint": s3,
        "s3_access_key_id": "kumkm",
        "s3_secret_access_key": SecretStr("verysecret"),
    }
    storage, content = Storage(settings.model_copy(update=told)), photo()
    name = hashlib.sha256(content).hexdigest()
    assert await storage.get(name) is None
    await storage.put(name, content)
    await storage.put(name, content)
    assert await storage.get(name) == content
    assert [some async for some in storage.objects()] == [[StoredObject(name, len(content))]]
    await storage.delete(name)
    await storage.delete(name)
    assert await storage.get(name) is None
    wrong = Storage(settings.model_copy(update={**told, "s3_secret_access_key": SecretStr("wrong")}))
    with pytest.raises(Problem):
        await wrong.put(name, content)


def test_a_storage_that_there_is_not_is_told(settings: Settings) -> None:
    with pytest.raises(SettingsError, match="KUMKM_STORAGE"):
        Storage(settings.model_copy(update={"storage": "ftp://x"}))


_ENDS_AT_ONCE = """
import asyncio, sys
from app.core.settings import Settings
from app.core.storage import Storage, StoredObject
storage = Storage(Settings.model_construct(storage=sys.argv[1]))
asyncio.run(storage.put("abcdef", b"photo"))
"""


@pytest.mark.proof
@pytest.mark.parametrize("number", range(20))
def test_a_process_that_ends_after_its_last_answer_ends_well(tmp_path: Path, number: int) -> None:
    _ = number
    ended = subprocess.run([sys.executable, "-c", _ENDS_AT_ONCE, tmp_path], check=False, capture_output=True)
    assert ended.returncode == 0, ended.stderr


@pytest.mark.proof
async def test_a_store_that_never_answers_costs_a_bounded_time(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        there = {
            "storage": "s3://photos",
            "s3_endpoint": f"http://127.0.0.1:{silent.getsockname()[1]}",
            "s3_access_key_id": "kumkm",
            "s3_secret_access_key": SecretStr("verysecret"),
        }
        began = time.monotonic()
        with pytest.raises(Problem) as raised:
            await Storage(settings.model_copy(update=there)).put("abcdef", b"photo")
    assert raised.value.code is Code.OVERLOADED
    assert time.monotonic() - began < 40
