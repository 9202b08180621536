"""Photos of the reference client: sent from the byte that the server wants, and not sent again where it wants none."""

import asyncio
import hashlib
import io
import random

import asyncpg
import httpx
from field import CAMPAIGN, Field, once, sent_item
from PIL import Image
from world import nik

EMBEDDED_IS_ENOUGH = True


async def test_photos_go_on_where_they_were_cut(field: Field, pg: asyncpg.Connection) -> None:
    tablet = await field.enrolled()
    row = tablet.outbox.add(CAMPAIGN, sent_item(nik=nik()))
    out = io.BytesIO()
    Image.frombytes("L", (1000, 900), random.Random(1).randbytes(900_000)).save(out, "JPEG", quality=95)
    content = out.getvalue()
    assert len(content) > 2 * 256 * 1024
    tablet.outbox.add_photo(row.record_id, hashlib.sha256(content).hexdigest(), "place", "image/jpeg", content)
    bad = b"not a photo"
    tablet.outbox.add_photo(row.record_id, hashlib.sha256(bad).hexdigest(), "place", "image/jpeg", bad)
    tablet.wire.after = once(*[None, httpx.ReadError("cut")] * 2, only="/attachments/")
    await tablet.sync()
    assert tablet.outbox.photos() == []
    assert await pg.fetchval("SELECT count(*) FROM attachment WHERE completed_at IS NOT NULL") == 1


async def test_a_photo_whose_length_another_app_declared_wrongly_is_sent_from_its_start(
    field: Field, pg: asyncpg.Connection
) -> None:
    tablet = await field.enrolled()
    row = tablet.outbox.add(CAMPAIGN, sent_item(nik=nik()))
    out = io.BytesIO()
    Image.new("L", (90, 90)).save(out, "JPEG")
    content = out.getvalue()
    digest = hashlib.sha256(content).hexdigest()
    await tablet.sync()
    begun = await tablet.network.send(
        "PUT",
        f"/v1/sync/attachments/{digest}",
        params={"record_id": row.record_id, "purpose": "place"},
        headers={"Content-Type": "image/jpeg", "Upload-Offset": "0", "Upload-Length": str(len(content) + 7)},
        content=content[:50],
        accept=lambda _: True,
    )
    assert begun.headers["Upload-Offset"] == "50"
    tablet.outbox.add_photo(row.record_id, digest, "place", "image/jpeg", content)
    await asyncio.wait_for(tablet.sync(), 20)
    assert await pg.fetchval("SELECT count(*) FROM attachment WHERE completed_at IS NOT NULL") == 1


async def test_a_photo_of_an_erased_record_is_not_sent_again(field: Field, pg: asyncpg.Connection) -> None:
    tablet = await field.enrolled()
    row = tablet.outbox.add(CAMPAIGN, sent_item(nik=nik()))
    await tablet.sync()
    await pg.execute("UPDATE submission SET sealed = NULL")
    tablet.outbox.add_photo(row.record_id, hashlib.sha256(b"x").hexdigest(), "place", "image/jpeg", b"x")
    await tablet.sync()
    assert tablet.outbox.photos() == [], "it is blamed, and waits for a person or a tombstone"
