"""What a second enumerator sends is stored once, is lost nowhere, and counts for agreement alone."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
from asked_again import Draw, answered, ask, assign, configure, heard, nobody, seed_that_draws, send, tasks
from shapes import Json
from world import World, item

from app.core.clock import SetClock


async def one_of(pg: asyncpg.Connection, drawn: dict[str, Json]) -> tuple[str, Json]:
    """A re-interview's id, and the record that it is of."""
    row = await pg.fetchrow("SELECT id, record_id FROM reinterview WHERE state = 'assigned' ORDER BY id LIMIT 1")
    assert row is not None
    return str(row["id"]), drawn[str(row["record_id"])]


async def counted(pg: asyncpg.Connection) -> list[Any]:
    """Everything that a record changes."""
    tables = ("record", "submission", "business", "identity", "duplicate_case", "progress_cell", "batch", "raw_item")
    return [await pg.fetchval(f"SELECT count(*) FROM {each}") for each in tables]


async def test_the_same_answers_agree_and_count_for_nothing_else(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, drawn: dict[str, Json]
) -> None:
    id_, record = await one_of(pg, drawn)
    before = await counted(pg)
    answer = await answered(client, world, 4, id_, heard(record))
    assert answer.status_code == 201, answer.text
    assert answer.json() | {"received_at": ""} == {
        "id": id_,
        "version": 1,
        "result": "done",
        "state": "done",
        "received_at": "",
        "client_action": "purge",
    }
    assert await counted(pg) == before
    row = await pg.fetchrow("SELECT state, agreed, compared, different FROM reinterview WHERE id = $1", id_)
    assert row is not None
    assert (row["state"], row["agreed"], row["different"]) == ("done", row["compared"], [])
    assert row["compared"] > 8


async def test_the_same_content_is_stored_once_and_answered_the_same(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, drawn: dict[str, Json], clock: SetClock
) -> None:
    id_, record = await one_of(pg, drawn)
    first = await answered(client, world, 4, id_, heard(record))
    again = await answered(client, world, 4, id_, heard(record))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.content == again.content
    clock.moment += timedelta(minutes=1)
    other = await answered(client, world, 4, id_, heard(record, annual_sales_idr=1))
    assert other.json()["version"] == 2
    late = await answered(client, world, 4, id_, heard(record))
    assert late.status_code == 200
    assert late.content == first.content
    row = await pg.fetchrow("SELECT version, different FROM reinterview WHERE id = $1", id_)
    assert row is not None
    assert tuple(row) == (2, ["/annual_sales_idr"]), "what came late changes nothing"
    assert await pg.fetchval("SELECT count(*) FROM reinterview_version") == 2


async def test_two_sent_at_once_are_one_version(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, drawn: dict[str, Json], clock: SetClock
) -> None:
    """Of others that come at one moment one holds, and what came after it is needed no more."""
    id_, record = await one_of(pg, drawn)
    sent = await asyncio.gather(*(answered(client, world, 4, id_, heard(record)) for _ in range(4)))
    assert sorted(each.status_code for each in sent) == [200, 200, 200, 201]
    assert len({each.content for each in sent}) == 1
    assert await pg.fetchval("SELECT count(*) FROM reinterview_version") == 1
    clock.moment += timedelta(minutes=1)
    others = await asyncio.gather(
        *(answered(client, world, 4, id_, heard(record, annual_sales_idr=sales)) for sales in (1, 2, 3))
    )
    taken = [each.json()["version"] for each in others if each.status_code == 201]
    assert sorted(taken) == list(range(2, 2 + len(taken))) != []
    refused = [each.json()["code"] for each in others if each.status_code != 201]
    assert refused == ["reinterview_not_needed"] * (3 - len(taken))


async def test_given_to_another_while_answers_come_in(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, drawn: dict[str, Json]
) -> None:
    for row in await pg.fetch("SELECT id, record_id FROM reinterview"):
        body = heard(drawn[str(row["record_id"])])
        sent, given = await asyncio.gather(
            answered(client, world, 4, row["id"], body), assign(client, world, row["id"], "enumerator.5")
        )
        now = await pg.fetchrow("SELECT state, assignee_id, version FROM reinterview WHERE id = $1", row["id"])
        assert now is not None
        if sent.status_code == 201:  # it came first, so it is done, and nobody else does it
            assert given.status_code == 409
            assert tuple(now) == ("done", world.id("enumerator.4"), 1)
        else:
            assert sent.status_code == 409, sent.text
            assert sent.json()["code"] == "reinterview_taken_away"
            assert given.status_code == 204
            assert tuple(now) == ("assigned", world.id("enumerator.5"), 0)


