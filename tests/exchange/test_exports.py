"""Exports: every format says what was stored, nothing runs as a formula in Excel, what is cut is seen to be cut."""

import asyncio
import csv
import io
import json
import re
import zipfile
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat
import pytest
import uuid_utils.compat as uuids
from fastapi import FastAPI
from python_calamine import CalamineWorkbook
from shapes import Call, Json
from waiting import serving
from world import OTHER_VILLAGE, World, item, nib, nik, outcomes

from app.core.excel import as_text
from app.exchange import exporting, streaming
from app.exchange.code_labels import labels_of
from app.exchange.columns import COLUMNS, NAMES
from app.exchange.manifest import Manifest
from app.exchange.spool import Spool
from app.exchange.streaming import MOST_OF_ONE, MOST_OPEN, Consumer
from app.exchange.to_xlsx import xlsx
from app.exchange.workbook_writer import letters
from app.register.filters import Where

EMBEDDED_IS_ENOUGH = True
FORMATS = ("csv", "ndjson", "parquet", "geojson", "xlsx", "zip", "geoparquet")
NASTY = '=HYPERLINK("http://x";"y")'
CODED = [(column.name, code) for column in COLUMNS for code in labels_of(column)]
MADE = Manifest(made_at=datetime(2022, 9, 12, 12, 0, 3, tzinfo=UTC), rows=1, region="16.01")


@pytest.fixture
def export(client: httpx.AsyncClient, world: World) -> Call:
    async def call(
        format_: str,
        who: str = "officer",
        status: int = 200,
        headers: dict[str, str] | None = None,
        token: Json | None = None,
        **params: Any,
    ) -> httpx.Response:
        headers = {**world.auth(who, **(token or {})), **(headers or {})}
        answer = await client.get(f"/v1/exports/businesses.{format_}", params=params, headers=headers)
        assert answer.status_code == status, answer.text
        return answer

    return call


def rows_of(format_: str, content: bytes) -> list[Json]:
    """What a reader of the format makes of it."""
    if format_ == "csv":
        return list(csv.DictReader(io.StringIO(content.decode())))
    if format_ == "ndjson":
        return [json.loads(line) for line in content.splitlines()]
    if format_ == "zip":
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            return rows_of("csv", package.read("businesses.csv"))
    if format_ in ("parquet", "geoparquet"):
        return (
            pq.read_table(io.BytesIO(content))
            .drop_columns(["geometry", "bbox"][: 2 * (format_ != "parquet")])
            .to_pylist()
        )
    if format_ == "geojson":
        return [feature["properties"] for feature in json.loads(content)["features"]]
    heading, *rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name("Data").to_python()
    return [dict(zip(map(str, heading), row, strict=True)) for row in rows]


@pytest.fixture
async def three(client: httpx.AsyncClient, world: World) -> list[Json]:
    """Three businesses: one with everything in it that could hurt, one without a place, a cooperative."""
    nasty = item(nik=nik(), nib=nib())
    nasty["answers"] |= {
        "legal_name": NASTY,
        "trade_name": 'a,b;"c"\nd',
        "main_product": "+62 & <kue>",
        "main_activity": "_x0041_ ＝1",
        "started_year": 2015,
        "postcode": "01234",
        "phone": "081234567890",
        "owner": {**nasty["answers"]["owner"], "name": "@Sari Ré"},
        "workers": {"paid_male": 3},
        "permits": {"halal": True},
    }
    placeless = {**item(nik=nik(), region=OTHER_VILLAGE), "location": None}
    koperasi = {"legal_name": "KUD Makmur", "cooperative_number": "1601020010001", "kbli": "64141"}
    made = [nasty, placeless, {**item(answers=koperasi), "questionnaire": "koperasi@1"}]
    assert await outcomes(client, world, "enumerator.1", *made) == ["accepted"] * 3
    return made


