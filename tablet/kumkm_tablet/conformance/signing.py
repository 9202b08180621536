"""Scenarios: sessions that end, are lost, or are taken away."""

import json
from typing import Any
from urllib.parse import urlsplit

from kumkm_tablet.conformance.lies import CHANGES, HANDSHAKE, RECONCILE, Verdict
from kumkm_tablet.conformance.proxy import TOKEN, Answer, Forward, Interfere, Proxy, Seen
from kumkm_tablet.conformance.stage import (
    Broken,
    Stage,
    at,
    cut,
    cut_behind,
    is_batch,
    page,
    rewritten,
    same_batch_again,
    says,
    scenario,
)

_ATTEMPT = 16
"""Characters that an `attempt_id` has at least."""


def _refreshes(seen: list[Seen]) -> list[Seen]:
    return [each for each in seen if each.path == TOKEN and each.form.get("grant_type") == "refresh_token"]


_ended = says(401, "not_signed_in", WWW_Authenticate="Bearer")


@scenario("R01", fresh=True)
def device_id_stays(stage: Stage) -> None:
    """The client signs in again, as the same tablet."""
    stage.driver.enrol(stage.proxy.url)
    ids = [each.form.get("device_id") for each in stage.seen if each.path == TOKEN and "password" in each.form]
    if len(set(ids)) > 1:
        raise Broken("R01", "it signed in twice, as two tablets: the device_id changed")


@scenario("R02", fresh=True)
def token_ends_in_the_middle(stage: Stage) -> None:
    """A token ends before a batch, before reconciling, before changes, before the handshake."""
    items = stage.record(3)
    with stage.nasty(_ended, is_batch, times=1) as seen:
        stage.sync(2)
    if not _refreshes(seen):
        raise Broken("R02", "its token had ended before a batch, and it did not refresh it")
    same_batch_again([each for each in seen if each.is_batch], "R02", "after its token ended")
    for path in (RECONCILE, CHANGES, HANDSHAKE):
        items += stage.record()
        with stage.nasty(_ended, at(path), times=1) as seen:
            stage.sync(2)
        asked = [each for each in seen if each.path == path]
        if len(asked) < 2 or not _refreshes(seen):  # noqa: PLR2004  (once, and once again)
            raise Broken("R02", f"its token had ended before {path}, and it did not refresh it and ask again")
    stage.must_arrive(items, "R02")


class _Ended:
    """The access token has expired: everything is 401 until a refresh is answered. The first refreshes get these
    answers."""

    def __init__(self, *refreshes: Interfere) -> None:
        self.refreshes = list(refreshes)
        self.renewed = False

    async def act(self, request: Seen, forward: Forward) -> Any:
        """Answer as a server with an expired token does."""
        if request.path != TOKEN:
            return await (forward() if self.renewed else _ended(request, forward))
        if self.refreshes:
            return await self.refreshes.pop(0)(request, forward)
        answer: Answer = await forward()
        self.renewed = True
        return answer


@scenario("R03", fresh=True)
def refresh_is_lost(stage: Stage) -> None:
    """The answer to a refresh is lost; then the client is ended in the middle of another one."""

    async def killed(request: Seen, forward: Forward) -> Any:
        await forward()
        stage.driver.kill()
        return await cut(request, forward)

    items = stage.record()
    for act, when in ((cut_behind, "the answer to a refresh was lost"), (killed, "it was ended in a refresh")):
        start = len(stage.seen)
        with stage.nasty(_Ended(act).act):
            stage.sync(3)
        _one_attempt(_refreshes(stage.seen[start:]), f"after {when}")
        items += stage.record()
    attempts = [each.form.get("attempt_id") for each in _refreshes(stage.seen)]
    if attempts[0] == attempts[-1]:
        raise Broken("R03", "another attempt to refresh had the same attempt_id: it is not random")
    stage.must_arrive(items, "R03")


