"""Files with many rows: all or nothing, with every fault told by its line."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import asyncpg
import httpx
import pytest
from one_by_one import each
from shapes import Call, Json, the
from workbooks import sheet, workbook
from world import World

from app.api.imports import WAYS, Way, columns_of
from app.core.cells import Column
from app.core.table_files import XLSX

EMBEDDED_IS_ENOUGH = True


@pytest.fixture
def send(client: httpx.AsyncClient, world: World) -> Call:
    async def call(
        kind: str, body: Any, *, who: str = "officer", media: str = "text/csv", **params: Any
    ) -> httpx.Response:
        headers = {**world.auth(who), "Content-Type": media, "Accept-Language": "en"}
        return await client.post(f"/v1/imports/{kind}", content=body, headers=headers, params=params)

    return call


def accounts(rows: Iterable[str], delimiter: str = ",") -> bytes:
    lines = ["username,name,role,region_code", *rows]
    return "\r\n".join(line.replace(",", delimiter) for line in lines).encode()


@pytest.mark.proof
async def test_ten_thousand_rows_of_which_three_are_wrong_enter_nothing_and_name_the_three(
    send: Call, pg: asyncpg.Connection
) -> None:
    rows = [f"baru.{n},Nama {n},enumerator,16.01.14" for n in range(10_000)]
    rows[16] = "baru.16,Nama,king,16.01.14"
    rows[4_999] = "baru.4999,Nama,enumerator,16.71"
    rows[9_998] = "baru.1,Nama,enumerator,16.01"
    before = await pg.fetchval("SELECT count(*) FROM account")
    expected = [
        ("/lines/18/role", "not_a_choice"),
        ("/lines/5001/region_code", "region_unknown"),
        ("/lines/10000/username", "repeated"),
    ]
    answer = await send("accounts", accounts(rows))
    assert answer.status_code == 422
    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == expected
    dry = (await send("accounts", accounts(rows), dry_run=True)).json()
    assert (dry["rows"], dry["fault_count"]) == (10_000, 3)
    assert [(fault["pointer"], fault["code"]) for fault in dry["faults"]] == expected
    assert await pg.fetchval("SELECT count(*) FROM account") == before


async def test_a_dry_run_tells_what_would_come_of_it_and_changes_nothing(
    send: Call, client: httpx.AsyncClient, pg: asyncpg.Connection
) -> None:
    body = accounts(["baru.1,Satu,enumerator,16.01", "enumerator.1,Enumerator.1,enumerator,16.01"])
    before = await pg.fetchval("SELECT count(*) FROM account")
    dry = (await send("accounts", body, dry_run=True)).json()
    assert (dry["created"], dry["unchanged"]) == (1, 1)
    assert await pg.fetchval("SELECT count(*) FROM account") == before
    assert dry["codes"] == []
    done = (await send("accounts", body)).json()
    assert (done["created"], done["changed"], done["unchanged"]) == (1, 0, 1)
    again = (await send("accounts", body)).json()
    assert (again["unchanged"], again["codes"]) == (2, done["codes"]), "a file may be sent again"
    ((name, code),) = [row.values() for row in done["codes"]]
    told = {"username": name, "activation_code": code, "new_password": "empat sawah di tepi ogan"}
    assert (await client.post("/v1/auth/password", json=told)).status_code == 204, "so each of them gets in"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
async def test_csv_as_excel_writes_it_anywhere(send: Call, delimiter: str) -> None:
    body = "\ufeff".encode() + accounts(["baru.1,Satu,enumerator,16.01", ",,,"], delimiter)
    assert (await send("accounts", body)).json()["rows"] == 1


async def test_a_workbook_does_as_well(send: Call, pg: asyncpg.Connection) -> None:
    rows: list[list[str | float]] = [["campaign", "region_code", "businesses"], ["pl-kumkm-2022", "16.01.14", 500.0]]
    answer = await send("targets", workbook(rows), media=XLSX)
    assert answer.json().get("created") == 1, answer.text
    set_ = await pg.fetchrow("SELECT businesses, valid_from FROM target_change WHERE region_code = '16.01.14'")
    assert tuple(the(set_)) == (500, date(2022, 9, 12)), "from the day of the file on"


async def test_a_census_is_staffed_from_files(send: Call, client: httpx.AsyncClient, world: World) -> None:
    people = ["budi,Budi,coordinator,16.01", "sari,Sari,enumerator,16.01", "dewi,Dewi,enumerator,16.01"]
    files = {
        "accounts": "username,name,role,region_code\n" + "\n".join(people),
        "teams": "campaign,region_code,name,coordinator\npl-kumkm-2022,16.01,Tim Budi,budi",
        "members": "campaign,region_code,team,enumerator,starts_on,ends_on,quota\n"
        "pl-kumkm-2022,16.01,Tim Budi,sari,2022-09-01,,500\n"
        "pl-kumkm-2022,16.01,Tim Budi,dewi,2022-09-01,2022-09-30,100",
        "assignments": "campaign,enumerator,region_code,starts_on\npl-kumkm-2022,sari,16.01.14,2022-09-01",
        "targets": "campaign,region_code,businesses\npl-kumkm-2022,16.01.14,3000",
    }
    for kind, text in files.items():
        answer = await send(kind, text.encode())
        assert answer.status_code == 200, answer.text
    teams = (await client.get("/v1/teams", headers=world.auth("officer"))).json()["items"]
    (team,) = [team for team in teams if team["name"] == "Tim Budi"]
    assert [(m["enumerator"]["username"], m["quota"]) for m in team["members"]] == [("dewi", 100), ("sari", 500)]


@each(
    ("body", "media", "status", "code"),
    [
        (b"", "text/csv", 422, "invalid_fields"),
        (b"username,name\nx,y", "text/csv", 422, "invalid_fields"),
        (b"username,name,role,region_code,password\n", "text/csv", 422, "invalid_fields"),
        (b"\xff\xfe\x00", "text/csv", 400, "unreadable_file"),
        (b'username,name,role,region_code\n"open', "text/csv", 400, "unreadable_file"),
        (b"PK\x03\x04 not a zip", XLSX, 400, "unreadable_file"),
        (b"{}", "application/json", 415, "unsupported_media_type"),
        (b"username,name,role\n" + b"a,b,c\n" * 50_001, "text/csv", 413, "too_many_items"),
        (b"username,name,role,region_code\na\x00b,c,enumerator,16.01", "text/csv", 422, "invalid_fields"),
    ],
)
async def test_a_faulty_file(send: Call, body: bytes, media: str, status: int, code: str) -> None:
    answer = await send("accounts", body, media=media)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_a_last_line_that_was_cut_off_is_a_fault_and_one_that_excel_left_short_is_not(send: Call) -> None:
    whole = b"username,name,role,region_code,rate\nbaru.1,Satu,enumerator,16.01\n"
    assert (await send("accounts", whole, dry_run=True)).json()["fault_count"] == 0
    assert (await send("accounts", whole.rstrip() + b",", dry_run=True)).json()["fault_count"] == 0
    answer = (await send("accounts", whole.rstrip(), dry_run=True)).json()
    assert [(fault["pointer"], fault["code"]) for fault in answer["faults"]] == [("/lines/2/rate", "cell_cut_off")]


@pytest.mark.proof
async def test_a_zip_bomb_is_too_large(send: Call) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for n in range(3):
            file.writestr(f"xl/{n}.xml", b" " * (60 * 1024 * 1024))
    answer = await send("accounts", packed.getvalue(), media=XLSX)
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


async def test_an_officer_imports_no_more_than_it_may_make(send: Call) -> None:
    answer = await send("accounts", accounts(["boss,Boss,admin,", "peer,Peer,officer,16.01"]))
    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [
        ("/lines/2/role", "role_not_allowed"),
        ("/lines/3/role", "role_not_allowed"),
    ]
    assert (await send("accounts", accounts([]), who="coordinator.1")).status_code == 403


TARGETS = ["campaign", "region_code", "businesses"]
GOOD: list[str | float] = ["pl-kumkm-2022", "16.01.14", 7000]
WORK = ["campaign", "enumerator", "region_code", "starts_on", "ends_on"]


@each(
    ("kind", "body", "media", "faults"),
    [
        (
            "targets",
            workbook([TARGETS, GOOD], more='<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
            XLSX,
            {"/lines/1048576/XFD": "cell_beyond_headings"},
        ),
        (
            "targets",
            b"campaign,region_code,businesses\npl-kumkm-2022,16.01.14,42,000",
            "text/csv",
            {"/lines/2/D": "cell_beyond_headings"},
        ),
        (
            "targets",
            b"campaign;region_code;businesses\npl-kumkm-2022;16.01.14;42.000",
            "text/csv",
            {"/lines/2/businesses": "cell_not_whole_number"},
        ),
        ("targets", workbook([TARGETS, [*GOOD[:2], 42.5]]), XLSX, {"/lines/2/businesses": "cell_not_whole_number"}),
        ("targets", workbook([TARGETS, [GOOD[0], 16.1, 42]]), XLSX, {"/lines/2/region_code": "region_unknown"}),
        (
            "targets",
            workbook([TARGETS, GOOD, GOOD], behind='<mergeCells><mergeCell ref="C2:C3"/></mergeCells>'),
            XLSX,
            {"/lines/2/businesses": "cell_merged"},
        ),
        (
            "assignments",
            sheet(
                "<row>"
                + "".join(f'<c t="inlineStr"><is><t>{name}</t></is></c>' for name in WORK)
                + '</row><row><c t="inlineStr"><is><t>pl-kumkm-2022</t></is></c>'
                '<c t="inlineStr"><is><t>enumerator.2</t></is></c><c t="inlineStr"><is><t>16.01.14</t></is></c>'
                '<c s="1"><v>44817</v></c><c><f>D2+30</f></c></row>',
                formats=["General", "dd/mm/yyyy"],
            ),
            XLSX,
            {"/lines/2/ends_on": "cell_formula_without_value"},
        ),
        (
            "assignments",
            b"campaign,enumerator,region_code,starts_on\npl-kumkm-2022,enumerator.2,16.01.14,0",
            "text/csv",
            {"/lines/2/starts_on": "cell_not_a_day"},
        ),
        (
            "accounts",
            b"username,name,role,region_code\nbaru.1,#N/A,enumerator,16.01\nbaru.2,Dua ,enumerator,16.01",
            "text/csv",
            {"/lines/2/name": "cell_is_error", "/lines/3/name": "cell_blanks_around"},
        ),
    ],
)
async def test_a_cell_that_would_be_cut_guessed_or_dropped_is_a_fault_at_its_place(
    send: Call, kind: str, body: bytes, media: str, faults: Json
) -> None:
    answer = await send(kind, body, media=media, dry_run=True)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["created"], told["changed"]) == (0, 0)
    assert faults.items() <= {fault["pointer"]: fault["code"] for fault in told["faults"]}.items()


@pytest.mark.parametrize("way", WAYS.values(), ids=list(WAYS))
def test_a_field_that_may_be_empty_takes_the_cells_that_a_required_one_does(way: Way) -> None:
    taken = columns_of(way.row)
    for name, schema in way.row.model_json_schema()["properties"].items():
        said = [schema, *schema.get("anyOf", ())]
        if any(each.get("format") == "date" for each in said):
            assert taken[name] is Column.DAY, name
        elif any(each.get("type") == "integer" for each in said):
            assert taken[name] is Column.WHOLE, name
        else:
            assert taken[name] is Column.TEXT, name


async def test_days_of_a_workbook_are_taken_in_every_column_of_days(send: Call) -> None:
    days = '<c s="1"><v>44817</v></c><c s="1"><v>44830</v></c>'
    for kind, names, cells in (
        ("assignments", WORK, ["pl-kumkm-2022", "enumerator.2", "16.01.14"]),
        (
            "members",
            ["campaign", "region_code", "team", "enumerator", "quota", *WORK[3:]],
            ["pl-kumkm-2022", "16.01", "Tim 1", "enumerator.2", "5"],
        ),
    ):
        body = sheet(lines(names) + lines(cells).replace("</row>", f"{days}</row>"), formats=["General", "dd/mm/yyyy"])
        told = (await send(kind, body, media=XLSX, dry_run=True)).json()
        assert {fault["code"] for fault in told["faults"]} <= {"overlapping"}, told
        assert told["rows"] == 1


def lines(*rows: Sequence[str]) -> str:
    return "".join(
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in row) + "</row>" for row in rows
    )


@pytest.mark.parametrize(
    ("state", "others", "code"),
    [
        ("visible", [("visible", lines(["Baca dulu"]))], None),
        ("visible", [("hidden", lines(TARGETS, ["pl-kumkm-2022", "16.01.07", "5"]))], None),
        ("visible", [("visible", "")], None),
        ("visible", [("visible", lines([], TARGETS, ["pl-kumkm-2022", "16.01.07", "5"]))], "sheet_not_read"),
        ("hidden", [("visible", lines(["username"], ["x"]))], "column_missing"),
        ("veryHidden", [("hidden", lines(["username"]))], None),
    ],
)
async def test_of_a_workbook_the_first_shown_sheet_is_read_and_no_other_table_is_left_out_in_silence(
    send: Call, state: str, others: Sequence[tuple[str, str]], code: str | None
) -> None:
    body = sheet(lines(TARGETS, [str(cell) for cell in GOOD]), state=state, others=others)
    answer = await send("targets", body, media=XLSX, dry_run=True)
    assert code in [error["code"] for error in answer.json().get("errors", [])] or (code is None and answer.is_success)


async def test_blank_rows_do_not_count_however_far_they_are(send: Call) -> None:
    far = '<row r="1048576"><c r="C1048576" t="inlineStr"><is><t> </t></is></c></row>'
    assert (await send("targets", workbook([TARGETS, GOOD], more=far), media=XLSX)).json()["rows"] == 1


async def test_a_fault_says_line_column_cell_and_what_would_be_right_in_both_languages(
    send: Call, client: httpx.AsyncClient, world: World
) -> None:
    body = b"username,name,role,region_code,devices_allowed\nbaru.1,Satu,king,16.01,1\nB!,Dua,enumerator,16.01,1e2"
    told = {
        fault["pointer"]: fault["detail"] for fault in (await send("accounts", body, dry_run=True)).json()["faults"]
    }
    assert told["/lines/2/role"].startswith(
        "Line 2, column role (cell C2): Not one of the choices. Right would be: 'en"
    )
    assert told["/lines/3/username"].startswith("Line 3, column username (cell A3): ")
    assert "Written as" in told["/lines/3/username"]
    assert told["/lines/3/devices_allowed"].endswith("such as 42000.")
    assert not any(word in detail for detail in told.values() for word in ("king", "B!", "1e2")), "never the value"
    headers = {**world.auth("officer"), "Content-Type": "text/csv"}
    answer = (await client.post("/v1/imports/accounts", content=body, headers=headers)).json()
    assert answer["errors"][0]["detail"].startswith("Baris 2, kolom role (sel C2): ")


async def test_an_unknown_column_names_the_nearest_known_one_and_none_is_there_twice(send: Call) -> None:
    answer = await send("accounts", b"usernam,name,role,name\nx,y,z,y")
    told = {error["pointer"]: (error["code"], error["detail"]) for error in answer.json()["errors"]}
    assert told["/columns/0"] == ("column_unknown", "Column A is unknown; perhaps username is meant.")
    assert told["/columns/3"][0] == "column_repeated"
    assert told["/columns/username"] == ("column_missing", "The column username is missing.")


async def test_so_many_columns_that_nobody_means_them_are_refused(send: Call) -> None:
    answer = await send("targets", ",".join(f"c{n}" for n in range(60_000)).encode() + b"\n")
    assert [error["code"] for error in answer.json()["errors"]] == ["too_many_columns"]


async def test_a_column_that_a_file_leaves_out_resets_nothing_and_an_empty_cell_does(
    send: Call, client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    full = {
        "accounts": "username,name,role,region_code,devices_allowed\nbaru.1,Satu,enumerator,16.01,3",
        "teams": "campaign,region_code,name,coordinator\npl-kumkm-2022,16.01,Tim Baru,coordinator.1",
        "members": "campaign,region_code,team,enumerator,starts_on,quota,ends_on\n"
        "pl-kumkm-2022,16.01,Tim Baru,baru.1,2022-09-01,5,2022-09-30",
        "assignments": "campaign,enumerator,region_code,starts_on,ends_on\n"
        "pl-kumkm-2022,baru.1,16.01.14,2022-09-01,2022-09-30",
        "targets": "campaign,region_code,businesses\npl-kumkm-2022,16.01.14,7000",
    }
    without = {
        "accounts": "username,name,role,region_code\nbaru.1,Satu Baru,enumerator,16.01",
        "teams": full["teams"],
        "members": "campaign,region_code,team,enumerator,starts_on,quota\n"
        "pl-kumkm-2022,16.01,Tim Baru,baru.1,2022-09-01,9",
        "assignments": "campaign,enumerator,region_code,starts_on\npl-kumkm-2022,baru.1,16.01.14,2022-09-01",
        "targets": full["targets"],
    }
    for kind, text in full.items():
        assert (await send(kind, text.encode())).json()["created"] == 1
    changed = [(await send(kind, text.encode())).json()["changed"] for kind, text in without.items()]
    assert changed == [1, 0, 1, 0, 0]
    kept = (
        "SELECT devices_allowed, (SELECT max(ends_on)::text || max(quota) FROM team_member WHERE enumerator_id = id),"
        " (SELECT max(ends_on)::text FROM assignment WHERE enumerator_id = id) FROM account WHERE username = 'baru.1'"
    )
    assert tuple(the(await pg.fetchrow(kept))) == (3, "2022-09-309", "2022-09-30")
    single = {"campaign": "pl-kumkm-2022", "enumerator": "baru.1", "region_code": "16.01.14", "starts_on": "2022-09-01"}
    answer = await client.put("/v1/assignments", json=single, headers=world.auth("officer"))
    assert answer.json() == {"created": 0, "changed": 0, "unchanged": 1}
    for kind in ("members", "assignments"):
        emptied = full[kind].replace("2022-09-30", "")
        assert (await send(kind, emptied.encode(), who="admin")).json()["changed"] == 1
    assert tuple(the(await pg.fetchrow(kept))) == (3, None, None)
    answer = await client.put(
        "/v1/assignments", json={**single, "ends_on": "2022-10-01"}, headers=world.auth("officer")
    )
    assert answer.json()["changed"] == 1


async def test_a_body_changes_only_what_it_says(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    account = world.id("enumerator.1")
    await pg.execute("UPDATE account SET devices_allowed = 4, rate = '5/minute' WHERE id = $1", account)
    stored = "SELECT name, region_code, scopes, devices_allowed, rate FROM account WHERE id = $1"

    async def patch(**told: Any) -> tuple[Any, ...]:
        answer = await client.patch(f"/v1/accounts/{account}", json=told, headers=world.auth("admin"))
        assert answer.status_code == 200, answer.text
        return tuple(the(await pg.fetchrow(stored, account)))

    assert await patch(name="Satu") == ("Satu", "16.01", [], 4, "5/minute")
    assert await patch(rate=None) == ("Satu", "16.01", [], 4, None)
    refused = await client.patch(f"/v1/accounts/{account}", json={"name": None}, headers=world.auth("admin"))
    assert refused.status_code == 422
    campaign = {
        "code": "uji",
        "name": "Uji",
        "starts_on": "2022-04-01",
        "ends_on": "2022-05-01",
        "accepts_until": "2022-06-01",
    }
    for more, kept in (
        ({"answers_until": "2023-01-01"}, "2023-01-01"),
        ({}, "2023-01-01"),
        ({"answers_until": None}, None),
    ):
        answer = await client.put("/v1/campaigns/uji", json=campaign | more, headers=world.auth("admin"))
        assert answer.json()["answers_until"] == kept


async def test_a_retried_import_of_people_gives_its_codes_again_within_an_hour(
    send: Call, client: httpx.AsyncClient, pg: asyncpg.Connection
) -> None:
    people = ["baru.1,Satu,enumerator,16.01", "baru.2,Dua,enumerator,16.01", "baru.3,Tiga,enumerator,16.01"]
    first = (await send("accounts", accounts(people))).json()
    codes = {each["username"]: each["activation_code"] for each in first["codes"]}
    assert len(set(codes.values())) == 3
    assert (await send("accounts", accounts(people, ";"))).json()["codes"] == first["codes"], "the same rows"
    assert (await send("accounts", accounts(people), dry_run=True)).json()["codes"] == []
    assert (await send("accounts", accounts(people), who="admin")).json()["codes"] == [], "only to the same hand"
    assert (await send("accounts", accounts(people[:2]))).json()["codes"] == [], "only for the same rows"
    told = {"username": "baru.1", "activation_code": codes["baru.1"], "new_password": "empat sawah di tepi ogan"}
    assert (await client.post("/v1/auth/password", json=told)).status_code == 204
    again = (await send("accounts", accounts(people))).json()
    assert [each["username"] for each in again["codes"]] == ["baru.2", "baru.3"], "one was used"
    trail = "SELECT count(*) FROM audit_event WHERE action = 'account.code_told_again'"
    assert await pg.fetchval(trail) == 5
    everything = str(await pg.fetch("SELECT * FROM import_secret")) + str(await pg.fetch("SELECT * FROM account"))
    assert not any(code in everything for code in codes.values())
    await pg.execute("UPDATE import_secret SET entered_at = entered_at - interval '61 minutes'")
    assert (await send("accounts", accounts(people))).json()["codes"] == [], "the hour is over"
    assert (await send("accounts", accounts(people))).json()["codes"] == []
