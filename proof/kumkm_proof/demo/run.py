"""`kumkm demo`: from nothing to Kabupaten OKU on the morning of 13 September 2022, served on this machine.

Everything goes the way of a real deployment: migrations, reference data, accounts, and batches that are sent to the
app over its own HTTP interface, one after another, with the domain clock set to the moment each arrived. A run that
was cut off is taken up again: what was sent already is only answered again.
"""

import asyncio
import json
import os
import shlex
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import asyncpg
import httpx
import orjson
import uvicorn
from pydantic import SecretStr
from rich.console import Console
from rich.panel import Panel
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from app.accounts.models import Account
from app.accounts.permissions import OPERATOR
from app.accounts.tokens import AccessTokens
from app.audit import trail
from app.audit.actions import Action
from app.core.clock import SetClock
from app.core.embedded import EmbeddedServer, start_embedded
from app.core.migrations import migrate
from app.core.roles import SERVER_LOGIN, as_server, make_login
from app.core.settings import Settings, SettingsError, new_key
from app.core.telemetry import configure_logging
from app.kbli.loading import load_kbli
from app.main import create_app
from app.progress.rollup import fold
from app.regions.boundaries import load_boundaries
from app.regions.loading import load_regions, packaged_regions
from app.regions.region_code import NATION
from app.serving import server_options, settle
from app.upgrading.fills import STEPS
from app.upgrading.steps import Keys, fill
from app.web.files import BUILT, CONSOLE, FIELD, FIELD_AT, built_app
from kumkm_proof.demo import asked_again, confirmed, next_round
from kumkm_proof.demo.census import MORNING, OKU, OTHERS, SEED
from kumkm_proof.demo.examples import found_examples, show_examples
from kumkm_proof.demo.fieldwork import Batch, field_work
from kumkm_proof.demo.geography import boundaries_of_oku
from kumkm_proof.demo.paid import pay_all
from kumkm_proof.demo.people import Townsfolk
from kumkm_proof.demo.published import publish_all
from kumkm_proof.demo.receiver import subscribe
from kumkm_proof.demo.settings_folder import leave_settings
from kumkm_proof.demo.staff import PASSWORD, engage, id_of

DATABASE = "kumkm_demo"
_EDITION = 11  # raised when what the demo tells changes, so that an older one is not taken for it
_AS_GOOD = (5, 6, 7, 8, 9, 10)
"""Editions with the same figures: until 6 nobody cheats, 8 has no doors without an interview, 9 no listing of 2023,
10 neither targets of districts nor confirmed numbers."""
_QUESTION = f"/v1/progress/regions/{OKU.code}"


def run_demo(out: Console, *, port: int, data_dir: Path, serve: bool) -> None:
    """Set up what is missing, say where to look, and serve until stopped.

    Raises:
        SettingsError: the port is taken, or the folder holds the demo of another edition.
    """
    if serve:
        _refuse_taken_port(port)
    configure_logging("warning")
    steps = _Steps(out)
    with steps.bar:
        server = steps.do("PostgreSQL", lambda: start_embedded(data_dir / "postgres"))
        try:
            settings = _settings(as_server(server.dsn(DATABASE)), data_dir / "demo-keys.json", port)
            leave_settings(data_dir, settings, server.dsn(DATABASE))
            asyncio.run(_set_up(server, settings, steps))
            opening = asyncio.run(_opening(settings))
        except BaseException:
            server.stop()
            raise
    try:
        asyncio.run(_welcome(out, opening, port))
        if serve:
            _serve(out, opening)
    finally:
        server.stop()


class _Steps:
    """A line for each step, with what it took; a bar for the long one."""

    def __init__(self, out: Console) -> None:
        self.bar = Progress(
            SpinnerColumn(finished_text="[green]✓[/]"),
            TextColumn("{task.description}"),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=out,
        )

    def do(self, name: str, work: Any) -> Any:
        task = self.bar.add_task(name, total=1)
        done = work()
        self.bar.update(task, completed=1)
        return done

    async def wait(self, name: str, work: Any) -> Any:
        task = self.bar.add_task(name, total=1)
        done = await work
        self.bar.update(task, completed=1)
        return done


