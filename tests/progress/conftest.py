"""The fixtures of a campaign in which batches count."""

from census import ask, census, enter, send  # noqa: F401  (pytest finds fixtures here)
