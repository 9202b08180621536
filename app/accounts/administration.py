"""Create, change and close accounts: officers those of lower roles in their region, admins all.

What lies outside is not found. Every change is in the audit trail in the same transaction.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import asyncpg

from app.accounts.activation_codes import codes_for
from app.accounts.api_keys import end_keys
from app.accounts.passwords import activation_digest, hash_new_password, new_activation_code, new_client_secret
from app.accounts.permissions import MANAGED_BY, Principal, Role, Scope
from app.accounts.schemas import AccountChange, AccountFilters, AccountIn, AccountOut, Credentials, as_kept
from app.audit import trail
from app.audit.actions import Action
from app.core.bulk import REPEATED, Entered, Fault, refuse_faulty, unhurried
from app.core.database import TryAgain
from app.core.ids import new_id
from app.core.problems import Code, Problem, Text
from app.core.redaction import hides_nik
from app.core.sealing import KeyRing
from app.core.word_search import WORDS_OF_NAME, beginning, containing, words_asked
from app.regions.queries import REGION_UNKNOWN, live_regions
from app.regions.region_code import NATION

ACTIVATION_LIFE = timedelta(days=14)

_ROLE_NOT_YOURS = Text("Peran ini tidak boleh Anda buat.", "You may not make accounts of this role.")
_SCOPES_NOT_FOR = Text("Peran ini tidak mempunyai scope itu.", "This role does not have that scope.")
_IS_A_NUMBER = Text("Nomor seseorang bukan nama pengguna.", "The number of a person is no user name.")
_TAKEN = Text("Nama pengguna ini sudah dipakai.", "This user name is taken.")
_SCOPES_OF = {
    Role.SYSTEM: frozenset(Scope),
    Role.OFFICER: frozenset({Scope.PII_READ}),
    Role.ADMIN: frozenset({Scope.PII_READ}),
}

_COPIED = 1_000  # rows that are written before other requests have a turn
_OPTIONAL = {name for name, info in AccountIn.model_fields.items() if not info.is_required()}
_COLUMNS = "id, username, name, role, region_code, scopes, devices_allowed, rate, created_at, deactivated_at"


class NewAccount(NamedTuple):
    """An account that was created, and the code or secret for its owner."""

    account: AccountOut
    credentials: Credentials


async def list_accounts(
    pg: asyncpg.Connection, principal: Principal, wanted: AccountFilters, *, limit: int, after: UUID | None
) -> list[AccountOut]:
    """The first `limit` accounts of the territory that come `after` one, by id.

    Raises:
        Problem: `not_found` for a region outside the territory.
    """
    territory = principal.territory.narrowed_to(wanted.region)
    named, patterns = _named(wanted.q or "", first=8)
    rows = await pg.fetch(
        f"SELECT {_COLUMNS} FROM account WHERE ($1 = '' OR region_code >= $1 AND region_code < $2)"
        " AND ($3::text IS NULL OR role = $3) AND ($4::bool IS NULL OR (deactivated_at IS NULL) = $4)"
        " AND ($5::text IS NULL OR username = $5) AND ($6::uuid IS NULL OR id > $6)"
        f"{named} ORDER BY id LIMIT $7",
        *territory.span,
        wanted.role,
        wanted.active,
        wanted.username and as_kept(wanted.username),
        after,
        limit,
        *patterns,
    )
    return [AccountOut.model_validate(dict(row)) for row in rows]


def _named(text: str, *, first: int) -> tuple[str, list[str | None]]:
    """The condition that the words mean an account, and its parameters from number `first` on."""
    patterns = [each for word in words_asked(text) for each in (beginning(word), containing(word))]
    places = range(first, first + len(patterns), 2)
    return "".join(f" AND ({WORDS_OF_NAME} LIKE ${at} OR username LIKE ${at + 1})" for at in places), patterns


async def account_within(pg: asyncpg.Connection, principal: Principal, account_id: UUID) -> AccountOut:
    """One account of the territory.

    Raises:
        Problem: `not_found`.
    """
    row = await pg.fetchrow(f"SELECT {_COLUMNS} FROM account WHERE id = $1", account_id)
    if row is None or not principal.territory.contains(row["region_code"] or NATION):
        raise Problem(Code.NOT_FOUND)
    return AccountOut.model_validate(dict(row))


async def create_account(
    pg: asyncpg.Connection, principal: Principal, row: AccountIn, *, trace_id: str | None
) -> NewAccount:
    """Create an account. A person sets a password with the returned code, a system gets its secret.

    Raises:
        Faulty: the row breaks a rule. Problem: `not_allowed` for a role that the caller may not make,
            `already_exists` for a user name that is taken.
    """
    if row.role not in MANAGED_BY.get(principal.role, ()):
        raise Problem(Code.NOT_ALLOWED)
    entered = await enter_accounts(pg, principal, [row], trace_id=trace_id, only_new=True)
    account_id: UUID = await pg.fetchval("SELECT id FROM account WHERE username = $1", row.username)
    if row.role is Role.SYSTEM:
        credentials = await _new_credentials(pg, account_id, row.role)
    else:
        credentials = Credentials(activation_code=dict(entered.codes)[row.username])
    return NewAccount(await account_within(pg, principal, account_id), credentials)


async def enter_accounts(
    pg: asyncpg.Connection,
    principal: Principal,
    rows: Sequence[AccountIn],
    *,
    trace_id: str | None,
    only_new: bool = False,
    ring: KeyRing | None = None,
) -> Entered:
    """Create missing accounts and update the others from the rows; fields that a row leaves out are unchanged.

    New people get a code with which they set a password; systems get no secret here. Idempotent by user name; with a
    ring, the same rows from the same account get the same codes for an hour. Roles never change.

    Raises:
        Faulty: rows break rules; nothing was entered. TryAgain: somebody made one of them at the same moment.
        Problem: `already_exists` with `only_new` when one of them is there.
    """
    known = {
        found["username"]: found
        for found in await pg.fetch(
            f"SELECT {_COLUMNS}, activation_digest FROM account WHERE username = ANY($1) FOR NO KEY UPDATE",
            [r.username for r in rows],
        )
    }
    if only_new and known:
        raise Problem(Code.ALREADY_EXISTS)
    kept = await codes_for(pg, ring, principal.account_id, rows) if any(_is_person(row) for row in rows) else None
    rows = [_completed(row, known.get(row.username)) for row in rows]
    regions = await live_regions(pg, {row.region_code for row in rows if row.region_code})
    refuse_faulty(await _faults(principal, rows, known, regions))
    new = [(new_id(), row) for row in rows if row.username not in known]
    now = datetime.now(UTC)
    codes: dict[str, str] = {}
    records = []
    async for id_, row in unhurried(new):
        digest = expires_at = None
        if kept is not None and _is_person(row):
            codes[row.username] = code = kept.of(row.username)
            digest, expires_at = activation_digest(code), now + ACTIVATION_LIFE
        stated = (row.username, row.name, row.role.value, _region(row), list(row.scopes), row.devices_allowed, row.rate)
        records.append((id_, *stated, now, digest, expires_at))
    columns = "id username name role region_code scopes devices_allowed rate created_at activation_digest"
    try:
        for first in range(0, len(records), _COPIED):
            some = records[first : first + _COPIED]
            await pg.copy_records_to_table("account", records=some, columns=[*columns.split(), "activation_expires_at"])
    except asyncpg.UniqueViolationError as exc:
        raise TryAgain from exc
    changed = [(known[row.username]["id"], row) for row in rows if _differs(row, known.get(row.username))]
    await pg.executemany(
        # After a move to another region people sign in again, or refresh: no earlier token is valid for the new region.
        "UPDATE account SET name = $2, region_code = $3, scopes = $4, devices_allowed = $5, rate = $6,"
        " sessions_ended = sessions_ended + (region_code IS DISTINCT FROM $3)::int WHERE id = $1",
        [(id_, row.name, _region(row), list(row.scopes), row.devices_allowed, row.rate) for id_, row in changed],
    )
    moved = [id_ for id_, row in changed if known[row.username]["region_code"] != _region(row)]
    await end_keys(pg, principal, moved, trace_id=trace_id)
    again = await kept.still_good(known.values()) if kept and kept.again else {}
    with_same_code = [(known[row.username]["id"], row) for row in rows if row.username in again]
    touches = (
        (Action.ACCOUNT_CREATED, new),
        (Action.ACCOUNT_CHANGED, changed),
        (Action.ACCOUNT_CODE_TOLD_AGAIN, with_same_code),
    )
    for action, touched in touches:
        for first in range(0, len(touched), _COPIED):
            await trail.record_many(
                pg,
                action,
                actor_id=principal.account_id,
                subjects=[
                    ("account", str(id_), {"role": row.role.value, "region": _region(row)})
                    for id_, row in touched[first : first + _COPIED]
                ],
                trace_id=trace_id,
            )
    unchanged = len(rows) - len(new) - len(changed)
    return Entered(len(new), len(changed), unchanged, (*codes.items(), *again.items()))


async def change_account(
    pg: asyncpg.Connection, principal: Principal, account_id: UUID, change: AccountChange, *, trace_id: str | None
) -> AccountOut:
    """Change the fields that are given. Idempotent by nature.

    Raises:
        Faulty: the account would break a rule. Problem: `not_found`, `not_allowed`.
    """
    account = await _managed(pg, principal, account_id)
    changes = change.model_dump(exclude_unset=True)
    row = AccountIn.model_validate({"username": account.username, "name": account.name, "role": account.role} | changes)
    await enter_accounts(pg, principal, [row], trace_id=trace_id)
    return await account_within(pg, principal, account_id)


async def deactivate(
    pg: asyncpg.Connection, principal: Principal, account_id: UUID, *, trace_id: str | None
) -> AccountOut:
    """Close an account: from this moment it can neither send nor read, and its sessions are over.

    Idempotent. Raises Problem: `not_found`, `not_allowed`, `state_changed` for the caller's own account.
    """
    account = await _managed(pg, principal, account_id)
    if account_id == principal.account_id:
        raise Problem(Code.STATE_CHANGED)
    if account.deactivated_at is None:
        now = datetime.now(UTC)
        await pg.execute("UPDATE account SET deactivated_at = $2 WHERE id = $1", account_id, now)
        await end_sessions(pg, account_id)
        await end_keys(pg, principal, [account_id], trace_id=trace_id)
        await _audit(pg, Action.ACCOUNT_DEACTIVATED, principal, account_id, trace_id)
    return await account_within(pg, principal, account_id)


async def reactivate(
    pg: asyncpg.Connection, principal: Principal, account_id: UUID, *, trace_id: str | None
) -> AccountOut:
    """Open an account again. Idempotent. Raises Problem: `not_found`, `not_allowed`."""
    account = await _managed(pg, principal, account_id)
    if account.deactivated_at is not None:
        await pg.execute("UPDATE account SET deactivated_at = NULL WHERE id = $1", account_id)
        await _audit(pg, Action.ACCOUNT_REACTIVATED, principal, account_id, trace_id)
    return await account_within(pg, principal, account_id)


async def reset_credentials(
    pg: asyncpg.Connection, principal: Principal, account_id: UUID, *, trace_id: str | None
) -> Credentials:
    """Take an account's password away, end its sessions, and give what sets a new one. Not idempotent.

    Raises:
        Problem: `not_found`, `not_allowed`.
    """
    account = await _managed(pg, principal, account_id)
    await end_sessions(pg, account_id)
    await end_keys(pg, principal, [account_id], trace_id=trace_id)
    await _audit(pg, Action.ACCOUNT_CREDENTIALS_RESET, principal, account_id, trace_id)
    return await _new_credentials(pg, account_id, account.role)


async def end_sessions(pg: asyncpg.Connection, account_id: UUID) -> None:
    """End every session of an account: all its tokens are invalid from now on."""
    await pg.execute("UPDATE account SET sessions_ended = sessions_ended + 1 WHERE id = $1", account_id)
    await pg.execute(
        "UPDATE refresh_token SET revoked_at = now() WHERE account_id = $1 AND revoked_at IS NULL", account_id
    )
    await pg.execute(
        "UPDATE browser_session SET ended_at = now() WHERE account_id = $1 AND ended_at IS NULL", account_id
    )


async def _new_credentials(pg: asyncpg.Connection, account_id: UUID, role: Role) -> Credentials:
    if role is Role.SYSTEM:
        secret = new_client_secret()
        await pg.execute(
            "UPDATE account SET password_hash = $2 WHERE id = $1", account_id, await hash_new_password(secret)
        )
        return Credentials(client_secret=secret)
    await pg.execute("DELETE FROM passkey WHERE account_id = $1", account_id)  # whose they are is not known any more
    await pg.execute("DELETE FROM organisation_account WHERE account_id = $1", account_id)  # likewise
    code, digest = new_activation_code()
    await pg.execute(
        "UPDATE account SET password_hash = NULL, activation_digest = $2, activation_expires_at = $3 WHERE id = $1",
        account_id,
        digest,
        datetime.now(UTC) + ACTIVATION_LIFE,
    )
    return Credentials(activation_code=code)


async def _managed(pg: asyncpg.Connection, principal: Principal, account_id: UUID) -> AccountOut:
    """An account that the principal may change, locked."""
    await pg.execute("SELECT FROM account WHERE id = $1 FOR NO KEY UPDATE", account_id)
    account = await account_within(pg, principal, account_id)
    if account.role not in MANAGED_BY.get(principal.role, ()):
        raise Problem(Code.NOT_ALLOWED)
    return account


async def _faults(
    principal: Principal,
    rows: Sequence[AccountIn],
    known: dict[str, asyncpg.Record],
    regions: frozenset[str],
) -> list[Fault]:
    faults = [
        Fault(at, "username", "username_is_a_number", _IS_A_NUMBER)
        for at, row in enumerate(rows)
        if row.username not in known and hides_nik(row.username)
    ]
    seen: set[str] = set()
    may_make = MANAGED_BY.get(principal.role, frozenset())
    async for at, row in unhurried(enumerate(rows)):
        there = known.get(row.username)
        if row.username in seen:
            faults.append(Fault(at, "username", "repeated", REPEATED))
        seen.add(row.username)
        if there is not None and (
            there["role"] != row.role or not principal.territory.contains(there["region_code"] or NATION)
        ):
            faults.append(Fault(at, "username", "username_taken", _TAKEN))
        if row.role not in may_make:
            faults.append(Fault(at, "role", "role_not_allowed", _ROLE_NOT_YOURS))
        region = _region(row)
        if region is None:
            if row.role is not Role.ADMIN:
                faults.append(Fault(at, "region_code", "region_unknown", REGION_UNKNOWN))
        elif region not in regions or not principal.territory.contains(region):
            faults.append(Fault(at, "region_code", "region_unknown", REGION_UNKNOWN))
        # Only an admin gives scopes: an officer would grant more than they have.
        given = set(row.scopes) - set(there["scopes"] if there else ())
        if not given <= _SCOPES_OF.get(row.role, frozenset()) or (given and principal.role is not Role.ADMIN):
            faults.append(Fault(at, "scopes", "scope_not_allowed", _SCOPES_NOT_FOR))
    return faults


def _is_person(row: AccountIn) -> bool:
    return row.role is not Role.SYSTEM


def _completed(row: AccountIn, there: asyncpg.Record | None) -> AccountIn:
    """The row with what it does not say as it is."""
    unsaid = _OPTIONAL - row.model_fields_set
    if there is None or not unsaid:
        return row
    return row.model_copy(update={name: there[name] for name in unsaid})


def _region(row: AccountIn) -> str | None:
    return None if row.role is Role.ADMIN else row.region_code


def _differs(row: AccountIn, there: asyncpg.Record | None) -> bool:
    return there is not None and (
        (row.name, _region(row), list(row.scopes), row.devices_allowed, row.rate)
        != (there["name"], there["region_code"], list(there["scopes"]), there["devices_allowed"], there["rate"])
    )


async def _audit(
    pg: asyncpg.Connection, action: Action, principal: Principal, account_id: UUID, trace_id: str | None
) -> None:
    await trail.record_many(
        pg, action, actor_id=principal.account_id, subjects=[("account", str(account_id), {})], trace_id=trace_id
    )
