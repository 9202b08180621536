"""Two businesses that a person decided to be two are not asked about again, in whatever way a case could be opened."""

import asyncio
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from disputes import Queue, only_case
from families import BENGKEL, STRANGER, TAILOR, WARUNG, Census, door, of
from fastapi import FastAPI
from shapes import Json
from world import World, batch, nib, nik, put

from app.accounts.permissions import Territory
from app.core.clock import SetClock
from app.linkage import linking
from app.linkage.linking import Linking
from app.linkage.model import Predicted, packaged
from app.recount import drift
from app.review.apart import Separated, pairs_of

EMBEDDED_IS_ENOUGH = True
A, B, C, D = (UUID(int=number) for number in range(1, 5))


async def cases(queue: Queue, **params: Any) -> list[Json]:
    items: list[Json] = (await queue.act("GET", "duplicates", **params)).json()["items"]
    return items


class Links:
    """Runs `kumkm link` with a model that finds these pairs."""

    def __init__(self, pg: asyncpg.Connection, app: FastAPI, clock: SetClock, patch: pytest.MonkeyPatch) -> None:
        self.pg, self.app, self.clock, self.patch = pg, app, clock, patch

    async def opened(self, one: str, other: str) -> int:
        found = [Predicted((UUID(one), UUID(other)), 0.9, {}, {})]
        self.patch.setattr(linking, "predict", lambda *_: found)
        run = Linking(self.app.state.services.ingest.ring, packaged(), 0.8, self.clock.now())
        return (await run.link(self.pg, Territory("16.01"), lambda *_: None)).opened


@pytest.fixture
def links(pg: asyncpg.Connection, app: FastAPI, clock: SetClock, monkeypatch: pytest.MonkeyPatch) -> Links:
    return Links(pg, app, clock, monkeypatch)


def again(record: Json, revision: int = 2, **said: Any) -> Json:
    """A later revision of a record, with these answers instead; None: without."""
    nik_said = said.pop("nik", None)
    answers = {**record["answers"], **{name: each for name, each in said.items() if each is not None}}
    answers = {name: each for name, each in answers.items() if name not in said or said[name] is not None}
    if nik_said is not None:
        answers["owner"] = {**answers["owner"], "nik": nik_said}
    return {**record, "revision": revision, "answers": answers}


async def two(census: Census, links: Links, queue: Queue, other: Json | None = None) -> tuple[Json, Json, list[str]]:
    """Two businesses without a common number that `kumkm link` found, and a person decided to be two."""
    records = door(nik(), **WARUNG), door(nik(), **(other or {**WARUNG, "legal_name": "Warung Padang"}))
    lines = await census.send(*records)
    assert of(lines) == ["accepted"] * 2
    ids = [line["business_id"] for line in lines]
    assert await links.opened(*ids) == 1
    await queue.resolve((await only_case(queue.act))["id"], "separate")
    return (*records, ids)


async def merged_into_another(census: Census, queue: Queue, record: Json) -> tuple[str, str]:
    """Merge the business of this record into a further one, which has another owner and a NIB; gives that one and the
    case."""
    permit = nib()
    (third,) = await census.send(door(nik(), nib=permit, **BENGKEL))
    torn = door(record["answers"]["owner"]["nik"], nib=permit, **BENGKEL)
    assert of(await census.send(torn)) == ["conflict"]
    case = await only_case(queue.act)
    await queue.resolve(case["id"], "same", business_id=third["business_id"])
    return third["business_id"], case["id"]


def of_record(own: UUID | None, *others: UUID, kind: str = "duplicate") -> Separated:
    return Separated(kind=kind, business_ids=list(others), own=own)


def test_a_record_was_told_from_each_that_it_was_taken_for_and_those_not_from_one_another() -> None:
    assert pairs_of([of_record(C, A, B, kind="conflict")], {}) == {frozenset((A, C)), frozenset((B, C))}
    assert pairs_of([of_record(None, A, B)], {}) == set()
    assert pairs_of([of_record(A, A, B, kind="likely")], {}) == {frozenset((A, B))}
    assert pairs_of([of_record(A, A, B, kind="likely")], {A: D, B: B}) == {frozenset((D, B))}
    assert pairs_of([of_record(A, B)], {A: D, B: D}) == set(), "one by a later decision"


