"""Problems rendered as `application/problem+json` (RFC 9457), once for the whole API."""

from collections.abc import Sequence
from typing import Any, get_args

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from app.api import negotiation
from app.core.nearest import looks_like_a_name, nearest
from app.core.problems import Code, FieldError, Problem, Text
from app.intake.finding_texts import text_of
from app.questionnaires.findings import code_of_pydantic, pointer

_BY_STATUS = {
    400: Code.MALFORMED_REQUEST,
    401: Code.NOT_SIGNED_IN,
    403: Code.NOT_ALLOWED,
    404: Code.NOT_FOUND,
    405: Code.METHOD_NOT_ALLOWED,
    406: Code.NOT_ACCEPTABLE,
    413: Code.BODY_TOO_LARGE,
    415: Code.UNSUPPORTED_MEDIA_TYPE,
    429: Code.TOO_MANY_REQUESTS,
    503: Code.OVERLOADED,
}


class FieldProblem(BaseModel):
    """One fault in a request."""

    pointer: str = Field(description="RFC 6901 pointer to the fault.")
    code: str = Field(description="Stable; the list is in `x-codes`, here and of `Doubt`; or that of a problem.")
    detail: str


class ProblemOut(BaseModel):
    """What every error answer looks like (RFC 9457)."""

    type: str
    title: str
    status: int
    code: str = Field(description="Stable, snake_case.")
    detail: str = Field(description="In Indonesian, or in English where `Accept-Language` asks for it.")
    trace_id: str = Field(description="The id of the request, as in `X-Request-ID`.")
    retryable: bool = Field(description="Whether the same request may succeed later.")
    errors: list[FieldProblem] = []
    current: dict[str, str] | None = Field(
        default=None, description="The present state, if the client assumed another one."
    )


def render(request: Request, problem: Problem) -> Response:
    """The answer to a problem, in the language of the request."""
    definition, tongue = problem.code.value, negotiation.language(request)
    body: dict[str, Any] = {
        "type": f"urn:kumkm:problem:{problem.code.code}",
        "title": definition.title.in_language(tongue),
        "status": definition.status,
        "code": problem.code.code,
        "detail": problem.detail.in_language(tongue),
        "trace_id": getattr(request.state, "trace_id", ""),
        "retryable": definition.retryable,
        "errors": [
            {"pointer": error.pointer, "code": error.code, "detail": error.text.in_language(tongue)}
            for error in problem.errors
        ],
    }
    if problem.current is not None:
        body["current"] = problem.current
    headers = {"Content-Language": tongue, "Vary": "Accept-Language", **problem.headers}
    if problem.retry_after is not None:
        headers["Retry-After"] = str(problem.retry_after)
    if definition.status == Code.NOT_SIGNED_IN.value.status:
        headers["WWW-Authenticate"] = _challenge(request)
    return Response(
        orjson.dumps(body),
        status_code=definition.status,
        headers=headers,
        media_type="application/problem+json",
    )


def _challenge(request: Request) -> str:
    """What to prove oneself by (RFC 9110, section 11.6.1). `Basic` takes read-only keys: programs, and people who open
    a table's address, are asked for one. The control room's own requests are not, or browsers would ask in its place.
    """
    asks_nothing = "authorization" not in request.headers and request.method in ("GET", "HEAD")
    of_a_page = request.headers.get("sec-fetch-mode", "navigate") != "navigate"
    return 'Bearer, Basic realm="KUMKM", charset="UTF-8"' if asks_nothing and not of_a_page else "Bearer"


def install(app: FastAPI) -> None:
    """Make the app answer every error as a problem."""

    async def on_problem(request: Request, exc: Exception) -> Response:
        assert isinstance(exc, Problem)  # noqa: S101  (registered for it)
        request.state.problem = exc.code.code
        return render(request, exc)

    async def on_http(request: Request, exc: Exception) -> Response:
        assert isinstance(exc, HTTPException)  # noqa: S101  (registered for it)
        code = _BY_STATUS.get(exc.status_code, Code.MALFORMED_REQUEST)
        request.state.problem = code.code
        answer = render(request, Problem(code))
        answer.headers.update(exc.headers or {})
        return answer

    async def on_invalid(request: Request, exc: Exception) -> Response:
        assert isinstance(exc, RequestValidationError)  # noqa: S101  (registered for it)
        if any(error["type"] == "json_invalid" for error in exc.errors()):
            request.state.problem = Code.MALFORMED_JSON.code
            return render(request, Problem(Code.MALFORMED_JSON))
        route = request.scope.get("route")
        body = route.body_field if isinstance(route, APIRoute) else None
        form = None if body is None else body.field_info.annotation
        errors = tuple(dict.fromkeys(_field_error(error, form) for error in exc.errors()))
        request.state.problem = Code.INVALID_FIELDS.code
        return render(request, Problem(Code.INVALID_FIELDS, errors=errors))

    app.add_exception_handler(Problem, on_problem)
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(RequestValidationError, on_invalid)


def _field_error(error: dict[str, Any], form: Any) -> FieldError:
    """A fault of pydantic's; `form`: what the body was to be."""
    code = code_of_pydantic(error["type"])
    if code != "field_unknown":
        return FieldError(pointer(error["loc"]), code, text_of(code))
    *place, name = error["loc"]
    where = (*place, name) if looks_like_a_name(str(name)) else tuple(place)
    return FieldError(pointer(where), code, _unknown(str(name), sorted(_fields(form, place[1:]))))


def _unknown(name: str, known: list[str]) -> Text:
    meant = nearest(name, known)
    if meant is not None:
        return Text(
            f"Isian ini tidak dikenal; yang paling mirip: {meant}.",
            f"This field is unknown; the nearest one is {meant}.",
        )
    names = ", ".join(known)
    return Text(f"Isian ini tidak dikenal; yang ada: {names}.", f"This field is unknown; there are: {names}.")


def _fields(form: Any, place: Sequence[Any]) -> set[str]:
    """The fields that a body has at a place."""
    if isinstance(form, type) and issubclass(form, BaseModel):
        if not place:
            return {info.alias or name for name, info in form.model_fields.items()}
        inner = form.model_fields.get(str(place[0]))
        return set() if inner is None else _fields(inner.annotation, place[1:])
    within = place[1:] if place and isinstance(place[0], int) else place
    return {name for each in get_args(form) for name in _fields(each, within)}
