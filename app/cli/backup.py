"""Backup and restore: the database by PostgreSQL's programs or pgBackRest, photos, a sealed copy of the keys."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeVar

import asyncpg
import typer
from pydantic import SecretStr

from app.backup.folder import KEYS, PHOTOS, Backup, BackupError, backups_in, chosen, locked
from app.backup.keys import refuse_other_keys, unseal_keys
from app.backup.log import ends_before, names_in
from app.backup.making import make_backup, refuse_another_past, source_at, with_pg_basebackup, with_pgbackrest
from app.backup.pgbackrest import lost_set, stanzas_of
from app.backup.photos import lacking, missing_photos, put_back, refuse_changed_listing
from app.backup.restoring import give_timeline_to_archive, make_ready, put, recovered
from app.backup.unpacking import refuse_unfit, unpacked
from app.cli.examples import examples
from app.cli.exits import WARNED
from app.cli.following import at_database, follow
from app.cli.shell import Json, document, err, out, settings_in_force, with_connection
from app.core.files import write_whole
from app.core.settings import Settings, settings_from_environment

Done = TypeVar("Done")
_PASSPHRASE = "KUMKM_BACKUP_PASSPHRASE"  # noqa: S105  (the name of a variable)
_KEYS = ("KUMKM_SEALING_KEYS", "KUMKM_DIGEST_KEY", "KUMKM_TOKEN_KEYS")


class SetKind(StrEnum):
    """The kinds of pgBackRest's sets: everything; what changed since the last full one; since the last of any kind."""

    FULL = "full"
    DIFF = "diff"
    INCR = "incr"


app = typer.Typer()
backup_app = typer.Typer(no_args_is_help=True, help="Backups of the database, the photos and the keys.")

Folder = Annotated[Path, typer.Argument(help="The folder of backups, best on another machine's disk.")]
PassphraseFile = Annotated[
    Path | None,
    typer.Option(help=f"A file with the passphrase of the sealed keys; by default {_PASSPHRASE}.", exists=True),
]
Name = Annotated[str | None, typer.Option("--backup", help="Which backup; by default the newest that fits.")]
To = Annotated[
    str | None,
    typer.Option(help="The moment, with its time zone: 2026-11-27T15:20:00+07:00. By default all that is kept."),
]


@backup_app.command(
    "create",
    epilog=examples(
        "kumkm backup create /mnt/backup/kumkm --passphrase-file /root/kumkm-passphrase",
        "kumkm backup create /mnt/backup/kumkm --without-keys",
        "kumkm backup create /mnt/backup/kumkm --stanza kumkm --type full",
    ),
)
def backup_create(
    folder: Folder,
    passphrase_file: PassphraseFile = None,
    stanza: Annotated[
        str | None, typer.Option(help="Let pgBackRest back up the database, as this stanza of its configuration.")
    ] = None,
    kind: Annotated[
        SetKind | None, typer.Option("--type", help="Of pgBackRest's set; by default incr, and full for the first.")
    ] = None,
    *,
    without_keys: Annotated[
        bool, typer.Option("--without-keys", help="Leave the keys out: they are kept elsewhere.")
    ] = False,
) -> None:
    """Make a backup while servers work: database, photos, and the keys sealed under a passphrase.

    DATABASE_URL must be of a login with REPLICATION; not so with `--stanza`. KUMKM_STORAGE must be the server's. Exit
    code 4: photos are missing there. Keep the passphrase apart from the backups.
    """
    if kind is not None and stanza is None:
        raise typer.BadParameter("it is a kind of pgBackRest's sets, and needs --stanza", param_hint="--type")
    settings, folder = settings_in_force(), folder.absolute()
    passphrase = None if without_keys else _passphrase(passphrase_file, again=True)

    async def work(pg: asyncpg.Connection) -> Backup:
        source = await source_at(pg, settings.database_url.get_secret_value())
        if stanza is None:
            await refuse_another_past(pg, folder)
        make = with_pg_basebackup(source) if stanza is None else await with_pgbackrest(pg, source, stanza, kind)
        return await make_backup(pg, source, settings, folder, passphrase, make)

    with out.status("Database, photos, keys…"):
        made = asyncio.run(at_database(settings, work))
    photos = made.manifest.photos
    size = made.manifest.base_bytes / 1e6
    out.print(
        f"[green]✓[/] {made.place}: {size:,.0f} MB of database{_set_of(made)}, log up to {made.manifest.ends_at}",
        highlight=False,
    )
    if photos.kind == "bucket":
        out.print(
            f"[yellow]![/] {photos.count:,} photos ({photos.bytes / 1e6:,.0f} MB) stay in {photos.place}: only the"
            " versioning of that bucket keeps them. Switch it on there, without an end for versions that you may need.",
            highlight=False,
        )
    else:
        out.print(f"[green]✓[/] {photos.count:,} photos ({photos.bytes / 1e6:,.0f} MB)", highlight=False)
    lack = lacking(photos)
    if lack is not None:
        out.print(f"[yellow]![/] {lack}", highlight=False)
    if without_keys:
        out.print("[yellow]![/] No keys: without them nothing personal in this backup can be read.")
    if lack is not None:
        raise typer.Exit(WARNED)


