"""The stage of a benchmark: a scratch database with reference data, a campaign, and people who can send.

Everything lives in a database of its own that is dropped at the end, on an embedded server in a temporary folder or
on the server that the caller names.
"""

import asyncio
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import asyncpg
from pydantic import SecretStr
from sqlalchemy.engine import make_url

from app.accounts.models import Account
from app.accounts.tokens import AccessTokens
from app.core.embedded import EmbeddedServer, start_embedded
from app.core.ids import new_id
from app.core.migrations import migrate
from app.core.roles import SERVER_LOGIN, as_server, make_login
from app.core.settings import Settings, new_key
from app.kbli.loading import load_kbli
from app.regions.loading import load_regions, packaged_regions
from app.workforce.headcount import rebuild

CAMPAIGN = "bench"
TODAY = datetime.now(UTC).date()
_ADMIN = UUID(int=1)
_TABLETS = 10  # of an enumerator: the one that is there, and those that a simulation enrols


@dataclass(frozen=True, slots=True)
class Scene:
    """A database ready to be measured, and who may send to it."""

    settings: Settings
    dsn: str  # the owner's; the settings have the server's
    enumerator_ids: list[UUID]
    villages: list[str]

    def token(self, enumerator_id: UUID) -> str:
        """An access token as a sign-in on its tablet would give it."""
        return self._issued(enumerator_id, "enumerator", device_id=enumerator_id)

    def admin_token(self) -> str:
        """One for who sees everything."""
        return self._issued(_ADMIN, "admin", device_id=None)

    def _issued(self, account_id: UUID, role: str, *, device_id: UUID | None) -> str:
        account = Account(id=account_id, username="bench", name="Bench", role=role, created_at=datetime.now(UTC))
        tokens = AccessTokens(self.settings.token_ring(), lifetime_s=3600)
        return tokens.issue(account, device_id=device_id, scopes=[])


class Scenery(NamedTuple):
    """A server, and the database on it that scenes are cloned from."""

    server_url: str
    template: str
    embedded: EmbeddedServer | None = None


@asynccontextmanager
async def server(database_url: str | None) -> AsyncIterator[Scenery]:
    """A server to make scratch databases on: the named one, or an embedded one of the moment."""
    if database_url is not None:
        async with _template(database_url) as template:
            yield Scenery(database_url, template)
        return
    folder = Path(tempfile.mkdtemp(prefix="kumkm-bench-"))
    try:
        embedded = start_embedded(folder / "postgres")
        try:
            async with _template(embedded.dsn("postgres")) as template:
                yield Scenery(embedded.dsn("postgres"), template, embedded)
        finally:
            embedded.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@asynccontextmanager
async def scene(scenery: Scenery, *, enumerators: int) -> AsyncIterator[Scene]:
    """A fresh database with OKU's regions assigned to so many enumerators."""
    async with _database(scenery.server_url, f"TEMPLATE {scenery.template}") as (_, dsn):
        pg = await asyncpg.connect(dsn)
        try:
            ids, villages = await _people(pg, enumerators)
        finally:
            await pg.close()
        yield Scene(_settings(await _server_address(scenery, dsn)), dsn, ids, villages)


@asynccontextmanager
async def _template(server_url: str) -> AsyncIterator[str]:
    """A migrated database with reference data, to clone the others from."""
    async with _database(server_url) as (name, dsn):
        await asyncio.to_thread(migrate, dsn)  # Alembic runs a loop of its own, so it needs a thread of its own
        pg = await asyncpg.connect(dsn)
        try:
            await load_regions(pg, packaged_regions(), today=TODAY)
            await load_kbli(pg)
        finally:
            await pg.close()
        yield name


@asynccontextmanager
async def _database(server_url: str, made_from: str = "") -> AsyncIterator[tuple[str, str]]:
    """A scratch database, dropped at the end: its name and address."""
    name = f"kumkm_bench_{secrets.token_hex(4)}"
    await _execute(server_url, f"CREATE DATABASE {name} {made_from}")
    try:
        yield name, make_url(server_url).set(database=name).render_as_string(hide_password=False)
    finally:
        await _execute(server_url, f"DROP DATABASE {name} WITH (FORCE)")


async def _execute(server_url: str, statement: str) -> None:
    """On a connection of its own, since the server may be another one by the end."""
    admin = await asyncpg.connect(server_url)
    try:
        await admin.execute(statement)
    finally:
        await admin.close()


async def _server_address(scenery: Scenery, dsn: str) -> str:
    """The database for a login that owns nothing, as a deployment has it; it stays on the scratch server."""
    pg = await asyncpg.connect(dsn)
    try:
        if scenery.embedded:
            await make_login(pg, SERVER_LOGIN, None)
            return as_server(dsn)
        password = secrets.token_hex(16)
        await make_login(pg, f"{SERVER_LOGIN}_bench", password)
    finally:
        await pg.close()
    return make_url(dsn).set(username=f"{SERVER_LOGIN}_bench", password=password).render_as_string(hide_password=False)


async def _people(pg: asyncpg.Connection, enumerators: int) -> tuple[list[UUID], list[str]]:
    ids = [new_id() for _ in range(enumerators)]
    now = datetime.now(UTC)
    first, last = TODAY - timedelta(days=150), TODAY + timedelta(days=60)
    await pg.execute(
        "INSERT INTO campaign (id, code, name, starts_on, ends_on, accepts_until) VALUES (1, $1, $1, $2, $3, $3)",
        CAMPAIGN,
        first,
        last,
    )
    await pg.copy_records_to_table(
        "account",
        records=[
            (_ADMIN, "bench", "Bench", "admin", None, now, 1),
            *((id_, f"bench.{n}", f"Bench {n}", "enumerator", "16.01", now, _TABLETS) for n, id_ in enumerate(ids)),
        ],
        columns=["id", "username", "name", "role", "region_code", "created_at", "devices_allowed"],
    )
    await pg.copy_records_to_table(
        "device",  # one for each, with its own id
        records=[(id_, id_, "bench", now, now) for id_ in ids],
        columns=["id", "account_id", "told_id", "enrolled_at", "last_seen_at"],
    )
    await pg.copy_records_to_table(
        "assignment",
        records=[(1, id_, "16.01", first) for id_ in ids],
        columns=["campaign_id", "enumerator_id", "region_code", "starts_on"],
    )
    await rebuild(pg, 1)
    villages = await pg.fetch("SELECT code FROM region WHERE code LIKE '16.01.%' AND level = 'village' ORDER BY code")
    return ids, [row[0] for row in villages]


def _settings(dsn: str) -> Settings:
    return Settings(
        DATABASE_URL=SecretStr(dsn),
        token_keys={"bench": SecretStr(new_key())},
        sealing_keys={1: SecretStr(new_key())},
        digest_key=SecretStr(new_key()),
    )


def days_back(count: int) -> date:
    """So many days before today."""
    return TODAY - timedelta(days=count)
