"""The kit stands between a client and the server, and reads every answer, whatever codings the client takes."""

from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import httpx

from kumkm_tablet.conformance.proxy import Proxy


class _Server(BaseHTTPRequestHandler):
    """It answers with the codings that it was asked for."""

    def do_GET(self) -> None:
        body = self.headers.get("Accept-Encoding", "").encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


def test_the_server_is_asked_for_codings_that_the_kit_reads() -> None:
    """A browser takes zstd; a kit that passed that on could read no receipt, and blamed the client for it."""
    server = HTTPServer(("127.0.0.1", 0), _Server)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        with Proxy(f"http://127.0.0.1:{server.server_port}") as proxy:
            asked = httpx.get(f"{proxy.url}/", headers={"Accept-Encoding": "gzip, deflate, br, zstd"}).text
    finally:
        server.shutdown()
        server.server_close()
    readable = httpx.Client().headers["Accept-Encoding"]
    assert asked == readable
