"""Re-interviews on a tablet: what is to be asked again, and what was heard until the server has it.

What was heard is on disk before anything is sent. It is deleted only when two answers of the server agree: the receipt,
and the list that comes after it. What is to be done is replaced as a whole, when all of its pages are there.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

import httpx

from kumkm_tablet.canonical import canonical
from kumkm_tablet.network import CREATED, FORBIDDEN, NOT_FOUND, OK, Network, Refused, has
from kumkm_tablet.outbox import Outbox

_PATH = "/v1/sync/reinterviews"
_PAGE = 100
_SCHEMA = """
CREATE TABLE IF NOT EXISTS heard (
    id TEXT PRIMARY KEY, content TEXT NOT NULL, state TEXT NOT NULL, version INTEGER, code TEXT
) STRICT;
"""


class HeardState(StrEnum):
    """The state of what was heard."""

    QUEUED = "queued"  # to be sent
    SENT = "sent"  # its receipt is there; deleted when the list has that version
    KEPT = "kept"  # another enumerator does it now; sent again if it is given back
    TO_FIX = "to_fix"  # the server found faults: a person corrects it


class Heard(NamedTuple):
    """What was heard in a re-interview; `content` is its canonical JSON, `version` that of the receipt, `code` why it
    was refused."""

    id: str
    content: str
    state: HeardState
    version: int | None
    code: str | None


@dataclass
class Reinterviews:
    """Those of one enumerator."""

    network: Network
    outbox: Outbox

    def __post_init__(self) -> None:
        self.outbox.prepare(_SCHEMA)

    def tasks(self) -> list[Mapping[str, Any]]:
        """The list, as it came last."""
        found: list[Mapping[str, Any]] = self.outbox.get("tasks", [])
        return found

    def heard(self) -> list[Heard]:
        """What was heard and is still on the tablet."""
        rows = self.outbox.rows_of("SELECT id, content, state, version, code FROM heard ORDER BY id")
        return [Heard(id_, content, HeardState(state), *rest) for id_, content, state, *rest in rows]

    def concern(self, shaken: Mapping[str, Any]) -> bool:
        """Whether there is anything to ask or to send: most campaigns ask nobody again, and a request costs."""
        asks = any(each.get("reinterviews") for each in shaken.get("campaigns", ()))
        return asks or bool(self.tasks()) or bool(self.heard())

    def record(self, id_: str, body: Mapping[str, Any]) -> None:
        """Keep what was heard, to be sent; it takes the place of what was heard before. It is on disk when this
        returns."""
        self.outbox.change(
            "INSERT OR REPLACE INTO heard VALUES (?, ?, ?, NULL, NULL)",
            id_,
            canonical(body).decode(),
            HeardState.QUEUED,
        )

    async def sync(self) -> None:
        """Send what was heard, read the list, and send what was given back.

        Raises:
            Refused: the account may not send. Offline, SignInNeeded: nothing is lost.
        """
        await self._push()
        if await self._pull():
            await self._push()
            await self._pull()

    async def _push(self) -> None:
        for each in self.heard():
            if each.state is HeardState.QUEUED:
                await self._send(each)

    async def _send(self, heard: Heard) -> None:
        try:
            answer = await self.network.send(
                "PUT",
                f"{_PATH}/{heard.id}",
                content=heard.content.encode(),
                headers={"Content-Type": "application/json"},
                accept=_receipt_of(heard.id),
            )
        except Refused as exc:
            if exc.status == FORBIDDEN:
                raise
            self._refused(heard, exc.code)
            return
        self._settle(heard, HeardState.SENT, version=answer.json()["version"])

    def _refused(self, heard: Heard, code: str) -> None:
        """What a final refusal means: only what nobody needs is deleted."""
        if code == "reinterview_not_needed":
            self._delete(heard)
        elif code in ("reinterview_taken_away", "not_found"):
            self._settle(heard, HeardState.KEPT, code=code)
        else:
            self._settle(heard, HeardState.TO_FIX, code=code)

    async def _pull(self) -> bool:
        """Read the whole list; whether something is to be sent again."""
        try:
            tasks = [each async for each in _Pages(self)]
        except Refused as exc:
            if exc.status != NOT_FOUND:
                raise
            return False  # an older server
        with self.outbox.transaction():
            self.outbox.set("tasks", tasks)
            return self._compare({each["id"]: each for each in tasks})

    def _compare(self, tasks: Mapping[str, Mapping[str, Any]]) -> bool:
        again = False
        for heard in self.heard():
            task = tasks.get(heard.id)
            if task is None or heard.state is HeardState.TO_FIX:
                continue
            if task["state"] == "not_needed" or _has(task, heard):
                self._delete(heard)
            elif _is_ours_again(task, heard):
                self._settle(heard, HeardState.QUEUED)
                again = True
        return again

    def _settle(self, heard: Heard, state: HeardState, *, version: int | None = None, code: str | None = None) -> None:
        """The next state, unless something else was heard meanwhile."""
        self.outbox.change(
            "UPDATE heard SET state = ?, version = ?, code = ? WHERE id = ? AND content = ?",
            state,
            version,
            code,
            heard.id,
            heard.content,
        )

    def _delete(self, heard: Heard) -> None:
        self.outbox.change("DELETE FROM heard WHERE id = ? AND content = ?", heard.id, heard.content)


@dataclass
class _Pages:
    """The tasks of all pages, one after another."""

    of: Reinterviews

    async def __aiter__(self) -> Any:
        cursor: str | None = None
        while True:
            params = {"limit": _PAGE, **({"cursor": cursor} if cursor else {})}
            answer = await self.of.network.send("GET", _PATH, params=params, accept=has("items", "next_cursor"))
            page = answer.json()
            for each in _sound(page["items"]):
                yield each
            cursor = page["next_cursor"]
            if cursor is None:
                return


def _sound(items: Any) -> Iterator[Mapping[str, Any]]:
    return (each for each in items if isinstance(each, dict) and "id" in each and "state" in each)


def _has(task: Mapping[str, Any], heard: Heard) -> bool:
    """Whether the server has what the receipt confirmed, as the list that came after it says."""
    return heard.state is HeardState.SENT and task.get("version", 0) >= (heard.version or 0)


def _is_ours_again(task: Mapping[str, Any], heard: Heard) -> bool:
    """Given back, or lost by a server that was restored; or done from another tablet of the same account: sent again it
    does no harm, and is not left here for ever."""
    if heard.state is HeardState.KEPT:
        return task["state"] in ("to_do", "done")
    return heard.state is HeardState.SENT and bool(task["state"] == "to_do")


def _receipt_of(id_: str) -> Any:
    """Whether an answer is the receipt of this re-interview; a portal's 200 is none."""

    def accept(answer: httpx.Response) -> bool:
        return (
            answer.status_code in (OK, CREATED)
            and has("id", "version", "client_action")(answer)
            and answer.json()["id"] == id_
            and isinstance(answer.json()["version"], int)
        )

    return accept
