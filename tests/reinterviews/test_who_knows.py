"""Nobody asks again who knows the answers: from a list of this round, from a record of their own, or from an area that
is theirs no longer."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import asyncpg
import httpx
import pytest
from asked_again import Draw, answered, assign, configure, heard, nobody, records, send, tasks
from shapes import Call, Json
from world import OTHER_VILLAGE, VILLAGE, World, batch, item, put

from app.core.clock import SetClock
from app.reinterviews.drawing import value_of

THIS, NEXT = "pl-kumkm-2022", "pl-kumkm-2023"
LATER = datetime(2023, 5, 5, 5, tzinfo=UTC)
CONFIRMED_AT, SENT_AT = "2023-05-05T09:00:00+07:00", "2023-05-05T12:00:00+07:00"


async def one(pg: asyncpg.Connection, drawn: dict[str, Json]) -> tuple[str, Json]:
    row = await pg.fetchrow("SELECT id, record_id FROM reinterview ORDER BY id LIMIT 1")
    assert row is not None
    return str(row["id"]), drawn[str(row["record_id"])]


def again(record: Json, **changed: str) -> Json:
    """The same business, as another enumerator records it."""
    return item(region=record["region_code"], answers={**record["answers"], **changed})


async def state_of(pg: asyncpg.Connection, id_: str) -> tuple[str, str | None]:
    row = await pg.fetchrow("SELECT state, assignee_id::text FROM reinterview WHERE id = $1", id_)
    assert row is not None
    return row[0], row[1]


class NextRound:
    """The next round, begun from this one: one area each, and what enumerator.1 confirmed there."""

    def __init__(self, pg: asyncpg.Connection, client: httpx.AsyncClient, world: World) -> None:
        self.pg, self.client, self.world = pg, client, world

    async def area(self, enumerator: int, region: str) -> None:
        add = "INSERT INTO assignment (campaign_id, enumerator_id, region_code, starts_on) VALUES (2, $1, $2, $3)"
        await self.pg.execute(add, self.world.id(f"enumerator.{enumerator}"), region, date(2023, 4, 1))

    async def list_of(self, enumerator: int) -> dict[str, Json]:
        answer = await self.client.get(
            "/v1/sync/listing", params={"campaign": NEXT}, headers=self.world.auth(f"enumerator.{enumerator}")
        )
        assert answer.status_code == 200, answer.text
        return {each["listing_id"]: each for each in answer.json()["items"]}

    async def confirm(self, listing_id: str, answers: Json, region: str) -> str:
        """Send what stands on the list as a record of the round; its id."""
        made = item(region=region, captured_at=CONFIRMED_AT, answers=answers) | {"listing_id": listing_id}
        sent = batch(made, campaign=NEXT, sent_at=SENT_AT)
        answer = await put(self.client, self.world, "enumerator.1", sent)
        assert answer.json()["counts"]["accepted"] == 1, answer.text
        return str(made["record_id"])


@pytest.fixture
async def next_round(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, act: Call, clock: SetClock
) -> NextRound:
    await send(client, world, 3, records(3, 6))
    await pg.execute("DELETE FROM assignment WHERE campaign_id = 2")
    clock.moment = LATER
    listed = await act("officer", "POST", "listing/from-campaign", {"campaign": NEXT, "from_campaign": THIS})
    assert listed.status_code == 200, listed.text
    return NextRound(pg, client, world)


@pytest.mark.parametrize("with_number", [True, False])
async def test_who_has_the_list_that_the_record_confirmed_is_not_asked(
    next_round: NextRound,
    pg: asyncpg.Connection,
    client: httpx.AsyncClient,
    world: World,
    draw_all: Draw,
    with_number: bool,
) -> None:
    """Two who copy the same list would agree in everything. Also where only the list's id says which business it is."""
    for each in (1, 2):
        await next_round.area(each, VILLAGE)
    for each in (4, 5):
        await next_round.area(each, OTHER_VILLAGE)
    on_list = next(entry for entry in (await next_round.list_of(2)).values() if entry["region_code"] == VILLAGE)
    full = next(each for each in records(3, 6) if each["answers"]["legal_name"] == on_list["name"])
    said = {**full["answers"], "owner": {**full["answers"]["owner"]}}
    if not with_number:
        said["owner"].pop("nik")
    record_id = await next_round.confirm(on_list["listing_id"], said, VILLAGE)
    seed = next(each for each in map("benih-{:05}".format, range(10_000)) if value_of(each, UUID(record_id)) < 0.2)
    said_by_admin = {"reinterviews": {"share_percent": 20.0, "seed": seed, "assignment": "manual"}}
    assert (await client.patch(f"/v1/campaigns/{NEXT}", json=said_by_admin, headers=world.auth("admin"))).is_success
    await draw_all()
    id_ = await pg.fetchval("SELECT id::text FROM reinterview WHERE record_id = $1::text::uuid", record_id)
    refused = await assign(client, world, id_, "enumerator.2")
    assert refused.json()["errors"][0]["code"] == "answers_known"
    assert (await assign(client, world, id_, "enumerator.4")).status_code == 204

    await next_round.area(4, VILLAGE)  # meanwhile
    await pg.execute("UPDATE assignment SET ends_on = starts_on WHERE campaign_id = 2 AND region_code = $1", VILLAGE)
    copied = {"answers": said, "location": None}
    assert (await answered(client, world, 4, id_, heard(copied))).status_code == 201
    found = await pg.fetchrow("SELECT same || different AS compared FROM reinterview WHERE id = $1::text::uuid", id_)
    assert found is not None
    assert found["compared"], "money stands on no list"
    assert not {f"/{name}" for name in on_list["answers"]} & set(found["compared"])


