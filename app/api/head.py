"""`HEAD` of figures: the headers of `GET`, and no body (RFC 9110, 9.3.2).

Readers of tables ask so what a thing is before they fetch it (GDAL, DuckDB, Shillelagh). It is answered for what is
small: progress, statistics and boundaries. A file of the register or a page of the feed would be made for nothing, so
these keep saying 405, and such readers then fetch at once.
"""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.route_table import path_of

FIGURES = ("/v1/progress/", "/v1/statistics/", "/v1/map/")


class HeadMiddleware:
    """Answers `HEAD` of figures by `GET`. Below `EnvelopeMiddleware`, so that log and metrics say `HEAD`."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD" or not path_of(scope).startswith(FIGURES):
            await self._app(scope, receive, send)
            return
        asked = {**scope, "method": "GET"}

        async def send_head(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        try:
            await self._app(asked, receive, send_head)
        finally:
            if "route" in asked:
                scope["route"] = asked["route"]  # for log and metrics
