"""The key of numbers changes while servers work: a duplicate is one before, in the middle and after."""

import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
import uuid_utils.compat as uuids
from httpx import ASGITransport, AsyncClient
from pydantic import SecretStr
from structlog.testing import capture_logs
from typer.testing import Result
from world import World, item, nib, nik, outcomes

from app.audit.chain import ChainKey, link_events, verify
from app.core.clock import SetClock
from app.core.keys import add_number_key, drop_older_number_keys, new_key
from app.core.sealing import Digester, KeyRing
from app.core.settings import Settings, SettingsError
from app.main import create_app
from app.privacy import redigesting
from app.privacy.redigesting import redigest
from app.register.claims import refuse_outdated

EMBEDDED_IS_ENOUGH = True

Where = tuple[httpx.AsyncClient, World]
Start = Callable[..., Awaitable[Where]]


@pytest.fixture
async def server(settings: Settings, clock: SetClock, pg: asyncpg.Connection) -> AsyncIterator[Start]:
    """A server that knows these keys of numbers, and a client of it."""
    running = []

    async def start(*numbers: str) -> Where:
        keys = SecretStr(",".join(numbers)) if numbers else None
        app = create_app(settings.model_copy(update={"number_keys": keys}), clock=clock)
        client = AsyncClient(transport=ASGITransport(app=app), base_url="http://kumkm.test")
        running.append((app, client))
        return client, await World.of(pg, app.state.services)

    yield start
    for app, client in running:
        await client.aclose()
        await app.state.services.database.close()


def digester_of(settings: Settings, *numbers: str) -> Digester:
    return Digester(
        settings.digest_key_bytes(),
        settings.model_copy(update={"number_keys": SecretStr(",".join(numbers))}).number_ring(),
    )