def _one_attempt(refreshes: list[Seen], when: str) -> None:
    if len(refreshes) < 2:  # noqa: PLR2004  (once, and once again)
        raise Broken("R03", f"{when}, it did not make the attempt again")
    one, again = refreshes[0].form, refreshes[1].form
    if len(one.get("attempt_id", "")) < _ATTEMPT:
        raise Broken("R03", "it refreshed without an attempt_id of 16 characters or more")
    if one["refresh_token"] != again.get("refresh_token") or one["attempt_id"] != again.get("attempt_id"):
        raise Broken("R03", f"{when}, it came with another attempt_id for the same token")


@scenario("R04", fresh=True)
def refreshed_twice(stage: Stage) -> None:
    """A refresh is delivered twice, and another one follows in the same sync, and one more in the next."""

    async def twice(request: Seen, forward: Forward) -> Any:
        if request.path == TOKEN:
            await forward()
        return await forward()

    given: list[str] = []

    async def note(request: Seen, forward: Forward) -> Any:
        answer: Answer = await (forward() if given else twice(request, forward))
        if request.path == TOKEN and answer.status == 200:  # noqa: PLR2004  (fine)
            given.append(str(json.loads(answer.body).get("refresh_token")))
        return answer

    items = stage.record()
    ended = {"batch": 1, RECONCILE: 1, CHANGES: 1}

    async def act(request: Seen, forward: Forward) -> Any:
        kind = "batch" if request.is_batch else request.path
        if ended.get(kind):
            ended[kind] -= 1
            return await _ended(request, forward)
        return await note(request, forward)

    with stage.nasty(act):
        stage.sync(2)
    used = [each.form.get("refresh_token", "") for each in _refreshes(stage.seen)]
    if len(used) < 2:  # noqa: PLR2004  (twice)
        raise Broken("R04", "its token ended twice, and it did not refresh twice")
    if any(token not in (used[0], *given) for token in used) or len(set(used)) < len(used):
        raise Broken("R04", "it refreshed with a token that was spent, not with the one of the last answer")
    stage.must_arrive(items, "R04")


@scenario("R05")
def redirected(stage: Stage) -> None:
    """A proxy in between redirects the request, with its token and body."""
    with Proxy("http://127.0.0.1:9") as elsewhere:
        elsewhere.interfere = page(200)

        def to(status: int) -> Any:
            async def act(request: Seen, __: Forward) -> Answer:
                return Answer(status, b"", {"Location": elsewhere.url + urlsplit(request.path).path})

            return act

        items = stage.record()
        for status, only in ((307, is_batch), (302, at(HANDSHAKE)), (308, at(RECONCILE)), (301, at(CHANGES))):
            with stage.nasty(to(status), only, times=1):
                stage.sync()
            if elsewhere.seen:
                what = "with its token" if "authorization" in elsewhere.seen[0].headers else "with what it sends"
                raise Broken("R05", f"it followed a redirect ({status}) to another address, {what}")
    stage.must_arrive(items, "R05")


@scenario("R06", fresh=True)
def refresh_is_no_answer(stage: Stage) -> None:
    """A portal answers to a refresh, with a page, with JSON of its own, with a 401 of its own."""
    strange = [page(200), page(200, "application/json", '{"ok": true}'), page(401), page(403)]
    items = stage.record()
    with stage.nasty(_Ended(*strange).act):
        stage.sync(len(strange))
    # The old access token is not valid any more: only a refresh helps.
    ended = _Ended()
    with stage.nasty(ended.act):
        stage.sync(2)
    if not ended.renewed:
        raise Broken("R06", "a portal answered to a refresh, and it took the session for ended: no more refresh came")
    stage.must_arrive(items, "R06")


