"""Staffing a census from the command line: what the API lets an admin do, for the first admin and for scripts."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import asyncpg
import typer
from rich.table import Table

from app.accounts import administration
from app.accounts.permissions import OPERATOR, Role, Scope
from app.accounts.schemas import AccountFilters, AccountIn, AccountOut, Credentials
from app.api.imports import SUFFIXES, WAYS, Kind, Sealing, columns_of, enter_sheet, table_of
from app.campaigns.administration import put_campaign
from app.campaigns.schemas import CampaignIn
from app.cli.examples import examples
from app.cli.shell import DryRun, Json, document, err, out, settings_in_force, with_connection
from app.core.bulk import Faulty
from app.core.problems import Problem
from app.core.sealing import Digester, KeyRing
from app.core.settings import SettingsError
from app.core.table_files import read_table

app = typer.Typer()
account_app = typer.Typer(no_args_is_help=True, help="Accounts of people and systems.")
campaign_app = typer.Typer(no_args_is_help=True, help="Census rounds.")

Username = Annotated[str, typer.Argument(help="The user name.")]


@account_app.command(
    "create",
    epilog=examples(
        "kumkm account create pusat --name 'Admin Pusat' --role admin",
        "kumkm account create bps --name BPS --role system --region 16 --scope feed:read > bps.env",
    ),
)
def account_create(
    username: Username,
    name: Annotated[str, typer.Option(help="The person's or system's name.")],
    role: Annotated[Role, typer.Option(help="What it may do.")],
    region: Annotated[str | None, typer.Option(help="Territory, a Kemendagri code; not for admins.")] = None,
    scope: Annotated[list[Scope] | None, typer.Option(help="What a system may read; may be repeated.")] = None,
) -> None:
    """Create an account and print, once, the code or secret for its first sign-in."""
    row = AccountIn(username=username, name=name, role=role, region_code=region, scopes=scope or [])
    made = changing(lambda pg: administration.create_account(pg, OPERATOR, row, trace_id=None))
    err.print(f"[green]✓[/] {role} {username} was made.", highlight=False)
    _print_credentials(username, made.credentials)


@account_app.command("reset", epilog=examples("kumkm account reset sari.dewi"))
def account_reset(username: Username) -> None:
    """Take a password or secret away, end every session, and print what sets a new one."""

    async def work(pg: asyncpg.Connection) -> Credentials:
        account = await _named(pg, username)
        return await administration.reset_credentials(pg, OPERATOR, account.id, trace_id=None)

    _print_credentials(username, changing(work))


@account_app.command("deactivate", epilog=examples("kumkm account deactivate sari.dewi"))
def account_deactivate(username: Username) -> None:
    """Close an account; it keeps its records."""

    async def work(pg: asyncpg.Connection) -> AccountOut:
        return await administration.deactivate(pg, OPERATOR, (await _named(pg, username)).id, trace_id=None)

    changing(work)
    out.print(f"[green]✓[/] {username} is closed.", highlight=False)


@account_app.command(
    "list", epilog=examples("kumkm account list --role officer", "kumkm account list --region 16.01 --json")
)
def account_list(
    role: Annotated[Role | None, typer.Option(help="Only this role.")] = None,
    region: Annotated[str | None, typer.Option(help="Only this region and below.")] = None,
    *,
    as_json: Json = False,
) -> None:
    """List accounts."""
    accounts: list[AccountOut] = []

    async def work(pg: asyncpg.Connection) -> None:
        after: UUID | None = None
        wanted = AccountFilters.model_construct(role=role, region=region)
        while rows := await administration.list_accounts(pg, OPERATOR, wanted, limit=1_000, after=after):
            accounts.extend(rows)
            after = rows[-1].id

    changing(work)
    if as_json:
        names = {"id", "username", "name", "role", "region_code", "scopes", "deactivated_at"}
        document({"items": [row.model_dump(mode="json", include=names) for row in accounts]})
        return
    table = Table("user name", "name", "role", "region", "state")
    for row in accounts:
        state = "closed" if row.deactivated_at else "active"
        table.add_row(row.username, row.name, row.role, row.region_code or "", state)
    out.print(table)


@campaign_app.command(
    "put",
    epilog=examples(
        "kumkm campaign put pl-kumkm-2022 --name 'PL-KUMKM 2022' --starts-on 2022-04-01 --ends-on 2022-10-31"
        " --accepts-until 2022-11-30"
    ),
)
def campaign_put(
    code: Annotated[str, typer.Argument(help="Its code, e.g. pl-kumkm-2022.")],
    name: Annotated[str, typer.Option(help="Its name.")],
    starts_on: Annotated[str, typer.Option(help="First day of field work, YYYY-MM-DD.")],
    ends_on: Annotated[str, typer.Option(help="Last day of field work.")],
    accepts_until: Annotated[str, typer.Option(help="Last day on which late batches are taken.")],
    answers_until: Annotated[
        str | None, typer.Option(help="Last day on which sealed answers are kept; left out, it stays as it is.")
    ] = None,
) -> None:
    """Make a campaign, or change the one of that code."""
    days = {"starts_on": starts_on, "ends_on": ends_on, "accepts_until": accepts_until, "answers_until": answers_until}
    try:
        campaign = CampaignIn(
            code=code,
            name=name,
            **{key: date.fromisoformat(day) for key, day in days.items() if day},
        )
    except ValueError as exc:
        raise typer.BadParameter("days are written YYYY-MM-DD, in order; a code has small letters and digits") from exc
    created, _ = changing(lambda pg: put_campaign(pg, OPERATOR, campaign, trace_id=None))
    out.print(f"[green]✓[/] {code} was {'made' if created else 'changed'}.", highlight=False)


@app.command(
    "import",
    epilog=examples(
        "kumkm import accounts people.xlsx --dry-run", "kumkm import assignments surat-tugas.csv > codes.csv"
    ),
)
def import_file(
    kind: Annotated[Kind, typer.Argument(help="What the file holds.")],
    file: Annotated[Path, typer.Argument(help="CSV or XLSX; the first line names the columns.", exists=True)],
    *,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Enter accounts, teams, members, assignments, targets or a listing from a file: all rows, or none."""
    media_type = media_type_of(file)
    way = WAYS[kind]
    sheet = or_faults(
        lambda: table_of(way, read_table(file.read_bytes(), media_type, columns_of(way.row), way.max_rows))
    )
    sealing = None if way.chunk is None else sealing_in_force()

    async def work(pg: asyncpg.Connection) -> Any:
        async def run(inner: Any) -> Any:
            async with pg.transaction():
                return await inner(pg)

        return await enter_sheet(
            run, way, OPERATOR, sheet, dry_run=dry_run, now=datetime.now(UTC), trace_id=None, sealing=sealing
        )

    try:
        with (err if as_json else out).status("Entering rows…"):
            entered = with_connection(work, audited=True)
    except Faulty as exc:
        if as_json:
            faults = [
                {"line": sheet.lines[each.row], "column": each.field, "code": each.code, "text": each.text.en}
                for each in exc.faults
            ]
            document({"entered": False, "items": faults})
            raise typer.Exit(1) from None
        table = Table("line", "column", "code", "what is wrong", title=f"{len(exc.faults)} faults; nothing was entered")
        for fault in exc.faults[:100]:
            table.add_row(str(sheet.lines[fault.row]), fault.field, fault.code, fault.text.en)
        err.print(table)
        raise typer.Exit(1) from None
    if as_json:
        codes = [] if dry_run else [{"username": name, "activation_code": code} for name, code in entered.codes]
        figures = {"created": entered.created, "changed": entered.changed, "unchanged": entered.unchanged}
        document({"entered": not dry_run, **figures, "codes": codes, "items": []})
        return
    maybe = "would be " if dry_run else ""
    if entered.codes and not dry_run:
        err.print("Each new owner sets a password with the code; they are not shown again:")
        typer.echo("\n".join(["username,activation_code", *map(",".join, entered.codes)]))
    err.print(
        f"[green]✓[/] {len(sheet.rows):,} rows: {entered.created:,} {maybe}new, {entered.changed:,} {maybe}changed,"
        f" {entered.unchanged:,} unchanged."
    )


