"""What the documents contain beside bodies: how to sign in, and the headers of answers."""

from typing import Any

from app.accounts.permissions import Scope

Document = dict[str, Any]

_TOKEN = "/v1/auth/token"  # noqa: S105  (a path)
_SESSION = "/v1/auth/session"
_BEARER, _BASIC = "OAuth2PasswordBearer", "HTTPBasic"
_COOKIE: Document = {
    "type": "apiKey",
    "in": "cookie",
    "name": "__Secure-kumkm_session",
    "description": "The refresh token of a browser, beside `__Host-kumkm_browser`. On `http://localhost` both names"
    " have nothing before `kumkm`.",
}
_SCOPES = {
    Scope.PROGRESS_READ: "Progress of its region.",
    Scope.BUSINESSES_READ: "The register of its region, masked.",
    Scope.PII_READ: "Personal data, with a reason.",
    Scope.STATISTICS_READ: "Statistics of its region.",
    Scope.FEED_READ: "The feed and exports of its region.",
}
_WAITING = ("429", "503")
_HEADERS: Document = {
    "Retry-After": {
        "description": "Seconds to wait before the same request is sent again.",
        "schema": {"type": "integer", "minimum": 0},
        "example": 5,
    },
    "ETag": {
        "description": "Identifies this version of the answer.",
        "schema": {"type": "string"},
        "example": '"1f0c9a27"',
    },
}
IF_NONE_MATCH: Document = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "schema": {"type": "string"},
    "description": "The `ETag` of the answer that the client has: if the answer is still the same, it is 304 without"
    " a body.",
}
_READABLE = ("application/json", "application/octet-stream")


def complete(made: Document) -> None:
    """Add to each operation how to sign in, `Retry-After` and `ETag`."""
    components = made["components"]
    components["headers"] = _HEADERS
    components["securitySchemes"]["BrowserSession"] = _COOKIE
    components["securitySchemes"][_BEARER] |= {"flows": {"password": _flow(), "clientCredentials": _flow()}}
    for path, operations in made["paths"].items():
        for operation in operations.values():
            _secure(path, operation)
            for status, answer in operation["responses"].items():
                if status in _WAITING:
                    _add_header(answer, "Retry-After")
                answer["content"] = dict(sorted(answer["content"].items(), key=_first)) if "content" in answer else {}
                if not answer["content"]:
                    del answer["content"]
            if "304" in operation["responses"]:
                _add_header(operation["responses"]["200"], "ETag")
                _add_header(operation["responses"]["304"], "ETag")
                operation.setdefault("parameters", []).append(dict(IF_NONE_MATCH))


def _flow() -> Document:
    return {"tokenUrl": _TOKEN, "refreshUrl": _TOKEN, "scopes": {str(name): text for name, text in _SCOPES.items()}}


def _secure(path: str, operation: Document) -> None:
    """No token where none is needed; at the token's own endpoint a system may send its id and secret."""
    security = operation.get("security", [])
    if path == _SESSION:
        security = [{"BrowserSession": []}]
    operation["security"] = [{}, *security] if path in (_TOKEN, _SESSION) else security


def _add_header(answer: Document, name: str) -> None:
    answer.setdefault("headers", {})[name] = {"$ref": f"#/components/headers/{name}"}


def _first(media: tuple[str, Any]) -> bool:
    """JSON before other forms: generators take the first one for the answer's type."""
    return media[0] not in _READABLE
