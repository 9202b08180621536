"""Cut-offs: what was published stays, adds up, and equals progress at its moment to the last digit."""

import asyncio
import csv
import random
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest
from census import change
from shapes import Deed, Json
from world import OTHER_VILLAGE, VILLAGE, World, batch, item, nik, put

from app.core.clock import SetClock
from app.core.ids import new_id
from app.core.settings import Settings
from app.progress.models import COUNTERS

EMBEDDED_IS_ENOUGH = True
FIRST_COLUMN = {"cutoff": "note"}
ASKED: Json = {"region": "16.01", "name": "Rapat 13 September", "note": "Angka 33,66 % tidak mengikuti dari 42.000."}
AT = {"region": "16.01", "as_of": "2022-09-12", "name": "Rapat"}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"rate_export": "1000/second"})


class Published:
    """Publishes cut-offs and reads them."""

    def __init__(self, client: httpx.AsyncClient, world: World) -> None:
        self.client, self.world = client, world

    async def post(self, asked: Json, who: str = "officer") -> httpx.Response:
        return await self.client.post("/v1/progress/cutoffs", json=asked, headers=self.world.auth(who))

    async def id(self, asked: Json, who: str = "officer") -> str:
        answer = await self.post(asked, who)
        assert answer.status_code == 201, answer.text
        found: str = answer.json()["id"]
        return found

    async def get(self, path: str, who: str = "officer", **params: Any) -> httpx.Response:
        headers = self.world.auth(who) | params.pop("headers", {})
        return await self.client.get(f"/v1/progress/{path}", headers=headers, params=params)

    async def json(self, path: str, who: str = "officer", **params: Any) -> Json:
        answer = await self.get(path, who, **params)
        assert answer.status_code == 200, answer.text
        found: Json = answer.json()
        return found


@pytest.fixture
def cutoffs(client: httpx.AsyncClient, world: World) -> Published:
    return Published(client, world)


@pytest.fixture
async def some(enter: Deed, send: Deed) -> None:
    """Work of three enumerators in two months, with something taken back."""
    await enter("enumerator.1", 40, VILLAGE, -20)
    await enter("enumerator.1", 30, VILLAGE, 5)
    await enter("enumerator.2", 25, OTHER_VILLAGE, 10)
    await enter("enumerator.4", 7)
    await send("enumerator.1", change("entered", -2, VILLAGE, 8, 5), change("duplicates", 2, VILLAGE, 8, 5))
    await send("enumerator.2", change("refused", 3, OTHER_VILLAGE, 9, 9), change("verified", 11, OTHER_VILLAGE, 9, 9))


async def test_it_is_what_progress_was(cutoffs: Published, some: None) -> None:
    id_ = await cutoffs.id(AT)
    asked = {"as_of": "2022-09-12"}
    item = (await cutoffs.json("regions/16.01", **asked))["item"]
    assert (await cutoffs.json(f"cutoffs/{id_}"))["item"] == item
    assert item["entered"] == 100
    for parent in ("16.01", VILLAGE[:8]):
        rows = (await cutoffs.json("regions", parent=parent, **asked))["items"]
        assert (await cutoffs.json(f"cutoffs/{id_}/regions", parent=parent))["items"] == rows
        assert rows
    people = (await cutoffs.json("enumerators", region="16.01", **asked))["items"]
    assert (await cutoffs.json(f"cutoffs/{id_}/enumerators"))["items"] == people
    assert len(people) == 6


async def test_months_add_up_to_the_region(cutoffs: Published, some: None) -> None:
    id_ = await cutoffs.id(AT)
    item = (await cutoffs.json(f"cutoffs/{id_}"))["item"]
    people = (await cutoffs.json(f"cutoffs/{id_}/enumerators"))["items"]
    months = (await cutoffs.json(f"cutoffs/{id_}/months"))["items"]
    counted = (
        *("entered", "submissions", "duplicates", "conflicts", "invalid", "verified", "returned"),
        *("doors", "refused"),
    )
    for name in counted:
        assert sum(row[name] for row in months) == item[name]
    for one in people:
        own = [row for row in months if row["enumerator"] == one["enumerator"]]
        for name in (*counted, "active_days"):
            assert sum(row[name] for row in own) == one[name]
    assert {row["month"] for row in months} == {"2022-08-01", "2022-09-01"}


