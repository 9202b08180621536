"""Owners with several businesses, from the tablet to the figures, over two campaigns."""

import asyncio
from typing import Any

import asyncpg
import pytest
import uuid_utils.compat as uuids
from disputes import Queue, counted, only_case
from families import BENGKEL, STRANGER, TAILOR, WARUNG, Census, door, of
from shapes import Json, the
from world import OTHER_VILLAGE, VILLAGE, World, batch, item, nib, nik, put

from app.recount import drift
from app.upgrading.fills import STEPS, shared_numbers
from app.upgrading.steps import fill

EMBEDDED_IS_ENOUGH = True
YEARS = ("2022", "2023")


def codes(line: Json) -> list[str]:
    return [warning["code"] for warning in line["warnings"]]


async def entered(queue: Queue, year: str) -> tuple[int, int, int]:
    path = "progress/regions/16.01"
    row = (await queue.act("GET", path, campaign=f"pl-kumkm-{year}", as_of=f"{year}-09-12")).json()["item"]
    return row["entered"], row["duplicates"], row["conflicts"]


async def cases(queue: Queue, **params: Any) -> list[Json]:
    items: list[Json] = (await queue.act("GET", "duplicates", **params)).json()["items"]
    return items


async def test_an_honest_family_of_three_businesses_counts_three_in_each_campaign(
    census: Census, queue: Queue, pg: asyncpg.Connection
) -> None:
    number = nik()
    marks: tuple[Json, ...] = ({}, {"mark": True}, {"mark": True})
    family = [door(number, **each, **mark) for each, mark in zip((WARUNG, BENGKEL, TAILOR), marks, strict=True)]
    first = await census.send(*family)
    assert of(first) == ["accepted"] * 3
    assert [codes(line) for line in first] == [[], ["owner_known"], ["owner_known"]]
    assert {line["client_action"] for line in first} == {"purge"}
    assert await entered(queue, "2022") == (3, 0, 0)
    open_cases = await cases(queue)
    assert [case["kind"] for case in open_cases] == ["same_owner"] * 2
    assert {tuple(case["differs"]) for case in open_cases} == {
        ("marked", "other_name", "other_activity"),
        ("marked", "other_name", "other_activity", "other_place"),
    }
    for case in open_cases:  # nothing changes, and nobody is asked again
        await queue.resolve(case["id"], "separate")
    assert await entered(queue, "2022") == (3, 0, 0)
    assert await drift(pg) == []
    # A second visit to each finds the right one, marked or not.
    again = await census.send(*[door(number, **each) for each in (TAILOR, WARUNG, BENGKEL)], who="enumerator.2")
    assert of(again) == ["duplicate"] * 3
    assert [line["business_id"] for line in again] == [first[place]["business_id"] for place in (2, 0, 1)]
    later = await census.send(
        *[door(number, year="2023", **each) for each in (BENGKEL, TAILOR, WARUNG)], who="enumerator.3", year="2023"
    )
    assert of(later) == ["accepted"] * 3
    assert [line["business_id"] for line in later] == [first[place]["business_id"] for place in (1, 2, 0)]
    assert not any(line["warnings"] for line in later)
    assert await entered(queue, "2023") == (3, 0, 0)
    assert await entered(queue, "2022") == (3, 3, 0)
    assert await drift(pg) == []


async def test_the_batches_of_a_family_may_come_in_any_order(census: Census, pg: asyncpg.Connection) -> None:
    number = nik()
    lines = [
        line
        for said in ({**BENGKEL, "mark": True}, WARUNG, {**TAILOR, "mark": True}, WARUNG)
        for line in await census.send(door(number, **said))
    ]
    assert of(lines) == ["accepted"] * 3 + ["duplicate"]
    assert await drift(pg) == []


