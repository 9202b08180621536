"""Rules that hold for every route, also for those to come."""

import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any

import asyncpg
import httpx
import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from shapes import the
from world import World, batch, item, nik, put

from app.accounts.permissions import Role
from app.api.calls import Guard
from app.api.endpoints import Limit
from app.api.parameters import query_of
from app.core.problems import Code

EMBEDDED_IS_ENOUGH = True

OPEN = {
    "/healthz",
    "/readyz",
    "/metrics",
    "/v1/auth/token",
    "/v1/auth/password",
    "/v1/auth/revoke",
    "/v1/auth/session",
    "/v1/auth/ways",
    "/v1/auth/passkeys/sign-in",
    "/v1/auth/oidc/start",
    "/v1/auth/oidc/callback",
    "/v1/statistics/variables",
    "/v1/statistics/variables.csv",
}


def routes(router: Any) -> Iterator[APIRoute]:
    """All routes of ours."""
    return (route for route in router.routes if isinstance(route, APIRoute) and route.include_in_schema)


async def test_the_walk_finds_every_documented_route(app: FastAPI) -> None:
    assert {route.path for route in routes(app)} == set(app.openapi()["paths"])


def callables(dependant: Dependant) -> Iterator[Callable[..., Any] | Guard]:
    yield the(dependant.call)
    for inner in dependant.dependencies:
        yield from callables(inner)


async def test_every_route_says_who_may_call_it(app: FastAPI) -> None:
    silent = {
        route.path for route in routes(app) if not any(isinstance(call, Guard) for call in callables(route.dependant))
    }
    assert silent == OPEN


@pytest.mark.proof
async def test_every_endpoint_documents_the_problems_that_its_signature_makes_possible(app: FastAPI) -> None:
    for route in routes(app):
        calls = list(callables(route.dependant))
        guarded = any(isinstance(call, Guard) for call in calls)
        limited = any(isinstance(call, Limit) for call in calls)
        paged = "cursor" in query_of(route)
        for method in route.methods:
            told = {int(status) for status in app.openapi()["paths"][route.path][method.lower()]["responses"]}
            expected = {422, *_if(guarded, 401, 403, 503), *_if(limited, 429, 503), *_if(paged, 400)}
            expected |= {*_if(method in ("POST", "PUT", "PATCH"), 400, 413)}
            assert expected <= told, (method, route.path)


def _if(condition: bool, *statuses: int) -> tuple[int, ...]:
    return statuses if condition else ()


async def test_every_guarded_route_refuses_who_is_not_signed_in(app: FastAPI, client: httpx.AsyncClient) -> None:
    for route in routes(app):
        if route.path in OPEN:
            continue
        path = re.sub(r"\{\w+_id\}", "01832f3e-0000-7000-8000-000000000000", route.path)
        path = path.replace("{code}", "16.01").replace("{region_code}", "16.01").replace("{kind}", "accounts")
        for method in route.methods:
            answer = await client.request(method, path)
            assert answer.status_code == 401, (method, path)
            if method != "HEAD":  # which has no body
                assert answer.json()["code"] == "not_signed_in", (method, path)


async def test_only_enumerators_send_batches(app: FastAPI, client: httpx.AsyncClient, world: World) -> None:
    for name, account in world.accounts.items():
        answer = await client.put(
            "/v1/sync/batches/01832f3e-0000-7000-8000-000000000000", headers=world.auth(name), content=b"{}"
        )
        allowed = account.role == Role.ENUMERATOR
        assert (answer.status_code == 403) is not allowed, name


async def test_nothing_of_a_request_is_worked_on_in_a_thread(app: FastAPI) -> None:
    """A plain function as dependency or endpoint is sent to a thread, which costs more than all the rest."""
    plain = {
        call.__qualname__
        for route in routes(app)
        for call in callables(route.dependant)
        if inspect.isfunction(call) and not inspect.iscoroutinefunction(call)
    }
    assert plain == set()


async def test_every_answer_has_its_request_id(client: httpx.AsyncClient) -> None:
    told = await client.get("/healthz", headers={"X-Request-ID": "tablet-0001-abc"})
    assert told.headers["X-Request-ID"] == "tablet-0001-abc"
    for bad in ("x", "a" * 65, "with blank in it", "1601145203850001\u00e9"):
        answer = await client.get("/healthz", headers={b"X-Request-ID": bad.encode("latin-1")})
        assert answer.headers["X-Request-ID"] not in (bad, "")


async def test_what_does_not_exist_is_a_problem_too(client: httpx.AsyncClient) -> None:
    for method, path, status, code in (
        ("GET", "/nowhere", 404, "not_found"),
        ("DELETE", "/healthz", 405, "method_not_allowed"),
    ):
        answer = await client.request(method, path)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["trace_id"] == answer.headers["X-Request-ID"]


@pytest.mark.parametrize("code", Code)
def test_every_problem_speaks_both_languages(code: Code) -> None:
    for text in (code.value.title, code.value.detail):
        assert text.id
        assert text.en
        assert text.id != text.en


async def test_not_ready_without_the_newest_migration(
    client: httpx.AsyncClient, app: FastAPI, pg: asyncpg.Connection
) -> None:
    assert (await client.get("/readyz")).status_code == 200
    await pg.execute("UPDATE alembic_version SET version_num = '0004'")
    answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]


async def test_metrics_tell_of_batches_and_the_pool(client: httpx.AsyncClient, world: World) -> None:
    await put(client, world, "enumerator.1", batch(item(nik=nik()), item(nik="1")))
    told = (await client.get("/metrics")).text
    for line in (
        'kumkm_requests_total{method="PUT",route="/v1/sync/batches/{batch_id}",status="201"} 1.0',
        'kumkm_item_outcomes_total{outcome="accepted"} 1.0',
        'kumkm_item_outcomes_total{outcome="invalid"} 1.0',
        "kumkm_batch_items_sum 2.0",
        "kumkm_ingest_seconds_count 1.0",
        "kumkm_pool_size 8.0",
    ):
        assert line in told


async def test_a_path_with_a_slash_too_many_is_not_found_and_nobody_is_sent_elsewhere(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    """A redirect would have a client send its token and its body once more, to an address out of a `Host` header."""
    for route in routes(app):
        path = re.sub(r"{[^}]+}", "x", route.path) + "/"
        for method in route.methods:
            answer = await client.request(method, path)
            assert (answer.status_code, "location" in answer.headers) == (404, False), path
            assert method == "HEAD" or answer.json()["code"] == "not_found"


@pytest.mark.proof
async def test_the_documentation_needs_no_other_network(client: httpx.AsyncClient) -> None:
    page = (await client.get("/docs")).text
    assert "swagger-ui" in page
    assert "https://" not in page
    for path in ("/docs/static/swagger-ui-bundle.js", "/docs/static/swagger-ui.css", "/openapi.json"):
        assert path in page
        assert (await client.get(path)).status_code == 200
