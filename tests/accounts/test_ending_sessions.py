"""How sessions of browsers end: by signing out, in one tab or everywhere, and by the time."""

import asyncio
from typing import Any

import asyncpg
import httpx
from browsers import BROWSER, PASSWORD, TOKEN, Browser, later, with_cookies
from fastapi import FastAPI
from one_by_one import each
from world import World

EMBEDDED_IS_ENOUGH = True


async def test_signing_out_in_one_tab_ends_the_others_that_refresh_meanwhile(
    browser: Browser, pg: asyncpg.Connection
) -> None:
    signed_in = await browser.sign_in()
    await later(pg, 100)
    cookies = with_cookies(browser.cookies)
    answers = await asyncio.gather(
        *(browser.ask(grant, headers=cookies) for grant in ("refresh", "refresh", "sign_out", "refresh", "refresh"))
    )
    assert answers[2].status_code == 204
    assert {answer.status_code for answer in answers} <= {200, 204, 401}
    for answer in answers:
        if answer.status_code == 200:
            assert (await browser.me(answer.json()["access_token"])).status_code == 401
            left = {TOKEN: answer.cookies[TOKEN], BROWSER: answer.cookies[BROWSER]}
            assert (await browser.ask("refresh", headers=with_cookies(left))).status_code == 401
    assert (await browser.me(signed_in["access_token"])).status_code == 401


@each("left", ["both", "token alone", "token of another browser", "token and a planted one", "the token before"])
async def test_signing_out_with_the_sessions_token_ends_it_whatever_became_of_the_other_cookie(
    app: FastAPI, browser: Browser, pg: asyncpg.Connection, left: str
) -> None:
    signed_in, strange = await browser.sign_in(), Browser(app)
    await strange.sign_in("officer.palembang")
    cookies = browser.cookies
    if left == "the token before":
        await later(pg, 100)
        signed_in = (await browser.ask("refresh")).json()
    shown = {
        "token alone": {TOKEN: cookies[TOKEN]},
        "the token before": {TOKEN: cookies[TOKEN]},
        "token of another browser": {TOKEN: cookies[TOKEN], BROWSER: strange.cookies[BROWSER]},
    }
    headers = with_cookies(shown.get(left, cookies))
    if left == "token and a planted one":
        headers = {"Cookie": f"{TOKEN}={strange.cookies[TOKEN]}; {headers['Cookie']}"}
    assert (await browser.ask("sign_out", headers=headers)).status_code == 204
    assert (await browser.me(signed_in["access_token"])).status_code == 401
    assert (await browser.ask("refresh", headers=with_cookies(browser.cookies | cookies))).status_code == 401


async def test_signing_out_ends_no_session_of_which_only_the_id_is_known(
    app: FastAPI, browser: Browser, pg: asyncpg.Connection
) -> None:
    signed_in, strange = await browser.sign_in(), Browser(app)
    await strange.sign_in("officer.palembang")
    guessed = f"{browser.cookies[TOKEN].partition('.')[0]}.geraten"
    for cookies in (
        {TOKEN: guessed},
        {TOKEN: guessed, BROWSER: strange.cookies[BROWSER]},
        {BROWSER: browser.cookies[BROWSER]},
        {TOKEN: "", BROWSER: ""},
        {TOKEN: strange.cookies[TOKEN], BROWSER: browser.cookies[BROWSER]},
    ):
        assert (await strange.ask("sign_out", headers=with_cookies(cookies))).status_code == 204
        assert (await browser.me(signed_in["access_token"])).status_code == 200, cookies


async def test_signing_out_takes_the_cookie_away_and_is_the_same_twice(browser: Browser) -> None:
    await browser.sign_in()
    for _ in range(2):
        assert (await browser.ask("sign_out")).status_code == 204
        assert TOKEN not in browser.cookies
    answer = await browser.ask("refresh")
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")


