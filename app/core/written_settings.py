"""How settings of several values are written in the environment."""

from typing import Any


def by_commas(value: Any) -> Any:
    """The values in a text with commas; what is a list already stays one."""
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value
