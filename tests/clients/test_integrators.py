"""What the page for integrators shows runs, as it stands there."""

import asyncio
import base64
import json
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from world import World, item, nik, outcomes

from app.webhooks.signing import signed_headers

EMBEDDED_IS_ENOUGH = True
PAGE = (Path(__file__).parents[2] / "docs/integrators.md").read_text("utf-8")


@pytest.mark.proof
@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not on this machine")
async def test_what_the_page_shows_by_curl_runs(address: str, client: httpx.AsyncClient, world: World) -> None:
    await outcomes(client, world, "enumerator.1", *(item(nik=nik()) for _ in range(3)))
    blocks = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    assert len(blocks) >= 6
    for block in blocks[1:]:  # each goes on from the first one, which signs in
        running = await asyncio.create_subprocess_exec(
            *("bash", "-euo", "pipefail", "-c", blocks[0] + block),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await running.communicate()
        assert running.returncode == 0, f"{block}\n{output.decode()}"


@pytest.mark.usefixtures("exports_are_made")
async def test_what_the_page_shows_in_python_runs(
    address: str, client: httpx.AsyncClient, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await outcomes(client, world, "enumerator.1", *(item(nik=nik()) for _ in range(3)))
    monkeypatch.chdir(tmp_path)
    space: dict[str, Any] = {}
    blocks = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert len(blocks) == 2
    for block in blocks:
        await asyncio.to_thread(exec, block, space)
    assert space["export"].rows == 3
    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    body = json.dumps({"type": "feed.changed", "changes": [{"kind": "business", "business_id": "x"}]}).encode()
    headers = signed_headers("msg_1", datetime.now(UTC), body, [secret])
    assert [space["receive"](headers, body) for _ in range(2)] == [204, 204]
    assert space["seen"] == {"msg_1"}
    for at, shape in enumerate((str.title, str.upper, str.lower)):  # as servers of all kinds hand them over
        signed = signed_headers(f"msg_{at + 2}", datetime.now(UTC), body, [secret])
        assert space["receive"]({shape(name): value for name, value in signed.items()}, body) == 204
    assert space["seen"] == {"msg_1", "msg_2", "msg_3", "msg_4"}
    assert space["receive"]({**headers, "webhook-signature": "v1,AAAA"}, body) == 401
