"""`kumkm doctor`: what is wrong with a deployment, in sentences."""

import asyncio
import ssl
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated

import typer

from app.cli.demo_settings import is_demo
from app.cli.examples import examples
from app.cli.exits import FAILED, WARNED
from app.cli.shell import Json, connected, document, err, out, settings_in_force
from app.core.settings import Settings, SettingsError
from app.doctor.facts import content_facts, database_facts, reader_facts, reader_login, writing_machines
from app.doctor.finding import Finding, Level, fault
from app.doctor.judging import (
    judge_content,
    judge_database,
    judge_reader,
    judge_reader_login,
    judge_settings,
    judge_writing,
)
from app.doctor.machine import judge_machine
from app.doctor.public import judge_public
from app.doctor.serving import judge_serving

app = typer.Typer()

_QUESTION_S = 30
"""Of each question. A large trail is searched in less; a machine that hangs would keep the command for ever."""

_AS_IN_THE_DEMO = ("demo_clock", "login", "database_standby")
_MARKS = {Level.GOOD: "[green]✓[/]", Level.NOTE: "·", Level.WARNING: "[yellow]![/]", Level.FAULT: "[bold red]✗[/]"}


@app.command(
    epilog=examples(
        "kumkm doctor",
        "kumkm doctor --url https://kumkm.example.go.id --machines 3",
        "kumkm doctor --json",
    )
)
def doctor(
    url: Annotated[
        str | None, typer.Option(help="The public address to look at; by default KUMKM_PUBLIC_ORIGIN.")
    ] = None,
    machines: Annotated[int, typer.Option(help="Machines that serve, each with these settings.", min=1, max=1000)] = 1,
    *,
    as_json: Json = False,
) -> None:
    """Check a deployment: settings, keys, database, disks, photos, web apps, and the public address.

    With the server's settings, as the user that serves. Nothing is changed; an object is put into the store of photos
    and deleted again. Exit codes: 0 nothing is wrong, 1 a fault, 4 only warnings.
    """
    found = asyncio.run(_all(url, machines))
    faults = sum(each.level is Level.FAULT for each in found)
    warnings = sum(each.level is Level.WARNING for each in found)
    if as_json:
        items = [{"check": each.check, "level": each.level, **each.text._asdict()} for each in found]
        document({"items": items})
    else:
        for each in found:
            out.print(
                f"{_MARKS[each.level]} {each.check}: {each.text.id} / {each.text.en}", highlight=False, soft_wrap=True
            )
    err.print(f"{faults} faults, {warnings} warnings.", highlight=False)
    raise typer.Exit(FAILED if faults else WARNED if warnings else 0)


async def _all(url: str | None, machines: int) -> list[Finding]:
    try:
        settings = settings_in_force()
    except SettingsError as exc:
        lines = str(exc).splitlines()
        return [fault("settings", f"Pengaturan tidak lengkap atau tidak sah: {line}", f"{line}.") for line in lines]
    found = [*judge_settings(settings)]
    await _ask(found, "database", _of_database(settings, machines))
    await _ask(found, "machine", judge_machine(settings))
    found += await judge_serving(settings)
    if is_demo():
        found = [each._replace(level=Level.NOTE) if each.check in _AS_IN_THE_DEMO else each for each in found]
    public = url or (settings.public_origin and settings.public_origin + settings.root_path)
    if public:
        await _ask(found, "public", _of_public(public))
    return found


async def _ask(found: list[Finding], subject: str, asked: AsyncGenerator[Finding]) -> None:
    """Add what is found, each within its time. What takes a connection and then says nothing is a finding, too."""
    async with aclosing(asked):
        while True:
            try:
                async with asyncio.timeout(_QUESTION_S):
                    found.append(await anext(asked))
            except StopAsyncIteration:
                return
            except TimeoutError:
                found.append(
                    fault(
                        f"{subject}_silent",
                        f"Tidak ada jawaban selama {_QUESTION_S} detik ({subject}); sisanya tidak diperiksa.",
                        f"There was no answer for {_QUESTION_S} seconds ({subject}); the rest was not looked at.",
                    )
                )
                return


async def _of_database(settings: Settings, machines: int) -> AsyncGenerator[Finding]:
    try:
        pg = await connected(settings.database_url.get_secret_value())
    except SettingsError as exc:
        yield fault("database_reach", f"Basis data tidak terjangkau: {exc}", str(exc))
        return
    try:
        facts = await database_facts(pg)
        for each in judge_database(facts, settings, machines):
            yield each
        for each in judge_writing(await writing_machines(settings.database_url.get_secret_value())):
            yield each
        if settings.read_database_url is not None and facts.schema is None:
            reads = settings.read_database_url.get_secret_value()
            for each in (*judge_reader(await reader_facts(reads, pg)), *judge_reader_login(await reader_login(reads))):
                yield each
        if not facts.schema:
            for each in judge_content(await content_facts(pg, settings)):
                yield each
        await pg.close()
    finally:
        pg.terminate()  # a machine that hangs says no goodbye


async def _of_public(url: str) -> AsyncGenerator[Finding]:
    async for each in judge_public(url, ssl.create_default_context()):
        yield each
