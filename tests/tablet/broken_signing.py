"""Broken clients: sessions."""

import secrets
from collections.abc import Callable, Mapping
from typing import Any

import httpx
from broken_clients import breaks, instead
from spoiling import afterwards, on_answers

from kumkm_tablet import network
from kumkm_tablet.network import Network, Refused, SignInNeeded
from kumkm_tablet.outbox import Batch, Outbox, State, Verdict
from kumkm_tablet.tablet import Report, Tablet


def _with_form(change: Callable[[Network, dict[str, str]], dict[str, str]]) -> None:
    """Send forms of the token endpoint changed."""
    real = Network.send

    async def send(self: Network, method: str, path: str, **request: Any) -> httpx.Response:
        if "data" in request:
            request["data"] = change(self, dict(request["data"]))
        return await real(self, method, path, **request)

    Network.send = send


@breaks("R01", "device_id_stays")
def new_device_each_time() -> None:
    def change(_: Network, form: dict[str, str]) -> dict[str, str]:
        return {**form, "device_id": secrets.token_hex(16)} if "device_id" in form else form

    _with_form(change)


@breaks("R01", "device_id_stays")
def no_device_at_all() -> None:
    _with_form(lambda _, form: {name: value for name, value in form.items() if name != "device_id"})


@breaks("R02", "token_ends_in_the_middle")
def signed_out_by_a_401() -> None:
    async def refresh(self: Network) -> None:
        raise SignInNeeded

    Network.refresh = refresh


@breaks("R02", "token_ends_in_the_middle")
def new_batch_after_a_refresh() -> None:
    real = Tablet._put
    refresh = Network.refresh
    tokens: list[bool] = []

    async def put(self: Tablet, batch: Batch) -> httpx.Response | None:
        if tokens:
            tokens.clear()
            batch = self.outbox.renamed(batch)
        return await real(self, batch)

    async def noted(self: Network) -> None:
        await refresh(self)
        tokens.append(True)

    Tablet._put, Network.refresh = put, noted


@breaks("R03", "refresh_is_lost")
def attempt_in_memory_only() -> None:
    """Forgotten when the process ends, and only then."""
    names: dict[str, Any] = {}
    get, keep = Outbox.get, Outbox.set

    def remembered(self: Outbox, name: str, default: Any = None) -> Any:
        return names.get(name, default) if name == "refresh_attempt" else get(self, name, default)

    def remember(self: Outbox, name: str, value: Any) -> None:
        if name == "refresh_attempt":
            names[name] = value
        else:
            keep(self, name, value)

    Outbox.get, Outbox.set = remembered, remember


@breaks("R03", "refresh_is_lost")
def another_attempt_each_time() -> None:
    real = Network._once

    async def once(self: Network, method: str, path: str, **request: Any) -> httpx.Response | None:
        if "attempt_id" in request.get("data", {}):
            request["data"] = {**request["data"], "attempt_id": secrets.token_hex(16)}
        return await real(self, method, path, **request)

    Network._once = once


@breaks("R03", "refresh_is_lost")
def no_attempt_id() -> None:
    _with_form(lambda _, form: {name: value for name, value in form.items() if name != "attempt_id"})


@breaks("R03", "refresh_is_lost")
def one_attempt_id_for_ever() -> None:
    def change(self: Network, form: dict[str, str]) -> dict[str, str]:
        return {**form, "attempt_id": self.outbox.get("device_id")} if "attempt_id" in form else form

    _with_form(change)


@breaks("R04", "refreshed_twice")
def keeps_the_first_refresh_token() -> None:
    real = Network._keep_session

    def keep(self: Network, answer: httpx.Response) -> None:
        token = self.outbox.get("refresh_token")
        real(self, answer)
        if token:
            self.outbox.set("refresh_token", token)

    Network._keep_session = keep


@breaks("R04", "refreshed_twice")
def refreshes_with_what_it_had_at_the_start() -> None:
    tokens: list[str] = []

    def change(self: Network, form: dict[str, str]) -> dict[str, str]:
        if "refresh_token" not in form:
            return form
        tokens.append(form["refresh_token"])
        return {**form, "refresh_token": tokens[0]}

    _with_form(change)


def _following(only: Callable[[str, str], bool]) -> None:
    real = httpx.AsyncClient.request

    async def request(self: httpx.AsyncClient, method: str, url: str, **how: Any) -> httpx.Response:
        return await real(self, method, url, follow_redirects=only(method, str(url)), **how)

    instead(httpx.AsyncClient, request=request)


@breaks("R05", "redirected")
def follows_every_redirect() -> None:
    _following(lambda _method, _url: True)


@breaks("R05", "redirected")
def follows_redirects_of_what_it_reads() -> None:
    _following(lambda method, _url: method == "GET")


