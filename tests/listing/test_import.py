"""Listings from files: all rows or none, the same again adds nothing, numbers never readable."""

import asyncpg
import httpx
import pytest
from doors import send
from forms import LONG
from listings import listed, table
from shapes import Json
from world import OTHER_VILLAGE, PALEMBANG_VILLAGE, VILLAGE, World, item, nib, nik

from app.progress.rollup import fold
from app.recount import drift

EMBEDDED_IS_ENOUGH = True


def doors(count: int) -> list[Json]:
    return [{"name": f"Warung {n}", "owner": f"Sari {n}", "address": f"Jl. Garuda {n}"} for n in range(count)]


async def test_a_file_is_listed_once_however_often_it_comes(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    body = table(doors(5))
    first, again = (await listed(client, world, body)).json(), (await listed(client, world, body)).json()
    assert (first["created"], first["unchanged"], again["created"], again["unchanged"]) == (5, 0, 0, 5)
    row = (await client.get("/v1/progress/regions/16.01", headers=world.auth("admin"))).json()["item"]
    assert (row["listed"], row["listed_done"], row["new_found"], row["percent_of_listing"]) == (5, 0, 0, 0.0)
    events = await pg.fetch("SELECT subject_id, detail::text FROM audit_event WHERE action = 'listing.entered'")
    assert [row[0] for row in events] == ["pl-kumkm-2022"] * 2
    assert await drift(pg) == []
    await fold(pg)
    assert await drift(pg) == []


async def test_a_dry_run_lists_nothing(client: httpx.AsyncClient, world: World, pg: asyncpg.Connection) -> None:
    report = (await listed(client, world, table(doors(3)), dry_run=True)).json()
    assert (report["dry_run"], report["rows"], report["created"], report["faults"]) == (True, 3, 3, [])
    assert await pg.fetchval("SELECT count(*) FROM listing_entry") == 0
    assert await pg.fetchval("SELECT count(*) FROM audit_event WHERE action = 'listing.entered'") == 0


async def test_a_line_with_its_own_number_is_corrected_by_it(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    def file(name: str, village: str = VILLAGE) -> bytes:
        line = f"pl-kumkm-2022,{village},{name},A-17,kementerian"
        return f"campaign,region_code,name,reference,source\r\n{line}\r\n".encode()

    assert (await listed(client, world, file("Warung Sari"))).json()["created"] == 1
    report = (await listed(client, world, file("Warung Bu Sari"))).json()
    assert (report["created"], report["changed"]) == (0, 1)
    rows = await pg.fetch("SELECT name, source FROM listing_entry")
    assert [tuple(row) for row in rows] == [("Warung Bu Sari", "file:kementerian")]
    moved = await listed(client, world, file("Warung Bu Sari", OTHER_VILLAGE))
    assert [(e["pointer"], e["code"]) for e in moved.json()["errors"]] == [
        ("/lines/2/region_code", "entry_in_another_village")
    ]


@pytest.mark.long_form
async def test_of_very_many_rows_three_that_are_wrong_are_named_and_nothing_is_stored(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    count = 100_000 if LONG else 4_500
    rows = doors(count)
    rows[16]["kbli"] = "kios"
    rows[count // 2]["nik"] = "1601140000000000"
    rows[-2]["region_code"] = PALEMBANG_VILLAGE
    answer = await listed(client, world, table(rows))
    assert answer.status_code == 422, answer.text
    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [
        ("/lines/18/kbli", "invalid_value"),
        (f"/lines/{count // 2 + 2}/nik", "nik_birth_date_impossible"),
        (f"/lines/{count}/region_code", "region_unknown"),
    ]
    assert await pg.fetchval("SELECT count(*) FROM listing_entry") == 0
    assert await pg.fetchval("SELECT count(*) FROM progress_cell") == 0


@pytest.mark.parametrize(
    ("said", "pointer", "code"),
    [
        ({"campaign": "pl-kumkm-1999"}, "campaign", "unknown_campaign"),
        ({"region_code": "16.01.14"}, "region_code", "region_unknown"),
        ({"region_code": "16.01.14.9999"}, "region_code", "region_unknown"),
        ({"name": "---"}, "name", "name_without_letters"),
        ({"nib": "12"}, "nib", "nib_not_13_digits"),
        ({"nik": "12"}, "nik", "nik_not_16_digits"),
    ],
)
async def test_each_fault_is_named_by_its_cell(
    client: httpx.AsyncClient, world: World, said: Json, pointer: str, code: str
) -> None:
    answer = await listed(client, world, table([{"name": "Warung", **said}]))
    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [(f"/lines/2/{pointer}", code)]


async def test_a_line_that_is_there_twice_is_named(client: httpx.AsyncClient, world: World) -> None:
    answer = await listed(client, world, table([*doors(2), *doors(1)]))
    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [("/lines/4/name", "repeated")]


async def test_numbers_are_digested_and_sealed_and_shown_masked(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    person, number = nik(), nib()
    await listed(client, world, table([{"name": "Warung", "nik": person, "nib": number, "address": "Jl. Garuda 1"}]))
    (row,) = await pg.fetch("SELECT * FROM listing_entry")
    assert len(row["nik_digest"]) == len(row["nib_digest"]) == 16
    text = str(dict(row))
    assert person not in text and number not in text and "Garuda" not in text  # noqa: PT018  (one place)
    assert row["nik_masked"].startswith(person[:4]) and row["nik_masked"].endswith(person[-2:])  # noqa: PT018  (one place)
    page = await client.get("/v1/listing", headers=world.auth("officer"))
    assert person not in page.text and "Garuda" not in page.text  # noqa: PT018  (one place)


async def test_a_line_that_is_corrected_to_another_number_is_about_the_business_that_has_it(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    numbers = [nib(), nib()]
    told = await send(client, world, *[item(nik=nik(), nib=each) for each in numbers])
    businesses = [line["business_id"] for line in told]

    def file(number: str) -> bytes:
        line = f"pl-kumkm-2023,{VILLAGE},Warung Sari,A-17,{number}"
        return f"campaign,region_code,name,reference,nib\r\n{line}\r\n".encode()

    async def about() -> str | None:
        found = await pg.fetchval("SELECT business_id FROM listing_entry")
        return str(found) if found else None

    for number, expected in [
        (numbers[0], businesses[0]),
        (numbers[1], businesses[1]),
        ("", None),
        (numbers[0], businesses[0]),
    ]:
        assert (await listed(client, world, file(number))).status_code == 200
        assert await about() == expected
    assert await drift(pg) == []
