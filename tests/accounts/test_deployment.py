"""A real deployment refuses what only the demo may have."""

import pytest

from app.accounts.deployment import refuse_demo_accounts
from app.core.settings import SettingsError
from app.demo.census import MORNING
from app.main import create_app


async def test_demo_accounts_keep_a_deployment_from_starting(world, pg, settings):
    await pg.execute("UPDATE account SET is_demo = true WHERE username = 'admin'")
    app = create_app(settings)
    with pytest.raises(SettingsError, match="demo accounts"):
        async with app.router.lifespan_context(app):
            pass
    await app.state.services.database.close()


async def test_the_demo_starts_with_them(world, pg, settings, app):
    await pg.execute("UPDATE account SET is_demo = true")
    demo = settings.model_copy(update={"demo_starts_at": MORNING})
    await refuse_demo_accounts(app.state.services.database, demo)
