"""A check against deployments that accept the demo's password."""

import asyncpg

from app.core.settings import Settings, SettingsError


async def refuse_demo_accounts(pg: asyncpg.Connection, settings: Settings) -> None:
    """Refuse to serve on a database with demo accounts, except in the demo.

    Raises:
        SettingsError: this is a real deployment and there are some.
    """
    if settings.demo_starts_at is not None or await pg.fetchval("SELECT to_regclass('account')") is None:
        return  # the demo, or not migrated yet, which /readyz reports
    if await pg.fetchval("SELECT EXISTS (SELECT FROM account WHERE is_demo AND deactivated_at IS NULL)"):
        raise SettingsError(
            "This database holds demo accounts, whose password everybody knows."
            " Point DATABASE_URL at a database of your own, made with `kumkm migrate` and `kumkm load-reference`."
        )
