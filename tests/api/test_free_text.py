"""A NIK is not only a NIK field: in whatever text somebody gives it, it is neither kept nor told nor logged.

Where texts may stand is read from the document of the API; a request that is taken otherwise, from the table of routes
and callers, so that a new route is in the search as soon as it is in either.
"""

import asyncio
import copy
import itertools
import json
from collections.abc import Iterator

import asyncpg
import httpx
import pytest
from core.test_redaction import spelled
from fastapi import FastAPI
from pydantic import BaseModel
from search import digits_alone, everything_stored
from shapes import Json
from stage import Asked, Stage
from test_access import MATRIX, settings  # noqa: F401  (the fixture: all rows together ask often)
from world import World, batch, item, nik, put

from app.accounts import passwords
from app.questionnaires.catalogue import CATALOGUE

EMBEDDED_IS_ENOUGH = True

# By what one gets in, or where a page or a file goes on: no text that is kept.
KEYS = {
    "password",
    "refresh_token",
    "client_secret",
    "token",
    "current_password",
    "new_password",
    "activation_code",
    "cursor",
    "Range",
    "if-range",
}
CALLERS = ("officer", "admin", "enumerator.1", "system.reader")


class Numbers:
    """Another NIK for each text, spelled in another way each time."""

    def __init__(self) -> None:
        self.used: list[str] = []
        self._ways = itertools.count()

    def text(self, longest: int | None = None) -> str:
        number = nik()
        self.used.append(number)
        ways = [way for way in spelled(number) if len(way) + 5 <= (longest or 100)]
        return f"Bu {ways[next(self._ways) % len(ways)]}" if ways else number[: longest or None]


def texts_of(
    document: Json, schema: Json, path: tuple[str | int, ...] = (), seen: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str | int, ...], int | None]]:
    """The places of all texts in a schema, as paths with their greatest length."""
    if ref := schema.get("$ref"):
        if ref not in seen:
            yield from texts_of(document, document["components"]["schemas"][ref.split("/")[-1]], path, (*seen, ref))
        return
    for kind in ("anyOf", "allOf", "oneOf"):
        for inner in schema.get(kind, ()):
            yield from texts_of(
                document, {**inner, "maxLength": schema.get("maxLength", inner.get("maxLength"))}, path, seen
            )
    if schema.get("type") == "string" and not {"enum", "const", "format"} & schema.keys():
        yield path, schema.get("maxLength")
    for key, inner in schema.get("properties", {}).items():
        yield from texts_of(document, inner, (*path, key), seen)
    if "items" in schema:
        yield from texts_of(document, schema["items"], (*path, 0), seen)
    if schema.get("additionalProperties"):
        yield (*path, "sesuatu"), None


def places(document: Json, operation: Json) -> Iterator[tuple[str, tuple[str | int, ...], int | None]]:
    """Every place of a text in a request: where it stands, its path and its greatest length."""
    for each in operation.get("parameters", ()):
        if each["in"] != "path":
            yield from ((each["in"], (each["name"],), longest) for _, longest in texts_of(document, each["schema"]))
    for kind, told in operation.get("requestBody", {}).get("content", {}).items():
        where = {"application/json": "json", "application/x-www-form-urlencoded": "data"}.get(kind)
        if where:
            yield from ((where, *each) for each in texts_of(document, told["schema"]))


def with_text(asked: Asked, where: str, path: tuple[str | int, ...], text: str) -> Asked:
    """The request with a text at a place."""
    asked = Asked(asked.path, copy.deepcopy(asked.send))
    part = asked.send.setdefault({"query": "params", "header": "headers"}.get(where, where), {})
    for step in path[:-1]:
        part = part.setdefault(step, {}) if isinstance(part, dict) else part[step]
    part[path[-1]] = text.encode() if where == "header" else text
    return asked


def answers_with_numbers(model: type[BaseModel], numbers: Numbers) -> Json:
    """Answers with a number in every open text of a questionnaire, and in one that it does not know."""
    told: Json = {}
    for name, schema in model.model_json_schema()["properties"].items():
        told |= filled(model.model_json_schema(), name, schema, numbers)
    chosen = {"kbli": "47112", "result": "refused", "visited_at": None}  # which take no words
    return told | chosen | {numbers.text(): numbers.text()}


def filled(root: Json, name: str, schema: Json, numbers: Numbers) -> Json:
    for way in (schema, *schema.get("anyOf", ())):
        if ref := way.get("$ref"):
            inner = root["$defs"][ref.split("/")[-1]]["properties"]
            told: Json = {}
            for key, each in inner.items():
                told |= filled(root, key, each, numbers)
            return {name: told}
        if way.get("type") == "array":
            return {name: list(filled(root, name, {"anyOf": [way["items"]]}, numbers).values())}
        if way.get("type") == "string" and schema.get("x-sealed") is not True and not {"enum", "format"} & way.keys():
            return {name: numbers.text(way.get("maxLength"))}
    return {}


async def name_a_team(stage: Stage, numbers: Numbers) -> None:
    """A team has no number of a person in its name, and none is found by one."""
    (team, statuses), (member, _) = MATRIX["PUT", "/v1/teams"], MATRIX["PUT", "/v1/teams/members"]
    who, named = next(who for who in CALLERS if statuses[who] < 300), numbers.text(60)
    for route, prepare, field in (("/v1/teams", team, "name"), ("/v1/teams/members", member, "team")):
        asked = with_text(await prepare(stage), "json", (field,), named)
        answer = await stage.call(who, "PUT", route, **asked.send)
        assert [each["pointer"] for each in answer.json()["errors"]] == [f"/body/{field}"], answer.text


