"""The server's login to PostgreSQL: a role that owns nothing, and the refusal to serve with any other.

The role's rights are in `migrations/rights.py`; `kumkm migrate` grants them.
"""

import re
from contextlib import suppress
from typing import NamedTuple

import asyncpg

from app.core.database_address import with_login
from app.core.settings import SettingsError
from migrations.rights import API_ROLE, RIGHTS

SERVER_LOGIN = "kumkm_server"
_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}", re.ASCII)

_TOO_MUCH = """
SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls
    OR EXISTS (SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
               AND pg_has_role(current_user, relowner, 'MEMBER'))
    OR EXISTS (SELECT FROM pg_class WHERE oid = to_regclass('audit_event')
               AND has_table_privilege(oid, 'UPDATE, DELETE, TRUNCATE'))
FROM pg_roles WHERE rolname = current_user
"""


# Of a cluster's parts of tables (business_102008), which have the rights of their table, nothing is said.
_PRIVILEGES = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
_GRANTED = """
SELECT relname, array_agg(privilege) FILTER (WHERE has_table_privilege(pg_class.oid, privilege))
FROM pg_class CROSS JOIN unnest($1::text[]) AS privilege
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm')
  AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e') AND relname !~ '_[0-9]{6,}$'
GROUP BY relname
"""


_GRANTED_TO_ROLE = """
SELECT relname, array_agg(privilege_type) FILTER (WHERE privilege_type IS NOT NULL)
FROM pg_class LEFT JOIN LATERAL (
    SELECT privilege_type FROM aclexplode(relacl) WHERE grantee = (SELECT oid FROM pg_roles WHERE rolname = $1)
) AS granted ON true
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm')
  AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e') AND relname !~ '_[0-9]{6,}$'
GROUP BY relname
"""


class RightsChange(NamedTuple):
    """What `kumkm migrate` changes in the rights of the server's login on a table: privileges, in order."""

    table: str
    granted: tuple[str, ...]
    revoked: tuple[str, ...]


class Rights(NamedTuple):
    """Where a login's rights on tables differ from `migrations/rights.py`, as `table: PRIVILEGE`, in order."""

    missing: tuple[str, ...]
    beyond: tuple[str, ...]


async def rights_of_login(pg: asyncpg.Connection) -> Rights:
    """What this login may not do and should, and what it may do and should not, on the tables that there are."""
    missing, beyond = [], []
    for table, granted in await pg.fetch(_GRANTED, _PRIVILEGES):
        wanted, has = set(RIGHTS.get(table, "").split(", ")) - {""}, set(granted or ())
        missing += [f"{table}: {privilege}" for privilege in wanted - has]
        beyond += [f"{table}: {privilege}" for privilege in has - wanted]
    return Rights(tuple(sorted(missing)), tuple(sorted(beyond)))


async def changes_of_rights(pg: asyncpg.Connection) -> list[RightsChange]:
    """What granting `migrations/rights.py` would change, tables that are still to be made included."""
    has = {table: set(granted or ()) for table, granted in await pg.fetch(_GRANTED_TO_ROLE, API_ROLE)}
    changes = []
    for table in sorted({*has, *RIGHTS}):
        wanted = set(RIGHTS.get(table, "").split(", ")) - {""}
        there = has.get(table, set())
        if wanted != there:
            changes.append(RightsChange(table, tuple(sorted(wanted - there)), tuple(sorted(there - wanted))))
    return changes


async def make_login(pg: asyncpg.Connection, name: str, password: str | None) -> bool:
    """Make a login for the server, or give the one of that name the password. Idempotent; whether it is new.

    Without a password the login serves where PostgreSQL asks for none, as the embedded one does on its socket.

    Raises:
        SettingsError: the name is not one, or is that of a role that may do more; or the caller may not make roles.
    """
    if not _NAME.fullmatch(name):
        raise SettingsError("A login's name has small letters, digits and underscores.")
    known = await pg.fetchrow("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = $1", name)
    if known is not None and known[0]:
        raise SettingsError(f"{name} is a role that may do more than the server should; choose another name.")
    try:
        return await _make_login(pg, name, password, new=known is None)
    except asyncpg.InsufficientPrivilegeError as exc:
        raise SettingsError(
            f"The owner in DATABASE_URL may not make roles. Let an administrator of PostgreSQL run"
            f" `CREATE ROLE {name} LOGIN PASSWORD '…'; GRANT {API_ROLE} TO {name};`."
        ) from exc


async def _make_login(pg: asyncpg.Connection, name: str, password: str | None, *, new: bool) -> bool:
    if new:
        # Suppressed: another process made it at the same moment.
        with suppress(asyncpg.DuplicateObjectError, asyncpg.UniqueViolationError):
            await pg.execute(f'CREATE ROLE "{name}" LOGIN')
    if password is not None:
        # A statement of this kind takes no parameters; the server quotes the literal.
        quoted = await pg.fetchval("SELECT quote_literal($1::text)", password)
        await pg.execute(f'ALTER ROLE "{name}" LOGIN PASSWORD {quoted}')
    await pg.execute(f'GRANT {API_ROLE} TO "{name}"')
    return new


def as_server(dsn: str) -> str:
    """The same database for the server's login, where PostgreSQL asks it for no password."""
    return with_login(dsn, SERVER_LOGIN, None)


async def refuse_powerful_login(pg: asyncpg.Connection) -> None:
    """Serve only with a login that cannot alter tables nor change the audit trail.

    Raises:
        SettingsError: this login can.
    """
    if await pg.fetchval(_TOO_MUCH):
        raise SettingsError(
            "The login in DATABASE_URL may alter tables or change the audit trail; the server must not."
            " Make one for it with `kumkm server-login`, run as the owner, and put that one into DATABASE_URL."
        )