@pytest.mark.parametrize("format_", FORMATS)
async def test_every_format_has_every_column_of_every_business(export: Call, three: list[Json], format_: str) -> None:
    answer = await export(format_)
    rows = rows_of(format_, answer.content)
    assert len(rows) == 3
    for row in rows:
        assert tuple(row) == NAMES
    row = next(row for row in rows if row["trade_name"])
    assert row["name"] == NASTY
    assert row["owner_name"] == "@Sari Ré"
    assert row["main_product"] == "+62 & <kue>"
    assert row["trade_name"] == 'a,b;"c"\nd'
    assert row["main_activity"] == "_x0041_ ＝1"
    assert (row["kbli"], row["postcode"], row["village_name"]) == ("47112", "01234", "Pasar Baru")
    assert float(row["latitude"]) == -4.1266
    assert int(row["started_year"]) == 2015
    assert row["halal_certificate"] in (True, "true")
    number = three[0]["answers"]["owner"]["nik"]
    assert row["nik"] == f"1601**********{number[-2:]}"
    for secret in (number, "081234567890", "120000000"):
        assert secret not in answer.content.decode("latin-1")


async def test_parquet_is_typed(export: Call, three: list[Json]) -> None:
    table = pq.read_table(io.BytesIO((await export("parquet")).content))
    types = {field.name: field.type for field in table.schema}
    assert types["kbli"] == pa.string()
    assert types["started_year"] == types["annual_sales_idr"] == pa.int64()
    assert types["latitude"] == pa.float64()
    assert types["exports"] == pa.bool_()
    assert types["captured_on"] == pa.date32()
    assert types["created_at"] == pa.timestamp("us", tz="UTC")
    assert table.schema.field("kbli").metadata[b"label"] == b"Kode KBLI"
    assert table.column("latitude").null_count == 1


async def test_geojson_has_a_point_or_none(export: Call, three: list[Json]) -> None:
    features = json.loads((await export("geojson")).content)["features"]
    geometries = {each["properties"]["name"]: each["geometry"] for each in features}
    assert geometries[NASTY] == {"type": "Point", "coordinates": [104.1702, -4.1266]}
    assert None in geometries.values()


@pytest.mark.proof
async def test_filters_that_leave_nothing_leave_a_sound_file(export: Call, three: list[Json]) -> None:
    for format_ in FORMATS:
        assert rows_of(format_, (await export(format_, kbli="99")).content) == []
    assert rows_of("csv", (await export("csv", enumerator="nobody")).content) == []


async def test_filters_and_reach_are_those_of_the_list(export: Call, three: list[Json]) -> None:
    async def names(**asked: Any) -> list[str]:
        return sorted(row["name"] for row in rows_of("csv", (await export("csv", **asked)).content))

    assert await names(kind="koperasi") == await names(q="makmur") == ["KUD Makmur"]
    assert len(await names(region=OTHER_VILLAGE)) == 1
    assert (
        await names(
            kbli="47",
            size_class="micro",
            enumerator="enumerator.1",
            campaign="pl-kumkm-2022",
            review_state="unreviewed",
            updated_since="2000-01-01T00:00:00+07:00",
        )
        != []
    )
    assert await names(updated_since="2100-01-01T00:00:00+07:00") == []
    assert await names(q="';--") == await names(who="coordinator.2") == []
    assert await names(who="officer.palembang") == []
    await export("csv", "enumerator.1", status=403)
    await export("csv", "system", status=403)
    await export("csv", region="16.71", status=404)
    await export("csv", campaign="nothing", status=422)
    await export("docx", status=422)


@pytest.mark.proof
@pytest.mark.parametrize("unmasked", [False, True])
async def test_excel_reads_it_in_every_language_and_runs_nothing(
    export: Call, three: list[Json], unmasked: bool
) -> None:
    rights = {"headers": {"X-Access-Reason": "Pencocokan"}, "token": {"scopes": ["pii:read"]}} if unmasked else {}
    content = (await export("csv", excel="true", unmasked=str(unmasked).lower(), **rights)).content
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-16"), newline=""), delimiter="\t"))
    assert {row["latitude"] for row in rows} == {"=-41266E-4", ""}
    row = next(row for row in rows if row["trade_name"])
    number = three[0]["answers"]["owner"]["nik"]
    told = {
        "name": NASTY,
        "owner_name": "@Sari Ré",
        "kbli": "47112",
        "postcode": "01234",
        "province_code": "16",
        "village_code": "16.01.14.1003",
        "nik": number if unmasked else f"1601**********{number[-2:]}",
    }
    assert {name: row[name] for name in told} == {name: as_text(text) for name, text in told.items()}
    assert (row["kind"], row["started_year"]) == ("umkm", "2015")
    assert all(row["phone"] in ("", '="081234567890"') for row in rows)