@pytest.mark.proof
async def test_duplicates_are_recognised_before_in_the_middle_and_after(  # noqa: PLR0915  (one story)
    server: Start,
    settings: Settings,
    world: World,
    pg: asyncpg.Connection,
    client: httpx.AsyncClient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(redigesting, "CHUNK", 2)
    old, new = settings.digest_key.get_secret_value(), new_key()
    known = [{"nik": nik(), "nib": nib()} for _ in range(7)]
    for each in known:
        assert await outcomes(client, world, "enumerator.1", item(nik=each["nik"], nib=each["nib"])) == ["accepted"]
    # Two businesses are found to be one, and one of them has a number of the other.
    assert await outcomes(client, world, "enumerator.2", item(nik=known[0]["nik"], nib=known[1]["nib"])) == ["conflict"]
    case_id = await pg.fetchval("SELECT id FROM duplicate_case")
    path, reason = f"/v1/duplicates/{case_id}/resolution", {"reason": "Sudah diperiksa"}
    answer = await client.post(path, headers=world.auth("officer"), json=reason | {"decision": "same"})
    assert answer.status_code == 200, answer.text

    both = await server(old, new)
    fresh: list[str] = []

    async def holds(where: Where) -> None:
        """Every number is recognised, alone and with others; a new one is new once."""
        for each in known:
            for told in (item(nik=each["nik"]), item(nib=each["nib"])):
                assert await outcomes(*where, "enumerator.4", told) == ["duplicate"]
        number = nik()
        assert await outcomes(*where, "enumerator.4", item(nik=number)) == ["accepted"]
        fresh.append(number)
        for number in fresh:
            assert await outcomes(*where, "enumerator.5", item(nik=number)) == ["duplicate"]
            answer = await where[0].post(
                "/v1/businesses/lookup", headers=where[1].auth("officer"), json={"nik": number}
            )
            assert answer.json() == {"known": True}

    await holds(both)  # prepared: a server that was not restarted yet still says the same
    assert await outcomes(client, world, "enumerator.5", item(nik=fresh[0])) == ["duplicate"]
    before = {bytes(row[0]) for row in await pg.fetch("SELECT digest FROM identity")}

    chunks = []

    def killed(rows: Any) -> None:
        chunks.append(rows)
        if len(chunks) == 3:
            raise KeyboardInterrupt

    ring, digester = KeyRing(settings.sealing_ring()), digester_of(settings, old, new)
    with pytest.raises(KeyboardInterrupt):
        await redigest(pg, ring, digester, killed)
    half = {bytes(row[0]) for row in await pg.fetch("SELECT digest FROM identity")}
    assert 0 < len(half & before) < len(before), "in the middle"
    # A server that was not restarted, or that has the new key alone, would take known numbers for new ones.
    with pytest.raises(AssertionError, match="overloaded"):
        await outcomes(client, world, "enumerator.6", item(nik=known[0]["nik"]))
    with pytest.raises(AssertionError, match="overloaded"):
        await outcomes(*await server(new), "enumerator.6", item(nik=known[6]["nik"]))
    with pytest.raises(SettingsError, match="put that back"):
        await refuse_outdated(pg, digester_of(settings, new))
    await holds(both)
    result = await redigest(pg, ring, digester, lambda _: None)
    assert result.moved > 0
    assert result.left == 0
    await holds(both)
    after = {bytes(row[0]) for row in await pg.fetch("SELECT digest FROM identity")}
    assert after.isdisjoint(before)
    columns = "array_remove(ARRAY[nik_digest, nib_digest, cooperative_number_digest] || alias_digests, NULL)"
    held = {bytes(each) for row in await pg.fetch(f"SELECT {columns} FROM business") for each in row[0]}
    assert held <= after
    journal = await pg.fetchval("SELECT journal::text FROM resolution")
    assert [digest.hex() for digest in before if digest.hex() in journal] == []

    only_new = await server(new)
    await holds(only_new)
    answer = await only_new[0].post(f"{path}/undo", headers=only_new[1].auth("officer"), json=reason)
    assert answer.status_code == 200, answer.text
    await holds(only_new)
    # A server that does not know the key in use takes nothing.
    stranger = await server(new_key(), old)
    with pytest.raises(AssertionError, match="overloaded"), capture_logs() as logged:
        await outcomes(*stranger, "enumerator.6", item(nik=nik()))
    assert "number_key_missing" in {line["event"] for line in logged}
    with pytest.raises(SettingsError, match="KUMKM_NUMBER_KEYS"):
        await refuse_outdated(pg, Digester(settings.digest_key_bytes()))
    await refuse_outdated(pg, digester_of(settings, new))
    # What derives from the digest key has not changed: the trail holds, and a record is known by its content.
    chain = ChainKey(settings.trail_key_bytes())
    async with pg.transaction():
        await link_events(pg, chain)
    async with pg.transaction():
        assert (await verify(pg, chain, advance=lambda _: None)).broken == []
    sent = item(nik=nik(), record_id=uuids.uuid7())
    assert await outcomes(*both, "enumerator.3", sent) == ["accepted"]
    assert await outcomes(*only_new, "enumerator.3", sent) == ["unchanged"]


async def test_numbers_whose_answers_are_gone_are_told_and_known_as_long_as_both_keys_are(
    server: Start, settings: Settings, world: World, pg: asyncpg.Connection, client: httpx.AsyncClient
) -> None:
    old, new = settings.digest_key.get_secret_value(), new_key()
    number = nik()
    await outcomes(client, world, "enumerator.1", item(nik=number), item(nik=nik()))
    await pg.execute(
        "UPDATE submission SET sealed = NULL WHERE record_id = (SELECT min(record_id::text)::uuid FROM record)"
    )
    gone = await pg.fetchval("SELECT record_id FROM submission WHERE sealed IS NULL")
    result = await redigest(pg, KeyRing(settings.sealing_ring()), digester_of(settings, old, new), lambda _: None)
    assert (result.moved, result.left) == (1, 1)
    assert isinstance(gone, uuid.UUID)
    both = await server(old, new)
    assert await outcomes(*both, "enumerator.2", item(nik=number)) == ["duplicate"]


def test_the_keys_file_goes_through_the_stages(tmp_path: Path) -> None:
    file = tmp_path / "kumkm.env"
    digest_key = new_key()
    file.write_text(f"# secrets\nKUMKM_DIGEST_KEY={digest_key}\n")
    assert add_number_key(file)
    assert not add_number_key(file), "once"
    text = file.read_text()
    ring = text.split("KUMKM_NUMBER_KEYS=")[1].strip().split(",")
    assert ring[0] == digest_key
    assert text.startswith(f"# secrets\nKUMKM_DIGEST_KEY={digest_key}\n")
    drop_older_number_keys(file)
    drop_older_number_keys(file)
    assert f"KUMKM_NUMBER_KEYS={ring[1]}\n" in file.read_text()
    assert add_number_key(file), "and the next time"
    assert file.read_text().split("KUMKM_NUMBER_KEYS=")[1].startswith(f"{ring[1]},")


async def test_a_number_that_came_in_under_both_keys_is_told(
    settings: Settings, world: World, pg: asyncpg.Connection, client: httpx.AsyncClient
) -> None:
    number = nik()
    await outcomes(client, world, "enumerator.1", item(nik=number), item(nik=nik()))
    digester = digester_of(settings, settings.digest_key.get_secret_value(), new_key())
    await pg.execute(
        "INSERT INTO identity (digest, kind, business_id, record_id) VALUES ($1, 'nik', $2, $3)",
        digester.digests("nik", number)[-1],
        uuid.uuid4(),
        uuid.uuid4(),
    )
    result = await redigest(pg, KeyRing(settings.sealing_ring()), digester, lambda _: None)
    assert (result.moved, result.doubled) == (2, 1)


async def test_the_older_key_is_not_taken_out_before_every_number_is_moved(
    kumkm: Callable[..., Awaitable[Result]],
    world: World,
    pg: asyncpg.Connection,
    client: httpx.AsyncClient,
    settings: Settings,
    tmp_path: Path,
) -> None:
    await outcomes(client, world, "enumerator.1", item(nik=nik()))
    file = tmp_path / "kumkm.env"
    file.write_text(f"KUMKM_DIGEST_KEY={settings.digest_key.get_secret_value()}\n")
    await kumkm("keys", "rotate-digest", "prepare", str(file))
    text = file.read_text()
    ring = text.split("KUMKM_NUMBER_KEYS=")[1].strip()

    async def refused() -> None:
        failed = await kumkm("keys", "rotate-digest", "finish", str(file), code=1)
        assert "rotate-digest move" in str(failed.exception)
        assert file.read_text() == text

    await refused()  # it was not begun
    await pg.execute(
        "INSERT INTO number_key (fingerprint) VALUES ($1)", digester_of(settings, *ring.split(",")).fingerprints[1]
    )
    await refused()  # it did not end
    await kumkm("keys", "rotate-digest", "move", KUMKM_NUMBER_KEYS=ring)
    await kumkm("keys", "rotate-digest", "finish", str(file))
    assert f"KUMKM_NUMBER_KEYS={ring.split(',')[1]}\n" in file.read_text()


async def test_the_command_moves_numbers(
    kumkm: Callable[..., Awaitable[Result]],
    world: World,
    pg: asyncpg.Connection,
    client: httpx.AsyncClient,
    settings: Settings,
    server: Start,
) -> None:
    number = nik()
    await outcomes(client, world, "enumerator.1", item(nik=number))
    old, new = settings.digest_key.get_secret_value(), new_key()
    assert "prepare" in str((await kumkm("keys", "rotate-digest", "move", code=1)).exception)
    result = await kumkm("keys", "rotate-digest", "move", KUMKM_NUMBER_KEYS=f"{old},{new}")
    assert "1 numbers were moved" in result.output
    assert await outcomes(*await server(new), "enumerator.2", item(nik=number)) == ["duplicate"]
    assert await pg.fetchval("SELECT mac IS NOT NULL FROM audit_event WHERE action = 'keys.redigested'")


async def test_a_server_with_another_key_than_the_first_one_does_not_start(settings: Settings, dsn: str) -> None:
    for keys, fits in ((settings, True), (settings.model_copy(update={"digest_key": SecretStr(new_key())}), False)):
        app = create_app(keys)
        if fits:
            async with app.router.lifespan_context(app):
                pass
            continue
        with pytest.raises(SettingsError, match="KUMKM_NUMBER_KEYS"):
            async with app.router.lifespan_context(app):
                pass
        await app.state.services.database.close()
