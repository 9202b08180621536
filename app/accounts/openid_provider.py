"""The organisation's OpenID provider over HTTP: its own description, its keys, and what it gives for a code.

Everything that it answers has a time and a size in which it comes. Where it does not answer, it is left alone for some
seconds, so that those who want to sign in need not wait. Nothing that it gives is kept but its description and
its public keys, in memory.
"""

import asyncio
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

import httpx
import orjson
import structlog
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc.jwk import Key
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.accounts.id_tokens import Expected, UnknownKeyError, Unsound, claims_of, keys_from
from app.core.addresses import is_safe
from app.core.problems import Code, Problem
from app.core.settings import Settings

CALL_S, ANSWER_S = 5.0, 10.0
"""Seconds until there is a connection and between two parts of an answer; until all of it is there."""

MOST_BYTES = 256 * 1024
"""Of one answer."""

DESCRIPTION_GOOD_S, KEYS_GOOD_S = 60, 600
"""Seconds for which they are used before they are fetched again."""

KEYS_AGAIN_S = 30
"""Seconds between two fetches of keys because of a key that is not known."""

LEFT_ALONE_S = 5
"""Seconds for which a provider that did not answer is not asked again."""

_OK, _TOO_MANY, _FAULT = 200, 429, 500
_log = structlog.get_logger("kumkm.organisation")


class Description(BaseModel):
    """What the provider says of itself (OpenID Connect Discovery, 3), as far as it matters here."""

    model_config = ConfigDict(frozen=True)

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    code_challenge_methods_supported: list[str] | None = None
    token_endpoint_auth_methods_supported: list[str] = Field(default=["client_secret_basic"])
    authorization_response_iss_parameter_supported: bool = False


class Asking(NamedTuple):
    """What ties an answer to the browser that asked: all random, known to this browser only."""

    state: str
    nonce: str
    verifier: str


class _Tokens(BaseModel):
    """What a code is good for."""

    id_token: str
    access_token: str | None = None


class StaleCodeError(Unsound):
    """The provider does not take the code: it took too long, or was used before."""


