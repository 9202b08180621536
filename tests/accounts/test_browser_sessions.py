"""Sessions of browsers: cookies that only the server's own pages use, many tabs, and what a stolen token is worth."""

import asyncio
from dataclasses import replace
from http.cookies import SimpleCookie

import asyncpg
import httpx
import pytest
from browsers import BROWSER, NEW, OWN, PASSWORD, SITE, TOKEN, Browser, later, with_cookies
from fastapi import FastAPI
from one_by_one import each
from world import World

from app.accounts.passwords import activation_digest
from app.core.settings import Settings
from app.main import create_app

EMBEDDED_IS_ENOUGH = True


async def test_signing_in_gives_an_access_token_in_the_body_and_the_refresh_token_in_a_cookie_alone(
    browser: Browser,
) -> None:
    answer = await browser.ask("password", username="officer", password=PASSWORD)
    told = answer.json()
    set_cookies = SimpleCookie()
    for header in answer.headers.get_list("set-cookie"):
        set_cookies.load(header)
    token, own = set_cookies[TOKEN], set_cookies[BROWSER]
    for cookie, path in ((token, "/v1/auth"), (own, "/")):
        assert (cookie["path"], cookie["httponly"], cookie["secure"], cookie["samesite"]) == (
            path,
            True,
            True,
            "strict",
        )
        assert not cookie["domain"]
    assert token.value not in answer.text
    assert own.value not in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert (told["account"]["username"], told["account"]["role"]) == ("officer", "officer")
    assert (await browser.me(told["access_token"])).status_code == 200


async def test_no_secret_of_a_session_is_stored(browser: Browser, pg: asyncpg.Connection) -> None:
    await browser.sign_in()
    everything = "".join(row[0] for row in await pg.fetch("SELECT browser_session::text FROM browser_session"))
    for value in browser.cookies.values():
        secret = value.partition(".")[2] or value
        assert secret not in everything
        assert secret.encode().hex() not in everything


