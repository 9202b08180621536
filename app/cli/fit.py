"""Whether a server can be started with its settings: asked before it serves, and before a reload takes them over."""

from contextlib import suppress

import asyncpg

from app.accounts.deployment import refuse_demo_accounts
from app.cli.shell import connected
from app.core.roles import refuse_powerful_login
from app.core.schema_version import reads_only, schema_of
from app.core.sealing import Digester, KeyRing
from app.core.settings import Settings, SettingsError
from app.privacy.sealed import refuse_other_sealing_keys
from app.register.claims import refuse_outdated


async def refuse_unfit(settings: Settings, *, reload: bool = False) -> None:
    """Check before the processes start, since only here a fault can be shown in one line.

    A database that is not migrated, or only reads, is a passing state: a server that starts waits for its end, and
    `/readyz` says so. In a `reload` there are servers that work, and with one of these they would be exchanged.

    Raises:
        SettingsError: the login or the accounts are not those of a server, or its keys are not the database's; of a
            `reload`, the database cannot be worked with.
        OSError, asyncpg.PostgresError: there is no database, or it refuses the login.
    """
    pg = await connected(settings.database_url.get_secret_value())
    try:
        if reload and (reason := await schema_of(pg) or await reads_only(pg)):
            raise SettingsError(f"PostgreSQL at DATABASE_URL: {reason.value}.")
        await refuse_powerful_login(pg)
        await refuse_demo_accounts(pg, settings)
        with suppress(asyncpg.UndefinedTableError):  # `/readyz` says that nothing is there yet
            await refuse_outdated(pg, Digester(settings.digest_key_bytes(), settings.number_ring()))
            ring = KeyRing(settings.sealing_ring(), settings.sealing_starts())
            await refuse_other_sealing_keys(pg, ring, settings.lost_sealing_keys)
    finally:
        await pg.close()
