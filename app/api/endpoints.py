"""How an endpoint is declared: one line with its address, its purpose, and its answers beside the usual ones.

    router = Endpoints("audit")


    @router.endpoint("GET /v1/audit", "The audit trail")
    async def get_audit(call: Admin, wanted: Annotated[EventFilters, Query()], page: Page) -> AuditPage: ...

The rest is in the signature: the roles that may call it (`calls.py`), and the parameters. The possible answers follow
from both, so the documents always list them.
"""

import functools
import inspect
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from typing import Annotated, Any, TypeVar, get_args

from fastapi import APIRouter, Depends, Request, Response, params

from app.accounts.permissions import Principal
from app.api.calls import Call, Guard, address_of, may_read_apart, principal, services_of
from app.api.limits import Rate
from app.api.pages import PageQuery
from app.core.readers import ReaderLostError

Endpoint = TypeVar("Endpoint", bound=Callable[..., Awaitable[Any]])
Answers = Mapping[int | str, dict[str, Any]]

_UNCHANGED = 304
_READS = ("GET", "HEAD")
_WITH_BODY = ("POST", "PUT", "PATCH")
_PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
_MEANING = {
    _UNCHANGED: "Nothing changed since the answer whose `ETag` is in `If-None-Match`.",
    400: "Malformed request.",
    401: "Not signed in.",
    403: "Known, but not allowed.",
    404: "Not here, or outside the caller's territory.",
    406: "Not in any form that `Accept` takes.",
    409: "Already in progress, out of date, or not possible in the present state.",
    410: "The cursor is older than a restore of the database: start over, as `detail` explains.",
    413: "Too large.",
    415: "Unsupported media type or coding.",
    422: "Valid JSON with bad fields.",
    429: "Too many requests; wait for `Retry-After`.",
    503: "Busy; nothing was stored; wait for `Retry-After`.",
}
_MOMENT = {
    "X-As-Of": {
        "schema": {"type": "string", "format": "date-time"},
        "description": "Everything that was stored by then is in the answer; present where the server has a standby.",
    },
    "X-Position": {
        "schema": {"type": "string"},
        "description": "Likewise: what the answer has seen, to be sent back where older answers will do.",
    },
}


class Endpoints:
    """The endpoints of one tag, until a router takes them."""

    def __init__(self, tag: str) -> None:
        self._tag = tag
        self._declared: list[tuple[str, Callable[..., Any], dict[str, Any]]] = []

    def add_to(self, router: APIRouter) -> None:
        """Give the router all of them, each as a route of its own: a router within a router makes each route twice, and
        looks for it twice at every request.
        """
        for path, endpoint, more in self._declared:
            router.add_api_route(path, endpoint, **more)

    def endpoint(
        self,
        address: str,
        summary: str,
        problems: Iterable[int] = (),
        *,
        status: int = 200,
        limit: Rate | None = None,
        unlimited: bool = False,
        reader: bool = False,
        model: type | None = None,
        answers: Answers | None = None,
        **more: Any,
    ) -> Callable[[Endpoint], Endpoint]:
        """Declare an endpoint. Other arguments of a FastAPI route may follow as keywords.

        `address`: method and whole path. `problems`: statuses that it answers with beside those of `usual`. `status`:
        of an answer without a problem. `limit`: how often it may be called; by default as lists, or as changes if it
        changes something; with `unlimited` as often as one likes. `reader`: what it reads may come from a standby
        (`KUMKM_READ_DATABASE_URL`); then it does nothing but read, by `call.snapshot()`, so that it can be called again
        where the standby breaks off. `model`: what the body says, where the endpoint makes
        its `Response` itself. `answers`: the documentation of answers that are no problems, and of headers of those
        that are.
        """
        method, path = address.split(" ")
        rate = None if unlimited else limit or (Rate.LIST if method in _READS else Rate.CHANGE)

        def declare(endpoint: Endpoint) -> Endpoint:
            asked = list(inspect.signature(endpoint).parameters.values())
            guarded = any(isinstance(each, Guard) for each in _dependencies(asked))
            paged = any(get_args(each.annotation)[:1] == (PageQuery,) for each in asked)
            made = endpoint.__annotations__["return"]
            if model is not None:
                more["response_model"] = model
            elif made is Response:
                more["response_class"] = Response
            statuses = {*usual(method, guarded=guarded, limited=rate is not None, paged=paged), *problems}
            limits = [] if rate is None else [Depends(_OfAccount(rate) if guarded else _OfAddress(rate))]
            first = [Depends(may_read_apart)] if reader else []  # before the account is looked up
            route = {
                "methods": [method],
                "summary": summary,
                "status_code": status,
                "dependencies": [*first, *limits, *more.pop("dependencies", ())],
                "tags": [self._tag, *more.pop("tags", ())],
                "responses": _together(
                    answered(*statuses), _of_some_moment(answers or {}) if reader else answers or {}
                ),
                **more,
            }
            self._declared.append((path, _called_again(endpoint) if reader else endpoint, route))
            return endpoint

        return declare


