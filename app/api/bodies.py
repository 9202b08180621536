"""JSON bodies: every route refuses what cannot be stored, or what no client can hold, before anything else reads it.

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
    """Refuse NUL, lone surrogates, numbers beyond a double or 64 bits, repeated keys, and too deep nesting.

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
