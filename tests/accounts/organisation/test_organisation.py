"""Signing in with an organisation's account: only what the right provider says to the right browser lets anybody in."""

import asyncio
import base64
import json
import time
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import asyncpg
import httpx
import pytest
from browsers import SITE, TOKEN, later, with_cookies
from desk import BACK, PAGE, STATE, Desk, code_of, refused
from one_by_one import each
from openid import ACCESS_TOKEN, CLIENT_ID, CLIENT_SECRET, Json, OpenID
from pydantic import SecretStr
from world import World

from app.accounts import openid_provider as shell

EMBEDDED_IS_ENOUGH = True


async def test_who_has_an_account_here_is_signed_in_by_what_the_provider_says(
    desk: Desk, provider: OpenID, pg: asyncpg.Connection
) -> None:
    asked = await desk.begin(next="/register?region=16.01")
    challenge = shell.create_s256_code_challenge(provider_verifier := "x")  # type: ignore[no-untyped-call]  # no stub
    assert challenge != provider_verifier
    expected = {"response_type": "code", "client_id": CLIENT_ID, "scope": "openid profile"}
    assert expected.items() <= asked.items()
    assert (asked["redirect_uri"], asked["code_challenge_method"]) == (f"{SITE}{BACK}", "S256")
    answer = await desk.back(PAGE, code=asked["nonce"], state=asked["state"], session_state="x", iss=provider.address)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{SITE}/register?region=16.01")
    (form,) = provider.redeemed
    assert shell.create_s256_code_challenge(form["code_verifier"]) == asked["code_challenge"]  # type: ignore[no-untyped-call]  # no stub
    assert form["redirect_uri"] == asked["redirect_uri"]
    basic = base64.b64encode(b"kumkm:rahasia%3Aklien%2F1").decode()
    assert provider.credentials == [f"Basic {basic}"]
    assert STATE not in desk.browser.cookies, "it is good once"
    session = (await desk.browser.ask("refresh")).json()
    assert session["account"]["username"] == "officer"
    auth = {"Authorization": f"Bearer {session['access_token']}"}
    (own,) = (await desk.browser.client.get("/v1/auth/sessions", headers=auth)).json()["items"]
    assert own["way"] == "organisation"
    assert (await desk.browser.ask("sign_out")).status_code == 204
    assert (await desk.browser.me(session["access_token"])).status_code == 401
    trail = await pg.fetch("SELECT action FROM audit_event WHERE action ~ '^(session|account)' ORDER BY id")
    assert [row[0] for row in trail] == ["account.organisation_linked", "session.started", "session.ended"]


async def test_the_cookie_of_the_way_tells_nothing_and_no_script_reads_it(desk: Desk) -> None:
    answer = await desk.browser.client.post("/v1/auth/oidc/start", json={"next": "/peta"})
    (header,) = answer.headers.get_list("set-cookie")
    name, _, rest = header.partition("=")
    assert name == STATE
    assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/", "Max-Age=600"} <= set(rest.split("; "))
    asked = dict(parse_qsl(urlsplit(answer.json()["url"]).query))
    opened = base64.urlsafe_b64decode(rest.partition(";")[0])
    assert not any(secret.encode() in opened for secret in (asked["state"], asked["nonce"], "/peta"))


@each("foreign", [{"Origin": "https://evil.test"}, {"X-KUMKM-Session": "0"}, {"Sec-Fetch-Site": "cross-site"}])
async def test_no_other_page_begins_it(desk: Desk, foreign: dict[str, str]) -> None:
    answer = await desk.browser.client.post("/v1/auth/oidc/start", json={}, headers=foreign)
    assert (answer.status_code, code_of(answer)) == (403, "foreign_page")


@each(
    "elsewhere",
    [
        "https://evil.test",
        "//evil.test",
        "/\\evil.test",
        "\\\\evil.test",
        "/\t/evil.test",
        "/peta\r\nSet-Cookie: a=b",
        "peta",
        "",
        "@evil.test",
        "/../lain",
        "/peta/%2e%2E/%2e./lain",
        "/v1/me",
        "/docs",
        "/pe ta",
        "/#akar",
        "javascript:alert(1)",
        "/" + "a" * 1000,
    ],
)
async def test_nobody_is_sent_anywhere_but_to_a_page_of_ours(desk: Desk, elsewhere: str) -> None:
    answer = await desk.browser.client.post("/v1/auth/oidc/start", json={"next": elsewhere})
    assert answer.status_code == 422, elsewhere
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/body/next"]


