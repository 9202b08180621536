"""Receivers of one account that are slow, or have much to get, hold up nobody else's."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from ipaddress import ip_network
from typing import Any

import asyncpg
import httpx
import pytest
from fastapi import FastAPI
from receivers import Enter, Push, Receiver, receiving, silent
from shapes import Json
from world import World

from app.webhooks import places, posting, sending
from app.webhooks.posting import Post

EMBEDDED_IS_ENOUGH = True


class Senders:
    """Accounts with webhooks, and a server that looks often whether something is to be sent."""

    def __init__(self, app: FastAPI, client: httpx.AsyncClient, world: World) -> None:
        self._sending = app.state.services.webhooks
        self._client = client
        self._admin = world.auth("admin")

    async def account(self, name: str, region: str = "16.01") -> str:
        told = {"username": name, "name": name, "role": "system", "region_code": region, "scopes": ["feed:read"]}
        answer = await self._client.post("/v1/accounts", json=told, headers=self._admin)
        assert answer.status_code == 201, answer.text
        return name

    async def webhook(self, account: str, url: str, **more: Any) -> Json:
        told = {"url": url, "account": account, "begins": "start", **more}
        answer = await self._client.post("/v1/webhooks", json=told, headers=self._admin)
        assert answer.status_code == 201, answer.text
        made: Json = answer.json()
        return made

    async def delivery(self, webhook: Json) -> Json:
        answer = await self._client.get(f"/v1/webhooks/{webhook['id']}/deliveries", headers=self._admin)
        (found,) = answer.json()["items"]
        told: Json = found
        return told

    async def until(self, receiver: Receiver, many: int = 1, most_s: float = 10) -> float:
        """Look again and again until the receiver has got so many; how long it took."""
        began = time.monotonic()
        while len(receiver.got) < many:
            assert time.monotonic() - began < most_s
            await self._sending.round()
            await asyncio.sleep(0.02)
        return time.monotonic() - began

    async def rounds(self, many: int) -> None:
        for _ in range(many):
            await self._sending.round()
            await asyncio.sleep(0.02)

    async def close(self) -> None:
        await self._sending.close()


@pytest.fixture
async def senders(app: FastAPI, client: httpx.AsyncClient, world: World) -> AsyncIterator[Senders]:
    made = Senders(app, client, world)
    yield made
    await made.close()


@contextlib.asynccontextmanager
async def sleeping(seconds: float) -> AsyncIterator[Receiver]:
    """A receiver that answers 204 after so long."""

    async def late(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(seconds)
        writer.write(b"HTTP/1.1 204 X\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()

    async with receiving() as receiver:
        receiver.answers = [late] * 1_000
        yield receiver


async def test_twenty_slow_receivers_of_two_accounts_hold_up_no_third_one(
    senders: Senders, enter: Enter, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "PATIENCE_S", 0.05)
    await enter(1)
    async with sleeping(3) as slow:
        for account in ("lambat.a", "lambat.b"):
            await senders.account(account)
            for number in range(10):
                await senders.webhook(account, f"{slow.address}/{number}")
        await senders.until(slow, places.PLACES)
        await senders.webhook(await senders.account("sehat"), receiver.address)
        assert await senders.until(receiver) < 1.5
        await senders.until(slow, 20)
        await senders.close()


async def test_those_with_much_to_get_make_room_for_others(
    senders: Senders, enter: Enter, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "PLACES", 2)
    monkeypatch.setattr(places, "SHORT_TURN_S", 0.1)
    await enter(40)
    async with sleeping(0.1) as busy:
        await senders.account("sibuk")
        for number in range(4):
            await senders.webhook("sibuk", f"{busy.address}/{number}", max_changes=1)
        await senders.until(busy, 3)
        await senders.webhook(await senders.account("sehat"), receiver.address)
        assert await senders.until(receiver) < 1.5
        await senders.close()


@pytest.mark.proof
async def test_those_with_nothing_to_get_hide_nobody(
    senders: Senders, enter: Enter, push: Push, receiver: Receiver
) -> None:
    async with receiving() as elsewhere:
        for account in ("palembang.a", "palembang.b"):
            await senders.account(account, "16.71")
            for number in range(10):
                await senders.webhook(account, f"{elsewhere.address}/{number}")
        await senders.webhook(await senders.account("sehat"), receiver.address)
        for number in range(1, 4):
            await enter(1)
            for _ in range(3):
                await push()
            assert len(receiver.got) == number
        assert elsewhere.got == []


async def test_where_no_more_may_be_under_way_the_longest_is_cut_short_and_comes_again(
    senders: Senders,
    enter: Enter,
    receiver: Receiver,
    pg: asyncpg.Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in {"MOST_AT_ONCE": 2, "LONGEST_S": 0.3, "PATIENCE_S": 0.02}.items():
        monkeypatch.setattr(places, name, value)
    await enter(1)
    await senders.account("lambat")
    async with receiving() as first, receiving() as second:
        first.answers, second.answers = [silent], [silent]
        held = [await senders.webhook("lambat", each.address) for each in (first, second)]
        await senders.until(first)
        await senders.until(second)
        await senders.webhook(await senders.account("sehat"), receiver.address)
        assert await senders.until(receiver) < 1.5
        await senders.rounds(3)
        told = [await senders.delivery(each) for each in held]
        (cut,) = [each for each in told if each["fault"] == "cut_short"]
        assert (cut["state"], cut["attempts"], cut["status"]) == ("pending", 1, None)
        pending = await pg.fetch("SELECT attempts FROM webhook_delivery WHERE state = 'pending'")
        assert {row[0] for row in pending} == {0}, "no failed one: it brings no dead letter nearer"
        await pg.execute("UPDATE webhook SET due_at = now()")
        at = told.index(cut)
        again = (first, second)[at]
        await senders.until(again, 2)
        assert len({headers["webhook-id"] for headers, _ in again.got}) == 1, "the same one"
        await senders.close()
    assert sending.CUT_AGAIN_S > 0


async def test_an_answer_that_has_come_is_never_cut(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "REST_S", 0.3)

    async def taken_then_slow(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        await writer.drain()
        await asyncio.sleep(5)

    receiver.answers = [taken_then_slow, silent, 204]
    async with Post([ip_network("127.0.0.0/8")]) as post:
        for expected in [(200, None), (None, "cut_short"), (204, None)]:
            running = asyncio.create_task(post.send(receiver.address, {}, b"{}"))
            await asyncio.sleep(0.15)
            post.cut()
            post.cut()
            attempt = await running
            assert (attempt.status, attempt.fault) == expected
