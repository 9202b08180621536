"""`HEAD` of figures has the headers of `GET` and no body; files and the feed are not made for it."""

import httpx
import pytest
from fastapi import FastAPI
from world import World

EMBEDDED_IS_ENOUGH = True
FIGURES = (
    "/v1/progress/regions.csv?parent=16.01",
    "/v1/progress/regions?parent=16.01",
    "/v1/progress/series.csv?parent=16.01",
    "/v1/statistics/variables.csv",
    "/v1/map/boundaries?region=16.01",
)


@pytest.mark.parametrize("path", FIGURES)
async def test_the_head_of_a_figure_is_that_of_get_without_its_body(
    path: str, client: httpx.AsyncClient, world: World
) -> None:
    got, head = [await client.request(method, path, headers=world.auth("officer")) for method in ("GET", "HEAD")]
    assert (head.status_code, head.content) == (200, b"")
    assert got.content
    for name in ("content-type", "content-length", "etag", "cache-control", "vary"):
        assert head.headers.get(name) == got.headers.get(name), name


async def test_a_head_is_refused_as_get_is(client: httpx.AsyncClient, world: World) -> None:
    path, officer = "/v1/progress/regions.csv", world.auth("officer")
    assert (await client.head(f"{path}?parent=16.01")).status_code == 401
    for wrong, status in ((f"{path}?perant=16.01", 422), (f"{path}?parent=16.71", 404), ("/v1/progress/none", 404)):
        answer = await client.head(wrong, headers=officer)
        assert (answer.status_code, answer.content) == (status, b""), wrong
    known = (await client.head(f"{path}?parent=16.01", headers=officer)).headers["etag"]
    unchanged = await client.head(f"{path}?parent=16.01", headers={**officer, "If-None-Match": known})
    assert unchanged.status_code == 304


@pytest.mark.parametrize("path", ["/v1/exports/businesses.csv", "/v1/feed", "/v1/businesses", "/v1/me"])
async def test_what_costs_a_file_or_a_page_is_not_made_for_its_head(
    path: str, client: httpx.AsyncClient, world: World
) -> None:
    answer = await client.head(path, headers=world.auth("officer"))
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")


async def test_a_change_is_not_made_by_a_head(client: httpx.AsyncClient, world: World) -> None:
    """`/v1/progress/cutoffs` takes `POST` as well; its head is that of the list."""
    answer = await client.head("/v1/progress/cutoffs", headers=world.auth("officer"))
    assert answer.status_code == 200
    listed = await client.get("/v1/progress/cutoffs", headers=world.auth("officer"))
    assert listed.json()["items"] == []


async def test_log_and_metrics_say_head_and_which_route(client: httpx.AsyncClient, world: World, app: FastAPI) -> None:
    await client.head("/v1/progress/regions.csv?parent=16.01", headers=world.auth("officer"))
    metrics = app.state.services.metrics.requests
    assert metrics.labels("/v1/progress/regions.csv", "HEAD", "200")._value.get() == 1
