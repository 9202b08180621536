"""The demo for the browser tests: made once and copied, so that every run begins with the morning's figures. With
`--only-made` it is not served. What the server logs is beside its data, in `.kumkm/web-tests/`."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / ".kumkm/web-tests"
PORT = os.environ.get("KUMKM_TEST_PORT", "8790")
KUMKM = Path(sys.executable).parent / "kumkm"


def main() -> None:
    template = FOLDER / f"template-{_edition()}"
    if not template.exists():
        shutil.rmtree(FOLDER, ignore_errors=True)
        unfinished = FOLDER / "unfinished"
        _demo(unfinished, "--no-serve")
        unfinished.rename(template)
    if sys.argv[1:] == ["--only-made"]:
        return
    mine = FOLDER / f"run-{PORT}"
    shutil.rmtree(mine, ignore_errors=True)
    _copy(template, mine)
    with (FOLDER / f"run-{PORT}.log").open("wb") as log:  # thousands of lines, beside which no result would be found
        os.dup2(log.fileno(), sys.stderr.fileno())
    os.execve(KUMKM, [str(KUMKM), "demo"], _environment(mine))


def _demo(folder: Path, *arguments: str) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run([KUMKM, "demo", *arguments], check=True, env=_environment(folder))


def _copy(source: Path, target: Path) -> None:
    """With owners, since as root PostgreSQL's folder belongs to a user of its own."""
    shutil.copytree(source, target, symlinks=True)
    for copied in (target, *target.rglob("*")):
        status = (source / copied.relative_to(target)).lstat()
        os.chown(copied, status.st_uid, status.st_gid, follow_symlinks=False)


def _environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "PORT": PORT, "KUMKM_DATA_DIR": str(folder)}


def _edition() -> str:
    """Changes with what the demo tells and with the tables that hold it."""
    made = hashlib.sha256()
    for folder in ("proof/kumkm_proof/demo", "migrations/versions"):
        for file in sorted((ROOT / folder).glob("*.py")):
            made.update(file.read_bytes())
    return made.hexdigest()[:16]


main()
