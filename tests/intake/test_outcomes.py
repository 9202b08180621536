"""Every outcome of the contract, over HTTP."""

import asyncpg
import httpx
import pytest
import uuid_utils.compat as uuids
from shapes import Json, the
from world import OTHER_VILLAGE, PALEMBANG_VILLAGE, World, batch, counts, item, nib, nik, outcomes, put

from app.core.clock import SetClock

EMBEDDED_IS_ENOUGH = True


async def test_the_contracts_example_is_accepted(client: httpx.AsyncClient, world: World) -> None:
    answer = await put(client, world, "enumerator.1", batch(item(nik="1601145203850001", nib=None)))
    assert answer.status_code == 201
    receipt = answer.json()
    assert receipt["item_count"] == 1
    assert receipt["counts"] == counts(accepted=1)
    line = receipt["items"][0]
    assert line["outcome"] == "accepted"
    assert line["client_action"] == "purge"
    assert line["business_id"]
    assert line["matched_on"] == line["errors"] == line["warnings"] == []


async def test_the_least_cooperative_is_accepted(client: httpx.AsyncClient, world: World) -> None:
    answers = {"legal_name": "KUD Makmur", "cooperative_number": "1601020010001", "kbli": "64141"}
    said = {**item(answers=answers), "questionnaire": "koperasi@1"}
    assert await outcomes(client, world, "enumerator.1", said) == ["accepted"]
    again = {**item(answers=answers), "questionnaire": "koperasi@1"}
    answer = await put(client, world, "enumerator.2", batch(again))
    assert answer.json()["items"][0]["matched_on"] == ["cooperative_number"]


async def test_a_chair_may_own_a_shop(client: httpx.AsyncClient, world: World) -> None:
    number = nik()
    coop = {"legal_name": "KUD", "cooperative_number": "16010200", "kbli": "64141", "chair": {"nik": number}}
    said = {**item(answers=coop), "questionnaire": "koperasi@1"}
    assert await outcomes(client, world, "enumerator.1", said, item(nik=number)) == ["accepted", "accepted"]


async def test_the_second_tablet_with_the_same_nik_gets_a_duplicate_that_tells_nothing(
    client: httpx.AsyncClient, world: World
) -> None:
    number = nik()
    first = (await put(client, world, "enumerator.1", batch(item(nik=number)))).json()["items"][0]
    answer = await put(client, world, "enumerator.2", batch(item(nik=number, legal_name="Toko Lain")))
    line = answer.json()["items"][0]
    assert (line["outcome"], line["client_action"], line["matched_on"]) == ("duplicate", "purge", ["nik"])
    assert line["business_id"] == first["business_id"]
    assert "Warung" not in answer.text


async def test_numbers_of_two_businesses_make_a_conflict(client: httpx.AsyncClient, world: World) -> None:
    one, two = nik(), nib()
    await outcomes(client, world, "enumerator.1", item(nik=one), item(nib=two))
    answer = await put(client, world, "enumerator.2", batch(item(nik=one, nib=two)))
    line = answer.json()["items"][0]
    assert (line["outcome"], line["client_action"], line["business_id"]) == ("conflict", "keep", None)
    assert line["matched_on"] == ["nik", "nib"]


async def test_another_nib_of_the_same_owner_is_a_conflict(client: httpx.AsyncClient, world: World) -> None:
    one = nik()
    assert await outcomes(client, world, "enumerator.1", item(nik=one, nib=nib()), item(nik=one, nib=nib())) == [
        "accepted",
        "conflict",
    ]


async def test_a_higher_revision_updates(client: httpx.AsyncClient, world: World) -> None:
    first = item(nik=nik())
    await outcomes(client, world, "enumerator.1", first)
    second = {**first, "revision": 2, "answers": {**first["answers"], "annual_sales_idr": 5_000_000_000}}
    assert await outcomes(client, world, "enumerator.1", second) == ["updated"]


async def test_the_business_says_what_the_newest_revision_says(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    first = item(nik=nik())
    moved = {**first, "revision": 2, "region_code": OTHER_VILLAGE}
    moved["answers"] = {**first["answers"], "legal_name": "Toko Baru", "annual_sales_idr": 5_000_000_000}
    assert await outcomes(client, world, "enumerator.1", first, moved) == ["accepted", "updated"]
    row = await pg.fetchrow("SELECT name, region_code, size_class, revision FROM business")
    assert tuple(the(row)) == ("Toko Baru", OTHER_VILLAGE, "small", 2)


async def test_the_same_record_in_another_batch_is_unchanged(client: httpx.AsyncClient, world: World) -> None:
    said = item(nik=nik())
    assert await outcomes(client, world, "enumerator.1", said, said) == ["accepted", "unchanged"]
    assert await outcomes(client, world, "enumerator.1", said) == ["unchanged"]


async def test_the_order_of_keys_is_not_content(client: httpx.AsyncClient, world: World) -> None:
    said = item(nik=nik())
    turned = dict(reversed(said.items()))
    assert await outcomes(client, world, "enumerator.1", said) == ["accepted"]
    assert await outcomes(client, world, "enumerator.1", turned) == ["unchanged"]


async def test_the_same_revision_with_other_content_is_invalid_and_kept(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    said = item(nik=nik())
    other = {**said, "answers": {**said["answers"], "legal_name": "Lain"}}
    answer = await put(client, world, "enumerator.1", batch(said, other))
    line = answer.json()["items"][1]
    assert (line["outcome"], line["client_action"]) == ("invalid", "fix")
    assert line["errors"][0]["code"] == "revision_reused"
    assert await pg.fetchval("SELECT count(*) FROM raw_item") == 1


async def test_a_record_of_another_enumerator_is_refused_and_kept(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    said = item(nik=nik())
    await outcomes(client, world, "enumerator.1", said)
    answer = await put(client, world, "enumerator.2", batch({**said, "revision": 2}))
    assert answer.json()["items"][0]["errors"][0]["code"] == "record_of_another"
    assert await pg.fetchval("SELECT count(*) FROM raw_item") == 1


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"questionnaire": "umkm@9"}, "questionnaire_newer"),
        ({"region_code": PALEMBANG_VILLAGE}, "region_outside_assignment"),
    ],
)
async def test_what_cannot_be_processed_yet_is_held_and_kept(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, change: Json, reason: str
) -> None:
    answer = await put(client, world, "enumerator.1", batch({**item(nik=nik()), **change}))
    line = answer.json()["items"][0]
    assert (line["outcome"], line["client_action"]) == ("held", "keep")
    assert [error["code"] for error in line["errors"]] == [reason]
    assert await pg.fetchval("SELECT outcome FROM raw_item WHERE resolved_on IS NULL") == "held"