class OpenIDProvider:
    """One provider, as one client of it."""

    def __init__(self, settings: Settings, redirect_uri: str) -> None:
        """`redirect_uri`: where the provider sends people back to."""
        self.issuer = settings.oidc_issuer
        self._client_id = settings.oidc_client_id
        self._secret = settings.oidc_client_secret.get_secret_value() if settings.oidc_client_secret else ""
        self._scopes = settings.oidc_scopes
        self._redirect_uri = redirect_uri
        self._http = httpx.AsyncClient(
            timeout=CALL_S,
            follow_redirects=False,
            # Uncoded, so that what is small on its way is small in memory.
            headers={"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "KUMKM"},
        )
        self._turn = asyncio.Lock()
        self._description: tuple[float, Description] | None = None
        self._keys: tuple[float, Sequence[Key]] | None = None
        self._away_until = 0.0

    async def address(self, asking: Asking) -> str:
        """Where a browser signs in (RFC 6749, 4.1.1; RFC 7636).

        Raises:
            Problem: `organisation_unavailable`.
            Unsound: the provider is not fit for this.
        """
        description = await self._described()
        asked = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": self._redirect_uri,
            "scope": self._scopes,
            "state": asking.state,
            "nonce": asking.nonce,
            "code_challenge": create_s256_code_challenge(asking.verifier),  # type: ignore[no-untyped-call]  # its stub has no types
            "code_challenge_method": "S256",
        }
        endpoint = description.authorization_endpoint
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"

    async def refuse_other(self, issuer: str | None) -> None:
        """Refuse an answer that names another provider (RFC 9207), or none where this one always does."""
        must = (await self._described()).authorization_response_iss_parameter_supported
        if issuer != self.issuer and (must or issuer is not None):
            raise Unsound("other_issuer")

    async def claims(self, code: str | None, asking: Asking, wanted: Iterable[str]) -> Mapping[str, Any]:
        """The provider's claims about the person whom it signed in: those of the ID token, with those of UserInfo
        beside if not all `wanted` ones are there.

        Raises:
            StaleCodeError: the code is not taken.
            Problem: `organisation_unavailable`.
            Unsound: what came cannot be trusted.
        """
        if not code:
            raise Unsound("no_code")
        description = await self._described()
        tokens = await self._redeemed(description, code, asking.verifier)
        expected = Expected(self.issuer, self._client_id, asking.nonce, tokens.access_token)
        try:
            claims = claims_of(tokens.id_token, await self._known_keys(description), expected, int(time.time()))
        except UnknownKeyError:
            keys = await self._known_keys(description, older_than_s=KEYS_AGAIN_S)
            claims = claims_of(tokens.id_token, keys, expected, int(time.time()))
        enough = all(name in claims for name in wanted)
        if enough or description.userinfo_endpoint is None or tokens.access_token is None:
            return claims
        more = await self._user_info(description.userinfo_endpoint, tokens.access_token)
        if more.get("sub") != claims["sub"]:  # OpenID Connect Core, 5.3.2
            raise Unsound("other_subject")
        return {**more, **claims}

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def _described(self) -> Description:
        async with self._turn:
            if self._description is not None and time.monotonic() - self._description[0] < DESCRIPTION_GOOD_S:
                return self._description[1]
            if time.monotonic() < self._away_until:
                raise _away()
            try:
                answer = await self._ask("GET", f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
                description = self._fit(answer)
            except (Problem, Unsound):
                self._away_until = time.monotonic() + LEFT_ALONE_S
                raise
            self._description = time.monotonic(), description
            return description

    def _fit(self, answer: Mapping[str, Any]) -> Description:
        try:
            description = Description.model_validate(answer)
        except ValidationError as exc:
            raise Unsound("description") from exc
        endpoints = [description.authorization_endpoint, description.token_endpoint, description.jwks_uri]
        if description.userinfo_endpoint is not None:
            endpoints.append(description.userinfo_endpoint)
        if description.issuer != self.issuer:
            raise Unsound("issuer")
        if not all(map(is_safe, endpoints)):
            raise Unsound("endpoints")
        methods = description.code_challenge_methods_supported
        if methods is not None and "S256" not in methods:
            raise Unsound("no_pkce")
        return description

    async def _known_keys(self, description: Description, *, older_than_s: int = KEYS_GOOD_S) -> Sequence[Key]:
        async with self._turn:
            if self._keys is None or time.monotonic() - self._keys[0] >= older_than_s:
                self._keys = time.monotonic(), keys_from(await self._ask("GET", description.jwks_uri))
            return self._keys[1]

    async def _redeemed(self, description: Description, code: str, verifier: str) -> _Tokens:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._redirect_uri,
            "code_verifier": verifier,
        }
        methods = description.token_endpoint_auth_methods_supported
        auth: httpx.Auth | None = None
        if self._secret and "client_secret_basic" in methods:
            auth = httpx.BasicAuth(quote(self._client_id, safe=""), quote(self._secret, safe=""))
        else:
            form |= {"client_id": self._client_id} | ({"client_secret": self._secret} if self._secret else {})
        answer = await self._ask("POST", description.token_endpoint, data=form, auth=auth)
        try:
            return _Tokens.model_validate(answer)
        except ValidationError as exc:
            raise Unsound("tokens") from exc

    async def _user_info(self, endpoint: str, access_token: str) -> Mapping[str, Any]:
        return await self._ask("GET", endpoint, headers={"Authorization": f"Bearer {access_token}"})

    async def _ask(self, method: str, address: str, **request: Any) -> Mapping[str, Any]:
        """The JSON object of an answer. Redirects are not followed: what is sent is for that address alone."""
        status, body = await self._fetch(method, address, **request)
        if status == _TOO_MANY or status >= _FAULT:
            raise _away()
        try:
            read = orjson.loads(body)
        except orjson.JSONDecodeError as exc:
            raise Unsound("no_json" if status == _OK else f"status_{status}") from exc
        if not isinstance(read, dict):
            raise Unsound("no_object")
        if status != _OK:
            if read.get("error") == "invalid_grant":
                raise StaleCodeError("code")
            raise Unsound(f"status_{status}")
        return read

    async def _fetch(self, method: str, address: str, **request: Any) -> tuple[int, bytes]:
        body = b""
        try:
            async with asyncio.timeout(ANSWER_S), self._http.stream(method, address, **request) as answer:
                async for part in answer.aiter_raw():
                    body += part
                    if len(body) > MOST_BYTES:
                        raise Unsound("too_large")
                return answer.status_code, body
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, OSError) as exc:
            _log.warning("organisation_away", fault=type(exc).__qualname__)
            raise _away() from exc


def _away() -> Problem:
    return Problem(Code.ORGANISATION_UNAVAILABLE, retry_after=LEFT_ALONE_S)
