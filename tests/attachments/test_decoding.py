"""What is taken for a photo, and what decoding it may cost."""

import io
import random
from typing import Any

import asyncpg
import httpx
import pytest
from fastapi import FastAPI
from PIL import Image
from uploads import Upload, photo
from world import World

from app.attachments.images import decode
from app.core.problems import Code, Problem

EMBEDDED_IS_ENOUGH = True


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