@breaks("R05", "redirected")
def follows_by_hand_with_its_token() -> None:
    real = httpx.AsyncClient.request

    async def request(self: httpx.AsyncClient, method: str, url: str, **how: Any) -> httpx.Response:
        answer = await real(self, method, url, **how)
        return await real(self, method, answer.headers["Location"], **how) if "Location" in answer.headers else answer

    instead(httpx.AsyncClient, request=request)


@breaks("R06", "refresh_is_no_answer")
def takes_a_page_for_a_grant() -> None:
    def keep(self: Network, answer: httpx.Response) -> None:
        try:
            grant = answer.json()
        except ValueError:
            grant = {}
        self.outbox.set("access_token", grant.get("access_token"))
        self.outbox.set("refresh_token", grant.get("refresh_token"))
        self.outbox.set("refresh_attempt", None)

    Network._keep_session = keep
    network.has = lambda *_: lambda _answer: True


@breaks("R06", "refresh_is_no_answer")
def signed_out_by_a_portals_401() -> None:
    def sign_out(self: Network, _: httpx.Response) -> None:
        self.outbox.set("refresh_token", None)
        self.outbox.set("access_token", None)
        raise SignInNeeded

    on_answers("/v1/auth/token", (401, 403), sign_out)


def _over(then: Callable[[Outbox], object]) -> None:
    """Do something when the session is over."""
    real = Network.refresh

    async def refresh(self: Network) -> None:
        try:
            await real(self)
        except SignInNeeded:
            then(self.outbox)
            raise

    Network.refresh = refresh


def _wipe(outbox: Outbox) -> None:
    outbox._db.execute("DELETE FROM record")


@breaks("R07", "session_is_over")
def wipes_when_signed_out() -> None:
    _over(_wipe)


@breaks("R07", "session_is_over")
def wipes_at_each_sign_in() -> None:
    real = Network.sign_in

    async def sign_in(self: Network, *who: str) -> None:
        _wipe(self.outbox)
        await real(self, *who)

    instead(Network, sign_in=sign_in)


@breaks("R07", "session_is_over")
def gives_up_what_waited() -> None:
    _over(lambda outbox: outbox._db.execute("UPDATE record SET state = 'purged' WHERE state = 'queued'"))


@breaks("R57", "refresh_that_the_server_lost")
def takes_every_refusal_for_the_end() -> None:
    _stored_refreshes(lambda _stored: None)


@breaks("R57", "refresh_that_the_server_lost")
def repeats_the_token_with_another_attempt() -> None:
    _stored_refreshes(lambda stored: [[token, secrets.token_hex(16)] for token, _ in stored])


@breaks("R57", "refresh_that_the_server_lost")
def forgets_its_attempts_when_it_is_ended() -> None:
    """It has those of this process alone."""
    made: list[Any] = []

    def of_this_process(stored: list[Any]) -> list[Any]:
        made.append(stored[-1])
        return made

    get = Outbox.get
    _stored_refreshes(of_this_process)
    instead(Outbox, get=lambda self, name, default=None: made if name == "refreshes" else get(self, name, default))


def _stored_refreshes(change: Callable[[list[Any]], list[Any] | None]) -> None:
    """Store the last attempts to refresh changed."""
    real = Outbox.set

    def store(self: Outbox, name: str, value: Any) -> None:
        real(self, name, change(value) if name == "refreshes" and value else value)

    instead(Outbox, set=store)


def _closed(then: Callable[[Outbox], object]) -> None:
    real = Tablet.handshake

    async def handshake(self: Tablet) -> Mapping[str, Any]:
        try:
            return await real(self)
        except Refused as exc:
            if exc.code == "account_deactivated":
                then(self.outbox)
            raise

    Tablet.handshake = handshake


@breaks("R08", "account_is_closed")
def wipes_a_closed_account() -> None:
    _closed(_wipe)


@breaks("R08", "account_is_closed")
def wipes_what_a_closed_account_confirmed() -> None:
    _closed(lambda outbox: outbox._db.execute("DELETE FROM record WHERE state IN ('confirmed', 'acknowledged')"))


@breaks("R09", "device_is_revoked")
def revoked_it_sends_nothing() -> None:
    real = Tablet.push

    async def push(self: Tablet, report: Report) -> None:
        if report.device_state != "revoked":
            await real(self, report)

    Tablet.push = push


@breaks("R09", "device_is_revoked")
def revoked_it_lets_go_of_what_is_held() -> None:
    real = Tablet.push

    async def push(self: Tablet, report: Report) -> None:
        await real(self, report)
        if report.device_state == "revoked":
            kept = self.outbox.rows(State.KEPT)
            self.outbox.settle([(row, Verdict(State.PURGED)) for row in kept])

    Tablet.push = push


@breaks("R09", "device_is_revoked")
def revoked_it_wipes_itself() -> None:
    def wipe(self: Tablet, shaken: Mapping[str, Any]) -> None:
        if shaken["device"]["state"] == "revoked":
            _wipe(self.outbox)

    afterwards(Tablet, "handshake", wipe)
