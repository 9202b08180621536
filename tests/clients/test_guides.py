"""The guides in docs/tools: a server answers each address, with the columns that they name; what can be run runs."""

import asyncio
import base64
import csv
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import guides
import httpx
import pytest
import yaml
from world import VILLAGE, World, batch, item, nik, put

from app.campaigns.queries import current_campaign
from app.campaigns.statistics import StatisticsDocument
from app.core.clock import SetClock
from app.statistics.rounds import MakingEditions

EMBEDDED_IS_ENOUGH = True
ROWS = 20
SCOPES = ["progress:read", "businesses:read", "statistics:read"]
_R_PACKAGES = "for (each in c('httr2', 'readr', 'haven')) library(each, character.only = TRUE)"
_AROUND = [[[104.16, -4.14], [104.18, -4.14], [104.18, -4.12], [104.16, -4.14]]]


def _has_r() -> bool:
    program = shutil.which("Rscript")
    return program is not None and subprocess.call([program, "-e", _R_PACKAGES], stderr=subprocess.DEVNULL) == 0


def _httpfs() -> Path:
    """DuckDB's extension, which is a package's here; elsewhere DuckDB fetches it."""
    found = importlib.util.find_spec("duckdb_extension_httpfs")
    assert found is not None
    [extension] = Path((found.submodule_search_locations or [""])[0]).rglob("httpfs.duckdb_extension")
    return extension


@pytest.fixture
async def key(address: str, client: httpx.AsyncClient, world: World, clock: SetClock) -> str:
    """A read-only key of an officer, of a census that has businesses, an edition of statistics and a boundary."""
    villages = (VILLAGE, "16.01.14.1004")
    items = [item(nik=nik(), region=villages[at % 2], kbli="47112", legal_form="individual") for at in range(ROWS)]
    answer = await put(client, world, "enumerator.1", batch(*items))
    assert answer.json()["counts"]["accepted"] == ROWS, answer.text
    database = world.services.database
    async with database.snapshot() as pg:
        campaign = await current_campaign(pg, clock.now().date())
    assert campaign is not None
    assert await MakingEditions(database, clock).make(campaign, StatisticsDocument(), clock.now())
    shape = {"type": "Polygon", "coordinates": _AROUND}
    feature = {"type": "Feature", "properties": {"code": VILLAGE}, "geometry": shape}
    officer = world.auth("officer")
    loaded = await client.put(
        "/v1/regions/boundaries", json={"type": "FeatureCollection", "features": [feature]}, headers=officer
    )
    assert loaded.status_code == 200, loaded.text
    made = await client.post("/v1/keys", json={"name": "Panduan", "scopes": SCOPES}, headers=officer)
    return str(made.json()["key"])


@pytest.mark.proof
async def test_a_server_answers_every_address_with_the_columns_that_the_guides_name(
    key: str, client: httpx.AsyncClient
) -> None:
    """With the key as `Basic`, as spreadsheets and dashboards send it."""
    wanted = guides.asked()
    assert len({each.page for each in wanted}) >= 11, "every tool that reads over HTTP"
    columns = 0
    answers: dict[str, httpx.Response] = {}
    for each in wanted:
        answer = answers.get(each.path) or await client.get(each.path, headers=basic(key))
        assert answer.status_code == 200, f"{each.page}: {each.path}: {answer.text}"
        answers[each.path] = answer
        if each.columns:
            head = next(csv.reader(answer.text.splitlines()))
            assert set(each.columns) <= set(head), f"{each.page}: {each.path}"
            columns += len(each.columns)
    assert columns > 50


async def test_a_misspelt_parameter_or_column_of_a_guide_would_be_found(key: str, client: httpx.AsyncClient) -> None:
    """The test above can fail."""
    for wrong in ("/v1/progress/regions.csv?perant=16.01", "/v1/progress/series.csv?parent=16.01&counter=enterd"):
        assert (await client.get(wrong, headers=basic(key))).status_code == 422
    odd = guides.Block("page", "powerquery", 'let a = Web.Contents("https://kumkm.example/v1") in a')
    with pytest.raises(AssertionError, match="another way"):
        guides.of_power_query(odd)


def test_no_guide_has_a_key_in_an_address_and_each_says_where_it_belongs() -> None:
    for page in guides.PAGES:
        text = page.read_text("utf-8")
        assert not re.search(r"https?://[^\s/]*@|[?&](?:key|token|password)=", text), page.name
        assert not re.search(r"kumkm_[0-9A-Za-z]{6}", text), "a key"
        assert "#a-key" in text or "## A key" in text or "sql-readers" in text, page.name


def test_grafana_is_given_the_key_as_a_secret_and_what_the_page_shows_is_the_file() -> None:
    [shown] = guides.of_page("grafana.md", "yaml")
    file = yaml.safe_load((guides.FOLDER / "grafana/infinity.yaml").read_text("utf-8"))
    assert yaml.safe_load(shown) == file
    [source] = file["datasources"]
    assert source["secureJsonData"] == {"basicAuthPassword": "$KUMKM_KEY"}
    assert (source["basicAuth"], source["jsonData"]["auth_method"]) == (True, "basicAuth")
    assert source["jsonData"]["allowedHosts"] == [source["url"]] == [guides.SERVER]