async def test_what_was_taken_away_is_refused_in_words_and_counts_when_given_back(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, drawn: dict[str, Json]
) -> None:
    id_, record = await one_of(pg, drawn)
    await assign(client, world, id_, "enumerator.5")
    states = {each["id"]: each for each in await tasks(client, world, 4)}
    assert states[id_]["state"] == "taken_away"
    assert states[id_]["business_name"] is None
    refused = await answered(client, world, 4, id_, heard(record))
    assert (refused.status_code, refused.json()["code"]) == (409, "reinterview_taken_away")
    assert "tablet" in refused.json()["detail"]
    assert await pg.fetchval("SELECT count(*) FROM reinterview_version") == 0
    await assign(client, world, id_, "enumerator.4")
    assert (await answered(client, world, 4, id_, heard(record))).status_code == 201
    assert {each["id"]: each["state"] for each in await tasks(client, world, 5)}[id_] == "not_needed"
    refused = await answered(client, world, 5, id_, heard(record))
    assert refused.json()["code"] == "reinterview_not_needed"
    assert (await answered(client, world, 6, id_, heard(record))).status_code == 404, "it was never theirs"


async def test_who_is_absent_three_times_is_not_visited_again(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, drawn: dict[str, Json], clock: SetClock
) -> None:
    """Also where all three come at once, from a tablet that had no signal."""
    id_, _ = await one_of(pg, drawn)
    clock.moment += timedelta(days=4)
    for day, state in ((13, "to_do"), (14, "to_do"), (15, "done")):
        answer = await answered(client, world, 4, id_, nobody("absent", day))
        assert (answer.status_code, answer.json()["state"]) == (201, state)
    row = await pg.fetchrow("SELECT state, result, compared FROM reinterview WHERE id = $1", id_)
    assert row is not None
    assert tuple(row) == ("done", "non_response", 0)


async def test_visits_at_one_time_are_one(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, drawn: dict[str, Json], clock: SetClock
) -> None:
    """Whatever else they say, and whatever a clock says of days that have not come, or that were before the task."""
    id_, record = await one_of(pg, drawn)
    clock.moment += timedelta(days=4)
    for number in range(3):
        place = record["location"] | {"accuracy_m": 7.5 + number}
        answer = await answered(client, world, 4, id_, nobody("absent", 13) | {"location": place})
        assert (answer.status_code, answer.json()["state"], answer.json()["version"]) == (201, "to_do", number + 1)
    for day in (25, 26, 27, 28):
        assert (await answered(client, world, 4, id_, nobody("absent", day))).json()["state"] == "to_do"
    for year in (2015, 2016, 2017):
        told = {"captured_at": f"{year}-01-01T00:00:00+07:00"}
        assert (await answered(client, world, 4, id_, nobody("absent") | told)).json()["state"] == "to_do"
    row = await pg.fetchrow("SELECT state, result, visits FROM reinterview WHERE id = $1", id_)
    assert row is not None
    assert tuple(row) == ("assigned", "absent", 2), "one on the 13th, and one now"
    assert (await answered(client, world, 4, id_, nobody("absent", 15))).json()["state"] == "done"


async def test_who_is_given_it_next_begins_to_count_visits(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, drawn: dict[str, Json], clock: SetClock
) -> None:
    id_, _ = await one_of(pg, drawn)
    clock.moment += timedelta(days=3)
    for day in (13, 14):
        assert (await answered(client, world, 4, id_, nobody("absent", day))).json()["state"] == "to_do"
    await assign(client, world, id_, "enumerator.5")
    clock.moment += timedelta(days=1)
    assert (await answered(client, world, 5, id_, nobody("absent", 16))).json()["state"] == "to_do"
    assert await pg.fetchval("SELECT visits FROM reinterview WHERE id = $1", id_) == 1