@pytest.mark.parametrize("at_once", [False, True])
async def test_what_came_in_as_another_business_is_not_revised_into_a_copy(
    census: Census, queue: Queue, pg: asyncpg.Connection, at_once: bool
) -> None:
    number = nik()
    assert of(await census.send(door(number, **WARUNG))) == ["accepted"]
    invented = door(number, mark=True, **BENGKEL)
    harmless = {**door(number, mark=True, **BENGKEL, phone="08127800002"), "revision": 2}
    copy = {**door(number, mark=True, **WARUNG), "revision": 3}
    sent = [each | {"record_id": invented["record_id"]} for each in (invented, harmless, copy)]
    groups = [sent] if at_once else [[each] for each in sent]
    found = [line for group in groups for line in await census.send(*group, who="enumerator.2")]
    assert of(found) == ["accepted", "updated", "conflict"]
    names = [row[0] for row in await pg.fetch("SELECT name FROM business ORDER BY id")]
    assert len(set(names)) == 2, "what was accepted stays in force"
    assert await drift(pg) == []
    family = await only_case(queue.act, kind="same_owner")
    assert family["record"]["revision"] == 2, "as it is in force"
    case = await only_case(queue.act, kind="conflict")
    await queue.resolve(case["id"], "separate")
    assert (await entered(queue, "2022"))[0] == 2
    assert await drift(pg) == []
    await queue.undo(case["id"])
    await queue.resolve(case["id"], "same")
    assert (await entered(queue, "2022"))[0] == 1
    assert await drift(pg) == []
    await queue.undo(case["id"])
    assert (await entered(queue, "2022"))[0] == 2
    assert await drift(pg) == []


async def test_a_cheat_who_marks_everything_is_paid_once(census: Census, queue: Queue, pg: asyncpg.Connection) -> None:
    numbers = [nik() for _ in range(5)]
    honest = [door(number, owner=f"Pemilik {name}", **WARUNG) for number, name in zip(numbers, NAMES, strict=True)]
    assert of(await census.send(*honest)) == ["accepted"] * 5
    copies = [
        door(number, owner=f"Pemilik {name}", mark=True, **said)
        for number, name in zip(numbers, NAMES, strict=True)
        for said in (WARUNG, {**WARUNG, "legal_name": "Kedai Nasi"}, {**WARUNG, "kbli": "47112"})
    ]
    assert of(await census.send(*copies, who="enumerator.2")) == ["duplicate"] * 15
    assert await entered(queue, "2022") == (5, 15, 0)
    # What he invents whole counts, with a warning and a case for each, and is taken back when it is found out.
    (invented,) = await census.send(door(numbers[0], owner="Pemilik Tuti", mark=True, **TAILOR), who="enumerator.2")
    assert (invented["outcome"], codes(invented)) == ("accepted", ["owner_known"])
    case = await only_case(queue.act, kind="same_owner")
    before = await queue.picture()
    await queue.resolve(case["id"], "same")
    assert await entered(queue, "2022") == (5, 16, 0)
    assert await drift(pg) == []
    await queue.undo(case["id"])
    assert await queue.picture() == before
    assert await drift(pg) == []
    await queue.resolve(case["id"], "wrong_identity")
    assert await pg.fetchval("SELECT count(*) FROM shared_number") == 0, "the number is free at once"
    assert await drift(pg) == []
    (corrected,) = await census.send(
        {**door(nik(), owner="Pemilik Tuti", **TAILOR), "record_id": invented["record_id"], "revision": 2},
        who="enumerator.2",
    )
    assert corrected["outcome"] == "updated"
    assert await pg.fetchval("SELECT count(*) FROM shared_number") == 0
    assert await drift(pg) == []


NAMES = ("Tuti", "Wawan", "Bambang", "Yohanes", "Fitriani")


