"""A small census for the tests: two campaigns, two teams in OKU, items as a tablet sends them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import count
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import uuid_utils.compat as uuids
from fastapi import FastAPI
from shapes import Json

from app.accounts.models import Account
from app.api.services import Services
from app.workforce.headcount import rebuild

VILLAGE = "16.01.14.1003"
OTHER_VILLAGE = "16.01.13.1003"
PALEMBANG_VILLAGE = "16.71.01.1001"
SCOPES = {
    "system": ["progress:read", "businesses:read", "feed:read", "pii:read"],
    "officer": ["pii:read"],
    "admin": ["pii:read"],
}
"""What accounts have; the others have none."""
GRANTED = {"system": ["progress:read"], "officer": [], "admin": []}
"""What their tokens are good for unless a test asks for more."""
_serials = count(1)


@dataclass
class World:
    """Accounts by name, and the tokens they would get by signing in: enumerators on their tablets."""

    services: Services
    accounts: dict[str, Account] = field(default_factory=dict)
    tablets: dict[UUID, UUID] = field(default_factory=dict)  # of enumerators, by account

    def id(self, name: str) -> UUID:
        return self.accounts[name].id

    async def enrol(self, pg: asyncpg.Connection, account_id: UUID) -> None:
        """Give an enumerator a tablet."""
        self.tablets[account_id] = uuids.uuid7()
        await pg.execute(
            "INSERT INTO device (id, account_id, told_id, enrolled_at, last_seen_at)"
            " VALUES ($1, $2, $1::uuid::text, now(), now())",
            self.tablets[account_id],
            account_id,
        )

    async def without_tablets(self, pg: asyncpg.Connection) -> None:
        """Before anybody has enrolled one."""
        await pg.execute("DELETE FROM device")
        self.tablets = {}

    def token(self, name: str, **kwargs: Any) -> str:
        account = self.accounts[name]
        granted = GRANTED.get(name, account.scopes)
        kwargs = {"device_id": self.tablets.get(account.id), "scopes": granted, **kwargs}
        return self.services.tokens.issue(account, **kwargs)

    def auth(self, name: str, **kwargs: Any) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token(name, **kwargs)}"}

    @classmethod
    async def of(cls, pg: asyncpg.Connection, services: Services) -> "World":
        world = cls(services)
        columns = "id, username, name, role, region_code, created_at, scopes, sessions_ended"
        for row in await pg.fetch(f"SELECT {columns} FROM account"):
            world.accounts[row["username"]] = Account(**row)
        world.tablets = {row[0]: row[1] for row in await pg.fetch("SELECT account_id, id FROM device")}
        return world


async def people_the_world(pg: asyncpg.Connection) -> None:
    """Write two campaigns, teams and people in OKU."""
    world = World(None)  # type: ignore[arg-type]  # needs none for that
    now = datetime(2022, 4, 1, tzinfo=UTC)
    await pg.execute(
        "INSERT INTO campaign (id, code, name, starts_on, ends_on, accepts_until) VALUES"
        " (1, 'pl-kumkm-2022', 'PL-KUMKM 2022', '2022-04-01', '2022-10-31', '2022-11-30'),"
        " (2, 'pl-kumkm-2023', 'PL-KUMKM 2023', '2023-04-01', '2023-10-31', '2023-11-30')"
    )
    await pg.execute(
        "INSERT INTO target (campaign_id, region_code, businesses) VALUES (1, '16.01', 42000), (1, '16.71', 160000)"
    )
    people = [
        ("admin", "admin", None),
        ("officer", "officer", "16.01"),
        ("officer.palembang", "officer", "16.71"),
        ("system", "system", "16"),
        ("system.blind", "system", "16"),
        ("coordinator.1", "coordinator", "16.01"),
        ("coordinator.2", "coordinator", "16.01"),
        *((f"enumerator.{n}", "enumerator", "16.01") for n in range(1, 7)),
        ("enumerator.palembang", "enumerator", "16.71"),
    ]
    for name, role, region in people:
        account = Account(
            id=uuids.uuid7(),
            username=name,
            name=name.title(),
            role=role,
            region_code=region,
            created_at=now,
            scopes=SCOPES.get(name, []),
        )
        world.accounts[name] = account
        await pg.execute(
            "INSERT INTO account (id, username, name, role, region_code, scopes, created_at)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7)",
            account.id,
            name,
            account.name,
            role,
            region,
            account.scopes,
            now,
        )
        if role == "enumerator":
            await world.enrol(pg, account.id)
    for n in (1, 2):
        team = uuids.uuid7()
        await pg.execute(
            "INSERT INTO team (id, campaign_id, coordinator_id, region_code, name) VALUES ($1, 1, $2, '16.01', $3)",
            team,
            world.id(f"coordinator.{n}"),
            f"Tim {n}",
        )
        for member in range(3 * n - 2, 3 * n + 1):
            await pg.execute(
                "INSERT INTO team_member (team_id, enumerator_id, campaign_id, starts_on, quota)"
                " VALUES ($1, $2, 1, '2022-04-01', 500)",
                team,
                world.id(f"enumerator.{member}"),
            )
    for account in world.accounts.values():
        if account.role == "enumerator":
            for campaign, starts_on in ((1, date(2022, 4, 1)), (2, date(2023, 4, 1))):
                await pg.execute(
                    "INSERT INTO assignment (campaign_id, enumerator_id, region_code, starts_on)"
                    " VALUES ($1, $2, $3, $4)",
                    campaign,
                    account.id,
                    account.region_code,
                    starts_on,
                )
    await rebuild(pg, 1)
    await rebuild(pg, 2)


def nik(serial: int | None = None) -> str:
    """A valid NIK, another one each time, issued in 16.01.14 to a woman born on 12 March 1985."""
    serial = next(_serials) if serial is None else serial
    return f"160114520385{serial % 9999 + 1:04d}"


def nib(serial: int | None = None) -> str:
    serial = next(_serials) if serial is None else serial
    return f"9{serial:012d}"


def item(
    *,
    record_id: UUID | str | None = None,
    revision: int = 1,
    region: str = VILLAGE,
    captured_at: str = "2022-09-12T09:14:40+07:00",
    answers: Json | None = None,
    **said: Any,
) -> Json:
    """An item like the contract's example; `said` goes into the answers, `nik` to the owner."""
    owner = {"name": "Sari", "sex": "female"}
    if "nik" in said:
        owner["nik"] = said.pop("nik")
    return {
        "record_id": str(record_id or uuids.uuid7()),
        "revision": revision,
        "questionnaire": "umkm@1",
        "region_code": region,
        "captured_at": captured_at,
        "location": {"latitude": -4.1266, "longitude": 104.1702, "accuracy_m": 6.5},
        "answers": answers
        if answers is not None
        else {
            "legal_name": "Warung Bu Sari",
            "kbli": "47112",
            "annual_sales_idr": 120000000,
            "owner": owner,
            **said,
        },
    }


