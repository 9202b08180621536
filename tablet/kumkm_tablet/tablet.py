"""The steps of a sync: handshake, send, reconcile, delete, read changes.

Each step can be interrupted anywhere; the next sync continues it. A batch without an answer is sent again under the
same id. A record is never deleted before both the receipt and reconciling have confirmed that it is stored.
"""

import gzip
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum, auto
from typing import Any

import httpx

from kumkm_tablet import __version__
from kumkm_tablet.form import Form, identities
from kumkm_tablet.known import Known, NotAFilter, name_in
from kumkm_tablet.listing import Listing
from kumkm_tablet.network import (
    CREATED,
    FORBIDDEN,
    GONE,
    MALFORMED,
    NOT_FOUND,
    NOT_MODIFIED,
    OK,
    TIMEOUT,
    TOO_LARGE,
    UNAUTHORIZED,
    UNPROCESSABLE,
    UNSUPPORTED,
    Network,
    Offline,
    Policy,
    Refused,
    has,
    problem,
    retry_after,
)
from kumkm_tablet.numbers import stripped
from kumkm_tablet.outbox import Batch, Outbox, Row, State, Verdict
from kumkm_tablet.reinterviews import Reinterviews

_RECONCILED_AT_ONCE = 1_000
_PART = 256 * 1024
_PAGE = 200
_TIMEOUTS_BEFORE_HALVING = 2

_BY_ACTION = {"purge": State.ACKNOWLEDGED, "keep": State.KEPT, "fix": State.TO_FIX}
_OUTCOMES = frozenset({"accepted", "updated", "unchanged", "duplicate", "conflict", "held", "invalid"})
KNOWN_IDENTITIES = "application/vnd.kumkm.known-identities.v2"

Tell = Callable[[str, int, int], None]
"""Called with the progress: the step, how much of it is done, of how much."""


@dataclass
class Report:
    """The result of a sync."""

    sent: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)
    purged: int = 0
    changes: list[Mapping[str, Any]] = field(default_factory=list)
    device_state: str = "active"


