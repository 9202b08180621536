"""Bodies of administration are taken as they are: no field that nobody knows, no value made into another kind."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime
from enum import Enum
from typing import Annotated, Any, get_args, get_origin
from uuid import UUID

import httpx
import pytest
from browsers import OWN
from fastapi import FastAPI
from limits import parse_many
from pydantic import BaseModel, TypeAdapter, ValidationError
from test_parameters import operations
from test_routes import routes
from world import World

from app.api.calls import AccessReason
from app.api.limits import Rate
from app.api.router import API

EMBEDDED_IS_ENOUGH = True

# What a browser makes of a passkey: newer browsers add members, and WebAuthn wants unknown ones passed over.
MADE_BY_BROWSERS = ("Credential", "CredentialAnswer")
WRONG = {
    int: ("1", 1.0, True, "", [1], "1e0"),
    bool: (1, 0, "true", "yes", ""),
    float: ("1.5", True),
    date: (0, "0", 20220913, 1663027200, "20220913", "2022-09-13T00:00:00", "2022-9-13", True, "13/09/2022"),
    datetime: (0, "0", 1663027200, "1663027200", "20220913", "-1", "2022-09-13", "2022-09-13T00:00:00", True),
    UUID: (1, True, "x"),
    str: (1, 1.5, True, ["a"]),
}


def bodies() -> list[type[BaseModel]]:
    """The models of JSON bodies, with those within them; a tablet's own are held to rules of their own."""
    found = {}
    for route in routes(API):
        forms = ("/auth/token", "/auth/revoke")
        if route.body_field is None or "/sync/" in route.path or route.path.endswith(forms):
            continue
        for model in models(route.body_field.field_info.annotation):
            found[model.__name__] = model
    return [found[name] for name in sorted(found)]


def models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
        for info in annotation.model_fields.values():
            yield from models(info.annotation)
    for inner in get_args(annotation):
        yield from models(inner)


def kinds(annotation: Any) -> Iterator[Any]:
    if get_origin(annotation) is Annotated:
        yield from kinds(get_args(annotation)[0])
    elif get_args(annotation):
        for inner in get_args(annotation):
            yield from kinds(inner)
    elif isinstance(annotation, type):
        yield annotation


@pytest.mark.parametrize("model", bodies(), ids=lambda model: model.__name__)
def test_a_body_is_taken_as_it_is(model: type[BaseModel]) -> None:
    assert (model.model_config.get("extra") == "forbid") is (model.__name__ not in MADE_BY_BROWSERS)
    for name, info in model.model_fields.items():
        whole: Any = Annotated[info.annotation, *info.metadata] if info.metadata else info.annotation
        said = {kind for kind in kinds(info.annotation) if not issubclass(kind, (BaseModel, Enum))}
        for kind in () if get_origin(info.annotation) is dict else said & WRONG.keys():
            for value in WRONG[kind]:
                if any(type(value) is other for other in said - {kind, date, datetime, UUID}) or (
                    kind is str and list in said
                ):
                    continue
                assert not takes(whole, value), f"{model.__name__}.{name} takes {value!r}"


MUTE = ("\u200b" * 6, "\u2800" * 6, "\u3164" * 6, "\u0301" * 6, "......", "1601145203850001", "1601 1452, 0385-0001!")


def test_what_has_to_be_said_or_named_has_a_letter_or_digit_that_is_kept() -> None:
    """Every reason and every name of every body, and the reason in a header."""
    asked: dict[str, Any] = {"X-Access-Reason": AccessReason}
    for model in bodies():
        for name, info in model.model_fields.items():
            if name.rpartition("_")[2] in ("reason", "name") and name != "username":
                asked[f"{model.__name__}.{name}"] = Annotated[info.annotation, *info.metadata]
    assert len(asked) > 8
    for where, kind in asked.items():
        reads: TypeAdapter[Any] = TypeAdapter(kind)
        assert reads.validate_python("Bu Sari") == "Bu Sari"
        taken = []
        for mute in MUTE:
            with suppress(ValidationError):
                taken.append(reads.validate_python(mute))
        assert taken == [], where


@pytest.mark.proof
async def test_a_field_that_nobody_knows_is_told_with_the_nearest_known_one(
    app: FastAPI, client: httpx.AsyncClient, world: World
) -> None:
    tried, headers = 0, {**world.auth("admin"), **OWN}
    app.state.services.limits._items[Rate.EXPORT] = parse_many("1000/minute")  # several of these are limited together
    for method, path, template, operation in operations(app):
        told = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if told is None or "$ref" not in told["schema"] or "/sync/" in template:
            continue
        model = told["schema"].get("$ref", "").rpartition("/")[2]
        known = sorted(app.openapi()["components"]["schemas"][model]["properties"])
        for wrong, pointer in ((f"{known[0]}x", f"/body/{known[0]}x"), (known[0].upper(), f"/body/{known[0].upper()}")):
            answer = await client.request(method, path, json={wrong: 1}, headers=headers)
            errors = {error["pointer"]: error for error in answer.json()["errors"]}
            assert errors[pointer]["code"] == "field_unknown", (path, answer.text)
            assert errors[pointer]["detail"].endswith(f": {known[0]}."), (path, errors)
        for wrong in ("1601145203850001", "k" * 10_000, "x1601145203850001y", "Nama Sari"):
            answer = await client.request(method, path, json={wrong: 1}, headers=headers)
            assert ("/body", "field_unknown") in [(each["pointer"], each["code"]) for each in answer.json()["errors"]]
            assert wrong not in answer.text, "it may be anything"
        tried += 1
    assert tried > 15


def takes(whole: Any, value: Any) -> bool:
    try:
        TypeAdapter(whole).validate_python(value)
    except ValidationError:
        return False
    return True


def test_the_walk_finds_bodies() -> None:
    assert {"AccountIn", "AssignmentIn", "TargetValue", "NewPassword"} <= {model.__name__ for model in bodies()}
