"""Signing in: the three grants of OAuth 2.0 that this server speaks, and signing out.

Passwords are verified outside any transaction, since argon2 takes longer than a database connection should wait.
Token lifetimes run on real time.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.accounts.models import Account, Device, RefreshToken
from app.accounts.passwords import verify_password
from app.accounts.permissions import Role
from app.accounts.tokens import AccessTokens, new_refresh_token, refresh_digest
from app.core.database import Database
from app.core.ids import new_id
from app.core.problems import Code, Problem


@dataclass(frozen=True, slots=True)
class Grant:
    """What a successful sign-in gives; times in seconds."""

    access_token: str
    expires_in: int
    scope: str
    refresh_token: str | None = None


@dataclass(frozen=True, slots=True)
class ToldDevice:
    """What a tablet says of itself when somebody signs in on it."""

    told_id: str
    name: str | None


class SignIn:
    """The grants, over a database and the keys of the access tokens."""

    def __init__(self, database: Database, tokens: AccessTokens, *, refresh_lifetime_s: int) -> None:
        self._database = database
        self._tokens = tokens
        self._refresh_lifetime = timedelta(seconds=refresh_lifetime_s)

    async def with_password(self, username: str, password: str, device: ToldDevice | None) -> Grant:
        """Sign a person in, and enrol the tablet that it holds. Not idempotent: every call starts a token family.

        Raises:
            Problem: `invalid_grant`, in the same time whether the name or the password is wrong.
        """
        account = await self._proven(username, password)
        if account.role == Role.SYSTEM:
            raise Problem(Code.INVALID_GRANT)
        async with self._database.session() as session:
            device_id = None if device is None else await _enrol(session, account.id, device)
            return self._begin_family(session, account, device_id)

    async def with_client_credentials(self, client_id: str, secret: str, scope: str | None) -> Grant:
        """Sign a machine in, for all of its scopes or the named ones. It gets no refresh token.

        Raises:
            Problem: `invalid_grant`, or `invalid_scope` for a scope it does not have.
        """
        account = await self._proven(client_id, secret)
        if account.role != Role.SYSTEM:
            raise Problem(Code.INVALID_GRANT)
        scopes = scope.split() if scope else list(account.scopes)
        if not set(scopes) <= set(account.scopes):
            raise Problem(Code.INVALID_SCOPE)
        token = self._tokens.issue(account, device_id=None, scopes=scopes)
        return Grant(token, self._tokens.lifetime_s, " ".join(scopes))

    async def with_refresh_token(self, token: str) -> Grant:
        """Spend a refresh token for the next one. A token that was spent before revokes its whole family.

        Raises:
            Problem: `invalid_grant` for a token that is unknown, spent, revoked, expired, or of a dead account.
        """
        now = datetime.now(UTC)
        async with self._database.session() as session:
            link = (
                await session.exec(
                    select(RefreshToken).where(RefreshToken.digest == refresh_digest(token)).with_for_update()
                )
            ).one_or_none()
            if link is not None and link.spent_at is None and link.revoked_at is None and link.expires_at > now:
                account = await session.get_one(Account, link.account_id)
                device = await session.get(Device, link.device_id) if link.device_id else None
                if account.deactivated_at is None and (device is None or device.revoked_at is None):
                    link.spent_at = now
                    return self._continue_family(session, account, link)
            if link is not None:
                await _revoke_family(session, link.family_id, now)
        raise Problem(Code.INVALID_GRANT)

    async def sign_out(self, token: str) -> None:
        """Revoke the family of a refresh token; unknown tokens are passed over (RFC 7009). Idempotent by the token."""
        async with self._database.session() as session:
            link = await session.get(RefreshToken, refresh_digest(token))
            if link is not None:
                await _revoke_family(session, link.family_id, datetime.now(UTC))

    async def _proven(self, username: str, password: str) -> Account:
        async with self._database.session() as session:
            account = (await session.exec(select(Account).where(Account.username == username))).one_or_none()
        right = await verify_password(account.password_hash if account else None, password)
        if account is None or not right or account.deactivated_at is not None:
            raise Problem(Code.INVALID_GRANT)
        return account

    def _begin_family(self, session: AsyncSession, account: Account, device_id: UUID | None) -> Grant:
        return self._link(session, account, uuid4(), device_id, " ".join(account.scopes))

    def _continue_family(self, session: AsyncSession, account: Account, link: RefreshToken) -> Grant:
        return self._link(session, account, link.family_id, link.device_id, link.scope)

    def _link(
        self, session: AsyncSession, account: Account, family_id: UUID, device_id: UUID | None, scope: str
    ) -> Grant:
        now = datetime.now(UTC)
        token, digest = new_refresh_token()
        session.add(
            RefreshToken(
                digest=digest,
                family_id=family_id,
                account_id=account.id,
                device_id=device_id,
                scope=scope,
                issued_at=now,
                expires_at=now + self._refresh_lifetime,
            )
        )
        access = self._tokens.issue(account, device_id=device_id, scopes=scope.split())
        return Grant(access, self._tokens.lifetime_s, scope, token)


async def _enrol(session: AsyncSession, account_id: UUID, device: ToldDevice) -> UUID:
    """Make the tablet known. Idempotent by account and the id that the tablet tells."""
    now = datetime.now(UTC)
    statement = insert(Device).values(
        id=new_id(),
        account_id=account_id,
        told_id=device.told_id,
        name=device.name,
        enrolled_at=now,
        last_seen_at=now,
    )
    statement = statement.on_conflict_do_update(
        constraint="device_account_id_told_id_key",
        set_={"name": statement.excluded.name, "last_seen_at": now},
    )
    result: UUID = (await session.exec(statement.returning(col(Device.id)))).scalar_one()
    return result


async def _revoke_family(session: AsyncSession, family_id: UUID, now: datetime) -> None:
    await session.exec(
        update(RefreshToken)
        .where(col(RefreshToken.family_id) == family_id, col(RefreshToken.revoked_at).is_(None))
        .values(revoked_at=now)
    )