@pytest.mark.parametrize("unlike", [False, True])
async def test_a_revision_that_names_the_others_owner_asks_nothing_of_what_was_decided(
    census: Census, links: Links, queue: Queue, pg: asyncpg.Connection, *, unlike: bool
) -> None:
    first, second, _ = await two(census, links, queue)
    said: Json = {"legal_name": "Jahit Rapi", "kbli": "14120"} if unlike else {}
    (line,) = await census.send(again(second, nik=first["answers"]["owner"]["nik"], **said))
    assert (line["outcome"], line["warnings"]) == ("updated", [])
    assert await cases(queue) == []
    assert await pg.fetchval("SELECT count(*) FROM shared_number") == 1
    assert await drift(pg) == []


async def test_before_it_is_decided_or_once_it_is_undone_the_same_revision_asks(
    census: Census, links: Links, queue: Queue
) -> None:
    first, second, _ = await two(census, links, queue)
    (resolved,) = await cases(queue, state="resolved")
    await queue.undo(resolved["id"])
    (line,) = await census.send(again(second, nik=first["answers"]["owner"]["nik"]))
    assert line["outcome"] == "conflict"
    assert {case["kind"] for case in await cases(queue)} == {"likely", "conflict"}


async def test_a_number_of_somebody_with_another_name_is_asked_about_since_it_is_the_number_that_is_in_doubt(
    census: Census, links: Links, queue: Queue
) -> None:
    first, second, _ = await two(census, links, queue, STRANGER)
    (line,) = await census.send(again(second, nik=first["answers"]["owner"]["nik"]))
    assert line["outcome"] == "conflict"
    assert (await only_case(queue.act))["kind"] == "wrong_number"


async def test_another_nib_of_both_asks_again_since_no_two_businesses_have_one(
    census: Census, links: Links, queue: Queue
) -> None:
    permit = nib()
    first, second, _ = await two(census, links, queue)
    (line,) = await census.send(again(first, nib=permit))
    assert line["outcome"] == "updated"
    (line,) = await census.send(again(second, nib=permit))
    assert line["outcome"] == "conflict"
    assert (await only_case(queue.act))["kind"] == "conflict"


async def test_a_confirmed_second_business_is_not_asked_about_when_its_mark_goes(
    census: Census, queue: Queue, pg: asyncpg.Connection
) -> None:
    number = nik()
    marked = door(number, mark=True, **TAILOR)
    assert of(await census.send(door(number, **WARUNG), marked)) == ["accepted"] * 2
    await queue.resolve((await only_case(queue.act, kind="same_owner"))["id"], "separate")
    (line,) = await census.send(again(marked, other_business_of_owner=None))
    assert line["outcome"] == "updated"
    (line,) = await census.send(again(marked, 3))
    assert line["outcome"] == "updated"
    assert await cases(queue) == []
    # What now says the same as the other is no longer what was decided on.
    (line,) = await census.send(again(marked, 4, **WARUNG))
    assert line["outcome"] == "conflict"
    assert await drift(pg) == []


@pytest.mark.parametrize("kind", ["duplicate", "same_owner", "wrong_number"])
async def test_a_revision_that_changes_nothing_and_a_later_campaign_and_a_later_link_ask_nothing(
    census: Census, queue: Queue, links: Links, pg: asyncpg.Connection, kind: str
) -> None:
    number = nik()
    kinds: dict[str, Json] = {
        "duplicate": {**BENGKEL},
        "same_owner": {**BENGKEL, "mark": True},
        "wrong_number": {**STRANGER, "nib": nib()},
    }
    said = kinds[kind]
    second = door(number, **said)
    (first,) = await census.send(door(number, **WARUNG))
    await census.send(second)
    case = await only_case(queue.act)
    assert case["kind"] == kind
    await queue.resolve(case["id"], "separate")
    own = str(await pg.fetchval("SELECT business_id FROM record WHERE record_id = $1", UUID(second["record_id"])))
    assert own != first["business_id"]
    changes: tuple[Json, ...] = ({}, {"phone": "08127800002"}, {"annual_sales_idr": 1})
    for revision, change in enumerate(changes, 2):
        (line,) = await census.send(again(second, revision, **change))
        assert line["outcome"] == "updated"
    assert await links.opened(first["business_id"], own) == 0
    later = await census.send(
        door(number, year="2023", **said), door(number, year="2023", **WARUNG), year="2023", who="enumerator.2"
    )
    assert of(later) == ["accepted"] * 2
    assert [line["business_id"] for line in later] == [own, first["business_id"]]
    assert await cases(queue) == []
    assert await links.opened(first["business_id"], own) == 0
    assert await drift(pg) == []


