"""A request goes out as a file, and its answers come in: all of a file, or none."""

import csv
import io
from typing import Any

import asyncpg
import httpx
import pytest
from python_calamine import CalamineWorkbook
from shapes import Json
from verification_files import WHY, Office, answer_file
from workbooks import workbook
from world import World, nib, nik

from app.core.clock import SetClock
from app.verification.answering import apply_round

EMBEDDED_IS_ENOUGH = True
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


async def test_a_number_is_asked_about_and_its_answer_is_in_the_register(
    office: Office, pg: asyncpg.Connection
) -> None:
    number = nik()
    _, business = await office.enter(nik=number)
    assert await office.state(business) == "unverified"
    request = await office.ask()
    assert (request["asked"], request["answered"], request["state"]) == (1, 0, "open")
    (line,) = await office.lines(request)
    assert list(line) == ["referensi", "nik", "nama_lengkap", "tanggal_lahir", "jawaban"]
    assert (line["nik"], line["nama_lengkap"], line["tanggal_lahir"]) == (number, "Sari", "1985-03-12")
    before = (await office.business(business))["updated_at"]
    report = await office.answer(request, {line["referensi"]: "SESUAI"})
    assert (report["answered"], report["match"], report["waiting"], report["outdated"]) == (1, 1, 0, 0)
    told = await office.business(business)
    assert told["verification"]["nik"] == {"state": "match", "source": "dukcapil", "on": "2022-09-12"}
    assert told["verification"]["nib"] is None
    assert told["updated_at"] > before, "the feed tells it"
    after = await office.request(request)
    assert (after["state"], after["answered"], after["match"]) == ("answered", 1, 1)
    events = await pg.fetch(
        "SELECT action, detail::text FROM audit_event WHERE action LIKE 'verification.%' ORDER BY id"
    )
    assert [row[0] for row in events] == ["verification.requested", "verification.fetched", "verification.answered"]
    assert WHY["X-Access-Reason"] in events[0][1]
    assert number not in "".join(row[1] for row in events)


async def test_nothing_that_is_kept_of_a_request_holds_a_number_or_a_name(
    office: Office, pg: asyncpg.Connection
) -> None:
    number, licence = nik(), nib()
    _, business = await office.enter(nik=number, nib=licence)
    request = await office.confirm()
    await office.confirm(kind="nib", source="oss")
    rows = [*await pg.fetch("SELECT * FROM verification_item"), *await pg.fetch("SELECT * FROM verification_request")]
    kept = str([dict(row) for row in rows])
    assert len(rows) == 4
    for secret in (number, licence, "Sari"):
        assert secret not in kept
    references = {row["reference"] for row in rows[:2]}
    assert all(len(each) == 16 and each[0] == "V" for each in references)
    assert str(business)[:8] not in "".join(references).lower()
    assert number not in str(await office.request(request))


async def test_the_columns_come_in_the_order_that_the_agency_wants(office: Office) -> None:
    number = nik()
    await office.enter(nik=number)
    columns = [{"field": "number", "heading": "NIK"}, {"field": "name", "heading": "NAMA_LGKP"}]
    request = await office.ask(columns=[*columns, {"field": "reference", "heading": "NO_REF"}])
    (line,) = await office.lines(request)
    assert list(line) == ["NIK", "NAMA_LGKP", "NO_REF", "jawaban"]
    body = f"NIK;NAMA_LGKP;NO_REF;jawaban\r\n{number};SARI;{line['NO_REF']};TIDAK SESUAI\r\n".encode()
    report = (await office.send(request, body)).json()
    assert (report["mismatch"], report["answered"]) == (1, 1), "the agency's own file with an answer beside"


