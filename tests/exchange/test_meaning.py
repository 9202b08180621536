"""What columns mean, for programs and for people: one list, whose schema, codebook and labels say the same."""

import csv
import hashlib
import io
import json
import struct
import zipfile
from xml.etree import ElementTree as ET

import httpx
import pyarrow.parquet as pq
import pytest
from shapes import Call, Json
from world import World, item, outcomes

from app.core.table_schema import Field, data_package, table_schema
from app.exchange.code_labels import labels_of
from app.exchange.columns import COLUMNS, NAMES

EMBEDDED_IS_ENOUGH = True
_DDI = "{ddi:codebook:2_5}"


def test_a_schema_says_type_codes_and_bounds() -> None:
    fields = (
        Field("region", "text", "Wilayah", "Region", pattern=r"[0-9]{2}", required=True, unique=True),
        Field("class", "text", "Kelas", "Class", codes={"micro": ("Mikro", "Micro")}),
        Field("count", "integer", "Banyaknya", "Count", minimum=0, unit="usaha"),
    )
    schema = table_schema(fields, key=("region",))
    region, class_, count = schema["fields"]
    assert region["constraints"] == {"required": True, "unique": True, "pattern": "[0-9]{2}"}
    assert class_["constraints"] == {"enum": ["micro"]}
    assert class_["categories"] == [{"value": "micro", "label": "Micro", "label_id": "Mikro"}]
    assert (count["type"], count["unit"], count["constraints"]) == ("integer", "usaha", {"minimum": 0})
    assert (schema["primaryKey"], schema["missingValues"]) == (["region"], [""])
    package = data_package("figures", "figures.csv", schema, title="Figures", rows=2, size=20, sha256="ab")
    (resource,) = package["resources"]
    assert (resource["bytes"], resource["hash"], resource["stats"]) == (20, "sha256:ab", {"rows": 2})


async def get(client: httpx.AsyncClient, world: World, path: str) -> httpx.Response:
    answer = await client.get(f"/v1/{path}", headers=world.auth("officer"))
    assert answer.status_code == 200, answer.text
    return answer


async def test_the_schema_has_every_column_and_says_who_sees_it(client: httpx.AsyncClient, world: World) -> None:
    package = (await get(client, world, "exports/businesses/datapackage.json")).json()
    (resource,) = package["resources"]
    fields = {each["name"]: each for each in resource["schema"]["fields"]}
    assert tuple(fields) == NAMES
    assert {name for name, each in fields.items() if each.get("personal")} == {
        each.name for each in COLUMNS if each.sealed
    }
    assert fields["nik"]["shown"] == "digits"
    assert fields["annual_sales_idr"]["shown"] == "hidden"
    assert fields["size_class"]["constraints"]["enum"] == ["micro", "small", "medium", "large"]
    assert fields["owner_education"]["question"] == "owner.education"


async def test_the_codebook_has_every_column_with_its_codes(client: httpx.AsyncClient, world: World) -> None:
    book = ET.fromstring((await get(client, world, "exports/businesses/codebook.xml")).content)  # noqa: S314  (ours)
    assert book.tag == f"{_DDI}codeBook"
    found = {each.get("name"): each for each in book.iter(f"{_DDI}var")}
    assert tuple(found) == NAMES
    for column in COLUMNS:
        codes = [each.findtext(f"{_DDI}catValu") for each in found[column.name].iter(f"{_DDI}catgry")]
        assert codes == list(labels_of(column))
        labels = [each.text for each in found[column.name].findall(f"{_DDI}labl")]
        assert labels == [column.label_id, column.label_en]
        assert (found[column.name].find(f"{_DDI}security") is not None) == bool(column.sealed)
    page = await get(client, world, "exports/businesses/codebook.html")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.text.count("<article ") == len(NAMES)
    assert "<script" not in page.text


@pytest.fixture
async def entered(client: httpx.AsyncClient, world: World) -> Json:
    made = item()
    made["answers"]["trade_name"] = 'Warung "Ré",\nbaris =1+1'
    assert await outcomes(client, world, "enumerator.1", made) == ["accepted"]
    return made


