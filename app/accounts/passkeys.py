"""Passkeys: keys in a phone or computer that sign a person in, after the device has verified its owner (WebAuthn 3).

A challenge needs no row: it contains its purpose and its last moment, under a MAC. Used ones are stored until then, so
that each works once. A refused answer does not use its challenge up, since requests without a sign-in write nothing.
"""

import hmac
import secrets
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
import orjson
from cbor2 import CBORError
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from app.accounts.browser_sessions import Proven
from app.accounts.caller import Caller
from app.accounts.challenges import spend
from app.audit import trail
from app.audit.actions import Action
from app.core.database import Database
from app.core.ids import new_id
from app.core.problems import Code, Problem
from app.core.rows import Row, read, read_one
from app.core.sealing import Digester

MOST = 20
"""Passkeys of one account."""

GOOD_FOR_S = 300
"""Seconds for which a challenge is good."""

_NONCE, _TIME, _MAC = 16, 8, 16
_UNSOUND = (WebAuthnException, CBORError, ValueError, TypeError, LookupError, AttributeError, RecursionError)
_SIGN_IN = "sign-in"


class Party(NamedTuple):
    """The party that a passkey is for: the server as browsers know it."""

    id: str
    """The name of its host."""
    origin: str


class PasskeyRow(Row):
    """A passkey as its owner sees it."""

    id: UUID
    name: str
    created_at: datetime
    used_at: datetime | None
    backed_up: bool


class _Found(Row):
    """A passkey, and the account that it signs in."""

    id: UUID
    account_id: UUID
    public_key: bytes
    sign_count: int
    sessions_ended: int
    active: bool


_LISTED = f"SELECT {', '.join(PasskeyRow.columns)} FROM passkey WHERE account_id = $1 ORDER BY id"
_FOUND = """
SELECT passkey.id, account_id, public_key, sign_count, sessions_ended, deactivated_at IS NULL AS active
FROM passkey JOIN account ON account.id = account_id WHERE credential_id = $1 AND rp_id = $2 FOR UPDATE OF passkey
"""


class Passkeys:
    """Adds them, and signs in by them."""

    def __init__(self, database: Database, digester: Digester) -> None:
        self._database = database
        self._digester = digester

    def ask_to_sign_in(self, party: Party) -> dict[str, Any]:
        """What a page gives to `navigator.credentials.get`. Any passkey of the server will do; no name is asked for."""
        options = generate_authentication_options(
            rp_id=party.id,
            challenge=self._challenge(_SIGN_IN),
            timeout=GOOD_FOR_S * 1000,
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return _as_json(options)

    async def sign_in(self, party: Party, credential: Mapping[str, Any], caller: Caller) -> Proven:
        """Whose passkey signed. Not idempotent: a challenge is good once.

        Raises:
            Problem: `passkey_refused`; `account_deactivated`. A passkey whose counter went back, as of a copied one,
                is refused, and the trail says so.
        """
        try:
            parsed = parse_authentication_credential_json(dict(credential))
            challenge = _challenge_in(parsed.response.client_data_json)
        except _UNSOUND as exc:
            raise Problem(Code.PASSKEY_REFUSED) from exc
        self._refuse_unknown(challenge, _SIGN_IN)

        async def work(pg: asyncpg.Connection) -> tuple[_Found, bool]:
            found = await read_one(pg, _Found, _FOUND, parsed.raw_id, party.id)
            if found is None or parsed.response.user_handle not in (None, found.account_id.bytes):
                raise Problem(Code.PASSKEY_REFUSED)
            try:
                verified = verify_authentication_response(
                    credential=parsed,
                    expected_challenge=challenge,
                    expected_rp_id=party.id,
                    expected_origin=party.origin,
                    credential_public_key=found.public_key,
                    credential_current_sign_count=0,  # looked at below, when the signature is known to be right
                    require_user_verification=True,
                )
            except _UNSOUND as exc:
                raise Problem(Code.PASSKEY_REFUSED) from exc
            await _spend(pg, challenge)
            if not found.active:
                raise Problem(Code.ACCOUNT_DEACTIVATED)
            count = verified.new_sign_count
            if (count or found.sign_count) and count <= found.sign_count:
                await _tell(pg, Action.PASSKEY_COPIED, found.account_id, found.id, caller.trace_id)
                return found, False
            await pg.execute(
                "UPDATE passkey SET sign_count = $2, used_at = now(), backed_up = $3 WHERE id = $1",
                found.id,
                count,
                verified.credential_backed_up,
            )
            return found, True

        found, good = await self._database.run(work)
        if not good:
            raise Problem(Code.PASSKEY_REFUSED)
        return Proven(found.account_id, found.sessions_ended)

    async def ask_to_add(self, party: Party, account_id: UUID, username: str, name: str) -> dict[str, Any]:
        """What a page gives to `navigator.credentials.create`; the caller has just proved to be the account's owner."""
        async with self._database.statement() as pg:
            known = await pg.fetch("SELECT credential_id FROM passkey WHERE account_id = $1", account_id)
        if len(known) >= MOST:
            raise Problem(Code.PASSKEY_LIMIT_REACHED)
        options = generate_registration_options(
            rp_id=party.id,
            rp_name="KUMKM",
            user_id=account_id.bytes,
            user_name=username,
            user_display_name=name,
            challenge=self._challenge(_adding(account_id)),
            timeout=GOOD_FOR_S * 1000,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(id=row[0]) for row in known],
        )
        return _as_json(options)

    async def add(
        self, party: Party, account_id: UUID, credential: Mapping[str, Any], name: str, *, trace_id: str | None
    ) -> PasskeyRow:
        """Keep a new passkey of the account. Not idempotent: a challenge is good once.

        Raises:
            Problem: `passkey_refused`; `already_exists` for one that is known; `passkey_limit_reached`.
        """
        try:
            parsed = parse_registration_credential_json(dict(credential))
            challenge = _challenge_in(parsed.response.client_data_json)
            self._refuse_unknown(challenge, _adding(account_id))
            made = verify_registration_response(
                credential=parsed,
                expected_challenge=challenge,
                expected_rp_id=party.id,
                expected_origin=party.origin,
                require_user_verification=True,
            )
        except _UNSOUND as exc:
            raise Problem(Code.PASSKEY_REFUSED) from exc
        id_ = new_id()

        async def write(pg: asyncpg.Connection) -> list[PasskeyRow]:
            await _spend(pg, challenge)
            await pg.execute("SELECT FROM account WHERE id = $1 FOR NO KEY UPDATE", account_id)
            if await pg.fetchval("SELECT count(*) FROM passkey WHERE account_id = $1", account_id) >= MOST:
                raise Problem(Code.PASSKEY_LIMIT_REACHED)
            entered = await pg.fetchval(
                "INSERT INTO passkey (id, account_id, credential_id, rp_id, public_key, sign_count, backed_up, name,"
                " created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING RETURNING true",
                id_,
                account_id,
                made.credential_id,
                party.id,
                made.credential_public_key,
                made.sign_count,
                made.credential_backed_up,
                name,
                datetime.now(UTC),
            )
            if not entered:
                raise Problem(Code.ALREADY_EXISTS)
            await _tell(pg, Action.PASSKEY_ADDED, account_id, id_, trace_id)
            return await passkeys_of(pg, account_id)

        return next(row for row in await self._database.run(write) if row.id == id_)

    def _challenge(self, purpose: str) -> bytes:
        body = secrets.token_bytes(_NONCE) + int(time.time() + GOOD_FOR_S).to_bytes(_TIME, "big")
        return body + self._mac(purpose, body)

    def _refuse_unknown(self, challenge: bytes, purpose: str) -> None:
        body, mac = challenge[: _NONCE + _TIME], challenge[_NONCE + _TIME :]
        if not hmac.compare_digest(self._mac(purpose, body), mac) or _until(challenge) < time.time():
            raise Problem(Code.PASSKEY_REFUSED)

    def _mac(self, purpose: str, body: bytes) -> bytes:
        return self._digester.counter(f"passkey challenge to {purpose}", body.hex())


