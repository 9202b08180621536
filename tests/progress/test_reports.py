"""Reports: the same figures as the API, to the last digit, in the text, the PDF and the workbook."""

import io
import re
import zipfile
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pypdf
import pytest
import python_calamine
from census import change
from shapes import Deed, Json
from world import OTHER_VILLAGE, VILLAGE, World

from app.core.clock import SetClock
from app.core.settings import Settings
from app.core.written import decimal, grouped

EMBEDDED_IS_ENOUGH = True
Get = Callable[..., Awaitable[httpx.Response]]
AT = {"region": "16.01", "as_of": "2022-09-12"}
NOTE = "Angka 33,66 % tidak mengikuti dari kedua angka itu."


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"rate_export": "1000/second"})


@pytest.fixture
def get(client: httpx.AsyncClient, world: World) -> Get:
    async def got(path: str, who: str = "officer", *, headers: Json | None = None, **params: Any) -> httpx.Response:
        return await client.get(f"/v1/{path}", params=params, headers=world.auth(who) | (headers or {}))

    return got


@pytest.fixture
async def some(enter: Deed, send: Deed, pg: asyncpg.Connection) -> None:
    """The seed's morning in small: 13,495 of 42,000, in districts with targets; somebody is silent."""
    await enter("enumerator.1", 9_000, VILLAGE, -20)
    await enter("enumerator.2", 1_495, VILLAGE, 11)
    await enter("enumerator.4", 3_000, OTHER_VILLAGE, 9)
    await send("enumerator.2", *(change("duplicates", 1, VILLAGE, 11, 11) for _ in range(31)))
    await pg.execute("UPDATE progress_cell SET last_received_at = (received_on + time '05:00') AT TIME ZONE 'UTC'")
    await pg.execute(
        "INSERT INTO target (campaign_id, region_code, businesses)"
        " SELECT 1, code, 3000 + 10 * row_number() OVER (ORDER BY code) FROM region WHERE parent_code = '16.01'"
    )


@pytest.fixture
async def cutoff(client: httpx.AsyncClient, world: World, some: None) -> str:
    asked = AT | {"name": "Rapat 13 September", "note": NOTE}
    answer = await client.post("/v1/progress/cutoffs", json=asked, headers=world.auth("officer"))
    found: str = answer.json()["id"]
    return found


