"""What is erased, past its time, or under another key: what agencies were asked, and what holds."""

from datetime import timedelta
from uuid import UUID

import asyncpg
from verification_files import Office
from world import World, nik

from app.core.clock import SetClock
from app.core.sealing import Digester
from app.core.settings import Settings
from app.privacy.redigesting import redigest
from app.privacy.subject import Person, erase, find, report
from app.verification.forgetting import forget_requests
from app.verification.standing import restate

EMBEDDED_IS_ENOUGH = True
YEAR = timedelta(days=365)


async def test_a_person_is_told_what_was_asked_and_it_goes_with_the_rest(
    office: Office, world: World, pg: asyncpg.Connection
) -> None:
    number = nik()
    _, business = await office.enter(nik=number)
    await office.confirm()
    ingest = world.services.ingest
    found = await find(pg, ingest.ring, ingest.digester, Person("nik", number), lambda _: None)
    said = await report(pg, ingest.ring, Person("nik", number), found, reason="Permohonan 20/2022")
    (told,) = said["verification"]
    assert (told["kind"], told["source"], told["answer"], told["outdated"]) == ("nik", "dukcapil", "match", False)
    async with pg.transaction():
        await erase(pg, found, reason="Permohonan 20/2022")
    assert await pg.fetchval("SELECT count(*) FROM verification_item") == 0
    assert await office.state(business) in (None, "unverified")


async def test_a_request_past_its_time_keeps_its_counts_and_what_holds(
    office: Office, pg: asyncpg.Connection, clock: SetClock
) -> None:
    ids = [(await office.enter(nik=nik()))[1] for _ in range(3)]
    request = await office.ask()
    lines = [line["referensi"] for line in await office.lines(request)]
    await office.answer(request, {lines[0]: "SESUAI", lines[1]: "TS"})
    before = await office.request(request)
    async with pg.transaction():
        assert not await forget_requests(pg, clock.now(), YEAR)
        assert await forget_requests(pg, clock.now() + YEAR + timedelta(days=1), YEAR)
    after = await office.request(request)
    assert after["state"] == "forgotten"
    assert after["reason"] == ""
    for name in ("asked", "answered", "match", "mismatch", "not_found", "outdated"):
        assert after[name] == before[name], name
    assert await pg.fetchval("SELECT count(*) FROM verification_item") == 2
    assert sorted([str(await office.state(each)) for each in ids]) == ["match", "mismatch", "unverified"]
    assert (await office.fetch(request)).status_code == 404
    assert (await office.send(request, b"referensi,jawaban\r\n")).status_code == 404


async def test_states_hold_under_another_key_of_numbers(
    office: Office, world: World, pg: asyncpg.Connection, settings: Settings
) -> None:
    _, business = await office.enter(nik=nik())
    await office.confirm()
    old = settings.digest_key_bytes()
    await redigest(pg, world.services.ingest.ring, Digester(old, [old, b"n" * 32]), lambda _: None)
    now = await pg.fetchval("SELECT nik_digest FROM business")
    assert await pg.fetchval("SELECT number_digest FROM verification_item") == now
    async with pg.transaction():
        await restate(pg, [UUID(business)])
    assert await office.state(business) == "match"