def test_the_dashboard_asks_the_source_that_the_guide_makes_and_calls_every_code_a_text() -> None:
    board = guides.dashboard()
    [source] = yaml.safe_load((guides.FOLDER / "grafana/infinity.yaml").read_text("utf-8"))["datasources"]
    numbers = [panel["id"] for panel in board["panels"]]
    assert len(set(numbers)) == len(numbers) >= 4
    for panel in board["panels"]:
        for asked in (panel, *panel["targets"]):
            assert asked["datasource"] == {"type": source["type"], "uid": source["uid"]}
        for target in panel["targets"]:
            assert (target["type"], target["parser"], target["source"]) == ("csv", "backend", "url")
            assert target["url"].startswith("/v1/"), "the address of the server is the source's"
            types = {each["selector"]: each["type"] for each in target["columns"]}
            assert types.get("region_code", "string") == "string"
    formats = [target["format"] for panel in board["panels"] for target in panel["targets"]]
    assert {"table", "timeseries"} == set(formats)


def test_every_query_in_m_reads_codes_as_text_and_numbers_in_english() -> None:
    """`32.13` is 3213 under Indonesian settings where the culture is not said."""
    found = guides.blocks("powerquery")
    assert len(found) == 5
    for block in found:
        assert '"en-US"' in block.text
        assert not re.search(r'\{"(?:\w+_code|kbli)", (?!type text|")', block.text)
        assert "Encoding = 65001" in block.text


@pytest.mark.proof
@pytest.mark.parametrize("page", ["pandas.md", "polars.md", "duckdb.md"])
async def test_what_a_guide_shows_in_python_runs(page: str, key: str, address: str, tmp_path: Path) -> None:
    code = "".join(guides.of_page(page, "python", "python duckdb"))
    code = code.replace(guides.SERVER, address)
    if page == "duckdb.md":  # the extension is a package's here, where it would be fetched
        assert code.count("INSTALL httpfs") == code.count('"LOAD httpfs"') == 1
        code = code.replace("INSTALL httpfs", "SELECT 1").replace('"LOAD httpfs"', f"\"LOAD '{_httpfs()}'\"")
        code += '\nassert db.sql("SELECT sum(entered) FROM regions").fetchone()[0] == ROWS'
        code += '\nassert db.sql("SELECT count(*) FROM businesses").fetchone()[0] == ROWS'
        code += '\nassert db.sql("SELECT typeof(region_code) FROM regions LIMIT 1").fetchone()[0] == "VARCHAR"'
    else:
        code += '\nassert regions["entered"].sum() == ROWS == len(businesses)'
        code += '\nassert str(regions["region_code"][0]).count(".") == 2'
    said = await run(sys.executable, "-W", "error", "-c", f"ROWS = {ROWS}\n{code}", cwd=tmp_path, key=key)
    assert "16.01.14" in said


@pytest.mark.proof
@pytest.mark.skipif(not _has_r(), reason="R with httr2, readr and haven is not on this machine")
async def test_what_the_guide_shows_in_r_runs(key: str, address: str, tmp_path: Path) -> None:
    code = "".join(guides.of_page("r.md", "r")).replace(guides.SERVER, address)
    code += (
        f"\nstopifnot(sum(regions$entered) == {ROWS}, is.character(regions$region_code), nrow(businesses) == {ROWS})"
    )
    (tmp_path / "guide.R").write_text(code, "utf-8")
    said = await run("Rscript", "guide.R", cwd=tmp_path, key=key)
    assert "Usaha mikro" in said


@pytest.mark.proof
@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not on this machine")
async def test_what_the_guides_fetch_by_curl_with_a_key_in_netrc_arrives(
    key: str, address: str, tmp_path: Path
) -> None:
    found = guides.blocks("sh")
    assert len(found) >= 7
    for block in found:
        await run("bash", "-euc", block.text.replace(guides.SERVER, address), cwd=tmp_path, key=key)
    files = ("kemajuan.csv", "oku.parquet", "oku.sav", "series.csv", "codebook.html")
    assert all((tmp_path / name).stat().st_size > 100 for name in files)


@pytest.mark.proof
@pytest.mark.skipif(shutil.which("ogr2ogr") is None, reason="GDAL is not on this machine")
async def test_what_the_guide_to_qgis_shows_by_gdal_runs(key: str, address: str, tmp_path: Path) -> None:
    [block] = guides.of_page("qgis.md", "sh gdal")
    said = await run("bash", "-euc", block.replace(guides.SERVER, address), cwd=tmp_path, key=key)
    assert f"code (String) = {VILLAGE}" in said
    assert f"entered (String) = {ROWS // 2}" in said


@pytest.mark.proof
@pytest.mark.skipif(shutil.which("pspp") is None, reason="PSPP is not on this machine")
async def test_what_the_guide_to_spss_shows_runs(key: str, address: str, tmp_path: Path) -> None:
    shell = "".join(guides.of_page("spss.md", "sh")).replace(guides.SERVER, address)
    await run("bash", "-euc", shell, cwd=tmp_path, key=key)
    (tmp_path / "guide.sps").write_text("".join(guides.of_page("spss.md", "spss")), "utf-8")
    said = await run("pspp", "guide.sps", cwd=tmp_path, key=key)
    assert "Usaha mikro" in said
    assert re.search(rf"Baturaja Timur\s*\|\s*\d+\|\s*{ROWS}\|", said), said


def basic(key: str) -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(f'guide:{key}'.encode()).decode()}"}


async def run(*command: str, cwd: Path, key: str) -> str:
    """What a program says, whose home has the key in `.netrc`, and whose environment has it as `KUMKM_KEY`."""
    home = cwd / ".home"
    home.mkdir(exist_ok=True)
    (home / ".netrc").write_text(f"machine 127.0.0.1\nlogin guide\npassword {key}\n", "utf-8")
    (home / ".netrc").chmod(0o600)
    environment = {**os.environ, "HOME": str(home), "KUMKM_KEY": key, "LC_ALL": "C.UTF-8"}
    ended = await asyncio.to_thread(
        subprocess.run,
        command,
        cwd=cwd,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout
    return ended.stdout