def _refuse_taken_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as exc:
            raise SettingsError(f"Port {port} is taken. Choose another one: PORT={port + 1} make run") from exc


def _settings(dsn: str, keys: Path, port: int) -> Settings:
    """The demo's settings. Its keys are made at the first start and stay with its data."""
    if not keys.exists():
        made = {name: new_key() for name in ("token", "sealing", "digest")}
        with os.fdopen(os.open(keys, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump(made, file)
    known = json.loads(keys.read_text(encoding="utf-8"))
    return Settings(
        DATABASE_URL=SecretStr(dsn),
        PORT=port,
        token_keys={"demo": SecretStr(known["token"])},
        sealing_keys={1: SecretStr(known["sealing"])},
        digest_key=SecretStr(known["digest"]),
        access_token_s=3600,
        demo_starts_at=MORNING,
        storage=str(keys.parent.absolute() / "files"),
    )


async def _set_up(server: EmbeddedServer, settings: Settings, steps: _Steps) -> None:
    dsn = server.dsn(DATABASE)
    await _create_database(server)
    await steps.wait("Migrations", asyncio.to_thread(migrate, dsn))
    pg = await asyncpg.connect(dsn)
    try:
        await make_login(pg, SERVER_LOGIN, None)
        await fill(pg, STEPS, Keys.of(settings), lambda *_: None)
        if await _is_complete(pg):
            return
        await steps.wait("Regions and KBLI", _load_reference(pg))
        villages = await _villages(pg)
        async with pg.transaction():
            await steps.wait("People and targets", engage(pg, villages))
        await steps.wait("Boundaries", _load_boundaries(pg))
        batches = await steps.wait("Field work", asyncio.to_thread(_all_field_work, villages))
        async with _without_waiting_for_the_disk(pg):
            await _send(settings, batches, steps)
        await steps.wait("Re-interviews", _ask_again(pg, settings, batches))
        await steps.wait("Confirmed numbers", _confirm(settings))
        await steps.wait("Listing of 2023", next_round.begin(pg, settings))
        await steps.wait("Rolling up", _roll_up(pg))
        await steps.wait("Cut-offs", publish_all(pg))
        await steps.wait("Honour", pay_all(pg))
        await steps.wait("A system's webhook", subscribe(pg))
        await trail.record(
            pg,
            Action.DEMO_COMPLETED,
            actor_id=None,
            subject=("campaign", "1"),
            occurred_at=datetime.now(UTC),
            detail={"edition": _EDITION},
            trace_id=None,
        )
    finally:
        await pg.close()


@asynccontextmanager
async def _without_waiting_for_the_disk(pg: asyncpg.Connection) -> AsyncIterator[None]:
    """No tablet relies on these records yet: what a power cut loses now is sent again at the next start.

    A deployment never does so.
    """
    await pg.execute(f"ALTER DATABASE {DATABASE} SET synchronous_commit = off")
    try:
        yield
    finally:
        await pg.execute(f"ALTER DATABASE {DATABASE} RESET synchronous_commit")


async def _create_database(server: EmbeddedServer) -> None:
    pg = await asyncpg.connect(server.dsn("postgres"))
    try:
        if not await pg.fetchval("SELECT true FROM pg_database WHERE datname = $1", DATABASE):
            await pg.execute(f'CREATE DATABASE "{DATABASE}"')
    finally:
        await pg.close()


async def _is_complete(pg: asyncpg.Connection) -> bool:
    edition = await pg.fetchval(
        "SELECT (detail ->> 'edition')::int FROM audit_event WHERE action = 'demo.completed' LIMIT 1"
    )
    if edition not in (None, _EDITION, *_AS_GOOD):
        raise SettingsError(
            "This folder holds the demo of another version. Start afresh with `make clean`, or set KUMKM_DATA_DIR."
        )
    return edition is not None


async def _load_reference(pg: asyncpg.Connection) -> None:
    await load_regions(pg, packaged_regions(), today=MORNING.date())
    await load_kbli(pg)


async def _load_boundaries(pg: asyncpg.Connection) -> None:
    async def run(work: Any) -> Any:
        async with pg.transaction():
            return await work(pg)

    content = await asyncio.to_thread(boundaries_of_oku)
    await load_boundaries(
        run, asyncio.to_thread, content, territory=NATION, actor_id=OPERATOR.account_id, trace_id=None
    )


async def _villages(pg: asyncpg.Connection) -> dict[str, list[str]]:
    rows = await pg.fetch(
        "SELECT left(code, 5), array_agg(code ORDER BY code) FROM region"
        " WHERE level = 'village' AND retired_on IS NULL AND left(code, 5) = ANY($1) GROUP BY 1",
        [regency.code for regency in (OKU, *OTHERS)],
    )
    return {regency: list(codes) for regency, codes in rows}


def _all_field_work(villages: dict[str, list[str]]) -> list[Batch]:
    outside, folk = villages[OTHERS[-1].code], Townsfolk(Random(SEED))
    batches = [
        batch
        for number, regency in enumerate((OKU, *OTHERS))
        for batch in field_work(regency, villages[regency.code], outside, folk, Random(SEED + number))
    ]
    return sorted(batches, key=lambda batch: batch.received_at)


async def _send(settings: Settings, batches: list[Batch], steps: _Steps) -> None:
    """Send every batch to the app, as its tablet did, at the moment it did."""
    clock = SetClock(MORNING)
    app = create_app(settings, clock=clock)
    tokens = AccessTokens(settings.token_ring(), lifetime_s=settings.access_token_s)
    signed_in = {batch.enumerator: _token(tokens, batch.enumerator) for batch in batches}
    task = steps.bar.add_task("Batches from the field", total=sum(len(batch.body["items"]) for batch in batches))
    transport = httpx.ASGITransport(app=app)
    try:
        async with httpx.AsyncClient(transport=transport, base_url="http://demo") as client:
            for batch in batches:
                clock.moment = batch.received_at
                answer = await client.put(
                    f"/v1/sync/batches/{batch.id}",
                    content=orjson.dumps(batch.body),
                    headers={"Authorization": signed_in[batch.enumerator], "Content-Type": "application/json"},
                )
                answer.raise_for_status()
                steps.bar.advance(task, len(batch.body["items"]))
    finally:
        await app.state.services.database.close()


async def _ask_again(pg: asyncpg.Connection, settings: Settings, batches: list[Batch]) -> None:
    """Draw a sample of what came in, and have a part of it asked again."""
    app = create_app(settings, clock=SetClock(MORNING))
    tokens = AccessTokens(settings.token_ring(), lifetime_s=settings.access_token_s)
    items = {item["record_id"]: item for batch in batches for item in batch.body["items"]}
    database = app.state.services.database
    try:
        await asked_again.draw(pg, app.state.services.ingest)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://demo") as client:
            await asked_again.answer(pg, client, items, lambda name: _token(tokens, name))
    finally:
        await database.close()


async def _confirm(settings: Settings) -> None:
    """Have agencies confirm some numbers."""
    clock = SetClock(MORNING)
    app = create_app(confirmed.settings_for(settings), clock=clock)
    database = app.state.services.database
    try:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://demo") as client:
            await confirmed.confirm_all(client, database, clock)
    finally:
        await database.close()


def _token(tokens: AccessTokens, username: str) -> str:
    account = Account(
        id=id_of(username),
        username=username,
        name=username,
        role="enumerator",
        region_code=OKU.code,
        created_at=MORNING,
    )
    return f"Bearer {tokens.issue(account, device_id=id_of(f'tablet of {username}'), scopes=[])}"


async def _roll_up(pg: asyncpg.Connection) -> None:
    more = True
    while more:
        async with pg.transaction():
            more = await fold(pg)
    await pg.execute("VACUUM (ANALYZE)")


async def _opening(settings: Settings) -> Settings:
    """The settings with the morning's clock, which never starts before what is in the register already."""
    pg = await asyncpg.connect(settings.database_url.get_secret_value())
    try:
        last = await pg.fetchval("SELECT max(received_at) FROM batch")
    finally:
        await pg.close()
    return settings.model_copy(update={"demo_starts_at": max(MORNING, last or MORNING)})


async def _examples(settings: Settings) -> dict[str, str]:
    pg = await asyncpg.connect(settings.database_url.get_secret_value())
    try:
        return await found_examples(pg)
    finally:
        await pg.close()


async def _welcome(out: Console, settings: Settings, port: int) -> None:
    """Say where to look, with an example and the answer that the app really gives."""
    app = create_app(settings)
    base_url = f"http://127.0.0.1:{port}"
    form = {"grant_type": "password", "username": "officer.oku", "password": PASSWORD}
    try:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=base_url) as client:
            signed_in = (await client.post("/v1/auth/token", data=form)).raise_for_status().json()
            headers = {"Authorization": f"Bearer {signed_in['access_token']}"}
            answer = (await client.get(_QUESTION, headers=headers)).raise_for_status().json()
    finally:
        await app.state.services.database.close()
    _print_welcome(out, base_url, answer)


def _print_welcome(out: Console, base_url: str, answer: dict[str, Any]) -> None:
    row = answer["item"]
    reader = "python3 -c 'import json, sys; print(json.load(sys.stdin)[\"access_token\"])'"
    form = shlex.quote(f"grant_type=password&username=officer.oku&password={PASSWORD}")
    example = (
        f"TOKEN=$(curl -s -d {form} {base_url}/v1/auth/token \\\n  | {reader})\n"
        f'curl -s -H "Authorization: Bearer $TOKEN" {base_url}{_QUESTION}'
    )
    accounts = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for name, what in (
        ("admin", "sees everything"),
        ("officer.oku", "Dinas of Kabupaten OKU"),
        ("privacy.oku", "the same; sees personal data, with a reason"),
        ("coordinator.1 … coordinator.6", "a team of 14 each"),
        ("enumerator.1 … enumerator.84", "send batches"),
    ):
        accounts.add_row(f"[bold]{name}[/]", what)
    figures = (
        f"[bold]{row['region']['name']}[/]: [bold green]{row['entered']:,} of {row['target']:,}[/] in"
        f" ([bold]{row['percent']:.2f} %[/]), {row['pace']['days_left']} days left,"
        f" {row['pace']['needed_per_day']} a day needed; rank {row['rank']} of {row['rank_of']}"
    )
    out.print()
    _print_apps(out, base_url)
    out.print(Panel(figures, title="13 September 2022, in the morning", expand=False, border_style="green"))
    out.print("\n[bold]Try it[/]")
    out.print(example, style="cyan", highlight=False, markup=False, soft_wrap=True)
    out.print("\n[bold]and it answers[/]")
    out.print_json(data=answer)
    out.print(f"\n[bold]Accounts[/], all with the password [bold]{PASSWORD}[/]")
    out.print(accounts)
    out.print(
        "\nOnly OKU's own figures and the targets of OKU and Palembang are real;"
        " all people, businesses and other figures are made up.",
        style="dim",
    )
    out.print(f"\n[bold]API documentation[/]  {base_url}/docs")


def _print_apps(out: Console, base_url: str, built: Path = BUILT) -> None:
    """Where people work, of the web apps in the folder `built`, and as whom."""
    rows = [
        f"[bold]{name}[/]  [bold cyan]{base_url}{path}[/] — sign in as [bold]{username}[/],"
        f" password [bold]{PASSWORD}[/]"
        for app, name, path, username in (
            (CONSOLE, "Control room", "", "officer.oku"),
            (FIELD, "Field app   ", f"/{FIELD_AT}/", "enumerator.1"),
        )
        if built_app(built / app)
    ]
    for row in rows:
        out.print(row, highlight=False, soft_wrap=True)
    if rows:
        out.print()


def _serve(out: Console, settings: Settings) -> None:
    out.print(f"[bold]Serving[/] on http://127.0.0.1:{settings.port} — stop with Ctrl-C\n")
    configure_logging(settings.log_level)
    app = create_app(settings)
    show_examples(app, asyncio.run(_examples(settings)))
    settle()
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=settings.port,
        **server_options(settings),
    )
