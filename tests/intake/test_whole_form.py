"""The whole form on its way: owners without a NIK, tables too large, and the form in lists, exports and corrections."""

import csv
import io
import json
from typing import Any

import asyncpg
import httpx
import pyarrow.parquet as pq
import pytest
from shapes import Json
from world import World, batch, item, nik, outcomes, put

from kumkm_proof.bench.whole_form import filled

EMBEDDED_IS_ENOUGH = True


def whole(name: str = "umkm@2", **said: Any) -> Json:
    answers = {**filled(name), "kbli": "47112", **said}
    if name == "umkm@2":
        answers["owner"] = {**filled(name)["owner"], "name": "John Smith", **said.get("owner", {})}
    return {**item(answers=answers), "questionnaire": name}


def slim(number: str, *, kind: str = "passport", **said: Any) -> Json:
    answers = {"legal_name": "Kafe Senja", "kbli": "56101", "owner": {"name": "John Smith", kind: number}, **said}
    return {**item(answers=answers), "questionnaire": "umkm@2"}


@pytest.mark.parametrize("kind", ["passport", "kitas"])
async def test_one_passport_is_one_owner(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, kind: str
) -> None:
    first = slim("X12345678", kind=kind)
    assert await outcomes(client, world, "enumerator.1", first) == ["accepted"]
    again = await put(client, world, "enumerator.2", batch(slim("x 123-456-78", kind=kind)))
    line = again.json()["items"][0]
    assert (line["outcome"], line["matched_on"]) == ("duplicate", [kind])
    another = slim("X12345678", kind=kind, legal_name="Bengkel Motor", other_business_of_owner=True)
    another["answers"]["kbli"] = "45407"
    line = (await put(client, world, "enumerator.2", batch(another))).json()["items"][0]
    assert line["outcome"] == "accepted"
    assert [(each["pointer"], each["code"]) for each in line["warnings"]] == [(f"/answers/owner/{kind}", "owner_known")]
    stranger = slim("X12345678", kind=kind, legal_name="Toko Baut")
    stranger["answers"] |= {"owner": {"name": "Hendra Gunawan", kind: "X12345678"}, "kbli": "47521"}
    line = (await put(client, world, "enumerator.2", batch(stranger))).json()["items"][0]
    assert (line["outcome"], line["warnings"][0]["code"]) == ("conflict", "number_of_another")
    # A number of one kind is none of another.
    other = {"passport": "kitas", "kitas": "passport"}[kind]
    assert await outcomes(client, world, "enumerator.1", slim("X12345678", kind=other)) == ["accepted"]
    kinds = await pg.fetch("SELECT kind, count(*) FROM identity GROUP BY 1 ORDER BY 1")
    assert [tuple(row) for row in kinds] == [("kitas", 1), ("passport", 1)]


