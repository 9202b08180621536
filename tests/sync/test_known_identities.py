"""The doorstep warning: what is in the register hits, whole or as what is new, and only for those who work there."""

import itertools
import json
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import asyncpg
import httpx
import pytest
from ageing import earlier
from fastapi import FastAPI
from one_by_one import each
from pydantic import SecretStr
from shapes import Json
from world import OTHER_VILLAGE, VILLAGE, World, batch, item, nib, nik, outcomes, put

from app.api.sync_reading import KNOWN_IDENTITIES
from app.core.sealing import KeyRing, UnsealError
from app.core.settings import Settings
from app.identifiers.known_filter import Said, hash64
from app.identifiers.phonetic_name import phonetic_name
from kumkm_tablet.known import Known

EMBEDDED_IS_ENOUGH = True
KEY = "cFfxdCgMR_mNQIBFXzJFaiKp-vA9I2sdhEaqoF88nWs"
NEIGHBOUR = "16.01.14.1004"


async def ask(
    client: httpx.AsyncClient,
    world: World,
    who: str = "enumerator.1",
    region: str = "16.01",
    headers: dict[str, str] | None = None,
    **params: Any,
) -> httpx.Response:
    return await client.get(
        "/v1/sync/known-identities",
        params={"region": region, **params},
        headers={**world.auth(who), "Accept": KNOWN_IDENTITIES, **(headers or {})},
    )


async def known_to(client: httpx.AsyncClient, world: World, who: str = "enumerator.1", **params: Any) -> Known:
    answer = await ask(client, world, who, **params)
    assert answer.status_code == 200, answer.text
    return Known.read(answer.content)


async def assign(pg: asyncpg.Connection, world: World, who: str, *regions: str, ends_on: date | None = None) -> None:
    """Somebody works in these regions and nowhere else."""
    await pg.execute("DELETE FROM assignment WHERE enumerator_id = $1 AND campaign_id = 1", world.id(who))
    await pg.executemany(
        "INSERT INTO assignment (campaign_id, enumerator_id, region_code, starts_on, ends_on)"
        " VALUES (1, $1, $2, '2022-04-01', $3)",
        [(world.id(who), region, ends_on) for region in regions],
    )


def owned(name: str | None, **said: Any) -> Json:
    """An item whose owner has that name."""
    made = item(**said)
    made["answers"]["owner"]["name"] = name
    return made


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Made for each request, and always under the same key."""
    return settings.model_copy(update={"filter_refresh_s": 0, "digest_key": SecretStr(KEY)})


@pytest.fixture(autouse=True)
def same_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same numbers in each run: one stranger in some hundreds looks known, and which one depends on the number."""
    monkeypatch.setattr("world._serials", itertools.count(1))


async def test_what_is_recorded_hits_under_its_name_and_what_is_not_does_not(
    client: httpx.AsyncClient, world: World
) -> None:
    one, two, number = nik(1), nik(2), nib(3)
    await outcomes(
        client,
        world,
        "enumerator.1",
        owned("Hj. Siti Aminah", nik=one),
        owned("Muhammad Rizki", nik=two, nib=number),
    )
    coop = {
        "legal_name": "KUD Makmur",
        "cooperative_number": "1601020010001",
        "kbli": "64141",
        "chair": {"name": "Budi", "nik": nik(77)},
    }
    await put(client, world, "enumerator.2", batch({**item(answers=coop), "questionnaire": "koperasi@1"}))
    known = await known_to(client, world)
    assert known.has("nik", one, "St. Amina, S.Pd")
    assert known.has("nik", two, "M. Riski")
    assert known.has("nib", number, "Moch. Rizky")
    assert known.has("cooperative_number", "1601020010001", "Koperasi Unit Desa Makmur")
    assert not known.has("nik", one, "Muhammad Rizki"), "it is somebody else's number"
    assert not known.has("nik", one, ""), "a number alone tells nothing"
    assert not known.has("nik", nik(77), "Budi"), "a chair may own a shop"
    assert not known.has("nik", number, "Muhammad Rizki")


async def test_without_an_owners_name_the_name_of_the_business_counts(client: httpx.AsyncClient, world: World) -> None:
    one, two, three = nik(), nik(), nik()
    nameless = item(nik=three, legal_name="Bengkel Jaya")
    nameless["answers"]["owner"].pop("name")
    await outcomes(
        client,
        world,
        "enumerator.1",
        owned(None, nik=one, legal_name="Bengkel Jaya"),
        owned(None, nik=two, legal_name="Bengkel Jaya"),
        nameless,
    )
    known = await known_to(client, world)
    assert all(known.has("nik", number, "bengkel djaya") for number in (one, two, three))


