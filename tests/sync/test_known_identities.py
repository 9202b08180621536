"""The doorstep warning: what is in the register hits, whole or as what is new, and only for those who work there."""

import pytest
from one_by_one import each
from pydantic import SecretStr
from world import batch, item, nib, nik, outcomes, put

from kumkm_tablet.known import Known

EMBEDDED_IS_ENOUGH = True
KEY = "cFfxdCgMR_mNQIBFXzJFaiKp-vA9I2sdhEaqoF88nWs"


async def ask(client, world, who="enumerator.1", region="16.01", headers=None, **params):
    return await client.get(
        "/v1/sync/known-identities", params={"region": region, **params},
        headers={**world.auth(who), **(headers or {})},
    )  # fmt: skip


@pytest.fixture
def settings(settings):
    """Made anew whenever somebody asks; always under the same key, so that no stranger looks known by chance."""
    return settings.model_copy(update={"filter_refresh_s": 0, "digest_key": SecretStr(KEY)})


async def test_what_is_recorded_hits_and_what_is_not_does_not(client, world):
    one, two, number = nik(1), nik(2), nib(3)
    await outcomes(client, world, "enumerator.1", item(nik=one), item(nik=two, nib=number))
    coop = {"legal_name": "KUD Makmur", "cooperative_number": "1601020010001", "kbli": "64141",
            "chair": {"nik": nik(77)}}  # fmt: skip
    await put(client, world, "enumerator.2", batch({**item(answers=coop), "questionnaire": "koperasi@1"}))
    known = Known.read((await ask(client, world)).content)
    assert known.has("nik", one)
    assert known.has("nik", two)
    assert known.has("nib", number)
    assert known.has("cooperative_number", "1601020010001")
    assert not known.has("nik", nik(77))  # a chair may own a shop
    assert not known.has("nik", number)


async def test_a_number_that_a_duplicate_added_is_known(client, world):
    one, number = nik(), nib()
    await outcomes(client, world, "enumerator.1", item(nik=one))
    assert await outcomes(client, world, "enumerator.2", item(nik=one, nib=number)) == ["duplicate"]
    assert Known.read((await ask(client, world)).content).has("nib", number)


async def test_a_number_that_was_corrected_away_is_no_longer_known(client, world):
    sent = item(nik=nik(1))
    await outcomes(client, world, "enumerator.1", sent)
    first = await ask(client, world)
    other = {**sent, "revision": 2, "answers": {**sent["answers"], "owner": {"nik": nik(2)}}}
    assert await outcomes(client, world, "enumerator.1", other) == ["updated"]
    since = await ask(client, world, since=first.headers["etag"].strip('"'))
    known = Known.read(since.content)
    assert known.base is None, "whole: what is new takes no number away"
    assert not known.has("nik", sent["answers"]["owner"]["nik"])
    assert known.has("nik", other["answers"]["owner"]["nik"])


async def test_a_tablet_gets_only_what_is_new(client, world):
    await outcomes(client, world, "enumerator.1", *(item(nik=nik(n)) for n in range(100, 140)))
    first = await ask(client, world)
    tag = first.headers["etag"]
    again = await ask(client, world, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    new = next(number for number in map(nik, range(500, 600)) if not Known.read(first.content).has("nik", number))
    await outcomes(client, world, "enumerator.2", item(nik=new))
    second = await ask(client, world, since=tag.strip('"'))
    delta = Known.read(second.content)
    assert delta.base is not None
    assert len(delta.fingerprints) == 1
    known = Known.read(first.content).plus(delta)
    assert known.has("nik", new)
    assert f'"{known.tag.hex()}"' == second.headers["etag"]
    unknown = await ask(client, world, since="0" * 32)
    assert Known.read(unknown.content).base is None


async def test_it_is_kept_for_a_while(client, world, app, pg):
    object.__setattr__(app.state.services, "settings", app.state.services.settings.model_copy(
        update={"filter_refresh_s": 600}))  # fmt: skip
    await outcomes(client, world, "enumerator.1", item(nik=nik()))
    first = await ask(client, world)
    await outcomes(client, world, "enumerator.1", item(nik=nik()))
    assert (await ask(client, world, "enumerator.2")).content == first.content
    await pg.execute("UPDATE known_filter SET made_at = made_at - interval '11 minutes'")
    assert (await ask(client, world)).content != first.content


async def test_old_editions_go(client, world, pg):
    for _ in range(10):
        await outcomes(client, world, "enumerator.1", item(nik=nik()))
        await ask(client, world)
    assert await pg.fetchval("SELECT count(*) FROM known_filter") == 8


@each("region", ["16", "16.71", "16.01.14", "99.99", "x", "ID", ""])
async def test_only_the_regency_where_one_works(client, world, region):
    answer = await ask(client, world, region=region)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_another_campaign_has_another_filter(client, world):
    one = nik()
    await outcomes(client, world, "enumerator.1", item(nik=one))
    first, other = Known.read((await ask(client, world)).content), await ask(client, world, campaign="pl-kumkm-2023")
    assert not Known.read(other.content).fingerprints
    assert Known.read(other.content).key != first.key
    assert (await ask(client, world, campaign="nothing")).json()["code"] == "unknown_campaign"


async def test_the_table_tells_nothing_without_the_key(client, world, pg, settings):
    """What is kept are fingerprints under a key that is derived from the server's and stands in no table."""
    await outcomes(client, world, "enumerator.1", item(nik=nik()))
    key = Known.read((await ask(client, world)).content).key
    kept = await pg.fetchval("SELECT packed FROM known_filter LIMIT 1")
    assert key not in kept


async def test_reference_comes_once_and_then_only_when_it_changed(client, world, pg):
    headers = world.auth("enumerator.1")
    first = await client.get("/v1/sync/reference", headers=headers)
    told = first.json()
    codes = {region["code"] for region in told["regions"]}
    assert {"16.01", "16.01.14", "16.01.14.1003"} <= codes
    assert all(code.startswith("16.01") for code in codes)
    assert len(told["kbli"]) == 1790
    assert len(told["provinces"]) == 38
    assert set(told["questionnaires"]) == {"umkm@1", "koperasi@1"}
    conditional = {**headers, "If-None-Match": first.headers["etag"]}
    assert (await client.get("/v1/sync/reference", headers=conditional)).status_code == 304
    await pg.execute("UPDATE region SET name = 'Baru' WHERE code = '16.01.14.1003'")
    assert (await client.get("/v1/sync/reference", headers=conditional)).status_code == 200
