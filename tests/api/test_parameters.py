"""A query parameter that an operation does not know, or that comes twice, is refused: everywhere, and by its name."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from shapes import Json, the
from test_access import settings  # noqa: F401  (the fixture: all rows together ask often)
from test_routes import OPEN, callables, routes
from world import World, nib

from app.api.calls import Guard
from app.api.parameters import query_of
from app.api.sync_reading import KNOWN_IDENTITIES

EMBEDDED_IS_ENOUGH = True
SOME_ID = "01832f3e-0000-7000-8000-000000000000"


def operations(app: FastAPI) -> Iterator[tuple[str, str, str, Json]]:
    for path, told in app.openapi()["paths"].items():
        for method, operation in told.items():
            yield method, re.sub(r"\{\w+\}", SOME_ID, path), path, operation


OF_OTHERS = {"/v1/auth/oidc/callback"}

Parameter = tuple[str, str | int | float | bool | None]


@pytest.mark.proof
async def test_every_operation_refuses_unknown_parameters_and_names_the_nearest(
    app: FastAPI, client: httpx.AsyncClient, world: World
) -> None:
    seen = 0
    for method, path, template, operation in operations(app):
        known = [each["name"] for each in operation.get("parameters", ()) if each["in"] == "query"]
        wrong = f"{known[0]}x" if known else "regoin"
        answer = await client.request(method, path, params={wrong: "1"}, headers=world.auth("admin"))
        seen += 1
        if template in OF_OTHERS:
            assert answer.status_code != 422, "another server writes this query, and may say more"
            continue
        assert answer.status_code == 422, (method, path, answer.text)
        if method != "head":
            (error,) = answer.json()["errors"]
            assert (error["pointer"], error["code"]) == (f"/query/{wrong}", "unknown_parameter"), (method, path)
            assert not known or error["detail"].endswith(f": {known[0]}."), (method, path, error)
        if template not in OPEN:
            assert (await client.request(method, path, params={wrong: "1"})).status_code == 401, "who it is comes first"
    assert seen == sum(len(the(route.methods)) for route in routes(app))


@pytest.mark.proof
async def test_every_parameter_that_has_one_value_refuses_two(
    app: FastAPI, client: httpx.AsyncClient, world: World
) -> None:
    for method, path, _, operation in operations(app):
        for each in operation.get("parameters", ()):
            if each["in"] == "query" and "array" not in str(each["schema"]):
                twice: list[Parameter] = [
                    (each["name"], str(each.get("example", "1"))),
                    (each["name"], "2"),
                ]
                answer = await client.request(method, path, params=twice, headers=world.auth("admin"))
                assert answer.status_code == 422, (method, path)
                if method == "head":  # which has no body
                    continue
                told = [(error["pointer"], error["code"]) for error in answer.json()["errors"]]
                assert told == [(f"/query/{each['name']}", "repeated_parameter")], (method, path)


BODIES: dict[str, Json] = {"/v1/honour/rules": {"rules": []}}
"""What is sent beside the campaign; to all others, a target."""


async def test_a_campaign_that_there_is_not_has_one_answer_and_text_that_cannot_be_stored_another(
    app: FastAPI, client: httpx.AsyncClient, world: World
) -> None:
    asked = set()
    for route in routes(app):
        if "campaign" not in query_of(route):
            continue
        guards = [call for call in callables(route.dependant) if isinstance(call, Guard)]
        roles = guards[0].roles
        headers = world.auth("admin" if "admin" in roles else "enumerator.1") | {"Accept": f"{KNOWN_IDENTITIES}, */*"}
        path = route.path.replace("{region_code}", "16").replace("{code}", "16").replace("{format}", "ndjson")
        path = path.replace("{ending}", "ttl")
        for method in route.methods:
            for campaign, code in (("no-such", "unknown_campaign"), ("a\x00", "invalid_fields")):
                params = {"region": "16.01", "campaign": campaign}
                params = {name: value for name, value in params.items() if name in query_of(route)}
                body: Json = {"json": BODIES.get(route.path, {"businesses": 1})} if method == "PUT" else {}
                answer = await client.request(method, path, params=params, headers=headers, **body)
                problem = answer.json()
                assert (answer.status_code, problem["code"]) == (422, code), (method, path)
                assert [error["pointer"] for error in problem["errors"]] == ["/query/campaign"], (method, path)
            asked.add((method, route.path))
    assert len(asked) > 10


LAX = {
    "integer": ("1_0", "1.0", " 1", "01", "1e1", "٣", "１", "+1", "0x1", "true"),
    "date": (
        "20220913",
        "0",
        "1663027200",
        "2022-09-13T00:00:00",
        "2022-9-13",
        "2022-W37-2",
        "13/09/2022",
        " 2022-09-13",
    ),
    "date-time": ("20220913", "0", "1663027200", "-1", "1663027200000", "2022-09-13", "2022-09-13T00:00:00"),
}


@pytest.mark.proof
async def test_a_number_or_a_time_of_a_query_is_taken_as_it_is_written_or_not_at_all(
    app: FastAPI, client: httpx.AsyncClient, world: World
) -> None:
    tried = 0
    for method, path, template, operation in operations(app):
        for each in operation.get("parameters", ()):
            said = [each["schema"], *each["schema"].get("anyOf", ())]
            kinds = {one.get("format") or one.get("type") for one in said} & LAX.keys() if each["in"] == "query" else ()
            for kind in kinds:
                for value in LAX[kind]:
                    answer = await client.request(
                        method, path, params={each["name"]: value}, headers=world.auth("admin")
                    )
                    if answer.status_code == 403 and "/sync/" in template:  # of a tablet
                        answer = await client.request(
                            method, path, params={each["name"]: value}, headers=world.auth("enumerator.1")
                        )
                    told = [error["pointer"] for error in answer.json().get("errors", [])]
                    assert answer.status_code == 422, (path, each["name"], value)
                    assert f"/query/{each['name']}" in told, (path, each["name"], value)
                    tried += 1
    assert tried > 100


async def test_what_is_typed_as_a_name_is_told_back_only_where_it_looks_like_one(
    client: httpx.AsyncClient, world: World
) -> None:
    number = nib()
    for name in (number, f"x{number}", "a b", "ñ", "", "x" * 41, "%00", "\ud800".encode("utf-8", "surrogatepass")):
        asked: Any = [(name, number)]
        answer = await client.get("/v1/businesses", params=asked, headers=world.auth("officer"))
        assert answer.status_code == 422
        assert [error["pointer"] for error in answer.json()["errors"]] == ["/query"], name
        assert number not in answer.text
    many: list[Parameter] = [(f"x{n}", "1") for n in range(1_000)]
    answer = await client.get("/v1/businesses", params=many, headers=world.auth("officer"))
    assert len(answer.json()["errors"]) == 20


async def test_form_fields_that_oauth_does_not_know_are_passed_over_and_none_comes_twice(
    client: httpx.AsyncClient, world: World
) -> None:
    asked = {"grant_type": "password", "username": "nobody", "password": "x", "resource": "https://example.org"}
    answer = await client.post("/v1/auth/token", data=asked)
    assert answer.json()["code"] == "invalid_grant"
    for path, name in (("token", "username"), ("token", "resource"), ("revoke", "token")):
        answer = await client.post(f"/v1/auth/{path}", data={"token": "x", **asked, name: ["a", "b"]})
        assert (answer.status_code, answer.json()["code"]) == (400, "malformed_request")
        assert answer.json()["errors"][0]["code"] == "repeated_parameter"


async def test_the_page_of_the_documentation_takes_whatever_its_scripts_add(client: httpx.AsyncClient) -> None:
    for path in ("/docs?x=1", "/openapi.json?x=1", "/docs/oauth2-redirect?code=1"):
        assert (await client.get(path)).status_code == 200