async def test_a_number_that_only_a_duplicate_says_is_known_once_a_person_decided(
    client: httpx.AsyncClient, world: World
) -> None:
    one, number = nik(), nib()
    await outcomes(client, world, "enumerator.1", item(nik=one))
    assert await outcomes(client, world, "enumerator.2", item(nik=one, nib=number)) == ["duplicate"]
    (case,) = (await client.get("/v1/duplicates", headers=world.auth("officer"))).json()["items"]
    body = {"decision": "same", "reason": "Diperiksa di lapangan"}
    path = f"/v1/duplicates/{case['id']}/resolution"
    assert (await client.post(path, json=body, headers=world.auth("officer"))).is_success
    assert (await known_to(client, world)).has("nib", number, "Sari")


async def test_a_number_that_was_corrected_away_is_no_longer_known(client: httpx.AsyncClient, world: World) -> None:
    sent = item(nik=nik(1))
    await outcomes(client, world, "enumerator.1", sent)
    first = await known_to(client, world)
    other = {**sent, "revision": 2, "answers": {**sent["answers"], "owner": {"nik": nik(2), "name": "Sari"}}}
    assert await outcomes(client, world, "enumerator.1", other) == ["updated"]
    known = await known_to(client, world, since="0" * 32)
    assert first.has("nik", nik(1), "Sari")
    assert not known.has("nik", nik(1), "Sari")
    assert known.has("nik", nik(2), "Sari")


