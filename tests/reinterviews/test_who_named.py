"""Nobody asks again who sent something that names the business, as it is called now or was before a correction; and who
named another one may."""

from uuid import UUID

import asyncpg
import httpx
import pytest
from asked_again import Draw, configure, records, seed_that_draws, send
from shapes import Call, Json
from test_drawn_revision import corrects
from test_who_heard import refused_as, sent
from world import OTHER_VILLAGE, VILLAGE, World, item, nik

ORDINARY: Json = {
    "legal_name": "Depot Zulkifli",
    "kbli": "4711",
    "place_type": "home",
    "products": [{"name": "Kopi"}],
    "address": "samping Toko Maju Jaya",
    "owner": {"name": "Zulkifli Baskoro", "sex": "male"},
}


def elsewhere(record: Json) -> str:
    return OTHER_VILLAGE if record["region_code"] == VILLAGE else VILLAGE


@pytest.mark.parametrize("name", ["Toko Mulia", "Warung Umi", "Warung Kopi", "Toko Maju Jaya", "88"])
@pytest.mark.parametrize("place", ["its village", "none"])
async def test_who_sent_an_ordinary_item_that_names_another_business_may_be_asked(
    client: httpx.AsyncClient, world: World, asked_of_1: tuple[str, Json], name: str, place: str
) -> None:
    """Its choices, goods and neighbours are no names; and the person may work in the whole regency."""
    id_, record = asked_of_1
    await corrects(client, world, record, legal_name=name)
    made = item(region=record["region_code"] if place != "none" else "Desa Melati", answers=ORDINARY | {"kursi": 88})
    assert await sent(client, world, 5, made) == "invalid"
    assert await refused_as(client, world, id_, "enumerator.5") is None


@pytest.mark.parametrize(
    ("name", "region", "is_asked"),
    [
        ("Toko Mulia", "{village}", False),
        ("Toko Mulia", "{district}", True),
        ("Toko Mulia", "Desa Melati", True),
        ("Toko Mulia Abadi", "{district}", False),
        ("Toko Mulia Abadi", "Desa Melati", False),
        ("Toko Mulia Abadi", "{other}", True),
    ],
)
async def test_without_a_village_only_a_distinctive_name_counts(
    client: httpx.AsyncClient, world: World, asked_of_1: tuple[str, Json], name: str, region: str, is_asked: bool
) -> None:
    """In a district, or all areas of somebody, many businesses have one that is not."""
    id_, record = asked_of_1
    await corrects(client, world, record, legal_name=name)
    village = record["region_code"]
    told = region.format(village=village, district=village[:8], other=elsewhere(record))
    assert await sent(client, world, 5, item(region=told, answers={"legal_name": name, "kbli": "4711"})) == "invalid"
    assert await refused_as(client, world, id_, "enumerator.5") == (None if is_asked else "answers_known")


@pytest.mark.parametrize("kept_raw", [True, False])
@pytest.mark.parametrize("name", ["88", "\u798f", "\u0663\u0664", "Toko 99"])
async def test_names_without_a_word_are_compared_too(
    client: httpx.AsyncClient, world: World, asked_of_1: tuple[str, Json], name: str, kept_raw: bool
) -> None:
    id_, record = asked_of_1
    await corrects(client, world, record, legal_name=name)
    said = {"legal_name": name, "kbli": "4711" if kept_raw else "47112", "owner": {"name": "Zulkifli"}}
    outcome = "invalid" if kept_raw else "accepted"
    another = said | {"legal_name": "Toko 77"}
    assert await sent(client, world, 6, item(region=record["region_code"], answers=another)) == outcome
    assert await sent(client, world, 5, item(region=record["region_code"], answers=said)) == outcome
    assert await refused_as(client, world, id_, "enumerator.6") is None
    assert await refused_as(client, world, id_, "enumerator.5") == "answers_known"


