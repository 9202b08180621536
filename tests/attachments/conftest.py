"""The fixture of a record to which photos belong."""

from uploads import record  # noqa: F401  (pytest finds fixtures here)
