"""Who makes and changes whose account, and how its owner gets in."""

import asyncio
from typing import Any

import asyncpg
import httpx
import pytest
from lists import pages
from one_by_one import each
from shapes import Call, Json
from world import World

EMBEDDED_IS_ENOUGH = True

SENTENCE = "empat sawah di tepi ogan"


def person(
    username: str = "enumerator.new", role: str = "enumerator", region_code: str | None = "16.01.14", **more: Any
) -> Json:
    return {"username": username, "name": "Sari Dewi", "role": role, "region_code": region_code, **more}


async def sign_in(client: httpx.AsyncClient, username: str, password: str) -> httpx.Response:
    form = {"grant_type": "password", "username": username, "password": password}
    return await client.post("/v1/auth/token", data=form)


async def test_an_officer_makes_an_enumerator_who_sets_a_password_with_the_code(
    act: Call, client: httpx.AsyncClient, pg: asyncpg.Connection
) -> None:
    made = await act("officer", "POST", "accounts", person())
    assert made.status_code == 201, made.text
    code = made.json()["activation_code"]
    assert (await sign_in(client, "enumerator.new", SENTENCE)).status_code == 400
    typed = code.lower().replace("-", " ")
    told = {"username": "enumerator.new", "activation_code": typed, "new_password": SENTENCE}
    assert (await client.post("/v1/auth/password", json=told)).status_code == 204
    assert (await sign_in(client, "enumerator.new", SENTENCE)).status_code == 200
    assert (await client.post("/v1/auth/password", json=told)).json()["code"] == "invalid_grant", "good once"
    kept = await pg.fetchval("SELECT account::text FROM account WHERE username = 'enumerator.new'")
    assert code not in kept
    assert SENTENCE not in kept


async def test_of_two_who_use_a_code_at_the_same_moment_one_comes_first(act: Call, client: httpx.AsyncClient) -> None:
    code = (await act("officer", "POST", "accounts", person())).json()["activation_code"]
    told = {"username": "enumerator.new", "activation_code": code}
    words = ("empat sawah di tepi ogan", "lima perahu di hilir musi")
    answers = await asyncio.gather(
        *(client.post("/v1/auth/password", json={**told, "new_password": word}) for word in words)
    )
    assert sorted(answer.status_code for answer in answers) == [204, 400]


@pytest.mark.proof
async def test_of_two_who_make_the_same_account_at_once_one_is_told_that_it_is_there(
    act: Call, pg: asyncpg.Connection
) -> None:
    answers = await asyncio.gather(*(act("officer", "POST", "accounts", person()) for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 5
    assert await pg.fetchval("SELECT count(*) FROM account WHERE username = 'enumerator.new'") == 1


async def test_a_code_ends_with_its_time(act: Call, client: httpx.AsyncClient, pg: asyncpg.Connection) -> None:
    code = (await act("officer", "POST", "accounts", person())).json()["activation_code"]
    await pg.execute("UPDATE account SET activation_expires_at = now() - interval '1 second'")
    told = {"username": "enumerator.new", "activation_code": code, "new_password": SENTENCE}
    assert (await client.post("/v1/auth/password", json=told)).json()["code"] == "invalid_grant"


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("pendek", "password_too_short"),
        ("password1234", "password_too_common"),
        ("aaaaaaaaaaaaaaaa", "password_too_common"),
        ("enumerator.new1", "password_too_common"),
        ("bismillah12345", "password_too_common"),
    ],
)
async def test_a_weak_password_is_refused_and_the_code_stays_good(
    act: Call, client: httpx.AsyncClient, password: str, code: str
) -> None:
    made = (await act("officer", "POST", "accounts", person())).json()
    told = {"username": "enumerator.new", "activation_code": made["activation_code"], "new_password": password}
    answer = await client.post("/v1/auth/password", json=told)
    assert answer.status_code == 422
    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [("/body/new_password", code)]
    assert password not in answer.text
    assert (await client.post("/v1/auth/password", json={**told, "new_password": SENTENCE})).status_code == 204


