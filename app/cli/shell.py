"""What all commands share: where they print, how they reach the database, how they show progress."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Any, TypeVar

import asyncpg
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from app.audit.signing import SIGNED_FROM
from app.cli.demo_settings import demo_here, is_demo
from app.cli.exits import stopped_by
from app.core.connecting import connect
from app.core.outages import Outage, PoolerError, TwoPrimariesError, why_not_connected
from app.core.pool import signing
from app.core.settings import (
    Settings,
    SettingsError,
    database_url_from_environment,
    settings_from_environment,
    trail_key_from_environment,
)

out = Console()
err = Console(stderr=True)
Result = TypeVar("Result")
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only report what would change.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON document on standard output, messages on standard error.")]

_IS_SIGNED = "SELECT EXISTS (SELECT FROM audit_event WHERE action = $1)"
_UNSIGNED = "KUMKM_DIGEST_KEY is missing (or KUMKM_TRAIL_KEY): what this does is signed in the audit trail."


def document(shown: Mapping[str, Any]) -> None:
    """What `--json` prints: one object, whose `items` are what the command lists; days and times as in ISO 8601."""
    typer.echo(json.dumps(shown, indent=2, ensure_ascii=False, default=lambda value: value.isoformat()))


def settings_in_force() -> Settings:
    """The settings of the deployment that is meant: of the environment, or of the demo.

    Raises:
        SettingsError: with one line per fault, none of which shows a value.
    """
    _use_demo()
    return settings_from_environment()


def _use_demo() -> None:
    folder = demo_here()
    if folder is not None:
        err.print(f"Using the demo in {folder.parent}. DATABASE_URL would name another database.", highlight=False)
        os.environ["KUMKM_SECRETS_DIR"] = str(folder)


def progress_bar(console: Console = out) -> Progress:
    """A bar for work that takes long."""
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=console
    )


def clean_up_when_ended() -> None:
    """End as with Ctrl-C also if a command is ended by another signal: what runs is cancelled, and an embedded server
    stopped. The exit code is that of the signal."""

    def end(number: int, _frame: object) -> None:
        stopped_by(number)
        if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as behind `&` in a script
            sys.exit(128 + number)
        signal.raise_signal(signal.SIGINT)

    for ending in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(ending) is not signal.SIG_IGN:  # as under nohup
            signal.signal(ending, end)


@contextmanager
def proof(what: str) -> Iterator[None]:
    """Import something of the package of proofs, which a deployment does not install.

    Raises:
        SettingsError: it is not there.
    """
    try:
        yield
    except ModuleNotFoundError as exc:
        if (exc.name or "").split(".")[0] not in ("kumkm_proof", "kumkm_tablet"):
            raise
        raise SettingsError(
            f"{what} is not installed; in a copy of the project: `pip install . ./tablet ./proof`."
        ) from exc


def with_connection(work: Callable[[asyncpg.Connection], Awaitable[Result]], *, audited: bool = False) -> Result:
    """Do some work with a connection to DATABASE_URL. `audited`: it is written into the audit trail.

    Raises:
        SettingsError: there is none, and why; or with `audited`, the key of the trail is missing, which before
            the first server ran it is not.
    """
    _use_demo()
    url, trail_key = database_url_from_environment(), trail_key_from_environment()
    kind = asyncpg.Connection if trail_key is None else signing(trail_key)

    async def run() -> Result:
        pg = await connected(
            url, server_settings={"application_name": "kumkm-cli", "jit": "off"}, connection_class=kind
        )
        try:
            if audited and trail_key is None and await pg.fetchval(_IS_SIGNED, SIGNED_FROM):
                raise SettingsError(_UNSIGNED)
            return await work(pg)
        finally:
            await pg.close()

    return asyncio.run(run())


async def connected(url: str, **how: Any) -> asyncpg.Connection:
    """A connection to the database.

    Raises:
        SettingsError: there is none, and why, without a word of the address.
    """
    try:
        return await connect(url, **how)
    except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, ValueError) as exc:
        malformed = isinstance(exc, (ValueError, asyncpg.InterfaceError)) and not isinstance(
            exc, (PoolerError, TwoPrimariesError)
        )
        reason = Outage.UNREACHABLE if isinstance(exc, TimeoutError) else why_not_connected(exc)
        if malformed or reason is None:
            raise SettingsError("DATABASE_URL has an option or a part that PostgreSQL does not know.") from exc
        if reason is Outage.UNREACHABLE and is_demo():
            raise SettingsError("the demo does not run: start it with `make run`, or set DATABASE_URL.") from exc
        raise SettingsError(f"PostgreSQL at DATABASE_URL: {reason.value}.") from exc
