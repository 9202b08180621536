"""Photos, and sending them."""

import hashlib
import io
import random
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from PIL import Image
from world import World, item, nik, outcomes

SIZE = 700, 500


def photo(kind: str = "JPEG", size: tuple[int, int] = SIZE, seed: int = 1) -> bytes:
    noise = random.Random(seed).randbytes(size[0] * size[1])
    out = io.BytesIO()
    Image.frombytes("L", size, noise).save(out, kind)
    return out.getvalue()


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


def kept(folder: Path | str) -> list[Path]:
    return [path for path in Path(folder).rglob("*") if path.is_file()]


@pytest.fixture
async def record(client: httpx.AsyncClient, world: World) -> str:
    sent = item(nik=nik())
    await outcomes(client, world, "enumerator.1", sent)
    return sent["record_id"]
