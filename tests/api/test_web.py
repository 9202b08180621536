"""The control room is handed out: files for ever, a page at every address but the API's, under a strict policy."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from fastapi.routing import APIRoute
from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from app.api import router
from app.api.envelope import EnvelopeMiddleware
from app.api.negotiation import CompressionMiddleware
from app.api.web import RESERVED, FieldRoute, WebRoute
from app.core.settings import Settings
from app.core.telemetry import Metrics
from app.web.files import built_app

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
PAGE = (
    '<!doctype html><meta name="kumkm-base" content="./" /><meta property="csp-nonce" nonce="__CSP_NONCE__">'
    '<script type="module" src="./assets/index-1.js" nonce="__CSP_NONCE__"></script>' + " " * 2000
)


@pytest.fixture
def built(tmp_path: Path) -> Path:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text(PAGE, "utf-8")
    (tmp_path / "icon.svg").write_text("<svg/>", "utf-8")
    (tmp_path / "assets/index-1.js").write_bytes(b"plain" * 500)
    (tmp_path / "assets/index-1.js.br").write_bytes(b"in brotli")
    (tmp_path / "assets/index-1.js.gz").write_bytes(b"in gzip")
    return tmp_path


@asynccontextmanager
async def opened(folder: Path, root_path: str = "", *tiles: str) -> AsyncIterator[httpx.AsyncClient]:
    """As the app has it: the route is the last one."""
    async with served([WebRoute(built_app(folder), *tiles)], root_path) as client:
        yield client


@asynccontextmanager
async def served(routes: list[BaseRoute], root_path: str) -> AsyncIterator[httpx.AsyncClient]:
    """Compression and the envelope are around them."""
    app = Starlette(routes=routes)
    app.add_middleware(CompressionMiddleware, minimum_size=1_000)
    app.add_middleware(EnvelopeMiddleware, metrics=Metrics())
    transport = httpx.ASGITransport(app=app, root_path=root_path)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://kumkm", headers={"Accept-Encoding": ""}
    ) as client:
        yield client


@pytest.mark.parametrize("path", ["/", "/peta", "/orang/impor?region=16.01", "/.well-known/x", "/v1x"])
async def test_who_opens_an_address_gets_the_page(built: Path, path: str) -> None:
    async with opened(built) as client:
        answer = await client.get(path, headers=HTML)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-cache")
    assert 'src="/assets/index-1.js"' in answer.text


@pytest.mark.parametrize(
    ("path", "accept"),
    [
        ("/v1", "text/html"),
        ("/v1/nothing", "text/html"),
        ("/docs/nothing", "text/html"),
        ("/assets/gone-1.js", "text/html"),
        ("/peta", "application/json"),
        ("/peta", "*/*"),
        ("/", "application/json"),
        ("/", "text/html;q=0"),
    ],
)
async def test_what_is_no_page_is_not_found(built: Path, path: str, accept: str) -> None:
    async with opened(built) as client:
        assert (await client.get(path, headers={"Accept": accept})).status_code == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
async def test_a_page_is_only_read(built: Path, method: str) -> None:
    async with opened(built) as client:
        assert (await client.request(method, "/", headers=HTML)).status_code == 404


def test_no_address_of_the_api_is_a_page() -> None:
    paths = [route.path for route in router.API.routes if isinstance(route, APIRoute)]
    assert paths
    assert {path.split("/")[1] for path in paths} <= RESERVED


async def test_the_policy_has_a_fresh_number_in_each_answer_and_nothing_unsafe(built: Path) -> None:
    async with opened(built) as client:
        answers = [await client.get("/", headers=HTML) for _ in range(3)]
    numbers = set()
    for answer in answers:
        (policy,) = answer.headers.get_list("content-security-policy")
        assert "unsafe" not in policy
        assert "script-src 'self';" in policy
        (number,) = re.findall(r"'nonce-([^']{16,})'", policy)
        assert re.findall(r'nonce="([^"]+)"', answer.text) == [number, number]
        numbers.add(number)
        assert "etag" not in answer.headers  # a page that is kept would have the number of another answer
    assert len(numbers) == len(answers)


async def test_another_server_may_be_asked_only_for_tiles_that_are_set(built: Path) -> None:
    page = '<meta name="tiles" content="__MAP_TILES__" /><meta name="whose" content="__MAP_ATTRIBUTION__" />'
    (built / "index.html").write_text(page, "utf-8")
    async with opened(built) as client:
        plain = await client.get("/", headers=HTML)
    assert "http" not in plain.headers["content-security-policy"]
    assert plain.text == '<meta name="tiles" content="" /><meta name="whose" content="" />'
    tiles = "https://tile.example.go.id/{z}/{x}/{y}.png?key=a&b"
    async with opened(built, "", tiles, '"><script>BIG & co') as client:
        answer = await client.get("/", headers=HTML)
    policy = answer.headers["content-security-policy"]
    assert "img-src 'self' blob: data: https://tile.example.go.id;" in policy
    assert "connect-src 'self' https://tile.example.go.id;" in policy
    assert "<script" not in answer.text
    assert "{z}/{x}/{y}.png?key=a&amp;b" in answer.text


@pytest.mark.parametrize(
    "address", ["http://x/{z}/{x}", "x/{z}/{x}/{y}", "https://x;y/{z}/{x}/{y}", "https://x/{z}/{x}/{y} 'unsafe-eval'"]
)
def test_what_is_no_address_of_tiles_is_refused(address: str, settings: Settings) -> None:
    with pytest.raises(ValidationError):
        Settings(**{**settings.model_dump(by_alias=True), "map_tiles": address})


@pytest.mark.parametrize(
    ("told", "coding"),
    [("br, gzip", "br"), ("gzip", "gzip"), ("gzip;q=1, br;q=0.5", "gzip"), ("br;q=0", None), ("", None), ("*", None)],
)
async def test_files_go_out_as_the_build_coded_them(built: Path, told: str, coding: str | None) -> None:
    async with (
        opened(built) as client,
        client.stream("GET", "/assets/index-1.js", headers={"Accept-Encoding": told}) as answer,
    ):
        body = b"".join([part async for part in answer.aiter_raw()])
    bodies = {"br": b"in brotli", "gzip": b"in gzip", None: b"plain" * 500}
    assert (answer.headers.get("content-encoding"), body) == (coding, bodies[coding])
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "accept-encoding" in answer.headers["vary"].lower()


async def test_a_file_that_is_there_already_is_not_sent_again(built: Path) -> None:
    async with opened(built) as client:
        first = await client.get("/assets/index-1.js")
        again = await client.get("/assets/index-1.js", headers={"If-None-Match": first.headers["etag"]})
        other = await client.get("/icon.svg", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert other.status_code == 200
    assert other.headers["cache-control"] == "no-cache"


async def test_head_tells_what_get_would(built: Path) -> None:
    async with opened(built) as client:
        for path in ("/assets/index-1.js", "/"):
            got, told = await client.get(path, headers=HTML), await client.head(path, headers=HTML)
            assert told.content == b""
            assert {**told.headers, "x-request-id": ""}.keys() == got.headers.keys()
            assert told.headers["content-length"] == got.headers["content-length"]


@pytest.mark.parametrize("path", ["/peta", "/kumkm/peta"])
async def test_behind_a_proxy_the_page_knows_its_path(built: Path, path: str) -> None:
    async with opened(built, root_path="/kumkm") as client:
        answer = await client.get(path, headers=HTML)
    assert 'src="/kumkm/assets/index-1.js"' in answer.text
    assert 'content="/kumkm/"' in answer.text


async def test_a_server_without_a_build_says_so(tmp_path: Path) -> None:
    async with opened(tmp_path) as client:
        answer = await client.get("/", headers=HTML)
    assert answer.status_code == 503
    assert "belum dibangun" in answer.text


@pytest.fixture
def field(built: Path) -> Path:
    (built / "sw.js").write_text("self.addEventListener('fetch', () => {})", "utf-8")
    page = '<!doctype html><script type="module" src="./assets/index-1.js"></script>'
    (built / "index.html").write_text(page, "utf-8")
    return built


@asynccontextmanager
async def in_the_field(folder: Path, root_path: str = "") -> AsyncIterator[httpx.AsyncClient]:
    """Both apps, in the order of the server."""
    async with served([FieldRoute(built_app(folder)), WebRoute(built_app(folder))], root_path) as client:
        yield client


async def test_the_page_of_the_field_app_is_the_same_each_time_and_may_be_kept(field: Path) -> None:
    async with in_the_field(field) as client:
        first, second = [await client.get("/lapangan/") for _ in range(2)]
        again = await client.get("/lapangan/", headers={"If-None-Match": first.headers["etag"]})
    assert (first.status_code, first.text, first.headers["cache-control"]) == (200, second.text, "no-cache")
    assert first.headers["content-security-policy"] == second.headers["content-security-policy"]
    assert "unsafe" not in first.headers["content-security-policy"]
    assert "nonce" not in first.headers["content-security-policy"]
    assert "geolocation=(self)" in first.headers["permissions-policy"]
    assert again.status_code == 304


async def test_the_worker_of_the_field_app_may_fetch_its_files_and_files_live_for_ever(field: Path) -> None:
    async with in_the_field(field) as client:
        worker = await client.get("/lapangan/sw.js")
        file = await client.get("/lapangan/assets/index-1.js", headers={"Accept-Encoding": "br"})
    assert "connect-src 'self'" in worker.headers["content-security-policy"]
    assert worker.headers["cache-control"] == "no-cache"
    assert file.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert file.headers["content-encoding"] == "br"


@pytest.mark.parametrize("root_path", ["", "/kumkm"])
async def test_the_field_app_has_its_address_with_a_slash(field: Path, root_path: str) -> None:
    async with in_the_field(field, root_path) as client:
        moved = await client.get(f"{root_path}/lapangan", headers=HTML)
        there = await client.get(moved.headers["location"], headers=HTML)
    assert (moved.status_code, moved.headers["location"]) == (308, f"{root_path}/lapangan/")
    assert there.status_code == 200


@pytest.mark.parametrize(
    ("path", "status"), [("/lapangan/tugas", 404), ("/lapangan/assets/x.js", 404), ("/lapanganku", 200)]
)
async def test_what_the_field_app_has_not_is_no_page_of_the_control_room(field: Path, path: str, status: int) -> None:
    async with in_the_field(field) as client:
        assert (await client.get(path, headers=HTML)).status_code == status
        assert (await client.post(path)).status_code == 404


async def test_a_field_app_that_was_not_built_says_so(tmp_path: Path) -> None:
    async with in_the_field(tmp_path) as client:
        answer = await client.get("/lapangan/", headers=HTML)
    assert (answer.status_code, answer.headers["cache-control"]) == (503, "no-store")
