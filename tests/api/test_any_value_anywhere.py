"""Whatever value stands in one place of a good request, of any operation, the answer is no fault of the server.

Places are read from the document: every part of the path, every parameter, every field of a body at any depth. Good
requests, with ids of a small census, are those of the table of routes and callers, so that the one bad value gets as
far as it can. A run of the tests takes a sample; `KUMKM_ANY_VALUE=all` takes everything (minutes), and tells how much.
"""

import copy
import json
import os
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote, urlencode

import asyncpg
import httpx
import pytest
from fastapi import FastAPI
from shapes import Json
from stage import Asked, Stage
from test_access import MATRIX
from test_routes import OPEN
from world import World

from app.core.settings import Settings

EMBEDDED_IS_ENOUGH = True
TAKES_LONG = True

EVERYTHING = os.environ.get("KUMKM_ANY_VALUE") == "all"
SAMPLE = 700  # requests
MARK = "Qzxj7"  # in every text, to find it again
CALLERS = ("officer", "admin", "enumerator.1", "system.reader", "coordinator.1")
HOLE = "H0le"
# What would keep a request from being looked at: guesses before it, and jobs that wait.
EASED = dict.fromkeys(
    [("POST", f"/v1/auth/{path}") for path in ("password", "token", "session")], "DELETE FROM sign_in_attempt"
) | {("POST", "/v1/exports"): "DELETE FROM export_job"}

TEXTS = (
    "",
    " ",
    MARK,
    f"{MARK}\x00",
    f"\u202e{MARK}\u2066",
    f"{MARK}\ufffe\uffff",
    f"{MARK}😀\u200d\u0301" * 20,
    f"{MARK}'; --%s{{}}",
    MARK * 400,
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-12:00",
    "0001-01-01",
    "9999-12-31",
    "-1",
    "0",
    "1e400",
    "NaN",
    "2147483648",
    "9223372036854775808",
    "18446744073709551616",
    "9" * 5_000,
    "null",
    "true",
    "١٢٣",
    "16.01",
    "ID",
    "..",
    "*",
    "a" * 36,
    "00000000-0000-0000-0000-000000000000",
)
RAW_BYTES = ("%FF", "%ED%A0%80", "%C0%80", "%00", "%", "+", "%0D%0A")
LITERALS = (
    "null",
    "true",
    "false",
    "0",
    "-1",
    "1.5",
    "-0.0",
    "1e16",
    "1e400",
    "-1e400",
    "NaN",
    "-Infinity",
    "2147483648",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551616",
    "9" * 5_000,
    "[]",
    "{}",
    "[null]",
    '[""]',
    '{"":""}',
    '"\\ud800"',
    f'"{MARK}\\udfff"',
    '{"\\u0000":1}',
    '{"\\ud800":{}}',
    '{"a":1,"a":2}',
    "[" * 200 + "]" * 200,
    '{"a":' * 200 + "1" + "}" * 200,
    "[" * 900 + "]" * 900,
    '[{"a":' * 30 + "1" + "}]" * 30,
    '{"a":' * 8_000 + "1" + "}" * 8_000,
    "[" * 30_000 + "]" * 30_000,
)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    unlimited = dict.fromkeys(
        ("rate_sign_in", "rate_lookup", "rate_list", "rate_change", "rate_export"), "1000000/second"
    )
    return settings.model_copy(update=unlimited)


def fields_of(
    document: Json, schema: Json, path: tuple[str | int, ...] = (), seen: tuple[str, ...] = ()
) -> Iterator[tuple[str | int, ...]]:
    """The paths of everything in a schema: the whole, its members, their members."""
    if ref := schema.get("$ref"):
        if ref not in seen:
            yield from fields_of(document, document["components"]["schemas"][ref.split("/")[-1]], path, (*seen, ref))
        return
    yield path
    for kind in ("anyOf", "allOf", "oneOf"):
        for inner in schema.get(kind, ()):
            yield from (each for each in fields_of(document, inner, path, seen) if each != path)
    for key, inner in schema.get("properties", {}).items():
        yield from fields_of(document, inner, (*path, key), seen)
    if "items" in schema:
        yield from fields_of(document, schema["items"], (*path, 0), seen)
    if schema.get("additionalProperties") or (schema.get("type") == "object" and "properties" not in schema):
        yield (*path, "unheard_of")


def places(document: Json, operation: Json) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    """Every place of a request, and whether it is JSON's."""
    for each in operation.get("parameters", ()):
        yield each["in"], (each["name"],)
    for kind, told in operation.get("requestBody", {}).get("content", {}).items():
        where = {"application/json": "json", "application/x-www-form-urlencoded": "data"}.get(kind)
        if where:
            yield from ((where, path) for path in dict.fromkeys(fields_of(document, told["schema"])))
    if operation.get("requestBody"):
        yield "content", ()


def values(where: str) -> Sequence[str | bytes]:
    if where == "json":
        return [*LITERALS, *(json.dumps(text) for text in TEXTS)]
    if where == "content":
        return [*LITERALS, "", "{", '{"a"', "\x00", "\ufeff{}", '{"a":1}x', "[" * 30_000]
    if where in ("query", "path"):
        return [*(quote(text, safe="") for text in TEXTS if text or where == "query"), *RAW_BYTES]
    return [text for text in TEXTS if where != "header" or (text.isascii() and text.isprintable())]


