"""Who may say what of a webhook: URLs, limits, faults with their pointers, and what the trail names."""

import asyncio
import json
import uuid
from typing import Any

import asyncpg
import httpx
import pytest
from receivers import Enter, Made, Push, Receiver, receiving
from world import World

from app.webhooks import posting

EMBEDDED_IS_ENOUGH = True


@pytest.mark.parametrize("cursor", ["none of this list", None])
async def test_begins_and_cursor_are_refused_together_whatever_the_cursor_is(
    cursor: str | None, made: Made, ask: Any, receiver: Receiver, client: httpx.AsyncClient, world: World, enter: Enter
) -> None:
    if cursor is None:
        await enter(1)
        page = await client.get("/v1/feed", params={"limit": 1}, headers=world.auth("system", scopes=["feed:read"]))
        cursor = page.json()["next_cursor"]
    webhook = await made()
    for begins in ("now", "start"):
        both = {"begins": begins, "cursor": cursor}
        for path, body in [("", {"url": f"{receiver.address}/2", **both}), (f"/{webhook['id']}/resume", both)]:
            refused = await ask("POST", path, body, status=422)
            assert [(each["pointer"], each["code"]) for each in refused["errors"]] == [
                ("/body/cursor", "invalid_value")
            ]


async def test_plain_http_to_a_name_is_refused_early_where_it_would_not_be_sent(
    ask: Any, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = {"contoh.go.id": "8.8.8.8", "kantor.go.id": "127.0.0.1", "dalam.go.id": "10.0.0.1"}

    async def addresses_of(target: Any) -> Any:
        if target.host not in names:
            raise posting.NameUnknownError
        return [posting.ip_address(names[target.host])]

    monkeypatch.setattr(posting, "addresses_of", addresses_of)

    async def code(url: str) -> str:
        (error,) = (await ask("POST", "", {"url": url}, status=422))["errors"]
        assert error["pointer"] == "/body/url"
        return str(error["code"])

    assert await code("http://contoh.go.id/x") == "url_not_https"
    assert await code("http://dalam.go.id/x") == "url_inside"
    webhook = await ask("POST", "", {"url": "http://kantor.go.id/x"}, status=201)
    await ask("POST", "", {"url": "http://belum.go.id/x"}, status=201)  # no address yet: each attempt looks again
    (error,) = (await ask("PATCH", f"/{webhook['id']}", {"url": "http://contoh.go.id/y"}, status=422))["errors"]
    assert error["code"] == "url_not_https"


async def test_who_manages_which(made: Made, ask: Any, receiver: Receiver, pg: asyncpg.Connection) -> None:
    webhook = await made()
    path = f"/{webhook['id']}"
    assert [each["id"] for each in (await ask("GET", who="admin"))["items"]] == [webhook["id"]]
    assert (await ask("GET", who="officer"))["items"] == [], "the account's region is the province"
    await ask("GET", path, who="officer", status=404)
    await ask("DELETE", path, who="officer.palembang", status=404)
    await pg.execute("UPDATE account SET region_code = '16.01' WHERE username = 'system'")
    await ask("GET", path, who="officer")
    await ask("GET", path, who="officer.palembang", status=404)
    await ask("GET", path, who="coordinator.1", status=403)
    body = {"url": receiver.address + "/2", "account": "system"}
    await ask("POST", "", body, who="officer", status=201)
    await ask("POST", "", body, who="officer", status=409)
    await ask("POST", "", {**body, "account": "officer"}, who="officer", status=422)
    await ask("POST", "", {**body, "account": "system.blind"}, who="admin", status=422)
    await ask("POST", "", {"url": receiver.address}, who="officer", status=422)
    await ask("POST", "", {**body, "account": "admin"}, status=422)


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"url": "https://10.0.0.1/"}, "/body/url", "url_inside"),
        ({"url": "http://contoh.go.id\x00/"}, "/body/url", None),
        ({"url": "https://contoh.go.id/" + "x" * 10_000}, "/body/url", "url_too_long"),
        ({"url": "https://a:b@contoh.go.id/"}, "/body/url", "url_with_credentials"),
        ({"url": "https://contoh.go.id:22/"}, "/body/url", "url_port_refused"),
        ({"url": "https://\u202econtoh.go.id/"}, "/body/url", "url_unreadable"),
        ({"url": 7}, "/body/url", None),
        ({"url": "https://contoh.go.id/", "max_changes": 10**30}, "/body/max_changes", None),
        ({"url": "https://contoh.go.id/", "content": "=1+1"}, "/body/content", None),
        ({"url": "https://contoh.go.id/", "secret": "x"}, "/body/secret", None),
    ],
)
async def test_what_is_wrong_is_named(body: Any, pointer: str, code: str | None, ask: Any) -> None:
    told = await ask("POST", "", body, status=422)
    (error,) = told["errors"]
    assert error["pointer"] == pointer
    assert code is None or error["code"] == code


