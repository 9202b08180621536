"""The claims of an organisation's provider about a person, in an ID token that it signed (OpenID Connect Core,
3.1.3.7).

All pure: keys, token and time come in, claims go out. Signatures and claims are judged by joserfc and Authlib.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from authlib.oidc.core import CodeIDToken
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import Key, import_key

KEY_TYPES: Mapping[str, str] = {"RS": "RSA", "PS": "RSA", "ES": "EC"}
ALGORITHMS = tuple(f"{kind}{bits}" for kind in KEY_TYPES for bits in (256, 384, 512))
"""What a token may be signed with: by a private key that the provider alone has."""

LEEWAY_S = 60
"""Seconds by which the clocks of both machines may differ."""

OLDEST_S = 600
"""Seconds since a token was made: it was asked for just now."""

MOST_KEYS = 100
SHORTEST_MODULUS = 342
"""Signs of an RSA key's modulus of 2048 bits, in base64url."""

LONGEST_TOKEN = 64 * 1024
LONGEST_SUBJECT = 255


class Unsound(Exception):
    """What the provider answered cannot be trusted. `reason` is a word for the log, never a part of the answer."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class UnknownKeyError(Unsound):
    """The token names a key that is not among those at hand."""


class Expected(NamedTuple):
    """What an ID token must match: its issuer and audience, the request that it answers, and the access token beside
    it."""

    issuer: str
    client_id: str
    nonce: str
    access_token: str | None


def keys_from(jwk_set: Mapping[str, Any]) -> list[Key]:
    """The public keys of a JWK set that are for signing and strong enough; others are ignored (RFC 7517, 5).

    Raises:
        Unsound: it is not such a set.
    """
    given = jwk_set.get("keys")
    if not isinstance(given, list) or len(given) > MOST_KEYS:
        raise Unsound("keys")
    return [key for each in given if (key := _key(each)) is not None]


def _key(jwk: Any) -> Key | None:
    if not isinstance(jwk, dict) or jwk.get("kty") not in KEY_TYPES.values() or jwk.get("use", "sig") != "sig":
        return None
    if jwk["kty"] == "RSA" and len(str(jwk.get("n"))) < SHORTEST_MODULUS:
        return None
    try:
        return import_key(jwk)
    except (JoseError, ValueError, TypeError, LookupError):
        return None


def claims_of(token: str, keys: Sequence[Key], expected: Expected, now: int) -> Mapping[str, Any]:
    """The claims of an ID token that is what was asked for. `now`: seconds since 1970.

    Raises:
        UnknownKeyError: it is signed by none of `keys`.
        Unsound: anything else about it is not right.
    """
    if len(token) > LONGEST_TOKEN:
        raise Unsound("too_long")
    try:
        read = jwt.decode(token, _signer(token, keys), algorithms=ALGORITHMS)
        claims = CodeIDToken(
            read.claims,
            read.header,
            {
                "iss": {"essential": True, "value": expected.issuer},
                "aud": {"essential": True, "value": expected.client_id},
                "sub": {"essential": True},
            },
            {"nonce": expected.nonce, "client_id": expected.client_id, "access_token": expected.access_token},
        )
        claims.validate(now=now, leeway=LEEWAY_S)
    except JoseError as exc:
        raise Unsound(exc.error or "token") from exc
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as exc:
        raise Unsound("token") from exc
    if claims["iat"] < now - OLDEST_S:
        raise Unsound("too_old")
    if len(claims["sub"]) > LONGEST_SUBJECT:
        raise Unsound("subject")
    return claims


def _signer(token: str, keys: Sequence[Key]) -> Key:
    """The key that the token names; without a name, the only one that there is for its algorithm."""
    header = jws.extract_compact(token.encode()).headers()
    algorithm, kid = header.get("alg"), header.get("kid")
    if algorithm not in ALGORITHMS:
        raise Unsound("algorithm")
    fitting = [
        key
        for key in keys
        if key.key_type == KEY_TYPES[algorithm[:2]]
        and key.get("alg", algorithm) == algorithm
        and kid in (None, key.get("kid"))
    ]
    if not fitting:
        raise UnknownKeyError("unknown_key")
    if len(fitting) > 1:
        raise Unsound("which_key")
    return fitting[0]


def user_name_of(claims: Mapping[str, Any], claim: str, domain: str) -> str | None:
    """The name of the account in the claims, in small letters; None if they have none that may be used.

    `domain`: what the claim has behind an `@`, where it is an address; empty where it is a name. An e-mail address
    counts only where the provider has verified it.
    """
    value = claims.get(claim)
    if not isinstance(value, str) or not value.isascii():
        return None
    if claim == "email" and claims.get("email_verified") is not True:
        return None
    if domain:
        value, at, host = value.rpartition("@")
        if not at or host.lower() != domain.lower():
            return None
    return value.lower() or None