@each("page", ["/", "/peta", "/register/0199?region=16.01&q=a%2Fb", "/?as_of=2022-09-12"])
async def test_the_page_that_was_asked_for_is_shown_under_the_servers_own_path(desk: Desk, page: str) -> None:
    await desk.configured(root_path="/kumkm")
    asked = await desk.begin(next=page)
    assert asked["redirect_uri"] == f"{SITE}/kumkm{BACK}"
    answer = await desk.back(PAGE, code=asked["nonce"], state=asked["state"])
    assert answer.headers["location"] == f"{SITE}/kumkm{page}"
    assert any("Path=/kumkm/v1/auth;" in each for each in answer.headers.get_list("set-cookie"))


async def test_a_sign_in_that_another_browser_began_is_not_finished_in_this_one(desk: Desk) -> None:
    attacker, victim = Desk(desk.app), desk
    theirs, own = await attacker.begin(), await victim.begin()
    for state in (theirs["state"], None, "", own["state"][:-1], "é"):
        answer = await victim.back(code=theirs["nonce"], state=state)
        assert (answer.status_code, code_of(answer)) == (400, "organisation_sign_in_stale"), state
    assert STATE in victim.browser.cookies, "its own one goes on"
    assert TOKEN not in victim.browser.cookies
    assert (await victim.back(code=own["nonce"], state=own["state"])).status_code == 303


async def test_a_state_is_good_once_also_for_two_at_once(desk: Desk, pg: asyncpg.Connection) -> None:
    asked = await desk.begin()
    kept = with_cookies(desk.browser.cookies)
    answers = await asyncio.gather(*(desk.back(kept, code=asked["nonce"], state=asked["state"]) for _ in range(4)))
    assert sorted(map(code_of, answers)) == ["303", *["organisation_sign_in_stale"] * 3]
    assert await refused(pg) == [("sign_in", "organisation_sign_in_stale")] * 3


@each("spoilt", ["late", "cut", "changed", "empty", "twice", "none"])
async def test_what_the_browser_keeps_is_whole_ours_and_fresh(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, spoilt: str
) -> None:
    asked = await desk.begin()
    kept = desk.browser.cookies[STATE]
    turned = kept[:-6] + ("A" if kept[-6] != "A" else "B") + kept[-5:]
    now = time.time()
    if spoilt == "late":
        monkeypatch.setattr("app.accounts.organisation.time.time", lambda: now + 601)
    cookies = {
        "late": f"{STATE}={kept}",
        "cut": f"{STATE}={kept[:-8]}",
        "changed": f"{STATE}={turned}",
        "empty": f"{STATE}=",
        "twice": f"{STATE}={kept}; {STATE}={kept}",
        "none": "",
    }
    answer = await desk.back({"Cookie": cookies[spoilt]}, code=asked["nonce"], state=asked["state"])
    monkeypatch.undo()
    assert (answer.status_code, code_of(answer)) == (400, "organisation_sign_in_stale")


@each(
    ("username", "code"),
    [
        ("tidak.ada", "organisation_account_unknown"),
        ("system", "organisation_account_unknown"),
        ("enumerator.1", "organisation_account_unfit"),
        ("coordinator.1", "303"),
        ("officer", "303"),
        ("OFFICER.Palembang", "303"),
        ("admin", "303"),
        ("officer ", "organisation_account_unknown"),
        ("o\ufb03cer", "organisation_account_unknown"),
        ("", "organisation_account_unknown"),
        (7, "organisation_account_unknown"),
        (None, "organisation_account_unknown"),
    ],
)
async def test_only_people_at_desks_who_have_an_account_come_in_and_none_is_made(
    desk: Desk, provider: OpenID, pg: asyncpg.Connection, username: Any, code: str
) -> None:
    count = await pg.fetchval("SELECT count(*) FROM account")
    provider.claims = {"sub": f"sub {username}", "preferred_username": username}
    answer = await desk.come()
    assert code_of(answer) == code
    assert (TOKEN in answer.cookies) is (code == "303")
    if code != "303":
        assert answer.status_code == 403
        assert str(username or "-") not in answer.text or username == 7
        assert (await refused(pg))[-1][1] == code
    assert await pg.fetchval("SELECT count(*) FROM account") == count


