"""Sealing, settings, clocks and cursors."""

import asyncio
import base64
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapes import Json

from app.core.clock import MachineClock, SetClock, ShiftedClock
from app.core.database import Database
from app.core.ids import id_from_text, new_id
from app.core.paging import Cursors
from app.core.problems import Problem
from app.core.sealing import Digester, KeyRing, UnsealError
from app.core.settings import Settings, SettingsError, new_key, settings_from_environment

EMBEDDED_IS_ENOUGH = True

KEY, OTHER = bytes(range(32)), bytes(range(1, 33))


@given(st.binary(max_size=300), st.binary(max_size=20))
def test_what_is_sealed_opens_only_for_its_row(plain: bytes, row: bytes) -> None:
    ring = KeyRing({1: KEY})
    sealed = ring.seal(plain, row)
    assert ring.unseal(sealed, row) == plain
    assert len(plain) < 8 or plain not in sealed
    with pytest.raises(UnsealError):
        ring.unseal(sealed, row + b"x")
    with pytest.raises(UnsealError):
        ring.unseal(sealed[:-1] + bytes([sealed[-1] ^ 1]), row)


def test_the_highest_key_seals_and_all_open() -> None:
    old = KeyRing({1: KEY}).seal(b"plain", b"row")
    ring = KeyRing({1: KEY, 2: OTHER})
    assert ring.unseal(old, b"row") == b"plain"
    new = ring.seal(b"plain", b"row")
    with pytest.raises(UnsealError):
        KeyRing({1: KEY}).unseal(new, b"row")
    for broken in (b"", b"\x09", new[:5]):
        with pytest.raises(UnsealError):
            ring.unseal(broken, b"row")


def test_sealing_the_same_twice_looks_different() -> None:
    ring = KeyRing({1: KEY})
    assert ring.seal(b"plain", b"row") != ring.seal(b"plain", b"row")


def test_digests_match_by_kind_number_and_key() -> None:
    digester = Digester(KEY)
    assert digester.digest("nik", "1") == digester.digest("nik", "1")
    assert len({digester.digest("nik", "1"), digester.digest("nib", "1"), Digester(OTHER).digest("nik", "1")}) == 3


@given(st.binary(min_size=1, max_size=40), st.text(max_size=10))
def test_a_cursor_is_good_for_its_own_list_only(position: bytes, name: str) -> None:
    cursors = Cursors(KEY)
    cursor = cursors.write(position, name, "16")
    assert cursors.read(cursor, name, "16") == position
    for reader, bound in ((cursors, (name, "17")), (cursors, (name + "16",)), (Cursors(OTHER), (name, "16"))):
        with pytest.raises(Problem, match="invalid_cursor"):
            reader.read(cursor, *bound)


@given(st.text(max_size=60))
def test_no_other_text_is_a_cursor(text: str) -> None:
    with pytest.raises(Problem, match="invalid_cursor"):
        Cursors(KEY).read(text, "list")


def test_clocks() -> None:
    assert abs(MachineClock().now() - datetime.now(UTC)) < timedelta(seconds=5)
    start = datetime(2022, 9, 13, 1, tzinfo=UTC)
    shifted = ShiftedClock(start)
    assert timedelta(0) <= shifted.now() - start < timedelta(seconds=5)
    assert SetClock(start).now() == start


def test_new_ids_are_versions_7_in_order() -> None:
    made = [new_id() for _ in range(1000)]
    assert made == sorted(made)
    assert {id_.version for id_ in made} == {7}
    assert id_from_text(str(made[0])) == made[0]
    with pytest.raises(ValueError, match="UUID"):
        id_from_text("not an id")


def environment(monkeypatch: pytest.MonkeyPatch, **changes: Any) -> Json:
    values = {
        "DATABASE_URL": "postgresql://db/kumkm",
        "KUMKM_TOKEN_KEYS": f"2022:{new_key()}",
        "KUMKM_SEALING_KEYS": f"1:{new_key()}",
        "KUMKM_DIGEST_KEY": new_key(),
        **changes,
    }
    for name, value in values.items():
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)
    return values


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    environment(monkeypatch, PORT="8080", KUMKM_POOL_SIZE="3", KUMKM_TOKEN_KEYS=f"a:{new_key()},b:{new_key()}")
    settings = settings_from_environment()
    assert (settings.port, settings.pool_size, list(settings.token_ring())) == (8080, 3, ["a", "b"])
    assert "db/kumkm" not in repr(settings)


WEAK = base64.urlsafe_b64encode(b"a" * 32).decode().rstrip("=")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"DATABASE_URL": None}, "DATABASE_URL is missing"),
        ({"KUMKM_TOKEN_KEYS": None}, "KUMKM_TOKEN_KEYS is missing; make keys with"),
        ({"KUMKM_TOKEN_KEYS": ""}, "kumkm keys new"),
        ({"KUMKM_TOKEN_KEYS": "a:secret"}, "kumkm keys new"),
        ({"KUMKM_TOKEN_KEYS": "just-a-word"}, "kumkm keys new"),
        ({"KUMKM_SEALING_KEYS": f"1:{WEAK}"}, "not random"),
        ({"KUMKM_SEALING_KEYS": "one:" + new_key()}, "KUMKM_SEALING_KEYS"),
        ({"KUMKM_SEALING_KEYS": "256:" + new_key()}, "1 to 255"),
        ({"KUMKM_DIGEST_KEY": "short"}, "kumkm keys new"),
        ({"KUMKM_POOL_SIZE": "0"}, "KUMKM_POOL_SIZE"),
        ({"KUMKM_LOG_LEVEL": "loud"}, "KUMKM_LOG_LEVEL"),
    ],
)
def test_missing_and_weak_settings_are_refused_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch, change: Json, message: str
) -> None:
    values = environment(monkeypatch, **change)
    with pytest.raises(SettingsError, match=message) as caught:
        settings_from_environment()
    for value in values.values():
        assert not value or len(value) < 10 or value not in str(caught.value), "no secret in a message"


def test_one_key_for_two_purposes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    key = new_key()
    environment(monkeypatch, KUMKM_SEALING_KEYS=f"1:{key}", KUMKM_DIGEST_KEY=key)
    with pytest.raises(SettingsError, match="differ"):
        settings_from_environment()


def test_secrets_may_come_from_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    values = environment(monkeypatch, KUMKM_DIGEST_KEY=None)
    (tmp_path / "KUMKM_DIGEST_KEY").write_text(new_key())
    monkeypatch.setenv("KUMKM_SECRETS_DIR", str(tmp_path))
    assert settings_from_environment().token_keys.keys() == {values["KUMKM_TOKEN_KEYS"].split(":")[0]}


def test_settings_are_frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    environment(monkeypatch)
    settings: Any = Settings()
    with pytest.raises(ValueError, match="frozen"):
        settings.pool_size = 5


async def test_a_place_that_is_given_at_the_moment_of_a_cancellation_does_not_swallow_it(settings: Settings) -> None:
    """`asyncio.wait_for` of Python 3.11 does, and a background task that waits for a place would never end."""
    database = Database(settings)

    async def work() -> None:
        while True:
            async with database._place():
                await asyncio.sleep(0)

    for steps in range(12):
        task = asyncio.create_task(work())
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        done, _ = await asyncio.wait((task,), timeout=1)
        assert done, steps
    await database.close()
