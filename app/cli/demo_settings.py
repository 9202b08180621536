"""The settings of the demo, for commands that are typed beside it without any settings."""

import os
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

_DATABASE = "kumkm_demo"
_ELSEWHERE = ("DATABASE_URL", "KUMKM_SECRETS_DIR")


def demo_here() -> Path | None:
    """The folder with the demo's settings. None where there is no demo in the folder `.kumkm` (or that of
    KUMKM_DATA_DIR), where any setting says that another deployment is meant, and where the folder is not this user's
    own or others may read it.
    """
    if any(
        name in _ELSEWHERE or (name.startswith("KUMKM_") and "_KEY" in name)
        for name, set_ in os.environ.items()
        if set_
    ):
        return None
    folder = _folder()
    try:
        there = folder.stat()
        database = make_url((folder / "DATABASE_URL").read_text("utf-8")).database
    except (OSError, ValueError, ArgumentError):
        return None
    own = there.st_uid == os.geteuid() and not there.st_mode & 0o077
    return folder if own and database == _DATABASE else None


def is_demo() -> bool:
    """Whether the settings in force are the demo's."""
    return os.environ.get("KUMKM_SECRETS_DIR") == str(_folder()) and not os.environ.get("DATABASE_URL")


def _folder() -> Path:
    return Path(os.environ.get("KUMKM_DATA_DIR") or ".kumkm") / "settings"
