"""Answers that dashboards request again and again: JSON or CSV, with an `ETag`, so that an unchanged answer is not sent
again."""

import hashlib
from collections.abc import Callable, Mapping
from typing import Annotated, Any

import orjson
from fastapi import Query, Request, Response

from app.api.negotiation import has_tag, media_type
from app.core.excel import MEDIA_TYPE as EXCEL
from app.core.excel import table

JSON, CSV = "application/json", "text/csv"

CSV_PATH = ".csv"
"""The end of a path whose answer is always CSV."""

CSV_TEXT = {CSV: {"schema": {"type": "string"}}}
"""The documentation of an answer that also comes as CSV."""


def wants_csv(request: Request) -> bool:
    """Whether the answer is to be CSV: by its path, for tools that can send no header, or by `Accept`.

    Raises:
        Problem: `not_acceptable` where the client takes neither CSV nor JSON.
    """
    return request.url.path.endswith(CSV_PATH) or media_type(request, JSON, CSV) == CSV


FOR_EXCEL = (
    "CSV as Excel and LibreOffice read it in every language: tabs, UTF-16, codes as text, numbers without signs."
)
Excel = Annotated[bool, Query(description=FOR_EXCEL)]


def answer(
    request: Request,
    body: Mapping[str, Any],
    *,
    unhashed: Mapping[str, Any],
    columns: Mapping[str, str],
    links: Mapping[str, str] | None = None,
    excel: bool = False,
) -> Response:
    """The body as the client wants it: JSON with `unhashed` added, CSV of `items` or `item`, or 304.

    CSV has under each heading of `columns` the value that it names in the flat rows; `excel`: as Excel reads it.

    `unhashed` is what differs between answers although nothing changed, such as the time when they were made. The tag
    is a weak one for that reason. `links` go out as `Link` (RFC 8288), since CSV has no place for a cursor.
    """
    content = orjson.dumps(body)
    csv = wants_csv(request)
    tag = f'W/"{hashlib.sha256(b"%d%d" % (csv, excel) + content).hexdigest()[:32]}"'
    headers = {
        "ETag": tag,
        "Cache-Control": "private, no-cache",
        "Vary": "Authorization, Accept, Accept-Encoding",
    }
    if links:
        headers["Link"] = ", ".join(f'<{target}>; rel="{relation}"' for relation, target in links.items())
    if known := unless_known(request, tag, headers):
        return known
    if csv:
        return Response(as_table(body, columns, excel=excel), headers=headers, media_type=EXCEL if excel else CSV)
    return Response(orjson.dumps({**unhashed, **body}), headers=headers, media_type=JSON)


def as_table(body: Mapping[str, Any], columns: Mapping[str, str], *, excel: bool = False) -> bytes:
    """The CSV of a body; what a row says itself comes before what the body says of all."""
    shared = {name: value for name, value in body.items() if name in columns}
    rows = body["items"] if "items" in body else [body["item"]]
    cells = [[flattened.get(name) for name in columns.values()] for flattened in (shared | flat(row) for row in rows)]
    return table(columns, cells, excel=excel)


def as_csv(request: Request, content: bytes, *, excel: bool) -> Response:
    """A table that was written already, with a weak `ETag`, or 304."""
    tag = f'W/"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Authorization, Accept-Encoding"}
    return unless_known(request, tag, headers) or Response(content, headers=headers, media_type=EXCEL if excel else CSV)


def listed(
    request: Request,
    content: Mapping[str, Any],
    *,
    columns: Mapping[str, str],
    cells: Callable[[Mapping[str, Any]], Mapping[str, str]],
    excel: bool,
) -> Response:
    """A page of a list, as `Pager.page` makes it. `cells`: what of a row is text in CSV, since it has several of it."""
    items = [row.model_dump(mode="json") for row in content["items"]]
    if wants_csv(request):
        items = [{**row, **cells(row)} for row in items]
    body = {**content, "items": items}
    links = next_page(request, content["next_cursor"])
    return answer(request, body, unhashed={}, columns=columns, links=links, excel=excel)


def next_page(request: Request, cursor: str | None) -> dict[str, str]:
    """The link to the next page; none behind the last."""
    return {} if cursor is None else {"next": f"?{request.url.include_query_params(cursor=cursor).query}"}


def as_json(request: Request, body: Mapping[str, Any], **unhashed: Any) -> Response:
    """The body as JSON with a weak `ETag`, or 304; `unhashed`: as in `answer`."""
    tag = f'W/"{hashlib.sha256(orjson.dumps(body)).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Authorization, Accept-Encoding"}
    known = unless_known(request, tag, headers)
    return known or Response(orjson.dumps({**unhashed, **body}), headers=headers, media_type=JSON)


def unless_known(request: Request, tag: str, headers: Mapping[str, str]) -> Response | None:
    """304 where the client has the answer of that `ETag` already."""
    known = has_tag(request, tag)
    return Response(status_code=304, headers={**headers, "ETag": tag}) if known else None


def flat(row: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """The row with what is nested brought up: `{"pace": {"days_left": 1}}` to `{"pace_days_left": 1}`."""
    cells: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, Mapping):
            cells |= flat(value, f"{prefix}{name}_")
        else:
            cells[prefix + name] = value
    return cells


def columns(*names: str) -> dict[str, str]:
    """Columns whose headings are the names that `flat` gives the values."""
    return {name: name for name in names}