async def test_a_held_item_is_accepted_when_it_comes_again_and_may(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    said = {**item(nik=nik()), "region_code": PALEMBANG_VILLAGE}
    assert await outcomes(client, world, "enumerator.1", said) == ["held"]
    await pg.execute(
        "INSERT INTO assignment (campaign_id, enumerator_id, region_code, starts_on) VALUES (1, $1, '16.71', $2)",
        world.id("enumerator.1"),
        __import__("datetime").date(2022, 9, 1),
    )
    assert await outcomes(client, world, "enumerator.1", said) == ["accepted"]
    assert await pg.fetchval("SELECT count(*) FROM raw_item WHERE resolved_on IS NULL") == 0


async def test_after_the_campaign_accepts_no_more_items_are_held(
    client: httpx.AsyncClient, world: World, clock: SetClock
) -> None:
    clock.moment = clock.moment.replace(month=12)
    answer = await put(client, world, "enumerator.1", batch(item(nik=nik()), sent_at="2022-12-12T12:00:00+07:00"))
    assert [error["code"] for error in answer.json()["items"][0]["errors"]] == ["campaign_closed"]


async def test_what_was_stored_is_unchanged_even_after_the_assignment_ended(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    said = item(nik=nik())
    await outcomes(client, world, "enumerator.1", said)
    await pg.execute("DELETE FROM assignment WHERE enumerator_id = $1", world.id("enumerator.1"))
    assert await outcomes(client, world, "enumerator.1", said, item(nik=nik())) == ["unchanged", "held"]


async def test_an_enterprise_without_numbers_is_accepted_with_a_warning(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    answer = await put(client, world, "enumerator.1", batch(item()))
    line = answer.json()["items"][0]
    assert line["outcome"] == "accepted"
    assert [warning["code"] for warning in line["warnings"]] == ["unidentified"]
    assert await pg.fetchval("SELECT unidentified FROM business")


async def test_a_business_is_accepted_again_in_a_later_campaign_and_keeps_its_id(
    client: httpx.AsyncClient, world: World, clock: SetClock, pg: asyncpg.Connection
) -> None:
    number = nik()
    first = (await put(client, world, "enumerator.1", batch(item(nik=number)))).json()["items"][0]
    clock.moment = clock.moment.replace(year=2023)
    later = {"campaign": "pl-kumkm-2023", "sent_at": "2023-09-12T12:00:00+07:00"}
    said = item(nik=number, captured_at="2023-09-12T09:00:00+07:00")
    second = (await put(client, world, "enumerator.2", batch(said, **later))).json()["items"][0]
    assert second["outcome"] == "accepted"
    assert second["business_id"] == first["business_id"]
    third = item(nik=number, captured_at="2023-09-12T09:00:00+07:00")
    assert await outcomes(client, world, "enumerator.3", third, **later) == ["duplicate"]
    assert await pg.fetchval("SELECT campaign_ids FROM business") == [1, 2]


async def test_an_earlier_round_that_was_made_later_leaves_the_answers_of_the_later_one_in_force(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    await pg.execute(
        "UPDATE campaign SET starts_on = '2022-01-01', ends_on = '2022-10-31', accepts_until = '2022-11-30'"
        " WHERE id = 2"
    )
    await pg.execute("UPDATE assignment SET starts_on = '2022-01-01' WHERE campaign_id = 2")
    number = nik()
    assert await outcomes(client, world, "enumerator.1", item(nik=number, legal_name="Warung Baru")) == ["accepted"]
    earlier = item(nik=number, legal_name="Warung Baru Sari")
    assert await outcomes(client, world, "enumerator.2", earlier, campaign="pl-kumkm-2023") == ["accepted"]
    assert await pg.fetchval("SELECT name FROM business") == "Warung Baru"


async def test_an_invalid_item_that_is_mended_no_longer_counts_as_invalid(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    said = item(nik="12", record_id=uuids.uuid7())
    assert await outcomes(client, world, "enumerator.1", said) == ["invalid"]
    mended = item(nik=nik(), record_id=said["record_id"])
    assert await outcomes(client, world, "enumerator.1", mended) == ["accepted"]
    counts = await pg.fetchrow("SELECT sum(invalid), sum(entered) FROM progress_cell")
    assert tuple(the(counts)) == (0, 1)


async def test_the_same_invalid_item_counts_once_however_often_it_comes(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    said = item(nik="12")
    for _ in range(3):
        assert await outcomes(client, world, "enumerator.1", said, said) == ["invalid", "invalid"]
    assert await pg.fetchval("SELECT sum(invalid) FROM progress_cell") == 1
    assert await pg.fetchval("SELECT count(*) FROM raw_item") == 1
