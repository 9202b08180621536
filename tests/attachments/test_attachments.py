"""Photos come in parts, are cut off, go on, and are kept only when they are what they are said to be."""

import asyncio
import hashlib
import io
import os
import random
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
import uuid_utils.compat as uuids
from fastapi import FastAPI
from PIL import Image
from processes import free_port
from pydantic import SecretStr
from shapes import Json
from world import World, batch, item, nik, outcomes, put

from app.attachments import uploading
from app.attachments.images import decode
from app.attachments.queries import EARLY_FOR, HALF_SENT_FOR, remove_attachments, remove_expired
from app.core.clock import SetClock
from app.core.problems import Code, Problem
from app.core.settings import Settings, SettingsError
from app.core.storage import Storage
from app.privacy.retention import due, remove

EMBEDDED_IS_ENOUGH = True
SIZE = 700, 500


def photo(kind: str = "JPEG", size: tuple[int, int] = SIZE, seed: int = 1) -> bytes:
    noise = random.Random(seed).randbytes(size[0] * size[1])
    out = io.BytesIO()
    Image.frombytes("L", size, noise).save(out, kind)
    return out.getvalue()


@pytest.fixture
async def record(client: httpx.AsyncClient, world: World) -> str:
    sent = item(nik=nik())
    await outcomes(client, world, "enumerator.1", sent)
    return sent["record_id"]


class Upload:
    def __init__(
        self,
        client: httpx.AsyncClient,
        world: World,
        content: bytes,
        record_id: UUID | str,
        who: str = "enumerator.1",
        kind: str = "image/jpeg",
    ) -> None:
        self.client, self.content, self.kind = client, content, kind
        self.headers = world.auth(who)
        self.digest = hashlib.sha256(content).hexdigest()
        self.path = f"/v1/sync/attachments/{self.digest}"
        self.params = {"record_id": str(record_id), "purpose": "place"}

    async def send(self, start: int = 0, end: int | None = None, **other: Any) -> httpx.Response:
        part = self.content[start:end]
        headers = {
            **self.headers,
            "Content-Type": self.kind,
            "Upload-Offset": str(start),
            "Upload-Length": str(len(self.content)),
            **other,
        }
        return await self.client.put(self.path, params=self.params, content=part, headers=headers)

    async def head(self) -> httpx.Response:
        return await self.client.head(self.path, headers=self.headers)


async def test_a_photo_goes_on_where_it_was_cut(
    client: httpx.AsyncClient, world: World, record: str, app: FastAPI
) -> None:
    upload = Upload(client, world, photo(), record)
    assert (await upload.head()).status_code == 404
    first = await upload.send(0, 100_000)
    assert (first.status_code, first.headers["upload-offset"]) == (204, "100000")
    head = await upload.head()
    assert (head.status_code, head.headers["upload-offset"], head.headers["upload-complete"]) == (200, "100000", "?0")
    again = await upload.send(0, 100_000)  # its answer was lost
    assert (again.status_code, again.headers["upload-offset"]) == (204, "100000")
    last = await upload.send(100_000)
    assert (last.status_code, last.headers["upload-complete"]) == (201, "?1")
    assert (await upload.send(100_000)).status_code == 200
    assert await app.state.services.storage.get(upload.digest) == upload.content
    listed = (await client.get(f"/v1/submissions/{record}/attachments", headers=world.auth("coordinator.1"))).json()
    assert [(each["sha256"], each["purpose"], each["width"], each["height"]) for each in listed] == [
        (upload.digest, "place", *SIZE)
    ]
    shown = await client.get(
        f"/v1/submissions/{record}/attachments/{upload.digest}", headers=world.auth("coordinator.1")
    )
    assert (shown.content, shown.headers["content-type"]) == (upload.content, "image/jpeg")


async def test_a_part_from_further_on_is_refused_with_where_to_go_on(
    client: httpx.AsyncClient, world: World, record: str
) -> None:
    upload = Upload(client, world, photo(), record)
    await upload.send(0, 50_000)
    answer = await upload.send(60_000, 70_000)
    assert (answer.status_code, answer.json()["code"]) == (409, "upload_out_of_order")
    assert answer.headers["upload-offset"] == "50000"
    longer = await upload.send(50_000, None, **{"Upload-Length": str(len(upload.content) + 1)})
    assert longer.status_code == 409


