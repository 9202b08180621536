"""Whether a server can be started with its settings: asked before it serves, and before a reload takes them over."""

from contextlib import suppress

import asyncpg

from app.accounts.deployment import refuse_demo_accounts
from app.cli.shell import connected
from app.core.roles import refuse_powerful_login
from app.core.sealing import Digester
from app.core.settings import Settings
from app.register.claims import refuse_outdated


async def refuse_unfit(settings: Settings) -> None:
    """Check before the processes start, since only here a fault can be shown in one line.

    Raises:
        SettingsError: the login or the accounts are not those of a server, or its keys are not the database's.
        OSError, asyncpg.PostgresError: there is no database, or it refuses the login.
    """
    pg = await connected(settings.database_url.get_secret_value())
    try:
        await refuse_powerful_login(pg)
        await refuse_demo_accounts(pg, settings)
        with suppress(asyncpg.UndefinedTableError):  # `/readyz` says that nothing is there yet
            await refuse_outdated(pg, Digester(settings.digest_key_bytes(), settings.number_ring()))
    finally:
        await pg.close()