def counts(**some: int) -> dict[str, int]:
    """The outcomes of a receipt with how often each came, those that did not, too."""
    none = ("accepted", "updated", "unchanged", "duplicate", "conflict", "held", "invalid")
    return dict.fromkeys(none, 0) | some


def batch(*items: Json, campaign: str = "pl-kumkm-2022", sent_at: str = "2022-09-12T12:00:00+07:00") -> Json:
    return {"campaign": campaign, "sent_at": sent_at, "app_version": "1.4.0", "items": list(items)}


async def put(
    client: httpx.AsyncClient, world: World, name: str, body: Any, *, batch_id: UUID | str | None = None, **kwargs: Any
) -> httpx.Response:
    """Send a batch as somebody; gives the answer."""
    headers = {**world.auth(name), **kwargs.pop("headers", {})}
    content = {"json": body} if isinstance(body, (dict, list)) else {"content": body}
    if "content" in content:
        headers.setdefault("Content-Type", "application/json")
    return await client.put(f"/v1/sync/batches/{batch_id or uuids.uuid7()}", headers=headers, **content, **kwargs)


async def outcomes(client: httpx.AsyncClient, world: World, name: str, *items: Json, **kwargs: Any) -> list[str]:
    """Send a batch and give the outcomes, in order."""
    answer = await put(client, world, name, batch(*items, **kwargs))
    assert answer.status_code == 201, answer.text
    return [line["outcome"] for line in answer.json()["items"]]


@asynccontextmanager
async def told(app: FastAPI) -> AsyncIterator[list[str]]:
    """The statements that the app sends while the block lasts."""
    statements = []
    database = app.state.services.database
    connection = database._connection

    @asynccontextmanager
    async def listened(**kwargs: Any) -> AsyncIterator[asyncpg.Connection]:
        async with connection(**kwargs) as pg:
            with pg.query_logger(lambda record: statements.append(record.query)):
                yield pg
            await asyncio.sleep(0)  # the driver tells of the last one in the loop's next round

    database._connection = listened
    yield statements
    database._connection = connection
