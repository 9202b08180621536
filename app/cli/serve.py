"""Run the server. This module loads no more than that needs: a server starts sooner, and its parent is smaller."""

import asyncio
import socket
from contextlib import suppress
from typing import Annotated

import typer
import uvicorn

from app.cli.examples import examples
from app.cli.exits import NOT_STARTED, starting
from app.cli.fit import refuse_unfit
from app.cli.workers import serve_by_workers
from app.core.settings import settings_from_environment
from app.core.telemetry import configure_logging
from app.serving import Server, server_options

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
        asyncio.run(refuse_unfit(settings))
        listening = _bound(host or settings.host, settings.port if port is None else port)
    configure_logging(settings.log_level)
    number = workers or settings.workers
    if number > 1:
        raise typer.Exit(serve_by_workers(listening, number, settings))
    options = server_options(settings)
    server = Server(uvicorn.Config("app.serving:create_app_from_environment", factory=True, **options))
    with suppress(KeyboardInterrupt):  # the server has ended in order
        server.run([listening])
    if not server.started:
        raise typer.Exit(NOT_STARTED)


def _bound(host: str, port: int) -> socket.socket:
    """A socket at the address, which does not listen yet: who calls before a process serves is refused, and not kept
    waiting.
    """
    made = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((host, port))
    except OSError as exc:
        raise OSError(exc.errno, f"port {port} of {host}: {exc.strerror}") from exc
    return made
