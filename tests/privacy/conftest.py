"""Commands that look after personal data, run as a person runs them."""

import asyncio

import pytest
from typer.testing import CliRunner

from app.cli import app as cli


def ring(keys):
    return ",".join(f"{name}:{key.get_secret_value()}" for name, key in keys.items())


@pytest.fixture
def environment(settings, dsn):
    return {
        "DATABASE_URL": dsn,  # the owner's
        "KUMKM_TOKEN_KEYS": ring(settings.token_keys),
        "KUMKM_SEALING_KEYS": ring(settings.sealing_keys),
        "KUMKM_DIGEST_KEY": settings.digest_key.get_secret_value(),
    }


@pytest.fixture
def kumkm(environment):
    async def run(*arguments, code=0, typed=None, **more):
        result = await asyncio.to_thread(
            CliRunner().invoke, cli, [str(a) for a in arguments], env={**environment, **more}, input=typed
        )
        assert result.exit_code == code, (result.output, result.exception)
        return result

    return run
