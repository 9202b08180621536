"""`kumkm doctor` names what is wrong: each thing is broken here on purpose."""

import asyncio
import json
import re
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from outside import leave_out_where_named
from processes import environment_of
from sqlalchemy.engine import make_url
from typer.testing import CliRunner
from world import World

from app.cli import app as cli
from app.cli import doctor as command
from app.cli import exits
from app.core.outages import Outage
from app.core.roles import Rights, rights_of_login
from app.core.settings import Settings, new_key
from app.core.telemetry import Metrics
from app.doctor.facts import ContentFacts, DatabaseFacts, content_facts, database_facts
from app.doctor.finding import Level
from app.doctor.judging import judge_content, judge_database, judge_settings
from app.doctor.machine import judge_folder, judge_machine, judge_web
from app.doctor.serving import judge_metrics, judge_serving
from app.web.files import built_app
from migrations.rights import API_ROLE

EMBEDDED_IS_ENOUGH = True
Found = dict[str, str]
SOUND = DatabaseFacts(
    schema=None,
    read_only=False,
    settings={
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        "synchronous_standby_names": "ANY 1 (a, b)",
        "autovacuum": "on",
        "track_counts": "on",
        "data_checksums": "on",
        "server_encoding": "UTF8",
        "server_version_num": "180003",
        "max_connections": "100",
        "superuser_reserved_connections": "3",
    },
    clock_ahead_s=0.1,
    connections_for_others=2,
    sees_standbys=True,
    synchronous_standbys=1,
    encrypted=True,
    xid_age=1_000,
    extensions_missing=(),
)
KEPT = ContentFacts(
    unfit_login=None,
    rights=Rights((), ()),
    demo_accounts=None,
    other_number_key=None,
    sealed=20,
    sealed_unopened=0,
    signed=20,
    signed_otherwise=0,
    unlinked_s=1,
    deltas=10,
    exports_waiting_s=0,
)


def bad(findings: Any) -> Found:
    return {each.check: each.level.value for each in findings if each.level in (Level.WARNING, Level.FAULT)}


def with_setting(name: str, value: str) -> DatabaseFacts:
    return SOUND._replace(settings={**SOUND.settings, name: value})


def test_a_sound_database_has_no_fault(settings: Settings) -> None:
    assert bad(judge_database(SOUND, settings, 10)) == {}
    assert bad(judge_content(KEPT)) == {}


@pytest.mark.parametrize(("workers", "machines", "shared"), [(1, 3, "off"), (4, 1, "off"), (1, 1, "off"), (4, 3, "on")])
def test_several_processes_that_count_rates_each_for_itself_are_noted(
    settings: Settings, workers: int, machines: int, shared: str
) -> None:
    alike = settings.model_copy(update={"workers": workers, "shared_limits": shared, "pool_size": 1})
    noted = [each.check for each in judge_database(SOUND, alike, machines) if each.level is Level.NOTE]
    assert noted == (["shared_limits"] if shared == "off" and workers * machines > 1 else [])


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        (SOUND._replace(schema=Outage.OLDER_SCHEMA), {"database_schema": "fault"}),
        (SOUND._replace(schema=Outage.NEWER_SCHEMA), {"database_schema": "fault"}),
        (SOUND._replace(read_only=True), {"database_read_only": "fault"}),
        (with_setting("fsync", "off"), {"database_fsync": "fault"}),
        (with_setting("full_page_writes", "off"), {"database_full_page_writes": "fault"}),
        (with_setting("autovacuum", "off"), {"database_autovacuum": "fault"}),
        (with_setting("track_counts", "off"), {"database_track_counts": "fault"}),
        (with_setting("synchronous_commit", "off"), {"database_synchronous_commit": "fault"}),
        (with_setting("synchronous_commit", "local"), {"database_synchronous_commit": "fault"}),
        (with_setting("data_checksums", "off"), {"database_checksums": "warning"}),
        (with_setting("synchronous_standby_names", ""), {"database_standby": "warning"}),
        (SOUND._replace(synchronous_standbys=0), {"database_standby": "fault"}),
        (SOUND._replace(synchronous_standbys=0, sees_standbys=False), {}),
        (with_setting("server_version_num", "140011"), {"database_version": "fault"}),
        (with_setting("server_version_num", "190000"), {"database_version": "fault"}),
        (with_setting("server_encoding", "SQL_ASCII"), {"database_encoding": "fault"}),
        (with_setting("max_connections", "89"), {"connections": "fault"}),
        (SOUND._replace(connections_for_others=60), {"connections": "fault"}),
        (SOUND._replace(clock_ahead_s=-5), {"clock": "warning"}),
        (SOUND._replace(clock_ahead_s=3600), {"clock": "fault"}),
        (SOUND._replace(encrypted=False), {"database_tls": "warning"}),
        (SOUND._replace(xid_age=1_100_000_000), {"vacuum_age": "warning"}),
        (SOUND._replace(xid_age=2_000_000_000), {"vacuum_age": "fault"}),
        (SOUND._replace(extensions_missing=("pg_trgm",)), {"extension": "fault"}),
    ],
)
def test_what_is_wrong_with_the_database_is_named(facts: DatabaseFacts, found: Found, settings: Settings) -> None:
    assert bad(judge_database(facts, settings, 10)) == found


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        (KEPT._replace(unfit_login="x"), {"login": "fault"}),
        (KEPT._replace(unfit_login="x", rights=Rights((), ("kbli: TRUNCATE",))), {"login": "fault"}),
        (KEPT._replace(rights=Rights(("batch: INSERT",), ())), {"table_rights": "fault"}),
        (KEPT._replace(rights=Rights((), ("kbli: DELETE",))), {"table_rights_beyond": "fault"}),
        (KEPT._replace(demo_accounts="x"), {"demo_accounts": "fault"}),
        (KEPT._replace(other_number_key="x"), {"number_key": "fault"}),
        (KEPT._replace(sealed_unopened=1), {"sealing_keys": "fault"}),
        (KEPT._replace(signed_otherwise=1), {"trail_key": "fault"}),
        (KEPT._replace(unlinked_s=7200), {"background_link": "warning"}),
        (KEPT._replace(exports_waiting_s=7200), {"background_export": "warning"}),
        (KEPT._replace(deltas=200_000), {"background_fold": "warning"}),
    ],
)
def test_what_is_wrong_with_the_content_is_named(facts: ContentFacts, found: Found) -> None:
    assert bad(judge_content(facts)) == found


