"""Keys: making, rotating, and sealing again with a new key."""

from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import asyncpg
import typer

from app.cli.examples import examples
from app.cli.shell import Json, document, err, out, progress_bar, settings_in_force, with_connection
from app.core.keys import add_number_key, drop_older_number_keys, new_key, newest_number_key, rotate
from app.core.sealing import Digester, KeyRing, fingerprint
from app.core.settings import SettingsError
from app.register.claims import refuse_unfinished


class Stage(StrEnum):
    """The steps of changing the key of numbers."""

    PREPARE = "prepare"
    MOVE = "move"
    FINISH = "finish"


app = typer.Typer(no_args_is_help=True, help="Keys for tokens and personal data.")


@app.command("new", epilog=examples("kumkm keys new > keys.env"))
def keys_new() -> None:
    """Print a fresh set of keys as environment variables. Keep them secret and never lose them."""
    kid = f"{date.today():%Y%m%d}"  # noqa: DTZ011  (a name, not a time)
    typer.echo(f"KUMKM_TOKEN_KEYS={kid}:{new_key()}")
    typer.echo(f"KUMKM_SEALING_KEYS=1:{new_key()}")
    typer.echo(f"KUMKM_DIGEST_KEY={new_key()}")


@app.command(
    "rotate",
    epilog=examples("kumkm keys rotate keys.env", "kumkm keys rotate /etc/kumkm/secrets --in 60 --no-sealing"),
)
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


@app.command(
    "rotate-digest",
    epilog=examples(
        "kumkm keys rotate-digest prepare keys.env",
        "kumkm keys rotate-digest move",
        "kumkm keys rotate-digest finish keys.env",
    ),
)
def keys_rotate_digest(
    stage: Annotated[Stage, typer.Argument(help="prepare, move, finish: in this order.")],
    place: Annotated[
        Path | None, typer.Argument(help="Of prepare and finish: the file or folder that holds the keys.", exists=True)
    ] = None,
) -> None:
    """Change the key under which NIK, NIB and cooperative numbers are matched, while servers work.

    `prepare` adds a key; restart every server process. `move` brings every number under it, from the sealed answers; it
    can be stopped and run again. `finish` takes the older key out, if every number was moved; restart every server
    process once more.
    """
    if stage is Stage.MOVE:
        _move_numbers()
        return
    if place is None:
        raise typer.BadParameter("say where the keys are", param_hint="PLACE")
    if stage is Stage.PREPARE:
        added = add_number_key(place)
        out.print("[green]✓[/] A key was added." if added else "Two keys are in force already.")
        out.print("Restart every server process, all of them, then run `kumkm keys rotate-digest move`.")
    else:
        newest = fingerprint(newest_number_key(place))
        with_connection(lambda pg: refuse_unfinished(pg, newest))
        drop_older_number_keys(place)
        out.print("[green]✓[/] The older key is taken out. Restart every server process.")


def _move_numbers() -> None:
    from app.privacy.redigesting import Redigested, redigest  # noqa: PLC0415  (needed here only)

    settings = settings_in_force()
    if len(settings.number_ring()) == 1:
        raise SettingsError("KUMKM_NUMBER_KEYS has one key only: run `kumkm keys rotate-digest prepare` first.")
    ring = KeyRing(settings.sealing_ring(), settings.sealing_starts())
    digester = Digester(settings.digest_key_bytes(), settings.number_ring())

    async def work(pg: asyncpg.Connection) -> Redigested:
        await pg.execute("SET statement_timeout = 0")
        with progress_bar() as bar:
            task = bar.add_task("Sealed revisions", total=None)
            return await redigest(pg, ring, digester, lambda n: bar.advance(task, n))

    done = with_connection(work, audited=True)
    out.print(f"[green]✓[/] {done.moved:,} numbers were moved to the newest key.", highlight=False)
    if done.doubled:
        out.print(
            f"[yellow]![/] {done.doubled:,} of them had come in under the newest key as well, and made a second"
            " business each: a server knew that key alone. `kumkm link` finds the pairs.",
            highlight=False,
        )
    if done.left:
        out.print(
            f"[yellow]![/] {done.left:,} numbers cannot be moved, since their answers are no longer kept: they are"
            " recognised as long as the older key is not taken out.",
            highlight=False,
        )


@app.command("reseal", epilog=examples("kumkm keys reseal"))
def keys_reseal(*, as_json: Json = False) -> None:
    """Seal everything again under the key in use. Can be stopped and run again; servers continue to work meanwhile."""
    from app.privacy.resealing import count_sealed, reseal  # noqa: PLC0415  (needed here only)

    settings = settings_in_force()
    ring = KeyRing(settings.sealing_ring(), settings.sealing_starts())

    async def work(pg: asyncpg.Connection) -> dict[int, int]:
        before = await count_sealed(pg)
        with progress_bar(err if as_json else out) as bar:
            older = sum(count for number, count in before.items() if number != ring.number)
            task = bar.add_task("Sealed values", total=older)
            return await reseal(pg, ring, lambda n: bar.advance(task, n))

    left = with_connection(work)
    if as_json:
        starts, always = settings.sealing_starts(), datetime.min.replace(tzinfo=UTC)
        keys = [
            {
                "key": number,
                "values": left.get(number, 0),
                "in_use": number == ring.number,
                "used_from": starts[number] if starts[number] > always else None,
            }
            for number in settings.sealing_ring()
        ]
        document({"items": keys})
        return
    out.print(f"[green]✓[/] {left.get(ring.number, 0):,} values are sealed under key {ring.number}.", highlight=False)
    for number, start in settings.sealing_starts().items():
        if start > datetime.now(UTC):
            out.print(f"Key {number} is used from {start:%Y-%m-%d %H:%M} UTC on; run this again after that.")
            return
    for number in settings.sealing_ring():
        if number != ring.number:
            count = left.get(number, 0)
            result = f"{count:,} values left: run this again" if count else "nothing left: take it out of the ring"
            out.print(f"Key {number}: {result}.", highlight=False)
