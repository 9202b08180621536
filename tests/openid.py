"""An OpenID provider of the tests' own: real keys over real HTTP, which lies in whatever way a test asks for."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from authlib.oidc.core.util import create_half_hash
from joserfc import jwt
from joserfc.jwk import ECKey, Key, KeySet, RSAKey

CLIENT_ID, CLIENT_SECRET = "kumkm", "rahasia:klien/1"
ACCESS_TOKEN = "akses-dari-penyedia"
EVERY = ["RS256", "RS512", "PS256", "ES256", "HS256"]
Json = dict[str, Any]


@cache
def rsa(kid: str) -> RSAKey:
    """The key of that name; it takes a while to make one."""
    return RSAKey.generate_key(2048, {"kid": kid})


class OpenID:
    """What the provider says. `lie` changes the claims of an ID token; `answers` takes the place of whole answers."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.key: Key = rsa("satu")
        self.algorithm = "RS256"
        self.header: Json = {}
        self.forge: Callable[[Json], str] | None = None
        self.public: list[Key] | None = None
        self.lie: Callable[[Json], Json] = lambda claims: claims
        self.description: Json = {}
        self.tokens: Json = {}
        self.user_info: Json | None = None
        self.answers: dict[str, tuple[int, bytes]] = {}
        self.speaks = Event()
        self.speaks.set()
        self.asked: list[str] = []
        self.redeemed: list[dict[str, str]] = []
        self.credentials: list[str | None] = []
        self.claims: Json = {"sub": "a1", "preferred_username": "officer"}

    def describe(self) -> Json:
        return {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/keys",
            **({"userinfo_endpoint": f"{self.address}/me"} if self.user_info is not None else {}),
            **self.description,
        }

    def keys(self) -> Json:
        return dict(KeySet(self.public or [self.key]).as_dict(private=False))

    def redeem(self, form: dict[str, str], credentials: str | None) -> Json:
        self.redeemed.append(form)
        self.credentials.append(credentials)
        now = int(time.time())
        claims = {"iss": self.address, "aud": CLIENT_ID, "iat": now, "exp": now + 300, "nonce": form["code"]}
        claims["at_hash"] = create_half_hash(ACCESS_TOKEN, "RS256").decode()
        claims = self.lie({**claims, **self.claims})
        if self.forge is not None:
            token = self.forge(claims)
        else:
            header = {"alg": self.algorithm, "kid": self.key.kid, **self.header}
            token = jwt.encode({k: v for k, v in header.items() if v is not None}, claims, self.key, EVERY)
        return {"access_token": ACCESS_TOKEN, "token_type": "Bearer", "id_token": token, **self.tokens}


class _Handler(BaseHTTPRequestHandler):
    provider: OpenID

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        told: dict[str, Callable[[], Json | None]] = {
            "/.well-known/openid-configuration": self.provider.describe,
            "/keys": self.provider.keys,
            "/me": lambda: self.provider.user_info,
        }
        self._answer(path, told[path])

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        form = {name: values[0] for name, values in parse_qs(self.rfile.read(length).decode()).items()}
        self._answer(self.path, lambda: self.provider.redeem(form, self.headers["Authorization"]))

    def _answer(self, path: str, told: Callable[[], Any]) -> None:
        self.provider.asked.append(path)
        status, body = self.provider.answers.get(path) or (200, json.dumps(told()).encode())
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.provider.speaks.wait()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def openid_provider() -> Iterator[OpenID]:
    """A provider that answers on the machine itself."""
    handler = type("Handler", (_Handler,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    handler.provider = OpenID(f"http://127.0.0.1:{server.server_port}")  # type: ignore[attr-defined]  # made above
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield handler.provider  # type: ignore[attr-defined]  # likewise
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def ec(kid: str) -> ECKey:
    return ECKey.generate_key("P-256", {"kid": kid})
