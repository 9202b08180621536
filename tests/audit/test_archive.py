"""The older part of the trail goes into a file; what is left proves itself as before, and so does the file."""

import asyncio
import gzip
import json
import uuid
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from chains import KEY, SECRET, check, codes, link, tell
from forms import sized
from processes import environment_of
from typer.testing import CliRunner

from app.audit import archive as archiving
from app.audit.archive import TrailError, archive, finish, prove, sha256_of
from app.audit.chain import ChainKey, begin_signing, goes_on, head_of, link_events
from app.cli import app as cli
from app.core.pool import signing
from app.core.roles import as_server
from app.core.settings import Settings

EMBEDDED_IS_ENOUGH = True
DAYS = [date(2024, 1, 1) + timedelta(days=after) for after in (0, 100, 200, 300)]


@pytest.fixture
async def signed(dsn: str) -> Any:
    """A connection of the owner, with the key of the trail."""
    connection = await asyncpg.connect(dsn, connection_class=signing(SECRET))
    yield connection
    await connection.close()


async def years(pg: asyncpg.Connection, key: ChainKey = KEY) -> None:
    """Two events on each of four days of other years, and one of today; the chain as it would be."""
    await begin_signing(pg, key)
    for n in range(7):
        await tell(pg, f"event.{n}")
    events = await pg.fetch(
        "SELECT id, occurred_at, actor_id, action, subject_type, subject_id, detail::text, trace_id"
        " FROM audit_event ORDER BY id"
    )
    before = b""
    for at, event in enumerate(events):
        day, position = DAYS[at // 2], at % 2 + 1
        before = key.link(key.start(day, before) if position == 1 else before, tuple(event))
        await pg.execute("INSERT INTO audit_link VALUES ($1, $2, $3, $4)", day, position, event["id"], before)
    await tell(pg, "event.today")
    async with pg.transaction():
        await link_events(pg, key)


def nothing(_: int) -> None:
    """Tell nobody how far it is."""


async def test_what_is_left_goes_on_from_the_archive_and_both_prove_themselves(
    signed: asyncpg.Connection, tmp_path: Path
) -> None:
    await years(signed)
    before, file = await check(signed), tmp_path / "one.gz"
    done = await archive(signed, KEY, DAYS[2], file, nothing)
    assert done is not None
    assert (done.events, done.head.day, done.sha256) == (4, DAYS[1], sha256_of(file))
    assert [row[0] for row in await signed.fetch("SELECT action FROM audit_event ORDER BY id")] == [
        "event.3",
        "event.4",
        "event.5",
        "event.6",
        "event.today",
        "trail.cut",
    ]
    left = await check(signed)
    assert (left.broken, left.events, left.signed_from is None) == ([], before.events - 4 + 1, False)
    found = prove(file, KEY)
    assert (found.after, found.head, found.events, found.broken) == (None, str(done.head), 4, [])
    again = tmp_path / "two.gz"
    more = await archive(signed, KEY, DAYS[3], again, nothing)
    assert more is not None
    assert more.events == 2
    assert prove(again, KEY).after == str(done.head), "archives follow one another"
    assert await codes(signed) == []
    assert await archive(signed, KEY, DAYS[3], tmp_path / "three.gz", nothing) is None
    assert not (tmp_path / "three.gz").exists()


@pytest.mark.long_form
async def test_an_archive_damaged_at_any_place_is_no_whole_archive(signed: asyncpg.Connection, tmp_path: Path) -> None:
    await years(signed)
    file = tmp_path / "one.gz"
    assert await archive(signed, KEY, DAYS[1], file, nothing)
    whole, header = file.read_bytes(), 10
    for place in range(header, len(whole), sized(5, 1)):
        damaged = bytearray(whole)
        damaged[place] ^= 0xFF
        file.write_bytes(damaged)
        with pytest.raises(ValueError, match="no whole archive"):
            prove(file, KEY)


async def test_a_trail_of_nothing_but_a_cut_is_still_the_same_chain(signed: asyncpg.Connection, tmp_path: Path) -> None:
    await years(signed)
    await archive(signed, KEY, datetime.now(UTC).date() + timedelta(days=1), tmp_path / "all.gz", nothing)
    assert await signed.fetchval("SELECT count(*) FROM audit_event") == 1
    assert await goes_on(signed, KEY)
    await tell(signed, "later")
    await link(signed)
    assert await codes(signed) == []


async def test_what_is_taken_out_without_a_cut_shows(signed: asyncpg.Connection, tmp_path: Path) -> None:
    await years(signed)
    await archive(signed, KEY, DAYS[1], tmp_path / "one.gz", nothing)
    await signed.execute("DELETE FROM audit_link WHERE day = $1", DAYS[1])
    await signed.execute("DELETE FROM audit_event WHERE action IN ('event.1', 'event.2')")
    assert await codes(signed) == ["event_changed"]


async def test_a_cut_that_the_server_did_not_sign_is_none(pg: asyncpg.Connection, signed: asyncpg.Connection) -> None:
    await years(signed)
    head = await head_of(pg)
    detail = {"through": str(head), "events": 9, "sha256": "", "signed_from": None}
    await pg.execute(
        "INSERT INTO audit_event (id, occurred_at, action, subject_type, subject_id, detail)"
        " VALUES ($1, now(), 'trail.cut', 'trail', 'all', $2::text::jsonb)",
        uuid.uuid4(),
        json.dumps(detail),
    )
    assert await finish(signed, KEY) == 0
    assert "event_forged" in await codes(signed)


async def test_a_removal_that_was_broken_off_is_finished(
    signed: asyncpg.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await years(signed)
    monkeypatch.setattr(archiving, "AT_ONCE", 1)
    monkeypatch.setattr(archiving, "finish", _nothing_is_removed)
    await archive(signed, KEY, DAYS[2], tmp_path / "one.gz", nothing)
    monkeypatch.undo()
    await link(signed)
    assert await codes(signed) == [], "all is there"
    await signed.execute("DELETE FROM audit_link WHERE day = $1", DAYS[0])
    await signed.execute("DELETE FROM audit_event WHERE id NOT IN (SELECT event_id FROM audit_link)")
    assert await codes(signed) == [], "half of it is there"
    assert await finish(signed, KEY) == 2
    assert await finish(signed, KEY) == 0
    assert await codes(signed) == []


async def _nothing_is_removed(*_: Any) -> int:
    return 0


async def test_of_a_chain_that_does_not_hold_nothing_is_taken_out(signed: asyncpg.Connection, tmp_path: Path) -> None:
    await years(signed)
    await signed.execute("UPDATE audit_event SET action = 'other' WHERE action = 'event.6'")
    with pytest.raises(TrailError):
        await archive(signed, KEY, DAYS[1], tmp_path / "one.gz", nothing)
    assert not (tmp_path / "one.gz").exists()
    assert await signed.fetchval("SELECT count(*) FROM audit_event WHERE action = 'trail.cut'") == 0


@pytest.mark.parametrize("fault", ["changed", "cut off", "a line less", "another key", "no archive"])
async def test_an_archive_that_was_changed_shows(signed: asyncpg.Connection, tmp_path: Path, fault: str) -> None:
    await years(signed)
    file, key = tmp_path / "one.gz", KEY
    await archive(signed, KEY, DAYS[3], file, nothing)
    text = gzip.decompress(file.read_bytes())
    if fault == "changed":
        file.write_bytes(gzip.compress(text.replace(b"event.2", b"event.9")))
    elif fault == "cut off":
        file.write_bytes(file.read_bytes()[:-20])
    elif fault == "a line less":
        file.write_bytes(gzip.compress(b"\n".join(text.splitlines()[:-1]) + b"\n"))
    elif fault == "another key":
        key = ChainKey(b"another key, as an intruder has!")
    else:
        file.write_bytes(b"PK\x03\x04")
    try:
        assert prove(file, key).broken
    except ValueError:
        assert fault in ("cut off", "no archive")


def test_the_command_moves_proves_and_refuses(dsn: str, settings: Settings, tmp_path: Path) -> None:
    async def prepare() -> None:
        secret = settings.trail_key_bytes()
        connection = await asyncpg.connect(dsn, connection_class=signing(secret))
        await years(connection, ChainKey(secret))
        await connection.close()

    asyncio.run(prepare())
    file = tmp_path / "old.gz"

    def told(line: str, url: str = dsn) -> Any:
        return CliRunner().invoke(cli, line.split(), env=environment_of(settings, DATABASE_URL=url))

    assert "year" in told(f"audit archive {file} --before {datetime.now(UTC).date()}").output
    refused = told(f"audit archive {file} --before {DAYS[2]}", as_server(dsn))
    assert (refused.exit_code != 0, file.exists()) == (True, False)
    moved = told(f"audit archive {file} --before {DAYS[2]}")
    assert moved.exit_code == 0, moved.output
    assert told("audit verify").exit_code == 0
    assert told(f"audit verify --archive {file}").exit_code == 0
    assert told(f"audit archive {file} --before {DAYS[2]}").exit_code == 2
    assert told("audit verify --archive /nowhere").exit_code == 2
