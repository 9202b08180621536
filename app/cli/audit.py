"""The audit trail: verify it, and link events that are not linked yet."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import asyncpg
import typer
from rich.table import Table

from app.cli.examples import examples
from app.cli.shell import Json, document, err, out, progress_bar, settings_in_force, with_connection
from app.core.settings import SettingsError

if TYPE_CHECKING:
    from app.audit.archive import Archived

app = typer.Typer(no_args_is_help=True, help="The audit trail.")


@app.command("verify", epilog=examples("kumkm audit verify", "kumkm audit verify --json"))
def audit_verify(
    expect: Annotated[
        str | None,
        typer.Option(help="A head that was logged earlier (log line `audit_head`), which must be in the chain."),
    ] = None,
    archive: Annotated[
        Path | None, typer.Option(help="An archive of `kumkm audit archive`, instead of the database.")
    ] = None,
    *,
    as_json: Json = False,
) -> None:
    """Prove that nothing in the audit trail was changed or cut out. Needs the server's keys."""
    if archive is not None:
        _verify_archive(archive, as_json=as_json)
        return
    from app.audit.chain import ChainKey, verify  # noqa: PLC0415  (needed here only)

    chain_key = ChainKey(settings_in_force().trail_key_bytes())

    async def work(pg: asyncpg.Connection) -> bool:
        with progress_bar(err if as_json else out) as bar:
            async with pg.transaction(isolation="repeatable_read", readonly=True):
                await pg.execute("SET LOCAL statement_timeout = 0")
                task = bar.add_task("Links", total=await pg.fetchval("SELECT count(*) FROM audit_link"))
                found = await verify(pg, chain_key, expected=expect, advance=lambda n: bar.advance(task, n))
        if as_json:
            document(
                {
                    "holds": not found.broken,
                    "events": found.events,
                    "days": found.days,
                    "signed_from": found.signed_from,
                    "head": str(found.head) if found.head else None,
                    "items": [{"code": row.code, "day": row.day, "place": row.place} for row in found.broken],
                }
            )
            return not found.broken
        if not found.broken:
            out.print(f"[green]✓[/] The chain holds: {found.events:,} events on {found.days:,} days.")
            out.print(
                f"Every event since {found.signed_from:%Y-%m-%d %H:%M:%S} UTC is signed by the server."
                if found.signed_from
                else "No event says yet from when on events are signed; the next start of a server will.",
                highlight=False,
            )
            out.print(f"Head: {found.head}", highlight=False, soft_wrap=True)
            return True
        _show_faults(found.broken)
        return False

    if not with_connection(work):
        raise typer.Exit(1)


def _verify_archive(file: Path, *, as_json: bool) -> None:
    from app.audit.archive import prove  # noqa: PLC0415  (needed here only)
    from app.audit.chain import ChainKey  # noqa: PLC0415  (likewise)
    from app.core.files import sha256_of  # noqa: PLC0415  (likewise)

    try:
        found, sha256 = prove(file, ChainKey(settings_in_force().trail_key_bytes())), sha256_of(file)
    except ValueError as exc:
        raise typer.BadParameter(str(exc), param_hint="--archive") from exc
    if as_json:
        items = [{"code": row.code, "day": row.day, "place": row.place} for row in found.broken]
        proven = {"after": found.after, "head": found.head, "events": found.events, "sha256": sha256}
        document({"holds": not found.broken, **proven, "items": items})
    elif not found.broken:
        out.print(f"[green]✓[/] The chain in the archive holds: {found.events:,} events.")
        out.print(f"After: {found.after or 'the beginning'}", highlight=False, soft_wrap=True)
        out.print(f"Head: {found.head}", highlight=False, soft_wrap=True)
        out.print(f"SHA-256: {sha256}", highlight=False, soft_wrap=True)
    else:
        _show_faults(found.broken)
    if found.broken:
        raise typer.Exit(1)


def _show_faults(broken: Sequence[tuple[str, date | None, str]]) -> None:
    table = Table("fault", "day", "place", title="The chain is broken")
    for code, day, place in broken[:50]:
        table.add_row(code, str(day or ""), place)
    err.print(table)
    err.print(f"[bold red]{len(broken)} faults.[/]")


@app.command("archive", epilog=examples("kumkm audit archive trail-2024.ndjson.gz --before 2025-01-01"))
def audit_archive(
    file: Annotated[Path, typer.Argument(help="The new file. Keep it where backups are.")],
    before: Annotated[str, typer.Option(help="The first day that stays, as YYYY-MM-DD, at least a year ago.")],
) -> None:
    """Move the older part of the audit trail into a file, which proves itself with the server's keys; the chain in the
    database goes on from it. Run as the owner of the database. Can be stopped and run again, with another file.
    """
    from app.audit.archive import TrailError, archive  # noqa: PLC0415  (needed here only)
    from app.audit.chain import ChainKey  # noqa: PLC0415  (likewise)

    try:
        day = date.fromisoformat(before)
    except ValueError as exc:
        raise typer.BadParameter("a day is written YYYY-MM-DD", param_hint="--before") from exc
    if day > datetime.now(UTC).date() - timedelta(days=365):
        raise typer.BadParameter("a year of the trail stays in the database", param_hint="--before")
    if file.exists() or not file.parent.is_dir():
        raise typer.BadParameter("the file must be new, in a folder that there is", param_hint="FILE")
    chain_key = ChainKey(settings_in_force().trail_key_bytes())

    async def work(pg: asyncpg.Connection) -> "Archived | None":
        if not await pg.fetchval("SELECT has_table_privilege('audit_event', 'DELETE')"):
            raise SettingsError("DATABASE_URL must be the owner's: the server's login cannot remove events.")
        with progress_bar(err) as bar:
            task = bar.add_task("Links", total=None)
            return await archive(pg, chain_key, day, file, lambda n: bar.advance(task, n))

    try:
        done = with_connection(work, audited=True)
    except TrailError as exc:
        _show_faults(exc.broken)
        raise typer.Exit(1) from exc
    if done is None:
        out.print(f"[green]✓[/] Nothing was linked before {day}.", highlight=False)
        return
    out.print(f"[green]✓[/] {done.events:,} events moved to {file}.", highlight=False, soft_wrap=True)
    out.print(f"Head: {done.head}", highlight=False, soft_wrap=True)
    out.print(f"SHA-256: {done.sha256}", highlight=False, soft_wrap=True)


@app.command("link", epilog=examples("kumkm audit link"))
def audit_link() -> None:
    """Link events that were left out of the chain, e.g. because a server's clock was hours behind."""
    from app.audit.chain import ChainKey, link_events  # noqa: PLC0415  (needed here only)

    chain_key = ChainKey(settings_in_force().trail_key_bytes())

    async def work(pg: asyncpg.Connection) -> int:
        total = 0
        while True:
            async with pg.transaction():
                linked = await link_events(pg, chain_key, since=datetime(2000, 1, 1, tzinfo=UTC))
            if not linked:
                return total
            total += linked

    out.print(f"[green]✓[/] {with_connection(work):,} events linked.")