async def test_a_closed_account_is_told_so_and_the_trail_whose_it_was(
    desk: Desk, world: World, pg: asyncpg.Connection
) -> None:
    await pg.execute("UPDATE account SET deactivated_at = now() WHERE username = 'officer'")
    answer = await desk.come()
    assert (answer.status_code, code_of(answer)) == (403, "account_deactivated")
    row = await pg.fetchrow("SELECT subject_id, detail FROM audit_event WHERE action = 'session.refused'")
    assert row is not None
    assert row["subject_id"] == str(world.id("officer"))
    told = {"way": "organisation", "reason": "account_deactivated"}
    assert told.items() <= json.loads(row["detail"]).items()


async def test_an_account_belongs_to_the_first_who_came_and_not_to_who_is_called_so_later(
    desk: Desk, provider: OpenID, client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    assert (await desk.come()).status_code == 303
    assert (await desk.come()).status_code == 303
    provider.claims = {"sub": "b2", "preferred_username": "officer"}
    assert code_of(await desk.come()) == "organisation_other_account", "somebody took the name"
    provider.claims = {"sub": "a1", "preferred_username": "admin"}
    assert code_of(await desk.come()) == "organisation_other_account", "and who has one account takes no other"
    kept = await pg.fetchval("SELECT organisation_account::text FROM organisation_account")
    assert "a1" not in kept.split(",")
    answer = await client.post(f"/v1/accounts/{world.id('officer')}/credentials", headers=world.auth("admin"))
    assert answer.status_code == 200
    provider.claims = {"sub": "b2", "preferred_username": "officer"}
    assert (await desk.come()).status_code == 303, "a reset lets the next one in"


async def test_a_session_that_goes_on_goes_on_as_the_same_account(desk: Desk, world: World) -> None:
    assert code_of(await desk.come(account_id=str(world.id("admin")))) == "organisation_other_account"
    assert (await desk.come(account_id=str(world.id("officer")))).status_code == 303


async def test_the_session_before_ends_though_its_cookies_do_not_come_along(desk: Desk, pg: asyncpg.Connection) -> None:
    before = await desk.browser.sign_in("officer.palembang")
    asked = await desk.begin()
    lax = {"Cookie": f"{STATE}={desk.browser.cookies[STATE]}"}
    desk.browser.client.cookies.clear()
    assert (await desk.back(lax, code=asked["nonce"], state=asked["state"])).status_code == 303
    assert (await desk.browser.me(before["access_token"])).status_code == 401
    assert (await desk.browser.ask("refresh")).json()["account"]["username"] == "officer"


@pytest.mark.proof
@each(
    ("claims", "settings_", "code"),
    [
        ({"email": "Officer@Dinas.go.id", "email_verified": True}, {"oidc_domain": "dinas.go.id"}, "303"),
        ({"email": "officer@dinas.go.id", "email_verified": False}, {"oidc_domain": "dinas.go.id"}, "unknown"),
        ({"email": "officer@dinas.go.id", "email_verified": "true"}, {"oidc_domain": "dinas.go.id"}, "unknown"),
        ({"email": "officer@dinas.go.id"}, {"oidc_domain": "dinas.go.id"}, "unknown"),
        ({"email": "officer@evil.test", "email_verified": True}, {"oidc_domain": "dinas.go.id"}, "unknown"),
        ({"email": "officer@a.dinas.go.id", "email_verified": True}, {"oidc_domain": "dinas.go.id"}, "unknown"),
        ({"email": "officer@evil.test@dinas.go.id", "email_verified": True}, {"oidc_domain": "dinas.go.id"}, "unknown"),
        ({"email": "officer", "email_verified": True}, {"oidc_domain": "dinas.go.id"}, "unknown"),
        ({"upn": "officer@dinas.go.id"}, {"oidc_claim": "upn", "oidc_domain": "DINAS.go.id"}, "303"),
        ({"upn": ["officer"]}, {"oidc_claim": "upn"}, "unknown"),
    ],
)
async def test_another_claim_is_taken_as_the_operator_says(
    desk: Desk, provider: OpenID, pg: asyncpg.Connection, claims: Json, settings_: dict[str, str], code: str
) -> None:
    await desk.configured(**{"oidc_claim": "email", "oidc_scopes": "openid email", "oidc_domain": "", **settings_})
    provider.claims = {"sub": "a1", "preferred_username": "admin", **claims}
    assert code_of(await desk.come()).removeprefix("organisation_account_") == code
    await pg.execute("DELETE FROM sign_in_attempt")


async def test_a_claim_that_the_token_has_not_is_asked_for_at_user_info(desk: Desk, provider: OpenID) -> None:
    provider.claims = {"sub": "a1"}
    provider.user_info = {"sub": "a1", "preferred_username": "officer"}
    assert (await desk.come()).status_code == 303
    provider.user_info = {"sub": "b2", "preferred_username": "officer"}
    assert code_of(await desk.come()) == "organisation_answer_unsound", "it is of somebody else"
    provider.user_info = {"preferred_username": "officer"}
    assert code_of(await desk.come()) == "organisation_answer_unsound"
    provider.claims = {"sub": "a1", "preferred_username": "officer"}
    provider.user_info = {"sub": "a1", "preferred_username": "admin"}
    assert (await desk.come()).status_code == 303, "what is signed is enough"


async def test_an_answer_that_names_another_provider_is_refused(desk: Desk, provider: OpenID) -> None:
    for issuer in ("https://evil.test", f"{provider.address}/", ""):
        asked = await desk.begin()
        answer = await desk.back(code=asked["nonce"], state=asked["state"], iss=issuer)
        assert code_of(answer) == "organisation_answer_unsound"
    assert provider.redeemed == [], "the code goes to nobody"
    await desk.configured()
    provider.description = {"authorization_response_iss_parameter_supported": True}
    assert code_of(await desk.come()) == "organisation_answer_unsound", "this one always says who it is"


async def test_a_code_that_the_provider_does_not_take_has_to_be_got_again(desk: Desk, provider: OpenID) -> None:
    provider.answers = {"/token": (400, b'{"error":"invalid_grant","error_description":"<script>alert(1)</script>"}')}
    answer = await desk.come()
    assert (answer.status_code, code_of(answer)) == (400, "organisation_sign_in_stale")
    assert "script" not in answer.text


@each("error", ["access_denied", "login_required", "<script>alert(1)</script>", "x" * 2000])
async def test_what_the_provider_says_is_wrong_is_told_in_our_words(desk: Desk, error: str) -> None:
    asked = await desk.begin(next="/peta?region=16.01")
    told = {"error": error, "error_description": "<img src=x onerror=alert(1)>", "state": asked["state"]}
    answer = await desk.back(PAGE, **told)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{SITE}/peta?region=16.01&masuk=organisation_denied"
    assert "<" not in str(answer.headers) + answer.text
    program = await desk.begin()
    answer = await desk.back(error=error, state=program["state"])
    assert (answer.status_code, code_of(answer)) == (403, "organisation_denied")
    assert error not in answer.text


async def test_a_browser_gets_a_page_that_says_why_and_a_program_a_problem(desk: Desk) -> None:
    answer = await desk.back(PAGE, code="x", state="y")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{SITE}/?masuk=organisation_sign_in_stale")
    answer = await desk.back({"Accept-Language": "en"}, code="x", state="y")
    assert answer.json()["title"] == "Sign-in has to start again"
    await desk.configured(web="off")
    assert (await desk.back(PAGE, code="x", state="y")).status_code == 400, "there is no page"


async def test_a_provider_that_is_away_is_told_at_once_and_passwords_go_on_working(
    desk: Desk, provider: OpenID, monkeypatch: pytest.MonkeyPatch
) -> None:
    for status in (500, 503, 429):
        asked = await desk.begin()
        provider.answers = {"/token": (status, b"")}
        answer = await desk.back(code=asked["nonce"], state=asked["state"])
        assert (answer.status_code, code_of(answer)) == (503, "organisation_unavailable")
        assert answer.headers["Retry-After"]
    monkeypatch.setattr(shell, "DESCRIPTION_GOOD_S", 0)
    provider.answers = {"/.well-known/openid-configuration": (502, b"")}
    for _ in range(5):
        answer = await desk.browser.client.post("/v1/auth/oidc/start", json={})
        assert (answer.status_code, code_of(answer)) == (503, "organisation_unavailable")
        assert answer.headers["Retry-After"]
    assert provider.asked.count("/.well-known/openid-configuration") == 2, "it is left alone for a while"
    await desk.browser.sign_in()
    ways = (await desk.browser.client.get("/v1/auth/ways")).json()
    assert ways["organisation"] == {"name": None}


async def test_a_provider_that_says_nothing_is_waited_for_only_so_long(
    desk: Desk, provider: OpenID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shell, "ANSWER_S", 0.1)
    provider.speaks.clear()
    answer = await desk.browser.client.post("/v1/auth/oidc/start", json={})
    assert (answer.status_code, code_of(answer)) == (503, "organisation_unavailable")
    provider.speaks.set()
    await desk.configured(oidc_issuer="http://127.0.0.1:1")
    answer = await desk.browser.client.post("/v1/auth/oidc/start", json={})
    assert (answer.status_code, code_of(answer)) == (503, "organisation_unavailable"), "nobody listens"


@pytest.mark.proof
@each(
    "told",
    [
        {"issuer": "https://evil.test"},
        {"issuer": None},
        {"token_endpoint": "http://sso.example.go.id/token"},
        {"jwks_uri": "ftp://127.0.0.1/keys"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": "https://a@evil.test/"},
        {"userinfo_endpoint": "http://10.0.0.1/me"},
        {"code_challenge_methods_supported": ["plain"]},
        {"authorization_endpoint": None},
    ],
)
async def test_a_provider_that_is_not_fit_is_not_used(desk: Desk, provider: OpenID, told: Json) -> None:
    await desk.configured()
    provider.description = told
    answer = await desk.browser.client.post("/v1/auth/oidc/start", json={})
    assert (answer.status_code, code_of(answer)) == (503, "organisation_unavailable")


async def test_nothing_of_the_providers_is_stored_logged_or_in_an_address(
    desk: Desk, provider: OpenID, pg: asyncpg.Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    seen: list[str] = []
    provider.claims = {"sub": "1601011212120001", "preferred_username": "officer", "name": "Siti Rahayu"}
    for iss in ("https://evil.test", None):
        asked = await desk.begin()
        answer = await desk.back(PAGE, code=asked["nonce"], state=asked["state"], iss=iss)
        seen += [str(answer.headers.get("location"))]
    assert answer.status_code == 303
    tables = await pg.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename ~ '^[a-z_]+$'")
    for (table,) in tables:
        seen += [row[0] for row in await pg.fetch(f"SELECT {table}::text FROM {table}")]
    said = capsys.readouterr()
    everything = "".join([*seen, said.out, said.err])
    secrets = [ACCESS_TOKEN, CLIENT_SECRET, "1601011212120001", "Siti Rahayu", asked["state"], asked["nonce"]]
    assert [secret for secret in secrets if secret in everything] == []


@pytest.mark.proof
async def test_failures_of_an_address_wait_as_those_with_passwords(desk: Desk, provider: OpenID) -> None:
    provider.claims = {"sub": "a1", "preferred_username": "tidak.ada"}
    found = [(await desk.come()).status_code for _ in range(33)]
    assert found[:30] == [403] * 30
    assert found[-1] == 429
    assert len(provider.redeemed) < 33, "who has to wait reaches no provider"


async def test_who_is_signed_in_so_proves_once_more_who_it_is_before_it_adds_a_passkey(
    desk: Desk, pg: asyncpg.Connection
) -> None:
    assert (await desk.come()).status_code == 303
    token = (await desk.browser.ask("refresh")).json()["access_token"]
    await desk.configured(public_origin=SITE)
    answer = await desk.browser.client.post(
        "/v1/auth/passkeys/registration", json={}, headers={"Authorization": f"Bearer {token}"}
    )
    assert (answer.status_code, code_of(answer)) == (403, "proof_needed")
    await later(pg, 0)


async def test_a_public_client_says_who_it_is_without_a_secret(desk: Desk, provider: OpenID) -> None:
    await desk.configured(oidc_client_secret=None)
    assert (await desk.come()).status_code == 303
    assert provider.redeemed[-1]["client_id"] == CLIENT_ID
    assert provider.credentials == [None]
    await desk.configured(oidc_client_secret=SecretStr(CLIENT_SECRET))
    provider.description = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    assert (await desk.come()).status_code == 303
    assert (provider.redeemed[-1]["client_secret"], provider.credentials[-1]) == (CLIENT_SECRET, None)


async def test_it_is_off_where_no_provider_is_set(desk: Desk) -> None:
    await desk.configured(oidc_issuer="")
    assert (await desk.browser.client.get("/v1/auth/ways")).json()["organisation"] is None
    start = await desk.browser.client.post("/v1/auth/oidc/start", json={})
    back = await desk.back(code="x", state="y")
    for answer in (start, back):
        assert (answer.status_code, code_of(answer)) == (404, "way_not_offered")
