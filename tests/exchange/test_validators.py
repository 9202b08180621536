"""The data package and the codebook, held against programs of others that read such files."""

import asyncio
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

import httpx
import pytest
from shapes import Call
from world import World, item, nib, nik, outcomes

EMBEDDED_IS_ENOUGH = True
DDI = os.environ.get("KUMKM_DDI_SCHEMAS")
"""A folder with `codebook.xsd` of DDI Codebook 2.5 and what it includes. No package registry has it."""


@pytest.fixture
async def package(client: httpx.AsyncClient, world: World, act: Call, tmp_path: Path) -> Path:
    """The register as a `zip`: strange names, a business without a number, and one that says hardly anything."""
    odd = item(nik=nik())
    odd["answers"] |= {"trade_name": 'Warung "Ré",\nbaris =1+1', "kbli": "01122"}
    items = [odd, item(nib=nib(), legal_name="Kios, Dua"), item(nik=nik(), region="16.01.14.1004")]
    assert await outcomes(client, world, "enumerator.1", *items) == ["accepted"] * 3
    answer = await act("GET", "exports/businesses.zip")
    assert answer.status_code == 200, answer.text
    path = tmp_path / "businesses.zip"
    path.write_bytes(answer.content)
    return path


@pytest.mark.proof
async def test_frictionless_finds_the_package_valid(package: Path) -> None:
    """Rows, bytes, checksum, types, codes, patterns, what is required and what is unique."""
    ended = await validated(package)
    assert ended.returncode == 0, ended.stdout
    report = json.loads(ended.stdout)
    assert (report["valid"], report["tasks"][0]["stats"]["rows"]) == (True, 3)


@pytest.mark.proof
@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b",-4.1266,", b",north,", "type-error"),
        (b'"micro"', b'"Mikro"', "constraint-error"),
        (b"16.01.14.1003", b"16-01-14-1003", "constraint-error"),
    ],
    ids=["type", "code", "pattern"],
)
async def test_frictionless_would_find_a_fault(package: Path, old: bytes, new: bytes, said: str) -> None:
    """The test above can fail. The fault keeps the length, so it is not the checksum alone that says so."""
    with zipfile.ZipFile(package) as source:
        files = {name: source.read(name) for name in source.namelist()}
    assert old in files["businesses.csv"]
    files["businesses.csv"] = files["businesses.csv"].replace(old, new, 1)
    with zipfile.ZipFile(package, "w") as target:
        for name, content in files.items():
            target.writestr(name, content)
    ended = await validated(package)
    assert ended.returncode == 1, ended.stdout
    assert said in ended.stdout


async def validated(package: Path) -> subprocess.CompletedProcess[str]:
    return await run([sys.executable, "-m", "frictionless", "validate", str(package), "--json"])


@pytest.mark.proof
@pytest.mark.skipif(DDI is None, reason="KUMKM_DDI_SCHEMAS names no folder with the schemas of DDI Codebook 2.5")
async def test_the_codebook_is_valid_ddi(client: httpx.AsyncClient, act: Call) -> None:
    xmlschema = pytest.importorskip("xmlschema")
    schema = await asyncio.to_thread(xmlschema.XMLSchema, str(Path(DDI or "") / "codebook.xsd"))
    book = (await act("GET", "exports/businesses/codebook.xml")).text
    schema.validate(book)
    with pytest.raises(xmlschema.XMLSchemaValidationError):
        schema.validate(book.replace("<catValu>", "<catVal>").replace("</catValu>", "</catVal>"))


async def run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    return await asyncio.to_thread(
        subprocess.run,
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
