"""A real deployment refuses what only the demo may have."""

import asyncio
import os
import subprocess
import sys

import asyncpg
import pytest
from processes import environment_of
from shapes import Json
from typer.testing import CliRunner
from world import World

from app.accounts.deployment import refuse_demo_accounts
from app.cli import app as cli
from app.cli.exits import NOT_STARTED
from app.core.roles import as_server
from app.core.settings import Settings, SettingsError
from app.main import create_app
from kumkm_proof.demo.census import MORNING

EMBEDDED_IS_ENOUGH = True


async def test_demo_accounts_keep_a_deployment_from_starting(
    world: World, pg: asyncpg.Connection, settings: Settings
) -> None:
    await pg.execute("UPDATE account SET is_demo = true WHERE username = 'admin'")
    app = create_app(settings)
    with pytest.raises(SettingsError, match="demo accounts"):
        async with app.router.lifespan_context(app):
            pass
    await app.state.services.database.close()


async def test_the_demo_starts_with_them(world: World, pg: asyncpg.Connection, settings: Settings) -> None:
    await pg.execute("UPDATE account SET is_demo = true")
    demo = settings.model_copy(update={"demo_starts_at": MORNING})
    await refuse_demo_accounts(pg, demo)


@pytest.mark.proof
@pytest.mark.parametrize("url", ["postgresql://127.0.0.1:1/none", None])
async def test_a_server_that_cannot_serve_says_why_in_one_line(
    world: World, pg: asyncpg.Connection, dsn: str, keys: Json, url: str | None
) -> None:
    await pg.execute("UPDATE account SET is_demo = true WHERE username = 'admin'")
    environment = {**os.environ, "DATABASE_URL": url or as_server(dsn)}
    environment |= dict(line.split("=", 1) for line in CliRunner().invoke(cli, ["keys", "new"]).output.split())
    assert "DATABASE_URL" in await _refused(environment)


@pytest.mark.proof
async def test_a_server_with_another_key_of_numbers_says_so_in_one_line(
    world: World, pg: asyncpg.Connection, settings: Settings
) -> None:
    await pg.execute("INSERT INTO number_key (fingerprint, finished_at) VALUES ('of another', now())")
    assert "KUMKM_NUMBER_KEYS" in await _refused(environment_of(settings))


async def _refused(environment: dict[str, str]) -> str:
    """What `serve` says on its way out."""
    command = [sys.executable, "-m", "app.cli", "serve", "--port", "0", "--workers", "2"]
    done = await asyncio.to_thread(
        subprocess.run, command, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == NOT_STARTED
    assert "Traceback" not in done.stderr
    return done.stderr
