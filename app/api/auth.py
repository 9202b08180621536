"""Signing in and out, and the caller's own account."""

from collections import Counter
from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Form, Request, Response
from fastapi.security import HTTPBasic, HTTPBasicCredentials
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from app.accounts.devices import ToldDevice
from app.accounts.passwords import MAX_LENGTH
from app.accounts.queries import account_of
from app.accounts.signing_in import Grant
from app.api.calls import KnownByKey, Unauthenticated
from app.api.endpoints import Endpoints
from app.api.limits import Rate
from app.core.problems import Code, FieldError, Problem
from app.core.text import Line, Said, Storable
from app.intake.finding_texts import text_of
from app.regions.region_code import NATION

router = Endpoints("auth")

basic = HTTPBasic(auto_error=False, description="A system client's id and secret.")


class TokenOut(BaseModel):
    """What a sign-in gives (RFC 6749, section 5.1)."""

    access_token: str
    token_type: str = "Bearer"  # noqa: S105  (the type's name)
    expires_in: int = Field(description="Seconds.")
    refresh_token: str | None = None
    scope: str


class MeOut(BaseModel):
    """The account behind the token."""

    id: UUID
    username: str
    name: str
    role: str
    region_code: str | None
    scopes: list[str]
    device_id: UUID | None = Field(description="The server's id of the tablet that the token is bound to.")


Secret = Annotated[SecretStr, Field(min_length=1, max_length=MAX_LENGTH)]


class NewPassword(BaseModel):
    """A new password and the right to set it: `activation_code` or `current_password`."""

    model_config = ConfigDict(extra="forbid")

    username: Annotated[Line, Field(min_length=1, max_length=100)]
    activation_code: Secret | None = None
    current_password: Secret | None = None
    new_password: Secret


def misfit_of_proof(activation_code: object, current_password: object) -> dict[str, str]:
    """What is wrong with the proof for a new password, by field: there is one, and only one."""
    if activation_code is None and current_password is None:
        return {"activation_code": "field_required"}
    return {} if activation_code is None or current_password is None else {"current_password": "proof_surplus"}


def refuse_fields(faults: Mapping[str, str]) -> None:
    """Refuse a body with faults: the code of each, by its field.

    Raises:
        Problem: `invalid_fields`, where there are any.
    """
    if faults:
        errors = tuple(FieldError(f"/body/{name}", code, text_of(code)) for name, code in sorted(faults.items()))
        raise Problem(Code.INVALID_FIELDS, errors=errors)


async def said_once(request: Request) -> None:
    """Unknown fields are ignored, as RFC 6749 (section 3.2) requires; no field may occur twice."""
    for name, times in Counter(name for name, _ in (await request.form()).multi_items()).items():
        if times > 1:
            at = f"/body/{name}" if name in _FIELDS else "/body"
            fault = FieldError(at, "repeated_parameter", text_of("repeated_parameter"))
            raise Problem(Code.MALFORMED_REQUEST, errors=(fault,))


_FIELDS = frozenset(
    (
        "grant_type",
        "username",
        "password",
        "device_id",
        "device_name",
        "refresh_token",
        "attempt_id",
        "client_id",
        "client_secret",
        "scope",
        "token",
    )
)
_FORM = [Depends(said_once)]
Asis = Annotated[str, Storable]
Text100 = Annotated[Asis | None, Form(max_length=100)]


@router.endpoint(
    "POST /v1/auth/token",
    "Sign in",
    [401, 403, 415],
    limit=Rate.SIGN_IN,
    dependencies=_FORM,
    response_model_exclude_none=True,
)
async def token(
    call: Unauthenticated,
    response: Response,
    client: Annotated[HTTPBasicCredentials | None, Depends(basic)],
    grant_type: Annotated[Asis, Form(max_length=40)],
    username: Text100 = None,
    password: Annotated[Asis | None, Form(max_length=1000)] = None,
    device_id: Text100 = None,
    device_name: Annotated[Said | None, Form(max_length=100)] = None,
    refresh_token: Annotated[Asis | None, Form(max_length=200)] = None,
    attempt_id: Annotated[
        Asis | None,
        Form(
            min_length=16,
            max_length=100,
            description="With `refresh_token`: a random id of this attempt, stored before it is sent. If the answer is"
            " lost, repeat the request with the same id: it returns the same new token. Without the id, using a token"
            " twice ends the session.",
        ),
    ] = None,
    client_id: Text100 = None,
    client_secret: Annotated[Asis | None, Form(max_length=1000)] = None,
    scope: Annotated[Asis | None, Form(max_length=500)] = None,
) -> TokenOut:
    """OAuth 2.0: `password` for people (tablets add `device_id`), `refresh_token`, `client_credentials` for systems."""
    response.headers["Cache-Control"] = "no-store"
    if grant_type == "password":
        device = ToldDevice(device_id, device_name) if device_id else None
        grant = await call.services.sign_in.with_password(
            _given(username, "username"), _given(password, "password"), call.caller(device)
        )
    elif grant_type == "refresh_token":
        grant = await call.services.sign_in.with_refresh_token(
            _given(refresh_token, "refresh_token"), attempt_id, call.caller()
        )
    elif grant_type == "client_credentials":
        if client is not None:
            client_id, client_secret = client.username, client.password
        grant = await call.services.sign_in.with_client_credentials(
            _given(client_id, "client_id"),
            _given(client_secret, "client_secret"),
            scope,
            call.caller(),
        )
    else:
        raise Problem(Code.UNSUPPORTED_GRANT_TYPE)
    return _out(grant)


@router.endpoint("POST /v1/auth/password", "Set a password", [415], limit=Rate.SIGN_IN, status=204)
async def set_password(call: Unauthenticated, asked: NewPassword) -> None:
    """With the activation code of a new or reset account, or with the present password. Ends all sessions of the
    account."""
    refuse_fields(misfit_of_proof(asked.activation_code, asked.current_password))
    proof = asked.activation_code or asked.current_password
    await call.services.sign_in.set_password(
        asked.username,
        proof.get_secret_value() if proof else "",
        asked.new_password.get_secret_value(),
        call.caller(),
        by_code=asked.activation_code is not None,
    )


@router.endpoint("POST /v1/auth/revoke", "Sign out", [415], limit=Rate.SIGN_IN, dependencies=_FORM)
async def revoke(call: Unauthenticated, token: Annotated[Asis, Form(max_length=200)]) -> dict[str, str]:
    """Revoke a refresh token and all other tokens of the same sign-in. Unknown tokens are ignored (RFC 7009)."""
    await call.services.sign_in.sign_out(token)
    return {}


@router.endpoint("GET /v1/me", "The caller's account", unlimited=True)
async def me(call: KnownByKey) -> MeOut:
    """The account behind the token, its role and its territory; of a read-only key what it may read, and where."""
    principal = call.principal
    async with call.services.database.statement() as pg:
        account = await account_of(pg, principal.account_id)
    return MeOut(
        id=principal.account_id,
        username=account.username,
        name=account.name,
        role=principal.role,
        region_code=None if principal.territory.region_code == NATION else principal.territory.region_code,
        scopes=sorted(principal.scopes),
        device_id=principal.device_id,
    )


def _given(value: str | None, name: str) -> str:
    if not value:
        refuse_fields({name: "field_required"})
    return value or ""


def _out(grant: Grant) -> TokenOut:
    return TokenOut(
        access_token=grant.access_token,
        expires_in=grant.expires_in,
        refresh_token=grant.refresh_token,
        scope=grant.scope,
    )
