"""Clients that break one rule each: the reference client with one part of it spoilt, as people do it by mistake.

A client is spoilt in a process of its own (`zygote.py`), so what is changed here is never put back.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import httpx
from shapes import Json

from kumkm_tablet.network import Network
from kumkm_tablet.outbox import Outbox


class Flaw(NamedTuple):
    """A broken client: the rule that it breaks, the scenario that must find it out, and how to spoil the client."""

    rule: str
    scenario: str
    spoil: Callable[[], None]


FLAWS: dict[str, Flaw] = {}


def breaks(rule: str, scenario: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Enter a broken client under the name of its function."""

    def enter(spoil: Callable[[], None]) -> Callable[[], None]:
        assert spoil.__name__ not in FLAWS
        FLAWS[spoil.__name__] = Flaw(rule, scenario, spoil)
        return spoil

    return enter


def instead(owner: object, **broken: object) -> None:
    """Put what is broken into the place of what a class or module has, where it cannot have the same type."""
    for name, value in broken.items():
        assert hasattr(owner, name), name
        setattr(owner, name, value)


def rewriting_pages(change: Callable[[Outbox, Any], Json]) -> None:
    """Take pages of changes for others than they are: what `change` gives stands in place of what came."""
    real = Network.send

    async def send(self: Network, method: str, path: str, **request: Any) -> httpx.Response:
        answer = await real(self, method, path, **request)
        if path != "/v1/sync/changes":
            return answer
        told = answer.json()
        return httpx.Response(200, json={**told, **change(self.outbox, told)})

    Network.send = send


def only_signs_in() -> None:
    """No broken client: its `enrol` signs in and nothing more, and it records whatever it is told to."""
    from kumkm_tablet.form import Form  # noqa: PLC0415  (where it is spoilt, not before)
    from kumkm_tablet.tablet import Tablet  # noqa: PLC0415  (likewise)

    async def enrol(self: Tablet, username: str, password: str, device_name: str = "Tablet") -> None:
        await self.network.sign_in(username, password, device_name)
        self.outbox.set("handshake", {"campaigns": []})

    Tablet.enrol = enrol
    Tablet.form = lambda self, questionnaire, campaign=None: Form({"properties": {}}, set(), ())
    Tablet.probably_recorded = lambda *_: []


OTHERS = {"only_signs_in": only_signs_in}

import broken_answers  # noqa: E402  (they enter themselves)
import broken_batches  # noqa: E402  (they enter themselves)
import broken_listing  # noqa: E402  (they enter themselves)
import broken_news  # noqa: E402  (they enter themselves)
import broken_photos  # noqa: E402  (they enter themselves)
import broken_receipts  # noqa: E402  (they enter themselves)
import broken_reconciling  # noqa: E402  (they enter themselves)
import broken_records  # noqa: E402  (they enter themselves)
import broken_signing  # noqa: E402  (they enter themselves)
import broken_visits  # noqa: E402  (they enter themselves)
import broken_waiting  # noqa: E402  (they enter themselves)

PARTS = (
    broken_answers,
    broken_batches,
    broken_listing,
    broken_news,
    broken_photos,
    broken_receipts,
    broken_reconciling,
    broken_records,
    broken_signing,
    broken_visits,
    broken_waiting,
)
