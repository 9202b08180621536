"""What is sealed of entries: under another key, under another digest, removed in time, erased at somebody's wish."""

from datetime import date

import asyncpg
import httpx
from doors import send
from listings import Copy, entries, listed, table
from pydantic import SecretStr
from world import World, item, nib, nik

from app.core.keys import new_key
from app.core.sealing import Digester, KeyRing
from app.core.settings import Settings
from app.listing.contents import Contents
from app.privacy import retention, subject
from app.privacy.redigesting import redigest
from app.privacy.resealing import reseal
from app.recount import drift

EMBEDDED_IS_ENOUGH = True


def nothing(_: int) -> None: ...


async def test_entries_are_sealed_and_digested_under_new_keys(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, settings: Settings
) -> None:
    person, number = nik(), nib()
    (one,) = await entries(client, world, {"name": "Satu", "owner": "Sari", "nik": person, "nib": number})
    old = settings.sealing_ring()[1]
    ring = KeyRing({1: old, 2: bytes(range(32))})
    assert (await reseal(pg, ring, nothing))[2] >= 1
    row = await pg.fetchrow("SELECT id, sealed, nik_digest, nib_digest FROM listing_entry WHERE id = $1", one)
    assert row is not None
    assert row["sealed"][0] == 2
    assert Contents.unseal(ring, row["id"], row["sealed"]).numbers == {"nik": person, "nib": number}
    both = settings.model_copy(
        update={"number_keys": SecretStr(f"{settings.digest_key.get_secret_value()},{new_key()}")}
    )
    digester = Digester(settings.digest_key_bytes(), both.number_ring())
    await redigest(pg, ring, digester, nothing)
    moved = await pg.fetchrow("SELECT nik_digest, nib_digest FROM listing_entry")
    assert tuple(moved or ()) == (digester.digests("nik", person)[-1], digester.digests("nib", number)[-1])
    assert row["nik_digest"] == digester.digests("nik", person)[0]


async def test_what_is_sealed_goes_with_the_answers_of_the_campaign(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, settings: Settings
) -> None:
    await entries(client, world, {"name": "Satu", "owner": "Sari"}, {"name": "Dua", "owner": "Budi"})
    await pg.execute("UPDATE campaign SET answers_until = '2023-01-01' WHERE id = 1")
    (due,) = await retention.due(pg, date(2023, 2, 1))
    assert due.entries == 2
    await retention.remove(pg, due, nothing)
    assert await pg.fetchval("SELECT count(*) FROM listing_entry WHERE sealed IS NOT NULL") == 0
    assert await retention.due(pg, date(2023, 2, 1)) == []
    assert await drift(pg) == []


async def test_a_person_reads_what_listings_say_and_has_it_erased(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, settings: Settings
) -> None:
    person = nik()
    rows = (
        {"name": "Satu", "owner": "Sari", "address": "Jl. Garuda 1", "nik": person, "reference": "A-1"},
        {"name": "Dua"},
    )
    one, two = await entries(client, world, *rows)
    await send(client, world, {**item(nik=person), "listing_id": one})
    tablet = Copy(client, world, "enumerator.1")
    await tablet.read()
    ring, digester = KeyRing(settings.sealing_ring()), Digester(settings.digest_key_bytes())
    found = await subject.find(pg, ring, digester, subject.Person("nik", person), nothing)
    assert [str(id_) for id_ in found.entries] == [one]
    report = await subject.report(pg, ring, subject.Person("nik", person), found, reason="Permohonan 17/2022")
    (told,) = report["listings"]
    assert (told["owner"], told["address"], told["numbers"]) == ("Sari", "Jl. Garuda 1", {"nik": person})
    async with pg.transaction():
        await subject.erase(pg, found, reason="Permohonan 18/2022")
    assert person not in str(await pg.fetch("SELECT * FROM listing_entry"))
    assert await tablet.read() == [subject.ERASED_NAME]
    assert (tablet.entries[one]["owner"], tablet.entries[one]["answers"]) == (None, {})
    assert tablet.entries[two]["name"] == "Dua"
    # The same file again brings nothing of it back, nor does one with a correction.
    assert (await listed(client, world, table(rows), who="admin")).json()["unchanged"] == 2
    corrected = ({**rows[0], "address": "Jl. Garuda 2"}, rows[1])
    assert (await listed(client, world, table(corrected), who="admin")).json()["unchanged"] == 2
    assert "Garuda" not in str(await tablet.read()), "nothing is to be read again"
    assert await drift(pg) == []
