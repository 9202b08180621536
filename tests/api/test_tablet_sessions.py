"""What a tablet reads or sends takes the session of a tablet; a revoked one hands over what it has, and no more."""

import asyncpg
import httpx
import pytest
from stage import Stage
from test_access import MATRIX, settings  # noqa: F401  (the fixture: all rows together ask often)
from world import World

EMBEDDED_IS_ENOUGH = True

SYNC = sorted((method, path) for method, path in MATRIX if path.startswith("/v1/sync/"))
HANDED_OVER = {
    ("GET", "/v1/sync/handshake"): 200,
    ("PUT", "/v1/sync/batches/{batch_id}"): 201,
    ("GET", "/v1/sync/batches/{batch_id}"): 200,
    ("POST", "/v1/sync/reconcile"): 200,
    ("HEAD", "/v1/sync/attachments/{sha256}"): 200,
    ("PUT", "/v1/sync/attachments/{sha256}"): 201,
}
"""What a revoked tablet may still ask, for a time."""


@pytest.mark.parametrize("state", ["none", "revoked", "long revoked"])
async def test_what_a_tablet_reads_or_sends_takes_its_session_and_a_revoked_one_only_hands_over(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, state: str
) -> None:
    stage, tablet = Stage(client, world, pg), world.tablets[world.id("enumerator.1")]
    for key in MATRIX:
        method, path = key
        prepare, statuses = MATRIX[key]
        if statuses["nobody"] != 401 or statuses["enumerator.1"] >= 400 or (state == "none" and key not in SYNC):
            continue
        asked = await prepare(stage)
        headers = world.auth("enumerator.1", device_id=None if state == "none" else tablet)
        if state != "none":
            ago = "interval '1 minute'" if state == "revoked" else "interval '14 days 1 second'"
            await pg.execute(f"UPDATE device SET revoked_at = now() - {ago} WHERE id = $1", tablet)
        sent = {**asked.send, "headers": {**headers, **asked.send.get("headers", {})}}
        answer = await client.request(method, path.format(**asked.path), **sent)
        expected = HANDED_OVER.get(key, 403) if state == "revoked" else 403
        assert answer.status_code == expected, (key, answer.text)
        if expected == 403 and method != "HEAD":
            assert answer.json()["code"] == ("device_not_enrolled" if state == "none" else "device_revoked"), key
        await pg.execute("UPDATE device SET revoked_at = NULL")
