"""Bodies of JSON: what cannot be kept, or no client can hold, is refused on every route before anything looks at it.

Batches are not read here: there each item is judged by itself (`intake/parsing.py`).
"""

from fastapi import Request
from fastapi.routing import APIRoute

from app.core.exact_json import read_exactly
from app.core.problems import Code, FieldError, Problem
from app.intake.finding_texts import text_of
from app.questionnaires.findings import unstorable

_TOLD = 20


async def sound_body(request: Request) -> None:
    """Refuse NUL, lone surrogates, numbers beyond a double or 64 bits, keys that come twice, and endless nesting.

    Raises:
        Problem: `invalid_fields`, with a pointer to each; `malformed_json`.
    """
    route: APIRoute = request.scope["route"]
    if route.body_field is None or not hasattr(request, "_json"):  # a form, or bytes that the route reads itself
        return
    faults = unstorable(read_exactly(await request.body()))[:_TOLD]
    if faults:
        raise Problem(
            Code.INVALID_FIELDS,
            errors=tuple(FieldError(f"/body{fault.pointer}", fault.code, text_of(fault.code)) for fault in faults),
        )
