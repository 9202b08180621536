"""Keys change while servers work: nothing fails in between, and the old one can be thrown away."""

import stat
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs
from typer.testing import Result
from world import World, batch, item, nik, outcomes, put

from app.accounts.tokens import AccessTokens
from app.core.clock import SetClock
from app.core.keys import KeyFileError, in_use, new_key, rotate
from app.core.sealing import KeyRing, UnsealError
from app.core.settings import Settings, SettingsError
from app.main import create_app
from app.privacy.resealing import reseal
from app.privacy.sealed import SEALED, refuse_other_sealing_keys
from app.tables import metadata

EMBEDDED_IS_ENOUGH = True
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "kumkm.env"
    path.write_text(
        f"# secrets\nDATABASE_URL=postgresql://db/kumkm\nKUMKM_TOKEN_KEYS=a:{new_key()}\n"
        f"KUMKM_SEALING_KEYS=1:{new_key()}\nKUMKM_DIGEST_KEY={new_key()}\n"
    )
    return path


def settings_in(file: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for line in file.read_text().splitlines():
        if "=" in line:
            monkeypatch.setenv(*line.split("=", 1))
    return Settings()


def turn(file: Path, now: datetime, **kwargs: Any) -> Any:
    return rotate(file, **{"token": True, "sealing": True, "wait": timedelta(minutes=15), **kwargs}, now=now)


def test_a_new_key_is_accepted_at_once_and_used_from_its_time_on(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = turn(file, NOW)
    assert done.starts_at == NOW + timedelta(minutes=16), "the minute that has begun does not count"
    settings = settings_in(file, monkeypatch)
    assert list(settings.token_ring()) == ["a", "202611231016"]
    assert list(settings.sealing_ring()) == [1, 2]
    assert in_use(settings.token_starts(), NOW) == "a"
    assert in_use(settings.token_starts(), done.starts_at) == "202611231016"
    assert in_use({str(key): start for key, start in settings.sealing_starts().items()}, done.starts_at) == "2"


def test_a_token_key_goes_when_no_token_under_it_lives_and_a_sealing_key_never_by_itself(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn(file, NOW)
    assert turn(file, NOW + timedelta(hours=1)).taken_out == [], "tokens under it may still live"
    assert turn(file, NOW + timedelta(hours=4)).taken_out == ["a", "202611231016"]
    settings = settings_in(file, monkeypatch)
    assert list(settings.sealing_ring()) == [1, 2, 3, 4]


def test_the_rest_of_the_file_stays_and_only_its_owner_reads_it(file: Path) -> None:
    turn(file, NOW, sealing=False)
    text = file.read_text()
    assert text.startswith("# secrets\nDATABASE_URL=postgresql://db/kumkm\n")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_folder_of_secrets_does_as_well(tmp_path: Path) -> None:
    for name, value in (("KUMKM_TOKEN_KEYS", f"a:{new_key()}"), ("KUMKM_SEALING_KEYS", f"1:{new_key()}")):
        (tmp_path / name).write_text(value)
    turn(tmp_path, NOW)
    assert (tmp_path / "KUMKM_SEALING_KEYS").read_text().count(":") == 2
    (tmp_path / "KUMKM_TOKEN_KEYS").unlink()
    with pytest.raises(KeyFileError, match="KUMKM_TOKEN_KEYS"):
        turn(tmp_path, NOW)


@pytest.mark.parametrize("ring", ["1@soon:{}", "1@2026-11-23:{}", "x:{}", "0:{}", "256:{}"])
def test_a_ring_that_cannot_be_read_is_refused(file: Path, monkeypatch: pytest.MonkeyPatch, ring: str) -> None:
    settings_in(file, monkeypatch)
    monkeypatch.setenv("KUMKM_SEALING_KEYS", ring.format(new_key()))
    with pytest.raises(ValueError, match="sealing_keys"):
        Settings()


def test_a_ring_switches_by_itself_when_the_time_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    keys, start = {1: b"1" * 32, 2: b"2" * 32}, datetime.now(UTC) + timedelta(seconds=30)
    ring = KeyRing(keys, {1: datetime.min.replace(tzinfo=UTC), 2: start})
    assert (ring.number, ring.seal(b"x", b"")[0]) == (1, 1)
    monkeypatch.setattr("app.core.sealing.time.time", start.timestamp)
    assert (ring.seal(b"x", b"")[0], ring.number) == (2, 2)
    tokens = AccessTokens({"a": b"a" * 32, "b": b"b" * 32}, lifetime_s=60, starts={"a": NOW, "b": start})
    assert in_use(tokens._starts, datetime.now(UTC)) == "a"


def test_a_key_that_is_lost_keeps_its_number(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUMKM_LOST_SEALING_KEYS", "2, 3")
    assert settings_in(file, monkeypatch).lost_sealing_keys == {2, 3}
    monkeypatch.setenv("KUMKM_LOST_SEALING_KEYS", "1")
    with pytest.raises(ValueError, match="a number of its own"):
        Settings()


async def test_keys_of_another_database_are_refused_and_those_that_open_something_are_not(
    world: World, pg: asyncpg.Connection, settings: Settings, client: httpx.AsyncClient
) -> None:
    own = settings.sealing_ring()
    [number] = own
    other = b"o" * 32
    await refuse_other_sealing_keys(pg, KeyRing({number: other}), frozenset())  # nothing is sealed
    await put(client, world, "enumerator.1", batch(item(nik=nik(1))))
    for fit in (own, own | {number + 1: other}):
        await refuse_other_sealing_keys(pg, KeyRing(fit), frozenset())
    for unfit, why in (
        ({number: other}, f"has another key {number} than"),
        ({number: other, number + 1: own[number]}, f"has another key {number} than"),
        ({number + 1: other}, "has not the keys of"),
    ):
        with pytest.raises(SettingsError, match=why):
            await refuse_other_sealing_keys(pg, KeyRing(unfit), frozenset())
    await refuse_other_sealing_keys(pg, KeyRing({number + 1: other}), {number})  # the census goes on without it
    await pg.execute("UPDATE submission SET sealed = set_byte(sealed, 0, $1)", number + 2)
    await put(client, world, "enumerator.1", batch(item(nik=nik(3))))
    with capture_logs() as logged:
        await refuse_other_sealing_keys(pg, KeyRing(own), frozenset())  # one beside others is missing
    assert [(line["event"], line["numbers"]) for line in logged] == [("sealing_keys_missing", [number + 2])]
    await pg.execute("UPDATE submission SET sealed = set_byte(sealed, 0, $1)", number)
    app = create_app(settings.model_copy(update={"sealing_keys": {str(number): SecretStr(new_key())}}))
    with pytest.raises(SettingsError, match="KUMKM_SEALING_KEYS"):
        async with app.router.lifespan_context(app):
            raise AssertionError
    await pg.execute("UPDATE submission SET sealed = set_byte(sealed, 20, get_byte(sealed, 20) # 1)")
    await put(client, world, "enumerator.1", batch(item(nik=nik(2))))
    await refuse_other_sealing_keys(pg, KeyRing(own), frozenset())  # a value that was damaged


async def test_servers_on_either_side_of_a_rotation_understand_each_other(
    world: World, pg: asyncpg.Connection, settings: Settings, clock: SetClock, client: httpx.AsyncClient
) -> None:
    """One process has restarted with the new keys, whose time has come; the other still knows them as to come."""
    start = datetime.now(UTC) - timedelta(seconds=1)
    stamp = start.strftime("%Y%m%dT%H%MZ")
    later = (datetime.now(UTC) + timedelta(minutes=10)).strftime("%Y%m%dT%H%MZ")
    sealing, token = SecretStr(new_key()), SecretStr(new_key())

    def with_keys(moment: str) -> Settings:
        return settings.model_copy(
            update={
                "sealing_keys": {**settings.sealing_keys, f"2@{moment}": sealing},
                "token_keys": {**settings.token_keys, f"next@{moment}": token},
            }
        )

    new, old = create_app(with_keys(stamp), clock=clock), create_app(with_keys(later), clock=clock)
    try:
        for issuer, reader in ((new, old), (old, new)):
            issued = issuer.state.services.tokens.issue(world.accounts["officer"], device_id=None, scopes=[])
            assert reader.state.services.tokens.verify(issued).account_id == world.id("officer")
            sealed = issuer.state.services.ingest.ring.seal(b"nomor", b"row")
            assert reader.state.services.ingest.ring.unseal(sealed, b"row") == b"nomor"
        assert new.state.services.ingest.ring.number == 2
        assert old.state.services.ingest.ring.number == 1
    finally:
        for app in (new, old):
            await app.state.services.database.close()


async def test_everything_is_sealed_anew_and_the_old_key_can_go(
    world: World,
    pg: asyncpg.Connection,
    client: httpx.AsyncClient,
    kumkm: Callable[..., Awaitable[Result]],
    settings: Settings,
    environment: dict[str, str],
) -> None:
    await put(client, world, "enumerator.1", batch(*(item(nik=nik()) for _ in range(5)), item(nik="1")))
    fresh = new_key()
    rings = {"KUMKM_SEALING_KEYS": f"{environment['KUMKM_SEALING_KEYS']},2:{fresh}"}
    result = await kumkm("keys", "reseal", **rings)
    assert "6 values are sealed under key 2" in result.output
    assert "Key 1: nothing left" in result.output
    ring = KeyRing({2: settings.sealing_ring()[1]})
    only_new = KeyRing(
        {
            2: Settings(
                **{
                    **settings.model_dump(),
                    "DATABASE_URL": settings.database_url,
                    "sealing_keys": {2: SecretStr(fresh)},
                }
            ).sealing_ring()[2]
        }
    )
    for row in await pg.fetch("SELECT record_id, revision, sealed FROM submission"):
        bound = row["record_id"].bytes + row["revision"].to_bytes(4)
        assert b"nik" in only_new.unseal(row["sealed"], bound)
        with pytest.raises(UnsealError):
            ring.unseal(row["sealed"], bound)
    again = await kumkm("keys", "reseal", **rings)
    assert "6 values" in again.output
    gone = await kumkm("keys", "reseal", code=1, KUMKM_SEALING_KEYS=f"3:{new_key()}")
    assert isinstance(gone.exception, UnsealError)


async def test_sealing_anew_goes_on_where_it_was_cut_off(
    world: World, pg: asyncpg.Connection, client: httpx.AsyncClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.core.sealed_rows.CHUNK", 2)
    for n in range(3):
        await outcomes(client, world, f"enumerator.{n + 1}", item(nik=nik()), item(nik=nik()))
    ring = KeyRing({**settings.sealing_ring(), 2: b"2" * 32})

    def cut(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await reseal(pg, ring, cut)
    done: list[int] = []
    left = await reseal(pg, ring, done.append)
    assert left == {2: 6}
    assert sum(done) == 4, "two were done before the cut"


def test_every_table_with_something_sealed_is_resealed_and_cleared() -> None:
    short_lived = {
        "import_secret": "codes of an import, kept for hours: without its key they are made again",
        "known_filter": "made again from the register, and sealed for tablets by keys of their own",
    }
    with_sealed = {name for name, table in metadata.tables.items() if "sealed" in table.c}
    assert {rows.row.table.name for rows in SEALED} == with_sealed - short_lived.keys()