@backup_app.command(
    "list", epilog=examples("kumkm backup list /mnt/backup/kumkm", "kumkm backup list /mnt/backup/kumkm --json")
)
def backup_list(folder: Folder, *, as_json: Json = False) -> None:
    """List the whole backups in a folder, the oldest first. Exit code 4: pgBackRest could not be asked for its sets."""
    found = backups_in(folder.absolute())
    stanzas, unasked = stanzas_of(found)
    lost = {each.name: lost_set(each, stanzas) for each in found}
    if as_json:
        items = [
            {"name": each.name, "lost": lost[each.name], **each.manifest.model_dump(mode="json")} for each in found
        ]
        document({"items": items})
    for each in () if as_json else found:
        held, lacks = each.manifest, each.manifest.photos.missing + each.manifest.photos.damaged
        out.print(
            f"{each.name}  {held.base_bytes / 1e6:>10,.0f} MB  {held.photos.count:>10,} photos"
            f"{f' ({lacks:,} missing)' if lacks else ''}  {'with keys' if held.sealed_keys else 'without keys'}"
            f"  KUMKM {held.kumkm}{_set_of(each)}",
            highlight=False,
        )
        if lost[each.name]:
            out.print(
                "  pgBackRest has removed that set, so this cannot be restored: remove the folder", highlight=False
            )
    for sentence in unasked:
        err.print(f"Whether pgBackRest still has its sets is not known: {sentence}.", highlight=False)
    if unasked:
        raise typer.Exit(WARNED)


def _set_of(backup: Backup) -> str:
    held = backup.manifest.pgbackrest
    return "" if held is None else f" ({held.kind} set {held.label} of the stanza {held.stanza})"


@backup_app.command(
    "follow",
    epilog=examples(
        "kumkm backup follow /mnt/backup/kumkm",
        "kumkm backup follow /mnt/backup/kumkm --once",
        "kumkm backup follow /mnt/backup/kumkm --photos-only",
    ),
)
def backup_follow(
    folder: Folder,
    photos_every: Annotated[
        int, typer.Option(help="Seconds between two looks for new photos.", min=1, max=86_400)
    ] = 300,
    *,
    once: Annotated[bool, typer.Option("--once", help="Receive what there is now, then end.")] = False,
    photos_only: Annotated[
        bool, typer.Option("--photos-only", help="Leave the log out: pgBackRest archives it.")
    ] = False,
) -> None:
    """Receive the database's log and new photos as they come, so that any moment can be restored. Runs until stopped.

    PostgreSQL keeps what was not received yet (replication slot `kumkm_backup`): bound it by
    `max_slot_wal_keep_size`, so that its disk does not fill while nobody follows. KUMKM_STORAGE must be the server's.
    Exit code 4: with `--once`, photos are missing there.
    """
    every = timedelta(seconds=photos_every)
    if asyncio.run(follow(settings_in_force(), folder.absolute(), every, once=once, photos_only=photos_only)):
        raise typer.Exit(WARNED)


