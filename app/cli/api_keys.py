"""Read-only keys from the command line: which there are, and ending one."""

from typing import Annotated
from uuid import UUID

import asyncpg
import typer
from rich.table import Table

from app.accounts import api_keys
from app.accounts.permissions import OPERATOR
from app.accounts.schemas import ApiKeyOut
from app.cli.examples import examples
from app.cli.people import changing
from app.cli.shell import Json, document, out

app = typer.Typer(no_args_is_help=True, help="Read-only keys of tools that cannot do OAuth.")


@app.command("list", epilog=examples("kumkm api-key list", "kumkm api-key list --ended --json"))
def api_key_list(
    *, ended: Annotated[bool, typer.Option("--ended", help="Also those that are over.")] = False, as_json: Json = False
) -> None:
    """List keys: whose, for what, until when, and when they were used last."""
    rows: list[api_keys.KeyRow] = []

    async def work(pg: asyncpg.Connection) -> None:
        after: UUID | None = None
        while found := await api_keys.list_keys(pg, OPERATOR, ended=ended, limit=1_000, after=after):
            rows.extend(found)
            after = found[-1].id

    changing(work)
    if as_json:
        document({"items": [ApiKeyOut(**row.named()).model_dump(mode="json") for row in rows]})
        return
    table = Table("id", "name", "user name", "region", "scopes", "until", "used last")
    for row in rows:
        until = "revoked" if row.revoked_at else f"{row.expires_at:%Y-%m-%d}"
        used = f"{row.used_at:%Y-%m-%d}" if row.used_at else "never"
        table.add_row(str(row.id), row.name, row.username, row.region_code or "ID", " ".join(row.scopes), until, used)
    out.print(table)


@app.command("revoke", epilog=examples("kumkm api-key revoke 01833a5e-8a40-7000-8000-000000000001"))
def api_key_revoke(key_id: Annotated[UUID, typer.Argument(help="Its id, as the list shows it.")]) -> None:
    """End a key at once, in all servers."""
    changing(lambda pg: api_keys.revoke_key(pg, OPERATOR, key_id, trace_id=None))
    out.print("[green]✓[/] The key is over.", highlight=False)