async def test_a_link_finds_no_pair_again_under_the_names_of_what_they_were_merged_into(
    census: Census, links: Links, queue: Queue, pg: asyncpg.Connection
) -> None:
    first, second, (one, other) = await two(census, links, queue)
    new_one, _ = await merged_into_another(census, queue, first)
    assert await pg.fetchval("SELECT merged_into FROM business WHERE id = $1", UUID(one)) == UUID(new_one)
    assert await links.opened(new_one, other) == 0
    new_other, merging = await merged_into_another(census, queue, second)
    assert await links.opened(new_one, new_other) == 0
    await queue.undo(merging)
    assert await links.opened(new_one, new_other) == 1, "now it is a pair that nobody decided"
    assert await drift(pg) == []


async def test_a_decision_and_a_revision_at_once_leave_no_question_or_one_that_is_open(
    census: Census, links: Links, queue: Queue, world: World, pg: asyncpg.Connection
) -> None:
    """Either the revision comes first and is a conflict, or the decision, and nothing is asked."""
    records = door(nik(), **WARUNG), door(nik(), **{**WARUNG, "legal_name": "Warung Padang"})
    lines = await census.send(*records)
    assert await links.opened(lines[0]["business_id"], lines[1]["business_id"]) == 1
    case = await only_case(queue.act)
    body = batch(again(records[1], nik=records[0]["answers"]["owner"]["nik"]))
    told = {"decision": "separate", "reason": "Diperiksa di lapangan"}
    sent, decided = await asyncio.gather(
        put(census.client, world, "enumerator.1", body),
        queue.act("POST", f"duplicates/{case['id']}/resolution", "officer", told),
    )
    assert (sent.status_code, decided.status_code) == (201, 200)
    outcome = sent.json()["items"][0]["outcome"]
    assert [each["kind"] for each in await cases(queue)] == (["conflict"] if outcome == "conflict" else [])
    assert await drift(pg) == []


KIOSK = {"legal_name": "Kios Pulsa Cahaya", "kbli": "47414"}


async def test_of_three_of_one_owner_who_are_confirmed_none_is_asked_about_when_its_mark_goes(
    census: Census, queue: Queue, pg: asyncpg.Connection
) -> None:
    number = nik()
    marked = [door(number, mark=True, **said) for said in (TAILOR, BENGKEL)]
    assert of(await census.send(door(number, **WARUNG), *marked)) == ["accepted"] * 3
    for case in await cases(queue):
        await queue.resolve(case["id"], "separate")
    (line,) = await census.send(again(marked[0], other_business_of_owner=None))
    assert (line["outcome"], line["warnings"]) == ("updated", [])
    assert await cases(queue) == []
    # The last mark goes, too: nobody decided on the two beside the first one.
    (line,) = await census.send(again(marked[1], other_business_of_owner=None))
    assert line["outcome"] == "conflict"
    assert [side["record_id"] for side in (await only_case(queue.act))["businesses"]][-1] == marked[0]["record_id"]
    assert await drift(pg) == []


async def test_what_was_found_to_be_the_same_does_not_count_again_under_the_name_that_it_had(
    census: Census, queue: Queue, pg: asyncpg.Connection
) -> None:
    number = nik()
    first, second = door(number, **WARUNG), door(number, mark=True, **KIOSK)
    assert of(await census.send(first, second)) == ["accepted"] * 2
    case = await only_case(queue.act, kind="same_owner")
    await queue.resolve(case["id"], "same")
    copy = door(number, mark=True, **KIOSK)
    assert of(await census.send(copy, who="enumerator.2")) == ["duplicate"]
    assert of(await census.send(again(second))) == ["duplicate"]
    other = door(number, mark=True, **TAILOR)
    assert of(await census.send(other, who="enumerator.2")) == ["accepted"]
    assert await drift(pg) == []


async def test_once_that_is_undone_it_is_a_business_of_its_own_again(census: Census, queue: Queue) -> None:
    number = nik()
    first, second = door(number, **WARUNG), door(number, mark=True, **KIOSK)
    (_, line) = await census.send(first, second)
    case = await only_case(queue.act, kind="same_owner")
    await queue.resolve(case["id"], "same")
    await queue.undo(case["id"])
    (copy,) = await census.send(door(number, mark=True, **KIOSK), who="enumerator.2")
    assert (copy["outcome"], copy["business_id"]) == ("duplicate", line["business_id"])
