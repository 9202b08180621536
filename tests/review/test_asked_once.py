"""Two businesses that somebody found to be two are not asked about again, however a case may be opened."""

import asyncpg
import pytest
from disputes import Queue
from families import BENGKEL, WARUNG, Census, door, of
from fastapi import FastAPI
from queued import likely
from shapes import Json
from world import nib, nik

from app.accounts.permissions import Territory
from app.core.clock import SetClock
from app.linkage.linking import Linking
from app.linkage.model import Predicted, packaged
from app.recount import drift

EMBEDDED_IS_ENOUGH = True


async def waiting(queue: Queue) -> list[Json]:
    items: list[Json] = (await queue.act("GET", "duplicates")).json()["items"]
    return items


async def separated(queue: Queue, census: Census, number: str) -> list[Json]:
    """A family's two businesses, which somebody found to be two; what the tablets had sent."""
    sent = [door(number, **WARUNG), door(number, mark=True, **BENGKEL)]
    assert of(await census.send(*sent)) == ["accepted"] * 2
    (case,) = await waiting(queue)
    await queue.resolve(case["id"], "separate")
    return sent


async def test_a_revision_that_changes_nothing_of_it_asks_nothing(queue: Queue, census: Census) -> None:
    _, other = await separated(queue, census, nik())
    revised = {**other, "revision": 2, "answers": {**other["answers"], "main_product": "Servis"}}
    assert of(await census.send(revised)) == ["updated"]
    assert await waiting(queue) == []


async def test_the_next_campaign_asks_nothing(queue: Queue, census: Census, pg: asyncpg.Connection) -> None:
    number = nik()
    await separated(queue, census, number)
    assert of(await census.send(door(number, year="2023", **BENGKEL), year="2023")) == ["accepted"]
    assert of(await census.send(door(number, year="2023", **WARUNG), year="2023")) == ["accepted"]
    assert await waiting(queue) == []
    assert await drift(pg) == []


class Link:
    """`kumkm link`, of which the model says that a pair is one."""

    def __init__(self, pg: asyncpg.Connection, app: FastAPI, clock: SetClock, monkeypatch: pytest.MonkeyPatch) -> None:
        self.pg, self.patch = pg, monkeypatch
        self.linking = Linking(app.state.services.ingest.ring, packaged(), 0.8, clock.now())

    async def opened(self, one: str, other: str) -> int:
        ids = {str(row[0]): row[1] for row in await self.pg.fetch("SELECT record_id, id FROM business")}
        pair = Predicted((ids[one], ids[other]), 0.9, {"name": 3.0}, {})
        self.patch.setattr("app.linkage.linking.predict", lambda *_: [pair])
        return (await self.linking.link(self.pg, Territory("16.01"), lambda *_: None)).opened


@pytest.fixture
def link(pg: asyncpg.Connection, app: FastAPI, clock: SetClock, monkeypatch: pytest.MonkeyPatch) -> Link:
    return Link(pg, app, clock, monkeypatch)


async def test_linking_asks_about_a_pair_once(queue: Queue, census: Census, link: Link) -> None:
    one, other = door(nik(), **WARUNG), door(nik(), **BENGKEL)
    await census.send(one, other)
    assert await link.opened(one["record_id"], other["record_id"]) == 1
    (case,) = await waiting(queue)
    await queue.resolve(case["id"], "separate")
    assert await link.opened(one["record_id"], other["record_id"]) == 0


async def test_linking_asks_nothing_about_two_of_one_owner(queue: Queue, census: Census, link: Link) -> None:
    one, other = await separated(queue, census, nik())
    assert await link.opened(one["record_id"], other["record_id"]) == 0


async def test_a_record_that_was_separated_at_the_door_is_not_linked(queue: Queue, census: Census, link: Link) -> None:
    number = nik()
    one, other = door(number, **WARUNG), door(number, **BENGKEL)
    assert of(await census.send(one, other)) == ["accepted", "duplicate"]
    (case,) = await waiting(queue)
    await queue.resolve(case["id"], "separate")
    assert await link.opened(one["record_id"], other["record_id"]) == 0


async def test_what_was_merged_into_another_takes_its_answers_along(
    queue: Queue, census: Census, link: Link, pg: asyncpg.Connection
) -> None:
    """A is not B, and B is C: nobody is asked whether A is C."""
    sent = [door(nik(), **each) for each in (WARUNG, BENGKEL, BENGKEL)]
    await census.send(*sent)
    a, b, c = (each["record_id"] for each in sent)
    not_one = await likely(pg, a, b, 0.9)
    await queue.resolve(not_one, "separate")
    one = await likely(pg, c, b, 0.9)
    case = (await queue.act("GET", f"duplicates/{one}")).json()
    survivor = next(side["business_id"] for side in case["businesses"] if side["record_id"] == c)
    await queue.resolve(one, "same", business_id=survivor)
    assert await link.opened(a, c) == 0
    await queue.undo(one)
    assert await link.opened(a, c) == 1


async def test_the_same_nib_is_new_evidence_and_is_asked_about(queue: Queue, census: Census) -> None:
    permit = nib()
    one, other = door(nik(), nib=permit, **WARUNG), door(nik(), **BENGKEL)
    assert of(await census.send(one, other)) == ["accepted"] * 2
    await census.send({**other, "revision": 2, "answers": {**other["answers"], "nib": permit}})
    (case,) = await waiting(queue)
    assert (case["kind"], case["matched_on"]) == ("conflict", ["nib"])
    await queue.resolve(case["id"], "separate")
    again = {**other, "revision": 3, "answers": {**other["answers"], "nib": permit, "main_product": "Servis"}}
    assert of(await census.send(again)) == ["updated"], "said once, decided once"
    assert await waiting(queue) == []


async def test_a_decision_that_was_undone_is_asked_again_where_it_was(queue: Queue, census: Census) -> None:
    await separated(queue, census, nik())
    (decided,) = (await queue.act("GET", "duplicates", state="resolved")).json()["items"]
    await queue.undo(decided["id"])
    assert [case["id"] for case in await waiting(queue)] == [decided["id"]]


async def test_who_undoes_the_cases_of_a_group_in_the_wrong_order_is_refused_and_loses_nothing(
    queue: Queue, census: Census, pg: asyncpg.Connection
) -> None:
    """B was found to be A, and A to be C: the first decision can only be taken back after the second."""
    sent = [door(nik(), **each) for each in (WARUNG, BENGKEL, BENGKEL)]
    await census.send(*sent)
    a, b, c = (each["record_id"] for each in sent)
    before = await queue.picture()
    ids = {str(row[0]): str(row[1]) for row in await pg.fetch("SELECT record_id, id FROM business")}
    first, second = await likely(pg, a, b, 0.9), await likely(pg, a, c, 0.9)
    await queue.resolve(first, "same", business_id=ids[a])
    await queue.resolve(second, "same", business_id=ids[c])
    assert (await queue.undo(first, status=409))["code"] == "state_changed"
    await queue.undo(second)
    await queue.undo(first)
    assert await queue.picture() == before
    assert {case["id"] for case in await waiting(queue)} == {first, second}
    assert await drift(pg) == []