async def test_whose_area_ended_after_the_list_was_read_is_not_asked(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, drawn: dict[str, Json], act: Call
) -> None:
    """An end may be set for a day on which it was not over."""
    id_, record = await one(pg, drawn)
    await pg.execute("DELETE FROM assignment WHERE campaign_id = 2")
    await act("officer", "POST", "listing/from-campaign", {"campaign": NEXT, "from_campaign": THIS})
    columns = "campaign_id, enumerator_id, region_code, starts_on, ends_on"
    add = f"INSERT INTO assignment ({columns}) VALUES (2, $1, $2, $3, $3)"
    await pg.execute(add, world.id("enumerator.5"), record["region_code"], date(2022, 9, 1))
    refused = await assign(client, world, id_, "enumerator.5")
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "answers_known")


async def test_who_recorded_the_business_too_is_not_asked(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, drawn: dict[str, Json], draw_all: Draw
) -> None:
    """Before it is given, or meanwhile: then somebody else asks."""
    id_, record = await one(pg, drawn)
    twice = await put(client, world, "enumerator.5", batch(again(record)))
    assert twice.json()["counts"]["duplicate"] == 1, twice.text
    refused = await assign(client, world, id_, "enumerator.5")
    assert refused.json()["errors"][0]["code"] == "answers_known"
    assert "enumerator.5" not in str(refused.json()["errors"])

    twice = await put(client, world, "enumerator.4", batch(again(record)))
    assert twice.json()["counts"]["duplicate"] == 1, twice.text
    sent = await answered(client, world, 4, id_, heard(record))
    assert (sent.status_code, sent.json()["code"]) == (409, "reinterview_taken_away")
    mine = {each["id"]: each for each in await tasks(client, world, 4)}
    assert (mine[id_]["state"], mine[id_]["business_name"]) == ("taken_away", None)
    assert await state_of(pg, id_) == ("open", None)
    await configure(client, world, assignment="automatic")
    await draw_all()
    assert (await state_of(pg, id_))[1] not in {None, *(str(world.id(f"enumerator.{each}")) for each in (1, 4, 5))}


async def test_a_moved_account_reads_and_sends_nothing_of_where_it_was(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, drawn: dict[str, Json], draw_all: Draw
) -> None:
    id_, record = await one(pg, drawn)
    await pg.execute("UPDATE account SET region_code = '16.71' WHERE id = $1", world.id("enumerator.4"))
    sent = await answered(client, world, 4, id_, heard(record))
    assert (sent.status_code, sent.json()["code"]) == (409, "reinterview_taken_away")
    for task in await tasks(client, world, 4):
        assert (task["state"], task["business_name"], task["location"]) == ("taken_away", None, None)
    assert await pg.fetchval("SELECT bool_and(state = 'open') FROM reinterview")
    again = await assign(client, world, id_, "enumerator.4")
    assert again.json()["errors"][0]["code"] == "enumerator_not_there", "though its assignment goes on"
    await configure(client, world, assignment="automatic")
    await draw_all()
    assert (await state_of(pg, id_))[1] not in (None, str(world.id("enumerator.4")))