@each(
    ("headers", "status"),
    [
        ({}, 200),
        ({"X-KUMKM-Session": ""}, 403),
        ({"X-KUMKM-Session": "0"}, 403),
        ({"Origin": "https://evil.test"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://kumkm.test"}, 403),
        ({"Origin": "https://kumkm.test:8443"}, 403),
        ({"Origin": "https://kumkm.test.evil.test"}, 403),
        ({"Origin": "https://dinas.kumkm.test", "Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
    ],
)
async def test_only_the_servers_own_pages_sign_in_and_refresh(
    browser: Browser, headers: dict[str, str], status: int
) -> None:
    for grant, told in (("password", {"username": "officer", "password": PASSWORD}), ("refresh", {})):
        await browser.sign_in()
        before = browser.cookies
        answer = await browser.ask(grant, headers=headers, **told)
        assert answer.status_code == status, grant
        if status == 403:
            assert answer.json()["code"] == "foreign_page"
            assert browser.cookies == before


@each(
    ("shown", "status"),
    [
        ((), 403),
        (("X-KUMKM-Session",), 403),
        (("Origin", "Sec-Fetch-Site"), 403),
        (("X-KUMKM-Session", "Origin"), 204),
        (("X-KUMKM-Session", "Sec-Fetch-Site"), 204),
    ],
)
async def test_without_the_header_or_without_a_browsers_word_that_the_page_is_ours_nothing_is_done(
    app: FastAPI, people: World, shown: tuple[str, ...], status: int
) -> None:
    bare = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=SITE)
    headers = {name: OWN[name] for name in shown}
    answer = await bare.post("/v1/auth/session", json={"grant": "sign_out"}, headers=headers)
    assert answer.status_code == status
    if status == 403:
        assert answer.json()["code"] == "foreign_page"


async def signed_in_before(browser: Browser, pg: asyncpg.Connection) -> dict[str, str]:
    """Sign in, and let so much time pass that the next refresh brings another token; the cookies until then."""
    await browser.sign_in()
    await later(pg, 100)
    return browser.cookies


@pytest.mark.proof
async def test_twenty_tabs_that_refresh_at_once_go_on(browser: Browser, pg: asyncpg.Connection) -> None:
    await browser.sign_in()
    for _ in range(3):
        await later(pg, 100)
        answers = await asyncio.gather(*(browser.ask("refresh") for _ in range(20)))
        assert {answer.status_code for answer in answers} == {200}
        new = {answer.cookies[TOKEN] for answer in answers}
        assert len(new) == 1, "whichever answer comes last, the cookie is the same"
    assert (await browser.me(answers[-1].json()["access_token"])).status_code == 200


async def test_a_tab_that_was_on_its_way_with_the_token_before_gets_the_new_one(
    browser: Browser, pg: asyncpg.Connection
) -> None:
    before = await signed_in_before(browser, pg)
    first = await browser.ask("refresh")
    late = await browser.ask("refresh", headers=with_cookies(before))
    assert late.status_code == 200
    assert late.cookies[TOKEN] == first.cookies[TOKEN] != before[TOKEN]


async def test_a_token_that_was_replaced_long_ago_ends_the_session_for_everybody(
    app: FastAPI, browser: Browser, pg: asyncpg.Connection
) -> None:
    signed_in = await browser.sign_in()
    await later(pg, 100)
    stolen = browser.cookies
    await browser.ask("refresh")
    await later(pg, 100)
    thief = await Browser(app).ask("refresh", headers=with_cookies(stolen))
    assert (thief.status_code, thief.json()["code"]) == (401, "session_ended")
    assert (await browser.ask("refresh")).json()["code"] == "session_ended"
    assert (await browser.me(signed_in["access_token"])).status_code == 401
    assert await pg.fetchval("SELECT count(*) FROM audit_event WHERE action = 'session.reuse_detected'") == 1


async def test_an_attempt_whose_answer_was_lost_is_answered_again_however_late(
    browser: Browser, pg: asyncpg.Connection
) -> None:
    before = await signed_in_before(browser, pg)
    lost = await browser.ask("refresh", attempt_id="attempt-one-of-mine")
    await later(pg, 1000)
    again = await browser.ask("refresh", headers=with_cookies(before), attempt_id="attempt-one-of-mine")
    assert again.cookies[TOKEN] == lost.cookies[TOKEN]
    assert (await browser.ask("refresh")).status_code == 200
    late = await browser.ask("refresh", headers=with_cookies(before), attempt_id="attempt-one-of-mine")
    assert late.status_code == 401, "what it brought was used by now"


async def test_a_cookie_that_was_planted_in_another_browser_signs_nobody_in(
    app: FastAPI, browser: Browser, pg: asyncpg.Connection
) -> None:
    """A host of the same domain can plant a `__Secure-` cookie, but no `__Host-` cookie."""
    victim = Browser(app)
    await browser.sign_in("officer.palembang")
    own = await victim.sign_in()
    planted = {TOKEN: browser.cookies[TOKEN]}
    for cookies in (planted, {**victim.cookies, **planted}):
        answer = await victim.ask("refresh", headers=with_cookies(cookies))
        assert (answer.status_code, answer.json()["code"]) == (401, "session_ended")
    twice = f"{TOKEN}={browser.cookies[TOKEN]}; {with_cookies(victim.cookies)['Cookie']}"
    assert (await victim.ask("refresh", headers={"Cookie": twice})).status_code == 401
    assert (await victim.me(own["access_token"])).status_code == 200, "and it ends nobody's session"
    assert (await browser.ask("refresh")).status_code == 200
    assert await pg.fetchval("SELECT count(*) FROM browser_session WHERE ended_at IS NOT NULL") == 0


async def test_signing_in_always_starts_a_session_of_its_own_and_ends_the_one_before(
    browser: Browser, pg: asyncpg.Connection
) -> None:
    await browser.sign_in("officer.palembang")
    before = browser.cookies
    await browser.sign_in("officer")
    assert browser.cookies[TOKEN] != before[TOKEN]
    assert browser.cookies[BROWSER] != before[BROWSER]
    answer = await browser.ask("refresh", headers=with_cookies(before))
    assert answer.json()["code"] == "session_ended"


async def test_an_activation_code_sets_the_password_and_signs_in(browser: Browser, pg: asyncpg.Connection) -> None:
    await pg.execute(
        "UPDATE account SET password_hash = NULL, activation_digest = $1,"
        " activation_expires_at = now() + interval '1 day' WHERE username = 'officer'",
        activation_digest("7KQ2-M4XW-9DTB-3HNE"),
    )
    told = {"username": "officer", "activation_code": "7kq2 m4xw 9dtb 3hne", "new_password": NEW}
    weak = await browser.ask("new_password", None, **{**told, "new_password": "pendek"})
    assert [(e["pointer"], e["code"]) for e in weak.json()["errors"]] == [("/body/new_password", "password_too_short")]
    answer = await browser.ask("new_password", None, **told)
    assert answer.status_code == 200
    assert (await browser.me(answer.json()["access_token"])).status_code == 200
    assert (await browser.ask("new_password", None, **told)).json()["code"] == "invalid_grant", "a code is good once"
    await browser.sign_in(password=NEW)


async def test_a_new_password_ends_every_other_session_and_this_browser_goes_on(app: FastAPI, browser: Browser) -> None:
    elsewhere = Browser(app)
    there, here = await elsewhere.sign_in(), await browser.sign_in()
    wrong = await browser.ask("new_password", username="officer", current_password="salah", new_password=NEW)
    assert wrong.json()["code"] == "invalid_grant"
    answer = await browser.ask("new_password", username="officer", current_password=PASSWORD, new_password=NEW)
    assert answer.status_code == 200
    assert (await elsewhere.ask("refresh")).json()["code"] == "session_ended"
    for old in (there, here):
        assert (await elsewhere.me(old["access_token"])).status_code == 401
    assert (await browser.ask("refresh")).status_code == 200
    assert (await browser.me(answer.json()["access_token"])).status_code == 200


async def test_programs_give_one_proof_for_a_new_password_too(client: httpx.AsyncClient, people: World) -> None:
    told = {"username": "officer", "new_password": NEW}
    for proofs, fault in (
        ({}, ("/body/activation_code", "field_required")),
        ({"activation_code": "x", "current_password": PASSWORD}, ("/body/current_password", "proof_surplus")),
    ):
        answer = await client.post("/v1/auth/password", json=told | proofs)
        assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [fault]


async def test_who_is_moved_goes_on_after_a_refresh_and_sees_the_new_region_alone(
    browser: Browser, client: httpx.AsyncClient, people: World
) -> None:
    signed_in = await browser.sign_in()
    form = {"grant_type": "password", "username": "officer", "password": PASSWORD}
    program = (await client.post("/v1/auth/token", data=form)).json()
    moved = await client.patch(
        f"/v1/accounts/{people.id('officer')}", headers=people.auth("admin"), json={"region_code": "16.71"}
    )
    assert moved.status_code == 200, moved.text
    for old in (signed_in, program):
        assert (await browser.me(old["access_token"])).status_code == 401
    again = await browser.ask("refresh")
    assert (again.status_code, again.json()["account"]["region_code"]) == (200, "16.71")
    assert again.json()["session_id"] == signed_in["session_id"]
    refresh = {"grant_type": "refresh_token", "refresh_token": program["refresh_token"]}
    for new in (again.json(), (await client.post("/v1/auth/token", data=refresh)).json()):
        auth = {"Authorization": f"Bearer {new['access_token']}"}
        for region, status in (("16.71", 200), ("16.01", 404), ("16", 404)):
            answer = await client.get("/v1/businesses", params={"region": region}, headers=auth)
            assert answer.status_code == status, region


@each(
    ("told", "faults"),
    [
        ({"grant": "password"}, {"/body/username": "field_required", "/body/password": "field_required"}),
        ({"grant": "refresh", "username": "officer"}, {"/body/username": "field_unknown"}),
        ({"grant": "sign_out", "attempt_id": "a" * 16}, {"/body/attempt_id": "field_unknown"}),
        (
            {"grant": "new_password", "username": "officer", "new_password": NEW},
            {"/body/activation_code": "field_required"},
        ),
        (
            {
                "grant": "new_password",
                "username": "officer",
                "new_password": NEW,
                "activation_code": "x",
                "current_password": PASSWORD,
            },
            {"/body/current_password": "proof_surplus"},
        ),
        ({"grant": "implicit"}, {"/body/grant": "not_a_choice"}),
        ({}, {"/body/grant": "field_required"}),
    ],
)
async def test_every_grant_has_its_own_fields(browser: Browser, told: dict[str, str], faults: dict[str, str]) -> None:
    answer = await browser.client.post("/v1/auth/session", json=told)
    assert answer.status_code == 422
    assert {error["pointer"]: error["code"] for error in answer.json()["errors"]} == faults


async def test_a_machine_does_not_sign_in_in_a_browser(browser: Browser) -> None:
    answer = await browser.ask("password", username="system", password=PASSWORD)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_grant")


async def test_guesses_in_browsers_and_elsewhere_are_counted_together(
    browser: Browser, client: httpx.AsyncClient
) -> None:
    found = []
    for n in range(8):
        if n % 2:
            answer = await browser.ask("password", username="officer", password="salah")
        else:
            form = {"grant_type": "password", "username": "officer", "password": "salah"}
            answer = await client.post("/v1/auth/token", data=form)
        found.append(answer.status_code)
    assert found[:5] == [400] * 5
    assert found[-1] == 429
    assert answer.headers["Retry-After"]


async def test_on_the_machine_itself_plain_http_keeps_a_session(app: FastAPI, people: World) -> None:
    at_home = Browser(app, "http://127.0.0.1:8000")
    answer = await at_home.ask("password", username="officer", password=PASSWORD)
    assert set(answer.cookies) == {"kumkm_session", "kumkm_browser"}
    assert all("secure" not in each.lower() for each in answer.headers.get_list("set-cookie"))
    assert (await at_home.ask("refresh")).status_code == 200
    elsewhere = Browser(app, "http://192.168.1.5:8000")
    answer = await elsewhere.ask("password", username="officer", password=PASSWORD)
    assert all("secure" in each.lower() for each in answer.headers.get_list("set-cookie"))


async def test_behind_a_proxy_that_is_not_trusted_the_servers_own_pages_still_sign_in(
    app: FastAPI, people: World
) -> None:
    """The server takes itself to be reached by http; the browser knows better."""
    inside = Browser(app, "http://kumkm.test")
    inside.client.headers["Origin"] = SITE
    assert (await inside.ask("password", username="officer", password=PASSWORD)).status_code == 200


async def test_under_a_path_the_cookie_is_for_that_path_alone(app: FastAPI, people: World, settings: Settings) -> None:
    site = settings.model_copy(update={"public_origin": "https://dinas.test", "root_path": "/kumkm"})
    app.state.services = replace(app.state.services, settings=site)
    under = Browser(app, "https://inside.test")
    under.client.headers["Origin"] = "https://dinas.test"
    answer = await under.ask("password", username="officer", password=PASSWORD)
    assert "Path=/kumkm/v1/auth;" in next(each for each in answer.headers.get_list("set-cookie") if TOKEN in each)
    assert (await under.ask("refresh", headers={"Origin": "https://inside.test"})).status_code == 403


async def test_pages_of_a_named_origin_call_the_api_but_not_with_a_session(
    app: FastAPI, people: World, settings: Settings
) -> None:
    named = create_app(settings.model_copy(update={"cors_origins": ["https://dasbor.test"]}))
    async with named.router.lifespan_context(named):
        page = Browser(named)
        asking = {"Origin": "https://dasbor.test", "Access-Control-Request-Method": "POST"}
        answer = await page.client.options(
            "/v1/auth/session", headers={**asking, "Access-Control-Request-Headers": "x-kumkm-session"}
        )
        assert answer.status_code == 400
        answer = await page.ask("refresh", headers={"Origin": "https://dasbor.test"})
        assert answer.status_code == 403
        assert "access-control-allow-credentials" not in answer.headers