@pytest.mark.parametrize("wrong", ["the later", "the earlier"])
async def test_a_slip_that_hits_a_strangers_nik_waits_first_in_the_queue(
    census: Census, queue: Queue, pg: asyncpg.Connection, wrong: str
) -> None:
    number = nik()
    owners, slip = (WARUNG, STRANGER) if wrong == "the later" else (STRANGER, WARUNG)
    shop = nik()
    (first, _), (torn,) = (
        await census.send(door(number, **owners), door(shop, **BENGKEL)),
        await census.send(door(shop, **BENGKEL), who="enumerator.2"),
    )
    assert torn["outcome"] == "duplicate"
    (hit,) = await census.send(door(number, **slip, nib=nib()), who="enumerator.3")
    assert (hit["outcome"], hit["client_action"], hit["business_id"]) == ("conflict", "keep", None)
    assert codes(hit) == ["number_of_another"]
    assert await entered(queue, "2022") == (2, 1, 1)
    queued = await cases(queue)
    assert [case["kind"] for case in queued] == ["wrong_number", "duplicate"]
    paged = (await queue.act("GET", "duplicates", limit=1)).json()
    (rest,) = (await queue.act("GET", "duplicates", limit=1, cursor=paged["next_cursor"])).json()["items"]
    assert [paged["items"][0]["id"], rest["id"]] == [case["id"] for case in queued]
    case, before = queued[0], await queue.picture()
    assert "other_owner" in case["differs"]
    at_fault = hit["record_id"] if wrong == "the later" else first["record_id"]
    await queue.resolve(case["id"], "wrong_identity", wrong_record_id=at_fault)
    assert await entered(queue, "2022") == ((2, 1, 1) if wrong == "the later" else (3, 1, 0))
    assert await drift(pg) == []
    await queue.undo(case["id"])
    assert await queue.picture() == before
    assert await drift(pg) == []
    await queue.resolve(case["id"], "wrong_identity", wrong_record_id=at_fault)
    said, who = (slip, "enumerator.3") if wrong == "the later" else (owners, "enumerator.1")
    (mended,) = await census.send({**door(nik(), **said), "record_id": at_fault, "revision": 2}, who=who)
    assert mended["outcome"] == ("accepted" if wrong == "the later" else "updated")
    assert await entered(queue, "2022") == (3, 1, 0)
    # Both are known again as themselves.
    later = await census.send(door(number, year="2023", **(owners if wrong == "the later" else slip)), year="2023")
    assert of(later) == ["accepted"]
    assert await drift(pg) == []


async def test_a_cooperative_and_its_chairs_shop_are_two(census: Census, queue: Queue, pg: asyncpg.Connection) -> None:
    number = nik()
    unit = {
        "legal_name": "KUD Makmur",
        "cooperative_number": "1601020010001",
        "kbli": "47112",
        "chair": {"name": "Sari Dewi", "nik": number},
    }
    for year in YEARS:
        coop = {
            **item(answers=unit, captured_at=f"{year}-09-12T09:00:00+07:00"),
            "questionnaire": "koperasi@1",
        }
        shop = door(number, year=year, legal_name="Toko KUD Makmur", kbli="47112")
        lines = await census.send(coop, shop, year=year)
        assert of(lines) == ["accepted"] * 2
        assert not any(line["warnings"] for line in lines)
        assert await entered(queue, year) == (2, 0, 0)
    assert await pg.fetchval("SELECT count(*) FROM business") == 2
    assert await cases(queue) == []
    assert await drift(pg) == []


async def test_what_was_separated_before_is_known_again_as_itself(
    census: Census, queue: Queue, pg: asyncpg.Connection
) -> None:
    """Two alike, which a person found to be two; by a release that had no directory of those that share a number."""
    number = nik()
    first, second = await census.send(door(number, **WARUNG), door(number, **WARUNG))
    assert of([first, second]) == ["accepted", "duplicate"]
    case = await only_case(queue.act)
    await queue.resolve(case["id"], "separate")
    separated = await pg.fetchval("SELECT business_id FROM record WHERE record_id = $1", second["record_id"])
    before = await pg.fetch("SELECT * FROM shared_number")
    await pg.execute("DELETE FROM shared_number")
    assert [drifted.figure for drifted in await drift(pg)] == ["share_not_known"]
    step = next(each for each in STEPS if each.work is shared_numbers)
    await pg.execute("DELETE FROM data_step WHERE name = $1", step.name)
    assert [each.filled for each in await fill(pg, [step], None, lambda *_: None)] == [1]
    assert await pg.fetch("SELECT * FROM shared_number") == before
    assert await drift(pg) == []
    later = await census.send(*(door(number, year="2023", **WARUNG) for _ in range(3)), year="2023")
    assert of(later) == ["accepted", "accepted", "duplicate"]
    assert {line["business_id"] for line in later} == {first["business_id"], str(separated)}
    assert await drift(pg) == []


