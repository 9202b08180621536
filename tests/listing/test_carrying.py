"""A round begins from the register of an earlier one; and whether businesses are still there."""

import json
import re
from datetime import UTC, date, datetime
from typing import Any

import asyncpg
import httpx
import pytest
from doors import codes
from listings import listed, states
from shapes import Call, Json
from world import VILLAGE, World, batch, item, nib, nik, put

from app.core.clock import SetClock
from app.listing.contents import carried, prefilled
from app.questionnaires.assessment import read
from app.questionnaires.catalogue import Questionnaire, find
from app.recount import drift
from kumkm_proof.bench.whole_form import filled

EMBEDDED_IS_ENOUGH = True
NEXT = "pl-kumkm-2023"
ASKED = {"campaign": NEXT, "from_campaign": "pl-kumkm-2022"}
LATER = datetime(2023, 5, 5, 5, tzinfo=UTC)
AT = "2023-05-05T09:00:00+07:00"


async def enter(client: httpx.AsyncClient, world: World, *items: Json, campaign: str = "pl-kumkm-2022") -> list[Json]:
    sent_at = "2022-09-12T12:00:00+07:00" if campaign == "pl-kumkm-2022" else "2023-05-05T12:00:00+07:00"
    answer = await put(client, world, "enumerator.1", batch(*items, campaign=campaign, sent_at=sent_at))
    assert answer.status_code == 201, answer.text
    lines: list[Json] = answer.json()["items"]
    return lines


def visit(listing_id: Any, result: str = "closed", **more: Any) -> Json:
    told = item(captured_at=AT, answers={"result": result, "visited_at": AT}, **more)
    return {**told, "questionnaire": "visit@1", "listing_id": str(listing_id)}


async def begin(act: Call, clock: SetClock) -> Json:
    clock.moment = LATER
    answer = await act("officer", "POST", "listing/from-campaign", ASKED)
    assert answer.status_code == 200, answer.text
    done: Json = answer.json()
    return done


async def test_every_business_of_the_round_before_is_listed_once(
    act: Call, client: httpx.AsyncClient, world: World, clock: SetClock, pg: asyncpg.Connection
) -> None:
    person = nik()
    await enter(
        client, world, item(nik=person, address="Jl. Garuda 1", phone="08123456789"), item(nik=nik(), nib=nib())
    )
    assert await begin(act, clock) == {"listed": 2, "already_listed": 0, "closed": 0, "erased": 0}
    assert await begin(act, clock) == {"listed": 0, "already_listed": 2, "closed": 0, "erased": 0}
    rows = await pg.fetch("SELECT * FROM listing_entry ORDER BY name")
    assert {row["source"] for row in rows} == {"campaign:pl-kumkm-2022"}
    assert {row["business_id"] for row in rows} == {row[0] for row in await pg.fetch("SELECT id FROM business")}
    assert person not in str(rows) and "08123456789" not in str(rows)  # noqa: PT018  (one place)
    answer = await act("officer", "GET", f"progress/regions/16.01?campaign={NEXT}")
    row = answer.json()["item"]
    assert (row["listed"], row["listed_done"], row["percent_of_listing"]) == (2, 0, 0.0)
    assert await drift(pg) == []


async def test_what_was_found_closed_is_no_longer_listed_until_somebody_interviews_there(
    act: Call, client: httpx.AsyncClient, world: World, clock: SetClock, pg: asyncpg.Connection
) -> None:
    person = nik()
    (line,) = await enter(client, world, item(nik=person))
    await begin(act, clock)
    listing_id = await pg.fetchval("SELECT id FROM listing_entry")
    closing = visit(listing_id)
    (told,) = await enter(client, world, closing, campaign=NEXT)
    assert (told["counted_as"], codes(told)) == ("closed", [])
    life = "SELECT life, life_since::text, life_record_id::text FROM business"
    assert tuple(await pg.fetchrow(life) or ()) == ("closed", "2023-05-05", closing["record_id"])
    assert await drift(pg) == []
    page = (await act("officer", "GET", "businesses")).json()["items"]
    assert [(one["life"], one["life_since"]) for one in page] == [("closed", "2023-05-05")]
    assert [one["id"] for one in (await act("officer", "GET", "businesses?life=closed")).json()["items"]] == [
        line["business_id"]
    ]
    assert (await act("officer", "GET", "businesses?life=active")).json()["items"] == []
    whole = (await act("officer", "GET", f"businesses/{line['business_id']}")).json()
    assert [one["what"] for one in whole["history"]] == ["closed"]
    # A third round lists it no more.
    await pg.execute(
        "INSERT INTO campaign (id, code, name, starts_on, ends_on, accepts_until)"
        " VALUES (3, 'pl-kumkm-2024', '2024', '2024-04-01', '2024-10-31', '2024-11-30')"
    )
    third = {"campaign": "pl-kumkm-2024", "from_campaign": "pl-kumkm-2022"}
    assert (await act("officer", "POST", "listing/from-campaign", third)).json()["closed"] == 1
    # It was open after all.
    again = item(record_id=closing["record_id"], revision=2, captured_at="2023-05-05T10:00:00+07:00", nik=person)
    (told,) = await enter(client, world, again, campaign=NEXT)
    assert (told["counted_as"], told["business_id"]) == ("entered", line["business_id"])
    assert tuple(await pg.fetchrow(life) or ()) == ("active", None, None)
    assert await states(pg) == {"entered": 1}
    assert await drift(pg) == []
    assert (await act("officer", "POST", "listing/from-campaign", third)).json()["listed"] == 1


