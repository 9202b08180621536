"""False answers of the faulty server, the same in receipts, reconciling and changes."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from kumkm_tablet.conformance.proxy import Answer, Forward, Seen

QUICK = {
    "first_s": 0.02,
    "factor": 2,
    "longest_s": 0.15,
    "jitter": "full",
    "honour_retry_after": True,
    "halve_on": [408, 413],
}
"""The waits in the kit's handshakes, so that a run takes minutes and not hours."""

HANDSHAKE, RECONCILE, CHANGES = "/v1/sync/handshake", "/v1/sync/reconcile", "/v1/sync/changes"
REFERENCE, FILTER = "/v1/sync/reference", "/v1/sync/known-identities"
FILTER_TYPE = "application/vnd.kumkm.known-identities.v2"
_RETURNED = "/v1/sync/returned/"
_FAULT = {"pointer": "/region_code", "code": "region_outside_assignment", "detail": "-"}


class Verdict(NamedTuple):
    """What receipt and reconciling answer about a revision."""

    outcome: str
    client_action: str


class News:
    """A stream of changes in pages; its cursors are `key` and a number. Other cursors begin it, or are `outdated`."""

    def __init__(self, key: str, *pages: list[dict[str, Any]], outdated: bool = False) -> None:
        self.key, self.pages, self.outdated = key, pages, outdated

    def cursor(self, number: int) -> str:
        """Of the page with that number, from 0 on."""
        return f"{self.key}.{number}"

    def answer(self, query: str) -> Answer:
        """The page behind the cursor of the query."""
        told = dict(parse_qsl(query)).get("cursor")
        name, _, number = (told or "").rpartition(".")
        if told and name != self.key and self.outdated:
            return Answer.problem(410, "cursor_outdated")
        page = int(number) if name == self.key else 0
        items = self.pages[page] if page < len(self.pages) else []
        after = min(page + 1, len(self.pages))
        more = after < len(self.pages)
        return Answer.of_json(200, {"items": items, "next_cursor": self.cursor(after), "more": more})


@dataclass
class Lies:
    """`days` is how far the server's clock is moved; `states` what reconciling answers about a record in any case. A
    server that `forgets_batches` has none of this tablet."""

    days: float = 0.0
    retry: dict[str, Any] = field(default_factory=lambda: dict(QUICK))
    limits: dict[str, Any] = field(default_factory=dict)
    questionnaires: list[str] | None = None
    verdicts: dict[tuple[str, int], Verdict] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    news: News | None = None
    forgets_batches: bool = False
    returned: dict[str, dict[str, Any]] = field(default_factory=dict)

    async def tell(self, request: Seen, forward: Forward) -> Any:
        """The server's answer with these lies."""
        if request.path == CHANGES and self.news is not None:
            return self.news.answer(request.query)
        given = self.returned.get(request.path.removeprefix(_RETURNED))
        if given is not None:
            return Answer.of_json(200, given)
        answer: Answer = await forward()
        change = self._handshake if request.path == HANDSHAKE else self._lines
        if (request.path in (HANDSHAKE, RECONCILE) or "/sync/batches/" in request.path) and answer.status in (200, 201):
            answer.body = json.dumps(change(json.loads(answer.body))).encode()
        return answer

    def _handshake(self, told: dict[str, Any]) -> dict[str, Any]:
        moment = datetime.fromisoformat(told["server_time"]) + timedelta(days=self.days)
        return {
            **told,
            "retry": {**told["retry"], **self.retry},
            "server_time": moment.isoformat(),
            "limits": {**told["limits"], **self.limits},
            "questionnaires": self.questionnaires or told["questionnaires"],
            **({"newest_batch": None} if self.forgets_batches else {}),
        }

    def _lines(self, told: dict[str, Any]) -> dict[str, Any]:
        told["items"] = [self._line(line) for line in told["items"]]
        return told

    def _line(self, line: dict[str, Any]) -> dict[str, Any]:
        said = self.verdicts.get((line["record_id"], line["revision"]))
        if said is not None and line.get("state", "stored") == "stored":
            line = {**line, "outcome": said.outcome, "client_action": said.client_action}
            if "errors" in line and said.client_action != "purge":
                line["errors"] = [_FAULT]
        state = self.states.get(line["record_id"])
        if "state" not in line or state is None:
            return line
        return {**line, "state": state} if state == "stored" else {**line, "state": state, **_NOTHING}


_NOTHING = {"outcome": None, "client_action": None}
