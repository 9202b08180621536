"""Broken clients: answers to handshake, changes and reference that are none, and pages that are not the last."""

from collections.abc import Callable, Mapping
from typing import Any

import httpx
from broken_clients import breaks, rewriting_pages
from spoiling import on_answers

from kumkm_tablet import tablet
from kumkm_tablet.network import Network
from kumkm_tablet.tablet import Tablet

# R48: answers that are none.


def _cursor_is(there: Callable[[httpx.Response], bool]) -> None:
    """Have another idea of when an answer has a cursor."""
    real = tablet.has
    tablet.has = lambda *names: there if "next_cursor" in names else real(*names)


@breaks("R48", "changes_are_no_answer")
def keeps_any_cursor() -> None:
    _cursor_is(lambda answer: "next_cursor" in answer.text)
    _padded({"items": [], "more": False})


@breaks("R48", "changes_are_no_answer")
def takes_a_page_without_a_cursor() -> None:
    """It goes on from wherever that is."""
    _cursor_is(lambda answer: '"items"' in answer.text)
    _padded({"next_cursor": "the end", "more": False})
    request = Network.send

    async def send(self: Network, method: str, path: str, **how: Any) -> httpx.Response:
        if how.get("params", {}).get("cursor") == "the end":
            raise tablet.Offline
        return await request(self, method, path, **how)

    Network.send = send


def _padded(missing: Mapping[str, Any]) -> None:
    real = Network.send

    async def send(self: Network, method: str, path: str, **request: Any) -> httpx.Response:
        answer = await real(self, method, path, **request)
        return httpx.Response(200, json={**missing, **answer.json()}) if path == "/v1/sync/changes" else answer

    Network.send = send


@breaks("R48", "handshake_is_no_answer")
def keeps_any_reference() -> None:
    real = tablet.has
    tablet.has = lambda *names: (lambda _: True) if "kbli" in names else real(*names)


@breaks("R48", "handshake_is_no_answer")
def keeps_any_handshake() -> None:
    real = Tablet.handshake

    async def handshake(self: Tablet) -> Mapping[str, Any]:
        get = self.outbox.get("stuck")
        if get:
            raise tablet.Offline
        shaken = await real(self)
        if "campaigns" not in shaken:
            self.outbox.set("stuck", True)
        return shaken

    names = tablet.has

    def has(*wanted: str) -> Callable[[httpx.Response], bool]:
        return names("server_time") if "server_time" in wanted else names(*wanted)

    tablet.has = has
    Tablet.handshake = handshake
    learn = tablet.Policy.learn
    tablet.Policy.learn = lambda self, told: learn(self, told or {})
    send = Network.send

    async def padded(self: Network, method: str, path: str, **how: Any) -> httpx.Response:
        answer = await send(self, method, path, **how)
        if path == "/v1/sync/handshake":
            return httpx.Response(200, json={"retry": {}, "device": {"state": "active"}, **answer.json()})
        return answer

    Network.send = padded


@breaks("R48", "handshake_is_no_answer")
def wipes_where_it_is_not_known() -> None:
    """A handshake without an assignment means that somebody else has the tablet now."""

    def wipe(self: Network, answer: httpx.Response) -> None:
        try:
            known = "campaigns" in answer.json()
        except ValueError:
            known = True
        if not known:
            self.outbox._db.execute("DELETE FROM record")

    on_answers("/v1/sync/handshake", (200,), wipe)


# R54: more pages.


def _more(says: Callable[[Any], bool]) -> None:
    rewriting_pages(lambda outbox, page: {"more": says(page)})


@breaks("R54", "pages_follow_pages")
def one_page_of_changes_a_sync() -> None:
    _more(lambda page: False)


@breaks("R54", "pages_follow_pages")
def an_empty_page_is_the_last() -> None:
    _more(lambda page: page["more"] and bool(page["items"]))
