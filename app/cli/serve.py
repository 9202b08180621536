"""Run the server. This module loads no more than that needs: a server starts sooner, and its parent is smaller."""

import asyncio
from contextlib import suppress
from typing import Annotated

import asyncpg
import typer
import uvicorn

from app.accounts.deployment import refuse_demo_accounts
from app.cli.examples import examples
from app.cli.exits import starting
from app.cli.shell import connected
from app.cli.workers import serve_by_workers
from app.core.roles import refuse_powerful_login
from app.core.sealing import Digester
from app.core.settings import Settings, settings_from_environment
from app.core.telemetry import configure_logging
from app.register.claims import refuse_outdated
from app.serving import server_options

app = typer.Typer()


@app.command(epilog=examples("kumkm serve", "kumkm serve --host 0.0.0.0 --port 8000 --workers 4"))
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.", min=0, max=65535)] = None,
    workers: Annotated[int | None, typer.Option(help="Server processes.", min=1, max=64)] = None,
) -> None:
    """Serve the API. Settings come from the environment; see docs/settings.md."""
    with starting():
        settings = settings_from_environment()
        asyncio.run(_refuse_unfit(settings))
    options = {
        "app": "app.serving:create_app_from_environment",
        "factory": True,
        "host": host or settings.host,
        "port": port if port is not None else settings.port,
        **server_options(settings),
    }
    number = workers or settings.workers
    if number == 1:
        uvicorn.run(**options)
    else:
        configure_logging(settings.log_level)
        raise typer.Exit(serve_by_workers(uvicorn.Config(**options, workers=number)))


async def _refuse_unfit(settings: Settings) -> None:
    """Check before the processes start, since only here a fault can be shown in one line."""
    pg = await connected(settings.database_url.get_secret_value())
    try:
        await refuse_powerful_login(pg)
        await refuse_demo_accounts(pg, settings)
        with suppress(asyncpg.UndefinedTableError):  # `/readyz` says that nothing is there yet
            await refuse_outdated(pg, Digester(settings.digest_key_bytes(), settings.number_ring()))
    finally:
        await pg.close()