async def passkeys_of(pg: asyncpg.Connection, account_id: UUID) -> list[PasskeyRow]:
    """The passkeys of an account, the oldest first."""
    return await read(pg, PasskeyRow, _LISTED, account_id)


async def rename_passkey(
    pg: asyncpg.Connection, account_id: UUID, passkey_id: UUID, name: str, *, trace_id: str | None
) -> PasskeyRow:
    """Rename a passkey of the account. Idempotent. Raises Problem: `not_found`."""
    statement = (
        f"UPDATE passkey SET name = $3 WHERE id = $1 AND account_id = $2 RETURNING {', '.join(PasskeyRow.columns)}"
    )
    renamed = await read_one(pg, PasskeyRow, statement, passkey_id, account_id, name)
    if renamed is None:
        raise Problem(Code.NOT_FOUND)
    await _tell(pg, Action.PASSKEY_RENAMED, account_id, passkey_id, trace_id)
    return renamed


async def remove_passkey(pg: asyncpg.Connection, account_id: UUID, passkey_id: UUID, *, trace_id: str | None) -> None:
    """Remove a passkey of the account; sessions that were started with it continue. Raises Problem: `not_found`, also
    the second time."""
    if not await pg.fetchval(
        "DELETE FROM passkey WHERE id = $1 AND account_id = $2 RETURNING true", passkey_id, account_id
    ):
        raise Problem(Code.NOT_FOUND)
    await _tell(pg, Action.PASSKEY_REMOVED, account_id, passkey_id, trace_id)


async def _spend(pg: asyncpg.Connection, challenge: bytes) -> None:
    await spend(pg, challenge, datetime.fromtimestamp(_until(challenge) + 1, UTC), Code.PASSKEY_REFUSED)


def _challenge_in(client_data: bytes) -> bytes:
    """The challenge that was answered, by a page that no page of another site had in a frame: ours are never framed.

    Raises:
        Problem: `passkey_refused`.
    """
    said: dict[str, Any] = orjson.loads(client_data)
    if said.get("crossOrigin", False) is not False or "topOrigin" in said:
        raise Problem(Code.PASSKEY_REFUSED)
    return parse_client_data_json(client_data).challenge


def _until(challenge: bytes) -> int:
    return int.from_bytes(challenge[_NONCE : _NONCE + _TIME], "big")


def _adding(account_id: UUID) -> str:
    return f"add one for {account_id}"


def _as_json(options: Any) -> dict[str, Any]:
    made: dict[str, Any] = orjson.loads(options_to_json(options))
    return made


async def _tell(
    pg: asyncpg.Connection, action: Action, account_id: UUID, passkey_id: UUID, trace_id: str | None
) -> None:
    subjects: Sequence[tuple[str, str, Mapping[str, Any]]] = [("passkey", str(passkey_id), {})]
    await trail.record_many(pg, action, actor_id=account_id, subjects=subjects, trace_id=trace_id)