async def test_decisions_that_rest_on_one_another_are_undone_in_their_order(
    census: Census, queue: Queue, pg: asyncpg.Connection
) -> None:
    number = nik()
    await census.send(door(number, **WARUNG), door(number, **BENGKEL), door(number, mark=True, **TAILOR))
    by_kind = {case["kind"]: case["id"] for case in await cases(queue)}
    before = await queue.picture()
    await queue.resolve(by_kind["duplicate"], "separate")
    between = await queue.picture()
    await queue.resolve(by_kind["same_owner"], "same")
    await counted(queue.picture, entered=2, duplicates=1)
    await queue.undo(by_kind["same_owner"])
    assert await queue.picture() == between
    await queue.undo(by_kind["duplicate"])
    assert await queue.picture() == before
    await queue.undo(by_kind["duplicate"], status=409)
    assert await drift(pg) == []


@pytest.mark.proof
async def test_an_agents_own_number_in_five_hundred_records_stays_one_owner_of_few(
    census: Census, queue: Queue, pg: asyncpg.Connection
) -> None:
    number = nik()
    many = [
        door(number, mark=True, legal_name=f"{kind} {word}", kbli=f"{kbli}")
        for kind, kbli in (("Toko", 47112), ("Bengkel", 45407), ("Salon", 96111), ("Jahit", 14120), ("Warung", 56101))
        for word in (f"{a}{b}{c}a" for a in "bdkl" for b in "aiu" for c in "mnrst")
    ]
    lines = [line for begin in range(0, 300, 100) for line in await census.send(*many[begin : begin + 100])]
    taken = of(lines).count("accepted")
    assert taken <= 20
    assert await entered(queue, "2022") == (taken, 300 - taken, 0)
    page = (await queue.act("GET", "duplicates", limit=1000)).json()["items"]
    assert len(page) == 299
    await queue.resolve(page[0]["id"], "separate")
    assert await drift(pg) == []


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0)])
async def test_tablets_that_send_an_owners_businesses_at_once_make_each_of_them_once(
    census: Census, queue: Queue, pg: asyncpg.Connection, world: World, order: tuple[int, ...]
) -> None:
    """Six tablets know all three, and each sends them in batches of its own, in two orders."""
    number = nik()
    marks: tuple[Json, ...] = ({}, {"mark": True}, {"mark": True})
    sold = [{**each, **mark, "nib": nib()} for each, mark in zip((WARUNG, BENGKEL, TAILOR), marks, strict=True)]

    async def tablet(n: int) -> list[Json]:
        found = []
        for place in order if n % 2 else reversed(order):
            body, batch_id = batch(door(number, **sold[place])), uuids.uuid7()
            for _ in range(100):
                answer = await put(census.client, world, f"enumerator.{n}", body, batch_id=batch_id)
                if answer.status_code not in (409, 503):
                    break
                await asyncio.sleep(0.02)
            assert answer.status_code == 201, answer.text
            found += answer.json()["items"]
        return found

    lines = [line for each in await asyncio.gather(*map(tablet, range(1, 7))) for line in each]
    assert sorted(of(lines)) == ["accepted"] * 3 + ["duplicate"] * 15
    assert await pg.fetchval("SELECT count(*) FROM business") == 3
    assert await pg.fetchval("SELECT count(*) FROM shared_number") == 2
    assert await entered(queue, "2022") == (3, 15, 0)
    assert await drift(pg) == []