@backup_app.command("verify", epilog=examples("kumkm backup verify /mnt/backup/kumkm --scratch /var/tmp"))
def backup_verify(
    folder: Folder,
    scratch: Annotated[
        Path, typer.Option(help="A folder with room for the database.", exists=True, file_okay=False)
    ] = Path("/var/tmp"),  # noqa: S108  (a folder of its own is made in it)
    name: Name = None,
    to: To = None,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Prove that a backup can be restored: restore it beside, look at every file, photo and event, and remove it.

    Exit code 4: photos were missing when it was made.
    """
    folder, moment = folder.absolute(), _moment(to)
    backup = chosen(folder, name, moment)
    settings, _ = _keys_for(backup, passphrase_file)
    listed = backup.manifest.photos
    if listed.kind == "folder":
        refuse_changed_listing(backup.place / PHOTOS, backup.manifest.photos_sha256)

    async def look(pg: asyncpg.Connection) -> tuple[int, int]:
        from app.audit.chain import ChainKey, verify  # noqa: PLC0415  (needed here only)

        async with pg.transaction(isolation="repeatable_read", readonly=True):
            found = await verify(pg, ChainKey(settings.trail_key_bytes()), advance=lambda _: None)
        if found.broken:
            raise BackupError(
                f"the audit trail in it is broken in {len(found.broken)} places, the first: {found.broken[0].code}"
            )
        return found.events, 0 if listed.kind == "bucket" else await missing_photos(pg, [folder / "photos"])

    with out.status("Restoring beside…"):
        events, missing = asyncio.run(
            _restored(folder, backup, scratch.absolute() / "kumkm-verify", moment, settings, look)
        )
    out.print(f"[green]✓[/] {backup.name} was restored; every file is as it was, and the keys fit.", highlight=False)
    out.print(f"[green]✓[/] The audit trail in it holds: {events:,} events.", highlight=False)
    if listed.kind == "bucket":
        out.print(f"[yellow]![/] Photos are in {listed.place} and were not looked at.", highlight=False)
    elif missing > listed.missing + listed.damaged:
        raise BackupError(f"{missing:,} photos that the database in it knows are not in {folder / 'photos'}")
    elif missing:
        out.print(
            f"[yellow]![/] {missing:,} photos that the database in it knows are not in {folder / 'photos'}. When it was"
            f" made: {lacking(listed)}",
            highlight=False,
        )
        raise typer.Exit(WARNED)
    else:
        out.print("[green]✓[/] Every photo that the database in it knows is there, and whole.")


@backup_app.command("after-restore", epilog=examples("kumkm backup after-restore"))
def after_restore() -> None:
    """After another tool restored the database (pgBackRest, a snapshot): what `kumkm restore` does at its end.

    Run it before the servers start: readers of the feed start over, and the audit trail says what happened.
    """
    with_connection(lambda pg: make_ready(pg, "another tool", None), audited=True)
    out.print("[green]✓[/] Readers of the feed start over; the audit trail says that the database was restored.")


@app.command(
    "restore",
    epilog=examples(
        "kumkm restore /mnt/backup/kumkm /var/lib/postgresql/18/kumkm --photos /srv/kumkm/photos",
        "kumkm restore /mnt/backup/kumkm /srv/pg --to 2026-11-27T15:20:00+07:00 --keys-to keys.env",
    ),
)
def restore(
    folder: Folder,
    target: Annotated[Path, typer.Argument(help="The data folder to make; it must not be there, or be empty.")],
    to: To = None,
    name: Name = None,
    photos: Annotated[
        Path | None, typer.Option(help="Where the server keeps photos: put back what is missing.")
    ] = None,
    keys_to: Annotated[
        Path | None, typer.Option(help="Write the keys of the sealed copy into this file, which must not be there.")
    ] = None,
    passphrase_file: PassphraseFile = None,
    *,
    delta: Annotated[
        bool, typer.Option("--delta", help="TARGET has an older copy: let pgBackRest overwrite what differs in it.")
    ] = False,
) -> None:
    """Restore a backup, and the log after it, into a new data folder: to the end, or to a moment.

    Needs the keys: those in the environment must fit; with none there, the sealed copy is opened (`--keys-to`). Nothing
    is overwritten without `--delta`. Exit code 4: photos are lost, or log before a newer backup. Start PostgreSQL on
    the new folder afterwards, then the servers.
    """
    folder, target, moment = folder.absolute(), target.absolute(), _moment(to)
    backup = chosen(folder, name, moment)
    if keys_to is not None and keys_to.exists():
        raise BackupError(f"{keys_to} is there already; name a file that is not")
    settings, variables = _keys_for(backup, passphrase_file)
    refuse_unfit(target, backup, delta=delta)

    async def finish(pg: asyncpg.Connection) -> tuple[int, int] | None:
        await make_ready(pg, backup.name, moment)
        if photos is None or backup.manifest.photos.kind == "bucket":
            return None
        return await put_back(pg, folder / "photos", photos.absolute())

    with out.status("Unpacking and recovering…"):
        put_there = asyncio.run(_restored(folder, backup, target, moment, settings, finish, keep=True, delta=delta))
    if keys_to is not None:
        write_whole(keys_to, "".join(f"{key}={value}\n" for key, value in (variables or {}).items()).encode())
        out.print(f"[green]✓[/] The keys are in {keys_to}.", highlight=False)
    out.print(
        f"[green]✓[/] {target}: {backup.name}, {f'as of {to}' if to else 'with all of the log that is there'}.",
        highlight=False,
    )
    newer = None if to else _behind_log(folder, backup)
    if newer is not None:
        out.print(
            f"[yellow]![/] The log in {folder / 'wal'} ends before the newer backup {newer.name}: what was written"
            " between is not restored. To restore that backup, leave --backup out.",
            highlight=False,
        )
    if backup.manifest.photos.kind == "bucket":
        out.print(f"[yellow]![/] Photos stay in {backup.manifest.photos.place}: restore deleted versions there.")
    there, missing = put_there or (0, 0)
    if put_there is not None:
        out.print(f"[green]✓[/] {there:,} photos are in {photos}.", highlight=False)
    if missing:
        out.print(
            f"[yellow]![/] {missing:,} photos that the database knows are missing or damaged in the backup, and are"
            " not in that folder.",
            highlight=False,
        )
    out.print(
        "Start PostgreSQL on it, then the servers. Tablets and mirrors start over by themselves. Repeat what was"
        " decided about access after that moment: revoked tablets, closed accounts, resets, erasures. Then make a new"
        f" backup{', in another folder' if backup.manifest.pgbackrest is None else ''}.",
        highlight=False,
    )
    if missing or newer is not None:
        raise typer.Exit(WARNED)


def _behind_log(folder: Path, backup: Backup) -> Backup | None:
    """The newest backup in the folder that the log after this one does not reach; pgBackRest looks at its own."""
    if backup.manifest.pgbackrest is not None:
        return None
    others = [each for each in backups_in(folder) if each.manifest.pgbackrest is None and each.name > backup.name]
    return ends_before(backup, names_in(folder / "wal"), others)


async def _restored(
    folder: Path,
    backup: Backup,
    target: Path,
    to: datetime | None,
    settings: Settings,
    work: Callable[[asyncpg.Connection], Awaitable[Done]],
    *,
    keep: bool = False,
    delta: bool = False,
) -> Done:
    with locked(target.parent, "restores into"), unpacked(backup, folder, target, to, delta=delta) as (place, fetch):
        async with recovered(backup, fetch, place, to, settings.trail_key_bytes()) as pg:
            done = await work(pg)
        if keep:
            if backup.manifest.pgbackrest is not None:
                give_timeline_to_archive(place)
            put(place, target)
        return done


def _keys_for(backup: Backup, passphrase_file: Path | None) -> tuple[Settings, dict[str, str] | None]:
    """The keys of the environment, which must fit; or those of the sealed copy, and them as variables."""
    if any(os.environ.get(name) for name in (*_KEYS, "KUMKM_SECRETS_DIR")):
        os.environ.setdefault("DATABASE_URL", "postgresql://nowhere/nothing")  # asked for, but not used
        settings, variables = settings_from_environment(), None
    else:
        if not backup.manifest.sealed_keys:
            raise BackupError("this backup has no keys: set the KUMKM_*_KEYS that were in force when it was made")
        sealed = (backup.place / KEYS).read_bytes()
        variables = unseal_keys(sealed, _passphrase(passphrase_file), backup.manifest.system_identifier)
        fields = {name.removeprefix("KUMKM_").lower(): value for name, value in variables.items()}
        settings = Settings(DATABASE_URL=SecretStr("postgresql://nowhere/nothing"), **fields)  # type: ignore[arg-type]  # texts, as in the environment
    refuse_other_keys(backup.manifest.keys, settings)
    return settings, variables


def _passphrase(file: Path | None, *, again: bool = False) -> str:
    given = file.read_text("utf-8").strip() if file is not None else os.environ.get(_PASSPHRASE)
    if given:
        return given
    if not sys.stdin.isatty():
        raise BackupError(f"the passphrase of the sealed keys is missing: set {_PASSPHRASE}, or name --passphrase-file")
    return str(typer.prompt("Passphrase of the sealed keys", hide_input=True, confirmation_prompt=again))


def _moment(to: str | None) -> datetime | None:
    if to is None:
        return None
    with suppress(ValueError):
        moment = datetime.fromisoformat(to)
        if moment.tzinfo is not None:
            return moment
    raise typer.BadParameter("a moment has its time zone, like 2026-11-27T15:20:00+07:00", param_hint="--to")