@each(
    ("statement", "status", "code"),
    [
        ("UPDATE browser_session SET expires_at = now() - interval '1 second'", 401, "session_expired"),
        ("UPDATE browser_session SET ended_at = now()", 401, "session_ended"),
        ("DELETE FROM browser_session", 401, "session_ended"),
        ("UPDATE account SET deactivated_at = now()", 403, "account_deactivated"),
    ],
)
async def test_a_session_that_is_over_is_told_why_and_its_cookie_is_taken_away(
    browser: Browser, pg: asyncpg.Connection, statement: str, status: int, code: str
) -> None:
    await pg.execute("UPDATE account SET deactivated_at = NULL")
    await browser.sign_in()
    await pg.execute(statement)
    answer = await browser.ask("refresh")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert TOKEN not in browser.cookies


async def test_a_session_that_is_used_lasts_thirty_days_and_no_longer(browser: Browser, pg: asyncpg.Connection) -> None:
    await browser.sign_in()
    for _ in range(62):
        await later(pg, 43_000)
        answer = await browser.ask("refresh")
        if answer.status_code != 200:
            break
    assert answer.json()["code"] == "session_expired"
    assert await pg.fetchval("SELECT now() - started_at > interval '29 days' FROM browser_session")


async def test_sessions_are_listed_and_ended_one_by_one_and_all_together(
    app: FastAPI, browser: Browser, client: httpx.AsyncClient, people: World
) -> None:
    form = {"grant_type": "password", "username": "officer", "password": PASSWORD}
    program = (await client.post("/v1/auth/token", data=form)).json()
    elsewhere = Browser(app)
    android = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile Safari/537.36"
    there = await elsewhere.sign_in(headers={"User-Agent": android})
    here = await browser.sign_in()
    auth = {"Authorization": f"Bearer {here['access_token']}"}

    async def listed() -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = (await browser.client.get("/v1/auth/sessions", headers=auth)).json()["items"]
        return items

    found = await listed()
    assert [(row["kind"], row["current"]) for row in found] == [
        ("browser", True),
        ("browser", False),
        ("program", False),
    ]
    assert (found[1]["name"], found[1]["way"]) == ("Chrome, Android", "password")
    assert found[0]["id"] == here["session_id"]
    others = await Browser(app).sign_in("officer.palembang")
    strange = {"Authorization": f"Bearer {others['access_token']}"}
    for row in found[1:]:
        address = f"/v1/auth/sessions/{row['id']}"
        assert (await browser.client.delete(address, headers=strange)).status_code == 404
        for _ in range(2):
            assert (await browser.client.delete(address, headers=auth)).status_code == 204
    assert [row["id"] for row in await listed()] == [here["session_id"]]
    assert (await elsewhere.me(there["access_token"])).status_code == 401
    assert (await elsewhere.ask("refresh")).status_code == 401
    refresh = {"grant_type": "refresh_token", "refresh_token": program["refresh_token"]}
    assert (await client.post("/v1/auth/token", data=refresh)).status_code == 400
    await elsewhere.sign_in()
    answer = await browser.client.delete("/v1/auth/sessions", headers=auth)
    assert answer.status_code == 204
    assert TOKEN not in browser.cookies
    assert (await browser.me(here["access_token"])).status_code == 401
    assert (await elsewhere.ask("refresh")).status_code == 401


async def test_signing_out_ends_a_token_that_is_refreshed_at_the_same_moment(
    client: httpx.AsyncClient, people: World, pg: asyncpg.Connection
) -> None:
    """The next token of a family is not left over."""
    for _ in range(5):
        form = {"grant_type": "password", "username": "officer", "password": PASSWORD}
        token = (await client.post("/v1/auth/token", data=form)).json()["refresh_token"]
        refresh = {"grant_type": "refresh_token", "refresh_token": token}
        await asyncio.gather(
            client.post("/v1/auth/token", data=refresh), client.post("/v1/auth/revoke", data={"token": token})
        )
    assert await pg.fetchval("SELECT count(*) FROM refresh_token WHERE revoked_at IS NULL") == 0
