"""Passkeys: made by who has proved who it is, good for this server alone, and each challenge once."""

import asyncio
import time
from dataclasses import replace
from typing import Any

import asyncpg
import httpx
import pytest
from authenticator import Authenticator, coded, decoded
from browsers import PASSWORD, SITE, TOKEN, Browser, later
from fastapi import FastAPI
from one_by_one import each
from world import World

from app.accounts import passkeys as ours
from app.accounts.passwords import hash_password

EMBEDDED_IS_ENOUGH = True


class Person:
    """Somebody in a browser, signed in, with an authenticator."""

    def __init__(self, app: FastAPI, username: str = "officer", **kwargs: Any) -> None:
        self.browser = Browser(app)
        self.key = Authenticator(SITE, **kwargs)
        self.username = username
        self.auth: dict[str, str] = {}

    async def sign_in(self) -> None:
        found = await self.browser.sign_in(self.username)
        self.auth = {"Authorization": f"Bearer {found['access_token']}"}

    async def ask(self, method: str, path: str = "", body: Any = None) -> httpx.Response:
        return await self.browser.client.request(method, f"/v1/auth/passkeys{path}", json=body, headers=self.auth)

    async def options(self) -> dict[str, Any]:
        answer = await self.ask("POST", "/registration", {})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()["options"]
        return found

    async def add(self, name: str = "Ponsel") -> httpx.Response:
        return await self.ask("POST", "", {"credential": self.key.create(await self.options()), "name": name})

    async def challenge(self) -> dict[str, Any]:
        found: dict[str, Any] = (await self.browser.client.post("/v1/auth/passkeys/sign-in")).json()["options"]
        return found

    async def by_key(self, options: dict[str, Any] | None = None) -> httpx.Response:
        credential = self.key.get(options or await self.challenge())
        return await self.browser.ask("passkey", None, credential=credential)


@pytest.fixture
async def site(app: FastAPI, world: World, pg: asyncpg.Connection) -> FastAPI:
    """The app behind its name."""
    await pg.execute("UPDATE account SET password_hash = $1", hash_password(PASSWORD))
    services = app.state.services
    app.state.services = replace(services, settings=services.settings.model_copy(update={"public_origin": SITE}))
    return app


@pytest.fixture
async def person(site: FastAPI) -> Person:
    made = Person(site)
    await made.sign_in()
    return made


async def test_a_passkey_signs_in_whom_it_belongs_to_without_a_name(person: Person, site: FastAPI) -> None:
    added = await person.add()
    assert added.status_code == 201, added.text
    await person.browser.ask("sign_out")
    options = await person.challenge()
    assert not options.get("allowCredentials"), "nobody learns which passkeys there are"
    answer = await person.by_key(options)
    assert answer.status_code == 200, answer.text
    assert answer.json()["account"]["username"] == "officer"
    assert TOKEN in person.browser.cookies
    person.auth = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    (row,) = (await person.ask("GET")).json()["items"]
    assert (row["name"], row["used_at"] is None) == ("Ponsel", False)