async def test_days_add_up_to_the_region(cutoffs: Published, some: None, pg: asyncpg.Connection) -> None:
    id_ = await cutoffs.id(AT)
    sums = ", ".join(f"sum({name})" for name in COUNTERS)
    days = await pg.fetchrow(f"SELECT {sums} FROM cutoff_day WHERE cutoff_id = $1", UUID(id_))
    region = await pg.fetchrow(
        f"SELECT {', '.join(COUNTERS)} FROM cutoff_region WHERE cutoff_id = $1 AND region_code = '16.01'", UUID(id_)
    )
    assert days is not None
    assert region is not None
    assert tuple(days) == tuple(region)


async def test_nothing_changes_it_later(cutoffs: Published, some: None, send: Deed, pg: asyncpg.Connection) -> None:
    id_ = await cutoffs.id(AT)
    paths = ("", "/regions", "/enumerators", "/months")
    before = [(await cutoffs.get(f"cutoffs/{id_}{path}")).json() for path in paths]
    await send("enumerator.1", change("entered", -5, VILLAGE, 11, 5), change("duplicates", 5, VILLAGE, 11, 5))
    await pg.execute("UPDATE target SET businesses = 7 WHERE region_code = '16.01'")
    await pg.execute("UPDATE account SET name = 'Lain'  WHERE username LIKE 'enumerator%'")
    await pg.execute("UPDATE campaign SET ends_on = '2022-10-30' WHERE id = 1")
    assert [(await cutoffs.get(f"cutoffs/{id_}{path}")).json() for path in paths] == before
    later = await cutoffs.id(AT | {"name": "Sesudahnya"})
    assert (await cutoffs.json(f"cutoffs/{later}"))["item"]["entered"] == 95