async def test_who_knows_the_present_password_sets_another_and_every_session_ends(
    act: Call, client: httpx.AsyncClient
) -> None:
    code = (await act("officer", "POST", "accounts", person())).json()["activation_code"]
    told = {"username": "enumerator.new", "activation_code": code, "new_password": SENTENCE}
    await client.post("/v1/auth/password", json=told)
    grant = (await sign_in(client, "enumerator.new", SENTENCE)).json()
    change = {"username": "enumerator.new", "current_password": SENTENCE, "new_password": "lima perahu di hilir musi"}
    assert (await client.post("/v1/auth/password", json={**change, "current_password": "x"})).status_code == 400
    assert (await client.post("/v1/auth/password", json={**change, "current_password": None})).status_code == 422
    assert (await client.post("/v1/auth/password", json=change)).status_code == 204
    form = {"grant_type": "refresh_token", "refresh_token": grant["refresh_token"]}
    assert (await client.post("/v1/auth/token", data=form)).status_code == 400
    assert (await sign_in(client, "enumerator.new", SENTENCE)).status_code == 400
    assert (await sign_in(client, "enumerator.new", "lima perahu di hilir musi")).status_code == 200


async def test_an_admin_makes_a_system_with_a_secret_and_scopes(act: Call, client: httpx.AsyncClient) -> None:
    row = person("bps.sumsel", "system", "16", scopes=["progress:read", "pii:read"])
    made = (await act("admin", "POST", "accounts", row)).json()
    form = {"grant_type": "client_credentials", "client_id": "bps.sumsel", "client_secret": made["client_secret"]}
    assert (await client.post("/v1/auth/token", data=form)).json()["scope"] == "progress:read pii:read"


@each(
    ("who", "row", "status", "code"),
    [
        ("officer", person(role="admin", region_code=None), 403, "not_allowed"),
        ("officer", person(role="officer"), 403, "not_allowed"),
        ("officer", person(role="system"), 403, "not_allowed"),
        ("officer", person(region_code="16.71"), 422, "region_unknown"),
        ("officer", person(region_code="16"), 422, "region_unknown"),
        ("officer", person(region_code="16.01.99"), 422, "region_unknown"),
        ("officer", person(region_code=None), 422, "region_unknown"),
        ("officer", person(scopes=["pii:read"]), 422, "scope_not_allowed"),
        ("admin", person(role="coordinator", scopes=["pii:read"]), 422, "scope_not_allowed"),
        ("officer", person(username="enumerator.1"), 409, "already_exists"),
        ("officer", person(username="admin"), 409, "already_exists"),
        ("officer", person(username="Has Blank"), 422, "invalid_value"),
        ("officer", person(surprise=1), 422, "field_unknown"),
        ("officer", person(name="a\x00b"), 422, "text_not_storable"),
        ("coordinator.1", person(), 403, "not_allowed"),
        ("enumerator.1", person(), 403, "not_allowed"),
        ("system", person(), 403, "not_allowed"),
    ],
)
async def test_whom_somebody_may_not_make(
    act: Call, pg: asyncpg.Connection, who: str, row: Json, status: int, code: str
) -> None:
    before = await pg.fetchval("SELECT count(*) FROM account")
    answer = await act(who, "POST", "accounts", row)
    body = answer.json()
    assert answer.status_code == status, answer.text
    assert code in (body["code"], *(error["code"] for error in body["errors"]))
    assert await pg.fetchval("SELECT count(*) FROM account") == before


async def test_an_officer_changes_its_own_people_only(act: Call, world: World) -> None:
    mine, theirs = world.id("enumerator.1"), world.id("enumerator.palembang")
    changed = await act("officer", "PATCH", f"accounts/{mine}", {"name": "Sari", "devices_allowed": 2})
    assert (changed.json()["name"], changed.json()["devices_allowed"]) == ("Sari", 2)
    assert (await act("officer", "PATCH", f"accounts/{mine}", {"region_code": "16.71"})).status_code == 422
    assert (await act("officer", "PATCH", f"accounts/{mine}", {"scopes": ["pii:read"]})).status_code == 422
    for path, method in ((f"accounts/{theirs}", "GET"), (f"accounts/{theirs}/deactivate", "POST")):
        assert (await act("officer", method, path)).status_code == 404
    for name in ("officer", "system", "admin"):
        answer = await act("officer", "POST", f"accounts/{world.id(name)}/deactivate")
        assert answer.status_code in (403, 404), name


