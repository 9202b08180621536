"""Every event that a request writes says which request it was, and sign-ins say from where."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import asyncpg
import httpx
import pytest
from accounts.test_passkeys import Person
from browsers import NEW, PASSWORD, SITE, later, with_cookies
from fastapi import FastAPI
from stage import Stage
from test_access import CALLERS, MATRIX, settings  # noqa: F401  (the fixture: all rows together ask often)
from world import World

from app.accounts.passwords import hash_password
from app.audit.actions import Action

EMBEDDED_IS_ENOUGH = True

BY_COMMANDS = {
    Action.LINKAGE_RUN,
    Action.SUBJECT_REPORTED,
    Action.SUBJECT_ERASED,
    Action.RETENTION_APPLIED,
    Action.LEFTOVERS_REMOVED,
    Action.KEYS_RESEALED,
    Action.KEYS_REDIGESTED,
    Action.TRAIL_SIGNED_FROM,
    Action.TRAIL_CUT,
    Action.DATABASE_RESTORED,
    Action.DEMO_COMPLETED,
    Action.SQL_READER_ADDED,
    Action.SQL_READER_REMOVED,
}
NOT_MET = {  # what the walk leaves as it is, or needs another caller, or more than one request
    Action.ACCOUNT_CODE_TOLD_AGAIN,
    Action.ACCOUNT_ORGANISATION_LINKED,
    Action.ACCOUNT_REACTIVATED,
    Action.ASSIGNMENT_ENTERED,
    Action.DEVICE_REVOKED,
    Action.DUPLICATE_OWNER_CHANGED,
    Action.DUPLICATE_SEPARATE,
    Action.DUPLICATE_WRONG_IDENTITY,
    Action.EDITION_ASKED,
    Action.EXPORT_FETCHED,
    Action.EXPORT_UNMASKED,
    Action.LISTING_ENTERED,
    Action.NUMBERS_HELD,
    Action.PII_COMPARED,
    Action.CAMPAIGN_ACTIVITIES_CHANGED,
    Action.CAMPAIGN_REINTERVIEWS_CHANGED,
    Action.CAMPAIGN_STATISTICS_CHANGED,
    Action.REINTERVIEWS_READ,
    Action.TEAM_ENTERED,
    Action.TEAM_MEMBER_ENTERED,
    Action.VERIFICATION_ANSWERED,
    Action.VERIFICATION_FETCHED,
    Action.WEBHOOK_DEAD_LETTER,
    Action.WEBHOOK_HALTED,
    Action.WEBHOOK_RESUMED,
}
WITH_ADDRESS = ("session.started", "session.refused", "session.reuse_detected", "account.password_set")


@pytest.mark.proof
async def test_every_event_of_a_request_has_its_id_and_a_sign_in_its_address(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, app: FastAPI
) -> None:
    answered: set[str] = set()

    async def listen(response: httpx.Response) -> None:
        answered.add(response.headers["X-Request-ID"])

    stage, reason = Stage(client, world, pg), {"X-Access-Reason": "Aduan warga"}
    client.event_hooks["response"].append(listen)
    for (method, route), (prepare, statuses) in MATRIX.items():
        who = next((who for who in CALLERS if statuses[who] < 400), "nobody")
        await pg.execute("UPDATE account SET sessions_ended = 0, deactivated_at = NULL")
        await pg.execute("UPDATE device SET revoked_at = NULL")
        asked = await prepare(stage)
        headers = {**asked.send.pop("headers", {}), **reason}
        await stage.call(who, method, route.format(**asked.path), headers=headers, **asked.send)
    await pg.execute("UPDATE account SET password_hash = $1", hash_password(PASSWORD))
    await on_a_tablet(client, world, pg)
    await in_a_browser(app, pg, listen)

    rows = await pg.fetch("SELECT action, trace_id, detail->>'address' AS address FROM audit_event")
    written = Counter(row["action"] for row in rows)
    assert {row["action"] for row in rows if row["trace_id"] not in answered} == set()
    assert {row["action"] for row in rows if row["action"] in WITH_ADDRESS and not row["address"]} == set()
    assert {each for each in WITH_ADDRESS if not written[each]} == set()
    assert {str(each) for each in Action if not written[each] and each not in BY_COMMANDS | NOT_MET} == set()


async def on_a_tablet(client: httpx.AsyncClient, world: World, pg: asyncpg.Connection) -> None:
    """A first sign-in, a wrong one, a token that is used twice, and a machine's."""
    await world.without_tablets(pg)
    who = {"grant_type": "password", "username": "enumerator.1", "password": PASSWORD}
    assert (await client.post("/v1/auth/token", data=who | {"password": "salah"})).status_code == 400
    token = (await client.post("/v1/auth/token", data=who | {"device_id": "tablet-9"})).json()["refresh_token"]
    again = {"grant_type": "refresh_token", "refresh_token": token}
    answers = [await client.post("/v1/auth/token", data=again) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 400]
    machine = {"grant_type": "client_credentials", "client_id": "system", "client_secret": PASSWORD}
    assert (await client.post("/v1/auth/token", data=machine)).status_code == 200


async def in_a_browser(app: FastAPI, pg: asyncpg.Connection, listen: Callable[[httpx.Response], Any]) -> None:
    """Every way in, a token that is used too late, a passkey that was copied, and signing out."""
    services = app.state.services
    app.state.services = replace(services, settings=services.settings.model_copy(update={"public_origin": SITE}))
    person = Person(app, counter=5)
    person.browser.client.event_hooks["response"].append(listen)
    await person.browser.ask("password", username="officer", password="salah")
    await person.sign_in()
    passkey_id = (await person.add()).json()["id"]
    person.auth = {"Authorization": f"Bearer {(await person.by_key()).json()['access_token']}"}
    person.key.counter = 3
    assert (await person.by_key()).status_code == 400
    assert (await person.ask("PATCH", f"/{passkey_id}", {"name": "Laptop"})).status_code == 200
    assert (await person.ask("DELETE", f"/{passkey_id}")).status_code == 204
    stolen = with_cookies(person.browser.cookies)
    for headers, status in ((None, 200), (stolen, 401)):
        await later(pg, 100)
        assert (await person.browser.ask("refresh", headers=headers)).status_code == status
    told = {"username": "officer", "current_password": PASSWORD, "new_password": NEW}
    assert (await person.browser.ask("new_password", None, **told)).status_code == 200
    assert (await person.browser.ask("sign_out")).status_code == 204