async def test_the_server_itself_may_not_change_it(cutoffs: Published, some: None, pg: asyncpg.Connection) -> None:
    await cutoffs.id(AT)
    await pg.execute("SET ROLE kumkm_api")
    for table in ("cutoff", "cutoff_region", "cutoff_enumerator", "cutoff_month", "cutoff_day"):
        assert await pg.fetchval(f"SELECT count(*) FROM {table}")
        for statement in (f"UPDATE {table} SET {FIRST_COLUMN.get(table, 'entered')} = NULL", f"DELETE FROM {table}"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await pg.execute(statement)


async def test_a_day_to_come_is_refused(cutoffs: Published) -> None:
    answer = await cutoffs.post(ASKED | {"as_of": "2022-09-14"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0] | {"detail": ""} == {"pointer": "/body/as_of", "code": "in_future", "detail": ""}


async def test_the_same_again_is_the_same_cutoff(cutoffs: Published, some: None) -> None:
    asked = ASKED | {"id": str(new_id())}
    first = await cutoffs.post(asked)
    again = await cutoffs.post(asked)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    for other in (
        {"name": "Lain"},
        {"region": VILLAGE},
        {"basis": "captured"},
        {"note": None},
        {"as_of": "2022-09-01"},
    ):
        answer = await cutoffs.post(asked | other)
        assert answer.status_code == 422
        assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [("/body/id", "id_reused")]
    assert len((await cutoffs.json("cutoffs"))["items"]) == 1


async def test_two_at_once_make_one(cutoffs: Published, some: None) -> None:
    asked = ASKED | {"id": str(new_id())}
    answers = await asyncio.gather(*(cutoffs.post(asked) for _ in range(4)))
    assert sorted(each.status_code for each in answers) == [200, 200, 200, 201]
    assert len({each.text for each in answers}) == 1


async def test_each_role_sees_its_own(cutoffs: Published, some: None) -> None:
    id_ = await cutoffs.id(AT)
    seen = {}
    for who in ("enumerator.1", "coordinator.2", "officer"):
        items = (await cutoffs.json(f"cutoffs/{id_}/enumerators", who))["items"]
        seen[who] = sorted(row["enumerator"]["username"] for row in items)
        months = (await cutoffs.json(f"cutoffs/{id_}/months", who))["items"]
        assert {row["enumerator"]["username"] for row in months} <= set(seen[who])
    everybody = [f"enumerator.{n}" for n in range(1, 7)]
    assert seen == {"enumerator.1": everybody[:1], "coordinator.2": everybody[3:], "officer": everybody}
    for path in (f"cutoffs/{id_}", f"cutoffs/{id_}/regions", f"cutoffs/{id_}/enumerators", f"cutoffs/{id_}/months"):
        assert (await cutoffs.get(path, "officer.palembang")).status_code == 404
    assert (await cutoffs.json("cutoffs", "officer.palembang"))["items"] == []
    assert (await cutoffs.get("cutoffs", "officer.palembang", region="16.01")).status_code == 404
    for who, status in (("coordinator.1", 403), ("enumerator.1", 403), ("system", 403), ("officer.palembang", 404)):
        assert (await cutoffs.post(ASKED, who)).status_code == status


async def test_the_newest_come_first_page_by_page(cutoffs: Published) -> None:
    ids = [await cutoffs.id(AT | {"name": f"Rilis {n}"}) for n in range(3)]
    first = await cutoffs.json("cutoffs", limit=2)
    second = await cutoffs.json("cutoffs", limit=2, cursor=first["next_cursor"])
    assert {row["id"] for row in first["items"] + second["items"]} == set(ids)
    assert second["next_cursor"] is None
    assert (await cutoffs.json("cutoffs", campaign="pl-kumkm-2023"))["items"] == []


async def test_it_leaves_as_csv_that_says_where_it_is_from(cutoffs: Published, some: None) -> None:
    id_ = await cutoffs.id(AT)
    for path in ("regions", "enumerators", "months"):
        answer = await cutoffs.get(f"cutoffs/{id_}/{path}", headers={"Accept": "text/csv"})
        rows = list(csv.DictReader(answer.text.splitlines()))
        assert rows
        assert {(row["cutoff_id"], row["cutoff_name"], row["as_of"]) for row in rows} == {(id_, "Rapat", "2022-09-12")}


async def test_what_is_not_there_is_not_found(cutoffs: Published) -> None:
    id_ = await cutoffs.id(ASKED)
    assert (await cutoffs.get(f"cutoffs/{uuid4()}")).status_code == 404
    assert (await cutoffs.get(f"cutoffs/{id_}/regions", parent="16.02")).status_code == 404
    assert (await cutoffs.get(f"cutoffs/{id_}/regions", parent=VILLAGE)).json()["items"] == []


@pytest.mark.parametrize("seed", range(3))
async def test_rates_and_ranks_are_those_of_progress(
    cutoffs: Published, seed: int, send: Deed, pg: asyncpg.Connection
) -> None:
    """Over made-up figures: the database works them out as `pace.py` does, to the last digit."""
    chance = random.Random(seed)
    villages = [
        row[0] for row in await pg.fetch("SELECT code FROM region WHERE level = 'village' AND code LIKE '16.01.%'")
    ]
    for village in chance.sample(villages, 12):
        await pg.execute(
            "INSERT INTO target (campaign_id, region_code, businesses) VALUES (1, $1, $2) ON CONFLICT DO NOTHING",
            village,
            chance.choice([1, 3, 7, 64, 300, 999_983]),
        )
        for _ in range(chance.randint(0, 4)):
            day = chance.randint(-30, 11)
            await send(
                f"enumerator.{chance.randint(1, 6)}", change("entered", chance.randint(-3, 60), village, day, day)
            )
    await pg.execute(
        "INSERT INTO target (campaign_id, region_code, businesses)"
        " SELECT 1, code, 10 + row_number() OVER (ORDER BY code) FROM region WHERE parent_code = '16.01'"
    )
    id_ = await cutoffs.id(AT | {"basis": chance.choice(["received", "captured"])})
    basis = (await cutoffs.json(f"cutoffs/{id_}"))["basis"]
    asked = {"as_of": "2022-09-12", "basis": basis}
    below = (await cutoffs.json("regions", parent="16.01", **asked))["items"]
    assert (await cutoffs.json(f"cutoffs/{id_}/regions"))["items"] == below
    for district in below:
        code = district["region"]["code"]
        rows = (await cutoffs.json("regions", parent=code, **asked))["items"]
        assert (await cutoffs.json(f"cutoffs/{id_}/regions", parent=code))["items"] == rows


async def test_two_are_compared_by_region_and_by_person(cutoffs: Published, some: None, send: Deed) -> None:
    first = await cutoffs.id(AT | {"as_of": "2022-09-08", "name": "Sebelumnya"})
    second = await cutoffs.id(AT)
    for one, other in ((first, second), (second, first)):
        found = await cutoffs.json(f"cutoffs/{one}/comparison", **{"with": other})
        assert (found["before"]["id"], found["after"]["id"]) == (first, second)
        whole, *parts = found["items"]
        assert whole["region"]["code"] == "16.01"
        assert (whole["before"]["entered"], whole["after"]["entered"]) == (70, 100)
        assert whole["difference"]["entered"] == 30
        assert (whole["difference"]["duplicates"], whole["difference"]["verified"]) == (2, 11)
        assert sum(row["difference"]["entered"] for row in parts) == 30
    people = (await cutoffs.json(f"cutoffs/{first}/comparison", by="enumerator", **{"with": second}))["items"]
    assert {row["enumerator"]["username"]: row["difference"]["entered"] for row in people} == {
        "enumerator.1": -2,
        "enumerator.2": 25,
        "enumerator.4": 7,
        **{f"enumerator.{n}": 0 for n in (3, 5, 6)},
    }


async def test_a_comparison_comes_page_by_page(cutoffs: Published, some: None) -> None:
    first, second = await cutoffs.id(AT | {"as_of": "2022-09-08"}), await cutoffs.id(AT)
    asked: dict[str, Any] = {"with": second, "by": "enumerator", "limit": 4}
    one = await cutoffs.json(f"cutoffs/{first}/comparison", **asked)
    two = await cutoffs.json(f"cutoffs/{first}/comparison", cursor=one["next_cursor"], **asked)
    names = [row["enumerator"]["username"] for row in one["items"] + two["items"]]
    assert sorted(names) == [f"enumerator.{n}" for n in range(1, 7)]
    assert two["next_cursor"] is None


async def test_a_comparison_names_what_was_merged_away(
    cutoffs: Published, client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, clock: SetClock
) -> None:
    number = nik()
    await put(client, world, "enumerator.1", batch(item(nik=nik(), nib="9120000000017")))
    await put(client, world, "enumerator.2", batch(item(nik=number)))
    first = await cutoffs.id(ASKED)
    clock.moment += timedelta(days=1)
    sent = item(nik=number, nib="9120000000017")
    await put(client, world, "enumerator.4", batch(sent))
    case = await pg.fetchval("SELECT id FROM duplicate_case WHERE record_id = $1", sent["record_id"])
    asked = {"decision": "same", "reason": "Sudah diperiksa"}
    done = await client.post(f"/v1/duplicates/{case}/resolution", json=asked, headers=world.auth("officer"))
    assert done.status_code == 200, done.text
    second = await cutoffs.id(ASKED)
    found = await cutoffs.json(f"cutoffs/{first}/comparison", **{"with": second})
    assert [(each["code"], each["records"]) for each in found["changes"]] == [("duplicates", 2)]
    assert found["items"][0]["difference"]["entered"] == -1
    assert all("duplikat" in each["text"] for each in found["changes"] if each["code"] == "duplicates")


async def test_what_was_decided_on_one_day_explains_two_cutoffs_of_that_day(
    cutoffs: Published, client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    number = nik()
    await put(client, world, "enumerator.1", batch(item(nik=nik(), nib="9120000000017")))
    await put(client, world, "enumerator.2", batch(item(nik=number)))
    sent = item(nik=number, nib="9120000000017")
    await put(client, world, "enumerator.4", batch(sent))
    first = await cutoffs.id(ASKED)
    case = await pg.fetchval("SELECT id FROM duplicate_case WHERE record_id = $1", sent["record_id"])
    asked = {"decision": "same", "reason": "Sudah diperiksa"}
    done = await client.post(f"/v1/duplicates/{case}/resolution", json=asked, headers=world.auth("officer"))
    assert done.status_code == 200, done.text
    second, third = await cutoffs.id(ASKED), await cutoffs.id(ASKED)
    found = await cutoffs.json(f"cutoffs/{first}/comparison", **{"with": second})
    assert found["items"][0]["difference"]["entered"] == -1
    assert [(each["code"], each["records"]) for each in found["changes"]] == [("duplicates", 2)]
    assert (await cutoffs.json(f"cutoffs/{second}/comparison", **{"with": third}))["changes"] == []


@pytest.mark.parametrize("day", ["0001-01-01", "2022-03-31"])
async def test_a_day_before_the_campaign_is_refused(cutoffs: Published, day: str) -> None:
    answer = await cutoffs.post(ASKED | {"as_of": day})
    assert answer.status_code == 422
    assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [("/body/as_of", "before_campaign")]


@pytest.mark.parametrize("day", [{}, {"as_of": "2022-09-12"}, {"as_of": "2022-09-11"}])
async def test_a_campaign_that_has_not_begun_has_no_cutoff(
    cutoffs: Published, day: Json, pg: asyncpg.Connection
) -> None:
    await pg.execute("UPDATE campaign SET starts_on = '2022-09-13' WHERE code = 'pl-kumkm-2022'")
    asked = {name: value for name, value in ASKED.items() if name != "as_of"} | {"campaign": "pl-kumkm-2022"}
    answer = await cutoffs.post(asked | day)
    assert answer.status_code == 422
    assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [("/body/as_of", "before_campaign")]
    assert await pg.fetchval("SELECT count(*) FROM cutoff") == 0
    await pg.execute("UPDATE campaign SET starts_on = '2022-09-12' WHERE code = 'pl-kumkm-2022'")
    assert (await cutoffs.post(asked)).status_code == 201


@pytest.mark.parametrize("name", ["OKU 16.01 2022-09-13", "Rilis 13/09/2022 08.00 untuk 16.01.14.1003"])
async def test_dates_and_codes_in_a_name_stay_as_they_were_said(cutoffs: Published, name: str) -> None:
    id_ = await cutoffs.id(ASKED | {"name": name, "note": f"Lihat {name}"})
    found = await cutoffs.json(f"cutoffs/{id_}")
    assert (found["name"], found["note"]) == (name, f"Lihat {name}")


@pytest.mark.parametrize("said", ["1601145203850001", "HP 0812-3456-7890", "1601 1452 0385 0001", "NIB 9120000000017"])
async def test_the_number_of_a_person_in_a_name_is_refused(cutoffs: Published, said: str) -> None:
    for field in ("name", "note"):
        answer = await cutoffs.post(ASKED | {field: said})
        assert [each["pointer"] for each in answer.json()["errors"]] == [f"/body/{field}"]


async def test_what_cannot_be_compared_is_refused(cutoffs: Published, some: None, pg: asyncpg.Connection) -> None:
    await pg.execute("UPDATE campaign SET starts_on = '2022-01-01' WHERE code = 'pl-kumkm-2023'")
    one = await cutoffs.id(AT)
    for other in (AT | {"region": VILLAGE}, AT | {"basis": "captured"}, AT | {"campaign": "pl-kumkm-2023"}):
        id_ = await cutoffs.id(other)
        answer = await cutoffs.get(f"cutoffs/{one}/comparison", **{"with": id_})
        assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [
            ("/query/with", "not_comparable")
        ]
    assert (await cutoffs.get(f"cutoffs/{one}/comparison", **{"with": str(uuid4())})).status_code == 404
    assert (await cutoffs.get(f"cutoffs/{one}/comparison", parent="16.02", **{"with": one})).status_code == 404
    assert (await cutoffs.get(f"cutoffs/{one}/comparison")).status_code == 422