async def test_a_workbook_goes_out_and_comes_back(office: Office) -> None:
    number = nik()
    _, business = await office.enter(nik=number, owner={"name": "=1+1 Sari", "nik": number})
    request = await office.ask()
    answer = await office.fetch(request, "xlsx")
    assert answer.headers["content-type"] == XLSX
    assert answer.headers["cache-control"] == "no-store"
    (sheet,) = [CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()]
    heading, line = ([str(cell) for cell in row] for row in sheet)
    assert heading == ["referensi", "nik", "nama_lengkap", "tanggal_lahir", "jawaban"]
    assert line[1:4] == [number, "=1+1 Sari", "1985-03-12"], "texts, not formulas or numbers"
    back = workbook([heading, [line[0], float(number), line[2], line[3], "Tidak Ditemukan"]])
    report = (await office.send(request, back, media=XLSX)).json()
    assert (report["not_found"], report["faults"]) == (1, []), "that a number was damaged on its way matters to nobody"
    assert await office.state(business) == "not_found"


async def test_the_file_for_spreadsheets_comes_back_as_it_went_out_or_as_one_saves_it(office: Office) -> None:
    number = nik()
    await office.enter(nik=number)
    await office.enter(nik=nik())
    request = await office.ask()
    answer = await office.fetch(request, excel=True)
    heading, first, second = answer.content.decode("utf-16").splitlines()
    assert number in answer.content.decode("utf-16")
    untouched = "\r\n".join([heading, first + "SESUAI"]) + "\r\n"
    (cells,) = csv.reader([second], delimiter="\t")
    shown = [cell.removeprefix('="').removesuffix('"') for cell in cells[:-1]]
    saved = "\r\n".join([heading, "\t".join([*shown, "TS"])]) + "\r\n"
    for text, name in ((untouched, "match"), (saved, "mismatch")):
        report = (await office.send(request, text.encode("utf-16"))).json()
        assert (report.get("answered"), report.get(name)) == (1, 1), report


async def test_answers_come_in_parts_and_the_same_again_changes_nothing(office: Office) -> None:
    for _ in range(3):
        await office.enter(nik=nik())
    request = await office.ask()
    one, two, three = [line["referensi"] for line in await office.lines(request)]
    first = await office.answer(request, {one: "SESUAI", two: "", three: ""})
    assert (first["answered"], first["empty"]) == (1, 2)
    assert {line["referensi"] for line in await office.lines(request)} == {two, three}, "what is not answered yet"
    again = await office.answer(request, {one: "match", two: "TS"})
    assert (again["answered"], again["unchanged"], again["mismatch"]) == (1, 1, 1)
    assert (await office.request(request))["answered"] == 2


async def test_a_dry_run_changes_nothing_and_says_what_it_would(office: Office, pg: asyncpg.Connection) -> None:
    _, business = await office.enter(nik=nik())
    request = await office.ask()
    (line,) = await office.lines(request)
    report = await office.answer(request, {line["referensi"]: "TIDAK SESUAI"}, dry_run=True)
    assert (report["dry_run"], report["answered"], report["mismatch"], report["waiting"]) == (True, 1, 1, 0)
    assert await office.state(business) == "unverified"
    assert await pg.fetchval("SELECT count(*) FROM audit_event WHERE action = 'verification.answered'") == 0


async def test_an_answer_file_may_be_as_large_as_other_files(office: Office) -> None:
    await office.enter(nik=nik())
    request = await office.ask()
    (line,) = await office.lines(request)
    rows = "".join(f"{line['referensi']},{'x' * 100},SESUAI\r\n" for _ in range(1_000))
    answer = await office.send(request, b"referensi,nama_lengkap,jawaban\r\n" + rows.encode())
    assert answer.status_code == 200, answer.text
    assert (answer.json()["rows"], answer.json()["answered"] + answer.json()["unchanged"]) == (1_000, 1_000)