def changed(asked: Asked, route: str, where: str, path: tuple[str | int, ...], value: Any) -> tuple[str, Json]:
    """The request with the value at the place: the address and what is sent."""
    send, parts = copy.deepcopy(asked.send), dict(asked.path)
    query = dict(send.pop("params", {}))
    headers = send.setdefault("headers", {})
    if where == "path":
        parts[str(path[0])] = value
    elif where == "query":
        query.pop(path[0], None)
    elif where == "header":
        headers[path[0]] = value
    elif where == "data":
        send["data"] = {**send.get("data", {}), **({path[0]: value} if path else {value[:50]: value})}
    elif where == "content":
        send = {
            "headers": {"Content-Type": "application/json"} | headers,
            "content": value.encode("utf-8", "surrogatepass"),
        }
    else:
        body = with_hole(send.pop("json", None), path)
        headers["Content-Type"] = "application/json"
        send["content"] = json.dumps(body).replace(json.dumps(HOLE), value).encode("utf-8", "surrogatepass")
    text = urlencode(query) + (f"&{path[0]}={value}" if where == "query" else "")
    return f"{route.format(**parts)}?{text}".rstrip("?"), send


def with_hole(body: Any, path: tuple[str | int, ...]) -> Any:
    if not path:
        return HOLE
    step, rest = path[0], path[1:]
    if isinstance(step, int):
        return [with_hole(body[0] if isinstance(body, list) and body else None, rest)]
    body = body if isinstance(body, dict) else {}
    return {**body, step: with_hole(body.get(step), rest)}


@pytest.mark.proof
async def test_no_value_anywhere_is_a_fault_of_the_server(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, app: FastAPI
) -> None:
    stage, document, rng = Stage(client, world, pg), app.openapi(), random.Random(os.environ.get("KUMKM_SEED", "1"))
    cases = []
    for (method, route), (_, statuses) in MATRIX.items():
        who = next((who for who in CALLERS if statuses[who] < 400), "admin")
        for where, path in places(document, document["paths"][route][method.lower()]):
            every = [(method, route, who, where, path, value) for value in values(where)]
            # Of a sample every place has some, so that a place that takes anything is seen at once.
            cases += every if EVERYTHING else rng.sample(every, min(len(every), 2))
    cases = cases if EVERYTHING else sorted(rng.sample(cases, min(SAMPLE, len(cases))), key=str)
    assert len({case[1] for case in cases}) > 40
    found: Counter[Any] = Counter()
    faults, fresh = [], {}
    for method, route, who, where, path, value in cases:
        if (method, route) in EASED:
            await pg.execute(EASED[method, route])
        if (method, route) not in fresh:
            fresh[method, route] = await MATRIX[method, route][0](stage)
        address, send = changed(fresh[method, route], route, where, path, value)
        answer = await stage.call(who, method, address, **send)
        found[answer.status_code] += 1
        if answer.status_code < 400 and method != "GET":
            del fresh[method, route]  # what was to be changed is changed
            await pg.execute("UPDATE account SET sessions_ended = 0 WHERE sessions_ended > 0")  # somebody signed out
        told = [
            f"{method} {route} by {who}, {where} {'/'.join(map(str, path))} = {value[:60]!r} ({len(value)}): {fault}"
            for fault in wrong_with(answer, method, route)
        ]
        faults += told
    print(f"\n{sum(found.values()):,} requests: {dict(sorted(found.items()))}")  # noqa: T201  (the figure of a whole run)
    assert not faults, f"{len(faults)} faults\n" + "\n".join(faults[:200])
    assert {200, 400, 404, 422} <= set(found)


def wrong_with(answer: httpx.Response, method: str, route: str) -> Iterator[str]:
    status = answer.status_code
    if status >= 500:
        yield f"{status}"
    elif status >= 400 and method != "HEAD":
        if answer.headers["content-type"] != "application/problem+json":
            yield f"{status} {answer.headers['content-type']}"
            return
        told = answer.json()
        if not told["code"]:
            yield "no code"
        if told["code"] == "invalid_fields" and not (told["errors"] and all(e["code"] for e in told["errors"])):
            yield "what is wrong, and where, is not told"
        if MARK in answer.text:
            yield "it is echoed"
    if status == 401 and route not in OPEN:
        yield "signed out"
    if status == 429:
        yield "not asked at all"


@pytest.mark.proof
async def test_the_places_of_a_request_are_found_through_references_lists_and_choices(app: FastAPI) -> None:
    document = app.openapi()
    batch = set(places(document, document["paths"]["/v1/sync/batches/{batch_id}"]["put"]))
    for place in (
        ("path", ("batch_id",)),
        ("json", ()),
        ("json", ("items", 0, "location", "latitude")),
        ("json", ("items", 0, "answers", "unheard_of")),
        ("header", ("content-encoding",)),
        ("content", ()),
    ):
        assert place in batch
    assert with_hole({"a": [{"b": 1, "c": 2}]}, ("a", 0, "b")) == {"a": [{"b": HOLE, "c": 2}]}
    assert (
        changed(Asked({"id": 1}, {"params": {"q": "a"}}), "/x/{id}", "query", ("limit",), "%00")[0]
        == "/x/1?q=a&limit=%00"
    )