def test_settings_that_do_not_go_together_are_named(settings: Settings) -> None:
    for change, found in (
        ({}, {}),
        ({"host": "0.0.0.0"}, {"trusted_proxies": "warning"}),  # noqa: S104  (nothing listens)
        ({"host": "0.0.0.0", "trusted_proxies": "10.0.0.5"}, {}),  # noqa: S104  (likewise)
        ({"trusted_proxies": "10.0.0.5, 0.0.0.0/0"}, {"trusted_proxies": "fault"}),
        ({"trusted_proxies": "*"}, {"trusted_proxies": "fault"}),
        ({"storage": "files"}, {"storage_relative": "warning"}),
        ({"public_origin": "http://kumkm.example.go.id"}, {"public_origin": "warning"}),
        ({"demo_starts_at": datetime.now(UTC)}, {"demo_clock": "fault"}),
    ):
        assert bad(judge_settings(settings.model_copy(update=change))) == found


def test_the_sentences_are_in_both_languages(settings: Settings) -> None:
    broken = SOUND._replace(schema=Outage.NOT_MIGRATED, read_only=True, xid_age=2**31, encrypted=False)
    for each in (*judge_database(broken, settings, 99), *judge_content(KEPT), *judge_settings(settings)):
        assert each.text.id.endswith(".")
        assert each.text.en.endswith(".")


async def test_folders_and_stores_that_do_not_work_are_named(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "a-file").write_text("")
    assert bad(judge_folder("spool", tmp_path / "a-file" / "below", "TMPDIR")) == {"spool_folder": "fault"}
    for storage, found in (
        (str(tmp_path / "photos"), set()),
        (str(tmp_path / "a-file" / "x"), {"photos", "photos_folder"}),
        ("ftp://x/y", {"photos"}),
    ):
        findings = [each async for each in judge_machine(settings.model_copy(update={"storage": storage}))]
        assert {each.check for each in findings if each.level is Level.FAULT} == found


def test_both_web_apps_are_there_and_named_with_their_addresses(settings: Settings, tmp_path: Path) -> None:
    public = settings.model_copy(update={"web": "on", "public_origin": "https://kumkm.example"})
    for app in ("console", "field"):
        assert judge_web(public, tmp_path / "one").level is Level.WARNING, "not while one of them is missing"
        (tmp_path / "one" / app).mkdir(parents=True)
        (tmp_path / "one" / app / "index.html").write_text("")
        built_app.cache_clear()  # a server's files stay as they are
    found = judge_web(public, tmp_path / "one")
    assert found.level is Level.GOOD
    for text in found.text:
        assert re.findall(r"https://\S+", text) == ["https://kumkm.example/", "https://kumkm.example/lapangan/"]
    below = judge_web(public.model_copy(update={"root_path": "/oku"}), tmp_path / "one")
    assert "https://kumkm.example/oku/lapangan/" in below.text.en
    assert judge_web(public.model_copy(update={"web": "off"}), tmp_path / "one").level is Level.NOTE


