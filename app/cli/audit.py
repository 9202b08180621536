"""The audit trail: verify it, and link events that are not linked yet."""

from datetime import UTC, datetime
from typing import Annotated

import asyncpg
import typer
from rich.table import Table

from app.cli.examples import examples
from app.cli.shell import Json, document, err, out, progress_bar, settings_in_force, with_connection

app = typer.Typer(no_args_is_help=True, help="The audit trail.")


@app.command("verify", epilog=examples("kumkm audit verify", "kumkm audit verify --json"))
def audit_verify(
    expect: Annotated[
        str | None,
        typer.Option(help="A head that was logged earlier (log line `audit_head`), which must be in the chain."),
    ] = None,
    *,
    as_json: Json = False,
) -> None:
    """Prove that nothing in the audit trail was changed or cut out. Needs the server's keys."""
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
        table = Table("fault", "day", "place", title="The chain is broken")
        for row in found.broken[:50]:
            table.add_row(row.code, str(row.day or ""), row.place)
        err.print(table)
        err.print(f"[bold red]{len(found.broken)} faults.[/]")
        return False

    if not with_connection(work):
        raise typer.Exit(1)


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