async def test_each_fault_is_named_by_its_cell_and_then_nothing_is_taken(office: Office) -> None:
    for _ in range(3):
        await office.enter(nik=nik())
    request, other = await office.ask(), await office.ask(again=True)
    one, two, three = [line["referensi"] for line in await office.lines(request)]
    (foreign, *_) = [line["referensi"] for line in await office.lines(other)]
    await office.answer(request, {three: "SESUAI"})
    lines = [
        *(f"{one},SESUAI,2022-09-12", f"{one},TIDAK SESUAI,", f"{two},barangkali,", f"{foreign},SESUAI,"),
        *(f"{three},TIDAK DITEMUKAN,", f"{two},SESUAI,2022-09-30", ",SESUAI,", f"{two},SESUAI,12/09/2022"),
        *("VXXXXXXXXXXXXXXX,SESUAI,", f"{two},#N/A,"),
    ]
    body = ("referensi,jawaban,tanggal_jawaban\r\n" + "\r\n".join(lines) + "\r\n").encode()
    answer = await office.send(request, body)
    assert answer.status_code == 422
    found = {(each["pointer"], each["code"]) for each in answer.json()["errors"]}
    assert found == {
        ("/lines/3/jawaban", "answer_contradicts"),
        ("/lines/4/jawaban", "answer_unknown"),
        ("/lines/5/referensi", "reference_unknown"),
        ("/lines/6/jawaban", "answer_contradicts"),
        ("/lines/7/tanggal_jawaban", "day_out_of_range"),
        ("/lines/8/referensi", "required"),
        ("/lines/9/tanggal_jawaban", "cell_not_a_day"),
        ("/lines/10/referensi", "reference_unknown"),
        ("/lines/11/jawaban", "cell_is_error"),
    }
    assert (await office.request(request))["answered"] == 1
    tried = (await office.send(request, body, dry_run=True)).json()
    assert (tried["fault_count"], len(tried["faults"]), tried["answered"]) == (9, 9, 0)
    assert "cell B3" in tried["faults"][0]["detail"]


async def test_a_file_without_its_columns_is_refused(office: Office) -> None:
    await office.enter(nik=nik())
    request = await office.ask()
    for body, pointer in [
        (b"referensi,hasil_akhir\r\nV1,SESUAI\r\n", "/columns/jawaban"),
        (b"jawaban\r\nSESUAI\r\n", "/columns/referensi"),
        (b"", "/columns/referensi"),
        (b"referensi,jawaban,jawaban\r\nV1,SESUAI,SESUAI\r\n", "/columns/2"),
    ]:
        answer = await office.send(request, body)
        assert answer.status_code == 422
        assert pointer in [each["pointer"] for each in answer.json()["errors"]]


async def test_who_is_asked_about_is_chosen_by_state_and_age(office: Office, clock: SetClock) -> None:
    for said in ("SESUAI", "TIDAK SESUAI"):
        await office.enter(nik=nik())
        await office.confirm(said)
    await office.enter(nik=nik())
    await office.enter()  # without a NIK there is nothing to ask
    asked: dict[str, Json] = {
        "unverified": {"states": ["unverified"]},
        "mismatch": {"states": ["mismatch"]},
        "all": {"states": ["unverified", "match", "mismatch", "not_found"]},
        "answered before today": {"states": ["match", "mismatch"], "older_than": "2022-09-12"},
        "answered before tomorrow": {"states": ["match", "mismatch"], "older_than": "2022-09-13"},
        "two": {"states": ["unverified", "match", "mismatch"], "limit": 2},
    }
    counts = {}
    for name, said_ in asked.items():
        status = 422 if name == "answered before today" else 201
        counts[name] = (await office.ask(status, again=True, **said_)).get("asked", 0)
    assert list(counts.values()) == [1, 1, 3, 0, 2, 2]


async def test_a_number_that_waits_for_its_answer_is_not_asked_about_twice(office: Office) -> None:
    await office.enter(nik=nik())
    await office.ask()
    nothing = await office.ask(422)
    assert [(e["pointer"], e["code"]) for e in nothing["errors"]] == [("/body/states", "nothing_to_ask")]
    assert (await office.ask(source="lain"))["asked"] == 1, "another agency may be asked"
    assert (await office.ask(again=True))["asked"] == 1