async def test_a_photo_whose_hash_does_not_match_comes_anew(
    client: httpx.AsyncClient, world: World, record: str, pg: asyncpg.Connection, app: FastAPI
) -> None:
    upload = Upload(client, world, photo(), record)
    upload.path = upload.path[:-4] + "0000"
    await upload.send(0, 100_000)
    answer = await upload.send(100_000)
    assert (answer.status_code, answer.json()["code"]) == (422, "attachment_hash_mismatch")
    assert (await upload.head()).status_code == 404
    assert await pg.fetchval("SELECT count(*) FROM attachment_part") == 0
    assert await app.state.services.storage.get(upload.path[-64:]) is None


@pytest.mark.parametrize(
    "content",
    [
        b"<html>not a photo</html>" * 100,
        photo()[:-2000],  # cut off before it ended
        photo("PNG"),  # of another type than it says
        b"\xff\xd8\xff\xe0" + bytes(5000),
    ],
)
async def test_what_cannot_be_decoded_is_no_photo(
    client: httpx.AsyncClient, world: World, record: str, content: bytes
) -> None:
    answer = await Upload(client, world, content, record).send()
    assert (answer.status_code, answer.json()["code"]) == (422, "attachment_not_an_image")


@pytest.mark.proof
async def test_a_small_file_that_claims_to_be_a_huge_picture_is_refused(
    client: httpx.AsyncClient, world: World, record: str
) -> None:
    out = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG")
    answer = await Upload(client, world, out.getvalue(), record, kind="image/png").send()
    assert answer.json()["code"] == "attachment_not_an_image"


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"Content-Type": "image/svg+xml"}, 415, "not_a_photo_type"),
        ({"Upload-Length": str(9 * 1024 * 1024)}, 413, "body_too_large"),
        ({"Upload-Length": "10"}, 400, "malformed_request"),
        ({"Upload-Length": "x"}, 422, "invalid_fields"),
        ({"Upload-Offset": "-1"}, 422, "invalid_fields"),
    ],
)
async def test_bounds_are_told(
    client: httpx.AsyncClient, world: World, record: str, headers: Json, status: int, code: str
) -> None:
    answer = await Upload(client, world, photo(size=(50, 50)), record).send(**headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_a_part_has_at_most_a_mebibyte(client: httpx.AsyncClient, world: World, record: str) -> None:
    answer = await Upload(client, world, bytes(1024 * 1024 + 1), record).send()
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


async def test_a_photo_may_come_before_its_record_but_not_for_anothers(
    client: httpx.AsyncClient, world: World, record: str
) -> None:
    early = Upload(client, world, photo(seed=2), uuids.uuid7())
    assert (await early.send()).status_code == 201
    foreign = Upload(client, world, photo(seed=3), record, who="enumerator.2")
    assert (await foreign.send()).status_code == 404


async def test_photos_are_shown_only_to_those_who_answer_for_the_record(
    client: httpx.AsyncClient, world: World, record: str
) -> None:
    upload = Upload(client, world, photo(), record)
    await upload.send()
    for who, status in {
        "enumerator.1": 200,
        "enumerator.2": 404,
        "coordinator.2": 404,
        "officer": 200,
        "officer.palembang": 404,
        "system": 403,
    }.items():
        answer = await client.get(f"/v1/submissions/{record}/attachments/{upload.digest}", headers=world.auth(who))
        assert answer.status_code == status, who


async def test_the_same_photo_of_two_enumerators_is_kept_once_and_sent_by_both(
    client: httpx.AsyncClient, world: World, record: str, app: FastAPI
) -> None:
    content = photo()
    assert (await Upload(client, world, content, record).send()).status_code == 201
    other = Upload(client, world, content, uuids.uuid7(), who="enumerator.2")
    assert (await other.head()).status_code == 404
    assert (await other.send()).status_code == 201


async def test_half_sent_photos_are_bounded(
    client: httpx.AsyncClient, world: World, record: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploading, "MAX_OPEN", 2)
    statuses = [(await Upload(client, world, photo(seed=n), record).send(0, 1000)).status_code for n in range(3)]
    assert statuses == [204, 204, 429]


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


def taken_at_home(seed: int = 1) -> bytes:
    """A photo as a phone takes it, with the place in it."""
    told = Image.Exif()
    told[0x010F] = "Kamera Rahasia"
    told[0x0112] = 6
    told.get_ifd(0x8825)[2] = (4.0, 7.0, 35.76)
    out = io.BytesIO()
    with Image.open(io.BytesIO(photo(seed=seed))) as image:
        image.save(out, "JPEG", exif=told, comment=b"di rumah Bu Sari")
    return out.getvalue()


async def test_what_a_photo_tells_beside_its_picture_is_neither_kept_nor_given_out(
    client: httpx.AsyncClient, world: World, record: str, app: FastAPI, pg: asyncpg.Connection
) -> None:
    upload = Upload(client, world, taken_at_home(), record)
    assert (await upload.send(0, 100_000)).status_code == 204
    assert (await upload.send(100_000)).status_code == 201
    assert (await upload.send()).status_code == 200, "it is still known by what was sent"
    (row,) = await pg.fetch("SELECT encode(stored_as, 'hex') AS name FROM attachment")
    storage = app.state.services.storage
    assert await storage.get(upload.digest) is None
    kept = await storage.get(row["name"])
    path = f"/v1/submissions/{record}/attachments"
    (listed,) = (await client.get(path, headers=world.auth("officer"))).json()
    assert listed["sha256"] == upload.digest
    shown = (await client.get(f"{path}/{upload.digest}", headers=world.auth("officer"))).content
    # One that an older release kept as it came.
    await pg.execute("UPDATE attachment SET stored_as = NULL")
    await storage.put(upload.digest, upload.content)
    old = (await client.get(f"{path}/{upload.digest}", headers=world.auth("officer"))).content
    for content in (kept, shown, old):
        assert content == kept
        assert b"Rahasia" not in content
        assert b"Sari" not in content
        with Image.open(io.BytesIO(content)) as image:
            assert dict(image.getexif()) == {0x0112: 6}


async def test_photos_are_for_the_servers_own_user_only(tmp_path: Path, settings: Settings) -> None:
    top, old = tmp_path / "photos", os.umask(0)
    try:
        top.mkdir(mode=0o777)
        await Storage(settings.model_copy(update={"storage": str(top)})).put("abcdef", b"photo")
    finally:
        os.umask(old)
    modes = {each.relative_to(top).as_posix(): stat.S_IMODE(each.stat().st_mode) for each in [top, *top.rglob("*")]}
    assert modes == {".": 0o700, "ab": 0o700, "ab/cd": 0o700, "ab/cd/abcdef": 0o600}


async def test_the_same_photo_of_two_records_and_purposes_is_kept_once_and_shown_for_each(
    client: httpx.AsyncClient, world: World, record: str, pg: asyncpg.Connection, app: FastAPI, settings: Settings
) -> None:
    second = item(nik=nik())
    await outcomes(client, world, "enumerator.1", second)
    upload = Upload(client, world, photo(), record)
    shows = [(record, "place"), (second["record_id"], "place"), (second["record_id"], "product")]
    for number, (record_id, purpose) in enumerate(shows):
        upload.params = {"record_id": record_id, "purpose": purpose}
        head = await client.head(upload.path, params=upload.params, headers=upload.headers)
        if number:  # whole, but not of this one
            assert (head.headers["upload-offset"], head.headers["upload-complete"]) == ("0", "?0")
        first = await upload.send(0, 100_000)
        assert first.status_code == (200 if number else 204)
        if not number:
            assert (await upload.send(100_000)).status_code == 201
        head = await client.head(upload.path, params=upload.params, headers=upload.headers)
        assert head.headers["upload-complete"] == "?1"
    for record_id, purposes in ((record, ["place"]), (second["record_id"], ["place", "product"])):
        listed = (await client.get(f"/v1/submissions/{record_id}/attachments", headers=world.auth("officer"))).json()
        assert [each["purpose"] for each in listed] == purposes
    # One is erased, the other keeps its photo.
    assert await remove_attachments(pg, [uuids.UUID(record)]) == []
    (name,) = await remove_attachments(pg, [uuids.UUID(second["record_id"])])
    assert await app.state.services.storage.get(name) is not None
    assert await pg.fetchval("SELECT count(*) FROM attachment") == 0


async def test_photos_go_when_their_campaigns_time_is_over_and_those_of_other_campaigns_stay(
    client: httpx.AsyncClient, world: World, record: str, app: FastAPI, pg: asyncpg.Connection
) -> None:
    later = item(nik=nik())
    answer = await put(client, world, "enumerator.1", batch(later, campaign="pl-kumkm-2023"))
    assert answer.json()["items"][0]["client_action"] in ("purge", "keep")
    shared, alone = photo(seed=7), photo(seed=8)
    for content, whose in ((shared, record), (shared, later["record_id"]), (alone, record)):
        assert (await Upload(client, world, content, whose).send()).status_code in (200, 201)
    files = app.state.services.settings.storage
    assert len(kept(files)) == 2
    await pg.execute("UPDATE campaign SET answers_until = '2022-09-11' WHERE code = 'pl-kumkm-2022'")
    (campaign,) = await due(pg, date(2022, 9, 12))
    assert (campaign.code, campaign.photos) == ("pl-kumkm-2022", 2)
    await remove(pg, campaign, Storage(app.state.services.settings), lambda _: None)
    left = [str(row[0]) for row in await pg.fetch("SELECT record_id FROM attachment_link")]
    assert left == [later["record_id"]]
    assert len(kept(files)) == 1
    assert await due(pg, date(2022, 9, 12)) == []
    stored = await pg.fetchval("SELECT detail ->> 'photos' FROM audit_event WHERE action = 'retention.applied'")
    assert stored == "2"


def kept(folder: Path | str) -> list[Path]:
    return [path for path in Path(folder).rglob("*") if path.is_file()]


async def test_a_wrong_first_length_can_be_mended(client: httpx.AsyncClient, world: World, record: str) -> None:
    upload = Upload(client, world, photo(), record)
    right = str(len(upload.content))
    for wrong in ("300000", "700000"):
        assert (await upload.send(0, 100_000, **{"Upload-Length": wrong})).status_code == 204
        answer = await upload.send(100_000, 200_000, **{"Upload-Length": right})
        assert (answer.status_code, answer.json()["code"]) == (409, "upload_out_of_order")
        assert (answer.headers["upload-offset"], answer.headers["upload-length"]) == ("0", right)
        again = await upload.send(0, 100_000)
        assert (again.status_code, again.headers["upload-offset"], again.headers["upload-length"]) == (
            204,
            "100000",
            right,
        )
    assert (await upload.send(100_000)).status_code == 201
    assert (await upload.send(0, 100, **{"Upload-Length": "300000"})).status_code == 200, "what is whole stays"


@pytest.mark.parametrize("kind", ["Image/JPEG; charset=binary", "IMAGE/JPEG", "image/jpeg;q=1", " image/jpeg "])
async def test_a_media_type_is_read_as_http_has_it(
    client: httpx.AsyncClient, world: World, record: str, kind: str
) -> None:
    assert (await Upload(client, world, photo(), record, kind=kind).send()).status_code == 201
    listed = (await client.get(f"/v1/submissions/{record}/attachments", headers=world.auth("officer"))).json()
    assert [each["media_type"] for each in listed] == ["image/jpeg"]


async def test_photos_of_records_that_do_not_come_are_bounded_and_go(
    client: httpx.AsyncClient,
    world: World,
    record: str,
    pg: asyncpg.Connection,
    app: FastAPI,
    clock: SetClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(uploading, "MAX_EARLY", 2)
    early = [Upload(client, world, photo(seed=n, size=(9, 9)), uuids.uuid7()) for n in range(3)]
    assert [(await each.send()).status_code for each in early] == [201, 201, 429]
    own = Upload(client, world, photo(seed=7, size=(9, 9)), record)
    assert (await own.send()).status_code == 201, "that its record has come is known"
    # One of the records comes, and there is room for another one.
    await outcomes(client, world, "enumerator.1", item(nik=nik(), record_id=early[0].params["record_id"]))
    assert (await early[2].send()).status_code == 201
    monkeypatch.setattr(uploading, "MAX_EARLY", 99)
    monkeypatch.setattr(uploading, "MAX_EARLY_BYTES", 5_000)
    assert (await Upload(client, world, photo(seed=8), uuids.uuid7()).send()).status_code == 429
    half = Upload(client, world, photo(seed=9), record)
    assert (await half.send(0, 1000)).status_code == 204
    assert await remove_expired(pg, clock.now() + HALF_SENT_FOR - timedelta(hours=1)) == []
    await remove_expired(pg, clock.now() + HALF_SENT_FOR + timedelta(hours=1))
    assert (await half.head()).status_code == 404
    assert await pg.fetchval("SELECT count(*) FROM attachment_part") == 0
    assert len(await remove_expired(pg, clock.now() + EARLY_FOR + timedelta(hours=1))) == 2
    assert await pg.fetchval("SELECT count(*) FROM attachment") == 2, "those whose records came"


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
    await storage.delete(name)
    await storage.delete(name)
    assert await storage.get(name) is None
    wrong = Storage(settings.model_copy(update={**told, "s3_secret_access_key": SecretStr("wrong")}))
    with pytest.raises(Problem):
        await wrong.put(name, content)


def test_a_storage_that_there_is_not_is_told(settings: Settings) -> None:
    with pytest.raises(SettingsError, match="KUMKM_STORAGE"):
        Storage(settings.model_copy(update={"storage": "ftp://x"}))


def progressive(scans: int) -> bytes:
    """A progressive JPEG that is drawn over so many times: its first scan, again and again."""
    out = io.BytesIO()
    Image.new("L", (64, 64), 128).save(out, "JPEG", progressive=True)
    plain = out.getvalue()
    begin = plain.index(b"\xff\xda")
    end = min(at for marker in (b"\xff\xda", b"\xff\xc4", b"\xff\xd9") if (at := plain.find(marker, begin + 2)) > 0)
    return plain[:begin] + plain[begin:end] * scans + plain[end:]


def test_a_photo_is_looked_at_before_it_is_decoded() -> None:
    assert decode(progressive(1), "image/jpeg") == (64, 64)
    for content, kind in (
        (progressive(60), "image/jpeg"),
        (moving("PNG"), "image/png"),
        (moving("WEBP"), "image/webp"),
        (b"\x89PNG\r\n\x1a\n" + (bytes(4) + b"IDAT" + bytes(4)) * 10_001, "image/png"),
        (photo()[:2] + b"\xff\xc3" + photo()[4:], "image/jpeg"),  # lossless: another decoder's
    ):
        with pytest.raises(Problem) as caught:
            decode(content, kind)
        assert caught.value.code is Code.ATTACHMENT_NOT_AN_IMAGE


def test_photos_of_every_encoder_are_taken() -> None:
    image = Image.frombytes("RGB", (60, 40), random.Random(1).randbytes(60 * 40 * 3))
    for kind, how in (
        ("JPEG", {}),
        ("JPEG", {"progressive": True}),
        ("JPEG", {"progressive": True, "optimize": True}),
        ("JPEG", {"restart_marker_blocks": 1}),
        ("PNG", {}),
        ("WEBP", {}),
        ("WEBP", {"lossless": True}),
    ):
        out = io.BytesIO()
        image.save(out, kind, **how)
        assert decode(out.getvalue(), f"image/{kind.lower()}") == (60, 40)


def moving(kind: str) -> bytes:
    frames = [Image.new("RGB", (8, 8), color) for color in ("red", "green", "blue")]
    out = io.BytesIO()
    frames[0].save(out, kind, save_all=True, append_images=frames[1:], duration=100)
    return out.getvalue()


async def test_no_transaction_is_open_while_a_photo_is_decoded(
    client: httpx.AsyncClient,
    world: World,
    record: str,
    app: FastAPI,
    pg: asyncpg.Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen = []
    real = app.state.services.photos.call

    async def call(*args: Any, **kwargs: Any) -> Any:
        seen.append(
            await pg.fetchval(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND xact_start IS NOT NULL"
                " AND pid <> pg_backend_pid()"
            )
        )
        return await real(*args, **kwargs)

    monkeypatch.setattr(app.state.services.photos, "call", call)
    assert (await Upload(client, world, photo(), record).send()).status_code == 201
    assert seen == [0]


async def test_the_last_part_sent_twice_at_once_is_entered_once(
    client: httpx.AsyncClient, world: World, record: str, pg: asyncpg.Connection
) -> None:
    upload = Upload(client, world, photo(), record)
    await upload.send(0, 100_000)
    answers = await asyncio.gather(*(upload.send(100_000) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 201]
    assert await pg.fetchval("SELECT count(*) FROM attachment WHERE completed_at IS NOT NULL") == 1