async def test_nobody_closes_the_account_one_stands_on(act: Call, world: World) -> None:
    answer = await act("admin", "POST", f"accounts/{world.id('admin')}/deactivate")
    assert (answer.status_code, answer.json()["code"]) == (409, "state_changed")


async def test_a_closed_account_can_do_nothing_at_once_and_comes_back_as_it_was(
    act: Call, client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    officer = world.id("officer")
    assert (await act("admin", "POST", f"accounts/{officer}/deactivate")).json()["deactivated_at"]
    for method, path in (("GET", "accounts"), ("POST", "accounts"), ("GET", "devices")):
        answer = await act("officer", method, path, person() if method == "POST" else None)
        assert (answer.status_code, answer.json()["code"]) == (403, "account_deactivated"), path
    assert (await act("admin", "POST", f"accounts/{officer}/reactivate")).json()["deactivated_at"] is None
    assert (await act("officer", "GET", "accounts")).status_code == 401, "its sessions are over"
    world.accounts["officer"].sessions_ended += 1  # as whoever signs in again
    assert (await act("officer", "GET", "accounts")).status_code == 200


async def test_a_reset_ends_sessions_and_takes_the_password(
    act: Call, client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    made = (await act("officer", "POST", "accounts", person())).json()
    told = {"username": "enumerator.new", "activation_code": made["activation_code"], "new_password": SENTENCE}
    await client.post("/v1/auth/password", json=told)
    grant = (await sign_in(client, "enumerator.new", SENTENCE)).json()
    reset = await act("officer", "POST", f"accounts/{made['id']}/credentials")
    assert reset.json()["activation_code"] != made["activation_code"]
    assert (await sign_in(client, "enumerator.new", SENTENCE)).status_code == 400
    form = {"grant_type": "refresh_token", "refresh_token": grant["refresh_token"]}
    assert (await client.post("/v1/auth/token", data=form)).status_code == 400


async def test_a_tablet_signs_in_by_a_new_code_and_is_the_same_tablet(
    act: Call, client: httpx.AsyncClient, pg: asyncpg.Connection
) -> None:
    people = [
        (await act("officer", "POST", "accounts", person(name))).json() for name in ("enumerator.a", "enumerator.b")
    ]
    tablet = {
        "device_id": "one-tablet",
        "device_name": "Tablet 7",
        "grant_type": "password",
        "username": "enumerator.a",
    }

    async def by_code(code: str, password: str) -> httpx.Response:
        told = {"username": "enumerator.a", "activation_code": code, "new_password": password}
        answer = await client.post("/v1/auth/password", json=told)
        if answer.status_code != 204:
            return answer
        return await client.post("/v1/auth/token", data={**tablet, "password": password})

    assert (await by_code(people[0]["activation_code"], SENTENCE)).status_code == 200
    [before] = await pg.fetch("SELECT id, revoked_at FROM device WHERE account_id = $1", people[0]["id"])
    code = (await act("officer", "POST", f"accounts/{people[0]['id']}/credentials")).json()["activation_code"]
    assert (await by_code(people[1]["activation_code"], SENTENCE)).json()["code"] == "invalid_grant", "another's code"
    assert (await by_code(people[0]["activation_code"], SENTENCE)).json()["code"] == "invalid_grant", "the code before"
    assert (await by_code(code, "lima perahu di hilir musi")).status_code == 200
    assert await pg.fetch("SELECT id, revoked_at FROM device WHERE account_id = $1", people[0]["id"]) == [before]
    rows = await pg.fetch("SELECT action FROM audit_event WHERE subject_id = $1 ORDER BY id", people[0]["id"])
    assert [row["action"] for row in rows] == [
        "account.created",
        "account.password_set",
        "session.started",
        "account.credentials_reset",
        "session.refused",
        "session.refused",
        "account.password_set",
        "session.started",
    ]


async def test_accounts_are_found_by_words_of_the_name_or_parts_of_the_user_name(
    act: Call, pg: asyncpg.Connection
) -> None:
    await pg.execute("UPDATE account SET name = 'Hj. Siti Nur-Aini, S.Pd' WHERE username = 'enumerator.1'")
    await pg.execute("UPDATE account SET name = 'SITI 100% Åsa' WHERE username = 'enumerator.palembang'")

    async def found(who: str, q: str, **more: Any) -> list[str]:
        answer = await act(who, "GET", "accounts", params={"q": q, **more})
        assert answer.status_code == 200, answer.text
        return [row["username"] for row in answer.json()["items"]]

    assert await found("officer", "siti") == ["enumerator.1"]
    assert sorted(await found("admin", "siti")) == ["enumerator.1", "enumerator.palembang"]
    for words in ("AINI sit", "nur-aini", "nur aini", "hj. s.pd", "siti tor.1", "  siti  "):
        assert await found("officer", words, role="enumerator") == ["enumerator.1"], words
    for words in ("iti", "%", "siti_", "siti palem", "s\\", "siti tidakada"):
        assert await found("officer", words) == [], words
    assert await found("admin", "100% Åsa") == await found("admin", "palem siti") == ["enumerator.palembang"]
    assert await found("officer", "siti", active=False) == []
    assert len(await found("officer", " ")) == len(await found("officer", "", limit=1000)) > 5
    told = (await act("officer", "GET", "accounts", params={"q": "e", "limit": 2})).json()
    assert told["next_cursor"]
    refused = await act("officer", "GET", "accounts", params={"q": "1601014107900001"})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/query/q")


async def test_lists_hold_the_territory_and_pages_follow_one_another(act: Call, world: World) -> None:
    seen, cursors = [], []
    async for page in pages(lambda after: act("officer", "GET", "accounts", params={"limit": 4, **after})):
        seen += [row["username"] for row in page["items"]]
        cursors.append(page["next_cursor"])
    kept = cursors[-2]
    assert sorted(seen) == sorted(
        name for name, account in world.accounts.items() if (account.region_code or "ID").startswith("16.01")
    )
    stolen = await act("admin", "GET", "accounts", params={"limit": 4, "cursor": kept})
    assert (stolen.status_code, stolen.json()["code"]) == (400, "invalid_cursor"), "somebody else's cursor"
    other = await act("officer", "GET", "accounts", params={"limit": 4, "cursor": kept, "role": "enumerator"})
    assert other.json()["code"] == "invalid_cursor", "of another list"
    assert (await act("officer", "GET", "accounts", params={"region": "16.71"})).status_code == 404
    coordinators = (await act("officer", "GET", "accounts", params={"role": "coordinator"})).json()["items"]
    assert [row["username"] for row in coordinators] == ["coordinator.1", "coordinator.2"]


async def test_every_change_is_in_the_audit_trail_without_secrets(
    act: Call, pg: asyncpg.Connection, world: World
) -> None:
    made = (await act("officer", "POST", "accounts", person())).json()
    await act("officer", "POST", f"accounts/{made['id']}/deactivate")
    rows = await pg.fetch("SELECT * FROM audit_event WHERE subject_id = $1 ORDER BY id", made["id"])
    assert [row["action"] for row in rows] == ["account.created", "account.deactivated"]
    assert {row["actor_id"] for row in rows} == {world.id("officer")}
    assert made["activation_code"] not in str(rows)


@pytest.mark.usefixtures("minute_of_its_own")
async def test_a_system_client_has_a_rate_of_its_own(client: httpx.AsyncClient, world: World) -> None:
    told = {
        "username": "bps.oku",
        "name": "BPS OKU",
        "role": "system",
        "region_code": "16.01",
        "scopes": ["feed:read", "businesses:read"],
        "rate": "3/minute;100/day",
    }
    made = (await client.post("/v1/accounts", json=told, headers=world.auth("admin"))).json()
    assert made["rate"] == "3/minute;100/day"
    form = {"grant_type": "client_credentials", "client_id": "bps.oku", "client_secret": made["client_secret"]}
    token = (await client.post("/v1/auth/token", data=form)).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    paths = ("feed", "businesses", "feed", "businesses")
    answers = [await client.get(f"/v1/{path}", headers=headers) for path in paths]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert int(answers[-1].headers["Retry-After"]) >= 1
    changed = await client.patch(f"/v1/accounts/{made['id']}", json={"rate": "9/minute"}, headers=world.auth("admin"))
    assert changed.json()["rate"] == "9/minute"
    wrong = await client.patch(f"/v1/accounts/{made['id']}", json={"rate": "often"}, headers=world.auth("admin"))
    assert wrong.status_code == 422