async def test_a_request_that_is_sent_again_is_made_once(office: Office, pg: asyncpg.Connection) -> None:
    await office.enter(nik=nik())
    id_ = "01832f3e-0000-7000-8000-000000000001"
    first, again = await office.ask(id=id_), await office.ask(id=id_)
    assert first == again
    assert await pg.fetchval("SELECT count(*) FROM verification_item") == 1
    other = await office.ask(422, id=id_, source="oss")
    assert [(e["pointer"], e["code"]) for e in other["errors"]] == [("/body/id", "id_reused")]


IMPOSSIBLE: list[Json] = [
    {"kind": "npwp"},
    {"source": "Dukcapil Pusat"},
    {"source": "x" * 41},
    {"source": "a\x00b"},
    {"states": []},
    {"states": ["lost"]},
    {"limit": 0},
    {"limit": 100_001},
    {"limit": 10**30},
    {"limit": True},
    {"region": "16.01\u202e"},
    {"region": "16.71"},
    {"older_than": 0},
    {"older_than": "kemarin"},
    {"id": "satu"},
    {"via": "fax"},
    {"via": "verifier"},
    {"columns": []},
    {"columns": [{"field": "number", "heading": "nik"}]},
    {"columns": [{"field": "reference", "heading": "a"}, {"field": "number", "heading": "A"}]},
    {"columns": [{"field": "reference", "heading": "a"}, {"field": "number", "heading": "=1+1"}]},
    {"columns": [{"field": "reference", "heading": "a"}, {"field": "number", "heading": "jawaban"}]},
    {"columns": [{"field": "reference", "heading": "a"}, {"field": "number", "heading": "x" * 61}]},
    {"columns": [{"field": "owner", "heading": "a"}, {"field": "number", "heading": "b"}]},
    {"more": 1},
]


async def test_a_request_that_cannot_be_is_refused(office: Office) -> None:
    await office.enter(nik=nik())
    for said in IMPOSSIBLE:
        body = {"kind": "nik", "source": "dukcapil", **said}
        answer = await office.client.post("/v1/verification/requests", json=body, headers=office.auth | WHY)
        assert answer.status_code == (404 if "region" in said else 422), answer.text


async def test_without_the_right_or_a_reason_no_number_leaves(
    office: Office, client: httpx.AsyncClient, world: World
) -> None:
    await office.enter(nik=nik())
    request = await office.ask()
    path = f"/v1/verification/requests/{request['id']}"
    plain, may = world.auth("officer"), office.auth
    body = {"kind": "nik", "source": "dukcapil", "again": True}
    for headers, status in ((plain, 403), (plain | WHY, 403), (may, 422)):
        assert (await client.post("/v1/verification/requests", json=body, headers=headers)).status_code == status
        assert (await client.get(f"{path}/file.csv", headers=headers)).status_code == status
    as_csv = {"Content-Type": "text/csv"}
    assert (await client.post(f"{path}/answers", content=answer_file({}), headers=plain | as_csv)).status_code == 403
    for form in ("csv", "xlsx"):
        assert (await client.get(f"{path}/file.{form}", headers=may | WHY)).status_code == 200


async def test_the_register_is_narrowed_by_state_and_counted(office: Office, client: httpx.AsyncClient) -> None:
    ids: dict[str, str] = {}
    for said in ("SESUAI", "TIDAK SESUAI", "TIDAK DITEMUKAN"):
        _, ids[said] = await office.enter(nik=nik())
        await office.confirm(said)
    _, ids["unverified"] = await office.enter(nik=nik(), nib=nib())
    await office.enter()
    wanted = {"match": "SESUAI", "mismatch": "TIDAK SESUAI", "not_found": "TIDAK DITEMUKAN", "unverified": "unverified"}
    for state, said in wanted.items():
        page = await client.get("/v1/businesses", params={"verification": state}, headers=office.auth)
        assert [each["id"] for each in page.json()["items"]] == [ids[said]], state
    summary = (await client.get("/v1/verification/summary", params={"region": "16.01"}, headers=office.auth)).json()
    rows = {row.pop("kind"): row for row in summary["items"]}
    assert rows["nik"] == {"total": 4, "unverified": 1, "match": 1, "mismatch": 1, "not_found": 1, "asked": 0}
    assert rows["nib"] == {"total": 1, "unverified": 1, "match": 0, "mismatch": 0, "not_found": 0, "asked": 0}
    assert (summary["region_name"], summary["verifier"], summary["below"]) == ("Kabupaten Ogan Komering Ulu", None, [])


