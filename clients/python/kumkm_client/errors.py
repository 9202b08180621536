"""What can go wrong, as exceptions. All are a `KumkmError`."""

from collections.abc import Sequence
from dataclasses import dataclass

import httpx


class KumkmError(Exception):
    """Something went wrong between this client and the server."""


class Unreachable(KumkmError):
    """No answer came in the time that the client may wait, though it asked several times."""


class NotWhole(KumkmError):
    """A file is not what the server made: it was cut, or changed on the way. Nothing of it was kept."""


class WrongSignature(KumkmError):
    """A webhook was not signed with this secret, or not just now."""


@dataclass(frozen=True, slots=True)
class FieldFault:
    """What is wrong with one field of a request.

    Args:
        pointer: Where it is (RFC 6901).
        code: Stable word for machines.
        detail: Sentence for people.
    """

    pointer: str
    code: str
    detail: str


class ApiProblem(KumkmError):
    """An answer of the server that refuses (RFC 9457).

    Attributes:
        status: HTTP status.
        code: Stable word for machines, such as `not_found`; `no_problem` where the answer is not one of this server's.
        detail: Sentence for people.
        trace_id: What an operator of the server finds the request by.
        retryable: Whether the same request may succeed later.
        errors: Faults of single fields.
    """

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        trace_id: str | None = None,
        retryable: bool = False,
        errors: Sequence[FieldFault] = (),
    ) -> None:
        super().__init__(f"{status} {code}: {detail}" + (f" [{trace_id}]" if trace_id else ""))
        self.status = status
        self.code = code
        self.detail = detail
        self.trace_id = trace_id
        self.retryable = retryable
        self.errors = tuple(errors)


class CursorLost(ApiProblem):
    """The place in the feed is gone, because the server's database was restored to an earlier moment: replace your copy
    by an export and go on from its cursor."""


def problem_of(answer: httpx.Response) -> ApiProblem:
    """The problem that an answer states. What a proxy or a captive portal answers has the code `no_problem`."""
    try:
        said = answer.json()
    except ValueError:
        said = None
    if not isinstance(said, dict) or not isinstance(said.get("code"), str):
        return ApiProblem(answer.status_code, "no_problem", f"not an answer of KUMKM ({answer.reason_phrase})")
    lost = answer.status_code == httpx.codes.GONE
    faults = [
        FieldFault(str(each.get("pointer", "")), str(each.get("code", "")), str(each.get("detail", "")))
        for each in said.get("errors") or ()
    ]
    return (CursorLost if lost else ApiProblem)(
        answer.status_code,
        said["code"],
        str(said.get("detail", "")),
        trace_id=said.get("trace_id"),
        retryable=bool(said.get("retryable")),
        errors=faults,
    )