@pytest.mark.parametrize("year", YEARS)
async def test_a_business_that_was_sold_keeps_its_id_and_frees_the_nik_of_its_former_owner(
    census: Census, queue: Queue, pg: asyncpg.Connection, year: str
) -> None:
    seller, buyer, permit = nik(), nik(), nib()
    (first,) = await census.send(door(seller, **WARUNG, nib=permit))
    path = f"submissions/{first['record_id']}/review"
    assert (await queue.act("POST", path, body={"decision": "verified"})).is_success
    renamed: Json = {**WARUNG, "legal_name": "RM Hendra", "owner": "Hendra Gunawan", "nib": permit, "year": year}
    (sold,) = await census.send(door(buyer, **renamed), who="enumerator.2", year=year)
    assert sold["outcome"] == "conflict"
    case, before = await only_case(queue.act), await queue.picture()
    await queue.resolve(case["id"], "owner_changed")
    business = await pg.fetchrow("SELECT id::text, name, record_id::text FROM business WHERE merged_into IS NULL")
    assert tuple(the(business)) == (first["business_id"], "RM Hendra", sold["record_id"])
    news = (await queue.act("GET", "sync/changes", "enumerator.2")).json()["items"]
    assert [(each["decision"], each["outcome"]) for each in news if each["kind"] == "resolution"] == [
        ("same", "accepted")
    ]
    assert await entered(queue, "2022") == ((1, 1, 0) if year == "2022" else (1, 0, 0))
    assert await entered(queue, "2023") == ((0, 0, 0) if year == "2022" else (1, 0, 0))
    assert await drift(pg) == []
    assert await pg.fetchval("SELECT review_state FROM business") == "unreviewed"
    await queue.undo(case["id"])
    assert await queue.picture() == before
    assert await pg.fetchval("SELECT review_state FROM business") == "verified"
    assert await drift(pg) == []
    await queue.resolve(case["id"], "owner_changed")
    # The former owner's next business is his own, and the buyer is known as the owner of this one.
    lines = await census.send(
        door(seller, **TAILOR, year=year), door(buyer, **{**renamed, "nib": None}), who="enumerator.3", year=year
    )
    assert of(lines) == ["accepted", "duplicate"]
    assert lines[1]["business_id"] == first["business_id"] != lines[0]["business_id"]
    await queue.undo(case["id"], status=409)
    assert await drift(pg) == []


async def test_a_business_that_moved_is_known_again_where_it_is_now(
    census: Census, queue: Queue, pg: asyncpg.Connection
) -> None:
    number = nik()
    (first,) = await census.send(door(number, **WARUNG))
    moved = {**WARUNG, "region": OTHER_VILLAGE, "year": "2023"}
    (there,) = await census.send(door(number, **moved), year="2023")
    assert (there["outcome"], there["business_id"], there["warnings"]) == ("accepted", first["business_id"], [])
    row = await pg.fetchrow("SELECT region_code, former_region_codes FROM business")
    assert tuple(the(row)) == (OTHER_VILLAGE, [VILLAGE])
    assert of(await census.send(door(number, **moved, mark=True), who="enumerator.2", year="2023")) == ["duplicate"]
    assert (await entered(queue, "2022"), await entered(queue, "2023")) == ((1, 0, 0), (1, 1, 0))
    assert await drift(pg) == []


async def test_only_a_business_with_another_owner_than_the_record_says_was_sold(
    census: Census, queue: Queue, pg: asyncpg.Connection
) -> None:
    number = nik()
    await census.send(door(number, **WARUNG), door(number, **BENGKEL), door(number, mark=True, **TAILOR))
    for case in await cases(queue):
        await queue.resolve(case["id"], "owner_changed", status=409)
    assert await drift(pg) == []