@dataclass
class Tablet:
    """A tablet: its outbox, the way to the server, its own clock.

    `keep_for`: how long confirmed records stay on the tablet, so that a server that was restored from yesterday's
    backup gets lost records back.
    """

    http: httpx.AsyncClient
    outbox: Outbox
    policy: Policy = field(default_factory=Policy)
    clock: Callable[[], datetime] = lambda: datetime.now(UTC).astimezone()
    keep_for: timedelta = timedelta(days=3)
    app_version: str = f"kumkm-tablet/{__version__}"
    tell: Tell = lambda _what, _done, _of: None
    most_items: int = 200

    def __post_init__(self) -> None:
        # Until the next handshake answers, the waits of the last one are valid.
        self.policy.learn(self.outbox.get("handshake", {}).get("retry", {}))
        self.network = Network(self.http, self.outbox, self.policy)
        self.reinterviews = Reinterviews(self.network, self.outbox)
        self.listing = Listing(self.network, self.outbox)

    async def enrol(self, username: str, password: str, device_name: str = "Tablet") -> None:
        """Sign in, and fetch everything that is needed to work offline.

        Raises:
            Refused, Offline.
        """
        await self.network.sign_in(username, password, device_name)
        shaken = await self.handshake()
        if shaken["device"]["state"] != "revoked":  # which may hand over, and read nothing
            await self.refresh_reference()
            await self.refresh_known()

    async def sync(self) -> Report:
        """Send, reconcile, delete, read changes.

        Raises:
            Offline, SignInNeeded: nothing is lost; the next sync continues from here. Refused: the account was closed.
        """
        report = Report()
        shaken = await self._shake_hands()
        report.device_state = shaken["device"]["state"]
        await self.push(report)
        await self.reconcile()
        await self.push_photos()
        if report.device_state == "revoked":
            return report  # it may hand over, and read nothing
        await self.pull(report)
        await self.reconcile()
        if self.reinterviews.concern(shaken):
            await self.reinterviews.sync()
        await self.listing.sync(shaken)
        report.purged = await self.let_go()
        if self.outbox.get("stale_reference"):
            await self.refresh_reference()
        await self.refresh_known()
        return report

    async def _shake_hands(self) -> Mapping[str, Any]:
        """Shake hands, and if the server has lost what came before, reconcile first."""
        shaken = await self.handshake()
        if self._lost(shaken):
            await self._ask_about_everything()
            self.outbox.set("newest_batch", _newest(shaken))
        return shaken

    async def handshake(self) -> Mapping[str, Any]:
        """Request the time, limits, campaigns and assignments, and report how many records wait here."""
        params = {"app_version": self.app_version, "unsent": self.outbox.unsent}
        answer = await self.network.send(
            "GET",
            "/v1/sync/handshake",
            params=params,
            accept=has("server_time", "retry", "limits", "device", "campaigns"),
        )
        shaken: Mapping[str, Any] = answer.json()
        self.policy.learn(shaken["retry"])
        self.outbox.set("handshake", shaken)
        return shaken

    # Sending.

    async def push(self, report: Report) -> None:
        """Send the waiting records, batch by batch; first those that were sent before without an answer."""
        total = self.outbox.unsent
        for batch in self.outbox.open_batches():
            await self._deliver(batch, report)
            self.tell("send", report.sent, total)
        while (following := self._next_batch()) is not None:
            await self._deliver(following, report)
            self.tell("send", report.sent, max(total, report.sent))

    def _next_batch(self) -> Batch | None:
        limits = self.outbox.get("handshake", {}).get("limits", {})
        most = min(self.most_items, limits.get("max_items", self.most_items))
        # Room for the envelope around the items.
        return self.outbox.next_batch(max_items=most, max_bytes=limits.get("max_bytes", 1 << 20) - 4096)

    async def _deliver(self, batch: Batch, report: Report) -> None:
        """Send a batch until its receipt arrives. Halve it if it is too large, or if one item makes it fail."""
        timeouts = 0
        await self.network.wait_as_asked("batch")
        for attempt in range(self.policy.attempts):
            answer = None
            try:
                answer = await self._put(batch)
            except (httpx.ReadTimeout, httpx.WriteTimeout):
                timeouts += 1  # perhaps it was too much at once
            receipt = _receipt(answer, batch)
            if receipt is not None:
                return self._settle(batch, receipt, report)
            said = _Said.TOO_MUCH if timeouts >= _TIMEOUTS_BEFORE_HALVING else _said(answer)
            if said in (_Said.TOO_MUCH, _Said.POISON) and len(batch.rows) > 1:
                return await self._halves(batch, report, smaller=said is _Said.TOO_MUCH)
            if answer is not None and (said is _Said.POISON or answer.status_code == TOO_LARGE):
                return self._put_aside(batch.rows[0], answer)
            if said is _Said.ID_REUSED:
                batch = self.outbox.renamed(batch)
            elif said is _Said.SIGN_IN:
                await self.network.refresh()
            else:
                wait = self.network.asked_to_wait("batch", answer)
                if attempt + 1 < self.policy.attempts:
                    await self.policy.sleep(self.policy.wait(attempt, wait))
                    # Perhaps another database has taken over. Once it has this batch, it no longer shows that it lacks
                    # one before.
                    await self._shake_hands()
        raise Offline

    async def _put(self, batch: Batch) -> httpx.Response | None:
        envelope = {
            "campaign": batch.campaign,
            "sent_at": self.clock().isoformat(),
            "app_version": self.app_version,
            "unsent": self.outbox.unsent,
        }
        # The items go out as the very bytes that were recorded.
        items = ",".join(row.content or "" for row in batch.rows)
        body = f'{json.dumps(envelope)[:-1]},"items":[{items}]}}'.encode()
        token = self.outbox.get("access_token")
        if token is None:
            await self.network.refresh()
            token = self.outbox.get("access_token")
        headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
            "Content-Encoding": "gzip",
            "Accept-Language": "id",
        }
        try:
            return await self.http.put(f"/v1/sync/batches/{batch.id}", content=gzip.compress(body, 6), headers=headers)
        except (httpx.ReadTimeout, httpx.WriteTimeout):
            raise
        except httpx.RequestError:
            return None

    async def _halves(self, batch: Batch, report: Report, *, smaller: bool) -> None:
        """Two batches instead of one; `smaller`: later ones are no larger, either."""
        if smaller:
            self.most_items = max(1, (len(batch.rows) + 1) // 2)
        for half in self.outbox.split(batch):
            await self._deliver(half, report)

    def _put_aside(self, row: Row, answer: httpx.Response) -> None:
        """Set aside an item that the server cannot accept: a person corrects it, and the others are sent."""
        told = problem(answer) or {}
        self.outbox.settle([(row, Verdict(State.TO_FIX, "refused", {"errors": [{"code": told.get("code")}]}))])

    def _settle(self, batch: Batch, receipt: Mapping[str, Any], report: Report) -> None:
        """Store all lines of a receipt at once."""
        verdicts = []
        for row, line in zip(batch.rows, receipt["items"], strict=True):
            state = _state_of(line)
            told = {name: line.get(name) or [] for name in ("errors", "warnings", "matched_on")}
            verdicts.append((row, Verdict(state, line.get("outcome"), told)))
            report.outcomes[str(line.get("outcome"))] = report.outcomes.get(str(line.get("outcome")), 0) + 1
        with self.outbox.transaction():
            self.outbox.settle(verdicts)
            self.outbox.set("newest_batch", batch.id)
        report.sent += len(verdicts)
        if len(batch.rows) >= self.most_items:
            self.most_items = min(2 * self.most_items, 200)

    async def push_photos(self) -> None:
        """Send photos in parts, each from the byte that the server expects."""
        waiting = self.outbox.photos()
        for done, photo in enumerate(waiting):
            try:
                await self._push_photo(*photo)
            except Refused as exc:
                self.outbox.blame_photo(*photo[:3], exc.code)
            self.tell("photos", done + 1, len(waiting))

    async def _push_photo(self, sha256: str, record_id: str, purpose: str, media_type: str, content: bytes) -> None:
        path, whole = f"/v1/sync/attachments/{sha256}", str(len(content))
        shows = {"record_id": record_id, "purpose": purpose}
        start = await self._photo_offset(path, shows, whole)
        while start is not None:
            headers = {"Content-Type": media_type, "Upload-Offset": str(start), "Upload-Length": whole}
            try:
                answer = await self.network.send(
                    "PUT",
                    path,
                    params=shows,
                    headers=headers,
                    content=content[start : start + _PART],
                    accept=_has_offset,
                )
            except Refused as exc:
                if exc.code != "upload_out_of_order":
                    raise
                start = await self._photo_offset(path, shows, whole)
                continue
            start = None if answer.headers["Upload-Complete"] == "?1" else int(answer.headers["Upload-Offset"])
        self.outbox.drop_photo(sha256, record_id, purpose)

    async def _photo_offset(self, path: str, shows: dict[str, str], whole: str) -> int | None:
        """The next byte that the server wants; None where it has all. A photo whose length was declared otherwise, by
        another app, is sent from the start."""
        for attempt in range(self.policy.attempts):
            answer = await self.network.once("HEAD", path, params=shows)
            if answer is not None and answer.status_code == NOT_FOUND and "X-Request-ID" in answer.headers:
                return 0
            if answer is not None and answer.status_code == OK and _has_offset(answer):
                if answer.headers["Upload-Complete"] == "?1":
                    return None
                is_whole = answer.headers.get("Upload-Length", whole) == whole
                return int(answer.headers["Upload-Offset"]) if is_whole else 0
            if answer is not None and answer.status_code == UNAUTHORIZED:
                await self.network.refresh()
                continue
            wait = retry_after(answer) if answer is not None else None
            await self.policy.sleep(self.policy.wait(attempt, wait))
        raise Offline

    # Reconciling and deleting.

    async def reconcile(self) -> None:
        """Ask whether every revision that a receipt answered with purge is stored, and whether kept ones may be deleted
        now. Missing ones are sent again."""
        await self._reconcile(self.outbox.rows(State.ACKNOWLEDGED, State.KEPT))

    async def let_go(self) -> int:
        """Delete revisions that were confirmed long enough ago, if the server still has them; how many."""
        before = self._server_time() - self.keep_for.total_seconds()
        await self._reconcile(self.outbox.due(before))
        return self.outbox.purge(before)

    async def _reconcile(self, rows: Sequence[Row]) -> None:
        for chunk in _chunks(rows, _RECONCILED_AT_ONCE):
            asked = [
                {"record_id": row.record_id, "revision": row.revision, "content_sha256": row.sha256} for row in chunk
            ]
            answer = await self.network.send("POST", "/v1/sync/reconcile", json={"items": asked}, accept=has("items"))
            told = {(line.get("record_id"), line.get("revision")): line for line in answer.json()["items"]}
            lines = [(row, told.get((row.record_id, row.revision), {})) for row in chunk]
            stored = [(row, line) for row, line in lines if line.get("state") == "stored"]
            with self.outbox.transaction():
                self.outbox.confirm(
                    [row for row, line in stored if _state_of(line) is State.ACKNOWLEDGED], self._server_time()
                )
                self.outbox.settle(
                    (row, verdict) for row, line in lines if (verdict := _after_reconcile(row, line)) is not None
                )

    # Changes.

    async def pull(self, report: Report) -> None:
        """Read changes to their end. Each page is applied with its cursor in one transaction."""
        more = True
        while more:
            cursor = self.outbox.get("cursor")
            params = {"limit": _PAGE, **({"cursor": cursor} if cursor else {})}
            try:
                answer = await self.network.send(
                    "GET", "/v1/sync/changes", params=params, accept=has("items", "next_cursor", "more")
                )
            except Refused as exc:
                if exc.status != GONE:
                    raise
                await self._start_over()
                continue
            page = answer.json()
            fetched = {
                change["record_id"]: await self._returned(change["record_id"])
                for change in page["items"]
                if change["kind"] == "review" and change["decision"] == "returned"
            }
            with self.outbox.transaction():
                for change in page["items"]:
                    self._apply(change, fetched)
                self.outbox.set("cursor", page["next_cursor"])
            report.changes += page["items"]
            more = page["more"]

    def _lost(self, shaken: Mapping[str, Any]) -> bool:
        """Whether the server has lost a batch whose receipt came here: after a failover, or a restore. A server of
        contract 1.1 does not tell."""
        receipted = self.outbox.get("newest_batch")
        if receipted is None or "newest_batch" not in shaken:
            return False
        # A batch that is stored may be one whose receipt has not come yet.
        return _newest(shaken) not in {receipted, *(batch.id for batch in self.outbox.open_batches())}

    async def _ask_about_everything(self) -> None:
        """Reconcile every revision that is still on the tablet; what is missing waits to be sent. Changes are read from
        the beginning: the server may have lost some, and others have their numbers."""
        rows = self.outbox.rows(State.ACKNOWLEDGED, State.CONFIRMED, State.KEPT, State.TO_FIX, State.RETURNED)
        await self._reconcile([row for row in rows if row.content])
        self.outbox.set("cursor", None)

    async def _start_over(self) -> None:
        """After a restore of the server from a backup."""
        await self._ask_about_everything()
        await self.push(Report())

    async def _returned(self, record_id: str) -> Mapping[str, Any] | None:
        """A returned record as the server has it; None where it is no longer returned."""
        try:
            answer = await self.network.send("GET", f"/v1/sync/returned/{record_id}", accept=has("item"))
        except Refused as exc:
            if exc.status == NOT_FOUND:
                return None
            raise
        given: Mapping[str, Any] = answer.json()
        return given

    def _apply(self, change: Mapping[str, Any], fetched: Mapping[str, Mapping[str, Any] | None]) -> None:
        kind = change["kind"]
        if kind == "review" and change["decision"] == "returned":
            given = fetched[change["record_id"]]
            newest = self.outbox.revisions(change["record_id"])[-1:]
            # A revision that was recorded since is the answer already.
            if given and not (newest and newest[0].revision > given["item"]["revision"]):
                item = given["item"]
                self.outbox.give_back(item["record_id"], item["revision"], given["campaign"], item, given["reason"])
        elif kind in ("held", "resolution"):
            rows = [row for row in self.outbox.revisions(change["record_id"]) if row.state is State.KEPT]
            self.outbox.settle([(row, Verdict(State.ACKNOWLEDGED, change.get("outcome"), change)) for row in rows])
        elif kind == "tombstone":
            self.outbox.forget(change["record_id"])
        elif kind == "reference":
            self.outbox.set("stale_reference", True)  # noqa: FBT003  (a value that is kept)

    # What is needed offline.

    async def refresh_reference(self) -> None:
        """Fetch regions, KBLI and questionnaires, if they changed."""
        tag = self.outbox.get("reference_tag")
        headers = {"If-None-Match": tag} if tag else {}
        answer = await self.network.send(
            "GET", "/v1/sync/reference", headers=headers, accept=has("questionnaires", "regions", "kbli")
        )
        with self.outbox.transaction():
            if answer.status_code != NOT_MODIFIED:
                self.outbox.set("reference", answer.json())
                self.outbox.set("reference_tag", answer.headers.get("ETag"))
            self.outbox.set("stale_reference", None)

    async def refresh_known(self) -> None:
        """Fetch the filter of every regency that the enumerator works in, if it changed."""
        for regency, campaign in self._regencies():
            place = _known_at(regency, campaign)
            kept = self.outbox.get_blob(place)
            headers = {"Accept": KNOWN_IDENTITIES}
            if kept:
                headers["If-None-Match"] = self.outbox.get(f"{place} tag") or ""
            try:
                answer = await self.network.send(
                    "GET",
                    "/v1/sync/known-identities",
                    params={"region": regency, "campaign": campaign},
                    headers=headers,
                    accept=_is_filter,
                )
            except Refused as exc:
                if exc.status != NOT_FOUND:
                    raise
                continue  # nobody works there any more
            if answer.status_code != NOT_MODIFIED:
                self.outbox.set_blob(place, Known.read(answer.content).kept())
                self.outbox.set(f"{place} tag", answer.headers.get("ETag"))

    def _regencies(self) -> list[tuple[str, str]]:
        shaken = self.outbox.get("handshake", {})
        found = {
            (assignment["region"]["code"][:5], campaign["code"])
            for campaign in shaken.get("campaigns", ())
            for assignment in campaign["assignments"]
        }
        return sorted(each for each in found if "." in each[0])

    # At the doorstep.

    def form(self, questionnaire: str, campaign: str | None = None) -> Form:
        """The form of a questionnaire, as the reference data has it, with the activities of the edition that codes of
        that campaign are of.

        Raises:
            KeyError: the tablet does not have it; it was never enrolled, or the name is wrong.
        """
        reference = self.outbox.get("reference", {})
        lists = {each["kbli_version"]: _codes(each) for each in (reference, *reference.get("other_kbli", ()))}
        campaigns = self.outbox.get("handshake", {}).get("campaigns", ())
        editions = next((each.get("kbli_versions") for each in campaigns if each["code"] == campaign), None)
        edition = editions[0] if editions else reference["kbli_version"]
        kbli = lists.get(edition, {})
        return Form(reference["questionnaires"][questionnaire], kbli, reference.get("provinces", ()), lists)

    def probably_recorded(self, questionnaire: str, answers: Mapping[str, Any]) -> list[str]:
        """Kinds of numbers in the answers that are probably recorded already, by the filters on the tablet."""
        filters = [
            Known.opened(kept)
            for regency, campaign in self._regencies()
            if (kept := self.outbox.get_blob(_known_at(regency, campaign))) is not None
        ]
        schema, name = self.outbox.get("reference", {})["questionnaires"][questionnaire], name_in(answers)
        return [
            kind
            for kind, text in identities(schema, answers)
            if any(known.has(kind, stripped(text).upper(), name) for known in filters)
        ]

    def _server_time(self) -> float:
        """The server's time at the last handshake; the tablet's own clock may be days off."""
        told = self.outbox.get("handshake", {}).get("server_time")
        return datetime.fromisoformat(told).timestamp() if told else 0.0


def _state_of(line: Mapping[str, Any]) -> State:
    """The next state of a revision by its line. An unknown outcome or action means keep: waiting does no harm."""
    if line.get("outcome") not in (None, *_OUTCOMES):
        return State.KEPT
    return _BY_ACTION.get(str(line.get("client_action")), State.KEPT)


def _newest(shaken: Mapping[str, Any]) -> str | None:
    """The last batch from this tablet that the server has."""
    newest = shaken["newest_batch"]
    return newest["id"] if newest else None


def _after_reconcile(row: Row, line: Mapping[str, Any]) -> Verdict | None:
    """The next state of a revision that may not be deleted; None if nothing changes. A confirmed one about which there
    is no valid answer this time has to be confirmed again."""
    state, outcome = line.get("state"), line.get("outcome")
    if state is None and row.state is State.CONFIRMED:
        return Verdict(State.ACKNOWLEDGED, row.outcome, json.loads(row.told or "null"))
    if state == "stored" and (after := _state_of(line)) is not State.ACKNOWLEDGED:
        return None if after is row.state else Verdict(after, outcome, json.loads(row.told or "null"))
    if state == "missing" and row.content:
        return Verdict(State.QUEUED)
    if state == "different" and row.content:
        return Verdict(State.TO_FIX, None, {"errors": [{"code": "different"}]})
    return Verdict(State.KEPT) if state not in (None, "stored", "missing", "different") else None


class _Said(Enum):
    """What an answer that is not a receipt means for the batch."""

    NOTHING = auto()  # wait, and send the same again
    SIGN_IN = auto()
    TOO_MUCH = auto()
    POISON = auto()  # the same items would be refused again, however often they are sent
    ID_REUSED = auto()


def _said(answer: httpx.Response | None) -> _Said:
    """What an answer means, where it is the server's.

    Raises:
        Refused: the account may not send.
    """
    told = problem(answer) if answer is not None else None
    if answer is None or told is None:
        return _Said.TOO_MUCH if answer is not None and answer.status_code == TOO_LARGE else _Said.NOTHING
    if answer.status_code == FORBIDDEN:
        raise Refused(answer.status_code, told["code"], str(told.get("detail", "")))
    if told["code"] == "batch_id_reused":
        return _Said.ID_REUSED
    return _BY_STATUS.get(answer.status_code, _Said.NOTHING)


_BY_STATUS = {
    UNAUTHORIZED: _Said.SIGN_IN,
    TIMEOUT: _Said.TOO_MUCH,
    TOO_LARGE: _Said.TOO_MUCH,
    MALFORMED: _Said.POISON,
    UNSUPPORTED: _Said.POISON,
    UNPROCESSABLE: _Said.POISON,
}


def _receipt(answer: httpx.Response | None, batch: Batch) -> Mapping[str, Any] | None:
    """The complete receipt of this batch; None for any other answer with 200."""
    if answer is None or answer.status_code not in (OK, CREATED):
        return None
    try:
        receipt = answer.json()
    except ValueError:
        return None
    if not isinstance(receipt, dict) or receipt.get("batch_id") != batch.id:
        return None
    lines = receipt.get("items")
    if not isinstance(lines, list) or len(lines) != len(batch.rows):
        return None
    same = all(
        isinstance(line, dict)
        and line.get("record_id") in (None, row.record_id)
        and line.get("revision") in (None, row.revision)
        for row, line in zip(batch.rows, lines, strict=True)
    )
    return receipt if same else None


def _has_offset(answer: httpx.Response) -> bool:
    return "Upload-Complete" in answer.headers and str(answer.headers.get("Upload-Offset", "")).isdigit()


def _codes(listed: Mapping[str, Any]) -> dict[str, str]:
    """The activities of a list with their titles."""
    return {each["code"]: each["title"] for each in listed.get("kbli", ())}


def _known_at(regency: str, campaign: str) -> str:
    """Where a filter is kept; that of version 1 had another place."""
    return f"known 2 {regency} {campaign}"


def _is_filter(answer: httpx.Response) -> bool:
    if answer.status_code == NOT_MODIFIED:
        return True
    try:
        Known.read(answer.content)
    except NotAFilter:
        return False
    return str(answer.headers.get("Content-Type", "")).startswith(KNOWN_IDENTITIES)


def _chunks(rows: Sequence[Row], size: int) -> Iterator[Sequence[Row]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
