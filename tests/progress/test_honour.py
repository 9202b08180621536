"""Statements of honour: made once, never changed, equal to the cut-off, seen by whom they are about."""

import asyncio
import io
import random
import re
from datetime import date
from typing import Any

import asyncpg
import httpx
import pypdf
import pytest
import python_calamine
from census import change
from shapes import Deed, Json
from world import OTHER_VILLAGE, VILLAGE, World

from app.core.settings import Settings

EMBEDDED_IS_ENOUGH = True
RULE: Json = {"valid_from": "2022-04-01", "rate": 20_000, "decree": "Contoh/1/2022"}
AUGUST, SEPTEMBER = "2022-08-01", "2022-09-01"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"rate_export": "1000/second", "rate_change": "1000/second"})


class Office:
    """Sets rules, publishes cut-offs, makes statements and reads them."""

    def __init__(self, client: httpx.AsyncClient, world: World) -> None:
        self.client, self.world = client, world
        self._published = 0

    async def call(self, method: str, path: str, who: str = "officer", **sent: Any) -> httpx.Response:
        return await self.client.request(method, f"/v1/{path}", headers=self.world.auth(who), **sent)

    async def json(self, path: str, who: str = "officer", **params: Any) -> Json:
        answer = await self.call("GET", path, who, params=params)
        assert answer.status_code == 200, answer.text
        found: Json = answer.json()
        return found

    async def rules(self, *rules: Json) -> httpx.Response:
        return await self.call("PUT", "honour/rules", "admin", json={"rules": list(rules)})

    async def cutoff(self, as_of: str = "2022-09-12", region: str = "16.01", **more: Any) -> str:
        self._published += 1
        said = {"region": region, "as_of": as_of, "name": f"Rilis {self._published}", **more}
        answer = await self.call("POST", "progress/cutoffs", json=said)
        assert answer.status_code == 201, answer.text
        found: str = answer.json()["id"]
        return found

    async def post(self, month: str, cutoff: str, region: str = "16.01", who: str = "officer") -> httpx.Response:
        return await self.call(
            "POST", "honour/statements", who, json={"region": region, "month": month, "cutoff": cutoff}
        )

    async def run(self, month: str, cutoff: str, region: str = "16.01") -> Json:
        answer = await self.post(month, cutoff, region)
        assert answer.status_code == 201, answer.text
        found: Json = answer.json()
        return found

    async def refused(self, month: str, cutoff: str, region: str = "16.01") -> tuple[str, str]:
        answer = await self.post(month, cutoff, region)
        assert answer.status_code == 422, answer.text
        (fault,) = answer.json()["errors"]
        return fault["pointer"], fault["code"]

    async def payable(self, run: Json) -> dict[str, int]:
        items = (await self.json("honour/statements", run=run["id"]))["items"]
        return {each["enumerator"]["username"]: each["payable"] for each in items}


@pytest.fixture
def office(client: httpx.AsyncClient, world: World) -> Office:
    return Office(client, world)


async def test_rows_add_up_to_progress_at_the_cutoff(office: Office, enter: Deed, send: Deed) -> None:
    await enter("enumerator.1", 40, VILLAGE, -20)
    await enter("enumerator.1", 30, VILLAGE, 5)
    await enter("enumerator.2", 25, OTHER_VILLAGE, 10)
    await send("enumerator.2", change("verified", 11, OTHER_VILLAGE, 9, 9))
    await office.rules(RULE)
    cutoff = await office.cutoff()
    run = await office.run(SEPTEMBER, cutoff)
    item = (await office.json(f"progress/cutoffs/{cutoff}"))["item"]
    lines = []
    for each in (await office.json("honour/statements", run=run["id"]))["items"]:
        one = await office.json(f"honour/statements/{each['id']}")
        assert sum(line["amount"] for line in one["lines"]) == one["amount"]
        lines += one["lines"]
    for counter in ("entered", "verified"):
        assert sum(line[counter] for line in lines) == item[counter]
    assert run["records"] == item["entered"] == 95
    assert run["payable"] == run["amount"] == 95 * 20_000
    assert run["whole_month"] is False
    assert await office.payable(run) == {"enumerator.1": 1_400_000, "enumerator.2": 500_000}