async def test_an_older_tablet_that_revises_the_record_leaves_the_passport(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    first = slim("X12345678")
    older = {**first, "revision": 2, "questionnaire": "umkm@1"}
    older["answers"] = {"legal_name": "Kafe Senja", "kbli": "56101", "owner": {"name": "John Smith"}}
    assert await outcomes(client, world, "enumerator.1", first, older) == ["accepted", "updated"]
    assert await outcomes(client, world, "enumerator.2", slim("X12345678")) == ["duplicate"]
    ((id_, stored),) = await pg.fetch("SELECT id, passport_masked FROM business")
    assert stored == "***78"
    rights = world.auth("officer", scopes=["pii:read"]) | {"X-Access-Reason": "Pencocokan"}
    told = (await client.get(f"/v1/businesses/{id_}", headers=rights)).json()
    assert (told["numbers"]["passport"], told["answers"]["owner"]) == ("X12345678", {"name": "John Smith"})


async def test_a_whole_number_may_be_written_with_a_fraction_of_zero(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    sent = slim("X12345678") | {"revision": 1.0}
    sent["answers"] |= {"started_year": 2015.0, "workers": {"paid_male": 2.0}, "sales": [{"year": 2021.0, "idr": 5e6}]}
    half = item(nik=nik(), workers={"paid_male": 2.5, "paid_female": 1.0})
    assert await outcomes(client, world, "enumerator.1", sent, half) == ["accepted", "invalid"]
    ((revision, answers),) = await pg.fetch("SELECT revision, answers FROM submission")
    said = json.loads(answers)
    assert (revision, str(said["started_year"]), said["workers"]) == (1, "2015", {"paid_male": 2})
    whole_batch = await put(client, world, "enumerator.2", batch(item(nik=nik())) | {"unsent": 1.0})
    assert (whole_batch.status_code, whole_batch.json()["counts"]["accepted"]) == (201, 1)
    half_batch = await put(client, world, "enumerator.2", batch(item(nik=nik())) | {"unsent": 1.5})
    assert (half_batch.status_code, half_batch.json()["errors"][0]["pointer"]) == (422, "/unsent")


async def test_a_passport_is_masked_wherever_it_is_shown(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    sent = slim("X12345678")
    assert await outcomes(client, world, "enumerator.1", sent) == ["accepted"]
    ((id_, stored),) = await pg.fetch("SELECT id, passport_masked FROM business")
    assert stored == "***78"
    officer, reason = world.auth("officer"), {"X-Access-Reason": "Pencocokan"}
    rows = await pg.fetch("SELECT answers::text, sealed FROM submission UNION ALL SELECT b::text, '' FROM business b")
    seen = [str(dict(row)) for row in rows]
    for path in (f"businesses/{id_}", "businesses", f"submissions/{sent['record_id']}", "exports/businesses.ndjson"):
        seen.append((await client.get(f"/v1/{path}", headers=officer)).text)
        assert "***78" in seen[-1], path
    seen.append((await client.get("/v1/feed", headers=world.auth("system"))).text)
    assert not [text for text in seen if "X12345678" in text]
    rights = world.auth("officer", scopes=["pii:read"]) | reason
    told = (await client.get(f"/v1/businesses/{id_}", headers=rights)).json()
    assert told["numbers"]["passport"] == told["answers"]["owner"]["passport"] == "X12345678"
    body = {"passport": "x-12345678"}
    known = await client.post("/v1/businesses/lookup", json=body, headers=world.auth("enumerator.2"))
    assert known.json() == {"known": True}, known.text


async def test_a_table_of_three_megabytes_is_refused_alone(client: httpx.AsyncClient, world: World) -> None:
    rows = [{"name": "Keripik pisang", "unit": "kg", "quantity": 12.5, "value_idr": 120_000}] * 40_000
    assert len(json.dumps(rows)) > 3_000_000
    items = [slim("A1000001"), slim("A1000002", products=rows), slim("A1000003", products=[{"name": "Kopi"}] * 31)]
    told = (await put(client, world, "enumerator.1", batch(*items, slim("A1000004")))).json()
    assert [line["outcome"] for line in told["items"]] == ["accepted", "invalid", "invalid", "accepted"]
    errors = [(each["pointer"], each["code"]) for line in told["items"] for each in line["errors"]]
    assert errors == [("", "item_too_large"), ("/answers/products", "too_long")]


async def test_the_size_is_by_the_year_that_the_campaign_asks_about(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    one = slim("A1000001", sales=[{"year": 2022, "idr": 1}, {"year": 2021, "idr": 3_000_000_000}])
    two = slim("A1000002", sales=[{"year": 2022, "idr": 3_000_000_000}], founding_capital_idr=1)
    told = (await put(client, world, "enumerator.1", batch(one, two))).json()["items"]
    assert [[each["code"] for each in line["warnings"]] for line in told] == [[], ["sales_of_other_year"]]
    sizes = await pg.fetch("SELECT size_class FROM business ORDER BY id")
    assert [row[0] for row in sizes] == ["small", "micro"]


@pytest.mark.proof
async def test_an_export_has_the_whole_form(client: httpx.AsyncClient, world: World) -> None:
    sent = [whole(owner={"passport": "X12345678"}), whole("koperasi@2", cooperative_number="1601020010001")]
    old = item(nik=nik())
    assert await outcomes(client, world, "enumerator.1", *sent, old) == ["accepted"] * 3
    officer = world.auth("officer")
    columns = {each["name"]: each for each in (await client.get("/v1/metadata", headers=officer)).json()["items"]}
    rights = world.auth("officer", scopes=["pii:read"]) | {"X-Access-Reason": "Pencocokan"}
    for unmasked in (False, True):
        headers, asked = (rights if unmasked else officer), {"unmasked": str(unmasked).lower()}
        files = {
            format_: (await client.get(f"/v1/exports/businesses.{format_}", headers=headers, params=asked)).content
            for format_ in ("ndjson", "csv", "parquet")
        }
        rows = [json.loads(line) for line in files["ndjson"].splitlines()]
        row = next(row for row in rows if row["workers_days_per_month"] and row["kind"] == "umkm")
        empty = [name for name, value in row.items() if value is None]
        if unmasked:
            koperasi = {name for name in columns if name.startswith(("office", "surplus", "equity", "business_volume"))}
            assert {"products", "sales", "marketing_costs", "workers_pay"}.isdisjoint(empty)
            unasked = {"owner_birth_date", "assets_idr"}  # the one is not filled in, the other is a cooperative's
            assert not [name for name in empty if name not in koperasi | unasked and name in _new(columns)]
            assert json.loads(row["products"]) == sent[0]["answers"]["products"]
            assert json.loads(row["sales"]) == sent[0]["answers"]["sales"]
            assert (row["sales_newest_year"], row["sales_newest_idr"]) == (2021, 180_000_000)
            assert row["passport"] == "X12345678"
        else:
            shown = json.loads(row["products"])
            assert [set(each) for each in shown] == [{"name", "unit", "quantity", "share_percent"}] * 3
            assert row["sales"] is row["sales_newest_idr"] is row["workers_paid_male_disabled"] is None
            assert "180000000" not in files["ndjson"].decode()
            assert row["passport"] == "***78"
        assert row["owner_other_jobs"] == "farmer fisher trader employee civil_servant military_police other"
        assert (row["facilities_warehouse_m2"], row["guidance_received"], row["standards_sni"]) == (12.5, True, 5)
        table = pq.read_table(io.BytesIO(files["parquet"])).to_pylist()
        flat = list(csv.DictReader(io.StringIO(files["csv"].decode(), newline="")))
        for name in ("products", "facilities_warehouse_m2", "guidance_received", "sales_newest_idr", "standards_sni"):
            assert row[name] in [each[name] for each in table]
            cells = [each[name] for each in flat]
            assert {None: "", True: "true"}.get(row[name], str(row[name])) in cells if row[name] != 5 else "5" in cells


def _new(columns: Json) -> set[str]:
    blocks = ("owner_", "permits_", "inputs_", "marketing_", "workers_", "standards_", "awards_", "facilities_")
    more = ("finance_", "guidance_", "trade_", "income_", "sales", "assets", "debts")
    return {name for name in columns if name.startswith((*blocks, *more))}


async def test_a_correction_changes_the_whole_form(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    sent = whole(owner={"passport": "X12345678"})
    assert await outcomes(client, world, "enumerator.1", sent) == ["accepted"]
    id_ = await pg.fetchval("SELECT id FROM business")
    changes = {
        "awards": {"government": 2},
        "sales": [{"year": 2021, "idr": 3_000_000_000}],
        "products": [{"name": "Roti", "value_idr": 7}],
    }
    body = {"changes": changes, "reason": "Salah ketik", "revision": 1}
    answer = await client.post(f"/v1/businesses/{id_}/corrections", json=body, headers=world.auth("officer"))
    assert answer.status_code == 201, answer.text
    rights = world.auth("officer", scopes=["pii:read"]) | {"X-Access-Reason": "Pencocokan"}
    told = (await client.get(f"/v1/businesses/{id_}", headers=rights)).json()
    expected = {**sent["answers"], **changes, "awards": {**sent["answers"]["awards"], "government": 2}}
    assert (told["answers"], told["size_class"]) == (expected, "small")
    assert told["numbers"]["passport"] == "X12345678"
    masked = (await client.get(f"/v1/businesses/{id_}", headers=world.auth("officer"))).json()
    assert masked["answers"]["products"] == [{"name": "Roti", "value_idr": "***"}]


async def test_a_decision_on_a_case_knows_the_year_and_the_number(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    first = slim("X12345678", sales=[{"year": 2021, "idr": 1}])
    again = slim("X12345678", sales=[{"year": 2021, "idr": 3_000_000_000}])
    assert await outcomes(client, world, "enumerator.1", first) == ["accepted"]
    assert await outcomes(client, world, "enumerator.2", again) == ["duplicate"]
    officer = world.auth("officer")
    case = (await client.get("/v1/duplicates", headers=officer)).json()["items"][0]["id"]
    body = {"decision": "separate", "reason": "Dua usaha"}
    answer = await client.post(f"/v1/duplicates/{case}/resolution", json=body, headers=officer)
    assert answer.status_code == 200, answer.text
    rows = await pg.fetch("SELECT size_class, passport_masked FROM business ORDER BY created_at")
    assert [tuple(row) for row in rows] == [("micro", "***78"), ("small", "***78")]
    undone = await client.post(f"/v1/duplicates/{case}/resolution/undo", json={"reason": "Keliru"}, headers=officer)
    assert undone.status_code == 200, undone.text
