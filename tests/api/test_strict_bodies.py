"""Bodies of administration are taken as they are: no field that nobody knows, no value made into another kind."""

from datetime import date
from enum import Enum
from typing import Annotated, Any, get_args, get_origin
from uuid import UUID

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError
from test_routes import routes

from app.api.router import API

WRONG = {
    int: ("1", 1.0, True, "", [1], "1e0"),
    bool: (1, 0, "true", "yes", ""),
    float: ("1.5", True),
    date: (0, "0", 20220913, 1663027200, "20220913", "2022-09-13T00:00:00", "2022-9-13", True, "13/09/2022"),
    UUID: (1, True, "x"),
    str: (1, 1.5, True, ["a"]),
}


def bodies():
    """The models of JSON bodies, with those within them; a tablet's own are held to rules of their own."""
    found = {}
    for route in routes(API):
        forms = ("/auth/token", "/auth/revoke")
        if route.body_field is None or "/sync/" in route.path or route.path.endswith(forms):
            continue
        for model in models(route.body_field.field_info.annotation):
            found[model.__name__] = model
    return [found[name] for name in sorted(found)]


def models(annotation):
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
        for info in annotation.model_fields.values():
            yield from models(info.annotation)
    for inner in get_args(annotation):
        yield from models(inner)


def kinds(annotation):
    if get_origin(annotation) is Annotated:
        yield from kinds(get_args(annotation)[0])
    elif get_args(annotation):
        for inner in get_args(annotation):
            yield from kinds(inner)
    elif isinstance(annotation, type):
        yield annotation


@pytest.mark.parametrize("model", bodies(), ids=lambda model: model.__name__)
def test_a_body_is_taken_as_it_is(model):
    assert model.model_config.get("extra") == "forbid"
    for name, info in model.model_fields.items():
        whole: Any = Annotated[info.annotation, *info.metadata] if info.metadata else info.annotation
        said = {kind for kind in kinds(info.annotation) if not issubclass(kind, (BaseModel, Enum))}
        for kind in () if get_origin(info.annotation) is dict else said & WRONG.keys():
            for value in WRONG[kind]:
                if any(type(value) is other for other in said - {kind, date, UUID}) or (kind is str and list in said):
                    continue
                assert not takes(whole, value), f"{model.__name__}.{name} takes {value!r}"


def takes(whole, value):
    try:
        TypeAdapter(whole).validate_python(value)
    except ValidationError:
        return False
    return True


def test_the_walk_finds_bodies():
    assert {"AccountIn", "AssignmentIn", "TargetValue", "NewPassword"} <= {model.__name__ for model in bodies()}