SAME = [
    "http://127.0.0.1:9001/kait/a?x=%7E",
    "HTTP://127.0.0.1:9001/kait/a?x=~",
    "http://127.0.0.1:09001/%6bait/./b/../%61?x=%7e",
]


async def test_one_url_in_two_spellings_is_one(ask: Any) -> None:
    for at, url in enumerate(SAME):
        told = await ask("POST", "", {"url": url}, status=409 if at else 201)
        assert told["code"] == "already_exists" if at else told["url"] == url, "it is called as it was given"
    other = await ask("POST", "", {"url": "http://127.0.0.1:9001/kait/b"}, status=201)
    for url in SAME:
        await ask("PATCH", f"/{other['id']}", {"url": url}, status=409)
    (mine,) = [each for each in (await ask("GET"))["items"] if each["id"] != other["id"]]
    assert (await ask("PATCH", f"/{mine['id']}", {"url": SAME[1]}))["url"] == SAME[1], "its own may be respelled"


async def test_who_has_two_spellings_already_keeps_both(ask: Any, pg: asyncpg.Connection) -> None:
    mine = await ask("POST", "", {"url": "http://127.0.0.1:9001/lain"}, status=201)
    await ask("POST", "", {"url": SAME[0]}, status=201)
    await pg.execute("UPDATE webhook SET url = $2 WHERE id = $1", uuid.UUID(mine["id"]), SAME[1])
    told = await ask("PATCH", f"/{mine['id']}", {"url": SAME[1], "max_changes": 7})
    assert (told["url"], told["max_changes"]) == (SAME[1], 7)
    await ask("POST", f"/{mine['id']}/pause")
    await ask("POST", "", {"url": SAME[2]}, status=409)


async def test_two_spellings_at_once_make_one(ask: Any, client: httpx.AsyncClient, world: World) -> None:
    headers = world.auth("system", scopes=["feed:read"])
    told = await asyncio.gather(*(client.post("/v1/webhooks", json={"url": each}, headers=headers) for each in SAME))
    assert sorted(each.status_code for each in told) == [201, 409, 409]
    assert len((await ask("GET"))["items"]) == 1


async def test_an_account_has_ten_at_most(ask: Any) -> None:
    for number in range(10):
        await ask("POST", "", {"url": f"https://contoh.go.id/{number}"}, status=201)
    assert (await ask("POST", "", {"url": "https://contoh.go.id/x"}, status=409))["code"] == "webhook_limit"
    page = await ask("GET", params={"limit": 4})
    assert len(page["items"]) == 4
    assert len((await ask("GET", params={"limit": 100, "cursor": page["next_cursor"]}))["items"]) == 6


async def test_a_change_of_the_url_takes_what_waits_with_it(
    made: Made, enter: Enter, push: Push, receiver: Receiver, ask: Any
) -> None:
    await enter(1)
    webhook = await made()
    receiver.answers = [500]
    await push()
    async with receiving() as other:
        await ask("PATCH", f"/{webhook['id']}", {"url": other.address})
        await ask("PATCH", f"/{webhook['id']}", {"url": "https://10.0.0.1/"}, status=422)
        await asyncio.sleep(0.005)
        await push()
        assert other.got[0][0]["webhook-id"] == receiver.got[0][0]["webhook-id"]
    await ask("DELETE", f"/{webhook['id']}", status=204)
    await ask("GET", f"/{webhook['id']}", status=404)


async def test_the_trail_names_the_host_and_nothing_of_the_path(ask: Any, pg: asyncpg.Connection) -> None:
    await ask("POST", "", {"url": "https://contoh.go.id/rahasia-123"}, status=201)
    details = [row[0] for row in await pg.fetch("SELECT detail::text FROM audit_event WHERE action LIKE 'webhook.%'")]
    assert json.loads(details[0])["host"] == "contoh.go.id"
    assert not any("rahasia" in each for each in details)