async def test_a_business_that_moved_and_is_entered_elsewhere_is_there(
    act: Call, client: httpx.AsyncClient, world: World, clock: SetClock, pg: asyncpg.Connection
) -> None:
    person = nik()
    await enter(client, world, item(nik=person))
    await begin(act, clock)
    listing_id = await pg.fetchval("SELECT id FROM listing_entry")
    await enter(client, world, visit(listing_id, "moved"), campaign=NEXT)
    assert await pg.fetchval("SELECT life FROM business") == "moved"
    await enter(client, world, item(captured_at=AT, nik=person, region="16.01.13.1003"), campaign=NEXT)
    assert await pg.fetchval("SELECT life FROM business") == "active"
    assert await states(pg) == {"moved": 1}
    assert await drift(pg) == []


async def test_who_may_begin_a_round_and_from_what(act: Call) -> None:
    assert (await act("coordinator.1", "POST", "listing/from-campaign", ASKED)).status_code == 403
    assert (await act("officer", "POST", "listing/from-campaign", {**ASKED, "region": "16.71"})).status_code == 404
    unknown = await act("officer", "POST", "listing/from-campaign", {**ASKED, "from_campaign": "x"})
    assert [e["pointer"] for e in unknown.json()["errors"]] == ["/body/from_campaign"]
    backwards = {"campaign": "pl-kumkm-2022", "from_campaign": NEXT}
    answer = await act("officer", "POST", "listing/from-campaign", backwards)
    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [
        ("/body/from_campaign", "dates_out_of_order")
    ]


@pytest.mark.parametrize("questionnaire", ["umkm@1", "umkm@2", "koperasi@1", "koperasi@2"])
def test_no_money_no_telephone_and_no_number_is_filled_in_again(questionnaire: str) -> None:
    """Of a form with every question answered; and five hundred such doors fit into three megabytes."""
    answers = {"legal_name": "Sumber Makmur", "kbli": "47112", **filled(questionnaire)}
    if questionnaire == "umkm@1":  # which does not ask for it
        answers["products"] = [{name: each[name] for name in ("name", "unit")} for each in answers["products"]]
    known = find(questionnaire)
    assert isinstance(known, Questionnaire)
    day = date(2022, 9, 12)
    reading = read(known, answers, captured_on=day, today=day, suspicious=False)
    assert reading.errors == []
    told = prefilled(*carried(reading.open_answers, reading.sealed_answers))
    assert told["legal_name"].endswith("Sumber Makmur")
    names = set(re.findall(r'"(\w+)":', json.dumps(told)))
    assert {each for each in names if re.search(r"idr|phone$|fax|email|^nik$|^nib$|npwp|passport|kitas", each)} == set()
    assert len(json.dumps(told)) * 500 < 3_000_000


async def test_of_a_region_that_there_is_not_nothing_is_listed(act: Call) -> None:
    answer = await act("admin", "POST", "listing/from-campaign", {**ASKED, "region": "99.99"})
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_a_line_that_was_about_another_business_leaves_that_one_alive(
    client: httpx.AsyncClient, world: World, clock: SetClock, pg: asyncpg.Connection
) -> None:
    numbers = [nib(), nib()]
    await enter(client, world, *[item(nik=nik(), nib=each) for each in numbers])
    clock.moment = LATER

    async def list_with(number: str) -> None:
        line = f"{NEXT},{VILLAGE},Warung Sari,A-17,{number}"
        body = f"campaign,region_code,name,reference,nib\r\n{line}\r\n".encode()
        assert (await listed(client, world, body)).status_code == 200

    async def lives() -> dict[str, str]:
        rows = await pg.fetch("SELECT id::text, life FROM business")
        return {row[0]: row[1] for row in rows}

    await list_with(numbers[0])
    ((listing_id, wrong),) = await pg.fetch("SELECT id, business_id::text FROM listing_entry")
    await enter(client, world, visit(listing_id), campaign=NEXT)
    assert (await lives())[wrong] == "closed"
    await list_with(numbers[1])
    right = await pg.fetchval("SELECT business_id::text FROM listing_entry")
    assert await lives() == {wrong: "active", right: "closed"}
    assert await drift(pg) == []