async def test_what_a_closed_account_had_to_do_waits_for_somebody_else(
    pg: asyncpg.Connection, world: World, drawn: dict[str, Json], draw_all: Draw, clock: SetClock
) -> None:
    id_, _ = await one(pg, drawn)
    await pg.execute("UPDATE account SET deactivated_at = $2 WHERE id = $1", world.id("enumerator.4"), clock.now())
    await draw_all()
    assert await state_of(pg, id_) == ("open", None)


async def test_after_the_campaign_nobody_is_given_anything(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, drawn: dict[str, Json], clock: SetClock
) -> None:
    id_, _ = await one(pg, drawn)
    over = await pg.fetchval("SELECT accepts_until FROM campaign WHERE id = 1")
    clock.moment = datetime.combine(over, clock.moment.timetz()) + timedelta(days=1)
    await pg.execute("UPDATE assignment SET ends_on = NULL")
    refused = await assign(client, world, id_, "enumerator.5")
    assert (refused.status_code, refused.json()["code"]) == (409, "state_changed")


async def test_as_long_as_the_campaign_takes_records_a_person_can_give_what_waits(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, drawn: dict[str, Json], clock: SetClock
) -> None:
    """Also after its last day: what was recorded on it is asked again later."""
    id_, record = await one(pg, drawn)
    last, until = (await pg.fetch("SELECT ends_on, accepts_until FROM campaign WHERE id = 1"))[0]
    assert last < until
    clock.moment = datetime.combine(until, clock.moment.timetz())
    await pg.execute("UPDATE assignment SET ends_on = NULL")
    assert (await assign(client, world, id_, "enumerator.5")).status_code == 204
    told = heard(record) | {"captured_at": clock.moment.isoformat()}
    assert (await answered(client, world, 5, id_, told)).status_code == 201


async def test_a_visit_without_an_interview_takes_no_interviews_place(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, drawn: dict[str, Json], clock: SetClock
) -> None:
    """In whatever order they come: a late request is none that says more."""
    id_, record = await one(pg, drawn)
    clock.moment += timedelta(days=9)
    told = heard(record)
    done = await answered(client, world, 4, id_, told)
    assert done.status_code == 201
    before = await pg.fetchrow("SELECT * FROM reinterview WHERE id = $1::text::uuid", id_)
    older = heard(record, annual_sales_idr=7) | {"captured_at": "2022-09-13T08:00:00+07:00"}
    for late in (nobody("absent", 12), nobody("absent", 20), nobody("not_found", 20), older):
        answer = await answered(client, world, 4, id_, late)
        assert (answer.status_code, answer.json()["code"]) == (409, "reinterview_not_needed")
        assert "lebih lama atau kurang berarti daripada yang sudah ada" in answer.json()["detail"]
    assert await pg.fetchrow("SELECT * FROM reinterview WHERE id = $1::text::uuid", id_) == before
    same = await answered(client, world, 4, id_, told)
    assert (same.status_code, same.json()) == (200, done.json())
    corrected = heard(record, annual_sales_idr=7) | {"captured_at": "2022-09-13T10:00:00+07:00"}
    assert (await answered(client, world, 4, id_, corrected)).json()["version"] == 2


async def test_an_interview_takes_the_place_of_what_was_not_found(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, drawn: dict[str, Json]
) -> None:
    id_, record = await one(pg, drawn)
    assert (await answered(client, world, 4, id_, nobody("not_found", 13))).status_code == 201
    assert (await answered(client, world, 4, id_, nobody("absent", 14))).status_code == 409
    late = heard(record) | {"captured_at": "2022-09-12T08:00:00+07:00"}
    assert (await answered(client, world, 4, id_, late)).json()["state"] == "done"
    assert await pg.fetchval("SELECT result FROM reinterview WHERE id = $1::text::uuid", id_) == "done"
