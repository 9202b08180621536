"""The fixtures of analysts."""

from analysts import analyst, name, owner  # noqa: F401  (pytest finds fixtures here)
