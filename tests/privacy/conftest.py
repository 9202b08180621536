"""Commands that look after personal data, run as a person runs them."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from shapes import Json
from typer.testing import CliRunner, Result

from app.cli import app as cli
from app.core.settings import Settings


def ring(keys: Json) -> str:
    return ",".join(f"{name}:{key.get_secret_value()}" for name, key in keys.items())


@pytest.fixture
def environment(settings: Settings, dsn: str) -> dict[str, str]:
    return {
        "DATABASE_URL": dsn,  # the owner's
        "KUMKM_TOKEN_KEYS": ring(settings.token_keys),
        "KUMKM_SEALING_KEYS": ring(settings.sealing_keys),
        "KUMKM_DIGEST_KEY": settings.digest_key.get_secret_value(),
    }


@pytest.fixture
def kumkm(environment: dict[str, str]) -> Callable[..., Awaitable[Result]]:
    async def run(*arguments: object, code: int = 0, typed: str | None = None, **more: Any) -> Result:
        result = await asyncio.to_thread(
            CliRunner().invoke, cli, [str(a) for a in arguments], env={**environment, **more}, input=typed
        )
        assert result.exit_code == code, (result.output, result.exception)
        return result

    return run
