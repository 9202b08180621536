"""Broken clients: sessions."""

import secrets

import httpx
from broken_clients import breaks

from kumkm_tablet import network
from kumkm_tablet.network import Network, Refused, SignInNeeded
from kumkm_tablet.outbox import Outbox, State, Verdict
from kumkm_tablet.tablet import Tablet


def _with_form(change):
    """Send forms of the token endpoint changed."""
    real = Network.send

    async def send(self, method, path, **request):
        if "data" in request:
            request["data"] = change(self, dict(request["data"]))
        return await real(self, method, path, **request)

    Network.send = send


@breaks("R01", "device_id_stays")
def new_device_each_time():
    def change(_, form):
        return {**form, "device_id": secrets.token_hex(16)} if "device_id" in form else form

    _with_form(change)


@breaks("R01", "device_id_stays")
def no_device_at_all():
    _with_form(lambda _, form: {name: value for name, value in form.items() if name != "device_id"})


@breaks("R02", "token_ends_in_the_middle")
def signed_out_by_a_401():
    async def refresh(self):
        raise SignInNeeded

    Network.refresh = refresh


@breaks("R02", "token_ends_in_the_middle")
def new_batch_after_a_refresh():
    real = Tablet._put
    refresh = Network.refresh
    tokens = []

    async def put(self, batch):
        if tokens:
            tokens.clear()
            batch = self.outbox.renamed(batch)
        return await real(self, batch)

    async def noted(self):
        await refresh(self)
        tokens.append(True)

    Tablet._put, Network.refresh = put, noted


@breaks("R03", "refresh_is_lost")
def attempt_in_memory_only():
    """Forgotten when the process ends, and only then."""
    names = {}
    get, keep = Outbox.get, Outbox.set

    def remembered(self, name, default=None):
        return names.get(name, default) if name == "refresh_attempt" else get(self, name, default)

    def remember(self, name, value):
        if name == "refresh_attempt":
            names[name] = value
        else:
            keep(self, name, value)

    Outbox.get, Outbox.set = remembered, remember


@breaks("R03", "refresh_is_lost")
def another_attempt_each_time():
    real = Network._once

    async def once(self, method, path, **request):
        if "attempt_id" in request.get("data", {}):
            request["data"] = {**request["data"], "attempt_id": secrets.token_hex(16)}
        return await real(self, method, path, **request)

    Network._once = once


@breaks("R03", "refresh_is_lost")
def no_attempt_id():
    _with_form(lambda _, form: {name: value for name, value in form.items() if name != "attempt_id"})


@breaks("R03", "refresh_is_lost")
def one_attempt_id_for_ever():
    def change(self, form):
        return {**form, "attempt_id": self.outbox.get("device_id")} if "attempt_id" in form else form

    _with_form(change)


@breaks("R04", "refreshed_twice")
def keeps_the_first_refresh_token():
    real = Network._keep_session

    def keep(self, answer):
        token = self.outbox.get("refresh_token")
        real(self, answer)
        if token:
            self.outbox.set("refresh_token", token)

    Network._keep_session = keep


@breaks("R04", "refreshed_twice")
def refreshes_with_what_it_had_at_the_start():
    tokens = []

    def change(self, form):
        if "refresh_token" not in form:
            return form
        tokens.append(form["refresh_token"])
        return {**form, "refresh_token": tokens[0]}

    _with_form(change)


def _following(only):
    real = httpx.AsyncClient.request

    async def request(self, method, url, **how):
        return await real(self, method, url, follow_redirects=only(method, str(url)), **how)

    httpx.AsyncClient.request = request


@breaks("R05", "redirected")
def follows_every_redirect():
    _following(lambda _method, _url: True)


@breaks("R05", "redirected")
def follows_redirects_of_what_it_reads():
    _following(lambda method, _url: method == "GET")


@breaks("R05", "redirected")
def follows_by_hand_with_its_token():
    real = httpx.AsyncClient.request

    async def request(self, method, url, **how):
        answer = await real(self, method, url, **how)
        return await real(self, method, answer.headers["Location"], **how) if "Location" in answer.headers else answer

    httpx.AsyncClient.request = request


@breaks("R06", "refresh_is_no_answer")
def takes_a_page_for_a_grant():
    def keep(self, answer):
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
def signed_out_by_a_portals_401():
    real = Network._once

    async def once(self, method, path, **how):
        answer = await real(self, method, path, **how)
        if path == "/v1/auth/token" and answer is not None and answer.status_code in (401, 403):
            self.outbox.set("refresh_token", None)
            self.outbox.set("access_token", None)
            raise SignInNeeded
        return answer

    Network._once = once


def _over(then):
    """Do something when the session is over."""
    real = Network.refresh

    async def refresh(self):
        try:
            await real(self)
        except SignInNeeded:
            then(self.outbox)
            raise

    Network.refresh = refresh


def _wipe(outbox):
    outbox._db.execute("DELETE FROM record")


@breaks("R07", "session_is_over")
def wipes_when_signed_out():
    _over(_wipe)


@breaks("R07", "session_is_over")
def wipes_at_each_sign_in():
    real = Network.sign_in

    async def sign_in(self, *who):
        _wipe(self.outbox)
        await real(self, *who)

    Network.sign_in = sign_in


@breaks("R07", "session_is_over")
def gives_up_what_waited():
    _over(lambda outbox: outbox._db.execute("UPDATE record SET state = 'purged' WHERE state = 'queued'"))


def _closed(then):
    real = Tablet.handshake

    async def handshake(self):
        try:
            return await real(self)
        except Refused as exc:
            if exc.code == "account_deactivated":
                then(self.outbox)
            raise

    Tablet.handshake = handshake


@breaks("R08", "account_is_closed")
def wipes_a_closed_account():
    _closed(_wipe)


@breaks("R08", "account_is_closed")
def wipes_what_a_closed_account_confirmed():
    _closed(lambda outbox: outbox._db.execute("DELETE FROM record WHERE state IN ('confirmed', 'acknowledged')"))


@breaks("R09", "device_is_revoked")
def revoked_it_sends_nothing():
    real = Tablet.push

    async def push(self, report):
        if report.device_state != "revoked":
            await real(self, report)

    Tablet.push = push


@breaks("R09", "device_is_revoked")
def revoked_it_lets_go_of_what_is_held():
    real = Tablet.push

    async def push(self, report):
        await real(self, report)
        if report.device_state == "revoked":
            kept = self.outbox.rows(State.KEPT)
            self.outbox.settle([(row, Verdict(State.PURGED)) for row in kept])

    Tablet.push = push


@breaks("R09", "device_is_revoked")
def revoked_it_wipes_itself():
    real = Tablet.handshake

    async def handshake(self):
        shaken = await real(self)
        if shaken["device"]["state"] == "revoked":
            _wipe(self.outbox)
        return shaken

    Tablet.handshake = handshake
