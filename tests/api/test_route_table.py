"""The table of routes finds what asking each route in turn would find."""

import re

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Match

from app.api.route_table import RouteTable
from app.api.router import API, TABLE

EMBEDDED_IS_ENOUGH = True

ROUTES = [route for route in API.routes if isinstance(route, APIRoute)]


def asked(method: str, path: str, root: str = "") -> dict[str, object]:
    return {"type": "http", "method": method, "path": path, "root_path": root}


def in_turn(scope: dict[str, object]) -> BaseRoute | None:
    return next((route for route in ROUTES if route.matches(scope)[0] is Match.FULL), None)


async def nothing() -> None:
    """What a route serves that is never called."""


@pytest.mark.parametrize("root", ["", "/kumkm"])
def test_every_route_is_found_as_if_each_were_asked_in_turn(root: str) -> None:
    for route in ROUTES:
        for filled in ("x", "0190a6f0-0000-7000-8000-000000000000", "16.01"):
            for method in route.methods:
                scope = asked(method, root + re.sub(r"\{[^}]*\}", filled, route.path), root)
                match, found = TABLE.matches(scope)
                assert match is Match.FULL
                assert found["route"] is in_turn(scope)


@pytest.mark.parametrize("path", ["", "/", "//", "/v1", "/v1/", "/v1//", "/v1/sync", "/v1/sync/batches", "/v1/sync/x/"])
def test_what_nobody_serves_is_left_to_the_framework(path: str) -> None:
    for method in ("GET", "PUT", "BREW"):
        assert TABLE.matches(asked(method, path)) == (Match.NONE, {})
        assert in_turn(asked(method, path)) is None


def test_a_websocket_is_left_to_the_framework() -> None:
    assert TABLE.matches({"type": "websocket", "path": "/healthz"}) == (Match.NONE, {})


@pytest.mark.parametrize("path", ["/{whose}/things", "/v1/{whose}", "/v1/things/{rest:path}"])
def test_a_path_that_cannot_be_kept_apart_is_refused_when_the_table_is_made(path: str) -> None:
    with pytest.raises(ValueError, match=re.escape(path)):
        RouteTable([APIRoute(path, nothing)])


def test_few_routes_are_asked_for_any_path() -> None:
    assert max(len(TABLE.near(each, route.path)) for route in ROUTES for each in route.methods) <= 8
    assert len(TABLE.near("GET", "/v1/progress/dates")) == 1
    assert len(TABLE.near("PUT", "/v1/sync/batches/x")) <= 3


async def test_another_method_of_a_known_path_is_said_with_those_that_it_has(client: httpx.AsyncClient) -> None:
    answer = await client.delete("/v1/me")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET"


async def test_the_table_stands_before_the_routes_that_it_knows(app: FastAPI) -> None:
    routes = app.router.routes
    assert routes.index(TABLE) < min(routes.index(route) for route in ROUTES)
