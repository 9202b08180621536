"""The fixture of the reference client before the real app."""

from field import field  # noqa: F401  (pytest finds fixtures here)
