"""How a system proves who it is: client credentials, or a read-only key."""

import threading
import time
from collections.abc import Generator

import httpx

from kumkm_client.errors import problem_of

_EARLY_S = 30.0
"""A token is renewed so many seconds before it ends: a request may be on its way for a while."""

_SAID = ("Accept-Language", "User-Agent")


class ApiKey(httpx.Auth):
    """A read-only key, as an officer makes it in the control room."""

    def __init__(self, key: str) -> None:
        self._header = f"Bearer {key}"

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the key to the request."""
        request.headers["Authorization"] = self._header
        yield request


class ClientCredentials(httpx.Auth):
    """A system's id and secret (OAuth 2.0, RFC 6749 section 4.4). The token is fetched when it is needed, before it
    ends, and once more where the server does not take it. Safe for several threads.

    Args:
        client_id: The account's name.
        secret: Its secret.
        scope: Scopes to ask for, with spaces between; by default all that the account has.
    """

    requires_response_body = True

    def __init__(self, client_id: str, secret: str, scope: str | None = None) -> None:
        self._id, self._secret, self._scope = client_id, secret, scope
        self._token, self._ends = "", 0.0
        self._lock = threading.Lock()

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Fetch a token where none is valid, and add it to the request."""
        refused = ""
        for _ in range(2):
            with self._lock:
                if self._token == refused or time.monotonic() > self._ends - _EARLY_S:
                    answer = yield self._question(request)
                    answer.read()
                    self._take(answer)
                token = self._token
            request.headers["Authorization"] = f"Bearer {token}"
            answer = yield request
            if answer.status_code != httpx.codes.UNAUTHORIZED:
                return
            refused = token

    def _question(self, request: httpx.Request) -> httpx.Request:
        asked = {"grant_type": "client_credentials", **({"scope": self._scope} if self._scope else {})}
        address = request.url.copy_with(path="/v1/auth/token", query=None, fragment=None)
        # Name and secret in the body: a name with a colon would be cut in two by the Basic scheme.
        data = {**asked, "client_id": self._id, "client_secret": self._secret}
        # What the client says with each of its requests; a refusal is told in its language, too.
        said = {name: request.headers[name] for name in _SAID if name in request.headers}
        return httpx.Request("POST", address, data=data, headers=said)

    def _take(self, answer: httpx.Response) -> None:
        if answer.is_error:
            raise problem_of(answer)
        said = answer.json()
        self._token = said["access_token"]
        self._ends = time.monotonic() + said["expires_in"]