@scenario("R07", fresh=True)
def session_is_over(stage: Stage) -> None:
    """The refresh token is refused: the enumerator has to sign in again, and then everything is sent."""
    sent = stage.record()
    stage.must_arrive(sent, "R07")
    items = stage.record(2)

    async def act(request: Seen, forward: Forward) -> Any:
        if request.path == TOKEN:
            return await says(400, "invalid_grant")(request, forward)
        return await _ended(request, forward)

    with stage.nasty(act):
        stage.sync(2)
    stage.must_hold(items, "R07", "when its session was over")
    stage.driver.enrol(stage.proxy.url)
    stage.must_hold(items, "R07", "signed in again")
    stage.must_arrive(items, "R07")


@scenario("R57", fresh=True)
def refresh_that_the_server_lost(stage: Stage) -> None:
    """The server lost the last refresh, as in a failover: it does not know the token that it returned. The client is
    ended when it finds out."""
    items = stage.record()
    newest: list[str] = []
    expired = _Ended()

    async def note(request: Seen, forward: Forward) -> Any:
        answer: Answer = await expired.act(request, forward)
        if request.path == TOKEN:
            newest.append(str(json.loads(answer.body).get("refresh_token")))
        return answer

    async def killed(request: Seen, forward: Forward) -> Any:
        stage.driver.kill()
        return await cut(request, forward)

    with stage.nasty(note):
        stage.sync(2)
    first = _refreshes(stage.seen)[-1].form
    items += stage.record()
    ended, start = _Ended(killed), len(stage.seen)

    async def lost(request: Seen, forward: Forward) -> Any:
        if request.path == TOKEN and not ended.renewed and request.form.get("refresh_token") in newest:
            return await says(400, "invalid_grant")(request, forward)
        return await ended.act(request, forward)

    with stage.nasty(lost):
        stage.sync(3)
    repeated = [each.form for each in _refreshes(stage.seen[start:]) if each.form.get("refresh_token") not in newest]
    if not repeated:
        raise Broken("R57", "the server had lost its last refresh, and it did not repeat that attempt")
    if any(form.get("attempt_id") != first.get("attempt_id") for form in repeated):
        raise Broken("R57", "it repeated a refresh that the server had lost with another attempt_id")
    stage.must_arrive(items, "R57")


@scenario("R08", fresh=True)
def account_is_closed(stage: Stage) -> None:
    """The account was closed: everything is refused, for long."""
    confirmed = stage.record()
    stage.must_arrive(confirmed, "R08")
    items = stage.record(2)
    stage.lies.days += 1
    with stage.nasty(says(403, "account_deactivated")):
        stage.sync(2)
    stage.must_hold([*items, *confirmed], "R08", "on an account that was closed")
    with stage.nasty(says(403, "account_deactivated"), lambda request: request.path not in (TOKEN, HANDSHAKE)):
        stage.sync(2)
    stage.must_hold([*items, *confirmed], "R08", "on an account that was closed")
    stage.driver.enrol(stage.proxy.url)
    stage.must_arrive(items, "R08")


@scenario("R09")
def device_is_revoked(stage: Stage) -> None:
    """The tablet was revoked: what it sends is held, and it reads nothing."""
    items = stage.record(2)
    for item in items:
        stage.lies.verdicts[item["record_id"], 1] = Verdict("held", "keep")
    say = rewritten(lambda told: {**told, "campaigns": [], "device": {**told["device"], "state": "revoked"}})

    async def revoked(request: Seen, forward: Forward) -> Any:
        if request.path == HANDSHAKE:
            return await say(request, forward)
        if request.method == "GET" and request.path.startswith("/v1/sync/"):
            return await says(403, "device_revoked")(request, forward)
        return await forward()

    with stage.nasty(revoked):
        stage.sync()
        if not all(stage.sendings(item["record_id"]) for item in items):
            raise Broken("R09", "revoked, and without campaigns in the handshake, it did not hand over what it has")
        stage.much_later()
    stage.must_hold(items, "R09", "revoked, and after the answer that its records are only held")