def media_type_of(file: Path) -> str:
    """What the name of a file of rows says that it is."""
    media_type = SUFFIXES.get(file.suffix.lower())
    if media_type is None:
        raise typer.BadParameter("the file's name must end in .csv or .xlsx", param_hint="FILE")
    return media_type


def sealing_in_force() -> Sealing:
    """What seals and digests the numbers of rows, by the settings of the deployment."""
    settings = settings_in_force()
    return Sealing(
        KeyRing(settings.sealing_ring(), settings.sealing_starts()),
        Digester(settings.digest_key_bytes(), settings.number_ring()),
        datetime.now(UTC),
    )


async def _named(pg: asyncpg.Connection, username: str) -> AccountOut:
    wanted = AccountFilters.model_construct(username=username)
    found = await administration.list_accounts(pg, OPERATOR, wanted, limit=1, after=None)
    if not found:
        raise SettingsError(f"There is no account {username!r}.")
    return found[0]


def changing(work: Any) -> Any:
    """Do something in one transaction, and report what is wrong with it in words."""

    async def run(pg: asyncpg.Connection) -> Any:
        async with pg.transaction():
            return await work(pg)

    return or_faults(lambda: with_connection(run, audited=True))


def or_faults(act: Any) -> Any:
    """Do something, and report what is wrong with it in words."""
    try:
        return act()
    except Faulty as exc:
        raise SettingsError("; ".join(f"{fault.field}: {fault.text.en}" for fault in exc.faults)) from None
    except Problem as exc:
        fields = "; ".join(f"{error.pointer}: {error.text.en}" for error in exc.errors)
        raise SettingsError(fields or exc.code.value.detail.en) from None


def _print_credentials(username: str, credentials: Credentials) -> None:
    if credentials.client_secret is not None:
        err.print("The secret is not shown again:")
        typer.echo(f"client_id={username}\nclient_secret={credentials.client_secret}")
    else:
        err.print("Its owner sets a password with this code (POST /v1/auth/password), within 14 days; not shown again:")
        typer.echo(credentials.activation_code)