def usual(method: str, *, guarded: bool, limited: bool, paged: bool) -> Iterator[int]:
    """The problems that every endpoint of this kind may answer with."""
    yield 422  # of parameters that are not known, at the least
    if guarded:
        yield from (401, 403)
    if guarded or limited:
        yield 503
    if limited:
        yield 429
    if method in _WITH_BODY:
        yield from (400, 413)
    if paged:
        yield 400


def answered(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The documentation of problems, and of an answer without a body where nothing changed."""
    return {
        status: {"description": _MEANING[status]} | ({"content": dict(_PROBLEM)} if status != _UNCHANGED else {})
        for status in sorted(statuses)
    }


def _together(problems: dict[int | str, dict[str, Any]], answers: Answers) -> Answers:
    """The documentation of all answers; of a problem, what is said of every one and what is said here."""
    return {**answers, **{status: {**said, **answers.get(status, {})} for status, said in problems.items()}}


def _of_some_moment(answers: Answers) -> Answers:
    """The documentation of answers that a standby may give."""
    fine = dict(answers.get(200, {}))
    return {**answers, 200: {**fine, "headers": {**fine.get("headers", {}), **_MOMENT}}}


def files(*media_types: str) -> dict[str, Any]:
    """The documentation of bytes, in the forms that there are."""
    return {kind: {"schema": {"type": "string", "format": "binary"}} for kind in media_types}


def sent(description: str, content: Mapping[str, Any]) -> dict[str, Any]:
    """The documentation of a body that the endpoint reads itself, for `openapi_extra`."""
    return {"requestBody": {"required": True, "description": description, "content": content}}


def _called_again(endpoint: Endpoint) -> Endpoint:
    """The endpoint, which is called once more if a standby breaks off: then the primary is asked."""

    @functools.wraps(endpoint)
    async def reading(*, call: Call, **asked: Any) -> Any:
        try:
            return await endpoint(call=call, **asked)
        except ReaderLostError:
            return await endpoint(call=call, **asked)

    return reading  # type: ignore[return-value]  # it is called alike


def _dependencies(asked: list[inspect.Parameter]) -> Iterator[Any]:
    for each in asked:
        for said in get_args(each.annotation)[1:]:
            if isinstance(said, params.Depends):
                yield said.dependency


class Limit:
    """A dependency that counts a request."""

    def __init__(self, rate: Rate) -> None:
        self.rate = rate


class _OfAccount(Limit):
    """Counts against the account that asks."""

    async def __call__(self, request: Request, who: Annotated[Principal, Depends(principal)]) -> None:
        limits = services_of(request).limits
        await limits.hit(self.rate, str(who.account_id))
        await limits.hit_own(who.rate, str(who.account_id))


class _OfAddress(Limit):
    """Counts against the address that the request comes from, where nobody is signed in."""

    async def __call__(self, request: Request) -> None:
        await services_of(request).limits.hit(self.rate, address_of(request))
