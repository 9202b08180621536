"""Tokens: short-lived signed access tokens (JWT, RFC 7519) and opaque refresh tokens that rotate."""

import hashlib
import secrets
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Protocol
from uuid import UUID, uuid4

from jose import JWTError, jwt
from jose.utils import base64url_decode, base64url_encode

from app.accounts.permissions import Proof, Role
from app.core.keys import in_use
from app.core.problems import Code, Problem

_ALGORITHM = "HS256"
_ISSUER = "kumkm"
_AUDIENCE = "kumkm-api"
_REMEMBERED = 10_000  # tokens whose signature need not be checked again until they expire
_REQUIRED = {f"require_{claim}": True for claim in ("aud", "iat", "exp", "iss", "sub", "jti")}


class Holder(Protocol):
    """Whose token it is: an account."""

    @property
    def id(self) -> UUID:
        """The account's."""

    @property
    def role(self) -> str:
        """Its role."""

    @property
    def sessions_ended(self) -> int:
        """How often all its sessions were ended."""


class AccessTokens:
    """Issues and verifies access tokens under a ring of keys, each known by its id (`kid`); the last one signs whose
    time has come.
    """

    def __init__(
        self, keys: Mapping[str, bytes], *, lifetime_s: int, starts: Mapping[str, datetime] | None = None
    ) -> None:
        self._keys = dict(keys)
        self._starts = starts or dict.fromkeys(keys, datetime.min.replace(tzinfo=UTC))
        self.lifetime_s = lifetime_s
        self._verified: dict[str, tuple[int, Proof]] = {}

    def issue(
        self, account: Holder, *, device_id: UUID | None, scopes: list[str], session_id: UUID | None = None
    ) -> str:
        """An access token for a session of the account, good for these scopes at most while the account has them; it
        lives `lifetime_s` seconds of real time. `session_id`: of a browser; where that ends, so does the token.
        """
        now = int(time.time())
        claims = {
            "iss": _ISSUER,
            "aud": _AUDIENCE,
            "sub": str(account.id),
            "iat": now,
            "exp": now + self.lifetime_s,
            "jti": str(uuid4()),
            "role": account.role,
            "scope": " ".join(scopes),
            "ended": account.sessions_ended,
        }
        if device_id is not None:
            claims["device"] = str(device_id)
        if session_id is not None:
            claims["session"] = str(session_id)
        kid = in_use(self._starts, datetime.now(UTC))
        return jwt.encode(claims, self._keys[kid], algorithm=_ALGORITHM, headers={"kid": kid})

    def verify(self, token: str) -> Proof:
        """What the token proves: whose session it is. What may be done in it, the account says.

        Raises:
            Problem: `not_signed_in` for a token that is expired, forged, under an unknown key or for another audience.
        """
        known = self._verified.get(token)
        if known is not None and time.time() < known[0]:
            return known[1]
        expires_at, proof = self._read(token)
        if len(self._verified) >= _REMEMBERED:
            self._verified.clear()
        self._verified[token] = expires_at, proof
        return proof

    def _read(self, token: str) -> tuple[int, Proof]:
        try:
            _refuse_other_spelling(token)
            key = self._keys[jwt.get_unverified_header(token)["kid"]]
            claims = jwt.decode(
                token, key, algorithms=[_ALGORITHM], audience=_AUDIENCE, issuer=_ISSUER, options=_REQUIRED
            )
            return int(claims["exp"]), Proof(
                account_id=UUID(claims["sub"]),
                device_id=UUID(claims["device"]) if "device" in claims else None,
                scopes=frozenset(claims["scope"].split()),
                sessions_ended=int(claims["ended"]),
                role=Role(claims["role"]),
                session_id=UUID(claims["session"]) if "session" in claims else None,
            )
        except (JWTError, KeyError, ValueError, AttributeError, TypeError) as exc:
            raise Problem(Code.NOT_SIGNED_IN) from exc


def _refuse_other_spelling(token: str) -> None:
    """The library takes a signature with other signs behind it; a token has one spelling, or an ended one has many.

    Raises:
        JWTError: the signature is not written as it is issued.
    """
    signature = token.rpartition(".")[2].encode()
    if base64url_encode(base64url_decode(signature)) != signature:
        raise JWTError


def new_refresh_token() -> str:
    """A refresh token that nobody can guess."""
    return secrets.token_urlsafe(32)


def refresh_digest(token: str) -> bytes:
    """What the database knows of a refresh token. The token is random, so a plain hash does."""
    return hashlib.sha256(token.encode()).digest()
