"""Guessing gets slower, and nobody locks somebody else out for long."""

import asyncio
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from shapes import Call
from waiting import until
from world import World

from app.accounts.passwords import hash_password, new_activation_code
from app.accounts.throttle import ADDRESS_PAID_BACK_EVERY, FREE, LONGEST_S, Counted, _owed, delay_s, network_of
from app.core.problems import Code, Problem

EMBEDDED_IS_ENOUGH = True
PASSWORD = "empat sawah di tepi ogan"


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer guesses from everywhere before an account waits: each takes a password hash."""
    monkeypatch.setitem(FREE, "account", 8)


def come_from(client: httpx.AsyncClient, address: str) -> None:
    assert isinstance(client._transport, httpx.ASGITransport)
    client._transport.client = (address, 40000)


@pytest.fixture
async def sign_in(client: httpx.AsyncClient, world: World, pg: asyncpg.Connection) -> Call:
    await pg.execute("UPDATE account SET password_hash = $1", hash_password(PASSWORD))
    await world.without_tablets(pg)

    async def call(
        username: str = "enumerator.1", password: str = "wrong", address: str = "10.0.0.1", **form: Any
    ) -> httpx.Response:
        come_from(client, address)
        form = {"grant_type": "password", "username": username, "password": password, **form}
        return await client.post("/v1/auth/token", data=form)

    return call


@given(st.sampled_from(sorted(FREE)), st.integers(0, 10**9))
def test_waits_grow_and_end(counted: Counted, failures: int) -> None:
    wait = delay_s(counted, failures)
    assert 0 <= wait <= LONGEST_S[counted]
    assert delay_s(counted, failures + 1) >= wait
    assert (wait == 0) is (failures <= FREE[counted])


async def test_the_sixth_wrong_guess_makes_the_next_one_wait(sign_in: Call, pg: asyncpg.Connection) -> None:
    for _ in range(6):
        assert (await sign_in()).status_code == 400
    refused = await sign_in(password=PASSWORD)
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
    assert 1 <= int(refused.headers["Retry-After"]) <= 2
    await pg.execute("UPDATE sign_in_attempt SET blocked_until = now() - interval '1 second'")
    assert (await sign_in(password=PASSWORD)).status_code == 200
    assert (await sign_in()).status_code == 400, "what was right starts afresh"


async def test_names_that_nobody_has_are_counted_alike(sign_in: Call) -> None:
    assert [(await sign_in(username="nobody")).status_code for _ in range(7)] == [400] * 6 + [429]


async def test_a_hundred_guesses_at_once_are_a_hundred_guesses(sign_in: Call) -> None:
    answers = await asyncio.gather(*(sign_in() for _ in range(20)))
    assert sum(answer.status_code == 400 for answer in answers) == 6


async def test_other_accounts_from_the_same_address_are_not_in_the_way(sign_in: Call) -> None:
    for _ in range(7):
        await sign_in()
    assert (await sign_in(username="enumerator.2", password=PASSWORD)).status_code == 200


async def test_strangers_do_not_lock_the_owner_out(sign_in: Call, pg: asyncpg.Connection) -> None:
    assert (await sign_in(password=PASSWORD, address="10.9.9.9")).status_code == 200
    for n in range(FREE["account"] + 2):
        await sign_in(address=f"10.1.0.{n}")
    assert (await sign_in(password=PASSWORD, address="10.8.8.8")).status_code == 429, "from anywhere else: a minute"
    assert await pg.fetchval("SELECT max(blocked_until) - now() < interval '61 seconds' FROM sign_in_attempt")
    assert (await sign_in(password=PASSWORD, address="10.9.9.9")).status_code == 200, "where it signed in before"


async def test_a_tablet_that_signed_in_before_is_known_from_any_address(sign_in: Call) -> None:
    assert (await sign_in(password=PASSWORD, device_id="tablet-7")).status_code == 200
    for n in range(FREE["account"] + 2):
        await sign_in(address=f"10.1.0.{n}")
    assert (await sign_in(password=PASSWORD, address="10.5.5.5", device_id="tablet-7")).status_code == 200


async def test_activation_codes_are_guessed_no_faster(client: httpx.AsyncClient, world: World) -> None:
    told = {"username": "enumerator.1", "activation_code": "AAAA", "new_password": PASSWORD}
    statuses = [(await client.post("/v1/auth/password", json=told)).status_code for _ in range(7)]
    assert statuses == [400] * 6 + [429]


async def test_the_table_tells_neither_names_nor_addresses(sign_in: Call, pg: asyncpg.Connection) -> None:
    await sign_in(username="enumerator.1", address="10.77.66.55")
    kept = "".join(row[0] for row in await pg.fetch("SELECT sign_in_attempt::text FROM sign_in_attempt"))
    assert b"enumerator".hex() not in kept
    assert "10.77.66.55" not in kept


async def test_who_guesses_on_a_tablets_id_does_not_close_its_owners_usual_address(sign_in: Call) -> None:
    assert (await sign_in(password=PASSWORD, address="10.9.9.9", device_id="tablet-7")).status_code == 200
    for _ in range(FREE["pair"] + 3):
        await sign_in(address="10.6.6.6", device_id="tablet-7")
    assert (await sign_in(password=PASSWORD, address="10.9.9.9", device_id="tablet-7")).status_code == 200


async def test_what_is_long_ago_is_swept_while_somebody_signs_in(
    sign_in: Call, pg: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.accounts.throttle._PRUNE_ONE_IN", 1)
    for n in range(4):
        await sign_in(username=f"nobody.{n}")
    await pg.execute("UPDATE sign_in_attempt SET attempted_at = now() - interval '2 days'")
    answers = await asyncio.gather(*(sign_in(username=f"nobody.{n % 4}") for n in range(12)))
    assert {answer.status_code for answer in answers} == {400}
    assert not await pg.fetchval("SELECT count(*) FROM sign_in_attempt WHERE attempted_at < now() - interval '1 day'")


async def test_an_attempt_that_a_busy_server_did_not_look_at_was_none(
    sign_in: Call, pg: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def busy(*_: object) -> None:
        raise Problem(Code.OVERLOADED, retry_after=2)

    with monkeypatch.context() as patch:
        patch.setattr("app.accounts.signing_in.verify_password", busy)
        assert [(await sign_in(password=PASSWORD)).status_code for _ in range(10)] == [503] * 10
    with monkeypatch.context() as patch:
        patch.setattr("app.accounts.throttle.forgive", busy)
        assert [(await sign_in(password=PASSWORD)).status_code for _ in range(10)] == [503] * 10
    assert await pg.fetchval("SELECT max(failures) FROM sign_in_attempt") == 0
    assert (await sign_in(password=PASSWORD)).status_code == 200


@pytest.mark.proof
async def test_an_address_that_many_share_is_paid_back_while_they_go_on_mistyping(
    sign_in: Call, pg: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(FREE, "address", 4)
    for n in range(5):
        assert (await sign_in(username=f"nobody.{n}")).status_code == 400
    assert (await sign_in(username="enumerator.1", password=PASSWORD)).status_code == 429
    back = ADDRESS_PAID_BACK_EVERY * 3
    await pg.execute(
        "UPDATE sign_in_attempt SET attempted_at = attempted_at - $1::interval,"
        " blocked_until = blocked_until - $1::interval",
        back,
    )
    for n in range(2):  # 5 owed, 3 paid back
        assert (await sign_in(username=f"somebody.{n}")).status_code == 400
    assert (await sign_in(username="enumerator.1", password=PASSWORD)).status_code == 200


def test_what_is_paid_back_does_not_depend_on_how_often_is_asked() -> None:
    began = now = datetime.now(UTC)
    owed, since = 1000, began
    while now < began + 100 * ADDRESS_PAID_BACK_EVERY:
        now += timedelta(seconds=7)
        owed, since = _owed(owed, since, now, "address")
    assert owed == 900
    assert _owed(1000, began, now, "address")[0] == 900
    assert _owed(1000, began, now, "pair")[0] == 1000


def crowded(monkeypatch: pytest.MonkeyPatch) -> tuple[list[bool], threading.Event]:
    """Passwords whose look takes until it is told to go on."""
    looking, go_on = [], threading.Event()

    def slowly(*_: object) -> bool:
        looking.append(True)
        return go_on.wait(10)

    monkeypatch.setattr("app.accounts.passwords._verify", slowly)
    return looking, go_on


async def test_a_crowd_that_would_wait_too_long_is_turned_away_before_it_is_counted(
    app: FastAPI, sign_in: Call, pg: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns = app.state.services.sign_in._turns
    monkeypatch.setattr(turns, "_most_waiting", 3)
    looking, go_on = crowded(monkeypatch)
    crowd = [asyncio.create_task(sign_in(username=f"nobody.{n}", password=PASSWORD)) for n in range(5)]
    await until(lambda: turns.waiting == 3 and len(looking) == 2)
    one_more = await sign_in(username="enumerator.1", password=PASSWORD)
    assert (one_more.status_code, one_more.json()["code"]) == (503, "overloaded")
    assert int(one_more.headers["Retry-After"]) >= 2
    go_on.set()
    assert {answer.status_code for answer in await asyncio.gather(*crowd)} == {400}
    assert await pg.fetchval("SELECT count(*) FROM sign_in_attempt") == 11, "five names, from here and anywhere; here"


@pytest.mark.parametrize("at", ["one account", "many accounts", "the code of one"])
async def test_sixty_guesses_at_once_keep_nobody_else_out(
    app: FastAPI, client: httpx.AsyncClient, sign_in: Call, pg: asyncpg.Connection, at: str
) -> None:
    async def guess(n: int) -> httpx.Response:
        if at == "the code of one":
            told = {"username": "enumerator.2", "activation_code": "AAAA", "new_password": PASSWORD}
            return await client.post("/v1/auth/password", json=told)
        return await sign_in(username="enumerator.2" if at == "one account" else f"nobody.{n}", address="10.6.6.6")

    crowd = [asyncio.create_task(guess(n)) for n in range(60)]
    turns = app.state.services.sign_in._turns
    await until(lambda: turns.waiting > 30)
    mine = await sign_in(username="enumerator.1", password=PASSWORD, address="10.7.7.7")
    assert mine.status_code == 200
    assert turns.waiting > 20, "they still wait"
    assert {answer.status_code for answer in await asyncio.gather(*crowd)} <= {400, 429}


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("10.1.2.3", "10.1.2.3"),
        ("10.1.2.3:5000", "10.1.2.3"),
        ("::ffff:10.1.2.3", "10.1.2.3"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2::9", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::9]:443", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("2001:db8:1:3::9", "2001:db8:1:3::/64"),
        ("unknown", "unknown"),
        ("", ""),
    ],
)
def test_of_ipv6_the_network_is_counted(address: str, network: str) -> None:
    assert network_of(address) == network


async def test_who_has_a_network_of_ipv6_guesses_no_faster(sign_in: Call) -> None:
    statuses = [(await sign_in(address=f"2001:db8:1:2::{n:x}")).status_code for n in range(1, 8)]
    assert statuses == [400] * 6 + [429]
    assert (await sign_in(address="2001:db8:1:3::1")).status_code == 400


async def test_a_success_pays_back_no_guesses_at_other_accounts(
    sign_in: Call, pg: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(FREE, "address", 4)
    assert (await sign_in(username="enumerator.3", password=PASSWORD)).status_code == 200
    for n in range(5):
        assert (await sign_in(username=f"nobody.{n}")).status_code == 400
    until = await pg.fetchval("SELECT max(blocked_until) FROM sign_in_attempt")
    assert (await sign_in(username="enumerator.3", password=PASSWORD)).status_code == 200, "it is trusted here"
    assert await pg.fetchval("SELECT max(blocked_until) FROM sign_in_attempt") == until
    assert await pg.fetchval("SELECT max(failures) FROM sign_in_attempt") == 5
    assert (await sign_in(username="nobody.9")).status_code == 429


async def test_who_has_the_right_activation_code_is_not_kept_out_by_strangers(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, sign_in: Call
) -> None:
    code, digest = new_activation_code()
    await pg.execute(
        "UPDATE account SET password_hash = NULL, activation_digest = $1, activation_expires_at = now() + '1 day'"
        " WHERE username = 'enumerator.1'",
        digest,
    )
    told = {"username": "enumerator.1", "activation_code": "AAAA", "new_password": PASSWORD}
    for n in range(FREE["account"] + 3):
        come_from(client, "10.6.6.6" if n % 2 else f"10.6.6.{n}")
        assert (await client.post("/v1/auth/password", json=told)).status_code in (400, 429)
    assert (await client.post("/v1/auth/password", json=told)).status_code == 429
    right = await client.post("/v1/auth/password", json={**told, "activation_code": code})
    assert right.status_code == 204, "from the very address of the strangers"
    assert (await sign_in(password=PASSWORD, address="10.6.6.6")).status_code == 200
