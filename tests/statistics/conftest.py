"""The register whose edition several modules ask about."""

from editions import edition_of_twenty  # noqa: F401  (pytest finds fixtures here)