async def test_it_comes_only_when_it_changed(client: httpx.AsyncClient, world: World) -> None:
    await outcomes(client, world, "enumerator.1", item(nik=nik()))
    first = await ask(client, world)
    again = await ask(client, world, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    await outcomes(client, world, "enumerator.2", item(nik=nik()))
    changed = await ask(client, world, headers={"If-None-Match": first.headers["etag"]})
    assert changed.status_code == 200
    assert changed.headers["etag"] != first.headers["etag"]


async def test_it_knows_only_where_one_works(client: httpx.AsyncClient, world: World, pg: asyncpg.Connection) -> None:
    here, next_door, far = nik(), nik(), nik()
    await outcomes(
        client,
        world,
        "enumerator.1",
        item(nik=here),
        item(nik=next_door, region=NEIGHBOUR),
        item(nik=far, region=OTHER_VILLAGE),
    )
    for regions, expected in (
        ([VILLAGE], (True, False, False)),
        ([VILLAGE, OTHER_VILLAGE], (True, False, True)),
        (["16.01.14"], (True, True, False)),
        ([NEIGHBOUR, "16.01.14"], (True, True, False)),
        (["16"], (True, True, True)),
    ):
        await assign(pg, world, "enumerator.2", *regions)
        known = await known_to(client, world, "enumerator.2")
        assert tuple(known.has("nik", each, "Sari") for each in (here, next_door, far)) == expected, regions
        assert len(known.fingerprints) == sum(expected)
    await assign(pg, world, "enumerator.2", VILLAGE, ends_on=date(2022, 9, 1))
    assert (await ask(client, world, "enumerator.2")).status_code == 404, "that is over"
    await assign(pg, world, "enumerator.2")
    assert (await ask(client, world, "enumerator.2")).status_code == 404


async def test_a_business_that_moves_is_known_where_it_is(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    sent = item(nik=nik())
    await outcomes(client, world, "enumerator.1", sent)
    await assign(pg, world, "enumerator.2", VILLAGE)
    await assign(pg, world, "enumerator.3", NEIGHBOUR)
    assert (await known_to(client, world, "enumerator.2")).fingerprints
    assert await outcomes(client, world, "enumerator.1", {**sent, "revision": 2, "region_code": NEIGHBOUR}) == [
        "updated"
    ]
    assert not (await known_to(client, world, "enumerator.2")).fingerprints
    assert (await known_to(client, world, "enumerator.3")).fingerprints


async def test_it_is_kept_for_a_while(
    client: httpx.AsyncClient, world: World, app: FastAPI, pg: asyncpg.Connection
) -> None:
    app.state.services.known_identities.refresh_s = 600
    await outcomes(client, world, "enumerator.1", item(nik=nik()))
    first = await ask(client, world)
    await outcomes(client, world, "enumerator.1", item(nik=nik()))
    assert (await ask(client, world, "enumerator.2")).content == first.content
    await pg.execute(f"UPDATE known_filter SET {earlier(timedelta(minutes=11), 'made_at')}")
    assert (await ask(client, world)).content != first.content


async def test_many_tablets_of_one_area_cost_one_making(
    client: httpx.AsyncClient, world: World, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The numbers are read once for the regency, whoever asks for which part of it, and merged once for each area."""
    held = app.state.services.known_identities
    held.refresh_s = 600
    await outcomes(client, world, "enumerator.1", *(item(nik=nik()) for _ in range(3)))
    made: Counter[str] = Counter()
    for name in ("_built", "_merge"):
        monkeypatch.setattr(type(held), name, _counting(made, name, getattr(type(held), name)))
    for who in ("enumerator.1", "enumerator.2", "enumerator.3") * 3:
        await known_to(client, world, who)
    assert made == {"_built": 1, "_merge": 1}


def _counting(made: Counter[str], name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    def counted(*args: Any) -> Any:
        made[name] += 1
        return function(*args)

    return counted


async def test_every_download_is_in_the_trail(client: httpx.AsyncClient, world: World, pg: asyncpg.Connection) -> None:
    await outcomes(client, world, "enumerator.1", item(nik=nik()))
    await assign(pg, world, "enumerator.1", VILLAGE, "16.01.13")
    first = await ask(client, world)
    await ask(client, world, headers={"If-None-Match": first.headers["etag"]})
    await ask(client, world, "enumerator.2")
    await ask(client, world, region="16.71")
    rows = await pg.fetch(
        "SELECT actor_id, subject_type, subject_id, detail::text, trace_id FROM audit_event"
        " WHERE action = 'known_identities.read' ORDER BY id"
    )
    assert [row["actor_id"] for row in rows] == [world.id("enumerator.1"), world.id("enumerator.2")]
    assert {(row["subject_type"], row["subject_id"]) for row in rows} == {("region", "16.01")}
    assert [json.loads(row["detail"]) for row in rows] == [
        {"campaign": "pl-kumkm-2022", "areas": areas, "numbers": 1} for areas in (["16.01.13", VILLAGE], ["16.01"])
    ]
    assert rows[0]["trace_id"] == first.headers["x-request-id"]


@each(
    "accept",
    [
        None,
        "*/*",
        "application/*",
        "application/vnd.kumkm.known-identities",
        "application/json",
        f"{KNOWN_IDENTITIES};q=0, */*",
    ],
)
async def test_who_does_not_ask_for_version_2_is_told_that_1_is_gone(
    client: httpx.AsyncClient, world: World, accept: str | None
) -> None:
    """An app of version 1 names no type: it goes on without a filter, and its problem says what to do."""
    headers = {**world.auth("enumerator.1"), **({"Accept": accept} if accept else {})}
    answer = await client.get("/v1/sync/known-identities", params={"region": "16.01"}, headers=headers)
    told = answer.json()
    assert (answer.status_code, told["code"], told["retryable"]) == (404, "known_filter_retired", False)
    assert "Accept" in told["detail"]


@each("region", ["16", "16.71", "16.01.14", "99.99", "x", "ID", ""])
async def test_only_the_regency_where_one_works(client: httpx.AsyncClient, world: World, region: str) -> None:
    answer = await ask(client, world, region=region)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_another_campaign_has_another_filter_under_the_same_key(client: httpx.AsyncClient, world: World) -> None:
    """Under two keys each would rule out false hits of the other."""
    await outcomes(client, world, "enumerator.1", item(nik=nik()))
    first, other = await known_to(client, world), await known_to(client, world, campaign="pl-kumkm-2023")
    assert not other.fingerprints
    assert other.key == first.key
    assert (await ask(client, world, campaign="nothing")).json()["code"] == "unknown_campaign"


async def test_the_table_tells_nothing_even_to_who_has_a_tablets_key(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    """What is kept are whole hashes, so they are sealed under a key that goes to nobody."""
    number = nik()
    await outcomes(client, world, "enumerator.1", owned("Sari", nik=number))
    known = await known_to(client, world)
    (kept,) = await pg.fetch("SELECT * FROM known_filter WHERE length(region_code) = 13")
    told = hash64(known.key, Said("nik", number, phonetic_name("Sari")))
    for order in ("little", "big"):
        assert told.to_bytes(8, order) not in kept["sealed"]
    assert known.key not in b"".join(map(bytes, (kept["sealed"], kept["tag"])))
    with pytest.raises(UnsealError):
        KeyRing({1: known.key}).unseal(kept["sealed"], f"1:{VILLAGE}".encode())


async def test_another_digest_key_makes_them_anew(client: httpx.AsyncClient, world: World, app: FastAPI) -> None:
    number = nik()
    await outcomes(client, world, "enumerator.1", owned("Sari", nik=number))
    held = app.state.services.known_identities
    held.refresh_s = 600
    first = await ask(client, world)
    held.secret = bytes(32)
    second = await ask(client, world, headers={"If-None-Match": first.headers["etag"]})
    known = Known.read(second.content)
    assert known.key != Known.read(first.content).key
    assert known.has("nik", number, "Sari")


async def test_reference_comes_once_and_then_only_when_it_changed(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    headers = world.auth("enumerator.1")
    first = await client.get("/v1/sync/reference", headers=headers)
    told = first.json()
    codes = {region["code"] for region in told["regions"]}
    assert {"16.01", "16.01.14", "16.01.14.1003"} <= codes
    assert all(code.startswith("16.01") for code in codes)
    assert len(told["kbli"]) == 1790
    assert len(told["provinces"]) == 38
    assert set(told["questionnaires"]) == {"umkm@1", "koperasi@1", "umkm@2", "koperasi@2", "visit@1"}
    conditional = {**headers, "If-None-Match": first.headers["etag"]}
    assert (await client.get("/v1/sync/reference", headers=conditional)).status_code == 304
    await pg.execute("UPDATE region SET name = 'Baru' WHERE code = '16.01.14.1003'")
    assert (await client.get("/v1/sync/reference", headers=conditional)).status_code == 200