def pages(pdf: bytes) -> list[str]:
    """The text of each page, with single blanks."""
    return [re.sub(r"\s+", " ", page.extract_text()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


async def test_the_recap_says_every_figure_with_what_it_is_of(get: Get, some: None) -> None:
    answer = await get("reports/recap", **AT)
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    lines = answer.text.splitlines()
    assert "*Masuk: 13.495 dari 42.000 = 32,13 %*" in lines
    assert "Per Senin, 12 September 2022" in lines
    assert "Sisa 49 hari (sampai 31 Oktober 2022)" in lines
    assert any(line.startswith("Perlu 581,7 per hari, ") for line in lines)
    assert "*Enumerator tanpa kiriman 2 hari atau lebih: 5 dari 6*" in lines
    assert "- Enumerator.4 (Coordinator.2): terakhir 10 September 2022" in lines
    assert lines.index("*Yang tertinggal (kecamatan)*") + 1 == next(
        at for at, each in enumerate(lines) if each[:2] == "1."
    )


async def test_the_recap_in_english_and_as_figures(get: Get, some: None) -> None:
    english = await get("reports/recap", headers={"Accept-Language": "en"}, **AT)
    assert "*Entered: 13,495 of 42,000 = 32.13 %*" in english.text
    figures = (await get("reports/recap", headers={"Accept": "application/json"}, **AT)).json()
    item = (await get("progress/regions/16.01", as_of="2022-09-12")).json()["item"]
    assert figures["item"] == item
    assert figures["text"] == (await get("reports/recap", **AT)).text
    assert [each["enumerator"]["username"] for each in figures["silent"]][-2:] == ["enumerator.1", "enumerator.4"]
    percents = [row["percent"] for row in figures["lagging"]]
    assert len(percents) == 5
    assert percents == sorted(percents)
    assert all(each < item["percent"] for each in percents)


async def test_a_day_that_has_just_begun_is_told_as_the_day_before(get: Get, some: None, clock: SetClock) -> None:
    """On the morning of the 13th the figures are those of the 12th, and 48 days are left."""
    clock.moment += timedelta(hours=20)
    text = (await get("reports/recap", region="16.01")).text
    assert "Per Senin, 12 September 2022" in text
    assert "Sisa 48 hari" in text
    assert "Perlu 593,9 per hari" in text


async def test_a_report_names_its_cutoff_and_shows_its_figures(get: Get, cutoff: str, send: Deed) -> None:
    before = await get("reports/recap", **AT)
    await send("enumerator.1", change("entered", -5, VILLAGE, 11, -20))
    text = (await get("reports/recap", cutoff=cutoff)).text
    assert "Masuk: 13.495 dari 42.000" in text
    assert "Rilis: Rapat 13 September" in text
    assert f"Catatan: {NOTE}" in text
    assert "Masuk: 13.490 dari 42.000" in (await get("reports/recap", **AT)).text
    same = [line for line in before.text.splitlines() if not line.startswith("Dibaca")]
    assert [line for line in same if line not in text.splitlines()] == []


@pytest.mark.parametrize("by_cutoff", [pytest.param(False, marks=pytest.mark.proof), True])
async def test_the_pdf_shows_the_figures_of_the_api(get: Get, cutoff: str, *, by_cutoff: bool) -> None:
    asked = {"cutoff": cutoff} if by_cutoff else AT
    answer = await get("reports/meeting.pdf", **asked)
    assert answer.headers["content-type"] == "application/pdf"
    first, *others = pages(answer.content)
    item = (await get("progress/regions/16.01", as_of="2022-09-12")).json()["item"]
    pace = item["pace"]
    for said in (
        f"{decimal(item['percent'], 2, 'id')} % {grouped(item['entered'], 'id')} masuk dari target",
        f"Perlu per hari {decimal(pace['needed_per_day'], 1, 'id')}",
        f"Perlu per enumerator per hari {decimal(pace['needed_per_enumerator_per_day'], 2, 'id')}",
        f"7 hari terakhir, per hari {decimal(pace['last_7_days_per_day'], 1, 'id')}",
        f"Rata-rata, per hari {decimal(pace['average_per_day'], 1, 'id')}",
        f"Perkiraan sampai 31 Okt {grouped(pace['projected_total'], 'id')}",
    ):
        assert said in first
    tables = " ".join(others)
    for row in (await get("progress/regions", parent="16.01", as_of="2022-09-12")).json()["items"]:
        said = " ".join(
            [
                row["region"]["code"],
                row["region"]["name"],
                *(grouped(row[name], "id") for name in ("target", "entered")),
                decimal(row["percent"], 2, "id"),
                grouped(row["rank"], "id"),
                decimal(row["pace"]["last_7_days_per_day"], 1, "id"),
                decimal(row["pace"]["needed_per_day"], 1, "id"),
                *(grouped(row[name], "id") for name in ("duplicates", "verified", "returned", "enumerators_active")),
            ]
        )
        assert said in tables
    for row in (await get("progress/enumerators", region="16.01", as_of="2022-09-12")).json()["items"]:
        counted = [grouped(row[name], "id") for name in ("quota", "entered")]
        said = " ".join(
            [row["enumerator"]["name"], row["coordinator"]["name"], *counted, decimal(row["percent"], 2, "id")]
        )
        assert said in tables
    for number, page in enumerate((first, *others), start=1):
        assert f"Halaman {number} dari {len(others) + 1}" in page
        assert ("Rilis “Rapat 13 September”, diterbitkan 12 September 2022" in page) is by_cutoff
    assert (NOTE in first) is by_cutoff


@pytest.mark.proof
async def test_the_pdf_can_be_read_aloud(get: Get, some: None) -> None:
    reader = pypdf.PdfReader(io.BytesIO((await get("reports/meeting.pdf", **AT)).content))
    root: Any = reader.trailer["/Root"]
    assert root["/Lang"] == "id"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None
    assert reader.metadata.title == "Laporan kemajuan pendataan KUMKM – Kabupaten Ogan Komering Ulu"
    assert "pdfuaid" in (reader.xmp_metadata.stream.get_data().decode() if reader.xmp_metadata else "")


async def test_the_workbook_has_the_figures_of_the_api_as_numbers(get: Get, cutoff: str) -> None:
    answer = await get("reports/meeting.xlsx", cutoff=cutoff)
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    assert book.sheet_names == ["Ringkasan", "Kecamatan", "Enumerator", "Per hari", "Catatan"]
    rows = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    item = (await get("progress/regions/16.01", as_of="2022-09-12")).json()["item"]
    said = {row[0]: row[1] for row in rows["Ringkasan"]}
    assert (said["Masuk"], said["Target"], said["Persen"]) == (item["entered"], item["target"], item["percent"])
    assert said["Perlu per hari"] == item["pace"]["needed_per_day"]
    assert said["Perkiraan selesai"] == date.fromisoformat(item["pace"]["projected_finish_on"])
    parts = [dict(zip(rows["Kecamatan"][0], row, strict=True)) for row in rows["Kecamatan"][1:]]
    items = (await get("progress/regions", parent="16.01", as_of="2022-09-12")).json()["items"]
    assert [(row["Kode"], row["Masuk"], row["%"], row["Peringkat"]) for row in parts] == [
        (row["region"]["code"], row["entered"], row["percent"], row["rank"]) for row in items
    ]
    people = {row[1]: row for row in rows["Enumerator"][1:]}
    for row in (await get("progress/enumerators", region="16.01", as_of="2022-09-12")).json()["items"]:
        found = people[row["enumerator"]["username"]]
        assert (found[4], found[5]) == (row["entered"], row["percent"])
        assert isinstance(found[-2], datetime if row["last_received_at"] else str)
    days = {row[0]: row for row in rows["Per hari"][1:]}
    for row in (await get("progress/dates", region="16.01", to="2022-09-12")).json()["items"]:
        assert days[date.fromisoformat(row["date"])][1:3] == [row["entered"], row["entered_total"]]
    assert ["Catatan rilis", NOTE] in rows["Catatan"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        assert len([name for name in packed.namelist() if name.startswith("xl/charts/chart")]) == 3
        sheet = packed.read("xl/worksheets/sheet3.xml").decode()
    assert 'state="frozen"' in sheet
    assert "<autoFilter" in sheet


@pytest.mark.proof
@pytest.mark.parametrize(
    "name",
    [
        "=HYPERLINK(1)+1",
        "Sari\u202eitaS",
        "أحمد بن علي",
        "王小明 #let *a* $x$ `b`",
        "Sari " * 2_000,
        "a\x01b\x85c & <b>",
    ],
)
async def test_any_name_is_only_a_name(get: Get, some: None, pg: asyncpg.Connection, name: str) -> None:
    await pg.execute("UPDATE account SET name = $1 WHERE role IN ('enumerator', 'coordinator')", name)
    await pg.execute("UPDATE region SET name = $1 WHERE code LIKE '16.01%'", name)
    for form in ("meeting.pdf", "meeting.xlsx", "recap"):
        answer = await get(f"reports/{form}", **AT)
        assert answer.status_code == 200, answer.text
        if form == "meeting.xlsx":
            with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
                sheets = [packed.read(each) for each in packed.namelist() if "worksheets/" in each]
            assert not any(b"<f>" in each for each in sheets)
        if form == "recap":
            assert "\u202e" not in answer.text
            assert max(map(len, answer.text.splitlines())) < 300
        if form == "meeting.pdf" and "#let" in name:
            assert "#let *a* $x$ `b`" in " ".join(pages(answer.content))


async def test_what_cannot_be_reported_is_refused(get: Get, cutoff: str) -> None:
    for path in ("recap", "meeting.pdf", "meeting.xlsx"):
        future = await get(f"reports/{path}", region="16.01", as_of="2022-09-14")
        assert [(each["pointer"], each["code"]) for each in future.json()["errors"]] == [("/query/as_of", "in_future")]
        other = await get(f"reports/{path}", cutoff=cutoff, region="16", as_of="2022-09-11", campaign="pl-kumkm-2023")
        assert {each["code"] for each in other.json()["errors"]} == {"not_of_cutoff"}
        assert len(other.json()["errors"]) == 3
        assert (await get(f"reports/{path}", cutoff=uuid4())).status_code == 404
        assert (await get(f"reports/{path}", "officer.palembang", cutoff=cutoff)).status_code == 404
        assert (await get(f"reports/{path}", campaign="tidak-ada")).status_code == 422
    assert (await get("reports/recap", cutoff=cutoff, region="16.01", as_of="2022-09-12")).status_code == 200


async def test_a_campaign_that_has_not_begun_has_no_report(get: Get, cutoff: str, pg: asyncpg.Connection) -> None:
    await pg.execute("UPDATE campaign SET starts_on = '2022-09-13' WHERE code = 'pl-kumkm-2022'")
    for path in ("recap", "meeting.pdf", "meeting.xlsx"):
        for day in ({}, {"as_of": "2022-09-12"}, {"as_of": "2022-09-11"}):
            early = await get(f"reports/{path}", region="16.01", campaign="pl-kumkm-2022", **day)
            assert early.status_code == 422
            assert [(each["pointer"], each["code"]) for each in early.json()["errors"]] == [
                ("/query/as_of", "before_campaign")
            ]
    assert (await get("reports/recap", cutoff=cutoff)).status_code == 200, "what was published stays"
    await pg.execute("UPDATE campaign SET starts_on = '2022-09-12' WHERE code = 'pl-kumkm-2022'")
    assert (await get("reports/recap", region="16.01", campaign="pl-kumkm-2022")).status_code == 200


@pytest.mark.proof
async def test_of_people_everybody_sees_as_in_progress(get: Get, cutoff: str) -> None:
    for asked in (AT, {"cutoff": cutoff}):
        for who, names in (("coordinator.2", 3), ("enumerator.1", 1), ("officer", 6)):
            book = python_calamine.CalamineWorkbook.from_filelike(
                io.BytesIO((await get("reports/meeting.xlsx", who, **asked)).content)
            )
            assert len(book.get_sheet_by_name("Enumerator").to_python()) == names + 1
