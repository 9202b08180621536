"""An office that asks agencies as often as it likes."""

import pytest
from verification_files import office  # noqa: F401  (pytest finds fixtures here)

from app.core.settings import Settings


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"rate_export": "1000/minute"})
