"""A client that a code generator makes of `tablet.yaml` compiles, and syncs a batch with a real server."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import asyncpg
import pytest
import uuid_utils.compat as uuids
from field import PASSWORD, Field
from processes import environment_of, free_port, start_process
from world import item, nik

from app.core.settings import Settings

EMBEDDED_IS_ENOUGH = True
DOCUMENT = Path(__file__).parents[2] / "openapi/tablet.yaml"
# In an environment of its own: the generator's own dependencies are not this project's.
GENERATOR = "openapi-python-client==0.29.1"
UV: list[str | Path] = [
    Path(sys.executable).parent / "uv",
    "run",
    "--quiet",
    "--isolated",
    "--no-project",
    "--with",
    GENERATOR,
]

PROGRAM = """
import json, sys
from generated import AuthenticatedClient, Client
from generated.api.auth import token
from generated.api.sync import get_changes, get_handshake, post_reconcile, put_batch
from generated.models import BatchIn, BodyToken, ReconcileIn, Receipt

told = json.load(sys.stdin)
grant = token.sync(client=Client(told["url"]), body=BodyToken(
    grant_type="password", username="enumerator.1", password=told["password"], device_id="made-by-a-generator"))
client = AuthenticatedClient(told["url"], grant.access_token)
shaken = get_handshake.sync(client=client, app_version="generated")
batch = BatchIn.from_dict({"campaign": shaken.campaigns[0].code, "sent_at": told["sent_at"], "items": [told["item"]]})
receipts = [put_batch.sync(told["batch_id"], client=client, body=batch) for _ in range(2)]
assert all(isinstance(each, Receipt) for each in receipts), receipts
later = receipts[0].to_dict()
later["items"][0] |= {"outcome": "of_a_later_version", "client_action": "of_a_later_version"}
assert Receipt.from_dict(later).items[0].outcome == "of_a_later_version"
asked = ReconcileIn.from_dict({"items": [{
    "record_id": told["item"]["record_id"], "revision": 1, "content_sha256": "0" * 64}]})
states = [line.state for line in post_reconcile.sync(client=client, body=asked).items]
print(json.dumps({
    "device": shaken.device.state, "outcomes": [each.items[0].outcome for each in receipts],
    "states": states, "changes": len(get_changes.sync(client=client).items)}))
"""


@pytest.fixture
async def server(field: Field, settings: Settings) -> AsyncIterator[str]:
    process, base_url = await start_process(environment_of(settings), free_port())
    yield base_url
    process.kill()
    process.wait()


@pytest.mark.proof
async def test_a_generated_client_compiles_and_syncs_a_batch(
    server: str, tmp_path: Path, pg: asyncpg.Connection
) -> None:
    generate: list[str | Path] = [
        "openapi-python-client",
        "generate",
        "--path",
        DOCUMENT,
        "--meta",
        "none",
        "--output-path",
    ]
    made = await run([*UV, *generate, tmp_path / "generated"], tmp_path)
    assert "Client was generated" in made.stdout or not made.returncode, made.stdout + made.stderr
    compiled = await run([*UV, "python", "-m", "compileall", "-q", "generated"], tmp_path)
    assert compiled.returncode == 0, compiled.stdout
    told = {
        "url": server,
        "password": PASSWORD,
        "batch_id": str(uuids.uuid7()),
        "item": item(nik=nik()),
        "sent_at": "2022-09-12T12:00:00+07:00",
    }
    (tmp_path / "program.py").write_text(PROGRAM)
    ran = await run([*UV, "python", "program.py"], tmp_path, json.dumps(told))
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == {
        "device": "active",
        "outcomes": ["accepted", "accepted"],
        "states": ["different"],
        "changes": 0,
    }
    assert await pg.fetchval("SELECT count(*) FROM submission") == 1


async def run(command: Sequence[str | Path], folder: Path, told: str | None = None) -> subprocess.CompletedProcess[str]:
    return await asyncio.to_thread(
        subprocess.run, command, cwd=folder, input=told, capture_output=True, text=True, timeout=100, check=False
    )