async def test_an_s3_store_that_does_not_answer_is_named(settings: Settings) -> None:
    change = {"storage": "s3://bucket/photos", "s3_endpoint": "http://127.0.0.1:1", "s3_access_key_id": "x"}
    made = settings.model_copy(update=change)
    async with asyncio.timeout(60):
        findings = [each async for each in judge_machine(made)]
    assert bad(findings).get("photos") == "fault"


async def test_the_facts_are_those_of_the_database(pg: asyncpg.Connection, settings: Settings, world: World) -> None:
    facts = await database_facts(pg)
    assert facts.schema is None
    assert facts.encrypted
    assert abs(facts.clock_ahead_s) < 1
    assert set(facts.settings) == set(SOUND.settings)
    content = await content_facts(pg, settings)
    assert content.unfit_login is not None, "this login is the owner's"
    assert content.signed_otherwise == 0
    other = settings.model_copy(update={"digest_key": type(settings.digest_key)(new_key())})
    await pg.execute(
        "INSERT INTO audit_event (id, occurred_at, action, subject_type, subject_id, detail, mac)"
        " VALUES (gen_random_uuid(), now() - interval '1 hour', 'x', 'x', 'x', '{}', '\\x00')"
    )
    changed = await content_facts(pg, other)
    assert changed.signed_otherwise > 0
    assert changed.unlinked_s > 3000


async def test_rights_that_differ_are_named_table_by_table(pg: asyncpg.Connection, settings: Settings) -> None:
    server = await asyncpg.connect(settings.database_url.get_secret_value())
    assert await rights_of_login(server) == Rights((), ())
    await pg.execute(
        f"REVOKE INSERT ON batch FROM {API_ROLE}; GRANT TRUNCATE ON submission TO {API_ROLE};"
        f" CREATE TABLE notes (text text); GRANT SELECT ON notes TO {API_ROLE}"
    )
    assert await rights_of_login(server) == Rights(("batch: INSERT",), ("notes: SELECT", "submission: TRUNCATE"))
    await server.close()


def test_work_in_the_background_that_stopped_is_named() -> None:
    metrics = Metrics()
    for worker, every_s in (("fold", 2.0), ("forget_sessions", 3600.0)):
        metrics.worker_began(worker, every_s)
        metrics.round_ended(worker, failed=False)
    text, now = metrics.text().decode(), time.time()
    assert bad(judge_metrics(text, now)) == {}
    assert bad(judge_metrics(text, now + 3600)) == {"background_stopped": "warning"}
    late = {each.text.en.split("(")[1].split(")")[0] for each in judge_metrics(text, now + 3600)}
    assert late == {"fold"}, "what works once an hour is not late after one"
    assert len([*judge_metrics(text, now + 4 * 3600)]) == 2


def test_work_that_never_succeeds_is_named() -> None:
    metrics = Metrics()
    metrics.worker_began("fold", 2.0)
    metrics.round_ended("fold", failed=True)
    assert bad(judge_metrics(metrics.text().decode(), time.time() + 3600)) == {"background_stopped": "warning"}


async def test_a_machine_without_a_server_is_a_note(settings: Settings) -> None:
    with socket.socket() as taken:  # and nobody listens: another program on this machine cannot take it meanwhile
        taken.bind(("127.0.0.1", 0))
        findings = await judge_serving(settings.model_copy(update={"port": taken.getsockname()[1]}))
    assert [(each.check, each.level) for each in findings] == [("serving", Level.NOTE)]


@pytest.fixture
def doctor(settings: Settings) -> Callable[..., Awaitable[tuple[int, Found]]]:
    async def run(*arguments: str, **environment: str) -> tuple[int, Found]:
        known = {**environment_of(settings), "KUMKM_STORAGE": settings.storage}
        del known["KUMKM_DEMO_STARTS_AT"]
        line = ["doctor", "--json", *arguments]
        done = await asyncio.to_thread(CliRunner().invoke, cli, line, env={**known, **environment})
        items = json.loads(done.stdout)["items"]
        assert all(each["id"] and each["en"] for each in items)
        return done.exit_code, {each["check"]: each["level"] for each in items if each["level"] in ("fault", "warning")}

    return run