def test_a_workbook_gives_every_text_back_as_it_was_typed() -> None:
    """Read by a program of other people."""
    texts = ["_x0041_", "_x000D_", "__x0041__", "_x41_", "_X0041_", "a\r\nb", "\x01\x1f", "\t=1", "<&>\"'", " a ", "😀"]
    source = io.StringIO(newline="")
    writer = csv.writer(source, lineterminator="\n")
    at = NAMES.index("name")
    writer.writerows([NAMES, *([""] * at + [text] + [""] * (len(NAMES) - at - 1) for text in texts)])
    book = io.BytesIO()
    xlsx(io.BytesIO(source.getvalue().encode()), book, MADE)
    _, *rows = CalamineWorkbook.from_filelike(io.BytesIO(book.getvalue())).get_sheet_by_name("Data").to_python()
    assert [row[at] for row in rows] == texts


def book_of(**cells: Any) -> Any:
    """A workbook of one row."""
    source = io.StringIO(newline="")
    csv.writer(source, lineterminator="\n").writerows([NAMES, [cells.get(name, "") for name in NAMES]])
    book = io.BytesIO()
    xlsx(io.BytesIO(source.getvalue().encode()), book, MADE)
    book.seek(0)
    return book


def read_back(**cells: Any) -> Json:
    _, row = CalamineWorkbook.from_filelike(book_of(**cells)).get_sheet_by_name("Data").to_python()
    return {name: cell for name, cell in zip(NAMES, row, strict=True) if name in cells}


@pytest.mark.parametrize("day", [date(2022, 9, 12), date(1900, 3, 1), date(2024, 2, 29), date(9999, 12, 31)])
@pytest.mark.parametrize("time", ["00:00:00.000000", "05:00:00.250000", "23:59:59.999000"])
def test_days_and_moments_of_a_workbook_are_dates(day: date, time: str) -> None:
    row = read_back(captured_on=day.isoformat(), created_at=f"{day}T{time}Z", revision="7", kbli="01122")
    assert row["captured_on"] == day
    shown = row["created_at"]
    if not isinstance(shown, datetime):  # how it reads a midnight
        shown = datetime.combine(shown, datetime.min.time())
    assert abs(shown - datetime.fromisoformat(f"{day}T{time}")) < timedelta(milliseconds=2)
    assert (row["revision"], row["kbli"]) == (7, "01122")


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "1900-02-28"])
def test_a_day_that_excel_counts_wrongly_stays_text(day: str) -> None:
    told = {"captured_on": day, "created_at": f"{day}T05:00:00.000000Z"}
    assert read_back(**told) == told


def test_the_heading_of_a_workbook_stays_in_sight_and_columns_have_widths() -> None:
    with zipfile.ZipFile(book_of(name="Warung")) as book:
        sheets = [book.read(f"xl/worksheets/sheet{n}.xml").decode() for n in range(1, 7)]
    assert ['state="frozen"' in each for each in sheets] == [True] * 5 + [False]
    assert [re.findall('autoFilter ref="(.+?)"', each) for each in sheets[:4]] == [
        [f"A1:{letters(len(NAMES))}2"],
        [f"A1:J{len(NAMES) + 1}"],
        [f"A1:D{len(CODED) + 1}"],
        ["A1:D1"],
    ]
    assert sheets[0].count("<col ") == sheets[0].count("<dataValidation ") == len(NAMES)


