"""Personal data: rights of data subjects, and retention."""

import json
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import asyncpg
import orjson
import typer
from rich.filesize import decimal

from app.accounts.permissions import OPERATOR
from app.cli.examples import examples
from app.cli.shell import Json, document, err, out, progress_bar, settings_in_force, with_connection
from app.core.clock import MachineClock
from app.core.database import Database
from app.core.problems import Problem
from app.core.redaction import without_numbers
from app.core.sealing import Digester, KeyRing
from app.core.settings import Settings, SettingsError
from app.core.storage import Storage
from app.identifiers.numbers import InvalidNumber, parse_foreign_number, parse_nik
from app.intake.ingest import Ingest
from app.privacy import retention, subject
from app.privacy.leftovers import Leftovers, look_for_leftovers
from app.privacy.resealing import count_sealed
from app.privacy.subject import Erased, Found, Kind, Person
from app.register.verdicts import Outcome

subject_app = typer.Typer(no_args_is_help=True, help="The rights of a data subject (UU 27/2022).")
retention_app = typer.Typer(no_args_is_help=True, help="What is no longer to be kept.")

Nik = Annotated[
    str | None,
    typer.Option("--nik", help="The person's NIK. Left out, it is asked for and is not in the history of the shell."),
]
By = Annotated[Kind, typer.Option(help="Which number of the person is asked for, without --nik.")]
_BY_SERVER = "A running server deletes the files within a quarter of an hour."
Reason = Annotated[str, typer.Option(help="Why; kept in the audit trail, e.g. the request's number.")]


@subject_app.command("report", epilog=examples("kumkm subject report --reason 'Permohonan 17/2022' --to report.json"))
def subject_report(
    reason: Reason,
    nik: Nik = None,
    by: By = "nik",
    to: Annotated[Path | None, typer.Option(help="A new file for the report; by default standard output.")] = None,
) -> None:
    """Print everything that is stored about a person, as JSON, and the accounts that have seen it."""
    settings = settings_in_force()
    ring, person, why = _ring(settings), _person(nik, by), _reason(reason)

    async def work(pg: asyncpg.Connection) -> tuple[Found, dict[str, Any]]:
        found = await _find(pg, settings, person)
        async with pg.transaction():
            return found, await subject.report(pg, ring, person, found, reason=why)

    found, report = with_connection(work)
    text = json.dumps(orjson.loads(orjson.dumps(report, default=str)), indent=2, ensure_ascii=False)
    if to is None:
        typer.echo(text)
    else:
        with os.fdopen(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text + "\n")
    err.print(
        f"[green]✓[/] {len(found.record_ids)} records, {len(found.raw_items)} items kept raw,"
        f" {len(found.business_ids)} businesses." + (f" Written to {to}." if to else ""),
        highlight=False,
    )


@subject_app.command("erase", epilog=examples("kumkm subject erase --reason 'Permohonan 17/2022'"))
def subject_erase(
    reason: Reason,
    nik: Nik = None,
    by: By = "nik",
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask again.")] = False,
) -> None:
    """Erase what is stored about a person for good. Counts do not change, for which the keyed digest of the number is
    kept. All exports that were made before are withdrawn: who had asked for one asks again."""
    settings = settings_in_force()
    person, why = _person(nik, by), _reason(reason)

    async def work(pg: asyncpg.Connection) -> tuple[Found, Erased]:
        found = await _find(pg, settings, person)
        given = f"{len(found.record_ids)} records and {len(found.raw_items)} raw items"
        if found and not yes:
            typer.confirm(f"Erase {given} for good?", abort=True, err=True)
        async with pg.transaction():
            return found, await subject.erase(pg, found, reason=why)

    found, erased = with_connection(work)
    out.print(f"[green]✓[/] Erased: {len(found.record_ids)} records, {len(found.raw_items)} raw items.")
    if erased.exports:
        said = f"{erased.exports:,} finished exports were withdrawn, and are given out to nobody."
        out.print(said, highlight=False, soft_wrap=True)
    if erased.photos:
        out.print(f"{erased.photos:,} photos are shown to nobody. {_BY_SERVER}", highlight=False, soft_wrap=True)