async def test_plain_csv_has_texts_in_quotes_numbers_bare_and_nothing_where_there_is_none(
    client: httpx.AsyncClient, world: World, entered: Json
) -> None:
    answer = await get(client, world, "exports/businesses.csv")
    assert f'"{entered["answers"]["kbli"]}"' in answer.text
    assert '"16.01.14.1003"' in answer.text
    assert ",-4.1266," in answer.text
    assert '"Warung ""Ré"",\nbaris =1+1"' in answer.text, "as it was stored, sign by sign"
    assert '""' not in answer.text.replace('""Ré""', ""), "no value is not an empty text"
    assert answer.headers["X-Export-Rows"] == "1"
    assert answer.headers["X-Export-Made-At"].endswith("+00:00")
    assert 'rel="describedby"' in answer.headers["Link"]


@pytest.mark.proof
async def test_every_form_says_when_it_was_made_of_what_and_how_many_rows(
    client: httpx.AsyncClient, world: World, entered: Json
) -> None:
    asked = "?region=16.01&kind=umkm"
    parquet = pq.read_schema(io.BytesIO((await get(client, world, f"exports/businesses.parquet{asked}")).content))
    geojson = (await get(client, world, f"exports/businesses.geojson{asked}")).json()
    with zipfile.ZipFile(io.BytesIO((await get(client, world, f"exports/businesses.zip{asked}")).content)) as package:
        described, content = json.loads(package.read("datapackage.json")), package.read("businesses.csv")
    for said in (json.loads(parquet.metadata[b"kumkm"]), geojson["kumkm"], described["kumkm"]):
        assert said["rows"] == 1
        assert (said["region"], said["filters"]) == ("16.01", {"kind": "umkm"})
        assert said["personal_data"] == "masked"
        assert said["made_at"]
    assert geojson["numberReturned"] == 1
    (resource,) = described["resources"]
    assert resource["bytes"] == len(content)
    assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
    assert len(list(csv.DictReader(io.StringIO(content.decode(), newline="")))) == resource["stats"]["rows"] == 1


@pytest.mark.proof
async def test_geoparquet_has_points_their_bounds_and_its_version(
    client: httpx.AsyncClient, world: World, entered: Json
) -> None:
    content = (await get(client, world, "exports/businesses.geoparquet")).content
    table = pq.read_table(io.BytesIO(content))
    geo = json.loads(pq.ParquetFile(io.BytesIO(content)).metadata.metadata[b"geo"])
    assert (geo["version"], geo["primary_column"]) == ("1.1.0", "geometry")
    column = geo["columns"]["geometry"]
    assert (column["encoding"], column["geometry_types"]) == ("WKB", ["Point"])
    assert column["bbox"] == [104.1702, -4.1266, 104.1702, -4.1266]
    assert struct.unpack("<BIdd", table.column("geometry")[0].as_py()) == (1, 1, 104.1702, -4.1266)
    none = pq.ParquetFile(io.BytesIO((await get(client, world, "exports/businesses.geoparquet?kbli=99")).content))
    assert "bbox" not in json.loads(none.metadata.metadata[b"geo"])["columns"]["geometry"]


async def test_a_finished_csv_has_a_description_with_its_checksum(
    client: httpx.AsyncClient, world: World, entered: Json, act: Call
) -> None:
    jobs = client._transport.app.state.services.jobs  # type: ignore[attr-defined]  # of the test's own client
    made = (await act("POST", "exports", json={"format": "csv", "kind": "umkm"})).json()
    assert (await act("GET", f"exports/{made['id']}/datapackage.json")).status_code == 409
    assert await jobs.work_once()
    package = (await act("GET", f"exports/{made['id']}/datapackage.json")).json()
    file = await act("GET", f"exports/{made['id']}/file")
    (resource,) = package["resources"]
    assert resource["hash"] == f"sha256:{hashlib.sha256(file.content).hexdigest()}"
    assert (resource["bytes"], resource["stats"]["rows"]) == (len(file.content), 1)
    assert package["kumkm"]["filters"] == {"kind": "umkm"}
    job = (await act("GET", f"exports/{made['id']}")).json()
    assert (job["filters"], job["personal_data"]) == ({"kind": "umkm"}, "masked")
    assert job["made_at"][:19] == package["created"][:19]
    assert file.headers["X-Export-Rows"] == "1"
    other = (await act("POST", "exports", json={"format": "xlsx"})).json()
    assert (await act("GET", f"exports/{other['id']}/datapackage.json")).status_code == 404