async def test_a_challenge_is_good_once_also_for_two_at_once(person: Person) -> None:
    await person.add()
    options = await person.challenge()
    answers = await asyncio.gather(*(person.by_key(options) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 400, 400, 400]
    await person.sign_in()
    registration = await person.options()
    person.key = Authenticator(SITE)
    made = person.key.create(registration)
    first = await person.ask("POST", "", {"credential": made, "name": "Dua"})
    person.key = Authenticator(SITE)
    again = await person.ask("POST", "", {"credential": person.key.create(registration), "name": "Tiga"})
    assert (first.status_code, again.status_code, again.json()["code"]) == (201, 400, "passkey_refused")


@each(
    "wrong",
    [
        "expired",
        "forged",
        "for adding",
        "origin",
        "host",
        "unverified",
        "signature",
        "user",
        "unknown",
        "framed",
        "framed by",
        "copied",
    ],
)
async def test_what_is_not_exactly_right_signs_nobody_in(
    person: Person, pg: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    person.key = Authenticator(SITE, counter=5)
    assert (await person.add(wrong)).status_code == 201
    options = await person.challenge()
    if wrong == "expired":
        now = time.time()
        monkeypatch.setattr(ours.time, "time", lambda: now + 301)
    elif wrong == "unknown":
        await pg.execute("DELETE FROM passkey")
    changed = {
        "forged": {"challenge": coded(decoded(options["challenge"])[:-1] + b"x")},
        "for adding": {"challenge": (await person.options())["challenge"]},
        "host": {"rpId": "evil.test"},
    }
    options |= changed.get(wrong, {})
    spoilt = {
        "origin": ("origin", "https://kumkm.test.evil.test"),
        "unverified": ("flags", 0x01),
        "signature": ("key", Authenticator(SITE).key),
        "user": ("user", bytes(16)),
        "copied": ("counter", 3),
        "framed": ("more", {"crossOrigin": True}),
        "framed by": ("more", {"topOrigin": "https://evil.test"}),
    }
    if wrong in spoilt:
        setattr(person.key, *spoilt[wrong])
    answer = await person.by_key(options)
    monkeypatch.undo()
    assert (answer.status_code, answer.json()["code"]) == (400, "passkey_refused")
    copied = await pg.fetchval("SELECT count(*) FROM audit_event WHERE action = 'passkey.copied'")
    assert copied == (1 if wrong == "copied" else 0)


@each(
    "more",
    [{"crossOrigin": True}, {"crossOrigin": "false"}, {"topOrigin": "https://evil.test"}, {"topOrigin": SITE}],
)
async def test_no_passkey_is_made_in_a_frame_of_another_site_and_the_challenge_is_good_for_a_page_of_ours(
    person: Person, more: dict[str, Any]
) -> None:
    person.key = Authenticator(SITE)
    options = await person.options()
    person.key.more = more
    framed = await person.ask("POST", "", {"credential": person.key.create(options), "name": "Bingkai"})
    assert (framed.status_code, framed.json()["code"]) == (400, "passkey_refused")
    person.key.more = {}
    own = await person.ask("POST", "", {"credential": person.key.create(options), "name": "Sendiri"})
    assert own.status_code == 201


async def test_a_closed_account_does_not_get_in_by_its_passkey(person: Person, pg: asyncpg.Connection) -> None:
    await person.add()
    await pg.execute("UPDATE account SET deactivated_at = now() WHERE username = 'officer'")
    answer = await person.by_key()
    assert (answer.status_code, answer.json()["code"]) == (403, "account_deactivated")


async def test_who_signed_in_a_while_ago_proves_itself_before_it_adds_one(
    person: Person, pg: asyncpg.Connection
) -> None:
    await later(pg, 601)
    refused = await person.ask("POST", "/registration", {})
    assert (refused.status_code, refused.json()["code"]) == (403, "proof_needed")
    wrong = await person.ask("POST", "/registration", {"current_password": "salah"})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "invalid_grant")
    assert (await person.ask("POST", "/registration", {"current_password": PASSWORD})).status_code == 200


async def test_a_passkey_is_added_only_by_whom_its_options_are_for(person: Person, site: FastAPI) -> None:
    other = Person(site, "officer.palembang")
    await other.sign_in()
    made = person.key.create(await person.options())
    answer = await other.ask("POST", "", {"credential": made, "name": "Curian"})
    assert (answer.status_code, answer.json()["code"]) == (400, "passkey_refused")
    assert (await person.add()).status_code == 201
    again = await person.ask("POST", "", {"credential": person.key.create(await person.options()), "name": "Lagi"})
    assert (again.status_code, again.json()["code"]) == (409, "already_exists")


async def test_passkeys_are_listed_renamed_and_removed_by_their_owner_alone(person: Person, site: FastAPI) -> None:
    passkey_id = (await person.add()).json()["id"]
    other = Person(site, "officer.palembang")
    await other.sign_in()
    for method, body in (("PATCH", {"name": "Punya saya"}), ("DELETE", None)):
        assert (await other.ask(method, f"/{passkey_id}", body)).status_code == 404
    assert (await other.ask("GET")).json() == {"items": []}
    assert (await person.ask("PATCH", f"/{passkey_id}", {"name": "Laptop kantor"})).json()["name"] == "Laptop kantor"
    assert (await person.ask("DELETE", f"/{passkey_id}")).status_code == 204
    assert (await person.by_key()).json()["code"] == "passkey_refused"


async def test_an_account_that_is_reset_has_no_passkeys(
    person: Person, client: httpx.AsyncClient, world: World
) -> None:
    await person.add()
    answer = await client.post(f"/v1/accounts/{world.id('officer')}/credentials", headers=world.auth("admin"))
    assert answer.status_code == 200
    assert (await person.by_key()).json()["code"] == "passkey_refused"


async def test_no_account_has_more_than_twenty(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ours, "MOST", 2)
    options = await person.options()
    for n in range(2):
        person.key = Authenticator(SITE)
        assert (await person.add(f"Kunci {n}")).status_code == 201
    assert (await person.ask("POST", "/registration", {})).json()["code"] == "passkey_limit_reached"
    person.key = Authenticator(SITE)
    late = await person.ask("POST", "", {"credential": person.key.create(options), "name": "Tiga"})
    assert (late.status_code, late.json()["code"]) == (409, "passkey_limit_reached")


async def test_passkeys_are_offered_only_where_the_server_has_a_name(app: FastAPI, world: World) -> None:
    for origin, base_url, offered in (
        (SITE, "http://inside.test", True),
        ("", SITE, False),
        ("", "http://localhost:8000", True),
        ("", "http://127.0.0.1:8000", False),
        ("https://10.0.0.5", "http://inside.test", False),
        ("http://kumkm.test", "http://kumkm.test", False),
    ):
        services = app.state.services
        app.state.services = replace(services, settings=services.settings.model_copy(update={"public_origin": origin}))
        browser = Browser(app, base_url)
        ways = (await browser.client.get("/v1/auth/ways")).json()
        assert ways["passkeys"] is offered, (origin, base_url)
        answer = await browser.client.post("/v1/auth/passkeys/sign-in")
        assert answer.status_code == (200 if offered else 404)


@each(
    "response",
    [
        {"clientDataJSON": client, **more}
        for client in ("", "e30", "bnVsbA", "W10")
        for more in ({}, {"authenticatorData": "gYGBgYGB", "signature": "AA"}, {"attestationObject": "gYGBgYGBgYGB"})
    ],
)
async def test_garbage_is_refused(person: Person, response: dict[str, str]) -> None:
    credential = {"id": "AA", "rawId": "AA", "type": "public-key", "response": response}
    for answer in (
        await person.browser.ask("passkey", None, credential=credential),
        await person.ask("POST", "", {"credential": credential, "name": "Rusak"}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (400, "passkey_refused")