@subject_app.command(
    "correct",
    epilog=examples(
        "kumkm subject correct --record 01833a5e-8a40-7000-8000-000000000001 --change change.json"
        " --reason 'Permohonan 17/2022'"
    ),
)
def subject_correct(
    record: Annotated[UUID, typer.Option(help="The record's id, from the report.")],
    change: Annotated[
        Path,
        typer.Option(help="JSON file with what changes in the answers; null takes one away (RFC 7396).", exists=True),
    ],
    reason: Reason,
) -> None:
    """Correct a record as a new revision, judged like any other. A correction that makes a conflict is not entered."""
    from app.corrections.correcting import Correcting  # noqa: PLC0415  (needed here only)

    settings = settings_in_force()
    try:
        patch = json.loads(change.read_text(encoding="utf-8"))
    except ValueError as exc:
        raise typer.BadParameter("the file is not JSON", param_hint="--change") from exc
    if not isinstance(patch, dict):
        raise typer.BadParameter("the file must hold an object of answers", param_hint="--change")
    ingest = Ingest(
        database=Database(settings),
        clock=MachineClock(),
        ring=_ring(settings),
        digester=Digester(settings.digest_key_bytes(), settings.number_ring()),
        max_items=1,
        max_item_bytes=settings.max_item_bytes,
        hand_over=settings.hand_over,
        lookups_a_day=settings.lookups_a_day,
    )

    async def work(pg: asyncpg.Connection) -> str:
        async with pg.transaction():
            receipt = await Correcting(ingest, OPERATOR.account_id, _reason(reason), None).correct(pg, record, patch)
            if receipt.outcome is not Outcome.UPDATED:
                faults = "; ".join(f"{doubt.pointer} {doubt.code}" for doubt in receipt.errors)
                raise SettingsError(f"Not entered: the correction is {receipt.outcome.value}. {faults}".strip())
            return receipt.outcome.value

    try:
        with_connection(work)
    except Problem as exc:
        raise SettingsError(exc.code.value.detail.en) from None
    out.print(f"[green]✓[/] Record {record} has a new revision.", highlight=False)


@retention_app.command("apply", epilog=examples("kumkm retention apply --dry-run", "kumkm retention apply"))
def retention_apply(
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only report what would be removed.")] = False,
    as_json: Json = False,
) -> None:
    """Remove the sealed answers and photos of campaigns whose limit is over. Counts stay. Can be stopped and run again.
    A running server deletes the files of the photos, and by itself photos that did not come whole or whose record did
    not come.
    """

    async def work(pg: asyncpg.Connection) -> list[retention.Due]:
        found = await retention.due(pg, datetime.now(UTC).date())
        if not dry_run:
            with progress_bar(err if as_json else out) as bar:
                for campaign in found:
                    task = bar.add_task(campaign.code, total=sum(campaign[3:]))
                    await retention.remove(pg, campaign, lambda n, task=task: bar.advance(task, n))  # type: ignore[misc]  # mypy does not see the default
        return found

    found = with_connection(work)
    if as_json:
        document({"removed": not dry_run, "items": [_due(each) for each in found]})
        return
    for campaign in found:
        what = f"{campaign.revisions:,} revisions, {campaign.raw_items:,} raw items, {campaign.photos:,} photos"
        done = "Would remove" if dry_run else "[green]✓[/] Removed"
        out.print(
            f"{done} the sealed answers of {campaign.code} ({campaign.answers_until}): {what}.",
            highlight=False,
            soft_wrap=True,
        )
    if not dry_run and any(campaign.photos for campaign in found):
        out.print(_BY_SERVER, highlight=False, soft_wrap=True)
    if not found:
        out.print("[green]✓[/] Nothing is kept beyond its limit.")