async def test_the_exit_code_says_how_bad_it_is(
    doctor: Callable[..., Awaitable[tuple[int, Found]]], world: World, dsn: str
) -> None:
    spared = {"spool_disk", "photos_disk", "web"}  # as this machine has them
    code, found = await doctor(DATABASE_URL=dsn)
    assert found.get("login") == "fault", found
    assert code == exits.FAILED
    code, found = await doctor(KUMKM_DIGEST_KEY="")
    assert (code, found) == (exits.FAILED, {"settings": "fault"})
    code, found = await doctor(DATABASE_URL="postgresql://x@127.0.0.1:1/x")
    assert (code, found["database_reach"]) == (exits.FAILED, "fault")
    code, found = await doctor()
    assert all(check.startswith("database_") for check in found.keys() - spared), found  # tests do without fsync
    assert code == (exits.FAILED if "fault" in found.values() else exits.WARNED)


async def test_one_machine_by_two_names_is_no_second_primary(
    doctor: Callable[..., Awaitable[tuple[int, Found]]], settings: Settings, tmp_path: Path
) -> None:
    leave_out_where_named("its socket may be on another machine")
    address = make_url(settings.database_url.get_secret_value())
    socket, other = str(address.query["host"]), tmp_path / "b"
    other.symlink_to(socket)
    both = f"postgresql://{address.username}@/{address.database}?host={socket},{other}"
    _, found = await doctor(DATABASE_URL=both)
    assert "database_two_primaries" not in found
    assert "database_reach" not in found


async def test_the_owners_login_for_reads_is_a_fault(
    doctor: Callable[..., Awaitable[tuple[int, Found]]], settings: Settings, dsn: str
) -> None:
    _, found = await doctor(KUMKM_READ_DATABASE_URL=dsn)
    assert found["reader_login"] == "fault"
    assert "login" not in found
    _, found = await doctor(KUMKM_READ_DATABASE_URL=settings.database_url.get_secret_value())
    assert "reader_login" not in found


@asynccontextmanager
async def falls_silent(folder: str, after: bytes) -> AsyncIterator[int]:
    """The port of a machine before the one of that folder; it says nothing more once it was sent these bytes."""
    silent = asyncio.Event()

    async def copy(come: asyncio.StreamReader, go: asyncio.StreamWriter) -> None:
        while data := await come.read(65_536):
            if after in data:
                silent.set()
            if not silent.is_set():
                go.write(data)
                await go.drain()
        go.close()

    async def take(come: asyncio.StreamReader, go: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_unix_connection(f"{folder}/.s.PGSQL.5432")
        await asyncio.gather(copy(come, back), copy(there, go), return_exceptions=True)

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()


@pytest.mark.proof
@pytest.mark.parametrize("after", [b"user", b"pg_stat_replication", b"progress_delta"])
async def test_a_database_that_falls_silent_is_a_fault_in_time(
    doctor: Callable[..., Awaitable[tuple[int, Found]]],
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    after: bytes,
) -> None:
    leave_out_where_named("its socket may be on another machine")
    monkeypatch.setattr(command, "_QUESTION_S", 1)
    address = make_url(settings.database_url.get_secret_value())
    async with falls_silent(str(address.query["host"]), after) as port:
        begun = time.monotonic()
        url = f"postgresql://{address.username}@127.0.0.1:{port}/{address.database}?sslmode=disable"
        code, found = await doctor(DATABASE_URL=url)
    assert (code, found["database_silent"]) == (exits.FAILED, "fault")
    assert time.monotonic() - begun < 8


@pytest.mark.proof
async def test_a_store_that_falls_silent_is_a_fault_in_time(
    doctor: Callable[..., Awaitable[tuple[int, Found]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "_QUESTION_S", 1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        place = f"http://127.0.0.1:{silent.getsockname()[1]}"
        keys = {"KUMKM_S3_ACCESS_KEY_ID": "a", "KUMKM_S3_SECRET_ACCESS_KEY": "b", "KUMKM_S3_ENDPOINT": place}
        begun = time.monotonic()
        _, found = await doctor(KUMKM_STORAGE="s3://photos", **keys)
        assert found["machine_silent"] == "fault"
        assert time.monotonic() - begun < 8
        _, found = await doctor("--url", place)
        assert found["public_silent"] == "fault"