@pytest.mark.parametrize("said", ["key", "unseen", "notes", "owner in notes"])
async def test_who_wrote_its_name_anywhere_is_not_asked(
    client: httpx.AsyncClient, world: World, asked_of_1: tuple[str, Json], said: str
) -> None:
    id_, record = asked_of_1
    name, owner = record["answers"]["legal_name"], record["answers"]["owner"]["name"]
    every: dict[str, Json] = {
        "key": {name: True},
        "unseen": {"trade_name": "\u200b".join(name)},
        "notes": {"notes": f"ini usaha {name} di pasar"},
        "owner in notes": {"notes": f"milik ibu {owner}, sudah lama"},
    }
    assert await sent(client, world, 5, item(region=record["region_code"], answers=ORDINARY | every[said])) == "invalid"
    assert await refused_as(client, world, id_, "enumerator.5") == "answers_known"


@pytest.mark.parametrize("number", ["nik", "nib", "passport"])
@pytest.mark.parametrize("by_officer", [True, False])
async def test_who_sent_a_number_that_was_corrected_is_not_asked(
    client: httpx.AsyncClient,
    world: World,
    pg: asyncpg.Connection,
    draw_all: Draw,
    act: Call,
    number: str,
    by_officer: bool,
) -> None:
    """Whoever corrected it, and whatever number it was."""
    (record,) = records(1, 1)
    before, after = {
        "nik": (record["answers"]["owner"]["nik"], nik()),
        "nib": ("1234567890123", "1234567890124"),
        "passport": ("A1234567", "A7654321"),
    }[number]
    if number != "nib":
        record["answers"]["owner"].pop("nik")
    record |= {"questionnaire": "umkm@2"}
    at = record["answers"] if number == "nib" else record["answers"]["owner"]
    at[number] = before
    await send(client, world, 1, [record])
    await configure(
        client, world, share_percent=20.0, seed=seed_that_draws(UUID(record["record_id"])), assignment="manual"
    )
    await draw_all()
    id_ = await pg.fetchval("SELECT id::text FROM reinterview")
    at[number] = after
    if by_officer:
        business = await pg.fetchval("SELECT business_id FROM record")
        change = {number: after} if number == "nib" else {"owner": {number: after}}
        body = {"changes": change, "reason": "Salah tulis", "revision": 1}
        assert (await act("officer", "POST", f"businesses/{business}/corrections", body)).is_success
    else:
        assert await sent(client, world, 1, record | {"revision": 2}) == "updated"
    for who, digits in ((5, before), (6, after), (3, before[:-1] + "9")):
        answers = ORDINARY | {"keterangan": digits}
        assert await sent(client, world, who, item(region=elsewhere(record), answers=answers)) == "invalid"
    assert await refused_as(client, world, id_, "enumerator.3") is None
    assert await refused_as(client, world, id_, "enumerator.5") == "answers_known"
    assert await refused_as(client, world, id_, "enumerator.6") == "answers_known"


@pytest.mark.parametrize("changed", ["name", "village"])
async def test_who_recorded_it_and_named_it_otherwise_later_is_not_asked(
    client: httpx.AsyncClient, world: World, asked_of_1: tuple[str, Json], changed: str
) -> None:
    """Without a number: what it was called in an earlier revision counts, where it was said to be."""
    id_, record = asked_of_1
    said = {"legal_name": record["answers"]["legal_name"], "kbli": "47112", "owner": {"name": "Zulkifli"}}
    made = item(region=record["region_code"], answers=said)
    assert await sent(client, world, 5, made) == "accepted"
    later = (
        {"answers": said | {"legal_name": "Bengkel Maju"}} if changed == "name" else {"region_code": elsewhere(record)}
    )
    assert await sent(client, world, 5, made | {"revision": 2} | later) == "updated"
    assert await refused_as(client, world, id_, "enumerator.5") == "answers_known"
    assert await refused_as(client, world, id_, "enumerator.6") is None


async def test_a_telephone_is_no_number_of_a_business(
    client: httpx.AsyncClient, world: World, asked_of_1: tuple[str, Json]
) -> None:
    """Families, markets and enumerators share one: it names nobody."""
    id_, record = asked_of_1
    phone = record["answers"]["phone"]
    assert await sent(client, world, 5, item(region=VILLAGE, answers=ORDINARY | {"phone": phone})) == "invalid"
    valid = ORDINARY | {"phone": phone, "kbli": "47112"}
    assert await sent(client, world, 5, item(region=record["region_code"], answers=valid)) == "accepted"
    assert await refused_as(client, world, id_, "enumerator.5") is None
