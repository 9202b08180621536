"""Query parameters: every route refuses unknown and repeated ones.

If unknown parameters were ignored, a misspelt filter would return everything, which looks like the right answer.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import field_annotation_is_sequence  # type: ignore[attr-defined]  # no other knows it
from fastapi.routing import APIRoute
from pydantic import BaseModel

from app.api.calls import bearer, principal, proof
from app.core.nearest import looks_like_a_name, nearest
from app.core.problems import Code, FieldError, Problem, Text
from app.intake.finding_texts import text_of

_TOLD = 20
_QUERIES: dict[Callable[..., Any], dict[str, bool]] = {}  # by endpoint, made at its first request


async def known_query(request: Request) -> None:
    """Refuse parameters that the operation does not know. If the operation needs a signed-in caller, a missing sign-in
    is reported first.

    Raises:
        Problem: `invalid_fields` with `unknown_parameter` or `repeated_parameter` at each, or `not_signed_in`.
    """
    if not request.scope["query_string"]:
        return
    route: APIRoute = request.scope["route"]
    given = [name for name, _ in request.query_params.multi_items()]
    known = query_of(route)
    if any(each.call is foreign_query for each in _walk(route.dependant)):
        given = [name for name in given if name in known]
    errors = _faults(given, known)
    if errors:
        if _is_guarded(route):
            await principal(request, await proof(request, await bearer(request)))
        raise Problem(Code.INVALID_FIELDS, errors=errors)


async def foreign_query() -> None:
    """A mark of operations whose query another server writes: its unknown parameters are ignored (RFC 6749, 4.1.2)."""


def query_of(route: APIRoute) -> dict[str, bool]:
    """The query parameters of an operation, with those of its dependencies, and whether each may come several times."""
    known = _QUERIES.get(route.endpoint)
    if known is None:
        known = _QUERIES[route.endpoint] = {
            alias: field_annotation_is_sequence(annotation)
            for dependant in _walk(route.dependant)
            for field in dependant.query_params
            for alias, annotation in _fields(field.alias, field.field_info.annotation)
        }
    return known


def _fields(alias: str, annotation: Any) -> Iterator[tuple[str, Any]]:
    """A parameter, or all that a model of parameters has."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield from ((info.alias or name, info.annotation) for name, info in annotation.model_fields.items())
    else:
        yield alias, annotation


def _faults(names: list[str], known: dict[str, bool]) -> tuple[FieldError, ...]:
    wrong = (name for name, times in Counter(names).items() if name not in known or (times > 1 and not known[name]))
    faults = (_fault(name, known) for name in wrong)
    return tuple(dict.fromkeys(islice(faults, _TOLD)))


def _fault(name: str, known: dict[str, bool]) -> FieldError:
    if name in known:
        return FieldError(f"/query/{name}", "repeated_parameter", text_of("repeated_parameter"))
    pointer = f"/query/{name}" if looks_like_a_name(name) else "/query"
    return FieldError(pointer, "unknown_parameter", _unknown(name, list(known)))


def _unknown(name: str, known: list[str]) -> Text:
    if not known:
        return Text("Alamat ini tidak mengenal parameter apa pun.", "This address knows no parameters at all.")
    meant = nearest(name, known)
    if meant is not None:
        return Text(
            f"Parameter ini tidak dikenal; yang paling mirip: {meant}.",
            f"This parameter is unknown; the nearest one is {meant}.",
        )
    names = ", ".join(sorted(known))
    return Text(f"Parameter ini tidak dikenal; yang ada: {names}.", f"This parameter is unknown; there are: {names}.")


def _is_guarded(route: APIRoute) -> bool:
    return any(each.call is proof for each in _walk(route.dependant))


def _walk(dependant: Dependant) -> list[Dependant]:
    return [dependant, *(inner for each in dependant.dependencies for inner in _walk(each))]
