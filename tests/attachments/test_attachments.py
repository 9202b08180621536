"""Photos come in parts, are cut off, go on, and are kept only when they are what they are said to be."""

import asyncio
import io
from datetime import date, timedelta

import asyncpg
import httpx
import pytest
import uuid_utils.compat as uuids
from fastapi import FastAPI
from PIL import Image
from shapes import Json
from uploads import SIZE, Upload, kept, photo
from world import World, batch, item, nik, outcomes, put

from app.attachments import uploading
from app.attachments.queries import EARLY_FOR, HALF_SENT_FOR, remove_attachments, take_expired
from app.core.clock import SetClock
from app.core.settings import Settings
from app.privacy.retention import due, forget_photos, remove

EMBEDDED_IS_ENOUGH = True


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
    ("headers", "status", "code"),
    [
        ({"Content-Type": "image/svg+xml"}, 415, "not_a_photo_type"),
        ({"Content-Encoding": "gzip"}, 415, "unsupported_media_type"),
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
    storage = app.state.services.storage
    (name,) = [file.name for file in kept(settings.storage)]
    for whose, files in ((record, 1), (second["record_id"], 0)):
        assert await remove_attachments(pg, [uuids.UUID(whose)]) == 1 - files
        async with pg.transaction():
            assert not await forget_photos(pg, storage, app.state.services.clock.now())
        assert len(kept(settings.storage)) == files, name
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
    await remove(pg, campaign, lambda _: None)
    left = [str(row[0]) for row in await pg.fetch("SELECT record_id FROM attachment_link")]
    assert left == [later["record_id"]]
    async with pg.transaction():
        await forget_photos(pg, app.state.services.storage, app.state.services.clock.now())
    assert len(kept(files)) == 1
    assert await due(pg, date(2022, 9, 12)) == []
    stored = await pg.fetchval("SELECT detail ->> 'photos' FROM audit_event WHERE action = 'retention.applied'")
    assert stored == "2"


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
    assert await take_expired(pg, clock.now() + HALF_SENT_FOR - timedelta(hours=1)) == ([], False)
    await take_expired(pg, clock.now() + HALF_SENT_FOR + timedelta(hours=1))
    assert (await half.head()).status_code == 404
    assert await pg.fetchval("SELECT count(*) FROM attachment_part") == 0
    names, more = await take_expired(pg, clock.now() + EARLY_FOR + timedelta(hours=1))
    assert len(names) == 2
    assert more, "it looks once more, for those that came early and are no longer so"
    assert await pg.fetchval("SELECT count(*) FROM attachment") == 2, "those whose records came"


async def test_the_last_part_sent_twice_at_once_is_entered_once(
    client: httpx.AsyncClient, world: World, record: str, pg: asyncpg.Connection
) -> None:
    upload = Upload(client, world, photo(), record)
    await upload.send(0, 100_000)
    answers = await asyncio.gather(*(upload.send(100_000) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 201]
    assert await pg.fetchval("SELECT count(*) FROM attachment WHERE completed_at IS NOT NULL") == 1
