"""Passkeys of people who sign in with a browser."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field

from app.accounts import passkeys
from app.accounts.own_sessions import began_recently
from app.accounts.passkeys import Party, PasskeyRow
from app.accounts.queries import account_of
from app.api.auth import Secret
from app.api.calls import Call, SignedCall, Staff, Unauthenticated
from app.api.endpoints import Endpoints
from app.api.limits import Rate
from app.api.own_pages import party_of
from app.core.name_cleaning import Named
from app.core.problems import Code, Problem
from app.core.text import Published

router = Endpoints("auth")

PasskeyId = Annotated[UUID, Path(description="The server's id of the passkey.")]
PasskeyName = Annotated[Published, Field(min_length=1, max_length=60), Named]
_Coded = Annotated[str, Field(max_length=8_000, pattern=r"^[A-Za-z0-9_=-]*$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class CredentialAnswer(BaseModel):
    """What the authenticator answered, in base64url, as in `credential.toJSON()`; other fields are ignored."""

    clientDataJSON: _Coded  # noqa: N815  (WebAuthn's own names)
    attestationObject: _Coded | None = None  # noqa: N815  (WebAuthn's own name)
    authenticatorData: _Coded | None = None  # noqa: N815  (WebAuthn's own name)
    signature: _Coded | None = None
    userHandle: _Coded | None = None  # noqa: N815  (WebAuthn's own name)


class Credential(BaseModel):
    """A passkey's answer, as in `credential.toJSON()`; other fields are ignored."""

    id: _Coded
    rawId: _Coded  # noqa: N815  (WebAuthn's own name)
    type: Literal["public-key"]
    response: CredentialAnswer

    def parsed(self) -> dict[str, Any]:
        """In the form that the library takes."""
        return self.model_dump(exclude_none=True)


class CeremonyOut(BaseModel):
    """What a page gives to the browser."""

    options: dict[str, Any] = Field(
        description="For `PublicKeyCredential.parseRequestOptionsFromJSON` or `parseCreationOptionsFromJSON`."
    )


class Proof(_Strict):
    """Proof that the account's owner sends the request; not needed within ten minutes after signing in."""

    current_password: Secret | None = None


class NewPasskey(_Strict):
    """The passkey that the browser made, and its name."""

    credential: Credential
    name: PasskeyName


class PasskeyChange(_Strict):
    """Another name."""

    name: PasskeyName


class PasskeyOut(BaseModel):
    """A passkey."""

    id: UUID
    name: str
    created_at: datetime
    used_at: datetime | None = Field(description="When it signed in last; null: never.")
    backed_up: bool = Field(description="Whether it is kept on more than one machine.")


class PasskeysOut(BaseModel):
    """The caller's own passkeys, the oldest first; at most 20."""

    items: list[PasskeyOut]


@router.endpoint("POST /v1/auth/passkeys/sign-in", "Begin to sign in with a passkey", [404], limit=Rate.SIGN_IN)
async def begin_sign_in(call: Unauthenticated) -> CeremonyOut:
    """Then `POST /v1/auth/session` with the grant `passkey`, within five minutes. 404: not offered here."""
    return CeremonyOut(options=call.services.passkeys.ask_to_sign_in(_party(call)))


@router.endpoint("POST /v1/auth/passkeys/registration", "Begin to add a passkey", [404, 409])
async def begin_registration(call: Staff, proof: Proof) -> CeremonyOut:
    """Needs a session that began within the last ten minutes, or the present password; otherwise 403 `proof_needed`."""
    party, account_id = _party(call), call.principal.account_id
    async with call.services.database.statement() as pg:
        account = await account_of(pg, account_id)
    await _refuse_without_proof(call, account.username, proof)
    options = await call.services.passkeys.ask_to_add(party, account_id, account.username, account.name)
    return CeremonyOut(options=options)


@router.endpoint("POST /v1/auth/passkeys", "Add a passkey", [404, 409], status=201)
async def post_passkey(call: Staff, new: NewPasskey) -> PasskeyOut:
    """What the browser made of the options, within five minutes. Idempotent by its challenge, which
    is good once: sent again it is refused (`passkey_refused`), and no second one is added. If the answer was lost, look
    into `GET /v1/auth/passkeys`.
    """
    account_id, credential = call.principal.account_id, new.credential.parsed()
    return _out(
        await call.services.passkeys.add(_party(call), account_id, credential, new.name, trace_id=call.trace_id)
    )


@router.endpoint("GET /v1/auth/passkeys", "Own passkeys")
async def get_passkeys(call: Staff) -> PasskeysOut:
    """The caller's own."""
    async with call.services.database.statement() as pg:
        return PasskeysOut(items=[_out(row) for row in await passkeys.passkeys_of(pg, call.principal.account_id)])


@router.endpoint("PATCH /v1/auth/passkeys/{passkey_id}", "Rename a passkey", [404])
async def patch_passkey(call: Staff, passkey_id: PasskeyId, change: PasskeyChange) -> PasskeyOut:
    """The caller's own."""
    account_id = call.principal.account_id
    return _out(
        await call.run(
            lambda pg: passkeys.rename_passkey(pg, account_id, passkey_id, change.name, trace_id=call.trace_id)
        )
    )


@router.endpoint("DELETE /v1/auth/passkeys/{passkey_id}", "Remove a passkey", [404], status=204)
async def delete_passkey(call: Staff, passkey_id: PasskeyId) -> None:
    """The caller's own. Sessions that were started with it continue; they are in the list of sessions."""
    account_id = call.principal.account_id
    await call.run(lambda pg: passkeys.remove_passkey(pg, account_id, passkey_id, trace_id=call.trace_id))


def _party(call: Call) -> Party:
    return party_of(call.request, call.services.settings)


async def _refuse_without_proof(call: SignedCall, username: str, proof: Proof) -> None:
    if proof.current_password is not None:
        password = proof.current_password.get_secret_value()
        await call.services.sign_in.prove(username, password, call.caller())
        return
    async with call.services.database.statement() as pg:
        recent = await began_recently(pg, call.principal.session_id)
    if not recent:
        raise Problem(Code.PROOF_NEEDED)


def _out(row: PasskeyRow) -> PasskeyOut:
    return PasskeyOut(**row.named())
