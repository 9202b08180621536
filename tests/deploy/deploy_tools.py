"""The programs that check files of `deploy/`; a test is left out with a reason where its program is not here."""

import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def tool(name: str) -> str:
    """The path of a program: of this machine, or of those that `.ci/tools` fetched."""
    fetched = ROOT / ".tools/usr/bin" / name
    found = shutil.which(name) or (str(fetched) if fetched.exists() else None)
    if found is None:
        pytest.skip(f"{name} is not on this machine; `.ci/tools` fetches promtool and caddy from Debian's packages")
    return found
