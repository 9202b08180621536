"""Signing in and out, and who one is."""

from collections import Counter
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.security import HTTPBasic, HTTPBasicCredentials
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from app.accounts.devices import ToldDevice
from app.accounts.passwords import MAX_LENGTH
from app.accounts.queries import account_of
from app.accounts.signing_in import Caller, Grant
from app.api.deps import Oneself, ServicesDep, address_of, limited_by_address, problems
from app.api.limits import Asked
from app.core.bulk import Line, Said
from app.core.problems import Code, FieldError, Problem
from app.core.redaction import hides_nik
from app.intake.finding_texts import text_of

router = APIRouter(prefix="/v1", tags=["auth"])

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


async def said_once(request: Request) -> None:
    """Fields that are not known are passed over, as RFC 6749 (section 3.2) asks; none may come twice."""
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
Text100 = Annotated[str | None, Form(max_length=100)]


@router.post(
    "/auth/token",
    summary="Sign in",
    response_model_exclude_none=True,
    dependencies=[limited_by_address(Asked.SIGN_IN), Depends(said_once)],
    responses=problems(400, 401, 403, 413, 415, 422, 429, 503),
)
async def token(
    request: Request,
    held: ServicesDep,
    response: Response,
    client: Annotated[HTTPBasicCredentials | None, Depends(basic)],
    grant_type: Annotated[str, Form(max_length=40)],
    username: Text100 = None,
    password: Annotated[str | None, Form(max_length=1000)] = None,
    device_id: Text100 = None,
    device_name: Annotated[Said | None, Form(max_length=100)] = None,
    refresh_token: Annotated[str | None, Form(max_length=200)] = None,
    attempt_id: Annotated[
        str | None,
        Form(
            min_length=16,
            max_length=100,
            description="With `refresh_token`: a random id of this attempt, kept before it is sent. Where the answer is"
            " lost, the same attempt gets another one; without it, using a token twice ends the session.",
        ),
    ] = None,
    client_id: Text100 = None,
    client_secret: Annotated[str | None, Form(max_length=1000)] = None,
    scope: Annotated[str | None, Form(max_length=500)] = None,
) -> TokenOut:
    """OAuth 2.0: `password` for people (tablets add `device_id`), `refresh_token`, `client_credentials` for systems."""
    response.headers["Cache-Control"] = "no-store"
    if grant_type == "password":
        device = ToldDevice(_device(device_id), device_name) if device_id else None
        grant = await held.sign_in.with_password(
            _given(username, "username"), _given(password, "password"), Caller(address_of(request), device)
        )
    elif grant_type == "refresh_token":
        grant = await held.sign_in.with_refresh_token(_given(refresh_token, "refresh_token"), attempt_id)
    elif grant_type == "client_credentials":
        if client is not None:
            client_id, client_secret = client.username, client.password
        grant = await held.sign_in.with_client_credentials(
            _given(client_id, "client_id"),
            _given(client_secret, "client_secret"),
            scope,
            Caller(address_of(request)),
        )
    else:
        raise Problem(Code.UNSUPPORTED_GRANT_TYPE)
    return _out(grant)


@router.post(
    "/auth/password",
    summary="Set one's own password",
    status_code=204,
    dependencies=[limited_by_address(Asked.SIGN_IN)],
    responses=problems(400, 413, 415, 422, 429, 503),
)
async def set_password(request: Request, held: ServicesDep, told: NewPassword) -> None:
    """With the activation code of a new or reset account, or with the present password. Ends all its sessions."""
    proof = told.activation_code or told.current_password
    await held.sign_in.set_password(
        told.username,
        proof.get_secret_value() if proof else "",
        told.new_password.get_secret_value(),
        Caller(address_of(request)),
        by_code=told.activation_code is not None,
    )


@router.post(
    "/auth/revoke",
    summary="Sign out",
    status_code=200,
    dependencies=[limited_by_address(Asked.SIGN_IN), Depends(said_once)],
    responses=problems(400, 413, 415, 422, 429, 503),
)
async def revoke(held: ServicesDep, token: Annotated[str, Form(max_length=200)]) -> dict[str, str]:
    """Revoke a refresh token and all that came from the same sign-in. Unknown tokens are passed over (RFC 7009)."""
    await held.sign_in.sign_out(token)
    return {}


@router.get("/me", summary="Who am I", responses=problems(401, 403, 503))
async def me(held: ServicesDep, principal: Oneself) -> MeOut:
    """The account behind the token, its role and its territory."""
    async with held.database.statement() as pg:
        account = await account_of(pg, principal.account_id)
    return MeOut(
        id=principal.account_id,
        username=account.username,
        name=account.name,
        role=account.role,
        region_code=account.region_code,
        scopes=sorted(principal.scopes),
        device_id=principal.device_id,
    )


def _given(value: str | None, name: str) -> str:
    if not value:
        raise Problem(
            Code.INVALID_FIELDS,
            errors=(FieldError(f"/body/{name}", "field_required", text_of("field_required")),),
        )
    return _clean(value, name)


def _device(told: str) -> str:
    """The tablet's own id; apps make it of what the machine has, but it is no number of a person."""
    if hides_nik(told):
        raise Problem(
            Code.INVALID_FIELDS, errors=(FieldError("/body/device_id", "invalid_value", text_of("invalid_value")),)
        )
    return _clean(told, "device_id")


def _clean(value: str, name: str) -> str:
    if "\x00" in value:  # PostgreSQL has no such text
        raise Problem(
            Code.INVALID_FIELDS,
            errors=(FieldError(f"/body/{name}", "text_not_storable", text_of("text_not_storable")),),
        )
    return value


def _out(grant: Grant) -> TokenOut:
    return TokenOut(
        access_token=grant.access_token,
        expires_in=grant.expires_in,
        refresh_token=grant.refresh_token,
        scope=grant.scope,
    )
