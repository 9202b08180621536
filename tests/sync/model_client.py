"""A client made from the charts of `openapi/README.md` and from nothing else, without the network's troubles.

It is as plain as can be, so that what it does can be held against the text line by line.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import httpx
import orjson
from shapes import Json, the
from world import batch

WAITING = {"queued", "acknowledged", "kept"}
"""States that end by themselves, as long as people decide and the client syncs; the others wait for a person's hand or
are the end."""
_ACTIONS = {"purge": "acknowledged", "keep": "kept", "fix": "to_fix"}


@dataclass
class Revision:
    """One revision on the tablet."""

    item: Json | None
    state: str = "queued"
    sha256: str = ""
    told: list[tuple[str, Any]] = field(default_factory=list)  # what the server said of it, for the story of a failure


class ModelClient:
    """A tablet of one enumerator; `clock` gives what it sends as its time."""

    def __init__(
        self, client: httpx.AsyncClient, headers: Callable[[], dict[str, str]], clock: Callable[[], datetime]
    ) -> None:
        self.client, self.headers, self.clock = client, headers, clock
        self.revisions: dict[tuple[str, int], Revision] = {}
        self.cursor: str | None = None
        self.receipts: list[Json] = []

    # A record.

    def record(self, item: Json) -> None:
        """Recorded, on disk."""
        self.revisions[item["record_id"], item["revision"]] = Revision(
            item, sha256=hashlib.sha256(orjson.dumps(item, option=orjson.OPT_SORT_KEYS)).hexdigest()
        )
        self._supersede()

    def newest(self, record_id: str) -> int:
        return max((revision for id_, revision in self.revisions if id_ == record_id), default=0)

    def to_mend(self) -> list[tuple[str, int]]:
        return [key for key, each in self.revisions.items() if each.state in ("to_fix", "returned")]

    # A sync.

    async def sync(self) -> None:
        """Send, reconcile, pull changes, reconcile."""
        await self.send()
        await self.reconcile("acknowledged", "kept")
        await self.pull()
        await self.reconcile("acknowledged", "kept")

    async def send(self, *keys: tuple[str, int], reverse: bool = False) -> None:
        """Send what is queued, or these."""
        queued = list(keys) or [key for key, each in self.revisions.items() if each.state == "queued"]
        if reverse:
            queued.reverse()
        if not queued:
            return
        items = [the(self.revisions[key].item) for key in queued]
        sent_at = self.clock().isoformat()
        answer = await self.client.put(
            f"/v1/sync/batches/{_new_id()}", json=batch(*items, sent_at=sent_at), headers=self.headers()
        )
        assert answer.status_code == 201, answer.text
        self.receipts.append(answer.json())
        for key, line in zip(queued, answer.json()["items"], strict=True):
            self._go(key, _ACTIONS.get(line["client_action"], "kept"), "receipt", line)

    async def reconcile(self, *states: str) -> dict[tuple[str, int], Json]:
        """Ask about everything in these states that has its content; gives the answers."""
        keys = [key for key, each in self.revisions.items() if each.state in states and each.item]
        if not keys:
            return {}
        told = await self.ask(keys)
        for key, line in told.items():
            if line["state"] == "missing":
                after = "queued"
            elif line["state"] == "different":
                after = "to_fix"
            else:
                after = {"purge": "confirmed", "keep": "kept", "fix": "to_fix"}[line["client_action"]]
            self._go(key, after, "reconcile", line)
        return told

    async def ask(self, keys: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Json]:
        """What reconcile says of these, without doing anything."""
        asked = [
            {"record_id": id_, "revision": revision, "content_sha256": self.revisions[id_, revision].sha256}
            for id_, revision in keys
        ]
        answer = await self.client.post("/v1/sync/reconcile", json={"items": asked}, headers=self.headers())
        if answer.status_code != 200:
            raise AssertionError(answer.text)
        return dict(zip(keys, answer.json()["items"], strict=True))

    async def pull(self) -> None:
        """Changes to their end."""
        more = True
        while more:
            params: Json = {"limit": 50, **({"cursor": self.cursor} if self.cursor else {})}
            answer = await self.client.get("/v1/sync/changes", params=params, headers=self.headers())
            if answer.status_code == 410:
                await self.reconcile("acknowledged", "confirmed", "kept", "to_fix", "returned")
                self.cursor = None
                await self.send()
                continue
            if answer.status_code == 403:
                return  # revoked: it reads nothing
            assert answer.status_code == 200, answer.text
            page = answer.json()
            for change in page["items"]:
                await self._apply(change)
            self.cursor, more = page["next_cursor"], page["more"]

    async def let_go(self) -> None:
        """The time of what is confirmed is over; it goes if reconcile says purge again."""
        told = await self.reconcile("confirmed")
        for key, line in told.items():
            if line["client_action"] == "purge":
                self.revisions[key].state, self.revisions[key].item = "purged", None

    async def _apply(self, change: Json) -> None:
        if change["kind"] == "review" and change["decision"] == "returned":
            await self._returned(change["record_id"])

    async def _returned(self, record_id: str) -> None:
        answer = await self.client.get(f"/v1/sync/returned/{record_id}", headers=self.headers())
        if answer.status_code == 404:
            return
        item = {name: value for name, value in answer.json()["item"].items() if value is not None}
        if self.newest(record_id) > item["revision"]:
            return
        key = (record_id, item["revision"])
        known = self.revisions.get(key)
        if known is None or known.item is None:
            self.record(item)
        self._go(key, "returned", "change", answer.json()["reason"])

    def _go(self, key: tuple[str, int], state: str, why: str, line: Any) -> None:
        self.revisions[key].state = state
        self.revisions[key].told.append((why, line))
        self._supersede()

    def _supersede(self) -> None:
        for (record_id, revision), each in self.revisions.items():
            if each.state in ("to_fix", "returned") and self.newest(record_id) > revision:
                each.state, each.item = "superseded", None


def _new_id() -> UUID:
    import uuid_utils.compat as uuids  # noqa: PLC0415  (tests only)

    return uuids.uuid7()