@pytest.mark.parametrize(
    "format_",
    # Those that take a process which loads the libraries of the format: half a second of a core, and more.
    [pytest.param(each, marks=pytest.mark.proof if "parquet" in each else ()) for each in FORMATS],
)
async def test_unmasked_needs_a_right_and_a_reason_and_is_in_the_trail(
    export: Call, three: list[Json], pg: asyncpg.Connection, format_: str
) -> None:
    reason = {"X-Access-Reason": "Pencocokan Dinas"}
    await export(format_, unmasked="true", status=403)
    await export(format_, unmasked="true", status=403, headers=reason)
    unsaid = await export(format_, unmasked="true", status=422, token={"scopes": ["pii:read"]})
    assert [(each["pointer"], each["code"]) for each in unsaid.json()["errors"]] == [
        ("/header/X-Access-Reason", "reason_missing")
    ]
    answer = await export(format_, unmasked="true", headers=reason, token={"scopes": ["pii:read"]})
    rows = rows_of(format_, answer.content)
    row = next(row for row in rows if row["trade_name"])
    assert (row["nik"], row["phone"]) == (three[0]["answers"]["owner"]["nik"], "081234567890")
    assert int(row["annual_sales_idr"]) == 120000000
    assert row["name"] == NASTY
    (seen,) = await pg.fetch("SELECT subject_id, detail FROM audit_event WHERE action = 'export.unmasked'")
    assert seen["subject_id"] == "16.01"
    assert json.loads(seen["detail"]) | {"format": format_, "reason": "Pencocokan Dinas"} == json.loads(seen["detail"])


async def test_an_export_that_is_refused_is_not_in_the_trail(
    export: Call, three: list[Json], pg: asyncpg.Connection
) -> None:
    await export("csv", region="16.06", status=404)
    await export("csv", kbli="x", status=422)
    made = "SELECT count(*) FROM audit_event WHERE action = 'export.made'"
    assert await pg.fetchval(made) == 0
    await export("csv")
    assert await pg.fetchval(made) == 1


async def test_masked_and_unmasked_say_the_same_but_for_what_is_sealed(export: Call, three: list[Json]) -> None:
    headers = {"X-Access-Reason": "Pencocokan Dinas"}
    plain = rows_of(
        "ndjson", (await export("ndjson", unmasked="true", headers=headers, token={"scopes": ["pii:read"]})).content
    )
    masked = rows_of("ndjson", (await export("ndjson")).content)
    assert {row["personal_answers"] for row in plain} == {"shown"}
    assert {row["personal_answers"] for row in masked} == {"masked"}
    sealed = {column.name for column in COLUMNS if column.sealed} | {"created_at", "updated_at", "personal_answers"}
    for row in (*plain, *masked):
        for name in sealed:
            row.pop(name)
    by_id = {row["business_id"]: row for row in plain}
    assert all(row == by_id[row["business_id"]] for row in masked)


async def test_an_export_says_where_the_feed_goes_on(
    export: Call, client: httpx.AsyncClient, world: World, three: list[Json]
) -> None:
    cursor = (await export("ndjson", token={"scopes": ["feed:read"]})).headers["X-Feed-Cursor"]
    await outcomes(client, world, "enumerator.1", item(nik=nik()))
    answer = await client.get("/v1/feed", params={"cursor": cursor}, headers=world.auth("officer"))
    assert len(answer.json()["items"]) == 1
    assert "X-Feed-Cursor" not in (await export("ndjson", kind="umkm")).headers


