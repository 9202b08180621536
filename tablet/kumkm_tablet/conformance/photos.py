"""Scenarios: photos, where the client has a command for them."""

import hashlib
from base64 import b64decode

from kumkm_tablet.conformance.proxy import Answer, Forward, Interfere, Seen
from kumkm_tablet.conformance.stage import Broken, NotJudged, Stage, cut_behind, in_turn, page, scenario

_PART = 1024 * 1024
SMALL_JPEG = b64decode(
    "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////"
    "////////wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA="
)
"""The smallest JPEG that a decoder accepts; bytes after its end are ignored."""


def is_photo(request: Seen) -> bool:
    """Whether it asks about a photo or sends some of it."""
    return request.path.startswith("/v1/sync/attachments/")


def _parts(seen: list[Seen]) -> list[Seen]:
    return [each for each in seen if is_photo(each) and each.method == "PUT"]


class Photos:
    """Takes parts as the server does, and keeps them itself: no photo is left on the server under test."""

    def __init__(self, takes_first: int = _PART) -> None:
        """`takes_first`: bytes of the first part that it keeps."""
        self.takes = takes_first
        self.bytes = b""
        self.whole = 0
        self.out_of_order = False
        self.forgets = False  # once, when it has every byte: it says that it is not complete, and loses it

    async def act(self, request: Seen, _: Forward) -> Answer:
        """Answer as the server would."""
        if request.method == "HEAD" and not self.whole:
            return Answer(404, headers={"X-Request-ID": "conformance"})
        if request.method == "PUT":
            offset, self.whole = int(request.headers.get("upload-offset", 0)), int(request.headers["upload-length"])
            if offset > len(self.bytes):
                self.out_of_order = True
                return Answer.problem(409, "upload_out_of_order")
            if offset == len(self.bytes):
                self.bytes += request.body[: self.takes]
                self.takes = _PART
        complete = len(self.bytes) == self.whole and not self.forgets
        headers = {
            "Upload-Offset": str(len(self.bytes)),
            "Upload-Length": str(self.whole),
            "Upload-Complete": "?1" if complete else "?0",
        }
        if self.forgets and len(self.bytes) == self.whole:
            self.bytes, self.whole, self.forgets = b"", 0, False
        return Answer(200 if request.method == "HEAD" else 201 if complete else 204, headers=headers)


def _photo(stage: Stage, length: int) -> bytes:
    (item,) = stage.record()
    content = SMALL_JPEG + bytes(length)
    if not stage.driver.photo(item["record_id"], content):
        raise NotJudged("the client has no command `photo RECORD FILE`")
    return content


@scenario("R49")
def photo_in_parts(stage: Stage) -> None:
    """A photo of more than one part; a part's answer is lost; the client is killed and started again."""
    content, store = _photo(stage, _PART + 4000), Photos()
    with stage.nasty(in_turn(store.act, _behind(store), store.act), is_photo):
        stage.sync(4)
    parts = _parts(stage.seen)
    if any(len(each.body) > _PART for each in parts):
        raise Broken("R49", "a part of its photo has more than 1 MiB")
    if store.out_of_order:
        raise Broken("R49", "a part of its photo came before the one in front of it")
    if hashlib.sha256(store.bytes).digest() != hashlib.sha256(content).digest():
        raise Broken("R49", "not all parts of its photo came")
    if not any(hashlib.sha256(content).hexdigest() in each.path for each in parts):
        raise Broken("R49", "its photo came under another name than its SHA-256")


def _behind(store: Photos) -> Interfere:
    async def act(request: Seen, forward: Forward) -> Answer:
        return await cut_behind(request, lambda: store.act(request, forward))

    return act


@scenario("R50")
def photo_is_kept(stage: Stage) -> None:
    """A portal answers for the photo, until its record may go; later the server takes a piece of it, then the rest; it
    says that the photo is not complete, and has nothing of it."""
    content, store = _photo(stage, 500), Photos(takes_first=100)
    for only in (is_photo, lambda request: request.method == "PUT" and is_photo(request)):
        for status in (200, 201, 204, 404):
            with stage.nasty(page(status, text="" if status == 204 else "<html>"), only):  # noqa: PLR2004  (empty)
                stage.sync()
    with stage.nasty(page(502), is_photo):
        stage.much_later()
    with stage.nasty(store.act, is_photo):
        stage.sync(3)
    if store.bytes != content:
        raise Broken("R50", "the server did not have the photo yet, and its file is gone")
    content, store = _photo(stage, 600), Photos()
    store.forgets = True
    with stage.nasty(store.act, is_photo):
        stage.sync(3)
    if store.bytes != content:
        raise Broken("R50", "every byte was sent, the server said Upload-Complete: ?0, and the file is gone")