async def test_a_later_merge_is_a_correction_of_the_month_that_was_paid(
    office: Office, enter: Deed, send: Deed
) -> None:
    await enter("enumerator.1", 12, VILLAGE, -20)
    await office.rules(RULE | {"cap": 10})
    first = await office.run(AUGUST, await office.cutoff("2022-08-31", basis="captured"))
    assert first["payable"] == 200_000
    await send("enumerator.1", change("entered", -5, VILLAGE, 3, -20), change("duplicates", 5, VILLAGE, 3, -20))
    await enter("enumerator.1", 1, VILLAGE, 5)
    second = await office.run(SEPTEMBER, await office.cutoff(basis="captured"))
    (item,) = (await office.json("honour/statements", run=second["id"]))["items"]
    one = await office.json(f"honour/statements/{item['id']}")
    assert [(line["month"], line["is_correction"], line["records"], line["amount"]) for line in one["lines"]] == [
        (AUGUST, True, 7, -60_000),
        (SEPTEMBER, False, 1, 20_000),
    ]
    assert (one["amount"], one["corrections"], one["payable"], one["carried_out"]) == (-40_000, -60_000, 0, -40_000)
    assert one["words"] == "nol rupiah"
    await enter("enumerator.1", 4, VILLAGE, 11)
    third = await office.run(SEPTEMBER, await office.cutoff(basis="captured"))
    assert (third["amount"], third["carried_in"], third["payable"], third["carried_out"]) == (
        80_000,
        -40_000,
        40_000,
        0,
    )