async def test_a_cut_export_is_seen_to_be_cut(
    world: World, three: list[Json], app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def cut(
        self: Any, pg: asyncpg.Connection, statement: str, sink: Callable[[bytes], Awaitable[None]], **options: Any
    ) -> None:
        await sink(b"half a row")
        raise OSError("the database went away")

    monkeypatch.setattr(exporting.Export, "_copy", cut)
    async with serving(app) as address, httpx.AsyncClient(base_url=address) as client:
        for format_ in ("csv", "ndjson", "geojson"):
            with pytest.raises(httpx.RemoteProtocolError, match="incomplete"):
                await client.get(f"/v1/exports/businesses.{format_}", headers=world.auth("officer"))


async def test_so_many_exports_at_once_and_no_more(
    client: httpx.AsyncClient, world: World, three: list[Json], app: FastAPI, export: Call
) -> None:
    exports = app.state.services.exports
    others = [Consumer(uuids.uuid7(), 60) for _ in range(MOST_OPEN)]
    exports._open.update(others)
    refused = await export("csv", status=503)
    assert int(refused.headers["Retry-After"]) > 0
    exports._open.clear()
    mine = [Consumer(world.id("officer"), 60) for _ in range(MOST_OF_ONE)]
    exports._open.update(mine)
    refused = await export("csv", status=429)
    assert int(refused.headers["Retry-After"]) > 0
    exports._open.clear()
    await export("csv")
    assert not exports._open


async def test_who_does_not_take_what_it_asked_for_loses_its_place_to_others(
    client: httpx.AsyncClient,
    world: World,
    three: list[Json],
    app: FastAPI,
    export: Call,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    exports = app.state.services.exports
    monkeypatch.setattr(streaming, "PATIENCE_S", 0.1)

    async def stalled(consumer: Consumer) -> None:
        async with consumer.given():
            await asyncio.sleep(3600)

    consumers = [Consumer(uuids.uuid7(), 60) for _ in range(MOST_OPEN)]
    exports._open.update(consumers)
    waiting = [asyncio.create_task(stalled(each)) for each in consumers]
    await asyncio.sleep(0)
    assert (await export("csv", status=503)).headers["Retry-After"], "nobody is sent away at once"
    await asyncio.sleep(0.15)
    await export("csv")
    done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    assert [type(each.exception()) for each in done] == [TimeoutError], "one had to go, the others stay"
    for each in waiting:
        each.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)


async def test_a_spool_is_read_while_it_is_written_and_tells_its_fault() -> None:
    with Spool() as spool:

        async def write() -> None:
            for number in range(50):
                await spool.write(b"%d " % number * 10_000)
                await asyncio.sleep(0)
            spool.finish()

        writing = asyncio.create_task(write())
        await spool.begun()
        read = b"".join([chunk async for chunk in spool.read()])
        await writing
        assert read == b"".join(b"%d " % number * 10_000 for number in range(50))
    with Spool() as spool:
        await spool.write(b"some")
        spool.finish(OSError("gone"))
        chunks = spool.read()
        assert await anext(chunks) == b"some"
        with pytest.raises(OSError, match="gone"):
            await anext(chunks)


async def test_metadata_explains_every_column(client: httpx.AsyncClient, world: World) -> None:
    answer = await client.get("/v1/metadata", headers=world.auth("coordinator.1"))
    items = answer.json()["items"]
    assert [each["name"] for each in items] == list(NAMES)
    codes = {each["name"]: each["codes"] for each in items if each["codes"]}
    assert codes["size_class"] == ["micro", "small", "medium", "large"]
    assert codes["owner_sex"] == ["male", "female"]
    assert "cv" in codes["legal_form"]
    assert "savings_and_loans" in codes["cooperative_kind"]
    assert all(each["definition_id"] and each["label_id"] and each["concept"] for each in items)
    assert {each["name"] for each in items if each["personal"]} >= {"nik", "phone", "annual_sales_idr"}
    as_csv = await client.get("/v1/metadata", headers={**world.auth("officer"), "Accept": "text/csv"})
    assert [row["name"] for row in csv.DictReader(io.StringIO(as_csv.text))] == list(NAMES)


async def test_a_consumer_that_reads_nothing_holds_no_transaction(app: FastAPI, three: list[Json]) -> None:
    services = app.state.services

    async def prepare(pg: asyncpg.Connection) -> exporting.Export:
        return exporting.Export("csv", Where())

    async with services.exports.open(Consumer(uuids.uuid7(), 60), prepare) as (_, _, chunks):
        async with asyncio.timeout(5):
            while services.database.busy:  # noqa: ASYNC110  (nobody tells when a connection comes back)
                await asyncio.sleep(0.01)
        assert b"".join([chunk async for chunk in chunks]).count(b"\n") > 3


async def test_a_form_that_does_not_take_so_many_rows_is_refused_before_the_first_byte(
    export: Call, three: list[Json], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "MOST_ROWS", {"xlsx": 2, "dta": 2, "sav": 2})
    for format_ in ("xlsx", "dta", "sav"):
        assert (await export(format_, status=422)).json()["code"] == "export_too_long"
    await export("csv")


@pytest.mark.proof
@pytest.mark.parametrize("format_", ["dta", "sav"])
async def test_stata_and_spss_come_from_the_same_rows(
    export: Call, three: list[Json], tmp_path: Path, format_: str
) -> None:
    path = tmp_path / f"file.{format_}"
    path.write_bytes((await export(format_)).content)
    read = pyreadstat.read_dta if format_ == "dta" else pyreadstat.read_sav
    rows, about = read(path, output_format="dict")
    assert sorted(rows["name"]) == sorted([NASTY, "Warung Bu Sari", "KUD Makmur"])
    assert about.number_rows == 3
