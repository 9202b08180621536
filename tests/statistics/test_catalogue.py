"""The catalogue of the statistics: what portals harvest, and what of it is said of the files behind it."""

import asyncio
import hashlib
import json
import subprocess
from base64 import b64encode
from csv import reader
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from editions import edition, made
from portals import HARVEST, environment
from pydantic import ValidationError
from shapes import Json
from world import World

from app.core.clock import SetClock
from app.core.linked_data import JSON_LD, RDF_XML, TURTLE, Address, Statement, Value, written
from app.core.settings import Settings

__all__ = ["edition"]

ROUTE = Path(__file__).parents[2] / "web/console/src/pages/statistics/route.ts"
FORMS = {"ttl": TURTLE, "rdf": RDF_XML, "jsonld": JSON_LD}
DCAT = "http://www.w3.org/ns/dcat#"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A publisher who says all that can be said."""
    return settings.model_copy(
        update={
            "public_origin": "https://kumkm.okukab.go.id",
            "publisher": "Dinas Koperasi dan UKM Kabupaten Ogan Komering Ulu",
            "publisher_homepage": "https://okukab.go.id",
            "contact_name": 'Meja data "KUMKM" <OKU> & rekan',
            "contact_email": "data@okukab.go.id",
            "statistics_licence": "https://creativecommons.org/licenses/by/4.0/",
        }
    )


async def catalogue(client: httpx.AsyncClient, world: World, who: str = "officer", **params: Any) -> Json:
    answer = await client.get("/v1/statistics/catalogue", params=params, headers=world.auth(who))
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == JSON_LD
    found: Json = answer.json()
    return found


def of(page: Json, kind: str) -> list[Json]:
    """The things of a type."""
    return [thing for thing in page["@graph"] if f"{DCAT}{kind}" in thing.get("@type", [])]


async def test_each_attribute_of_an_edition_is_a_dataset_of_the_levels_below(
    client: httpx.AsyncClient, world: World, edition: Json
) -> None:
    page = await catalogue(client, world)
    [listed] = (await client.get("/v1/statistics/editions", headers=world.auth("officer"))).json()["items"]
    given = {",".join(each) for level in ("district", "village") for each in listed["given"][level]}
    datasets = of(page, "Dataset")
    assert {each["dct:identifier"][0]["@value"] for each in datasets} == {
        f"{edition['edition']}/{attribute or 'total'}/16.01" for attribute in given
    }
    [root] = of(page, "Catalog")
    assert {each["@id"] for each in root["dcat:dataset"]} == {each["@id"] for each in datasets}
    assert "Ogan Komering Ulu" in root["dct:title"][0]["@value"]


async def test_what_a_distribution_says_of_its_file_is_so(
    client: httpx.AsyncClient, world: World, edition: Json
) -> None:
    page = await catalogue(client, world)
    checksums = {
        each["@id"]: each["spdx:checksumValue"][0]["@value"] for each in page["@graph"] if "spdx:checksumValue" in each
    }
    files = of(page, "Distribution")
    assert len(files) >= 8
    for each in files:
        address = each["dcat:downloadURL"][0]["@id"].removeprefix("https://kumkm.okukab.go.id")
        answer = await client.get(address, headers=world.auth("officer"))
        assert answer.status_code == 200, answer.text
        assert each["dcat:mediaType"][0]["@id"].endswith(answer.headers["content-type"].split(";")[0])
        assert int(each["dcat:byteSize"][0]["@value"]) == len(answer.content)
        assert checksums[each["spdx:checksum"][0]["@id"]] == hashlib.sha256(answer.content).hexdigest()


@pytest.mark.proof
async def test_every_address_of_the_own_server_can_be_opened(
    client: httpx.AsyncClient, world: World, edition: Json
) -> None:
    page = await catalogue(client, world)
    own = "https://kumkm.okukab.go.id"
    control_room = "/statistik"
    assert f"path: '{control_room}'" in ROUTE.read_text()  # a page of the control room, which may not be built here
    addresses = {
        said["@id"].removeprefix(own).partition("#")[0]
        for thing in page["@graph"]
        for values in thing.values()
        for said in (values if isinstance(values, list) else [])
        if isinstance(said, dict) and said.get("@id", "").startswith(own)
    }
    assert control_room in addresses
    addresses.remove(control_room)
    assert {"/openapi.json", "/v1/statistics/variables", "/v1/statistics/businesses"} <= addresses
    for each in sorted(addresses):
        answer = await client.get(each, headers=world.auth("officer"))
        assert answer.status_code == 200, (each, answer.text)


async def test_pages_have_every_dataset_once_the_newest_edition_first(
    client: httpx.AsyncClient, world: World, edition: Json, clock: SetClock
) -> None:
    clock.moment = clock.now() + timedelta(days=31)
    await made(world.services.database, clock)
    whole = [each["@id"] for each in of(await catalogue(client, world), "Dataset")]
    newest = (await client.get("/v1/statistics/businesses", headers=world.auth("officer"))).json()["edition"]
    assert newest != edition["edition"]
    assert newest in whole[0]
    assert edition["edition"] in whole[-1]
    seen: list[str] = []
    address: str | None = "/v1/statistics/catalogue.jsonld?limit=5"
    while address:
        answer = await client.get(address, headers=world.auth("officer"))
        assert answer.status_code == 200, answer.text
        page = answer.json()
        seen += [each["@id"] for each in of(page, "Dataset")]
        [view] = [each for each in page["@graph"] if any("PartialCollectionView" in kind for kind in each["@type"])]
        address = next(
            (each["@id"].removeprefix("https://kumkm.okukab.go.id") for each in view.get("hydra:next", [])), None
        )
        assert ("Link" in answer.headers) == (address is not None)
    assert seen == whole
    assert len(seen) == len({*seen}) > 6
    again = await client.get("/v1/statistics/catalogue.ttl?limit=5", headers=world.auth("officer"))
    tagged = {**world.auth("officer"), "If-None-Match": again.headers["ETag"]}
    assert (await client.get("/v1/statistics/catalogue.ttl?limit=5", headers=tagged)).status_code == 304


async def test_a_catalogue_is_of_the_territory(client: httpx.AsyncClient, world: World, edition: Json) -> None:
    answer = await client.get("/v1/statistics/catalogue?region=16", headers=world.auth("officer"))
    assert answer.status_code == 404
    village = await catalogue(client, world, region="16.01.14.1003")
    assert of(village, "Dataset") == []
    nation = await catalogue(client, world, who="admin")
    assert all("region=ID" in each["dcat:downloadURL"][0]["@id"] for each in of(nation, "Distribution"))
    assert of(nation, "Distribution")
    unknown = await client.get("/v1/statistics/catalogue?region=99", headers=world.auth("admin"))
    assert unknown.status_code == 404
    other = await client.get("/v1/statistics/catalogue?campaign=none", headers=world.auth("admin"))
    assert other.json()["code"] == "unknown_campaign"


async def test_a_portal_shows_a_read_only_key_as_its_password(
    client: httpx.AsyncClient, world: World, edition: Json
) -> None:
    asked = {"name": "Portal data", "scopes": ["statistics:read"], "region_code": "16.01"}
    answer = await client.post("/v1/keys", json=asked, headers=world.auth("admin"))
    assert answer.status_code == 201, answer.text
    shown = b64encode(f"portal:{answer.json()['key']}".encode()).decode()
    page = await client.get("/v1/statistics/catalogue.ttl", headers={"Authorization": f"Basic {shown}"})
    assert page.status_code == 200, page.text
    assert page.headers["content-type"].startswith(TURTLE)


AWKWARD = (
    Statement(
        Address('https://a.id/x y<>"{}|^`\\'), "dct:title", Value('"Tiga" \\ baris\r\n\t\x07 & <b> ]]> é 🦆', "id")
    ),
    Statement(Address("https://a.id/1"), "rdf:type", Address("dcat:Dataset")),
    Statement(Address("https://a.id/1"), "dcat:byteSize", Value("7", type="xsd:nonNegativeInteger")),
    Statement(Address("https://a.id/1"), "dct:title", Value("")),
    Statement(Address("https://a.id/1"), "dct:title", Value("")),
)


def test_what_no_form_can_say_otherwise_is_escaped() -> None:
    for form in FORMS.values():
        text = written(AWKWARD, form).decode()
        assert "x%20y%3C%3E%22%7B%7D%7C%5E%60%5C" in text
        assert text.count("https://a.id/1") == 1, "what is said of a thing stands together"
    assert "\x07" not in written(AWKWARD, RDF_XML).decode()


@pytest.mark.proof
async def test_stock_ckan_takes_every_dataset_with_every_field(
    client: httpx.AsyncClient, world: World, edition: Json, tmp_path: Path, clock: SetClock, pg: asyncpg.Connection
) -> None:
    """The parser of ckanext-dcat with its own profile, in CKAN as it is."""
    clock.moment = clock.now() + timedelta(days=31)
    await made(world.services.database, clock)
    paths = []
    for ending in FORMS:
        for number, limit in enumerate((100, 2)):
            address = f"/v1/statistics/catalogue.{ending}?limit={limit}"
            answer = await client.get(address, headers=world.auth("officer"))
            assert answer.status_code == 200, answer.text
            paths.append(tmp_path / f"{number}.{ending}")
            paths[-1].write_bytes(answer.content)
    for ending, form in FORMS.items():
        paths.append(tmp_path / f"awkward.{ending}")
        paths[-1].write_bytes(written([each for each in AWKWARD if "\x07" not in each.object[0]], form))
    done = await asyncio.to_thread(_ran, environment() / "python", "-c", HARVEST, *map(str, paths))
    assert done.returncode == 0, done.stderr
    pages = dict(zip((path.name for path in paths), json.loads(done.stdout), strict=True))
    page = await catalogue(client, world, limit=100)
    datasets = {each["@id"]: each for each in of(page, "Dataset")}
    for ending in FORMS:
        whole, part = pages[f"0.{ending}"], pages[f"1.{ending}"]
        assert whole["next"] is None
        assert part["next"].startswith(f"https://kumkm.okukab.go.id/v1/statistics/catalogue.{ending}?")
        assert len(part["datasets"]) == 2
        assert len(whole["datasets"]) == len(datasets) > 6
        for package in whole["datasets"]:
            _has_every_field(package, datasets)
    same = [
        [line for line in pages[f"0.{ending}"]["triples"] if "PartialCollectionView" not in line] for ending in FORMS
    ]
    assert same[0] == same[1] == same[2], "each form says the same"
    assert pages["awkward.ttl"]["triples"] == pages["awkward.rdf"]["triples"] == pages["awkward.jsonld"]["triples"]


def _has_every_field(package: Json, datasets: Json) -> None:
    extras = {each["key"]: each["value"] for each in package["extras"]}
    itself = datasets[extras["uri"]]
    assert package["title"] in {each["@value"] for each in itself["dct:title"]}
    assert "fewer than 3" in package["notes"] or "di bawah 3" in package["notes"]
    assert package["version"].startswith("2022-")
    assert package["url"] == "https://kumkm.okukab.go.id/statistik"
    assert {"name": "koperasi"} in package["tags"]
    assert extras["identifier"].endswith("/16.01")
    assert extras["issued"] == extras["modified"] >= "2022-09-12T05:00:00"
    assert extras["frequency"].endswith("frequency/MONTHLY")
    assert extras["dcat_type"].endswith("STATISTICAL")
    assert extras["theme"].endswith('data-theme/ECON"]')
    assert len(json.loads(extras["language"])) == 2
    assert json.loads(extras["documentation"]) == ["https://kumkm.okukab.go.id/v1/statistics/variables"]
    assert extras["provenance"]
    assert extras["access_rights"].endswith("RESTRICTED")
    assert (extras["temporal_start"], extras["temporal_end"][:5]) == ("2022-04-01", "2022-")
    assert extras["spatial_text"] == "Kabupaten Ogan Komering Ulu"
    assert extras["publisher_name"] == "Dinas Koperasi dan UKM Kabupaten Ogan Komering Ulu"
    assert extras["publisher_url"] == "https://okukab.go.id"
    assert extras["publisher_email"] == "data@okukab.go.id"
    assert extras["contact_name"] == 'Meja data "KUMKM" <OKU> & rekan'
    assert extras["contact_email"] == "data@okukab.go.id"
    assert package["resources"]
    for resource in package["resources"]:
        assert resource["format"] in ("CSV", "JSON")
        assert resource["url"] == resource["download_url"] == resource["access_url"]
        assert resource["name"]
        assert resource["description"]
        assert resource["size"] > 0
        assert len(resource["hash"]) == 64
        assert resource["hash_algorithm"].endswith("sha256")
        assert resource["license"] == "https://creativecommons.org/licenses/by/4.0/"
        assert resource["issued"] == extras["issued"]
        assert resource["availability"].endswith("STABLE")
        assert resource["rights"]
        assert len(json.loads(resource["language"])) == 2
        [service] = json.loads(resource["access_services"])
        assert service["endpoint_url"] == ["https://kumkm.okukab.go.id/v1/statistics/businesses"]
        if resource["format"] == "CSV":
            assert "/datapackage.json?" in resource["documentation"]


@pytest.mark.proof
async def test_frictionless_finds_each_csv_as_its_package_says(
    client: httpx.AsyncClient, world: World, edition: Json, tmp_path: Path
) -> None:
    [listed] = (await client.get("/v1/statistics/editions", headers=world.auth("officer"))).json()["items"]
    given: dict[str, list[list[str]]] = listed["given"]
    widest = max(given["regency"], key=len)
    with_kind = max((each for each in given["regency"] if "kind" in each), key=len)
    queries = [
        f"by={','.join(['region', *max(given['district'], key=bool)])}",
        f"by={','.join(['region', *given['village'][-1]])}&level=village",
        f"by={','.join(widest)}",
        f"by={','.join(each for each in with_kind if each != 'kind') or 'kind'}&kind=umkm",
    ]
    for number, query in enumerate(queries):
        folder = tmp_path / str(number)
        folder.mkdir()
        csv = await client.get(f"/v1/statistics/businesses.csv?{query}", headers=world.auth("officer"))
        assert csv.status_code == 200, csv.text
        link = csv.headers["Link"]
        assert link.endswith('; rel="describedby"')
        package = await client.get(link[1 : link.index(">")], headers=world.auth("officer"))
        assert package.status_code == 200, package.text
        (folder / "businesses.csv").write_bytes(csv.content)
        (folder / "datapackage.json").write_bytes(package.content)
        assert _validated(folder) == (0, True)
        (folder / "businesses.csv").write_bytes(csv.content.replace(b"-2022,", b"-2023,", 1))
        assert _validated(folder) == (1, False), "a file that was changed does not pass"
        named = [each["name"] for each in package.json()["resources"][0]["schema"]["fields"]]
        assert named == next(reader(csv.text.splitlines()))


def _validated(folder: Path) -> tuple[int, bool]:
    done = _ran(environment() / "frictionless", "validate", "--json", "datapackage.json", cwd=folder)
    return done.returncode, json.loads(done.stdout)["valid"]


def _ran(*command: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", ["publisher_homepage", "statistics_licence"])
def test_an_address_that_is_none_is_refused_when_the_server_starts(settings: Settings, name: str) -> None:
    with pytest.raises(ValidationError, match="whole https address"):
        Settings.model_validate({**settings.model_dump(by_alias=True), name: "CC BY 4.0"})
