"""`--json` prints one document on standard output and nothing else there; what it lists is its `items`."""

import asyncio
import json
from pathlib import Path
from typing import Any

from processes import environment_of
from test_outline import LEAVES, at
from typer.testing import CliRunner
from world import World

from app.cli import app as cli
from app.cli import load
from app.core.settings import Settings

EMBEDDED_IS_ENOUGH = True
LISTS = {
    ("account", "list"): "account list",
    ("api-key", "list"): "api-key list",
    ("audit", "verify"): "audit verify",
    ("import",): "import accounts {people}",
    ("keys", "reseal"): "keys reseal",
    ("listing", "from-campaign"): "listing from-campaign pl-kumkm-2023 --from pl-kumkm-2022 --region 16.01",
    ("load-boundaries",): "load-boundaries {map}",
    ("load-neighbourhoods",): "load-neighbourhoods {places} --dry-run",
    ("migrate",): "migrate --plan",
    ("progress", "check"): "progress check",
    ("retention", "apply"): "retention apply --dry-run",
    ("sql-readers", "list"): "sql-readers list",
    ("verification", "summary"): "verification summary --region 16.01",
}


ONE_THING = {("verification", "request"), ("verification", "answers"), ("retention", "leftovers")}
"""They list nothing, and print what they made or found: tried in `verification/test_from_the_shell.py` and
`privacy/test_leftovers.py`."""


def test_every_command_that_lists_is_tried() -> None:
    assert (
        set(LISTS)
        == {path for path in LEAVES if any("--json" in each.opts for each in at(load(path[0]), path).params)}
        - {("doctor",), ("backup", "list"), ("distribute",)}
        - ONE_THING
    )


async def test_what_is_listed_is_one_document(settings: Settings, dsn: str, world: World, tmp_path: Path) -> None:
    people, shapes, places = tmp_path / "people.csv", tmp_path / "map.geojson", tmp_path / "places.csv"
    places.write_text("code,name\n16.01.14.1003.0001,RT 001\n")
    people.write_text("username;name;role;region_code\nbudi;Budi;coordinator;16.01\n")
    shapes.write_text('{"type": "FeatureCollection", "features": []}')

    async def told(line: str, code: int = 0) -> Any:
        done = await asyncio.to_thread(
            CliRunner().invoke, cli, [*line.split(), "--json"], env=environment_of(settings, DATABASE_URL=dsn)
        )
        assert done.exit_code == code, (done.output, done.exception)
        document = json.loads(done.stdout)
        assert isinstance(document["items"], list)
        return document

    for line in LISTS.values():
        if "{map}" not in line:
            await told(line.format(people=people, map=shapes, places=places))
    assert (await told(LISTS["load-boundaries",].format(map=shapes), code=1))["items"]
    accounts = (await told("account list --role coordinator"))["items"]
    assert "budi" in {each["username"] for each in accounts}
    people.write_text("username;name;role;region_code\nbudi;Budi;coordinator;99\n")
    faults = (await told(f"import accounts {people}", code=1))["items"]
    assert (faults[0]["line"], faults[0]["column"], faults[0]["code"]) == (2, "region_code", "region_unknown")
