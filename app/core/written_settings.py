"""How settings with several values are written."""

from typing import Any

from pydantic import BeforeValidator


def _by_commas(value: Any) -> Any:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


ByCommas = BeforeValidator(_by_commas)
"""The values stand in a text with commas; what is a list already stays one. It belongs to the field and not to its
class, where a class that is made of several has one validator of a name."""
