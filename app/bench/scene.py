"""The stage of a benchmark: a scratch database with reference data, a campaign, and people who can send.

Everything lives in a database of its own that is dropped at the end, on an embedded server in a temporary folder or
on the server that the caller names.
"""

import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import asyncpg
from pydantic import SecretStr
from sqlalchemy.engine import make_url

from app.accounts.models import Account
from app.accounts.tokens import AccessTokens
from app.core.embedded import start_embedded
from app.core.ids import new_id
from app.core.migrations import migrate
from app.core.settings import Settings, new_key
from app.kbli.loading import load_kbli
from app.regions.loading import load_regions, packaged_regions
from app.workforce.headcount import rebuild

CAMPAIGN = "bench"
TODAY = datetime.now(UTC).date()


@dataclass(frozen=True, slots=True)
class Scene:
    """A database ready to be measured, and who may send to it."""

    settings: Settings
    enumerator_ids: list[UUID]
    villages: list[str]

    @property
    def dsn(self) -> str:
        """The database's address."""
        return self.settings.database_url.get_secret_value()

    def token(self, account_id: UUID, *, role: str = "enumerator", region: str | None = "16.01") -> str:
        """An access token as a sign-in would give it."""
        account = Account(
            id=account_id,
            username="bench",
            name="Bench",
            role=role,
            region_code=region,
            created_at=datetime.now(UTC),
        )
        tokens = AccessTokens(self.settings.token_ring(), lifetime_s=3600)
        return tokens.issue(account, device_id=None, scopes=[])


@asynccontextmanager
async def server(database_url: str | None) -> AsyncIterator[str]:
    """The address of a server to make scratch databases on: the named one, or an embedded one of the moment."""
    if database_url is not None:
        yield database_url
        return
    folder = Path(tempfile.mkdtemp(prefix="kumkm-bench-"))
    embedded = start_embedded(folder / "postgres")
    try:
        yield embedded.dsn("postgres")
    finally:
        embedded.stop()
        shutil.rmtree(folder, ignore_errors=True)


@asynccontextmanager
async def scene(server_url: str, *, enumerators: int) -> AsyncIterator[Scene]:
    """A fresh database with OKU's regions assigned to so many enumerators."""
    name = f"kumkm_bench_{secrets.token_hex(4)}"
    dsn = make_url(server_url).set(database=name).render_as_string(hide_password=False)
    admin = await asyncpg.connect(server_url)
    await admin.execute(f'CREATE DATABASE "{name}"')
    try:
        await _migrate(dsn)
        pg = await asyncpg.connect(dsn)
        try:
            ids, villages = await _people(pg, enumerators)
        finally:
            await pg.close()
        yield Scene(_settings(dsn), ids, villages)
    finally:
        await admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        await admin.close()


async def _migrate(dsn: str) -> None:
    import asyncio  # noqa: PLC0415  (Alembic runs a loop of its own, so it needs a thread of its own)

    await asyncio.to_thread(migrate, dsn)


async def _people(pg: asyncpg.Connection, enumerators: int) -> tuple[list[UUID], list[str]]:
    await load_regions(pg, packaged_regions(), today=TODAY)
    await load_kbli(pg)
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
        records=[(id_, f"bench.{n}", f"Bench {n}", "enumerator", "16.01", now) for n, id_ in enumerate(ids)],
        columns=["id", "username", "name", "role", "region_code", "created_at"],
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
