"""Batches are no oracle: an enumerator who asks about invented numbers is answered little, is in the trail, and what it
sent waits for a supervisor. Who corrects slips, or meets many businesses, notices nothing of it."""

import json
from random import Random
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
import uuid_utils.compat as uuids
from shapes import Json
from world import World, batch, item, nib, nik, outcomes, put

from app.accounts.lookup_counts import INFORMATIVE_A_DAY, LookupCounts
from app.intake.lookup_limits import CHANGES_A_DAY, CHANGES_OF_A_RECORD, LookupLimit, remember
from app.register.deduplication import judge
from app.register.verdicts import Business, Claim, Ledger, Owner

EMBEDDED_IS_ENOUGH = True
ME, OTHER = uuids.uuid7(), uuids.uuid7()
ADAY = 2_000


def revision(sent: Json, number: int, said: str | None) -> Json:
    owner = {**sent["answers"]["owner"], **({"nik": said} if said else {})}
    if not said:
        owner.pop("nik", None)
    return {**sent, "revision": number, "answers": {**sent["answers"], "owner": owner}}


async def listed(client: httpx.AsyncClient, world: World) -> list[Json]:
    answer = await client.get("/v1/held", headers=world.auth("coordinator.1"))
    return answer.json()["items"]


async def test_a_record_whose_number_keeps_changing_is_held_for_a_supervisor(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    victim, sent = nik(), item(nik=nik())
    await outcomes(client, world, "enumerator.2", item(nik=victim))
    tried = [sent, *(revision(sent, n, victim if n == 8 else nik()) for n in range(2, 30))]
    told = await outcomes(client, world, "enumerator.1", *tried)
    assert told[: 1 + CHANGES_OF_A_RECORD] == ["accepted", *["updated"] * CHANGES_OF_A_RECORD]
    assert set(told[1 + CHANGES_OF_A_RECORD :]) == {"held"}, "also the number that is known"
    (waiting,) = await listed(client, world)
    assert (waiting["record_id"], [each["code"] for each in waiting["reasons"]]) == (
        sent["record_id"],
        ["number_keeps_changing"],
    )
    rows = await pg.fetch("SELECT actor_id, detail::text FROM audit_event WHERE action = 'numbers.held'")
    assert [(row["actor_id"], json.loads(row["detail"])["number_keeps_changing"]) for row in rows] == [
        (world.id("enumerator.1"), 29 - 1 - CHANGES_OF_A_RECORD)
    ]
    # Nothing else of the record waits: what says no other number goes on, and the supervisor can let the last one in.
    again = revision(sent, 40, tried[CHANGES_OF_A_RECORD]["answers"]["owner"]["nik"])
    again["answers"]["annual_sales_idr"] = 1
    assert await outcomes(client, world, "enumerator.1", again) == ["updated"]
    assert await outcomes(client, world, "enumerator.1", last := revision(sent, 41, nik())) == ["held"]
    (waiting,) = await listed(client, world)
    answer = await client.post(f"/v1/held/{waiting['id']}/release", headers=world.auth("coordinator.1"))
    assert answer.json()["item"]["outcome"] == "updated", answer.text
    assert await outcomes(client, world, "enumerator.1", last) == ["unchanged"]


async def test_leaving_the_number_out_in_between_changes_nothing(client: httpx.AsyncClient, world: World) -> None:
    sent = item(nik=nik())
    tried = [sent]
    for n in range(2, 20, 2):
        tried += [revision(sent, n, None), revision(sent, n + 1, nik())]
    told = [(await outcomes(client, world, "enumerator.1", each))[0] for each in tried]
    numbered = [told[0], *told[2::2]]
    assert numbered == ["accepted", *["updated"] * CHANGES_OF_A_RECORD, *["held"] * (9 - CHANGES_OF_A_RECORD)]


async def test_corrections_of_slips_and_of_returned_records_do_not_suffer(
    client: httpx.AsyncClient, world: World
) -> None:
    sent = item(nik=nik())
    number = await _corrected(client, world, sent, 1, CHANGES_OF_A_RECORD)
    for _ in range(3):
        answer = await client.post(
            f"/v1/submissions/{sent['record_id']}/review",
            headers=world.auth("coordinator.1"),
            json={"decision": "returned", "reason": "NIK salah"},
        )
        assert answer.status_code in (200, 201), answer.text
        number += 1
        assert await outcomes(client, world, "enumerator.1", revision(sent, number, nik())) == ["updated"]


async def _corrected(client: httpx.AsyncClient, world: World, sent: Json, number: int, times: int) -> int:
    assert await outcomes(client, world, "enumerator.1", sent) == ["accepted"]
    for _ in range(times):
        number += 1
        assert await outcomes(client, world, "enumerator.1", revision(sent, number, nik())) == ["updated"]
    return number


async def test_new_records_with_invented_numbers_are_answered_so_often_and_no_more(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    """Also over several batches, and after a restart: it is counted in the database."""
    victims = [nik() for _ in range(80)]
    await outcomes(client, world, "enumerator.2", *(item(nik=each) for each in victims))
    guesses = [*victims, *(nik() for _ in range(220))]
    Random(1).shuffle(guesses)
    told = []
    for start in range(0, 300, 100):
        told += await outcomes(
            client, world, "enumerator.1", *(item(nik=each) for each in guesses[start : start + 100])
        )
    assert told.count("duplicate") == INFORMATIVE_A_DAY
    first_held = told.index("held")
    assert set(told[first_held:]) == {"held"}, "whether a number is known or not"
    assert {each["reasons"][0]["code"] for each in await listed(client, world)} == {"too_many_numbers"}
    assert await outcomes(client, world, "enumerator.1", item()) == ["accepted"], "it says no number"
    assert await outcomes(client, world, "enumerator.3", item(nik=nik())) == ["accepted"], "it is somebody else"
    await pg.execute("UPDATE numbers_asked SET day = day - 1")
    assert await outcomes(client, world, "enumerator.1", item(nik=nik())) == ["accepted"], "it is another day"


async def test_many_new_businesses_and_a_village_that_is_all_known_are_no_news(
    client: httpx.AsyncClient, world: World
) -> None:
    numbers = [nik() for _ in range(150)]
    assert set(await outcomes(client, world, "enumerator.1", *(item(nik=each) for each in numbers))) == {"accepted"}
    assert set(await outcomes(client, world, "enumerator.2", *(item(nik=each) for each in numbers))) == {"duplicate"}
    assert set(await outcomes(client, world, "enumerator.1", *(item(nik=each) for each in numbers))) == {"duplicate"}


async def test_an_interview_that_comes_after_a_later_visit_asks_as_well(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    sent = item(nik=nik())
    visited = {**sent, "revision": 2, "questionnaire": "visit@1", "answers": {"result": "closed"}}
    assert await outcomes(client, world, "enumerator.1", visited) == ["accepted"]
    assert await pg.fetchval("SELECT sum(numbers) FROM numbers_asked") is None
    assert await outcomes(client, world, "enumerator.1", sent) == ["accepted"]
    assert await pg.fetchval("SELECT sum(numbers) FROM numbers_asked") == 1


async def test_lookups_of_all_processes_count_together(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    headers = world.auth("enumerator.1")
    assert (await client.post("/v1/businesses/lookup", json={"nik": nik()}, headers=headers)).status_code == 200
    await pg.execute("UPDATE numbers_asked SET numbers = 2000")
    answer = await client.post("/v1/businesses/lookup", json={"nik": nik()}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_requests")
    assert 0 < int(answer.headers["retry-after"]) <= 86_400


async def test_lookups_and_batches_tell_an_enumerator_fifty_people_a_day_together(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    victims = [nik() for _ in range(2)]
    await outcomes(client, world, "enumerator.2", *(item(nik=each) for each in victims))

    async def look_up(who: str, number: str) -> Any:
        answer = await client.post("/v1/businesses/lookup", json={"nik": number}, headers=world.auth(who))
        return answer.json().get("known", answer.status_code)

    assert [await look_up("enumerator.1", each) for each in (victims[0], nik())] == [True, False]
    assert await look_up("enumerator.2", victims[0]) is True, "its own: no news"
    assert sorted(map(tuple, await pg.fetch("SELECT numbers, known FROM numbers_asked"))) == [(2, 1), (3, 0)]
    await pg.execute("UPDATE numbers_asked SET numbers = 100, known = 50")
    assert [await look_up("enumerator.1", each) for each in (victims[1], nik())] == [429, 429], "known or not"
    assert await outcomes(client, world, "enumerator.1", item(nik=nik())) == ["held"], "and by the other way neither"
    assert await look_up("coordinator.1", victims[1]) is True
    await pg.execute("UPDATE numbers_asked SET known = 49")
    assert await look_up("enumerator.1", victims[1]) is True
    assert await look_up("enumerator.1", victims[1]) == 429


async def test_a_batch_that_is_sent_twice_counts_once(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    body, batch_id = batch(item(nik=nik(), nib=nib()), item()), uuids.uuid7()
    for status in (201, 200):
        assert (await put(client, world, "enumerator.1", body, batch_id=batch_id)).status_code == status
    assert await pg.fetchval("SELECT numbers FROM numbers_asked") == 2


# The rule itself, with ten thousand numbers.


class Town:
    """Some numbers that another enumerator's businesses have, and somebody who asks about numbers day by day."""

    def __init__(self, known: int) -> None:
        self.ledger = Ledger()
        self.known = [bytes([1]) + n.to_bytes(15) for n in range(known)]
        for digest in self.known:
            business = Business(uuids.uuid7(), "umkm", {"nik": digest}, [1], uuids.uuid7(), enumerator_id=OTHER)
            self.ledger.businesses[business.id] = business
            self.ledger.owners[digest] = Owner(business.id, business.record_id, matched=False)
        self.before, self.answers, self.found = LookupCounts(), 0, 0

    def send(self, digest: bytes, record_id: UUID | None = None, number: int = 1, kind: str = "nik") -> str:
        claim = Claim(
            record_id or uuids.uuid7(), number, ME, 1, uuids.uuid7().bytes, "umkm", {kind: digest}, uuids.uuid7()
        )
        asking = LookupLimit(self.before, ADAY)
        reason = asking.reason_to_hold(self.ledger, claim, returned=False)
        self.before = LookupCounts(*(a + b for a, b in zip(self.before, asking.more, strict=True)))
        if reason is not None:
            return reason
        outcome = judge(self.ledger, claim).outcome
        remember(self.ledger.records[claim.record_id], claim)
        self.answers += 1
        self.found += digest in self.known
        return outcome.value

    def guesses(self, many: int) -> list[bytes]:
        made = [*self.known, *(bytes([2]) + n.to_bytes(15) for n in range(many - len(self.known)))]
        Random(2).shuffle(made)
        return made


@pytest.mark.proof
@pytest.mark.parametrize("known", [40, 700, 5_000])
def test_ten_thousand_new_records_find_fifty_people_a_day(known: int) -> None:
    town = Town(known)
    for digest in town.guesses(10_000):
        town.send(digest)
    assert town.found <= 2 * INFORMATIVE_A_DAY
    assert town.answers <= ADAY


def test_ten_thousand_changes_tell_four_numbers_a_record_and_fifty_changes_a_day() -> None:
    town, record_id = Town(700), uuids.uuid7()
    for number, digest in enumerate(town.guesses(10_000), 1):
        town.send(digest, record_id, number)
    assert town.answers == 1 + CHANGES_OF_A_RECORD
    town = Town(700)
    for at, digest in enumerate(town.guesses(10_000)):
        town.send(digest, _record(at // 4), at % 4 + 1)
    assert town.before.changed == CHANGES_A_DAY
    assert town.found <= 2 * INFORMATIVE_A_DAY


def test_what_is_known_already_does_not_pay_for_guesses() -> None:
    """Who sends thousands of numbers that are known to be known is answered fifty others, and no more."""
    town = Town(3_000)
    for digest in town.known[:1_500]:
        town.send(digest)
    told = [town.send(digest) for digest in town.guesses(10_000) if digest not in town.known[:1_500]]
    assert sum(each == "accepted" for each in told) <= INFORMATIVE_A_DAY


def _record(number: int) -> UUID:
    return uuids.UUID(int=number + 1)
