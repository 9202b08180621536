"""The server of KUMKM."""

__version__ = "0.3.0"
"""The release: `kumkm --version`, `info.version` of the whole API, the newest entry of `CHANGELOG.md`."""