def _due(campaign: retention.Due) -> dict[str, Any]:
    names = ("code", "answers_until", "revisions", "raw_items", "photos")
    return {name: getattr(campaign, name) for name in names}


@retention_app.command("leftovers", epilog=examples("kumkm retention leftovers", "kumkm retention leftovers --remove"))
def retention_leftovers(
    *,
    remove: Annotated[bool, typer.Option("--remove", help="Remove them, after a question.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Json = False,
) -> None:
    """Count files of photos and exports that the database does not know, such as after a restore to an earlier moment.
    With the settings of the server, and its storage. Servers may work meanwhile. Can be stopped and run again.
    """
    storage = Storage(settings_in_force())
    if storage.folder is not None and not storage.folder.is_dir():
        raise SettingsError(f"There is no folder {storage.folder}; set KUMKM_STORAGE as the server has it.")
    console = err if as_json else out

    def look(*, removing: bool) -> Leftovers:
        async def work(pg: asyncpg.Connection) -> Leftovers:
            with progress_bar(console) as bar:
                task = bar.add_task("Looking through the storage", total=None)
                return await look_for_leftovers(pg, storage, lambda n: bar.advance(task, n), remove=removing)

        try:
            return with_connection(work, audited=removing)
        except Problem as exc:
            raise SettingsError(f"The storage {storage.address} does not answer.") from exc

    found = look(removing=remove and yes)
    if remove and not yes and found:
        typer.confirm(f"Remove {_said(found)} for good?", abort=True, err=True)
        found = look(removing=True)
    if as_json:
        document({"removed": remove, **found._asdict()})
        return
    console.print(f"{found.objects:,} files in {storage.address}.", highlight=False, soft_wrap=True)
    if found:
        done = "[green]✓[/] Removed" if remove else "Not known to the database:"
        console.print(f"{done} {_said(found)}.", highlight=False, soft_wrap=True)
    else:
        console.print("[green]✓[/] The database knows all of its photos and exports.", soft_wrap=True)
    if found.strange:
        console.print(f"{found.strange:,} files have other names and are left alone.", highlight=False, soft_wrap=True)


def _said(found: Leftovers) -> str:
    return f"{found.photos:,} photos and {found.exports:,} parts of exports, {decimal(found.size)}"


async def _find(pg: asyncpg.Connection, settings: Settings, person: Person) -> Found:
    with progress_bar(err) as bar:
        total = sum((await count_sealed(pg)).values())  # of every room, as `find` goes through them
        task = bar.add_task("Looking through sealed answers", total=total)
        advance: Callable[[int], None] = lambda n: bar.advance(task, n)  # noqa: E731  (a name for its type)
        return await subject.find(
            pg, _ring(settings), Digester(settings.digest_key_bytes(), settings.number_ring()), person, advance
        )


def _ring(settings: Settings) -> KeyRing:
    return KeyRing(settings.sealing_ring(), settings.sealing_starts())


def _person(nik: str | None, by: Kind) -> Person:
    if nik is not None and by != "nik":
        raise typer.BadParameter("with --nik the person is known by NIK", param_hint="--by")
    word = "NIK" if by == "nik" else by
    # From a terminal without showing it; from a pipe as it comes.
    given = nik or (typer.prompt(word, hide_input=True, err=True) if sys.stdin.isatty() else sys.stdin.readline())
    try:
        if by == "nik":
            return Person(by, parse_nik(given, today=datetime.now(UTC).date()).digits)
        return Person(by, parse_foreign_number(given.strip(), by))
    except InvalidNumber as exc:
        raise typer.BadParameter(exc.code, param_hint="--nik" if by == "nik" else f"--by {by}") from None


def _reason(given: str) -> str:
    """The reason as it is stored: without numbers of persons."""
    return without_numbers(given)