async def test_statements_stay_as_they_were(office: Office, enter: Deed, pg: asyncpg.Connection) -> None:
    await enter("enumerator.1", 3, VILLAGE, -20)
    await office.rules(RULE)
    run = await office.run(AUGUST, await office.cutoff("2022-08-31"))
    before = await office.json("honour/statements", run=run["id"])
    await office.rules(RULE | {"rate": 30_000, "decree": "Contoh/2/2022"})
    await pg.execute("UPDATE account SET name = 'Lain' WHERE username = 'enumerator.1'")
    assert await office.json("honour/statements", run=run["id"]) == before
    later = await office.run(SEPTEMBER, await office.cutoff())
    assert later["payable"] == 30_000  # the new rate for the month that was paid
    await pg.execute("SET ROLE kumkm_api")
    for table in ("honour_run", "honour_statement", "honour_line"):
        for statement in (f"UPDATE {table} SET amount = 0", f"DELETE FROM {table}"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await pg.execute(statement)


async def test_two_officers_at_once_make_one_run(office: Office, enter: Deed) -> None:
    await enter("enumerator.1", 3)
    await office.rules(RULE)
    cutoff = await office.cutoff()
    answers = await asyncio.gather(*(office.post(SEPTEMBER, cutoff, who=who) for who in ("officer", "admin") * 2))
    assert sorted(each.status_code for each in answers) == [200, 200, 200, 201]
    assert len({each.text for each in answers}) == 1
    other = await asyncio.gather(office.cutoff(), office.cutoff())
    both = await asyncio.gather(*(office.post(SEPTEMBER, each) for each in other))
    assert 201 in {each.status_code for each in both}
    assert all(each.json()["amount"] == 0 for each in both if each.status_code == 201)  # nothing is paid twice


async def test_an_enumerator_in_two_regions_has_one_cap(office: Office, enter: Deed) -> None:
    await enter("enumerator.1", 8, VILLAGE)
    await enter("enumerator.1", 8, OTHER_VILLAGE)
    await office.rules(RULE | {"cap": 10})
    districts = VILLAGE[:8], OTHER_VILLAGE[:8]
    runs = [await office.run(SEPTEMBER, await office.cutoff(region=code), code) for code in districts]
    assert [run["records"] for run in runs] == [8, 2]
    whole = await office.run(SEPTEMBER, await office.cutoff())
    assert (whole["people"], whole["amount"]) == (1, 0)  # the regency has all that was stated, and no more
    assert await office.refused(SEPTEMBER, await office.cutoff(region=districts[0]), districts[0]) == (
        "/body/region",
        "stated_by_wider_region",
    )


async def test_what_does_not_follow_is_refused(office: Office, enter: Deed) -> None:
    await enter("enumerator.1", 3, VILLAGE, -20)
    august, old = await office.cutoff("2022-08-31"), await office.cutoff("2022-08-20")
    assert await office.refused(AUGUST, august) == ("/body/month", "no_rule")
    await office.rules(RULE)
    assert await office.refused(SEPTEMBER, august) == ("/body/month", "month_not_begun")
    assert await office.refused(AUGUST, august, VILLAGE) == ("/body/region", "cutoff_of_other_region")
    assert await office.refused(AUGUST, "01833a70-0000-7000-8000-0000000000c1") == ("/body/cutoff", "unknown_cutoff")
    assert await office.refused("2022-08-02", august) == ("/body/month", "invalid_value")
    asked = {"region": "16.01", "month": AUGUST, "cutoff": august, "campaign": "pl-kumkm-2023"}
    answer = await office.call("POST", "honour/statements", json=asked)
    assert answer.json()["errors"][0]["code"] == "cutoff_of_other_campaign"
    await office.run(AUGUST, august)
    assert await office.refused(AUGUST, old) == ("/body/cutoff", "older_cutoff")
    assert await office.refused(AUGUST, await office.cutoff(basis="captured")) == ("/body/cutoff", "other_basis")
    september = await office.cutoff()
    await office.run(SEPTEMBER, september)
    assert await office.refused(AUGUST, await office.cutoff()) == ("/body/month", "later_month_stated")
    assert (await office.post(AUGUST, august)).status_code == 200


WRONG: list[tuple[Json, str]] = [
    ({"rate": 0}, "rate"),
    ({"rate": -1}, "rate"),
    ({"rate": 10**30}, "rate"),
    ({"rate": 1.5}, "rate"),
    ({"cap": 0}, "cap"),
    ({"cap": True}, "cap"),
    ({"counts": "all"}, "counts"),
    ({"valid_from": "2022-08-15"}, "valid_from"),
    ({"decree": ""}, "decree"),
    ({"decree": "a\x00b"}, "decree"),
    ({"decree": "a" * 10_000}, "decree"),
    ({"decree": "\u202e"}, "decree"),
    ({"decree": "SK 1601145203850001"}, "decree"),
]


async def test_a_rule_that_is_none_is_refused(office: Office) -> None:
    for wrong, field in WRONG:
        answer = await office.rules(RULE | wrong)
        assert answer.status_code == 422
        assert [each["pointer"] for each in answer.json()["errors"]] == [f"/body/rules/0/{field}"]


async def test_rules_are_set_as_a_whole_and_noted(office: Office, pg: asyncpg.Connection) -> None:
    twice = await office.rules(RULE, RULE)
    assert [(each["pointer"], each["code"]) for each in twice.json()["errors"]] == [
        ("/body/rules/1/valid_from", "repeated")
    ]
    later = RULE | {"valid_from": SEPTEMBER, "rate": 25_000, "cap": 300, "counts": "verified"}
    for _ in range(2):
        assert (await office.rules(later, RULE)).status_code == 200
    found = await office.json("honour/rules", "enumerator.1")
    assert [each["valid_from"] for each in found["rules"]] == ["2022-04-01", SEPTEMBER]
    noted = await pg.fetchval("SELECT count(*) FROM audit_event WHERE action = 'honour.rules_set'")
    assert noted == 1


@pytest.mark.parametrize("decree", ["188.45/412.013/2022", "900/1234/2022/0001", "188.44/0123/KPTS/2022"])
async def test_the_number_of_a_decree_stays_as_it_is_written(office: Office, decree: str) -> None:
    assert (await office.rules(RULE | {"decree": decree})).status_code == 200
    assert (await office.json("honour/rules"))["rules"][0]["decree"] == decree


async def test_each_sees_their_own(office: Office, enter: Deed) -> None:
    for name in ("enumerator.1", "enumerator.2", "enumerator.4"):
        await enter(name, 2)
    await office.rules(RULE)
    run = await office.run(SEPTEMBER, await office.cutoff())
    seen = {}
    for who in ("enumerator.1", "coordinator.1", "coordinator.2", "officer"):
        items = (await office.json("honour/statements", who, month=SEPTEMBER))["items"]
        seen[who] = sorted(each["enumerator"]["username"] for each in items)
    assert seen == {
        "enumerator.1": ["enumerator.1"],
        "coordinator.1": ["enumerator.1", "enumerator.2"],
        "coordinator.2": ["enumerator.4"],
        "officer": ["enumerator.1", "enumerator.2", "enumerator.4"],
    }
    assert (await office.json("honour/statements", "officer.palembang"))["items"] == []
    first = await office.json("honour/statements", run=run["id"], limit=2)
    rest = await office.json("honour/statements", run=run["id"], limit=2, cursor=first["next_cursor"])
    assert (len(first["items"]), len(rest["items"]), rest["next_cursor"]) == (2, 1, None)


async def test_the_list_has_a_row_for_everybody_and_a_page(office: Office, enter: Deed, pg: asyncpg.Connection) -> None:
    await enter("enumerator.1", 3, VILLAGE, -20)
    await enter("enumerator.2", 2)
    await pg.execute("UPDATE account SET name = '=1+1 \u202egnol' WHERE username = 'enumerator.2'")
    await office.rules(RULE)
    run = await office.run(SEPTEMBER, await office.cutoff())
    answer = await office.call("GET", f"honour/runs/{run['id']}/list.pdf")
    assert answer.headers["content-disposition"] == 'attachment; filename="HON-0001.pdf"'
    pages = [re.sub(r"\s+", " ", each.extract_text()) for each in pypdf.PdfReader(io.BytesIO(answer.content)).pages]
    assert len(pages) == 3
    assert "Contoh/1/2022" in pages[0]
    assert "Rp100.000" in pages[0]
    assert "Terbilang: Seratus ribu rupiah." in pages[0]
    assert "Halaman 3 dari 3" in pages[2]
    answer = await office.call("GET", f"honour/runs/{run['id']}/list.xlsx")
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    assert book.sheet_names == ["Ringkasan", "Daftar", "Rincian", "Catatan"]
    head, *rows = book.get_sheet_by_name("Daftar").to_python()
    assert sum(int(str(row[head.index("Dibayarkan")]).removesuffix(".0")) for row in rows) == run["payable"] == 100_000
    assert "=1+1 \u202egnol" in {row[head.index("Nama petugas")] for row in rows}
    own = (await office.json("honour/statements", "enumerator.1"))["items"][0]
    path = f"honour/statements/{own['id']}/statement.pdf"
    answer = await office.call("GET", path, "enumerator.1")
    assert len(pypdf.PdfReader(io.BytesIO(answer.content)).pages) == 1
    assert (await office.call("GET", path, "enumerator.4")).status_code == 404


async def test_ones_own_work_is_an_estimate(office: Office, enter: Deed) -> None:
    await enter("enumerator.1", 3, VILLAGE, -20)
    await office.rules(RULE)
    await office.run(AUGUST, await office.cutoff("2022-08-31"))
    await enter("enumerator.1", 2)
    found = await office.json("honour/own", "enumerator.1")
    assert (found["is_estimate"], found["due"], found["paid"], found["open"]) == (True, 100_000, 60_000, 40_000)
    assert [(each["month"], each["records"]) for each in found["months"]] == [(AUGUST, 3), (SEPTEMBER, 2)]
    assert (await office.json("honour/own", "enumerator.2"))["months"] == []


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(4))
async def test_over_made_up_work_all_statements_are_the_rule_on_the_last_cutoff(
    office: Office, send: Deed, pg: asyncpg.Connection, seed: int
) -> None:
    chance = random.Random(seed)
    basis = chance.choice(["received", "captured"])
    counts, cap = chance.choice(["entered", "verified"]), chance.choice([None, 20])
    await office.rules(RULE | {"counts": counts, "cap": cap})
    for day in (-1, 4, 9, 11):
        for _ in range(6):
            who, village = f"enumerator.{chance.randint(1, 6)}", chance.choice([VILLAGE, OTHER_VILLAGE])
            came = chance.randint(-40, day)
            for counter in ("entered", "verified"):
                await send(who, change(counter, chance.randint(-4, 20), village, day, came))
        as_of = date.fromordinal(date(2022, 9, 1).toordinal() + day)
        cutoff = await office.cutoff(as_of.isoformat(), basis=basis)
        await office.run(as_of.replace(day=1).isoformat(), cutoff)
    months = (await office.json(f"progress/cutoffs/{cutoff}/months", limit=200))["items"]
    worth = sum(20_000 * min(each[counts], each[counts] if cap is None else cap) for each in months)
    assert worth == await pg.fetchval("SELECT sum(amount) FROM honour_statement")
    assert worth == await pg.fetchval("SELECT sum(payable) FROM honour_statement") + await pg.fetchval(
        "SELECT sum(carried_out) FROM honour_statement AS one WHERE id ="
        " (SELECT max(id::text)::uuid FROM honour_statement WHERE enumerator_id = one.enumerator_id)"
    )
