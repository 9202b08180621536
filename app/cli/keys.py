"""Keys: making, rotating, and sealing anew."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import asyncpg
import typer

from app.cli.shell import out, progress_bar, with_connection
from app.core.keys import new_key, rotate
from app.core.sealing import KeyRing
from app.core.settings import settings_from_environment

app = typer.Typer(no_args_is_help=True, help="Keys for tokens and personal data.")


@app.command("new")
def keys_new() -> None:
    """Print a fresh set of keys as environment variables. Keep them secret and never lose them."""
    kid = f"{date.today():%Y%m%d}"  # noqa: DTZ011  (a name, not a time)
    typer.echo(f"KUMKM_TOKEN_KEYS={kid}:{new_key()}")
    typer.echo(f"KUMKM_SEALING_KEYS=1:{new_key()}")
    typer.echo(f"KUMKM_DIGEST_KEY={new_key()}")


@app.command("rotate")
def keys_rotate(
    place: Annotated[
        Path, typer.Argument(help="The environment file or the folder of secrets that holds the keys.", exists=True)
    ],
    minutes: Annotated[int, typer.Option("--in", help="Minutes until the new keys are used.", min=1, max=43_200)] = 15,
    *,
    token: Annotated[bool, typer.Option(help="Rotate the key of access tokens.")] = True,
    sealing: Annotated[bool, typer.Option(help="Rotate the key of personal data.")] = True,
) -> None:
    """Add new keys that take over in some minutes. Restart every server process before then, one after another."""
    done = rotate(place, token=token, sealing=sealing, wait=timedelta(minutes=minutes), now=datetime.now(UTC))
    for name in done.new:
        out.print(f"[green]✓[/] {name}, used from {done.starts_at:%Y-%m-%d %H:%M} UTC", highlight=False)
    for name in done.taken_out:
        out.print(f"[green]✓[/] token key {name} taken out: no token under it is alive", highlight=False)
    out.print(
        f"Restart every server process before {done.starts_at:%H:%M} UTC; until then new keys are only accepted,"
        " so that nothing fails in between." + (" Then run `kumkm keys reseal`." if sealing else "")
    )


@app.command("reseal")
def keys_reseal() -> None:
    """Seal everything anew under the key in use. Can be stopped and run again; servers go on working meanwhile."""
    from app.privacy.resealing import reseal  # noqa: PLC0415  (needed here only)
    from app.privacy.sealed import count_sealed  # noqa: PLC0415  (likewise)

    settings = settings_from_environment()
    ring = KeyRing(settings.sealing_ring(), settings.sealing_starts())

    async def work(pg: asyncpg.Connection) -> dict[int, int]:
        before = await count_sealed(pg)
        with progress_bar() as bar:
            older = sum(count for number, count in before.items() if number != ring.number)
            task = bar.add_task("Sealed values", total=older)
            return await reseal(pg, ring, lambda n: bar.advance(task, n))

    left = with_connection(work)
    out.print(f"[green]✓[/] {left.get(ring.number, 0):,} values are sealed under key {ring.number}.", highlight=False)
    for number, start in settings.sealing_starts().items():
        if start > datetime.now(UTC):
            out.print(f"Key {number} is used from {start:%Y-%m-%d %H:%M} UTC on; run this again after that.")
            return
    for number in settings.sealing_ring():
        if number != ring.number:
            count = left.get(number, 0)
            told = f"{count:,} values left: run this again" if count else "nothing left: take it out of the ring"
            out.print(f"Key {number}: {told}.", highlight=False)
