"""Broken clients: photos."""

from typing import Any

import httpx
from broken_clients import breaks, instead
from spoiling import on_answers

from kumkm_tablet import tablet
from kumkm_tablet.network import Network
from kumkm_tablet.tablet import Tablet

# R49, R50: photos.


@breaks("R49", "photo_in_parts")
def parts_of_two_mebibytes() -> None:
    tablet._PART = 2 << 20


@breaks("R49", "photo_in_parts")
def always_from_the_start() -> None:
    sent = []

    async def start(self: Tablet, *_: object) -> int | None:
        return 0

    real = Network.send

    async def send(self: Network, method: str, path: str, **how: Any) -> httpx.Response:
        if "Upload-Offset" in (how.get("headers") or {}):
            sent.append(path)
            if len(sent) > 8:
                raise tablet.Offline
            how["headers"] = {**how["headers"], "Upload-Offset": "0"}
        return await real(self, method, path, **how)

    instead(Tablet, _photo_offset=start)
    Network.send = send


@breaks("R49", "photo_in_parts")
def sends_its_parts_at_once() -> None:
    """Without waiting for what the server says to the one before."""
    real = Network._once

    async def once(self: Network, method: str, path: str, **how: Any) -> httpx.Response | None:
        if "attachments" in path and method == "PUT" and how["headers"]["Upload-Offset"] == "0":
            await real(self, method, path, **{**how, "headers": {**how["headers"], "Upload-Offset": "262144"}})
        return await real(self, method, path, **how)

    Network._once = once


@breaks("R50", "photo_is_kept")
def photo_goes_with_any_200() -> None:
    on_answers("attachments", (200, 201), lambda self, _: self.outbox._db.execute("DELETE FROM photo_of"))


@breaks("R50", "photo_is_kept")
def photo_goes_with_its_last_part() -> None:
    real = Tablet._push_photo

    async def push(self: Tablet, *photo: Any) -> None:
        try:
            await real(self, *photo)
        finally:
            self.outbox.drop_photo(*photo[:3])

    instead(Tablet, _push_photo=push)


@breaks("R50", "photo_is_kept")
def photo_is_complete_when_something_came() -> None:
    real = Network.send

    async def send(self: Network, method: str, path: str, **how: Any) -> httpx.Response:
        answer = await real(self, method, path, **how)
        if "attachments" in path:
            answer.headers["Upload-Complete"] = "?1"
        return answer

    Network.send = send