@pytest.mark.parametrize("told", ["2015-01-01T00:00:00+07:00", "2022-09-12T11:00:00+07:00", "2035-01-01T00:00:00Z"])
async def test_a_correction_by_a_clock_that_is_wrong_is_taken(
    pg: asyncpg.Connection,
    client: httpx.AsyncClient,
    world: World,
    drawn: dict[str, Json],
    clock: SetClock,
    told: str,
) -> None:
    """Refused as not needed, the tablet would delete it. What its clock said is stored as it was."""
    id_, record = await one_of(pg, drawn)
    clock.moment += timedelta(days=2)
    assert (await answered(client, world, 4, id_, heard(record))).status_code == 201
    clock.moment += timedelta(hours=1)
    corrected = heard(record, annual_sales_idr=5) | {"captured_at": told}
    answer = await answered(client, world, 4, id_, corrected)
    assert (answer.status_code, answer.json().get("version")) == (201, 2), answer.text
    stored = await pg.fetchval("SELECT captured_at FROM reinterview_version WHERE id = $1 AND version = 2", id_)
    assert stored == datetime.fromisoformat(told)
    assert (await answered(client, world, 4, id_, nobody("not_found", 20))).status_code == 409


async def test_a_business_that_is_not_there_is_counted_by_itself(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, drawn: dict[str, Json]
) -> None:
    id_, _ = await one_of(pg, drawn)
    assert (await answered(client, world, 4, id_, nobody("not_found"))).json()["state"] == "done"
    (row,) = await ask(client, world, "agreement")
    assert (row["enumerator"], row["not_found"], row["interviewed"], row["compared"]) == ("enumerator.1", 1, 0, 0)
    assert row["share"] is None


@pytest.mark.parametrize(
    ("changed", "pointer", "code"),
    [
        ({"answers": {}}, "/body/answers/legal_name", "field_required"),
        ({"questionnaire": "koperasi@1"}, "/body/questionnaire", "questionnaire_differs"),
        ({"questionnaire": "umkm@99"}, "/body/questionnaire", "questionnaire_differs"),
        ({"result": "refused"}, "/body/answers", "answers_without_interview"),
        ({"result": "perhaps"}, "/body/result", "not_a_choice"),
        ({"captured_at": "2022-09-13T09:00:00"}, "/body/captured_at", None),
        ({"captured_at": None}, "/body/captured_at", None),
    ],
)
async def test_what_cannot_be_read_is_refused_with_a_pointer(
    pg: asyncpg.Connection,
    client: httpx.AsyncClient,
    world: World,
    drawn: dict[str, Json],
    changed: Json,
    pointer: str,
    code: str | None,
) -> None:
    id_, record = await one_of(pg, drawn)
    answer = await answered(client, world, 4, id_, heard(record) | changed)
    assert answer.status_code == 422, answer.text
    found = {each["pointer"]: each["code"] for each in answer.json()["errors"]}
    assert pointer in found
    assert code in (None, found[pointer])
    assert await pg.fetchval("SELECT count(*) FROM reinterview_version") == 0


