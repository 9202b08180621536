"""Files with many rows: all or nothing, with every fault told by its line."""

import io
import zipfile
from xml.sax.saxutils import escape

import pytest
from one_by_one import each

from app.core.sheets import XLSX

EMBEDDED_IS_ENOUGH = True


@pytest.fixture
def send(client, world):
    async def call(kind, body, *, who="officer", media="text/csv", **params):
        headers = {**world.auth(who), "Content-Type": media, "Accept-Language": "en"}
        return await client.post(f"/v1/imports/{kind}", content=body, headers=headers, params=params)

    return call


def workbook(rows):
    """The smallest XLSX there is, with text and numbers."""
    lines = "".join(
        f'<row r="{n}">'
        + "".join(
            f"<c><v>{cell}</v></c>" if isinstance(cell, int | float)
            else f'<c t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
            for cell in row
        )
        + "</row>"
        for n, row in enumerate(rows, start=1)
    )  # fmt: skip
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    rels = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="a"'
        f' Type="{rels}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{rels}"><sheets><sheet name="Data" sheetId="1"'
        ' r:id="b"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="b"'
        f' Type="{rels}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{lines}</sheetData></worksheet>',
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in parts.items():
            file.writestr(name, '<?xml version="1.0" encoding="UTF-8"?>' + text)
    return packed.getvalue()


def accounts(rows, delimiter=","):
    lines = ["username,name,role,region_code", *rows]
    return "\r\n".join(line.replace(",", delimiter) for line in lines).encode()


async def test_ten_thousand_rows_of_which_three_are_wrong_enter_nothing_and_name_the_three(send, pg):
    rows = [f"baru.{n},Nama {n},enumerator,16.01.14" for n in range(10_000)]
    rows[16] = "baru.16,Nama,king,16.01.14"
    rows[4_999] = "baru.4999,Nama,enumerator,16.71"
    rows[9_998] = "baru.1,Nama,enumerator,16.01"
    before = await pg.fetchval("SELECT count(*) FROM account")
    expected = [("/lines/18/role", "not_a_choice"), ("/lines/5001/region_code", "region_unknown"),
                ("/lines/10000/username", "repeated")]  # fmt: skip
    answer = await send("accounts", accounts(rows))
    assert answer.status_code == 422
    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == expected
    dry = (await send("accounts", accounts(rows), dry_run=True)).json()
    assert (dry["rows"], dry["fault_count"]) == (10_000, 3)
    assert [(fault["pointer"], fault["code"]) for fault in dry["faults"]] == expected
    assert await pg.fetchval("SELECT count(*) FROM account") == before


async def test_a_dry_run_tells_what_would_come_of_it_and_changes_nothing(send, client, pg):
    body = accounts(["baru.1,Satu,enumerator,16.01", "enumerator.1,Enumerator.1,enumerator,16.01"])
    before = await pg.fetchval("SELECT count(*) FROM account")
    dry = (await send("accounts", body, dry_run=True)).json()
    assert (dry["created"], dry["unchanged"]) == (1, 1)
    assert await pg.fetchval("SELECT count(*) FROM account") == before
    assert dry["codes"] == []
    done = (await send("accounts", body)).json()
    assert (done["created"], done["changed"], done["unchanged"]) == (1, 0, 1)
    again = (await send("accounts", body)).json()
    assert (again["unchanged"], again["codes"]) == (2, []), "a file may be sent again"
    ((name, code),) = [row.values() for row in done["codes"]]
    told = {"username": name, "activation_code": code, "new_password": "empat sawah di tepi ogan"}
    assert (await client.post("/v1/auth/password", json=told)).status_code == 204, "so each of them gets in"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
async def test_csv_as_excel_writes_it_anywhere(send, delimiter):
    body = "\ufeff".encode() + accounts(["baru.1,Satu,enumerator,16.01", ",,,"], delimiter)
    assert (await send("accounts", body)).json()["rows"] == 1


async def test_a_workbook_does_as_well(send, pg):
    rows = [["campaign", "region_code", "businesses"], ["pl-kumkm-2022", "16.01.14", 500.0]]
    answer = await send("targets", workbook(rows), media=XLSX)
    assert answer.json().get("created") == 1, answer.text
    assert await pg.fetchval("SELECT businesses FROM target WHERE region_code = '16.01.14'") == 500


async def test_a_census_is_staffed_from_files(send, client, world):
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
async def test_a_faulty_file(send, body, media, status, code):
    answer = await send("accounts", body, media=media)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_a_zip_bomb_is_too_large(send):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for n in range(3):
            file.writestr(f"xl/{n}.xml", b" " * (60 * 1024 * 1024))
    answer = await send("accounts", packed.getvalue(), media=XLSX)
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


async def test_an_officer_imports_no_more_than_it_may_make(send):
    answer = await send("accounts", accounts(["boss,Boss,admin,", "peer,Peer,officer,16.01"]))
    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [
        ("/lines/2/role", "role_not_allowed"), ("/lines/3/role", "role_not_allowed"),
    ]  # fmt: skip
    assert (await send("accounts", accounts([]), who="coordinator.1")).status_code == 403