async def test_a_coordinator_counts_the_numbers_of_the_own_team_alone(
    office: Office, client: httpx.AsyncClient, world: World
) -> None:
    await office.enter(nik=nik())
    await office.confirm("SESUAI")
    params = {"region": "16.01", "below": "true"}
    found = {}
    for who in ("coordinator.1", "coordinator.2"):
        answer = await client.get("/v1/verification/summary", params=params, headers=world.auth(who))
        found[who] = answer.json()
    own, other = (found[who]["items"][0] for who in ("coordinator.1", "coordinator.2"))
    assert (own["total"], own["match"], other["total"], other["match"]) == (1, 1, 0, 0)
    assert found["coordinator.2"]["below"] == []


async def test_the_regions_right_below_are_counted_by_state_and_add_up_at_each_level(
    office: Office, client: httpx.AsyncClient
) -> None:
    for said in ("SESUAI", "TIDAK SESUAI"):
        await office.enter(nik=nik())
        await office.confirm(said)
    code = "16.01"
    for width in (8, 13):
        params = {"region": code, "below": "true"}
        found = (await client.get("/v1/verification/summary", params=params, headers=office.auth)).json()
        (below,) = found["below"]
        assert len(below["region_code"]) == width
        assert below["region_code"].startswith(code)
        assert below["region_name"] != below["region_code"]
        whole = [{name: value for name, value in each.items() if name != "asked"} for each in found["items"]]
        assert below["items"] == whole
        assert (whole[0]["match"], whole[0]["mismatch"]) == (1, 1)
        code = below["region_code"]
    params = {"region": code, "below": "true"}
    found = (await client.get("/v1/verification/summary", params=params, headers=office.auth)).json()
    assert found["below"] == [], "nobody is known to be in a neighbourhood of this village"


async def test_states_are_in_exports_and_in_the_feed(office: Office, client: httpx.AsyncClient, world: World) -> None:
    _, business = await office.enter(nik=nik())
    system = world.auth("system", scopes=["feed:read", "businesses:read"])
    start = (await client.get("/v1/feed", headers=system)).json()
    await office.confirm("TIDAK SESUAI")
    page = (await client.get("/v1/feed", params={"cursor": start["next_cursor"]}, headers=system)).json()
    (change,) = page["items"]
    row = change["business"]
    told = {"nik_state": "mismatch", "nik_state_source": "dukcapil", "nik_state_on": "2022-09-12", "nib_state": None}
    assert change["business_id"] == business
    assert {name: row[name] for name in told} == told
    text = (await client.get("/v1/exports/businesses.csv", headers=office.auth)).text
    (line,) = csv.DictReader(io.StringIO(text, newline=""))
    assert [line[name] for name in told] == ["mismatch", "dukcapil", "2022-09-12", ""]


async def test_a_large_answer_is_applied_in_the_background(
    office: Office, pg: asyncpg.Connection, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.verification.entering.APPLIED", 2)
    monkeypatch.setattr("app.verification.answering.APPLIED", 2)
    for _ in range(5):
        await office.enter(nik=nik())
    request = await office.ask()
    report = await office.answer(request, {line["referensi"]: "SESUAI" for line in await office.lines(request)})
    assert (report["answered"], report["waiting"]) == (5, 5)
    assert (await office.request(request))["waiting"] == 5
    rounds: list[Any] = []
    while True:
        async with pg.transaction():
            rounds.append(await apply_round(pg, clock.now()))
        if not rounds[-1]:
            break
    assert rounds == [True, True, False]
    after = await office.request(request)
    assert (after["waiting"], after["match"], after["outdated"]) == (0, 5, 0)
    assert await pg.fetchval("SELECT count(*) FROM business WHERE verification->'nik'->>'state' = 'match'") == 5