@pytest.mark.parametrize("location", [True, False])
async def test_an_interview_that_answers_nothing_is_none(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, drawn: dict[str, Json], location: bool
) -> None:
    """Though it is at the right place, or repeats what is shown."""
    id_, record = await one_of(pg, drawn)
    shown = {each: record["answers"][each] for each in ("legal_name", "address", "main_activity")}
    for said in ({"legal_name": "x", "kbli": "00000"}, {**shown, "kbli": "47112", "trade_name": shown["legal_name"]}):
        body = heard(record) | {"answers": said} | ({} if location else {"location": None})
        answer = await answered(client, world, 4, id_, body)
        assert answer.status_code == 422, answer.text
        (fault,) = answer.json()["errors"]
        assert (fault["pointer"], fault["code"]) == ("/body/answers", "interview_without_answers")
        assert "wawancara" in fault["detail"]
    assert await pg.fetchval("SELECT count(*) FROM reinterview_version") == 0
    body = heard(record) | {"answers": {"legal_name": "x", "kbli": "00000", "owner": {"sex": "male"}}}
    assert (await answered(client, world, 4, id_, body)).status_code == 201


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"phone": "0811111111"}, 201),
        ({"legal_form": "pt"}, 201),
        ({"workers": {"paid_male": 77}}, 201),
        ({"started_year": 2010}, 201),
        ({"owner": {"nik": "1601145203850001"}}, 201),
        ({"legal_form": "cv"}, 422),
        ({"workers": {"paid_male": 12}}, 422),
        ({"rt": "12"}, 422),
        ({}, 422),
    ],
)
async def test_that_it_is_refused_tells_nothing_of_the_first_interview(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, draw_all: Draw, said: Json, status: int
) -> None:
    """Whatever the first one answered, or left empty: both show the same."""
    shown = {"legal_name": "CV Delima", "kbli": "47112", "address": "Jalan Mawar 12 sejak 1998"}
    full = {"phone": "0812345678", "legal_form": "cv", "workers": {"paid_male": 12}, "started_year": 1998, "rt": "12"}
    made = [item(answers={**shown, **more}) for more in ({}, full)]
    for each in made:
        await send(client, world, 1, [each])
        await configure(client, world, share_percent=20.0, seed=seed_that_draws(UUID(each["record_id"])))
        await draw_all()
    given = await pg.fetch("SELECT id, assignee_id, record_id FROM reinterview ORDER BY record_id")
    assert {str(row["record_id"]) for row in given} == {each["record_id"] for each in made}
    body = heard(made[0] | {"answers": {"owner": {}}}) | {"answers": {"legal_name": "x", "kbli": "00000", **said}}
    seen = []
    for row in given:
        who = next(each for each in range(2, 7) if world.id(f"enumerator.{each}") == row["assignee_id"])
        answer = await answered(client, world, who, row["id"], body)
        told = answer.json()
        seen.append((answer.status_code, told.get("errors"), told.get("version"), told.get("state")))
    assert seen[0] == seen[1]
    assert seen[0][0] == status
    compared = await pg.fetch(
        "SELECT same || different FROM reinterview WHERE record_id = $1::text::uuid", made[0]["record_id"]
    )
    assert {each for row in compared for each in row[0]} <= {"/legal_name", "/kbli", "/location"}, (
        "the first one left it empty"
    )


async def test_numbers_and_answers_are_sealed(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, drawn: dict[str, Json]
) -> None:
    id_, record = await one_of(pg, drawn)
    await answered(client, world, 4, id_, heard(record))
    tables = ("reinterview", "reinterview_version")
    stored = str([tuple(row) for table in tables for row in await pg.fetch(f"SELECT * FROM {table}")])
    said = record["answers"]
    for secret in (said["owner"]["nik"], said["phone"], str(said["annual_sales_idr"]), said["address"]):
        assert secret not in stored
    events = str([tuple(row) for row in await pg.fetch("SELECT action, detail FROM audit_event")])
    assert "reinterview.answered" in events
    assert said["owner"]["nik"] not in events


async def test_after_the_campaign_nothing_is_taken(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, drawn: dict[str, Json]
) -> None:
    id_, record = await one_of(pg, drawn)
    await pg.execute(
        "UPDATE campaign SET starts_on = '2022-01-01', ends_on = '2022-09-01', accepts_until = '2022-09-02'"
        " WHERE id = 1"
    )
    answer = await answered(client, world, 4, id_, heard(record))
    assert (answer.status_code, answer.json()["code"]) == (409, "reinterview_not_needed")
    assert {each["state"] for each in await tasks(client, world, 4)} == {"not_needed"}


async def test_a_setting_changes_what_agrees(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, drawn: dict[str, Json], clock: SetClock
) -> None:
    id_, record = await one_of(pg, drawn)
    more = round(record["answers"]["annual_sales_idr"] * 1.3)
    await answered(client, world, 4, id_, heard(record, annual_sales_idr=more))
    assert await pg.fetchval("SELECT different FROM reinterview WHERE id = $1", id_) == ["/annual_sales_idr"]
    await configure(client, world, money_tolerance=0.5)
    clock.moment += timedelta(minutes=1)
    await answered(client, world, 4, id_, heard(record, annual_sales_idr=more + 1))
    assert await pg.fetchval("SELECT different FROM reinterview WHERE id = $1", id_) == []
