"""A provider of real keys over real HTTP, and somebody at a desk who is known there."""

from collections.abc import Iterator

import asyncpg
import pytest
from browsers import PASSWORD, SITE
from desk import Desk
from fastapi import FastAPI
from openid import CLIENT_ID, CLIENT_SECRET, OpenID, openid_provider
from pydantic import SecretStr
from world import World

from app.accounts.passwords import hash_password
from app.core.settings import Settings


@pytest.fixture
def provider() -> Iterator[OpenID]:
    with openid_provider() as made:
        yield made


@pytest.fixture
def settings(settings: Settings, provider: OpenID) -> Settings:
    told = {"oidc_issuer": provider.address, "oidc_client_id": CLIENT_ID, "public_origin": SITE}
    return settings.model_copy(update={**told, "oidc_client_secret": SecretStr(CLIENT_SECRET)})


@pytest.fixture
async def desk(app: FastAPI, world: World, pg: asyncpg.Connection) -> Desk:
    await pg.execute("UPDATE account SET password_hash = $1", hash_password(PASSWORD))
    return Desk(app)