@pytest.mark.proof
async def test_a_number_in_any_text_of_the_whole_api_is_neither_kept_nor_told_nor_logged(
    client: httpx.AsyncClient,
    world: World,
    pg: asyncpg.Connection,
    app: FastAPI,
    capfd: pytest.CaptureFixture[str],
) -> None:
    numbers, told, tried, taken = Numbers(), [], set(), set()

    async def listen(response: httpx.Response) -> None:
        await response.aread()
        told.append(response.text + json.dumps(dict(response.headers)))

    stage, document = Stage(client, world, pg), app.openapi()
    client.event_hooks["response"].append(listen)
    for (method, route), (prepare, statuses) in MATRIX.items():
        operation = document["paths"].get(route, {}).get(method.lower(), {})
        who = next((who for who in CALLERS if statuses[who] < 400), "admin")
        texts = [(where, path, longest) for where, path, longest in places(document, operation) if path[-1] not in KEYS]
        tried |= {(route, path[-1]) for _, path, _ in texts}
        # All at once; where that is refused, each alone, so that one that is wrong keeps no other from being taken.
        for chosen in [texts, *([each] for each in texts)] if len(texts) > 1 else [texts] * bool(texts):
            asked = await prepare(stage)
            for where, path, longest in chosen:
                asked = with_text(asked, where, path, numbers.text(longest))
            answer = await stage.call(who, method, route.format(**asked.path), **asked.send)
            assert answer.status_code < 500, (method, route, chosen)
            if answer.status_code < 300:
                taken |= {(route, path[-1]) for _, path, _ in chosen}
            if chosen is texts and answer.status_code < 300:
                break
    await name_a_team(stage, numbers)
    await sign_in_on_a_tablet(client, pg, numbers)
    for name, questionnaire in CATALOGUE.items():
        sent = item(answers=answers_with_numbers(questionnaire.model, numbers)) | {"questionnaire": name}
        receipt = (await put(client, world, "enumerator.1", batch(sent))).json()["items"][0]
        assert receipt["outcome"] == "accepted", receipt
        # All words of a visit are sealed, so that a number in them is none in open text.
        warned = "long_number_in_text" in {each["code"] for each in receipt["warnings"]}
        assert warned is (name != "visit@1")
        await read_record(stage, sent["record_id"], pg)
    await read_everything(stage)
    row = {"username": f"u.{numbers.text()[3:]}", "name": "Sari", "role": "enumerator", "region_code": "16.01"}
    for username in (f"u.{nik()}", f"u-{nik()[:8]}-{nik()[8:]}"):
        answer = await client.post("/v1/accounts", headers=world.auth("officer"), json=row | {"username": username})
        assert "username_is_a_number" in answer.text
    odd = {"X-Request-ID": "1601.1452.0385.0001", "X-Access-Reason": "x"}
    await client.get("/v1/me", headers=world.auth("officer") | odd)
    assert len(tried) > 60, "there are texts to try"
    assert {"reason", "name", "app_version", "X-Access-Reason", "q", "changes"} <= {name for _, name in taken} | {
        "changes"
    }
    database = await everything_stored(pg)
    await asyncio.sleep(0)
    out, err = capfd.readouterr()
    assert "request" in out + err, "there was a log to search"
    for where, said in (("database", database), ("log", [out, err]), ("answers", told)):
        plain = digits_alone("\n".join(said))
        assert [number for number in numbers.used if number in plain] == [], where
        assert "1601145203850001" not in plain, where


async def sign_in_on_a_tablet(client: httpx.AsyncClient, pg: asyncpg.Connection, numbers: Numbers) -> None:
    """A tablet whose name is a number; and one whose id is."""
    await pg.execute(
        "UPDATE account SET password_hash = $1, devices_allowed = 9 WHERE username = 'enumerator.2'",
        passwords._HASHER.hash("empat kata sandi panjang"),
    )
    told = {"grant_type": "password", "username": "enumerator.2", "password": "empat kata sandi panjang"}
    for device_id in ("tablet-1", numbers.text(100)):
        answer = await client.post(
            "/v1/auth/token", data=told | {"device_id": device_id, "device_name": numbers.text(100)}
        )
        assert answer.status_code == 200, answer.text


async def read_record(stage: Stage, record_id: str, pg: asyncpg.Connection) -> None:
    """A record, and its business; of a visit there is none."""
    business_id = await pg.fetchval("SELECT business_id FROM record WHERE record_id = $1", record_id)
    for path in (f"submissions/{record_id}", f"businesses/{business_id}" if business_id else "doors"):
        assert (await stage.call("admin", "GET", f"/v1/{path}")).status_code == 200


async def read_everything(stage: Stage) -> None:
    """Every way out of the register, masked; once, since exports have a limit of their own."""
    exports = (f"exports/businesses.{form}" for form in ("csv", "ndjson", "geojson"))
    for path in ("businesses", "businesses?q=Bu", "feed", "duplicates", *exports):
        assert (await stage.call("admin", "GET", f"/v1/{path}")).status_code == 200
